//! The model: the land cut out along the rim of the territory, on its table.
//!
//! It comes in two steps: the communes say where the plane's origin is and what to cut out, then
//! the terrain tiles under them say how high it is.

mod edges;
mod heights;
mod outlines;
mod peaks;
mod recast;
mod region;
mod shade;
mod surface;

use std::collections::BTreeMap;

use bevy::app::{App, Plugin, Startup, Update};
use bevy::asset::Assets;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Res, ResMut};
use bevy::math::{Rect, Vec2};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::MeshMaterial3d;
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task};

pub use self::heights::{Heights, TileAddress};
use self::heights::{Survey, TerrainTile};
pub use self::region::Region;
pub(crate) use self::surface::{tops, walls};
use crate::look::{Looks, Solid};
use crate::pending::Pending;
use crate::server::{Answered, Client, Ticket};
use crate::space::Space;
use crate::systems::ViewerSystems;

/// The zoom at which the terrain is asked for: about 50 m a pixel.
const TERRAIN_ZOOM: u8 = 11;
/// How far the posts of the land are apart, in metres, where the territory is not too large.
const POST_M: f32 = 100.0;
/// Most posts along a side.
const MOST_POSTS: f32 = 700.0;
/// How far beyond the rim heights are known, in metres.
const BEYOND_M: f32 = 400.0;

/// Shows the land. Inserts [`Space`], [`Territory`] and [`Region`] once the communes are known, and
/// [`Heights`] once the terrain is.
#[derive(Debug)]
pub struct LandPlugin;

impl Plugin for LandPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Questions>()
            .init_resource::<Building>()
            .add_systems(Startup, ask_communes)
            .add_systems(
                Update,
                (
                    take_communes,
                    take_terrain.run_if(resource_exists::<Terrain>),
                    build_model.run_if(resource_exists::<Heights>),
                )
                    .chain()
                    .in_set(ViewerSystems::Learn),
            )
            .add_systems(
                Update,
                (show_model.run_if(recast::is_shaded), say_pending)
                    .chain()
                    .in_set(ViewerSystems::Draw),
            )
            .add_plugins(recast::RecastPlugin);
    }
}

/// The communes, in the plane.
#[derive(Resource, Clone, Debug)]
pub struct Territory {
    /// Most populous first.
    pub communes: Vec<CommuneShape>,
    /// What all of them lie in.
    pub extent: Rect,
}

/// A commune, in the plane.
#[derive(Clone, Debug)]
pub struct CommuneShape {
    /// INSEE code.
    pub code: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// Inhabitants; 0 where not known.
    pub population: u32,
    /// Where its centre is.
    pub centre: Vec2,
    /// Its outlines and holes, each closed: first point last.
    pub rings: Vec<Vec<Vec2>>,
}

#[derive(Resource, Default)]
struct Questions {
    communes: Option<Ticket>,
}

/// The terrain while its tiles come in.
#[derive(Resource)]
struct Terrain {
    survey: Survey,
    missing: BTreeMap<Ticket, TileAddress>,
}

/// The model while it is built beside the frames.
#[derive(Resource, Default)]
struct Building {
    task: Option<Task<Model>>,
    is_done: bool,
}

struct Model {
    land: Vec<Solid>,
    table: Solid,
    lines: Option<Mesh>,
}

fn ask_communes(mut client: ResMut<Client>, mut questions: ResMut<Questions>) {
    questions.communes = Some(client.ask("/communes?limit=10000"));
}

/// Takes the communes, and asks for the terrain under them.
fn take_communes(
    mut commands: Commands,
    mut client: ResMut<Client>,
    questions: Res<Questions>,
    mut answers: MessageReader<Answered>,
) {
    for answer in answers
        .read()
        .filter(|it| Some(it.ticket) == questions.communes)
    {
        let Ok(body) = &answer.body else {
            bevy::log::error!("the server has no communes to show");
            continue;
        };
        let (space, territory, region) = match outlines::read(body) {
            Ok(read) => read,
            Err(error) => {
                bevy::log::error!("the communes cannot be shown: {error}");
                continue;
            }
        };
        let area = territory.extent.inflate(BEYOND_M);
        let step_m = POST_M.max(area.size().max_element() / MOST_POSTS);
        let tiles = TileAddress::within(&space, TERRAIN_ZOOM, area);
        let missing = tiles.into_iter().map(|tile| {
            let TileAddress { zoom, column, row } = tile;
            (
                client.ask(format!("/tiles/terrain/{zoom}/{row}/{column}")),
                tile,
            )
        });
        let missing = missing.collect();
        commands.insert_resource(Terrain {
            survey: Survey::new(area, step_m),
            missing,
        });
        commands.insert_resource(space);
        commands.insert_resource(territory);
        commands.insert_resource(region);
    }
}

/// Takes terrain tiles; with the last one the heights are known.
fn take_terrain(
    mut commands: Commands,
    mut terrain: ResMut<Terrain>,
    (space, region): (Res<Space>, Res<Region>),
    mut answers: MessageReader<Answered>,
) {
    for answer in answers.read() {
        let Some(address) = terrain.missing.remove(&answer.ticket) else {
            continue;
        };
        let Some(body) = answer.body.as_ref().ok().filter(|body| !body.is_empty()) else {
            continue;
        };
        match TerrainTile::read(body) {
            Ok(tile) => terrain.survey.take(&space, address, &tile),
            Err(error) => bevy::log::error!("{address:?} is left level: {error}"),
        }
    }
    if terrain.missing.is_empty() {
        let heights = terrain.survey.clone().finish(|at| region.holds(at));
        commands.insert_resource(heights);
        commands.remove_resource::<Terrain>();
    }
}

/// Begins to build the model, once.
fn build_model(
    mut building: ResMut<Building>,
    (region, heights, territory): (Res<Region>, Res<Heights>, Res<Territory>),
) {
    if building.is_done || building.task.is_some() {
        return;
    }
    let (region, heights, territory) = (region.clone(), heights.clone(), territory.clone());
    building.task = Some(AsyncComputeTaskPool::get().spawn(async move {
        Model {
            land: surface::land(&region, &heights),
            table: surface::table(territory.extent),
            lines: edges::lines(&territory, &region, &heights),
        }
    }));
}

fn say_pending(building: Res<Building>, mut pending: ResMut<Pending>) {
    pending.say("land", usize::from(!building.is_done));
}

/// Shows the model when it is built.
fn show_model(
    mut commands: Commands,
    mut building: ResMut<Building>,
    mut meshes: ResMut<Assets<Mesh>>,
    looks: Res<Looks>,
) {
    let Some(model) = building.task.as_mut().and_then(check_ready) else {
        return;
    };
    building.task = None;
    building.is_done = true;
    for solid in model.land.into_iter().chain([model.table]) {
        let mesh = meshes.add(solid.mesh());
        commands.spawn((Mesh3d(mesh), MeshMaterial3d(looks.plaster.clone())));
    }
    if let Some(lines) = model.lines {
        let material = looks.ribbons[Looks::EDGES].clone();
        commands.spawn((Mesh3d(meshes.add(lines)), MeshMaterial3d(material)));
    }
}
