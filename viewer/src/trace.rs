//! Lines, points and labels that a tool draws over the model, draped on the land.
//!
//! They lie in the picture, not in the scene, and are never hidden by a hill: what one measures is seen. There is a
//! bounded number of them, which is used again and again.

mod ground;
mod pen;

use std::collections::BTreeMap;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::math::Vec2;

pub(crate) use self::ground::Ground;
use crate::pick::Cursor;
use crate::systems::ViewerSystems;

/// The most strokes, points and labels at once.
pub(crate) const STROKES: usize = 400;
pub(crate) const POINTS: usize = 64;

/// Draws [`Traces`].
#[derive(Debug)]
pub struct TracePlugin;

impl Plugin for TracePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Traces>()
            .init_resource::<Cursor>()
            .add_systems(
                Update,
                (pen::appear, pen::draw)
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// What each tool draws. Places are pixels as designed, from the upper left corner of the picture.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Traces(BTreeMap<&'static str, Trace>);

/// What one tool draws.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Straight lines, each from a place to another.
    pub strokes: Vec<[Vec2; 2]>,
    /// Round points.
    pub points: Vec<Vec2>,
    /// What is written beside a place.
    pub labels: Vec<(Vec2, String)>,
}

impl Traces {
    /// A tool says what it draws now.
    pub fn say(&mut self, tool: &'static str, trace: Trace) {
        if trace == Trace::default() {
            self.0.remove(tool);
        } else {
            self.0.insert(tool, trace);
        }
    }

    /// What a tool draws.
    pub fn of(&self, tool: &str) -> Option<&Trace> {
        self.0.get(tool)
    }

    fn all(&self) -> impl Iterator<Item = &Trace> {
        self.0.values()
    }
}

impl Trace {
    /// A cross in the middle of the picture, for who has no mouse.
    pub(crate) fn cross(&mut self, middle: Vec2) {
        const FROM: f32 = 5.0;
        const TO: f32 = 15.0;
        for towards in [Vec2::X, Vec2::Y, Vec2::NEG_X, Vec2::NEG_Y] {
            let [from, to] = [FROM, TO].map(|reach| middle + towards * reach);
            self.strokes.push([from, to]);
        }
    }
}
