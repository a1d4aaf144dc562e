//! Which vehicle drives, and what it carries.

use simulator::roads::Profile;
use simulator::roads::energy::{Powertrain, VehicleEnergy};

use crate::error::{ApiError, ApiResult};

/// A vehicle with its load.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    /// The vehicle.
    pub(crate) vehicle: VehicleEnergy,
    /// What it carries, in kilograms.
    pub(crate) load_kg: f64,
}

/// The vehicle of each profile whose name is given instead of a vehicle's.
const USUAL: [(&str, &str); 3] = [
    ("car", "car-diesel"),
    ("truck-26t", "crane-truck-26t-diesel"),
    ("light-3.5t", "light-3.5t-diesel"),
];

/// The vehicle of that name, else the usual one of the profile; `None` where that has none: on foot,
/// and for a profile of one's own.
///
/// # Errors
/// [`ApiError::UnknownVehicle`], and a load that no truck carries.
pub(crate) fn loaded(
    name: Option<&str>,
    load_kg: Option<f64>,
    profile: &Profile,
) -> ApiResult<Option<Loaded>> {
    let load_kg = load_kg.unwrap_or(0.0);
    if !(0.0..=50_000.0).contains(&load_kg) {
        return Err(ApiError::InvalidOption {
            option: "the load",
            value: load_kg.to_string().into(),
            expected: "0 to 50000 kg",
        });
    }
    let usual = USUAL.iter().find(|(other, _)| *other == profile.name());
    let Some(name) = name.or(usual.map(|(_, vehicle)| *vehicle)) else {
        return Ok(None);
    };
    let vehicle = VehicleEnergy::built_in(name);
    let vehicle = vehicle.ok_or_else(|| ApiError::UnknownVehicle { name: name.into() })?;
    Ok(Some(Loaded { vehicle, load_kg }))
}

/// The unit in which a vehicle's fuel is bought.
pub(super) const fn unit(powertrain: Powertrain) -> &'static str {
    match powertrain {
        Powertrain::Cng => "kg",
        Powertrain::Electric => "kWh",
        _ => "L",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_vehicle_is_there() {
        for (profile, vehicle) in USUAL {
            assert!(Profile::BUILT_IN.contains(&profile), "{profile}");
            assert!(VehicleEnergy::built_in(vehicle).is_some(), "{vehicle}");
        }
    }

    #[rstest::rstest]
    #[case::usual(None, None, true)]
    #[case::named(Some("rear-loader-26t-electric"), Some(9_000.0), true)]
    #[case::unknown(Some("hovercraft"), None, false)]
    #[case::less_than_nothing(None, Some(-1.0), false)]
    #[case::no_number(None, Some(f64::NAN), false)]
    fn a_vehicle_is_known_and_carries_what_it_can(
        #[case] name: Option<&str>,
        #[case] load_kg: Option<f64>,
        #[case] is_used: bool,
    ) {
        let car = Profile::built_in("car").unwrap();
        assert_eq!(loaded(name, load_kg, &car).is_ok(), is_used);
    }
}
