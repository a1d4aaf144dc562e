//! Registers in the place of what a pack has of the same kind.

use std::collections::BTreeSet;

use twin_core::{
    Address, Asset, HealthCategory, HealthFacility, PointOfInterest, Theme, UnloadingSite,
};

use super::Found;
use super::premises::Roll;
use crate::import::plane::Extent;
use crate::pack::{GroundLayer, LayerInfo, Pack};

/// The licence of all registers.
const LICENCE: &str = "Licence Ouverte 2.0";
/// The date of a file that does not tell it.
const NOT_TOLD: &str = "not told";

const BAN: &str = "Base Adresse Nationale";
const FINESS: &str = "FINESS (ministère chargé de la santé)";
const ARCEP: &str = "Arcep, base des immeubles FttH";
const SINOE: &str = "SINOE déchets (ADEME)";

/// A register of points of interest.
#[derive(Clone, Copy, Debug)]
pub(super) struct PointRegister {
    theme: Theme,
    source: &'static str,
}

/// Sports facilities.
pub(super) const DATA_ES: PointRegister = PointRegister {
    theme: Theme::Sport,
    source: "Data ES (ministère chargé des sports)",
};
/// Cultural places.
pub(super) const BASILIC: PointRegister = PointRegister {
    theme: Theme::Culture,
    source: "BASILIC (ministère de la Culture)",
};

/// Puts addresses in the place of the pack's.
pub(super) fn addresses(pack: &mut Pack, found: Found<Asset<Address>>) -> Vec<String> {
    let info = info(BAN, found.vintage.as_deref());
    let old = std::mem::replace(&mut pack.layers.addresses, found.objects);
    let mut notes = found.notes;
    notes.extend(replaced(old.len(), "addresses", BAN));
    let is_any = !pack.layers.addresses.is_empty();
    set(pack, "addresses", is_any.then_some(info));
    notes
}

/// Puts health facilities in the place of the pack's of the same categories; practices of doctors,
/// of which the register has only the houses of several, stay besides, but for those with the same
/// number.
pub(super) fn health_facilities(
    pack: &mut Pack,
    found: Found<Asset<HealthFacility>>,
) -> Vec<String> {
    let categories: BTreeSet<HealthCategory> =
        found.objects.iter().map(|it| it.detail.category).collect();
    let numbers: BTreeSet<&str> = found.objects.iter().map(|it| &*it.key).collect();
    let layer = &mut pack.layers.health_facilities;
    let before = layer.len();
    layer.retain(|it| {
        let is_known = it
            .detail
            .finess
            .as_deref()
            .is_some_and(|number| numbers.contains(number));
        let is_listed = it.detail.category != HealthCategory::Doctors;
        !(is_known
            || numbers.contains(&*it.key)
            || is_listed && categories.contains(&it.detail.category))
    });
    let (kept, gone) = (layer.len(), before - layer.len());
    let mut notes = found.notes;
    layer.extend(found.objects);
    notes.extend(replaced(
        gone,
        "health facilities of its categories",
        FINESS,
    ));
    if kept > 0 {
        notes.push(format!(
            "{kept} health facilities that FINESS does not list stay besides"
        ));
    }
    let is_any = !layer.is_empty();
    let info = info(FINESS, found.vintage.as_deref());
    join(pack, "health_facilities", is_any.then_some(info), kept);
    notes
}

/// Puts premises and fibre nodes in the place of the pack's.
pub(super) fn premises(pack: &mut Pack, found: Found<Roll>) -> Vec<String> {
    let info = info(ARCEP, found.vintage.as_deref());
    let mut notes = found.notes;
    let old = (pack.ground.premises.len(), pack.layers.fibre_nodes.len());
    notes.extend(replaced(old.0, "premises", ARCEP));
    notes.extend(replaced(old.1, "fibre nodes with their links", ARCEP));
    pack.ground.premises.clear();
    pack.layers.fibre_nodes.clear();
    pack.layers.fibre_links.clear();
    for roll in found.objects {
        pack.ground.premises.extend(roll.premises);
        pack.layers.fibre_nodes.extend(roll.nodes);
    }
    let of = |is_any: bool| is_any.then(|| info.clone());
    let layers = [
        (
            GroundLayer::Premises.name(),
            of(!pack.ground.premises.is_empty()),
        ),
        ("fibre_nodes", of(!pack.layers.fibre_nodes.is_empty())),
        ("fibre_links", None),
    ];
    for (name, info) in layers {
        set(pack, name, info);
    }
    notes
}

