//! Puts together what a person explores with.

use bevy::app::App;

use crate::bookmarks::{BookmarksPlugin, Store};
use crate::lasso::LassoPlugin;
use crate::link::LinkPlugin;
use crate::measure::MeasurePlugin;
use crate::options::{Options, Scene};
use crate::photo::PhotoPlugin;
use crate::tools::ToolsPlugin;
use crate::tour::TourPlugin;
use crate::trace::TracePlugin;

/// Adds all of it. What is kept for a person is not read where no person looks on.
pub(crate) fn add(app: &mut App, options: &Options) {
    let store = if options.headless {
        Store::Nowhere
    } else {
        Store::of_person()
    };
    app.add_plugins((
        ToolsPlugin,
        LinkPlugin {
            first: options.linked(),
            server: options.server.clone(),
        },
        BookmarksPlugin { store },
        PhotoPlugin {
            is_framed: options.frame,
        },
        TourPlugin {
            first: (options.view == Scene::Tour).then_some(options.tour_stop),
            is_still: options.shot.is_some(),
            is_auto: options.autoplay,
        },
        TracePlugin,
        MeasurePlugin,
        LassoPlugin,
    ));
}
