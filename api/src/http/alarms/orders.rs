//! What operators say of alarms: that they know, that one is to be put away, that a camera does not work.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use twin_core::{
    AlarmCause, AlarmId, AlarmInput, AlarmRefusal, AlarmWish, AssetId, Input, OperatorAccess,
    Refusal, Span, Timestamp,
};

use super::{id_of, unknown, whole};
use crate::alarms::ToldWhole;
use crate::engine::SubmitError;
use crate::http::access::Operator;
use crate::http::assets;
use crate::http::problem::Problem;
use crate::http::query::bad_request;
use crate::http::state::ApiState;

/// For how long an alarm is put away, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ShelveOrder {
    /// Until when; or `minutes`.
    until: Option<Timestamp>,
    /// For how many minutes from now.
    minutes: Option<u32>,
    reason: String,
}

/// Whether a camera works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum CameraState {
    /// It works.
    Up,
    /// It does not.
    Down,
}

/// What somebody tells of a camera.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CameraStatus {
    state: CameraState,
}

/// What is so of a camera now.
#[derive(Debug, Serialize)]
pub(in crate::http) struct ToldCamera {
    camera: AssetId,
    state: CameraState,
    /// The alarm that stands of it.
    alarm: Option<AlarmId>,
}

/// `POST /alarms/{id}/acknowledge`: somebody says that he knows.
pub(in crate::http) async fn acknowledge(
    State(state): State<ApiState>,
    Operator(access): Operator,
    Path(id): Path<String>,
) -> Result<Json<ToldWhole>, Problem> {
    let id = id_of(&id)?;
    told(&state, id, AlarmWish::Acknowledge(id), access).await
}

/// `POST /alarms/{id}/shelve`: puts it away for a while, with a reason; never one of priority 1.
pub(in crate::http) async fn shelve(
    State(state): State<ApiState>,
    Operator(access): Operator,
    Path(id): Path<String>,
    order: Result<Json<ShelveOrder>, JsonRejection>,
) -> Result<Json<ToldWhole>, Problem> {
    let alarm = id_of(&id)?;
    let Json(order) = order.map_err(|refusal| bad_request(refusal.body_text()))?;
    let now = state.engine.clock().now();
    let until = match (order.until, order.minutes) {
        (Some(until), None) => until,
        (None, Some(minutes)) => now + Span::from_secs(i64::from(minutes) * 60),
        _ => {
            return Err(bad_request("expected either 'until' or 'minutes'"));
        }
    };
    let reason = order.reason.trim().into();
    let wish = AlarmWish::Shelve {
        alarm,
        until,
        reason,
    };
    told(&state, alarm, wish, access).await
}

/// `POST /alarms/{id}/unshelve`: it is no longer put away.
pub(in crate::http) async fn unshelve(
    State(state): State<ApiState>,
    Operator(access): Operator,
    Path(id): Path<String>,
) -> Result<Json<ToldWhole>, Problem> {
    let id = id_of(&id)?;
    told(&state, id, AlarmWish::Unshelve(id), access).await
}

/// `PUT /assets/camera/{key}/status`: whether it works, as a person or what supervises it says.
pub(in crate::http) async fn tell_camera(
    State(state): State<ApiState>,
    Operator(access): Operator,
    Path(key): Path<String>,
    status: Result<Json<CameraStatus>, JsonRejection>,
) -> Result<Json<ToldCamera>, Problem> {
    let camera = assets::parse_id("camera", &key)?;
    if state.engine.twin().inventory().find(&camera).is_none() {
        return Err(assets::unknown(&camera));
    }
    let Json(status) = status.map_err(|refusal| bad_request(refusal.body_text()))?;
    let cause = AlarmCause::CameraDown;
    let subject = camera.clone().into();
    let wish = match status.state {
        CameraState::Down => AlarmWish::Raise {
            cause,
            subject,
            about: camera.clone(),
            priority: state.alarm_rules.priority(cause),
            value: None,
            members: Vec::new(),
        },
        CameraState::Up => AlarmWish::Clear { cause, subject },
    };
    submit(&state, wish).await?;
    let twin = state.engine.twin();
    let alarm = twin.alarms(access).of(cause, &camera.clone().into());
    Ok(Json(ToldCamera {
        alarm: alarm.map(|alarm| alarm.id),
        state: status.state,
        camera,
    }))
}

/// Grants a wish of one alarm, and tells how that is now. What is over already stays as it is.
async fn told(
    state: &ApiState,
    id: AlarmId,
    wish: AlarmWish,
    access: OperatorAccess,
) -> Result<Json<ToldWhole>, Problem> {
    submit(state, wish).await?;
    whole(state, id, access).map(Json)
}

async fn submit(state: &ApiState, wish: AlarmWish) -> Result<(), Problem> {
    let at = state.engine.clock().now();
    let submitted = state.engine.submit(Input::Alarm(AlarmInput { at, wish }));
    match submitted.await {
        Ok(_receipt) => Ok(()),
        Err(SubmitError::Refused(Refusal::Alarm(refusal))) => Err(refused(state, &refusal)),
        Err(error) => Err(error.into()),
    }
}

fn refused(state: &ApiState, refusal: &AlarmRefusal) -> Problem {
    match refusal {
        AlarmRefusal::NotStanding { alarm } => {
            let twin = state.engine.twin();
            let is_over = twin
                .alarms(OperatorAccess::granted())
                .find(*alarm)
                .is_some();
            if is_over {
                Problem::new(StatusCode::CONFLICT).because(format!("alarm {alarm} is over"))
            } else {
                unknown(*alarm)
            }
        }
        AlarmRefusal::NeverShelved { .. } => {
            Problem::new(StatusCode::CONFLICT).because(refusal.to_string())
        }
        _ => bad_request(refusal.to_string()),
    }
}
