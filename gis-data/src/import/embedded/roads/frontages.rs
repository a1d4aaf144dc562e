//! Sections of streets as those see them who build along them.

use twin_core::Planar;

use super::class::Class;
use super::net::Kind;
use super::{Section, Streets};

impl Section {
    /// From its middle to where plots begin: half the carriageway and the pavement.
    pub(in crate::import::embedded) fn setback_m(&self) -> f64 {
        setback_m(self.class)
    }

    /// Whether houses stand along it: a street of a commune, with a name.
    pub(in crate::import::embedded) fn has_houses(&self) -> bool {
        let is_street = self.class.has_houses() && self.kind == Kind::Plain;
        is_street && self.town.is_some() && self.name.is_some()
    }

    /// Whether it is a motorway or a road to one.
    pub(in crate::import::embedded) fn is_motorway(&self) -> bool {
        matches!(self.class, Class::Motorway | Class::MotorwayLink)
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
