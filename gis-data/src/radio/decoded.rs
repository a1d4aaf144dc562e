//! What a codec finds in a frame: everything it says, and what of that may be believed.

mod measurements;
mod warning;

use std::borrow::Cow;

use twin_core::{Celsius, Fraction, Reading};

pub use self::measurements::{Measured, Measurements};
pub use self::warning::Warning;

/// The names that mean the same in every codec; units are part of the name.
pub(super) mod names {
    pub(in crate::radio) const BATTERY_PCT: &str = "battery_pct";
    pub(in crate::radio) const BATTERY_V: &str = "battery_v";
    pub(in crate::radio) const DISTANCE_MM: &str = "distance_mm";
    pub(in crate::radio) const FILL_PCT: &str = "fill_pct";
    pub(in crate::radio) const HUMIDITY_PCT: &str = "humidity_pct";
    pub(in crate::radio) const TEMPERATURE_C: &str = "temperature_c";
    pub(in crate::radio) const TILT: &str = "tilt";
}

/// What one frame says.
///
/// `measurements` is what the frame tells, under standard names; `reading` is what the twin
/// believes of it. A distance with too weak an echo, for example, is among the measurements, with
/// a warning, and not in the reading. Neither has anything that the frame does not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// What the twin takes over.
    pub reading: Reading,
    /// Everything that was measured, in the order of the frame.
    pub measurements: Measurements,
    /// What a person should know of this frame; empty for most.
    pub warnings: Vec<Warning>,
}

/// Collects what a frame says, while a codec walks through it.
#[derive(Debug, Default)]
pub(super) struct Draft {
    measurements: Measurements,
    warnings: Vec<Warning>,
    is_distance_doubtful: bool,
    is_temperature_uncertain: bool,
}

impl Draft {
    /// Nothing was found so far.
    pub(super) fn is_empty(&self) -> bool {
        self.measurements.is_empty() && !self.is_distance_doubtful
    }

    pub(super) fn put(&mut self, name: &'static str, value: impl Into<Measured>) {
        self.measurements.put(name, value);
    }

    /// Adds to a list of earlier values.
    pub(super) fn push(&mut self, name: &'static str, entry: Measurements) {
        self.measurements.push(name, entry);
    }

    /// A value that came with a name and a unit of its own, already in the unit of `name`. Those
    /// that the twin has a place for are looked at like those of any device.
    pub(super) fn tell(&mut self, name: Cow<'static, str>, value: Measured) {
        match (&*name, value.as_f64()) {
            (names::DISTANCE_MM, Some(distance_mm)) if distance_mm <= 0.0 => {
                let name = names::DISTANCE_MM.into();
                self.no_distance(Warning::Invalid {
                    name,
                    raw: distance_mm,
                });
            }
            (names::DISTANCE_MM, Some(distance_mm)) => {
                let whole = whole(distance_mm).filter(|mm| f64::from(*mm) == distance_mm);
                self.measurements.put(name, whole.map_or(value, Into::into));
                self.is_distance_doubtful = false;
            }
            (names::BATTERY_PCT | names::FILL_PCT | names::HUMIDITY_PCT, Some(_)) => {
                self.put_percent(name, value);
            }
            (names::TEMPERATURE_C, Some(celsius)) => self.temperature(celsius),
            _ => self.measurements.put(name, value),
        }
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// A distance that the device stands for.
    pub(super) fn distance(&mut self, distance_mm: u16) {
        self.put(names::DISTANCE_MM, distance_mm);
        self.is_distance_doubtful = false;
    }

    /// A distance of a sensor that measures from `nearest` to `farthest` millimetres. Nearer ones
    /// are echoes of its own, farther ones are told, since distances of data sheets are cautious.
    pub(super) fn distance_within(&mut self, distance_mm: u16, (nearest, farthest): (u16, u16)) {
        if distance_mm < nearest {
            self.no_distance(Warning::TooClose {
                distance_mm,
                nearest_mm: nearest,
            });
            return;
        }
        self.distance(distance_mm);
        if distance_mm > farthest {
            self.warn(Warning::TooFar {
                distance_mm,
                farthest_mm: farthest,
            });
        }
    }

    /// The frame has a distance that is none.
    pub(super) fn no_distance(&mut self, why: Warning) {
        self.measurements.remove(names::DISTANCE_MM);
        self.doubt_distance(why);
    }

    /// The distance is what the frame says, but not to be relied on.
    pub(super) fn doubt_distance(&mut self, why: Warning) {
        self.is_distance_doubtful = true;
        self.warn(why);
    }

    /// A charge in percent.
    pub(super) fn battery_pct(&mut self, percent: impl Into<Measured>) {
        self.put_percent(names::BATTERY_PCT, percent);
    }

    /// A value of 0 to 100 %; others are left out.
    pub(super) fn put_percent(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        percent: impl Into<Measured>,
    ) {
        self.put_within(name, percent, (0.0, 100.0));
    }

    /// A value that is left out, with a warning, where it is impossible.
    pub(super) fn put_within(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Measured>,
        (least, most): (f64, f64),
    ) {
        let (name, value) = (name.into(), value.into());
        match value.as_f64() {
            Some(number) if !(least..=most).contains(&number) => self.warn(Warning::Implausible {
                name: name.into_owned().into(),
                value: number,
                least,
                most,
            }),
            _ => self.measurements.put(name, value),
        }
    }

    /// A temperature that weather and sun can bring about on a street.
    pub(super) fn temperature(&mut self, celsius: f64) {
        self.put_within(names::TEMPERATURE_C, celsius, (-100.0, 200.0));
    }

    /// The temperature is what devices without a thermometer send, too: told, not believed.
    pub(super) fn doubt_temperature(&mut self) {
        self.is_temperature_uncertain = true;
    }

    pub(super) fn finish(self) -> Decoded {
        let mut reading = self.measurements.reading();
        if self.is_distance_doubtful {
            reading.distance_mm = None;
            reading.is_distance_doubtful = true;
        }
        if self.is_temperature_uncertain {
            reading.temperature = None;
        }
        Decoded {
            reading,
            measurements: self.measurements,
            warnings: self.warnings,
        }
    }
}

impl Measurements {
    /// What of this the twin has a place for.
    fn reading(&self) -> Reading {
        let number = |name| self.get(name).and_then(Measured::as_f64);
        Reading {
            distance_mm: number(names::DISTANCE_MM).and_then(whole),
            is_distance_doubtful: false,
            temperature: number(names::TEMPERATURE_C).and_then(|c| Celsius::new(c).ok()),
            battery: number(names::BATTERY_PCT).and_then(|p| Fraction::new(p / 100.0).ok()),
            is_tilted: self.get(names::TILT).and_then(Measured::as_bool),
        }
    }
}

/// The whole number of millimetres next to `value`, where the twin can hold it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is looked at before"
)]
fn whole(value: f64) -> Option<u16> {
    let rounded = value.round();
    (1.0..=f64::from(u16::MAX))
        .contains(&rounded)
        .then_some(rounded as u16)
}
