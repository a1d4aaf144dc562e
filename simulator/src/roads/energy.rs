//! Energy and CO2 of a drive: a longitudinal vehicle model, stretch by stretch, with its assumptions
//! in `assets/vehicles.toml`. It knows no gears, no wind, no cold and no driver.

mod file;
mod spent;
mod vehicle;

pub use self::spent::{Fuel, Spent};
pub use self::vehicle::{Powertrain, Stretch, VehicleEnergy};
