//! The guided tour: a handful of stops that follow from the data, each with a caption of a sentence or two.
//!
//! `t` begins and leaves it; arrows go on and back, the space bar pauses, Escape leaves. It shows the present. Who
//! moves the eye pauses it. With autoplay it begins by itself when no hand has stirred for two minutes, and leaves at
//! the next touch.

mod idle;
mod sheet;
mod stops;
mod told;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Local, Res, ResMut, SystemParam};
use bevy::input::keyboard::KeyCode;
use bevy::time::{Real, Time};

use self::stops::{Scenery, Stop};
pub use self::told::Told;
use crate::camera::{Flight, Stand};
use crate::land::Heights;
use crate::layers::Layers;
use crate::palette::Palette;
use crate::pick::Chosen;
use crate::server::{Client, Moment};
use crate::space::flat;
use crate::sun::{Daylight, Studio};
use crate::systems::ViewerSystems;
use crate::tools::{TakenKeys, Wish};

/// How long the way to a stop takes, in seconds.
const FLIGHT_S: f64 = 4.0;
/// How long a caption stays at least, in seconds, and how many of its letters are read in one.
const STAY_S: f64 = 9.0;
const LETTERS_PER_S: f64 = 13.0;
/// How often a caption is brought up to date, in seconds.
const ANEW_S: f64 = 2.0;

/// Guides. Needs [`ToolsPlugin`](crate::tools::ToolsPlugin).
#[derive(Clone, Copy, Debug, Default)]
pub struct TourPlugin {
    /// The stop to begin with, from 0; `None`: it waits until it is asked for.
    pub first: Option<usize>,
    /// Whether it stays at that stop, for a picture.
    pub is_still: bool,
    /// Whether it begins by itself when nobody is there.
    pub is_auto: bool,
}

impl Plugin for TourPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(First {
            stop: self.first,
            is_still: self.is_still,
        })
        .insert_resource(idle::Watch::new(self.is_auto))
        .init_resource::<Tour>()
        .init_resource::<Flight>()
        .add_message::<Wish>()
        .add_systems(
            Update,
            (idle::watch, take_keys, sheet::press)
                .chain()
                .in_set(ViewerSystems::Receive),
        )
        .add_systems(
            Update,
            (begin, follow, tell)
                .chain()
                .run_if(resource_exists::<Heights>)
                .in_set(ViewerSystems::Learn),
        )
        .add_systems(
            Update,
            (sheet::appear, sheet::write)
                .chain()
                .in_set(ViewerSystems::Annotate),
        );
    }
}

/// Where the tour is, if it is under way.
#[derive(Resource, Clone, Debug, Default)]
pub struct Tour {
    stops: Vec<Stop>,
    stage: Option<Stage>,
    before: Option<Before>,
    order: Option<Order>,
    is_auto: bool,
}

/// What was asked of the tour since the last frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Order {
    Begin,
    Next,
    Back,
    Pause,
    Leave,
}

/// One stop, and how far it is.
#[derive(Clone, Debug)]
struct Stage {
    number: usize,
    /// Seconds since the eye set off for it, without pauses.
    passed_s: f64,
    is_paused: bool,
    target: Stand,
    told: Told,
}

impl Stage {
    /// How long it lasts, in seconds.
    fn lasts_s(&self) -> f64 {
        let letters = self.told.text.chars().count() as f64;
        FLIGHT_S + STAY_S.max(letters / LETTERS_PER_S)
    }
}

/// What was shown before, and will be again.
#[derive(Clone, Debug)]
struct Before {
    layers: Layers,
    daylight: Daylight,
    studio: Palette,
    chosen: Option<usize>,
}

/// What to begin with.
#[derive(Resource, Clone, Copy, Debug)]
struct First {
    stop: Option<usize>,
    is_still: bool,
}

impl Tour {
    /// Whether it is at one of its stops.
    pub fn is_under_way(&self) -> bool {
        self.stage.is_some()
    }