/// Puts points of interest in the place of the pack's of the same theme.
pub(super) fn points(
    pack: &mut Pack,
    register: &PointRegister,
    found: Found<PointOfInterest>,
) -> Vec<String> {
    let layer = &mut pack.ground.points_of_interest;
    let before = layer.len();
    layer.retain(|point| point.theme != register.theme);
    let kept = layer.len();
    layer.extend(found.objects);
    let what = format!("points of interest of the theme {}", register.theme);
    let mut notes = found.notes;
    notes.extend(replaced(before - kept, &what, register.source));
    let is_any = !layer.is_empty();
    let info = info(register.source, found.vintage.as_deref());
    let name = GroundLayer::PointsOfInterest.name();
    join(pack, name, is_any.then_some(info), kept);
    notes
}

/// Puts recycling centres in the place of the pack's, as unloading sites and points of interest.
pub(super) fn recycling_centres(
    pack: &mut Pack,
    found: Found<(Asset<UnloadingSite>, PointOfInterest)>,
) -> Vec<String> {
    let info = info(SINOE, found.vintage.as_deref());
    let (sites, centres): (Vec<_>, Vec<_>) = found.objects.into_iter().unzip();
    let old = std::mem::replace(&mut pack.layers.unloading_sites, sites);
    let is_any = !pack.layers.unloading_sites.is_empty();
    set(pack, "unloading_sites", is_any.then_some(info));
    let mut notes: Vec<String> = replaced(old.len(), "unloading sites", SINOE)
        .into_iter()
        .collect();
    let register = PointRegister {
        theme: Theme::Recycling,
        source: SINOE,
    };
    let found = Found {
        objects: centres,
        vintage: found.vintage,
        notes: found.notes,
    };
    notes.extend(points(pack, &register, found));
    notes
}

/// Gives a pack the planar reference system that suits its assets and points, if it has any.
pub(super) fn suit_crs(pack: &mut Pack) {
    let (layers, ground) = (&pack.layers, &pack.ground);
    let places = (layers.addresses.iter().map(|it| it.place))
        .chain(layers.health_facilities.iter().map(|it| it.place))
        .chain(layers.unloading_sites.iter().map(|it| it.place))
        .chain(ground.premises.iter().map(|it| it.place))
        .chain(ground.points_of_interest.iter().map(|it| it.place));
    if let Some(extent) = Extent::around(places) {
        pack.manifest.crs = extent.planar_crs();
    }
}

/// What had to go, in words.
fn replaced(count: usize, what: &str, source: &str) -> Option<String> {
    (count > 0).then(|| format!("{source} takes the place of {count} {what}"))
}

fn info(source: &str, vintage: Option<&str>) -> LayerInfo {
    LayerInfo {
        source: source.to_owned(),
        licence: LICENCE.to_owned(),
        vintage: vintage.unwrap_or(NOT_TOLD).to_owned(),
        synthetic: false,
    }
}

/// Lists a layer with where it comes from, or not at all.
fn set(pack: &mut Pack, layer: &str, info: Option<LayerInfo>) {
    match info {
        Some(info) => pack.manifest.layers.insert(layer.to_owned(), info),
        None => pack.manifest.layers.remove(layer),
    };
}

/// Lists a layer that has `kept` objects of earlier sources beside those of a new one.
fn join(pack: &mut Pack, layer: &str, info: Option<LayerInfo>, kept: usize) {
    let old = pack.manifest.layers.get(layer).filter(|_| kept > 0);
    let info = match (old, info) {
        (Some(old), Some(new)) => Some(LayerInfo {
            source: with(&old.source, &new.source),
            licence: with(&old.licence, &new.licence),
            vintage: with(&old.vintage, &new.vintage),
            synthetic: old.synthetic,
        }),
        (_, info) => info,
    };
    set(pack, layer, info);
}

/// `a; b`, or `a` where it has `b` already.
fn with(old: &str, new: &str) -> String {
    if old.split("; ").any(|part| part == new) {
        return old.to_owned();
    }
    format!("{old}; {new}")
}
