//! What lies on the land: rivers, roads and buildings, from the server's vector tiles.
//!
//! Far away the whole territory is shown in coarse tiles, with symbols where towns and forests are;
//! near the point that is looked at finer tiles are shown instead.

mod build;
mod clip;
mod cover;
mod dice;
mod footing;
mod inside;
mod lakes;
mod ribbon;
mod scatter;
mod shelf;
mod solids;
mod strokes;
mod tile;

use std::sync::Arc;

use bevy::app::{App, Plugin, Update};
use bevy::asset::{Assets, Handle};
use bevy::camera::visibility::Visibility;
use bevy::ecs::bundle::Bundle;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::hierarchy::ChildOf;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::common_conditions::{not, resource_exists};
use bevy::ecs::schedule::{IntoScheduleConfigs as _, SystemCondition as _};
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::{Material, MeshMaterial3d};
use bevy::tasks::{AsyncComputeTaskPool, TaskPool};
use bevy::transform::components::Transform;

use self::build::Drawing;
use self::cover::Cover;
use self::footing::Footing;
use self::shelf::{Shelf, Stage};
use crate::camera::Stand;
use crate::land::{Heights, Region, TileAddress};
use crate::look::Looks;
use crate::pending::Pending;
use crate::server::{Answered, Client};
use crate::space::{Space, flat, raised};
use crate::systems::ViewerSystems;

/// The most tiles that are put into the scene in one frame.
const AT_ONCE: usize = 2;

/// Shows what lies on the land, once [`Space`], [`Region`] and [`Heights`] are known.
#[derive(Debug)]
pub struct GroundPlugin;

impl Plugin for GroundPlugin {
    fn build(&self, app: &mut App) {
        let is_known = resource_exists::<Space>
            .and_then(resource_exists::<Region>)
            .and_then(resource_exists::<Heights>);
        let is_laid = resource_exists::<Laid>.and_then(resource_exists::<Stand>);
        app.init_resource::<GroundTiles>()
            .init_resource::<Pending>()
            .add_systems(
                Update,
                (
                    lay.run_if(not(resource_exists::<Laid>)).run_if(is_known),
                    take,
                )
                    .chain()
                    .in_set(ViewerSystems::Learn),
            )
            .add_systems(
                Update,
                (ask, draw, show)
                    .chain()
                    .run_if(is_laid)
                    .in_set(ViewerSystems::Draw),
            )
            .add_systems(Update, say_pending.in_set(ViewerSystems::Annotate));
    }
}

/// The tiles of the ground: those that are shown, and those that may be shown again.
#[derive(Resource, Debug, Default)]
pub struct GroundTiles {
    cover: Cover,
    shelf: Shelf,
}

impl GroundTiles {
    /// Whether everything that is wanted for where the eye is has come and is in the scene.
    pub fn is_settled(&self) -> bool {
        self.shelf.is_settled()
    }
}

/// What tiles lie on, shared with those who draw them.
#[derive(Resource, Clone, Debug)]
struct Laid(Arc<Footing>);

/// Marks what is drawn of a tile.
#[derive(Component, Clone, Copy, Debug)]
struct GroundTile(TileAddress);

fn lay(mut commands: Commands, (space, region, heights): (Res<Space>, Res<Region>, Res<Heights>)) {
    let footing = Footing::new(*space, heights.clone(), region.clone());
    commands.insert_resource(Laid(Arc::new(footing)));
}

/// Has the tiles that have come drawn, beside the main thread.
fn take(
    mut ground: ResMut<GroundTiles>,
    mut answers: MessageReader<Answered>,
    laid: Option<Res<Laid>>,
) {
    let Some(laid) = laid else { return };
    for answer in answers.read() {
        let Some(address) = ground.shelf.asked(answer.ticket) else {
            continue;
        };
        let stage = match &answer.body {
            Ok(body) if !body.is_empty() => {
                let (footing, body) = (Arc::clone(&laid.0), Arc::clone(body));
                let drawing = async move { Drawing::of(&footing, address, &body) };
                let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
                Stage::Drawn(pool.spawn(drawing))
            }
            Ok(_) => Stage::Ready(None),
            Err(refused) => {
                bevy::log::warn!("{}: {refused}", path(address));
                Stage::Ready(None)
            }
        };
        ground.shelf.put(address, stage);
    }
}

