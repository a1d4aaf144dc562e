//! What the server tells of cameras, health facilities and the fibre network, as far as the viewer reads it.
//!
//! Each feature is read by itself: one that makes no sense is left out, and with it nothing else.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use twin_core::{CameraAiming, FibreNodeType, HealthCategory, LonLat, Timestamp};

/// The most points of a cable.
const MOST_POINTS: usize = 4096;

/// A page of `GET /assets`.
#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default)]
    features: Vec<Value>,
    #[serde(default, rename = "numberMatched")]
    matched: usize,
}

#[derive(Debug, Deserialize)]
struct Feature<P> {
    id: Box<str>,
    geometry: Geometry,
    properties: P,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Point([f64; 2]),
    LineString(Vec<[f64; 2]>),
}

/// What all of them have.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Common {
    /// The INSEE code of the commune.
    #[serde(default)]
    pub commune: Option<Box<str>>,
    /// Whether it is made up.
    #[serde(default)]
    pub synthetic: bool,
}

/// A camera, as operators know it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct CameraFacts {
    #[serde(flatten)]
    pub common: Common,
    #[serde(flatten)]
    pub register: twin_core::Camera,
    /// Where it hangs and what it sees: told to operators only.
    pub aiming: Box<CameraAiming>,
}

/// A place where people are cared for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct HealthFacts {
    #[serde(flatten)]
    pub common: Common,
    #[serde(default)]
    pub name: Option<Box<str>>,
    pub category: HealthCategory,
    #[serde(default)]
    pub finess: Option<Box<str>>,
}

/// A node of the fibre network.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct NodeFacts {
    #[serde(flatten)]
    pub common: Common,
    pub node_type: FibreNodeType,
    /// Premises that hang on it, all below included.
    #[serde(default)]
    pub premises: u32,
    #[serde(default)]
    pub deployed_at: Option<Timestamp>,
    #[serde(default)]
    pub open_from: Option<Timestamp>,
}

/// Something that stands somewhere.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed<F> {
    /// Its public name, as `camera/KEY`.
    pub id: Box<str>,
    pub place: LonLat,
    pub facts: F,
}

/// A cable from a node to one farther from the exchange.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cable {
    pub from: Box<str>,
    pub to: Box<str>,
    pub path: Vec<LonLat>,
}

#[derive(Debug, Deserialize)]
struct CableFacts {
    from: Box<str>,
    to: Box<str>,
}

/// What of a page could be read, and how many there are in all pages; `None` where it is no page.
pub(super) fn placed<F: DeserializeOwned>(body: &[u8]) -> Option<(Vec<Placed<F>>, usize)> {
    let page: Page = serde_json::from_slice(body).ok()?;
    let read = page.features.into_iter().filter_map(|value| {
        let feature: Feature<F> = serde_json::from_value(value).ok()?;
        let Geometry::Point([lon, lat]) = feature.geometry else {
            return None;
        };
        Some(Placed {
            id: feature.id,
            place: LonLat::new(lon, lat).ok()?,
            facts: feature.properties,
        })
    });
    Some((read.collect(), page.matched))
}

