//! Whether, and when, everything changed at once.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::days::{BEFORE_AT, number_of};
use super::fit::{Data, Fit};
use super::visits::Visits;

/// A change that was found: its day, and within which days it lies in 90 % of all cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) from: Date,
    pub(super) earliest: Date,
    pub(super) latest: Date,
}

/// So many days before and after it must be known.
const MARGIN: i64 = 56;
/// The days that are tried first are at most so many.
const COARSE: i64 = 60;
/// Twice the gain of the logarithm of the likelihood that a change must bring: far more than the largest
/// of all days brings by chance (12.2 at 1 %, Andrews, "Tests for parameter instability and structural
/// change with unknown change point", Econometrica 61, 1993), for noise has a memory in the field.
const GAIN: f64 = 25.0;
/// A change by less than this logarithm is none of regime.
const SMALLEST: f64 = 0.15;
/// The 90 % quantile of twice the gain at the best day over that at the true one: Hansen, "Sample
/// splitting and threshold estimation", Econometrica 68, 2000.
const HANSEN_90: f64 = 5.94;

/// The day from which on a stream has another rate; `None` where it always has the same.
pub(super) fn find(visits: &Visits) -> Option<Found> {
    let (first, last) = (number_of(visits.first), number_of(visits.last));
    let span = last - first;
    if span < 2 * MARGIN + 7 {
        return None;
    }
    let same = Data::new(visits, None).fit(None, 40)?;
    let day = |number: i64| visits.first.checked_add((number - first).days()).ok();
    let gain = |number: i64| -> Option<(f64, i64, Fit)> {
        let fit = Data::new(visits, Some(day(number)?)).fit(Some(&same), 8)?;
        Some((
            2.0 * (fit.log_likelihood - same.log_likelihood),
            number,
            fit,
        ))
    };
    let (from, to) = (first + MARGIN, last - MARGIN);
    let step = (span / COARSE).max(7);
    let coarse = (from..=to).step_by(usize::try_from(step).ok()?);
    let best = best(coarse.filter_map(gain))?;
    if best.0 < GAIN / 2.0 {
        return None;
    }
    let fine = (best.1 - step).max(from)..=(best.1 + step).min(to);
    let tried: Vec<(f64, i64, Fit)> = fine.filter_map(gain).collect();
    let likely = best_of(&tried)?;
    if likely.0 < GAIN || likely.2.beta[BEFORE_AT].abs() < SMALLEST {
        return None;
    }
    let within = tried
        .iter()
        .filter(|(gain, _, _)| likely.0 - gain <= HANSEN_90);
    let days: Vec<i64> = within.map(|(_, number, _)| *number).collect();
    Some(Found {
        from: day(likely.1)?,
        earliest: day(*days.first()?)?,
        latest: day(*days.last()?)?,
    })
}

fn best(tried: impl Iterator<Item = (f64, i64, Fit)>) -> Option<(f64, i64, Fit)> {
    tried.max_by(|one, other| one.0.total_cmp(&other.0))
}

fn best_of(tried: &[(f64, i64, Fit)]) -> Option<&(f64, i64, Fit)> {
    tried.iter().max_by(|one, other| one.0.total_cmp(&other.0))
}
