//! Planned days in files: written once a plan is found, and read to explain it, to change it, or to
//! begin another search with.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use simulator::collection::Plan;
use simulator::collection::carry::carry_over;
use simulator::collection::saved::{LeftContainer, SavedDay, named_vehicles};
use twin_core::{AssetIx, AssetKind};

use super::{DayTask, policy_name};
use crate::error::{ApiError, ApiResult};

impl DayTask<'_> {
    /// A plan of the day as it is kept.
    pub(crate) fn save(&self, plan: &Plan) -> SavedDay {
        let (order, problem) = (&self.order, &self.problem.problem);
        let inventory = order.territory.twin.inventory();
        let kind = AssetKind::Container;
        let left = self.left.iter().filter_map(|left| {
            let ix = left.container;
            Some(LeftContainer {
                key: inventory.key(AssetIx { kind, ix })?.into(),
                why: left.why,
            })
        });
        SavedDay {
            version: SavedDay::VERSION,
            territory: order.territory.manifest.title.clone(),
            date: order.date.date(),
            policy: policy_name(order.policy).into(),
            is_synthetic: order.is_synthetic(),
            since: None,
            vehicles: named_vehicles(problem, plan, &[]),
            dropped: Vec::new(),
            plan: plan.clone(),
            names: self.names.clone(),
            left: left.collect(),
            problem: problem.clone(),
        }
    }

    /// The rounds of another day on this one's problem.
    pub(crate) fn carry(&self, from: &SavedDay) -> Plan {
        carry_over(from, &self.problem.problem, &self.names)
    }
}

/// Reads a saved day.
///
/// # Errors
/// [`ApiError::ReadDay`], and [`ApiError::InvalidDay`] for a file that is too large, or none.
pub(crate) fn read_day(path: &Path) -> ApiResult<SavedDay> {
    let mut bytes = Vec::new();
    let most = SavedDay::MOST_BYTES as u64 + 1;
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|source| ApiError::ReadDay {
        path: path.into(),
        source,
    })?;
    SavedDay::read(&bytes).map_err(|source| ApiError::InvalidDay {
        path: path.into(),
        source,
    })
}

/// Writes a day.
///
/// # Errors
/// [`ApiError::Write`], and [`ApiError::InvalidDay`] for a day that is too large to be read again.
pub(crate) fn write_day(path: &Path, day: &SavedDay) -> ApiResult<()> {
    let json = day.to_json().map_err(|source| ApiError::InvalidDay {
        path: path.into(),
        source,
    })?;
    std::fs::write(path, json).map_err(|source| ApiError::Write {
        path: path.into(),
        source,
    })
}
