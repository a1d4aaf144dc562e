//! Objects that become assets, each with one place, whether node, closed way or multipolygon.

use geo_types::{Coord, Polygon};
use twin_core::LonLat;

use super::blocks::PbfFile;
use super::gather::{Gathered, Relation, Way};
use super::rings;
use super::tags::Tags;
use crate::import::{Report, WarningCode, outline};

/// An object that becomes one or several assets.
#[derive(Clone, Debug)]
pub(super) struct Feature<'a> {
    /// `osm-n123`, `osm-w123` or `osm-r123`.
    pub(super) key: String,
    /// What it is called in the report, for example `way 123`.
    pub(super) object: String,
    /// Where it is; for an area, a point inside it.
    pub(super) place: LonLat,
    pub(super) tags: &'a Tags,
}

/// All of a file: nodes, then ways, then relations, each by id.
pub(super) fn features<'a>(
    gathered: &'a Gathered,
    file: &PbfFile,
    report: &mut Report,
) -> Vec<Feature<'a>> {
    let mut features: Vec<Feature<'a>> = gathered
        .nodes
        .iter()
        .map(|node| feature(("n", "node"), node.id, &node.tags, node.place))
        .collect();
    let mut add = |names: (&str, &str), id: i64, tags: &'a Tags, located: Located| {
        if let Some((code, message)) = located.warning() {
            report.warn(code, file.path(), format_args!("{} {id}", names.1), message);
        }
        features.extend(located.place().map(|place| feature(names, id, tags, place)));
    };
    for way in gathered.ways.iter().filter(|way| way.interest.is_feature) {
        add(("w", "way"), way.id, &way.tags, locate_way(gathered, way));
    }
    let is_area = |relation: &&Relation| {
        relation.interest.is_feature && relation.tags.is("type", "multipolygon")
    };
    for relation in gathered.relations.iter().filter(is_area) {
        add(
            ("r", "relation"),
            relation.id,
            &relation.tags,
            locate_relation(gathered, relation),
        );
    }
    features
}

fn feature<'a>(names: (&str, &str), id: i64, tags: &'a Tags, place: LonLat) -> Feature<'a> {
    let (letter, word) = names;
    Feature {
        key: format!("osm-{letter}{id}"),
        object: format!("{word} {id}"),
        place,
        tags,
    }
}

/// Where an area is, and how sure that is.
enum Located {
    Inside(LonLat),
    Middle(LonLat),
    Open,
    Nowhere,
}

impl Located {
    const fn place(&self) -> Option<LonLat> {
        match self {
            Self::Inside(place) | Self::Middle(place) => Some(*place),
            Self::Open | Self::Nowhere => None,
        }
    }

    const fn warning(&self) -> Option<(WarningCode, &'static str)> {
        match self {
            Self::Inside(_) => None,
            Self::Middle(_) => Some((
                WarningCode::ApproximatePlace,
                "is no whole area, its place is the middle of its points",
            )),
            Self::Open => Some((
                WarningCode::OpenArea,
                "is a line, where an area is expected",
            )),
            Self::Nowhere => Some((WarningCode::NoPlace, "has none of its points in the file")),
        }
    }
}

fn locate_way(gathered: &Gathered, way: &Way) -> Located {
    if way.refs.len() < 4 || way.refs.first() != way.refs.last() {
        return Located::Open;
    }
    let points: Vec<LonLat> = places(gathered, way).collect();
    let is_whole = points.len() == way.refs.len();
    let ring = outline::ring(points.iter().copied().map(Coord::from).collect());
    let shape = ring.map(|(ring, _)| outline::outline(vec![Polygon::new(ring, vec![])]));
    let inside = shape
        .as_ref()
        .filter(|_| is_whole)
        .and_then(outline::interior_point);
    inside.map_or_else(|| middle(points.into_iter()), Located::Inside)
}

fn locate_relation(gathered: &Gathered, relation: &Relation) -> Located {
    let polygons = rings::polygons(gathered, relation).ok();
    let shape = polygons.map(|(polygons, _)| outline::outline(polygons));
    let inside = shape.as_ref().and_then(outline::interior_point);
    let ways = relation
        .members
        .iter()
        .filter_map(|member| gathered.way(member.id));
    inside.map_or_else(
        || middle(ways.flat_map(|way| places(gathered, way))),
        Located::Inside,
    )
}

fn places<'a>(gathered: &'a Gathered, way: &'a Way) -> impl Iterator<Item = LonLat> + 'a {
    way.refs.iter().filter_map(|id| gathered.places.get(*id))
}

fn middle(points: impl Iterator<Item = LonLat>) -> Located {
    let (count, lon, lat) = points.fold((0.0, 0.0, 0.0), |(count, lon, lat), place| {
        (count + 1.0, lon + place.lon(), lat + place.lat())
    });
    // Without any point this divides by zero, which is no place on the globe.
    LonLat::new(lon / count, lat / count).map_or(Located::Nowhere, Located::Middle)
}
