//! The legs of a route and their steps.

use serde::Serialize;
use simulator::roads::energy::Spent;
use simulator::roads::{Leg, Maneuver, RoadMetric, Step};

use super::{Endpoint, coordinates, tenths, thousandths};
use crate::roads::vehicles::Loaded;

/// A leg. Fields and their names are those of the answer.
#[derive(Debug, Serialize)]
pub(super) struct LegAnswer {
    pub(super) duration_s: f64,
    pub(super) length_m: f64,
    climb_m: f64,
    descent_m: f64,
    energy_mj: Option<f64>,
    pub(super) from: Endpoint,
    pub(super) to: Endpoint,
    pub(super) steps: Vec<StepAnswer>,
}

/// A street of a leg.
#[derive(Debug, Serialize)]
pub(super) struct StepAnswer {
    pub(super) maneuver: &'static str,
    /// Which exit of a roundabout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exit: Option<u8>,
    pub(super) name: Option<Box<str>>,
    pub(super) number: Option<Box<str>>,
    pub(super) class: Box<str>,
    pub(super) length_m: f64,
    pub(super) duration_s: f64,
    heading_deg: f64,
    place: [f64; 2],
    /// Its first and its last point, by their places in the coordinates of the whole route.
    points: [usize; 2],
}

impl LegAnswer {
    /// A leg, whose course goes on the line of the route so far.
    pub(super) fn new(
        leg: &Leg,
        line: &mut Vec<[f64; 2]>,
        metric: &RoadMetric,
        loaded: Option<&Loaded>,
    ) -> Self {
        let begins = draw(leg, line, metric);
        let at = |ride: usize| begins.get(ride).copied().unwrap_or_default();
        let steps = leg.steps(metric).into_iter();
        let steps = steps.map(|step| {
            let points = step.rides.map(at);
            StepAnswer::new(step, points)
        });
        let [climb_m, descent_m] = leg.climb_m(metric);
        let spent =
            loaded.map(|loaded| leg.spent(metric, &loaded.vehicle, loaded.load_kg).energy_mj);
        Self {
            duration_s: leg.duration_s(),
            length_m: tenths(leg.length_m(metric)),
            climb_m: tenths(climb_m),
            descent_m: tenths(descent_m),
            energy_mj: spent.map(thousandths),
            from: Endpoint::new(&leg.from, metric),
            to: Endpoint::new(&leg.to, metric),
            steps: steps.collect(),
        }
    }
}

/// Draws a leg; where in the line each of its rides begins, and where the last one ends.
fn draw(leg: &Leg, line: &mut Vec<[f64; 2]>, metric: &RoadMetric) -> Vec<usize> {
    let mut begins = Vec::with_capacity(leg.rides.len() + 1);
    for ride in &leg.rides {
        begins.push(line.len().saturating_sub(1));
        let points = ride.path(metric).into_iter();
        line.extend(points.skip(usize::from(!line.is_empty())).map(coordinates));
    }
    begins.push(line.len().saturating_sub(1));
    begins
}

impl StepAnswer {
    fn new(step: Step, points: [usize; 2]) -> Self {
        let exit = match step.maneuver {
            Maneuver::Roundabout { exit } => Some(exit),
            _ => None,
        };
        Self {
            maneuver: step.maneuver.name(),
            exit,
            name: step.name,
            number: step.number,
            class: step.class,
            length_m: tenths(step.length_m),
            duration_s: tenths(step.duration_s),
            heading_deg: tenths(step.heading_deg) % 360.0,
            place: coordinates(step.place),
            points,
        }
    }
}

/// What all legs climb and descend.
pub(super) fn climbs(legs: &[Leg], metric: &RoadMetric) -> [f64; 2] {
    let add = |[up, down]: [f64; 2], leg: &Leg| {
        let [climb, descent] = leg.climb_m(metric);
        [up + climb, down + descent]
    };
    legs.iter().fold([0.0; 2], add)
}

/// What all legs take.
pub(super) fn spent(legs: &[Leg], metric: &RoadMetric, loaded: &Loaded) -> Spent {
    legs.iter()
        .map(|leg| leg.spent(metric, &loaded.vehicle, loaded.load_kg))
        .sum()
}
