//! Whether all that was asked for is drawn, so that a picture can be taken or frames be measured.
//!
//! Bevy prepares what it needs to draw beside the frames: the first ones have no scene. All is there
//! when nothing is asked of the server, nothing is built, and every pipeline is made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bevy::app::{App, AppExit, Plugin, Update};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut, SystemParam};
use bevy::render::mesh::{RenderMesh, RenderMeshBufferInfo};
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::PipelineCache;
use bevy::render::{Render, RenderApp, RenderSystems};
use bevy::time::{Real, Time};

use crate::pending::Pending;
use crate::server::{Client, Fleet};
use crate::systems::ViewerSystems;

/// Keeps [`Still`] up to date; ends the app with an error where nothing is ever still.
#[derive(Clone, Copy, Debug)]
pub struct StillPlugin {
    /// After how many seconds it is given up.
    pub patience_s: f64,
}

impl Plugin for StillPlugin {
    fn build(&self, app: &mut App) {
        let pipelines = Pipelines::default();
        // Where nothing draws, nothing is waited for.
        let is_drawing = app.get_sub_app(RenderApp).is_some();
        pipelines.has_drawn.store(!is_drawing, Ordering::Relaxed);
        app.insert_resource(pipelines.clone())
            .insert_resource(Patience(self.patience_s))
            .init_resource::<Still>()
            .add_systems(Update, watch.after(ViewerSystems::Annotate));
        if let Some(render) = app.get_sub_app_mut(RenderApp) {
            render
                .insert_resource(pipelines)
                .add_systems(Render, count.in_set(RenderSystems::Cleanup));
        }
    }
}

/// Since when all is drawn.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Still {
    since_s: Option<f64>,
    was_used: bool,
}

impl Still {
    /// For how long all has been drawn, in seconds; `None` where it is not.
    pub fn lasted_s(&self, now_s: f64) -> Option<f64> {
        self.since_s.map(|since_s| now_s - since_s)
    }

    /// What waited for it has begun: nobody gives up any more.
    pub fn is_used(&mut self) {
        self.was_used = true;
    }
}

#[derive(Resource)]
struct Patience(f64);

/// What the world that draws has to say: shared with it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Pipelines {
    has_drawn: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
    triangles: Arc<AtomicUsize>,
}

impl Pipelines {
    /// How many triangles all meshes have together that are on the graphics card.
    pub fn triangles(&self) -> usize {
        self.triangles.load(Ordering::Relaxed)
    }
}

fn count(
    pipelines: Res<Pipelines>,
    cache: Res<PipelineCache>,
    meshes: Res<RenderAssets<RenderMesh>>,
) {
    let corners = meshes.iter().map(|(_, mesh)| match &mesh.buffer_info {
        RenderMeshBufferInfo::Indexed { count, .. } => *count as usize,
        RenderMeshBufferInfo::NonIndexed => mesh.vertex_count as usize,
    });
    pipelines
        .triangles
        .store(corners.sum::<usize>() / 3, Ordering::Relaxed);
    let waiting = cache.waiting_pipelines().count();
    pipelines.waiting.store(waiting, Ordering::Relaxed);
    pipelines.has_drawn.store(true, Ordering::Relaxed);
}

fn watch(
    mut still: ResMut<Still>,
    (patience, pipelines): (Res<Patience>, Res<Pipelines>),
    scene: Scene,
    time: Res<Time<Real>>,
    mut exit: MessageWriter<AppExit>,
) {
    let now_s = time.elapsed_secs_f64();
    let is_drawn = pipelines.has_drawn.load(Ordering::Relaxed)
        && pipelines.waiting.load(Ordering::Relaxed) == 0;
    if is_drawn && scene.is_complete() {
        still.since_s.get_or_insert(now_s);
    } else {
        still.since_s = None;
    }
    if now_s > patience.0 && !still.was_used {
        still.was_used = true;
        bevy::log::error!(
            "nothing is drawn after {} s: {}",
            patience.0,
            scene.reason()
        );
        exit.write(AppExit::error());
    }
}

/// What is to be drawn; absent where a scene has nothing to do with a server.
#[derive(SystemParam)]
struct Scene<'w> {
    client: Option<Res<'w, Client>>,
    fleet: Option<Res<'w, Fleet>>,
    pending: Option<Res<'w, Pending>>,
}

impl Scene<'_> {
    fn is_complete(&self) -> bool {
        let is_told = self.client.as_ref().is_none_or(|client| client.is_idle());
        let is_built = (self.pending.as_ref()).is_none_or(|pending| pending.is_none());
        is_told && is_built && self.has_sites()
    }

    fn has_sites(&self) -> bool {
        self.fleet
            .as_ref()
            .is_none_or(|fleet| !fleet.sites.is_empty())
    }

    fn reason(&self) -> &'static str {
        if self.has_sites() {
            "it is never still"
        } else {
            "the server does not answer"
        }
    }
}
