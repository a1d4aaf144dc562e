//! What a turn at a junction costs.

use serde::Deserialize;

use crate::roads::Control;

/// A turn from one edge to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// From -180 to 180 degrees: 0 straight on, more to the right.
    pub angle_deg: f64,
    /// Where it is made.
    pub kind: TurnKind,
    /// What makes the driver wait before it.
    pub control: Control,
    /// The [`class_rank`](crate::roads::class_rank) of the road it comes from.
    pub from_rank: u8,
    /// The rank of the road it goes to.
    pub to_rank: u8,
    /// What meets there besides the two.
    pub crosses: Crosses,
}

/// Where a turn is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TurnKind {
    /// Where two streets meet and no third: no junction to a driver.
    Through,
    /// Where three or more meet.
    Junction,
    /// Back into the road one comes from.
    UTurn,
}

/// What meets at a junction besides the two roads of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crosses {
    /// No road of a larger class (a smaller rank) than both.
    NothingLarger,
    /// One of a larger class than both, to whose traffic one gives way.
    Larger,
}

/// What turns cost a profile.
///
/// The cost of an angle is the curve that OSRM's car profile publishes: a sigmoid between straight
/// on and a U-turn, bent by a bias that makes left turns dearer where one drives on the right.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnCosts {
    /// What the sharpest turn costs, in seconds, 0 to 60.
    pub sharp_s: f64,
    /// How much dearer left is than right: 1 for equal, up to 2.
    pub bias: f64,
    /// What a U-turn costs on top, in seconds, 0 to 600.
    pub u_turn_s: f64,
    /// The mean wait at signals, in seconds, 0 to 120.
    pub signals_s: f64,
    /// The mean loss at a stop sign, in seconds, 0 to 120.
    pub stop_s: f64,
    /// The mean loss at a sign to give way, in seconds, 0 to 120.
    pub give_way_s: f64,
    /// The mean wait to turn onto a larger road without a sign, for each rank of difference up to 3,
    /// in seconds, 0 to 60.
    pub onto_larger_s: f64,
    /// The mean wait to cross a larger road without a sign, in seconds, 0 to 60.
    pub across_larger_s: f64,
}

/// Ranks beyond which a larger road is no harder to turn onto.
const MAX_RANKS: u8 = 3;
/// How steep the sigmoid is, in half-turns (OSRM's car profile).
const STEEPNESS: f64 = 13.0;

