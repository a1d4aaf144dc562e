//! One device: what distinguishes it from others, when it reports, and what it measures.

use serde::{Deserialize, Serialize};
use twin_core::{Celsius, Fraction, Mounting, Reading, Span, Timestamp};

use super::fault::{FaultKind, FaultTruth};
use super::params::SensingParams;
use crate::numbers::{f64_of, f64_of_i64, floor_u64, round, round_u16, trunc_i64};
use crate::random::{Model, Randomness, Seed, unit};

/// What the network has to know of a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SensorSpec {
    /// The container it looks into, as an index into the filling model's containers.
    pub container: usize,
    /// How it is mounted.
    pub mounting: Mounting,
    /// How often it reports, a minute at least.
    pub expected_interval: Span,
    /// Nearer than this it hears its own pulse and cannot tell the distance, in millimetres; 0: it
    /// sees everything.
    #[serde(default)]
    pub blind_zone_mm: u16,
}

/// What a model of sensor cannot see before it, in millimetres; the ultrasonic ones hear their own
/// pulse \[K-low\].
pub fn blind_zone_mm(codec: &str) -> u16 {
    match codec {
        "milesight-em400-mud" => 50,
        "milesight-em400-udl" => 250,
        _ => 0,
    }
}

/// A device with its own habits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Device {
    pub(super) spec: SensorSpec,
    pub(super) number: u32,
    seed: Seed,
    /// When its first scheduled report is due.
    first_due: Timestamp,
    jitter_ms: f64,
    /// Share of the depth by which the heap under it is higher (positive) or lower.
    heap_bias: f64,
    is_compensated: bool,
    battery_life_ms: f64,
    battery_since: Timestamp,
}

const DAY_MS: f64 = 86_400_000.0;
const YEAR_MS: f64 = 365.2425 * DAY_MS;
/// The fill above which echoes from the walls and bags in front are more frequent.
const NEARLY_FULL: f64 = 0.85;
/// The fill from which the heap has its full height over the mean level.
const HEAP_FORMED: f64 = 0.2;
/// Below this temperature a battery tells less than it holds, in °C.
const COLD_CELSIUS: f64 = -10.0;
/// What a cold battery hides of its charge, for each degree below.
const COLD_LOSS: f64 = 0.02;

impl Device {
    pub(super) fn new(
        params: &SensingParams,
        (seed, number): (Seed, u32),
        (spec, start): (SensorSpec, Timestamp),
    ) -> Self {
        let mut traits = seed.stream(Model::SensorTraits, number);
        let interval_ms = f64_of_i64(spec.expected_interval.as_millis());
        let phase = traits.unit() * interval_ms;
        let heap_bias = traits.between(-params.heap_bias, params.heap_bias);
        let is_compensated = !traits.chance(params.uncompensated_share);
        let [shortest, longest] = params.battery_years;
        let battery_life_ms = traits.between(shortest, longest) * YEAR_MS;
        let age = traits.unit() * 0.8 * battery_life_ms;
        Self {
            spec,
            number,
            seed,
            first_due: start + Span::from_millis(1 + trunc_i64(phase)),
            jitter_ms: (params.jitter_s * 1000.0).min(interval_ms / 5.0),
            heap_bias,
            is_compensated,
            battery_life_ms,
            battery_since: start - Span::from_millis(trunc_i64(age)),
        }
    }

    /// The same device with a battery that lasts `factor` times as long, and is as far used.
    pub(super) fn with_battery(mut self, factor: f64, start: Timestamp) -> Self {
        let age = f64_of_i64(start.since(self.battery_since).as_millis()) * factor;
        self.battery_life_ms *= factor;
        self.battery_since = start - Span::from_millis(trunc_i64(age));
        self
    }

    /// The numbers of all scheduled reports that can fall between `from` and `until`, and of few more.
    /// Number 0 is the report at the network's start; scheduled ones are counted from 1.
    pub(super) fn numbers(&self, from: Timestamp, until: Timestamp) -> core::ops::Range<u64> {
        let interval = self.spec.expected_interval.as_millis();
        let jitter = trunc_i64(self.jitter_ms);
        let first = (from.as_millis() - jitter - self.first_due.as_millis()).div_euclid(interval);
        let last = (until.as_millis() + jitter - self.first_due.as_millis()).div_euclid(interval);
        let number = |nth: i64| u64::try_from(nth).map_or(0, |nth| nth + 1);
        number(first.max(0))..number(last) + 1
    }

