//! Signs and bridges that not every vehicle fits: mass, axle load, height, width and length.

use twin_core::Tags;

use super::access::Access;
use super::conditions::{Scope, Verdict};
use super::keys::Reader;
use super::quantities::{length_m, mass_t};
use crate::roads::profile::Vehicle;

/// A height below which French bridges carry a sign, in metres: what `default` stands for
/// (sign B12 of the interministerial instruction on road signs).
const UNSIGNED_HEIGHT_M: f64 = 4.3;

/// A kind of limit: its key, how its value is read, and what it is about.
struct Limit {
    key: &'static str,
    read: fn(&str) -> Option<f64>,
    measure: fn(&Vehicle) -> f64,
}

const LIMITS: [Limit; 6] = [
    Limit {
        key: "maxweight",
        read: mass_t,
        measure: |vehicle| vehicle.mass_t,
    },
    Limit {
        key: "maxweightrating",
        read: mass_t,
        measure: |vehicle| vehicle.rated_mass_t,
    },
    Limit {
        key: "maxaxleload",
        read: mass_t,
        measure: |vehicle| vehicle.axle_load_t,
    },
    Limit {
        key: "maxheight",
        read: height_m,
        measure: |vehicle| vehicle.height_m,
    },
    Limit {
        key: "maxwidth",
        read: length_m,
        measure: |vehicle| vehicle.width_m,
    },
    Limit {
        key: "maxlength",
        read: length_m,
        measure: |vehicle| vehicle.length_m,
    },
];

/// Whom a road or a node lets through by its limits; `None` where the profile does not fit.
///
/// Where a limit is lifted for those with business there (`none @ (destination)`), whoever needs
/// that is there for it only. A value that cannot be read (`below_default`) limits nothing.
pub(super) fn access(tags: &Tags, reader: &Reader<'_>) -> Option<Access> {
    let vehicle = reader.profile.vehicle();
    let is_limit = |key: &str| key.starts_with("max") && !key.starts_with("maxspeed");
    let mut access = Access::Open;
    if tags.iter().any(|(key, _)| is_limit(key)) {
        for limit in &LIMITS {
            access = access.max(limit.access(tags, reader)?);
        }
    }
    fits_physically(tags, vehicle).then_some(access)
}

/// Whether it goes through, whatever is allowed.
fn fits_physically(tags: &Tags, vehicle: &Vehicle) -> bool {
    let measures = [
        ("maxheight:physical", vehicle.height_m),
        ("maxwidth:physical", vehicle.width_m),
        ("width", vehicle.width_m),
    ];
    measures.iter().all(|(key, own_m)| {
        let room_m = tags.get(key).and_then(length_m);
        room_m.is_none_or(|room_m| *own_m <= room_m)
    })
}

/// How wide a road is, in metres, as far as a tag tells.
pub(super) fn width_m(tags: &Tags) -> Option<f64> {
    tags.get("width").and_then(length_m)
}

impl Limit {
    fn access(&self, tags: &Tags, reader: &Reader<'_>) -> Option<Access> {
        let is_for_all = |said: &Verdict<'_>| said.scope == Scope::All;
        let lets = |said: Option<Verdict<'_>>| said.is_none_or(|said| self.lets(&said, reader));
        if lets(reader.find_where(tags, self.key, is_for_all)) {
            return Some(Access::Open);
        }
        let for_business = reader.find_where(tags, self.key, |said| !is_for_all(said))?;
        lets(Some(for_business)).then_some(Access::Destination)
    }

    fn lets(&self, said: &Verdict<'_>, reader: &Reader<'_>) -> bool {
        (self.read)(said.value).is_none_or(|most| (self.measure)(reader.profile.vehicle()) <= most)
    }
}

fn height_m(text: &str) -> Option<f64> {
    match text {
        "default" => Some(UNSIGNED_HEIGHT_M),
        _ => length_m(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roads::{HourClass, Profile};

    const OPEN: Option<Access> = Some(Access::Open);

    #[rstest::rstest]
    #[case::high_enough("truck-26t", &[("maxheight", "3.9")], OPEN)]
    #[case::too_low("truck-26t", &[("maxheight", "3.5 m")], None)]
    #[case::for_a_car("car", &[("maxheight", "1.9")], OPEN)]
    #[case::in_feet("truck-26t", &[("maxheight", "12'0\"")], None)]
    #[case::as_usual("truck-26t", &[("maxheight", "default")], OPEN)]
    #[case::of_unknown_height("truck-26t", &[("maxheight", "below_default")], OPEN)]
    #[case::physically("truck-26t", &[("maxheight:physical", "3.6")], None)]
    #[case::physically_higher_than_allowed("truck-26t", &[("maxheight", "3.6"),
        ("maxheight:physical", "4.0")], None)]
    #[case::too_heavy("truck-26t", &[("maxweight", "19")], None)]
    #[case::heavy_enough("light-3.5t", &[("maxweight", "3.5")], OPEN)]
    #[case::no_limit("truck-26t", &[("maxweight", "none")], OPEN)]
    #[case::lifted_for_business("truck-26t", &[("maxweight", "3.5"),
        ("maxweight:conditional", "none @ (destination)")], Some(Access::Destination))]
    #[case::lifted_where_it_does_not_matter("car", &[("maxweight", "3.5"),
        ("maxweight:conditional", "none @ (destination)")], OPEN)]
    #[case::of_lorries("truck-26t", &[("maxweightrating:hgv", "7.5")], None)]
    #[case::of_lorries_not_of_vans("light-3.5t", &[("maxweightrating:hgv", "3.0")], OPEN)]
    #[case::by_axle("truck-26t", &[("maxaxleload", "10")], None)]
    #[case::too_wide("truck-26t", &[("maxwidth", "2.3")], None)]
    #[case::too_long("truck-26t", &[("maxlength", "9")], None)]
    #[case::a_narrow_lane("truck-26t", &[("width", "2.2")], None)]
    #[case::a_narrow_lane_for_a_car("car", &[("width", "2.2")], OPEN)]
    #[case::a_speed("truck-26t", &[("maxspeed", "3")], OPEN)]
    #[case::on_foot("foot", &[("maxheight", "1.9"), ("maxwidth", "0.9"), ("maxweight", "1")], OPEN)]
    fn who_does_not_fit_is_shut_out(
        #[case] profile: &str,
        #[case] tags: &[(&str, &str)],
        #[case] expected: Option<Access>,
    ) {
        let reader = Reader {
            profile: &Profile::built_in(profile).unwrap(),
            hour: HourClass::OffPeak,
            along: None,
        };
        let tags: Tags = tags.iter().copied().collect();
        assert_eq!(access(&tags, &reader), expected);
    }
}
