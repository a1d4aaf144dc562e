//! How fast one drives on a road: the lower of what its class is built for and a share of its limit,
//! and no faster than its surface and width let.

use twin_core::Tags;

use super::Way;
use super::classes::Class;
use super::keys::Reader;
use super::limits::width_m;
use super::one_way::Directions;
use super::quantities::{number, speed_kmh as read_kmh};
use crate::roads::profile::MAX_SPEED_KMH;
use crate::roads::{HourClass, Mode};

/// Where the reason of a limit is written, most telling first.
const REASONS: [&str; 4] = [
    "maxspeed:type",
    "zone:maxspeed",
    "source:maxspeed",
    "zone:traffic",
];
/// Nobody is slower than this, in km/h: a vehicle that stands still never arrives.
const MIN_SPEED_KMH: f64 = 1.0;
/// What two vehicles that meet need between and beside them, in metres (assumption).
const MEETING_ROOM_M: f64 = 0.9;
/// What a vehicle alone needs beside it, in metres (assumption).
const PASSING_ROOM_M: f64 = 0.6;

/// The speed on the flat, in km/h; `None` where the surface carries no such vehicle.
///
/// Where no tag tells the limit it is the profile's for the class, as nobody can see from the tags
/// whether a road lies in a built-up area.
pub(super) fn speed_kmh(way: &Way<'_>, reader: &Reader<'_>) -> Option<f64> {
    let profile = reader.profile;
    let free = match profile.mode() {
        Mode::Foot => way.rule.speed_kmh,
        Mode::Motor => {
            let share = profile.limit_share() * limit_kmh(way, reader);
            share.min(way.rule.speed_kmh)
        }
    };
    let peak = match reader.hour {
        HourClass::Peak => way.rule.peak_factor,
        HourClass::OffPeak => 1.0,
    };
    // Congestion slows the traffic of good roads; on a bad one the road does.
    let speed = (free * peak).min(cap_kmh(way, reader));
    (speed > 0.0).then(|| speed.clamp(MIN_SPEED_KMH, MAX_SPEED_KMH))
}

/// The limit of the road, and of such vehicles on such roads.
fn limit_kmh(way: &Way<'_>, reader: &Reader<'_>) -> f64 {
    let tags = &way.road.tags;
    let legal = reader.profile.legal();
    let is_expressway = tags.is("motorroad", "yes") || tags.is("dual_carriageway", "yes");
    let of_kind = match way.class {
        Class::Motorway | Class::MotorwayLink => legal.motorway_kmh,
        _ if is_expressway => legal.dual_carriageway_kmh,
        _ => legal.other_kmh,
    };
    let usual = if tags.is("motorroad", "yes") {
        way.rule.limit_kmh.max(legal.dual_carriageway_kmh)
    } else {
        way.rule.limit_kmh
    };
    signed_kmh(tags, reader).unwrap_or(usual).min(of_kind)
}

/// The limit that tags tell.
fn signed_kmh(tags: &Tags, reader: &Reader<'_>) -> Option<f64> {
    let said = reader.find(tags, "maxspeed");
    said.and_then(|said| read_kmh(said.value).or_else(|| named_kmh(said.value)))
        .or_else(|| {
            let mut reasons = REASONS.iter().filter_map(|key| tags.get(key));
            reasons.find_map(named_kmh)
        })
}

/// A limit by the name of its zone, `FR:urban`, `CH:zone30`: what the law of that country has on a
/// dry road. `none` is the largest speed there is here.
fn named_kmh(text: &str) -> Option<f64> {
    let (country, zone) = text.split_once(':').unwrap_or(("FR", text));
    Some(match (country, zone) {
        (_, "none") | ("FR" | "IT" | "LU" | "DE", "motorway") => MAX_SPEED_KMH,
        ("BE" | "CH" | "ES", "motorway") => 120.0,
        ("FR", "trunk") => 110.0,
        ("CH", "trunk") | ("DE", "rural") => 100.0,
        ("AD" | "ES" | "IT" | "LU" | "BE", "rural") => 90.0,
        ("FR" | "CH", "rural") => 80.0,
        (_, "urban") => 50.0,
        ("DE", "living_street") => 7.0,
        (_, "living_street") => 20.0,
        _ => {
            let digits = zone.strip_prefix("zone").unwrap_or(zone);
            let (value, unit) = number(digits.trim_start_matches([':', '_']))?;
            return (unit.is_empty() && value > 0.0).then_some(value);
        }
    })
}

