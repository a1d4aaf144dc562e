//! How far one comes in some minutes, as GeoJSON and for people.

use geo_types::MultiPolygon;
use gis_data::import::outline_area;
use serde::Serialize;
use simulator::roads::reach::{ReachOptions, ReachedStretch, reach_polygons};
use simulator::roads::{Reached, RoadMetric};
use twin_core::{LonLat, SquareMetres};

use super::answer::{Driver, Endpoint};
use super::routing::snap;
use super::stop::Stop;
use crate::error::{ApiError, ApiResult};

/// From where, and how far.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IsochroneRequest {
    /// Where one starts.
    pub(crate) at: LonLat,
    /// The limits, in minutes.
    pub(crate) minutes: Vec<f64>,
}

/// The most limits at once.
const MAX_LIMITS: usize = 5;
/// The longest time, in minutes.
const MAX_MINUTES: f64 = 60.0;

/// How one goes on from a street, in km/h and metres: on foot to a house door.
const OFF_ROAD_KMH: f64 = 4.0;
const MAX_OFF_ROAD_M: f64 = 100.0;

/// The grid of the drawing: fine near by, coarse far away, between these.
const CELL_M_PER_MINUTE: f64 = 2.0;
const CELL_M: [f64; 2] = [10.0, 100.0];

impl IsochroneRequest {
    /// Limits in minutes, parted by commas.
    ///
    /// # Errors
    /// [`ApiError::InvalidOption`] for none, too many or too long ones.
    pub(crate) fn parse_minutes(text: &str) -> ApiResult<Vec<f64>> {
        let parse = |part: &str| {
            let minutes = part.trim().parse::<f64>().ok();
            minutes.filter(|minutes| *minutes > 0.0 && *minutes <= MAX_MINUTES)
        };
        let minutes: Option<Vec<f64>> = text.split(',').map(parse).collect();
        let mut minutes = minutes
            .filter(|minutes| minutes.len() <= MAX_LIMITS)
            .ok_or_else(|| ApiError::InvalidOption {
                option: "minutes",
                value: text.into(),
                expected: "up to 5 numbers above 0 and up to 60, parted by commas",
            })?;
        minutes.sort_by(f64::total_cmp);
        minutes.dedup();
        Ok(minutes)
    }
}

/// A GeoJSON collection of areas, the smallest first.
#[derive(Debug, Serialize)]
pub(crate) struct Isochrone {
    r#type: &'static str,
    from: Endpoint,
    features: Vec<Area>,
}

#[derive(Debug, Serialize)]
struct Area {
    r#type: &'static str,
    geometry: Geometry,
    properties: AreaProperties,
}

#[derive(Debug, Serialize)]
struct Geometry {
    r#type: &'static str,
    coordinates: Vec<Vec<Vec<[f64; 2]>>>,
}

#[derive(Debug, Serialize)]
struct AreaProperties {
    minutes: f64,
    area_km2: f64,
    profile: String,
    hour: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    synthetic: bool,
}

impl Isochrone {
    /// Searches and draws.
    ///
    /// # Errors
    /// A place far from any street, and an area that cannot be drawn.
    pub(crate) fn new(
        request: &IsochroneRequest,
        metric: &RoadMetric,
        driver: &Driver,
        stop: &Stop,
    ) -> ApiResult<Self> {
        let from = snap(metric, request.at)?;
        let longest = request.minutes.iter().copied().fold(0.0, f64::max);
        let reached = metric.reached(&from, 60.0 * longest);
        stop.check()?;
        let options = ReachOptions {
            limits_s: request.minutes.iter().map(|it| 60.0 * it).collect(),
            cell_m: (CELL_M_PER_MINUTE * longest).clamp(CELL_M[0], CELL_M[1]),
            off_road_kmh: OFF_ROAD_KMH,
            max_off_road_m: MAX_OFF_ROAD_M,
        };
        let outlines = outlines(&reached, metric, &options)?;
        stop.check()?;
        let areas = request.minutes.iter().zip(&outlines);
        Ok(Self {
            r#type: "FeatureCollection",
            from: Endpoint::new(&from, metric),
            features: areas
                .map(|(&minutes, outline)| Area::new(minutes, outline, driver))
                .collect(),
        })
    }

    /// A line for each area.
    pub(crate) fn to_text(&self) -> String {
        let mut lines = vec!["  minutes  area".to_owned()];
        for area in &self.features {
            let it = &area.properties;
            lines.push(format!("  {:>7}  {:.2} km²", it.minutes, it.area_km2));
        }
        if self.features.iter().any(|area| area.properties.synthetic) {
            lines.push("the streets are synthetic: made up, not real".to_owned());
        }
        lines.join("\n") + "\n"
    }
}

fn outlines(
    reached: &[Reached],
    metric: &RoadMetric,
    options: &ReachOptions,
) -> ApiResult<Vec<MultiPolygon>> {
    let paths: Vec<Vec<LonLat>> = reached.iter().map(|it| it.path(metric)).collect();
    let stretches = reached.iter().zip(&paths);
    let stretches: Vec<ReachedStretch<'_>> = stretches
        .map(|(it, path)| ReachedStretch {
            path,
            start_s: it.start_s,
            end_s: it.end_s,
        })
        .collect();
    Ok(reach_polygons(&stretches, options)?)
}

impl Area {
    fn new(minutes: f64, outline: &MultiPolygon, driver: &Driver) -> Self {
        let ring = |ring: &geo_types::LineString| -> Vec<[f64; 2]> {
            let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
            ring.coords().map(|at| [round(at.x), round(at.y)]).collect()
        };
        let part = |part: &geo_types::Polygon| {
            let rings = std::iter::once(part.exterior()).chain(part.interiors());
            rings.map(ring).collect()
        };
        let area_m2 = outline_area(outline).map_or(0.0, SquareMetres::get);
        Self {
            r#type: "Feature",
            geometry: Geometry {
                r#type: "MultiPolygon",
                coordinates: outline.iter().map(part).collect(),
            },
            properties: AreaProperties {
                minutes,
                area_km2: (area_m2 / 1e2).round() / 1e4,
                profile: driver.profile.clone(),
                hour: driver.hour.to_string(),
                synthetic: driver.is_synthetic,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::one("10", Some(vec![10.0]))]
    #[case::in_any_order("15, 5,10,5", Some(vec![5.0, 10.0, 15.0]))]
    #[case::none("", None)]
    #[case::zero("0", None)]
    #[case::more_than_an_hour("61", None)]
    #[case::too_many("1,2,3,4,5,6", None)]
    #[case::no_number("NaN", None)]
    fn limits_are_a_few_minutes(#[case] text: &str, #[case] expected: Option<Vec<f64>>) {
        assert_eq!(IsochroneRequest::parse_minutes(text).ok(), expected);
    }
}
