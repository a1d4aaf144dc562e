//! Sports facilities, cultural places and recycling centres.

use gis_data::import::registers::Registers;
use twin_core::Theme;

use super::{Files, Outcome, import, latin_1, montbeliard, pack};

fn sports(name: &str, bytes: impl AsRef<[u8]>) -> Outcome {
    let files = Files::new();
    let registers = Registers {
        sports: Some(files.add(name, bytes)),
        ..Registers::default()
    };
    import(pack(montbeliard()), &registers)
}

fn culture(bytes: impl AsRef<[u8]>) -> Outcome {
    let files = Files::new();
    let registers = Registers {
        culture: Some(files.add("basilic.csv", bytes)),
        ..Registers::default()
    };
    import(pack(montbeliard()), &registers)
}

fn recycling(name: &str, bytes: impl AsRef<[u8]>) -> Outcome {
    let files = Files::new();
    let registers = Registers {
        recycling_centres: Some(files.add(name, bytes)),
        ..Registers::default()
    };
    import(pack(montbeliard()), &registers)
}

const SPORTS: [(&str, &str); 4] = [
    (
        "data-es_2026-03.csv",
        "equip_numero;inst_nom;equip_nom;inst_adresse;new_code;equip_type_name;aps_name;equip_coordonnees;equip_x;equip_y;inst_hs_bool\n\
         E1;Complexe;Gymnase;1 rue X;25388;Gymnase;Basket,Judo;47.5103, 6.7979;6.7979;47.5103;False\n\
         E2;Complexe;Stade;1 rue X;25388;Terrain de football;;;6.7979;47.5103;True\n",
    ),
    (
        "data-es.json",
        r#"[{"equip_numero":"E1","equip_nom":"Gymnase","inst_nom":"Complexe","inst_adresse":"1 rue X","new_code":"25388",
            "equip_type_name":"Gymnase","aps_name":["Basket","Judo"],"equip_coordonnees":{"lon":6.7979,"lat":47.5103},"inst_hs_bool":"false"}]"#,
    ),
    (
        "data-es.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"equip_numero":"E1","equip_nom":"Gymnase",
            "inst_nom":"Complexe","inst_adresse":"1 rue X","equip_type_name":"Gymnase","aps_name":"Basket;Judo"},
            "geometry":{"type":"Point","coordinates":[6.7979,47.5103]}}]}"#,
    ),
    (
        "older.json",
        r#"{"nhits":1,"records":[{"datasetid":"data-es","fields":{"equip_numero":"E1","equip_nom":"Gymnase","inst_nom":"Complexe",
            "inst_adresse":"1 rue X","equip_type_name":"Gymnase","aps_name":"Basket;Judo","coordonnees":[47.5103,6.7979]}}]}"#,
    ),
];

#[test]
fn sports_facilities_are_the_same_in_every_export() {
    for (name, text) in SPORTS {
        let found = sports(name, text);
        assert_eq!(found.told(), [""; 0], "{name}");
        let [hall] = &*found.pack.ground.points_of_interest else {
            unreachable!("one of them is in order: {name}")
        };
        assert_eq!(
            (&*hall.key, hall.theme, &*hall.class),
            ("res-E1", Theme::Sport, "Gymnase")
        );
        assert_eq!(hall.name.as_deref(), Some("Gymnase"));
        assert_eq!(hall.tags.get("installation"), Some("Complexe"));
        assert_eq!(hall.tags.get("addr:street"), Some("1 rue X"));
        let sports = hall.tags.get("sport").map(|it| it.replace(',', ";"));
        assert_eq!(sports.as_deref(), Some("Basket;Judo"));
        assert_eq!(<[f64; 2]>::from(hall.place), [6.7979, 47.5103], "{name}");
    }
}

#[test]
fn facilities_out_of_order_are_counted_and_the_name_of_the_file_tells_its_date() {
    let (name, text) = SPORTS[0];
    let found = sports(name, text);
    assert!(
        found.notes[0].starts_with("1 sports facilities left out"),
        "{:?}",
        found.notes
    );
    let info = &found.pack.manifest.layers["points_of_interest"];
    assert_eq!(info.vintage, "2026-03");
}

