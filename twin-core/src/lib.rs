//! What the twin *is*: its vocabulary and units, the typed inventory with its spatial index, the
//! live state, the rules that turn inputs into changes, and the queries.
//!
//! Everything here is plain data and pure functions. A twin can be cloned, compared and sent
//! between threads; it never touches the disk, the network, a clock or a random source.
//!
//! * See [`Inventory`] for what exists and where, and [`Layers`] for what it is built from.
//! * See [`Twin`] for the state at one moment, [`decide`] for the rules and [`evolve`] for the
//!   way from one moment to the next.
//! * See [`Input`] for what comes in, [`Change`] for what goes out.
//!
//! # Invariant
//!
//! This crate depends on no other crate of the workspace, and not on `tokio`, `axum` or `bevy`.
//! It compiles to WebAssembly.

mod asset;
mod bbox;
mod change;
mod cow_vec;
mod decide;
mod detail;
mod error;
mod evolve;
mod health;
mod input;
mod inventory;
mod layers;
mod place;
mod polygon;
mod record;
mod restricted;
mod scale;
mod territory;
mod time;
mod twin;
mod units;
mod uplink;

pub use crate::asset::{AssetId, AssetIx, AssetKind, KindInfo, PlacePolicy};
pub use crate::bbox::LonLatBox;
pub use crate::change::{Change, Channel, Effect, Frame};
pub use crate::cow_vec::CowVec;
pub use crate::decide::{LARGEST_CLOCK_LEAD, LATEST_ARRIVAL, Refusal, decide};
pub use crate::detail::{
    Address, Camera, CameraAiming, CameraMount, CameraPurpose, CameraType, Container,
    ContainerType, Depot, FibreLink, FibreNode, FibreNodeType, GroundPolygon, HealthCategory,
    HealthFacility, Mounting, Sensor, Site, SiteType, Stream, UnloadingSite, Vehicle,
};
pub use crate::error::{TwinError, TwinResult};
pub use crate::evolve::evolve;
pub use crate::health::{FrameWindow, HealthRules, LastReport, SensorState, SensorStatus};
pub use crate::input::{Action, Command, Input, Observation, Phenomenon, Quality, Tick};
pub use crate::inventory::{CommuneIx, Communes, Found, Inventory, Row, Table};
pub use crate::layers::{Asset, Detail, Layers};
pub use crate::place::{LonLat, Planar, PlanarCrs};
pub use crate::polygon::PreparedPolygon;
pub use crate::record::Record;
pub use crate::restricted::{OperatorAccess, Restricted};
pub use crate::scale::ScaleField;
pub use crate::territory::{Commune, FibreZone};
pub use crate::time::{Span, Timestamp};
pub use crate::twin::{Level, Snapshot, Twin};
pub use crate::units::{Celsius, Degrees, Fraction, Kilograms, Litres, Metres, SquareMetres};
pub use crate::uplink::{DevEui, Reading, Uplink};
