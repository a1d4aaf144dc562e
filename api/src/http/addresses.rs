//! `GET /addresses`: the postal addresses that a few letters may mean.

mod index;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use twin_core::{AssetId, AssetIx, AssetKind, Inventory, fold};

use self::index::AddressIndex;
use super::assets::geo_json;
use super::geojson::{Feature, FeatureCollection, Geometry};
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::state::ApiState;

/// How many are told unless asked otherwise, and at most.
const LIMIT: (usize, usize) = (8, 50);
/// The most letters that are looked for, and the most words: each is sought in every address that has the rarest.
const LONGEST: usize = 200;
const MOST_WORDS: usize = 16;

/// The addresses of the inventory by their words. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct ServedAddresses(Arc<Mutex<Option<Kept>>>);

#[derive(Debug)]
struct Kept {
    /// Of which inventory, which need not be kept for it.
    of: Weak<Inventory>,
    index: Arc<AddressIndex>,
}

impl ServedAddresses {
    /// The index of an inventory, which is made where the last one was of another.
    fn index(&self, inventory: &Arc<Inventory>) -> Arc<AddressIndex> {
        // Who asks meanwhile waits: two indices of the same would take twice as long.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = Arc::downgrade(inventory);
        let is_same = |kept: &&Kept| Weak::ptr_eq(&kept.of, &of);
        if let Some(kept) = kept.as_ref().filter(is_same) {
            return Arc::clone(&kept.index);
        }
        let index = Arc::new(AddressIndex::of(inventory));
        *kept = Some(Kept {
            of,
            index: Arc::clone(&index),
        });
        index
    }
}

/// The parameters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FindQuery {
    q: String,
    limit: Option<usize>,
}

#[derive(Debug, Serialize)]
struct AddressProperties {
    label: Box<str>,
    commune: Option<Box<str>>,
    commune_name: Option<Box<str>>,
    premises: u32,
    synthetic: bool,
}

/// `GET /addresses`: those all of whose words in `q` begin a word of the address or of its commune, best first.
pub(super) async fn find(
    State(state): State<ApiState>,
    StrictQuery(FindQuery { q, limit }): StrictQuery<FindQuery>,
) -> Result<Response, Problem> {
    let limit = limit.unwrap_or(LIMIT.0);
    if !(1..=LIMIT.1).contains(&limit) {
        let most = LIMIT.1;
        return Err(bad_request(format!(
            "limit={limit}: expected a whole number from 1 to {most}"
        )));
    }
    let letters = q.chars().count();
    let words = fold(&q).split_whitespace().count();
    if letters > LONGEST || !(1..=MOST_WORDS).contains(&words) {
        return Err(bad_request(format!(
            "q of {letters} characters and {words} words: expected words of an address, as 12 rue des Lilas, at most {MOST_WORDS} of {LONGEST} characters"
        )));
    }
    let inventory = state.engine.twin().inventory_handle();
    let is_synthetic = state.territory.is_synthetic(AssetKind::Address);
    let features = tokio::task::spawn_blocking(move || {
        let found = state.addresses.index(&inventory).find(&q, limit);
        let features = found
            .into_iter()
            .filter_map(|ix| feature(&inventory, ix, is_synthetic));
        features.collect::<Vec<_>>()
    })
    .await
    .map_err(|_panicked| Problem::new(StatusCode::INTERNAL_SERVER_ERROR))?;
    let count = features.len();
    Ok(geo_json(&FeatureCollection::page(
        features,
        count,
        Vec::new(),
    )))
}

fn feature(
    inventory: &Inventory,
    ix: u32,
    is_synthetic: bool,
) -> Option<Feature<AddressProperties>> {
    let asset = AssetIx {
        kind: AssetKind::Address,
        ix,
    };
    let id = AssetId::new(asset.kind, inventory.key(asset)?).ok()?;
    let row = &inventory.addresses().get(ix)?.asset;
    let commune = inventory.commune_of(asset);
    let commune = commune.and_then(|commune| inventory.communes().get(commune));
    let properties = AddressProperties {
        label: row.detail.label.clone(),
        commune: commune.map(|commune| commune.code.clone()),
        commune_name: commune.map(|commune| commune.name.clone()),
        premises: row.detail.premises,
        synthetic: is_synthetic,
    };
    let geometry = Geometry::point(inventory.place(asset)?);
    Some(Feature::new(id.to_string(), geometry, properties))
}
