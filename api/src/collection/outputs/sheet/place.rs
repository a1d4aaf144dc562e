//! Where on a map marks come to lie so that each can be read.

/// Something with a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    /// Where it is, in millimetres.
    pub(super) at: [f64; 2],
    /// How far its mark reaches from its middle.
    pub(super) radius: f64,
}

/// How far away from its place a mark may lie, in millimetres.
const RINGS: [f64; 8] = [4.2, 5.6, 7.2, 9.0, 11.5, 14.5, 18.0, 22.0];
/// In how many directions one is tried.
const DIRECTIONS: u32 = 16;

/// A middle for each mark, near its place, so that none covers another as far as that goes; marks
/// that lie at their places come first. `is_free` tells whether a mark with a middle and a radius
/// may lie there at all.
pub(super) fn placed(spots: &[Spot], is_free: impl Fn([f64; 2], f64) -> bool) -> Vec<[f64; 2]> {
    let mut middles: Vec<[f64; 2]> = Vec::with_capacity(spots.len());
    for spot in spots {
        let others = || middles.iter().zip(spots);
        let covers = |middle: [f64; 2]| {
            let mut others = others();
            others.any(|(&other, it)| gap(middle, other) < spot.radius + it.radius + 0.25)
        };
        let candidates = std::iter::once(spot.at).chain(around(spot.at));
        let free = candidates.filter(|&middle| is_free(middle, spot.radius) && !covers(middle));
        let best = free.map(|middle| (cost(spot, middle, spots), middle));
        let best = best.min_by(|one, other| one.0.total_cmp(&other.0));
        middles.push(best.map_or(spot.at, |(_, middle)| middle));
    }
    middles
}

fn around([x, y]: [f64; 2]) -> impl Iterator<Item = [f64; 2]> {
    let turns = (0..DIRECTIONS).map(|turn| f64::from(turn) / f64::from(DIRECTIONS));
    RINGS.into_iter().flat_map(move |ring| {
        turns.clone().map(move |turn| {
            let (sine, cosine) = (turn * std::f64::consts::TAU).sin_cos();
            [x + ring * cosine, y - ring * sine]
        })
    })
}

/// How far a mark is from its place, and what it covers of the places of others.
fn cost(spot: &Spot, middle: [f64; 2], spots: &[Spot]) -> f64 {
    let covered = spots
        .iter()
        .filter(|other| other.at != spot.at && gap(middle, other.at) < spot.radius + 0.6);
    gap(middle, spot.at) + 3.0 * covered.count() as f64
}

fn gap([ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> f64 {
    (ax - bx).hypot(ay - by)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_of_a_crowd_do_not_cover_each_other(
            places in prop::collection::vec((40.0..60.0_f64, 40.0..60.0_f64), 1..25),
        ) {
            let spots: Vec<Spot> = places
                .iter()
                .map(|&(x, y)| Spot { at: [x, y], radius: 2.1 })
                .collect();
            let middles = placed(&spots, |_, _| true);
            for (ix, &one) in middles.iter().enumerate() {
                for &other in &middles[..ix] {
                    prop_assert!(gap(one, other) >= 4.2, "{one:?} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn a_mark_alone_lies_at_its_place() {
        let spot = Spot {
            at: [10.0, 10.0],
            radius: 2.0,
        };
        assert_eq!(placed(&[spot], |_, _| true), [[10.0, 10.0]]);
    }
}
