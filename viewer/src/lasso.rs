//! Selects containers by a loop, and sums them up.
//!
//! Drag a loop around them; or `v` takes all that is seen, Enter all within a radius of the cross in the middle, which
//! plus and minus change. The selection stays on the land when the eye moves, and its sums follow the fleet.

mod sheet;
mod sums;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::{MouseButton, MouseButtonInput};
use bevy::math::Vec2;
use bevy::time::{Real, Time};

pub use self::sums::Sums;
use crate::server::{Fleet, FleetChanged};
use crate::space::Space;
use crate::systems::ViewerSystems;
use crate::tools::{TakenKeys, Tool};
use crate::trace::{Ground, STROKES, Trace, Traces};

/// The most corners of a loop.
const MOST: usize = 160;
/// How far the mouse goes from corner to corner, in pixels as designed.
const STEP_PX: f32 = 5.0;
/// A smaller loop is a click: it selects nothing.
const SMALLEST_PX: f32 = 12.0;
/// The first radius, the least and the most, in metres, and by how much a key changes it.
const FIRST_M: f32 = 1000.0;
const RADIUS_M: [f32; 2] = [100.0, 30_000.0];
const CHANGE: f32 = 1.25;
/// The corners of a circle.
const CIRCLE: u8 = 48;
/// How often the sums follow the fleet, in seconds.
const PAUSE_S: f64 = 1.0;

/// Selects. Needs [`ToolsPlugin`](crate::tools::ToolsPlugin) and [`TracePlugin`](crate::trace::TracePlugin).
#[derive(Debug)]
pub struct LassoPlugin;

impl Plugin for LassoPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Tool>()
            .init_resource::<Selection>()
            .init_resource::<Sums>()
            .init_resource::<Traces>()
            .add_message::<MouseButtonInput>()
            .add_message::<FleetChanged>()
            .add_systems(
                Update,
                (begin, pull, type_keys, sum)
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

/// What is selected: all that stands within an outline of the plane.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Selection {
    outline: Vec<Vec2>,
    /// The loop while it is pulled, in pixels as designed.
    pulled: Option<Vec<Vec2>>,
    radius_m: f32,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            outline: Vec::new(),
            pulled: None,
            radius_m: FIRST_M,
        }
    }
}

impl Selection {
    /// Whether anything is enclosed.
    pub fn is_drawn(&self) -> bool {
        self.outline.len() > 2
    }

    /// Takes a corner of the loop, where it is far enough from the last; of a long loop every other one is dropped.
    fn pull_to(&mut self, at: Vec2) {
        let Some(pulled) = &mut self.pulled else {
            return;
        };
        if pulled
            .last()
            .is_some_and(|last| last.distance(at) < STEP_PX)
        {
            return;
        }
        if pulled.len() >= MOST {
            let mut is_kept = false;
            pulled.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
        }
        pulled.push(at);
    }
}

/// Selects nothing whenever the lasso is taken or put away.
fn begin(tool: Res<Tool>, mut selection: ResMut<Selection>, mut was: Local<bool>) {
    if tool.is_changed() {
        let is = *tool == Tool::Lasso;
        if is != *was {
            *selection = Selection::default();
        }
        *was = is;
    }
}

/// Pulls the loop while the left button is held: the land stays where it is, and nothing is chosen.
fn pull(
    tool: Res<Tool>,
    buttons: Option<ResMut<ButtonInput<MouseButton>>>,
    mut events: MessageReader<MouseButtonInput>,
    ground: Ground,
    mut selection: ResMut<Selection>,
) {
    let is_released = events
        .read()
        .any(|it| it.button == MouseButton::Left && !it.state.is_pressed());
    let Some(mut buttons) = buttons.filter(|_| *tool == Tool::Lasso) else {
        return;
    };
    if buttons.just_pressed(MouseButton::Left)
        && let Some(at) = ground.cursor()
    {
        buttons.reset(MouseButton::Left);
        selection.outline.clear();
        selection.pulled = Some(vec![at]);
        return;
    }
    if selection.pulled.is_none() {
        return;
    }
    if let Some(at) = ground.cursor() {
        selection.pull_to(at);
    }
    if is_released {
        let pulled = selection.pulled.take().unwrap_or_default();
        selection.outline = enclosed(&pulled, &ground);
    }
}

