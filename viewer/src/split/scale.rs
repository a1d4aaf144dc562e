//! How long is long: the classes of hours that a container was full in a month.

/// From how many hours a month on a class begins.
pub(crate) const BOUNDS_H: [f64; 6] = [0.0, 1.0, 4.0, 12.0, 24.0, 48.0];
/// The levels of a sign at which its classes begin, and the highest one: see `Tone::of_fill`.
const LEVELS: [f64; 7] = [0.0, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0];
/// From here on a sign stands as high as it can, in hours a month.
const MOST_H: f64 = 168.0;

/// The class of so many hours a month.
pub(crate) fn class_of(hours: f64) -> usize {
    let found = BOUNDS_H.iter().rposition(|from| hours >= *from);
    found.unwrap_or(0)
}

/// How full a sign is drawn that stands for so many hours a month: within its class, by its share of it.
pub(super) fn level(hours: f64) -> f64 {
    let class = class_of(hours);
    let at = |list: &[f64], n: usize| list.get(n).copied();
    let from_h = at(&BOUNDS_H, class).unwrap_or(0.0);
    let to_h = at(&BOUNDS_H, class + 1).unwrap_or(MOST_H);
    let from = at(&LEVELS, class).unwrap_or(0.0);
    let to = at(&LEVELS, class + 1).unwrap_or(1.0);
    let share = ((hours - from_h) / (to_h - from_h)).clamp(0.0, 1.0);
    // A hair less than the next class: bytes are rounded, and half of one is given.
    from + (to - from) * share * 0.97
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Tone;

    #[rstest::rstest]
    #[case::never(0.0, 0)]
    #[case::hardly(0.99, 0)]
    #[case::an_hour(1.0, 1)]
    #[case::half_a_day(12.0, 3)]
    #[case::two_days(48.0, 5)]
    #[case::always(720.0, 5)]
    fn signs_have_the_class_of_their_hours(#[case] hours: f64, #[case] class: usize) {
        assert_eq!(class_of(hours), class);
        let level = level(hours);
        let drawn = (level * 255.0).round() / 255.0 + 0.002;
        assert_eq!(
            Tone::of_fill(drawn) as usize - Tone::Level0 as usize,
            class,
            "{level}"
        );
    }

    #[test]
    fn more_hours_never_look_like_less() {
        let levels: Vec<f64> = (0..2000).map(|n| level(f64::from(n) / 10.0)).collect();
        assert!(levels.is_sorted());
    }
}