    /// The caption of the stop; `None` while the tour is not under way.
    pub fn told(&self) -> Option<&Told> {
        self.stage.as_ref().map(|stage| &stage.told)
    }

    /// How far the tour is, 0–1, and the number of its stop, from 1, of how many.
    fn progress(&self, is_stepwise: bool) -> Option<(f32, usize, usize)> {
        let stage = self.stage.as_ref()?;
        let count = self.stops.len().max(1);
        let share = (stage.passed_s / stage.lasts_s()).clamp(0.0, 1.0);
        let share = if is_stepwise { 1.0 } else { share };
        let all = (stage.number as f64 + share) / count as f64;
        Some((share_of(all), stage.number + 1, count))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share of 0–1")]
const fn share_of(share: f64) -> f32 {
    share as f32
}

/// What the tour changes in the picture.
#[derive(SystemParam)]
struct Stageplay<'w> {
    layers: ResMut<'w, Layers>,
    daylight: ResMut<'w, Daylight>,
    studio: ResMut<'w, Studio>,
    chosen: ResMut<'w, Chosen>,
    moment: ResMut<'w, Moment>,
    flight: ResMut<'w, Flight>,
    stand: ResMut<'w, Stand>,
}

impl Stageplay<'_> {
    fn before(&self) -> Before {
        Before {
            layers: *self.layers,
            daylight: *self.daylight,
            studio: self.studio.0.clone(),
            chosen: self.chosen.0,
        }
    }

    fn show(&mut self, shown: &Before) {
        self.layers.set_if_neq(shown.layers);
        self.daylight.set_if_neq(shown.daylight);
        if self.studio.0 != shown.studio {
            self.studio.0 = shown.studio.clone();
        }
        self.chosen.set_if_neq(Chosen(shown.chosen));
    }
}

/// Takes the keys of the tour while it is under way, and the wish that begins or leaves it.
fn take_keys(mut wishes: MessageReader<Wish>, mut keys: TakenKeys, mut tour: ResMut<Tour>) {
    let tour = tour.bypass_change_detection();
    for _ in wishes.read().filter(|wish| **wish == Wish::Tour) {
        tour.order = Some(if tour.is_under_way() {
            Order::Leave
        } else {
            Order::Begin
        });
    }
    if !tour.is_under_way() {
        return;
    }
    for (key, order) in [
        (KeyCode::ArrowRight, Order::Next),
        (KeyCode::ArrowLeft, Order::Back),
        (KeyCode::Space, Order::Pause),
        (KeyCode::Escape, Order::Leave),
    ] {
        if keys.take(key) {
            tour.order = Some(order);
        }
    }
}

/// Begins with the stop that the viewer was started with, when all that it tells of is there.
fn begin(
    (mut first, mut tour): (ResMut<First>, ResMut<Tour>),
    (scenery, client): (Scenery, Option<Res<Client>>),
    mut play: Stageplay,
) {
    let is_told = client.is_none_or(|client| client.is_idle()) || !first.is_still;
    let Some(number) = first.stop.filter(|_| scenery.is_known() && is_told) else {
        return;
    };
    first.stop = None;
    tour.stops = stops::stops(&scenery);
    tour.before = Some(play.before());
    let number = number.min(tour.stops.len().saturating_sub(1));
    go(&mut tour, &scenery, &mut play, number);
    if let Some(stage) = tour.stage.as_mut().filter(|_| first.is_still) {
        stage.is_paused = true;
        *play.stand = stage.target;
        *play.flight = Flight::default();
    }
}

