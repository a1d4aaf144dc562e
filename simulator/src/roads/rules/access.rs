//! Who may be on a road: its class, its kind of service road, and the hierarchy of access tags.

use twin_core::{Road, Tags};

use super::Way;
use super::classes::Class;
use super::conditions::{Scope, Verdict};
use super::keys::{Key, Rank, Reader, more_special};
use crate::roads::Mode;
use crate::roads::profile::{Ruling, Who};

/// Whom a road is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Everybody of the profile.
    Open,
    /// Only those who have business in it; not for passing through.
    Destination,
}

/// Whether a road belongs to what a mode travels on at all: whatever some profile, some edit or some
/// permission could ever open to it. Ferries, areas and roads that are not built yet never do.
///
/// Motor traffic has every road down to tracks and pedestrian streets, and paths only where a tag
/// speaks of motor vehicles there. Walkers have all but motorways and busways, and these where a tag
/// speaks of them.
pub fn is_of_mode(road: &Road, mode: Mode) -> bool {
    let Some(class) = Class::of(&road.class) else {
        return false;
    };
    !road.tags.is("area", "yes")
        && !class.is_impossible_for(mode)
        && (class.is_usual_for(mode) || is_named(&road.tags, mode))
}

/// Whether an access tag speaks of a mode in particular and says more than `no`.
fn is_named(tags: &Tags, mode: Mode) -> bool {
    tags.iter().any(|(key, value)| {
        let who = Who::of(Key::of(key).subject);
        value != "no" && who.is_some_and(|who| who.mode() == Some(mode))
    })
}

/// Whom a road is for, of a profile's drivers; `None` where it is closed to them.
///
/// Keys for all (`access`, `vehicle`) can only take away from what the class and the kind of service
/// road give; keys of the profile's own mode decide alone. One that cannot be read is passed over.
pub(super) fn of_way(way: &Way<'_>, reader: &Reader<'_>) -> Option<Access> {
    let tags = &way.road.tags;
    let service = tags
        .get("service")
        .filter(|_| way.class == Class::Service)
        .and_then(|kind| reader.profile.service(kind))
        .map_or(Ruling::Open, |service| service.access);
    let motorroad = match reader.profile.mode() {
        Mode::Foot if tags.is("motorroad", "yes") => Ruling::Closed,
        _ => Ruling::Open,
    };
    let usual = way.rule.access.max(service).max(motorroad);
    access(ruling_on(tags, reader, usual))
}

/// What the access tags of a road or a node make of what is usual there.
pub(super) fn ruling_on(tags: &Tags, reader: &Reader<'_>, usual: Ruling) -> Ruling {
    match said(tags, reader) {
        Some((who, ruling)) if who.mode().is_none() => ruling.max(usual),
        Some((_, ruling)) => ruling,
        None => usual,
    }
}

/// A ruling as access; `None` if closed.
const fn access(ruling: Ruling) -> Option<Access> {
    match ruling {
        Ruling::Open => Some(Access::Open),
        Ruling::Destination => Some(Access::Destination),
        Ruling::Closed => None,
    }
}

