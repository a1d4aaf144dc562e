//! A register takes the place of what the pack has of the same kind, and says so.

use gis_data::import::registers::Registers;
use gis_data::pack::{self as packs, IfPresent, LayerInfo};
use twin_core::{
    Address, Asset, HealthCategory, HealthFacility, LonLat, PointOfInterest, Tags, Theme,
    UnloadingSite,
};

use super::{Files, MONTBELIARD, Outcome, import, montbeliard, pack};

fn asset<T>(key: &str, detail: T) -> Asset<T> {
    let place = LonLat::try_from(MONTBELIARD).unwrap();
    let key = key.into();
    Asset { key, place, detail }
}

fn facility(key: &str, category: HealthCategory, finess: Option<&str>) -> Asset<HealthFacility> {
    let finess = finess.map(Into::into);
    let name = None;
    asset(
        key,
        HealthFacility {
            name,
            category,
            finess,
        },
    )
}

fn point(key: &str, theme: Theme) -> PointOfInterest {
    PointOfInterest {
        key: key.into(),
        theme,
        class: "x".into(),
        name: None,
        tags: Tags::default(),
        place: LonLat::try_from(MONTBELIARD).unwrap(),
    }
}

/// A pack as an extract of OpenStreetMap makes it, and registers of the same place.
fn outcome(files: &Files) -> Outcome {
    let mut pack = pack(montbeliard());
    let layers = &mut pack.layers;
    layers.health_facilities = vec![
        facility("osm-n1", HealthCategory::Pharmacy, None),
        facility("osm-n2", HealthCategory::Doctors, None),
        facility("osm-n3", HealthCategory::Doctors, Some("250000009")),
        facility("osm-n4", HealthCategory::Hospital, None),
    ];
    let (label, premises) = ("1 Rue X".into(), 1);
    layers.addresses = vec![asset("osm-n5", Address { label, premises })];
    let (name, streams) = (None, Vec::new());
    layers.unloading_sites = vec![asset("osm-n6", UnloadingSite { name, streams })];
    pack.ground.points_of_interest = vec![
        point("osm-n7", Theme::Sport),
        point("osm-n8", Theme::Tourism),
        point("osm-n6", Theme::Recycling),
    ];
    let info = LayerInfo {
        source: "OpenStreetMap contributors".to_owned(),
        licence: "ODbL 1.0".to_owned(),
        vintage: "2025-01-19".to_owned(),
        synthetic: false,
    };
    for name in [
        "communes",
        "health_facilities",
        "addresses",
        "unloading_sites",
        "points_of_interest",
    ] {
        pack.manifest.layers.insert(name.to_owned(), info.clone());
    }
    let finess = "structureet;250000008;;;PHARMACIE;;;;;;;;388;25;;;;;620;;\n\
        structureet;250000009;;;MAISON DE SANTE;;;;;;;;388;25;;;;;603;;\n\
        geolocalisation;250000008;985752.5;6719088.2;LAMBERT_93;\n\
        geolocalisation;250000009;985752.5;6719088.2;LAMBERT_93;\n";
    let registers = Registers {
        addresses: Some(files.add(
            "a.csv",
            "id;numero;nom_voie;lon;lat\n25388_1;1;Rue X;6.7979;47.5103\n",
        )),
        finess: vec![files.add("finess.csv", finess)],
        premises: None,
        sports: Some(files.add(
            "es.csv",
            "equip_numero;equip_type_name;equip_x;equip_y\nE1;Stade;6.7979;47.5103\n",
        )),
        culture: None,
        recycling_centres: Some(files.add(
            "s.csv",
            "C_SERVICE;ANNEE;_geopoint\n1;2021;\"47.5103,6.7979\"\n",
        )),
    };
    import(pack, &registers)
}

#[test]
fn a_register_takes_the_place_of_its_own_kind_only() {
    let found = outcome(&Files::new());
    let layers = &found.pack.layers;
    let facilities = ["osm-n2", "osm-n4", "250000008", "250000009"];
    assert_eq!(Outcome::keys(&layers.health_facilities), facilities);
    assert_eq!(Outcome::keys(&layers.addresses), ["25388_1"]);
    assert_eq!(Outcome::keys(&layers.unloading_sites), ["sinoe-1"]);
    let points: Vec<_> = found
        .pack
        .ground
        .points_of_interest
        .iter()
        .map(|it| &*it.key)
        .collect();
    assert_eq!(points, ["osm-n8", "res-E1", "sinoe-1"]);
    for note in [
        "Base Adresse Nationale takes the place of 1 addresses",
        "FINESS (ministère chargé de la santé) takes the place of 2 health facilities of its categories",
        "2 health facilities that FINESS does not list stay besides",
        "Data ES (ministère chargé des sports) takes the place of 1 points of interest of the theme sport",
        "SINOE déchets (ADEME) takes the place of 1 unloading sites",
        "SINOE déchets (ADEME) takes the place of 1 points of interest of the theme recycling",
    ] {
        assert!(
            found.notes.iter().any(|it| it == note),
            "{note}: {:#?}",
            found.notes
        );
    }
}

#[test]
fn a_layer_of_several_sources_names_them_all_and_the_pack_can_be_written() {
    let files = Files::new();
    let found = outcome(&files);
    let info = &found.pack.manifest.layers["points_of_interest"];
    let sources =
        "OpenStreetMap contributors; Data ES (ministère chargé des sports); SINOE déchets (ADEME)";
    assert_eq!(info.source, sources);
    assert_eq!(info.licence, "ODbL 1.0; Licence Ouverte 2.0");
    assert_eq!(info.vintage, "2025-01-19; not told; 2021");
    assert_eq!(
        found.pack.manifest.layers["addresses"].source,
        "Base Adresse Nationale"
    );

    let out = files.0.path().join("out");
    packs::write(&out, &found.pack, IfPresent::Refuse).unwrap();
    let back = packs::read(&out).unwrap();
    assert_eq!(back.layers.addresses.len(), 1);
    assert_eq!(back.ground.points_of_interest.len(), 3);
}

#[rstest::rstest]
#[case::montbeliard("6.7979", "47.5103", "EPSG:2154")]
#[case::reunion("55.45", "-20.88", "EPSG:32740")]
fn a_pack_of_registers_alone_gets_the_plane_of_its_place(
    #[case] lon: &str,
    #[case] lat: &str,
    #[case] crs: &str,
) {
    let files = Files::new();
    let text = format!("id;numero;nom_voie;lon;lat\n1;1;Rue X;{lon};{lat}\n");
    let registers = Registers {
        addresses: Some(files.add("a.csv", text)),
        ..Registers::default()
    };
    let found = import(pack(Vec::new()), &registers);
    assert_eq!(found.pack.layers.addresses.len(), 1);
    assert_eq!(found.pack.manifest.crs, crs);
}
