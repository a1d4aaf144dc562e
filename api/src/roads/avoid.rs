//! What a route is to keep away from.

use std::str::FromStr;

use simulator::roads::{Edit, Edits, RoadMetric, SNAP_WITHIN_M};
use twin_core::LonLat;

use super::place::Place;
use crate::error::{ApiError, ApiResult};

/// Streets that are closed for one request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Avoid {
    /// The street nearest to a place, between its two junctions.
    Near(LonLat),
    /// A way by its number in OpenStreetMap.
    Way(i64),
    /// All streets of a class, in OpenStreetMap's words.
    Class(Box<str>),
}

/// Classes of streets that can be avoided: the values of `highway` that traffic uses.
const CLASSES: [&str; 26] = [
    "bridleway",
    "busway",
    "corridor",
    "cycleway",
    "footway",
    "living_street",
    "motorway",
    "motorway_link",
    "path",
    "pedestrian",
    "primary",
    "primary_link",
    "residential",
    "road",
    "secondary",
    "secondary_link",
    "service",
    "services",
    "steps",
    "tertiary",
    "tertiary_link",
    "track",
    "trunk",
    "trunk_link",
    "unclassified",
    "rest_area",
];

impl FromStr for Avoid {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let avoid = match text.split_once(':') {
            Some(("way", number)) => number.parse().ok().map(Self::Way),
            Some(("class", class)) => CLASSES.contains(&class).then(|| Self::Class(class.into())),
            _ => text.parse().ok().map(|Place(place)| Self::Near(place)),
        };
        avoid.ok_or_else(|| ApiError::InvalidAvoid { text: text.into() })
    }
}

/// The edits that close what is to be avoided. `metric` is that of the open streets.
///
/// # Errors
/// [`ApiError::NoStreetNear`] and [`ApiError::UnknownWay`] for what is not there.
pub(crate) fn edits(avoid: &[Avoid], metric: &RoadMetric) -> ApiResult<Edits> {
    let mut edits = Edits::default();
    for avoid in avoid {
        match avoid {
            Avoid::Near(place) => {
                let snap = metric.snap(*place, SNAP_WITHIN_M);
                let snap = snap.ok_or(ApiError::NoStreetNear { place: *place })?;
                edits.set_both(snap.segment, Edit::Close);
            }
            Avoid::Way(way) => {
                let closed = close(&mut edits, metric, |road| road.id == Some(*way));
                if closed == 0 {
                    return Err(ApiError::UnknownWay { way: *way });
                }
            }
            Avoid::Class(class) => {
                close(&mut edits, metric, |road| road.class == *class);
            }
        }
    }
    Ok(edits)
}

/// Closes the segments of some roads; how many these are.
fn close(
    edits: &mut Edits,
    metric: &RoadMetric,
    is_closed: impl Fn(&twin_core::Road) -> bool,
) -> usize {
    let network = metric.map().network();
    let roads = network.roads();
    let mut closed = 0;
    for (number, segment) in (0_u32..).zip(network.segments()) {
        if roads.get(segment.road as usize).is_some_and(&is_closed) {
            edits.set_both(number, Edit::Close);
            closed += 1;
        }
    }
    closed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::place("6.8,47.5", true)]
    #[case::way("way:123", true)]
    #[case::class("class:motorway", true)]
    #[case::no_number("way:main", false)]
    #[case::no_class("class:motorwy", false)]
    #[case::another_key("name:Rue de la Paix", false)]
    #[case::nothing("", false)]
    fn a_street_is_avoided_by_place_number_or_class(#[case] text: &str, #[case] is_read: bool) {
        assert_eq!(text.parse::<Avoid>().is_ok(), is_read);
    }
}
