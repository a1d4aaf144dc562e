//! The shapes of signs in the picture, for who wants to know which one is under the mouse.
//!
//! The numbers are those of `sign.wgsl`, which draws them; a test reads them there.

use bevy::camera::Camera;
use bevy::math::{Mat4, Quat, Vec2, Vec3};
use bevy::transform::components::Transform;
use twin_core::ContainerType;

use crate::palette::Tone;
use crate::server::{Container, Look};

const APART_M: f32 = 3.0;
const APART_SHARE: f32 = 0.7;
const LARGE_M: f32 = 2.0;
const SMALL_M: f32 = 40.0;
const LARGER: f32 = 1.9;
const DESIGNED_PX: f32 = 1080.0;
const NEAR_M: f32 = 16.0;
const NEAR_SHARE: f32 = 0.85;
const UNIT_M: f32 = 0.2;
const SLOT_RIGHT_PX: f32 = 11.0;
const SLOT_NEAR_PX: f32 = 8.0;
const COLUMN_HALF_PX: f32 = 3.2;
const COLUMN_PX: f32 = 34.0;
const SILENT_PX: f32 = 22.0;
const DISC_PX: f32 = 2.6;
const DISC_STEP_PX: f32 = 0.75;
const CRANED_HALF_PX: f32 = 4.0;
const CRANED_PX: f32 = 9.0;
const SUNKEN_HALF_PX: f32 = 2.8;
const SUNKEN_PX: f32 = 7.0;
const WHEELED_HALF_PX: f32 = 4.4;
const WHEELED_PX: f32 = 7.5;
const PARK_HALF_PX: f32 = 2.6;
const PARK_PX: f32 = 7.5;
const FLATTEST: f32 = 0.25;

/// How points of the scene get into the picture, in pixels of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lens {
    clip_from_world: Mat4,
    /// Where the eye is.
    pub eye: Vec3,
    /// Pixels of the picture.
    pub size: Vec2,
    turn: Quat,
    /// How much of half the picture a unit at a depth of one fills, across and up.
    zoom: Vec2,
}

impl Lens {
    /// The lens of a camera that stands there; `None` before its picture has a size.
    pub(crate) fn of(camera: &Camera, at: &Transform) -> Option<Self> {
        let clip_from_view = camera.clip_from_view();
        Some(Self {
            clip_from_world: clip_from_view * Mat4::from(at.compute_affine().inverse()),
            eye: at.translation,
            size: camera.physical_viewport_size()?.as_vec2(),
            turn: at.rotation,
            zoom: Vec2::new(clip_from_view.x_axis.x, clip_from_view.y_axis.y),
        })
    }

    /// How many metres a pixel is wide at a depth.
    pub(crate) fn metres_per_px(&self, depth_m: f32) -> f32 {
        2.0 * depth_m / (self.zoom.y * self.size.y).max(f32::MIN_POSITIVE)
    }

    /// How much larger than designed the picture is.
    pub(crate) fn picture_scale(&self) -> f32 {
        self.size.y / DESIGNED_PX
    }

    /// Where the eye looks to through a point of the picture; of length one.
    pub(crate) fn sight(&self, at: Vec2) -> Vec3 {
        let ndc = (at / self.size * 2.0 - 1.0) * Vec2::new(1.0, -1.0);
        // Not by the inverse of the whole: far from the origin that loses too much.
        let seen = (ndc / self.zoom).extend(-1.0);
        (self.turn * seen).normalize_or_zero()
    }

    /// Where a site's foot is in the picture; `None` behind the eye.
    pub(crate) fn foot(&self, anchor: Vec3) -> Option<Foot> {
        let clip = self.clip_from_world * anchor.extend(1.0);
        if clip.w <= 1.0 {
            return None;
        }
        let pixel_m = self.metres_per_px(clip.w);
        let ndc = Vec2::new(clip.x, -clip.y) / clip.w;
        let larger = LARGER + (1.0 - LARGER) * smoothstep(LARGE_M, SMALL_M, pixel_m);
        let down = (self.eye - anchor).normalize_or_zero().y;
        Some(Foot {
            at: (ndc + 1.0) / 2.0 * self.size,
            depth: clip.w,
            scale: (larger * self.picture_scale()).max(UNIT_M / pixel_m),
            near: 1.0 - smoothstep(NEAR_M * NEAR_SHARE, NEAR_M, pixel_m),
            apart: 1.0 - smoothstep(APART_M * APART_SHARE, APART_M, pixel_m),
            flat: down.max(FLATTEST),
        })
    }
}

