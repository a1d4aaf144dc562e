//! The problem of a file, whichever format that has.

use std::path::Path;

use clap::ValueEnum;
use simulator::collection::carry::carry_over;
use simulator::collection::saved::SavedDay;
use simulator::collection::vrplib::{Instance, Round, Solution};
use simulator::collection::{Plan, Problem};

use crate::collection::{euros, read_day};
use crate::error::{ApiError, ApiResult};

/// The format of a problem's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// CVRPLIB and VRPLIB, the successors of TSPLIB
    Vrplib,
    /// A day that `plan day --save` wrote; whoever wants to know what a rule costs changes it there
    Day,
}

/// The problem of a file.
#[derive(Debug)]
pub(super) enum ProblemFile {
    Vrplib(Instance),
    Day {
        day: Box<SavedDay>,
        /// The problem without the stops that are not to be served any more, where there are any.
        left: Option<Problem>,
    },
}

impl ProblemFile {
    /// Reads a file; `round` is how its numbers are rounded, where it does not say so itself.
    pub(super) fn read(path: &Path, format: Format, round: Option<Round>) -> ApiResult<Self> {
        match format {
            Format::Vrplib => Instance::read(&read_text(path)?, round)
                .map(Self::Vrplib)
                .map_err(|source| invalid(path, source)),
            Format::Day => {
                let day = Box::new(read_day(path)?);
                let left = (!day.dropped.is_empty()).then(|| day.problem_left());
                let left = left.transpose().map_err(|source| invalid(path, source))?;
                Ok(Self::Day { day, left })
            }
        }
    }

    pub(super) fn problem(&self) -> &Problem {
        match self {
            Self::Vrplib(instance) => instance.problem(),
            Self::Day { day, left } => left.as_ref().unwrap_or(&day.problem),
        }
    }

    /// What the file calls its problem, and whether that is made up; `None` where it has no name.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Vrplib(instance) => Some(instance.name().to_owned()),
            Self::Day { day, .. } => {
                let mark = if day.is_synthetic { ", synthetic" } else { "" };
                Some(format!("{} {}{mark}", day.territory, day.date))
            }
        }
        .filter(|name| !name.is_empty())
    }

    /// A cost of the problem in the unit of the file: that of its solutions, or euros.
    pub(super) fn display_cost(&self, cost: i64) -> String {
        match self {
            Self::Vrplib(instance) => instance.display_cost(cost),
            Self::Day { .. } => format!("{:.6}", euros(cost)),
        }
    }

    /// The length of ways: in the unit of the file's solutions, or in kilometres.
    pub(super) fn display_length(&self, length: i64) -> String {
        match self {
            Self::Vrplib(instance) => instance.display_cost(length),
            Self::Day { .. } => format!("{:.1} km", length as f64 / 1e3),
        }
    }

    /// A plan in the format of VRPLIB's solutions: customer n is stop n - 1, and a 0 empties the vehicle.
    pub(super) fn solution(&self, plan: &Plan, cost: i64) -> Solution {
        match self {
            Self::Vrplib(instance) => instance.solution(plan, cost),
            Self::Day { .. } => Solution::of(plan, euros(cost)),
        }
    }

    /// The names of a plan's vehicles, where they are not all the same.
    pub(super) fn vehicles(&self, plan: &Plan) -> Vec<String> {
        match self {
            Self::Vrplib(_) => Vec::new(),
            Self::Day { day, .. } => {
                let vehicles = day.vehicles_of(plan);
                vehicles.iter().map(ToString::to_string).collect()
            }
        }
    }

    /// The day of the file with another plan; `None` where it holds no day.
    pub(super) fn with_plan(&self, plan: &Plan) -> Option<SavedDay> {
        match self {
            Self::Vrplib(_) => None,
            Self::Day { day, .. } => Some(day.with_plan(plan)),
        }
    }

    /// The plan to begin with that a file holds: for a day another one like it, else a solution.
    pub(super) fn read_start(&self, path: &Path) -> ApiResult<Plan> {
        match self {
            Self::Vrplib(instance) => Solution::read(&read_text(path)?)
                .and_then(|solution| instance.plan(&solution))
                .map_err(|source| invalid(path, source)),
            Self::Day { day, .. } => {
                let from = read_day(path)?;
                Ok(carry_over(&from, self.problem(), &day.names))
            }
        }
    }
}

fn invalid(path: &Path, source: simulator::SimError) -> ApiError {
    ApiError::InvalidProblem {
        path: path.into(),
        source,
    }
}

/// The text of a file. Only remarks have letters beyond ASCII, in whatever encoding.
fn read_text(path: &Path) -> ApiResult<String> {
    let bytes = std::fs::read(path).map_err(|source| ApiError::ReadProblem {
        path: path.into(),
        source,
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
