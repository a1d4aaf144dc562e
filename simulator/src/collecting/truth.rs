//! What is really in the containers, with or without devices that look at it.

use twin_core::{Stream, Timestamp};

use super::execution::Emptied;
use crate::error::SimResult;
use crate::filling::{ContainerFill, DayCache, FillingModel, FillingState};
use crate::sensing::{Network, SensorReport};

/// The truth of one run. Instants are asked for in order.
#[derive(Debug)]
pub enum Truth<'m> {
    /// Nobody looks into the containers.
    Unseen {
        /// How they fill.
        model: &'m FillingModel,
        /// What is in them.
        state: FillingState,
        /// What was drawn of the day already.
        days: Box<DayCache>,
    },
    /// A network of sensors does.
    Sensed {
        /// The network, which has the containers too.
        network: Box<Network>,
        /// What arrived since it was last taken.
        reports: Vec<SensorReport>,
    },
}

impl Truth<'_> {
    /// What a crew finds that comes to a container, and takes away; and the container's stream.
    pub(super) fn empty(
        &mut self,
        container: usize,
        at: Timestamp,
    ) -> SimResult<(ContainerFill, Stream)> {
        match self {
            Self::Unseen { model, state, days } => {
                model.advance_site(state, (model.site_of(container)?, at), days)?;
                let found = state.containers[container];
                model.empty(state, container, at)?;
                model.sweep(state, container, at)?;
                Ok((found, model.spec(container)?.stream))
            }
            Self::Sensed { network, reports } => {
                reports.extend(network.advance(at.max(network.at()))?.reports);
                let found = network.look(container)?;
                network.empty(container)?;
                Ok((found, network.spec().filling.spec(container)?.stream))
            }
        }
    }

    /// A crew comes to a container and empties it.
    pub(crate) fn take(&mut self, container: usize, at: Timestamp) -> SimResult<Emptied> {
        let (found, _) = self.empty(container, at)?;
        Ok(Emptied::of(container, at, &found))
    }

    /// The containers as they are, where they can be looked at: not through sensors.
    pub(crate) const fn seen(&self) -> Option<&FillingState> {
        match self {
            Self::Unseen { state, .. } => Some(state),
            Self::Sensed { .. } => None,
        }
    }

    /// Lets time pass.
    pub(crate) fn advance(&mut self, to: Timestamp) -> SimResult<()> {
        match self {
            Self::Unseen { model, state, days } => model.advance_all(state, to, days),
            Self::Sensed { network, reports } => {
                reports.extend(network.advance(to)?.reports);
                Ok(())
            }
        }
    }

    /// The containers at the last instant that was asked for.
    pub fn state(&self) -> SimResult<FillingState> {
        match self {
            Self::Unseen { state, .. } => Ok(state.clone()),
            Self::Sensed { network, .. } => network.filling_state(),
        }
    }

    /// The reports that arrived since this was asked last.
    pub(crate) fn take_reports(&mut self) -> Vec<SensorReport> {
        match self {
            Self::Unseen { .. } => Vec::new(),
            Self::Sensed { reports, .. } => core::mem::take(reports),
        }
    }
}
