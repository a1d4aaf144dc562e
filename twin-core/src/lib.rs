//! What the twin *is*: its vocabulary and units, the typed inventory with its spatial index, the
//! live state, the rules that turn inputs into changes, and the queries.
//!
//! Everything here is plain data and pure functions. A twin can be cloned, compared and sent
//! between threads; it never touches the disk, the network, a clock or a random source.
//!
//! * See [`Uplink`] for what comes in from a radio network.
//!
//! # Invariant
//!
//! This crate depends on no other crate of the workspace, and not on `tokio`, `axum` or `bevy`.
//! It compiles to WebAssembly.

mod asset;
mod detail;
mod error;
mod layers;
mod place;
mod restricted;
mod territory;
mod time;
mod units;
mod uplink;

pub use crate::asset::{AssetId, AssetIx, AssetKind, KindInfo, PlacePolicy};
pub use crate::detail::{
    Address, Camera, CameraAiming, CameraMount, CameraPurpose, CameraType, Container,
    ContainerType, Depot, FibreLink, FibreNode, FibreNodeType, GroundPolygon, HealthCategory,
    HealthFacility, Mounting, Sensor, Site, SiteType, Stream, UnloadingSite, Vehicle,
};
pub use crate::error::{TwinError, TwinResult};
pub use crate::layers::{Asset, Detail, Layers};
pub use crate::place::{LonLat, Planar, PlanarCrs};
pub use crate::restricted::{OperatorAccess, Restricted};
pub use crate::territory::{Commune, FibreZone};
pub use crate::time::{Span, Timestamp};
pub use crate::units::{Celsius, Degrees, Fraction, Kilograms, Litres, Metres, SquareMetres};
pub use crate::uplink::{DevEui, Reading, Uplink};
