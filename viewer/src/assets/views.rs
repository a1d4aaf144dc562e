//! What cameras see, as it lies on the land: a veil over the sector of each, hatched where it must not look.
//!
//! The sector is where the camera could see, up to how far it is of use: walls and trees are not taken away from it. Where
//! the register does not say how far or where to, none is made up.

use std::f32::consts::TAU;

use bevy::math::Vec2;
use bevy::mesh::Mesh;
use earcut::Earcut;
use twin_core::{CameraAiming, CameraType};

use super::wire::{CameraFacts, Placed};
use crate::land::Heights;
use crate::look::{Pattern, Ribbons, Stroke, strides};
use crate::palette::Tone;
use crate::space::Space;

/// The farthest that a camera is believed to be of use, in metres.
const FARTHEST_M: f64 = 1000.0;
/// How far points of a veil are apart, so that it lies on the land: in metres, and in radians.
const STEP_M: f32 = 25.0;
const STEP: f32 = TAU / 60.0;
/// The most corners of an outline that a camera must not look into.
const MOST_CORNERS: usize = 256;
/// The edge of a sector.
const EDGE: Stroke = Stroke {
    half_m: 0.2,
    half_px: 0.7,
    tone: Tone::Camera,
};
/// The edge of where it must not look.
const MASK_EDGE: Stroke = Stroke {
    half_m: 0.15,
    half_px: 0.5,
    tone: Tone::Ink,
};

/// Where a camera looks: a part of a ring around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sector {
    /// From how near it is of use, and up to how far, in metres.
    pub from_m: f32,
    pub to_m: f32,
    /// Clockwise from the north, in radians.
    pub bearing: f32,
    /// How wide it is; all round from [`TAU`] on.
    pub width: f32,
}

impl Sector {
    /// What is on file about a camera; `None` where that does not say how far it sees or where to.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees and metres of a picture"
    )]
    pub(super) fn of(aiming: &CameraAiming, camera: CameraType) -> Option<Self> {
        let to_m = aiming.max_range?.get().clamp(0.0, FARTHEST_M);
        let from_m = aiming
            .min_range
            .map_or(0.0, twin_core::Metres::get)
            .clamp(0.0, to_m);
        let degrees = |it: twin_core::Degrees| (it.get() as f32).to_radians();
        let looks_round = matches!(camera, CameraType::Dome | CameraType::PanTiltZoom);
        let (bearing, width) = match (aiming.azimuth, aiming.horizontal_fov) {
            (Some(azimuth), Some(width)) => (degrees(azimuth), degrees(width)),
            (None, _) if looks_round => (0.0, TAU),
            _ => return None,
        };
        let is_sound = to_m > from_m && width > 0.0;
        is_sound.then_some(Self {
            from_m: from_m as f32,
            to_m: to_m as f32,
            bearing,
            width: width.min(TAU),
        })
    }

    /// The point at a share of its width and depth, 0–1 each, from where the camera hangs.
    fn point(&self, across: f32, along: f32) -> Vec2 {
        let angle = self.bearing + self.width * (across - 0.5);
        let away = self.from_m + (self.to_m - self.from_m) * along;
        Vec2::new(angle.sin(), -angle.cos()) * away
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between one and some sixty"
    )]
    fn steps(&self) -> [u32; 2] {
        let across = (self.width / STEP).ceil().clamp(1.0, 90.0) as u32;
        let along = ((self.to_m - self.from_m) / STEP_M).ceil();
        [across, along.clamp(1.0, 40.0) as u32]
    }

    /// The line around it; of a ring both circles are one line.
    fn outline(&self) -> Vec<Vec2> {
        let [across, _] = self.steps();
        let share = |n: u32| n as f32 / across as f32;
        let far = (0..=across).map(|n| self.point(share(n), 1.0));
        let near = (0..=across).rev().map(|n| self.point(share(n), 0.0));
        let mut line: Vec<Vec2> = far.chain(near).collect();
        line.extend(line.first().copied());
        line.dedup();
        line
    }
}

/// What all cameras see, in one mesh relative to the plane's origin.
pub(super) fn mesh(
    cameras: &[Placed<CameraFacts>],
    space: &Space,
    heights: &Heights,
) -> Option<Mesh> {
    let mut ribbons = Ribbons::new(Vec2::ZERO);
    for camera in cameras {
        let aiming = &camera.facts.aiming;
        let at = space.ground(aiming.place);
        if let Some(sector) = Sector::of(aiming, camera.facts.register.camera_type) {
            lay_sector(&mut ribbons, heights, (at, &sector));
        }
        for mask in aiming
            .masks
            .iter()
            .filter(|mask| mask.len() <= MOST_CORNERS)
        {
            let outline: Vec<Vec2> = mask.iter().map(|place| space.ground(*place)).collect();
            lay_mask(&mut ribbons, heights, &outline);
        }
    }
    ribbons.into_mesh()
}

