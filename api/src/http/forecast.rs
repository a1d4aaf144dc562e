//! `GET /assets/container/{key}/forecast` and `GET /forecast`: how full containers will be, if nobody
//! empties them.

mod kept;
mod told;

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use twin_core::{AssetKind, Span, Timestamp, Twin};

use self::kept::Kept;
use self::told::{ToldOutlook, ToldOverview, ToldUnforeseen};
use super::assets::{parse_id, unknown};
use super::problem::Problem;
use super::query::{StrictQuery, bad_request};
use super::snapshot::listed;
use super::state::ApiState;
use crate::forecast::{Foresight, MOST_H, Unforeseen};

/// Hours ahead unless asked otherwise.
const DEFAULT_H: i64 = 24;

/// Levels to come, with those that were asked for last. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct ServedForecasts {
    foresight: Foresight,
    kept: Arc<Mutex<Kept>>,
}

impl ServedForecasts {
    /// Serves what a server foresees.
    pub(crate) fn new(foresight: Foresight) -> Self {
        Self {
            foresight,
            kept: Arc::default(),
        }
    }
}

/// The parameters of the forecast of one container: none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoQuery {}

/// The parameters of the forecast of all containers, of which one may be given.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AheadQuery {
    /// How far ahead, as `PT24H`, `P3D` or `P1DT12H`.
    ahead: Option<String>,
    /// The instant that is forecast.
    datetime: Option<String>,
}

/// `GET /assets/{kind}/{key}/forecast`: quantiles of a container's levels up to a week ahead, and when it will
/// be full; or why that cannot be said.
pub(super) async fn of_container(
    State(state): State<ApiState>,
    Path((kind, key)): Path<(String, String)>,
    StrictQuery(NoQuery {}): StrictQuery<NoQuery>,
) -> Result<Response, Problem> {
    let asset = parse_id(&kind, &key)?;
    let twin = state.engine.twin();
    let found = twin.inventory().find(&asset);
    let container = found.filter(|found| found.kind == AssetKind::Container);
    let container = container.ok_or_else(|| unknown(&asset))?;
    let outlook = state.forecasts.foresight.outlook(container.ix).await;
    match outlook {
        Ok(outlook) => Ok(Json(ToldOutlook::of(asset, &outlook)).into_response()),
        Err(Unforeseen::Learning) => Err(problem(Unforeseen::Learning, "")),
        // That nothing can be said is what is known of the container, and no fault of who asks.
        Err(why) => Ok(Json(ToldUnforeseen::of(asset, why)).into_response()),
    }
}

/// `GET /forecast`: the median and the 80 % interval of every container at an instant ahead, in the order of
/// `/live/snapshot`.
pub(super) async fn of_all(
    State(state): State<ApiState>,
    StrictQuery(query): StrictQuery<AheadQuery>,
) -> Result<Response, Problem> {
    let now = state.engine.clock().now();
    let wanted = wanted(&query, now)?;
    if let Some(body) = state.forecasts.kept().find(wanted) {
        return Ok(json(body));
    }
    let at = wanted.instant(now);
    let twin = state.engine.twin();
    let containers: Arc<[u32]> = listed(&twin).map(|(container, _site)| container).collect();
    let overview = state.forecasts.foresight.overview(containers, (now, at));
    let overview = overview
        .await
        .map_err(|why| problem(why, "the territory"))?;
    let told = ToldOverview::of(overview, (now, at), numbering(&twin));
    let body = serde_json::to_vec(&told).map(Bytes::from);
    let body = body.map_err(|error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).because(error.to_string())
    })?;
    state.forecasts.kept().keep(wanted, body.clone());
    Ok(json(body))
}

impl ServedForecasts {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, JSON)], body).into_response()
}

fn problem(why: Unforeseen, container: &str) -> Problem {
    let status = match why {
        Unforeseen::Learning => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::CONFLICT,
    };
    Problem::new(status).because(why.sentence(container))
}

/// Which instant is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// So many hours from now.
    Ahead(i64),
    /// One by its name.
    At(Timestamp),
}

impl Wanted {
    fn instant(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ahead(hours) => now + Span::from_hours(hours),
            Self::At(at) => at,
        }
    }
}

