//! `datetime=`: the present, or the state at a time of the past.

use axum::http::StatusCode;
use serde::Deserialize;
use twin_core::{Timestamp, Twin};

use super::problem::Problem;
use super::query::bad_request;
use super::state::ApiState;
use crate::engine;

/// The parameter alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MomentQuery {
    pub(super) datetime: Option<String>,
}

/// A twin, and the time that it is of.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    pub(super) twin: Twin,
    pub(super) at: Timestamp,
}

/// The present where no time is asked for; else what the twin knew then.
pub(super) async fn moment(state: &ApiState, datetime: Option<&str>) -> Result<Moment, Problem> {
    let now = state.engine.clock().now();
    let Some(text) = datetime else {
        return Ok(Moment {
            twin: state.engine.twin(),
            at: now,
        });
    };
    let at: Timestamp = text.parse().map_err(|_unreadable| {
        bad_request(format!(
            "datetime={text}: expected an instant as 2026-11-22T21:00:00+01:00 (RFC 3339)"
        ))
    })?;
    if at > now {
        return Err(bad_request(format!(
            "datetime={text}: expected a time that is over; it is {now} for the twin"
        )));
    }
    match state.past.at(at).await {
        Ok(Some(twin)) => Ok(Moment { twin, at }),
        Ok(None) => Err(Problem::new(StatusCode::GONE).because(format!(
            "datetime={text}: the journal has forgotten what was so then; levels by the hour are still told, by history?by=hour"
        ))),
        Err(error) => {
            engine::warn_of_past(&error);
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE)
                .because("the journal cannot be read at the moment"))
        }
    }
}
