//! A frame whose envelope is read and whose payload is not.

use twin_core::{DevEui, Reading, Uplink};

use super::codec::PayloadCodec;
use super::error::RadioResult;

/// The most bytes of payload that a LoRaWAN frame carries (LoRaWAN Regional Parameters, EU868
/// data rates 4 to 7 without repeater).
pub const MAX_PAYLOAD: usize = 242;

/// A frame as its network server delivered it, before a codec has read its payload.
#[derive(Clone, Debug, PartialEq)]
pub struct RawUplink(Uplink);

impl RawUplink {
    /// The frame of `envelope`; what that may say of a decoder and a reading is dropped.
    pub fn new(envelope: Uplink) -> Self {
        Self(Uplink {
            decoder: None,
            reading: Reading::default(),
            ..envelope
        })
    }

    /// The device, by which the caller finds the codec.
    pub fn dev_eui(&self) -> DevEui {
        self.0.dev_eui
    }

    /// The frame as it is: its bytes, no decoder, an empty reading. For devices that nobody knows.
    pub fn into_undecoded(self) -> Uplink {
        self.0
    }

    /// The frame with what `codec` reads in its payload; the frame itself stays for other use.
    ///
    /// # Errors
    ///
    /// Whatever [`PayloadCodec::decode`] refuses.
    pub fn decode(&self, codec: &dyn PayloadCodec) -> RadioResult<Uplink> {
        let reading = codec.decode(self.0.f_port, &self.0.bytes)?.reading;
        Ok(Uplink {
            decoder: Some(codec.label()),
            reading,
            ..self.0.clone()
        })
    }
}
