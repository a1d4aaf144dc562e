//! Whom a turn restriction concerns, and when.

use twin_core::TurnRestriction;

use super::conditions::Verdict;
use super::keys::{Key, Rank, Reader, more_special};
use crate::roads::profile::{Profile, Who};
use crate::roads::{HourClass, Mode};

/// Whether a turn restriction holds for a profile at an hour.
///
/// It concerns all vehicles but those in `except`, and walkers only where `restriction:foot` names
/// them. Where the same restriction says different things to different vehicles or at different
/// hours, the most special key counts, and it holds if that one says the restriction's own kind.
///
/// ```
/// use simulator::roads::{HourClass, Profile, applies};
/// use twin_core::{LonLat, TurnRestriction, Via};
///
/// let restriction = TurnRestriction {
///     id: 1,
///     kind: "no_left_turn".into(),
///     from: 10,
///     via: Via::Node(5),
///     to: 11,
///     tags: [("restriction:hgv", "no_left_turn")].into_iter().collect(),
///     place: LonLat::new(6.8, 47.5).expect("a place"),
/// };
/// let profile = |name| Profile::built_in(name).expect("a built-in profile");
/// assert!(applies(&restriction, &profile("truck-26t"), HourClass::OffPeak));
/// assert!(!applies(&restriction, &profile("car"), HourClass::OffPeak));
/// ```
pub fn applies(restriction: &TurnRestriction, profile: &Profile, hour: HourClass) -> bool {
    !is_excepted(restriction, profile)
        && match said(restriction, profile, hour) {
            Said::Nothing => profile.mode() == Mode::Motor,
            Said::To(value) => value == Some(&*restriction.kind),
        }
}

/// Whether `except` names the profile's own kind of vehicle.
fn is_excepted(restriction: &TurnRestriction, profile: &Profile) -> bool {
    let except = restriction.tags.get("except").unwrap_or_default();
    let names = |word: &str| Who::of(word).is_some_and(|who| profile.rank_of(who).is_some());
    except.split(';').any(|word| names(word.trim()))
}

enum Said<'a> {
    /// There is no key besides the kind.
    Nothing,
    /// What the keys say to the profile now, if anything.
    To(Option<&'a str>),
}

fn said<'a>(restriction: &'a TurnRestriction, profile: &Profile, hour: HourClass) -> Said<'a> {
    let reader = Reader {
        profile,
        hour,
        along: None,
    };
    let mut has_keys = false;
    let mut best: Option<(Rank, Verdict<'a>)> = None;
    for (text, value) in restriction.tags.iter() {
        let key = Key::of(text);
        if key.subject != "restriction" {
            continue;
        }
        has_keys = true;
        let rank = match (key.who, profile.mode()) {
            (None, Mode::Foot) => None,
            _ => reader.rank_of(&key),
        };
        let heard = rank.and_then(|rank| reader.hear(key, rank, value));
        best = more_special(best, heard);
    }
    if has_keys {
        Said::To(best.map(|(_, said)| said.value))
    } else {
        Said::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twin_core::{LonLat, Via};

    fn restriction(kind: &str, tags: &[(&str, &str)]) -> TurnRestriction {
        TurnRestriction {
            id: 1,
            kind: kind.into(),
            from: 1,
            via: Via::Node(2),
            to: 3,
            tags: tags.iter().copied().collect(),
            place: LonLat::new(6.8, 47.5).unwrap(),
        }
    }

    #[rstest::rstest]
    #[case::for_vehicles("car", &[], true)]
    #[case::not_for_walkers("foot", &[], false)]
    #[case::walkers_named("foot", &[("restriction:foot", "no_left_turn")], true)]
    #[case::all_named_but_walkers("foot", &[("restriction", "no_left_turn"),
        ("restriction:hgv", "no_left_turn")], false)]
    #[case::of_lorries("truck-26t", &[("restriction:hgv", "no_left_turn")], true)]
    #[case::of_lorries_not_of_cars("car", &[("restriction:hgv", "no_left_turn")], false)]
    #[case::all_and_lorries("car", &[("restriction", "no_left_turn"), ("restriction:hgv", "no_left_turn")],
        true)]
    #[case::not_of_lorries("truck-26t", &[("restriction", "no_left_turn"), ("restriction:hgv", "none")],
        false)]
    #[case::except_buses("car", &[("except", "psv;bicycle")], true)]
    #[case::except_cars("car", &[("except", "bicycle; motorcar")], false)]
    #[case::except_lorries("truck-26t", &[("except", "hgv")], false)]
    #[case::in_the_morning("car", &[("restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)")], true)]
    #[case::in_the_evening("car", &[("restriction:conditional", "no_left_turn @ (Mo-Fr 16:00-19:00)")], false)]
    #[case::lifted_in_the_morning("car", &[("restriction", "no_left_turn"),
        ("restriction:conditional", "none @ (Mo-Fr 07:00-09:00)")], false)]
    #[case::of_the_heavy("truck-26t", &[("restriction:conditional", "no_left_turn @ (weight>3.5)")], true)]
    #[case::of_the_heavy_not_of_cars("car", &[("restriction:conditional", "no_left_turn @ (weight>3.5)")],
        false)]
    fn a_restriction_holds_for_whom_it_names(
        #[case] profile: &str,
        #[case] tags: &[(&str, &str)],
        #[case] expected: bool,
    ) {
        let profile = Profile::built_in(profile).unwrap();
        let restriction = restriction("no_left_turn", tags);
        assert_eq!(applies(&restriction, &profile, HourClass::Peak), expected);
    }
}
