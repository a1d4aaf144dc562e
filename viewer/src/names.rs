//! The names of communes, standing on hairlines over their middles.
//!
//! They are placed in the order of their population, those that are seen already before others of
//! their rank. A name that has no room is left out, never made smaller.

mod claims;
mod plate;
mod rank;
mod room;

use bevy::app::{App, Plugin, Update};
use bevy::camera::Camera;
use bevy::camera::visibility::Visibility;
use bevy::ecs::bundle::Bundle;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Added, With};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Query, Res, ResMut, SystemParam};
use bevy::math::{Rect, Vec2, Vec3};
use bevy::transform::components::{GlobalTransform, Transform};
use bevy::ui::{ComputedNode, GlobalZIndex, Node, UiTransform, Val, Val2, percent};

use self::plate::{Plate, estimate};
use self::rank::{Rank, is_named};
pub use self::room::Room;
use crate::alarms::{AlarmMark, AlarmMarks};
use crate::camera::{Eye, Stand};
use crate::hud::faces::Faces;
use crate::hud::{HudRects, HudScale, InPicture, metres_per_px, over_picture};
use crate::land::{CommuneShape, Heights, Territory};
use crate::layers::{Lifts, Notes};
use crate::space::raised;
use crate::split::Beside;
use crate::systems::ViewerSystems;
use crate::trucks::{TruckMark, TruckMarks};

/// The most names at once.
const MOST: usize = 60;
/// What is left free around names and sheets, in pixels.
const AIR: Vec2 = Vec2::new(4.0, 0.0);

/// Names the communes. Needs [`HudPlugin`](crate::hud::HudPlugin), which paints them.
#[derive(Debug)]
pub struct NamesPlugin;

impl Plugin for NamesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Faces>()
            .init_resource::<HudRects>()
            .init_resource::<HudScale>()
            .init_resource::<Lifts>()
            .init_resource::<Notes>()
            .init_resource::<Plates>()
            .init_resource::<PlatesBeside>()
            .add_systems(
                Update,
                (appear, appear_beside, place, place_beside)
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// What all plates lie on, below the sheets.
#[derive(Component, Clone, Copy, Debug)]
struct NamesRoot;

/// The same in the right half of a parted picture.
#[derive(Component, Clone, Copy, Debug)]
struct NamesBeside;

#[derive(Resource, Debug, Default)]
struct Plates(Vec<Plate>);

/// The plates of the right half, where each name stands as in the left one.
#[derive(Resource, Debug, Default)]
struct PlatesBeside(Plates);

/// What there is to name.
#[derive(SystemParam)]
struct Named<'w> {
    territory: Option<Res<'w, Territory>>,
    heights: Option<Res<'w, Heights>>,
    notes: Res<'w, Notes>,
}

/// From where it is seen, and what lies over it.
#[derive(SystemParam)]
struct View<'w, 's> {
    stand: Option<Res<'w, Stand>>,
    scale: Res<'w, HudScale>,
    rects: Res<'w, HudRects>,
    marks: Option<Res<'w, AlarmMarks>>,
    trucks: Option<Res<'w, TruckMarks>>,
    lifts: Res<'w, Lifts>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
    beside: Query<'w, 's, Entity, With<NamesBeside>>,
    roots: Query<'w, 's, Entity, With<NamesRoot>>,
}

type PlateNodes<'w, 's> = Query<
    'w,
    's,
    (
        &'static ComputedNode,
        &'static mut UiTransform,
        &'static mut Visibility,
    ),
>;

/// A name and the point of the picture over which it stands, in pixels as designed.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    commune: usize,
    rank: Rank,
    is_shown: bool,
    foot: Vec2,
    size: Vec2,
}

impl Candidate {
    /// The upper left corner of its plate.
    fn corner(&self) -> Vec2 {
        self.foot - Vec2::new(self.size.x / 2.0, self.size.y + self.rank.lift_px())
    }

    fn rect(&self) -> Rect {
        let corner = self.corner();
        Rect::from_corners(corner - AIR, corner + self.size + AIR)
    }
}

/// Lays the ground for names before the first eye.
fn appear(
    eyes: Query<Entity, Added<Eye>>,
    roots: Query<(), With<NamesRoot>>,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next().filter(|_| roots.is_empty()) else {
        return;
    };
    commands.spawn((NamesRoot, InPicture, root(eye, Val::ZERO)));
}

