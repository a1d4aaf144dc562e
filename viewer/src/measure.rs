//! Measures distances and areas on the land: geodesic, on the ellipsoid WGS84, on the flat.
//!
//! A click sets a point, Enter one under the cross in the middle, Backspace takes the last one away. `m` goes from the
//! distance to the area of the same points.

mod sheet;
mod sum;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use twin_core::LonLat;

pub(crate) use self::sum::told_length;
use self::sum::{area_m2, length_m, told_area};
use crate::systems::ViewerSystems;
use crate::tools::{TakenKeys, Tool};
use crate::trace::{Ground, POINTS, STROKES, Trace, Traces};
use crate::words::Words;

/// The most points.
const MOST: usize = POINTS - 1;
/// How far the mouse may move between press and release of a click, in pixels as designed.
const CLICK_PX: f32 = 5.0;
/// A piece shorter than this has no label, in pixels as designed.
const LABEL_PX: f32 = 90.0;

/// Measures. Needs [`ToolsPlugin`](crate::tools::ToolsPlugin) and [`TracePlugin`](crate::trace::TracePlugin).
#[derive(Debug)]
pub struct MeasurePlugin;

impl Plugin for MeasurePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Tool>()
            .init_resource::<Measured>()
            .init_resource::<Traces>()
            .add_systems(
                Update,
                (begin, click, type_keys)
                    .chain()
                    .in_set(ViewerSystems::Learn),
            )
            .add_systems(
                Update,
                (draw, sheet::appear, sheet::write)
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// The points that were set, in the plane and on the globe.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Measured {
    points: Vec<Vec2>,
    places: Vec<LonLat>,
}

impl Measured {
    fn add(&mut self, ground: &Ground, at: Vec2) {
        let is_again = self.points.last() == Some(&at);
        if self.points.len() < MOST
            && !is_again
            && ground.is_land(at)
            && let Some(place) = ground.place(at)
        {
            self.points.push(at);
            self.places.push(place);
        }
    }

    /// The places that were set, in their order.
    pub fn places(&self) -> &[LonLat] {
        &self.places
    }
}

const fn is_measuring(tool: Tool) -> bool {
    matches!(tool, Tool::Distance | Tool::Area)
}

/// Starts without a point whenever the ruler is taken.
fn begin(tool: Res<Tool>, mut measured: ResMut<Measured>, mut was: Local<bool>) {
    if tool.is_changed() {
        let is = is_measuring(*tool);
        if is != *was {
            *measured = Measured::default();
        }
        *was = is;
    }
}

/// A click sets a point, and chooses nothing; a drag still moves the land.
fn click(
    tool: Res<Tool>,
    buttons: Option<ResMut<ButtonInput<MouseButton>>>,
    ground: Ground,
    mut measured: ResMut<Measured>,
    mut pressed: Local<Option<Vec2>>,
) {
    let Some(mut buttons) = buttons.filter(|_| is_measuring(*tool)) else {
        *pressed = None;
        return;
    };
    if buttons.clear_just_pressed(MouseButton::Left) {
        *pressed = ground.cursor();
    }
    if buttons.clear_just_released(MouseButton::Left)
        && let (Some(from), Some(to)) = (pressed.take(), ground.cursor())
        && from.distance(to) <= CLICK_PX
        && let Some(at) = ground.under(to)
    {
        measured.add(&ground, at);
    }
}

fn type_keys(tool: Res<Tool>, mut keys: TakenKeys, ground: Ground, mut measured: ResMut<Measured>) {
    if !is_measuring(*tool) {
        return;
    }
    if keys.take(KeyCode::Enter)
        && let Some(at) = ground.target()
    {
        measured.add(&ground, at);
    }
    if keys.take(KeyCode::Backspace) || keys.take(KeyCode::Delete) {
        measured.points.pop();
        measured.places.pop();
    }
}

/// Draws the line along the land, with what its pieces are long.
fn draw(
    (tool, measured): (Res<Tool>, Res<Measured>),
    ground: Ground,
    words: Res<Words>,
    mut traces: ResMut<Traces>,
) {
    if !is_measuring(*tool) {
        if traces.of("measure").is_some() {
            traces.say("measure", Trace::default());
        }
        return;
    }
    let mut points = measured.points.clone();
    if *tool == Tool::Area && points.len() > 2 {
        points.extend(measured.points.first());
    }
    let mut trace = Trace {
        strokes: ground.draped(&points, STROKES - 4),
        points: measured
            .points
            .iter()
            .filter_map(|at| ground.seen(*at))
            .collect(),
        labels: match *tool {
            Tool::Area => area_label(&measured, &ground, &words),
            _ => length_labels(&measured, &ground, &words),
        },
    };
    if let Some(middle) = ground.middle() {
        trace.cross(middle);
    }
    traces.say("measure", trace);
}

/// What each piece is long, and at the end all of them.
fn length_labels(measured: &Measured, ground: &Ground, words: &Words) -> Vec<(Vec2, String)> {
    let pieces = measured.points.array_windows::<2>();
    let places = measured.places.array_windows::<2>();
    let mut labels: Vec<(Vec2, String)> = pieces
        .zip(places)
        .filter_map(|([from, to], places)| {
            let [start, end] = [ground.seen(*from)?, ground.seen(*to)?];
            let middle = ground.seen(from.midpoint(*to))?;
            let is_long = start.distance(end) >= LABEL_PX;
            is_long.then(|| (middle, told_length(words, length_m(places))))
        })
        .collect();
    if let ([_, _, .., last], places) = (&*measured.points, &measured.places)
        && let Some(at) = ground.seen(*last)
        && places.len() > 2
    {
        labels.push((at, told_length(words, length_m(places))));
    }
    labels
}

fn area_label(measured: &Measured, ground: &Ground, words: &Words) -> Vec<(Vec2, String)> {
    let Some(area_m2) = area_m2(&measured.places) else {
        return Vec::new();
    };
    let count = measured.points.len().max(1) as f32;
    let middle = measured.points.iter().sum::<Vec2>() / count;
    let at = ground.seen(middle);
    at.map_or_else(Vec::new, |at| vec![(at, told_area(words, area_m2))])
}

#[cfg(test)]
pub(crate) mod tests;
