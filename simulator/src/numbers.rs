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

/// The whole number nearest to `value` that fits, 0 for what is no number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float-to-integer cast saturates, which is what is asked for"
)]
#[inline]
pub(crate) fn round_u16(value: f64) -> u16 {
    round(value) as u16
}

/// What `libm::round` gives, of numbers within ±2^53, without a call: halves go away from zero.
#[inline]
pub(crate) fn round(value: f64) -> f64 {
    let whole = f64_of_i64(trunc_i64(value));
    let rest = value - whole;
    let away = if rest.abs() >= 0.5 { 1.0 } else { 0.0 };
    // The sign of what is rounded to zero is kept.
    (whole.abs() + away).copysign(value)
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
    #[test]
    fn rounding_is_to_the_bit_that_of_libm() {
        let halves = (-2_000..2_000).map(|halves| f64::from(halves) * 0.5);
        let near = halves.flat_map(|half| [half.next_down(), half, half.next_up()]);
        for value in near.chain([-0.0, 1e12 + 0.5, -123.456]) {
            let expected = libm::round(value);
            assert_eq!(super::round(value).to_bits(), expected.to_bits(), "{value}");
        }
    }
}
