//! Quantities as types: a number cannot be mistaken for another, and an impossible one cannot be made.

use serde::{Deserialize, Serialize};

use crate::error::{TwinError, TwinResult};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $quantity:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            #[doc = concat!("Refuses what is no valid ", $quantity, ".")]
            pub fn new(value: f64) -> TwinResult<Self> {
                let is_valid: fn(f64) -> bool = $valid;
                if is_valid(value) {
                    Ok(Self(value))
                } else {
                    Err(TwinError::InvalidQuantity { quantity: $quantity, value })
                }
            }

            /// The number, in the unit of the type.
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = TwinError;

            fn try_from(value: f64) -> TwinResult<Self> {
                Self::new(value)
            }
        }

        impl From<$name> for f64 {
            fn from(quantity: $name) -> Self {
                quantity.0
            }
        }
    };
}

quantity!(
    /// How full something is, from 0 (empty) to 1 (full).
    Fraction, "fraction (0 to 1)", |v| (0.0..=1.0).contains(&v)
);
quantity!(
    /// A length or distance on the ground, in metres; not negative.
    Metres, "length in metres", |v| v.is_finite() && v >= 0.0
);
quantity!(
    /// A volume, in litres; not negative.
    Litres, "volume in litres", |v| v.is_finite() && v >= 0.0
);
quantity!(
    /// A mass, in kilograms; not negative.
    Kilograms, "mass in kilograms", |v| v.is_finite() && v >= 0.0
);
quantity!(
    /// An area on the ground, in square metres; not negative.
    SquareMetres, "area in square metres", |v| v.is_finite() && v >= 0.0
);
quantity!(
    /// An air temperature, in degrees Celsius, from −100 to 200.
    Celsius, "temperature in °C", |v| (-100.0..=200.0).contains(&v)
);
quantity!(
    /// An angle, in degrees, from −360 to 360.
    Degrees, "angle in degrees", |v| (-360.0..=360.0).contains(&v)
);

impl Fraction {
    /// Nothing in it.
    pub const EMPTY: Self = Self(0.0);
    /// No room left.
    pub const FULL: Self = Self(1.0);

    /// The nearest valid fraction; a value that is no number counts as 0.
    pub fn saturating(value: f64) -> Self {
        if value.is_nan() {
            Self::EMPTY
        } else {
            Self(value.clamp(0.0, 1.0))
        }
    }
}

impl Metres {
    /// No distance at all.
    pub const ZERO: Self = Self(0.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::empty(0.0, true)]
    #[case::full(1.0, true)]
    #[case::below(-0.001, false)]
    #[case::above(1.001, false)]
    #[case::no_number(f64::NAN, false)]
    fn a_fraction_lies_between_zero_and_one(#[case] value: f64, #[case] is_valid: bool) {
        assert_eq!(Fraction::new(value).is_ok(), is_valid);
    }

    #[test]
    fn a_saturated_fraction_is_always_valid() {
        assert_eq!(Fraction::saturating(f64::NAN), Fraction::EMPTY);
        assert_eq!(Fraction::saturating(7.0), Fraction::FULL);
        assert_eq!(Fraction::saturating(-7.0), Fraction::EMPTY);
    }

    #[test]
    fn what_is_read_back_is_checked_too() {
        assert!(serde_json::from_str::<Litres>("-3").is_err());
        assert_eq!(
            serde_json::from_str::<Litres>("4000").unwrap().get(),
            4000.0
        );
    }
}
