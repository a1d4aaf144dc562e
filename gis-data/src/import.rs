//! What makes a [`Pack`](crate::pack::Pack), or a part of one, out of other people's files, or out
//! of plain facts where there are none.
//!
//! Importers never give up over one bad object: they leave it out, say so in the [`Report`], and
//! go on. They fail only where nothing at all can be read.

pub mod clip;
pub mod collections;
pub mod communes;
pub mod dem;
pub mod embedded;
pub mod gr;
pub mod observations;
pub mod osm;
pub(crate) mod outline;
mod plane;
pub mod registers;
mod report;
pub mod sensor_things;
pub mod sites;
mod tables;
pub mod virtual_sensors;
pub mod virtual_sites;
pub mod weighings;
mod whole;

pub use self::outline::area as outline_area;
pub use self::report::{Progress, Report, Warning, WarningCode};
