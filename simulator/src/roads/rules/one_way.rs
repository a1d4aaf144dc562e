//! In which directions the traffic of a road goes, before anybody is shut out.

use twin_core::Road;

use super::classes::Class;
use super::keys::{Along, Reader};
use crate::roads::{HourClass, Mode, Profile};

/// The directions in which one may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directions {
    Both,
    Only(Along),
    /// It changes, and nobody knows which one it is now.
    Neither,
}

impl Directions {
    pub(super) fn allows(self, along: Along) -> bool {
        match self {
            Self::Both => true,
            Self::Only(one) => one == along,
            Self::Neither => false,
        }
    }

    /// What a value of `oneway` says. `alternating` lets both directions pass in turn.
    fn of(value: &str) -> Option<Self> {
        match value {
            "yes" | "true" | "1" => Some(Self::Only(Along::Forward)),
            "-1" | "reverse" => Some(Self::Only(Along::Backward)),
            "no" | "false" | "0" | "alternating" => Some(Self::Both),
            "reversible" => Some(Self::Neither),
            _ => None,
        }
    }
}

/// The directions of a road to a profile: what is said of its own kind, then of all vehicles, then
/// what roundabouts and motorways imply. A walker minds `oneway:foot` alone.
pub(super) fn directions(road: &Road, profile: &Profile, hour: HourClass) -> Directions {
    let reader = Reader {
        profile,
        hour,
        along: None,
    };
    let said = match profile.mode() {
        Mode::Motor => reader.find(&road.tags, "oneway").map(|said| said.value),
        Mode::Foot => road.tags.get("oneway:foot"),
    };
    let said = said.and_then(Directions::of);
    said.unwrap_or_else(|| implied(road, profile.mode()))
}

fn implied(road: &Road, mode: Mode) -> Directions {
    let is_round = || matches!(road.tags.get("junction"), Some("roundabout" | "circular"));
    let is_one_way = || Class::of(&road.class).is_some_and(Class::is_one_way);
    if mode == Mode::Motor && (is_one_way() || is_round()) {
        Directions::Only(Along::Forward)
    } else {
        Directions::Both
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roads::rules::access::tests::road;

    const FORWARD: Directions = Directions::Only(Along::Forward);
    const BACKWARD: Directions = Directions::Only(Along::Backward);

    #[rstest::rstest]
    #[case::nothing_said("car", "primary", &[], Directions::Both)]
    #[case::yes("car", "primary", &[("oneway", "yes")], FORWARD)]
    #[case::one("car", "primary", &[("oneway", "1")], FORWARD)]
    #[case::against("car", "primary", &[("oneway", "-1")], BACKWARD)]
    #[case::reversed("car", "primary", &[("oneway", "reverse")], BACKWARD)]
    #[case::reversible("car", "primary", &[("oneway", "reversible")], Directions::Neither)]
    #[case::reversible_at_an_hour("car", "primary", &[("oneway", "reversible"),
        ("oneway:conditional", "yes @ (10:00-11:00); -1 @ (16:00-19:00)")], FORWARD)]
    #[case::alternating("car", "primary", &[("oneway", "alternating")], Directions::Both)]
    #[case::a_motorway("car", "motorway", &[], FORWARD)]
    #[case::its_link("car", "motorway_link", &[], FORWARD)]
    #[case::a_motorway_with_two_ways("car", "motorway", &[("oneway", "no")], Directions::Both)]
    #[case::a_roundabout("car", "primary", &[("junction", "roundabout")], FORWARD)]
    #[case::a_circle("car", "primary", &[("junction", "circular")], FORWARD)]
    #[case::not_for_lorries("truck-26t", "primary", &[("oneway", "yes"), ("oneway:hgv", "no")],
        Directions::Both)]
    #[case::not_for_bicycles("car", "primary", &[("oneway", "yes"), ("oneway:bicycle", "no")], FORWARD)]
    #[case::nonsense("car", "primary", &[("oneway", "maybe")], Directions::Both)]
    #[case::on_foot("foot", "primary", &[("oneway", "yes")], Directions::Both)]
    #[case::walkers_too("foot", "footway", &[("oneway:foot", "yes")], FORWARD)]
    #[case::on_foot_around("foot", "primary", &[("junction", "roundabout")], Directions::Both)]
    fn directions_are_those_of_the_signs(
        #[case] profile: &str,
        #[case] class: &str,
        #[case] tags: &[(&str, &str)],
        #[case] expected: Directions,
    ) {
        let profile = Profile::built_in(profile).unwrap();
        let found = directions(&road(class, tags), &profile, HourClass::OffPeak);
        assert_eq!(found, expected);
    }
}