/// The same in the right half while there is one.
fn appear_beside(
    eyes: Query<Entity, With<Eye>>,
    all: Query<(), With<Beside>>,
    roots: Query<Entity, With<NamesBeside>>,
    mut plates: ResMut<PlatesBeside>,
    mut commands: Commands,
) {
    if all.is_empty() {
        for root in &roots {
            commands.entity(root).despawn();
            plates.0.0.clear();
        }
    }
    if let Some(eye) = eyes.iter().next()
        && !all.is_empty()
        && roots.is_empty()
    {
        commands.spawn((NamesBeside, InPicture, root(eye, percent(50))));
    }
}

/// What plates lie on: all of the picture, or what begins further to the right.
fn root(eye: Entity, left: Val) -> impl Bundle {
    let (over, target, node) = over_picture(eye);
    (over, target, GlobalZIndex(-1), Node { left, ..node })
}

/// Places the names for where the eye is now.
fn place(
    named: Named,
    view: View,
    mut plates: ResMut<Plates>,
    nodes: PlateNodes,
    kit: (Res<Faces>, Commands),
) {
    if let Some(root) = view.roots.iter().next() {
        settle(&named, (&view, root), &mut plates, nodes, kit);
    }
}

/// Places them in the right half too, which the other eye sees from the same stand.
fn place_beside(
    named: Named,
    view: View,
    mut plates: ResMut<PlatesBeside>,
    nodes: PlateNodes,
    kit: (Res<Faces>, Commands),
) {
    if let Some(root) = view.beside.iter().next() {
        settle(&named, (&view, root), &mut plates.0, nodes, kit);
    }
}

fn settle(
    named: &Named,
    (view, root): (&View, Entity),
    plates: &mut Plates,
    mut nodes: PlateNodes,
    (faces, mut commands): (Res<Faces>, Commands),
) {
    let (Some(territory), Some(heights)) = (&named.territory, &named.heights) else {
        return;
    };
    let Some(lens) = Lens::of(view) else { return };
    if territory.is_changed() || named.notes.is_changed() {
        plates.clear(&mut nodes);
    }
    let candidates = candidates(&territory.communes, heights, &lens, |commune| {
        plates.size(&nodes, commune)
    });
    let chosen = choose(candidates, lens.room());
    plates.release(&chosen, &mut nodes);
    for candidate in &chosen {
        let Some(commune) = territory.communes.get(candidate.commune) else {
            continue;
        };
        let is_there = plates
            .0
            .iter()
            .any(|plate| plate.commune == Some(candidate.commune));
        if !is_there {
            let plate = plates.take(&mut commands, root);
            plate.commune = Some(candidate.commune);
            plate.is_laid_out = false;
            let name = match named.notes.of(candidate.commune) {
                Some(note) => format!("{} {note}", commune.name).into(),
                None => std::borrow::Cow::from(&*commune.name),
            };
            plate.engrave(&mut commands, &faces, (&name, candidate.rank));
        }
    }
    plates.arrange(&chosen, &lens, &mut nodes);
}

/// How points of the scene get into the picture.
struct Lens<'a> {
    camera: &'a Camera,
    from: GlobalTransform,
    scale: f32,
    size: Vec2,
    metres_per_px: f32,
    rects: &'a [Rect],
    marks: &'a [AlarmMark],
    trucks: &'a [TruckMark],
    lifts: &'a Lifts,
    is_parted: bool,
}

impl<'a> Lens<'a> {
    fn of(view: &'a View) -> Option<Self> {
        let (camera, transform) = view.eyes.iter().next()?;
        let scale = view.scale.0;
        let size = camera.logical_viewport_size()? / scale;
        Some(Self {
            camera,
            from: GlobalTransform::from(*transform),
            scale,
            size,
            metres_per_px: metres_per_px(view.stand.as_deref()?, size.y),
            rects: &view.rects.0,
            marks: view.marks.as_deref().map_or(&[], |marks| &marks.0),
            trucks: view.trucks.as_deref().map_or(&[], |trucks| &trucks.0),
            lifts: &view.lifts,
            is_parted: !view.beside.is_empty(),
        })
    }

    /// Where the middle of a commune is in the picture.
    fn foot(&self, commune: (usize, &CommuneShape), heights: &Heights) -> Option<Vec2> {
        let (number, CommuneShape { centre, .. }) = commune;
        let lift = self.lifts.of(number);
        self.seen(raised(*centre, heights.at(*centre) + lift))
    }

    /// Where a point of the scene is in the picture.
    fn seen(&self, at: Vec3) -> Option<Vec2> {
        let seen = self.camera.world_to_viewport(&self.from, at).ok()?;
        Some(seen / self.scale)
    }