/// Asks for the tiles that are wanted from where the eye is now, and gives up those that are not.
fn ask(
    mut commands: Commands,
    (mut ground, mut client): (ResMut<GroundTiles>, ResMut<Client>),
    (stand, laid): (Res<Stand>, Res<Laid>),
) {
    if !stand.is_changed() && !laid.is_changed() {
        return;
    }
    let Footing { space, extent, .. } = *laid.0;
    let cover = Cover::choose(&space, extent, &stand);
    if cover == ground.cover {
        return;
    }
    let wanted = cover.wanted(space.to_mercator(flat(stand.target)));
    ground.cover = cover;
    let stale = ground.shelf.want(&wanted);
    client.forget(|ticket| stale.contains(&ticket));
    for address in wanted {
        if !ground.shelf.holds(address) {
            let ticket = client.ask(path(address));
            ground.shelf.put(address, Stage::Asked(ticket));
        }
    }
    for entity in ground.shelf.clear() {
        commands.entity(entity).despawn();
    }
}

/// Puts tiles that are drawn into the scene, hidden at first.
fn draw(
    mut commands: Commands,
    mut ground: ResMut<GroundTiles>,
    (looks, mut meshes): (Res<Looks>, ResMut<Assets<Mesh>>),
) {
    for (address, drawing) in ground.shelf.drawn(AT_ONCE) {
        let entity = match drawing {
            Ok(drawing) if !drawing.is_empty() => Some(spawn(
                &mut commands,
                &mut meshes,
                &looks,
                (address, drawing),
            )),
            Ok(_) => None,
            Err(error) => {
                bevy::log::warn!("{}: {error}", path(address));
                None
            }
        };
        ground.shelf.put(address, Stage::Ready(entity));
    }
}

fn spawn(
    commands: &mut Commands,
    meshes: &mut Assets<Mesh>,
    looks: &Looks,
    (address, drawing): (TileAddress, Drawing),
) -> Entity {
    let at = Transform::from_translation(raised(drawing.origin, 0.0));
    let tile = commands
        .spawn((GroundTile(address), at, Visibility::Hidden))
        .id();
    let lines = [(drawing.water, Looks::WATER), (drawing.roads, Looks::ROADS)];
    for (mesh, look) in lines {
        let Some(mesh) = mesh else { continue };
        let look = &looks.ribbons[look];
        commands.spawn(part(meshes.add(mesh), look.clone(), tile));
    }
    if let Some(mesh) = drawing.solids {
        commands.spawn(part(meshes.add(mesh), looks.plaster.clone(), tile));
    }
    tile
}

/// One mesh of a tile.
fn part<M: Material>(mesh: Handle<Mesh>, look: Handle<M>, tile: Entity) -> impl Bundle {
    (
        Mesh3d(mesh),
        MeshMaterial3d(look),
        Transform::IDENTITY,
        ChildOf(tile),
    )
}

/// Shows the tiles that put the ground together, and hides the others.
fn show(ground: Res<GroundTiles>, mut tiles: Query<(&GroundTile, &mut Visibility)>) {
    let shown = ground.cover.shown(|tile| ground.shelf.is_ready(tile));
    for (tile, mut visibility) in &mut tiles {
        let is_shown = shown.contains(&tile.0);
        visibility.set_if_neq(if is_shown {
            Visibility::Inherited
        } else {
            Visibility::Hidden
        });
    }
}

fn say_pending(ground: Res<GroundTiles>, mut pending: ResMut<Pending>) {
    pending.say("ground", usize::from(!ground.is_settled()));
}

/// Where the server has a tile.
fn path(TileAddress { zoom, column, row }: TileAddress) -> String {
    format!("/tiles/WebMercatorQuad/{zoom}/{row}/{column}")
}

#[cfg(test)]
mod tests {
    use bevy::asset::{AssetApp as _, AssetPlugin};
    use bevy::math::Vec3;

    use super::footing::tests::parts;
    use super::tile::tests::{class_of, encoded, layer, string};
    use super::*;
    use crate::look::{Plaster, Ribbon};
    use crate::server::Ticket;
    use crate::systems::order_systems;

    fn app() -> App {
        let mut app = App::new();
        app.add_plugins((bevy::app::TaskPoolPlugin::default(), AssetPlugin::default()))
            .init_asset::<Mesh>()
            .init_asset::<Plaster>()
            .init_asset::<Ribbon>()
            .init_resource::<Looks>()
            .add_message::<Answered>()
            .insert_resource(Client::new("http://127.0.0.1:1"));
        order_systems(&mut app);
        app.add_plugins(GroundPlugin);
        app
    }

