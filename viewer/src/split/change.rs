//! What a scenario changes in each commune: prisms as high as the difference of full hours, blue for fewer and ochre
//! for more, with the number and its sign at the name; hatched where the interval holds nothing.

use std::sync::Arc;

use bevy::app::{App, Plugin, Update};
use bevy::asset::Assets;
use bevy::camera::visibility::Visibility;
use bevy::ecs::change_detection::{DetectChanges, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Query, Res, ResMut, SystemParam};
use bevy::math::{Rect, Vec2};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::MeshMaterial3d;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task, TaskPool};
use bevy::transform::components::Transform;

use super::comparison::{Change, Comparison, Verdict};
use super::{Known, Split};
use crate::choropleth::{Prism, coats, prism};
use crate::land::{CommuneShape, Heights, Territory};
use crate::layers::{Lifts, Notes};
use crate::look::{Looks, Ribbons, Stroke, strides};
use crate::palette::Tone;
use crate::pending::Pending;
use crate::systems::ViewerSystems;
use crate::words::Words;

/// How high the least and the largest established difference lift a commune, in metres of the scene.
const LIFT_M: [f32; 2] = [220.0, 2_400.0];
/// How far apart the lines of a hatch are, in metres.
const HATCH_M: f32 = 600.0;
/// The most lines of a commune's hatch.
const MOST_LINES: usize = 400;
const HATCH: Stroke = Stroke {
    half_m: 10.0,
    half_px: 0.5,
    tone: Tone::Line,
};

pub(super) struct ChangePlugin;

impl Plugin for ChangePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Lifts>()
            .init_resource::<Notes>()
            .init_resource::<Pending>()
            .init_resource::<Words>()
            .init_resource::<Building>()
            .add_systems(
                Update,
                (
                    build.run_if(resource_exists::<Heights>),
                    put_up,
                    show,
                    lift,
                    note,
                )
                    .chain()
                    .in_set(ViewerSystems::Draw),
            );
    }
}

/// Marks what is drawn of the differences.
#[derive(Component, Clone, Copy, Debug)]
struct OfDifference;

/// What is built beside the frames.
#[derive(Resource, Default)]
struct Building {
    task: Option<Task<Vec<Built>>>,
    is_standing: bool,
    lifts_m: Vec<f32>,
}

/// What stands for one commune.
enum Built {
    /// A difference that is established.
    Established(Box<Prism>, Tone, f32),
    /// One that is not.
    Open(Option<Box<Mesh>>),
}

/// The difference of each commune, in the order of the territory.
fn changes(comparison: &Comparison, communes: &[CommuneShape]) -> Vec<Option<Change>> {
    let of = |commune: &CommuneShape| comparison.communes.get(&commune.code).copied();
    communes.iter().map(of).collect()
}

/// How high each commune stands: nothing where no difference is established.
fn lifts(changes: &[Option<Change>]) -> Vec<f32> {
    let established = |change: &Option<Change>| {
        let change = change.filter(|it| it.verdict() != Verdict::Open)?;
        Some(change.mean.abs())
    };
    let largest = changes.iter().filter_map(established).fold(0.0, f64::max);
    let lift = |change: &Option<Change>| match established(change) {
        Some(mean) if largest > 0.0 => {
            #[expect(clippy::cast_possible_truncation, reason = "a share of 0–1")]
            let share = (mean / largest) as f32;
            LIFT_M[0] + share * (LIFT_M[1] - LIFT_M[0])
        }
        _ => 0.0,
    };
    changes.iter().map(lift).collect()
}

/// Begins to build when differences are asked for, and anew for another comparison.
fn build(
    (split, known): (Res<Split>, Res<Known>),
    (territory, heights): (Option<Res<Territory>>, Res<Heights>),
    mut building: ResMut<Building>,
    old: Query<Entity, With<OfDifference>>,
    mut commands: Commands,
) {
    if known.is_changed() {
        *building = Building::default();
        for entity in &old {
            commands.entity(entity).despawn();
        }
    }
    let (Some(territory), Some(comparison)) = (territory, known.comparison()) else {
        return;
    };
    if *split != Split::Difference || building.task.is_some() || building.is_standing {
        return;
    }
    let (communes, heights) = (territory.communes.clone(), heights.clone());
    let comparison = Arc::clone(comparison);
    let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
    building.task = Some(pool.spawn(async move {
        let changes = changes(&comparison, &communes);
        let lifts = lifts(&changes);
        let all = communes.iter().zip(changes).zip(lifts);
        let built = all.map(|((commune, change), lift_m)| {
            let verdict = change.map(|change| change.verdict());
            let stand = |tone| Built::Established(Box::new(prism(commune, &heights)), tone, lift_m);
            match verdict {
                Some(Verdict::Less) => stand(Tone::Less),
                Some(Verdict::More) => stand(Tone::More),
                Some(Verdict::Open) => Built::Open(hatch(commune, &heights).map(Box::new)),
                None => Built::Open(None),
            }
        });
        built.collect()
    }));
}

