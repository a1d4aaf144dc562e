//! `GET /communes`: the territory at the twin's present.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use twin_core::{AssetIx, AssetKind, Commune, CommuneIx, FibreZone, LonLat, Timestamp, Twin};

use super::assets::geo_json;
use super::geojson::{Feature, FeatureCollection, Geometry};
use super::problem::Problem;
use super::query::{Page, StrictQuery};
use super::state::ApiState;

/// The parameters of the list.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    limit: Option<usize>,
    offset: Option<usize>,
}

#[derive(Debug, Serialize)]
struct CommuneProperties {
    insee: Box<str>,
    name: Box<str>,
    population: Option<u32>,
    area_km2: Option<f64>,
    center: LonLat,
    fibre_zone: Option<FibreZone>,
    member_from: Option<Timestamp>,
    member_until: Option<Timestamp>,
    synthetic_outline: bool,
    sites: u32,
    containers: u32,
    sensors: u32,
}

/// How many assets of a kind each commune has.
struct Counts(Vec<u32>);

impl Counts {
    fn of(twin: &Twin, kind: AssetKind) -> Self {
        let inventory = twin.inventory();
        let mut counts = vec![0; inventory.communes().len()];
        for ix in inventory.numbers(kind) {
            if let Some(commune) = inventory.commune_of(AssetIx { kind, ix }) {
                counts[usize::from(commune.0)] += 1;
            }
        }
        Self(counts)
    }

    fn get(&self, commune: CommuneIx) -> u32 {
        self.0.get(usize::from(commune.0)).copied().unwrap_or(0)
    }
}

/// `GET /communes`: the members of the territory at the twin's present, with their outlines.
pub(super) async fn list(
    State(state): State<ApiState>,
    RawQuery(raw): RawQuery,
    StrictQuery(query): StrictQuery<ListQuery>,
) -> Result<Response, Problem> {
    let page = Page::new(query.offset, query.limit)?;
    let twin = state.engine.twin();
    let now = state.engine.clock().now();
    let [sites, containers, sensors] = [AssetKind::Site, AssetKind::Container, AssetKind::Sensor]
        .map(|kind| Counts::of(&twin, kind));
    let members: Vec<_> = twin.inventory().communes().members(now).collect();
    let is_synthetic = state.territory.is_layer_synthetic("communes");
    let features = members
        .iter()
        .skip(page.offset)
        .take(page.limit)
        .map(|(ix, commune)| {
            let properties = CommuneProperties {
                sites: sites.get(*ix),
                containers: containers.get(*ix),
                sensors: sensors.get(*ix),
                ..described(commune, is_synthetic)
            };
            Feature::new(
                commune.code.to_string(),
                Geometry::outline(&commune.outline),
                properties,
            )
        });
    let features = features.collect();
    let links = page.links(
        "/communes",
        raw.as_deref().unwrap_or_default(),
        members.len(),
    );
    Ok(geo_json(&FeatureCollection::page(
        features,
        members.len(),
        links,
    )))
}

fn described(commune: &Commune, synthetic_outline: bool) -> CommuneProperties {
    CommuneProperties {
        insee: commune.code.clone(),
        name: commune.name.clone(),
        population: commune.population,
        area_km2: commune.area.map(|area| area.get() / 1e6),
        center: commune.center,
        fibre_zone: commune.fibre_zone,
        member_from: commune.member_from,
        member_until: commune.member_until,
        synthetic_outline,
        sites: 0,
        containers: 0,
        sensors: 0,
    }
}
