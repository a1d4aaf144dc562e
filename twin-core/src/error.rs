//! What the twin refuses, and why.

use crate::asset::AssetId;
use crate::place::LonLat;

/// Short for results that fail with a [`TwinError`].
pub type TwinResult<T> = Result<T, TwinError>;

/// A value, a place or a change that would break one of the twin's invariants.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TwinError {
    /// A quantity lies outside what is physically possible.
    #[error("{value} is no valid {quantity}")]
    InvalidQuantity {
        /// Which quantity, and its unit, in words.
        quantity: &'static str,
        /// The rejected number.
        value: f64,
    },

    /// A position that is not on the globe.
    #[error("{lon}, {lat} is no longitude (-180 to 180) and latitude (-90 to 90)")]
    InvalidLonLat {
        /// The longitude that was given, in degrees.
        lon: f64,
        /// The latitude that was given, in degrees.
        lat: f64,
    },

    /// A box whose south lies north of its north.
    #[error("a box cannot reach from latitude {south} up to {north}")]
    UpsideDownBox {
        /// The southern edge that was given, in degrees.
        south: f64,
        /// The northern edge that was given, in degrees.
        north: f64,
    },

    /// Text that is no RFC 3339 time.
    #[error("'{text}' is no time like 2026-11-22T20:00:00Z")]
    InvalidTimestamp {
        /// The rejected text.
        text: Box<str>,
        /// What the reader of times says.
        #[source]
        source: jiff::Error,
    },

    /// Text that is not one of a closed list of names.
    #[error("'{text}' is no {what}")]
    UnknownName {
        /// What was expected, in words.
        what: &'static str,
        /// The rejected text.
        text: Box<str>,
    },

    /// Text that is no asset id.
    #[error("'{text}' is no asset id like container/25388-0012-2")]
    InvalidAssetId {
        /// The rejected text.
        text: Box<str>,
    },

    /// Text that is no device EUI.
    #[error("'{text}' is no device EUI of 16 hexadecimal digits")]
    InvalidDevEui {
        /// The rejected text.
        text: Box<str>,
    },

    /// Two assets claim the same id.
    #[error("{0} already exists")]
    DuplicateAsset(AssetId),

    /// Two sensors claim the same device.
    #[error("{sensor} has the same device EUI as another sensor")]
    DuplicateDevice {
        /// The second sensor.
        sensor: AssetId,
    },

    /// A container is given a second sensor.
    #[error("{container} already has a sensor")]
    SecondSensor {
        /// The container.
        container: AssetId,
    },

    /// An asset that another one refers to does not exist.
    #[error("{from} refers to {to}, which does not exist")]
    DanglingReference {
        /// The asset that refers.
        from: AssetId,
        /// What it refers to.
        to: AssetId,
    },

    /// An asset that is asked for does not exist.
    #[error("{0} does not exist")]
    UnknownAsset(AssetId),

    /// An asset cannot go while another one needs it.
    #[error("{asset} cannot be removed while {holder} is there")]
    StillInUse {
        /// The asset that was to go.
        asset: AssetId,
        /// One that refers to it.
        holder: AssetId,
    },

    /// A mounting whose full level is not nearer to the sensor than its empty one.
    #[error("a sensor {empty_mm} mm above the bottom cannot be {full_mm} mm above the full level")]
    InvalidMounting {
        /// Distance to the empty bottom, in millimetres.
        empty_mm: u16,
        /// Distance to the full level, in millimetres.
        full_mm: u16,
    },

    /// A place that the twin's planar reference system cannot hold.
    #[error("{place} cannot be projected to {crs}")]
    Unprojectable {
        /// The place.
        place: LonLat,
        /// The planar reference system, for example `EPSG:2154`.
        crs: Box<str>,
    },

    /// Heights that do not make a terrain.
    #[error(
        "{heights} heights make no terrain of {columns} columns and {rows} rows: expected finite heights and flags, one for each post, on a grid of the globe"
    )]
    InvalidTerrain {
        /// Posts from west to east.
        columns: u32,
        /// Posts from north to south.
        rows: u32,
        /// The number of heights.
        heights: usize,
    },

    /// More of one kind than an index can count.
    #[error("more than {} assets of one kind", u32::MAX)]
    TooManyAssets,
}
