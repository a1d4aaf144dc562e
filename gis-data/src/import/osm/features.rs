//! Objects that stand for one place each, whether node, closed way or multipolygon.

use geo_types::{Coord, Polygon};
use twin_core::LonLat;

use super::blocks::PbfFile;
use super::gather::{Gathered, Object, Relation, Way};
use super::interest::Interest;
use super::rings;
use super::tags::Tags;
use crate::import::{Report, WarningCode, outline};

/// An object that becomes one or several assets, a point of interest, an address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature<'a> {
    /// Which object of the file it is.
    pub(super) object: Object,
    /// What it is kept for.
    pub(super) interest: Interest,
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
    let stands =
        |interest: Interest| interest.has(Interest::ASSET | Interest::PLACE | Interest::ADDRESS);
    let nodes = gathered.nodes.iter().filter(|node| stands(node.interest));
    let mut features: Vec<Feature<'a>> = nodes
        .map(|node| Feature {
            object: Object::Node(node.id),
            interest: node.interest,
            place: node.place,
            tags: &node.tags,
        })
        .collect();
    let mut add = |object, interest, tags: &'a Tags, located: Located| {
        if let Some((code, message)) = located.warning() {
            report.warn(code, file.path(), object, message);
        }
        features.extend(located.place().map(|place| Feature {
            object,
            interest,
            place,
            tags,
        }));
    };
    for way in gathered.ways.iter().filter(|way| stands(way.interest)) {
        add(
            Object::Way(way.id),
            way.interest,
            &way.tags,
            locate_way(gathered, way),
        );
    }
    let is_area = |it: &&Relation| it.interest.has(Interest::MULTIPOLYGON) && stands(it.interest);
    for it in gathered.relations.iter().filter(is_area) {
        add(
            Object::Relation(it.id),
            it.interest,
            &it.tags,
            locate_relation(gathered, it),
        );
    }
    features
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
    if !rings::is_closed(way) {
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
    let polygons = rings::of_relation(gathered, relation).ok();
    let shape = polygons.map(|area| outline::outline(area.polygons));
    let inside = shape.as_ref().and_then(outline::interior_point);
    let ways = relation
        .members
        .iter()
        .filter_map(|member| rings::way_of(gathered, *member));
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
