//! Logarithms, exponentials, cosines and normals without a call: loops over arrays of them, compiled for
//! the processor at hand, do several at once. All are plain operations of IEEE 754 in a fixed order,
//! so that each comes to the same bits alone or beside others, on every processor.

#![expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]

/// Holds a small whole number in its last bits, and is that number more than 2^52.
const WHOLE_BITS: u64 = 0x4330_0000_0000_0000;
const WHOLE: f64 = 4_503_599_627_370_496.0;
/// What is within ±2^51 and added to it is rounded to a whole number, which its last bits hold.
const ROUNDED: f64 = 1.5 * WHOLE;
const LN2_HI: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
const LN2_LO: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
/// Half of the smallest step of 32 random bits, and the step.
const STEP: f64 = 1.0 / 4_294_967_296.0;

/// The inverse of the factorial of each number. Series are written out below, term by term: loops around
/// them are compiled to do several at once, but not loops around loops.
const INVERSE: [f64; 16] = {
    let mut inverse = [1.0; 16];
    let mut factorial = 1.0;
    let mut n = 1;
    while n < 16 {
        factorial *= crate::numbers::f64_of_index(n);
        inverse[n] = 1.0 / factorial;
        n += 1;
    }
    inverse
};

/// The nearest whole number of what is within ±2^51, halves to the even one.
#[inline(always)]
fn nearest(value: f64) -> f64 {
    (value + ROUNDED) - ROUNDED
}

/// The largest whole number that is not above what is within ±2^51.
#[inline(always)]
pub(crate) fn floor(value: f64) -> f64 {
    let near = nearest(value);
    if near > value { near - 1.0 } else { near }
}

/// The nearest whole number of what is within 0 to 2^32 − 1.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half holds the number"
)]
#[inline(always)]
pub(crate) fn nearest_u32(value: f64) -> u32 {
    (value + WHOLE).to_bits() as u32
}

/// The natural logarithm of a positive normal number, to the bit that of `libm`. After FreeBSD's
/// `e_log.c`, as `libm` is (Sun Microsystems, 1993).
#[expect(
    clippy::many_single_char_names,
    reason = "the names of the original, to be compared with it"
)]
#[inline(always)]
pub(crate) fn logarithm(x: f64) -> f64 {
    const LG1: f64 = f64::from_bits(0x3fe5_5555_5555_5593);
    const LG2: f64 = f64::from_bits(0x3fd9_9999_9997_fa04);
    const LG3: f64 = f64::from_bits(0x3fd2_4924_9422_9359);
    const LG4: f64 = f64::from_bits(0x3fcc_71c5_1d8e_78af);
    const LG5: f64 = f64::from_bits(0x3fc7_4664_96cb_03de);
    const LG6: f64 = f64::from_bits(0x3fc3_9a09_d078_c69f);
    const LG7: f64 = f64::from_bits(0x3fc2_f112_df3e_5244);
    let bits = x.to_bits();
    let high = (bits >> 32) + (0x3ff0_0000 - 0x3fe6_a09e);
    let dk = f64::from_bits(WHOLE_BITS | (high >> 20)) - (WHOLE + 1023.0);
    let high = (high & 0x000f_ffff) + 0x3fe6_a09e;
    let f = f64::from_bits(high << 32 | bits & 0xffff_ffff) - 1.0;
    let hfsq = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (LG2 + w * (LG4 + w * LG6));
    let t2 = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
    let r = t2 + t1;
    s * (hfsq + r) + dk * LN2_LO - hfsq + f + dk * LN2_HI
}

/// The exponential of what is between −700 and 700; its relative error is below 10⁻¹⁵. The series of
/// Taylor within half an octave, up to the thirteenth power.
#[inline(always)]
pub(crate) fn exponential(x: f64) -> f64 {
    let shifted = x * core::f64::consts::LOG2_E + ROUNDED;
    let octaves = shifted - ROUNDED;
    let r = (x - octaves * LN2_HI) - octaves * LN2_LO;
    let mut sum = INVERSE[13];
    sum = INVERSE[12] + sum * r;
    sum = INVERSE[11] + sum * r;
    sum = INVERSE[10] + sum * r;
    sum = INVERSE[9] + sum * r;
    sum = INVERSE[8] + sum * r;
    sum = INVERSE[7] + sum * r;
    sum = INVERSE[6] + sum * r;
    sum = INVERSE[5] + sum * r;
    sum = INVERSE[4] + sum * r;
    sum = INVERSE[3] + sum * r;
    sum = INVERSE[2] + sum * r;
    sum = 1.0 + sum * r;
    sum = 1.0 + sum * r;
    let scale = (shifted.to_bits() << 52).wrapping_add(1023 << 52);
    sum * f64::from_bits(scale)
}

/// The cosine of so many turns, within ±2^40; its error is below 10⁻¹¹, and the spacing of what it is asked.
#[inline(always)]
pub(crate) fn cosine_of_turns(turns: f64) -> f64 {
    sine_of_quarter(0.25 - (turns - nearest(turns)).abs())
}

/// The sine of at most a quarter of a turn either way: the series of Taylor up to the fifteenth power.
#[inline(always)]
fn sine_of_quarter(turns: f64) -> f64 {
    let angle = core::f64::consts::TAU * turns;
    let square = angle * angle;
    let mut sum = INVERSE[15];
    sum = INVERSE[13] - sum * square;
    sum = INVERSE[11] - sum * square;
    sum = INVERSE[9] - sum * square;
    sum = INVERSE[7] - sum * square;
    sum = INVERSE[5] - sum * square;
    sum = INVERSE[3] - sum * square;
    sum = 1.0 - sum * square;
    angle * sum
}

