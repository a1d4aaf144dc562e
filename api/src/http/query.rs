//! Query strings: every parameter is known and valid, or the request is refused.

use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::request::Parts;
use geo_types::{Geometry, MultiPolygon};
use serde::de::DeserializeOwned;
use twin_core::{AssetKind, LonLatBox, PreparedPolygon};
use wkt::TryFromWkt as _;

use super::geojson::Link;
use super::problem::Problem;
use crate::collection::Language;

/// A query string whose every parameter is known. The type it reads into denies unknown fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StrictQuery<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for StrictQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(Self(query)),
            Err(refusal) => Err(Problem::new(StatusCode::BAD_REQUEST).because(refusal.body_text())),
        }
    }
}

/// Features on a page unless asked otherwise.
const DEFAULT_LIMIT: usize = 1_000;
/// Most features on a page.
const MAX_LIMIT: usize = 10_000;

/// Which part of a result is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Features that come before it.
    pub(crate) offset: usize,
    /// Most features on it.
    pub(crate) limit: usize,
}

impl Page {
    /// Refuses a limit of zero; one above 10,000 counts as 10,000.
    pub(crate) fn new(offset: Option<usize>, limit: Option<usize>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
        if limit == 0 {
            return Err(bad_request(
                "limit=0: expected a whole number from 1 to 10000",
            ));
        }
        Ok(Self {
            offset: offset.unwrap_or(0),
            limit,
        })
    }

    /// The links of a page: to itself, and to the next one until the end.
    pub(crate) fn links(self, path: &str, raw_query: &str, matched: usize) -> Vec<Link> {
        let link = |rel, query: String| Link {
            href: if query.is_empty() {
                path.to_owned()
            } else {
                format!("{path}?{query}")
            },
            rel,
            r#type: "application/geo+json",
        };
        let mut links = vec![link("self", raw_query.to_owned())];
        let next = self.offset.saturating_add(self.limit);
        if next < matched {
            let kept = raw_query.split('&').filter(|pair| {
                !pair.is_empty() && !pair.starts_with("offset=") && !pair.starts_with("limit=")
            });
            let paging = [format!("limit={}", self.limit), format!("offset={next}")];
            let query: Vec<_> = kept.map(str::to_owned).chain(paging).collect();
            links.push(link("next", query.join("&")));
        }
        links
    }
}

/// A refusal that names the parameter, the value and what was expected.
pub(crate) fn bad_request(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST).because(detail)
}

/// The language that is asked for; French where nothing is said.
pub(crate) fn language(lang: Option<&str>) -> Result<Language, Problem> {
    let Some(lang) = lang else {
        return Ok(Language::default());
    };
    lang.parse()
        .map_err(|_unknown| bad_request(format!("lang={lang}: expected fr or en")))
}

/// The kinds of assets that a list of names tells.
pub(crate) fn kinds(text: &str) -> Result<Vec<AssetKind>, Problem> {
    let names = || {
        AssetKind::ALL
            .iter()
            .map(|info| info.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let kind = |name: &str| {
        name.parse().map_err(|_unknown| {
            bad_request(format!(
                "kind={name}: expected one or several of {}",
                names()
            ))
        })
    };
    text.split(',').map(kind).collect()
}

/// The box that four numbers tell.
pub(crate) fn bbox(text: &str) -> Result<LonLatBox, Problem> {
    let refuse = || {
        bad_request(format!(
            "bbox={text}: expected west,south,east,north in degrees"
        ))
    };
    let [west, south, east, north] = numbers(text).ok_or_else(refuse)?;
    LonLatBox::new(west, south, east, north)
        .map_err(|error| bad_request(format!("bbox={text}: {error}")))
}

/// The area that a text tells, as WKT.
pub(crate) fn polygon(text: &str) -> Result<PreparedPolygon, Problem> {
    let refuse = || bad_request("within: expected a POLYGON or MULTIPOLYGON as WKT, in degrees");
    let polygon = match Geometry::try_from_wkt_str(text).map_err(|_unreadable| refuse())? {
        Geometry::Polygon(polygon) => MultiPolygon::new(vec![polygon]),
        Geometry::MultiPolygon(polygons) => polygons,
        _ => return Err(refuse()),
    };
    PreparedPolygon::new(&polygon).ok_or_else(refuse)
}

/// Exactly `N` finite numbers, separated by commas.
pub(crate) fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Option<Vec<f64>> = text
        .split(',')
        .map(|part| {
            part.trim()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
        })
        .collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let page = Page::new(None, Some(10)).unwrap();
        let links = page.links("/assets", "kind=site&limit=10", 25);
        assert_eq!(links[1].href, "/assets?kind=site&limit=10&offset=10");
        let last = Page::new(Some(20), Some(10)).unwrap();
        assert_eq!(last.links("/assets", "offset=20", 25).len(), 1);
    }

    #[test]
    fn a_page_of_nothing_is_refused_and_a_huge_one_is_cut() {
        assert!(Page::new(None, Some(0)).is_err());
        assert_eq!(Page::new(None, Some(1_000_000)).unwrap().limit, MAX_LIMIT);
    }
}
