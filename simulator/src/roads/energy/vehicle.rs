//! One vehicle, and what it needs for a stretch of road.

use serde::Deserialize;

use super::file::{self, Carrier, VehicleEntry};
use super::spent::{Fuel, Spent};
use crate::error::SimResult;

/// Standard gravity, in m/s² (CGPM 1901).
const GRAVITY: f64 = 9.806_65;
/// Density of air at 20 °C and 300 m above the sea, in kg/m³ (ICAO standard pressure, ideal gas).
const AIR_KG_M3: f64 = 1.16;

/// How a vehicle turns what it carries into motion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Powertrain {
    /// Diesel engine; fuel in litres.
    Diesel,
    /// Engine on compressed gas, fossil or not; fuel in kilograms.
    Cng,
    /// Battery and motor; in kilowatt-hours at the battery.
    Electric,
}

/// A stretch of road that is driven at one speed.
///
/// Everything is proportional to `length_m` and `stops`: two halves cost what the whole costs.
/// Values that cannot be are taken as the nearest that can: lengths and stops from 0, speeds from 1
/// to 300 km/h, grades from −0.5 to 0.5.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Length on the map, in metres.
    pub length_m: f64,
    /// Speed between stops, in km/h.
    pub speed_kmh: f64,
    /// Rise over length: positive uphill, 0.05 is 5 %.
    pub grade: f64,
    /// How often the vehicle comes from this speed to a stand and back; an expectation, so it may be
    /// a fraction. A turn that halves the speed takes three quarters of the energy of a stop.
    pub stops: f64,
}

/// What one vehicle needs to move, from figures that were checked.
///
/// Wheel work is that of rolling resistance, air drag, climb and of each start, by the textbook
/// equation of longitudinal motion. Final energy follows it along a straight line (Willans):
/// work divided by a constant efficiency, and a constant power for as long as the vehicle is on.
/// Braking on the way down or before a stop gives back a share of the work, where there is a battery.
///
/// An engine that is dragged downhill is taken to burn what it does when idling, although many cut
/// the fuel then: a descent costs rather too much.
#[derive(Clone, Debug, PartialEq)]
pub struct VehicleEnergy {
    figures: VehicleEntry,
    carrier: Carrier,
}

impl VehicleEnergy {
    pub(super) const fn new(figures: VehicleEntry, carrier: Carrier) -> Self {
        Self { figures, carrier }
    }

    /// Reads a file of the form of `assets/vehicles.toml`, in its order. Refuses figures outside of
    /// what can be, unknown fields, names that come twice.
    pub fn parse_all(text: &str) -> SimResult<Vec<Self>> {
        file::parse(text)
    }

    /// The vehicle of that name in `assets/vehicles.toml`.
    ///
    /// ```
    /// use simulator::roads::energy::{Stretch, VehicleEnergy};
    ///
    /// let truck = VehicleEnergy::built_in("crane-truck-26t-diesel").unwrap();
    /// let hill = Stretch { length_m: 500.0, speed_kmh: 30.0, grade: 0.06, stops: 0.5 };
    /// let spent = truck.drive(&hill, 4_000.0);
    /// assert!(spent.fuel.diesel_l > 0.4 && spent.fuel.diesel_l < 0.7);
    /// ```
    pub fn built_in(name: &str) -> Option<Self> {
        let all = Self::parse_all(file::BUILT_IN).ok()?;
        all.into_iter().find(|vehicle| vehicle.name() == name)
    }

    /// The names of the vehicles of `assets/vehicles.toml`, in its order.
    pub fn names() -> Vec<String> {
        let all = Self::parse_all(file::BUILT_IN).unwrap_or_default();
        all.into_iter()
            .map(|vehicle| vehicle.figures.name)
            .collect()
    }

    /// What the file calls it.
    pub fn name(&self) -> &str {
        &self.figures.name
    }

    /// How it moves.
    pub const fn powertrain(&self) -> Powertrain {
        self.carrier.powertrain
    }

    /// Mass without load, in kilograms.
    pub const fn kerb_kg(&self) -> f64 {
        self.figures.kerb_kg
    }

    /// The most it may load, in kilograms.
    pub const fn payload_kg(&self) -> f64 {
        self.figures.payload_kg
    }