/// Two independent standard normals of two draws, after Box and Muller; at most 6.8 from 0.
#[inline(always)]
pub(crate) fn normal_pair(length: u32, angle: u32) -> [f64; 2] {
    let radius = (-2.0 * logarithm((f64::from(length) + 0.5) * STEP)).sqrt();
    let turns = f64::from(angle) * STEP - 0.5;
    let away = turns.abs();
    let cosine = sine_of_quarter(0.25 - away);
    let sine = sine_of_quarter(away.min(0.5 - away).copysign(turns));
    [radius * cosine, radius * sine]
}

#[cfg(test)]
mod tests {
    use core::f64::consts::TAU;

    use super::*;
    use crate::numbers::f64_of;
    use crate::random::{Model, Seed, unit};

    /// Every draw of one sensor's stream, and what lies at the edges.
    fn draws() -> Vec<u64> {
        let mut stream = Seed(3).stream(Model::Report, 0);
        let edges = [0, 1 << 11, u64::MAX, 1 << 63, 1 << 62, 3 << 62, 1 << 61];
        let around = |edge: u64| (-40_i64..40).map(move |by| edge.wrapping_add_signed(by << 11));
        let near: Vec<u64> = edges.into_iter().flat_map(around).collect();
        let random = (0..400_000).map(|_| stream.next_u64());
        random.chain(near).collect()
    }

    #[test]
    fn logarithms_are_to_the_bit_those_of_libm() {
        for draw in draws() {
            for x in [1.0 - unit(draw), 1.0 + 1e5 * unit(draw)] {
                if x >= f64::MIN_POSITIVE {
                    assert_eq!(logarithm(x).to_bits(), libm::log(x).to_bits(), "{x}");
                }
            }
        }
    }

    #[test]
    fn exponentials_are_within_their_bound() {
        for draw in draws() {
            for x in [-700.0 * unit(draw), 2.0 * unit(draw) - 1.0] {
                let expected = libm::exp(x);
                let off = (exponential(x) / expected - 1.0).abs();
                assert!(off < 1e-15, "{x}: {off:e}");
            }
        }
        assert_eq!(exponential(0.0).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn cosines_are_within_their_bound() {
        for draw in draws() {
            let turns = unit(draw) * f64_of(1 << (draw % 10)) - 0.75;
            let off = (cosine_of_turns(turns) - libm::cos(TAU * turns)).abs();
            assert!(off < 1e-11, "{turns}: {off:e}");
        }
    }

    #[test]
    fn whole_numbers_are_the_nearest() {
        for (value, expected) in [(0.0, 0), (0.5, 0), (1.5, 2), (4_294_967_295.2, u32::MAX)] {
            assert_eq!(nearest_u32(value), expected, "{value}");
        }
        for (value, expected) in [(-0.7, -1.0), (2.5, 2.0), (1e9 + 0.4, 1e9)] {
            assert!((nearest(value) - expected).abs() < f64::EPSILON, "{value}");
        }
        for value in [0.0, 0.5, 1.5, 2.0, 2.99, -0.2, -3.0, 1e9 + 0.6] {
            assert_eq!(
                floor(value).to_bits(),
                libm::floor(value).to_bits(),
                "{value}"
            );
        }
    }

    /// Moments up to the fourth, the tail, and that the two of a pair have nothing to do with each other.
    #[test]
    fn pairs_of_normals_are_normal_and_independent() {
        let mut stream = Seed(3).stream(Model::Report, 1);
        let halves =
            |bits: u64| [bits >> 32, bits & 0xffff_ffff].map(|half| u32::try_from(half).unwrap());
        let n = 400_000;
        let mut sums = [0.0; 5];
        let (mut product, mut beyond) = (0.0, 0);
        for _ in 0..n {
            let [length, angle] = halves(stream.next_u64());
            let [a, b] = normal_pair(length, angle);
            for z in [a, b] {
                let square = z * z;
                for (sum, term) in sums
                    .iter_mut()
                    .zip([z, square, square * z, square * square])
                {
                    *sum += term / f64_of(2 * n);
                }
                beyond += u64::from(z.abs() > 3.0);
            }
            product += a * b / f64_of(n);
            sums[4] += (a * a - 1.0) * (b * b - 1.0) / f64_of(n);
        }
        let [mean, variance, third, fourth, squares] = sums;
        // The standard errors are 0.0011, 0.0016, 0.0043 and 0.011; of both products 0.0016 and 0.0032.
        assert!(
            mean.abs() < 0.005 && (variance - 1.0).abs() < 0.007,
            "{sums:?}"
        );
        assert!(
            third.abs() < 0.018 && (fourth - 3.0).abs() < 0.045,
            "{sums:?}"
        );
        assert!(product.abs() < 0.0065 && squares.abs() < 0.013, "{product}");
        // 0.27 % of 800 000 with a standard error of 46.
        assert!(beyond.abs_diff(2160) < 190, "{beyond}");
        assert!(normal_pair(0, 0)[0].abs() < 6.8 && normal_pair(u32::MAX, 7)[0].abs() < 1e-4);
    }
}
