//! One sensor's way to the gateways as whole numbers, so that who hears a frame is told by comparing them.

use core::num::NonZeroU8;

use super::coverage::{FrameRadio, Heard};
use super::fading;
use super::link::{Link, MAX_HEARD};
use super::modulation::{CHANNELS_HZ, SpreadingFactor};
use super::params::CoverageParams;
use crate::numbers::floor_u64;
use crate::sensing::luck::RadioLuck;

/// Those that can hear a sensor.
#[derive(Clone, Copy, Debug)]
pub(in crate::sensing) struct Receiver {
    /// Only every so many reports may be sent, by the duty cycle.
    every: u64,
    /// A frame is drowned by another where 32 random bits are below.
    collision: u64,
    /// By hearer: the fading from which on it reads the frame. No fading is enough for those that are none.
    least: [u32; MAX_HEARD],
    /// By hearer: the signal strength where the fading is 0, in dBm.
    weakest_dbm: [f32; MAX_HEARD],
    gateways: [u16; MAX_HEARD],
}

/// Which of those that can hear a sensor heard a frame, and how. Networks tell millions of them, so it is
/// small, and made without a branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sensing) struct Reception {
    /// By hearer, a bit, one at least; above them which of the channels it was sent on.
    pub(super) heard: NonZeroU8,
    /// By hearer, in quarters of a dB; of those that heard nothing too.
    pub(super) snr: [i8; MAX_HEARD],
    /// By hearer, in dBm.
    pub(super) rssi_dbm: [i16; MAX_HEARD],
}

impl Default for Reception {
    fn default() -> Self {
        Self {
            heard: NonZeroU8::MIN,
            snr: [0; MAX_HEARD],
            rssi_dbm: [0; MAX_HEARD],
        }
    }
}

impl Reception {
    /// The channel, in Hz.
    #[inline]
    pub(super) fn frequency_hz(self) -> u32 {
        let channel = usize::from(self.heard.get() >> MAX_HEARD);
        CHANNELS_HZ[channel % CHANNELS_HZ.len()]
    }

    /// How those of a sensor's hearers heard it that did.
    pub(super) fn heard(self, gateways: [u16; MAX_HEARD]) -> impl Iterator<Item = Heard> {
        let those = (0..MAX_HEARD).filter(move |nth| self.heard.get() >> nth & 1 == 1);
        those.map(move |nth| Heard {
            gateway: gateways[nth],
            rssi_dbm: self.rssi_dbm[nth],
            snr_db: f32::from(self.snr[nth]) / QUARTERS,
        })
    }
}

/// What all frames have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strength {
    /// What a step of the fading adds, in dB.
    step_db: f32,
    noise_dbm: f32,
}

/// What a receiver tells of a weak signal at least, in 8 bits, and of a strong one at most, in dB.
const MIN_SNR_DB: f32 = -32.0;
const MAX_SNR_DB: f32 = 14.0;
const QUARTERS: f32 = 4.0;

/// Below which of 2^32 even numbers a share of them is.
pub(in crate::sensing) fn threshold(share: f64) -> u64 {
    floor_u64(share * 4_294_967_296.0 + 0.5)
}

impl Strength {
    pub(super) fn new(params: &CoverageParams) -> Self {
        let step_db = params.fading_db * (fading::standard(1) - fading::standard(0));
        Self {
            step_db: single(step_db),
            noise_dbm: single(params.noise_dbm),
        }
    }
}

impl Receiver {
    pub(super) fn new(link: &Link, params: &CoverageParams) -> Self {
        let mut receiver = Self {
            every: link.every,
            collision: threshold(link.collision),
            least: [u32::MAX; MAX_HEARD],
            weakest_dbm: [0.0; MAX_HEARD],
            gateways: [0; MAX_HEARD],
        };
        for (nth, hearer) in link.hearers().iter().enumerate() {
            let short_db = link.factor.sensitivity_dbm() - hearer.rssi_dbm;
            receiver.least[nth] = if params.fading_db > 0.0 {
                fading::least(short_db / params.fading_db)
            } else if short_db <= 0.0 {
                0
            } else {
                u32::MAX
            };
            let weakest_dbm = hearer.rssi_dbm + params.fading_db * fading::standard(0);
            receiver.weakest_dbm[nth] = single(weakest_dbm);
            receiver.gateways[nth] = hearer.gateway;
        }
        receiver
    }

    /// Whether the duty cycle lets the sensor send report `number`.
    #[inline]
    pub(in crate::sensing) fn may_send(&self, number: u64) -> bool {
        self.every == 1 || number.is_multiple_of(self.every)
    }

