//! From places to routes.

use simulator::roads::{AlternativeRules, RoadMetric, Route, SNAP_WITHIN_M, Snap};
use twin_core::LonLat;

use super::stop::Stop;
use crate::error::{ApiError, ApiResult};

/// Which routes are asked for.
#[derive(Clone, Debug)]
pub(crate) struct RouteRequest {
    /// Where it begins, what lies on the way in this order, where it ends.
    pub(crate) points: Vec<LonLat>,
    /// How many other good routes to look for.
    pub(crate) alternatives: usize,
}

/// The point of a usable street that stands for a place.
///
/// # Errors
/// [`ApiError::NoStreetNear`].
pub(crate) fn snap(metric: &RoadMetric, place: LonLat) -> ApiResult<Snap> {
    let snap = metric.snap(place, SNAP_WITHIN_M);
    snap.ok_or(ApiError::NoStreetNear { place })
}

/// The best route, then other good ones, the cheapest first.
///
/// # Errors
/// Places far from any street, places between which there is no way, other routes that would have to
/// go over points on the way.
pub(crate) fn routes(
    request: &RouteRequest,
    metric: &RoadMetric,
    stop: &Stop,
) -> ApiResult<Vec<Route>> {
    let snaps = request.points.iter().map(|&place| snap(metric, place));
    let snaps = snaps.collect::<ApiResult<Vec<Snap>>>()?;
    stop.check()?;
    let mut routes = vec![metric.route(&snaps).ok_or(ApiError::NoWay)?];
    stop.check()?;
    if request.alternatives > 0 {
        if snaps.len() > 2 {
            return Err(ApiError::InvalidOption {
                option: "the number of alternatives",
                value: request.alternatives.to_string().into(),
                expected: "none where there are points on the way",
            });
        }
        let rules = AlternativeRules::USUAL;
        let others = metric.alternatives(&routes[0], request.alternatives, rules);
        routes.extend(others);
    }
    Ok(routes)
}
