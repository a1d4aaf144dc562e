//! What a driver is told: one step for each street, and how to turn into it.

use twin_core::{LonLat, Road};

use super::{Leg, heading_deg};
use crate::roads::cost::INFINITE;
use crate::roads::map::RoadMetric;
use crate::roads::network::reverse;

/// How one comes onto a street.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Maneuver {
    /// The route begins.
    Depart,
    /// Straight on into another street.
    Straight,
    /// Slightly to the left.
    SlightLeft,
    /// To the left.
    Left,
    /// Sharply to the left.
    SharpLeft,
    /// Slightly to the right.
    SlightRight,
    /// To the right.
    Right,
    /// Sharply to the right.
    SharpRight,
    /// Turn round.
    UTurn,
    /// Through a roundabout, out by this exit, from 1.
    Roundabout {
        /// The exit.
        exit: u8,
    },
}

impl Maneuver {
    /// Its name: `depart`, `slight-left`, `roundabout`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Depart => "depart",
            Self::Straight => "straight",
            Self::SlightLeft => "slight-left",
            Self::Left => "left",
            Self::SharpLeft => "sharp-left",
            Self::SlightRight => "slight-right",
            Self::Right => "right",
            Self::SharpRight => "sharp-right",
            Self::UTurn => "u-turn",
            Self::Roundabout { .. } => "roundabout",
        }
    }

    fn by_angle(angle_deg: f64) -> Self {
        match angle_deg {
            angle if angle < -120.0 => Self::SharpLeft,
            angle if angle < -45.0 => Self::Left,
            angle if angle < -15.0 => Self::SlightLeft,
            angle if angle <= 15.0 => Self::Straight,
            angle if angle <= 45.0 => Self::SlightRight,
            angle if angle <= 120.0 => Self::Right,
            _ => Self::SharpRight,
        }
    }
}

/// One street of a leg.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// How one comes onto it.
    pub maneuver: Maneuver,
    /// Where.
    pub place: LonLat,
    /// Where it heads first, in degrees clockwise from north.
    pub heading_deg: f64,
    /// Its name, where it has one.
    pub name: Option<Box<str>>,
    /// Its number, like `D 437`, where it has one.
    pub number: Option<Box<str>>,
    /// Its class in OpenStreetMap's words.
    pub class: Box<str>,
    /// How far one goes along it, in metres.
    pub length_m: f64,
    /// How long that takes with the turn onto it, in seconds.
    pub duration_s: f64,
    /// The first ride and the first one after the last, by their places in the leg.
    pub rides: [usize; 2],
}

impl Leg {
    /// The steps of the leg, one at least.
    pub fn steps(&self, metric: &RoadMetric) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut ring: Option<u8> = None;
        for ix in 0..self.rides.len() {
            let road = metric.map().network().road_of(self.rides[ix].edge);
            let turn = self.turn(metric, ix);
            if ix == 0 {
                ring = is_ring(road).then_some(0);
                steps.push(self.step(metric, ix, Maneuver::Depart));
                continue;
            }
            if is_ring(road) {
                let passed = ring.map_or(0, |exits| exits.saturating_add(self.exits(metric, ix)));
                ring = Some(passed);
                self.lengthen(&mut steps, metric, ix);
                continue;
            }
            let left_ring = ring.take();
            let maneuver = match left_ring {
                Some(exits) => Some(Maneuver::Roundabout {
                    exit: exits.saturating_add(1),
                }),
                None => turn,
            };
            match maneuver {
                Some(maneuver) => steps.push(self.step(metric, ix, maneuver)),
                None => self.lengthen(&mut steps, metric, ix),
            }
        }
        steps
    }

    /// How one turns onto a ride, if it is worth telling.
    fn turn(&self, metric: &RoadMetric, ix: usize) -> Option<Maneuver> {
        let before = ix.checked_sub(1).and_then(|ix| self.rides.get(ix))?;
        let network = metric.map().network();
        let (from, to) = (before.edge, self.rides[ix].edge);
        if to == reverse(from) {
            return Some(Maneuver::UTurn);
        }
        let maneuver = Maneuver::by_angle(network.angle(from, to));
        let (old, new) = (network.road_of(from), network.road_of(to));
        let is_same = is_same_street(old, new);
        let is_bend = self.choices(metric, ix) == 0 && is_same;
        (!is_bend && (!is_same || !is_ahead(maneuver))).then_some(maneuver)
    }

    /// How many other edges one could have taken instead of this ride.
    fn choices(&self, metric: &RoadMetric, ix: usize) -> usize {
        let (from, to) = (self.rides[ix - 1].edge, self.rides[ix].edge);
        let [junction, _] = metric.map().network().ends(to);
        let exits = metric.map().network().exits(junction).into_iter();
        let is_open = |edge: u32| metric.prices().edges[edge as usize] < INFINITE;
        exits
            .filter(|&edge| edge != to && edge != reverse(from) && is_open(edge))
            .count()
    }

    /// How many exits of a roundabout one passes on coming to a ride in it.
    fn exits(&self, metric: &RoadMetric, ix: usize) -> u8 {
        u8::try_from(self.choices(metric, ix)).unwrap_or(u8::MAX)
    }

    fn step(&self, metric: &RoadMetric, ix: usize, maneuver: Maneuver) -> Step {
        let ride = self.rides[ix];
        let road = metric.map().network().road_of(ride.edge);
        let path = ride.path(metric);
        let place = path.first().copied().unwrap_or(self.from.place);
        Step {
            maneuver,
            place,
            heading_deg: path.get(1).map_or(0.0, |&next| heading_deg(place, next)),
            name: road.name.clone(),
            number: road.tags.get("ref").map(Into::into),
            class: road.class.clone(),
            length_m: ride.length_m(metric),
            duration_s: ride.duration_s(),
            rides: [ix, ix + 1],
        }
    }

    fn lengthen(&self, steps: &mut [Step], metric: &RoadMetric, ix: usize) {
        if let Some(last) = steps.last_mut() {
            last.length_m += self.rides[ix].length_m(metric);
            last.duration_s += self.rides[ix].duration_s();
            last.rides[1] = ix + 1;
        }
    }
}

/// Whether a road is a roundabout.
fn is_ring(road: &Road) -> bool {
    matches!(road.tags.get("junction"), Some("roundabout" | "circular"))
}

fn is_same_street(one: &Road, other: &Road) -> bool {
    let number = |road: &Road| road.tags.get("ref").map(str::to_owned);
    match (&one.name, &other.name) {
        (Some(one), Some(other)) => one == other,
        (None, None) => {
            number(one) == number(other) && (one.class == other.class || number(one).is_some())
        }
        _ => number(one).is_some() && number(one) == number(other),
    }
}

const fn is_ahead(maneuver: Maneuver) -> bool {
    matches!(
        maneuver,
        Maneuver::Straight | Maneuver::SlightLeft | Maneuver::SlightRight
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::ahead(0.0, "straight")]
    #[case::a_little_left(-30.0, "slight-left")]
    #[case::left(-90.0, "left")]
    #[case::far_left(-150.0, "sharp-left")]
    #[case::right(90.0, "right")]
    #[case::far_right(150.0, "sharp-right")]
    fn a_turn_is_called_by_its_angle(#[case] angle_deg: f64, #[case] name: &str) {
        assert_eq!(Maneuver::by_angle(angle_deg).name(), name);
    }
}
