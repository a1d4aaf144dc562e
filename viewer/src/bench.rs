//! Measures frames: flies over the territory for so many, and tells what they took.
//!
//! With `--bench-minutes N` it flies about for so long instead, near and far, and tells what memory it had.
//! With `--bench-assets N` the containers of the server are repeated until there are N, on the land; with
//! `--bench-plain` a plain scene of Bevy's own material is drawn instead of the territory, with as many
//! triangles, to compare with.

mod change;
mod plain;
mod repeat;
mod wander;
mod without;

use std::io::Write as _;

use bevy::app::{App, AppExit, First, Last, Plugin, Update};
use bevy::ecs::message::MessageWriter;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::platform::time::Instant;
use bevy::render::renderer::RenderAdapterInfo;
use bevy::time::{Real, Time};
use serde::Serialize;

pub(crate) use self::plain::PlainPlugin;
use crate::camera::Stand;
use crate::server::Fleet;
use crate::still::{Pipelines, Still};
use crate::systems::ViewerSystems;

/// How far the eye turns in a frame, in radians: a circle in 600 frames.
const TURN: f32 = std::f32::consts::TAU / 600.0;
/// Frames that are not counted: the first ones after a change of the picture.
const FIRST: usize = 5;

/// Measures so many frames once all is drawn, tells the figures on the standard output, and ends.
#[derive(Clone, Copy, Debug)]
pub struct BenchPlugin {
    /// How many frames, at least.
    pub frames: usize,
    /// For how many minutes it flies about; 0: it turns for its frames.
    pub minutes: f64,
    /// Whether the figures are told as JSON.
    pub as_json: bool,
    /// To how many containers those of the server are repeated.
    pub assets: usize,
    /// How many containers change in a second.
    pub changes_per_s: f64,
    /// What is left out.
    pub without: Option<Part>,
    /// Whether what is measured is how long a frame's systems take, not how long it is from one to the next.
    pub measures_schedule: bool,
}

impl Plugin for BenchPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Order(*self))
            .init_resource::<Lap>()
            .add_systems(Update, (fly, finish).chain().before(ViewerSystems::Draw));
        if self.without.is_some() {
            app.add_systems(Update, without::leave_out.in_set(ViewerSystems::Draw));
        }
        if self.minutes > 0.0 {
            app.add_systems(Update, wander::wander.before(ViewerSystems::Move));
        }
        if self.measures_schedule {
            app.add_systems(First, begin).add_systems(Last, end);
        }
        if self.changes_per_s > 0.0 {
            app.add_systems(Update, change::change.in_set(ViewerSystems::Learn));
        }
        if self.assets > 0 {
            app.add_systems(Update, repeat::repeat.in_set(ViewerSystems::Move));
        }
    }
}

/// A part of the picture that can be left out.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Names, sheets and figures
    Writing,
    /// The signs of containers
    Signs,
    /// Roads, waters, houses, trees and fields
    Ground,
    /// The smoothing of edges: four samples a pixel
    Smoothing,
}

#[derive(Resource)]
struct Order(BenchPlugin);

#[derive(Resource, Default)]
struct Lap {
    last: Option<Instant>,
    begun: Option<Instant>,
    frames_ms: Vec<f64>,
    /// When all was drawn first, in seconds after the start.
    begun_s: Option<f64>,
    /// A flight about has lasted long enough.
    is_over: bool,
    memory_mib: Vec<f64>,
}

/// A frame's systems begin.
fn begin(mut lap: ResMut<Lap>) {
    lap.begun = lap.last.is_some().then(Instant::now);
}

/// All of a frame's systems have run.
fn end(mut lap: ResMut<Lap>) {
    if let Some(begun) = lap.begun.take() {
        lap.frames_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
}

/// What is told of the frames.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Figures {
    /// The graphics card, or what stands in for it.
    driver: String,
    /// How many containers were shown.
    assets: usize,
    /// How many triangles were ready to be drawn.
    triangles: usize,
    fps_mean: f64,
    frame_ms_p50: f64,
    frame_ms_p95: f64,
    frame_ms_max: f64,
    /// From the start of the program until all was drawn, in seconds.
    drawn_after_s: f64,
    /// What memory the program had while it flew about, each half minute, in MiB.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rss_mib: Vec<f64>,
    /// The most memory that the program had, in MiB; absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_rss_mib: Option<f64>,
}

