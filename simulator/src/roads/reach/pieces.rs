//! Straight pieces of street, and the discs along them that make up what is reached in time.

use geo_types::Coord;

use super::ReachedStretch;
use super::frame::LocalFrame;

/// A straight piece of street along which a value changes linearly: a time, or the radius of a disc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) from: Coord,
    pub(super) to: Coord,
    /// The value at `from` and at `to`: seconds, or metres.
    pub(super) values: [f64; 2],
}

/// How one leaves the street.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    pub(super) speed_mps: f64,
    pub(super) longest_m: f64,
    /// How far one comes anyway.
    pub(super) shortest_m: f64,
}

/// The pieces of a stretch, with their times in seconds.
pub(super) fn along(stretch: &ReachedStretch<'_>, frame: &LocalFrame) -> Vec<Piece> {
    let points: Vec<Coord> = stretch
        .path
        .iter()
        .map(|place| frame.metres_of((*place).into()))
        .collect();
    let length_m: f64 = points.windows(2).map(|leg| distance(leg[0], leg[1])).sum();
    if length_m <= 0.0 {
        let time_s = stretch.start_s.min(stretch.end_s);
        let here = points.first().map(|point| Piece {
            from: *point,
            to: *point,
            values: [time_s; 2],
        });
        return here.into_iter().collect();
    }
    let pace = (stretch.end_s - stretch.start_s) / length_m;
    let mut passed_m = 0.0;
    let legs = points.windows(2).map(|leg| {
        let start_m = passed_m;
        passed_m += distance(leg[0], leg[1]);
        Piece {
            from: leg[0],
            to: leg[1],
            values: [start_m, passed_m].map(|at_m| stretch.start_s + pace * at_m),
        }
    });
    legs.collect()
}

impl Piece {
    pub(super) fn length_m(&self) -> f64 {
        distance(self.from, self.to)
    }

    /// The point at a share of its length.
    pub(super) fn at(&self, share: f64) -> Coord {
        Coord {
            x: self.from.x + share * (self.to.x - self.from.x),
            y: self.from.y + share * (self.to.y - self.from.y),
        }
    }

    /// The part whose value is at most `limit`; `None` where there is none.
    pub(super) fn until(&self, limit: f64) -> Option<Self> {
        let [start, end] = self.values;
        let share = ((limit - start) / (end - start)).clamp(0.0, 1.0);
        match (start <= limit, end <= limit) {
            (true, true) => Some(*self),
            (true, false) => Some(self.part([0.0, share])),
            (false, true) => Some(self.part([share, 1.0])),
            (false, false) => None,
        }
    }

    fn part(&self, [start, end]: [f64; 2]) -> Self {
        let value = |share: f64| self.values[0] + share * (self.values[1] - self.values[0]);
        Self {
            from: self.at(start),
            to: self.at(end),
            values: [value(start), value(end)],
        }
    }

    /// With radii as values: how far `place` lies outside of the nearest disc; negative inside.
    ///
    /// With the radius growing by *k* per metre and the street at distance *h*, the nearest disc is
    /// that around the point `h · k / √(1 − k²)` beyond the foot of the perpendicular; with *k* of 1
    /// and more the largest disc holds all others.
    pub(super) fn outside_m(&self, place: Coord) -> f64 {
        let [start_r, end_r] = self.values;
        let length_m = self.length_m();
        if length_m <= 0.0 {
            return distance(self.from, place) - start_r.max(end_r);
        }
        let unit = Coord {
            x: (self.to.x - self.from.x) / length_m,
            y: (self.to.y - self.from.y) / length_m,
        };
        let apart = place - self.from;
        let foot_m = apart.x * unit.x + apart.y * unit.y;
        let height_m = apart.x * unit.y - apart.y * unit.x;
        let growth = (end_r - start_r) / length_m;
        let ahead_m = if growth.abs() < 1.0 {
            height_m.abs() * growth / (1.0 - growth * growth).sqrt()
        } else {
            growth * f64::MAX
        };
        let along_m = (foot_m + ahead_m).clamp(0.0, length_m);
        let (dx, dy) = (along_m - foot_m, height_m);
        (dx * dx + dy * dy).sqrt() - (start_r + growth * along_m)
    }
}

impl Walk {
    /// The same, but at least `least_m` far.
    pub(super) const fn at_least(self, least_m: f64) -> Self {
        Self {
            speed_mps: self.speed_mps,
            longest_m: self.longest_m.max(least_m),
            shortest_m: least_m,
        }
    }

