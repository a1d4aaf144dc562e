//! A day's clock that runs as people bring things: fast in busy hours, and not at all in quiet ones.
//!
//! Its ticks are whole, so that what was brought until an instant is told by comparing two integers, and no
//! deposit needs its time of day before somebody asks for it.

/// So many ticks are a day.
pub(super) const DAY_TICKS: u32 = 1 << 31;

const HOUR_MS: u64 = 3_600_000;
/// By the highest bits of a tick: the first hour in which it can fall.
const GUIDES: usize = 128;
const GUIDE_BITS: u32 = 31 - 7;

/// How the ticks of a day are spread over its hours. A deposit that is brought at an even tick follows the
/// hours' weights.
#[derive(Clone, Debug)]
pub(super) struct DayClock {
    /// Ticks before each hour, and those of the whole day last.
    before: Vec<u32>,
    guide: [u8; GUIDES],
}

impl DayClock {
    /// Of the weights of the day's hours; where nothing is ever brought, it stands still.
    pub(super) fn new(weights: &[f64]) -> Self {
        let sum: f64 = weights.iter().sum();
        let mut before = Vec::with_capacity(weights.len() + 1);
        before.push(0);
        let mut passed = 0.0;
        // What the last busy hour lacks by rounding is its own.
        let last = weights.iter().rposition(|weight| *weight > 0.0);
        for (hour, weight) in weights.iter().enumerate() {
            passed += weight;
            let share = passed / sum * f64::from(DAY_TICKS);
            let ticks = crate::numbers::floor_u32(share + 0.5).min(DAY_TICKS);
            before.push(match last {
                Some(last) if hour >= last => DAY_TICKS,
                Some(_) => ticks,
                None => 0,
            });
        }
        let mut guide = [0; GUIDES];
        for (first, part) in guide.iter_mut().zip(0_u32..) {
            let over = before[1..]
                .iter()
                .filter(|ticks| **ticks <= part << GUIDE_BITS);
            *first = u8::try_from(over.count()).unwrap_or(u8::MAX);
        }
        Self { before, guide }
    }

    /// How many ticks are over once so many milliseconds of the day are: a deposit with a smaller tick is
    /// brought then or earlier.
    #[inline]
    pub(super) fn ticks_until(&self, after_ms: i64) -> u32 {
        let Ok(after_ms) = u64::try_from(after_ms) else {
            return 0;
        };
        let hour = usize::try_from(after_ms / HOUR_MS).unwrap_or(usize::MAX);
        let Some([begin, end]) = self.before.get(hour..).and_then(|rest| rest.first_chunk()) else {
            return DAY_TICKS;
        };
        let within = (after_ms % HOUR_MS + 1) * u64::from(end - begin);
        begin + u32::try_from(within.div_ceil(HOUR_MS)).unwrap_or(0)
    }

    /// In which millisecond of the day a tick falls.
    pub(super) fn after_ms(&self, tick: u32) -> u32 {
        let part = usize::try_from(tick >> GUIDE_BITS).unwrap_or(0);
        let mut hour = usize::from(self.guide[part % GUIDES]);
        while self.before.get(hour + 1).is_some_and(|end| *end <= tick) {
            hour += 1;
        }
        let Some([begin, end]) = self.before.get(hour..).and_then(|rest| rest.first_chunk()) else {
            return 0;
        };
        let within = u64::from(tick - begin) * HOUR_MS / u64::from(end - begin).max(1);
        let hours = u64::try_from(hour).unwrap_or(0) * HOUR_MS;
        u32::try_from(hours + within).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Model, Seed};

    fn glass() -> Vec<f64> {
        let mut weights = vec![0.0; 25];
        for (weight, hour) in weights[7..22].iter_mut().zip(0..) {
            *weight = 0.2 + 0.1 * f64::from(hour % 4);
        }
        weights
    }

    #[test]
    fn a_tick_is_over_in_its_millisecond_and_not_before() {
        let clock = DayClock::new(&glass());
        let mut stream = Seed(6).stream(Model::Deposits, 0);
        let edges = clock.before.iter().flat_map(|tick| {
            [tick.saturating_sub(1), *tick, *tick + 1].map(|tick| tick.min(DAY_TICKS - 1))
        });
        let anywhere: Vec<u32> = (0..20_000)
            .map(|_| u32::try_from(stream.next_u64() >> 33).unwrap())
            .collect();
        for tick in edges.chain(anywhere) {
            let at = i64::from(clock.after_ms(tick));
            assert!(tick < clock.ticks_until(at), "{tick} at {at}");
            assert!(tick >= clock.ticks_until(at - 1), "{tick} at {at}");
        }
    }

    #[test]
    fn quiet_hours_have_no_ticks_and_others_their_share() {
        let weights = glass();
        let sum: f64 = weights.iter().sum();
        let clock = DayClock::new(&weights);
        let hour_ms = i64::try_from(HOUR_MS).unwrap();
        for (hour, weight) in (0..).zip(&weights) {
            let [from, to] = [hour, hour + 1].map(|h| clock.ticks_until(h * hour_ms - 1));
            let share = f64::from(to - from) / f64::from(DAY_TICKS);
            assert!((share - weight / sum).abs() < 1e-9, "{hour}: {share}");
        }
        assert_eq!(clock.ticks_until(-1), 0);
        assert_eq!(clock.ticks_until(40 * hour_ms), DAY_TICKS);
        assert_eq!(DayClock::new(&[0.0; 24]).ticks_until(8 * hour_ms), 0);
    }
}
