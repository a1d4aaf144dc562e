//! What a watch has to know before it begins: who heard whom, and how containers filled so far.

use std::collections::BTreeMap;

use gis_data::stores::JournalReader;
use twin_core::{AssetId, AssetKind, Effect, Span, Timestamp, Twin};

use super::gateways::{Heard, KEPT};
use super::rules::OverflowRules;
use super::trend::Trend;
use crate::engine::{Engine, EngineResult};

/// Inputs looked at together.
const PAGE: u32 = 1_000;
/// How far back levels are looked at.
const LOOK_BACK: Span = Span::from_hours(14 * 24);
/// Most levels that are looked at of a container.
const MOST_LEVELS: u32 = 2_000;
/// Containers looked at together.
const CONTAINERS: usize = 200;
/// Most containers whose past is looked at: of more, trends are told from what comes.
const MOST_CONTAINERS: usize = 20_000;

/// Who heard whom: what was kept, and where nothing was, what the journal has of frames.
pub(super) async fn heard(engine: &Engine, twin: &Twin) -> EngineResult<Heard> {
    let kept = engine
        .readers()
        .read(|reader| reader.checkpoint(KEPT))
        .await?;
    if let Some(kept) = kept {
        return Ok(Heard::restored(&kept, twin));
    }
    let mut heard = Heard::default();
    let mut after = 0;
    loop {
        let page = move |reader: &dyn JournalReader| reader.uplinks(after, PAGE);
        let page = engine.readers().read(page).await?;
        let Some((last, _uplink)) = page.last() else {
            return Ok(heard);
        };
        after = *last;
        for uplink in page.iter().filter_map(|(_no, uplink)| uplink.as_ref()) {
            if let Some(sensor) = twin.inventory().sensor_of_device(uplink.dev_eui) {
                heard.hear(sensor, uplink.gateways.iter().map(AsRef::as_ref));
            }
        }
    }
}

/// The trends of those containers of which it matters, from what the journal has of their levels.
pub(super) async fn trends(
    engine: &Engine,
    twin: &Twin,
    rules: &OverflowRules,
) -> EngineResult<BTreeMap<u32, Trend>> {
    let from = engine.clock().now() - LOOK_BACK;
    let is_watched = |container: &u32| {
        let level = twin.level(*container);
        level.is_some_and(|level| level.fill >= rules.watch_from)
    };
    let containers = twin.inventory().numbers(AssetKind::Container);
    let watched: Vec<u32> = containers
        .filter(is_watched)
        .take(MOST_CONTAINERS)
        .collect();
    let mut trends = BTreeMap::new();
    for some in watched.chunks(CONTAINERS) {
        let id = |ix: &u32| Some((*ix, container_id(twin, *ix)?));
        let named: Vec<(u32, AssetId)> = some.iter().filter_map(id).collect();
        let read = move |reader: &dyn JournalReader| {
            let trend = |(ix, id): (u32, AssetId)| {
                let changes = reader.history(&id, from, MOST_LEVELS)?;
                Ok(trend_of(&changes).map(|trend| (ix, trend)))
            };
            named.into_iter().map(trend).collect::<Result<Vec<_>, _>>()
        };
        trends.extend(engine.readers().read(read).await?.into_iter().flatten());
    }
    Ok(trends)
}

fn container_id(twin: &Twin, container: u32) -> Option<AssetId> {
    let row = twin.inventory().containers().get(container)?;
    row.asset.id().ok()
}

fn trend_of(changes: &[twin_core::Change]) -> Option<Trend> {
    let levels = changes.iter().filter_map(|change| match &change.effect {
        Effect::ContainerMeasured {
            fill, observed_at, ..
        } => Some((*observed_at, fill.get())),
        _ => None,
    });
    let mut levels: Vec<(Timestamp, f64)> = levels.collect();
    levels.sort_by_key(|(at, _fill)| *at);
    let ((at, fill), rest) = levels.split_first()?;
    let first = Trend::new(*at, *fill);
    Some(
        rest.iter()
            .fold(first, |trend, (at, fill)| trend.with(*at, *fill)),
    )
}