    /// The numbers and times of its scheduled reports from `from` to just before `until`, in order.
    pub(super) fn schedule(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = (u64, Timestamp)> {
        let at = |number| {
            let stream = self.seed.stream(Model::Schedule, self.number);
            (number, self.report_time(number, stream.at_slot(number)))
        };
        self.numbers(from, until)
            .map(at)
            .filter(move |(_, at)| (from..until).contains(at))
    }

    /// When report `number` (1 or more) is sent, given its slot of the schedule; never before the
    /// first instant of the network.
    pub(super) fn report_time(&self, number: u64, mut slot: impl Randomness) -> Timestamp {
        let nth = i64::try_from(number).unwrap_or(i64::MAX) - 1;
        let due = self.first_due.as_millis() + nth * self.spec.expected_interval.as_millis();
        let jitter = trunc_i64(slot.between(-self.jitter_ms, self.jitter_ms));
        let earliest = self.first_due.as_millis();
        Timestamp::from_millis((due + jitter).max(earliest))
    }

    /// What a report at `at` says of a container that is `fill` full.
    pub(super) fn measure(
        &self,
        params: &SensingParams,
        (at, luck): (Timestamp, MeasurementLuck),
        (fill, truth): (Fraction, FaultTruth),
    ) -> Reading {
        let celsius = air_celsius(params, luck.cycles) + 1.5 * luck.air;
        let healthy_mm = self.distance(params, (fill, celsius), &luck);
        let distance_mm = match truth.fault {
            Some(FaultKind::Stuck { apparent_fill }) => self
                .spec
                .mounting
                .distance_at(Fraction::saturating(apparent_fill)),
            Some(FaultKind::Drift { mm_per_day }) => {
                let days = f64_of_i64(at.since(truth.since).as_millis()) / DAY_MS;
                healthy_mm - mm_per_day * days
            }
            Some(FaultKind::Tilted) => {
                f64::from(self.spec.mounting.empty_mm()) * (0.1 + 0.9 * unit(luck.anywhere))
            }
            Some(FaultKind::Silent) | None => healthy_mm,
        };
        let distance_mm = round_u16(distance_mm).max(1);
        let is_blind = distance_mm < self.spec.blind_zone_mm;
        Reading {
            distance_mm: (!is_blind).then_some(distance_mm),
            is_distance_doubtful: is_blind,
            temperature: Celsius::new(round(celsius * 10.0) / 10.0).ok(),
            battery: Some(self.battery(at, celsius)),
            is_tilted: Some(matches!(truth.fault, Some(FaultKind::Tilted))),
        }
    }

    /// The distance that a working device finds, in millimetres.
    fn distance(
        &self,
        params: &SensingParams,
        (fill, celsius): (Fraction, f64),
        luck: &MeasurementLuck,
    ) -> f64 {
        let mounting = self.spec.mounting;
        let depth = f64::from(mounting.empty_mm() - mounting.full_mm());
        let heap = self.heap_bias * depth * (fill.get() / HEAP_FORMED).min(1.0);
        let true_mm = mounting.distance_at(fill) - heap;
        let heard_mm = if self.is_compensated {
            true_mm
        } else {
            true_mm * sound_error(celsius)
        };
        let sigma = (params.noise_share * heard_mm.max(0.0)).max(params.noise_floor_mm);
        let noisy_mm = heard_mm + sigma * luck.noise;
        let outliers = if fill.get() > NEARLY_FULL {
            params.outlier_share_when_full
        } else {
            params.outlier_share
        };
        if unit(luck.outlier) < outliers {
            noisy_mm * (0.3 + (1.0 - 0.3) * unit(luck.shortened))
        } else {
            noisy_mm
        }
    }

    /// Falls steadily over the battery's life; a new battery is put in when it ends.
    fn battery(&self, at: Timestamp, celsius: f64) -> Fraction {
        let age = f64_of_i64(at.since(self.battery_since).as_millis()) / self.battery_life_ms;
        let charge = 1.0 - (age - f64_of(floor_u64(age)));
        let hidden = (COLD_CELSIUS - celsius).max(0.0) * COLD_LOSS;
        let percent = floor_u64((charge - hidden).max(0.0) * 100.0);
        Fraction::saturating(f64_of(percent) / 100.0)
    }
}

/// The speed of sound is `331.3 + 0.606 T` m/s: an uncorrected device takes it to be that at 20 °C.
fn sound_error(celsius: f64) -> f64 {
    let speed = |t: f64| 331.3 + 0.606 * t;
    speed(20.0) / speed(celsius)
}

/// What a measurement draws, by the report's slot of the measurements; and where in the year and the
/// day it is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct MeasurementLuck {
    /// How far the air at the sensor is from the usual, in standard deviations.
    pub(super) air: f64,
    /// How far off the distance is, in standard deviations.
    pub(super) noise: f64,
    /// Whether it is an outlier, and how much shorter then: 64 random bits each.
    pub(super) outlier: u64,
    pub(super) shortened: u64,
    /// Where a tilted sensor looks.
    pub(super) anywhere: u64,
    /// The cosines of the season and of the hour.
    pub(super) cycles: [f64; 2],
}

impl MeasurementLuck {
    /// One by one; many are drawn side by side with the same results.
    pub(super) fn draw(at: Timestamp, mut slot: impl Randomness) -> Self {
        Self {
            air: slot.normal(),
            noise: slot.normal(),
            outlier: slot.next_u64(),
            shortened: slot.next_u64(),
            anywhere: slot.next_u64(),
            cycles: turns(at).map(|turns| libm::cos(core::f64::consts::TAU * turns)),
        }
    }
}

