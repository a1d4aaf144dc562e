//! Addresses of the Base Adresse Nationale.

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use gis_data::import::WarningCode;
use gis_data::import::registers::Registers;

use super::{Files, Outcome, import, montbeliard, pack};

const HEADER: &str = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;\
    code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;\
    libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles\n";

fn row(id: &str, number: &str, [lon, lat]: [&str; 2], position: &str) -> String {
    let (number, suffix) = number.split_once(' ').unwrap_or((number, ""));
    format!(
        "{id};25388_0040;{number};{suffix};Rue de l'Étuve;25200;25388;Montbéliard;;;985752.54;\
         6719088.23;{lon};{lat};{position};;;MONTBELIARD;RUE DE L ETUVE;commune;commune;1;\n"
    )
}

fn read(path: &Path) -> Outcome {
    let registers = Registers {
        addresses: Some(path.into()),
        ..Registers::default()
    };
    import(pack(montbeliard()), &registers)
}

fn labels(outcome: &Outcome) -> Vec<&str> {
    let addresses = &outcome.pack.layers.addresses;
    addresses.iter().map(|it| &*it.detail.label).collect()
}

const HERE: [&str; 2] = ["6.7979", "47.5103"];
const NEAR: [&str; 2] = ["6.7981", "47.5104"];
const FAR: [&str; 2] = ["2.35", "48.85"];

#[test]
fn a_file_of_a_department_is_read_packed_as_it_is_published() {
    let rows = [
        row("25388_0040_00012_bis", "12 bis", HERE, "entrée"),
        row("25388_0040_00003", "3", NEAR, "segment"),
        row("25056_0040_00003", "3", FAR, "entrée").replace(";25388;", ";25056;"),
    ];
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed
        .write_all((HEADER.to_owned() + &rows.concat()).as_bytes())
        .unwrap();
    let files = Files::new();
    let path = files.add("adresses-25.csv.gz", packed.finish().unwrap());

    let found = read(&path);
    assert_eq!(found.told(), [""; 0]);
    let addresses = &found.pack.layers.addresses;
    assert_eq!(
        Outcome::keys(addresses),
        ["25388_0040_00003", "25388_0040_00012_bis"]
    );
    assert_eq!(
        labels(&found),
        ["3 Rue de l'Étuve", "12 bis Rue de l'Étuve"]
    );
    assert_eq!(
        Outcome::places(addresses),
        [[6.7981, 47.5104], [6.7979, 47.5103]]
    );
    let outside = "1 addresses lie outside of the communes: left out".to_owned();
    assert!(found.notes.contains(&outside), "{:?}", found.notes);
    let info = &found.pack.manifest.layers["addresses"];
    assert_eq!(
        (&*info.licence, &*info.vintage),
        ("Licence Ouverte 2.0", "not told")
    );
}

#[test]
fn of_several_positions_the_entrance_counts_and_the_same_row_twice_is_told() {
    let rows = [
        row("25388_0040_00001", "1", NEAR, "parcelle"),
        row("25388_0040_00001", "1", HERE, "entrée"),
        row("25388_0040_00001", "1", NEAR, "bâtiment"),
        row("25388_0040_00002", "2", HERE, "entrée"),
        row("25388_0040_00002", "2", HERE, "entrée"),
    ];
    let files = Files::new();
    let found = read(&files.add("a.csv", HEADER.to_owned() + &rows.concat()));
    let addresses = &found.pack.layers.addresses;
    assert_eq!(Outcome::places(addresses), [[6.7979, 47.5103]; 2]);
    let twice = "duplicate-object address 25388_0040_00002: is there twice: the first one is used";
    assert_eq!(found.told(), [twice]);
    assert!(
        found
            .notes
            .iter()
            .any(|note| note.starts_with("2 further positions")),
        "{:?}",
        found.notes
    );
}

#[rstest::rstest]
#[case::permuted_with_commas(
    "LAT,LON,Nom_Voie,REP,Numéro,ID\r\n47.5103,6.7979,\"Rue de l'Étuve\",bis,12,25388_1\r\n"
)]
#[case::decimal_commas(
    "id;numero;rep;nom_voie;lon;lat\n25388_1;12;bis;Rue de l'Étuve;6,7979;47,5103\n"
)]
#[case::lambert_93(
    "id;numero;rep;nom_voie;x;y\n25388_1;12;bis;Rue de l'Étuve;985752.544;6719088.232\n"
)]
#[case::of_a_commune(
    "cle_interop;voie_nom;numero;suffixe;position;x;y;long;lat\n\
     25388_1;Rue de l'Étuve;12;bis;entrée;985752.5;6719088.2;6.7979;47.5103\n\
     25388_2;Les Épis;99999;;segment;;;6.7979;47.5103\n"
)]
#[case::ragged("id;numero;rep;nom_voie;lon;lat;x\n25388_1;12;bis;Rue de l'Étuve;6.7979;47.5103\n")]
fn columns_are_found_by_name_in_every_dialect(#[case] text: &str) {
    let files = Files::new();
    for bytes in [text.as_bytes().to_vec(), super::latin_1(text)] {
        let found = read(&files.add("a.csv", bytes));
        assert_eq!(labels(&found), ["12 bis Rue de l'Étuve"]);
        assert_eq!(Outcome::keys(&found.pack.layers.addresses), ["25388_1"]);
        let [lon, lat] = Outcome::places(&found.pack.layers.addresses)[0];
        approx::assert_abs_diff_eq!(lon, 6.7979, epsilon = 1e-8);
        approx::assert_abs_diff_eq!(lat, 47.5103, epsilon = 1e-8);
    }
}

#[test]
fn what_cannot_be_used_is_told_with_its_line_and_left_out() {
    let rows = [
        row("25388_1", "1", ["47.5103", "6.7979"], "entrée"),
        row("25388_2", "2", ["x", "47.5"], "entrée").replace("985752.54", ""),
        row("25388_3", "3", FAR, "entrée"),
        row("", "4", HERE, "entrée"),
    ];
    let files = Files::new();
    let found = read(&files.add("a.csv", HEADER.to_owned() + &rows.concat()));
    assert_eq!(Outcome::keys(&found.pack.layers.addresses), ["25388_1"]);
    let codes: Vec<_> = found
        .report
        .warnings()
        .map(|it| (it.code, &*it.object))
        .collect();
    let expected = [
        (WarningCode::NoPlace, "line 3"),
        (WarningCode::SwappedAxes, "line 2"),
        (WarningCode::OutsideTerritory, "line 4"),
        (WarningCode::UnusableFeature, "line 5"),
    ];
    assert_eq!(codes, expected, "{:?}", found.told());
}
