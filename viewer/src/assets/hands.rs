//! Which badge the mouse points at, and what a click or Escape does.

use bevy::camera::Camera;
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::message::MessageReader;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Query, Res, ResMut, SystemParam};
use bevy::input::keyboard::KeyCode;
use bevy::math::Vec2;
use bevy::transform::components::Transform;

use super::badge;
use super::show::Drawings;
use super::stock::Stock;
use super::{Asset, Picked, Pointed, Standing};
use crate::camera::Eye;
use crate::hud::{HudRects, RightSheet};
use crate::keys::Keys;
use crate::layers::{Layers, Overlay};
use crate::pick::{Chosen, Clicked, Cursor, Hovered};
use crate::sites::Lens;

/// How far beside a badge still counts, in pixels.
const TOLERANCE_PX: f32 = 3.0;

/// What is chosen, by its name: numbers change when it is asked for again.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct PickedId {
    id: Option<Box<str>>,
    versions: [u32; 3],
}

impl PickedId {
    /// The public name of what is chosen.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// Finds what is chosen again in what has come since, and lets go of what may not be seen any more.
pub(super) fn keep(
    (stock, layers): (Res<Stock>, Res<Layers>),
    (mut picked, mut pointed): (ResMut<Picked>, ResMut<Pointed>),
    mut kept: ResMut<PickedId>,
) {
    let versions = Overlay::ALL.map(|it| stock.version(it));
    if kept.versions != versions {
        kept.versions = versions;
        if picked.0.is_some() {
            let again = kept.id.as_deref().and_then(|id| stock.find(id));
            picked.set_if_neq(Picked(again));
        }
        pointed.set_if_neq(Pointed(None));
    }
    if picked.0.is_some_and(|asset| !layers.shows(asset.overlay())) {
        picked.set_if_neq(Picked(None));
    }
    if picked.is_changed() {
        let id = picked.0.and_then(|asset| stock.id(asset));
        kept.id = id.map(Into::into);
    }
}

/// From where badges are seen, and what lies over them.
#[derive(SystemParam)]
pub(super) struct Sight<'w, 's> {
    rects: Option<Res<'w, HudRects>>,
    drawings: Option<Res<'w, Drawings>>,
    layers: Res<'w, Layers>,
    eyes: Query<'w, 's, (&'static Camera, &'static Transform), With<Eye>>,
}

impl Sight<'_, '_> {
    fn lens(&self) -> Option<(Lens, f32)> {
        let (camera, transform) = self.eyes.iter().next()?;
        let dense = camera.target_scaling_factor().unwrap_or(1.0);
        Some((Lens::of(camera, transform)?, dense))
    }

    fn is_covered(&self, at: Vec2) -> bool {
        let rects = self.rects.as_ref();
        rects.is_some_and(|rects| rects.0.iter().any(|rect| rect.contains(at)))
    }

    fn find(&self, at: Vec2) -> Option<Asset> {
        let (lens, dense) = self.lens().filter(|_| !self.is_covered(at))?;
        let drawings = self.drawings.as_ref()?;
        let shown = Overlay::ALL.into_iter().filter(|it| self.layers.shows(*it));
        let mut found = shown.filter_map(|overlay| {
            let posts = drawings.posts(overlay);
            let number = badge::find(posts, &lens, (at * dense, TOLERANCE_PX * dense))?;
            Some(Asset::of(overlay, number))
        });
        found.next()
    }
}

/// Finds the badge under the mouse, where no container is.
pub(super) fn hover(
    (cursor, hovered): (Res<Cursor>, Res<Hovered>),
    sight: Sight,
    mut pointed: ResMut<Pointed>,
) {
    let free = cursor.0.filter(|_| hovered.0.is_none());
    pointed.set_if_neq(Pointed(free.and_then(|at| sight.find(at))));
}

/// A click chooses what the mouse points at, or nothing; a container that is chosen takes its place.
pub(super) fn choose(
    mut clicks: MessageReader<Clicked>,
    (pointed, chosen, keys): (Res<Pointed>, Res<Chosen>, Keys),
    (mut picked, mut right): (ResMut<Picked>, ResMut<RightSheet>),
) {
    if clicks.read().count() > 0 {
        picked.set_if_neq(Picked(pointed.0));
    }
    let is_taken = chosen.is_changed() && chosen.0.is_some();
    if is_taken || keys.is_tapped(KeyCode::Escape) {
        picked.set_if_neq(Picked(None));
    }
    if picked.0.is_some() && *right != RightSheet::Other {
        *right = RightSheet::Other;
    }
}

/// Notes where the chosen badge is in the picture.
pub(super) fn stand(picked: Res<Picked>, sight: Sight, mut standing: ResMut<Standing>) {
    let rect = picked.0.and_then(|asset| {
        let (lens, _) = sight.lens()?;
        let posts = sight.drawings.as_ref()?.posts(asset.overlay());
        let post = posts.get(asset.number())?;
        let foot = lens.foot(post.foot)?;
        Some(post.rect(&lens, (foot.at, lens.metres_per_px(foot.depth))))
    });
    standing.set_if_neq(Standing(rect));
}