/// Lines across a commune, on the land.
fn hatch(commune: &CommuneShape, heights: &Heights) -> Option<Mesh> {
    let mut lines = Ribbons::new(Vec2::ZERO);
    for [from, to] in hatching(&commune.rings) {
        lines.lay(
            heights,
            &strides(&[from, to], heights.step_m() / 2.0),
            HATCH,
        );
    }
    lines.into_mesh()
}

/// The parts of parallel lines that lie within rings, which hold what an odd number of them surrounds.
fn hatching(rings: &[Vec<Vec2>]) -> Vec<[Vec2; 2]> {
    // Lines go up to the right: in turned coordinates they are level.
    let turn = Vec2::from_angle(std::f32::consts::FRAC_PI_4);
    let turned: Vec<Vec<Vec2>> = rings
        .iter()
        .map(|ring| ring.iter().map(|at| turn.rotate(*at)).collect())
        .collect();
    let points = turned.iter().flatten();
    let Some(extent) = points
        .map(|at| Rect::from_corners(*at, *at))
        .reduce(|all, one| all.union(one))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut y = (extent.min.y / HATCH_M).ceil() * HATCH_M;
    for _ in 0..MOST_LINES {
        if y >= extent.max.y {
            break;
        }
        let mut crossings: Vec<f32> = turned.iter().flat_map(|ring| crossings(ring, y)).collect();
        crossings.sort_by(f32::total_cmp);
        for pair in crossings.as_chunks::<2>().0 {
            let ends = pair
                .map(|x| Vec2::from_angle(-std::f32::consts::FRAC_PI_4).rotate(Vec2::new(x, y)));
            found.push(ends);
        }
        y += HATCH_M;
    }
    found
}

/// Where the sides of a ring cross a level line.
fn crossings(ring: &[Vec2], y: f32) -> impl Iterator<Item = f32> + '_ {
    let sides = ring.iter().zip(ring.iter().skip(1));
    let crossing = sides.filter(move |(a, b)| (a.y <= y) != (b.y <= y));
    crossing.map(move |(a, b)| a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y))
}

/// Where what is drawn is kept.
#[derive(SystemParam)]
struct Store<'w> {
    looks: Res<'w, Looks>,
    meshes: ResMut<'w, Assets<Mesh>>,
}

/// Puts what is built into the scene.
fn put_up(mut building: ResMut<Building>, mut store: Store, mut commands: Commands) {
    if building.task.is_none() {
        return;
    }
    let Some(built) = building.task.as_mut().and_then(check_ready) else {
        return;
    };
    building.task = None;
    building.is_standing = true;
    building.lifts_m = Vec::new();
    for one in built {
        let mut lifted_m = 0.0;
        match one {
            Built::Established(prism, tone, lift_m) => {
                lifted_m = lift_m;
                stand(&mut commands, &mut store, (*prism, tone, lift_m));
            }
            Built::Open(Some(lines)) => {
                let look = store.looks.ribbons[Looks::ROADS].clone();
                let line = (Mesh3d(store.meshes.add(*lines)), MeshMaterial3d(look));
                commands.spawn((OfDifference, line, Visibility::Inherited));
            }
            Built::Open(None) => {}
        }
        building.lifts_m.push(lifted_m);
    }
}

fn stand(commands: &mut Commands, store: &mut Store, (prism, tone, lift_m): (Prism, Tone, f32)) {
    let Prism { solid, rim } = prism;
    let mesh = store.meshes.add(solid.painted(coats(tone)).mesh());
    let body = commands.spawn((
        OfDifference,
        Mesh3d(mesh),
        MeshMaterial3d(store.looks.plaster.clone()),
        Transform::from_xyz(0.0, lift_m, 0.0),
        Visibility::Inherited,
    ));
    let body = body.id();
    if let Some(rim) = rim {
        let look = store.looks.ribbons[Looks::ROADS].clone();
        let line = (Mesh3d(store.meshes.add(rim)), MeshMaterial3d(look));
        commands.spawn((line, ChildOf(body)));
    }
}