/// Turns since a warmest day (19 July) and since a warmest hour (14 h UTC).
pub(super) fn turns(at: Timestamp) -> [f64; 2] {
    /// 19 July 1970, 00:00 UTC, in milliseconds.
    const WARMEST_MS: f64 = 199.0 * DAY_MS;
    let ms = f64_of_i64(at.as_millis());
    [
        (ms - WARMEST_MS) / YEAR_MS,
        (ms - 14.0 / 24.0 * DAY_MS) / DAY_MS,
    ]
}

/// The air's temperature by season and hour, in °C.
fn air_celsius(params: &SensingParams, [season, hour]: [f64; 2]) -> f64 {
    params.mean_celsius + params.season_celsius * season + params.daily_celsius * hour
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_651_363_200);

    fn device(number: u32, params: &SensingParams) -> Device {
        let spec = SensorSpec {
            container: 0,
            mounting: Mounting::new(1800, 300).unwrap(),
            expected_interval: Span::from_hours(4),
            blind_zone_mm: 0,
        };
        Device::new(params, (Seed(11), number), (spec, START))
    }

    fn luck(number: u64) -> MeasurementLuck {
        let slot = Seed(11).stream(Model::Measurement, 0).at_slot(number);
        MeasurementLuck::draw(START, slot)
    }

    fn calm() -> SensingParams {
        SensingParams {
            heap_bias: 0.0,
            uncompensated_share: 0.0,
            outlier_share: 0.0,
            outlier_share_when_full: 0.0,
            ..SensingParams::default()
        }
    }

    #[test]
    fn a_day_has_six_reports_wherever_it_is_cut() {
        let device = device(3, &SensingParams::default());
        let end = START + Span::from_hours(24 * 30);
        let whole: Vec<_> = device.schedule(START, end).collect();
        assert_eq!(whole.len(), 180);
        assert!(whole.is_sorted_by_key(|(_, at)| *at));
        let cut = START + Span::from_millis(777_777_777);
        let parts: Vec<_> = device
            .schedule(START, cut)
            .chain(device.schedule(cut, end))
            .collect();
        assert_eq!(parts, whole);
    }

    #[rstest::rstest]
    #[case::empty(0.0, 18.0)]
    #[case::half(0.5, 10.5)]
    #[case::full(1.0, 10.0)]
    fn noise_is_one_percent_or_ten_millimetres(#[case] fill: f64, #[case] sigma_mm: f64) {
        let params = calm();
        let device = device(0, &params);
        let truth = FaultTruth {
            fault: None,
            since: START,
        };
        let fill = Fraction::new(fill).unwrap();
        let errors: Vec<f64> = (0..4000)
            .map(|number| {
                device
                    .measure(&params, (START, luck(number)), (fill, truth))
                    .distance_mm
                    .unwrap()
            })
            .map(|mm| f64::from(mm) - device.spec.mounting.distance_at(fill))
            .collect();
        let rms = (errors.iter().map(|e| e * e).sum::<f64>() / 4000.0).sqrt();
        assert!((rms / sigma_mm - 1.0).abs() < 0.06, "{rms}");
    }

    #[rstest::rstest]
    #[case::july("2022-07-19T14:00:00Z", 25.0)]
    #[case::january("2022-01-17T02:00:00Z", -4.0)]
    fn the_air_follows_season_and_hour(#[case] at: &str, #[case] celsius: f64) {
        let slot = Seed(11).stream(Model::Measurement, 0);
        let cycles = MeasurementLuck::draw(at.parse().unwrap(), slot).cycles;
        let air = air_celsius(&SensingParams::default(), cycles);
        assert!((air - celsius).abs() < 0.2, "{air}");
    }

    #[test]
    fn nearer_than_its_blind_zone_a_sensor_tells_no_distance() {
        let params = calm();
        let mut device = device(0, &params);
        let report = |device: &Device, fill: f64| {
            let truth = FaultTruth {
                fault: None,
                since: START,
            };
            let fill = Fraction::new(fill).unwrap();
            device.measure(&params, (START, luck(7)), (fill, truth))
        };
        assert!(
            report(&device, 1.0).distance_mm.is_some(),
            "300 mm, without a blind zone"
        );
        device.spec.blind_zone_mm = 400;
        let full = report(&device, 1.0);
        assert_eq!((full.distance_mm, full.is_distance_doubtful), (None, true));
        let half = report(&device, 0.5);
        assert!(half.distance_mm.is_some() && !half.is_distance_doubtful);
    }

    #[test]
    fn a_stuck_sensor_repeats_itself_and_a_drifting_one_rises() {
        let params = calm();
        let device = device(0, &params);
        let report = |fault, days: i64| {
            let truth = FaultTruth {
                fault: Some(fault),
                since: START,
            };
            let at = START + Span::from_hours(24 * days);
            device
                .measure(&params, (at, luck(7)), (Fraction::EMPTY, truth))
                .distance_mm
                .unwrap()
        };
        let stuck = FaultKind::Stuck { apparent_fill: 0.4 };
        assert_eq!((report(stuck, 1), report(stuck, 9)), (1200, 1200));
        let drift = FaultKind::Drift { mm_per_day: 20.0 };
        assert_eq!(report(drift, 0) - report(drift, 10), 200);
    }
}