/// The outline of the plane under a loop; nothing for a click.
fn enclosed(pulled: &[Vec2], ground: &Ground) -> Vec<Vec2> {
    let least = pulled.iter().copied().reduce(Vec2::min).unwrap_or_default();
    let most = pulled.iter().copied().reduce(Vec2::max).unwrap_or_default();
    if (most - least).max_element() < SMALLEST_PX || pulled.len() < 3 {
        return Vec::new();
    }
    let corners = pulled.iter();
    corners
        .filter_map(|at| ground.under_or_level(*at))
        .collect()
}

fn type_keys(
    tool: Res<Tool>,
    mut keys: TakenKeys,
    ground: Ground,
    mut selection: ResMut<Selection>,
) {
    if *tool != Tool::Lasso {
        return;
    }
    if keys.is_typed("x")
        && let Some(corners) = ground.corners()
    {
        let corners = corners.iter();
        selection.outline = corners
            .filter_map(|at| ground.under_or_level(*at))
            .collect();
    }
    if keys.take(KeyCode::Backspace) || keys.take(KeyCode::Delete) {
        selection.outline.clear();
    }
    let more = [KeyCode::Equal, KeyCode::NumpadAdd];
    let less = [KeyCode::Minus, KeyCode::NumpadSubtract];
    let change = match (
        more.iter().any(|key| keys.take(*key)),
        less.iter().any(|key| keys.take(*key)),
    ) {
        (true, _) => CHANGE,
        (_, true) => CHANGE.recip(),
        _ => 1.0,
    };
    let is_changed = change.to_bits() != 1.0_f32.to_bits();
    if is_changed {
        let radius_m = selection.radius_m * change;
        selection.radius_m = radius_m.clamp(RADIUS_M[0], RADIUS_M[1]);
    }
    if keys.take(KeyCode::Enter) || is_changed && selection.is_drawn() {
        let Some(middle) = ground.target() else {
            return;
        };
        selection.outline = circle(middle, selection.radius_m);
    }
}

fn circle(middle: Vec2, radius_m: f32) -> Vec<Vec2> {
    let corners = 0..CIRCLE;
    corners
        .map(|corner| {
            let turn = std::f32::consts::TAU * f32::from(corner) / f32::from(CIRCLE);
            middle + Vec2::from_angle(turn) * radius_m
        })
        .collect()
}

/// When the sums were last made, and whether the fleet has changed since.
#[derive(Debug, Default)]
struct Last {
    at_s: f64,
    is_due: bool,
}

/// Sums up at once what was selected, and what has changed at most every [`PAUSE_S`].
fn sum(
    (selection, fleet, space): (Res<Selection>, Res<Fleet>, Option<Res<Space>>),
    mut changes: MessageReader<FleetChanged>,
    time: Res<Time<Real>>,
    mut last: Local<Last>,
    mut sums: ResMut<Sums>,
) {
    last.is_due |= changes.read().count() > 0;
    let now_s = time.elapsed_secs_f64();
    let is_over = last.is_due && now_s - last.at_s >= PAUSE_S;
    let is_pulled = selection.pulled.is_some();
    if is_pulled || !(selection.is_changed() || is_over) {
        return;
    }
    *last = Last {
        at_s: now_s,
        is_due: false,
    };
    let Some(space) = space.filter(|_| selection.is_drawn()) else {
        sums.set_if_neq(Sums::default());
        return;
    };
    sums.set_if_neq(Sums::within(&selection.outline, &fleet, &space));
}

/// Draws the loop, or the outline on the land.
fn draw(
    (tool, selection): (Res<Tool>, Res<Selection>),
    ground: Ground,
    mut traces: ResMut<Traces>,
) {
    if *tool != Tool::Lasso {
        if traces.of("lasso").is_some() {
            traces.say("lasso", Trace::default());
        }
        return;
    }
    let mut trace = Trace::default();
    if let Some(pulled) = &selection.pulled {
        let ends = pulled.array_windows::<2>();
        trace.strokes = ends.copied().collect();
    } else {
        let mut closed = selection.outline.clone();
        closed.extend(selection.outline.first());
        trace.strokes = ground.draped(&closed, STROKES - 4);
        if let Some(middle) = ground.middle() {
            trace.cross(middle);
        }
    }
    traces.say("lasso", trace);
}

#[cfg(test)]
mod tests;
