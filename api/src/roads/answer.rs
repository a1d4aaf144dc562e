//! Routes as GeoJSON, and as a table for people.

mod legs;
mod text;

use serde::Serialize;
use simulator::roads::HourClass;
use simulator::roads::{RoadMetric, Route, Snap};
use twin_core::LonLat;

use self::legs::LegAnswer;
use super::vehicles::{Loaded, unit};

/// Who drives, when, and on what.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    /// The name of the profile.
    pub(crate) profile: String,
    /// When it drives.
    pub(crate) hour: HourClass,
    /// What it drives, where that takes energy.
    pub(crate) loaded: Option<Loaded>,
    /// Whether the streets are made up.
    pub(crate) is_synthetic: bool,
}

/// A route, or several.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// The one that was asked for.
    One(Box<Feature>),
    /// The best one, then others.
    Several(FeatureCollection),
}

/// Several routes as GeoJSON.
#[derive(Debug, Serialize)]
pub(crate) struct FeatureCollection {
    r#type: &'static str,
    features: Vec<Feature>,
}

/// A route as GeoJSON.
#[derive(Debug, Serialize)]
pub(crate) struct Feature {
    r#type: &'static str,
    geometry: LineString,
    properties: Properties,
}

#[derive(Debug, Serialize)]
struct LineString {
    r#type: &'static str,
    coordinates: Vec<[f64; 2]>,
}

#[derive(Debug, Serialize)]
struct Properties {
    duration_s: f64,
    length_m: f64,
    climb_m: f64,
    descent_m: f64,
    energy_mj: Option<f64>,
    fuel: Option<FuelAnswer>,
    co2_kg: Option<f64>,
    profile: String,
    hour: String,
    vehicle: Option<String>,
    load_kg: Option<f64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    synthetic: bool,
    legs: Vec<LegAnswer>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct FuelAnswer {
    amount: f64,
    unit: &'static str,
}

/// A point of a street that stands for a place that was given.
#[derive(Debug, Serialize)]
pub(crate) struct Endpoint {
    place: [f64; 2],
    distance_m: f64,
    name: Option<Box<str>>,
}

impl Endpoint {
    /// Where a place came to lie, with the name of the street.
    pub(crate) fn new(snap: &Snap, metric: &RoadMetric) -> Self {
        let network = metric.map().network();
        let segment = network.segments().get(snap.segment as usize);
        let road = segment.and_then(|it| network.roads().get(it.road as usize));
        Self {
            place: coordinates(snap.place),
            distance_m: tenths(snap.distance_m),
            name: road.and_then(|road| road.name.clone()),
        }
    }
}

impl Answer {
    /// The first route alone, or all.
    pub(crate) fn new(
        routes: &[Route],
        are_several: AreSeveral,
        metric: &RoadMetric,
        driver: &Driver,
    ) -> Self {
        let mut features = routes
            .iter()
            .map(|route| Feature::new(route, metric, driver));
        match (are_several, features.next()) {
            (AreSeveral::No, Some(feature)) => Self::One(Box::new(feature)),
            (_, first) => Self::Several(FeatureCollection {
                r#type: "FeatureCollection",
                features: first.into_iter().chain(features).collect(),
            }),
        }
    }

    fn features(&self) -> &[Feature] {
        match self {
            Self::One(feature) => std::slice::from_ref(feature),
            Self::Several(all) => &all.features,
        }
    }
}

/// Whether several routes were asked for, however many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AreSeveral {
    /// One was.
    No,
    /// The answer is a collection.
    Yes,
}

impl AreSeveral {
    /// [`AreSeveral::Yes`] where alternatives are wanted.
    pub(crate) const fn when(has_alternatives: bool) -> Self {
        if has_alternatives {
            Self::Yes
        } else {
            Self::No
        }
    }
}

impl Feature {
    fn new(route: &Route, metric: &RoadMetric, driver: &Driver) -> Self {
        let mut line = Vec::new();
        let legs = route.legs.iter();
        let legs: Vec<LegAnswer> = legs
            .map(|leg| LegAnswer::new(leg, &mut line, metric, driver.loaded.as_ref()))
            .collect();
        let cost: u32 = route.legs.iter().map(|leg| leg.cost).sum();
        let [climb_m, descent_m] = legs::climbs(&route.legs, metric);
        let loaded = driver.loaded.as_ref();
        let spent = loaded.map(|loaded| legs::spent(&route.legs, metric, loaded));
        let fuel = loaded.zip(spent).map(|(loaded, spent)| FuelAnswer {
            // Each vehicle uses one of them.
            amount: thousandths(
                spent.fuel.diesel_l + spent.fuel.gas_kg + spent.fuel.electricity_kwh,
            ),
            unit: unit(loaded.vehicle.powertrain()),
        });
        let lengths = route.legs.iter().map(|leg| leg.length_m(metric));
        let properties = Properties {
            duration_s: f64::from(cost) / simulator::roads::TENTHS_PER_S,
            length_m: tenths(lengths.sum()),
            climb_m: tenths(climb_m),
            descent_m: tenths(descent_m),
            energy_mj: spent.map(|spent| thousandths(spent.energy_mj)),
            fuel,
            co2_kg: spent.map(|spent| thousandths(spent.co2_kg)),
            profile: driver.profile.clone(),
            hour: driver.hour.to_string(),
            vehicle: loaded.map(|loaded| loaded.vehicle.name().to_owned()),
            load_kg: loaded.map(|loaded| loaded.load_kg),
            synthetic: driver.is_synthetic,
            legs,
        };
        Self {
            r#type: "Feature",
            geometry: LineString {
                r#type: "LineString",
                coordinates: line,
            },
            properties,
        }
    }
}

/// Seven decimals: a centimetre.
pub(super) fn coordinates(place: LonLat) -> [f64; 2] {
    [place.lon(), place.lat()].map(|degrees| (degrees * 1e7).round() / 1e7)
}

pub(super) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