/// Where a site is in the picture, and how its signs are drawn there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Foot {
    /// Pixels from the upper left corner.
    pub at: Vec2,
    /// How far it is from the eye, along its sight.
    pub depth: f32,
    /// How much larger than designed its signs are.
    pub scale: f32,
    /// How far the containers of the site stand apart: 0 behind one, 1 beside each other.
    pub apart: f32,
    /// How far signs are small bins: 0 not at all, 1 all the way.
    pub near: f32,
    /// How flat a circle on the ground is.
    pub flat: f32,
}

impl Foot {
    /// Where the container at a [place](super::place) among those of its site stands.
    pub(crate) fn of_slot(&self, place: Vec2) -> Vec2 {
        let spread = place * Vec2::new(SLOT_RIGHT_PX, SLOT_NEAR_PX);
        self.at + spread * self.scale * self.apart
    }
}

/// A container, and how it is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Built<'a>(pub &'a Container, pub ContainerType);

/// How far a point is from the sign of a container: below 0 within. The point is in pixels from the sign's foot,
/// to the right and down.
pub(crate) fn from_shape(built: Built, foot: &Foot, at: Vec2) -> f32 {
    let at = at * Vec2::new(1.0, -1.0);
    match Shape::of(built, foot) {
        Shape::Box(size) => from_box(at, size.x * foot.scale, size.y * foot.scale),
        Shape::Disc(radius) => from_disc(at, radius * foot.scale, foot.flat),
    }
}

/// Half the width of a container's sign, and how high it is above its foot, in pixels.
pub(crate) fn extent(built: Built, foot: &Foot) -> Vec2 {
    let size = match Shape::of(built, foot) {
        Shape::Box(size) => size,
        Shape::Disc(radius) => Vec2::new(radius, 0.0),
    };
    size * foot.scale
}

/// In pixels as designed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// Half its width, and its height.
    Box(Vec2),
    Disc(f32),
}

impl Shape {
    fn of(Built(container, build): Built, foot: &Foot) -> Self {
        /// Bytes are rounded: half of one is given, as the shader does.
        const HALF_A_BYTE: f64 = 0.002;
        if foot.near > 0.5 {
            return Self::Box(bin(build));
        }
        let fill = container.shown_fill().unwrap_or(0.0) + HALF_A_BYTE;
        let class = Tone::of_fill(fill) as u8 - Tone::Level0 as u8;
        match container.look() {
            Look::Silent => Self::Box(Vec2::new(COLUMN_HALF_PX, SILENT_PX)),
            Look::Late | Look::Level if class >= 3 => {
                Self::Box(Vec2::new(COLUMN_HALF_PX, COLUMN_PX))
            }
            _ => Self::Disc(DISC_PX + DISC_STEP_PX * f32::from(class)),
        }
    }
}

/// Half the width of a bin and how high its rim is, in pixels as designed.
const fn bin(build: ContainerType) -> Vec2 {
    match build {
        ContainerType::Column | ContainerType::Unknown => Vec2::new(CRANED_HALF_PX, CRANED_PX),
        ContainerType::Underground => Vec2::new(SUNKEN_HALF_PX, SUNKEN_PX),
        ContainerType::FourWheeled => Vec2::new(WHEELED_HALF_PX, WHEELED_PX),
        ContainerType::ParkBin => Vec2::new(PARK_HALF_PX, PARK_PX),
    }
}

/// The distance from a box that stands on the foot.
fn from_box(at: Vec2, half_width: f32, height: f32) -> f32 {
    let half = Vec2::new(half_width, height / 2.0);
    let beyond = (at - Vec2::new(0.0, half.y)).abs() - half;
    beyond.max(Vec2::ZERO).length() + beyond.max_element().min(0.0)
}

/// The distance from a circle that lies on the ground.
fn from_disc(at: Vec2, radius: f32, flat: f32) -> f32 {
    let stretched = Vec2::new(at.x, at.y / flat);
    let away = stretched.length();
    let slope = Vec2::new(stretched.x, stretched.y / flat).length() / away.max(1e-3);
    (away - radius) / slope.max(1e-3)
}

