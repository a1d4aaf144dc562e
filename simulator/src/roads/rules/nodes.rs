//! What stands on a road: barriers, rails, and what tells drivers to wait.

use twin_core::Tags;

use super::access::ruling_on;
use super::keys::{Along, Reader};
use super::limits;
use crate::roads::profile::{Profile, Ruling};
use crate::roads::{HourClass, Mode};

/// What a node of a road is to a profile that comes along.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodePassage {
    /// Whether it cannot get through.
    pub is_blocked: bool,
    /// What it loses there, in seconds, from 0: opening a gate, waiting for trains on the mean.
    /// Not what [`control`] tells, which depends on the turn.
    pub delay_s: f64,
}

/// What makes drivers wait at a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Control {
    /// Nothing but the rules of priority.
    #[default]
    None,
    /// Traffic signals.
    Signals,
    /// A stop sign.
    Stop,
    /// A sign to give way.
    GiveWay,
}

/// What a node is to a profile: its barrier, its access tags, its limits.
///
/// Tags for all (`access`, `vehicle`) can only close what a barrier lets through; those of the
/// profile's own mode open and close. Whoever may pass with business there is not blocked. A barrier
/// that the profile does not name is closed to motor vehicles and open to walkers. Access tags of a
/// pedestrian crossing concern those who cross the road, and are not heard.
pub fn node_passage(tags: &Tags, profile: &Profile, hour: HourClass) -> NodePassage {
    let reader = Reader {
        profile,
        hour,
        along: None,
    };
    let kind = barrier(tags);
    let (usual, barrier_s) = match kind {
        Some(kind) => usual(kind, tags, profile),
        None => (Ruling::Open, 0.0),
    };
    let is_crossing = kind.is_none() && tags.is("highway", "crossing");
    let is_closed = !is_crossing && ruling_on(tags, &reader, usual) == Ruling::Closed;
    NodePassage {
        is_blocked: is_closed || limits::access(tags, &reader).is_none(),
        delay_s: barrier_s + profile.node_delay_s(tags),
    }
}

/// The barrier at a node, by its name in profiles.
fn barrier(tags: &Tags) -> Option<&str> {
    let kind = tags.get("barrier")?;
    match kind.split(';').next().unwrap_or(kind).trim() {
        "no" => None,
        "bollard" if tags.is("bollard", "rising") => Some("rising_bollard"),
        kind => Some(kind),
    }
}

/// What a barrier is to a profile, and its delay in seconds, where no access tag tells.
fn usual(kind: &str, tags: &Tags, profile: &Profile) -> (Ruling, f64) {
    let is_measured = kind == "height_restrictor" && tags.get("maxheight").is_some();
    let (ruling, delay_s) = match (profile.barrier(kind), profile.mode()) {
        (Some(rule), _) => (rule.access, rule.delay_s),
        (None, Mode::Foot) => (Ruling::Open, 0.0),
        (None, Mode::Motor) => (Ruling::Closed, 0.0),
    };
    match ruling {
        _ if tags.is("locked", "yes") => (Ruling::Closed, delay_s),
        Ruling::Closed if is_measured => (Ruling::Open, delay_s),
        _ => (ruling, delay_s),
    }
}

