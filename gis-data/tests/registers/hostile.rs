//! Files that are none of a register, or are damaged.

use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use gis_data::GisError;
use gis_data::import::registers::Registers;
use proptest::prelude::*;

use super::{Files, montbeliard, pack, try_import};

/// One of the registers with a file.
fn with(kind: usize, path: &Path) -> Registers {
    let mut registers = Registers::default();
    let path = path.to_path_buf();
    match kind {
        0 => registers.addresses = Some(path),
        1 => registers.finess = vec![path],
        2 => registers.premises = Some(path),
        3 => registers.sports = Some(path),
        4 => registers.culture = Some(path),
        _ => registers.recycling_centres = Some(path),
    }
    registers
}

/// A good file of each register.
const SAMPLES: [&str; 7] = [
    "id;numero;rep;nom_voie;lon;lat;type_position\n25388_1;1;bis;Rue X;6.7979;47.5103;entrée\n25388_1;1;bis;Rue X;6.79;47.51;segment\n",
    "finess;etalab;1;2026-05-12\nstructureet;250000008;;;PHARMACIE;;;;;;;;388;25;;;;;620;;\ngeolocalisation;250000008;985752.5;6719088.2;1,IGN,LAMBERT_93;\n",
    "x,y,imb_id,imb_etat,pm_ref,pm_etat,nbr_log\n6.79,47.51,I1,deploye,PM1,deploye,4\n985752.5,6719088.2,I2,cible,PM1,,\n",
    "equip_numero,equip_type_name,equip_x,equip_y,inst_hs_bool\nE1,Stade,6.7979,47.5103,False\n",
    "Nom;Type équipement ou lieu;Latitude;Longitude\nMusée;Musée;47.5103;6.7979\n",
    "C_SERVICE;ANNEE;_geopoint;GPS_QUALITY\n1;2021;\"47.5103,6.7979\";-1\n",
    r#"{"generatedAt":"2026-03-09T15","pmej":[{"ege":[{"informationsGeneralesEGE":{"numFinessEge":"250000008"},
        "categorieEntiteGeographiqueExercice":"620","etatObjet":"A","adresse":[{"cogCommune":"25388",
        "coordonneesGeographique":{"coordonneeX":"6719088.2","coordonneeY":"985752.5"}}]}]}]}"#,
];

/// The register of a sample.
const fn kind_of(sample: usize) -> usize {
    if sample == 6 { 1 } else { sample }
}

#[test]
fn every_sample_is_good_so_that_its_damage_says_something() {
    let files = Files::new();
    for (ix, sample) in SAMPLES.iter().enumerate() {
        let path = files.add("r.csv", sample);
        let (notes, pack, _) = try_import(pack(montbeliard()), &with(kind_of(ix), &path));
        assert!(notes.is_ok(), "{ix}: {notes:?}");
        let (layers, ground) = (&pack.layers, &pack.ground);
        let found = layers.addresses.len()
            + layers.health_facilities.len()
            + ground.premises.len()
            + ground.points_of_interest.len();
        assert!(found > 0, "{ix}");
    }
}

#[rstest::rstest]
fn another_table_is_refused_and_the_columns_are_named(#[values(0, 2, 3, 4, 5)] kind: usize) {
    let files = Files::new();
    for text in [
        "couleur;taille\nvert;7\n",
        r#"[{"couleur":"vert","taille":7}]"#,
    ] {
        let path = files.add("autre.csv", text);
        let (refused, pack, _) = try_import(pack(montbeliard()), &with(kind, &path));
        let refused = refused.unwrap_err();
        assert!(
            matches!(refused, GisError::MissingColumns { .. }),
            "{refused}"
        );
        let message = refused.to_string();
        assert!(
            message.contains("has 'couleur', 'taille'") && message.contains("autre.csv"),
            "{message}"
        );
        assert!(pack.manifest.layers.is_empty());
    }
}

/// Half a gigabyte out of half a megabyte: refused after the first megabyte, or read line by line.
#[rstest::rstest]
#[case::one_line(b"x".repeat(1 << 20))]
#[case::blank_lines(b"\n".repeat(1 << 20))]
fn a_bomb_is_refused_before_it_goes_off(#[case] piece: Vec<u8>) {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(b"id;numero;nom_voie;lon;lat\n").unwrap();
    for _ in 0..512 {
        packed.write_all(&piece).unwrap();
    }
    let files = Files::new();
    let path = files.add("bomb.csv.gz", packed.finish().unwrap());
    let (refused, ..) = try_import(pack(montbeliard()), &with(0, &path));
    assert!(
        matches!(refused, Err(GisError::RecordTooLong { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_packed_file_that_is_cut_off_is_refused() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(SAMPLES[0].as_bytes()).unwrap();
    let mut bytes = packed.finish().unwrap();
    bytes.truncate(bytes.len() - 12);
    let files = Files::new();
    let path = files.add("a.csv.gz", bytes);
    let (refused, ..) = try_import(pack(montbeliard()), &with(0, &path));
    assert!(matches!(refused, Err(GisError::Io { .. })), "{refused:?}");
}

proptest! {
    #[test]
    fn no_damage_makes_a_reader_panic(
        sample in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = SAMPLES[sample].as_bytes().to_vec();
        for (ix, byte) in changes {
            let at = ix.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(cut.index(bytes.len() * 2));
        let files = Files::new();
        let path = files.add("r.csv", bytes);
        let (_notes_or_refused, pack, _) = try_import(pack(montbeliard()), &with(kind_of(sample), &path));
        prop_assert!(pack.layers.communes.len() == 1);
    }

    #[test]
    fn any_values_in_known_columns_are_used_or_told(
        sample in 0..SAMPLES.len(),
        values in prop::collection::vec("[-+0-9.,eE]{0,12}|\\PC{0,8}", 1..30),
    ) {
        let header = SAMPLES[sample].lines().next().unwrap();
        let row = values.iter().map(|it| it.replace(['"', '\n', '\r'], "")).collect::<Vec<_>>().join(";");
        let text = format!("{}\n{row}\n", header.replace(',', ";"));
        let files = Files::new();
        let path = files.add("r.csv", text);
        let (_notes_or_refused, pack, _) = try_import(pack(montbeliard()), &with(kind_of(sample), &path));
        prop_assert!(pack.layers.addresses.len() <= 1);
    }
}
