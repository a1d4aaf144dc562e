//! From the coordinates of a register to a place of the territory: in degrees or in metres, told
//! apart by their size.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use twin_core::{Commune, LonLat, PlanarCrs};

use super::records::Warn;
use crate::crs::planar_crs;
use crate::import::WarningCode;
use crate::import::tables::numbers::number;
use crate::import::tables::place::{Placed, Territory};

/// Metropolitan France.
pub(super) const LAMBERT_93: &str = "EPSG:2154";

/// The legal planar systems of the territories overseas by the beginning of their INSEE codes, as
/// the UTM zones on WGS84 that they equal on the ground (décret 2000-1276, as amended in 2019);
/// for New Caledonia its own projection.
const OVERSEAS: [(&str, &str); 11] = [
    ("971", "EPSG:32620"),
    ("972", "EPSG:32620"),
    ("973", "EPSG:32622"),
    ("974", "EPSG:32740"),
    ("975", "EPSG:32621"),
    ("976", "EPSG:32738"),
    ("977", "EPSG:32620"),
    ("978", "EPSG:32620"),
    ("986", "EPSG:32701"),
    ("987", "EPSG:32706"),
    ("988", "EPSG:3163"),
];

/// The planar system of the commune with an INSEE code.
pub(super) fn system_of(insee: &str) -> &'static str {
    let row = OVERSEAS.iter().find(|(start, _)| insee.starts_with(start));
    row.map_or(LAMBERT_93, |(_, system)| system)
}

/// Coordinates as a register has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coordinates<'c> {
    /// East or longitude, then north or latitude.
    pub(super) at: [f64; 2],
    /// The system that they are in if they are no degrees.
    pub(super) system: &'c str,
    /// INSEE code of the commune that the register names.
    pub(super) commune: Option<&'c str>,
}

impl<'c> Coordinates<'c> {
    /// Coordinates of a commune, in degrees or in its planar system.
    pub(super) fn of(at: [f64; 2], commune: Option<&'c str>) -> Self {
        Self {
            at,
            system: commune.map_or(LAMBERT_93, system_of),
            commune,
        }
    }
}

/// A pair of coordinates out of two columns.
pub(super) fn pair(x: Option<&str>, y: Option<&str>) -> Option<[f64; 2]> {
    Some([number(x?)?, number(y?)?])
}

/// A pair of coordinates out of one column that has the latitude first: `47.51, 6.80`.
pub(super) fn latitude_first(text: Option<&str>) -> Option<[f64; 2]> {
    let (lat, lon) = text?.split_once([',', ';', ' '])?;
    Some([number(lon)?, number(lat)?])
}

/// Finds places, and counts those that lie elsewhere.
#[derive(Debug)]
pub(super) struct Locator<'a> {
    territory: Territory<'a>,
    communes: BTreeSet<&'a str>,
    systems: BTreeMap<Box<str>, Option<Arc<dyn PlanarCrs>>>,
    /// How many places lay outside of all communes, as their register says.
    outside: u64,
}

impl<'a> Locator<'a> {
    pub(super) fn new(communes: &'a [Commune]) -> Self {
        Self {
            territory: Territory::new(communes),
            communes: communes.iter().map(|commune| &*commune.code).collect(),
            systems: BTreeMap::new(),
            outside: 0,
        }
    }

    /// Whether a commune is one of the territory's; none is where no commune is known.
    pub(super) fn has_commune(&self, insee: &str) -> bool {
        self.communes.contains(insee)
    }

    /// The place of coordinates inside of the territory. What lies outside is counted, and told
    /// where the register says that it lies inside.
    pub(super) fn place(
        &mut self,
        coordinates: Option<Coordinates<'_>>,
        warn: &mut Warn<'_>,
    ) -> Option<LonLat> {
        let is_told = |found: &Coordinates<'_>| found.at != [0.0, 0.0];
        let Some(found) = coordinates.filter(is_told) else {
            let message = "has no coordinates that are two numbers: it was left out";
            warn(WarningCode::NoPlace, message);
            return None;
        };
        let [x, y] = found.at;
        match self.placed(&found) {
            Placed::At(place) => Some(place),
            Placed::Swapped(place) => {
                let message =
                    format!("has its coordinates {x}, {y} in the other order: they are exchanged");
                warn(WarningCode::SwappedAxes, &message);
                Some(place)
            }
            Placed::Outside(place) => {
                self.leave_out(&found, place, warn);
                None
            }
            Placed::Nowhere => {
                let message = format!(
                    "has the coordinates {x}, {y}, expected degrees or metres of {}: it was left out",
                    found.system
                );
                warn(WarningCode::PlaceOffGlobe, &message);
                None
            }
        }
    }

