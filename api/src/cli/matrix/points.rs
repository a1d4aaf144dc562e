//! Which points a matrix is about.

use std::path::{Path, PathBuf};

use geojson::{GeoJson, Geometry, Value};
use simulator::random::{Model, Seed};
use simulator::roads::{ArcGraph, RoadMetric, SNAP_WITHIN_M, Side, Snap};
use twin_core::LonLat;

use super::searched::Searched;
use crate::effort::timed;
use crate::error::{ApiError, ApiResult};

/// Points from files, or random ones.
#[derive(Debug, clap::Args)]
pub(super) struct PointArgs {
    /// So many random points on the roads; with --gr, random nodes
    #[arg(long, value_name = "N", required_unless_present_any = ["at", "from"])]
    points: Option<usize>,

    /// Points of a table: longitude and latitude, a line each (.csv)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["points", "from", "gr"])]
    at: Option<PathBuf>,

    /// Points to come from (.geojson)
    #[arg(long, value_name = "FILE", requires = "to", conflicts_with_all = ["points", "gr"])]
    from: Option<PathBuf>,

    /// Points to go to (.geojson)
    #[arg(long, value_name = "FILE", requires = "from")]
    to: Option<PathBuf>,
}

/// The most points on either side: a matrix of so many squared is 4 GiB.
const MAX_POINTS: usize = 32_768;

/// Points on the roads, or nodes of a plain graph.
#[derive(Debug)]
pub(super) struct Points {
    kind: Kind,
    /// What it took to find the streets.
    pub(super) snap_cpu_s: f64,
}

#[derive(Debug)]
enum Kind {
    Nodes(Vec<u32>),
    Same(Vec<Option<Snap>>),
    Pair(Vec<Option<Snap>>, Vec<Option<Snap>>),
}

impl PointArgs {
    /// Reads or draws the points and finds their streets.
    pub(super) fn read(&self, searched: &Searched, seed: Seed) -> ApiResult<Points> {
        let count = check(self.points.unwrap_or_default())?;
        let Some(roads) = searched.as_roads() else {
            let nodes = random_nodes(searched.graph().0, count, seed);
            return Ok(Points {
                kind: Kind::Nodes(nodes),
                snap_cpu_s: 0.0,
            });
        };
        let snap = |places: &[LonLat]| -> Vec<Option<Snap>> {
            places
                .iter()
                .map(|&place| roads.snap(place, SNAP_WITHIN_M))
                .collect()
        };
        let (kind, snap_cpu_s) = match (&self.at, &self.from, &self.to) {
            (Some(path), ..) => {
                let places = table(path)?;
                timed(|| Kind::Same(snap(&places)))
            }
            (_, Some(from), Some(to)) => {
                let (from, to) = (features(from)?, features(to)?);
                timed(|| Kind::Pair(snap(&from), snap(&to)))
            }
            _ => {
                let places = random_places(roads, count, seed);
                timed(|| Kind::Same(snap(&places)))
            }
        };
        Ok(Points { kind, snap_cpu_s })
    }
}

impl Points {
    /// Where the sources and the targets lie on the roads.
    pub(super) fn snaps(&self) -> (&[Option<Snap>], &[Option<Snap>]) {
        match &self.kind {
            Kind::Nodes(_) => (&[], &[]),
            Kind::Same(points) => (points, points),
            Kind::Pair(from, to) => (from, to),
        }
    }

    /// The nodes of a plain graph.
    pub(super) fn nodes(&self) -> &[u32] {
        match &self.kind {
            Kind::Nodes(nodes) => nodes,
            _ => &[],
        }
    }

    /// Whether sources and targets are the same points.
    pub(super) const fn is_same(&self) -> bool {
        !matches!(self.kind, Kind::Pair(..))
    }

    /// How many points there are, of both sides where these differ.
    pub(super) fn len(&self) -> usize {
        match &self.kind {
            Kind::Nodes(nodes) => nodes.len(),
            Kind::Same(points) => points.len(),
            Kind::Pair(from, to) => from.len() + to.len(),
        }
    }
}

fn check(count: usize) -> ApiResult<usize> {
    if count <= MAX_POINTS {
        return Ok(count);
    }
    Err(ApiError::InvalidOption {
        option: "the number of points",
        value: count.to_string().into(),
        expected: "at most 32768",
    })
}

