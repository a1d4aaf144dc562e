//! The assumptions about how far radio reaches, as editable data.

use serde::{Deserialize, Serialize};

use super::energy::ChargeUse;
use crate::error::{SimResult, in_range};

/// Every assumption of the radio between sensors and gateways.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageParams {
    /// What a sensor radiates, in dBm: 14, a little below the 25 mW ERP that the band allows.
    pub sent_dbm: f64,
    /// What a gateway's antenna adds, in dB \[K-med\].
    pub gateway_gain_db: f64,
    /// Loss over the first metre, in dB: 31.2 in free space at 868 MHz.
    pub first_metre_db: f64,
    /// Exponent of the loss with the distance; 2.9 to 3.5 \[K-med\].
    pub exponent: f64,
    /// Standard deviation between places, in dB, fixed for each pair; 7 to 8 \[K-med\].
    pub shadowing_db: f64,
    /// What a container in the ground takes away, in dB; 15 to 25 \[K-med\].
    pub underground_db: f64,
    /// Standard deviation between the frames of one pair, in dB \[K-low\].
    pub fading_db: f64,
    /// What the network keeps in hand when it chooses a spreading factor, in dB.
    pub margin_db: f64,
    /// Noise at a gateway, in dBm: −174 dBm/Hz over 125 kHz, and 6 dB of the receiver.
    pub noise_dbm: f64,
    /// A frame is read although another is on the air if it is so much stronger, in dB.
    pub capture_db: f64,
    /// Application payload of a report, in bytes.
    pub payload_bytes: u32,
    /// Share of the time in which a gateway is down \[K-low\].
    pub outage_share: f64,
    /// Mean length of an outage, in hours \[K-low\].
    pub outage_hours: f64,
    /// What a device draws from its battery.
    pub charge: ChargeUse,
}

impl Default for CoverageParams {
    fn default() -> Self {
        Self {
            sent_dbm: 14.0,
            gateway_gain_db: 5.0,
            first_metre_db: 31.2,
            exponent: 3.1,
            shadowing_db: 7.5,
            underground_db: 20.0,
            fading_db: 4.0,
            margin_db: 10.0,
            noise_dbm: -117.0,
            capture_db: 6.0,
            payload_bytes: 14,
            outage_share: 0.005,
            outage_hours: 6.0,
            charge: ChargeUse::default(),
        }
    }
}

impl CoverageParams {
    pub(super) fn check(&self) -> SimResult<()> {
        for (name, value, range, expected) in [
            ("sent_dbm", self.sent_dbm, (-30.0, 30.0), "-30 to 30"),
            (
                "gateway_gain_db",
                self.gateway_gain_db,
                (-20.0, 20.0),
                "-20 to 20",
            ),
            (
                "first_metre_db",
                self.first_metre_db,
                (0.0, 100.0),
                "0 to 100",
            ),
            ("exponent", self.exponent, (1.5, 6.0), "1.5 to 6"),
            ("shadowing_db", self.shadowing_db, (0.0, 20.0), "0 to 20"),
            (
                "underground_db",
                self.underground_db,
                (0.0, 60.0),
                "0 to 60",
            ),
            ("fading_db", self.fading_db, (0.0, 20.0), "0 to 20"),
            ("margin_db", self.margin_db, (0.0, 40.0), "0 to 40"),
            ("noise_dbm", self.noise_dbm, (-150.0, -50.0), "-150 to -50"),
            ("capture_db", self.capture_db, (0.0, 40.0), "0 to 40"),
            ("outage_share", self.outage_share, (0.0, 0.99), "0 to 0.99"),
            (
                "outage_hours",
                self.outage_hours,
                (0.01, 1e5),
                "0.01 to 100000",
            ),
        ] {
            in_range(name, value, range, expected)?;
        }
        let payload = f64::from(self.payload_bytes);
        in_range(
            "payload_bytes",
            payload,
            (0.0, 51.0),
            "0 to 51, which every data rate holds",
        )?;
        self.charge.check()
    }
}
