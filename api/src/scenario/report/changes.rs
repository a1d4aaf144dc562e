//! Where a scenario changes something: hours that containers are full, by commune, run by run.

use serde::Serialize;
use simulator::ensemble::summary;

use super::super::ensemble::Ensemble;
use super::super::stage::Staged;
use super::finite;

/// A month of the figures, in days.
const MONTH: f64 = 30.0;

/// How the full hours of a commune differ from those of the first scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct CommuneChange {
    code: String,
    /// Hours a month, of all containers of the commune together.
    overflow_h_per_month: MonthChange,
}

/// A difference with the interval that holds its mean with 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct MonthChange {
    mean: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lo95: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hi95: Option<f64>,
}

/// The communes where either scenario has something to tell, in the order of the inventory.
pub(super) fn changes((staged, base): &(Staged, Ensemble), other: &Ensemble) -> Vec<CommuneChange> {
    let months = f64::from(staged.setting.scenario().period.days) / MONTH;
    let communes = staged.setting.inventory().communes().iter();
    let told = communes.filter_map(|(ix, commune)| {
        let at = usize::from(ix.0);
        let pairs = base.runs.iter().zip(&other.runs);
        let pairs: Vec<_> = pairs
            .filter_map(|(a, b)| Some((a.communes.get(at)?, b.communes.get(at)?)))
            .collect();
        let is_something =
            |part: &simulator::scenario::PartSums| part.emptyings > 0 || part.overflow_h > 0.0;
        if !pairs
            .iter()
            .any(|(a, b)| is_something(a) || is_something(b))
        {
            return None;
        }
        let values = pairs
            .iter()
            .map(|(a, b)| (b.overflow_h - a.overflow_h) / months);
        let told = summary(&values.collect::<Vec<f64>>(), base.draws);
        Some(CommuneChange {
            code: commune.code.to_string(),
            overflow_h_per_month: MonthChange {
                mean: told.mean,
                lo95: finite(told.lo95),
                hi95: finite(told.hi95),
            },
        })
    });
    told.collect()
}
