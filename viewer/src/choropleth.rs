//! A figure of each commune, as prisms that stand out of the land: the higher and the darker, the
//! more. Communes of which nothing is known stay as they are.

mod classes;
mod figures;
mod kpi;
mod prism;

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Assets, Handle};
use bevy::camera::visibility::Visibility;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Local, Query, Res, ResMut};
use bevy::math::Vec2;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::MeshMaterial3d;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task, TaskPool};
use bevy::time::{Real, Time};
use bevy::transform::components::Transform;

pub use self::classes::{CLASSES, Classes, TONES};
pub use self::figures::{Figures, Reckoning};
pub use self::kpi::{Census, Kpi, Unit};
pub(crate) use self::prism::{Prism, prism};
use crate::land::{Heights, Territory};
use crate::layers::{Layers, Lifts};
use crate::look::{Looks, Solid, tone_pair};
use crate::motion::Motion;
use crate::palette::Tone;
use crate::pending::Pending;
use crate::systems::ViewerSystems;

/// How high the least and the largest value lift a commune, in metres of the scene. The least is
/// more than lines are drawn nearer than they are, so that no road shows through.
const LIFT_M: [f32; 2] = [180.0, 2_400.0];
/// How long a prism takes to its new height, in seconds.
const EASE_S: f64 = 0.32;
/// How much ink walls take on, so that a prism is told from its top.
const WALL_INK: f32 = 0.16;

/// Shows a figure of each commune while [`Layers`] says so.
#[derive(Debug)]
pub struct ChoroplethPlugin;

impl Plugin for ChoroplethPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Layers>()
            .init_resource::<Lifts>()
            .init_resource::<Motion>()
            .init_resource::<Pending>()
            .init_resource::<Prisms>()
            .init_resource::<Reckoning>()
            .add_systems(Update, figures::reckon.in_set(ViewerSystems::Learn))
            .add_systems(
                Update,
                (
                    build.run_if(resource_exists::<Heights>),
                    put_up,
                    aim,
                    paint,
                    lift,
                    say_pending,
                )
                    .chain()
                    .in_set(ViewerSystems::Draw),
            );
    }
}

/// A prism, by the place of its commune in the territory.
#[derive(Component, Clone, Copy, Debug)]
struct PrismOf(usize);

/// The prisms of all communes, in the order of the territory.
#[derive(Resource, Default)]
struct Prisms {
    task: Option<Task<Vec<Prism>>>,
    standing: Vec<Standing>,
    since_s: f64,
    is_new: bool,
    is_moving: bool,
}

/// A prism that is in the scene.
#[derive(Debug)]
struct Standing {
    solid: Solid,
    mesh: Handle<Mesh>,
    tone: Option<Tone>,
    from_m: f32,
    to_m: Option<f32>,
    at_m: f32,
}

/// Begins to build the prisms, once, when they are first asked for.
fn build(
    mut prisms: ResMut<Prisms>,
    layers: Res<Layers>,
    (territory, heights): (Option<Res<Territory>>, Res<Heights>),
) {
    let Some(territory) = territory.filter(|_| layers.choropleth.is_some()) else {
        return;
    };
    if prisms.task.is_some() || !prisms.standing.is_empty() {
        return;
    }
    let (communes, heights) = (territory.communes.clone(), heights.clone());
    let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
    prisms.task = Some(pool.spawn(async move {
        let built = communes.iter().map(|commune| prism(commune, &heights));
        built.collect()
    }));
}

/// Puts the prisms into the scene when they are built, not seen yet.
fn put_up(
    mut commands: Commands,
    mut prisms: ResMut<Prisms>,
    (looks, mut meshes): (Res<Looks>, ResMut<Assets<Mesh>>),
) {
    let Some(built) = prisms.task.as_mut().and_then(check_ready) else {
        return;
    };
    prisms.task = None;
    prisms.is_new = true;
    for (number, Prism { solid, rim }) in built.into_iter().enumerate() {
        let mesh = meshes.add(solid.clone().mesh());
        let prism = commands.spawn((
            PrismOf(number),
            Mesh3d(mesh.clone()),
            MeshMaterial3d(looks.plaster.clone()),
            Visibility::Hidden,
        ));
        let prism = prism.id();
        if let Some(rim) = rim {
            let look = looks.ribbons[Looks::ROADS].clone();
            let line = (Mesh3d(meshes.add(rim)), MeshMaterial3d(look));
            commands.spawn((line, ChildOf(prism)));
        }
        prisms.standing.push(Standing {
            solid,
            mesh,
            tone: None,
            from_m: 0.0,
            to_m: None,
            at_m: 0.0,
        });
    }
}

/// Says how high each prism is to stand, when the figures have changed.
fn aim(mut prisms: ResMut<Prisms>, reckoning: Res<Reckoning>, time: Res<Time<Real>>) {
    let is_due = std::mem::take(&mut prisms.is_new) || reckoning.is_changed();
    if !is_due || prisms.standing.is_empty() {
        return;
    }
    let prisms = &mut *prisms;
    for (number, standing) in prisms.standing.iter_mut().enumerate() {
        let figures = reckoning.0.as_ref();
        let value = figures.and_then(|it| Some((it, (*it.values.get(number)?)?)));
        standing.from_m = standing.at_m;
        standing.to_m = value.map(|(figures, value)| height(figures.classes.share(value)));
        let tone = value.and_then(|(figures, value)| TONES.get(figures.classes.class(value)));
        standing.tone = tone.copied().or(standing.tone);
    }
    prisms.since_s = time.elapsed_secs_f64();
    prisms.is_moving = true;
}

/// How high a share of the largest value lifts.
fn height(share: f32) -> f32 {
    LIFT_M[0] + share * (LIFT_M[1] - LIFT_M[0])
}

