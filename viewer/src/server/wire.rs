//! What the server's answers look like, as far as the viewer reads them.

use serde::Deserialize;
use twin_core::{ContainerType, SensorStatus, Stream, Timestamp};

/// `GET /live/snapshot`.
#[derive(Debug, Deserialize)]
pub(super) struct Snapshot {
    pub seq: u64,
    pub at: Timestamp,
    pub sites: SiteColumns,
    pub containers: ContainerColumns,
}

impl Snapshot {
    /// Whether nothing had ever happened then: it is of before the server's past.
    pub(super) fn is_blank(&self) -> bool {
        self.seq == 0 && self.containers.fill.iter().all(Option::is_none)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct SiteColumns {
    pub id: Vec<Box<str>>,
    pub name: Vec<Option<Box<str>>>,
    pub commune: Vec<Option<Box<str>>>,
    pub lon: Vec<f64>,
    pub lat: Vec<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ContainerColumns {
    pub id: Vec<Box<str>>,
    pub site: Vec<usize>,
    pub stream: Vec<Stream>,
    /// Older servers do not tell.
    #[serde(default)]
    pub container_type: Vec<ContainerType>,
    #[serde(default)]
    pub volume_l: Vec<Option<f64>>,
    pub fill: Vec<Option<f64>>,
    pub status: Vec<SensorStatus>,
    pub observed_at: Vec<Option<i64>>,
    pub has_sensor: Vec<u8>,
}

/// The data of an event `change`, as far as it says something of a container or of what exists.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    pub seq: u64,
    pub asset: Box<str>,
    #[serde(default)]
    pub kind: Box<str>,
    #[serde(rename = "change")]
    pub what: Box<str>,
    #[serde(default)]
    pub fill: Option<f64>,
    #[serde(default)]
    pub status: Option<SensorStatus>,
    #[serde(default)]
    pub container: Option<Box<str>>,
    #[serde(default)]
    pub observed_at: Option<Timestamp>,
}

/// The data of an event `heartbeat`.
#[derive(Debug, Deserialize)]
pub(super) struct Heartbeat {
    pub at: Timestamp,
}

/// `GET /readyz`.
#[derive(Debug, Deserialize)]
pub(super) struct Ready {
    pub clock: Clock,
    pub pack: Pack,
}

#[derive(Debug, Deserialize)]
pub(super) struct Clock {
    pub rate: f64,
    pub now: Timestamp,
}

#[derive(Debug, Deserialize)]
pub(super) struct Pack {
    pub title: String,
    pub synthetic: bool,
    #[serde(default)]
    pub layers: Vec<Layer>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Layer {
    pub synthetic: bool,
    #[serde(default)]
    pub source: String,
}
