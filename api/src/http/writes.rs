//! Writes, for operators: put and remove assets, aim cameras.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use serde::Serialize;
use twin_core::{Action, AssetId, CameraAiming, Command, Input, Record};

use super::access::Operator;
use super::assets::parse_id;
use super::problem::Problem;
use super::query::bad_request;
use crate::engine::{Engine, Receipt};

/// What a write did.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    /// Changes it made; 0 where everything was so already.
    changes: usize,
    /// Number of the last public change then.
    seq: u64,
}

/// `PUT /assets/{kind}/{key}`: adds an asset, or replaces it.
pub(super) async fn put(
    State(engine): State<Engine>,
    Operator(_access): Operator,
    Path((kind, key)): Path<(String, String)>,
    record: Result<Json<Record>, JsonRejection>,
) -> Result<Json<Written>, Problem> {
    let id = parse_id(&kind, &key)?;
    let Json(record) = record.map_err(|refusal| bad_request(refusal.body_text()))?;
    let told = record
        .id()
        .map_err(|error| bad_request(error.to_string()))?;
    if told != id {
        return Err(bad_request(format!("the path names {id}, the body {told}")));
    }
    submit(&engine, Action::Put(record)).await
}

/// `DELETE /assets/{kind}/{key}`: removes an asset that nothing refers to.
pub(super) async fn remove(
    State(engine): State<Engine>,
    Operator(_access): Operator,
    Path((kind, key)): Path<(String, String)>,
) -> Result<Json<Written>, Problem> {
    let id = parse_id(&kind, &key)?;
    known(&engine, &id)?;
    submit(&engine, Action::Remove(id)).await
}

/// `PUT /assets/camera/{key}/aiming`: where a camera hangs and what it sees; `null` for unknown.
pub(super) async fn aim(
    State(engine): State<Engine>,
    Operator(_access): Operator,
    Path(key): Path<String>,
    aiming: Result<Json<Option<CameraAiming>>, JsonRejection>,
) -> Result<Json<Written>, Problem> {
    let camera = parse_id("camera", &key)?;
    known(&engine, &camera)?;
    let Json(aiming) = aiming.map_err(|refusal| bad_request(refusal.body_text()))?;
    submit(&engine, Action::Aim { camera, aiming }).await
}

fn known(engine: &Engine, id: &AssetId) -> Result<(), Problem> {
    match engine.twin().inventory().find(id) {
        Some(_asset) => Ok(()),
        None => Err(super::assets::unknown(id)),
    }
}

async fn submit(engine: &Engine, action: Action) -> Result<Json<Written>, Problem> {
    let command = Command {
        received_at: engine.clock().now(),
        action,
    };
    Ok(Json(engine.submit(Input::Command(command)).await?.into()))
}

impl From<Receipt> for Written {
    fn from(receipt: Receipt) -> Self {
        Self {
            changes: receipt.changes,
            seq: receipt.seq,
        }
    }
}
