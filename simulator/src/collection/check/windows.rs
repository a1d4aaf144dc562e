//! Whether a tick lies in one of some windows.

use crate::collection::Window;

/// The window that a tick misses by least, `None` where it misses none.
pub(super) fn missed(windows: &[Window], tick: i32) -> Option<Window> {
    if windows.is_empty() || windows.iter().any(|window| window.contains(tick)) {
        return None;
    }
    let distance = |window: &&Window| {
        let tick = i64::from(tick);
        (i64::from(window.open) - tick).max(tick - i64::from(window.close))
    };
    windows.iter().min_by_key(distance).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::before_all(3, Some(5))]
    #[case::first_tick(5, None)]
    #[case::last_tick(7, None)]
    #[case::nearer_to_the_first(9, Some(5))]
    #[case::in_the_middle(10, Some(5))]
    #[case::nearer_to_the_second(11, Some(13))]
    #[case::second(13, None)]
    #[case::after_all(i32::MAX, Some(13))]
    #[case::long_before_all(i32::MIN, Some(5))]
    fn the_nearest_window_is_told(#[case] tick: i32, #[case] opens: Option<i32>) {
        let windows = [(5, 7), (13, 14)].map(|(open, close)| Window { open, close });
        assert_eq!(missed(&windows, tick).map(|window| window.open), opens);
        assert_eq!(missed(&[], tick), None);
    }
}
