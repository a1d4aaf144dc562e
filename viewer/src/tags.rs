//! Small writing on the model beside what it tells of: the level of the nearest containers, the names of health
//! facilities. Features say what may be written; here the few that have room are.

use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::camera::visibility::Visibility;
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::query::{Added, With};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::math::{Rect, Vec2};
use bevy::text::TextLayout;
use bevy::transform::components::Transform;
use bevy::ui::widget::Text;
use bevy::ui::{
    BorderRadius, ComputedNode, GlobalZIndex, Node, PositionType, UiRect, UiTransform, Val, Val2,
    px,
};

use crate::camera::Eye;
use crate::hud::faces::Faces;
use crate::hud::paint::{Painted, write};
use crate::hud::{HudRects, HudScale, InPicture, over_picture};
use crate::names::Room;
use crate::palette::Tone;
use crate::systems::ViewerSystems;

/// The most tags at once.
const MOST: usize = 24;
/// How large they are written, in pixels as designed.
const SIZE_PX: f32 = 13.0;

/// Writes the tags. Needs [`HudPlugin`](crate::hud::HudPlugin), which paints them.
#[derive(Debug)]
pub struct TagsPlugin;

impl Plugin for TagsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Tags>()
            .init_resource::<Faces>()
            .init_resource::<HudRects>()
            .init_resource::<HudScale>()
            .add_systems(Update, clear.in_set(ViewerSystems::Receive))
            .add_systems(
                Update,
                (appear, place).chain().after(ViewerSystems::Annotate),
            );
    }
}

/// What may be written in this frame.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Tags(Vec<Tag>);

/// Something that may be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// The middle of the lower edge of the writing, in pixels of the screen.
    pub at: Vec2,
    /// What comes first has room first: the smaller the sooner.
    pub rank: f32,
    /// What is written.
    pub text: String,
}

impl Tags {
    /// Says what may be written; beyond some hundred nothing more is taken.
    pub fn say(&mut self, tag: Tag) {
        const MOST_SAID: usize = 400;
        if self.0.len() < MOST_SAID {
            self.0.push(tag);
        }
    }

    /// What may be written.
    pub fn said(&self) -> &[Tag] {
        &self.0
    }
}

/// What all tags lie on, below sheets.
#[derive(Component, Clone, Copy, Debug)]
struct TagsRoot;

/// A tag, by its place among those that are written.
#[derive(Component, Clone, Copy, Debug)]
struct Plate(usize);

fn clear(mut tags: ResMut<Tags>) {
    if !tags.0.is_empty() {
        tags.0.clear();
    }
}

/// Lays the plates before the first eye.
fn appear(
    eyes: Query<Entity, Added<Eye>>,
    roots: Query<(), With<TagsRoot>>,
    faces: Res<Faces>,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next().filter(|_| roots.is_empty()) else {
        return;
    };
    let ground = (TagsRoot, InPicture, GlobalZIndex(-1), over_picture(eye));
    let root = commands.spawn(ground).id();
    for number in 0..MOST {
        let node = Node {
            position_type: PositionType::Absolute,
            left: Val::ZERO,
            top: Val::ZERO,
            padding: UiRect::axes(px(5), px(0)),
            border_radius: BorderRadius::all(px(3)),
            ..Node::default()
        };
        let ground = Painted::fill(Tone::Halo).faded(0.9);
        let plate = (
            Plate(number),
            node,
            ground,
            Visibility::Hidden,
            ChildOf(root),
        );
        let text = (
            Text::default(),
            TextLayout::no_wrap(),
            faces.text(SIZE_PX, 600),
            Painted::text(Tone::Ink),
        );
        commands.spawn(plate).with_child(text);
    }
}

