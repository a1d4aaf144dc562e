//! The keys of a GeoTIFF: reference system, what a pixel is, the unit of its heights.

use std::io::{Read, Seek};
use std::path::Path;

use tiff::TiffResult;
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use crate::crs::planar_crs_to_read;
use crate::error::GisResult;
use crate::import::dem::grid::{Frame, System};
use crate::import::dem::source::refused;

/// What a pixel is; 2: a point.
const RASTER_TYPE: u16 = 1025;
/// EPSG code of the geographic system.
const GEOGRAPHIC: u16 = 2048;
/// EPSG code of the projected system.
const PROJECTED: u16 = 3072;
/// EPSG code of the unit of heights.
const VERTICAL_UNIT: u16 = 4099;
/// A system that is described in other keys, in the file's own words.
const USER_DEFINED: u16 = 32_767;
/// Geographic systems that count as WGS84: itself, ETRS89, and the versions of RGF93.
const DEGREES: [u16; 8] = [4326, 4979, 4258, 4937, 4171, 4965, 9777, 9782];

/// The keys that we know, each with its one value.
#[derive(Clone, Debug, Default)]
pub(super) struct GeoKeys(Vec<(u16, u16)>);

impl GeoKeys {
    /// The keys of the first image; none where it has none.
    pub(super) fn read<R: Read + Seek>(tiff: &mut Decoder<R>) -> TiffResult<Self> {
        let directory = tiff.find_tag_unsigned_vec::<u16>(Tag::GeoKeyDirectoryTag)?;
        let directory = directory.unwrap_or_default();
        let keys = directory.as_chunks::<4>().0.iter().skip(1);
        let is_here = |entry: &&[u16; 4]| entry[1] == 0 && entry[2] == 1;
        let keys = keys.filter(is_here).map(|entry| (entry[0], entry[3]));
        Ok(Self(keys.collect()))
    }

    fn get(&self, wanted: u16) -> Option<u16> {
        let mut found = self.0.iter().filter(|(key, _)| *key == wanted);
        found.next().map(|(_, value)| *value)
    }

    /// Whether a height holds for a cell, and not for a point.
    pub(super) fn is_area(&self) -> bool {
        self.get(RASTER_TYPE) != Some(2)
    }

    /// The reference system; where none is told, degrees are taken for WGS84 and told as assumed.
    pub(super) fn system(&self, frame: &Frame, path: &Path) -> GisResult<(System, Option<String>)> {
        let is_code = |code: &u16| *code != USER_DEFINED && *code != 0;
        let projected = self.get(PROJECTED);
        if let Some(code) = projected.filter(is_code) {
            let crs = planar_crs_to_read(&format!("EPSG:{code}"));
            let crs =
                crs.map_err(|error| refused(path, format!("it is in EPSG:{code}, {error}")))?;
            return Ok((System::Plane(crs), None));
        }
        match self.get(GEOGRAPHIC).filter(is_code) {
            Some(code) if projected.is_none() && DEGREES.contains(&code) => {
                Ok((System::Degrees, None))
            }
            None if projected.is_none() && is_in_degrees(frame) => {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let told = format!("{file}: WGS84 (EPSG:4326), guessed from its coordinates");
                Ok((System::Degrees, Some(told)))
            }
            code => {
                let expected =
                    "expected WGS84, ETRS89, RGF93 or a projected system by its EPSG code";
                let told = code.or(projected);
                let told = told.map_or_else(|| "none".to_owned(), |code| format!("EPSG:{code}"));
                Err(refused(
                    path,
                    format!("its reference system is {told}, {expected}"),
                ))
            }
        }
    }

    /// Metres in one unit of height; metres where none is told.
    pub(super) fn metres(&self, path: &Path) -> GisResult<f64> {
        match self.get(VERTICAL_UNIT) {
            None | Some(0 | 9001 | USER_DEFINED) => Ok(1.0),
            Some(9002) => Ok(0.3048),
            Some(9003) => Ok(1200.0 / 3937.0),
            Some(code) => {
                let problem =
                    format!("its heights are in unit EPSG:{code}, expected metres or feet");
                Err(refused(path, problem))
            }
        }
    }
}

/// Whether coordinates can be degrees.
fn is_in_degrees(frame: &Frame) -> bool {
    frame
        .rim(0)
        .all(|[x, y]| x.abs() <= 180.0 && y.abs() <= 90.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame::north_up([3, 3], [6.0, 48.0], [0.1, 0.1]).unwrap()
    }

    #[rstest::rstest]
    #[case::wgs84(&[(2048, 4326)], "EPSG:4326", false)]
    #[case::rgf93(&[(2048, 4171)], "EPSG:4326", false)]
    #[case::lambert_93(&[(2048, 4171), (3072, 2154)], "EPSG:2154", false)]
    #[case::europe(&[(3072, 3035)], "EPSG:3035", false)]
    #[case::nothing_told(&[], "EPSG:4326", true)]
    fn codes_name_the_system(
        #[case] keys: &[(u16, u16)],
        #[case] name: &str,
        #[case] is_assumed: bool,
    ) {
        let keys = GeoKeys(keys.to_vec());
        let (system, assumption) = keys.system(&frame(), Path::new("a.tif")).unwrap();
        assert_eq!((system.name(), assumption.is_some()), (name, is_assumed));
    }

    #[rstest::rstest]
    #[case::of_another_datum(&[(2048, 4275)], "EPSG:4275")]
    #[case::in_feet(&[(3072, 2263)], "EPSG:2263")]
    #[case::own_projection(&[(2048, 4326), (3072, 32_767)], "EPSG:4326")]
    fn a_system_that_cannot_be_used_is_named(#[case] keys: &[(u16, u16)], #[case] name: &str) {
        let error = GeoKeys(keys.to_vec()).system(&frame(), Path::new("a.tif"));
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains(name) && message.contains("a.tif"),
            "{message}"
        );
    }

    #[rstest::rstest]
    #[case::untold(&[], 1.0)]
    #[case::metres(&[(4099, 9001)], 1.0)]
    #[case::feet(&[(4099, 9002)], 0.3048)]
    fn heights_become_metres(#[case] keys: &[(u16, u16)], #[case] metres: f64) {
        assert_eq!(
            GeoKeys(keys.to_vec()).metres(Path::new("a.tif")).unwrap(),
            metres
        );
    }

    #[test]
    fn a_pixel_is_an_area_unless_told_otherwise() {
        assert!(GeoKeys(vec![]).is_area() && GeoKeys(vec![(1025, 1)]).is_area());
        assert!(!GeoKeys(vec![(1025, 2)]).is_area());
    }
}
