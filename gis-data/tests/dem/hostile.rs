//! Files that end early, lie about themselves, or are no terrain at all.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use gis_data::import::WarningCode;
use proptest::prelude::*;
use tempfile::TempDir;
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::{SIDE, count_filled, read, tile, tile_bytes};

/// A file with these bytes.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(name);
    fs::write(&path, bytes).unwrap();
    (home, path)
}

/// Why a file is refused.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let (_home, path) = file(name, bytes);
    let (dem, report) = read(&[path], None);
    let message = dem.unwrap_err().to_string();
    assert!(message.contains(name), "{message} does not name the file");
    assert_eq!(report.count(WarningCode::UnusableTerrain), 1);
    message
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive.start_file(name, options).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

/// A GeoTIFF of 5 × 4 heights around Montbéliard, a strip for each row.
fn small_tiff() -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let mut tiff = TiffEncoder::new(&mut out).unwrap();
    let mut image = tiff.new_image::<colortype::Gray32Float>(5, 4).unwrap();
    image.rows_per_strip(1).unwrap();
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[0.01, 0.01, 0.0][..])
        .unwrap();
    tags.write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, 6.8, 47.5, 0.0][..])
        .unwrap();
    let keys: [u16; 16] = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 2, 2048, 0, 1, 4326];
    tags.write_tag(Tag::GeoKeyDirectoryTag, &keys[..]).unwrap();
    let heights: Vec<f32> = (0_u8..20).map(f32::from).collect();
    image.write_data(&heights).unwrap();
    out.into_inner()
}

const SMALL_ASC: &str = "ncols 3\nnrows 3\nxllcorner 6.8\nyllcorner 47.5\ncellsize 0.01\nNODATA_value -9999\n1 2 3\n4 -9999 6\n7 8 9\n";

#[rstest::rstest]
#[case::cut_tile("N47E006.hgt", &[0; 1000], "1000 bytes")]
#[case::empty_tile("N47E006.hgt", &[], "0 bytes")]
#[case::cut_tiff("a.tif", b"II*\0\x08\0\0\0", "a.tif")]
#[case::empty("a.asc", b"", "ncols")]
#[case::a_page(
    "a.asc",
    b"<!DOCTYPE html><html><body>Not found</body></html>",
    "ASCII grid"
)]
#[case::a_picture("a.asc", &[0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 0], "ASCII grid")]
#[case::an_archive_of_nothing("a.zip", b"PK\x03\x04", "archive")]
fn what_is_no_terrain_is_refused(#[case] name: &str, #[case] bytes: &[u8], #[case] why: &str) {
    let message = refusal(name, bytes);
    assert!(message.contains(why), "{message}");
}

#[test]
fn a_tile_whose_name_tells_no_place_is_refused() {
    let message = refusal("heights.hgt", &tile_bytes(|_, _| 0));
    assert!(message.contains("N47E006.hgt"), "{message}");
}

#[test]
fn an_archive_that_would_unpack_to_more_than_a_tile_is_refused() {
    let bomb = zipped("N47E006.hgt", &vec![0; 100_000_000]);
    assert!(bomb.len() < 200_000, "{} bytes", bomb.len());
    assert!(refusal("N47E006.hgt.zip", &bomb).contains("100000000 bytes"));
}

#[test]
fn an_archive_that_lies_about_its_size_is_unpacked_to_that_size_only() {
    let real = 100_000_000_u32;
    let mut bomb = zipped("N47E006.hgt", &vec![0; real as usize]);
    let told = u32::try_from(SIDE * SIDE * 2).unwrap();
    for at in 0..bomb.len() - 4 {
        if bomb[at..at + 4] == real.to_le_bytes() {
            bomb[at..at + 4].copy_from_slice(&told.to_le_bytes());
        }
    }
    let (_home, path) = file("N47E006.hgt.zip", &bomb);
    let (dem, report) = read(&[path], None);
    // Either way, no more than a tile of it was ever read.
    let posts = dem.map(|dem| dem.terrain.heights_m().len());
    assert!(posts.is_ok_and(|posts| posts == SIDE * SIDE) || !report.is_empty());
}