    /// What it spends on `stretch` with a load of `load_kg` (from 0 to 200,000; it is not held
    /// against the payload).
    pub fn drive(&self, stretch: &Stretch, load_kg: f64) -> Spent {
        let drive = Drive::new(stretch);
        let work = self.wheel_work(&drive, self.figures.kerb_kg + bounded(load_kg, (0.0, 2e5)));
        let moved_j = work.driven_j / self.figures.wheel_efficiency;
        let returned_j = work.braked_j * self.figures.regeneration;
        let on_s = drive.length_m / drive.speed_mps + drive.stops * self.figures.stop_s;
        self.spent(moved_j - returned_j + self.figures.standing_kw * 1e3 * on_s)
    }

    /// What it spends while it stands for `duration_s` seconds and its crane or press works.
    pub fn work(&self, duration_s: f64) -> Spent {
        self.spent(self.figures.working_kw * 1e3 * bounded(duration_s, (0.0, 1e9)))
    }

    /// Whoever starts and ends at the same speed has `driven − braked = resisted`. A descent drives
    /// first what has to be driven; only the rest is braked.
    fn wheel_work(&self, drive: &Drive, mass_kg: f64) -> WheelWork {
        let figures = &self.figures;
        let speed2 = drive.speed_mps * drive.speed_mps;
        let weight_n = mass_kg * GRAVITY;
        let drag_n = 0.5 * AIR_KG_M3 * figures.drag_area_m2 * speed2;
        let force_n = weight_n * (figures.rolling_coefficient + drive.grade) + drag_n;
        let resisted_j = force_n * drive.length_m;
        let motion_j = 0.5 * mass_kg * (1.0 + figures.rotating_share) * speed2;
        let started_j = drive.stops * motion_j * (1.0 - figures.coast_share);
        let driven_j = (resisted_j + started_j).max(0.0);
        WheelWork {
            driven_j,
            braked_j: started_j.max(-resisted_j),
        }
    }

    fn spent(&self, energy_j: f64) -> Spent {
        let energy_mj = energy_j * 1e-6;
        let units = energy_mj / self.carrier.mj_per_unit;
        let mut fuel = Fuel::default();
        match self.carrier.powertrain {
            Powertrain::Diesel => fuel.diesel_l = units,
            Powertrain::Cng => fuel.gas_kg = units,
            Powertrain::Electric => fuel.electricity_kwh = units,
        }
        Spent {
            energy_mj,
            fuel,
            co2_kg: units * self.carrier.co2_kg_per_unit,
        }
    }
}

/// A stretch in SI units, with values that can be. Its length is that on the map, so that weight
/// times grade times length is the work of the climb, and rolling resistance needs no cosine.
struct Drive {
    length_m: f64,
    speed_mps: f64,
    grade: f64,
    stops: f64,
}

impl Drive {
    fn new(stretch: &Stretch) -> Self {
        Self {
            length_m: bounded(stretch.length_m, (0.0, 1e9)),
            speed_mps: bounded(stretch.speed_kmh, (1.0, 300.0)) / 3.6,
            grade: bounded(stretch.grade, (-0.5, 0.5)),
            stops: bounded(stretch.stops, (0.0, 1e6)),
        }
    }
}

struct WheelWork {
    driven_j: f64,
    braked_j: f64,
}

