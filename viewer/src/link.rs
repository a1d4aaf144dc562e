//! The link to a view: what is looked at, in one short text that opens the same view again.
//!
//! `--link TEXT` opens it, in a browser the address after `#`, which follows the view when it rests. A link that
//! cannot be read is refused in a sentence, and the usual view is shown.

mod code;
mod copy;
mod now;
mod text;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::{Message, MessageReader};
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Res, ResMut, SystemParam};

pub use self::code::{Light, LinkError, ViewLink};
pub(crate) use self::now::Now;
pub(crate) use self::text::escaped;
use crate::assets::FirstAsset;
use crate::camera::{Flight, Stand};
use crate::land::Heights;
use crate::layers::Layers;
use crate::palette::Palette;
use crate::pending::Pending;
use crate::pick::Chosen;
use crate::server::{Fleet, Moment};
use crate::space::{Space, raised};
use crate::split::{self, Split};
use crate::sun::{Daylight, Studio};
use crate::systems::ViewerSystems;
use crate::tools::{Notice, Wish};
use crate::words::Words;

/// How long the way to a view takes, in seconds.
const FLIGHT_S: f64 = 1.2;

/// Opens links and tells them. Needs [`ToolsPlugin`](crate::tools::ToolsPlugin).
#[derive(Clone, Debug, Default)]
pub struct LinkPlugin {
    /// What is looked at first, or why not; `None`: no link was given.
    pub first: Option<Result<ViewLink, LinkError>>,
    /// Where the server is, for links that others can open.
    pub server: String,
}

impl Plugin for LinkPlugin {
    fn build(&self, app: &mut App) {
        let first = self.first.clone();
        app.insert_resource(First(first.clone().and_then(Result::ok)))
            .insert_resource(Refused(first.and_then(Result::err)))
            .insert_resource(Base(self.server.trim_end_matches('/').into()))
            .init_resource::<Pending>()
            .init_resource::<Flight>()
            .init_resource::<Notice>()
            .init_resource::<copy::Sent>()
            .add_message::<OpenView>()
            .add_message::<Wish>()
            .add_systems(
                Update,
                (refuse, open, copy::on_wish, copy::tell)
                    .chain()
                    .in_set(ViewerSystems::Learn),
            )
            .add_systems(
                Update,
                stand_first
                    .run_if(resource_exists::<Heights>)
                    .in_set(ViewerSystems::Draw),
            );
        #[cfg(target_arch = "wasm32")]
        app.add_systems(Update, now::follow.after(ViewerSystems::Annotate));
    }
}

/// A view is to be shown: the eye flies there. Language and mode stay as they are.
#[derive(Message, Clone, Debug, PartialEq)]
pub struct OpenView(pub ViewLink);

/// The view to begin with, until the land is there.
#[derive(Resource, Clone, Debug)]
struct First(Option<ViewLink>);

/// Why the first link was refused, until it is said.
#[derive(Resource, Clone, Debug)]
struct Refused(Option<LinkError>);

/// Where the server is, without a slash at its end.
#[derive(Resource, Clone, Debug)]
struct Base(String);

fn refuse(mut refused: ResMut<Refused>, words: Res<Words>, mut notice: ResMut<Notice>) {
    if let Some(error) = refused.bypass_change_detection().0.take() {
        bevy::log::warn!("the link is not opened: {error}");
        notice.say(error.sentence(&words));
    }
}

/// Stands where the first link says, in its light, as soon as the land is there and the camera has stood up.
fn stand_first(
    mut first: ResMut<First>,
    (space, heights): (Option<Res<Space>>, Res<Heights>),
    mut stand: ResMut<Stand>,
    mut studio: Option<ResMut<Studio>>,
    mut pending: ResMut<Pending>,
) {
    let Some(view) = first.bypass_change_detection().0.take() else {
        return;
    };
    let Some(space) = space else {
        return;
    };
    *stand = standing(&view, &space, &heights);
    if let (Some(studio), Light::Night) = (&mut studio, view.light) {
        studio.0 = Palette::night();
    }
    pending.say("link", 0);
}

/// What of the viewer a link says.
#[derive(SystemParam)]
pub(crate) struct Shown<'w> {
    moment: ResMut<'w, Moment>,
    layers: ResMut<'w, Layers>,
    daylight: ResMut<'w, Daylight>,
    studio: ResMut<'w, Studio>,
    chosen: ResMut<'w, Chosen>,
    flight: ResMut<'w, Flight>,
    split: Option<ResMut<'w, Split>>,
    scenario: Option<ResMut<'w, split::Wish>>,
}

impl Shown<'_> {
    /// Shows the scenario of a view beside the present, or none.
    fn compare(&mut self, view: &ViewLink) {
        if let Some(split) = &mut self.split {
            split.set_if_neq(view.split);
        }
        if let (Some(wish), Some(wanted)) = (&mut self.scenario, &view.scenario) {
            wish.0 = Some(wanted.clone());
        }
    }
}