    /// The room that sheets and alarms leave.
    fn room(&self) -> Room {
        let mut room = Room::new(Rect::from_corners(Vec2::ZERO, self.size));
        for rect in self.rects {
            let rect = Rect::from_corners(rect.min / self.scale, rect.max / self.scale);
            room.reserve(rect);
            if self.is_parted {
                // What lies on the right half is in the way of the same names there.
                let aside = Vec2::new(self.size.x, 0.0);
                room.reserve(Rect::from_corners(rect.min - aside, rect.max - aside));
            }
        }
        // Live marks are not drawn beside a scenario.
        if !self.is_parted {
            self.reserve_marks(&mut room);
            self.reserve_trucks(&mut room);
        }
        room
    }

    /// A point of the picture, moved onto the nearest pixel of the screen.
    fn crisp(&self, at: Vec2) -> Vec2 {
        let dense = self.camera.target_scaling_factor().unwrap_or(1.0) * self.scale;
        (at * dense).round() / dense
    }
}

/// The communes that may be named. `size_of` tells how large the name of one is
/// that is there already.
fn candidates(
    communes: &[CommuneShape],
    heights: &Heights,
    lens: &Lens,
    size_of: impl Fn(usize) -> Option<Vec2>,
) -> Vec<Candidate> {
    let named = communes.iter().enumerate().filter_map(|(number, commune)| {
        let size = size_of(number);
        if !is_named(commune.population, lens.metres_per_px, size.is_some()) {
            return None;
        }
        let rank = Rank::of(commune.population);
        Some(Candidate {
            commune: number,
            rank,
            is_shown: size.is_some(),
            foot: lens.foot((number, commune), heights)?,
            size: size
                .filter(|size| size.x > 0.0)
                .unwrap_or_else(|| estimate(&commune.name, rank)),
        })
    });
    named.collect()
}

/// Those for which there is room. Communes come most populous first.
fn choose(mut candidates: Vec<Candidate>, mut room: Room) -> Vec<Candidate> {
    candidates.sort_by_key(|it| (it.rank, !it.is_shown, it.commune));
    candidates.retain(|candidate| room.place(candidate.rect()));
    candidates.truncate(MOST);
    candidates
}

impl Plates {
    /// The size of a name that is there; nothing where it is not known yet.
    fn size(&self, nodes: &PlateNodes, commune: usize) -> Option<Vec2> {
        let plate = self.0.iter().find(|plate| plate.commune == Some(commune))?;
        let (node, ..) = nodes.get(plate.node).ok()?;
        let known = if plate.is_laid_out {
            node.size()
        } else {
            Vec2::ZERO
        };
        Some(known * node.inverse_scale_factor())
    }

    fn clear(&mut self, nodes: &mut PlateNodes) {
        self.release(&[], nodes);
    }

    /// Frees the plates of names that are not seen any more.
    fn release(&mut self, chosen: &[Candidate], nodes: &mut PlateNodes) {
        for plate in &mut self.0 {
            let is_seen = |number| chosen.iter().any(|it| it.commune == number);
            if plate.commune.is_some_and(is_seen) {
                continue;
            }
            plate.commune = None;
            if let Ok((.., mut visibility)) = nodes.get_mut(plate.node) {
                visibility.set_if_neq(Visibility::Hidden);
            }
        }
    }

    /// A free plate, or else a new one.
    fn take(&mut self, commands: &mut Commands, root: Entity) -> &mut Plate {
        let free = self.0.iter().position(|plate| plate.commune.is_none());
        let number = free.unwrap_or(self.0.len());
        if free.is_none() {
            self.0.push(Plate::new(commands, root));
        }
        &mut self.0[number]
    }

