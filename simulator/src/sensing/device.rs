//! One device: what distinguishes it from others, when it reports, and what it measures.

use serde::{Deserialize, Serialize};
use twin_core::{Celsius, Fraction, Litres, Mounting, Reading, Span, Timestamp};

use super::fault::{FaultKind, FaultTruth};
use super::luck::Luck;
use super::params::SensingParams;
use crate::numbers::{f64_of, f64_of_i64, floor_u32, trunc_i64};
use crate::random::{Model, Seed, cosine_of_turns, floor, nearest_u32};

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
    /// When its first scheduled report is due, in milliseconds since 1970.
    pub(super) first_due_ms: i64,
    interval_ms: i64,
    pub(super) jitter_ms: u32,
    /// How much fuller its container is for each millilitre.
    per_ml: f64,
    /// From the level that counts as full to the bottom, in millimetres.
    depth_mm: f64,
    /// By how much the heap under it is higher (positive) or lower, once it has its full height.
    heap_mm: f64,
    is_compensated: bool,
    pub(super) battery_life_ms: f64,
    pub(super) battery_since: Timestamp,
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
/// Of even numbers of 32 bits, the step between 0 and 1.
const STEP: f64 = 1.0 / 4_294_967_296.0;

impl Device {
    /// Of a sensor over a container that holds so much.
    pub(super) fn new(
        params: &SensingParams,
        (seed, number): (Seed, u32),
        (spec, capacity, start): (SensorSpec, Litres, Timestamp),
    ) -> Self {
        let mut traits = seed.stream(Model::SensorTraits, number);
        let interval_ms = spec.expected_interval.as_millis();
        let phase = traits.unit() * f64_of_i64(interval_ms);
        let heap_bias = traits.between(-params.heap_bias, params.heap_bias);
        let is_compensated = !traits.chance(params.uncompensated_share);
        let [shortest, longest] = params.battery_years;
        let battery_life_ms = traits.between(shortest, longest) * YEAR_MS;
        let age = traits.unit() * 0.8 * battery_life_ms;
        let first_due = start + Span::from_millis(1 + trunc_i64(phase));
        let depth_mm = f64::from(spec.mounting.empty_mm() - spec.mounting.full_mm());
        Self {
            spec,
            number,
            first_due_ms: first_due.as_millis(),
            interval_ms,
            jitter_ms: floor_u32((params.jitter_s * 1000.0).min(f64_of_i64(interval_ms) / 5.0)),
            per_ml: 1.0 / (1000.0 * capacity.get()),
            depth_mm,
            heap_mm: heap_bias * depth_mm,
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
        let jitter = i64::from(self.jitter_ms);
        let nth = |after_ms: i64| (after_ms - self.first_due_ms).div_euclid(self.interval_ms);
        let first = nth(from.as_millis() - jitter);
        let last = nth(until.as_millis() + jitter);
        let number = |nth: i64| u64::try_from(nth).map_or(0, |nth| nth + 1);
        number(first.max(0))..number(last) + 1
    }

    /// When report `number` (1 or more) is due, in milliseconds since 1970.
    #[inline]
    pub(super) fn due_ms(&self, number: u64) -> i64 {
        let nth = i64::try_from(number).unwrap_or(i64::MAX) - 1;
        self.first_due_ms + nth * self.interval_ms
    }

    /// How full the container is that holds so much, 0 to 1.
    #[inline]
    pub(super) fn fill(&self, held_ml: u64) -> f64 {
        (f64_of(held_ml) * self.per_ml).min(1.0)
    }

    /// What a report at `at` says of a container that is `fill` full, 0 to 1.
    #[expect(
        clippy::inline_always,
        reason = "what is handed over in memory is read before it has settled"
    )]
    #[inline(always)]
    pub(super) fn measure(
        &self,
        params: &SensingParams,
        (at, luck): (Timestamp, &Luck),
        (fill, truth): (f64, &FaultTruth),
    ) -> Measured {
        let empty_mm = f64::from(self.spec.mounting.empty_mm());
        let distance_mm = match truth.fault {
            None | Some(FaultKind::Silent) => self.distance(params, fill, luck),
            Some(FaultKind::Stuck { apparent_fill }) => {
                empty_mm - apparent_fill.clamp(0.0, 1.0) * self.depth_mm
            }
            Some(FaultKind::Drift { mm_per_day }) => {
                let days = f64_of_i64(at.since(truth.since).as_millis()) / DAY_MS;
                self.distance(params, fill, luck) - mm_per_day * days
            }
            Some(FaultKind::Tilted) => empty_mm * (0.1 + 0.9 * STEP * f64::from(luck.elsewhere)),
        };
        let distance_mm = nearest_u32(distance_mm.clamp(1.0, f64::from(u16::MAX)));
        let distance_mm = u16::try_from(distance_mm).unwrap_or(u16::MAX);
        Measured {
            distance_mm,
            flags: (Measured::BLIND * u8::from(distance_mm < self.spec.blind_zone_mm))
                | (Measured::TILTED * u8::from(matches!(truth.fault, Some(FaultKind::Tilted)))),
            percent: luck.percent,
            tenths: luck.tenths,
        }
    }

    /// The distance that a working device finds, in millimetres.
    #[inline]
    fn distance(&self, params: &SensingParams, fill: f64, luck: &Luck) -> f64 {
        let heap_mm = self.heap_mm * (fill * (1.0 / HEAP_FORMED)).min(1.0);
        let true_mm = f64::from(self.spec.mounting.empty_mm()) - fill * self.depth_mm - heap_mm;
        let heard_mm = if self.is_compensated {
            true_mm
        } else {
            true_mm * sound_error(luck.celsius)
        };
        let sigma = (params.noise_share * heard_mm.max(0.0)).max(params.noise_floor_mm);
        let noisy_mm = heard_mm + sigma * luck.noise;
        let outliers = if fill > NEARLY_FULL {
            params.outlier_share_when_full
        } else {
            params.outlier_share
        };
        if f64::from(luck.outlier) * STEP < outliers {
            noisy_mm * (0.3 + (1.0 - 0.3) * STEP * f64::from(luck.elsewhere))
        } else {
            noisy_mm
        }
    }
}