    fn look(app: &mut App, distance_m: f32) {
        app.insert_resource(Stand {
            target: Vec3::ZERO,
            distance_m,
            bearing: 0.0,
            pitch: 0.8,
        });
        app.update();
    }

    fn know(app: &mut App) {
        let (space, heights, region) = parts();
        app.insert_resource(space)
            .insert_resource(heights)
            .insert_resource(region);
    }

    fn body() -> Arc<[u8]> {
        let road = string(&[(10.0, 10.0), (4000.0, 4000.0)]);
        encoded(vec![layer(
            "roads",
            &[class_of("motorway")],
            vec![road.into()],
        )])
        .into()
    }

    fn asked(app: &App) -> Vec<(TileAddress, Ticket)> {
        app.world()
            .resource::<GroundTiles>()
            .shelf
            .waiting()
            .collect()
    }

    fn answer_all(app: &mut App, body: &Arc<[u8]>) {
        for (_, ticket) in asked(app) {
            app.world_mut().write_message(Answered {
                ticket,
                body: Ok(Arc::clone(body)),
            });
        }
    }

    fn settle(app: &mut App) {
        let end = std::time::Instant::now() + std::time::Duration::from_mins(1);
        while !app.world().resource::<GroundTiles>().is_settled() {
            assert!(
                std::time::Instant::now() < end,
                "tiles are drawn within a minute"
            );
            app.update();
            std::thread::yield_now();
        }
        app.update();
    }

    fn shown(app: &mut App) -> Vec<TileAddress> {
        let mut tiles = app.world_mut().query::<(&GroundTile, &Visibility)>();
        let tiles = tiles.iter(app.world());
        let shown = tiles.filter(|(_, visibility)| **visibility != Visibility::Hidden);
        let mut shown: Vec<_> = shown.map(|(tile, _)| tile.0).collect();
        shown.sort();
        shown
    }

    #[test]
    fn nothing_is_asked_before_the_land_is_known() {
        let mut app = app();
        look(&mut app, 70_000.0);
        assert!(asked(&app).is_empty());
        assert!(!app.world().resource::<GroundTiles>().is_settled());
    }

    #[test]
    fn tiles_that_come_are_put_into_the_scene_and_replaced_by_finer_ones() {
        let mut app = app();
        know(&mut app);
        look(&mut app, 70_000.0);
        let roots = asked(&app).len();
        assert!((9..=24).contains(&roots), "{roots}");
        answer_all(&mut app, &body());
        settle(&mut app);
        let coarse = shown(&mut app);
        assert!(!coarse.is_empty() && coarse.iter().all(|tile| tile.zoom == 11));
        look(&mut app, 2_000.0);
        let fine = asked(&app);
        assert!(fine.iter().any(|(tile, _)| tile.zoom == 14));
        assert_eq!(shown(&mut app), coarse, "coarse ones stay meanwhile");
        answer_all(&mut app, &body());
        settle(&mut app);
        let near = shown(&mut app);
        assert!(near.iter().any(|tile| tile.zoom == 14));
        assert!(near.len() > coarse.len());
    }

    #[test]
    fn nothing_and_nonsense_leave_the_scene_empty() {
        let mut app = app();
        know(&mut app);
        look(&mut app, 70_000.0);
        let waiting = asked(&app);
        for (n, (_, ticket)) in waiting.into_iter().enumerate() {
            let body: Arc<[u8]> = if n % 2 == 0 {
                Arc::new([])
            } else {
                Arc::new([7, 7, 7])
            };
            app.world_mut().write_message(Answered {
                ticket,
                body: Ok(body),
            });
        }
        settle(&mut app);
        assert!(shown(&mut app).is_empty());
        assert_eq!(app.world().resource::<Assets<Mesh>>().len(), 0);
    }

    #[test]
    fn what_is_not_looked_at_any_more_is_not_waited_for() {
        let mut app = app();
        know(&mut app);
        look(&mut app, 2_000.0);
        assert!(asked(&app).iter().any(|(tile, _)| tile.zoom == 14));
        look(&mut app, 70_000.0);
        assert!(asked(&app).iter().all(|(tile, _)| tile.zoom == 11));
    }
}
