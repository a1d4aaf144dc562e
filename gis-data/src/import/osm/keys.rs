//! Which keys and values say something to traffic, in OpenStreetMap's words.

/// Values of `highway` that are kept: what one can drive, ride or walk on.
const ROADS: [&str; 26] = [
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
    "busway",
    "bus_guideway",
    "escape",
    "pedestrian",
    "footway",
    "bridleway",
    "steps",
    "path",
    "cycleway",
    "platform",
];

/// Whether a value of `highway` is a road, way or path.
pub(super) fn is_road(value: &str) -> bool {
    ROADS.contains(&value)
}

/// Whether a value of `type` makes a relation a turn restriction: `restriction`, and the old
/// `restriction:hgv`.
pub(super) fn is_restriction(value: &str) -> bool {
    let rest = value.strip_prefix("restriction");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Who may pass: the keys of the access hierarchy. Their values are `yes`, `no`, `private`,
/// `destination`, `delivery` and the like, with conditions in `…:conditional`.
const ACCESS: [&str; 32] = [
    "access",
    "agricultural",
    "bicycle",
    "bus",
    "caravan",
    "carpool",
    "coach",
    "delivery",
    "disabled",
    "emergency",
    "foot",
    "forestry",
    "goods",
    "hazmat",
    "hgv",
    "hgv_articulated",
    "horse",
    "hov",
    "minibus",
    "mofa",
    "moped",
    "motor_vehicle",
    "motorcar",
    "motorcycle",
    "motorhome",
    "psv",
    "share_taxi",
    "taxi",
    "tourist_bus",
    "trailer",
    "vehicle",
    "wheelchair",
];

/// What else a road says to traffic: directions, lanes, limits, surface, kind and names.
const TRAFFIC: [&str; 77] = [
    "alt_name",
    "area",
    "barrier",
    "bridge",
    "busway",
    "change",
    "covered",
    "crossing",
    "cutting",
    "cycleway",
    "destination",
    "dual_carriageway",
    "duration",
    "embedded_rails",
    "est_width",
    "footway",
    "ford",
    "frequency",
    "ice_road",
    "incline",
    "indoor",
    "informal",
    "int_ref",
    "interval",
    "junction",
    "lane_markings",
    "lanes",
    "layer",
    "level",
    "lit",
    "loc_name",
    "maxaxleload",
    "maxaxles",
    "maxbogieweight",
    "maxdraught",
    "maxheight",
    "maxlength",
    "maxspeed",
    "maxweight",
    "maxweightrating",
    "maxwidth",
    "minspeed",
    "motorroad",
    "mtb",
    "narrow",
    "nat_ref",
    "noexit",
    "official_name",
    "oneway",
    "overtaking",
    "passing_places",
    "priority",
    "ramp",
    "ref",
    "sac_scale",
    "seasonal",
    "segregated",
    "service",
    "short_name",
    "shoulder",
    "sidewalk",
    "smoothness",
    "snowplowing",
    "steps",
    "surface",
    "toll",
    "tracktype",
    "traffic_calming",
    "traffic_sign",
    "trail_visibility",
    "tunnel",
    "turn",
    "usability",
    "width",
    "winter_road",
    "winter_service",
    "zone",
];

/// What begins a key that tells of another time or of the mapping, not of the road as it is.
const NOT_NOW: [&str; 14] = [
    "abandoned",
    "check_date",
    "construction",
    "demolished",
    "destroyed",
    "disused",
    "fixme",
    "note",
    "old",
    "planned",
    "proposed",
    "razed",
    "removed",
    "was",
];

/// Whether a road's tag says something to traffic: `maxspeed`, `maxspeed:backward`,
/// `zone:maxspeed`, `access:conditional`, and the names that a road has besides its `name`.
pub(super) fn is_for_traffic(key: &str) -> bool {
    let first = key.split(':').next().unwrap_or_default();
    match first {
        "source" => matches!(
            key,
            "source:maxspeed" | "source:maxspeed:forward" | "source:maxspeed:backward"
        ),
        "name" => matches!(key, "name:fr" | "name:left" | "name:right" | "name:signed"),
        _ if NOT_NOW.contains(&first) => false,
        _ => key.split(':').any(is_traffic_word),
    }
}

fn is_traffic_word(word: &str) -> bool {
    ACCESS.binary_search(&word).is_ok() || TRAFFIC.binary_search(&word).is_ok()
}

/// Values of `highway` that a node of a road may have and that say something to traffic.
const NODES: [&str; 11] = [
    "crossing",
    "elevator",
    "give_way",
    "mini_roundabout",
    "motorway_junction",
    "passing_place",
    "stop",
    "toll_gantry",
    "traffic_signals",
    "turning_circle",
    "turning_loop",
];

/// Whether a tag makes a node of a road say something to traffic.
pub(super) fn is_on_road_node(key: &str, value: &str) -> bool {
    match key {
        "highway" => value.split(';').any(|value| NODES.contains(&value.trim())),
        "railway" => matches!(
            value,
            "level_crossing" | "crossing" | "tram_level_crossing" | "tram_crossing"
        ),
        "barrier" | "crossing" | "ford" | "maxheight" | "maxweight" | "maxwidth" | "noexit"
        | "traffic_calming" | "traffic_sign" | "traffic_signals" => true,
        _ => {
            let key = key.strip_suffix(":conditional").unwrap_or(key);
            key != "wheelchair" && key != "delivery" && ACCESS.binary_search(&key).is_ok()
        }
    }
}

/// Whether a tag of such a node is kept.
pub(super) fn is_kept_on_road_node(key: &str) -> bool {
    let first = key.split(':').next().unwrap_or_default();
    matches!(
        first,
        "bollard"
            | "direction"
            | "door"
            | "exit_to"
            | "give_way"
            | "highway"
            | "locked"
            | "opening_hours"
            | "railway"
            | "stop"
            | "traffic_signals"
    ) || key == "name"
        || is_for_traffic(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("maxspeed", true)]
    #[case::of_one_direction("maxspeed:backward", true)]
    #[case::of_one_class("maxweight:hgv", true)]
    #[case::with_a_condition("access:conditional", true)]
    #[case::of_the_zone("zone:maxspeed", true)]
    #[case::of_the_lanes("turn:lanes:forward", true)]
    #[case::where_the_limit_comes_from("source:maxspeed", true)]
    #[case::where_the_width_comes_from("source:width", false)]
    #[case::how_it_was("was:oneway", false)]
    #[case::how_it_will_be("proposed:maxspeed", false)]
    #[case::in_french("name:fr", true)]
    #[case::in_another_language("name:ca", false)]
    #[case::of_a_ferry("duration", true)]
    #[case::of_the_mapper("created_by", false)]
    #[case::of_houses("addr:street", false)]
    #[case::a_word_that_only_begins_so("layering", false)]
    fn what_concerns_traffic_is_told_by_words_of_the_key(#[case] key: &str, #[case] is: bool) {
        assert_eq!(is_for_traffic(key), is);
    }

    /// Every key that a road graph asks for, as the wiki's page on routing lists them.
    #[rstest::rstest]
    #[case::direction(&["oneway", "oneway:conditional", "oneway:bicycle", "junction"])]
    #[case::access(&["access", "vehicle", "motor_vehicle", "motorcar", "hgv", "goods", "foot",
        "bicycle", "bus", "psv", "hazmat", "delivery", "hgv:conditional", "motor_vehicle:conditional"])]
    #[case::speed(&["maxspeed", "maxspeed:forward", "maxspeed:hgv", "maxspeed:conditional",
        "maxspeed:type", "source:maxspeed", "zone:maxspeed"])]
    #[case::limits(&["maxweight", "maxweightrating", "maxweight:hgv", "maxaxleload", "maxheight",
        "maxwidth", "maxlength", "width"])]
    #[case::lanes(&["lanes", "lanes:forward", "lanes:backward", "turn:lanes"])]
    #[case::state(&["surface", "tracktype", "smoothness", "incline", "lit", "winter_road"])]
    #[case::kind(&["bridge", "tunnel", "layer", "service", "toll", "duration", "motorroad",
        "traffic_calming", "ref", "alt_name", "area"])]
    fn all_that_routing_needs_is_kept(#[case] keys: &[&str]) {
        for key in keys {
            assert!(is_for_traffic(key), "{key}");
        }
    }

    #[test]
    fn words_are_in_order_so_that_they_are_found() {
        for words in [&ACCESS[..], &TRAFFIC] {
            assert!(words.is_sorted());
        }
    }

    #[rstest::rstest]
    #[case::signals("highway", "traffic_signals", true)]
    #[case::two_values("highway", "crossing;traffic_signals", true)]
    #[case::a_stop_of_buses("highway", "bus_stop", false)]
    #[case::a_gate("barrier", "gate", true)]
    #[case::rails("railway", "level_crossing", true)]
    #[case::a_station("railway", "station", false)]
    #[case::closed_to_cars("motor_vehicle", "no", true)]
    #[case::at_night("motor_vehicle:conditional", "no @ (22:00-06:00)", true)]
    #[case::a_shop("shop", "bakery", false)]
    fn a_node_says_something_to_traffic(#[case] key: &str, #[case] value: &str, #[case] is: bool) {
        assert_eq!(is_on_road_node(key, value), is);
    }

    #[rstest::rstest]
    #[case::plain("restriction", true)]
    #[case::of_lorries("restriction:hgv", true)]
    #[case::another_word("restrictions", false)]
    #[case::a_route("route", false)]
    fn a_relation_is_a_turn_restriction_by_its_type(#[case] value: &str, #[case] is: bool) {
        assert_eq!(is_restriction(value), is);
    }
}
