//! A sentence that is shown for a while, below the buttons.

use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Added, With, Without};
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::time::{Real, Time};
use bevy::ui::widget::Text;
use bevy::ui::{AlignItems, FlexDirection, Node, PositionType, UiRect, px};

use super::{SHEET_TOP, row};
use crate::camera::Eye;
use crate::hud::faces::Faces;
use crate::hud::paint::{Painted, write as write_text};
use crate::hud::sheet::{MARGIN_X, sheet};
use crate::hud::{display_of, over_picture, show};
use crate::palette::Tone;

/// How long a notice is shown, in seconds: long enough to copy a link from it by hand.
const LASTS_S: f64 = 12.0;
const WIDEST: f32 = 560.0;

/// What is said; nothing at first, and after a while.
#[derive(Resource, Clone, Debug, Default)]
pub struct Notice {
    said: String,
    detail: String,
    since_s: Option<f64>,
}

impl Notice {
    /// Says a sentence, from the next frame on.
    pub fn say(&mut self, sentence: impl Into<String>) {
        self.say_with(sentence, String::new());
    }

    /// The same, with something to read letter by letter below it: a link, a file.
    pub fn say_with(&mut self, sentence: impl Into<String>, detail: String) {
        self.said = sentence.into();
        self.detail = detail;
        self.since_s = None;
    }

    /// The sentence that is shown; empty where none is.
    pub fn said(&self) -> &str {
        &self.said
    }
}

/// The sheet and its two lines.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Sheet,
    Said,
    Detail,
}

pub(super) fn appear(
    eyes: Query<Entity, Added<Eye>>,
    parts: Query<(), With<Part>>,
    faces: Res<Faces>,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next().filter(|_| parts.is_empty()) else {
        return;
    };
    let place = Node {
        position_type: PositionType::Absolute,
        left: px(row::LEFT),
        right: px(MARGIN_X),
        top: px(SHEET_TOP),
        align_items: AlignItems::FlexStart,
        flex_direction: FlexDirection::Column,
        ..Node::default()
    };
    let (kind, node, painted, shadow) = sheet(UiRect::axes(px(18), px(12)));
    let node = Node {
        display: bevy::ui::Display::None,
        max_width: px(WIDEST),
        row_gap: px(4),
        ..node
    };
    commands.spawn(over_picture(eye)).with_children(|root| {
        root.spawn(place).with_children(|place| {
            place
                .spawn((Part::Sheet, kind, node, painted, shadow))
                .with_children(|sheet| {
                    let said = (Part::Said, Text::default(), faces.text(15.0, 550));
                    sheet.spawn((said, Node::default(), Painted::text(Tone::Ink)));
                    let detail = (Part::Detail, Text::default(), faces.text(13.0, 400));
                    sheet.spawn((detail, Node::default(), Painted::text(Tone::InkSmall)));
                });
        });
    });
}

/// Shows what is said until its time is over.
pub(super) fn write(
    mut notice: ResMut<Notice>,
    time: Res<Time<Real>>,
    mut sheets: Query<(&Part, &mut Node), Without<Text>>,
    mut texts: Query<(&Part, &mut Text, &mut Node)>,
) {
    if !notice.said.is_empty() {
        let now_s = time.elapsed_secs_f64();
        let since_s = notice.since_s.unwrap_or(now_s);
        notice.since_s = Some(since_s);
        if now_s - since_s > LASTS_S {
            *notice = Notice::default();
        }
    }
    for (_, mut node) in &mut sheets {
        show(&mut node, display_of(&notice.said));
    }
    for (part, mut text, mut node) in &mut texts {
        let said = match part {
            Part::Detail => &notice.detail,
            Part::Sheet | Part::Said => &notice.said,
        };
        show(&mut node, display_of(said));
        write_text(&mut text, said.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::app;
    use super::*;
    use crate::hud::written;

    #[test]
    fn a_notice_is_shown_and_goes_by_itself() {
        let mut app = app();
        app.world_mut().spawn(Eye);
        app.update();
        let mut notice = app.world_mut().resource_mut::<Notice>();
        notice.say_with("Lien copié.", "http://x/#1".into());
        app.update();
        let said = written(&mut app);
        assert!(said.iter().any(|it| it == "Lien copié."), "{said:?}");
        assert!(said.iter().any(|it| it == "http://x/#1"), "{said:?}");
        app.world_mut().resource_mut::<Notice>().since_s = Some(-LASTS_S * 10.0);
        app.update();
        assert_eq!(app.world().resource::<Notice>().said(), "");
    }
}