fn lay_sector(ribbons: &mut Ribbons, heights: &Heights, (at, sector): (Vec2, &Sector)) {
    let [across, along] = sector.steps();
    let mut corners = Vec::new();
    for ring in 0..=along {
        for step in 0..=across {
            let (across, along) = (step as f32 / across as f32, ring as f32 / along as f32);
            let point = at + sector.point(across, along);
            corners.push((point, heights.at(point)));
        }
    }
    let row = across + 1;
    let cells = (0..along).flat_map(|ring| (0..across).map(move |step| ring * row + step));
    let triangles: Vec<u32> = cells
        .flat_map(|n| [n, n + 1, n + row, n + 1, n + row + 1, n + row])
        .collect();
    ribbons.fill_with(Pattern::Veil);
    ribbons.fill(&corners, &triangles, Tone::Camera);
    ribbons.fill_with(Pattern::Plain);
    let outline: Vec<Vec2> = sector.outline().iter().map(|point| at + point).collect();
    ribbons.lay(heights, &strides(&outline, STEP_M), EDGE);
}

fn lay_mask(ribbons: &mut Ribbons, heights: &Heights, outline: &[Vec2]) {
    let Some(first) = outline.first().copied().filter(|_| outline.len() >= 3) else {
        return;
    };
    let near = outline.iter().map(|at| (at - first).to_array());
    let mut triangles: Vec<u32> = Vec::new();
    Earcut::new().earcut(near, &[], &mut triangles);
    let corners: Vec<(Vec2, f32)> = outline.iter().map(|at| (*at, heights.at(*at))).collect();
    ribbons.fill_with(Pattern::HatchedVeil);
    ribbons.fill(&corners, &triangles, Tone::Ink);
    ribbons.fill_with(Pattern::Plain);
    let closed: Vec<Vec2> = outline.iter().chain([&first]).copied().collect();
    ribbons.lay(heights, &strides(&closed, STEP_M), MASK_EDGE);
}

#[cfg(test)]
mod tests {
    use super::super::wire::{placed, tests::CAMERAS};
    use super::*;

    fn cameras() -> Vec<Placed<CameraFacts>> {
        placed(CAMERAS.as_bytes()).unwrap().0
    }

    fn sector(change: impl Fn(&mut CameraAiming), camera: CameraType) -> Option<Sector> {
        let mut aiming = (*cameras()[0].facts.aiming).clone();
        change(&mut aiming);
        Sector::of(&aiming, camera)
    }

    #[test]
    fn a_camera_sees_what_is_on_file() {
        let sector = sector(|_| {}, CameraType::Fixed).unwrap();
        assert_eq!((sector.from_m, sector.to_m), (3.0, 40.0));
        let middle = sector.point(0.5, 1.0);
        assert!(middle.x < 0.0 && middle.y < 0.0, "north-west: {middle}");
        approx::assert_relative_eq!(middle.length(), 40.0, epsilon = 1e-3);
        let [left, right] = [0.0, 1.0].map(|across| sector.point(across, 1.0));
        approx::assert_relative_eq!(left.angle_to(right).to_degrees(), 83.0, epsilon = 1e-2);
    }

    #[test]
    fn what_is_not_on_file_is_not_made_up() {
        let unknown = |change: fn(&mut CameraAiming), camera| sector(change, camera).is_none();
        assert!(unknown(|it| it.max_range = None, CameraType::Fixed));
        assert!(unknown(|it| it.azimuth = None, CameraType::Fixed));
        assert!(unknown(|it| it.horizontal_fov = None, CameraType::Fixed));
        let round = sector(|it| it.azimuth = None, CameraType::Dome).unwrap();
        assert_eq!(round.width, TAU);
    }

    #[test]
    fn veils_and_masks_are_one_mesh_on_the_land() {
        let cameras = cameras();
        let space = Space::around(cameras[0].place);
        let heights = Heights::level(Vec2::splat(-500.0), 100.0, [11, 11]);
        let mesh = mesh(&cameras, &space, &heights).unwrap();
        let kinds = mesh.attribute(Mesh::ATTRIBUTE_UV_1).unwrap();
        let bevy::mesh::VertexAttributeValues::Float32x2(kinds) = kinds else {
            unreachable!("kinds are two floats");
        };
        let has = |pattern: Pattern, tone: Tone| {
            let kind = tone.number() + 64.0 * f32::from(pattern as u8);
            kinds.iter().any(|it| it[0] == kind)
        };
        assert!(has(Pattern::Veil, Tone::Camera) && has(Pattern::HatchedVeil, Tone::Ink));
        assert!(super::mesh(&[], &space, &heights).is_none());
    }
}
