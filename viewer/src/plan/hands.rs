//! What keys and the mouse plan.

use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::ecs::query::With;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Local, Query, Res, ResMut, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyCode;
use bevy::input::mouse::MouseButton;
use bevy::math::Vec2;
use bevy::transform::components::Transform;
use twin_core::LonLat;

use super::Plan;
use super::draft::Step;
use crate::camera::{Eye, Stand};
use crate::hud::HudRects;
use crate::keys::Keys;
use crate::land::{Heights, Region};
use crate::pick::{Chosen, Cursor, Press};
use crate::server::{Fleet, Site};
use crate::sites::Lens;
use crate::space::{Space, flat};
use crate::split::is_off;
use crate::systems::ViewerSystems;

const CONTROL: [KeyCode; 2] = [KeyCode::ControlLeft, KeyCode::ControlRight];
const SHIFT: [KeyCode; 2] = [KeyCode::ShiftLeft, KeyCode::ShiftRight];
/// By how many pixels a key moves a site.
const NUDGE_PX: f32 = 6.0;
/// Looks along a line of sight before it is given up, and how much farther each goes.
const LOOKS: usize = 600;
const FARTHER: f32 = 1.012;
/// How often the point between two looks is halved.
const HALVINGS: usize = 20;

pub(super) struct HandsPlugin;

impl Plugin for HandsPlugin {
    fn build(&self, app: &mut App) {
        let is_planning = |plan: Res<Plan>| plan.is_open;
        app.init_resource::<Cursor>()
            .init_resource::<Chosen>()
            .add_systems(
                Update,
                (undo, remove, add_container, nudge, place)
                    .chain()
                    .run_if(is_planning)
                    .run_if(is_off)
                    .after(ViewerSystems::Learn)
                    .before(ViewerSystems::Move),
            );
    }
}

fn undo(mut plan: ResMut<Plan>, keys: Keys) {
    if !keys.is_held(&CONTROL) || !(keys.is_typed("z") || keys.is_typed("Z")) {
        return;
    }
    if keys.is_held(&SHIFT) {
        plan.draft.redo();
    } else {
        plan.draft.undo();
    }
}

/// The chosen site, as the twin has it.
#[derive(SystemParam)]
struct Choice<'w> {
    fleet: Res<'w, Fleet>,
    chosen: Res<'w, Chosen>,
}

impl Choice<'_> {
    fn site(&self) -> Option<(&Site, &str)> {
        let container = self.fleet.containers.get(self.chosen.0?)?;
        let site = self.fleet.site_of(container)?;
        Some((site, site.id.strip_prefix("site/")?))
    }
}

fn remove(choice: Choice, mut plan: ResMut<Plan>, keys: Keys) {
    if !keys.is_tapped(KeyCode::Delete) {
        return;
    }
    let Some((site, key)) = choice.site() else {
        return;
    };
    // What is gone already is not taken away again.
    if plan.draft.place(key, Some(site.place)).is_none() {
        return;
    }
    if !keys.is_held(&SHIFT) {
        let step = Step::Remove {
            site: key.into(),
            at: site.place,
        };
        plan.draft.take(step);
        return;
    }
    let container = choice
        .chosen
        .0
        .and_then(|it| choice.fleet.containers.get(it));
    let of = container.and_then(|it| Some((it, it.id.strip_prefix("container/")?)));
    if let Some((container, name)) = of
        && !plan.draft.is_container_gone(name)
    {
        plan.draft.take(Step::RemoveContainer {
            site: key.into(),
            key: name.into(),
            stream: container.stream,
        });
    }
}

/// One more of the kind that is chosen.
fn add_container(choice: Choice, mut plan: ResMut<Plan>, keys: Keys) {
    if !keys.is_tapped(KeyCode::KeyI) || keys.is_held(&CONTROL) {
        return;
    }
    let Some((site, key)) = choice.site() else {
        return;
    };
    let container = choice
        .chosen
        .0
        .and_then(|it| choice.fleet.containers.get(it));
    let Some(stream) = container.map(|it| it.stream) else {
        return;
    };
    if plan.draft.place(key, Some(site.place)).is_some() {
        let added = plan.draft.new_key(&choice.fleet);
        plan.draft.take(Step::AddContainer {
            site: key.into(),
            key: added,
            stream,
        });
    }
}