    /// Moves the plates to their places. A name is seen from when it was laid out on.
    fn arrange(&mut self, chosen: &[Candidate], lens: &Lens, nodes: &mut PlateNodes) {
        for plate in &mut self.0 {
            let candidate = chosen.iter().find(|it| plate.commune == Some(it.commune));
            let (Some(candidate), Ok((_, mut transform, mut visibility))) =
                (candidate, nodes.get_mut(plate.node))
            else {
                continue;
            };
            let at = lens.crisp(candidate.corner());
            transform.set_if_neq(UiTransform::from_translation(Val2::px(at.x, at.y)));
            if std::mem::replace(&mut plate.is_laid_out, true) {
                visibility.set_if_neq(Visibility::Inherited);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bevy::MinimalPlugins;
    use bevy::camera::{ComputedCameraValues, RenderTargetInfo};
    use bevy::ecs::hierarchy::ChildOf;
    use bevy::math::{Mat4, UVec2};
    use bevy::ui::widget::Text;

    use super::*;
    use crate::hud::paint::Painted;
    use crate::palette::Tone;

    fn commune(name: &str, population: u32, centre: Vec2) -> CommuneShape {
        CommuneShape {
            code: "25000".into(),
            name: name.into(),
            population,
            centre,
            rings: Vec::new(),
        }
    }

    fn eye() -> (Eye, Camera, Transform) {
        let target = RenderTargetInfo {
            physical_size: UVec2::new(1920, 1080),
            scale_factor: 1.0,
        };
        let lens = Mat4::perspective_infinite_reverse_rh(Stand::FIELD, 16.0 / 9.0, 1.0);
        let camera = Camera {
            computed: ComputedCameraValues {
                clip_from_view: lens,
                target_info: Some(target),
                ..ComputedCameraValues::default()
            },
            ..Camera::default()
        };
        let at = Transform::from_xyz(0.0, 20_000.0, 20_000.0).looking_at(Vec3::ZERO, Vec3::Y);
        (Eye, camera, at)
    }

    fn app(communes: Vec<CommuneShape>) -> App {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, NamesPlugin))
            .insert_resource(Territory {
                communes,
                extent: Rect::default(),
            })
            .insert_resource(Heights::level(Vec2::splat(-9000.0), 1000.0, [20, 20]))
            .insert_resource(Stand {
                target: Vec3::ZERO,
                distance_m: 28_000.0,
                bearing: 0.0,
                pitch: 0.8,
            });
        crate::systems::order_systems(&mut app);
        app.world_mut().spawn(eye());
        for _ in 0..3 {
            app.update();
        }
        app
    }

    /// The names that are seen.
    fn seen(app: &mut App) -> Vec<String> {
        let mut inks = app.world_mut().query::<(&Text, &Painted, &ChildOf)>();
        let world = app.world();
        let inks = inks.iter(world).filter(|(_, painted, plate)| {
            let is_hidden = world.get(plate.parent()) == Some(&Visibility::Hidden);
            **painted == Painted::text(Tone::Ink) && !is_hidden
        });
        let mut names: Vec<String> = inks.map(|(text, ..)| text.0.clone()).collect();
        names.sort();
        names
    }

    #[test]
    fn who_has_room_is_named_and_the_larger_one_first() {
        let near = Vec2::new(200.0, 0.0);
        let mut app = app(vec![
            commune("Montbéliard", 25_000, Vec2::ZERO),
            commune("Sainte-Suzanne", 1500, near),
            commune("Blamont", 1200, Vec2::new(0.0, 5000.0)),
            commune("Très petit", 50, Vec2::new(4000.0, -3000.0)),
            commune("Derrière", 5000, Vec2::new(0.0, 90_000.0)),
        ]);
        assert_eq!(seen(&mut app), ["Blamont", "Montbéliard"]);
    }

    #[test]
    fn nothing_is_named_under_a_sheet() {
        let mut app = app(vec![commune("Montbéliard", 25_000, Vec2::ZERO)]);
        app.insert_resource(HudRects(vec![Rect::new(900.0, 400.0, 1000.0, 600.0)]));
        app.update();
        assert_eq!(seen(&mut app), [""; 0]);
        app.insert_resource(HudRects::default());
        app.update();
        app.update();
        assert_eq!(seen(&mut app), ["Montbéliard"]);
        assert_eq!(
            app.world().resource::<Plates>().0.len(),
            1,
            "the plate is used again"
        );
    }

    #[test]
    fn a_name_that_is_there_stays_before_another_of_its_rank() {
        let candidate = |commune, is_shown| Candidate {
            commune,
            rank: Rank::Village,
            is_shown,
            foot: Vec2::new(500.0, 500.0 + commune as f32),
            size: Vec2::new(80.0, 17.0),
        };
        let room = || Room::new(Rect::new(0.0, 0.0, 1000.0, 1000.0));
        let chosen = choose(vec![candidate(0, false), candidate(1, true)], room());
        assert_eq!(chosen.iter().map(|it| it.commune).collect::<Vec<_>>(), [1]);
        let chosen = choose(vec![candidate(0, false), candidate(1, false)], room());
        assert_eq!(chosen.iter().map(|it| it.commune).collect::<Vec<_>>(), [0]);
    }
}