/// `value` within `range`; what is no number counts as the value nearest to 0.
fn bounded(value: f64, (min, max): (f64, f64)) -> f64 {
    if value.is_nan() {
        0.0_f64.clamp(min, max)
    } else {
        value.clamp(min, max)
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn vehicle(name: &str) -> VehicleEnergy {
        VehicleEnergy::built_in(name).unwrap()
    }

    /// A kilometre of a crane truck's round: a flat town street at 45 km/h with 2 stops (lights,
    /// crossings, sites), half a load. Its mean speed is 35 km/h.
    const ROUND_KM: Stretch = Stretch {
        length_m: 1_000.0,
        speed_kmh: 45.0,
        grade: 0.0,
        stops: 2.0,
    };
    const HALF_LOAD_KG: f64 = 5_500.0;

    #[test]
    fn a_diesel_crane_truck_on_its_round_takes_40_to_50_litres_a_hundred_kilometres() {
        let spent = vehicle("crane-truck-26t-diesel").drive(&ROUND_KM, HALF_LOAD_KG);
        let litres = spent.fuel.diesel_l * 100.0;
        assert!((40.0..=50.0).contains(&litres), "{litres}");
        assert_relative_eq!(spent.co2_kg, spent.fuel.diesel_l * 3.1, epsilon = 1e-9);
    }

    #[test]
    fn an_electric_crane_truck_on_its_round_takes_1_5_to_2_5_kilowatt_hours_a_kilometre() {
        let spent = vehicle("crane-truck-26t-electric").drive(&ROUND_KM, HALF_LOAD_KG);
        let kwh = spent.fuel.electricity_kwh;
        assert!((1.5..=2.5).contains(&kwh), "{kwh}");
        let co2 = spent.co2_kg / kwh;
        assert!((0.05..=0.06).contains(&co2), "{co2}");
    }

    #[test]
    fn a_gas_crane_truck_emits_3_kilograms_a_kilogram_and_on_biomethane_a_fifth() {
        let fossil = vehicle("crane-truck-26t-cng").drive(&ROUND_KM, HALF_LOAD_KG);
        let bio = vehicle("crane-truck-26t-biomethane").drive(&ROUND_KM, HALF_LOAD_KG);
        let diesel = vehicle("crane-truck-26t-diesel").drive(&ROUND_KM, HALF_LOAD_KG);
        assert_relative_eq!(fossil.co2_kg / fossil.fuel.gas_kg, 3.0, epsilon = 1e-9);
        assert_relative_eq!(bio.co2_kg, fossil.co2_kg * 0.2, epsilon = 1e-9);
        let more = fossil.energy_mj / diesel.energy_mj;
        assert!((1.1..=1.3).contains(&more), "{more}");
    }

    /// Six kilometres of collection (18 km/h, a stop and 25 s of pressing each 67 m) and four on the
    /// way (50 km/h, one stop each), half a load.
    #[test]
    fn a_diesel_rear_loader_takes_78_to_94_litres_a_hundred_kilometres() {
        let loader = vehicle("rear-loader-26t-diesel");
        let collecting = Stretch {
            length_m: 6_000.0,
            speed_kmh: 18.0,
            grade: 0.0,
            stops: 90.0,
        };
        let on_the_way = Stretch {
            length_m: 4_000.0,
            speed_kmh: 50.0,
            grade: 0.0,
            stops: 4.0,
        };
        let spent = loader.drive(&collecting, HALF_LOAD_KG)
            + loader.drive(&on_the_way, HALF_LOAD_KG)
            + loader.work(90.0 * 25.0);
        let litres = spent.fuel.diesel_l * 10.0;
        assert!((78.0..=94.0).contains(&litres), "{litres}");
    }

    #[rstest]
    #[case::diesel("car-diesel", 3.5, 6.0)]
    #[case::van("light-3.5t-diesel", 7.0, 12.0)]
    fn light_vehicles_take_what_they_usually_take(
        #[case] name: &str,
        #[case] least: f64,
        #[case] most: f64,
    ) {
        let road = Stretch {
            length_m: 100_000.0,
            speed_kmh: 80.0,
            grade: 0.0,
            stops: 30.0,
        };
        let litres = vehicle(name).drive(&road, 100.0).fuel.diesel_l;
        assert!((least..=most).contains(&litres), "{litres}");
    }

    #[test]
    fn only_an_electric_descent_gives_energy_back() {
        let descent = Stretch {
            grade: -0.06,
            stops: 0.0,
            ..ROUND_KM
        };
        for name in VehicleEnergy::names() {
            let vehicle = vehicle(&name);
            let spent = vehicle.drive(&descent, 0.0);
            let charges = vehicle.powertrain() == Powertrain::Electric;
            assert_eq!(spent.energy_mj < 0.0, charges, "{name}");
            assert_eq!(spent.fuel.electricity_kwh < 0.0, charges, "{name}");
        }
    }

    #[test]
    fn crane_work_takes_3_to_5_litres_an_hour() {
        let litres = vehicle("crane-truck-26t-diesel")
            .work(3_600.0)
            .fuel
            .diesel_l;
        assert!((3.0..=5.0).contains(&litres), "{litres}");
    }

    /// The rolling resistance of one kilometre, by hand: 20 t × 9.80665 × 0.008 × 1 km / 0.387.
    #[test]
    fn at_a_crawl_without_engine_only_rolling_remains() {
        let text = file::BUILT_IN.replace("standing_kw = 25.0", "standing_kw = 0.0");
        let all = VehicleEnergy::parse_all(&text).unwrap();
        let crawl = Stretch {
            speed_kmh: 1.0,
            stops: 0.0,
            ..ROUND_KM
        };
        let spent = all[0].drive(&crawl, 5_500.0);
        assert_relative_eq!(spent.energy_mj, 4.0545, max_relative = 1e-3);
    }

    fn any_vehicle() -> impl Strategy<Value = VehicleEnergy> {
        proptest::sample::select(VehicleEnergy::names()).prop_map(|name| vehicle(&name))
    }

    fn any_stretch() -> impl Strategy<Value = Stretch> {
        (1.0..5_000.0, 3.0..130.0, -0.15..0.15, 0.0..20.0).prop_map(
            |(length_m, speed_kmh, grade, stops)| Stretch {
                length_m,
                speed_kmh,
                grade,
                stops,
            },
        )
    }

    proptest! {
        #[test]
        fn steeper_never_costs_less(
            vehicle in any_vehicle(), stretch in any_stretch(), load in 0.0..12_000.0,
            steeper in 1e-4..0.1,
        ) {
            let less = vehicle.drive(&stretch, load).energy_mj;
            let steep = Stretch { grade: stretch.grade + steeper, ..stretch };
            let more = vehicle.drive(&steep, load).energy_mj;
            prop_assert!(more >= less);
            if steep.grade >= 0.0 || vehicle.powertrain() == Powertrain::Electric {
                prop_assert!(more > less);
            }
        }

        #[test]
        fn a_load_costs_on_the_flat_and_uphill(
            vehicle in any_vehicle(), stretch in any_stretch(), load in 0.0..12_000.0,
            more in 1.0..5_000.0,
        ) {
            let up = Stretch { grade: stretch.grade.abs(), ..stretch };
            prop_assert!(
                vehicle.drive(&up, load + more).energy_mj > vehicle.drive(&up, load).energy_mj
            );
        }

        #[test]
        fn parts_cost_what_the_whole_costs(
            vehicle in any_vehicle(), stretch in any_stretch(), load in 0.0..12_000.0,
            share in 0.0..1.0,
        ) {
            let part = |share: f64| Stretch {
                length_m: stretch.length_m * share,
                stops: stretch.stops * share,
                ..stretch
            };
            let parts = vehicle.drive(&part(share), load) + vehicle.drive(&part(1.0 - share), load);
            let whole = vehicle.drive(&stretch, load);
            prop_assert!((parts.energy_mj - whole.energy_mj).abs() < 1e-9 * (1.0 + whole.energy_mj.abs()));
            prop_assert!((parts.co2_kg - whole.co2_kg).abs() < 1e-9 * (1.0 + whole.co2_kg.abs()));
        }

        #[test]
        fn up_and_down_again_costs_at_least_what_rolling_and_air_take(
            vehicle in any_vehicle(), stretch in any_stretch(), load in 0.0..12_000.0,
        ) {
            let down = Stretch { grade: -stretch.grade, ..stretch };
            let both = vehicle.drive(&stretch, load) + vehicle.drive(&down, load);
            let flat = Drive::new(&Stretch { grade: 0.0, stops: 0.0, ..stretch });
            let losses = vehicle.wheel_work(&flat, vehicle.kerb_kg() + load).driven_j;
            prop_assert!(both.energy_mj >= 2.0 * losses * 1e-6);
        }

        /// Speed is the same before and after, so no work is lost or won but on the way.
        #[test]
        fn what_is_driven_and_not_braked_is_rolling_air_and_climb(
            vehicle in any_vehicle(), stretch in any_stretch(), load in 0.0..12_000.0,
        ) {
            let mass_kg = vehicle.kerb_kg() + load;
            let work = vehicle.wheel_work(&Drive::new(&stretch), mass_kg);
            let flat = Drive::new(&Stretch { grade: 0.0, stops: 0.0, ..stretch });
            let resisted_j = vehicle.wheel_work(&flat, mass_kg).driven_j;
            let climbed_j = mass_kg * GRAVITY * stretch.grade * stretch.length_m;
            let left_j = work.driven_j - work.braked_j - resisted_j - climbed_j;
            prop_assert!(left_j.abs() < 1e-9 * (work.driven_j + work.braked_j));
            prop_assert!(work.driven_j >= 0.0 && work.braked_j >= 0.0);
        }

        #[test]
        fn only_a_battery_is_ever_charged(
            vehicle in any_vehicle(), stretch in any_stretch(), load in 0.0..12_000.0,
        ) {
            let spent = vehicle.drive(&stretch, load);
            prop_assert!(spent.energy_mj >= 0.0 || vehicle.powertrain() == Powertrain::Electric);
        }

        #[test]
        fn nothing_makes_it_lose_count(
            vehicle in any_vehicle(),
            length_m in any::<f64>(), speed_kmh in any::<f64>(), grade in any::<f64>(),
            stops in any::<f64>(), load in any::<f64>(),
        ) {
            let stretch = Stretch { length_m, speed_kmh, grade, stops };
            let spent = vehicle.drive(&stretch, load) + vehicle.work(length_m);
            prop_assert!(spent.energy_mj.is_finite() && spent.co2_kg.is_finite());
        }
    }
}
