//! Health facilities of FINESS.

use gis_data::GisError;
use gis_data::import::registers::Registers;
use twin_core::{Commune, HealthCategory};

use super::{Files, Outcome, commune, import, latin_1, montbeliard, pack, shared, try_import};

/// A row of an establishment in Montbéliard.
fn structure(number: &str, category: &str, street: &str) -> String {
    let house = street.split_once(' ').unwrap_or_default();
    format!(
        "structureet;{number};250000001;NOM COURT;PHARMACIE  DE L'ÉTUVE;;;{};R;{};;;388;25;DOUBS;\
         25200 MONTBELIARD;0381000000;;{category};;;;;;;;;;;;;;\n",
        house.0, house.1
    )
}

fn located(number: &str, [x, y]: [&str; 2], source: &str) -> String {
    format!("geolocalisation;{number};{x};{y};{source};2026-05-01\n")
}

fn read(communes: Vec<Commune>, files: &[(&str, Vec<u8>)]) -> Outcome {
    let folder = Files::new();
    let finess = files.iter().map(|(name, bytes)| folder.add(name, bytes));
    let registers = Registers {
        finess: finess.collect(),
        ..Registers::default()
    };
    import(pack(communes), &registers)
}

const LAMBERT_93: [&str; 2] = ["985752.544", "6719088.232"];

#[test]
fn rows_are_joined_by_number_in_either_encoding_and_in_several_files() {
    let structures =
        "finess;etalab;2;2026-05-12\n".to_owned() + &structure("250001234", "620", "12 DE L'ETUVE");
    let positions = located(
        "250001234",
        LAMBERT_93,
        "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93",
    );
    let both = structures.clone() + &positions;
    for files in [
        vec![("a.csv", both.clone().into_bytes())],
        vec![("a.csv", latin_1(&both))],
        vec![
            ("b.csv", positions.into_bytes()),
            ("a.csv", structures.into_bytes()),
        ],
    ] {
        let found = read(montbeliard(), &files);
        assert_eq!(found.told(), [""; 0]);
        let facilities = &found.pack.layers.health_facilities;
        assert_eq!(Outcome::keys(facilities), ["250001234"]);
        let detail = &facilities[0].detail;
        assert_eq!(detail.category, HealthCategory::Pharmacy);
        assert_eq!(detail.name.as_deref(), Some("PHARMACIE DE L'ÉTUVE"));
        assert_eq!(detail.finess.as_deref(), Some("250001234"));
        // The figures of PROJ for this point.
        approx::assert_abs_diff_eq!(facilities[0].place.lon(), 6.7979, epsilon = 1e-8);
        approx::assert_abs_diff_eq!(facilities[0].place.lat(), 47.5103, epsilon = 1e-8);
        assert_eq!(
            found.pack.manifest.layers["health_facilities"].vintage,
            "2026-05-12"
        );
    }
}

#[test]
fn overseas_the_system_is_that_of_the_source_or_of_the_department() {
    let row = structure("970400024", "101", "1 DES TOPAZES")
        .replace(";388;25;DOUBS", ";411;9D;LA REUNION");
    // Saint-Denis in UTM 40 south, as PROJ has it.
    for source in ["1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,UTM_S40", "4"] {
        let text = row.clone() + &located("970400024", ["338767.167", "7690355.572"], source);
        let communes = vec![commune("97411", [55.45, -20.88])];
        let found = read(communes, &[("a.csv", text.into_bytes())]);
        let [lon, lat] = Outcome::places(&found.pack.layers.health_facilities)[0];
        approx::assert_abs_diff_eq!(lon, 55.45, epsilon = 1e-7);
        approx::assert_abs_diff_eq!(lat, -20.88, epsilon = 1e-7);
    }
}

#[test]
fn without_coordinates_a_facility_lies_at_its_address_or_is_left_out() {
    let rows = [
        structure("250000001", "620", "12 DE L ETUVE"),
        structure("250000002", "355", "99 DE L ETUVE"),
        structure("250000003", "124", "1 DES BOIS"),
        structure("250000004", "620", "1 DES BOIS").replace(";388;", ";389;"),
        structure("250000005", "500", "12 DE L ETUVE"),
        structure("250000001", "620", "12 DE L ETUVE"),
    ];
    let addresses = "id;numero;rep;nom_voie;lon;lat\n25388_1_12;12;;Rue de l'Étuve;6.7979;47.5103\n\
        25388_1_14;14;;Rue de l'Étuve;6.7999;47.5103\n";
    let files = Files::new();
    let registers = Registers {
        addresses: Some(files.add("ban.csv", addresses)),
        finess: vec![files.add("finess.csv", rows.concat())],
        ..Registers::default()
    };
    let found = import(pack(montbeliard()), &registers);
    let facilities = &found.pack.layers.health_facilities;
    assert_eq!(Outcome::keys(facilities), ["250000001", "250000002"]);
    assert_eq!(
        Outcome::places(facilities),
        [[6.7979, 47.5103], [6.7999, 47.5103]]
    );
    let told = found.told();
    assert!(told[0].starts_with("duplicate-object line 6"), "{told:?}");
    assert!(told[1].starts_with("approximate-place line 2"), "{told:?}");
    assert!(told[2].starts_with("no-place line 3"), "{told:?}");
    assert_eq!(told.len(), 3);
    for note in [
        "1 health facilities without coordinates lie at their address",
        "1 health facilities of other communes, without coordinates: left out",
        "1 establishments of FINESS left out: neither pharmacy",
    ] {
        assert!(
            found.notes.iter().any(|it| it.starts_with(note)),
            "{note}: {:?}",
            found.notes
        );
    }
}

