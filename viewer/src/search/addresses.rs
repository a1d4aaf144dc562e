//! Asks the server for addresses, a moment after the last letter.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::time::{Real, Time};
use serde::Deserialize;
use twin_core::{LonLat, fold};

use super::{MOST, Place, Search, Typing};
use crate::link::escaped;
use crate::server::{Answered, Client, Ticket};
use crate::space::Space;

/// How long nobody must have typed before the server is asked, in seconds.
const REST_S: f64 = 0.2;
/// Fewer letters mean too much.
const LEAST: usize = 3;

/// The addresses that the server has found.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub(super) struct Addresses {
    /// For which text.
    text: String,
    found: Vec<Place>,
}

impl Addresses {
    /// Those of a text: none until the server has answered for it.
    pub(super) fn of(&self, text: &str) -> &[Place] {
        if self.text == text { &self.found } else { &[] }
    }
}

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    text: String,
    since_s: f64,
    ticket: Option<Ticket>,
}

/// A page of addresses, as far as they are read.
#[derive(Debug, Deserialize)]
struct Page {
    features: Vec<Feature>,
}

#[derive(Debug, Deserialize)]
struct Feature {
    geometry: Point,
    properties: Properties,
}

#[derive(Debug, Deserialize)]
struct Point {
    coordinates: [f64; 2],
}

#[derive(Debug, Deserialize)]
struct Properties {
    label: String,
    #[serde(default)]
    commune_name: Option<String>,
}

/// Asks when nobody types any more, and takes the answer to the last question.
pub(super) fn follow(
    (search, typing): (Res<Search>, Res<Typing>),
    (client, space): (Option<ResMut<Client>>, Option<Res<Space>>),
    (mut asked, mut answers): (Local<Asked>, MessageReader<Answered>),
    (mut addresses, time): (ResMut<Addresses>, Option<Res<Time<Real>>>),
) {
    let (Some(mut client), Some(space), Some(time)) = (client, space, time) else {
        return;
    };
    let now_s = time.elapsed_secs_f64();
    for answer in answers.read() {
        if asked.ticket.take_if(|it| *it == answer.ticket).is_some() {
            let found = answer.body.as_ref().ok();
            let found = found.and_then(|body| serde_json::from_slice::<Page>(body).ok());
            let found = found.map_or_else(Vec::new, |page| places(page, &space));
            addresses.set_if_neq(Addresses {
                text: asked.text.clone(),
                found,
            });
        }
    }
    if asked.text != search.text {
        asked.text.clone_from(&search.text);
        asked.since_s = now_s;
        asked.ticket = None;
    }
    let is_due = now_s - asked.since_s >= REST_S && addresses.text != asked.text;
    let is_free = typing.0 && is_due && asked.ticket.is_none();
    if is_free && fold(&asked.text).len() >= LEAST {
        asked.ticket = Some(client.ask(format!(
            "/addresses?q={}&limit={MOST}",
            escaped(&asked.text)
        )));
    }
}

fn places(page: Page, space: &Space) -> Vec<Place> {
    let places = page.features.into_iter().filter_map(|feature| {
        let [lon, lat] = feature.geometry.coordinates;
        let at = space.ground(LonLat::new(lon, lat).ok()?);
        let commune = feature.properties.commune_name.unwrap_or_default();
        Some(Place::address(&feature.properties.label, &commune, at))
    });
    places.take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_finds_is_read() {
        let body = r#"{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "address/a",
            "geometry": {"type": "Point", "coordinates": [6.8, 47.5]},
            "properties": {"label": "12 Rue des Lilas", "commune": "25031", "commune_name": "Bavans", "premises": 2}}]}"#;
        let page: Page = serde_json::from_str(body).unwrap();
        let found = places(page, &Space::around(LonLat::new(6.8, 47.5).unwrap()));
        let [place] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(
            (&*place.name, place.commune.as_deref()),
            ("12 Rue des Lilas", Some("Bavans"))
        );
        assert!(place.at.length() < 0.1);
    }

    #[test]
    fn addresses_belong_to_the_text_they_were_asked_for() {
        let addresses = Addresses {
            text: "rue".into(),
            found: vec![Place::called("Rue")],
        };
        assert_eq!(addresses.of("rue").len(), 1);
        assert!(addresses.of("rues").is_empty());
    }
}
