//! Alarms, for operators: which stand, what was, how loud it was, and what is to become of them.

mod asked;
mod orders;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use twin_core::alarms::{Figures, Offender, figures};
use twin_core::{Alarm, AlarmId, AlarmState, Channel, Inventory, Span, Timestamp};

use self::asked::{AlarmFilter, AlarmsQuery, HistoryQuery};
pub(super) use self::orders::{acknowledge, shelve, tell_camera, unshelve};
use super::access::Operator;
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::state::ApiState;
use crate::alarms::{ToldAlarm, ToldOut, ToldWhole, Whereabouts};

/// Hours that figures are of, unless told otherwise.
const DEFAULT_HOURS: i64 = 24;
/// Most hours that figures are of.
const MAX_HOURS: i64 = 31 * 24;

/// A page of alarms.
#[derive(Debug, Serialize)]
pub(super) struct AlarmList {
    alarms: Vec<ToldAlarm>,
    /// How many there are with what was asked for.
    matched: usize,
    /// How many stand, and how many of them are put away, whatever was asked for.
    standing: usize,
    shelved: usize,
    /// Where the next page begins, as `offset`.
    next: Option<usize>,
    /// The number of the last restricted change in it: the stream goes on there.
    seq: u64,
    at: Timestamp,
}

/// What figures are of.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FiguresQuery {
    hours: Option<i64>,
}

/// How loud it was.
#[derive(Debug, Serialize)]
pub(super) struct ToldFigures {
    #[serde(flatten)]
    figures: Figures,
    most_frequent: Vec<ToldOffender>,
    /// How the way out does; null where nobody is told.
    out: Out,
}

/// What was so again and again, with its place.
#[derive(Debug, Serialize)]
struct ToldOffender {
    #[serde(flatten)]
    offender: Offender,
    #[serde(rename = "where")]
    place: Whereabouts,
}

impl ToldOffender {
    fn of(offender: Offender, inventory: &Inventory) -> Self {
        Self {
            place: Whereabouts::of_subject(&offender.subject, inventory),
            offender,
        }
    }
}

/// How the way out does.
#[derive(Debug, Serialize)]
struct Out {
    webhook: Option<ToldOut>,
    mail: Option<ToldOut>,
}

/// `GET /alarms`: those that stand, without those that are put away unless they are asked for; the most
/// pressing first, and of those the newest.
pub(super) async fn list(
    State(state): State<ApiState>,
    Operator(access): Operator,
    StrictQuery(query): StrictQuery<AlarmsQuery>,
) -> Result<Json<AlarmList>, Problem> {
    let twin = state.engine.twin();
    let filter = AlarmFilter::new(&query, twin.inventory())?;
    let mut found: Vec<&Alarm> = twin
        .alarms(access)
        .iter()
        .filter(|alarm| filter.wants(alarm, twin.inventory()))
        .collect();
    found.sort_by_key(|alarm| {
        (
            alarm.priority,
            std::cmp::Reverse((alarm.raised_at, alarm.id)),
        )
    });
    Ok(Json(listed(&state, &found, query.page()?, access)))
}

/// `GET /alarms/history`: those that are over, the newest first.
pub(super) async fn history(
    State(state): State<ApiState>,
    Operator(access): Operator,
    StrictQuery(query): StrictQuery<HistoryQuery>,
) -> Result<Json<AlarmList>, Problem> {
    let twin = state.engine.twin();
    let wanted = query.checked()?;
    let found: Vec<&Alarm> = twin
        .alarms(access)
        .closed()
        .filter(|alarm| wanted.wants(alarm))
        .collect();
    Ok(Json(listed(&state, &found, query.page()?, access)))
}

fn listed(
    state: &ApiState,
    found: &[&Alarm],
    page: super::query::Page,
    access: twin_core::OperatorAccess,
) -> AlarmList {
    let twin = state.engine.twin();
    let now = state.engine.clock().now();
    let told = found.iter().skip(page.offset).take(page.limit);
    let end = page.offset.saturating_add(page.limit);
    let is_shelved = |alarm: &&Alarm| alarm.state() == AlarmState::Shelved;
    AlarmList {
        alarms: told.map(|alarm| ToldAlarm::of(alarm, &twin, now)).collect(),
        matched: found.len(),
        standing: twin.alarms(access).len(),
        shelved: twin.alarms(access).iter().filter(is_shelved).count(),
        next: (end < found.len()).then_some(end),
        seq: twin.seq(Channel::Restricted),
        at: now,
    }
}

/// `GET /alarms/{id}`: one, with what happened to it.
pub(super) async fn find(
    State(state): State<ApiState>,
    Operator(access): Operator,
    Path(id): Path<String>,
) -> Result<Json<ToldWhole>, Problem> {
    let id = id_of(&id)?;
    whole(&state, id, access).map(Json)
}

fn whole(
    state: &ApiState,
    id: AlarmId,
    access: twin_core::OperatorAccess,
) -> Result<ToldWhole, Problem> {
    let twin = state.engine.twin();
    let alarm = twin.alarms(access).find(id).ok_or_else(|| unknown(id))?;
    Ok(ToldWhole::of(alarm, &twin, state.engine.clock().now()))
}

/// `GET /alarms/figures`: how loud it was in the last hours.
pub(super) async fn told_figures(
    State(state): State<ApiState>,
    Operator(access): Operator,
    StrictQuery(query): StrictQuery<FiguresQuery>,
) -> Result<Json<ToldFigures>, Problem> {
    let hours = query.hours.unwrap_or(DEFAULT_HOURS);
    if !(1..=MAX_HOURS).contains(&hours) {
        return Err(bad_request(format!(
            "hours={hours}: expected 1 to {MAX_HOURS}"
        )));
    }
    let now = state.engine.clock().now();
    let twin = state.engine.twin();
    let mut figures = figures(twin.alarms(access), now - Span::from_hours(hours), now);
    // Each is told once: with its place.
    let offenders = std::mem::take(&mut figures.most_frequent).into_iter();
    let carriers = &state.carriers;
    let out = Out {
        webhook: carriers.webhook.as_ref().map(|status| status.told()),
        mail: carriers.mail.as_ref().map(|status| status.told()),
    };
    Ok(Json(ToldFigures {
        figures,
        most_frequent: offenders
            .map(|offender| ToldOffender::of(offender, twin.inventory()))
            .collect(),
        out,
    }))
}

fn id_of(text: &str) -> Result<AlarmId, Problem> {
    let number = text.parse().map(AlarmId);
    number.map_err(|_no_number| {
        Problem::new(StatusCode::NOT_FOUND).because(format!("'{text}' is no number of an alarm"))
    })
}

fn unknown(id: AlarmId) -> Problem {
    Problem::new(StatusCode::NOT_FOUND).because(format!("there is no alarm {id}"))
}
