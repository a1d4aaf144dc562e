//! Events of LoRaWAN network servers: from JSON to an input of the twin.

use gis_data::radio::things_stack::{self, Message};
use gis_data::radio::{RadioError, RawUplink, chirpstack, codec};
use twin_core::{DevEui, Input, Timestamp, Twin, Uplink};

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
}

/// What came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// A frame.
    Frame(Box<Input>),
    /// What network servers tell beside frames; nothing of it concerns the twin.
    Other,
}

/// Why an event does not become an input.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// The event or its payload does not read.
    #[error(transparent)]
    Radio(#[from] RadioError),

    /// A sensor is on file with a codec that does not exist.
    #[error("sensor/{sensor} has the codec '{codec}', which does not exist")]
    UnknownCodec {
        /// Key of the sensor.
        sensor: Box<str>,
        /// The codec's name.
        codec: Box<str>,
    },

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

impl Door {
    /// A door for events of the source with this name.
    pub fn new(source: &str) -> Self {
        Self {
            source: source.into(),
        }
    }

    /// Reads an `up` event of ChirpStack v4, with the codec that its sensor has on file. The frame of a
    /// device that no sensor has is passed on undecoded: the twin refuses it, by its number.
    pub fn read_up(
        &self,
        twin: &Twin,
        body: &[u8],
        received_at: Timestamp,
    ) -> Result<Input, DoorError> {
        let raw = chirpstack::read_up(body, &self.source, received_at)?;
        with_codec_on_file(twin, &raw)
    }

    /// Reads a message of The Things Stack v3 likewise. Frames that somebody tried out in its console are
    /// passed over: no device measured what they say.
    pub fn read_message(
        &self,
        twin: &Twin,
        body: &[u8],
        received_at: Timestamp,
    ) -> Result<Delivery, DoorError> {
        match things_stack::read_message(body, &self.source, received_at)? {
            Message::Uplink(raw) => {
                let input = with_codec_on_file(twin, &raw)?;
                Ok(Delivery::Frame(Box::new(input)))
            }
            Message::Simulated | Message::Other => Ok(Delivery::Other),
        }
    }
}

fn with_codec_on_file(twin: &Twin, raw: &RawUplink) -> Result<Input, DoorError> {
    let inventory = twin.inventory();
    let sensor = inventory.sensor_of_device(raw.dev_eui());
    let Some(row) = sensor.and_then(|ix| inventory.sensors().get(ix)) else {
        return Ok(Input::Uplink(raw.clone().into_undecoded()));
    };
    let name = &row.asset.detail.codec;
    let codec = codec(name).ok_or_else(|| DoorError::UnknownCodec {
        sensor: row.asset.key.clone(),
        codec: name.clone(),
    })?;
    let uplink: Uplink = raw.decode(codec)?;
    Ok(Input::Uplink(uplink))
}
