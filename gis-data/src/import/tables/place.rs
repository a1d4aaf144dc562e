//! From coordinates in a table to a place of the territory.

use std::sync::Arc;

use twin_core::{Commune, LonLat, LonLatBox, PlanarCrs};

use crate::crs::planar_crs;
use crate::error::GisResult;
use crate::import::outline;

/// Where metropolitan France lies in WGS84: west, south, east, north.
const FRANCE: [f64; 4] = [-5.5, 41.0, 10.0, 51.5];

/// Turns coordinates of one system into places.
#[derive(Debug)]
pub(in crate::import) struct Placer<'a> {
    /// The planar system; WGS84 where there is none.
    crs: Option<Arc<dyn PlanarCrs>>,
    territory: Territory<'a>,
}

/// The communes that places must lie in.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Territory<'a>(Vec<(LonLatBox, &'a Commune)>);

/// A place, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::import) enum Placed {
    /// Here.
    At(LonLat),
    /// Here, if the two coordinates are exchanged.
    Swapped(LonLat),
    /// Outside of every commune.
    Outside(LonLat),
    /// Nowhere on the globe.
    Nowhere,
}

impl<'a> Placer<'a> {
    pub(in crate::import) fn new(crs: Option<String>, communes: &'a [Commune]) -> GisResult<Self> {
        let crs = crs.filter(|name| !matches!(&**name, "EPSG:4326" | "EPSG:4979"));
        Ok(Self {
            crs: crs.map(|name| planar_crs(&name)).transpose()?,
            territory: Territory::new(communes),
        })
    }

    /// The place of `[x, y]`, in the order of the system: east or longitude first.
    pub(in crate::import) fn place(&self, at: [f64; 2]) -> Placed {
        self.territory.place(at, |[x, y]| match &self.crs {
            Some(crs) => crs.unproject([x, y]),
            None => LonLat::new(x, y).ok(),
        })
    }
}

impl<'a> Territory<'a> {
    pub(in crate::import) fn new(communes: &'a [Commune]) -> Self {
        let boxed = |commune: &'a Commune| {
            let corners = commune
                .outline
                .iter()
                .flat_map(|part| part.exterior().coords());
            Some((LonLatBox::around(corners.copied())?, commune))
        };
        Self(communes.iter().filter_map(boxed).collect())
    }

    /// The place of `[x, y]` in a system, if need be with its two coordinates exchanged.
    pub(in crate::import) fn place(
        &self,
        [x, y]: [f64; 2],
        lon_lat: impl Fn([f64; 2]) -> Option<LonLat>,
    ) -> Placed {
        let there = lon_lat([x, y]);
        if let Some(there) = there.filter(|place| self.is_inside(*place)) {
            return Placed::At(there);
        }
        let swapped = lon_lat([y, x]).filter(|place| self.is_inside(*place));
        match (swapped, there) {
            (Some(swapped), _) => Placed::Swapped(swapped),
            (None, Some(there)) => Placed::Outside(there),
            (None, None) => Placed::Nowhere,
        }
    }

    /// Whether a place lies in a commune; in France, roughly, where no commune is known. A
    /// territory elsewhere has communes.
    fn is_inside(&self, place: LonLat) -> bool {
        if self.0.is_empty() {
            let [west, south, east, north] = FRANCE;
            let is_french =
                (west..=east).contains(&place.lon()) && (south..=north).contains(&place.lat());
            return is_french || !is_exchanged(place);
        }
        let is_near = |area: &LonLatBox| {
            (area.west()..=area.east()).contains(&place.lon())
                && (area.south()..=area.north()).contains(&place.lat())
        };
        let mut near = self.0.iter().filter(|(area, _)| is_near(area));
        near.any(|(_, commune)| outline::contains(&commune.outline, place))
    }
}

/// Whether a place would be in France, roughly, if its axes were exchanged.
fn is_exchanged(place: LonLat) -> bool {
    let [west, south, east, north] = FRANCE;
    (west..=east).contains(&place.lat()) && (south..=north).contains(&place.lon())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::as_it_should_be(None, [6.8, 47.5], "at")]
    #[case::latitude_first(None, [47.5, 6.8], "swapped")]
    #[case::reunion(None, [55.45, -20.88], "at")]
    #[case::no_degrees(None, [985_752.5, 6_719_088.2], "nowhere")]
    #[case::lambert_93(Some("EPSG:2154"), [985_752.5, 6_719_088.2], "at")]
    #[case::lambert_93_north_first(Some("EPSG:2154"), [6_719_088.2, 985_752.5], "swapped")]
    fn places_are_found_whatever_the_system(
        #[case] crs: Option<&str>,
        #[case] at: [f64; 2],
        #[case] expected: &str,
    ) {
        let placer = Placer::new(crs.map(str::to_owned), &[]).unwrap();
        let placed = match placer.place(at) {
            Placed::At(_) => "at",
            Placed::Swapped(_) => "swapped",
            Placed::Outside(_) => "outside",
            Placed::Nowhere => "nowhere",
        };
        assert_eq!(placed, expected);
    }
}