/// Paints the prisms whose class has changed.
fn paint(
    prisms: Res<Prisms>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut painted: Local<Vec<Option<Tone>>>,
) {
    painted.resize(prisms.standing.len(), None);
    for (standing, was) in prisms.standing.iter().zip(painted.iter_mut()) {
        let Some(tone) = standing.tone.filter(|tone| *was != Some(*tone)) else {
            continue;
        };
        let mesh = standing.solid.painted(coats(tone)).mesh();
        if let Some(mut shown) = meshes.get_mut(&standing.mesh) {
            *shown = mesh;
            *was = Some(tone);
        }
    }
}

/// How the top and the walls of a prism are painted.
pub(crate) fn coats(tone: Tone) -> [Vec2; 2] {
    [
        Vec2::new(tone_pair(tone, tone), 0.0),
        Vec2::new(tone_pair(tone, Tone::Ink), WALL_INK),
    ]
}

/// Moves the prisms to their heights.
fn lift(
    mut prisms: ResMut<Prisms>,
    (motion, time): (Res<Motion>, Res<Time<Real>>),
    mut shown: Query<(&PrismOf, &mut Transform, &mut Visibility)>,
    mut lifts: ResMut<Lifts>,
) {
    if !prisms.is_moving {
        return;
    }
    let share = motion.share(time.elapsed_secs_f64() - prisms.since_s, EASE_S);
    prisms.is_moving = share < 1.0;
    for standing in &mut prisms.standing {
        let to_m = standing.to_m.unwrap_or(0.0);
        // What is taken away goes at once: a commune must not look as if its value sank to nothing.
        let is_there = standing.to_m.is_some();
        let eased_m = standing.from_m + (to_m - standing.from_m) * share;
        standing.at_m = if is_there { eased_m } else { 0.0 };
    }
    for (PrismOf(number), mut transform, mut visibility) in &mut shown {
        let Some(standing) = prisms.standing.get(*number) else {
            continue;
        };
        transform.translation.y = standing.at_m;
        visibility.set_if_neq(if standing.to_m.is_some() {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        });
    }
    let heights = prisms.standing.iter().map(|standing| standing.at_m);
    lifts.set_if_neq(Lifts(heights.collect()));
}

/// A picture waits until all stands.
fn say_pending(
    (prisms, layers, reckoning): (Res<Prisms>, Res<Layers>, Res<Reckoning>),
    mut pending: ResMut<Pending>,
) {
    let is_asked = layers.choropleth.is_some();
    let stands = !prisms.standing.is_empty() && !prisms.is_moving && reckoning.0.is_some();
    pending.say("choropleth", usize::from(is_asked && !stands));
}

#[cfg(test)]
mod tests {
    use bevy::asset::{AssetApp as _, AssetPlugin};
    use bevy::time::TimePlugin;

    use super::*;
    use crate::look::{Plaster, Ribbon};
    use crate::server::FleetChanged;

    fn app() -> App {
        let mut app = App::new();
        app.add_plugins((
            bevy::app::TaskPoolPlugin::default(),
            TimePlugin,
            AssetPlugin::default(),
        ))
        .init_asset::<Mesh>()
        .init_asset::<Plaster>()
        .init_asset::<Ribbon>()
        .init_resource::<Looks>()
        .add_message::<FleetChanged>()
        .insert_resource(Motion::Reduced)
        .insert_resource(kpi::tests::territory())
        .insert_resource(kpi::tests::fleet())
        .insert_resource(Heights::level(Vec2::splat(-500.0), 100.0, [80, 40]))
        .add_plugins(ChoroplethPlugin);
        crate::systems::order_systems(&mut app);
        app
    }

    /// Updates until a picture could be taken.
    fn settle(app: &mut App) {
        let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
        app.update();
        while !app.world().resource::<Pending>().is_none() {
            assert!(std::time::Instant::now() < end, "it stands within a minute");
            app.update();
            std::thread::yield_now();
        }
        app.update();
    }

    /// How high the prisms that are seen stand, by commune.
    fn seen(app: &mut App) -> Vec<(usize, f32)> {
        let mut prisms = app
            .world_mut()
            .query::<(&PrismOf, &Transform, &Visibility)>();
        let prisms = prisms.iter(app.world());
        let seen = prisms.filter(|(.., visibility)| **visibility != Visibility::Hidden);
        let mut seen: Vec<_> = seen.map(|(of, at, _)| (of.0, at.translation.y)).collect();
        seen.sort_by_key(|(number, _)| *number);
        seen
    }

    #[test]
    fn nothing_is_built_before_it_is_asked_for() {
        let mut app = app();
        settle(&mut app);
        assert_eq!(seen(&mut app), []);
        assert_eq!(app.world().resource::<Assets<Mesh>>().len(), 0);
    }

    #[test]
    fn communes_with_data_stand_out_and_others_do_not() {
        let mut app = app();
        app.insert_resource(Layers::of(Some(Kpi::Inhabitants)));
        settle(&mut app);
        let seen_now = seen(&mut app);
        let numbers: Vec<usize> = seen_now.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [0, 1], "nothing stands in the last");
        assert!(seen_now[1].1 > seen_now[0].1, "{seen_now:?}");
        assert_eq!(app.world().resource::<Lifts>().of(1), seen_now[1].1);
        app.insert_resource(Layers::of(Some(Kpi::Fill)));
        settle(&mut app);
        approx::assert_relative_eq!(seen(&mut app)[0].1, height(0.735));
        app.insert_resource(Layers::of(None));
        settle(&mut app);
        assert_eq!(seen(&mut app), []);
        assert_eq!(app.world().resource::<Lifts>().of(0), 0.0);
    }
}
