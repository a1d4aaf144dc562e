//! Fields of a payload by their place.

/// The two bytes at `offset`, the more significant one first; 0 where they are not there.
pub(super) fn be_u16(bytes: &[u8], offset: usize) -> u16 {
    match bytes.get(offset..) {
        Some(&[high, low, ..]) => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

/// The same, read as a signed number.
pub(super) fn be_i16(bytes: &[u8], offset: usize) -> i16 {
    be_u16(bytes, offset).cast_signed()
}

/// The number of up to four bytes, the most significant one first.
pub(super) fn be_number(bytes: &[u8]) -> u32 {
    let last_four = bytes.iter().rev().take(4).rev();
    last_four.fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// `raw` of `bits` bits as a signed number in two's complement.
pub(super) fn signed(raw: u32, bits: u32) -> i64 {
    let raw = i64::from(raw);
    if bits > 0 && raw >> (bits - 1) & 1 == 1 {
        raw - (1 << bits)
    } else {
        raw
    }
}

/// A quantity in steps of the format, as near as it comes.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it saturates, and quantities of a reading are far below"
)]
pub(super) fn steps_i16(value: f64) -> i16 {
    value.round() as i16
}

/// A charge in percent.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a fraction is 0 to 100 percent"
)]
pub(super) fn percent(fraction: twin_core::Fraction) -> u8 {
    (fraction.get() * 100.0).round() as u8
}
