//! Draws what is known: the badges of each kind in one mesh, what lies on the land below them in another.

use std::sync::Arc;

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Assets, Handle, embedded_asset};
use bevy::camera::visibility::{NoFrustumCulling, Visibility};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Query, Res, ResMut, SystemParam};
use bevy::math::Vec2;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{MaterialPlugin, MeshMaterial3d};
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task, TaskPool};
use twin_core::LonLat;

use super::badge::{self, Badge, Icon, Marked, Post};
use super::stock::Stock;
use super::{Asset, Picked, Pointed, cables, views};
use crate::land::Heights;
use crate::layers::{Layers, Overlay};
use crate::look::{Lighting, Looks, Scene};
use crate::palette::Palette;
use crate::pending::Pending;
use crate::space::{Space, raised};
use crate::systems::ViewerSystems;

pub(super) struct ShowPlugin;

impl Plugin for ShowPlugin {
    fn build(&self, app: &mut App) {
        embedded_asset!(app, "badge.wgsl");
        app.add_plugins(MaterialPlugin::<Badge>::default())
            .init_resource::<Drawings>()
            .init_resource::<Cut>()
            .add_systems(
                Update,
                (begin, show, cut, hide, recolour)
                    .chain()
                    .run_if(resource_exists::<Heights>)
                    .in_set(ViewerSystems::Draw),
            )
            .add_systems(
                Update,
                mark.after(super::hands::hover)
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// What is drawn of an overlay.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct Drawn(pub Overlay);

/// Marks the cables that are cut off.
#[derive(Component, Clone, Copy, Debug)]
struct CutCables;

/// What is drawn, in the order of [`Overlay::ALL`].
#[derive(Resource, Debug, Default)]
pub(super) struct Drawings([Drawing; 3]);

impl Drawings {
    /// The badges of an overlay, in the order of what is known.
    pub(super) fn posts(&self, overlay: Overlay) -> &[Post] {
        self.0.get(overlay as usize).map_or(&[], |it| &it.posts)
    }
}

#[derive(Debug, Default)]
struct Drawing {
    version: u32,
    task: Option<Task<Sketch>>,
    posts: Arc<[Post]>,
    material: Option<Handle<Badge>>,
    marked: Marked,
    entities: Vec<Entity>,
}

/// What is drawn, while it is not yet in the scene.
#[derive(Debug)]
struct Sketch {
    posts: Arc<[Post]>,
    badges: Mesh,
    ground: Option<Mesh>,
}

/// The cables that are cut off.
#[derive(Resource, Debug, Default)]
struct Cut {
    of: Option<(usize, u32)>,
    task: Option<Task<Option<Mesh>>>,
    entity: Option<Entity>,
}

/// Begins to draw what has changed, beside the frames.
fn begin(
    mut drawings: ResMut<Drawings>,
    stock: Res<Stock>,
    (space, heights): (Res<Space>, Res<Heights>),
) {
    for overlay in Overlay::ALL {
        let version = stock.version(overlay);
        let Some(drawing) = drawings
            .bypass_change_detection()
            .0
            .get_mut(overlay as usize)
        else {
            continue;
        };
        if drawing.version != version && drawing.task.is_none() {
            drawing.version = version;
            let (stock, space, heights) = (stock.clone(), *space, heights.clone());
            let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
            let sketch = async move { sketch(overlay, &stock, (&space, &heights)) };
            drawing.task = Some(pool.spawn(sketch));
        }
    }
}

fn sketch(overlay: Overlay, stock: &Stock, (space, heights): (&Space, &Heights)) -> Sketch {
    let foot = |place: LonLat| {
        let at: Vec2 = space.ground(place);
        raised(at, heights.at(at))
    };
    let post = |icon: Icon, place: LonLat| Post {
        icon,
        foot: foot(place),
    };
    let (posts, ground): (Arc<[Post]>, Option<Mesh>) = match overlay {
        Overlay::Cameras => {
            let cameras = stock.cameras.iter();
            let posts = cameras.map(|it| post(Icon::Camera, it.facts.aiming.place));
            (posts.collect(), views::mesh(&stock.cameras, space, heights))
        }
        Overlay::Health => {
            let health = stock.health.iter();
            let posts = health.map(|it| post(Icon::of_health(it.facts.category), it.place));
            (posts.collect(), None)
        }
        Overlay::Fibre => {
            let nodes = stock.tree.nodes.iter();
            let posts = nodes.map(|it| post(Icon::of_node(it.facts.node_type), it.place));
            (posts.collect(), cables::mesh(&stock.tree, space, heights))
        }
    };
    Sketch {
        badges: badge::mesh(&posts),
        posts,
        ground,
    }
}

/// Where what is drawn is kept.
#[derive(SystemParam)]
struct Store<'w> {
    meshes: ResMut<'w, Assets<Mesh>>,
    badges: ResMut<'w, Assets<Badge>>,
    looks: Res<'w, Looks>,
    palette: Res<'w, Palette>,
    lighting: Res<'w, Lighting>,
}

/// Puts what is drawn into the scene in place of what was there.
fn show(
    mut commands: Commands,
    mut drawings: ResMut<Drawings>,
    mut store: Store,
    mut pending: ResMut<Pending>,
) {
    let mut on_the_way = 0;
    for overlay in Overlay::ALL {
        let Some(drawing) = drawings
            .bypass_change_detection()
            .0
            .get_mut(overlay as usize)
        else {
            continue;
        };
        let Some(sketch) = drawing.task.as_mut().and_then(check_ready) else {
            on_the_way += usize::from(drawing.task.is_some());
            continue;
        };
        drawing.task = None;
        for entity in drawing.entities.drain(..) {
            commands.entity(entity).despawn();
        }
        drawing.posts = sketch.posts;
        drawing.marked = Marked::default();
        let scene = Scene::new(&store.palette, &store.lighting);
        let material = store.badges.add(Badge::new(scene));
        // A mesh without points is no error of ours, but Bevy complains of it.
        if !drawing.posts.is_empty() {
            let parts = (
                Drawn(overlay),
                Visibility::default(),
                Mesh3d(store.meshes.add(sketch.badges)),
                MeshMaterial3d(material.clone()),
                NoFrustumCulling,
            );
            drawing.entities.push(commands.spawn(parts).id());
        }
        drawing.material = Some(material);
        if let Some(ground) = sketch.ground {
            let look = if overlay == Overlay::Cameras {
                Looks::VIEWS
            } else {
                Looks::CABLES
            };
            let look = MeshMaterial3d(store.looks.ribbons[look].clone());
            let mesh = Mesh3d(store.meshes.add(ground));
            let parts = (
                Drawn(overlay),
                Visibility::default(),
                mesh,
                look,
                NoFrustumCulling,
            );
            drawing.entities.push(commands.spawn(parts).id());
        }
        drawings.set_changed();
    }
    pending.say("badges", on_the_way);
}

/// Draws the cables that an outage of the chosen node cuts off.
fn cut(
    mut commands: Commands,
    (mut cut, mut store): (ResMut<Cut>, Store),
    (picked, stock): (Res<Picked>, Res<Stock>),
    (space, heights): (Res<Space>, Res<Heights>),
    mut pending: ResMut<Pending>,
) {
    let version = stock.version(Overlay::Fibre);
    let of = match picked.0 {
        Some(Asset::Node(number)) => Some((number, version)),
        _ => None,
    };
    if cut.of != of {
        cut.of = of;
        cut.task = None;
        if let Some(entity) = cut.entity.take() {
            commands.entity(entity).despawn();
        }
        if let Some((number, _)) = of {
            let (tree, space, heights) = (Arc::clone(&stock.tree), *space, heights.clone());
            let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
            let task = async move { cables::cut((&tree, number), &space, &heights) };
            cut.task = Some(pool.spawn(task));
        }
    }
    if let Some(mesh) = cut.task.as_mut().and_then(check_ready) {
        cut.task = None;
        cut.entity = mesh.map(|mesh| {
            let look = MeshMaterial3d(store.looks.ribbons[Looks::CUT].clone());
            let mesh = Mesh3d(store.meshes.add(mesh));
            let parts = (
                CutCables,
                Visibility::default(),
                mesh,
                look,
                NoFrustumCulling,
            );
            commands.spawn((Drawn(Overlay::Fibre), parts)).id()
        });
    }
    pending.say("outage", usize::from(cut.task.is_some()));
}

/// What is drawn is seen only while its layer is shown.
fn hide(layers: Res<Layers>, mut drawn: Query<(&Drawn, &mut Visibility)>) {
    for (Drawn(overlay), mut visibility) in &mut drawn {
        visibility.set_if_neq(if layers.shows(*overlay) {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        });
    }
}

/// Puts rings around what is under the mouse and what is chosen, and strikes what is cut off.
fn mark(
    mut drawings: ResMut<Drawings>,
    (picked, pointed, stock): (Res<Picked>, Res<Pointed>, Res<Stock>),
    mut badges: ResMut<Assets<Badge>>,
) {
    let drawings = drawings.bypass_change_detection();
    for (overlay, drawing) in Overlay::ALL.into_iter().zip(&mut drawings.0) {
        let number = |asset: Option<Asset>| {
            let asset = asset.filter(|asset| asset.overlay() == overlay);
            asset.map(Asset::number)
        };
        let chosen = number(picked.0);
        let cut = chosen.filter(|_| overlay == Overlay::Fibre);
        let marked = Marked {
            hovered: number(pointed.0),
            chosen,
            cut: cut.map_or(0..0, |number| stock.tree.below(number)),
        };
        if drawing.marked == marked {
            continue;
        }
        let material = drawing.material.as_ref();
        if let Some(mut badge) = material.and_then(|it| badges.get_mut(it)) {
            badge.mark(&marked);
            drawing.marked = marked;
        }
    }
}

fn recolour(drawings: Res<Drawings>, mut store: Store) {
    if !store.palette.is_changed() && !store.lighting.is_changed() {
        return;
    }
    let scene = Scene::new(&store.palette, &store.lighting);
    let materials = drawings.0.iter().filter_map(|it| it.material.as_ref());
    for material in materials {
        if let Some(mut badge) = store.badges.get_mut(material) {
            badge.scene = scene.clone();
        }
    }
}
