//! How good forecasts of levels are, on a simulated network whose truth is known.
//!
//! The network runs, and a [`LevelForecaster`] hears nothing but its reports. Once a day every container is
//! forecast, beside rules of thumb and an oracle that knows the true rates and the true level. Judged is
//! what the container would hold if nobody emptied it: what was in it, and what people brought to it since;
//! so no origin is left out because a crew came, and all contenders have the same. Rules of thumb, which
//! tell one number, get the chances of their own past errors at the truth, by stream and horizon; the
//! forecaster gets no truth at all.

mod contenders;
mod course;
mod detection;
mod oracle;
mod outcome;
mod tally;

pub use self::contenders::Contender;
pub use self::detection::{EmptyingScore, FaultScore, KindScore};
pub use self::outcome::{ContenderScore, HorizonScore, TrialOutcome};

use twin_core::{Span, Timestamp};

use self::contenders::Contest;
use self::course::Course;
use super::levels::{ContainerFacts, LevelForecaster, LevelReading};
use crate::error::{SimResult, in_range};
use crate::numbers::f64_of_i64;
use crate::sensing::{Network, NetworkSpec};

/// How far ahead is forecast.
pub const HORIZONS: [Span; 4] = [
    Span::from_hours(24),
    Span::from_hours(48),
    Span::from_hours(72),
    Span::from_hours(168),
];
/// The level that is waited for, as a share of the capacity.
pub const THRESHOLD: f64 = 0.8;

const DAY: Span = Span::from_hours(24);
/// How often the truth is looked at.
const STEP: Span = Span::from_hours(6);
/// Days of learning before the first origin that is judged.
const LEARNING_DAYS: i64 = 28;
/// The last horizon has to end within the trial.
const LAST_DAYS: i64 = 7;
/// Sensors of new sites begin to report so long before the first origin.
const NEW_DAYS: i64 = 3;
/// A site is new for so many days of history.
const NEW_FOR_DAYS: i64 = 21;
/// One site in so many is new.
const NEW_SITES: u64 = 5;
/// Spreads the new sites over their numbers.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a trial follows from.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The network, with its seed.
    pub network: NetworkSpec,
    /// When it begins.
    pub start: Timestamp,
    /// How long it runs, in days: 42 to 1,500, four weeks of which are for learning.
    pub days: u16,
}

impl Trial {
    /// Runs the network, and judges forecasts on the way.
    ///
    /// # Errors
    /// Where the days are out of range, or the network's specification is refused.
    pub fn run(&self) -> SimResult<TrialOutcome> {
        let days = f64::from(self.days);
        in_range("days", days, (42.0, 1500.0), "42 to 1500")?;
        let mut network = Network::new(self.network.clone(), self.start)?;
        let facts = facts(&self.network)?;
        let mut forecaster = LevelForecaster::new(&facts);
        let mut course = Course::new(&self.network, self.start)?;
        let mut contest = Contest::new(&self.network, &facts)?;
        let first = self.start + days_of(LEARNING_DAYS);
        let end = self.start + days_of(i64::from(self.days));
        let last = end - days_of(LAST_DAYS);
        let mounted = first - days_of(NEW_DAYS);
        course.look(&network)?;
        // A crew that mounts a sensor waits for its first report.
        for report in network.first_reports()? {
            if !self.is_new(report.sensor)? {
                let reading = LevelReading::of(report.at, &report.reading());
                forecaster.hear(report.sensor, &reading);
            }
        }
        let mut now = self.start;
        while now < end {
            let step = network.advance(now + STEP)?;
            now = now + STEP;
            for report in &step.reports {
                if report.at >= mounted || !self.is_new(report.sensor)? {
                    let reading = LevelReading::of(report.at, &report.reading());
                    forecaster.hear(report.sensor, &reading);
                }
            }
            forecaster.pass(now);
            course.empty(&step.emptyings);
            course.look(&network)?;
            let is_origin = now.since(self.start).as_millis() % DAY.as_millis() == 0;
            if is_origin {
                contest.settle(&course, now);
                if now <= last {
                    contest.enter(&forecaster, &course, (now, now >= first))?;
                }
            }
        }
        let judged = (first, last);
        let is_new = (0..facts.len()).map(|sensor| self.is_new(sensor));
        Ok(TrialOutcome::new(
            (&contest, &course, &forecaster),
            judged,
            &is_new.collect::<SimResult<Vec<bool>>>()?,
        ))
    }

    /// Whether a sensor's site is one of those that are new.
    fn is_new(&self, sensor: usize) -> SimResult<bool> {
        let container = self.network.sensors[sensor].container;
        let site = self.network.filling.spec(container)?.site;
        let spread = u64::from(site).wrapping_add(1).wrapping_mul(SPREAD) >> 32;
        Ok(spread.is_multiple_of(NEW_SITES))
    }
}

/// What is known of the network's containers beforehand, by sensor.
fn facts(network: &NetworkSpec) -> SimResult<Vec<ContainerFacts>> {
    let facts = network.sensors.iter().map(|sensor| {
        let spec = network.filling.spec(sensor.container)?;
        Ok(ContainerFacts {
            stream: spec.stream,
            container_type: spec.container_type,
            capacity: spec.capacity,
            deposit: network.filling.params().deposit(spec.container_type),
            mounting: sensor.mounting,
            interval: sensor.expected_interval,
        })
    });
    facts.collect()
}

fn days_of(days: i64) -> Span {
    Span::from_hours(24 * days)
}

/// Days between two instants.
fn days_between(from: Timestamp, to: Timestamp) -> f64 {
    f64_of_i64(to.since(from).as_millis()) / f64_of_i64(DAY.as_millis())
}
