//! What a drive has used up. Amounts of several vehicles add up, whatever they run on.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// What was taken from the tank or the battery, in the unit it is bought in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fuel {
    /// Diesel, in litres; never negative.
    pub diesel_l: f64,
    /// Compressed gas, in kilograms; never negative.
    pub gas_kg: f64,
    /// Electricity, in kilowatt-hours at the battery; negative where a descent charged it.
    pub electricity_kwh: f64,
}

impl Fuel {
    /// How much of it, in the unit of whichever it is: a vehicle runs on one of them.
    pub fn units(self) -> f64 {
        self.diesel_l + self.gas_kg + self.electricity_kwh
    }
}

/// What a drive, or a part of one, has used up. The default is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// Final energy at the tank or the battery, in megajoules. Negative only where an electric
    /// vehicle charged on a descent.
    pub energy_mj: f64,
    /// The same, as fuel.
    pub fuel: Fuel,
    /// Well to wheel, in kg CO2e. Negative with the energy: what a battery takes back on a descent
    /// need not come from the plug.
    pub co2_kg: f64,
}

impl Add for Fuel {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            diesel_l: self.diesel_l + other.diesel_l,
            gas_kg: self.gas_kg + other.gas_kg,
            electricity_kwh: self.electricity_kwh + other.electricity_kwh,
        }
    }
}

impl Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            energy_mj: self.energy_mj + other.energy_mj,
            fuel: self.fuel + other.fuel,
            co2_kg: self.co2_kg + other.co2_kg,
        }
    }
}

impl AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Spent {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_fleet_keeps_its_fuels_apart() {
        let diesel = Spent {
            energy_mj: 36.0,
            fuel: Fuel {
                diesel_l: 1.0,
                ..Fuel::default()
            },
            co2_kg: 3.1,
        };
        let electric = Spent {
            energy_mj: 7.2,
            fuel: Fuel {
                electricity_kwh: 2.0,
                ..Fuel::default()
            },
            co2_kg: 0.1,
        };
        let both: Spent = [diesel, electric].into_iter().sum();
        assert_eq!(both.fuel.diesel_l, 1.0);
        assert_eq!(both.fuel.electricity_kwh, 2.0);
        assert_eq!(both.energy_mj, 43.2);
        let mut total = Spent::default();
        total += both;
        assert_eq!(total, both);
    }
}
