//! The network as the pack holds it.

use twin_core::{LonLat, Road, Tags};

use super::class::Class;
use super::net::Kind;
use super::{Section, Streets};
use crate::error::GisResult;
use crate::import::embedded::plane::Plane;

impl Streets {
    /// Every road, those between communes first.
    pub(in crate::import::embedded) fn roads(&self, plane: &Plane) -> GisResult<Vec<Road>> {
        let place = |&at: &twin_core::Planar| Ok(plane.unproject(at)?);
        let places: Vec<LonLat> = self.net.nodes.iter().map(place).collect::<GisResult<_>>()?;
        let road = |section: &Section| Road {
            id: Some(section.id),
            class: section.class.name().into(),
            name: section.name.clone(),
            tags: tags(section),
            nodes: section
                .nodes
                .iter()
                .map(|&node| self.node_ids[node])
                .collect(),
            path: section.nodes.iter().map(|&node| places[node]).collect(),
        };
        Ok(self.sections.iter().map(road).collect())
    }
}

fn tags(section: &Section) -> Tags {
    let mut tags: Vec<(&str, Box<str>)> = Vec::new();
    if section.is_oneway {
        tags.push(("oneway", "yes".into()));
    }
    match section.kind {
        Kind::Bridge => {
            tags.push(("bridge", "yes".into()));
            tags.push(("layer", "1".into()));
        }
        Kind::Roundabout => tags.push(("junction", "roundabout".into())),
        Kind::Plain | Kind::Fenced => {}
    }
    if let Some(reference) = &section.reference {
        tags.push(("ref", reference.clone()));
    }
    if let Some(speed) = speed(section) {
        tags.push(("maxspeed", speed.into()));
    }
    tags.into_iter().collect()
}

/// The usual limit in kilometres per hour.
fn speed(section: &Section) -> Option<&'static str> {
    let is_in_town = section.town.is_some();
    Some(match section.class {
        Class::Motorway => "110",
        Class::MotorwayLink => "70",
        Class::LivingStreet => "20",
        Class::Track | Class::Service => return None,
        Class::Residential => "30",
        _ if section.kind == Kind::Roundabout => "30",
        _ if is_in_town => "50",
        _ => "80",
    })
}
