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
            tags.extend(weight_limit(section).map(|tonnes| ("maxweight", tonnes.into())));
        }
        Kind::Roundabout => tags.push(("junction", "roundabout".into())),
        Kind::Plain | Kind::Fenced => {}
    }
    match section.class {
        Class::Motorway => tags.push(("lanes", "2".into())),
        Class::Track => {
            tags.push(("surface", "gravel".into()));
            tags.push((
                "tracktype",
                if section.id % 3 == 0 {
                    "grade3"
                } else {
                    "grade2"
                }
                .into(),
            ));
        }
        Class::LivingStreet if section.id % 4 == 0 => tags.push(("maxwidth", "2.5".into())),
        _ => {}
    }
    tags.extend(
        section
            .reference
            .clone()
            .map(|reference| ("ref", reference)),
    );
    tags.extend(speed(section).map(|speed| ("maxspeed", speed.into())));
    tags.into_iter().collect()
}

/// Some bridges of small roads bear no heavy vehicle.
fn weight_limit(section: &Section) -> Option<&'static str> {
    let is_small = section.class >= Class::Tertiary;
    match section.id % 5 {
        0 if is_small => Some("12"),
        1 if is_small => Some("19"),
        _ => None,
    }
}

/// The usual limit in kilometres per hour.
fn speed(section: &Section) -> Option<&'static str> {
    let is_in_town = section.town.is_some();
    Some(match section.class {
        Class::Motorway if section.is_urban => "110",
        Class::Motorway => "130",
        Class::MotorwayLink => "90",
        Class::Track | Class::Service => return None,
        Class::LivingStreet => "20",
        Class::Residential => "30",
        _ if section.kind == Kind::Roundabout => "30",
        _ if is_in_town => "50",
        _ => "80",
    })
}
