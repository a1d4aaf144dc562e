//! Places along streets: where buildings, addresses and sites can stand.

use twin_core::Planar;

use super::class::Class;
use super::net::Kind;
use super::{Section, Streets};
use crate::import::embedded::lines::{crossing, foot, heading, left, length};
use crate::import::embedded::plane::{shifted, vector};

/// A side of a street, as one sees it who walks in the direction of its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::import::embedded) enum Side {
    /// Even house numbers.
    Right,
    /// Odd house numbers.
    Left,
}

/// A place beside a street.
#[derive(Clone, Copy, Debug)]
pub(in crate::import::embedded) struct Frontage {
    /// The section of the street, for [`Streets::section`].
    pub section: usize,
    pub side: Side,
    /// From the start of the section, in metres.
    pub along_m: f64,
    /// The point on the middle of the street.
    pub on_street: Planar,
    /// From the street to the plot, of length 1; a front faces the other way.
    pub outward: Planar,
    /// From the middle of the street to where plots begin: half the carriageway and the pavement.
    pub setback_m: f64,
    /// How deep the land is from the middle of the street to half way to the next one behind, at
    /// most [`Frontage::DEEPEST_M`].
    pub depth_m: f64,
}

impl Frontage {
    /// Nobody looks farther behind a street.
    pub(in crate::import::embedded) const DEEPEST_M: f64 = 60.0;

    /// The place `back_m` behind the edge of the street.
    pub(in crate::import::embedded) fn place(&self, back_m: f64) -> Planar {
        shifted(self.on_street, self.outward, self.setback_m + back_m)
    }
}

impl Streets {
    /// Every section of the network, by number.
    pub(in crate::import::embedded) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The points of a section, in the plane.
    pub(in crate::import::embedded) fn course(&self, section: usize) -> Vec<Planar> {
        let nodes = self.sections[section].nodes.iter();
        nodes.map(|&node| self.net.nodes[node]).collect()
    }

    /// Places along the named streets of a town, every `spacing_m` on both sides, street by street
    /// and along each. None lies on another street, and none within 8 m of a corner; whether it is
    /// dry, free and inside the commune is for whoever builds there to ask.
    pub(in crate::import::embedded) fn frontages(
        &self,
        town: usize,
        spacing_m: f64,
    ) -> Vec<Frontage> {
        let mut places = Vec::new();
        for (ix, section) in self.sections.iter().enumerate() {
            let is_street = section.class.has_houses() && section.kind == Kind::Plain;
            if section.town == Some(town) && is_street {
                self.along(ix, spacing_m, &mut places);
            }
        }
        places
    }

    fn along(&self, section: usize, spacing_m: f64, places: &mut Vec<Frontage>) {
        let nodes = &self.sections[section].nodes;
        let mut walked_m = 0.0;
        let mut next_m = spacing_m / 2.0;
        for pair in nodes.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|node| self.net.nodes[node]);
            let piece_m = length(vector(a, b));
            while next_m < walked_m + piece_m {
                let on_street = shifted(a, heading(a, b), next_m - walked_m);
                for side in [Side::Left, Side::Right] {
                    places.extend(self.frontage((section, side), next_m, [a, b], on_street));
                }
                next_m += spacing_m;
            }
            walked_m += piece_m;
        }
    }

    fn frontage(
        &self,
        (section, side): (usize, Side),
        along_m: f64,
        [a, b]: [Planar; 2],
        on_street: Planar,
    ) -> Option<Frontage> {
        const CORNER_M: f64 = 8.0;
        let across = left(heading(a, b));
        let outward = match side {
            Side::Left => across,
            Side::Right => across.map(|part| -part),
        };
        let setback_m = setback_m(self.sections[section].class);
        let front = shifted(on_street, outward, setback_m);
        let own = self.net.nearest_way(on_street);
        let corner = self.net.pieces_around([front, front], setback_m + CORNER_M);
        let mut others = corner.filter(|&piece| Some(self.net.piece(piece).way) != own);
        let is_at_corner = others.any(|piece| {
            let (_, apart2) = foot(self.net.line(piece), front);
            apart2.sqrt() < CORNER_M
        });
        if is_at_corner {
            return None;
        }
        let ray = [
            front,
            shifted(on_street, outward, 2.0 * Frontage::DEEPEST_M),
        ];
        let behind = self.net.pieces_around(ray, 0.0);
        let shares = behind.filter_map(|piece| crossing(ray, self.net.line(piece)));
        let nearest = shares.fold(1.0, f64::min);
        let ray_m = 2.0 * Frontage::DEEPEST_M - setback_m;
        Some(Frontage {
            section,
            side,
            along_m,
            on_street,
            outward,
            setback_m,
            depth_m: f64::midpoint(setback_m, nearest * ray_m),
        })
    }
}

/// Half the usual width of a street with its pavement.
fn setback_m(class: Class) -> f64 {
    match class {
        Class::Motorway | Class::Primary => 8.0,
        Class::Secondary => 7.0,
        Class::Tertiary | Class::MotorwayLink => 6.0,
        Class::Unclassified | Class::Residential => 5.0,
        Class::LivingStreet | Class::Service | Class::Track => 3.5,
    }
}
