//! Roads, ferries and water as lines.

use twin_core::{LonLat, Road, Tags, Waterway};

use super::blocks::PbfFile;
use super::gather::{Gathered, Object, Way};
use super::interest::Interest;
use super::keys::is_for_traffic;
use crate::import::{Report, WarningCode};

/// The class of what a ship carries one over.
pub(super) const FERRY: &str = "ferry";

/// What of a file is a line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// By [`Road::id`].
    pub(super) roads: Vec<Road>,
    pub(super) waterways: Vec<Waterway>,
}

/// Every line with all its points; a line that lacks some is left out with a warning.
pub(super) fn lines(gathered: &Gathered, file: &PbfFile, report: &mut Report) -> Lines {
    let mut lines = Lines::default();
    for way in &gathered.ways {
        let is_road = way.interest.has(Interest::ROAD);
        if !is_road && !way.interest.has(Interest::WATER) {
            continue;
        }
        match course(gathered, way) {
            Ok(course) if is_road => lines.roads.push(road(way, course)),
            Ok((_, path)) => lines.waterways.push(waterway(way, path)),
            Err((code, message)) => {
                report.warn(code, file.path(), Object::Way(way.id), message);
            }
        }
    }
    lines
}

/// The nodes of a way and their places, without repetition.
type Course = (Vec<i64>, Vec<LonLat>);

fn course(gathered: &Gathered, way: &Way) -> Result<Course, (WarningCode, &'static str)> {
    let places: Option<Vec<LonLat>> = way.refs.iter().map(|id| gathered.places.get(*id)).collect();
    let places = places.ok_or((WarningCode::MissingNodes, "lacks some of its nodes"))?;
    let mut course: Vec<(i64, LonLat)> = way.refs.iter().copied().zip(places).collect();
    course.dedup_by_key(|(id, _)| *id);
    if course.iter().all(|(_, place)| *place == course[0].1) {
        let message = "has fewer than two different points";
        return Err((WarningCode::DegenerateLine, message));
    }
    Ok(course.into_iter().unzip())
}

fn road(way: &Way, (nodes, path): Course) -> Road {
    let is_ferry = way.tags.is("route", "ferry");
    let class = way.tags.text("highway").filter(|_| !is_ferry);
    Road {
        id: Some(way.id),
        class: class.unwrap_or_else(|| FERRY.into()),
        name: way.tags.text("name"),
        tags: traffic_tags(way),
        nodes,
        path,
    }
}

fn waterway(way: &Way, path: Vec<LonLat>) -> Waterway {
    Waterway {
        class: way.tags.text("waterway").unwrap_or_default(),
        name: way.tags.text("name"),
        path,
    }
}

/// What a road says to traffic besides its class and name.
fn traffic_tags(way: &Way) -> Tags {
    let is_more = |(key, _): &(&str, &str)| is_for_traffic(key);
    way.tags.iter().filter(is_more).collect()
}