/// The land, and from where it is seen.
#[derive(SystemParam)]
struct Ground<'w, 's> {
    space: Option<Res<'w, Space>>,
    heights: Option<Res<'w, Heights>>,
    region: Option<Res<'w, Region>>,
    stand: Option<Res<'w, Stand>>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
}

impl Ground<'_, '_> {
    /// The place on the land that is seen at a point of the picture, in logical pixels.
    fn seen(&self, at: Vec2) -> Option<LonLat> {
        let (camera, transform) = self.eyes.iter().next()?;
        let lens = Lens::of(camera, transform)?;
        let dense = camera.target_scaling_factor().unwrap_or(1.0);
        let heights = self.heights.as_ref()?;
        self.place(land_at(&lens, at * dense, heights)?)
    }

    /// The place at a point of the plane; `None` outside of the territory.
    fn place(&self, at: Vec2) -> Option<LonLat> {
        let is_inside = self.region.as_ref().is_none_or(|region| region.holds(at));
        self.space.as_ref()?.place(at).filter(|_| is_inside)
    }
}

/// The first point of the land on a line of sight.
pub(super) fn land_at(lens: &Lens, at: Vec2, heights: &Heights) -> Option<Vec2> {
    let sight = lens.sight(at);
    if sight.y >= 0.0 {
        return None;
    }
    let is_below = |far: f32| {
        let point = lens.eye + sight * far;
        point.y <= heights.at(flat(point))
    };
    let mut near = 1.0;
    let mut far = near;
    for _ in 0..LOOKS {
        far = near * FARTHER + 1.0;
        if is_below(far) {
            break;
        }
        near = far;
    }
    if !is_below(far) {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = near.midpoint(far);
        if is_below(middle) {
            far = middle;
        } else {
            near = middle;
        }
    }
    Some(flat(lens.eye + sight * far))
}

/// Ctrl with the arrows moves the chosen site.
fn nudge((choice, ground): (Choice, Ground), mut plan: ResMut<Plan>, keys: Keys) {
    if !keys.is_held(&CONTROL) {
        return;
    }
    let tapped = |more, less| {
        f32::from(u8::from(keys.is_tapped(more))) - f32::from(u8::from(keys.is_tapped(less)))
    };
    let ahead = tapped(KeyCode::ArrowUp, KeyCode::ArrowDown);
    let right = tapped(KeyCode::ArrowRight, KeyCode::ArrowLeft);
    if (ahead, right) == (0.0, 0.0) {
        return;
    }
    let (Some((site, key)), Some(stand), Some(space)) =
        (choice.site(), &ground.stand, &ground.space)
    else {
        return;
    };
    let Some(from) = plan.draft.place(key, Some(site.place)) else {
        return;
    };
    let step_m = NUDGE_PX * stand.metres_per_pixel(1080.0);
    let moved = (stand.ahead() * ahead + stand.ahead().perp() * right) * step_m;
    if let Some(to) = ground.place(space.ground(from) + moved) {
        plan.draft.take(Step::Move {
            site: key.into(),
            from,
            to,
        });
    }
}

/// Ctrl with a click moves the chosen site there, or adds one where none is chosen.
fn place(
    (choice, ground): (Choice, Ground),
    (cursor, rects): (Res<Cursor>, Option<Res<HudRects>>),
    (keys, buttons): (Keys, Option<Res<ButtonInput<MouseButton>>>),
    mut pressed: Local<Press>,
    mut plan: ResMut<Plan>,
) {
    let Some(buttons) = buttons else { return };
    let is_covered = |at: Vec2| {
        rects
            .as_ref()
            .is_some_and(|it| it.0.iter().any(|rect| rect.contains(at)))
    };
    if buttons.just_pressed(MouseButton::Left) {
        let at = cursor
            .0
            .filter(|at| keys.is_held(&CONTROL) && !is_covered(*at));
        *pressed = Press::at(at);
    }
    pressed.follow(cursor.0);
    if !buttons.just_released(MouseButton::Left) || !std::mem::take(&mut *pressed).is_click() {
        return;
    }
    let Some(to) = cursor.0.and_then(|at| ground.seen(at)) else {
        return;
    };
    let Some((site, key)) = choice.site() else {
        let site = plan.draft.new_key(&choice.fleet);
        plan.draft.take(Step::Add { site, at: to });
        return;
    };
    if let Some(from) = plan.draft.place(key, Some(site.place)) {
        let site = key.into();
        plan.draft.take(Step::Move { site, from, to });
    }
}
