//! Who asks: the public, or an operator who presents the token.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use twin_core::OperatorAccess;

use super::problem::Problem;
use super::state::Writers;

/// Who asks. A wrong token is refused, not taken for the public.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Access {
    /// Anybody.
    Public,
    /// Whoever presents the operator's token.
    Operator(OperatorAccess),
}

/// An operator; anybody else is refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operator(pub(crate) OperatorAccess);

impl Access {
    /// Refuses the public.
    ///
    /// # Errors
    /// Where anybody else than an operator asks.
    pub(super) const fn of_operator(
        self,
        writers: &Writers,
    ) -> Result<OperatorAccess, AccessRefused> {
        match self {
            Self::Operator(access) => Ok(access),
            Self::Public if writers.0.is_none() => Err(AccessRefused::WritesDisabled),
            Self::Public => Err(AccessRefused::NotRecognised),
        }
    }
}

/// Why somebody is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessRefused {
    /// No token is set on this server.
    WritesDisabled,
    /// None was presented, or not the right one.
    NotRecognised,
}

impl IntoResponse for AccessRefused {
    fn into_response(self) -> Response {
        match self {
            Self::WritesDisabled => Problem::new(StatusCode::FORBIDDEN)
                .because("this server has no TWIN_OPERATOR_TOKEN, so nobody is an operator")
                .into_response(),
            Self::NotRecognised => {
                let problem = Problem::new(StatusCode::UNAUTHORIZED).because(
                    "expected the header 'Authorization: Bearer' with the operator's token",
                );
                let challenge = HeaderValue::from_static("Bearer realm=\"operators\"");
                ([(WWW_AUTHENTICATE, challenge)], problem).into_response()
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Access
where
    Writers: FromRef<S>,
{
    type Rejection = AccessRefused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AccessRefused> {
        let Some(header) = parts.headers.get(AUTHORIZATION) else {
            return Ok(Self::Public);
        };
        let Writers(Some(token)) = Writers::from_ref(state) else {
            return Err(AccessRefused::WritesDisabled);
        };
        let presented = header
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "));
        if presented.is_some_and(|presented| token.is(presented)) {
            Ok(Self::Operator(OperatorAccess::granted()))
        } else {
            Err(AccessRefused::NotRecognised)
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Operator
where
    Writers: FromRef<S>,
{
    type Rejection = AccessRefused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AccessRefused> {
        let access = Access::from_request_parts(parts, state).await?;
        access.of_operator(&Writers::from_ref(state)).map(Self)
    }
}
