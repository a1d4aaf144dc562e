//! Roads and water as lines.

use twin_core::{LonLat, Road, Tags, Waterway};

use super::blocks::PbfFile;
use super::gather::{Gathered, Way};
use super::tags::{Line, is_for_traffic};
use crate::import::{Report, WarningCode};

/// What of a file is a line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) roads: Vec<Road>,
    pub(super) waterways: Vec<Waterway>,
}

/// Every line with all its points; a line that lacks some is left out with a warning.
pub(super) fn lines(gathered: &Gathered, file: &PbfFile, report: &mut Report) -> Lines {
    let mut lines = Lines::default();
    for way in &gathered.ways {
        let Some(line) = way.interest.line else {
            continue;
        };
        match course(gathered, way) {
            Ok(course) => lines.add(line, way, course),
            Err((code, message)) => {
                report.warn(code, file.path(), format_args!("way {}", way.id), message);
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

impl Lines {
    fn add(&mut self, line: Line, way: &Way, (nodes, path): Course) {
        let class = way.tags.text(line.key()).unwrap_or_default();
        let name = way.tags.text("name");
        match line {
            Line::Road => self.roads.push(Road {
                id: Some(way.id),
                class,
                name,
                tags: traffic_tags(way),
                nodes,
                path,
            }),
            Line::Water => self.waterways.push(Waterway { class, name, path }),
        }
    }
}

/// What a road says to traffic besides its class and name.
fn traffic_tags(way: &Way) -> Tags {
    let is_more = |(key, _): &(&str, &str)| is_for_traffic(key);
    way.tags.iter().filter(is_more).collect()
}
