//! The six classes of a figure: those of the fill where it is one, equal ones else.

use super::kpi::{Kpi, Unit};
use crate::palette::Tone;
use crate::words::Words;

/// How many classes there are.
pub const CLASSES: usize = 6;

/// The tones of the classes.
pub const TONES: [Tone; CLASSES] = [
    Tone::Level0,
    Tone::Level1,
    Tone::Level2,
    Tone::Level3,
    Tone::Level4,
    Tone::Level5,
];

/// Where the classes of the fill begin; the last is for what is full.
const OF_FILL: [f64; CLASSES] = [0.0, 0.2, 0.4, 0.6, 0.8, 0.95];
/// The keys of their names.
const FILL_KEYS: [&str; CLASSES] = [
    "class.0", "class.1", "class.2", "class.3", "class.4", "class.5",
];
/// From here on, both bounds of a class have no room under its bar.
const WIDE: f64 = 1000.0;

/// The classes of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classes {
    unit: Unit,
    from: [f64; CLASSES],
    width: f64,
}

impl Classes {
    /// The classes of a figure of which `largest` is the largest value: of the least round width with which six
    /// hold all values.
    pub fn of(kpi: Kpi, largest: f64) -> Self {
        let unit = kpi.unit();
        let finest = match unit {
            Unit::Fill => {
                return Self {
                    unit,
                    from: OF_FILL,
                    width: 0.2,
                };
            }
            Unit::Share => 0.01,
            Unit::Count | Unit::Ratio => 1.0,
        };
        let width = round_width(largest.max(0.0), finest);
        let from = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0].map(|n| n * width);
        Self { unit, from, width }
    }

    /// The class of a value.
    pub fn class(&self, value: f64) -> usize {
        // A hair more, for widths that have no exact number: 0.3 is in the class from 3 × 0.1 on.
        let value = value + 1e-9;
        let found = self.from.iter().rposition(|from| value >= *from);
        found.unwrap_or(0)
    }

    /// How high a value stands, 0–1 of the largest that the classes hold.
    #[expect(clippy::cast_possible_truncation, reason = "a share of 0–1")]
    pub fn share(&self, value: f64) -> f32 {
        let top = match self.unit {
            Unit::Fill => 1.0,
            Unit::Share => (self.width * CLASSES as f64).min(1.0),
            Unit::Count | Unit::Ratio => self.width * CLASSES as f64,
        };
        (value / top).clamp(0.0, 1.0) as f32
    }

    /// From where to where a class reaches, as its bar says it.
    pub fn label(&self, words: &Words, class: usize) -> String {
        let key = FILL_KEYS.get(class).copied().unwrap_or_default();
        let from = self.from.get(class).copied().unwrap_or_default();
        let to = from + self.width;
        let number = |value: f64| words.number(value, 0);
        let between = |from: f64, to: f64| format!("{}–{}", number(from), number(to));
        match self.unit {
            Unit::Fill => words.say(key).into(),
            // Five classes of 20 % hold all shares: the last one is for all of it.
            Unit::Share if from >= 1.0 - 1e-9 => number(100.0),
            Unit::Share if class == 0 => {
                words.fill("value.share", &[("n", &between(0.0, to * 100.0))])
            }
            Unit::Share => between(from * 100.0, to.min(1.0) * 100.0),
            Unit::Count if self.width <= 1.0 => number(from),
            Unit::Count | Unit::Ratio if to > WIDE => {
                words.fill("value.from", &[("n", &number(from))])
            }
            Unit::Count => between(from, to - 1.0),
            Unit::Ratio => between(from, to),
        }
    }

    /// A value as it is written.
    pub fn write(&self, words: &Words, value: f64) -> String {
        match self.unit {
            Unit::Fill | Unit::Share => {
                let number = words.number(value * 100.0, 0);
                words.fill("value.share", &[("n", &number)])
            }
            Unit::Count | Unit::Ratio => words.number(value, 0),
        }
    }
}

/// The least width of 1, 2, 5, 10, 20 … times the finest with which all values to the largest lie in
/// one of the classes.
fn round_width(largest: f64, finest: f64) -> f64 {
    let mut decade = finest;
    loop {
        for times in [1.0, 2.0, 5.0] {
            let width = times * decade;
            // The upper bound of the last class is not in it, and nothing is endless.
            if width * CLASSES as f64 > largest * (1.0 + 1e-9) || !largest.is_finite() {
                return width;
            }
        }
        decade *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[rstest::rstest]
    #[case::nothing(0.0, 1.0, 1.0)]
    #[case::few(5.0, 1.0, 1.0)]
    #[case::one_more(6.0, 1.0, 2.0)]
    #[case::many(299.0, 1.0, 50.0)]
    #[case::some_percent(0.04, 0.01, 0.01)]
    #[case::all(1.0, 0.01, 0.2)]
    #[case::endless(f64::INFINITY, 1.0, 1.0)]
    fn classes_are_equal_and_round(#[case] largest: f64, #[case] finest: f64, #[case] width: f64) {
        approx::assert_relative_eq!(round_width(largest, finest), width);
    }

    #[rstest::rstest]
    #[case::fill(Kpi::Fill, 1.0, 0.95, 5)]
    #[case::below(Kpi::Fill, 1.0, 0.399, 1)]
    #[case::none(Kpi::Full, 4.0, 0.0, 0)]
    #[case::most(Kpi::Full, 11.0, 11.0, 5)]
    #[case::at_a_bound(Kpi::Silent, 0.5, 0.3, 3)]
    #[case::all(Kpi::Silent, 1.0, 1.0, 5)]
    fn a_value_has_its_class(
        #[case] kpi: Kpi,
        #[case] largest: f64,
        #[case] value: f64,
        #[case] class: usize,
    ) {
        assert_eq!(Classes::of(kpi, largest).class(value), class);
    }

    #[rstest::rstest]
    #[case::fill(Kpi::Fill, 1.0, ["0–20%", "20–40", "40–60", "60–80", "80–95", "full"])]
    #[case::one_by_one(Kpi::Full, 3.0, ["0", "1", "2", "3", "4", "5"])]
    #[case::counts(Kpi::Full, 11.0, ["0–1", "2–3", "4–5", "6–7", "8–9", "10–11"])]
    #[case::shares(Kpi::Silent, 1.0, ["0–20%", "20–40", "40–60", "60–80", "80–100", "100"])]
    #[case::ratios(Kpi::Inhabitants, 250.0, ["0–50", "50–100", "100–150", "150–200", "200–250", "250–300"])]
    fn classes_say_their_bounds(
        #[case] kpi: Kpi,
        #[case] largest: f64,
        #[case] labels: [&str; CLASSES],
    ) {
        let words = Words::new(Language::En);
        let classes = Classes::of(kpi, largest);
        let said: Vec<String> = (0..CLASSES).map(|n| classes.label(&words, n)).collect();
        assert_eq!(said, labels);
    }

    #[test]
    fn the_largest_class_reaches_the_top() {
        assert_eq!(Classes::of(Kpi::Fill, 0.4).share(0.5), 0.5);
        assert_eq!(Classes::of(Kpi::Full, 11.0).share(6.0), 0.5);
        assert_eq!(Classes::of(Kpi::Silent, 1.0).share(1.0), 1.0);
    }
}