impl Figures {
    fn of(frames_ms: &[f64], driver: String, [assets, triangles]: [usize; 2]) -> Option<Self> {
        let mut sorted = frames_ms.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mean_ms = sorted.iter().sum::<f64>() / sorted.len() as f64;
        Some(Self {
            driver,
            assets,
            triangles,
            fps_mean: 1000.0 / mean_ms,
            frame_ms_p50: quantile(&sorted, 50)?,
            frame_ms_p95: quantile(&sorted, 95)?,
            frame_ms_max: *sorted.last()?,
            drawn_after_s: 0.0,
            rss_mib: Vec::new(),
            peak_rss_mib: memory_mib("VmHWM:"),
        })
    }
}

/// The value that so many percent do not exceed.
fn quantile(sorted: &[f64], percent: usize) -> Option<f64> {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied()
}

/// Turns the eye a little, and notes how long the frame took.
fn fly(
    mut lap: ResMut<Lap>,
    (order, stand, mut still): (Res<Order>, Option<ResMut<Stand>>, ResMut<Still>),
    time: Res<Time<Real>>,
) {
    let is_flying = lap.last.is_some();
    let now_s = time.elapsed_secs_f64();
    if !is_flying && still.lasted_s(now_s).is_none() {
        return;
    }
    lap.begun_s.get_or_insert(now_s);
    still.is_used();
    let now = Instant::now();
    if let Some(last) = lap.last.replace(now)
        && !order.0.measures_schedule
    {
        let frame_ms = now.duration_since(last).as_secs_f64() * 1000.0;
        lap.frames_ms.push(frame_ms);
    }
    if let Some(mut stand) = stand.filter(|_| order.0.minutes <= 0.0) {
        stand.bearing += TURN;
    }
}

fn finish(
    (order, mut lap): (Res<Order>, ResMut<Lap>),
    (fleet, adapter): (Option<Res<Fleet>>, Option<Res<RenderAdapterInfo>>),
    pipelines: Res<Pipelines>,
    mut exit: MessageWriter<AppExit>,
) {
    let is_wandering = order.0.minutes > 0.0 && !lap.is_over;
    if is_wandering || lap.frames_ms.len() < order.0.frames + FIRST {
        return;
    }
    let driver = adapter.map_or_else(|| "none".to_owned(), |adapter| adapter.name.clone());
    let frames_ms = std::mem::take(&mut lap.frames_ms);
    let assets = fleet.map_or(0, |fleet| fleet.containers.len());
    let shown = [assets, pipelines.triangles()];
    let figures = Figures::of(&frames_ms[FIRST..], driver, shown).map(|figures| Figures {
        drawn_after_s: lap.begun_s.unwrap_or_default(),
        rss_mib: std::mem::take(&mut lap.memory_mib),
        ..figures
    });
    let told = figures.is_some_and(|figures| tell(&figures, order.0.as_json).is_ok());
    exit.write(if told {
        AppExit::Success
    } else {
        AppExit::error()
    });
}

fn tell(figures: &Figures, as_json: bool) -> std::io::Result<()> {
    #[cfg(target_arch = "wasm32")]
    crate::web::tell_figures(&serde_json::to_string(figures)?);
    let mut out = std::io::stdout().lock();
    if as_json {
        serde_json::to_writer(&mut out, figures)?;
        return writeln!(out);
    }
    writeln!(
        out,
        "{}, {} containers, {} triangles: {:.1} frames a second; a frame takes {:.1} ms in the median, {:.1} ms at the 95th percentile, {:.1} ms at most",
        figures.driver,
        figures.assets,
        figures.triangles,
        figures.fps_mean,
        figures.frame_ms_p50,
        figures.frame_ms_p95,
        figures.frame_ms_max,
    )
}

/// A line of what the system says of this program's memory.
fn memory_mib(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_frames() {
        let frames: Vec<f64> = (1..=100).map(f64::from).collect();
        let figures = Figures::of(&frames, "a driver".to_owned(), [3, 8]).unwrap();
        assert_eq!(figures.frame_ms_p50, 50.0);
        assert_eq!(figures.frame_ms_p95, 95.0);
        assert_eq!(figures.frame_ms_max, 100.0);
        approx::assert_relative_eq!(figures.fps_mean, 1000.0 / 50.5);
        assert!(Figures::of(&[], String::new(), [0; 2]).is_none());
    }
}
