//! Events of LoRaWAN network servers: from JSON to what the twin takes in, keeps aside, or only counts.

use gis_data::import::sensor_things::CreationError;
use gis_data::radio::things_stack::{self, Message};
use gis_data::radio::{Notice, NoticeEvent, RadioError, RawUplink, Severity, chirpstack};
use gis_data::stores::{Cause, SetAside};
use twin_core::{
    AssetId, AssetIx, AssetKind, DevEui, Input, Observation, Phenomenon, Quality, Refusal,
    Timestamp, Twin, Uplink,
};

use super::codecs::Codecs;
use crate::engine::{Engine, Outcome, SubmitError};
use crate::error::with_causes;

/// The names of real sources in the journal.
pub(crate) const CHIRPSTACK: &str = "chirpstack";
pub(crate) const THINGS_STACK: &str = "things-stack";
/// Why a twin whose sensors are simulated takes in nothing else.
pub(crate) const IN_SIMULATED_TIME: &str = "this data directory lives in simulated time, where real sources are \
     refused: serve one whose pack has no simulated sensors, with --clock 1x";

/// Where the events of one configured source come in.
#[derive(Clone, Debug)]
pub struct Door {
    source: Box<str>,
    codecs: Codecs,
}

/// What came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// A frame for the twin to decide on.
    Frame(Box<Uplink>),
    /// A frame of a sensor that is not read.
    Aside(Box<SetAside>),
    /// What a network server tells of a device beside frames, and what of it a sensor measured.
    Notice(Box<Notice>, Option<Observation>),
    /// A measured value of a source that has no frames.
    Measured(Box<Observation>),
    /// What network servers tell besides; nothing of it concerns the twin.
    Other,
}

/// What became of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was taken in, or was before.
    Taken,
    /// It is kept as it came, until its device or its codec is known.
    Aside(Cause, String),
    /// It can never be taken in.
    Refused(String),
}

