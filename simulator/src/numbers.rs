//! Conversions between integers and floats that say what they lose.

/// The integer part of `value`: 0 below zero and for what is no number, the largest above the range.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float-to-integer cast saturates, which is what is asked for"
)]
pub(crate) const fn floor_u64(value: f64) -> u64 {
    value as u64
}

/// The integer part of `value`, saturated like [`floor_u64`].
#[expect(
    clippy::cast_possible_truncation,
    reason = "a float-to-integer cast saturates"
)]
pub(crate) const fn trunc_i64(value: f64) -> i64 {
    value as i64
}

/// The integer part of `value`, saturated like [`floor_u64`].
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float-to-integer cast saturates, which is what is asked for"
)]
pub(crate) const fn floor_u32(value: f64) -> u32 {
    value as u32
}

/// The whole number nearest to what is within ±2^51, halves to the even one, saturated.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a float-to-integer cast saturates"
)]
#[inline(always)]
pub(crate) fn nearest_i16(value: f64) -> i16 {
    /// So much more, and a float has no bits left for less than one.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    ((value + WHOLE) - WHOLE) as i16
}

/// `value` as a float; exact below 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "volumes and times stay below 2^53"
)]
pub(crate) const fn f64_of(value: u64) -> f64 {
    value as f64
}

/// `value` as a float; exact within ±2^53.
#[expect(clippy::cast_precision_loss, reason = "milliseconds stay within 2^53")]
pub(crate) const fn f64_of_i64(value: i64) -> f64 {
    value as f64
}

/// An index as the number of its random stream; saturates far beyond any territory.
pub(crate) fn entity(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A number of nodes, links or rows, which their builders hold below 2^31; saturates beyond 2^32.
pub(crate) fn index_u32(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// An index or a count as a float; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "no list has 2^53 items")]
pub(crate) const fn f64_of_index(index: usize) -> f64 {
    index as f64
}

/// The items of a list with their indices, which its builder holds below 2^32.
pub(crate) fn indexed<T>(items: &[T]) -> impl Iterator<Item = (u32, &T)> + Clone {
    (0..).zip(items)
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case::down(2.4, 2)]
    #[case::half_to_even(2.5, 2)]
    #[case::half_to_even_up(3.5, 4)]
    #[case::below_zero(-123.6, -124)]
    #[case::too_much(1e9, i16::MAX)]
    fn the_nearest_whole_number_is_taken(#[case] value: f64, #[case] expected: i16) {
        assert_eq!(super::nearest_i16(value), expected);
    }
}
