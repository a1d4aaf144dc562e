//! Events of a ChirpStack v4 network server: from JSON to an input of the twin.

use gis_data::radio::{RadioError, chirpstack, codec};
use twin_core::{Input, Timestamp, Twin, Uplink};

/// Where the events of one configured source come in.
#[derive(Clone, Debug)]
pub struct Door {
    source: Box<str>,
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
}

impl Door {
    /// A door for events of the source with this name.
    pub fn new(source: &str) -> Self {
        Self {
            source: source.into(),
        }
    }

    /// Reads an `up` event, with the codec that its sensor has on file. The frame of a device
    /// that no sensor has is passed on undecoded: the twin refuses it, by its number.
    pub fn read_up(
        &self,
        twin: &Twin,
        body: &[u8],
        received_at: Timestamp,
    ) -> Result<Input, DoorError> {
        let raw = chirpstack::read_up(body, &self.source, received_at)?;
        let inventory = twin.inventory();
        let sensor = inventory.sensor_of_device(raw.dev_eui());
        let Some(row) = sensor.and_then(|ix| inventory.sensors().get(ix)) else {
            return Ok(Input::Uplink(raw.into_undecoded()));
        };
        let name = &row.asset.detail.codec;
        let codec = codec(name).ok_or_else(|| DoorError::UnknownCodec {
            sensor: row.asset.key.clone(),
            codec: name.clone(),
        })?;
        let uplink: Uplink = raw.decode(codec)?;
        Ok(Input::Uplink(uplink))
    }
}
