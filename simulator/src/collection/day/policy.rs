//! Which containers are emptied on a day, and which may be.

use jiff::ToSpan as _;
use jiff::civil::Date;
use twin_core::{Fraction, Stream};

use super::overflow::{Level, overflow_probability};
use crate::calendar::is_public_holiday;
use crate::collection::rules::{PlanRules, Rules, StreamRules};
use crate::filling::DepositVolume;

/// By what a day's containers are chosen. The longest interval of a stream holds with each of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy {
    /// Those whose interval of the fixed plan is over, whatever their level.
    Fixed,
    /// Those that are at least so full.
    Threshold(Fraction),
    /// Those that almost certainly overflow before the next pass; the others for a prize.
    Prize,
    /// So many of the fullest.
    Fullest(usize),
    /// Like [`Prize`](Self::Prize), and a visit that would have to be made within so many days is worth the
    /// more today the nearer that day is: see [`Decision`].
    Rolling(u32),
    /// All that something is known of: somebody else has chosen them.
    Listed,
}

/// What is known of a container in the morning of the day, at local midnight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knowledge {
    /// How much it holds, in litres; above 0.
    pub capacity_l: f64,
    /// What it holds.
    pub level: Level,
    /// How many deposits it is brought a day, in the mean.
    pub deposits_per_day: f64,
    /// What one deposit is.
    pub deposit: DepositVolume,
    /// Local days since it was emptied: 1 where that was yesterday. `None` where nobody knows.
    pub days_since_emptied: Option<u32>,
}

/// Why a container is part of a day.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Left today, it would be left for longer than its stream may.
    MaxInterval,
    /// The fixed plan says so.
    Interval,
    /// It is as full as the policy asks.
    Level,
    /// It almost certainly overflows before the next pass.
    Overflow,
    /// It may overflow before the next pass: emptying it is worth something.
    Prize,
    /// It is on a list that somebody else made.
    Listed,
}

/// What a day does about a container.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// It must be emptied.
    Required(Reason),
    /// Emptying it is worth so many euros.
    Optional(f64),
    /// It stays as it is.
    Left,
}

/// What a policy says of single containers on a day, without vehicles.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'a> {
    rules: &'a Rules,
    policy: Policy,
    outlook: Outlook<'a>,
}

impl<'a> Judge<'a> {
    /// By the rules, on a day.
    pub fn new(rules: &'a Rules, policy: Policy, date: Date) -> Self {
        Self {
            rules,
            policy,
            outlook: Outlook::new(&rules.plan, date),
        }
    }

    /// What it says of a container; a stream that the rules lack is left. [`Policy::Fullest`] takes none
    /// by itself.
    pub fn decide(&self, stream: Stream, knowledge: Knowledge) -> Decision {
        let stream = self.rules.streams.get(&stream);
        stream.map_or(Decision::Left, |stream| {
            Candidate { knowledge, stream }.decide(self.policy, self.rules, self.outlook)
        })
    }

    /// Days until the next pass is over, from midnight of the day.
    pub const fn over_in_days(&self) -> f64 {
        self.outlook.over_in_days
    }
}

/// How far ahead a day looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outlook<'a> {
    plan: &'a PlanRules,
    date: Date,
    /// Days until the next collection day.
    pub(super) next_in_days: u32,
    /// Days until the next pass is over, from midnight of the day.
    pub(super) over_in_days: f64,
    /// Days until the middle of today's pass.
    pub(super) pass_in_days: f64,
}

impl<'a> Outlook<'a> {
    pub(super) fn new(plan: &'a PlanRules, date: Date) -> Self {
        let is_next = |days: &u32| {
            let later = date.checked_add(i64::from(*days).days());
            later.is_ok_and(|later| is_collection_day(plan, later))
        };
        // Some day of the week is one, and no holiday comes twice in a row on it.
        let next_in_days = (1..=28).find(is_next).unwrap_or(7);
        let pass = plan.pass_ends.share_of_day();
        Self {
            plan,
            date,
            next_in_days,
            over_in_days: f64::from(next_in_days) + pass,
            pass_in_days: pass / 2.0,
        }
    }

    /// Whether this is, or comes after, the `count`th collection day since so many days ago.
    fn is_pass(&self, since: u32, count: u32) -> bool {
        let ago = (0..since).map(|days| self.date.checked_sub(i64::from(days).days()));
        let passes = ago
            .map_while(Result::ok)
            .filter(|day| is_collection_day(self.plan, *day));
        let enough = usize::try_from(count).unwrap_or(usize::MAX);
        passes.take(enough).count() >= enough
    }

    /// Whether a container that is left today would be left for longer than `days`.
    const fn exceeds(&self, since: u32, days: u32) -> bool {
        since.saturating_add(self.next_in_days) > days
    }
}

/// Whether crews work on a day: one of the week's collection days that is no public holiday.
pub fn is_collection_day(plan: &PlanRules, date: Date) -> bool {
    plan.collection_days.contains(&date.weekday().into()) && !is_public_holiday(date)
}

