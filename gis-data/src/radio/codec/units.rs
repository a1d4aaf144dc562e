//! Standard names for quantities that came with a name and a unit of their own.

use std::borrow::Cow;

use crate::radio::decoded::names;

/// A name with the unit in it, and what makes its values of the given ones: times `scale`, plus
/// `add`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standard {
    pub(super) name: Cow<'static, str>,
    pub(super) scale: f64,
    pub(super) add: f64,
}

const DISTANCES: [&str; 4] = ["distance", "dist", "range", "d"];
const TEMPERATURES: [&str; 4] = ["temperature", "temp", "t", "air_temperature"];
const BATTERIES: [&str; 5] = ["battery", "bat", "batt", "battery_level", "battery_voltage"];
const LEVELS: [&str; 5] = ["fill", "fill_level", "filling_level", "level", "filling"];
const TILTS: [&str; 4] = ["tilt", "tilted", "is_tilted", "position"];

/// The standard name for `name` in `unit` (as in RFC 8428 and RFC 8798, or as people write it).
/// What is not known keeps its name, with its unit behind it.
pub(super) fn standard(name: &str, unit: &str) -> Standard {
    let name = plain(name);
    let base = match name.strip_suffix(&format!("_{}", plain(unit))) {
        Some(base) if !unit.is_empty() && !base.is_empty() => base,
        _ => &name,
    };
    let is = |names: &[&str]| names.contains(&base);
    let as_is = |name: &'static str| of(name, 1.0);
    match unit {
        "m" if is(&DISTANCES) => of(names::DISTANCE_MM, 1000.0),
        "cm" if is(&DISTANCES) => of(names::DISTANCE_MM, 10.0),
        "mm" if is(&DISTANCES) => as_is(names::DISTANCE_MM),
        "Cel" | "°C" | "C" if is(&TEMPERATURES) => as_is(names::TEMPERATURE_C),
        "K" if is(&TEMPERATURES) => Standard {
            name: names::TEMPERATURE_C.into(),
            scale: 1.0,
            add: -273.15,
        },
        "Cel" | "°C" => named(format!("{base}_c")),
        "%EL" => as_is(names::BATTERY_PCT),
        "%RH" => as_is(names::HUMIDITY_PCT),
        "%" if is(&BATTERIES) => as_is(names::BATTERY_PCT),
        "/" if is(&BATTERIES) => of(names::BATTERY_PCT, 100.0),
        "%" if is(&LEVELS) => as_is(names::FILL_PCT),
        "/" if is(&LEVELS) => of(names::FILL_PCT, 100.0),
        "%" => named(format!("{base}_pct")),
        "V" if is(&BATTERIES) => as_is(names::BATTERY_V),
        "mV" if is(&BATTERIES) => of(names::BATTERY_V, 0.001),
        "" | "/" => named(name),
        _ => named(format!("{base}_{}", plain(unit))),
    }
}

/// The standard name of a yes or no.
pub(super) fn standard_flag(name: &str) -> Cow<'static, str> {
    let name = plain(name);
    if TILTS.contains(&&*name) {
        names::TILT.into()
    } else {
        name.into()
    }
}

fn of(name: &'static str, scale: f64) -> Standard {
    Standard {
        name: name.into(),
        scale,
        add: 0.0,
    }
}

fn named(name: String) -> Standard {
    Standard {
        name: name.into(),
        scale: 1.0,
        add: 0.0,
    }
}

/// Lower case, with an underscore for whatever is neither letter nor digit.
fn plain(text: &str) -> String {
    let letter = |letter: char| {
        if letter.is_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::metres("dist", "m", "distance_mm", 1000.0)]
    #[case::centimetres("Distance", "cm", "distance_mm", 10.0)]
    #[case::with_its_unit("distance_mm", "mm", "distance_mm", 1.0)]
    #[case::no_unit("distance_mm", "", "distance_mm", 1.0)]
    #[case::another_length("snow", "m", "snow_m", 1.0)]
    #[case::share("fill", "/", "fill_pct", 100.0)]
    #[case::millivolts("battery", "mV", "battery_v", 0.001)]
    #[case::energy_left("b", "%EL", "battery_pct", 1.0)]
    #[case::speed("wind", "m/s", "wind_m_s", 1.0)]
    fn a_quantity_has_a_standard_name(
        #[case] name: &str,
        #[case] unit: &str,
        #[case] expected: &str,
        #[case] scale: f64,
    ) {
        let standard = standard(name, unit);
        assert_eq!((&*standard.name, standard.scale), (expected, scale));
    }
}