/// Differences are seen only while they are asked for; a picture waits until they stand.
fn show(
    (split, known, building): (Res<Split>, Res<Known>, Res<Building>),
    mut parts: Query<&mut Visibility, With<OfDifference>>,
    mut pending: ResMut<Pending>,
) {
    let is_asked = *split == Split::Difference;
    let shown = if is_asked {
        Visibility::Inherited
    } else {
        Visibility::Hidden
    };
    for mut visibility in &mut parts {
        visibility.set_if_neq(shown);
    }
    let is_missing = is_asked && known.comparison().is_some() && !building.is_standing;
    pending.say("difference", usize::from(is_missing));
}

/// Names stand on the prisms, as long as these are seen.
fn lift(split: Res<Split>, building: Res<Building>, mut lifts: ResMut<Lifts>) {
    if !split.is_changed() && !building.is_changed() {
        return;
    }
    let is_asked = *split == Split::Difference;
    if is_asked || split.is_changed() {
        let wanted = if is_asked {
            building.lifts_m.clone()
        } else {
            Vec::new()
        };
        lifts.set_if_neq(Lifts(wanted));
    }
}

/// Says at the name of each commune what changes there.
fn note(
    (split, known, words): (Res<Split>, Res<Known>, Res<Words>),
    territory: Option<Res<Territory>>,
    mut notes: ResMut<Notes>,
) {
    let is_new = territory.as_ref().is_some_and(DetectChanges::is_changed);
    if !split.is_changed() && !known.is_changed() && !words.is_changed() && !is_new {
        return;
    }
    let comparison = known.comparison().filter(|_| *split == Split::Difference);
    let told = territory.zip(comparison).map(|(territory, comparison)| {
        let changes = changes(comparison, &territory.communes);
        let notes = changes.into_iter().map(|change| written(&words, change));
        notes.collect()
    });
    notes.set_if_neq(Notes(told.unwrap_or_default()));
}

/// A difference as it stands at a name: with its sign; nothing where it is not established.
fn written(words: &Words, change: Option<Change>) -> Option<Box<str>> {
    let change = change.filter(|it| it.verdict() != Verdict::Open)?;
    let hours = words.signed(change.mean, usize::from(change.mean.abs() < 10.0));
    Some(words.fill("split.note", &[("n", &hours)]).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn change(mean: f64, lo: f64, hi: f64) -> Change {
        Change {
            mean,
            interval: Some([lo, hi]),
        }
    }

    #[test]
    fn only_what_is_established_stands_and_by_its_size() {
        let changes = [
            Some(change(-50.0, -60.0, -40.0)),
            Some(change(100.0, 80.0, 120.0)),
            Some(change(300.0, -10.0, 610.0)),
            None,
        ];
        let lifts = lifts(&changes);
        assert_eq!(lifts[1..], [LIFT_M[1], 0.0, 0.0]);
        assert!(LIFT_M[0] < lifts[0] && lifts[0] < lifts[1]);
    }

    #[rstest::rstest]
    #[case::more(Some(change(12.34, 4.0, 20.0)), Some("+12 h"))]
    #[case::fewer(Some(change(-3.21, -4.0, -2.0)), Some("−3,2 h"))]
    #[case::open(Some(change(12.0, -4.0, 28.0)), None)]
    #[case::one_run(Some(Change { mean: 5.0, interval: None }), None)]
    fn the_sign_is_written(#[case] change: Option<Change>, #[case] said: Option<&str>) {
        let written = written(&Words::default(), change);
        let plain = written.map(|it| it.replace('\u{a0}', " "));
        assert_eq!(plain.as_deref(), said);
    }

    #[test]
    fn a_hatch_stays_within_the_commune_and_out_of_its_hole() {
        let square = |half: f32| {
            [
                (-1.0, -1.0),
                (1.0, -1.0),
                (1.0, 1.0),
                (-1.0, 1.0),
                (-1.0, -1.0),
            ]
            .map(|(x, y)| Vec2::new(x, y) * half)
            .to_vec()
        };
        let lines = hatching(&[square(3000.0), square(1000.0)]);
        assert!(lines.len() > 10, "{}", lines.len());
        for [from, to] in lines {
            let middle = from.midpoint(to);
            let away = middle.abs().max_element();
            assert!((1000.0..=3000.0).contains(&away), "{middle}");
        }
    }
}
