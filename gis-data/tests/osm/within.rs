//! What comes into a box is the same whether the box was asked for or the whole file was read.

use geo::CoordsIter as _;
use geo_types::Coord;
use gis_data::import::Report;
use gis_data::import::osm::{self, OsmOptions};
use gis_data::pack::Pack;
use twin_core::{LonLat, LonLatBox};

use super::shared;

/// The middle of Andorra la Vella and some hills.
fn middle() -> LonLatBox {
    LonLatBox::new(1.50, 42.49, 1.54, 42.52).unwrap()
}

fn read(within: Option<LonLatBox>) -> Option<Pack> {
    let path = shared("roads/andorra-2025-01.osm.pbf")?;
    let options = OsmOptions {
        within,
        ..OsmOptions::default()
    };
    Some(osm::read(&path, &options, &mut Report::default()).unwrap())
}

fn is_in(at: Coord) -> bool {
    LonLat::new(at.x, at.y).is_ok_and(|place| middle().contains(place))
}

fn comes_in(path: &[LonLat]) -> bool {
    path.iter().any(|place| middle().contains(*place))
}

/// Asserts that a list of both packs, cut to what comes into the box, is the same, and not empty.
macro_rules! assert_same {
    ($part:ident, $whole:ident, $($list:ident).+, $is_in:expr) => {{
        let cut = |pack: &Pack| -> Vec<_> {
            pack.$($list).+.iter().filter(|it| $is_in(*it)).cloned().collect()
        };
        let (part, whole) = (cut(&$part), cut(&$whole));
        assert!(!part.is_empty(), stringify!($($list).+));
        assert_eq!(part, whole, stringify!($($list).+));
    }};
}

#[test]
fn the_part_of_an_extract_in_a_box_is_what_the_whole_has_there() {
    let (Some(part), Some(whole)) = (read(Some(middle())), read(None)) else {
        return;
    };
    assert_same!(part, whole, ground.roads, |it: &twin_core::Road| comes_in(
        &it.path
    ));
    assert_same!(
        part,
        whole,
        ground.road_nodes,
        |it: &twin_core::RoadNode| { comes_in(&[it.place]) }
    );
    assert_same!(
        part,
        whole,
        ground.turn_restrictions,
        |it: &twin_core::TurnRestriction| { comes_in(&[it.place]) }
    );
    assert_same!(part, whole, ground.waterways, |it: &twin_core::Waterway| {
        comes_in(&it.path)
    });
    assert_same!(part, whole, ground.buildings, |it: &twin_core::Building| {
        it.outline.coords_iter().any(is_in)
    });
    assert_same!(
        part,
        whole,
        ground.land_cover,
        |it: &twin_core::LandCover| { it.outline.coords_iter().any(is_in) }
    );
    assert_same!(
        part,
        whole,
        ground.points_of_interest,
        |it: &twin_core::PointOfInterest| { comes_in(&[it.place]) }
    );
    assert_same!(part, whole, layers.addresses, |it: &twin_core::Asset<_>| {
        comes_in(&[it.place])
    });
    assert_same!(
        part,
        whole,
        layers.health_facilities,
        |it: &twin_core::Asset<_>| { comes_in(&[it.place]) }
    );
    assert!(part.ground.buildings.len() * 2 < whole.ground.buildings.len());
}
