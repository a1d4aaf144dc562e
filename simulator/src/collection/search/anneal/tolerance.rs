//! How much a search minds that required stops are missing.
//!
//! Where vehicles are nearly full, one cannot get from one complete solution to another by small steps
//! that are all complete. So a step may leave required stops out, at a price that rises while too few
//! solutions are complete and falls while too many are: the adaptive penalties of Vidal et al., "A hybrid
//! genetic algorithm for multidepot and periodic vehicle routing problems", 2012, section 4.3, here on
//! stops that are missing instead of loads that are too large, so that whatever is driven keeps all rules.

use crate::collection::search::model::StopFacts;
use crate::numbers::{f64_of_i64, f64_of_index, trunc_i64};

/// What missing stops cost in the eyes of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    /// Whether there is any at all.
    is_allowed: bool,
    /// Whether a step is under way that may use it.
    is_on: bool,
    /// What a required stop of mean weight costs that is missing.
    price: f64,
    /// The least price.
    least: f64,
    /// What any required stop costs that is missing, without tolerance.
    absence: i64,
    /// Solutions seen since the price changed, and those of them that were complete.
    seen: u32,
    complete: u32,
}

impl Tolerance {
    /// After so many steps the price is looked at.
    const EACH: u32 = 500;

    /// Before the first step. `unit` is a mean way, `absence` what a required stop costs that is missing.
    pub(super) const fn new(is_allowed: bool, unit: f64, absence: i64) -> Self {
        Self {
            is_allowed,
            is_on: false,
            price: 20.0 * unit,
            least: unit,
            absence,
            seen: 0,
            complete: 0,
        }
    }

    /// Begins a step with a solution; `wanted` tells the share of complete ones that is aimed at.
    pub(super) fn begin(&mut self, is_complete: bool, wanted: impl FnOnce() -> f64) {
        self.is_on = self.is_allowed;
        if !self.is_on {
            return;
        }
        self.seen += 1;
        self.complete += u32::from(is_complete);
        if self.seen == Self::EACH {
            let share = f64::from(self.complete) / f64::from(self.seen);
            self.price *= if share < wanted() { 1.1 } else { 0.92 };
            self.price = self
                .price
                .clamp(self.least, f64_of_i64(self.absence).max(self.least));
            (self.seen, self.complete) = (0, 0);
        }
    }

    /// Ends a step: outside of steps nothing may be missing.
    pub(super) const fn end(&mut self) {
        self.is_on = false;
    }

    /// Whether required stops may be left out right now.
    pub(super) const fn is_on(&self) -> bool {
        self.is_on
    }

    /// What it may cost to serve a required stop.
    pub(super) fn worth(&self, stop: &StopFacts) -> i64 {
        if self.is_on {
            trunc_i64(self.price * f64_of_i64(stop.weight) / 1000.0).min(stop.absence)
        } else {
            stop.absence
        }
    }

    /// What a solution costs in the eyes of a step: its missing stops, and what they weigh together.
    pub(super) fn judge(&self, cost: i64, (missing, lack): (usize, i64)) -> f64 {
        if !self.is_on || missing == 0 {
            return f64_of_i64(cost);
        }
        let without = f64_of_i64(cost) - f64_of_index(missing) * f64_of_i64(self.absence);
        without + self.price * f64_of_i64(lack) / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::Window;
    use crate::collection::search::segment::Segment;

    const ABSENCE: i64 = 1_000_000;

    fn stop(weight: i64) -> StopFacts {
        StopFacts {
            place: 0,
            stream: 0,
            setup: 0,
            mass: 0,
            release: 0,
            serve: Segment::new(Window::ALWAYS, 0),
            absence: ABSENCE,
            weight,
            is_required: true,
        }
    }

    /// After so many steps, of which `complete` of two began with a complete solution.
    fn after(steps: u32, complete: u32) -> Tolerance {
        let mut tolerance = Tolerance::new(true, 10.0, ABSENCE);
        for step in 0..steps {
            tolerance.begin(step % 2 < complete, || 0.5);
        }
        tolerance
    }

    #[test]
    fn the_price_rises_while_too_few_are_complete_and_falls_while_too_many_are() {
        let mean = stop(1000);
        assert_eq!(after(1, 1).worth(&mean), 200);
        assert_eq!(after(Tolerance::EACH, 0).worth(&mean), 220);
        assert_eq!(after(Tolerance::EACH, 2).worth(&mean), 184);
        let (dear, cheap) = (after(500_000, 0), after(500_000, 2));
        assert_eq!((dear.worth(&mean), cheap.worth(&mean)), (ABSENCE, 10));
    }

    #[test]
    fn what_holds_more_weighs_more() {
        let tolerance = after(1, 1);
        assert_eq!(
            [500, 2000].map(|weight| tolerance.worth(&stop(weight))),
            [100, 400]
        );
        let judged = tolerance.judge(7 + 2 * ABSENCE, (2, 2500));
        assert!((judged - 507.0).abs() < 1e-6, "{judged}");
        assert!((tolerance.judge(7, (0, 0)) - 7.0).abs() < 1e-6);
    }

    #[test]
    fn between_steps_nothing_may_be_missing() {
        let mut tolerance = after(1, 1);
        tolerance.end();
        assert!(!tolerance.is_on());
        assert_eq!(tolerance.worth(&stop(1)), ABSENCE);
        assert!((tolerance.judge(3 * ABSENCE, (2, 1)) - 3e6).abs() < 1e-6);
        let mut never = Tolerance::new(false, 10.0, ABSENCE);
        never.begin(false, || 0.5);
        assert!(!never.is_on());
    }
}
