//! Places along the streets where something can stand: at the curb, on either side.

use twin_core::Planar;

use super::dry::DryLand;
use super::network::{Network, Spot};
use super::plane::{distance2, shifted, vector};
use super::plots::Street;

/// A place at the edge of a street.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curb {
    /// The number of its road.
    pub street: usize,
    pub spot: Spot,
    pub place: Planar,
    /// The direction of the street, a unit vector.
    pub along: Planar,
    pub is_left: bool,
}

/// How far apart the places are along a street, and how near a corner they begin.
const STEP_M: f64 = 20.0;
const CORNER_M: f64 = 6.0;
/// From the edge of a street to what stands there.
const FROM_EDGE_M: f64 = 1.5;

/// Every such place along the built streets, by commune.
pub(super) fn curbs(
    network: &Network,
    streets: &[Street],
    land: &DryLand,
    towns: usize,
) -> Vec<Vec<Curb>> {
    let mut curbs = vec![Vec::new(); towns];
    for (number, stretch) in network.stretches.iter().enumerate() {
        let street = &streets[stretch.road];
        if !street.is_built {
            continue;
        }
        let mut along_m = CORNER_M.min(stretch.length_m() / 2.0);
        while along_m < stretch.length_m() {
            let spot = Spot {
                stretch: number,
                along_m,
            };
            let along = network.heading(spot);
            for is_left in [true, false] {
                let side = if is_left { 1.0 } else { -1.0 };
                let out_m = side * (street.half_width_m + FROM_EDGE_M);
                let place = shifted(stretch.at(along_m), [-along[1], along[0]], out_m);
                if land.town_at(place) == Some(street.town) {
                    curbs[street.town].push(Curb {
                        street: stretch.road,
                        spot,
                        place,
                        along,
                        is_left,
                    });
                }
            }
            along_m += STEP_M;
        }
    }
    curbs
}

/// The `count` curbs that are nearest to `at`, in the order of their distance.
pub(super) fn nearest(curbs: &[Curb], at: Planar, count: usize) -> Vec<Curb> {
    let away = curbs.iter().map(|curb| distance2(curb.place, at));
    let mut order: Vec<(f64, usize)> = away.zip(0..).collect();
    let by_distance = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if count < order.len() {
        order.select_nth_unstable_by(count, by_distance);
        order.truncate(count);
    }
    order.sort_by(by_distance);
    order.into_iter().map(|(_, ix)| curbs[ix]).collect()
}

/// The point `away_m` from `from` in a direction, clockwise from north, in degrees.
pub(super) fn towards(from: Planar, degrees: f64, away_m: f64) -> Planar {
    let angle = degrees.to_radians();
    shifted(from, [libm::sin(angle), libm::cos(angle)], away_m)
}

/// The unit vector from `a` to `b`; east where they are the same.
pub(super) fn direction(a: Planar, b: Planar) -> Planar {
    let [dx, dy] = vector(a, b);
    let length = (dx * dx + dy * dy).sqrt();
    if length > 1e-9 {
        [dx / length, dy / length]
    } else {
        [1.0, 0.0]
    }
}