/// What the road lets at most: surface, smoothness, kind of track and of service road, and width.
fn cap_kmh(way: &Way<'_>, reader: &Reader<'_>) -> f64 {
    let tags = &way.road.tags;
    let service = tags
        .get("service")
        .filter(|_| way.class == Class::Service)
        .and_then(|kind| reader.profile.service(kind))
        .map_or(f64::INFINITY, |service| service.speed_kmh);
    let narrow = if is_narrow(way, reader) {
        reader.profile.narrow_kmh()
    } else {
        f64::INFINITY
    };
    reader.profile.ground_kmh(tags).min(service).min(narrow)
}

/// Whether two such vehicles cannot meet, or one alone must take care.
fn is_narrow(way: &Way<'_>, reader: &Reader<'_>) -> bool {
    let tags = &way.road.tags;
    let own_m = reader.profile.vehicle().width_m;
    let is_two_way = way.directions == Directions::Both;
    let needed_m = if is_two_way {
        2.0 * own_m + MEETING_ROOM_M
    } else {
        own_m + PASSING_ROOM_M
    };
    match width_m(tags) {
        Some(width_m) => width_m < needed_m,
        None => is_two_way && tags.is("lanes", "1") || tags.is("narrow", "yes"),
    }
}

#[cfg(test)]
mod tests {
    use crate::roads::rules::access::tests::road;
    use crate::roads::{HourClass, MAX_SPEED_KMH, Profile, passages};
    use proptest::prelude::*;

    use super::named_kmh;

    fn speeds(profile: &str, class: &str, tags: &[(&str, &str)]) -> [Option<f64>; 2] {
        let profile = Profile::built_in(profile).unwrap();
        passages(&road(class, tags), &profile, HourClass::OffPeak)
            .map(|passage| passage.map(|passage| passage.speed_kmh))
    }

    #[rstest::rstest]
    #[case::in_france("FR:urban", Some(50.0))]
    #[case::outside("FR:rural", Some(80.0))]
    #[case::on_motorways("FR:motorway", Some(130.0))]
    #[case::across_the_border("CH:motorway", Some(120.0))]
    #[case::a_zone("FR:zone30", Some(30.0))]
    #[case::a_zone_with_a_colon("FR:zone:30", Some(30.0))]
    #[case::a_bare_zone("zone30", Some(30.0))]
    #[case::a_number_of_a_zone("FR:30", Some(30.0))]
    #[case::no_limit("none", Some(130.0))]
    #[case::a_sign("sign", None)]
    #[case::elsewhere("XX:rural", None)]
    fn zones_have_their_limits(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(named_kmh(text), expected);
    }