/// What makes drivers wait at a node, and the direction along its road that it concerns; `None` for
/// both. Signals at a pedestrian crossing alone are none: they are green for traffic most of the time.
pub fn control(tags: &Tags) -> (Control, Option<Along>) {
    let highway = tags.get("highway").unwrap_or_default();
    let is = |word: &str| highway.split(';').any(|value| value.trim() == word);
    let (control, key) = if is("traffic_signals") {
        (Control::Signals, "traffic_signals:direction")
    } else if is("stop") {
        (Control::Stop, "stop:direction")
    } else if is("give_way") {
        (Control::GiveWay, "give_way:direction")
    } else {
        return (Control::None, None);
    };
    let direction = tags.get(key).or_else(|| tags.get("direction"));
    (control, direction.and_then(Along::of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(profile: &str, tags: &[(&str, &str)]) -> NodePassage {
        let tags: Tags = tags.iter().copied().collect();
        let profile = Profile::built_in(profile).unwrap();
        node_passage(&tags, &profile, HourClass::OffPeak)
    }

    #[rstest::rstest]
    #[case::nothing("car", &[], false)]
    #[case::a_bollard("car", &[("barrier", "bollard")], true)]
    #[case::on_foot("foot", &[("barrier", "bollard")], false)]
    #[case::a_bollard_that_sinks("car", &[("barrier", "bollard"), ("bollard", "rising")], false)]
    #[case::a_bollard_open_to_all("car", &[("barrier", "bollard"), ("access", "yes")], true)]
    #[case::a_bollard_open_to_motors("car", &[("barrier", "bollard"), ("motor_vehicle", "yes")], false)]
    #[case::a_gate("car", &[("barrier", "gate")], false)]
    #[case::a_locked_gate("car", &[("barrier", "gate"), ("locked", "yes")], true)]
    #[case::a_closed_gate("car", &[("barrier", "gate"), ("access", "no")], true)]
    #[case::a_gate_for_walkers("foot", &[("barrier", "gate"), ("access", "no"), ("foot", "yes")], false)]
    #[case::a_private_gate("truck-26t", &[("barrier", "lift_gate"), ("access", "private")], false)]
    #[case::a_toll_booth("car", &[("barrier", "toll_booth")], false)]
    #[case::a_bus_trap("car", &[("barrier", "bus_trap")], true)]
    #[case::a_wall("foot", &[("barrier", "wall")], true)]
    #[case::a_frame_for_cars("car", &[("barrier", "height_restrictor")], false)]
    #[case::a_frame_not_for_trucks("truck-26t", &[("barrier", "height_restrictor")], true)]
    #[case::a_high_frame("truck-26t", &[("barrier", "height_restrictor"), ("maxheight", "4.2")], false)]
    #[case::a_low_frame("truck-26t", &[("barrier", "height_restrictor"), ("maxheight", "2.1")], true)]
    #[case::something_unknown("car", &[("barrier", "dragon")], true)]
    #[case::something_unknown_on_foot("foot", &[("barrier", "dragon")], false)]
    #[case::no_barrier("car", &[("barrier", "no")], false)]
    #[case::a_crossing("car", &[("highway", "crossing"), ("access", "no"), ("foot", "yes")], false)]
    #[case::closed_without_a_barrier("car", &[("motor_vehicle", "no")], true)]
    fn a_barrier_stops_whom_it_should(
        #[case] profile: &str,
        #[case] tags: &[(&str, &str)],
        #[case] is_blocked: bool,
    ) {
        assert_eq!(passage(profile, tags).is_blocked, is_blocked);
    }

    #[test]
    fn gates_and_rails_cost_time() {
        assert!(passage("truck-26t", &[("barrier", "lift_gate")]).delay_s > 0.0);
        assert!(passage("car", &[("railway", "level_crossing")]).delay_s > 0.0);
        assert!(passage("car", &[("traffic_calming", "hump")]).delay_s > 0.0);
        assert_eq!(
            passage("car", &[("highway", "traffic_signals")]).delay_s,
            0.0
        );
    }

    #[rstest::rstest]
    #[case::signals(&[("highway", "traffic_signals")], (Control::Signals, None))]
    #[case::of_one_direction(&[("highway", "traffic_signals"), ("traffic_signals:direction", "backward")],
        (Control::Signals, Some(Along::Backward)))]
    #[case::among_others(&[("highway", "crossing;traffic_signals")], (Control::Signals, None))]
    #[case::a_stop(&[("highway", "stop"), ("direction", "forward")], (Control::Stop, Some(Along::Forward)))]
    #[case::in_degrees(&[("highway", "give_way"), ("direction", "270")], (Control::GiveWay, None))]
    #[case::both(&[("highway", "stop"), ("direction", "both")], (Control::Stop, None))]
    #[case::a_pedestrian_crossing(&[("highway", "crossing"), ("crossing", "traffic_signals")],
        (Control::None, None))]
    fn controls_are_told_with_their_direction(
        #[case] tags: &[(&str, &str)],
        #[case] expected: (Control, Option<Along>),
    ) {
        assert_eq!(control(&tags.iter().copied().collect()), expected);
    }
}