/// What a report says, in the steps in which it is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    distance_mm: u16,
    /// Tenths of a °C.
    tenths: i16,
    /// The battery's charge.
    percent: u8,
    /// Some of those below.
    flags: u8,
}

impl Measured {
    /// The distance lies within the blind zone.
    const BLIND: u8 = 1;
    const TILTED: u8 = 2;
    /// It tells nothing but the distance.
    const DISTANCE_ALL: u8 = 4;
    /// It is what each sensor tells when the network begins.
    const FIRST: u8 = 8;

    /// The same, told when the network begins.
    pub(super) const fn as_first(self) -> Self {
        let flags = self.flags | Self::FIRST;
        Self { flags, ..self }
    }

    pub(super) const fn is_first(self) -> bool {
        self.has(Self::FIRST)
    }

    const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// A distance and nothing else, told at a beginning.
    pub(super) const fn of_distance(distance_mm: u16) -> Self {
        Self {
            distance_mm,
            tenths: 0,
            percent: 0,
            flags: Self::DISTANCE_ALL | Self::FIRST,
        }
    }

    #[inline]
    pub(super) fn reading(self) -> Reading {
        let distance_mm = (!self.has(Self::BLIND)).then_some(self.distance_mm);
        if self.has(Self::DISTANCE_ALL) {
            return Reading {
                distance_mm,
                ..Reading::default()
            };
        }
        Reading {
            distance_mm,
            is_distance_doubtful: self.has(Self::BLIND),
            temperature: Celsius::new(f64::from(self.tenths) / 10.0).ok(),
            battery: Some(Fraction::saturating(f64::from(self.percent) / 100.0)),
            is_tilted: Some(self.has(Self::TILTED)),
        }
    }
}

/// The speed of sound is `331.3 + 0.606 T` m/s: an uncorrected device takes it to be that at 20 °C.
fn sound_error(celsius: f64) -> f64 {
    let speed = |t: f64| 331.3 + 0.606 * t;
    speed(20.0) / speed(celsius)
}

/// What a battery tells of its charge at a temperature that was put in so long ago, in percent. It falls
/// steadily over its life; a new one is put in when that ends.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
pub(super) fn battery_percent((age_ms, life_ms): (f64, f64), celsius: f64) -> u32 {
    let lives = age_ms / life_ms;
    let charge = 1.0 - (lives - floor(lives));
    let hidden = (COLD_CELSIUS - celsius).max(0.0) * COLD_LOSS;
    nearest_u32(floor((charge - hidden).max(0.0) * 100.0))
}

