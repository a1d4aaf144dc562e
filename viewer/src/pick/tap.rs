//! A tap of a finger chooses what is under it.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::input::touch::Touches;
use bevy::math::Vec2;

use super::{Chosen, Cursor, Hovered};
use crate::hud::HudRects;
use crate::tools::Tool;

/// How far a finger may go in a tap, in pixels.
const TAP_PX: f32 = 12.0;

/// Whether what is under the finger is to be chosen in this frame.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub(super) struct Tapped(bool);

/// Points where a finger has tapped, beside sheets and with nothing in the hand.
pub(super) fn point(
    touches: Option<Res<Touches>>,
    (tool, rects): (Option<Res<Tool>>, Option<Res<HudRects>>),
    mut cursor: ResMut<Cursor>,
    mut tapped: ResMut<Tapped>,
) {
    tapped.0 = false;
    let Some(touches) = touches else { return };
    let is_one = touches.iter().next().is_none();
    let has_tool = tool.is_some_and(|tool| !matches!(*tool, Tool::None | Tool::Views));
    let taps = touches.iter_just_released();
    let mut taps = taps.filter(|it| is_tap(it.start_position(), it.position()));
    let Some(tap) = taps.next().filter(|_| is_one && !has_tool) else {
        return;
    };
    let at = tap.position();
    let is_covered = rects.is_some_and(|rects| rects.0.iter().any(|rect| rect.contains(at)));
    if !is_covered {
        cursor.set_if_neq(Cursor(Some(at)));
        tapped.0 = true;
    }
}

/// Chooses what the finger has tapped, or nothing.
pub(super) fn choose(tapped: Res<Tapped>, hovered: Res<Hovered>, mut chosen: ResMut<Chosen>) {
    if tapped.0 {
        chosen.set_if_neq(Chosen(hovered.0));
    }
}

fn is_tap(from: Vec2, to: Vec2) -> bool {
    from.distance(to) <= TAP_PX
}

#[cfg(test)]
mod tests {
    use bevy::app::{App, Update};
    use bevy::ecs::entity::Entity;
    use bevy::ecs::schedule::IntoScheduleConfigs as _;
    use bevy::input::touch::{TouchInput, TouchPhase, touch_screen_input_system};

    use super::*;

    fn touch(app: &mut App, phase: TouchPhase, position: Vec2) {
        app.world_mut().write_message(TouchInput {
            phase,
            position,
            window: Entity::PLACEHOLDER,
            force: None,
            id: 1,
        });
        app.update();
    }

    #[rstest::rstest]
    #[case::a_tap(Vec2::new(100.0, 100.0), Some(7))]
    #[case::a_drag(Vec2::new(200.0, 100.0), None)]
    #[case::on_a_sheet(Vec2::new(12.0, 12.0), None)]
    fn a_tap_chooses_and_a_drag_does_not(#[case] to: Vec2, #[case] expected: Option<usize>) {
        let from = if to.x < 50.0 { to } else { Vec2::splat(100.0) };
        let mut app = App::new();
        app.add_message::<TouchInput>()
            .init_resource::<Touches>()
            .init_resource::<Cursor>()
            .init_resource::<Chosen>()
            .init_resource::<Tapped>()
            .insert_resource(HudRects(vec![bevy::math::Rect::new(0.0, 0.0, 20.0, 20.0)]))
            .insert_resource(Hovered(Some(7)))
            .add_systems(Update, (touch_screen_input_system, point, choose).chain());
        touch(&mut app, TouchPhase::Started, from);
        touch(&mut app, TouchPhase::Moved, to);
        touch(&mut app, TouchPhase::Ended, to);
        assert_eq!(app.world().resource::<Chosen>().0, expected);
    }
}