#[rstest::rstest]
#[case::today(
    "Nom;Adresse;Code Postal;libelle_geographique;code_insee;Identifiant_deps_a_partir_de_2022;Rang;\
     Type équipement ou lieu;Label et appellation;Domaine;Sous_domaine;Latitude;Longitude;Demographie_AP\n\
     Médiathèque;Rue X;25200;Montbéliard;25388;D7;1;Bibliothèque;;Livre;;47.5103;6.7979;Actif\n\
     Cinéma;Rue X;25200;Montbéliard;25388;D8;1;Cinéma;;Image;;47.5103;6.7979;Inactif\n",
    "basilic-D7"
)]
#[case::older_in_lambert_93(
    "nomrs;typequ;code_commune;lambert_x;lambert_y;dom\n\
     Médiathèque;Bibliothèque;25388;985752,544;6719088,232;Livre\n",
    "basilic-25388:Biblioth~c3~a8que:M~c3~a9diath~c3~a8que"
)]
fn cultural_places_are_read_by_name_with_or_without_a_mark(#[case] text: &str, #[case] key: &str) {
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        latin_1(text),
    ] {
        let found = culture(bytes);
        assert_eq!(found.told(), [""; 0]);
        let [library] = &*found.pack.ground.points_of_interest else {
            unreachable!("one of them is in use")
        };
        assert_eq!((&*library.key, library.theme), (key, Theme::Culture));
        assert_eq!(
            (&*library.class, library.name.as_deref()),
            ("Bibliothèque", Some("Médiathèque"))
        );
        assert_eq!(library.tags.get("domain"), Some("Livre"));
        approx::assert_abs_diff_eq!(library.place.lon(), 6.7979, epsilon = 1e-8);
    }
}

const SINOE: [(&str, &str); 3] = [
    (
        "dechets-sinoe.csv",
        "\u{feff}C_SERVICE;N_SERVICE;AD1_SITE;_geopoint;GPS_X;GPS_Y;GPS_QUALITY;ANNEE;C_COMM\n\
         31;Déchèterie de Voujeaucourt;ZI;\"47.51,6.79\";;;1;2019;25632\n\
         31;Déchèterie de Voujeaucourt;La Charmotte;\"47.5103,6.7979\";;;1;2021;25632\n\
         31;Déchèterie;ZI;\"47.51,6.79\";;;1;2017;25632\n\
         32;Déchèterie de Seloncourt;ZI;\"47.52,6.80\";;;-1;2017;25539\n\
         33;Ailleurs;ZI;\"44.5,0.8\";;;1;2021;47001\n",
    ),
    (
        "lines.json",
        "{\"C_SERVICE\":\"31\",\"N_SERVICE\":\"Déchèterie de Voujeaucourt\",\"AD1_SITE\":\"ZI\",\"_geopoint\":\"47.51,6.79\",\"ANNEE\":2019}\n\
         {\"C_SERVICE\":\"31\",\"N_SERVICE\":\"Déchèterie de Voujeaucourt\",\"AD1_SITE\":\"La Charmotte\",\"_geopoint\":\"47.5103,6.7979\",\"ANNEE\":2021}\n\
         {\"C_SERVICE\":\"32\",\"N_SERVICE\":\"Déchèterie de Seloncourt\",\"GPS_X\":6.8,\"GPS_Y\":47.52,\"ANNEE\":2017,\"GPS_QUALITY\":-1}\n",
    ),
    (
        "api.json",
        r#"{"total":2,"results":[{"C_SERVICE":31,"N_SERVICE":"Déchèterie de Voujeaucourt","AD1_SITE":"La Charmotte","GPS_X":6.7979,"GPS_LAT":47.5103,"ANNEE":2021},
            {"C_SERVICE":32,"N_SERVICE":"Déchèterie de Seloncourt","_geopoint":"47.52,6.8","ANNEE":"2017","GPS_QUALITY":"-1"}]}"#,
    ),
];

#[test]
fn the_newest_year_of_each_centre_counts_in_every_export() {
    for (name, text) in SINOE {
        let found = recycling(name, text);
        let sites = &found.pack.layers.unloading_sites;
        assert_eq!(Outcome::keys(sites), ["sinoe-31", "sinoe-32"], "{name}");
        assert_eq!(
            Outcome::places(sites),
            [[6.7979, 47.5103], [6.8, 47.52]],
            "{name}"
        );
        let centre = &found.pack.ground.points_of_interest[0];
        assert_eq!((&*centre.key, centre.theme), ("sinoe-31", Theme::Recycling));
        assert_eq!(centre.name.as_deref(), Some("Déchèterie de Voujeaucourt"));
        assert_eq!(centre.tags.get("addr:street"), Some("La Charmotte"));
        let [doubt] = &*found.told() else {
            unreachable!("one place is said to be bad")
        };
        assert!(doubt.starts_with("approximate-place"), "{doubt}");
        assert!(
            found.notes.iter().any(|it| it.contains("no row of 2021")),
            "{:?}",
            found.notes
        );
        for layer in ["unloading_sites", "points_of_interest"] {
            assert_eq!(found.pack.manifest.layers[layer].vintage, "2021", "{name}");
        }
    }
}