#[test]
fn a_real_excerpt_without_coordinates_is_placed_by_address() {
    let Some(path) = shared("poi/finess/etalab-cs1100502-excerpt.csv") else {
        return;
    };
    let files = Files::new();
    let address =
        "id;numero;rep;nom_voie;lon;lat\n01451_0300_00900;900;;Route de Paris;5.2089;46.2222\n";
    let registers = Registers {
        addresses: Some(files.add("ban.csv", address)),
        finess: vec![path],
        ..Registers::default()
    };
    let found = import(pack(vec![commune("01451", [5.21, 46.22])]), &registers);
    assert_eq!(found.told(), [""; 0]);
    let [hospital] = &*found.pack.layers.health_facilities else {
        unreachable!("one of the excerpt lies in this commune")
    };
    assert_eq!(&*hospital.key, "010000024");
    assert_eq!(hospital.detail.category, HealthCategory::Hospital);
    let name = "CENTRE HOSPITALIER DE BOURG-EN-BRESSE FLEYRIAT";
    assert_eq!(hospital.detail.name.as_deref(), Some(name));
    // Of the seven rows, four are no facilities of the twin and two lie overseas.
    let others = found
        .notes
        .iter()
        .any(|note| note.starts_with("4 establishments of FINESS"));
    let elsewhere = found
        .notes
        .iter()
        .any(|note| note.starts_with("2 health facilities of other"));
    assert!(others && elsewhere, "{:?}", found.notes);
}

/// Degrees are used first; without them the planar coordinates, which are exchanged.
#[rstest::rstest]
#[case::as_published("directionL", "directionL", 1e-9)]
#[case::without_degrees("directionL", "otherL", 1e-6)]
#[case::names_of_the_schema("categorieentiteG", "categorieEntiteG", 1e-9)]
fn a_real_record_of_the_json_lies_where_its_degrees_say(
    #[case] from: &str,
    #[case] to: &str,
    #[case] epsilon: f64,
) {
    let Some(path) = shared("poi/finess/finess-plus-structures-excerpt.json") else {
        return;
    };
    let text = std::fs::read_to_string(path).unwrap().replace(from, to);
    let found = read(
        vec![commune("01053", [5.25, 46.21])],
        &[("f.json", text.into_bytes())],
    );
    assert_eq!(found.told(), [""; 0]);
    let facilities = &found.pack.layers.health_facilities;
    assert_eq!(Outcome::keys(facilities), ["010780195"]);
    assert_eq!(facilities[0].detail.category, HealthCategory::Hospital);
    assert_eq!(
        facilities[0].detail.name.as_deref(),
        Some("CLINIQUE DOCTEUR CONVERT")
    );
    approx::assert_abs_diff_eq!(facilities[0].place.lon(), 5.254_203, epsilon = epsilon);
    approx::assert_abs_diff_eq!(facilities[0].place.lat(), 46.211_257, epsilon = epsilon);
    assert_eq!(
        found.pack.manifest.layers["health_facilities"].vintage,
        "2026-03-09"
    );
}

#[test]
fn closed_establishments_of_the_json_are_left_out_and_padding_with_them() {
    let establishment = |number: &str, state: &str| {
        serde_json::json!({
            "informationsGeneralesEGE": {"numFinessEge": format!("{number}  "), "nomEgeLong": " PHARMACIE  X "},
            "categorieEntiteGeographiqueExercice": {"code": "620"},
            "etatObjet": state,
            "adresse": [{"cogCommune": "25388"}, {"cogCommune": "25388", "coordonneesGeographique":
                {"directionLatitude": "47.5103", "directionLongitude": "6.7979 "}}],
        })
    };
    let all = [
        establishment("250000001", "A"),
        establishment("250000002", "I"),
    ];
    let text =
        serde_json::json!({"gcc": [[1, {"a": [2]}]], "pmej": [{"ege": all}, {}]}).to_string();
    let found = read(montbeliard(), &[("f.json", text.into_bytes())]);
    let facilities = &found.pack.layers.health_facilities;
    assert_eq!(Outcome::keys(facilities), ["250000001"]);
    assert_eq!(facilities[0].detail.name.as_deref(), Some("PHARMACIE X"));
    assert!(
        found
            .notes
            .iter()
            .any(|note| note.contains("1 establishments of FINESS left out: they are closed"))
    );
}

#[rstest::rstest]
#[case::another_table("id;nom\n1;2\n")]
#[case::json_of_another_kind(r#"{"features":[]}"#)]
fn a_file_that_is_no_finess_is_refused(#[case] text: &str) {
    let files = Files::new();
    let registers = Registers {
        finess: vec![files.add("x.csv", text)],
        ..Registers::default()
    };
    let (notes, ..) = try_import(pack(montbeliard()), &registers);
    assert!(matches!(notes, Err(GisError::NotTable { .. })));
}