/// Does what was asked for, and goes on when a stop is over.
fn follow(mut tour: ResMut<Tour>, scenery: Scenery, mut play: Stageplay, time: Res<Time<Real>>) {
    let tour = tour.bypass_change_detection();
    let order = tour.order.take();
    let Some(stage) = &mut tour.stage else {
        if order == Some(Order::Begin) && scenery.is_known() {
            tour.stops = stops::stops(&scenery);
            tour.before = Some(play.before());
            play.moment.set_if_neq(Moment::Live);
            go(tour, &scenery, &mut play, 0);
        }
        return;
    };
    if !stage.is_paused {
        stage.passed_s += time.delta_secs_f64();
        let is_moved = play.flight.destination().is_none() && !is_at(&stage.target, &play.stand);
        stage.is_paused = is_moved && stage.passed_s > 0.5;
    }
    let number = stage.number;
    let is_over = !stage.is_paused && stage.passed_s >= stage.lasts_s();
    let last = tour.stops.len().saturating_sub(1);
    match order {
        Some(Order::Leave) => leave(tour, &mut play),
        Some(Order::Next) => go(tour, &scenery, &mut play, (number + 1).min(last)),
        Some(Order::Back) => go(tour, &scenery, &mut play, number.saturating_sub(1)),
        Some(Order::Pause) if stage.is_paused => {
            stage.is_paused = false;
            if !is_at(&stage.target, &play.stand) {
                play.flight.set_off(stage.target, FLIGHT_S / 2.0);
            }
        }
        Some(Order::Pause) => stage.is_paused = true,
        Some(Order::Begin) | None if is_over => {
            if number < last {
                go(tour, &scenery, &mut play, number + 1);
            } else if tour.is_auto {
                go(tour, &scenery, &mut play, 0);
            } else {
                leave(tour, &mut play);
            }
        }
        Some(Order::Begin) | None => {}
    }
}

/// Sets off for a stop; one of which there is nothing to tell any more is passed over.
fn go(tour: &mut Tour, scenery: &Scenery, play: &mut Stageplay, number: usize) {
    let rest = tour.stops.iter().enumerate().skip(number);
    let mut there = rest.filter_map(|(number, stop)| Some((number, stop, scenery.look(*stop)?)));
    let Some((number, stop, look)) = there.next() else {
        return;
    };
    let told = scenery.tell(*stop, &scenery.census());
    let told = told.unwrap_or_default();
    let before = tour.before.clone().unwrap_or_else(|| play.before());
    play.show(&Before {
        layers: look.layers,
        daylight: Daylight::Studio,
        studio: if look.is_night {
            Palette::night()
        } else {
            Palette::day()
        },
        chosen: look.chosen,
    });
    play.flight.set_off(look.stand, FLIGHT_S);
    tour.before = Some(before);
    tour.stage = Some(Stage {
        number,
        passed_s: 0.0,
        is_paused: false,
        target: look.stand,
        told,
    });
}

/// Ends the tour: what was shown before is shown again, from where the eye is now.
fn leave(tour: &mut Tour, play: &mut Stageplay) {
    if let Some(before) = tour.before.take() {
        play.show(&before);
    }
    tour.stage = None;
    tour.is_auto = false;
}

/// Whether the eye is where a stand is, but for the height of the land.
fn is_at(target: &Stand, stand: &Stand) -> bool {
    let near = |one: f32, other: f32, within: f32| (one - other).abs() <= within;
    flat(target.target).distance(flat(stand.target)) < 1.0
        && near(target.distance_m, stand.distance_m, 1.0)
        && near(target.bearing, stand.bearing, 1e-3)
        && near(target.pitch, stand.pitch, 1e-3)
}

/// Keeps the figures of the caption up to date.
fn tell(mut tour: ResMut<Tour>, scenery: Scenery, time: Res<Time<Real>>, mut told_s: Local<f64>) {
    let now_s = time.elapsed_secs_f64();
    if !tour.is_under_way() || now_s - *told_s < ANEW_S {
        return;
    }
    *told_s = now_s;
    let number = tour.stage.as_ref().map_or(0, |stage| stage.number);
    let stop = tour.stops.get(number).copied();
    let told = stop.and_then(|stop| scenery.tell(stop, &scenery.census()));
    let tour = tour.bypass_change_detection();
    if let (Some(stage), Some(told)) = (&mut tour.stage, told) {
        stage.told = told;
    }
}

#[cfg(test)]
mod tests;
