//! The link to what is seen now.

use bevy::ecs::system::{Res, SystemParam};

use super::{Light, ViewLink};
use crate::assets::PickedId;
use crate::camera::{Flight, Stand};
use crate::layers::Layers;
use crate::pick::Chosen;
use crate::server::{Fleet, Moment};
use crate::space::{Space, flat};
use crate::split::{Known, Split};
use crate::sun::{Daylight, Studio};
use crate::wall::Mode;
use crate::words::Words;

/// All that a link says of the viewer.
#[derive(SystemParam)]
pub(crate) struct Now<'w> {
    stand: Option<Res<'w, Stand>>,
    flight: Option<Res<'w, Flight>>,
    space: Option<Res<'w, Space>>,
    shown: (Res<'w, Layers>, Option<Res<'w, Moment>>),
    light: (Option<Res<'w, Daylight>>, Option<Res<'w, Studio>>),
    picked: (
        Option<Res<'w, Chosen>>,
        Res<'w, Fleet>,
        Option<Res<'w, PickedId>>,
    ),
    scenario: (Option<Res<'w, Split>>, Option<Res<'w, Known>>),
    mode: Res<'w, Mode>,
    words: Res<'w, Words>,
}

impl Now<'_> {
    /// The view; `None` until the land is there.
    pub(crate) fn view(&self) -> Option<ViewLink> {
        let stand = self.stand.as_deref()?;
        let (layers, moment) = &self.shown;
        let (daylight, studio) = &self.light;
        let (chosen, fleet, asset) = &self.picked;
        let (split, known) = &self.scenario;
        let number = chosen.as_ref().and_then(|chosen| chosen.0);
        let container = number.and_then(|number| fleet.containers.get(number));
        let is_night = studio.as_ref().is_some_and(|studio| studio.0.is_night);
        Some(ViewLink {
            place: self.space.as_ref()?.place(flat(stand.target))?,
            distance_m: stand.distance_m,
            bearing_deg: stand.bearing.to_degrees().rem_euclid(360.0),
            pitch_deg: stand.pitch.to_degrees(),
            at: match moment.as_deref() {
                Some(Moment::At(at)) => Some(*at),
                _ => None,
            },
            layers: **layers,
            light: match daylight.as_deref() {
                Some(Daylight::True) => Light::True,
                _ if is_night => Light::Night,
                _ => Light::Day,
            },
            chosen: container.map(|container| container.id.clone()).or_else(|| {
                let id = asset.as_ref().and_then(|asset| asset.id());
                id.map(Into::into)
            }),
            split: split.as_deref().copied().unwrap_or_default(),
            scenario: known.as_ref().and_then(|known| known.wanted()),
            mode: *self.mode,
            language: self.words.language(),
        })
    }

    /// The same as a text; `None` while the eye is carried.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(dead_code, reason = "the address of a page follows it")
    )]
    fn rested(&self) -> Option<String> {
        let is_carried = (self.flight.as_ref()).is_some_and(|it| it.destination().is_some());
        if is_carried {
            return None;
        }
        Some(self.view()?.to_string())
    }
}

/// Has the address of the page follow the view, when it has rested for a while.
#[cfg(target_arch = "wasm32")]
pub(super) fn follow(
    now: Now,
    time: Res<bevy::time::Time<bevy::time::Real>>,
    mut last: bevy::ecs::system::Local<(String, f64, bool)>,
    pending: Res<crate::pending::Pending>,
) {
    const REST_S: f64 = 0.8;
    let now_s = time.elapsed_secs_f64();
    let Some(text) = now.rested().filter(|_| pending.is_none()) else {
        return;
    };
    let (shown, since_s, is_told) = &mut *last;
    if *shown != text {
        *shown = text;
        *since_s = now_s;
        *is_told = false;
    } else if !*is_told && now_s - *since_s > REST_S {
        *is_told = true;
        crate::web::show_link(shown);
    }
}
