//! The Bevy 3D viewer: the territory as a model on a table, native and in the browser.
//!
//! It shows what a server has and simulates nothing. One module is one plugin is one feature:
//!
//! * [`server`] asks the server and keeps the [`Fleet`](server::Fleet) current,
//! * [`land`] cuts the model out and shades it, [`look`] says how it is lit, [`sun`] by what,
//! * [`ground`] draws roads, rivers, woods and buildings on it,
//! * [`sites`] shows the containers, [`choropleth`] a figure of each commune: [`layers`] says which of them,
//! * [`pick`] tells what is under the mouse, and opens the sheet of what is chosen,
//! * [`trucks`] shows where trucks are by their plan,
//! * [`alarms`] shows what asks for a person, to operators,
//! * [`assets`] shows cameras (to operators), health facilities and fibre,
//! * [`names`], [`tags`] and [`hud`] write over the picture, in the language of [`words`],
//! * [`camera`] moves the eye, [`search`] finds a place for it,
//! * [`tools`] are what a person explores with: a [`tour`], a [`link`] to a view and [`bookmarks`], [`photo`]
//!   takes a picture, [`measure`] and [`lasso`] tell lengths, areas and sums and draw with [`trace`],
//! * [`split`] shows a scenario beside the present, [`plan`] makes one,
//! * [`wall`] is for a control room,
//! * [`picture`] takes one picture and ends, [`mod@bench`] measures frames and ends.
//!
//! # Invariant
//!
//! Positions are WGS84 until [`space`] puts them into the scene, once. Meshes hold tones, never
//! colours: see [`palette`].

#![expect(
    clippy::needless_pass_by_value,
    reason = "systems take their parameters by value"
)]

pub mod alarms;
mod app;
pub mod assets;
pub mod bench;
pub mod bookmarks;
pub mod camera;
pub mod canvas;
pub mod choropleth;
mod error;
mod explore;
pub mod ground;
pub mod hud;
mod keys;
pub mod land;
pub mod lasso;
pub mod layers;
pub mod link;
pub mod look;
pub mod measure;
pub mod motion;
pub mod names;
mod options;
pub mod palette;
pub mod pending;
pub mod photo;
pub mod pick;
pub mod picture;
pub mod plan;
pub mod search;
pub mod server;
pub mod sites;
pub mod space;
pub mod split;
pub mod still;
pub mod sun;
pub mod systems;
pub mod tags;
pub mod tools;
pub mod tour;
pub mod trace;
pub mod trucks;
pub mod wall;
#[cfg(target_arch = "wasm32")]
mod web;
pub mod words;

use std::process::ExitCode;

use bevy::app::AppExit;

pub use crate::app::app;
pub use crate::error::ViewerError;
pub use crate::options::{Lang, Occasion, Options, Scene, Size, SizeError};

/// Runs the viewer that the command line asks for, or in a browser the page's address.
pub fn main() -> ExitCode {
    #[cfg(not(target_arch = "wasm32"))]
    return run(&<Options as clap::Parser>::parse());
    #[cfg(target_arch = "wasm32")]
    match <Options as clap::Parser>::try_parse_from(web::arguments()) {
        Ok(options) => run(&options),
        Err(error) => {
            web::tell_failed(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Runs a viewer to its end.
pub fn run(options: &Options) -> ExitCode {
    match app(options).run() {
        AppExit::Success => ExitCode::SUCCESS,
        AppExit::Error(code) => ExitCode::from(code.get()),
    }
}
