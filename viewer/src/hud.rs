//! What is written over the picture: what is so, what the signs mean, where north is, what time it is.
//!
//! Sizes are those of a picture of 1920 × 1080 and grow with [`HudScale`]. What is drawn on the model
//! itself, as the names of communes, is not here.

mod alarms;
mod communes;
mod compass;
pub mod faces;
mod frame;
mod headline;
pub(crate) mod leader;
mod legend;
mod mark;
mod outcome;
mod over;
mod overlays;
pub mod paint;
pub(crate) mod picture;
mod plan;
mod scale;
mod search;
pub(crate) mod sheet;
pub(crate) mod side;
mod status;
mod tally;
mod timeline;

use bevy::app::{App, Plugin, Update};
use bevy::asset::Assets;
use bevy::ecs::change_detection::Mut;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::{Added, With};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::system::{Commands, Query, Res, ResMut, SystemParam};
use bevy::image::Image;
use bevy::math::Rect;
use bevy::time::{Real, Time};
use bevy::ui::{Display, Node, UiScale, px};

pub(crate) use self::compass::metres_per_px;
use self::faces::Faces;
pub use self::frame::{Framing, InPicture};
pub(crate) use self::outcome::While;
pub(crate) use self::over::over_picture;
pub use self::scale::{HudScale, Magnified, ScalePlugin};
pub(crate) use self::search::{LEFT as SEARCH_LEFT, WIDTH as SEARCH_WIDTH};
#[cfg(test)]
pub(crate) use self::tests::written;
pub(crate) use self::timeline::LEFT as TIMELINE_LEFT;
use crate::alarms::StandingAlarms;
use crate::camera::Eye;
use crate::choropleth::Reckoning;
use crate::layers::Layers;
use crate::search::{Search, Typing};
use crate::systems::ViewerSystems;
use crate::wall::{Caption, Mode};
use crate::words::Words;

/// Writes over the picture. Needs [`Palette`](crate::palette::Palette) and what
/// [`ServerPlugin`](crate::server::ServerPlugin) keeps; appears with the [`Eye`].
#[derive(Debug)]
pub struct HudPlugin;

impl Plugin for HudPlugin {
    fn build(&self, app: &mut App) {
        keep(app);
        app.add_plugins((timeline::TimelinePlugin, outcome::OutcomePlugin))
            .add_systems(
                Update,
                (
                    (scale::rescale, drift, search::press),
                    (over::retarget, appear, frame::appear),
                    (tally::recount, alarms::claim),
                    (
                        headline::write,
                        legend::write,
                        legend::choose,
                        (overlays::press, overlays::write),
                        (communes::write, communes::rise),
                        (search::write, search::ring),
                        (status::write, alarms::write, plan::write),
                        compass::turn,
                        compass::measure,
                        frame::write,
                    ),
                    (paint::say, sheet::shade, side::fit, sheet::tell_rects),
                    paint::recolour,
                )
                    .chain()
                    .in_set(ViewerSystems::Annotate),
            );
    }
}

/// What is written, and what it is written from; each feature that is there keeps its own.
fn keep(app: &mut App) {
    app.init_resource::<Faces>()
        .init_resource::<HudRects>()
        .init_resource::<HudScale>()
        .init_resource::<RightSheet>()
        .init_resource::<StandingAlarms>()
        .init_resource::<UiScale>()
        .init_resource::<Words>()
        .init_resource::<Assets<Image>>()
        .init_resource::<tally::Tally>()
        .init_resource::<Layers>()
        .init_resource::<Reckoning>()
        .init_resource::<Search>()
        .init_resource::<Mode>()
        .init_resource::<Caption>()
        .init_resource::<Framing>()
        .init_resource::<Typing>();
}

/// Where sheets lie over the picture, in logical pixels from its upper left corner.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct HudRects(pub Vec<Rect>);

/// Which sheet lies at the upper right: there is room for one. The list of alarms takes the place where it
/// is free, and makes way for any other.
#[derive(Resource, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum RightSheet {
    /// None.
    #[default]
    None,
    /// The list of alarms.
    Alarms,
    /// Another one, which gives the place back when it closes.
    Other,
}

/// What all sheets lie on.
#[derive(Component, Clone, Copy, Debug)]
struct HudRoot;

/// What the parts are made with.
#[derive(SystemParam)]
pub(crate) struct Kit<'w> {
    pub faces: Res<'w, Faces>,
    pub images: ResMut<'w, Assets<Image>>,
    pub mode: Res<'w, Mode>,
}

/// Moves what stands still a little, where it would burn in.
fn drift(mode: Res<Mode>, time: Res<Time<Real>>, mut roots: Query<&mut Node, With<HudRoot>>) {
    let by = mode.drift(time.elapsed_secs_f64());
    for mut node in &mut roots {
        if (node.left, node.top) != (px(by.x), px(by.y)) {
            (node.left, node.top) = (px(by.x), px(by.y));
        }
    }
}

