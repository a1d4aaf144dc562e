//! Damaged files are read or refused; nothing panics.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gis_data::pack::{self, IfPresent};
use proptest::prelude::*;

use crate::samples;

static SOUND: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    pack::write(&dir, &samples::pack(), IfPresent::Refuse).unwrap();
    (home, dir)
});

/// The files of the sound pack, in order.
fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(&SOUND.1)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.collect();
    files.sort();
    files
}

/// Reads the sound pack with other bytes in one of its files.
fn read_with(file: &Path, bytes: &[u8]) -> gis_data::GisResult<pack::Pack> {
    let home = tempfile::tempdir().unwrap();
    for sound in files() {
        let to = home.path().join(sound.file_name().unwrap());
        if sound == file {
            fs::write(to, bytes)
        } else {
            fs::copy(sound, to).map(drop)
        }
        .unwrap();
    }
    pack::read(home.path())
}

#[test]
fn a_layer_cut_anywhere_is_refused() {
    let file = SOUND.1.join("sites.fgb");
    let bytes = fs::read(&file).unwrap();
    for end in 0..bytes.len() {
        let refused = read_with(&file, &bytes[..end]).unwrap_err().to_string();
        assert!(refused.contains("sites.fgb"), "cut at {end}: {refused}");
    }
}

#[test]
fn a_header_that_tells_of_more_features_than_there_are_is_refused() {
    let file = SOUND.1.join("sites.fgb");
    let sound = fs::read(&file).unwrap();
    let count = sound
        .windows(8)
        .position(|window| window == 2_u64.to_le_bytes())
        .unwrap();
    for told in [3, u64::MAX / 40, u64::MAX] {
        let mut bytes = sound.clone();
        bytes[count..count + 8].copy_from_slice(&told.to_le_bytes());
        let refused = read_with(&file, &bytes).unwrap_err().to_string();
        assert!(refused.contains("sites.fgb"), "{told} features: {refused}");
    }
}

#[test]
fn a_place_that_is_no_number_is_refused() {
    let file = SOUND.1.join("depots.fgb");
    let mut bytes = fs::read(&file).unwrap();
    let lon = bytes
        .windows(8)
        .rposition(|window| window == 6.7981_f64.to_le_bytes())
        .unwrap();
    bytes[lon..lon + 8].copy_from_slice(&f64::NAN.to_le_bytes());
    let refused = read_with(&file, &bytes).unwrap_err().to_string();
    assert!(
        refused.contains("feature 0 of layer depots must have a place on the globe"),
        "{refused}"
    );
}

#[test]
fn a_name_that_is_not_known_is_refused_with_its_place_and_the_known_ones() {
    let file = SOUND.1.join("health_facilities.fgb");
    let mut bytes = fs::read(&file).unwrap();
    let name = bytes
        .windows(8)
        .rposition(|window| window == b"pharmacy")
        .unwrap();
    bytes[name..name + 8].copy_from_slice(b"pharmacx");
    let refused = read_with(&file, &bytes).unwrap_err().to_string();
    let expected = "column 'category' of feature 0 of layer health_facilities has 'pharmacx', \
                    expected one of pharmacy, doctors, clinic, hospital";
    assert!(refused.starts_with(expected), "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn flipped_and_cut_bytes_never_panic(
        which in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let files = files();
        let file = which.get(&files);
        let mut bytes = fs::read(file).unwrap();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        // Some damage cannot be seen: a letter of a name. What was read must then be sound.
        if let Ok(pack) = read_with(file, &bytes) {
            let home = tempfile::tempdir().unwrap();
            pack::write(&home.path().join("pack"), &pack, IfPresent::Refuse).unwrap();
        }
    }

    #[test]
    fn any_bytes_at_all_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut layer = b"fgb\x03fgb\x01".to_vec();
        layer.extend(&bytes);
        prop_assert!(read_with(&SOUND.1.join("sites.fgb"), &layer).is_err());
        prop_assert!(read_with(&SOUND.1.join("pack.toml"), &bytes).is_err());
    }
}