#[test]
fn an_archive_without_a_tile_is_refused() {
    let message = refusal("a.zip", &zipped("readme.txt", b"nothing"));
    assert!(message.contains("no .hgt file"), "{message}");
}

#[test]
fn a_file_that_cannot_be_used_does_not_hold_up_the_others() {
    let (home, good) = tile("N47E006.hgt", |column, _| i16::try_from(column).unwrap());
    let bad = home.path().join("N47E007.hgt");
    fs::write(&bad, [0; 10]).unwrap();
    let (dem, report) = read(&[bad, home.path().join("absent.hgt"), good], None);
    assert_eq!(dem.unwrap().terrain.heights_m().len(), SIDE * SIDE);
    assert_eq!(report.count(WarningCode::UnusableTerrain), 2);
}

#[test]
fn what_cannot_be_read_of_a_damaged_tile_is_filled_and_told() {
    let whole = tile_bytes(|column, _| i16::try_from(column).unwrap());
    let mut archive = zipped("N47E006.hgt", &whole);
    let middle = archive.len() / 2;
    for byte in &mut archive[middle..middle + 40] {
        *byte = 0xff;
    }
    let (_home, path) = file("N47E006.hgt.zip", &archive);
    let (dem, report) = read(&[path], None);
    assert_eq!(report.count(WarningCode::DamagedTerrain), 1, "{dem:?}");
}

#[test]
fn a_damaged_strip_leaves_the_others() {
    let mut bytes = small_tiff();
    let strips: Vec<usize> = (0..bytes.len() - 20)
        .filter(|at| bytes[*at..*at + 4] == 7.0_f32.to_le_bytes())
        .collect();
    assert!(!strips.is_empty());
    let (_home, path) = file("a.tif", &bytes);
    let (dem, _) = read(&[path], None);
    assert_eq!(dem.unwrap().terrain.heights_m()[7], 7.0);
    for height in [f32::NAN, f32::INFINITY, 1e30, -32_768.0] {
        bytes[strips[0]..strips[0] + 4].copy_from_slice(&height.to_le_bytes());
        let (_home, path) = file("a.tif", &bytes);
        let dem = read(&[path], None).0.unwrap();
        assert_eq!(count_filled(&dem), 1, "{height}");
        approx::assert_abs_diff_eq!(dem.terrain.heights_m()[7], 7.0, epsilon = 0.1);
    }
}

#[test]
fn a_grid_of_text_may_have_words_that_are_no_heights() {
    let (_home, path) = file(
        "a.asc",
        SMALL_ASC
            .replace("1 2", "1 NaN")
            .replace("8 9", "1e300 9")
            .as_bytes(),
    );
    let dem = read(&[path], None).0.unwrap();
    assert_eq!(count_filled(&dem), 3);

    let (_home, path) = file("a.asc", SMALL_ASC.replace("8 9", "8 nine").as_bytes());
    let (dem, report) = read(&[path], None);
    let told = report.warnings().next().unwrap().to_string();
    assert!(told.contains("'nine'") && told.contains("a.asc"), "{told}");
    let terrain = dem.unwrap().terrain;
    assert_eq!(terrain.grid().rows, 2, "the last row could not be read");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        start in prop::sample::select(vec![&b""[..], b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"PK\x03\x04", b"ncols 3 nrows 3 "]),
        name in prop::sample::select(vec!["N47E006.hgt", "a.tif", "a.asc", "N47E006.hgt.zip"]),
    ) {
        let (_home, path) = file(name, &[start, &bytes].concat());
        let _read_or_refused = read(&[path], None);
    }

    #[test]
    fn a_tiff_with_any_bytes_changed_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = small_tiff();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        let (_home, path) = file("a.tif", &bytes);
        let _read_or_refused = read(&[path], None);
    }

    #[test]
    fn a_grid_of_text_with_any_bytes_changed_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = SMALL_ASC.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (_home, path) = file("a.asc", &bytes);
        let _read_or_refused = read(&[path], None);
    }

    #[test]
    fn an_archive_with_any_bytes_changed_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = zipped("N47E006.hgt", &[7; 4000]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (_home, path) = file("N47E006.hgt.zip", &bytes);
        let _read_or_refused = read(&[path], None);
    }
}