/// Sets off for a view.
fn open(
    mut views: MessageReader<OpenView>,
    shown: Option<Shown>,
    (space, heights): (Option<Res<Space>>, Option<Res<Heights>>),
    (fleet, mut commands): (Option<Res<Fleet>>, Commands),
) {
    let (Some(mut shown), Some(space), Some(heights)) = (shown, space, heights) else {
        return;
    };
    for OpenView(view) in views.read() {
        shown
            .moment
            .set_if_neq(view.at.map_or(Moment::Live, Moment::At));
        shown.layers.set_if_neq(view.layers);
        shown.compare(view);
        let (daylight, palette) = view.light.parts();
        shown.daylight.set_if_neq(daylight);
        if shown.studio.0 != palette {
            shown.studio.0 = palette;
        }
        let chosen = view.chosen.as_deref();
        let number = chosen.and_then(|id| fleet.as_ref()?.find(id));
        shown.chosen.set_if_neq(Chosen(number));
        if let Some(asset) = chosen.and_then(FirstAsset::again) {
            commands.insert_resource(asset);
        }
        let stand = standing(view, &space, &heights);
        shown.flight.set_off(stand, FLIGHT_S);
    }
}

/// Where the eye stands in a view.
pub(crate) fn standing(view: &ViewLink, space: &Space, heights: &Heights) -> Stand {
    let at = space.ground(view.place);
    Stand {
        target: raised(at, heights.at(at)),
        distance_m: view.distance_m,
        bearing: view.bearing_deg.to_radians(),
        pitch: view.pitch_deg.to_radians(),
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::Vec2;
    use twin_core::LonLat;

    use super::*;
    use crate::choropleth::Kpi;
    use crate::tools::tests::app as tools_app;

    fn app(first: Option<Result<ViewLink, LinkError>>) -> App {
        let mut app = tools_app();
        app.add_plugins(LinkPlugin {
            first,
            server: "http://127.0.0.1:1/".into(),
        })
        .init_resource::<Stand>()
        .init_resource::<Moment>()
        .init_resource::<Daylight>()
        .init_resource::<Chosen>()
        .insert_resource(Studio(Palette::day()))
        .insert_resource(Space::around(LonLat::new(6.8, 47.5).unwrap()))
        .insert_resource(Heights::level(Vec2::splat(-500.0), 100.0, [80, 40]));
        app.update();
        app
    }

    fn view() -> ViewLink {
        "1_6.81000_47.51000_2500_90.0_30.0_kfull_t20261130T080000Z_ln"
            .parse()
            .unwrap()
    }

    #[test]
    fn the_first_view_stands_where_the_link_says() {
        let app = app(Some(Ok(view())));
        let stand = app.world().resource::<Stand>();
        let space = app.world().resource::<Space>();
        let place = space.place(crate::space::flat(stand.target)).unwrap();
        assert!((place.lon() - 6.81).abs() < 1e-5 && (place.lat() - 47.51).abs() < 1e-5);
        assert_eq!(stand.distance_m, 2500.0);
        assert!(app.world().resource::<Studio>().0.is_night);
    }

    #[test]
    fn a_view_that_is_opened_brings_time_layer_and_light() {
        let mut app = app(None);
        app.world_mut().write_message(OpenView(view()));
        app.update();
        let world = app.world();
        assert_eq!(
            *world.resource::<Moment>(),
            Moment::At("2026-11-30T08:00:00Z".parse().unwrap())
        );
        assert_eq!(world.resource::<Layers>().choropleth, Some(Kpi::Full));
        assert_eq!(
            world
                .resource::<Flight>()
                .destination()
                .map(|it| it.distance_m),
            Some(2500.0)
        );
    }

    #[test]
    fn a_view_with_a_scenario_is_compared_and_a_camera_is_chosen_again() {
        let mut app = app(None);
        app.init_resource::<Split>().init_resource::<split::Wish>();
        let text = "1_6.8_47.5_900_0_40_ocf_acamera%2F7_d123.2";
        app.world_mut()
            .write_message(OpenView(text.parse().unwrap()));
        app.update();
        let world = app.world();
        assert_eq!(*world.resource::<Split>(), Split::Difference);
        assert_eq!(world.resource::<split::Wish>().0, "123/2".parse().ok());
        assert_eq!(world.resource::<Layers>().letters(), "cf");
        assert_eq!(&*world.resource::<FirstAsset>().id, "camera/7");
    }

    #[test]
    fn garbage_is_refused_in_a_sentence() {
        let app = app(Some("what?".parse::<ViewLink>()));
        assert_eq!(app.world().resource::<Stand>(), &Stand::default());
        let said = app.world().resource::<Notice>().said();
        assert!(said.contains("lien"), "{said}");
    }
}