    fn placed(&mut self, found: &Coordinates<'_>) -> Placed {
        if found.at.iter().all(|coordinate| coordinate.abs() <= 180.0) {
            let degrees = |[lon, lat]: [f64; 2]| LonLat::new(lon, lat).ok();
            return self.territory.place(found.at, degrees);
        }
        if !self.systems.contains_key(found.system) {
            let system = planar_crs(found.system).ok();
            self.systems.insert(found.system.into(), system);
        }
        let system = self.systems.get(found.system).and_then(Option::as_ref);
        let metres = |at| system.and_then(|system| system.unproject(at));
        self.territory.place(found.at, metres)
    }

    fn leave_out(&mut self, found: &Coordinates<'_>, place: LonLat, warn: &mut Warn<'_>) {
        let Some(commune) = found.commune.filter(|code| self.has_commune(code)) else {
            self.outside += 1;
            return;
        };
        let (lon, lat) = (place.lon(), place.lat());
        let message = format!(
            "lies at {lon:.5}, {lat:.5}, outside of the territory, but is said to be in {commune}: \
             it was left out"
        );
        warn(WarningCode::OutsideTerritory, &message);
    }

    /// What was left out for lying elsewhere, in words, if anything was.
    pub(super) fn left_out(&self, what: &str) -> Option<String> {
        let outside = self.outside;
        (outside > 0).then(|| format!("{outside} {what} lie outside of the communes: left out"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(at: [f64; 2], insee: Option<&str>) -> (Option<LonLat>, Vec<WarningCode>) {
        let mut told = Vec::new();
        let found = Some(Coordinates::of(at, insee));
        let place = Locator::new(&[]).place(found, &mut |code, _| told.push(code));
        (place, told)
    }

    /// Figures of PROJ (pyproj 3.7) for the planar ones.
    #[rstest::rstest]
    #[case::degrees([6.7979, 47.5103], None, [6.7979, 47.5103])]
    #[case::lambert_93([985_752.544, 6_719_088.232], Some("25388"), [6.7979, 47.5103])]
    #[case::saint_denis([338_767.167, 7_690_355.572], Some("97411"), [55.45, -20.88])]
    fn coordinates_are_told_apart_by_their_size(
        #[case] at: [f64; 2],
        #[case] insee: Option<&str>,
        #[case] expected: [f64; 2],
    ) {
        let (place, told) = place(at, insee);
        let found: [f64; 2] = place.unwrap().into();
        approx::assert_abs_diff_eq!(found.as_slice(), expected.as_slice(), epsilon = 1e-7);
        assert!(told.is_empty());
    }

    #[rstest::rstest]
    #[case::latitude_first([47.5103, 6.7979], WarningCode::SwappedAxes)]
    #[case::north_first([6_719_088.232, 985_752.544], WarningCode::SwappedAxes)]
    #[case::nowhere([9e9, 9e9], WarningCode::PlaceOffGlobe)]
    #[case::nothing([0.0, 0.0], WarningCode::NoPlace)]
    fn odd_coordinates_are_told(#[case] at: [f64; 2], #[case] code: WarningCode) {
        assert_eq!(place(at, None).1, [code]);
    }

    #[test]
    fn every_system_is_known() {
        for (_, system) in OVERSEAS {
            assert!(planar_crs(system).is_ok(), "{system}");
        }
    }

    #[rstest::rstest]
    #[case::comma("47.51,6.80", Some([6.8, 47.51]))]
    #[case::comma_and_blank("47.51, 6.80", Some([6.8, 47.51]))]
    #[case::one_number("47.51", None)]
    #[case::words("a,b", None)]
    fn a_position_in_one_column_has_its_latitude_first(
        #[case] text: &str,
        #[case] at: Option<[f64; 2]>,
    ) {
        assert_eq!(latitude_first(Some(text)), at);
    }
}