    /// Cars drive at 0.92 of the limit, trucks at 0.9 (see their files).
    #[rstest::rstest]
    #[case::the_sign("car", "residential", &[("maxspeed", "30")], 0.92 * 30.0)]
    #[case::of_a_zone("car", "residential", &[("zone:maxspeed", "FR:30")], 0.92 * 30.0)]
    #[case::a_sign_before_a_zone("car", "tertiary", &[("maxspeed", "50"), ("maxspeed:type", "FR:rural")],
        0.92 * 50.0)]
    #[case::a_sign_that_cannot_be_read("car", "tertiary", &[("maxspeed", "signals"),
        ("source:maxspeed", "FR:zone30")], 0.92 * 30.0)]
    #[case::of_heavy_vehicles_on_motorways("truck-26t", "motorway", &[("maxspeed", "130")], 0.9 * 90.0)]
    #[case::of_heavy_vehicles("truck-26t", "trunk", &[("maxspeed", "90")], 0.9 * 80.0)]
    #[case::in_miles("car", "residential", &[("maxspeed", "20 mph")], 0.92 * 20.0 * 1.609_344)]
    #[case::of_an_expressway("car", "trunk", &[("motorroad", "yes")], 0.92 * 110.0)]
    #[case::on_gravel("car", "tertiary", &[("surface", "gravel")], 30.0)]
    #[case::on_a_driveway("car", "service", &[("service", "driveway")], 10.0)]
    #[case::with_one_lane("truck-26t", "tertiary", &[("lanes", "1")], 30.0)]
    #[case::with_one_lane_of_a_one_way("truck-26t", "tertiary",
        &[("lanes", "1"), ("oneway", "yes"), ("maxspeed", "50")], 45.0)]
    #[case::with_room_for_cars_only("car", "tertiary", &[("width", "4.6"), ("maxspeed", "50")], 46.0)]
    #[case::without_room_for_trucks("truck-26t", "tertiary", &[("width", "4.6"), ("maxspeed", "50")], 30.0)]
    #[case::on_foot("foot", "residential", &[("maxspeed", "30")], 5.0)]
    fn a_road_is_as_fast_as_its_signs_and_state_let(
        #[case] profile: &str,
        #[case] class: &str,
        #[case] tags: &[(&str, &str)],
        #[case] expected_kmh: f64,
    ) {
        let [forward, _] = speeds(profile, class, tags);
        approx::assert_abs_diff_eq!(forward.unwrap(), expected_kmh, epsilon = 1e-9);
    }

    #[test]
    fn each_direction_has_its_own_limit() {
        let tags = [("maxspeed:forward", "70"), ("maxspeed:backward", "30")];
        let [forward, backward] = speeds("car", "secondary", &tags);
        approx::assert_abs_diff_eq!(forward.unwrap(), 0.92 * 70.0, epsilon = 1e-9);
        approx::assert_abs_diff_eq!(backward.unwrap(), 0.92 * 30.0, epsilon = 1e-9);
    }

    #[test]
    fn what_carries_nobody_is_no_passage() {
        let tags = [("smoothness", "impassable")];
        assert_eq!(speeds("car", "track", &tags), [None, None]);
    }

    #[test]
    fn a_limit_of_some_hours_holds_in_them() {
        let car = Profile::built_in("car").unwrap();
        let tags = [
            ("maxspeed", "50"),
            ("maxspeed:conditional", "30 @ (Mo-Fr 07:30-08:30)"),
        ];
        let street = road("residential", &tags);
        let at = |hour| passages(&street, &car, hour)[0].unwrap().speed_kmh;
        assert!(at(HourClass::Peak) <= 0.92 * 30.0);
        assert!(at(HourClass::OffPeak) > 0.92 * 30.0);
    }

    #[test]
    fn peak_hours_are_never_faster() {
        for name in Profile::BUILT_IN {
            let profile = Profile::built_in(name).unwrap();
            for class in ["motorway", "primary", "residential", "service", "footway"] {
                let at = |hour| passages(&road(class, &[]), &profile, hour);
                let pairs = at(HourClass::Peak).into_iter().zip(at(HourClass::OffPeak));
                for (peak, off_peak) in pairs {
                    let speed =
                        |passage: Option<crate::roads::Passage>| passage.map(|p| p.speed_kmh);
                    assert!(speed(peak) <= speed(off_peak), "{name} on {class}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_speed_is_within_bounds(
            class in "(motorway|trunk|primary|residential|service|track|pedestrian|path|footway|steps)",
            tags in prop::collection::btree_map(
                "(maxspeed(:hgv|:forward|:conditional)?|surface|width|lanes|access|oneway|maxweight)",
                "([0-9]{1,7}( mph| t|\\.5)?|none|FR:urban|mud|yes|no|-1|30 @ \\(Mo-Fr 07:00-09:00\\)|\\PC{0,12})",
                0..6,
            ),
        ) {
            let tags: Vec<(&str, &str)> = tags.iter().map(|(k, v)| (&**k, &**v)).collect();
            for name in Profile::BUILT_IN {
                let profile = Profile::built_in(name).unwrap();
                for hour in [HourClass::Peak, HourClass::OffPeak] {
                    for passage in passages(&road(&class, &tags), &profile, hour).into_iter().flatten() {
                        prop_assert!((1.0..=MAX_SPEED_KMH).contains(&passage.speed_kmh));
                    }
                }
            }
        }
    }
}
