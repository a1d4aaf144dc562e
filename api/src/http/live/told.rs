//! A change as listeners get it.

use serde::Serialize;
use twin_core::{
    AlarmEvent, AssetId, AssetKind, Change, Effect, Quality, SensorStatus, Sighting, Timestamp,
    Witness,
};

/// A change as listeners get it.
#[derive(Debug, Serialize)]
pub(super) struct ToldChange<'a> {
    seq: u64,
    at: Timestamp,
    asset: AssetId,
    kind: AssetKind,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
enum What<'a> {
    Reported {
        battery_pct: Option<f64>,
        temperature_c: Option<f64>,
        observed_at: Timestamp,
    },
    Measured {
        fill: f64,
        status: Option<SensorStatus>,
        sensor: &'a AssetId,
        observed_at: Timestamp,
        quality: Quality,
    },
    Emptied {
        from: f64,
        sensor: &'a AssetId,
        observed_at: Timestamp,
    },
    Seen {
        seen: Sighting,
        by: Witness,
        observed_at: Timestamp,
    },
    Status {
        status: SensorStatus,
        container: &'a AssetId,
    },
    Put {
        lon: f64,
        lat: f64,
    },
    Removed,
    Aimed,
    Alarm {
        #[serde(flatten)]
        event: &'a AlarmEvent,
    },
}

impl<'a> ToldChange<'a> {
    pub(super) const fn seq(&self) -> u64 {
        self.seq
    }

    pub(super) fn of(change: &'a Change) -> Option<Self> {
        let asset = change.effect.subject().ok()?;
        let kind = asset.kind();
        Some(Self {
            seq: change.seq,
            at: change.at,
            asset,
            kind,
            what: What::of(&change.effect),
        })
    }
}

impl<'a> What<'a> {
    fn of(effect: &'a Effect) -> Self {
        match effect {
            Effect::SensorReported { report, .. } => Self::Reported {
                battery_pct: report.reading.battery.map(|battery| battery.get() * 100.0),
                temperature_c: report.reading.temperature.map(twin_core::Celsius::get),
                observed_at: report.observed_at,
            },
            Effect::ContainerMeasured {
                sensor,
                fill,
                observed_at,
                quality,
                ..
            } => Self::Measured {
                fill: fill.get(),
                status: None,
                sensor,
                observed_at: *observed_at,
                quality: *quality,
            },
            Effect::ContainerEmptied {
                from,
                sensor,
                observed_at,
                ..
            } => Self::Emptied {
                from: from.get(),
                sensor,
                observed_at: *observed_at,
            },
            Effect::ContainerReported {
                sighting,
                witness,
                observed_at,
                ..
            } => Self::Seen {
                seen: *sighting,
                by: *witness,
                observed_at: *observed_at,
            },
            Effect::SensorStatusChanged {
                container, status, ..
            } => Self::Status {
                status: *status,
                container,
            },
            Effect::AssetPut(record) => Self::Put {
                lon: record.place().lon(),
                lat: record.place().lat(),
            },
            Effect::AssetRemoved(_) => Self::Removed,
            Effect::CameraAimed { .. } => Self::Aimed,
            Effect::Alarm(event) => Self::Alarm { event },
        }
    }
}
