//! Whether a hand has stirred lately: where none has, the tour begins by itself.

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut, SystemParam};
use bevy::input::ButtonInput;
use bevy::input::keyboard::KeyboardInput;
use bevy::input::mouse::{AccumulatedMouseMotion, AccumulatedMouseScroll, MouseButton};
use bevy::input::touch::Touches;
use bevy::math::Vec2;
use bevy::time::{Real, Time};

use super::{Order, Tour};

/// After how long without a hand the tour begins, in seconds.
const PATIENCE_S: f64 = 120.0;

/// Since when no hand has stirred.
#[derive(Resource, Clone, Copy, Debug)]
pub(super) struct Watch {
    is_wanted: bool,
    since_s: f64,
}

impl Watch {
    pub(super) const fn new(is_wanted: bool) -> Self {
        Self {
            is_wanted,
            since_s: 0.0,
        }
    }
}

/// What hands do.
#[derive(SystemParam)]
pub(super) struct Stirring<'w, 's> {
    keys: Option<MessageReader<'w, 's, KeyboardInput>>,
    buttons: Option<Res<'w, ButtonInput<MouseButton>>>,
    motion: Option<Res<'w, AccumulatedMouseMotion>>,
    scroll: Option<Res<'w, AccumulatedMouseScroll>>,
    touches: Option<Res<'w, Touches>>,
}

impl Stirring<'_, '_> {
    /// Whether a key, a button, the wheel or a finger is used: more than a push at the table.
    fn is_meant(&mut self) -> bool {
        let typed = self
            .keys
            .as_mut()
            .is_some_and(|keys| keys.read().count() > 0);
        let is_clicked = (self.buttons.as_ref()).is_some_and(|it| it.get_pressed().len() > 0);
        let is_rolled = (self.scroll.as_ref()).is_some_and(|it| it.delta != Vec2::ZERO);
        let is_touched = (self.touches.as_ref()).is_some_and(|it| it.iter().next().is_some());
        typed || is_clicked || is_rolled || is_touched
    }

    fn is_any(&mut self) -> bool {
        let is_moved = (self.motion.as_ref()).is_some_and(|it| it.delta != Vec2::ZERO);
        self.is_meant() || is_moved
    }
}

/// Begins the tour when nobody has stirred for long, and leaves it at a touch.
pub(super) fn watch(
    mut hands: Stirring,
    mut watch: ResMut<Watch>,
    mut tour: ResMut<Tour>,
    time: Res<Time<Real>>,
) {
    if !watch.is_wanted {
        return;
    }
    let now_s = time.elapsed_secs_f64();
    let tour = tour.bypass_change_detection();
    if tour.is_auto && tour.is_under_way() {
        if hands.is_meant() {
            tour.order = Some(Order::Leave);
            watch.since_s = now_s;
        }
        return;
    }
    if hands.is_any() || tour.is_under_way() {
        watch.since_s = now_s;
    } else if now_s - watch.since_s > PATIENCE_S {
        watch.since_s = now_s;
        tour.is_auto = true;
        tour.order = Some(Order::Begin);
    }
}
