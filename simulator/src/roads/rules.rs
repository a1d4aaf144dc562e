//! What the tags of roads, of their nodes and of turn restrictions mean to a profile.
//!
//! Tags are OpenStreetMap's, and read as its wiki describes them; what cannot be read counts as not
//! written.

mod access;
mod classes;
mod conditions;
mod hours;
mod keys;
mod limits;
mod nodes;
mod one_way;
mod quantities;
mod restrictions;
mod speeds;

use twin_core::Road;

#[cfg(test)]
pub(super) use access::tests::road as test_road;
pub use access::{Access, is_of_mode};
pub(super) use classes::Class;
pub use classes::class_rank;
pub use keys::Along;
pub use nodes::{Control, NodePassage, control, node_passage};
pub use restrictions::applies;

use super::profile::{ClassRule, HourClass, Mode, Profile};
use keys::Reader;
use one_way::Directions;

/// One direction of a road to a profile that may use it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    /// The speed on the flat, in km/h: from 1 to [`MAX_SPEED_KMH`](super::MAX_SPEED_KMH).
    pub speed_kmh: f64,
    /// Whom it is for.
    pub access: Access,
}

/// What the two directions of a road are to a profile: along its points, then against them. `None`
/// where it may not pass.
///
/// ```
/// use simulator::roads::{HourClass, Profile, passages};
/// use twin_core::Road;
///
/// let street = Road {
///     id: None,
///     class: "residential".into(),
///     name: None,
///     tags: [("oneway", "yes"), ("maxspeed", "30")].into_iter().collect(),
///     nodes: vec![],
///     path: vec![],
/// };
/// let car = Profile::built_in("car").expect("a built-in profile");
/// let [forward, backward] = passages(&street, &car, HourClass::OffPeak);
/// assert!(forward.is_some_and(|passage| passage.speed_kmh <= 30.0));
/// assert!(backward.is_none());
/// ```
pub fn passages(road: &Road, profile: &Profile, hour: HourClass) -> [Option<Passage>; 2] {
    let Some(class) = Class::of(&road.class) else {
        return [None; 2];
    };
    let Some(rule) = profile.class_rule(class) else {
        return [None; 2];
    };
    if !is_of_mode(road, profile.mode()) {
        return [None; 2];
    }
    let way = Way {
        road,
        class,
        rule,
        directions: one_way::directions(road, profile, hour),
    };
    Along::BOTH.map(|along| {
        let reader = Reader {
            profile,
            hour,
            along: Some(along),
        };
        way.passage(&reader, along)
    })
}

/// A road with what its class means to the profile at hand.
struct Way<'a> {
    road: &'a Road,
    class: Class,
    rule: &'a ClassRule,
    directions: Directions,
}

impl Way<'_> {
    fn passage(&self, reader: &Reader<'_>, along: Along) -> Option<Passage> {
        if !self.directions.allows(along) {
            return None;
        }
        let allowed = access::of_way(self, reader)?;
        let limited = limits::access(&self.road.tags, reader)?;
        Some(Passage {
            speed_kmh: speeds::speed_kmh(self, reader)?,
            access: allowed.max(limited),
        })
    }
}

impl Profile {
    /// Whether it must stop on its own, the right-hand side of a road: on the classes that the
    /// profile names, where traffic comes from both directions.
    pub fn curb(&self, road: &Road) -> bool {
        let is_named = Class::of(&road.class)
            .and_then(|class| self.class_rule(class))
            .is_some_and(|rule| rule.curb);
        is_named
            && self.mode() == Mode::Motor
            && one_way::directions(road, self, HourClass::OffPeak) == Directions::Both
    }
}
