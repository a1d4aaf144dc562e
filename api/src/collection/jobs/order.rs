//! What a job is to plan.

use std::sync::Arc;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use simulator::calendar::LocalDay;
use simulator::collection::day::Policy;
use simulator::roads::HourClass;
use twin_core::Stream;

use crate::collection::{Effort, Levels, policy_name};
use crate::jobs::JobId;

/// What a job is to plan.
#[derive(Clone, Debug)]
pub(crate) struct PlanOrder {
    /// When.
    pub(crate) date: LocalDay,
    /// How containers are chosen.
    pub(crate) policy: Policy,
    /// The streams that are collected.
    pub(crate) streams: Vec<Stream>,
    /// From where levels are known.
    pub(crate) levels: Levels,
    /// When vehicles drive.
    pub(crate) hour: HourClass,
    /// How long it is searched for.
    pub(crate) effort: Effort,
    /// The plan that the search begins with.
    pub(crate) start: Option<Start>,
}

/// An earlier plan.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    /// Its job.
    pub(crate) id: JobId,
    /// It as a saved day; kept here, however long the job is.
    pub(crate) day: Arc<[u8]>,
}

impl Serialize for PlanOrder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let threshold = match self.policy {
            Policy::Threshold(least) => Some(least.get()),
            _ => None,
        };
        let fullest = match self.policy {
            Policy::Fullest(count) => Some(count),
            _ => None,
        };
        let Effort {
            limits,
            threads,
            seed,
        } = &self.effort;
        let mut told = serializer.serialize_struct("PlanOrder", 13)?;
        told.serialize_field("date", &self.date.date().to_string())?;
        told.serialize_field("policy", policy_name(self.policy))?;
        told.serialize_field("threshold", &threshold)?;
        told.serialize_field("fullest", &fullest)?;
        let settled_by = policy_name(self.levels.settled_by);
        told.serialize_field("settled_by", settled_by)?;
        told.serialize_field("streams", &self.streams)?;
        told.serialize_field("levels", &self.levels.from)?;
        told.serialize_field("hour", &self.hour.to_string())?;
        let seconds = limits.wall.map(|wall| wall.as_secs_f64());
        told.serialize_field("seconds", &seconds)?;
        told.serialize_field("iterations", &limits.iterations)?;
        told.serialize_field("threads", threads)?;
        told.serialize_field("seed", seed)?;
        let start = self.start.as_ref().map(|start| start.id);
        told.serialize_field("start", &start)?;
        told.end()
    }
}