fn wanted(query: &AheadQuery, now: Timestamp) -> Result<Wanted, Problem> {
    match (&query.ahead, &query.datetime) {
        (Some(_), Some(_)) => Err(bad_request("expected ahead or datetime, not both")),
        (None, None) => Ok(Wanted::Ahead(DEFAULT_H)),
        (Some(text), None) => hours_of(text)
            .filter(|hours| (1..=MOST_H).contains(hours))
            .map(Wanted::Ahead)
            .ok_or_else(|| {
                bad_request(format!(
                    "ahead={text}: expected whole hours from PT1H to P7D, as PT24H, P3D or P1DT12H"
                ))
                .of_field("ahead")
            }),
        (None, Some(text)) => {
            let latest = now + Span::from_hours(MOST_H);
            let at: Option<Timestamp> = text.parse().ok();
            at.filter(|at| *at > now && *at <= latest)
                .map(Wanted::At)
                .ok_or_else(|| {
                    bad_request(format!(
                        "datetime={text}: expected an instant after {now} and up to {latest} (RFC 3339)"
                    ))
                    .of_field("datetime")
                })
        }
    }
}

/// The whole hours of an ISO 8601 duration of days and hours.
fn hours_of(text: &str) -> Option<i64> {
    let (days, hours) = match text.strip_prefix('P')?.split_once('T') {
        Some((days, hours)) => (days, Some(hours)),
        None => (text.strip_prefix('P')?, None),
    };
    let number = |digits: &str| {
        let is_plain =
            (1..=4).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
        is_plain.then(|| digits.parse::<i64>().ok()).flatten()
    };
    let days = match days {
        "" if hours.is_some() => 0,
        days => number(days.strip_suffix('D')?)?,
    };
    let hours = match hours {
        Some(hours) => number(hours.strip_suffix('H')?)?,
        None => 0,
    };
    Some(24 * days + hours)
}

/// A digest of the containers of a snapshot and their order: whoever has the same has them in that order.
/// FNV-1a, 64 bits, over their ids, each followed by a line feed.
fn numbering(twin: &Twin) -> String {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut digest: u64 = 0xcbf2_9ce4_8422_2325;
    let containers = twin.inventory().containers();
    for (ix, _site) in listed(twin) {
        let Some(row) = containers.get(ix) else {
            continue;
        };
        let id = b"container/"
            .iter()
            .chain(row.asset.key.as_bytes())
            .chain(b"\n");
        digest = id.fold(digest, |digest, byte| {
            (digest ^ u64::from(*byte)).wrapping_mul(PRIME)
        });
    }
    format!("{digest:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::hours("PT24H", Some(24))]
    #[case::days("P3D", Some(72))]
    #[case::both("P1DT12H", Some(36))]
    #[case::a_week("P7D", Some(168))]
    #[case::minutes("PT90M", None)]
    #[case::nothing("P", None)]
    #[case::nothing_of_a_day("PT", None)]
    #[case::a_sign("PT-3H", None)]
    #[case::far_too_much("PT99999999999999999999H", None)]
    #[case::a_number("24", None)]
    #[case::weeks("P1W", None)]
    fn a_duration_is_days_and_hours(#[case] text: &str, #[case] hours: Option<i64>) {
        assert_eq!(hours_of(text), hours);
    }

    #[rstest::rstest]
    #[case::nothing(None, None, Some(Wanted::Ahead(24)))]
    #[case::ahead(Some("PT6H"), None, Some(Wanted::Ahead(6)))]
    #[case::too_far(Some("PT169H"), None, None)]
    #[case::now(Some("PT0H"), None, None)]
    #[case::an_instant(
        None,
        Some("2026-12-02T17:00:00Z"),
        Some(Wanted::At(Timestamp::from_secs(1_796_230_800)))
    )]
    #[case::the_past(None, Some("2026-11-30T11:59:00Z"), None)]
    #[case::beyond_a_week(None, Some("2026-12-07T12:00:01Z"), None)]
    #[case::words(None, Some("tomorrow"), None)]
    #[case::both(Some("PT6H"), Some("2026-12-02T17:00:00Z"), None)]
    fn an_instant_of_the_next_week_is_wanted(
        #[case] ahead: Option<&str>,
        #[case] datetime: Option<&str>,
        #[case] expected: Option<Wanted>,
    ) {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let query = AheadQuery {
            ahead: ahead.map(str::to_owned),
            datetime: datetime.map(str::to_owned),
        };
        assert_eq!(wanted(&query, now).ok(), expected);
    }
}
