//! Events of LoRaWAN network servers: from JSON to what the twin takes in, or keeps aside.

use gis_data::radio::things_stack::{self, Message};
use gis_data::radio::{RadioError, RawUplink, chirpstack};
use gis_data::stores::{Cause, SetAside};
use twin_core::{DevEui, Input, Refusal, Timestamp, Twin, Uplink};

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
    /// What network servers tell beside frames; nothing of it concerns the twin.
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

    /// A message on a topic that is no network server's.
    #[error("no network server tells frames on this topic")]
    UnknownTopic,

    /// A frame of one device on the topic of another, which nobody who may only speak for one may send.
    #[error("the frame is of device {body}, its topic of {topic}")]
    AnotherDevice {
        /// The device of the topic.
        topic: DevEui,
        /// The device of the frame.
        body: DevEui,
    },
}

impl Delivery {
    /// The device of the frame.
    pub fn dev_eui(&self) -> Option<DevEui> {
        match self {
            Self::Frame(uplink) => Some(uplink.dev_eui),
            Self::Aside(frame) => Some(frame.uplink.dev_eui),
            Self::Other => None,
        }
    }

    /// Hands the frame to the twin; `None` where there is none. The outcome is for [`Delivery::fate`].
    pub async fn hand_over(&self, engine: &Engine) -> Result<Option<Outcome>, SubmitError> {
        match self {
            Self::Frame(uplink) => {
                let input = Input::Uplink(Uplink::clone(uplink));
                engine.hand_over(input).await.map(Some)
            }
            Self::Aside(frame) => engine.set_aside(SetAside::clone(frame)).await.map(Some),
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
            Message::Simulated | Message::Other => Ok(Delivery::Other),
        }
    }
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
