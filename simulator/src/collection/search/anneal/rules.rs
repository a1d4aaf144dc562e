//! How a solution is taken apart and put together.

use crate::collection::search::model::Model;
use crate::collection::search::ruin::RuinRules;
use crate::collection::search::ways::Ways;
use crate::numbers::f64_of_index;
use crate::random::Stream;

/// How a solution is taken apart and put together.
#[derive(Clone, Copy, Debug)]
pub(in crate::collection::search) struct Rules {
    pub(super) ruin: RuinRules,
    /// How often whole trips are taken out, where vehicles make several.
    pub(super) whole_trips: f64,
    /// How many stops near one are looked at for a spot before it and behind it.
    pub(super) spots: usize,
    /// How often a spot is overlooked.
    pub(super) blink: f64,
    /// How many exchanges are tried with each step.
    pub(super) exchanges: u32,
    /// How many neighbours one looks for an exchange.
    pub(super) exchange_with: usize,
    /// How often an exchange is that of two stops, how many neighbours one tries that with, and beside
    /// how many stops each of the two looks for its place.
    pub(super) swaps: f64,
    pub(super) swap_with: usize,
    pub(super) swap_beside: usize,
    /// How often a day of several trips is cut anew, for each step.
    pub(super) splits: f64,
    /// How often an optional stop may cost more than its prize, and how many times its prize at most.
    pub(super) generous: f64,
    pub(super) generosity: f64,
    /// The same where it should be worth it to send another vehicle, for what else that one serves.
    pub(super) lavish: f64,
    pub(super) lavishness: f64,
    /// How often a step sends another vehicle to collect what is not worth it stop by stop.
    pub(super) ventures: f64,
    /// How often a step does without one of the vehicles that are used, where these cost something.
    pub(super) retirements: f64,
    /// What such a step may cost more at the begin of a descent, as a share of what a vehicle costs.
    pub(super) daring: f64,
    /// The temperature at the begin of a descent, at the begin of one that starts from something
    /// good, and at the end; in mean ways between neighbours.
    pub(in crate::collection::search) hot: f64,
    pub(in crate::collection::search) warm: f64,
    pub(in crate::collection::search) cold: f64,
    /// Whether required stops may be missing for a while.
    pub(super) is_tolerant: bool,
    /// The share of solutions that should be complete while required stops may be missing, at the begin
    /// of a descent and at the end.
    complete_hot: f64,
    complete_cold: f64,
    /// How many steps a descent should have, for a problem of one stop; they grow with the stops to
    /// the power of 1.5.
    steps: f64,
    /// The power of a longer search with which the number of descents grows.
    more: f64,
}

impl Rules {
    /// Where nothing but the length of ways matters. Found by trials on instances of Uchoa et al.
    const UNTIMED: Self = Self {
        ruin: RuinRules {
            mean: 10.0,
            longest: 10.0,
            split: 0.5,
            keep_more: 0.99,
        },
        whole_trips: 0.1,
        spots: 60,
        blink: 0.01,
        exchanges: 2,
        exchange_with: 24,
        swaps: 0.1,
        swap_with: 8,
        swap_beside: 24,
        splits: 0.01,
        generous: 0.3,
        generosity: 4.0,
        lavish: 0.1,
        lavishness: 40.0,
        ventures: 0.1,
        retirements: 0.02,
        daring: 0.5,
        hot: 1.0,
        warm: 0.1,
        cold: 0.01,
        is_tolerant: false,
        complete_hot: 0.3,
        complete_cold: 0.95,
        steps: 100.0,
        more: 0.3,
    };

    /// Where time matters: less fits, so more must be moved at once. Found by trials on instances of
    /// Gehring and Homberger.
    const TIMED: Self = Self {
        ruin: RuinRules {
            mean: 15.0,
            longest: 15.0,
            ..Self::UNTIMED.ruin
        },
        spots: 100,
        exchanges: 6,
        swaps: 0.0,
        hot: 1.5,
        warm: 0.3,
        cold: 0.1,
        is_tolerant: true,
        steps: 20.0,
        ..Self::UNTIMED
    };

    /// Where time matters and stops may be left out: which ones are served is a question of its own,
    /// that is settled while it is still hot.
    const SELECTIVE: Self = Self {
        ruin: Self::UNTIMED.ruin,
        spots: 128,
        hot: 4.0,
        steps: 60.0,
        ..Self::TIMED
    };

    /// What suits a problem.
    pub(super) fn of<W: Ways>(model: &Model<'_, W>) -> Self {
        let may_leave_out = model.stops.iter().any(|stop| !stop.is_required);
        let has_trips = model
            .problem
            .fleet()
            .iter()
            .any(|class| class.max_trips > 1);
        let costs_to_use = model.classes.iter().any(|class| class.fixed > 0);
        let rules = match (model.is_timed, may_leave_out) {
            (false, _) => Self::UNTIMED,
            (true, false) => Self::TIMED,
            (true, true) => Self::SELECTIVE,
        };
        Self {
            is_tolerant: rules.is_tolerant && !model.is_exact && !has_trips,
            ventures: if may_leave_out { rules.ventures } else { 0.0 },
            retirements: if costs_to_use { rules.retirements } else { 0.0 },
            ..rules
        }
    }

    /// How many descents there should be of so many steps in all. More steps make both more of them and
    /// longer ones.
    pub(in crate::collection::search) fn descents(&self, steps: f64, stops: usize) -> f64 {
        let stops = f64_of_index(stops);
        let each = self.steps * stops * stops.sqrt();
        libm::round(libm::pow(steps / each.max(1.0), self.more)).clamp(1.0, 1000.0)
    }

    /// The share of solutions that should be complete at a temperature, where they need not be.
    pub(super) fn complete(&self, temperature: f64) -> f64 {
        let descent = libm::log(self.hot / self.cold).max(f64::MIN_POSITIVE);
        let share = (libm::log(self.hot / temperature) / descent).clamp(0.0, 1.0);
        self.complete_hot + (self.complete_cold - self.complete_hot) * share
    }

    /// How many times its prize an optional stop may cost in a step.
    pub(super) fn generosity(&self, random: &mut Stream) -> f64 {
        if random.chance(self.lavish) {
            random.between(1.0, self.lavishness)
        } else if random.chance(self.generous) {
            random.between(1.0, self.generosity)
        } else {
            1.0
        }
    }
}