    /// How far one comes with so many seconds left.
    fn radius_m(&self, left_s: f64) -> f64 {
        (self.speed_mps * left_s).clamp(self.shortest_m, self.longest_m)
    }

    /// The largest radius of all.
    pub(super) fn farthest_m(&self, timed: &[Piece], limit_s: f64) -> f64 {
        let times = timed.iter().flat_map(|piece| piece.values);
        times.fold(0.0, |far, time_s| self.radius_m(limit_s - time_s).max(far))
    }

    /// What `timed` pieces are at a limit, with the radius of a disc around each of their points: cut
    /// where the radius stops to grow linearly.
    pub(super) fn discs(&self, timed: &[Piece], limit_s: f64) -> Vec<Piece> {
        let mut discs = Vec::with_capacity(timed.len());
        for piece in timed.iter().filter_map(|piece| piece.until(limit_s)) {
            let shares = self.bends(&piece, limit_s);
            for pair in shares.windows(2).filter(|pair| pair[0] < pair[1]) {
                discs.push(self.disc(&piece, [pair[0], pair[1]], limit_s));
            }
        }
        discs
    }

    fn disc(&self, piece: &Piece, shares: [f64; 2], limit_s: f64) -> Piece {
        let mut disc = piece.part(shares);
        disc.values = disc.values.map(|time_s| self.radius_m(limit_s - time_s));
        disc
    }

    /// The shares of a piece's length between which the radius is linear, ascending from 0 to 1.
    fn bends(&self, piece: &Piece, limit_s: f64) -> [f64; 4] {
        let [start_s, end_s] = piece.values;
        let share = |radius_m: f64| {
            let time_s = limit_s - radius_m / self.speed_mps;
            let share = (time_s - start_s) / (end_s - start_s);
            if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        let (a, b) = (share(self.shortest_m), share(self.longest_m));
        [0.0, a.min(b), a.max(b), 1.0]
    }
}

pub(super) fn distance(a: Coord, b: Coord) -> f64 {
    let (dx, dy) = (a.x - b.x, a.y - b.y);
    (dx * dx + dy * dy).sqrt()
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;
    use proptest::prelude::*;

    use super::*;

    const WALK: Walk = Walk {
        speed_mps: 1.0,
        longest_m: 50.0,
        shortest_m: 5.0,
    };

    fn street(length_m: f64, values: [f64; 2]) -> Piece {
        Piece {
            from: Coord { x: 0.0, y: 0.0 },
            to: Coord {
                x: length_m,
                y: 0.0,
            },
            values,
        }
    }

    #[test]
    fn radii_are_linear_between_their_bends() {
        let discs = WALK.discs(&[street(200.0, [0.0, 100.0])], 100.0);
        let ends: Vec<_> = discs.iter().map(|disc| (disc.to.x, disc.values)).collect();
        assert_eq!(
            ends,
            [
                (100.0, [50.0, 50.0]),
                (190.0, [50.0, 5.0]),
                (200.0, [5.0, 5.0])
            ]
        );
    }

    #[test]
    fn what_is_reached_too_late_is_cut_off() {
        let piece = street(100.0, [100.0, 0.0]);
        assert_eq!(piece.until(40.0).unwrap().from.x, 60.0);
        assert_eq!(piece.until(100.0), Some(piece));
        assert_eq!(street(100.0, [1.0, 2.0]).until(0.5), None);
    }

    proptest! {
        /// Against a search along the piece in a thousand steps.
        #[test]
        fn the_nearest_disc_is_the_nearest(
            length_m in 0.0..300.0, start_r in 0.0..80.0, end_r in 0.0..80.0,
            x in -200.0..500.0, y in -200.0..200.0,
        ) {
            let piece = street(length_m, [start_r, end_r]);
            let place = Coord { x, y };
            let searched = (0..=1000).map(|step| {
                let share = f64::from(step) / 1000.0;
                distance(piece.at(share), place) - (start_r + share * (end_r - start_r))
            });
            let least = searched.fold(f64::MAX, f64::min);
            let found = piece.outside_m(place);
            if length_m > 0.0 {
                prop_assert!(found <= least + 1e-9);
                prop_assert!(found >= least - 0.4);
            }
        }
    }

    #[test]
    fn a_place_is_a_disc() {
        let here = street(0.0, [20.0, 20.0]);
        let place = Coord { x: 30.0, y: 40.0 };
        assert_abs_diff_eq!(here.outside_m(place), 30.0, epsilon = 1e-12);
    }
}