fn smoothstep(from: f32, to: f32, at: f32) -> f32 {
    let share = ((at - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[cfg(test)]
mod tests {
    use twin_core::{SensorStatus, Stream};

    use super::*;

    const FOOT: Foot = Foot {
        at: Vec2::ZERO,
        depth: 1000.0,
        scale: 2.0,
        apart: 1.0,
        near: 0.0,
        flat: 0.5,
    };

    fn container(fill: Option<f64>, status: SensorStatus) -> Container {
        Container {
            id: "container/x".into(),
            site: 0,
            stream: Stream::Glass,
            fill,
            status,
            observed_at: None,
            has_sensor: true,
        }
    }

    #[rstest::rstest]
    #[case::apart("APART_M", APART_M)]
    #[case::apart_share("APART_SHARE", APART_SHARE)]
    #[case::large("LARGE_M", LARGE_M)]
    #[case::small("SMALL_M", SMALL_M)]
    #[case::larger("LARGER", LARGER)]
    #[case::designed("DESIGNED_PX", DESIGNED_PX)]
    #[case::slot_right("SLOT_RIGHT_PX", SLOT_RIGHT_PX)]
    #[case::slot_near("SLOT_NEAR_PX", SLOT_NEAR_PX)]
    #[case::column_half("COLUMN_HALF_PX", COLUMN_HALF_PX)]
    #[case::column("COLUMN_PX", COLUMN_PX)]
    #[case::silent("SILENT_PX", SILENT_PX)]
    #[case::disc("DISC_PX", DISC_PX)]
    #[case::disc_step("DISC_STEP_PX", DISC_STEP_PX)]
    #[case::near("NEAR_M", NEAR_M)]
    #[case::near_share("NEAR_SHARE", NEAR_SHARE)]
    #[case::unit("UNIT_M", UNIT_M)]
    #[case::craned_half("CRANED_HALF_PX", CRANED_HALF_PX)]
    #[case::craned("CRANED_PX", CRANED_PX)]
    #[case::sunken_half("SUNKEN_HALF_PX", SUNKEN_HALF_PX)]
    #[case::sunken("SUNKEN_PX", SUNKEN_PX)]
    #[case::wheeled_half("WHEELED_HALF_PX", WHEELED_HALF_PX)]
    #[case::wheeled("WHEELED_PX", WHEELED_PX)]
    #[case::park_half("PARK_HALF_PX", PARK_HALF_PX)]
    #[case::park("PARK_PX", PARK_PX)]
    #[case::flattest("FLATTEST", FLATTEST)]
    fn the_shader_draws_the_same(#[case] name: &str, #[case] value: f32) {
        let start = format!("const {name}: f32 = ");
        let shader = include_str!("sign.wgsl");
        let mut lines = shader.lines().filter_map(|line| line.strip_prefix(&*start));
        let told = lines.next().unwrap().trim_end_matches(';');
        assert_eq!(told.parse::<f32>(), Ok(value));
    }

    #[rstest::rstest]
    #[case::within_a_column(Some(0.7), SensorStatus::Ok, Vec2::new(6.0, -60.0), true)]
    #[case::above_a_column(Some(0.7), SensorStatus::Ok, Vec2::new(0.0, -70.0), false)]
    #[case::below_a_column(Some(0.7), SensorStatus::Ok, Vec2::new(0.0, 3.0), false)]
    #[case::a_silent_one_is_lower(Some(0.7), SensorStatus::Silent, Vec2::new(0.0, -50.0), false)]
    #[case::within_a_disc(Some(0.1), SensorStatus::Ok, Vec2::new(5.0, 0.0), true)]
    #[case::a_disc_is_flat(Some(0.1), SensorStatus::Ok, Vec2::new(0.0, 5.0), false)]
    #[case::nobody_knows(None, SensorStatus::Unknown, Vec2::new(0.0, -2.0), true)]
    fn a_point_is_within_a_sign_or_not(
        #[case] fill: Option<f64>,
        #[case] status: SensorStatus,
        #[case] at: Vec2,
        #[case] is_within: bool,
    ) {
        let container = container(fill, status);
        let from = from_shape(Built(&container, ContainerType::Column), &FOOT, at);
        assert_eq!(from < 0.0, is_within, "{from}");
    }

    #[test]
    fn beside_a_column_a_pixel_is_a_pixel() {
        let full = container(Some(1.0), SensorStatus::Ok);
        let built = Built(&full, ContainerType::Column);
        let from = from_shape(built, &FOOT, Vec2::new(10.4, -20.0));
        approx::assert_relative_eq!(from, 4.0, epsilon = 1e-5);
    }

    #[rstest::rstest]
    #[case::wide(ContainerType::FourWheeled, Vec2::new(8.0, -8.0), true)]
    #[case::beside_a_slim_one(ContainerType::ParkBin, Vec2::new(8.0, -8.0), false)]
    #[case::higher_than_a_bin(ContainerType::Column, Vec2::new(0.0, -30.0), false)]
    fn near_by_it_is_a_bin_however_full(
        #[case] build: ContainerType,
        #[case] at: Vec2,
        #[case] is_within: bool,
    ) {
        let near = Foot { near: 1.0, ..FOOT };
        for fill in [Some(0.99), Some(0.1), None] {
            let container = container(fill, SensorStatus::Ok);
            let from = from_shape(Built(&container, build), &near, at);
            assert_eq!(from < 0.0, is_within, "{from}");
        }
    }
}