/// Places those that have room, the first ones first.
fn place(
    (tags, rects, scale): (Res<Tags>, Res<HudRects>, Res<HudScale>),
    eyes: Query<(&Camera, &Transform), With<Eye>>,
    mut plates: Query<(
        &Plate,
        &mut UiTransform,
        &mut Visibility,
        &bevy::ecs::hierarchy::Children,
    )>,
    mut texts: Query<(&mut Text, &ComputedNode)>,
) {
    let Some((camera, _)) = eyes.iter().next() else {
        return;
    };
    let dense = camera.target_scaling_factor().unwrap_or(1.0) * scale.0;
    let size = camera
        .physical_viewport_size()
        .unwrap_or_default()
        .as_vec2();
    let picture = Rect::from_corners(Vec2::ZERO, size / dense);
    let sheets = rects.0.iter();
    let sheets = sheets.map(|it| Rect::from_corners(it.min / scale.0, it.max / scale.0));
    let chosen = choose(tags.said(), (picture, dense), sheets);
    for (Plate(number), mut transform, mut visibility, children) in &mut plates {
        let Some((corner, said)) = chosen.get(*number) else {
            visibility.set_if_neq(Visibility::Hidden);
            continue;
        };
        for child in children {
            if let Ok((mut text, _)) = texts.get_mut(*child) {
                write(&mut text, (*said).to_owned());
            }
        }
        let crisp = (*corner * dense).round() / dense;
        transform.set_if_neq(UiTransform::from_translation(Val2::px(crisp.x, crisp.y)));
        visibility.set_if_neq(Visibility::Inherited);
    }
}

/// The tags that have room, with the upper left corner of each, in pixels as designed.
fn choose(
    tags: &[Tag],
    (picture, dense): (Rect, f32),
    sheets: impl Iterator<Item = Rect>,
) -> Vec<(Vec2, &str)> {
    let mut room = Room::new(picture);
    sheets.for_each(|sheet| room.reserve(sheet));
    let mut ranked: Vec<&Tag> = tags.iter().collect();
    ranked.sort_by(|one, other| one.rank.total_cmp(&other.rank));
    let placed = ranked.into_iter().filter_map(|tag| {
        let size = extent(&tag.text);
        let corner = tag.at / dense - Vec2::new(size.x / 2.0, size.y);
        let is_free = room.place(Rect::from_corners(corner, corner + size));
        is_free.then_some((corner, &*tag.text))
    });
    placed.take(MOST).collect()
}

/// About how large a tag is.
fn extent(text: &str) -> Vec2 {
    let letters = text.chars().count() as f32;
    Vec2::new(letters * 0.56 * SIZE_PX + 10.0, 1.3 * SIZE_PX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(x: f32, rank: f32, text: &str) -> Tag {
        Tag {
            at: Vec2::new(x, 100.0),
            rank,
            text: text.into(),
        }
    }

    #[test]
    fn what_comes_first_has_room_first() {
        let picture = Rect::from_corners(Vec2::ZERO, Vec2::new(400.0, 200.0));
        let tags = [
            tag(100.0, 2.0, "45 %"),
            tag(110.0, 1.0, "72 %"),
            tag(200.0, 3.0, "31 %"),
            tag(300.0, 4.0, "under a sheet"),
            tag(398.0, 0.0, "beyond the edge"),
        ];
        let sheet = Rect::from_corners(Vec2::new(260.0, 0.0), Vec2::new(360.0, 200.0));
        let placed = choose(&tags, (picture, 1.0), [sheet].into_iter());
        let said: Vec<_> = placed.iter().map(|(_, said)| *said).collect();
        assert_eq!(said, ["72 %", "31 %"]);
    }

    #[test]
    fn there_are_never_too_many() {
        let mut tags = Tags::default();
        for n in 0..1000_u16 {
            tags.say(tag(f32::from(n) * 60.0, f32::from(n), "9 %"));
        }
        assert_eq!(tags.said().len(), 400);
        let wide = Rect::from_corners(Vec2::ZERO, Vec2::new(60_000.0, 200.0));
        assert_eq!(
            choose(tags.said(), (wide, 1.0), std::iter::empty()).len(),
            MOST
        );
    }
}
