//! Normals and cosines side by side, bit for bit what [`Randomness::normal`](super::Randomness) and
//! `libm` give one by one: the same operations in the same order, with choices in place of branches.
//! Arguments where `libm` takes another way, a few in a million, go through `libm`.

use core::f64::consts::TAU;

use pulp::NullaryFnOnce;

use super::unit;

/// How many are made at once.
const LANES: usize = 8;

type Lanes = [f64; LANES];

/// Standard normals of two draws each, in place of those before.
pub(crate) fn normals(draws: &[[u64; 2]], made: &mut Vec<f64>) {
    made.clear();
    pulp::Arch::new().dispatch(Normals(draws, made));
}

/// The cosines of so many turns each, in place of those before.
pub(crate) fn cosines_of_turns(turns: &[f64], made: &mut Vec<f64>) {
    made.clear();
    pulp::Arch::new().dispatch(Cosines(turns, made));
}

struct Normals<'a>(&'a [[u64; 2]], &'a mut Vec<f64>);
struct Cosines<'a>(&'a [f64], &'a mut Vec<f64>);

impl NullaryFnOnce for Normals<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        let Self(draws, made) = self;
        for some in draws.chunks(LANES) {
            let (mut lengths, mut angles) = ([1.0; LANES], [0.0; LANES]);
            for ((length, angle), draw) in lengths.iter_mut().zip(&mut angles).zip(some) {
                (*length, *angle) = (1.0 - unit(draw[0]), TAU * unit(draw[1]));
            }
            let (logarithms, mut normals) = (logarithms(&lengths), cosines(&angles));
            for (normal, logarithm) in normals.iter_mut().zip(logarithms) {
                *normal *= (-2.0 * logarithm).sqrt();
            }
            made.extend_from_slice(&normals[..some.len()]);
        }
    }
}

impl NullaryFnOnce for Cosines<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        let Self(turns, made) = self;
        for some in turns.chunks(LANES) {
            let mut angles = [0.0; LANES];
            for (angle, turns) in angles.iter_mut().zip(some) {
                *angle = TAU * turns;
            }
            let cosines = far_cosines(&angles);
            made.extend_from_slice(&cosines[..some.len()]);
        }
    }
}

/// Holds a small whole number in its last bits, and is that number more than 2^52.
const WHOLE_BITS: u64 = 0x4330_0000_0000_0000;
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// What is below 2^52 as a float, exactly.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn whole(number: u64) -> f64 {
    f64::from_bits(WHOLE_BITS | number) - WHOLE
}

/// Of what is 2^-53 to 1. After FreeBSD's `e_log.c`, as `libm` is (Sun Microsystems, 1993).
#[expect(
    clippy::many_single_char_names,
    reason = "the names of the original, to be compared with it"
)]
#[inline(always)]
fn logarithms(x: &Lanes) -> Lanes {
    const LN2_HI: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
    const LN2_LO: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
    const LG1: f64 = f64::from_bits(0x3fe5_5555_5555_5593);
    const LG2: f64 = f64::from_bits(0x3fd9_9999_9997_fa04);
    const LG3: f64 = f64::from_bits(0x3fd2_4924_9422_9359);
    const LG4: f64 = f64::from_bits(0x3fcc_71c5_1d8e_78af);
    const LG5: f64 = f64::from_bits(0x3fc7_4664_96cb_03de);
    const LG6: f64 = f64::from_bits(0x3fc3_9a09_d078_c69f);
    const LG7: f64 = f64::from_bits(0x3fc2_f112_df3e_5244);
    let mut logarithms = [0.0; LANES];
    for (logarithm, x) in logarithms.iter_mut().zip(x) {
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
        *logarithm = s * (hfsq + r) + dk * LN2_LO - hfsq + f + dk * LN2_HI;
    }
    logarithms
}

const PIO2_1: f64 = f64::from_bits(0x3ff9_21fb_5440_0000);
const PIO2_1T: f64 = f64::from_bits(0x3dd0_b461_1a62_6331);

/// The high words of the quarters of a turn: so near to one, `libm` cuts the argument more finely.
const NEAR_QUARTERS: [u64; 4] = [0x3ff9_21fb, 0x4009_21fb, 0x4012_d97c, 0x4019_21fb];

/// Of what is 0 to 2π. After FreeBSD's `s_cos.c` and `e_rem_pio2.c`, as `libm` is.
#[expect(
    clippy::inline_always,
    reason = "compiled for the processor at hand with its caller"
)]
#[inline(always)]
fn cosines(x: &Lanes) -> Lanes {
    let mut cosines = [0.0; LANES];
    for (cosine, x) in cosines.iter_mut().zip(x) {
        let high = x.to_bits() >> 32;
        let quarters = u64::from(high > 0x3fe9_21fb)
            + u64::from(high > 0x4002_d97c)
            + u64::from(high > 0x400f_6a7a)
            + u64::from(high > 0x4015_fdbc);
        let z = x - whole(quarters) * PIO2_1;
        let w = whole(quarters) * PIO2_1T;
        let y0 = z - w;
        *cosine = kernel((y0, (z - y0) - w), quarters);
    }
    let is_near = |lane: usize| NEAR_QUARTERS.contains(&(x[lane].to_bits() >> 32));
    if (0..LANES).any(is_near) {
        for lane in (0..LANES).filter(|lane| is_near(*lane)) {
            cosines[lane] = libm::cos(x[lane]);
        }
    }
    cosines
}

