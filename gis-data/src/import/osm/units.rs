//! Administrative units: which level stands for the communes, and their outlines.

use std::collections::BTreeMap;

use geo_types::MultiPolygon;
use twin_core::{Commune, LonLat};

use super::areas;
use super::blocks::PbfFile;
use super::gather::{Gathered, Member, Object, Relation, Role};
use super::interest::Interest;
use crate::import::{Report, WarningCode, outline};

/// The levels that can stand for communes, in OpenStreetMap's counting, the best first.
const LEVELS: [u8; 5] = [8, 7, 6, 5, 4];

/// Parts of communes, where the file holds no unit of [`LEVELS`] as a whole.
const PARTS: [u8; 2] = [9, 10];

/// A commune and the relation it was read from.
type Unit = (i64, Commune);

/// The units of the most detailed level that covers the file.
///
/// Only units count that lie in the file as a whole: extracts carry the neighbours' boundaries cut
/// at the edge. The level is the most detailed of 8 down to 4 whose whole units cover at least half
/// of what the best covering level covers: 8 for the communes of France, 7 for the parishes of
/// Andorra, whatever commune of a neighbour happens to be in the file. Where none of them is whole, levels 9 and 10
/// stand in.
pub(super) fn communes(gathered: &Gathered, file: &PbfFile, report: &mut Report) -> Vec<Commune> {
    let mut by_level: BTreeMap<u8, Vec<Unit>> = BTreeMap::new();
    for relation in gathered
        .relations
        .iter()
        .filter(|relation| relation.interest.has(Interest::BOUNDARY))
    {
        let Some(level) = level(relation) else {
            continue;
        };
        if let Some(commune) = read_unit(gathered, relation, file, report) {
            by_level
                .entry(level)
                .or_default()
                .push((relation.id, commune));
        }
    }
    let mut communes = most_detailed(by_level);
    tell_codes_apart(&mut communes);
    if communes.is_empty() {
        let message = "has no administrative unit as a whole";
        report.warn(WarningCode::NoCommune, file.path(), "file", message);
    }
    communes.into_iter().map(|(_, commune)| commune).collect()
}

fn level(relation: &Relation) -> Option<u8> {
    let level = relation.tags.get("admin_level")?.parse().ok()?;
    (LEVELS.contains(&level) || PARTS.contains(&level)).then_some(level)
}

fn most_detailed(mut by_level: BTreeMap<u8, Vec<Unit>>) -> Vec<Unit> {
    let covered = |units: &[Unit]| -> f64 {
        units
            .iter()
            .filter_map(|(_, commune)| commune.area)
            .map(f64::from)
            .sum()
    };
    let whole: Vec<Vec<Unit>> = LEVELS
        .iter()
        .filter_map(|level| by_level.remove(level))
        .collect();
    let best = whole.iter().map(|units| covered(units)).fold(0.0, f64::max);
    let chosen = whole.into_iter().find(|units| covered(units) * 2.0 >= best);
    chosen
        .or_else(|| PARTS.iter().find_map(|level| by_level.remove(level)))
        .unwrap_or_default()
}

/// Gives units that claim a code that another one has the key of their relation.
fn tell_codes_apart(units: &mut [Unit]) {
    let mut taken = std::collections::BTreeSet::new();
    for (id, commune) in units {
        if !taken.insert(commune.code.clone()) {
            commune.code = relation_key(*id);
        }
    }
}

fn relation_key(id: i64) -> Box<str> {
    format!("osm-r{id}").into()
}

fn read_unit(
    gathered: &Gathered,
    relation: &Relation,
    file: &PbfFile,
    report: &mut Report,
) -> Option<Commune> {
    let object = Object::Relation(relation.id);
    let mut warn = |code, message: &str| report.warn(code, file.path(), object, message);
    let outline = areas::of_relation(gathered, relation, &mut warn)?;
    commune(gathered, relation, outline)
}

fn commune(gathered: &Gathered, relation: &Relation, outline: MultiPolygon) -> Option<Commune> {
    let tags = &relation.tags;
    let is_inside = |place: &LonLat| outline::contains(&outline, *place);
    let marked = |role| {
        let marks = |member: &&Member| member.role == role;
        match relation.members.iter().find(marks)?.object {
            Object::Node(id) => gathered.places.get(id).filter(is_inside),
            Object::Way(_) | Object::Relation(_) => None,
        }
    };
    let inside = || outline::interior_point(&outline);
    let center = marked(Role::Seat)
        .or_else(|| marked(Role::Label))
        .or_else(inside)?;
    let code = tags.text("ref:INSEE").or_else(|| tags.text("ISO3166-2"));
    let code = code.unwrap_or_else(|| relation_key(relation.id));
    Some(Commune {
        name: tags.text("name").unwrap_or_else(|| code.clone()),
        code,
        population: tags
            .get("population")
            .and_then(|text| text.trim().parse().ok()),
        area: outline::area(&outline),
        center,
        fibre_zone: None,
        member_from: None,
        member_until: None,
        outline,
    })
}