/// The same for cables.
pub(super) fn cables(body: &[u8]) -> Option<(Vec<Cable>, usize)> {
    let page: Page = serde_json::from_slice(body).ok()?;
    let read = page.features.into_iter().filter_map(|value| {
        let feature: Feature<CableFacts> = serde_json::from_value(value).ok()?;
        let Geometry::LineString(points) = feature.geometry else {
            return None;
        };
        let places = points.into_iter().take(MOST_POINTS);
        let path: Result<Vec<LonLat>, _> = places.map(|[lon, lat]| LonLat::new(lon, lat)).collect();
        Some(Cable {
            from: feature.properties.from,
            to: feature.properties.to,
            path: path.ok().filter(|path| path.len() >= 2)?,
        })
    });
    Some((read.collect(), page.matched))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::assets) const CAMERAS: &str = r#"{"features": [
        {"id": "camera/a", "geometry": {"type": "Point", "coordinates": [6.8, 47.5]}, "properties": {
            "kind": "camera", "key": "a", "commune": "25031", "synthetic": true,
            "street": "Rue de l’Église", "camera_type": "fixed", "purposes": ["public-safety"],
            "responsible": "Commune", "authorisation": "F-1", "authorised_at": "2024-01-07T06:00:00Z",
            "expires_at": "2029-01-06T12:00:00Z", "retention": 1296000000, "has_sign": true,
            "aiming": {"place": [6.8002, 47.5001], "height": 4.5, "azimuth": 317.0, "tilt": -14.0,
                "horizontal_fov": 83.0, "vertical_fov": 53.0, "sensor_px": null, "lens_mm": 3.0,
                "min_range": 3.0, "max_range": 40.0, "model": null, "mount": "pole",
                "masks": [[[6.8003, 47.5002], [6.8004, 47.5003], [6.8003, 47.5003]]],
                "is_linked": true, "last_seen_at": null}}},
        {"id": "camera/b", "geometry": {"type": "Point", "coordinates": [6.8, 47.5]}, "properties": {
            "kind": "camera", "key": "b", "street": null, "camera_type": "fixed", "purposes": [],
            "responsible": null, "authorisation": null, "authorised_at": null, "expires_at": null,
            "retention": null, "has_sign": null}},
        {"id": "camera/c", "geometry": null, "properties": 7}], "numberMatched": 3}"#;

    pub(in crate::assets) const HEALTH: &str = r#"{"features": [
        {"id": "health-facility/p", "geometry": {"type": "Point", "coordinates": [6.8, 47.5]},
         "properties": {"kind": "health-facility", "key": "p", "commune": "25031", "synthetic": true,
            "name": "Pharmacie 1", "category": "pharmacy", "finess": null}},
        {"id": "health-facility/q", "geometry": {"type": "Point", "coordinates": [999.0, 47.5]},
         "properties": {"category": "pharmacy"}},
        {"id": "health-facility/r", "geometry": {"type": "Point", "coordinates": [6.9, 47.5]},
         "properties": {"category": "spa"}}], "numberMatched": 3}"#;

    #[test]
    fn a_camera_of_which_nobody_tells_where_it_looks_is_none() {
        let (cameras, matched) = placed::<CameraFacts>(CAMERAS.as_bytes()).unwrap();
        assert_eq!((cameras.len(), matched), (1, 3));
        let facts = &cameras[0].facts;
        assert_eq!(facts.register.street.as_deref(), Some("Rue de l’Église"));
        assert_eq!(facts.aiming.masks.len(), 1);
    }

    #[test]
    fn what_makes_no_sense_is_left_out_alone() {
        let (facilities, _) = placed::<HealthFacts>(HEALTH.as_bytes()).unwrap();
        let ids: Vec<_> = facilities.iter().map(|it| &*it.id).collect();
        assert_eq!(ids, ["health-facility/p"]);
        assert!(placed::<HealthFacts>(b"[1]").is_none());
        assert!(placed::<HealthFacts>(b"{}").is_some_and(|(all, _)| all.is_empty()));
    }

    #[test]
    fn a_cable_is_a_line() {
        let line = |coordinates: &str| {
            let body = format!(
                r#"{{"features": [{{"id": "fibre-link/a", "geometry": {{"type": "LineString",
                "coordinates": {coordinates}}}, "properties": {{"from": "n/a", "to": "n/b"}}}}]}}"#
            );
            cables(body.as_bytes()).unwrap().0.len()
        };
        assert_eq!(line("[[6.8, 47.5], [6.81, 47.5]]"), 1);
        assert_eq!(line("[[6.8, 47.5]]"), 0);
        assert_eq!(line("[[6.8, 47.5], [6.81, 1e9]]"), 0);
    }
}
