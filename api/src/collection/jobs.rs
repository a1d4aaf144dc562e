//! Days that are planned in the background: what is asked for, how it is planned, and what comes of it.
//! Nothing here knows HTTP; jobs are forgotten when the program ends.

mod order;
mod product;
mod watch;
mod work;

use std::time::Duration;

pub(crate) use self::order::{PlanOrder, Start};
pub(crate) use self::product::PlanFile;
use self::product::Product;
pub(crate) use self::work::PlanSource;
use crate::collection::Watch;
use crate::jobs::Craft;

/// Planning days.
#[derive(Debug)]
pub(crate) struct Planning;

impl Craft for Planning {
    const NOUN: &'static str = "plan";
    const COUNTER: &'static str = "twin_plans_total";
    type Order = PlanOrder;
    type Watch = Watch;
    type Product = Product;

    fn budget(order: &PlanOrder) -> Option<Duration> {
        order.effort.limits.wall
    }
}
