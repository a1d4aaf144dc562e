//! The luck of reports: one block of random words for each, drawn for many side by side.
//!
//! A block has sixteen words, and each has one use: when the report is sent, whether it is lost, who hears
//! it and how strongly, and how far off it measures.

use pulp::NullaryFnOnce;
use twin_core::Timestamp;

use super::device::{Device, air_celsius, battery_percent};
use super::params::SensingParams;
use super::radio::MAX_HEARD;
use crate::numbers::{f64_of_i64, nearest_i16};
use crate::random::{Address, LANES, Lanes, Model, Seed, Starts, WORDS, normal_pair};

/// What the words of a block decide. Air and noise together have two, and so has the fading
/// at each gateway.
const JITTER: usize = 0;
const LOSS: usize = 1;
const AIR_AND_NOISE: usize = 2;
const OUTLIER: usize = 4;
const ELSEWHERE: usize = 5;
const CHANNEL: usize = 6;
const COLLISION: usize = 7;
const FADING: usize = 8;
const _: () = assert!(FADING + 2 * MAX_HEARD == WORDS, "a block suffices");

/// Standard deviation of the air at a sensor from what is usual at the season and hour, in °C \[K-low\].
const AIR_CELSIUS: f64 = 1.5;

/// What one report draws. Whole words are even in 0 to 2^32 − 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Luck {
    /// The temperature of the air at the sensor, in °C.
    pub(super) celsius: f64,
    /// The same as it is told, in tenths.
    pub(super) tenths: i16,
    /// What the battery tells of its charge.
    pub(super) percent: u8,
    /// How far off the distance is, in standard deviations.
    pub(super) noise: f64,
    /// Whether it is an outlier.
    pub(super) outlier: u32,
    /// How much shorter an outlier is, and where a tilted sensor looks.
    pub(super) elsewhere: u32,
    pub(super) radio: RadioLuck,
}

/// What the radio draws for one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct RadioLuck {
    /// Whether the weather loses it.
    pub(super) loss: u32,
    /// On which channel it is sent, by the highest bits.
    pub(super) channel: u32,
    /// Whether another frame drowns it.
    pub(super) collision: u32,
    /// How strong it is at each gateway, the sum of four numbers that are even in 0 to 65 535.
    pub(super) fading: [u32; MAX_HEARD],
}

/// The luck of many reports; buffers that are used again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct Lucks {
    addresses: Vec<Address>,
    /// When each report is due, before which instant it is not sent, and by how much it can be early or
    /// late, in milliseconds.
    due: Vec<i64>,
    earliest: Vec<i64>,
    jitter: Vec<u32>,
    /// Since when each report's battery is in, in milliseconds since 1970, and how long it lasts.
    battery_since: Vec<f64>,
    battery_life: Vec<f64>,
    starts: Starts,
    rows: Vec<Row>,
}

/// What is made of sixteen blocks.
#[derive(Clone, Debug, Default)]
struct Row {
    at: [i64; LANES],
    celsius: [f64; LANES],
    noise: [f64; LANES],
    tenths: [i16; LANES],
    percent: [u8; LANES],
    fading: [Lanes; MAX_HEARD],
}

impl Lucks {
    /// Forgets all reports.
    pub(super) fn clear(&mut self) {
        self.addresses.clear();
        self.due.clear();
        self.earliest.clear();
        self.jitter.clear();
        self.battery_since.clear();
        self.battery_life.clear();
    }

    /// Asks for a device's scheduled reports of these numbers; answers the place of the first.
    pub(super) fn ask(&mut self, device: &Device, numbers: core::ops::Range<u64>) -> usize {
        let first = self.addresses.len();
        let address = |number| Address::first(Model::Report, device.number, number);
        self.addresses.extend(numbers.clone().map(address));
        self.due.extend(numbers.map(|number| device.due_ms(number)));
        let end = self.addresses.len();
        self.earliest.resize(end, device.first_due_ms);
        self.jitter.resize(end, device.jitter_ms);
        self.put_battery_in(device, end);
        first
    }

    /// Asks for a device's report of this number that is sent at `at`, whatever the schedule says.
    pub(super) fn ask_now(&mut self, device: &Device, (number, at): (u64, Timestamp)) {
        let address = Address::first(Model::Report, device.number, number);
        self.addresses.push(address);
        self.due.push(at.as_millis());
        self.earliest.push(at.as_millis());
        self.jitter.push(0);
        self.put_battery_in(device, self.addresses.len());
    }

    fn put_battery_in(&mut self, device: &Device, end: usize) {
        let since_ms = f64_of_i64(device.battery_since.as_millis());
        self.battery_since.resize(end, since_ms);
        self.battery_life.resize(end, device.battery_life_ms);
    }

    /// Draws all that was asked for.
    pub(super) fn draw(&mut self, seed: Seed, params: &SensingParams) {
        self.starts.make(seed, &self.addresses);
        let whole = self.addresses.len().next_multiple_of(LANES);
        self.due.resize(whole, 0);
        self.earliest.resize(whole, 0);
        self.jitter.resize(whole, 0);
        self.battery_since.resize(whole, 0.0);
        self.battery_life.resize(whole, 1.0);
        let rows = whole / LANES;
        // What is longer than it needs to be is neither cleared nor filled.
        if self.rows.len() < rows {
            self.rows.resize(rows, Row::default());
        }
        pulp::Arch::new().dispatch(Rows(self, params));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.addresses.len()
    }