/// Why an event is none of a network server's.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// The event does not read.
    #[error(transparent)]
    Radio(#[from] RadioError),

    /// A message that creates no observation.
    #[error(transparent)]
    Creation(#[from] CreationError),

    /// A message on a topic that is no source's.
    #[error("no source tells anything on this topic")]
    UnknownTopic,

    /// What is told of one device on the topic of another, which nobody who may only speak for one may do.
    #[error("the message is of device {body}, its topic of {topic}")]
    AnotherDevice {
        /// The device of the topic, by its number or its name.
        topic: Box<str>,
        /// The device of the message.
        body: Box<str>,
    },
}

impl Delivery {
    /// The device that it is of.
    pub fn dev_eui(&self) -> Option<DevEui> {
        match self {
            Self::Frame(uplink) => Some(uplink.dev_eui),
            Self::Aside(frame) => Some(frame.uplink.dev_eui),
            Self::Notice(notice, _measured) => Some(notice.dev_eui),
            Self::Measured(_) | Self::Other => None,
        }
    }

    /// Hands what was measured to the twin; `None` where nothing was. The outcome is for [`Delivery::fate`].
    pub async fn hand_over(&self, engine: &Engine) -> Result<Option<Outcome>, SubmitError> {
        match self {
            Self::Frame(uplink) => {
                let input = Input::Uplink(Uplink::clone(uplink));
                engine.hand_over(input).await.map(Some)
            }
            Self::Aside(frame) => engine.set_aside(SetAside::clone(frame)).await.map(Some),
            Self::Notice(notice, measured) => {
                count(notice);
                let Some(measured) = measured else {
                    return Ok(None);
                };
                let input = Input::Observation(measured.clone());
                engine.hand_over(input).await.map(Some)
            }
            Self::Measured(measured) => {
                let input = Input::Observation(Observation::clone(measured));
                engine.hand_over(input).await.map(Some)
            }
            Self::Other => Ok(None),
        }
    }

    /// What became of the frame by what the twin told.
    ///
    /// # Errors
    /// Where it is not on disk: it may be handed over again.
    pub fn fate(&self, told: Result<(), SubmitError>) -> Result<Fate, SubmitError> {
        match (told, self) {
            (Ok(()), Self::Aside(frame)) => Ok(Fate::Aside(frame.cause, frame.why.clone())),
            (Ok(()), _) => Ok(Fate::Taken),
            (Err(SubmitError::Refused(refusal @ Refusal::UnknownDevice { .. })), _) => {
                Ok(Fate::Aside(Cause::UnknownDevice, refusal.to_string()))
            }
            (Err(SubmitError::Refused(refusal)), _) => Ok(Fate::Refused(refusal.to_string())),
            (Err(error), _) => Err(error),
        }
    }
}

impl Door {
    /// A door for events of the source with this name.
    pub fn new(source: &str, codecs: &Codecs) -> Self {
        Self {
            source: source.into(),
            codecs: codecs.clone(),
        }
    }

    /// Reads an `up` event of ChirpStack v4, with the codec that its sensor has on file. The frame of a
    /// device that no sensor has is passed on undecoded: the twin refuses it, and keeps it aside.
    ///
    /// # Errors
    /// What is no such event.
    pub fn read_up(
        &self,
        twin: &Twin,
        body: &[u8],
        received_at: Timestamp,
    ) -> Result<Delivery, DoorError> {
        let raw = chirpstack::read_up(body, &self.source, received_at)?;
        Ok(delivery_of(read(twin, &self.codecs, raw)))
    }

    /// Reads a message of The Things Stack v3 likewise. Frames that somebody tried out in its console are
    /// passed over: no device measured what they say.
    ///
    /// # Errors
    /// What is no such message.
    pub fn read_message(
        &self,
        twin: &Twin,
        body: &[u8],
        received_at: Timestamp,
    ) -> Result<Delivery, DoorError> {
        match things_stack::read_message(body, &self.source, received_at)? {
            Message::Uplink(raw) => Ok(delivery_of(read(twin, &self.codecs, *raw))),
            Message::Notice(notice) => Ok(notice_of(twin, notice, received_at)),
            Message::Simulated | Message::Other => Ok(Delivery::Other),
        }
    }

    /// Reads an event of ChirpStack v4 that is no `up`, by its name.
    ///
    /// # Errors
    /// What is no such event.
    pub fn read_notice(
        &self,
        twin: &Twin,
        (name, body): (&str, &[u8]),
        received_at: Timestamp,
    ) -> Result<Delivery, DoorError> {
        let notice = chirpstack::read_notice(name, body, received_at)?;
        Ok(notice.map_or(Delivery::Other, |notice| {
            notice_of(twin, notice, received_at)
        }))
    }
}

/// Counts what a network server tells of a device, and says what somebody may want to look at.
fn count(notice: &Notice) {
    let what = notice.event.name();
    metrics::counter!("twin_radio_notices_total", "notice" => what).increment(1);
    let device = notice.dev_eui;
    match &notice.event {
        NoticeEvent::Log {
            severity: Severity::Warning | Severity::Error,
            code,
            description,
        } => tracing::warn!(%device, %code, %description, "the network server warns"),
        event => tracing::debug!(%device, ?event, "the network server tells"),
    }
}

/// What is told of a device, and what of it a sensor measured: its battery.
fn notice_of(twin: &Twin, notice: Notice, received_at: Timestamp) -> Delivery {
    let inventory = twin.inventory();
    let sensor = inventory.sensor_of_device(notice.dev_eui);
    let key = sensor.and_then(|ix| {
        inventory.key(AssetIx {
            kind: AssetKind::Sensor,
            ix,
        })
    });
    let id = key.and_then(|key| AssetId::new(AssetKind::Sensor, key).ok());
    let measured = match (&notice.event, id) {
        (
            NoticeEvent::Status {
                battery: Some(charge),
                ..
            },
            Some(sensor),
        ) => Some(Observation {
            sensor,
            phenomenon: Phenomenon::Battery,
            value: charge.get(),
            observed_at: notice.at,
            received_at,
            quality: Quality::Good,
        }),
        _ => None,
    };
    Delivery::Notice(Box::new(notice), measured)
}

fn delivery_of(read: Result<Box<Uplink>, Box<SetAside>>) -> Delivery {
    match read {
        Ok(uplink) => Delivery::Frame(uplink),
        Err(frame) => Delivery::Aside(frame),
    }
}

/// A frame with what the codec of its sensor reads in it; undecoded where no sensor has its device.
pub(super) fn read(
    twin: &Twin,
    codecs: &Codecs,
    raw: RawUplink,
) -> Result<Box<Uplink>, Box<SetAside>> {
    let inventory = twin.inventory();
    let sensor = inventory.sensor_of_device(raw.dev_eui());
    let Some(row) = sensor.and_then(|ix| inventory.sensors().get(ix)) else {
        return Ok(Box::new(raw.into_undecoded()));
    };
    let name = &row.asset.detail.codec;
    let (cause, why) = match codecs.get(name).map(|codec| raw.decode(codec)) {
        Some(Ok(uplink)) => return Ok(Box::new(uplink)),
        Some(Err(error)) => (Cause::Unreadable, with_causes(&error)),
        None => {
            let key = &row.asset.key;
            let why = format!("sensor/{key} has the codec '{name}', which does not exist");
            (Cause::UnknownCodec, why)
        }
    };
    Err(Box::new(SetAside {
        cause,
        why,
        uplink: raw.into_undecoded(),
    }))
}
