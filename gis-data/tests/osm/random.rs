//! Extracts of random objects that refer to each other: whatever comes of them, a pack can hold it.

use proptest::prelude::*;

use super::hostile::assert_reads_back;
use super::import;
use super::pbf::Extract;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn whatever_objects_refer_to_the_ground_can_be_kept(
        nodes in prop::collection::vec((id(), 0_u8..6, 0_u8..6, tags()), 0..12),
        ways in prop::collection::vec((id(), prop::collection::vec(id(), 0..9), tags()), 0..8),
        relations in prop::collection::vec((id(), prop::collection::vec(member(), 0..6), tags()), 0..6),
    ) {
        let mut extract = Extract::default();
        for (id, x, y, tags) in nodes {
            extract = extract.node(id, (6.8 + f64::from(x) / 100.0, 47.5 + f64::from(y) / 100.0), &tags);
        }
        for (id, refs, tags) in ways {
            extract = extract.way(id, &refs, &tags);
        }
        for (id, members, tags) in relations {
            extract = extract.relation(id, &members, &tags);
        }
        let pack = import(&extract.bytes()).0.unwrap();
        let ids: Vec<_> = pack.ground.roads.iter().map(|road| road.id).collect();
        for turn in &pack.ground.turn_restrictions {
            prop_assert!(ids.contains(&Some(turn.from)) && ids.contains(&Some(turn.to)));
        }
        for node in &pack.ground.road_nodes {
            prop_assert!(pack.ground.roads.iter().any(|road| road.nodes.contains(&node.id)));
        }
        assert_reads_back(&pack);
    }
}

/// So few that objects often refer to each other.
fn id() -> impl Strategy<Value = i64> {
    1_i64..10
}

fn member() -> impl Strategy<Value = (u64, i64, &'static str)> {
    const ROLES: [&str; 9] = [
        "outer", "inner", "", "from", "via", "to", "house", "street", "label",
    ];
    (0_u64..3, id(), prop::sample::select(&ROLES[..]))
}

fn tags() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    const TAGS: [(&str, &str); 24] = [
        ("building", "yes"),
        ("building:part", "roof"),
        ("height", "5'6\""),
        ("min_height", "12 m"),
        ("building:levels", "-1"),
        ("landuse", "forest"),
        ("natural", "water"),
        ("area", "yes"),
        ("highway", "residential"),
        ("highway", "crossing;stop"),
        ("route", "ferry"),
        ("waterway", "stream"),
        ("barrier", "gate"),
        ("oneway", "-1"),
        ("shop", "bakery"),
        ("amenity", "hospital"),
        ("addr:housenumber", "7"),
        ("addr:street", "Rue du Moulin"),
        ("name", "Sochaux"),
        ("type", "multipolygon"),
        ("type", "restriction"),
        ("type", "associatedStreet"),
        ("restriction", "no_entry"),
        ("restriction:hgv", "no_u_turn @ (Mo)"),
    ];
    prop::collection::vec(prop::sample::select(&TAGS[..]), 0..6)
}