    /// The sensor and the number of the report at a place.
    #[inline]
    pub(super) fn report(&self, place: usize) -> (usize, u64) {
        let address = &self.addresses[place];
        (address.entity as usize, address.slot)
    }

    /// When it is sent, in milliseconds since 1970.
    #[inline]
    pub(super) fn at_ms(&self, place: usize) -> i64 {
        self.rows[place / LANES].at[place % LANES]
    }

    /// What it draws.
    #[expect(
        clippy::inline_always,
        reason = "what is handed over in memory is read before it has settled"
    )]
    #[inline(always)]
    pub(super) fn get(&self, place: usize) -> Luck {
        let (row, lane) = (&self.rows[place / LANES], place % LANES);
        let words = &self.starts.groups()[place / LANES];
        Luck {
            celsius: row.celsius[lane],
            tenths: row.tenths[lane],
            percent: row.percent[lane],
            noise: row.noise[lane],
            outlier: words[OUTLIER][lane],
            elsewhere: words[ELSEWHERE][lane],
            radio: RadioLuck {
                loss: words[LOSS][lane],
                channel: words[CHANNEL][lane],
                collision: words[COLLISION][lane],
                // Not by `map`, which moves all of the row first.
                fading: core::array::from_fn(|nth| row.fading[nth][lane]),
            },
        }
    }
}

/// The work, compiled for each kind of processor.
struct Rows<'a>(&'a mut Lucks, &'a SensingParams);

impl NullaryFnOnce for Rows<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        let Self(lucks, params) = self;
        let due = lucks.due.as_chunks::<LANES>().0;
        let earliest = lucks.earliest.as_chunks::<LANES>().0;
        let jitter = lucks.jitter.as_chunks::<LANES>().0;
        let since = lucks.battery_since.as_chunks::<LANES>().0;
        let life = lucks.battery_life.as_chunks::<LANES>().0;
        let asked = due.iter().zip(earliest).zip(jitter);
        let batteries = since.iter().zip(life);
        let made = lucks.rows.iter_mut().zip(lucks.starts.groups());
        for ((((due, earliest), jitter), battery), (row, words)) in asked.zip(batteries).zip(made) {
            row.at = sent((due, earliest, jitter), &words[JITTER]);
            let [lengths, angles] = [&words[AIR_AND_NOISE], &words[AIR_AND_NOISE + 1]];
            (row.celsius, row.noise) = air_and_noise(params, &row.at, [lengths, angles]);
            (row.tenths, row.percent) = told(&row.at, &row.celsius, battery);
            let pairs = words[FADING..].as_chunks::<2>().0;
            for (fading, [first, second]) in row.fading.iter_mut().zip(pairs) {
                *fading = faded(first, second);
            }
        }
    }
}

/// When reports are sent, in milliseconds since 1970.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn sent(
    (due, earliest, jitter): (&[i64; LANES], &[i64; LANES], &[u32; LANES]),
    words: &Lanes,
) -> [i64; LANES] {
    let mut sent = [0; LANES];
    for lane in 0..LANES {
        let steps = 2 * u64::from(jitter[lane]) + 1;
        let late = ((u64::from(words[lane]) * steps) >> 32).cast_signed();
        let at = due[lane] - i64::from(jitter[lane]) + late;
        sent[lane] = at.max(earliest[lane]);
    }
    sent
}

/// The temperature of the air, and how far off distances are.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn air_and_noise(
    params: &SensingParams,
    at: &[i64; LANES],
    [lengths, angles]: [&Lanes; 2],
) -> ([f64; LANES], [f64; LANES]) {
    let (mut celsius, mut noises) = ([0.0; LANES], [0.0; LANES]);
    for lane in 0..LANES {
        let [air, noise] = normal_pair(lengths[lane], angles[lane]);
        noises[lane] = noise;
        celsius[lane] = AIR_CELSIUS * air;
    }
    for lane in 0..LANES {
        celsius[lane] += air_celsius(params, f64_of_i64(at[lane]));
    }
    (celsius, noises)
}

/// The temperature in tenths, and what the battery tells.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn told(
    at: &[i64; LANES],
    celsius: &[f64; LANES],
    (since, life): (&[f64; LANES], &[f64; LANES]),
) -> ([i16; LANES], [u8; LANES]) {
    let (mut tenths, mut percents) = ([0; LANES], [0; LANES]);
    for lane in 0..LANES {
        tenths[lane] = nearest_i16(celsius[lane] * 10.0);
    }
    for lane in 0..LANES {
        let age_ms = f64_of_i64(at[lane]) - since[lane];
        let [percent, ..] = battery_percent((age_ms, life[lane]), celsius[lane]).to_le_bytes();
        percents[lane] = percent;
    }
    (tenths, percents)
}

/// The sum of the four halves of two words.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn faded(first: &Lanes, second: &Lanes) -> Lanes {
    let mut sums = [0; LANES];
    for lane in 0..LANES {
        let (first, second) = (first[lane], second[lane]);
        sums[lane] = (first & 0xffff) + (first >> 16) + (second & 0xffff) + (second >> 16);
    }
    sums
}
