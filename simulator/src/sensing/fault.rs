//! How sensors break, and the truth about it.

use serde::{Deserialize, Serialize};
use twin_core::Timestamp;

use super::params::SensingParams;
use super::sojourn::{Sojourn, Sojourns};
use crate::random::{Model, Seed};

/// How a sensor is broken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum FaultKind {
    /// No uplink at all.
    Silent,
    /// The same distance again and again.
    Stuck {
        /// Where between empty (0) and full (1) it is stuck.
        apparent_fill: f64,
    },
    /// Out of its mounting.
    Tilted,
    /// The level seems to rise.
    Drift {
        /// By so much each day since the fault began.
        mm_per_day: f64,
    },
}

/// What is true of a sensor, whatever it reports.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultTruth {
    /// How it is broken; `None`: it works.
    pub fault: Option<FaultKind>,
    /// Since when it works or is broken.
    pub since: Timestamp,
}

impl FaultTruth {
    /// Whether the sensor tells what it should.
    pub const fn works(&self) -> bool {
        self.fault.is_none()
    }

    pub(super) const fn is_silent(&self) -> bool {
        matches!(self.fault, Some(FaultKind::Silent))
    }
}

/// Working and broken times of all sensors.
pub(super) fn fault_sojourns(params: &SensingParams) -> Sojourns {
    Sojourns {
        on_ms: params.repair_days * 86_400_000.0,
        on_share: params.faulty_share,
    }
}

/// What a sojourn means for a sensor.
pub(super) fn truth(
    params: &SensingParams,
    (seed, sensor): (Seed, u32),
    sojourn: Sojourn,
) -> FaultTruth {
    let fault = sojourn
        .is_on
        .then(|| fault_kind(params, (seed, sensor), sojourn.index));
    FaultTruth {
        fault,
        since: sojourn.since,
    }
}

fn fault_kind(params: &SensingParams, (seed, sensor): (Seed, u32), index: u64) -> FaultKind {
    let mut randomness = seed.stream(Model::FaultKind, sensor).at_slot(index);
    let shares = params.fault_shares;
    let sum = shares.silent + shares.stuck + shares.tilted + shares.drift;
    let mut rest = randomness.unit() * sum;
    let detail = randomness.unit();
    let mut is_in = |share: f64| {
        let hit = rest < share;
        rest -= share;
        hit
    };
    if is_in(shares.silent) {
        FaultKind::Silent
    } else if is_in(shares.stuck) {
        FaultKind::Stuck {
            apparent_fill: detail,
        }
    } else if is_in(shares.tilted) {
        FaultKind::Tilted
    } else {
        FaultKind::Drift {
            mm_per_day: (1.0 - detail) * params.max_drift_mm_per_day,
        }
    }
}
