//! What `GET /assets` can be asked: by kind, box, circle, nearness and polygon.

use serde::Deserialize;
use twin_core::{AssetIx, AssetKind, LonLat, LonLatBox, Metres, PreparedPolygon, Twin};

use super::super::problem::Problem;
use super::super::query::{Page, bad_request, bbox, kinds, numbers, polygon};

/// Most assets that `k` may ask for.
const MAX_K: usize = 10_000;

/// The parameters as they come.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SearchQuery {
    kind: Option<String>,
    bbox: Option<String>,
    near: Option<String>,
    radius: Option<f64>,
    k: Option<usize>,
    within: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
    datetime: Option<String>,
}

/// The parameters, checked.
#[derive(Debug)]
pub(super) struct Search {
    kinds: Vec<AssetKind>,
    bbox: Option<LonLatBox>,
    within: Option<PreparedPolygon>,
    around: Option<Around>,
    page: Page,
    datetime: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Around {
    center: LonLat,
    radius: Option<Metres>,
    k: Option<usize>,
}

impl Search {
    /// Refuses what does not read, naming parameter, value and what was expected.
    pub(super) fn new(query: &SearchQuery) -> Result<Self, Problem> {
        Ok(Self {
            kinds: match query.kind.as_deref() {
                Some(text) => kinds(text)?,
                None => AssetKind::ALL.iter().map(|info| info.kind).collect(),
            },
            bbox: query.bbox.as_deref().map(bbox).transpose()?,
            within: query.within.as_deref().map(polygon).transpose()?,
            around: around(query)?,
            page: Page::new(query.offset, query.limit)?,
            datetime: query.datetime.clone(),
        })
    }

    /// Of which time it is asked; `None`: of the present.
    pub(super) fn datetime(&self) -> Option<&str> {
        self.datetime.as_deref()
    }

    pub(super) const fn page(&self) -> Page {
        self.page
    }

    /// Everything that matches: by number, or nearest first where a place is given.
    pub(super) fn run(&self, twin: &Twin) -> Vec<AssetIx> {
        let found = self
            .kinds
            .iter()
            .flat_map(|kind| self.run_kind(twin, *kind));
        let Some(around) = self.around else {
            return found.map(|(asset, _distance)| asset).collect();
        };
        let mut found: Vec<_> = found.collect();
        found.sort_by(|a, b| a.1.get().total_cmp(&b.1.get()).then(a.0.cmp(&b.0)));
        found.truncate(around.k.unwrap_or(usize::MAX));
        found.into_iter().map(|(asset, _distance)| asset).collect()
    }

    fn run_kind(&self, twin: &Twin, kind: AssetKind) -> Vec<(AssetIx, Metres)> {
        let inventory = twin.inventory();
        let found: Vec<(u32, Metres)> = match (self.around, self.area(twin, kind)) {
            (Some(around), Some(area)) => area
                .into_iter()
                .filter_map(|ix| {
                    let distance = around
                        .center
                        .distance(inventory.place(AssetIx { kind, ix })?);
                    around
                        .radius
                        .is_none_or(|radius| distance <= radius)
                        .then_some((ix, distance))
                })
                .collect(),
            (
                Some(Around {
                    center,
                    radius: Some(radius),
                    ..
                }),
                None,
            ) => {
                let found = inventory.in_radius(kind, center, radius);
                found
                    .into_iter()
                    .map(|found| (found.ix, found.distance))
                    .collect()
            }
            (Some(Around { center, k, .. }), None) => {
                let found = inventory.nearest(kind, center, k.unwrap_or(usize::MAX));
                found
                    .into_iter()
                    .map(|found| (found.ix, found.distance))
                    .collect()
            }
            (None, Some(area)) => area.into_iter().map(|ix| (ix, Metres::ZERO)).collect(),
            (None, None) => inventory
                .numbers(kind)
                .map(|ix| (ix, Metres::ZERO))
                .collect(),
        };
        found
            .into_iter()
            .map(|(ix, distance)| (AssetIx { kind, ix }, distance))
            .collect()
    }

    /// What lies in the box and in the polygon; `None` where neither is given.
    fn area(&self, twin: &Twin, kind: AssetKind) -> Option<Vec<u32>> {
        let inventory = twin.inventory();
        match (&self.within, self.bbox) {
            (Some(polygon), bbox) => {
                let mut found = inventory.in_polygon(kind, polygon);
                found.retain(|ix| {
                    let place = inventory.place(AssetIx { kind, ix: *ix });
                    bbox.is_none_or(|bbox| place.is_some_and(|place| bbox.contains(place)))
                });
                Some(found)
            }
            (None, Some(bbox)) => Some(inventory.in_bbox(kind, bbox)),
            (None, None) => None,
        }
    }
}

fn around(query: &SearchQuery) -> Result<Option<Around>, Problem> {
    let Some(near) = query.near.as_deref() else {
        if query.radius.is_some() || query.k.is_some() {
            return Err(bad_request("radius and k need near=lon,lat"));
        }
        return Ok(None);
    };
    let [lon, lat] = numbers(near)
        .ok_or_else(|| bad_request(format!("near={near}: expected lon,lat in degrees")))?;
    let center =
        LonLat::new(lon, lat).map_err(|error| bad_request(format!("near={near}: {error}")))?;
    let radius = query.radius.map(Metres::new).transpose();
    let radius = radius.map_err(|error| bad_request(format!("radius: {error}")))?;
    if query.k.is_some_and(|k| k == 0 || k > MAX_K) {
        return Err(bad_request(format!(
            "k: expected a whole number from 1 to {MAX_K}"
        )));
    }
    if radius.is_none() && query.k.is_none() {
        return Err(bad_request("near needs radius in metres, k, or both"));
    }
    Ok(Some(Around {
        center,
        radius,
        k: query.k,
    }))
}