/// A container as a policy sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) knowledge: Knowledge,
    pub(super) stream: &'a StreamRules,
}

impl Candidate<'_> {
    /// How full it is in the morning; above 1 where more is expected than it holds.
    pub(super) fn fill(&self) -> f64 {
        self.knowledge.level.litres(self.knowledge.deposit) / self.knowledge.capacity_l.max(1.0)
    }

    /// The probability that it overflows before the next pass is over.
    pub(super) fn probability(&self, outlook: Outlook<'_>) -> f64 {
        self.probability_within(outlook.over_in_days)
    }

    /// The probability that it overflows within so many days from midnight.
    fn probability_within(&self, days: f64) -> f64 {
        let known = self.knowledge;
        let coming = known.deposits_per_day * days;
        overflow_probability(
            known.level,
            known.deposit,
            self.knowledge.capacity_l,
            coming,
        )
    }

    /// The litres that are in it when the crew comes, at most what it holds.
    pub(super) fn litres(&self, outlook: Outlook<'_>) -> f64 {
        let known = self.knowledge;
        let until_then = known.deposits_per_day * outlook.pass_in_days * known.deposit.mean_l();
        (known.level.litres(known.deposit) + until_then).clamp(0.0, self.knowledge.capacity_l)
    }

    /// What the policy does about it, [`Policy::Fullest`] excepted, which takes none by itself.
    pub(super) fn decide(&self, policy: Policy, rules: &Rules, outlook: Outlook<'_>) -> Decision {
        let since = self.knowledge.days_since_emptied;
        let longest = self.stream.max_interval_days;
        if longest
            .zip(since)
            .is_some_and(|(most, days)| outlook.exceeds(days, most))
        {
            return Decision::Required(Reason::MaxInterval);
        }
        match policy {
            Policy::Fixed => {
                let interval = self.stream.interval_passes;
                let is_due = since.is_none_or(|days| outlook.is_pass(days, interval));
                required(is_due, Reason::Interval)
            }
            Policy::Threshold(least) => required(self.fill() >= least.get(), Reason::Level),
            Policy::Prize => self.prize(&rules.plan, outlook),
            Policy::Rolling(days) => self.rolling(&rules.plan, outlook, days),
            Policy::Listed => Decision::Required(Reason::Listed),
            Policy::Fullest(_) => Decision::Left,
        }
    }

    fn prize(&self, plan: &PlanRules, outlook: Outlook<'_>) -> Decision {
        let probability = self.probability(outlook);
        if probability > plan.required_above {
            Decision::Required(Reason::Overflow)
        } else {
            Decision::Optional(self.risk_eur(plan, outlook))
        }
    }

    /// What it costs in the mean that it may overflow before the next pass, as the plan weighs that.
    pub(super) fn risk_eur(&self, plan: &PlanRules, outlook: Outlook<'_>) -> f64 {
        plan.rho * self.probability(outlook) * self.stream.overflow_eur
    }

    /// The prize of today, and on top what the visit itself is worth for this container alone.
    fn rolling(&self, plan: &PlanRules, outlook: Outlook<'_>, days: u32) -> Decision {
        let Decision::Optional(euros) = self.prize(plan, outlook) else {
            return Decision::Required(Reason::Overflow);
        };
        match self.cycle(plan).saved(outlook, days) {
            Some(share) => Decision::Optional(euros + plan.visit_eur * share),
            None => Decision::Left,
        }
    }

    /// When it has to be visited, and how often.
    pub(super) fn cycle(&self, plan: &PlanRules) -> Cycle {
        let risk = plan.rho * self.stream.overflow_eur;
        let bearable =
            (plan.visit_eur / risk.max(f64::MIN_POSITIVE)).clamp(BEARABLE[0], BEARABLE[1]);
        let emptied = Self {
            knowledge: Knowledge {
                level: Level::Measured { litres: 0.0 },
                ..self.knowledge
            },
            ..*self
        };
        Cycle {
            due_in_days: self.days_until(bearable),
            whole_days: emptied.days_until(bearable),
        }
    }

    /// Days until it overflows with such a probability, at most [`FARTHEST_DAYS`].
    fn days_until(&self, probability: f64) -> f64 {
        let (mut early, mut late) = (0.0, FARTHEST_DAYS);
        if self.probability_within(early) >= probability {
            return early;
        }
        while late - early > DAYS_WITHIN {
            let middle = f64::midpoint(early, late);
            if self.probability_within(middle) < probability {
                early = middle;
            } else {
                late = middle;
            }
        }
        late
    }
}

/// No container is looked at farther ahead.
const FARTHEST_DAYS: f64 = 128.0;
/// Days are told within this.
const DAYS_WITHIN: f64 = 1.0 / 16.0;
/// Between which probabilities an overflow is borne that costs as much as a visit.
const BEARABLE: [f64; 2] = [0.001, 0.5];

/// How often containers that are emptied together have to be visited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cycle {
    /// Days until an overflow is as probable as can be borne, from the morning on.
    pub(super) due_in_days: f64,
    /// The same had they just been emptied.
    pub(super) whole_days: f64,
}

