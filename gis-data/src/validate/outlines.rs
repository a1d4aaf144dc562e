//! The outlines of the communes: sound in themselves, beside each other, and around what stands in
//! the territory.

use geo::algorithm::{Area as _, BooleanOps as _};
use geo_types::{LineString, MultiPolygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use twin_core::{Commune, LonLat, LonLatBox, PreparedPolygon};

use super::findings::{FindingCode, Findings};
use crate::import::outline::{area, crosses_itself};

/// Land in common below this share of the smaller commune comes from drawing borders at one scale.
const SHARED: f64 = 0.001;
/// How far a told area may be from that of the outline; the register counts water, and outlines
/// are simplified.
const AREA_TOLERANCE: f64 = 0.05;
/// The most corners of two outlines that are compared.
const MAX_CORNERS: usize = 400_000;

/// The outlines of a territory, prepared once and asked often.
pub(super) struct Outlines {
    prepared: Vec<PreparedPolygon>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Outlines {
    pub(super) fn new(communes: &[Commune]) -> Self {
        let outlines = communes.iter().map(|commune| &commune.outline);
        let prepared: Vec<_> = outlines.filter_map(PreparedPolygon::new).collect();
        let boxed = |(ix, outline): (usize, &PreparedPolygon)| {
            let bbox = outline.bbox();
            let corners = ([bbox.west(), bbox.south()], [bbox.east(), bbox.north()]);
            GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), ix)
        };
        let tree = RTree::bulk_load(prepared.iter().enumerate().map(boxed).collect());
        Self { prepared, tree }
    }

    /// Whether there is none.
    pub(super) const fn is_empty(&self) -> bool {
        self.prepared.is_empty()
    }

    /// Whether a place lies in one of them.
    pub(super) fn hold(&self, place: LonLat) -> bool {
        let at = [place.lon(), place.lat()];
        let mut near = self.tree.locate_all_at_point(at);
        near.any(|it| self.prepared[it.data].contains(place))
    }

    /// The smallest box around all of them.
    pub(super) fn bbox(&self) -> Option<LonLatBox> {
        self.prepared
            .iter()
            .map(PreparedPolygon::bbox)
            .reduce(|a, b| {
                let corner = |lon, lat| LonLat::new(lon, lat).ok();
                let corners = [corner(b.west(), b.south()), corner(b.east(), b.north())];
                corners.into_iter().flatten().fold(a, LonLatBox::extended)
            })
    }
}

/// Checks the outlines of the communes, each for itself and against its neighbours.
pub(super) fn check(communes: &[Commune], findings: &mut Findings) {
    for commune in communes {
        check_one(commune, findings);
    }
    check_overlaps(communes, findings);
}

fn check_one(commune: &Commune, findings: &mut Findings) {
    let place = format_args!("communes.fgb: {}", commune.code).to_string();
    let crossings = rings(&commune.outline).map(crosses_itself);
    let crossings: Vec<_> = crossings.collect();
    if crossings.contains(&Some(true)) {
        findings.add(
            FindingCode::SelfIntersection,
            &place,
            "a ring of its outline crosses or touches itself",
        );
    }
    if crossings.contains(&None) {
        findings.add(
            FindingCode::UncheckedOutline,
            &place,
            "a ring of its outline is too intricate to check",
        );
    }
    let prepared = PreparedPolygon::new(&commune.outline);
    if !prepared.is_some_and(|outline| outline.contains(commune.center)) {
        let message =
            format_args!("its point {} lies outside of its outline", commune.center).to_string();
        findings.add(FindingCode::CenterOutside, &place, message);
    }
    let measured = area(&commune.outline).map(|area| area.get() / 1e6);
    let told = commune.area.map(|area| area.get() / 1e6);
    if let (Some(measured), Some(told)) = (measured, told)
        && (measured - told).abs() > AREA_TOLERANCE * told
    {
        findings.add(
            FindingCode::OtherArea,
            &place,
            format_args!("it tells {told:.2} km², its outline has {measured:.2} km²"),
        );
    }
}

/// Communes that are members at the same time share borders, and no land.
fn check_overlaps(communes: &[Commune], findings: &mut Findings) {
    let boxed = |(ix, commune): (usize, &Commune)| {
        let corners = rings(&commune.outline).flat_map(|ring| ring.coords().copied());
        let bbox = LonLatBox::around(corners)?;
        let corners = ([bbox.west(), bbox.south()], [bbox.east(), bbox.north()]);
        Some(GeomWithData::new(
            Rectangle::from_corners(corners.0, corners.1),
            ix,
        ))
    };
    let boxes: Vec<_> = communes.iter().enumerate().filter_map(boxed).collect();
    let tree = RTree::bulk_load(boxes.clone());
    for own in &boxes {
        let reach = AABB::from_corners(own.geom().lower(), own.geom().upper());
        let mut near: Vec<usize> = tree
            .locate_in_envelope_intersecting(reach)
            .map(|it| it.data)
            .filter(|&other| other > own.data)
            .collect();
        near.sort_unstable();
        for other in near {
            check_pair(&communes[own.data], &communes[other], findings);
        }
    }
}

fn check_pair(one: &Commune, other: &Commune, findings: &mut Findings) {
    if !are_ever_together(one, other) {
        return;
    }
    let place = format_args!("communes.fgb: {} and {}", one.code, other.code).to_string();
    let corners = |commune: &Commune| rings(&commune.outline).map(|it| it.0.len()).sum::<usize>();
    if corners(one) + corners(other) > MAX_CORNERS {
        findings.add(
            FindingCode::UncheckedOutline,
            place,
            "their outlines have too many corners to be compared",
        );
        return;
    }
    let shared = one.outline.intersection(&other.outline).unsigned_area();
    let smaller = one
        .outline
        .unsigned_area()
        .min(other.outline.unsigned_area());
    if shared > SHARED * smaller {
        let share = 100.0 * shared / smaller;
        findings.add(
            FindingCode::OverlappingOutlines,
            place,
            format_args!("they have land in common: {share:.1} % of the smaller one"),
        );
    }
}

/// Whether there is a time at which both are members.
fn are_ever_together(one: &Commune, other: &Commune) -> bool {
    let begins_before_end = |a: &Commune, b: &Commune| match (a.member_from, b.member_until) {
        (Some(from), Some(until)) => from < until,
        _ => true,
    };
    begins_before_end(one, other) && begins_before_end(other, one)
}

fn rings(outline: &MultiPolygon) -> impl Iterator<Item = &LineString> {
    outline
        .iter()
        .flat_map(|part| std::iter::once(part.exterior()).chain(part.interiors()))
}