impl TurnCosts {
    /// The fields that are seconds, by name, with the most they may be.
    pub(super) fn bounds(&self) -> [(&'static str, f64, f64); 7] {
        [
            ("turns.sharp_s", self.sharp_s, 60.0),
            ("turns.u_turn_s", self.u_turn_s, 600.0),
            ("turns.signals_s", self.signals_s, 120.0),
            ("turns.stop_s", self.stop_s, 120.0),
            ("turns.give_way_s", self.give_way_s, 120.0),
            ("turns.onto_larger_s", self.onto_larger_s, 60.0),
            ("turns.across_larger_s", self.across_larger_s, 60.0),
        ]
    }

    /// What a turn costs, in seconds: from 0 and finite, whatever the angle.
    pub fn seconds(&self, turn: &Turn) -> f64 {
        let wait_s = match turn.control {
            Control::Signals => self.signals_s,
            Control::Stop => self.stop_s,
            Control::GiveWay => self.give_way_s,
            Control::None => self.priority_s(turn),
        };
        match turn.kind {
            TurnKind::Through => wait_s,
            TurnKind::Junction => wait_s + self.angle_s(turn.angle_deg),
            TurnKind::UTurn => wait_s + self.angle_s(180.0) + self.u_turn_s,
        }
    }

    /// The wait for traffic that comes first, where no sign says so.
    fn priority_s(&self, turn: &Turn) -> f64 {
        if turn.kind != TurnKind::Junction {
            return 0.0;
        }
        let ranks = turn.from_rank.saturating_sub(turn.to_rank).min(MAX_RANKS);
        let across_s = match turn.crosses {
            Crosses::Larger => self.across_larger_s,
            Crosses::NothingLarger => 0.0,
        };
        across_s + f64::from(ranks) * self.onto_larger_s
    }

    fn angle_s(&self, angle_deg: f64) -> f64 {
        let half_turns = if angle_deg.is_finite() {
            angle_deg.clamp(-180.0, 180.0) / 180.0
        } else {
            0.0
        };
        let bias = if half_turns >= 0.0 {
            self.bias
        } else {
            1.0 / self.bias
        };
        let steps = STEEPNESS / bias * half_turns.abs() - STEEPNESS / 2.0 * bias;
        self.sharp_s / (1.0 + libm::exp(-steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roads::Profile;
    use proptest::prelude::*;

    fn turn(angle_deg: f64, kind: TurnKind, control: Control) -> Turn {
        Turn {
            angle_deg,
            kind,
            control,
            from_rank: 4,
            to_rank: 4,
            crosses: Crosses::NothingLarger,
        }
    }

    fn car_s(turn: &Turn) -> f64 {
        Profile::built_in("car").unwrap().turn_costs().seconds(turn)
    }

    /// `7.5 / (1 + exp(6.5 b - 13 / b · |angle| / 180))`, b = 1.075 to the right, its inverse to the left.
    #[rstest::rstest]
    #[case::straight_on(0.0, 0.006_92)]
    #[case::right(90.0, 2.105_26)]
    #[case::left(-90.0, 5.394_74)]
    #[case::back(180.0, 7.454_80)]
    fn the_curve_is_that_of_osrm(#[case] angle_deg: f64, #[case] expected_s: f64) {
        let found = car_s(&turn(angle_deg, TurnKind::Junction, Control::None));
        approx::assert_abs_diff_eq!(found, expected_s, epsilon = 1e-4);
    }

    #[test]
    fn a_bend_is_free_and_a_u_turn_dear() {
        assert_eq!(car_s(&turn(90.0, TurnKind::Through, Control::None)), 0.0);
        let back = car_s(&turn(180.0, TurnKind::UTurn, Control::None));
        assert!(back > 3.0 * car_s(&turn(-90.0, TurnKind::Junction, Control::None)));
    }

    #[test]
    fn larger_roads_are_hard_to_turn_onto_and_to_cross() {
        let plain = turn(-90.0, TurnKind::Junction, Control::None);
        let onto = Turn {
            to_rank: 2,
            ..plain
        };
        let from = Turn {
            from_rank: 2,
            ..plain
        };
        let across = Turn {
            crosses: Crosses::Larger,
            ..plain
        };
        assert!(car_s(&onto) > car_s(&plain));
        assert_eq!(car_s(&from), car_s(&plain));
        assert!(car_s(&across) > car_s(&plain));
    }

    #[test]
    fn what_makes_one_wait_takes_the_place_of_priority() {
        let onto = Turn {
            to_rank: 0,
            crosses: Crosses::Larger,
            ..turn(0.0, TurnKind::Junction, Control::Signals)
        };
        let plain = turn(0.0, TurnKind::Junction, Control::Signals);
        assert_eq!(car_s(&onto), car_s(&plain));
        assert!(car_s(&turn(0.0, TurnKind::Through, Control::Signals)) > 0.0);
    }

    proptest! {
        #[test]
        fn every_turn_costs_something_finite(
            angle_deg in prop::num::f64::ANY,
            from_rank in 0_u8..12,
            to_rank in 0_u8..12,
        ) {
            for name in Profile::BUILT_IN {
                let profile = Profile::built_in(name).unwrap();
                for kind in [TurnKind::Through, TurnKind::Junction, TurnKind::UTurn] {
                    for control in [Control::None, Control::Signals, Control::Stop, Control::GiveWay] {
                        let turn = Turn { from_rank, to_rank, ..turn(angle_deg, kind, control) };
                        let seconds = profile.turn_costs().seconds(&turn);
                        prop_assert!((0.0..=1_000.0).contains(&seconds));
                    }
                }
            }
        }

        #[test]
        fn left_is_never_cheaper_than_right(angle_deg in 0.0..180.0_f64) {
            let right = car_s(&turn(angle_deg, TurnKind::Junction, Control::None));
            let left = car_s(&turn(-angle_deg, TurnKind::Junction, Control::None));
            prop_assert!(left >= right);
        }
    }
}