/// The usual temperature of the air so many milliseconds after 1970, by season and hour, in °C: warmest
/// on 19 July and at 14 h UTC.
#[inline(always)]
pub(super) fn air_celsius(params: &SensingParams, at_ms: f64) -> f64 {
    /// 19 July 1970, 00:00 UTC.
    const WARMEST_MS: f64 = 199.0 * DAY_MS;
    const WARMEST_HOUR_MS: f64 = 14.0 / 24.0 * DAY_MS;
    let season = cosine_of_turns((at_ms - WARMEST_MS) * (1.0 / YEAR_MS));
    let hour = cosine_of_turns((at_ms - WARMEST_HOUR_MS) * (1.0 / DAY_MS));
    params.mean_celsius + params.season_celsius * season + params.daily_celsius * hour
}

#[cfg(test)]
mod tests {
    use super::super::luck::Lucks;
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_651_363_200);

    fn device(number: u32, params: &SensingParams) -> Device {
        let spec = SensorSpec {
            container: 0,
            mounting: Mounting::new(1800, 300).unwrap(),
            expected_interval: Span::from_hours(4),
            blind_zone_mm: 0,
        };
        let capacity = Litres::new(4000.0).unwrap();
        Device::new(params, (Seed(11), number), (spec, capacity, START))
    }

    fn luck(number: u64) -> Luck {
        let mut lucks = Lucks::default();
        let params = SensingParams::default();
        lucks.ask_now(&device(0, &params), (number, START));
        lucks.draw(Seed(11), &params);
        lucks.get(0)
    }

    /// The numbers and times of a device's scheduled reports from `from` to just before `until`, in order.
    fn schedule(device: &Device, from: Timestamp, until: Timestamp) -> Vec<(u64, Timestamp)> {
        let mut lucks = Lucks::default();
        lucks.ask(device, device.numbers(from, until));
        lucks.draw(Seed(11), &SensingParams::default());
        let report = |place| {
            (
                lucks.report(place).1,
                Timestamp::from_millis(lucks.at_ms(place)),
            )
        };
        let reports = (0..lucks.len()).map(report);
        reports
            .filter(|(_, at)| (from..until).contains(at))
            .collect()
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
        let whole = schedule(&device, START, end);
        assert_eq!(whole.len(), 180);
        assert!(whole.is_sorted_by_key(|(_, at)| *at));
        let cut = START + Span::from_millis(777_777_777);
        let parts = [schedule(&device, START, cut), schedule(&device, cut, end)];
        assert_eq!(parts.concat(), whole);
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
        let expected = device
            .spec
            .mounting
            .distance_at(Fraction::new(fill).unwrap());
        let errors: Vec<f64> = (0..4000)
            .map(|number| device.measure(&params, (START, &luck(number)), (fill, &truth)))
            .map(|measured| f64::from(measured.reading().distance_mm.unwrap()) - expected)
            .collect();
        let rms = (errors.iter().map(|e| e * e).sum::<f64>() / 4000.0).sqrt();
        assert!((rms / sigma_mm - 1.0).abs() < 0.06, "{rms}");
    }

    #[rstest::rstest]
    #[case::july("2022-07-19T14:00:00Z", 25.0)]
    #[case::january("2022-01-17T02:00:00Z", -4.0)]
    fn the_air_follows_season_and_hour(#[case] at: &str, #[case] celsius: f64) {
        let at: Timestamp = at.parse().unwrap();
        let air = air_celsius(&SensingParams::default(), f64_of_i64(at.as_millis()));
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
            let measured = device.measure(&params, (START, &luck(7)), (fill, &truth));
            measured.reading()
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
            let measured = device.measure(&params, (at, &luck(7)), (0.0, &truth));
            measured.reading().distance_mm.unwrap()
        };
        let stuck = FaultKind::Stuck { apparent_fill: 0.4 };
        assert_eq!((report(stuck, 1), report(stuck, 9)), (1200, 1200));
        let drift = FaultKind::Drift { mm_per_day: 20.0 };
        assert_eq!(report(drift, 0) - report(drift, 10), 200);
    }
}
