//! Outlines of ways and relations, with a warning for everything that is odd about them.

use geo_types::{MultiPolygon, Polygon};

use super::blocks::PbfFile;
use super::gather::{Gathered, Object, Relation, Role, Way};
use super::interest::Interest;
use super::land;
use super::nesting::Nested;
use super::rings::{self, RingFault};
use super::tags::Tags;
use crate::import::{Report, WarningCode, outline};

/// An object with an outline.
#[derive(Debug)]
pub(super) struct Area<'a> {
    pub(super) object: Object,
    pub(super) interest: Interest,
    pub(super) tags: &'a Tags,
    pub(super) outline: MultiPolygon,
}

/// Every building and every piece of covered land: relations, then ways, each by id.
///
/// A way that is an outer ring of such a relation, and says the same as this, is left out: it would
/// fill the holes that the relation leaves.
pub(super) fn areas<'a>(
    gathered: &'a Gathered,
    file: &PbfFile,
    report: &mut Report,
    mut take: impl FnMut(Area<'a>, &mut Report),
) {
    let is_area = |interest: Interest| interest.has(Interest::BUILDING | Interest::LAND);
    let is_whole = |it: &&Relation| it.interest.has(Interest::MULTIPOLYGON) && is_area(it.interest);
    let mut told = Vec::new();
    for it in gathered.relations.iter().filter(is_whole) {
        let object = Object::Relation(it.id);
        let mut warn = |code, message: &str| report.warn(code, file.path(), object, message);
        if let Some(outline) = of_relation(gathered, it, &mut warn) {
            let (interest, tags) = (it.interest, &it.tags);
            told.extend(outer_ways(it).map(|way| (way, it)));
            take(
                Area {
                    object,
                    interest,
                    tags,
                    outline,
                },
                report,
            );
        }
    }
    told.sort_unstable_by_key(|(way, relation)| (*way, relation.id));
    for way in gathered.ways.iter().filter(|way| is_area(way.interest)) {
        let first = told.partition_point(|(id, _)| *id < way.id);
        let mut relations = told[first..].iter().take_while(|(id, _)| *id == way.id);
        if relations.any(|(_, relation)| says_the_same(way, relation)) {
            continue;
        }
        let object = Object::Way(way.id);
        let mut warn = |code, message: &str| report.warn(code, file.path(), object, message);
        if let Some(outline) = of_way(gathered, way, &mut warn) {
            let (interest, tags) = (way.interest, &way.tags);
            take(
                Area {
                    object,
                    interest,
                    tags,
                    outline,
                },
                report,
            );
        }
    }
}

fn outer_ways(relation: &Relation) -> impl Iterator<Item = i64> {
    let is_outer = |role| matches!(role, Role::Outer | Role::Ring);
    let outer = relation
        .members
        .iter()
        .filter(move |member| is_outer(member.role));
    outer.filter_map(|member| match member.object {
        Object::Way(id) => Some(id),
        Object::Node(_) | Object::Relation(_) => None,
    })
}

/// Whether both are buildings, or both are covered by the same.
fn says_the_same(way: &Way, relation: &Relation) -> bool {
    let is_building = |tags: &Tags| tags.get("building").is_some_and(|class| class != "no");
    if way.interest.has(Interest::BUILDING) {
        let both = [&way.tags, &relation.tags].map(is_building);
        return relation.interest.has(Interest::BUILDING) && both[0] == both[1];
    }
    relation.interest.has(Interest::LAND) && land::class(&way.tags) == land::class(&relation.tags)
}

/// Takes what is wrong with one object.
pub(super) trait Warn: FnMut(WarningCode, &str) {}

impl<F: FnMut(WarningCode, &str)> Warn for F {}

/// The outline of a way that is meant to be an area.
fn of_way(gathered: &Gathered, way: &Way, warn: &mut impl Warn) -> Option<MultiPolygon> {
    if !rings::is_closed(way) {
        warn(
            WarningCode::OpenArea,
            "is a line, where an area is expected",
        );
        return None;
    }
    checked(rings::of_way(gathered, way), warn)
}

/// The outline of a relation whose ways are rings.
pub(super) fn of_relation(
    gathered: &Gathered,
    relation: &Relation,
    warn: &mut impl Warn,
) -> Option<MultiPolygon> {
    checked(rings::of_relation(gathered, relation), warn)
}

fn checked(area: Result<Nested, RingFault>, warn: &mut impl Warn) -> Option<MultiPolygon> {
    match area {
        Ok(area) => {
            if area.strays > 0 {
                let message = format!("has {} holes outside of its outer rings", area.strays);
                warn(WarningCode::StrayHole, &message);
            }
            if area.unchecked > 0 {
                let message = format!(
                    "has {} holes that are too intricate to place",
                    area.unchecked
                );
                warn(WarningCode::UncheckedOutline, &message);
            }
            warn_of_crossings(&area.polygons, warn);
            Some(outline::outline(area.polygons))
        }
        Err(fault) => {
            let (code, message) = describe(fault);
            warn(code, &message);
            None
        }
    }
}

fn describe(fault: RingFault) -> (WarningCode, String) {
    let cut = |what: &str, id| {
        (
            WarningCode::CutOutline,
            format!("lacks {what} {id} of its outline, it is not wholly in the file"),
        )
    };
    match fault {
        RingFault::MissingWay(id) => cut("way", id),
        RingFault::MissingNode(id) => cut("node", id),
        RingFault::OpenAt(id) => (
            WarningCode::OpenOutline,
            format!("its outline ends at node {id}"),
        ),
        RingFault::Nothing => (WarningCode::OpenOutline, "has no outline".to_owned()),
    }
}

fn warn_of_crossings(polygons: &[Polygon], warn: &mut impl Warn) {
    let rings = polygons
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    for ring in rings {
        match outline::crosses_itself(ring) {
            Some(false) => {}
            Some(true) => warn(WarningCode::SelfIntersection, "its outline crosses itself"),
            None => warn(
                WarningCode::UncheckedOutline,
                "its outline is too intricate to check",
            ),
        }
    }
}
