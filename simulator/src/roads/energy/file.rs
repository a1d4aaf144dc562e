//! The file of vehicles: its form, and the range of each figure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::vehicle::{Powertrain, VehicleEnergy};
use crate::error::{SimError, SimResult, in_range};

/// The vehicles that come with the program.
pub(super) const BUILT_IN: &str = include_str!("../../../../assets/vehicles.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VehicleFile {
    carriers: BTreeMap<String, Carrier>,
    vehicles: Vec<VehicleEntry>,
}

/// What a vehicle runs on.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Carrier {
    pub(super) powertrain: Powertrain,
    pub(super) mj_per_unit: f64,
    pub(super) co2_kg_per_unit: f64,
}

/// One vehicle as the file has it; what the figures mean is said at the head of that file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VehicleEntry {
    pub(super) name: String,
    pub(super) carrier: String,
    pub(super) kerb_kg: f64,
    pub(super) payload_kg: f64,
    pub(super) rotating_share: f64,
    pub(super) rolling_coefficient: f64,
    pub(super) drag_area_m2: f64,
    pub(super) coast_share: f64,
    pub(super) stop_s: f64,
    pub(super) wheel_efficiency: f64,
    pub(super) standing_kw: f64,
    pub(super) working_kw: f64,
    pub(super) regeneration: f64,
}

/// The vehicles of a file, in its order.
pub(super) fn parse(text: &str) -> SimResult<Vec<VehicleEnergy>> {
    let file: VehicleFile =
        toml::from_str(text).map_err(|source| SimError::UnreadableVehicles {
            source: Box::new(source),
        })?;
    for (name, carrier) in &file.carriers {
        carrier.check().map_err(|source| of(name, source))?;
    }
    let mut names = BTreeSet::new();
    let mut vehicles = Vec::new();
    for entry in file.vehicles {
        if !names.insert(entry.name.clone()) {
            return Err(SimError::DuplicateVehicle { name: entry.name });
        }
        vehicles.push(entry.vehicle(&file.carriers)?);
    }
    Ok(vehicles)
}

fn of(name: &str, source: SimError) -> SimError {
    SimError::InvalidVehicle {
        name: name.to_owned(),
        source: Box::new(source),
    }
}

impl Carrier {
    fn check(&self) -> SimResult<()> {
        let (range, expected) = match self.powertrain {
            Powertrain::Electric => ((3.6, 3.6), "3.6, what a kilowatt-hour is"),
            Powertrain::Diesel | Powertrain::Cng => ((1.0, 200.0), "1 to 200"),
        };
        in_range("mj_per_unit", self.mj_per_unit, range, expected)?;
        let co2 = self.co2_kg_per_unit;
        in_range("co2_kg_per_unit", co2, (0.0, 100.0), "0 to 100")
    }
}

impl VehicleEntry {
    fn vehicle(self, carriers: &BTreeMap<String, Carrier>) -> SimResult<VehicleEnergy> {
        let Some(carrier) = carriers.get(&self.carrier) else {
            return Err(SimError::UnknownCarrier {
                vehicle: self.name,
                carrier: self.carrier,
            });
        };
        self.check(carrier.powertrain)
            .map_err(|source| of(&self.name, source))?;
        Ok(VehicleEnergy::new(self, *carrier))
    }

    fn check(&self, powertrain: Powertrain) -> SimResult<()> {
        in_range("kerb_kg", self.kerb_kg, (100.0, 1e5), "100 to 100000")?;
        in_range("payload_kg", self.payload_kg, (0.0, 1e5), "0 to 100000")?;
        in_range("drag_area_m2", self.drag_area_m2, (0.0, 50.0), "0 to 50")?;
        in_range("stop_s", self.stop_s, (0.0, 3600.0), "0 to 3600")?;
        in_range("standing_kw", self.standing_kw, (0.0, 1e3), "0 to 1000")?;
        in_range("working_kw", self.working_kw, (0.0, 1e3), "0 to 1000")?;
        in_range(
            "rolling_coefficient",
            self.rolling_coefficient,
            (1e-4, 0.5),
            "0.0001 to 0.5",
        )?;
        in_range("rotating_share", self.rotating_share, (0.0, 1.0), "0 to 1")?;
        in_range("coast_share", self.coast_share, (0.0, 1.0), "0 to 1")?;
        in_range(
            "wheel_efficiency",
            self.wheel_efficiency,
            (0.01, 1.0),
            "0.01 to 1",
        )?;
        self.check_regeneration(powertrain)
    }

    /// More than the whole way back and forth gives would be a perpetual motion.
    fn check_regeneration(&self, powertrain: Powertrain) -> SimResult<()> {
        let (range, expected) = match powertrain {
            Powertrain::Electric => ((0.0, 1.0), "0 to 1"),
            Powertrain::Diesel | Powertrain::Cng => ((0.0, 0.0), "0 without a battery"),
        };
        in_range("regeneration", self.regeneration, range, expected)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::negative_mass("kerb_kg = 14500.0", "kerb_kg = -1.0", "kerb_kg is -1")]
    #[case::no_number("drag_area_m2 = 6.3", "drag_area_m2 = nan", "drag_area_m2 is NaN")]
    #[case::infinite("stop_s = 12.0", "stop_s = inf", "stop_s is inf")]
    #[case::perpetual("wheel_efficiency = 0.387", "wheel_efficiency = 1.2", "is 1.2")]
    #[case::diesel_that_regenerates("regeneration = 0.0", "regeneration = 0.5", "is 0.5")]
    #[case::kilowatt_hour("mj_per_unit = 3.6", "mj_per_unit = 3.7", "is 3.7")]
    #[case::dirty_carrier("co2_kg_per_unit = 3.1", "co2_kg_per_unit = -3.1", "is -3.1")]
    fn a_figure_that_cannot_be_is_named(
        #[case] right: &str,
        #[case] wrong: &str,
        #[case] said: &str,
    ) {
        let refused = parse(&BUILT_IN.replacen(right, wrong, 1)).unwrap_err();
        let SimError::InvalidVehicle { source, .. } = refused else {
            panic!("{refused}");
        };
        assert!(source.to_string().contains(said), "{source}");
    }

    #[test]
    fn two_vehicles_of_one_name_are_refused() {
        let text = BUILT_IN.replace("car-electric", "car-diesel");
        let refused = parse(&text).unwrap_err().to_string();
        assert_eq!(refused, "the file describes vehicle car-diesel twice");
    }

    #[test]
    fn a_carrier_that_is_not_described_is_refused() {
        let text = BUILT_IN.replace("carrier = \"biomethane\"", "carrier = \"hydrogen\"");
        let refused = parse(&text).unwrap_err().to_string();
        assert!(refused.ends_with("runs on hydrogen, which the file does not describe"));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::no_toml("[[vehicles")]
    #[case::unknown_field("colour = 1\n")]
    fn what_is_no_file_of_vehicles_is_refused(#[case] text: &str) {
        assert!(matches!(
            parse(text),
            Err(SimError::UnreadableVehicles { .. })
        ));
    }

    proptest! {
        #[test]
        fn a_cut_or_bitten_file_never_panics(at in 0..BUILT_IN.len(), with in "\\PC{0,8}") {
            let at = BUILT_IN.floor_char_boundary(at);
            let _ = parse(&BUILT_IN[..at]);
            let _ = parse(&format!("{}{with}{}", &BUILT_IN[..at], &BUILT_IN[at..]));
        }
    }
}
