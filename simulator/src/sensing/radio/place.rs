//! Where gateways stand, where nobody tells: a synthetic placement that follows from the sensors.

use serde::{Deserialize, Serialize};
use twin_core::LonLat;

/// How many gateways a territory gets that names none \[K-low\].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayPlan {
    /// No more than these.
    pub at_most: u16,
    /// No more once every sensor has one within so many metres.
    pub within_m: f64,
}

impl Default for GatewayPlan {
    fn default() -> Self {
        Self {
            at_most: 40,
            within_m: 3_000.0,
        }
    }
}

impl GatewayPlan {
    /// Greedy k-centres of the sensors' places: the first gateway at the place nearest to their
    /// mean, each next one at the place that is furthest from all before. Synthetic: no operator's
    /// network looks like this. The same places in the same order give the same gateways.
    pub fn place(&self, sensors: &[LonLat]) -> Vec<LonLat> {
        let mut gateways = Vec::new();
        let Some(mut next) = most_central(sensors) else {
            return gateways;
        };
        let mut away = vec![f64::INFINITY; sensors.len()];
        while gateways.len() < usize::from(self.at_most) {
            gateways.push(next);
            for (away, sensor) in away.iter_mut().zip(sensors) {
                *away = away.min(metres(*sensor, next));
            }
            let furthest = sensors.iter().zip(&away).max_by(|a, b| a.1.total_cmp(b.1));
            match furthest {
                Some((sensor, away)) if *away > self.within_m => next = *sensor,
                _ => break,
            }
        }
        gateways
    }
}

fn most_central(places: &[LonLat]) -> Option<LonLat> {
    let count = crate::numbers::f64_of_index(places.len());
    let mean = |of: fn(LonLat) -> f64| places.iter().map(|place| of(*place)).sum::<f64>() / count;
    let centre = LonLat::new(mean(LonLat::lon), mean(LonLat::lat)).ok()?;
    places
        .iter()
        .copied()
        .min_by(|a, b| metres(*a, centre).total_cmp(&metres(*b, centre)))
}

/// The distance in metres on a sphere that fits France, within 0.5 % up to 100 km: a loss over
/// distance is not known so well, and it is the same on every platform.
pub(super) fn metres(a: LonLat, b: LonLat) -> f64 {
    const METRES_PER_DEGREE: f64 = 111_200.0;
    let middle = f64::midpoint(a.lat(), b.lat()) * core::f64::consts::PI / 180.0;
    let east = (a.lon() - b.lon()) * libm::cos(middle);
    METRES_PER_DEGREE * libm::hypot(east, a.lat() - b.lat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(side: u32) -> Vec<LonLat> {
        let at = |i: u32| f64::from(i) * 0.02;
        (0..side * side)
            .map(|i| LonLat::new(6.7 + at(i % side), 47.4 + at(i / side)).unwrap())
            .collect()
    }

    #[test]
    fn distances_are_those_of_the_ellipsoid_within_half_a_percent() {
        let valentigney = LonLat::new(6.83, 47.46).unwrap();
        for (lon, lat) in [(6.83, 47.56), (7.03, 47.46), (6.60, 47.30)] {
            let other = LonLat::new(lon, lat).unwrap();
            let geodesic = valentigney.distance(other).get();
            let ours = metres(valentigney, other);
            assert!(
                (ours / geodesic - 1.0).abs() < 0.005,
                "{ours} and {geodesic}"
            );
        }
    }

    #[test]
    fn every_sensor_has_a_gateway_within_the_distance_asked_for() {
        let sensors = grid(12);
        let gateways = GatewayPlan::default().place(&sensors);
        for sensor in &sensors {
            let nearest = gateways
                .iter()
                .map(|g| metres(*g, *sensor))
                .fold(f64::INFINITY, f64::min);
            assert!(nearest <= 3_000.0, "{nearest}");
        }
        assert!(gateways.len() < sensors.len() / 2, "{}", gateways.len());
    }

    #[test]
    fn there_are_never_more_than_asked_for_and_none_without_sensors() {
        let plan = GatewayPlan {
            at_most: 3,
            within_m: 1.0,
        };
        assert_eq!(plan.place(&grid(5)).len(), 3);
        assert_eq!(plan.place(&[]), []);
    }
}
