//! Numbers beyond what such things have. What is impossible has no type to be read into; this is
//! about what is improbable: a factor of a thousand, a unit taken for another.

use std::fmt::Display;
use std::ops::RangeInclusive;

use twin_core::{Ground, Layers, Terrain};

use super::findings::{FindingCode, Findings};
use crate::pack::Pack;

/// People in a commune; Paris has 2.1 million.
const POPULATION: RangeInclusive<f64> = 0.0..=3_000_000.0;
/// Square kilometres of a commune; Maripasoula has 18,360.
const AREA_KM2: RangeInclusive<f64> = 0.01..=20_000.0;
/// Litres of a container: from a street bin to a compactor.
const CONTAINER_L: RangeInclusive<f64> = 10.0..=40_000.0;
/// Kilograms that a container is lifted with.
const LOAD_KG: RangeInclusive<f64> = 5.0..=20_000.0;
/// Hours between two reports of a sensor.
const INTERVAL_H: RangeInclusive<f64> = 1.0 / 60.0..=168.0;
/// Litres and kilograms of a collection vehicle (44 t in all is the most that may drive).
const VEHICLE_L: RangeInclusive<f64> = 500.0..=100_000.0;
const PAYLOAD_KG: RangeInclusive<f64> = 100.0..=44_000.0;
/// Dwellings and workplaces of a building, an address, a fibre node.
const PREMISES: RangeInclusive<f64> = 0.0..=5_000.0;
const NODE_PREMISES: RangeInclusive<f64> = 0.0..=100_000.0;
/// Days that recordings may be kept: one month (Code de la sécurité intérieure, L252-5).
const RETENTION_D: RangeInclusive<f64> = 0.0..=31.0;
/// Metres and storeys of a building; the highest has 828 m.
const HEIGHT_M: RangeInclusive<f64> = 0.5..=850.0;
const LEVELS: RangeInclusive<f64> = 0.0..=170.0;
/// Metres above the sea, from the Dead Sea to Everest.
const ALTITUDE_M: RangeInclusive<f64> = -450.0..=8_900.0;

/// Looks at every number of a pack.
pub(super) fn check(pack: &Pack, findings: &mut Findings) {
    let mut ranges = Ranges { findings };
    ranges.check_communes(&pack.layers);
    ranges.check_waste(&pack.layers);
    ranges.check_networks(&pack.layers);
    ranges.check_ground(&pack.ground);
}

struct Ranges<'a> {
    findings: &'a mut Findings,
}

impl Ranges<'_> {
    fn check_communes(&mut self, layers: &Layers) {
        for commune in &layers.communes {
            let object = ("communes", &*commune.code);
            let population = commune.population.map(f64::from);
            self.expect(object, "population", population, POPULATION);
            let area = commune.area.map(|area| area.get() / 1e6);
            self.expect(object, "area in km²", area, AREA_KM2);
        }
    }

    fn check_waste(&mut self, layers: &Layers) {
        for container in &layers.containers {
            let object = ("containers", &*container.key);
            let volume = container.detail.volume.map(f64::from);
            self.expect(object, "volume_l", volume, CONTAINER_L);
            let load = container.detail.max_load.map(f64::from);
            self.expect(object, "max_load_kg", load, LOAD_KG);
        }
        for sensor in &layers.sensors {
            let hours = sensor.detail.expected_interval.as_millis() as f64 / 3.6e6;
            let object = ("sensors", &*sensor.key);
            self.expect(
                object,
                "expected interval in hours",
                Some(hours),
                INTERVAL_H,
            );
        }
        for vehicle in &layers.vehicles {
            let object = ("vehicles", &*vehicle.key);
            let volume = vehicle.detail.volume.map(f64::from);
            self.expect(object, "volume_l", volume, VEHICLE_L);
            let payload = vehicle.detail.payload.map(f64::from);
            self.expect(object, "payload_kg", payload, PAYLOAD_KG);
        }
    }

    fn check_networks(&mut self, layers: &Layers) {
        for node in &layers.fibre_nodes {
            let premises = Some(f64::from(node.detail.premises));
            self.expect(
                ("fibre_nodes", &node.key),
                "premises",
                premises,
                NODE_PREMISES,
            );
        }
        for address in &layers.addresses {
            let premises = Some(f64::from(address.detail.premises));
            self.expect(("addresses", &address.key), "premises", premises, PREMISES);
        }
        for camera in &layers.cameras {
            let days = camera.detail.retention;
            let days = days.map(|kept| kept.as_millis() as f64 / 8.64e7);
            let object = ("cameras", &*camera.key);
            self.expect(object, "retention in days", days, RETENTION_D);
        }
    }

    fn check_ground(&mut self, ground: &Ground) {
        for building in &ground.buildings {
            let object = ("buildings", &*building.key);
            let height = building.height.map(f64::from);
            self.expect(object, "height_m", height, HEIGHT_M);
            let levels = building.levels.map(f64::from);
            self.expect(object, "levels", levels, LEVELS);
        }
        for premises in &ground.premises {
            let lines = Some(f64::from(premises.lines));
            self.expect(("premises", &premises.key), "lines", lines, PREMISES);
        }
        let heights = ground.terrain.iter().flat_map(Terrain::heights_m);
        let heights = heights.map(|height| f64::from(*height));
        let far = heights.filter(|height| !ALTITUDE_M.contains(height));
        for height in far {
            self.tell("terrain.tif", "height in m", height, &ALTITUDE_M);
        }
    }

    fn expect(
        &mut self,
        (layer, key): (&str, &str),
        what: &str,
        value: Option<f64>,
        range: RangeInclusive<f64>,
    ) {
        if let Some(value) = value.filter(|value| !range.contains(value)) {
            let place = format_args!("{layer}.fgb: {key}").to_string();
            self.tell(place, what, value, &range);
        }
    }

    fn tell(&mut self, place: impl Display, what: &str, value: f64, range: &RangeInclusive<f64>) {
        let (least, most) = (range.start(), range.end());
        let message = format!("{what} is {value}, expected {least:.3} to {most}");
        self.findings.add(FindingCode::OutOfRange, place, message);
    }
}