    /// The gateways that can hear it.
    pub(super) fn gateways(&self) -> impl Iterator<Item = u16> {
        let can_hear = |(_, least): &(&u16, &u32)| **least <= fading::LARGEST;
        let all = self.gateways.iter().zip(&self.least);
        all.filter(can_hear).map(|(gateway, _)| *gateway)
    }

    /// Who hears a frame, where `is_down` tells of a gateway whether it hears nothing; `None`: nobody, or
    /// another frame drowns it.
    #[expect(
        clippy::inline_always,
        reason = "what is handed over in memory is read before it has settled"
    )]
    #[inline(always)]
    pub(super) fn hear(
        &self,
        strength: Strength,
        luck: &RadioLuck,
        is_down: impl Fn(u16) -> bool,
    ) -> Option<Reception> {
        let mut heard = 0_u8;
        for nth in 0..MAX_HEARD {
            heard |= u8::from(luck.fading[nth] >= self.least[nth]) << nth;
        }
        for nth in 0..MAX_HEARD {
            if heard >> nth & 1 == 1 && is_down(self.gateways[nth]) {
                heard &= !(1 << nth);
            }
        }
        let channel = u8::try_from(luck.channel >> 29).unwrap_or(0);
        let is_drowned = u64::from(luck.collision) < self.collision;
        if heard == 0 || is_drowned {
            return None;
        }
        let dbm = self.dbm(strength, luck.fading);
        Some(Reception {
            heard: NonZeroU8::new((channel << MAX_HEARD) | heard)?,
            snr: dbm.map(|dbm| snr(strength, dbm)),
            rssi_dbm: dbm.map(nearest),
        })
    }

    /// What the best gateway hears of a frame that fades by nothing.
    pub(super) fn hear_best(strength: Strength, link: &Link) -> Option<Reception> {
        let best = link.best().filter(|_| link.is_reachable())?;
        let dbm = single(best.rssi_dbm);
        Some(Reception {
            heard: NonZeroU8::MIN,
            snr: [snr(strength, dbm); MAX_HEARD],
            rssi_dbm: [nearest(dbm); MAX_HEARD],
        })
    }

    #[inline]
    fn dbm(&self, strength: Strength, fading: [u32; MAX_HEARD]) -> [f32; MAX_HEARD] {
        let mut dbm = self.weakest_dbm;
        for (dbm, fading) in dbm.iter_mut().zip(fading) {
            *dbm += strength.step_db * small(fading);
        }
        dbm
    }

    /// What a network server knows of each frame that is sent at a spreading factor.
    pub(super) const fn head(&self, factor: SpreadingFactor) -> Head {
        Head {
            factor,
            gateways: self.gateways,
        }
    }
}

/// What the frames of a sensor have in common; small, for each frame that is told is told with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    factor: SpreadingFactor,
    gateways: [u16; MAX_HEARD],
}

impl Head {
    #[inline]
    pub(super) const fn with(self, reception: Reception) -> FrameRadio {
        FrameRadio::new(self.factor, (self.gateways, reception))
    }
}

fn snr(strength: Strength, dbm: f32) -> i8 {
    let [quarters, _] = nearest(told_snr(strength, dbm)).to_le_bytes();
    quarters.cast_signed()
}

/// A signal to noise ratio as receivers tell it, in quarters of a dB.
fn told_snr(strength: Strength, dbm: f32) -> f32 {
    (dbm - strength.noise_dbm).clamp(MIN_SNR_DB, MAX_SNR_DB) * QUARTERS
}

/// The nearest whole number of what is within ±2^15, halves to the even one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half holds the number"
)]
#[inline]
fn nearest(value: f32) -> i16 {
    /// So much more, and a float has no bits left for less than one; its lower half is 0.
    const WHOLE: f32 = 12_582_912.0;
    (value + WHOLE).to_bits() as i16
}

/// A number below 2^24 as a float, exactly.
#[expect(clippy::cast_precision_loss, reason = "it is below 2^24")]
#[inline]
fn small(number: u32) -> f32 {
    number.cast_signed() as f32
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a strength is told to a dB, and reckoned far more finely"
)]
fn single(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::down(-123.4, -123)]
    #[case::up(-123.6, -124)]
    #[case::half_to_even(-134.5, -134)]
    #[case::positive(56.2, 56)]
    fn decibels_are_told_to_the_nearest(#[case] value: f32, #[case] expected: i16) {
        assert_eq!(nearest(value), expected);
    }

    #[test]
    fn a_threshold_parts_even_numbers_in_their_share() {
        assert_eq!((threshold(0.0), threshold(1.0)), (0, 1 << 32));
        assert_eq!(threshold(0.25), 1 << 30);
    }
}
