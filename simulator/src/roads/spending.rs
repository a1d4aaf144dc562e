//! What a leg of a route takes in energy.

use petgraph::graph::NodeIndex;

use super::energy::{Spent, Stretch, VehicleEnergy};
use super::map::RoadMetric;
use super::network::reverse;
use super::prices::TENTHS_PER_S;
use super::route::{Leg, Ride};
use super::rules::{Along, Control, control};

/// A turn of more degrees than this is taken at about half the speed.
const SHARP_DEG: f64 = 60.0;

impl Leg {
    /// What a vehicle with so many kilograms of load spends on the leg.
    ///
    /// It drives each road at the mean speed of its rides there, on the slopes of their segments,
    /// and comes to a stand at the end of the leg. On the way it stops at every stop sign and to
    /// turn round, at every second signal, and slows down to half of its speed for sharp turns,
    /// which counts as three quarters of a stop; to give way counts as half of one. The shares are
    /// assumptions.
    pub fn spent(&self, metric: &RoadMetric, vehicle: &VehicleEnergy, load_kg: f64) -> Spent {
        let stretches = self.stretches(metric).into_iter();
        stretches
            .map(|stretch| vehicle.drive(&stretch, load_kg))
            .sum()
    }

    fn stretches(&self, metric: &RoadMetric) -> Vec<Stretch> {
        let road = |ride: &Ride| metric.map().network().segment_of(ride.edge).road;
        let mut stretches = Vec::new();
        let mut next = 0;
        for run in self.rides.chunk_by(|one, other| road(one) == road(other)) {
            let speed_kmh = speed_kmh(metric, run);
            for ride in run {
                next += 1;
                let stops = self
                    .rides
                    .get(next)
                    .map_or(1.0, |after| expected_stops(metric, [ride.edge, after.edge]));
                stretches.extend(slopes(metric, ride, speed_kmh));
                stretches.push(Stretch {
                    length_m: 0.0,
                    speed_kmh,
                    grade: 0.0,
                    stops,
                });
            }
        }
        stretches
    }
}

/// The mean speed of some rides. Costs are whole tenths of a second: a short ride alone would tell
/// little of it.
fn speed_kmh(metric: &RoadMetric, rides: &[Ride]) -> f64 {
    let whole = |ride: &Ride| {
        let length_m = metric.map().network().segment_of(ride.edge).length_m;
        let seconds = f64::from(metric.prices().edges[ride.edge as usize]) / TENTHS_PER_S;
        (length_m, seconds)
    };
    let add =
        |(metres, seconds): (f64, f64), (length_m, drive_s)| (metres + length_m, seconds + drive_s);
    let (length_m, drive_s) = rides.iter().map(whole).fold((0.0, 0.0), add);
    // An edge costs a tenth of a second at least.
    3.6 * length_m / drive_s
}

/// The parts of a ride that climb, descend and are flat: those of its segment in proportion.
fn slopes(metric: &RoadMetric, ride: &Ride, speed_kmh: f64) -> impl Iterator<Item = Stretch> {
    let segment = metric.map().network().segment_of(ride.edge);
    let slope = if ride.edge & 1 == 0 {
        segment.slope
    } else {
        segment.slope.reversed()
    };
    let share = ride.end - ride.begin;
    let parts = slope.parts(segment.length_m).into_iter();
    parts.map(move |(length_m, grade)| Stretch {
        length_m: length_m * share,
        speed_kmh,
        grade,
        stops: 0.0,
    })
}

/// How often one comes to a stand between two edges.
fn expected_stops(metric: &RoadMetric, [from, to]: [u32; 2]) -> f64 {
    if to == reverse(from) {
        return 1.0;
    }
    let network = metric.map().network();
    let [junction, _] = network.ends(to);
    let along = if from & 1 == 0 {
        Along::Forward
    } else {
        Along::Backward
    };
    let sign = network
        .graph()
        .node_weight(NodeIndex::new(junction as usize))
        .map_or(Control::None, |junction| {
            let (sign, side) = control(&junction.tags);
            match side {
                Some(side) if side != along => Control::None,
                _ => sign,
            }
        });
    let by_sign: f64 = match sign {
        Control::Stop => 1.0,
        Control::Signals | Control::GiveWay => 0.5,
        Control::None => 0.0,
    };
    let by_turn: f64 = if network.angle(from, to).abs() > SHARP_DEG {
        0.75
    } else {
        0.0
    };
    by_sign.max(by_turn)
}
