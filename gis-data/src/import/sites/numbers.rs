//! Volumes as people write them: `3.2 m3`, `770 L`.

use super::mapping::VolumeUnit;
use crate::import::tables::numbers::{number, split};

/// A volume in litres, in the unit that the text names, else in `unit`.
pub(super) fn litres(text: &str, unit: VolumeUnit) -> Option<f64> {
    let (_, named) = split(text);
    let unit = match &*named {
        "m3" | "m³" => VolumeUnit::CubicMetres,
        "l" | "litre" | "litres" => VolumeUnit::Litres,
        "" => unit,
        _ => return None,
    };
    let per_unit = match unit {
        VolumeUnit::Litres => 1.0,
        VolumeUnit::CubicMetres => 1000.0,
    };
    number(text).map(|number| number * per_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::litres("770 L", Some(770.0))]
    #[case::cubic_metres("3,2 m³", Some(3200.0))]
    #[case::as_the_mapping_says("4", Some(4000.0))]
    #[case::another_unit("4 kg", None)]
    fn a_unit_in_the_text_counts_first(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(litres(text, VolumeUnit::CubicMetres), expected);
    }
}
