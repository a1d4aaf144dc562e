//! What is known of containers in the morning of a day where nobody measured: a synthetic state.

use std::collections::BTreeMap;

use gis_data::pack::Manifest;
use simulator::calendar::LocalDay;
use simulator::collection::day::{Knowledge, Policy, Steady};
use simulator::collection::rules::Rules;
use simulator::filling::{ContainerSpec, FillingModel, FillingParams};
use simulator::random::Seed;
use twin_core::Twin;

use crate::error::ApiResult;
use crate::ingest::{container_specs, flows_of};

/// What a morning follows from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MorningRequest<'a> {
    /// What exists.
    pub(crate) twin: &'a Twin,
    /// What its pack says of itself.
    pub(crate) manifest: &'a Manifest,
    /// How it is collected.
    pub(crate) rules: &'a Rules,
    /// From where levels are known.
    pub(crate) levels: Levels,
}

/// From where it is known how full containers are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Levels {
    /// From the filling model alone.
    Synthetic {
        /// What was followed until then.
        settled_by: Policy,
        /// What everything random follows from.
        seed: Seed,
    },
}

/// What is known of each container, by its dense number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Morning(BTreeMap<u32, Knowledge>);

impl Morning {
    /// What is known at midnight of a day.
    pub(crate) fn new(request: &MorningRequest<'_>, day: &LocalDay) -> ApiResult<Self> {
        match request.levels {
            Levels::Synthetic { settled_by, seed } => {
                Self::synthetic(request, (settled_by, seed), day)
            }
        }
    }

    /// The steady state of a policy. Where a container has a sensor its true level is known, without the
    /// faults of a device; elsewhere the mean of what came since it was emptied.
    fn synthetic(
        request: &MorningRequest<'_>,
        (settled_by, seed): (Policy, Seed),
        day: &LocalDay,
    ) -> ApiResult<Self> {
        let twin = request.twin;
        let (numbers, specs): (Vec<u32>, Vec<ContainerSpec>) =
            container_specs(twin).into_iter().unzip();
        let params = FillingParams {
            flows: flows_of(request.manifest),
            ..FillingParams::default()
        };
        let model = FillingModel::new(&specs, params, seed)?;
        let has_sensor = |&number: &u32| twin.inventory().sensor_of_container(number).is_some();
        let is_measured: Vec<bool> = numbers.iter().map(has_sensor).collect();
        let steady = Steady {
            model: &model,
            rules: request.rules,
            policy: settled_by,
            is_measured: &is_measured,
        };
        let state = steady.state(day.date())?;
        let known = numbers.into_iter().enumerate().map(|(container, number)| {
            let knowledge = steady.knowledge(&state, container, day.date())?;
            Ok((number, knowledge))
        });
        Ok(Self(known.collect::<ApiResult<_>>()?))
    }

    /// What is known of a container.
    pub(crate) fn known(&self, container: u32) -> Option<Knowledge> {
        self.0.get(&container).copied()
    }
}
