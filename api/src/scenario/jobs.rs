//! Scenarios that are followed in the background: what is asked for, how far it is, what comes of it, and
//! where that is kept. Nothing here knows HTTP.

mod order;
mod product;
mod shelf;
mod watch;
mod work;

use std::time::Duration;

pub(crate) use self::order::{Asked, SimulationOrder};
pub(crate) use self::product::Simulated;
pub(crate) use self::shelf::FolderShelf;
use self::watch::SimulationWatch;
pub(crate) use self::work::{SimulationSource, simulate};
use crate::jobs::Craft;

/// Following scenarios.
#[derive(Debug)]
pub(crate) struct Simulating;

impl Craft for Simulating {
    const NOUN: &'static str = "simulation";
    const COUNTER: &'static str = "twin_simulations_total";
    type Order = SimulationOrder;
    type Watch = SimulationWatch;
    type Product = Simulated;

    fn budget(_: &SimulationOrder) -> Option<Duration> {
        None
    }
}
