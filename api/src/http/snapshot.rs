//! `GET /live/snapshot`: how every client starts, as compact columns with the number they hold.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use twin_core::{
    AssetIx, AssetKind, Channel, ContainerType, SensorStatus, Stream, Timestamp, Twin,
};

use super::moment::{Moment, MomentQuery, moment};
use super::problem::Problem;
use super::query::StrictQuery;
use super::state::ApiState;

/// All sites and containers at one moment, column by column.
#[derive(Debug, Serialize)]
pub(super) struct LiveSnapshot {
    seq: u64,
    at: Timestamp,
    sites: SiteColumns,
    containers: ContainerColumns,
}

#[derive(Debug, Default, Serialize)]
struct SiteColumns {
    id: Vec<String>,
    name: Vec<Option<String>>,
    commune: Vec<Option<String>>,
    lon: Vec<f64>,
    lat: Vec<f64>,
}

#[derive(Debug, Default, Serialize)]
struct ContainerColumns {
    id: Vec<String>,
    site: Vec<usize>,
    stream: Vec<Stream>,
    container_type: Vec<ContainerType>,
    volume_l: Vec<Option<f64>>,
    fill: Vec<Option<f64>>,
    status: Vec<SensorStatus>,
    observed_at: Vec<Option<i64>>,
    has_sensor: Vec<u8>,
}

/// `GET /live/snapshot`: the changes after its `seq` are on `/live`.
pub(super) async fn live_snapshot(
    State(state): State<ApiState>,
    StrictQuery(query): StrictQuery<MomentQuery>,
) -> Result<Json<LiveSnapshot>, Problem> {
    let Moment { twin, at } = moment(&state, query.datetime.as_deref()).await?;
    let (sites, positions) = site_columns(&twin);
    Ok(Json(LiveSnapshot {
        seq: twin.seq(Channel::Public),
        at,
        containers: container_columns(&twin, &positions),
        sites,
    }))
}

/// The sites, and at which position each stands.
fn site_columns(twin: &Twin) -> (SiteColumns, HashMap<u32, usize>) {
    let inventory = twin.inventory();
    let mut columns = SiteColumns::default();
    let mut positions = HashMap::new();
    for (ix, row) in inventory.sites().iter() {
        positions.insert(ix, columns.id.len());
        let commune = row
            .commune
            .and_then(|commune| inventory.communes().get(commune));
        columns.id.push(format!("site/{}", row.asset.key));
        columns
            .name
            .push(row.asset.detail.name.as_deref().map(str::to_owned));
        columns
            .commune
            .push(commune.map(|commune| commune.code.to_string()));
        columns.lon.push(row.asset.place.lon());
        columns.lat.push(row.asset.place.lat());
    }
    (columns, positions)
}

/// The containers of a snapshot in its order, each with its site.
pub(super) fn listed(twin: &Twin) -> impl Iterator<Item = (u32, u32)> {
    let inventory = twin.inventory();
    inventory.containers().iter().filter_map(move |(ix, _row)| {
        let site = inventory.site_of_container(ix)?;
        inventory.sites().get(site)?;
        Some((ix, site))
    })
}

fn container_columns(twin: &Twin, positions: &HashMap<u32, usize>) -> ContainerColumns {
    let inventory = twin.inventory();
    let mut columns = ContainerColumns::default();
    for (ix, site) in listed(twin) {
        let row = inventory.containers().get(ix);
        let Some((row, site)) = row.zip(positions.get(&site).copied()) else {
            continue;
        };
        let level = twin.level(ix);
        let id = AssetIx {
            kind: AssetKind::Container,
            ix,
        };
        columns.id.push(format!(
            "container/{}",
            inventory.key(id).unwrap_or_default()
        ));
        columns.site.push(site);
        columns.stream.push(row.asset.detail.stream);
        columns.container_type.push(row.asset.detail.container_type);
        columns
            .volume_l
            .push(row.asset.detail.volume.map(Into::into));
        columns.fill.push(level.map(|level| level.fill.get()));
        columns.status.push(twin.container_status(ix));
        columns
            .observed_at
            .push(level.map(|level| level.observed_at.as_secs()));
        columns
            .has_sensor
            .push(inventory.sensor_of_container(ix).is_some().into());
    }
    columns
}
