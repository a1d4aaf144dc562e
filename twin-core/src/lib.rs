//! What the twin *is*: its vocabulary and units, the typed inventory with its spatial index, the
//! live state, the rules that turn inputs into changes, and the queries.
//!
//! Everything here is plain data and pure functions. A twin can be cloned, compared and sent
//! between threads; it never touches the disk, the network, a clock or a random source.
//!
//! * See [`Inventory`] for what exists and where, and [`Layers`] for what it is built from.
//! * See [`Ground`] for what lies on the ground besides assets.
//! * See [`Twin`] for the state at one moment, [`decide()`] for the rules and [`evolve()`] for the
//!   way from one moment to the next.
//! * See [`alarms`] for what asks for a person.
//! * See [`Input`] for what comes in, [`Change`] for what goes out.
//!
//! ```
//! use std::sync::Arc;
//! use twin_core::{
//!     Action, Address, Asset, AssetKind, Channel, Command, HealthRules, Input, Inventory, Layers,
//!     LonLat, LonLatBox, Metres, Planar, PlanarCrs, Record, Timestamp, TwinError, Twin, decide,
//!     evolve,
//! };
//!
//! /// Spherical Mercator: conformal, and short enough for an example.
//! #[derive(Debug)]
//! struct Mercator;
//!
//! impl PlanarCrs for Mercator {
//!     fn name(&self) -> &str {
//!         "EPSG:3857"
//!     }
//!
//!     fn project(&self, place: LonLat) -> Option<Planar> {
//!         let north = (45_f64.to_radians() + place.lat().to_radians() / 2.0).tan().ln();
//!         Some([6_378_137.0 * place.lon().to_radians(), 6_378_137.0 * north])
//!     }
//!
//!     fn unproject(&self, [x, y]: Planar) -> Option<LonLat> {
//!         let lat = 2.0 * (y / 6_378_137.0).exp().atan() - 90_f64.to_radians();
//!         LonLat::new((x / 6_378_137.0).to_degrees(), lat.to_degrees()).ok()
//!     }
//! }
//!
//! let place = LonLat::new(6.7989, 47.5103)?;
//! let detail = Address { label: "1 place Saint-Martin".into(), premises: 4 };
//! let address = Asset { key: "a1".into(), place, detail };
//! let twin = Twin::new(Inventory::new(Layers::default(), Arc::new(Mercator))?, HealthRules::default());
//!
//! let action = Action::Put(Record::Address(address));
//! let command = Command { received_at: Timestamp::from_secs(0), action };
//! let changes = decide(&twin, &Input::Command(command)).expect("refers to nothing");
//! let later = evolve(twin.clone(), &changes);
//!
//! let bbox = LonLatBox::new(6.7, 47.4, 6.9, 47.6)?;
//! assert_eq!(later.inventory().in_bbox(AssetKind::Address, bbox), [0]);
//! assert_eq!(later.inventory().nearest(AssetKind::Address, place, 1)[0].distance, Metres::ZERO);
//! assert_eq!((later.seq(Channel::Public), twin.seq(Channel::Public)), (1, 0));
//! # Ok::<(), TwinError>(())
//! ```
//!
//! # Invariant
//!
//! This crate depends on no other crate of the workspace, and not on `tokio`, `axum` or `bevy`.
//! It compiles to WebAssembly.

pub mod alarms;
mod asset;
mod bbox;
mod change;
mod cow_vec;
mod decide;
mod detail;
mod error;
mod evolve;
mod fold;
mod foresee;
mod ground;
mod health;
mod input;
mod inventory;
mod layers;
mod live;
mod place;
mod polygon;
mod record;
mod report;
mod restricted;
mod scale;
mod territory;
mod time;
mod track;
mod trust;
mod twin;
mod units;
mod uplink;

pub use crate::alarms::{
    Alarm, AlarmCause, AlarmEvent, AlarmId, AlarmInput, AlarmPriority, AlarmRefusal, AlarmState,
    AlarmStep, AlarmSubject, AlarmWish, Alarms, Annunciation,
};
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
pub use crate::evolve::{evolve, evolve_in_place};
pub use crate::fold::fold;
pub use crate::foresee::{FORESIGHT, foresee};
pub use crate::ground::{
    Building, Ground, LandCover, PointOfInterest, Premises, PremisesState, Road, RoadNode, Tags,
    Terrain, TerrainGrid, Theme, TurnRestriction, Via, Waterway, is_eligible,
};
pub use crate::health::{FrameWindow, HealthRules, LastReport, SensorState, SensorStatus};
pub use crate::input::{Action, Command, Input, Observation, Phenomenon, Quality, Tick};
pub use crate::inventory::{CommuneIx, Communes, Found, Inventory, Row, Table};
pub use crate::layers::{Asset, Detail, Layers};
pub use crate::place::{LonLat, Planar, PlanarCrs};
pub use crate::polygon::PreparedPolygon;
pub use crate::record::Record;
pub use crate::report::{Report, Reported, Seen, Sighting, Witness};
pub use crate::restricted::{OperatorAccess, Restricted};
pub use crate::scale::ScaleField;
pub use crate::territory::{Commune, FibreZone};
pub use crate::time::{Span, Timestamp};
pub use crate::track::Track;
pub use crate::trust::{Doubt, TOLERANCE, Trust};
pub use crate::twin::{Level, Snapshot, Twin};
pub use crate::units::{Celsius, Degrees, Fraction, Kilograms, Litres, Metres, SquareMetres};
pub use crate::uplink::{DevEui, Reading, Uplink};