/// What the most special access tag that can be read says, and of whom.
fn said(tags: &Tags, reader: &Reader<'_>) -> Option<(Who, Ruling)> {
    let mut best: Option<(Rank, Verdict<'_>)> = None;
    for (text, value) in tags.iter() {
        // Most tags are about something else; they are told apart before they are taken apart.
        let subject = text.split(':').next().unwrap_or(text);
        let own = Who::of(subject).and_then(|who| reader.profile.rank_of(who));
        let Some(rank) = own else {
            continue;
        };
        let key = Key::of(text);
        if key.who.is_some() {
            continue;
        }
        let heard = reader.hear(key, rank, value);
        let readable = heard.filter(|(_, said)| ruling(said, reader).is_some());
        best = more_special(best, readable);
    }
    let ((rank, ..), verdict) = best?;
    Some((reader.profile.who(rank)?, ruling(&verdict, reader)?))
}

/// What a value means to a profile; of several (`agricultural;forestry`) the kindest counts.
fn ruling(said: &Verdict<'_>, reader: &Reader<'_>) -> Option<Ruling> {
    let values = said.value.split(';');
    let kindest = values
        .filter_map(|value| reader.profile.ruling(value.trim()))
        .min()?;
    Some(match said.scope {
        Scope::Business => kindest.max(Ruling::Destination),
        Scope::All => kindest,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::roads::{HourClass, Profile, passages};

    /// A road with nothing but its class and tags.
    pub(in crate::roads) fn road(class: &str, tags: &[(&str, &str)]) -> Road {
        Road {
            id: None,
            class: class.into(),
            name: None,
            tags: tags.iter().copied().collect(),
            nodes: vec![],
            path: vec![],
        }
    }

    const OPEN: Option<Access> = Some(Access::Open);
    const GUESTS: Option<Access> = Some(Access::Destination);

    fn forward(profile: &str, class: &str, tags: &[(&str, &str)]) -> Option<Access> {
        let profile = Profile::built_in(profile).unwrap();
        let [forward, _] = passages(&road(class, tags), &profile, HourClass::OffPeak);
        forward.map(|passage| passage.access)
    }

    #[rstest::rstest]
    #[case::a_street("car", "residential", &[], OPEN)]
    #[case::closed_to_all("car", "residential", &[("access", "no")], None)]
    #[case::but_not_to_cars("car", "residential", &[("access", "no"), ("motorcar", "yes")], OPEN)]
    #[case::but_to_motors("car", "residential", &[("access", "yes"), ("motor_vehicle", "no")], None)]
    #[case::to_lorries("truck-26t", "primary", &[("hgv", "no")], None)]
    #[case::to_lorries_is_not_to_cars("car", "primary", &[("hgv", "no")], OPEN)]
    #[case::to_lorries_is_not_to_vans("light-3.5t", "primary", &[("hgv", "no")], OPEN)]
    #[case::to_vans("light-3.5t", "primary", &[("goods", "no")], None)]
    #[case::lorries_to_a_door("truck-26t", "primary", &[("hgv", "destination")], GUESTS)]
    #[case::deliveries_by_car("car", "residential", &[("motor_vehicle", "delivery")], None)]
    #[case::deliveries_by_truck("truck-26t", "residential", &[("motor_vehicle", "delivery")], GUESTS)]
    #[case::private("car", "residential", &[("access", "private")], GUESTS)]
    #[case::of_farmers("car", "track", &[("motor_vehicle", "agricultural;forestry")], None)]
    #[case::of_farmers_and_all("car", "unclassified", &[("access", "agricultural;yes")], OPEN)]
    #[case::a_word_of_no_meaning("car", "primary", &[("access", "yes"), ("motorcar", "blue")], OPEN)]
    #[case::military("car", "service", &[("access", "military")], None)]
    #[case::a_busway("car", "busway", &[("bus", "designated")], None)]
    #[case::for_buses_only("car", "service", &[("motor_vehicle", "no"), ("psv", "yes")], None)]
    #[case::a_pedestrian_street("car", "pedestrian", &[], None)]
    #[case::which_crews_enter("truck-26t", "pedestrian", &[], GUESTS)]
    #[case::open_to_all_is_not_to_cars("car", "pedestrian", &[("access", "yes")], None)]
    #[case::open_to_cars("car", "pedestrian", &[("motor_vehicle", "yes")], OPEN)]
    #[case::in_its_hours("truck-26t", "pedestrian", &[("motor_vehicle", "no"),
        ("motor_vehicle:conditional", "delivery @ (06:00-11:00)")], GUESTS)]
    #[case::outside_its_hours("truck-26t", "pedestrian", &[("motor_vehicle", "no"),
        ("motor_vehicle:conditional", "delivery @ (05:00-07:00)")], None)]
    #[case::for_business("truck-26t", "tertiary", &[("hgv", "no"),
        ("hgv:conditional", "yes @ (delivery)")], GUESTS)]
    #[case::of_the_other_direction("car", "tertiary", &[("motor_vehicle:backward", "no")], OPEN)]
    #[case::of_this_direction("car", "tertiary", &[("motor_vehicle:forward", "no")], None)]
    #[case::a_driveway("car", "service", &[("service", "driveway")], GUESTS)]
    #[case::for_emergencies("truck-26t", "service", &[("service", "emergency_access")], None)]
    #[case::a_footway("car", "footway", &[], None)]
    #[case::a_footway_for_motors("car", "footway", &[("motor_vehicle", "destination")], GUESTS)]
    #[case::steps_never("car", "steps", &[("motor_vehicle", "yes")], None)]
    #[case::a_square("car", "pedestrian", &[("area", "yes"), ("motor_vehicle", "yes")], None)]
    #[case::not_built("car", "construction", &[], None)]
    #[case::a_ferry("car", "ferry", &[("motor_vehicle", "yes")], None)]
    #[case::on_foot("foot", "footway", &[], OPEN)]
    #[case::on_foot_closed("foot", "footway", &[("foot", "no")], None)]
    #[case::cars_do_not_matter("foot", "residential", &[("motor_vehicle", "no"), ("vehicle", "no")], OPEN)]
    #[case::on_the_motorway("foot", "motorway", &[], None)]
    #[case::open_to_all_is_not_to_walkers("foot", "motorway", &[("access", "yes")], None)]
    #[case::on_an_expressway("foot", "trunk", &[("motorroad", "yes")], None)]
    #[case::on_a_cycleway("foot", "cycleway", &[], None)]
    #[case::on_a_shared_one("foot", "cycleway", &[("foot", "designated")], OPEN)]
    fn a_road_is_for_whom_its_tags_say(
        #[case] profile: &str,
        #[case] class: &str,
        #[case] tags: &[(&str, &str)],
        #[case] expected: Option<Access>,
    ) {
        assert_eq!(forward(profile, class, tags), expected);
    }

    #[rstest::rstest]
    #[case::streets("residential", &[("motor_vehicle", "no")], Mode::Motor, true)]
    #[case::pedestrian("pedestrian", &[], Mode::Motor, true)]
    #[case::paths("path", &[], Mode::Motor, false)]
    #[case::paths_closed_to_motors("path", &[("motor_vehicle", "no")], Mode::Motor, false)]
    #[case::paths_for_some("path", &[("motor_vehicle", "private")], Mode::Motor, true)]
    #[case::ferries("ferry", &[("motor_vehicle", "yes")], Mode::Motor, false)]
    #[case::motorways("motorway", &[], Mode::Foot, false)]
    #[case::steps("steps", &[], Mode::Foot, true)]
    fn a_mode_has_what_could_ever_be_open_to_it(
        #[case] class: &str,
        #[case] tags: &[(&str, &str)],
        #[case] mode: Mode,
        #[case] expected: bool,
    ) {
        assert_eq!(is_of_mode(&road(class, tags), mode), expected);
    }
}
