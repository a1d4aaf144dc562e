//! The Bevy 3D viewer: the territory as a model on a table, native and in the browser.
//!
//! It shows what a server has and simulates nothing. One module is one plugin is one feature:
//!
//! * [`server`] asks the server and keeps the [`Fleet`](server::Fleet) current,
//! * [`land`] cuts the model out and shades it, [`look`] says how it is lit,
//! * [`ground`] draws roads, rivers, woods and buildings on it,
//! * [`sites`] shows the containers,
//! * [`names`] and [`hud`] write over the picture, in the language of [`words`],
//! * [`camera`] moves the eye,
//! * [`picture`] takes one picture and ends.
//!
//! # Invariant
//!
//! Positions are WGS84 until [`space`] puts them into the scene, once. Meshes hold tones, never
//! colours: see [`palette`].

#![expect(
    clippy::needless_pass_by_value,
    reason = "systems take their parameters by value"
)]

mod app;
pub mod camera;
mod error;
pub mod ground;
pub mod hud;
pub mod land;
pub mod look;
pub mod names;
mod options;
pub mod palette;
pub mod pending;
pub mod picture;
pub mod server;
pub mod sites;
pub mod space;
pub mod systems;
pub mod words;

use std::process::ExitCode;

use bevy::app::AppExit;

pub use crate::app::app;
pub use crate::error::ViewerError;
pub use crate::options::{Lang, Options, Scene, Size, SizeError};

/// Runs a viewer to its end.
pub fn run(options: &Options) -> ExitCode {
    match app(options).run() {
        AppExit::Success => ExitCode::SUCCESS,
        AppExit::Error(code) => ExitCode::from(code.get()),
    }
}
