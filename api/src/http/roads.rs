//! `/route`, `/matrix` and `/isochrone`: the roads of the territory, asked by anybody.

mod isochrone;
mod jobs;
mod matrix;
mod parameters;
mod refusal;
mod route;
mod served;

pub(super) use self::isochrone::isochrone;
pub(super) use self::matrix::{MAX_BODY as MAX_MATRIX_BODY, matrix, matrix_of_body};
pub(super) use self::route::route;
pub use self::served::ServedRoads;