/// Nodes that some arc joins with others.
fn random_nodes(graph: &ArcGraph, count: usize, seed: Seed) -> Vec<u32> {
    let mut is_joined = vec![false; graph.node_count()];
    for end in graph.arcs().flat_map(|(tail, head)| [tail, head]) {
        is_joined[end as usize] = true;
    }
    let all = (0_u32..).zip(is_joined);
    let joined: Vec<u32> = all.filter_map(|(node, is)| is.then_some(node)).collect();
    let mut stream = seed.stream(Model::RoadPoints, 0);
    let mut draw = |_| {
        let number = stream.next_u64() % u64::try_from(joined.len()).unwrap_or(u64::MAX).max(1);
        joined.get(usize::try_from(number).ok()?).copied()
    };
    (0..count).filter_map(&mut draw).collect()
}

/// Points on the usable roads, each metre as likely as any other.
fn random_places(roads: &RoadMetric, count: usize, seed: Seed) -> Vec<LonLat> {
    let network = roads.map().network();
    let usable = (0_u32..).zip(network.segments()).filter(|(number, _)| {
        [2 * number, 2 * number + 1]
            .iter()
            .any(|&edge| roads.is_usable(edge))
    });
    let mut ends: Vec<(f64, u32)> = Vec::new();
    let mut sum_m = 0.0;
    for (number, segment) in usable {
        sum_m += segment.length_m;
        ends.push((sum_m, number));
    }
    let mut stream = seed.stream(Model::RoadPoints, 0);
    let mut draw = |_| {
        let at_m = stream.unit() * sum_m;
        let found = ends.partition_point(|(end_m, _)| *end_m < at_m);
        let &(end_m, number) = ends.get(found)?;
        let length_m = network.segments()[number as usize].length_m;
        let share = if length_m > 0.0 {
            1.0 - (end_m - at_m) / length_m
        } else {
            0.0
        };
        let point = Snap {
            segment: number,
            share,
            place: network.graph().node_weights().next()?.place,
            distance_m: 0.0,
            side: Side::On,
        };
        Some(network.place_of(&point))
    };
    (0..count).filter_map(&mut draw).collect()
}

/// The points of a table; a first line without numbers is its head.
fn table(path: &Path) -> ApiResult<Vec<LonLat>> {
    let text = read(path)?;
    let mut places = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || (number == 1 && !line.contains(|c: char| c.is_ascii_digit())) {
            continue;
        }
        let mut cells = line
            .split([',', ';', '\t'])
            .map(|cell| cell.trim().parse::<f64>());
        let place = match (cells.next(), cells.next()) {
            (Some(Ok(lon)), Some(Ok(lat))) => LonLat::new(lon, lat).ok(),
            _ => None,
        };
        places.push(place.ok_or_else(|| invalid(path, format!("line {number}"), line))?);
        check(places.len())?;
    }
    Ok(places)
}

/// The points of a collection of features.
fn features(path: &Path) -> ApiResult<Vec<LonLat>> {
    let text = read(path)?;
    let json: GeoJson = text
        .parse()
        .map_err(|error: geojson::Error| invalid(path, error.to_string(), &text))?;
    let geometries: Vec<Option<Geometry>> = match json {
        GeoJson::Geometry(geometry) => vec![Some(geometry)],
        GeoJson::Feature(feature) => vec![feature.geometry],
        GeoJson::FeatureCollection(all) => all.features.into_iter().map(|it| it.geometry).collect(),
    };
    check(geometries.len())?;
    let mut places = Vec::new();
    for (number, geometry) in (1..).zip(geometries) {
        let value = geometry.map(|geometry| geometry.value);
        let place = match &value {
            Some(Value::Point(at)) if at.len() >= 2 => LonLat::new(at[0], at[1]).ok(),
            _ => None,
        };
        let found = value.map_or_else(|| "null".to_owned(), |value| value.to_string());
        places.push(place.ok_or_else(|| invalid(path, format!("feature {number}"), &found))?);
    }
    Ok(places)
}

fn read(path: &Path) -> ApiResult<String> {
    let text = std::fs::read_to_string(path).map_err(|source| gis_data::GisError::Io {
        action: "read",
        path: path.into(),
        source,
    })?;
    Ok(text)
}

fn invalid(path: &Path, location: String, text: &str) -> ApiError {
    let text: String = text.chars().take(80).collect();
    ApiError::InvalidPoint {
        location,
        text: text.into(),
        path: path.into(),
    }
}