/// Lays the sheets before the first eye.
fn appear(
    eyes: Query<Entity, Added<Eye>>,
    roots: Query<(), With<HudRoot>>,
    mut kit: Kit,
    mut commands: Commands,
) {
    let Some(eye) = eyes.iter().next() else {
        return;
    };
    if !roots.is_empty() {
        return;
    }
    commands
        .spawn((HudRoot, over_picture(eye)))
        .with_children(|root| {
            headline::lay(root, &mut kit);
            if *kit.mode == Mode::Explore {
                search::lay(root, &mut kit);
                outcome::lay(root, &mut kit);
            }
            legend::lay(root, &mut kit);
            status::lay(root, &mut kit);
            alarms::lay(root, &mut kit);
        });
}

/// How a line that says so is laid out: not at all where it says nothing.
pub(crate) fn display_of(said: &str) -> Display {
    if said.is_empty() {
        Display::None
    } else {
        Display::Flex
    }
}

/// Lays a node out, or not; costs nothing where it is so already.
pub(crate) fn show(node: &mut Mut<Node>, display: Display) {
    if node.display != display {
        node.display = display;
    }
}

#[cfg(test)]
mod tests {
    use bevy::MinimalPlugins;
    use bevy::ecs::message::Messages;
    use bevy::ui::widget::Text;
    use twin_core::SensorStatus;

    use super::tally::tests::container;
    use super::*;
    use crate::palette::Palette;
    use crate::server::{Fleet, FleetChanged, Link, Present};
    use crate::words::Language;

    fn app() -> App {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, HudPlugin))
            .insert_resource(Palette::day())
            .init_resource::<Fleet>()
            .init_resource::<Present>()
            .insert_resource(Link::Live)
            .add_message::<FleetChanged>();
        crate::systems::order_systems(&mut app);
        app
    }

    /// Everything that is written and laid out.
    pub(crate) fn written(app: &mut App) -> Vec<String> {
        let mut texts = app.world_mut().query::<(&Text, &Node)>();
        let said = texts
            .iter(app.world())
            .filter(|(_, node)| node.display != Display::None);
        said.map(|(text, _)| text.0.replace('\u{a0}', " "))
            .collect()
    }

    fn fill(app: &mut App, fills: &[f64]) {
        let mut fleet = app.world_mut().resource_mut::<Fleet>();
        let new = fills
            .iter()
            .map(|fill| container(Some(*fill), SensorStatus::Ok));
        fleet.containers.extend(new);
        app.world_mut()
            .resource_mut::<Messages<FleetChanged>>()
            .write(FleetChanged::Whole);
        app.update();
    }

    #[test]
    fn it_appears_with_the_eye_and_counts_the_fleet() {
        let mut app = app();
        app.update();
        assert_eq!(written(&mut app), [""; 0]);
        app.world_mut().spawn(Eye);
        app.world_mut().resource_mut::<Present>().title = "Pays de Montbéliard".into();
        fill(&mut app, &[0.96, 0.99, 0.5]);
        let written = written(&mut app);
        for said in [
            "2 conteneurs sont pleins.",
            "Pays de Montbéliard",
            "Maquette",
            "en direct",
        ] {
            assert!(written.iter().any(|it| it == said), "{said}: {written:?}");
        }
    }

    #[test]
    fn synthetic_data_has_its_tab() {
        let mut app = app();
        app.world_mut().spawn(Eye);
        let shown = |app: &mut App| {
            app.update();
            let mut tabs = app
                .world_mut()
                .query_filtered::<&Node, With<status::SyntheticTab>>();
            tabs.iter(app.world())
                .map(|tab| tab.display)
                .collect::<Vec<_>>()
        };
        // One is above the bar of time, one in the frame of pictures.
        assert_eq!(shown(&mut app), [Display::None; 2]);
        app.world_mut().resource_mut::<Present>().is_synthetic = true;
        assert_eq!(shown(&mut app), [Display::Flex; 2]);
    }

    #[test]
    fn another_language_is_spoken_at_once() {
        let mut app = app();
        app.world_mut().spawn(Eye);
        fill(&mut app, &[0.96]);
        app.insert_resource(Words::new(Language::En));
        app.update();
        let written = written(&mut app);
        for said in [
            "1 container is full.",
            "All sensors answer.",
            "live",
            "disc: less than 60%",
        ] {
            assert!(written.iter().any(|it| it == said), "{said}: {written:?}");
        }
    }

    #[test]
    fn the_fleet_is_counted_at_most_twice_a_second() {
        let mut app = app();
        app.world_mut().spawn(Eye);
        fill(&mut app, &[0.96]);
        fill(&mut app, &[0.97]);
        assert!(
            written(&mut app)
                .iter()
                .any(|it| it == "1 conteneur est plein.")
        );
    }

    #[test]
    fn what_is_painted_follows_the_theme() {
        let mut app = app();
        app.world_mut().spawn(Eye);
        app.update();
        app.update();
        app.insert_resource(Palette::night());
        app.update();
        let ink = Palette::night().colour(crate::palette::Tone::Ink);
        let mut texts = app.world_mut().query::<(&Text, &bevy::text::TextColor)>();
        let mark = texts
            .iter(app.world())
            .find(|(text, _)| text.0 == "Maquette");
        assert_eq!(mark.map(|(_, colour)| colour.0), Some(ink));
    }

    #[test]
    fn a_larger_scale_enlarges_all() {
        let mut app = app();
        app.insert_resource(HudScale(1.5));
        app.update();
        assert_eq!(app.world().resource::<UiScale>().0, 1.5);
    }
}
