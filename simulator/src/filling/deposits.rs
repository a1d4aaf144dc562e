//! What distinguishes a site's day from that of its streams: the events there.

use twin_core::Timestamp;

use super::params::Event;

/// Millilitres in a litre.
pub(super) const ML_PER_L: f64 = 1000.0;
/// More deposits a day than any container sees; bounds the memory whatever the parameters.
pub(super) const MAX_MEAN: f64 = 100_000.0;

/// Somebody brings something: to which container of the site, and how many millilitres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deposit {
    pub(super) place: u32,
    pub(super) ml: u32,
}

/// The shares of a day's hours, each times the factors of those events that hold as it begins; `None`
/// where no event touches the day.
pub(super) fn with_events(
    events: &[Event],
    (start, end): (Timestamp, Timestamp),
    hours: &[f64],
) -> Option<Vec<f64>> {
    if !events.iter().any(|one| one.from < end && start < one.to) {
        return None;
    }
    let begins = (start.as_millis()..).step_by(3_600_000);
    let weight = |(begin, share): (i64, &f64)| {
        let begin = Timestamp::from_millis(begin);
        let holds = |event: &&Event| event.from <= begin && begin < event.to;
        let factors = events.iter().filter(holds).map(|event| event.factor);
        share * factors.product::<f64>()
    };
    Some(begins.zip(hours).map(weight).collect())
}
