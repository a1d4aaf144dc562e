//! What is left of levels once the changes that told them are forgotten: a line for each container and hour.

use std::collections::{BTreeMap, BTreeSet};

use twin_core::{Effect, Fraction, Timestamp};

use super::rows::{Damage, checksum, decode, from_db};

/// Milliseconds in an hour.
const HOUR_MS: i64 = 3_600_000;

/// The levels of a container in an hour, by the clock of whoever measured them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Digest {
    /// When the hour begins.
    pub start: Timestamp,
    /// How many levels were measured.
    pub readings: u32,
    /// How often it was emptied.
    pub emptyings: u32,
    /// When the last level was measured; nothing where none was.
    pub last_at: Option<Timestamp>,
    /// The lowest level; all levels are 0 where none was measured.
    pub lowest: Fraction,
    /// The highest.
    pub highest: Fraction,
    /// Their mean, each as it was measured.
    pub mean: Fraction,
    /// The last.
    pub last: Fraction,
}

impl Digest {
    /// Its row, for a container with a number.
    pub(super) fn row(&self, asset: i64) -> (HourKey, Sums) {
        let readings = i64::from(self.readings);
        let sums = Sums {
            readings,
            emptyings: self.emptyings.into(),
            last_at: self
                .last_at
                .map_or(Sums::NONE.last_at, Timestamp::as_millis),
            lowest: self.lowest.get(),
            highest: self.highest.get(),
            total: self.mean.get() * f64::from(self.readings),
            last: self.last.get(),
        };
        let sums = if readings > 0 {
            sums
        } else {
            Sums {
                emptyings: sums.emptyings,
                ..Sums::NONE
            }
        };
        ((asset, self.start.as_millis()), sums)
    }
}

/// The changes of levels that are told in full; the others need not be read.
pub(super) const IS_DIGESTED: &str =
    "(body LIKE '{\"container-measured\"%' OR body LIKE '{\"container-emptied\"%')";

/// A container by its number in the journal, and an hour by its beginning in milliseconds since 1970.
pub(super) type HourKey = (i64, i64);

/// What is kept of an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sums {
    pub(super) readings: i64,
    pub(super) emptyings: i64,
    pub(super) last_at: i64,
    pub(super) lowest: f64,
    pub(super) highest: f64,
    pub(super) total: f64,
    pub(super) last: f64,
}

impl Sums {
    /// Nothing measured: its lowest level is above, and its highest below all that can be.
    const NONE: Self = Self {
        readings: 0,
        emptyings: 0,
        last_at: i64::MIN,
        lowest: 2.0,
        highest: -1.0,
        total: 0.0,
        last: 0.0,
    };

    fn level(&mut self, at: i64, fill: f64) {
        self.readings += 1;
        self.lowest = self.lowest.min(fill);
        self.highest = self.highest.max(fill);
        self.total += fill;
        if at >= self.last_at {
            (self.last_at, self.last) = (at, fill);
        }
    }

    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        let (last_at, last) = if other.last_at >= self.last_at {
            (other.last_at, other.last)
        } else {
            (self.last_at, self.last)
        };
        Self {
            readings: self.readings + other.readings,
            emptyings: self.emptyings + other.emptyings,
            last_at,
            lowest: self.lowest.min(other.lowest),
            highest: self.highest.max(other.highest),
            total: self.total + other.total,
            last,
        }
    }

    pub(super) fn checksum(&self, (asset, start): HourKey) -> i64 {
        let numbers = [asset, start, self.readings, self.emptyings, self.last_at];
        let levels = [self.lowest, self.highest, self.total, self.last];
        let bytes: Vec<u8> = levels
            .iter()
            .flat_map(|level| level.to_le_bytes())
            .collect();
        checksum(&numbers, &bytes)
    }
}

/// A stored line before it is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RawDigest {
    pub(super) key: HourKey,
    pub(super) sums: Sums,
    pub(super) sum: i64,
}

impl RawDigest {
    /// What it says, where it is as it was written.
    pub(super) fn read(&self) -> Result<Digest, Damage> {
        if self.sums.checksum(self.key) != self.sum {
            let at = Timestamp::from_millis(self.key.1);
            return Err(Damage(format!(
                "the digest of {at} does not match its checksum"
            )));
        }
        let Sums {
            readings,
            emptyings,
            last_at,
            ..
        } = self.sums;
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let level = |level: f64| Fraction::saturating(if readings > 0 { level } else { 0.0 });
        Ok(Digest {
            start: Timestamp::from_millis(self.key.1),
            readings: count(readings),
            emptyings: count(emptyings),
            last_at: (readings > 0).then(|| Timestamp::from_millis(last_at)),
            lowest: level(self.sums.lowest),
            highest: level(self.sums.highest),
            mean: level(self.sums.total / from_db(readings).max(1) as f64),
            last: level(self.sums.last),
        })
    }
}

/// Levels that are about to be forgotten.
#[derive(Debug, Default)]
pub(super) struct Digested {
    levels: BTreeMap<(i64, i64), f64>,
    emptied: BTreeSet<(i64, i64)>,
}

impl Digested {
    /// Takes a change in; what was told last of a moment holds.
    pub(super) fn take(&mut self, asset: i64, body: &str) -> Result<(), Damage> {
        let effect: Effect =
            decode(body).map_err(|problem| Damage(format!("a change does not read: {problem}")))?;
        match effect {
            Effect::ContainerMeasured {
                fill, observed_at, ..
            } => {
                self.levels
                    .insert((asset, observed_at.as_millis()), fill.get());
            }
            Effect::ContainerEmptied { observed_at, .. } => {
                self.emptied.insert((asset, observed_at.as_millis()));
            }
            _ => {}
        }
        Ok(())
    }

    /// Hour by hour.
    pub(super) fn hours(self) -> BTreeMap<HourKey, Sums> {
        let mut hours = BTreeMap::new();
        let key = |asset: i64, at: i64| (asset, at - at.rem_euclid(HOUR_MS));
        for ((asset, at), fill) in self.levels {
            hours
                .entry(key(asset, at))
                .or_insert(Sums::NONE)
                .level(at, fill);
        }
        for (asset, at) in self.emptied {
            hours.entry(key(asset, at)).or_insert(Sums::NONE).emptyings += 1;
        }
        hours
    }
}
