//! What is wrong with a question about roads, as clients see it.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;
use crate::http::problem::Problem;

/// A question that is not answered.
#[derive(Debug)]
pub(in crate::http) enum Refusal {
    /// It is no question of the right form, or too large a one.
    Malformed(Problem),
    /// It has no answer, or not now.
    Unanswered(Box<ApiError>),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Malformed(problem)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Unanswered(Box::new(error))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Malformed(problem) => return problem.into_response(),
            Self::Unanswered(error) => error,
        };
        let status = status(&error);
        if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(%error, "a question about roads cannot be answered");
            return Problem::new(status).into_response();
        }
        let problem = Problem::new(status).because(error.to_string());
        if matches!(*error, ApiError::Busy) {
            return ([(RETRY_AFTER, HeaderValue::from_static("1"))], problem).into_response();
        }
        problem.into_response()
    }
}

/// 400 for what is malformed, 422 for what is well-formed and has no answer on these roads.
fn status(error: &ApiError) -> StatusCode {
    match error {
        ApiError::InvalidPlace { .. }
        | ApiError::InvalidAvoid { .. }
        | ApiError::InvalidOption { .. }
        | ApiError::UnknownProfile { .. }
        | ApiError::UnknownVehicle { .. } => StatusCode::BAD_REQUEST,
        ApiError::NoStreetNear { .. }
        | ApiError::NoWay
        | ApiError::UnknownWay { .. }
        | ApiError::Sim(simulator::SimError::ReachOutsideFrame { .. }) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ApiError::Busy | ApiError::Abandoned => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_at_a_busy_time_is_told_when_to_come_again() {
        let response = Refusal::from(ApiError::Busy).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "1");
    }

    #[rstest::rstest]
    #[case::no_way(ApiError::NoWay, StatusCode::UNPROCESSABLE_ENTITY)]
    #[case::text(ApiError::InvalidPlace { text: "x".into() }, StatusCode::BAD_REQUEST)]
    #[case::ours(ApiError::NothingFetched, StatusCode::INTERNAL_SERVER_ERROR)]
    fn the_status_says_whose_fault_it_is(#[case] error: ApiError, #[case] expected: StatusCode) {
        assert_eq!(Refusal::from(error).into_response().status(), expected);
    }
}
