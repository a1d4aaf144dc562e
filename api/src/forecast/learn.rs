//! What is learned before anything is heard: what the journal keeps of readings.

use gis_data::stores::JournalReader;
use simulator::forecast::LevelReading;
use twin_core::{Change, Channel, Effect, Inventory, Span, Timestamp, Twin};

use super::known::{Known, Told};
use crate::engine::{Engine, EngineResult};

/// How far back readings are learned from.
const LOOK_BACK: Span = Span::from_hours(24 * 28);
/// Changes looked at together.
const PAGE: u32 = 10_000;
/// Changes that a report makes, at most, as a rule: of the sensor, its container, its status.
const CHANGES_OF_A_REPORT: u64 = 3;
/// Most changes that are looked at, however many sensors there are.
const MOST_CHANGES: u64 = 4_000_000;

/// What the journal keeps in full of the last four weeks, and the number of the last change that was learned.
///
/// # Errors
/// Where the journal cannot be read.
pub(super) async fn learned(engine: &Engine) -> EngineResult<(Known, u64)> {
    let twin = engine.twin();
    let last = twin.seq(Channel::Public);
    let from = engine.clock().now() - LOOK_BACK;
    let most = expected_changes(&twin);
    let forgotten = |reader: &dyn JournalReader| reader.forgotten(Channel::Public);
    let forgotten = engine.readers().read(forgotten).await?;
    let mut after = forgotten.max(last.saturating_sub(most));
    let mut told = Vec::new();
    while after < last {
        let page = move |reader: &dyn JournalReader| reader.changes(Channel::Public, after, PAGE);
        let page = engine.readers().read(page).await?;
        let Some(change) = page.last() else { break };
        after = change.seq;
        let readings = page.iter().filter_map(|change| reading(&twin, change));
        told.extend(readings.filter(|told| told.reading.at >= from));
    }
    let known = tokio::task::spawn_blocking(move || all_heard(twin.inventory(), told));
    Ok((known.await?, after.max(last)))
}

/// How many changes there may be of four weeks.
fn expected_changes(twin: &Twin) -> u64 {
    let reports = |interval: Span| {
        let interval_ms = interval.as_millis().max(60_000);
        u64::try_from(LOOK_BACK.as_millis() / interval_ms).unwrap_or(0)
    };
    let sensors = twin.inventory().sensors().iter();
    let intervals = sensors.map(|(_, row)| reports(row.asset.detail.expected_interval));
    let reports = intervals.fold(0_u64, u64::saturating_add);
    // Rounds, reports and alarms, and devices that report more often than they should.
    reports
        .saturating_mul(CHANGES_OF_A_REPORT)
        .saturating_add(100_000)
        .min(MOST_CHANGES)
}

/// What a change tells of a level.
pub(super) fn reading(twin: &Twin, change: &Change) -> Option<Told> {
    let Effect::SensorReported { sensor, report, .. } = &change.effect else {
        return None;
    };
    Some(Told {
        sensor: twin.inventory().find(sensor)?.ix,
        reading: LevelReading::of(report.observed_at, &report.reading),
    })
}

/// Readings in the order of time, whatever the order in which they came.
fn all_heard(inventory: &Inventory, mut told: Vec<Told>) -> Known {
    told.sort_by_key(|told| (told.reading.at, told.sensor));
    let mut known = Known::of(inventory);
    for told in &told {
        known.hear(told);
    }
    known.pass(told.last().map_or(Timestamp::MIN, |told| told.reading.at));
    known
}
