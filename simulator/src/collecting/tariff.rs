//! What a vehicle's day costs, in money, fuel and CO2.

use serde::{Deserialize, Serialize};

use crate::collection::day::per_kilometre;
use crate::collection::rules::{PlanRules, VehicleRules};
use crate::roads::energy::{Spent, VehicleEnergy};

/// What a class of vehicles costs. Kilometres and standing work are kept apart: fewer stops save what a
/// crane burns, fewer kilometres do not.
#[derive(Clone, Debug, PartialEq)]
pub struct Tariff {
    eur_per_day: f64,
    eur_per_h: f64,
    overtime_eur_per_h: f64,
    normal_h: f64,
    eur_per_km: f64,
    fuel_eur_per_unit: f64,
    per_km: Spent,
    per_service_h: Spent,
}

/// What a day of vehicles came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// Money, in euros, without any price of CO2.
    pub eur: f64,
    /// Well to wheel, in kg CO2e.
    pub co2_kg: f64,
    /// Diesel, in litres.
    pub diesel_l: f64,
    /// Energy at the tank or the battery, in megajoules.
    pub energy_mj: f64,
}

impl Tariff {
    /// Of a class of the rules; without fuel where its energy is not known.
    pub fn new(rules: &VehicleRules, plan: &PlanRules) -> Self {
        let energy = VehicleEnergy::built_in(&rules.energy);
        Self {
            eur_per_day: rules.eur_per_day,
            eur_per_h: rules.eur_per_h,
            overtime_eur_per_h: rules.overtime_eur_per_h,
            normal_h: rules.normal_h,
            eur_per_km: rules.eur_per_km,
            fuel_eur_per_unit: rules.fuel_eur_per_unit,
            per_km: per_kilometre(rules, plan),
            per_service_h: energy.map_or_else(Spent::default, |energy| energy.work(3600.0)),
        }
    }

    /// The bill of a vehicle that drove so many kilometres, worked at containers for so many hours, and
    /// was on duty for so many in all.
    pub fn bill(&self, km: f64, service_h: f64, duty_h: f64) -> Bill {
        let units = km * self.per_km.fuel.units() + service_h * self.per_service_h.fuel.units();
        let overtime_h = (duty_h - self.normal_h).max(0.0);
        let (drive, work) = (self.per_km, self.per_service_h);
        Bill {
            eur: self.eur_per_day
                + self.eur_per_h * duty_h
                + self.overtime_eur_per_h * overtime_h
                + self.eur_per_km * km
                + self.fuel_eur_per_unit * units,
            co2_kg: km * drive.co2_kg + service_h * work.co2_kg,
            diesel_l: km * drive.fuel.diesel_l + service_h * work.fuel.diesel_l,
            energy_mj: km * drive.energy_mj + service_h * work.energy_mj,
        }
    }
}

impl core::ops::AddAssign for Bill {
    fn add_assign(&mut self, other: Self) {
        self.eur += other.eur;
        self.co2_kg += other.co2_kg;
        self.diesel_l += other.diesel_l;
        self.energy_mj += other.energy_mj;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::rules::Rules;

    #[test]
    fn a_crane_burns_fuel_where_it_stands() {
        let rules = Rules::built_in();
        let tariff = Tariff::new(&rules.vehicles[0], &rules.plan);
        let (drive, stand) = (tariff.bill(100.0, 0.0, 6.0), tariff.bill(0.0, 3.0, 6.0));
        // 40 to 50 L on 100 km with the crane, which takes 3 to 5 L an hour of it (medium and low confidence).
        assert!((28.0..50.0).contains(&drive.diesel_l), "{}", drive.diesel_l);
        assert!(
            (2.0..6.0).contains(&(stand.diesel_l / 3.0)),
            "{}",
            stand.diesel_l
        );
        let both = tariff.bill(100.0, 3.0, 9.0);
        let overtime_eur = both.eur - drive.eur - stand.eur + tariff.eur_per_day + 3.0 * 45.0;
        approx::assert_abs_diff_eq!(overtime_eur, 2.0 * 8.0, epsilon = 1e-9);
    }
}
