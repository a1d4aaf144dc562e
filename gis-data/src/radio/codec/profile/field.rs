//! One declared field, and how it is read.

use std::borrow::Cow;

use serde::Deserialize;

use crate::radio::codec::bytes::{be_number, signed};
use crate::radio::decoded::{Draft, Measured, Warning};

/// A field whose declaration makes sense.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The name of its values, with their unit in it.
    pub(super) name: Cow<'static, str>,
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) order: ByteOrder,
    /// The lowest bit and their number, where it is not the whole.
    pub(super) bits: Option<(u32, u32)>,
    pub(super) invalid: Vec<f64>,
    /// From the number in the frame to the declared unit.
    pub(super) declared: Line,
    /// In the declared unit.
    pub(super) range: Option<(f64, f64)>,
    /// From there to the unit of the name.
    pub(super) standard: Line,
    pub(super) conditions: Conditions,
}

/// Times something, plus something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) scale: f64,
    pub(super) add: f64,
}

impl Line {
    const IDENTITY: Self = Self {
        scale: 1.0,
        add: 0.0,
    };

    fn of(self, value: f64) -> f64 {
        value * self.scale + self.add
    }
}

/// Where a field begins.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Behind these bytes, where there are any.
    pub(super) after: Vec<u8>,
    /// From there, or from the end where it is negative.
    pub(super) offset: i32,
}

/// When a frame has a field.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    pub(super) lengths: Vec<usize>,
    pub(super) first_bytes: Vec<u8>,
    pub(super) is_optional: bool,
}

/// How the bytes of a field make a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    U8,
    I8,
    U16,
    I16,
    U24,
    I24,
    U32,
    I32,
    F32,
    Bool,
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ByteOrder {
    /// The most significant one.
    #[default]
    Big,
    /// The least significant one.
    Little,
}

/// What came of reading a field.
#[derive(Debug)]
pub(super) enum Reads {
    /// This frame does not have it.
    Absent,
    /// It was there, with a value or with one that stands for none.
    Told,
    /// The frame ends before it.
    Outside {
        offset: usize,
        needed: usize,
        left: usize,
    },
}

impl Kind {
    pub(super) fn len(self) -> usize {
        match self {
            Self::U8 | Self::I8 | Self::Bool => 1,
            Self::U16 | Self::I16 => 2,
            Self::U24 | Self::I24 => 3,
            Self::U32 | Self::I32 | Self::F32 => 4,
        }
    }

    pub(super) fn is_signed(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I24 | Self::I32)
    }

    /// How many bits it has; none where single bits mean nothing.
    pub(super) fn bits(self) -> Option<u32> {
        match self {
            Self::F32 => None,
            Self::U8 | Self::I8 | Self::Bool => Some(8),
            Self::U16 | Self::I16 => Some(16),
            Self::U24 | Self::I24 => Some(24),
            Self::U32 | Self::I32 => Some(32),
        }
    }
}

impl Place {
    /// The offset from the start of the frame; `None` where the marker is not there.
    fn in_frame(&self, bytes: &[u8]) -> Option<i64> {
        let from = if self.offset < 0 {
            bytes.len()
        } else if self.after.is_empty() {
            0
        } else {
            let at = bytes
                .windows(self.after.len())
                .position(|window| window == self.after)?;
            at + self.after.len()
        };
        Some(i64::try_from(from).unwrap_or(i64::MAX) + i64::from(self.offset))
    }
}

impl Conditions {
    fn hold(&self, bytes: &[u8]) -> bool {
        let is_first = |first| bytes.first() == Some(first);
        (self.lengths.is_empty() || self.lengths.contains(&bytes.len()))
            && (self.first_bytes.is_empty() || self.first_bytes.iter().any(is_first))
    }
}

impl Field {
    /// Adds what the field says of a frame.
    pub(super) fn read(&self, draft: &mut Draft, bytes: &[u8]) -> Reads {
        if !self.conditions.hold(bytes) {
            return Reads::Absent;
        }
        let Some(offset) = self.place.in_frame(bytes) else {
            return Reads::Absent;
        };
        let needed = self.kind.len();
        let start = usize::try_from(offset).ok();
        let own = start.and_then(|start| bytes.get(start..)?.get(..needed));
        match own {
            Some(own) => {
                self.tell(draft, own);
                Reads::Told
            }
            None if self.conditions.is_optional => Reads::Absent,
            None => {
                let start = start.unwrap_or_default();
                Reads::Outside {
                    offset: start,
                    needed,
                    left: bytes.len().saturating_sub(start),
                }
            }
        }
    }

    fn tell(&self, draft: &mut Draft, own: &[u8]) {
        let raw = self.number(own);
        let value = raw.as_f64().filter(|value| value.is_finite());
        let Some(value) = value.filter(|value| !self.invalid.contains(value)) else {
            draft.warn(Warning::Invalid {
                name: self.name.clone().into_owned().into(),
                raw: raw.as_f64().unwrap_or(f64::NAN),
            });
            return;
        };
        if self.kind == Kind::Bool {
            draft.tell(self.name.clone(), (value != 0.0).into());
            return;
        }
        let declared = self.declared.of(value);
        if let Some((least, most)) = self.range
            && !(least..=most).contains(&declared)
        {
            draft.warn(Warning::Implausible {
                name: self.name.clone().into_owned().into(),
                value: declared,
                least,
                most,
            });
            return;
        }
        let is_as_is = [self.declared, self.standard] == [Line::IDENTITY; 2];
        let told = if is_as_is && self.kind != Kind::F32 {
            raw
        } else {
            Measured::rounded(self.standard.of(declared))
        };
        draft.tell(self.name.clone(), told);
    }

    /// The number that stands in the frame.
    fn number(&self, own: &[u8]) -> Measured {
        let mut in_order = [0; 4];
        let len = own.len().min(4);
        for (at, byte) in own.iter().take(4).enumerate() {
            let place = match self.order {
                ByteOrder::Big => at,
                ByteOrder::Little => len - 1 - at,
            };
            if let Some(slot) = in_order.get_mut(place) {
                *slot = *byte;
            }
        }
        let raw = be_number(in_order.get(..len).unwrap_or_default());
        let Some(all) = self.kind.bits() else {
            return f64::from(f32::from_bits(raw)).into();
        };
        let (lowest, count) = self.bits.unwrap_or((0, all));
        let mask = u32::MAX.checked_shr(32 - count.min(32)).unwrap_or(0);
        let raw = raw.checked_shr(lowest).unwrap_or(0) & mask;
        if self.kind.is_signed() {
            signed(raw, count).into()
        } else {
            raw.into()
        }
    }
}