/// Of any number. After FreeBSD's `s_cos.c` and `e_rem_pio2.c`, as `libm` is.
#[inline(always)]
fn far_cosines(x: &Lanes) -> Lanes {
    const TO_INT: f64 = 1.5 * WHOLE;
    const INV_PIO2: f64 = f64::from_bits(0x3fe4_5f30_6dc9_c883);
    /// Beyond nine quarters of half a turn `libm` reckons so, up to 2^20 quarters.
    const FAR: core::ops::Range<f64> = 7.1..1_600_000.0;
    let mut is_another_way = [false; LANES];
    let mut cosines = [0.0; LANES];
    for lane in 0..LANES {
        let shifted = x[lane] * INV_PIO2 + TO_INT;
        let quarters = shifted - TO_INT;
        let r = x[lane] - quarters * PIO2_1;
        let w = quarters * PIO2_1T;
        let y0 = r - w;
        // Where cancellation leaves less, there is a second round.
        let lost = (x[lane].to_bits() >> 52) > 16 + (y0.to_bits() >> 52 & 0x7ff);
        is_another_way[lane] = lost || !FAR.contains(&x[lane]);
        cosines[lane] = kernel((y0, (r - y0) - w), shifted.to_bits() & 3);
    }
    if is_another_way.contains(&true) {
        for lane in 0..LANES {
            if is_another_way[lane] {
                cosines[lane] = libm::cos(x[lane]);
            }
        }
    }
    cosines
}

/// The cosine of so many quarters of a turn and of `y0 + y1`, which is less than half a quarter.
#[expect(
    clippy::many_single_char_names,
    reason = "the names of the original, to be compared with it"
)]
#[inline(always)]
fn kernel((y0, y1): (f64, f64), quarters: u64) -> f64 {
    const C1: f64 = f64::from_bits(0x3fa5_5555_5555_554c);
    const C2: f64 = f64::from_bits(0xbf56_c16c_16c1_5177);
    const C3: f64 = f64::from_bits(0x3efa_01a0_19cb_1590);
    const C4: f64 = f64::from_bits(0xbe92_7e4f_809c_52ad);
    const C5: f64 = f64::from_bits(0x3e21_ee9e_bdb4_b1c4);
    const C6: f64 = f64::from_bits(0xbda8_fae9_be88_38d4);
    const S1: f64 = f64::from_bits(0xbfc5_5555_5555_5549);
    const S2: f64 = f64::from_bits(0x3f81_1111_1110_f8a6);
    const S3: f64 = f64::from_bits(0xbf2a_01a0_19c1_61d5);
    const S4: f64 = f64::from_bits(0x3ec7_1de3_57b1_fe7d);
    const S5: f64 = f64::from_bits(0xbe5a_e5e6_8a2b_9ceb);
    const S6: f64 = f64::from_bits(0x3de5_d93a_5acf_d57c);
    let z = y0 * y0;
    let w = z * z;
    let r = z * (C1 + z * (C2 + z * C3)) + w * w * (C4 + z * (C5 + z * C6));
    let hz = 0.5 * z;
    let c = 1.0 - hz;
    let cosine = c + (((1.0 - c) - hz) + (z * r - y0 * y1));
    let r = S2 + z * (S3 + z * S4) + z * w * (S5 + z * S6);
    let v = z * y0;
    let sine = y0 - ((z * (0.5 * y1 - v * r) - y1) - v * S1);
    let value = if quarters & 1 == 0 { cosine } else { sine };
    let sign = ((quarters + 1) >> 1 & 1) << 63;
    f64::from_bits(value.to_bits() ^ sign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::f64_of;
    use crate::random::{Model, Randomness, Seed};

    /// Every draw of one sensor's stream, and what lies at the edges.
    fn draws() -> Vec<[u64; 2]> {
        let mut stream = Seed(3).stream(Model::Measurement, 0);
        let edges = [0, 1 << 11, u64::MAX, 1 << 63, 1 << 62, 3 << 62, 1 << 61];
        let around = |edge: u64| (-40_i64..40).map(move |by| edge.wrapping_add_signed(by << 11));
        let near: Vec<u64> = edges.into_iter().flat_map(around).collect();
        let random = (0..400_000).map(|_| [stream.next_u64(), stream.next_u64()]);
        let at_edges = near.iter().map(|edge| [*edge, *edge]);
        random.chain(at_edges).collect()
    }

    #[test]
    fn normals_are_to_the_bit_those_of_a_stream() {
        struct Two([u64; 2]);
        impl Randomness for Two {
            fn next_u64(&mut self) -> u64 {
                self.0.swap(0, 1);
                self.0[1]
            }
        }
        let mut made = Vec::new();
        normals(&draws(), &mut made);
        for (draw, made) in draws().into_iter().zip(made) {
            let expected = Two(draw).normal();
            assert_eq!(made.to_bits(), expected.to_bits(), "{draw:?}");
        }
    }

    #[test]
    fn cosines_are_to_the_bit_those_of_libm() {
        let wide = |[a, b]: [u64; 2]| (unit(a) - 0.2) * f64_of(1 << (b % 23));
        let turns: Vec<f64> = draws().into_iter().map(wide).collect();
        let mut made = Vec::new();
        cosines_of_turns(&turns, &mut made);
        for (turns, made) in turns.into_iter().zip(made) {
            assert_eq!(made.to_bits(), libm::cos(TAU * turns).to_bits(), "{turns}");
        }
    }
}
