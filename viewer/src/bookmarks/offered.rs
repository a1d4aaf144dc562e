//! The views that the territory offers: all of it, its largest towns, and the fullest place.

use bevy::ecs::change_detection::{DetectChanges, DetectChangesMut as _};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Local, Res, ResMut, SystemParam};
use bevy::time::{Real, Time};

use super::Bookmark;
use crate::camera::{Home, Stand};
use crate::land::{Heights, Territory};
use crate::layers::Layers;
use crate::link::{Light, ViewLink};
use crate::server::{Fleet, FleetChanged};
use crate::space::{Space, flat};
use crate::split::Split;
use crate::wall::{Mode, fullest};
use crate::words::Words;

/// How many towns are offered.
const TOWNS: usize = 3;
/// From how far a town and a place are looked at, in metres.
const DISTANCE_M: [f32; 2] = [6_500.0, 1_800.0];
/// How often the fullest place is looked for at most, in seconds.
const PAUSE_S: f64 = 5.0;

/// The offered views.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub(super) struct Offered(pub Vec<Bookmark>);

/// What they follow from.
#[derive(SystemParam)]
pub(super) struct Offers<'w> {
    territory: Option<Res<'w, Territory>>,
    heights: Option<Res<'w, Heights>>,
    space: Option<Res<'w, Space>>,
    home: Option<Res<'w, Home>>,
    fleet: Res<'w, Fleet>,
    words: Res<'w, Words>,
}

impl Offers<'_> {
    fn has_changed(&self) -> bool {
        let territory = self.territory.as_ref();
        let is_new = territory.is_some_and(DetectChanges::is_changed);
        let is_other = self.home.as_ref().is_some_and(DetectChanges::is_changed);
        is_new || is_other || self.words.is_changed()
    }

    /// All of them; none until the land is there.
    fn all(&self) -> Option<Vec<Bookmark>> {
        let territory = self.territory.as_deref()?;
        let heights = self.heights.as_deref()?;
        let space = self.space.as_deref()?;
        let view = |stand: Stand, chosen: Option<Box<str>>| {
            Some(ViewLink {
                place: space.place(flat(stand.target))?,
                distance_m: stand.distance_m,
                bearing_deg: stand.bearing.to_degrees().rem_euclid(360.0),
                pitch_deg: stand.pitch.to_degrees(),
                at: None,
                layers: Layers::default(),
                light: Light::Day,
                chosen,
                split: Split::Off,
                scenario: None,
                mode: Mode::Explore,
                language: self.words.language(),
            })
        };
        let [town_m, place_m] = DISTANCE_M;
        let mut all = vec![Bookmark {
            name: self.words.say("views.overview").to_owned(),
            view: view(self.home.as_deref()?.0, None)?,
        }];
        for town in territory.communes.iter().take(TOWNS) {
            let stand = Stand::near(town.centre, heights, town_m);
            all.push(Bookmark {
                name: town.name.to_string(),
                view: view(stand, None)?,
            });
        }
        let site = fullest(&self.fleet).and_then(|site| self.fleet.sites.get(site));
        if let Some(site) = site {
            let stand = Stand::near(space.ground(site.place), heights, place_m);
            let name = site.name.as_deref().unwrap_or(&site.id);
            all.push(Bookmark {
                name: self.words.fill("wall.fullest", &[("site", name)]),
                view: view(stand, None)?,
            });
        }
        Some(all)
    }
}

/// When they were last made, and whether the fleet has changed since.
#[derive(Debug, Default)]
pub(super) struct Last {
    at_s: Option<f64>,
    is_due: bool,
}

/// Brings them up to the territory and, at most every few seconds, to the fleet.
pub(super) fn offer(
    offers: Offers,
    mut changes: MessageReader<FleetChanged>,
    time: Res<Time<Real>>,
    mut last: Local<Last>,
    mut offered: ResMut<Offered>,
) {
    last.is_due |= changes.read().count() > 0 || offers.has_changed();
    let now_s = time.elapsed_secs_f64();
    let is_over = last.at_s.is_none_or(|at_s| now_s - at_s >= PAUSE_S);
    if !last.is_due || !(is_over || offers.has_changed()) {
        return;
    }
    if let Some(all) = offers.all() {
        *last = Last {
            at_s: Some(now_s),
            is_due: false,
        };
        offered.set_if_neq(Offered(all));
    }
}
