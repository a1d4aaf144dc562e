//! The kept hierarchy: read as it was written, refused when damaged or of other roads.

use proptest::prelude::*;
use simulator::SimError;
use simulator::roads::{Hierarchy, Mode, Profile, RoadGraph};

use crate::town::Town;

fn town(rows: i64) -> RoadGraph {
    let mut town = Town::default();
    for row in 0..rows {
        let east_m = 100.0 * f64::from(i32::try_from(row).unwrap());
        town = town.point(row, east_m, 0.0).point(100 + row, east_m, 100.0);
        town = town.road(row, &[row, 100 + row], &[]);
        if row > 0 {
            town = town.road(100 + row, &[row - 1, row], &[]).road(
                200 + row,
                &[99 + row, 100 + row],
                &[],
            );
        }
    }
    RoadGraph::new(&town.ground, Mode::Motor).unwrap()
}

fn bytes(graph: &RoadGraph) -> Vec<u8> {
    graph
        .order(&Profile::built_in("car").unwrap())
        .unwrap()
        .to_bytes()
}

#[test]
fn what_is_kept_is_read_as_it_was() {
    let graph = town(6);
    let made = graph.order(&Profile::built_in("car").unwrap()).unwrap();
    let read = Hierarchy::from_bytes(&made.to_bytes(), graph.graph()).unwrap();
    assert_eq!(read, made);
    assert!(graph.with(read).is_ok());
}

#[test]
fn other_roads_are_refused() {
    let refused = Hierarchy::from_bytes(&bytes(&town(6)), town(7).graph());
    assert!(
        matches!(refused, Err(SimError::StaleRoads { .. })),
        "{refused:?}"
    );
    let other = Hierarchy::from_bytes(&bytes(&town(6)), town(6).graph()).unwrap();
    assert!(matches!(
        town(7).with(other),
        Err(SimError::StaleRoads { .. })
    ));
}

#[test]
fn another_version_is_refused() {
    let mut bytes = bytes(&town(3));
    bytes[8] = 2;
    let refused = Hierarchy::from_bytes(&bytes, town(3).graph());
    assert!(matches!(
        refused,
        Err(SimError::UnknownFormat {
            found: 2,
            expected: 1
        })
    ));
}

/// The checksum of all that follows it, put where it belongs.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = crc32(&bytes[16..]);
    bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(crc & 1))
        })
    };
    !bytes.iter().fold(!0, step)
}

proptest! {
    #[test]
    fn damaged_bytes_are_refused(at in any::<prop::sample::Index>(), flip in 1_u8..) {
        let graph = town(4);
        let mut damaged = bytes(&graph);
        let at = at.index(damaged.len());
        damaged[at] ^= flip;
        prop_assert!(Hierarchy::from_bytes(&damaged, graph.graph()).is_err());
    }

    #[test]
    fn cut_bytes_are_refused(keep in any::<prop::sample::Index>()) {
        let graph = town(4);
        let whole = bytes(&graph);
        prop_assert!(Hierarchy::from_bytes(&whole[..keep.index(whole.len())], graph.graph()).is_err());
    }

    /// With a right checksum the content itself must hold.
    #[test]
    fn numbers_that_do_not_fit_never_panic(at in any::<prop::sample::Index>(), value in any::<u32>()) {
        let graph = town(4);
        let mut damaged = bytes(&graph);
        let at = 24 + at.index((damaged.len() - 24) / 4) * 4;
        damaged[at..at + 4].copy_from_slice(&value.to_le_bytes());
        if let Ok(hierarchy) = Hierarchy::from_bytes(&sealed(damaged), graph.graph()) {
            let map = std::sync::Arc::new(graph.with(hierarchy).unwrap());
            let car = Profile::built_in("car").unwrap();
            let hour = simulator::roads::HourClass::OffPeak;
            let roads = map.metric(&car, hour, &simulator::roads::Edits::default()).unwrap();
            crate::town::check_exact(&roads, &[crate::town::at(0.0, 50.0), crate::town::at(300.0, 50.0)]);
        }
    }
}
