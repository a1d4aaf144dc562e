//! Which changes a listener wants.

use serde::Deserialize;
use twin_core::{
    AssetId, AssetKind, Change, CommuneIx, Effect, LonLat, LonLatBox, PreparedPolygon, Twin,
};

use crate::http::problem::Problem;
use crate::http::query::{self, bad_request};

/// The parameters of the stream.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct LiveQuery {
    /// Number of the last change that the client has; `Last-Event-ID` goes before it.
    since: Option<u64>,
    /// Only changes of these kinds of assets.
    kind: Option<String>,
    /// Only changes in these communes, by INSEE code.
    commune: Option<String>,
    /// Only changes in this box.
    bbox: Option<String>,
    /// Only changes in this polygon, as WKT.
    within: Option<String>,
}

impl LiveQuery {
    pub(super) const fn since(&self) -> Option<u64> {
        self.since
    }
}

/// The parameters, checked.
#[derive(Debug)]
pub(super) struct LiveFilter {
    /// The same text for filters that let the same through.
    key: String,
    kinds: Option<Vec<AssetKind>>,
    communes: Option<Vec<CommuneIx>>,
    bbox: Option<LonLatBox>,
    within: Option<PreparedPolygon>,
}

impl LiveFilter {
    /// Refuses what does not read, naming parameter, value and what was expected.
    pub(super) fn new(asked: &LiveQuery, twin: &Twin) -> Result<Self, Problem> {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        let parts = [&asked.kind, &asked.commune, &asked.bbox, &asked.within].map(of);
        Ok(Self {
            key: parts.join("&"),
            kinds: asked.kind.as_deref().map(query::kinds).transpose()?,
            communes: asked
                .commune
                .as_deref()
                .map(|text| communes(text, twin))
                .transpose()?,
            bbox: asked.bbox.as_deref().map(query::bbox).transpose()?,
            within: asked.within.as_deref().map(query::polygon).transpose()?,
        })
    }

    /// The same text for filters that let the same through.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Whether a change is wanted: its asset is of a kind that is, and is or was in the area. `twins` are
    /// those that are known around it. What was removed from nobody knows where is told too.
    pub(super) fn wants(&self, change: &Change, twins: &[&Twin]) -> bool {
        let Ok(asset) = change.effect.subject() else {
            return false;
        };
        let is_kind = |kinds: &Vec<AssetKind>| kinds.contains(&asset.kind());
        self.kinds.as_ref().is_none_or(is_kind)
            && (self.is_everywhere() || self.is_in_area(change, &asset, twins))
    }

    const fn is_everywhere(&self) -> bool {
        self.communes.is_none() && self.bbox.is_none() && self.within.is_none()
    }

    fn is_in_area(&self, change: &Change, asset: &AssetId, twins: &[&Twin]) -> bool {
        let found = |twin: &&Twin| {
            let inventory = twin.inventory();
            let ix = inventory.find(asset)?;
            Some((inventory.place(ix)?, inventory.commune_of(ix)))
        };
        let mut places: Vec<(LonLat, Option<CommuneIx>)> = twins.iter().filter_map(found).collect();
        if let (Effect::AssetPut(record), Some(twin)) = (&change.effect, twins.first()) {
            let place = record.place();
            places.push((place, twin.inventory().communes().at(place)));
        }
        let is_gone = places.is_empty() && matches!(change.effect, Effect::AssetRemoved(_));
        is_gone
            || places
                .iter()
                .any(|(place, commune)| self.covers(*place, *commune))
    }

    fn covers(&self, place: LonLat, commune: Option<CommuneIx>) -> bool {
        let is_listed =
            |communes: &Vec<CommuneIx>| commune.is_some_and(|commune| communes.contains(&commune));
        self.communes.as_ref().is_none_or(is_listed)
            && self.bbox.is_none_or(|bbox| bbox.contains(place))
            && self.within.as_ref().is_none_or(|area| area.contains(place))
    }
}

fn communes(text: &str, twin: &Twin) -> Result<Vec<CommuneIx>, Problem> {
    let find = |code: &str| {
        let found = twin.inventory().communes().find(code);
        found.ok_or_else(|| {
            bad_request(format!(
                "commune={code}: expected the INSEE codes of communes"
            ))
        })
    };
    text.split(',').map(find).collect()
}