impl Cycle {
    /// That of the container which needs a visit first.
    pub(super) const fn with(self, other: Self) -> Self {
        Self {
            due_in_days: self.due_in_days.min(other.due_in_days),
            whole_days: self.whole_days.min(other.whole_days),
        }
    }

    /// Which share of a visit's cost is saved by one today: it saves the one that comes when it has to, and
    /// brings all later ones forward by the days between, each a share of a cycle. `None` where it can wait
    /// for longer than so many days after the next pass.
    pub(super) fn saved(self, outlook: Outlook<'_>, days: u32) -> Option<f64> {
        let can_wait = (self.due_in_days - outlook.over_in_days).max(0.0);
        let share = (1.0 - can_wait / self.whole_days.max(DAYS_WITHIN)).max(0.0);
        (can_wait <= f64::from(days)).then_some(share)
    }
}

const fn required(is_due: bool, reason: Reason) -> Decision {
    if is_due {
        Decision::Required(reason)
    } else {
        Decision::Left
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use twin_core::Stream;

    use super::*;

    const DEPOSIT: DepositVolume = DepositVolume {
        min_l: 10.0,
        mode_l: 30.0,
        max_l: 60.0,
    };

    fn decision(policy: Policy, litres: f64, since: Option<u32>) -> Decision {
        let rules = Rules::built_in();
        let candidate = Candidate {
            knowledge: Knowledge {
                capacity_l: 4000.0,
                level: Level::Measured { litres },
                deposits_per_day: 10.0,
                deposit: DEPOSIT,
                days_since_emptied: since,
            },
            stream: &rules.streams[&Stream::Packaging],
        };
        // A Tuesday: the next pass is on Wednesday.
        let outlook = Outlook::new(&rules.plan, date(2022, 5, 17));
        candidate.decide(policy, &rules, outlook)
    }

    #[rstest::rstest]
    #[case::certain(3900.0, Some(3), Some(Reason::Overflow))]
    #[case::empty(100.0, Some(3), None)]
    #[case::never_known(100.0, None, None)]
    #[case::within_the_longest_interval(100.0, Some(27), None)]
    #[case::on_the_last_day(100.0, Some(28), Some(Reason::MaxInterval))]
    fn a_prize_is_for_what_may_wait(
        #[case] litres: f64,
        #[case] since: Option<u32>,
        #[case] expected: Option<Reason>,
    ) {
        let reason = match decision(Policy::Prize, litres, since) {
            Decision::Required(reason) => Some(reason),
            Decision::Optional(euros) => {
                assert!(euros < 1e-6, "{euros}");
                None
            }
            Decision::Left => panic!("the prize decides later"),
        };
        assert_eq!(reason, expected);
    }

    #[test]
    fn a_prize_is_probability_times_cost() {
        let Decision::Optional(euros) = decision(Policy::Prize, 3400.0, Some(3)) else {
            panic!("it may wait");
        };
        let coming = 10.0 * (1.0 + 16.0 / 24.0);
        let level = Level::Measured { litres: 3400.0 };
        let p = overflow_probability(level, DEPOSIT, 4000.0, coming);
        approx::assert_abs_diff_eq!(euros, 60.0 * p, epsilon = 1e-9);
    }

    #[rstest::rstest]
    #[case::not_yet(6, Decision::Left)]
    #[case::a_week_ago(7, Decision::Required(Reason::Interval))]
    #[case::late(9, Decision::Required(Reason::Interval))]
    fn the_fixed_plan_counts_collection_days(#[case] since: u32, #[case] expected: Decision) {
        assert_eq!(decision(Policy::Fixed, 100.0, Some(since)), expected);
    }

    #[test]
    fn who_was_never_seen_is_due_by_the_fixed_plan() {
        let due = Decision::Required(Reason::Interval);
        assert_eq!(decision(Policy::Fixed, 0.0, None), due);
    }

    #[test]
    fn a_threshold_is_reached_by_what_is_as_full() {
        let at = |litres| {
            let policy = Policy::Threshold(Fraction::saturating(0.5));
            decision(policy, litres, Some(1))
        };
        assert_eq!(at(2000.0), Decision::Required(Reason::Level));
        assert_eq!(at(1999.0), Decision::Left);
    }

    #[rstest::rstest]
    #[case::tuesday(date(2022, 5, 17), 1)]
    #[case::friday(date(2022, 5, 20), 3)]
    #[case::before_ascension(date(2022, 5, 25), 2)]
    #[case::before_easter(date(2022, 4, 15), 4)]
    fn the_next_pass_is_on_the_next_working_day(#[case] date: Date, #[case] days: u32) {
        let rules = Rules::built_in();
        let outlook = Outlook::new(&rules.plan, date);
        assert_eq!(outlook.next_in_days, days);
        approx::assert_abs_diff_eq!(outlook.over_in_days, f64::from(days) + 2.0 / 3.0);
    }
}
