//! The way of the chosen truck on its trip: what lies behind as a solid line, what lies ahead dashed, for it is
//! only planned; its stops to come as ticks across.

use bevy::asset::Assets;
use bevy::camera::Camera;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::With;
use bevy::ecs::system::{Commands, Local, Query, Res, ResMut, SystemParam};
use bevy::math::Vec2;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::MeshMaterial3d;
use bevy::transform::components::Transform;

use super::round::{Call, Truck, Whereabouts};
use super::show::Choice;
use super::wire::CallKind;
use crate::camera::{Eye, Stand};
use crate::land::Heights;
use crate::look::{Looks, Ribbons, Stroke, strides};
use crate::palette::Tone;
use crate::space::raised;

/// A dash and the gap after it, in pixels.
const DASH_PX: f32 = 13.0;
const GAP_PX: f32 = 8.0;
/// Most dashes: of a way with more, those at its end are longer.
const MOST_DASHES: f32 = 1_500.0;
/// Half the width of the line, in pixels, and of the pale edge that parts it from roads.
const HALF_PX: f32 = 1.9;
const EDGE_PX: f32 = 3.4;
/// How far ticks stand out to each side, and half of how thick they are, in pixels: where containers are emptied, and
/// where loads are left.
const STOP_PX: [f32; 2] = [6.0, 1.6];
const UNLOAD_PX: [f32; 2] = [9.0, 4.0];
/// The same in metres: near, lines are as wide as what drives on them.
const HALF_M: f32 = 1.1;
const EDGE_M: f32 = 1.9;
/// How far points of the line are apart at most, in metres, so that it follows the land.
const STRIDE_M: f32 = 60.0;

/// Marks what draws the way.
#[derive(Component, Debug)]
pub(super) struct Way;

/// What a way was drawn for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawn {
    truck: Box<str>,
    /// How many dashes lie behind.
    step: i64,
    /// Metres a pixel, in powers of the square root of two.
    zoom: i32,
}

/// From where it is seen, and how lines are drawn.
#[derive(SystemParam)]
pub(super) struct View<'w, 's> {
    stand: Res<'w, Stand>,
    heights: Res<'w, Heights>,
    looks: Option<Res<'w, Looks>>,
    eyes: Query<'w, 's, &'static Camera, With<Eye>>,
}

impl View<'_, '_> {
    /// Metres a pixel of the picture is wide, in steps: lines are drawn anew at each.
    #[expect(clippy::cast_possible_truncation, reason = "some tens of steps")]
    fn zoom(&self) -> i32 {
        let size = self.eyes.iter().find_map(Camera::physical_viewport_size);
        let height_px = size.map_or(1080.0, |size| size.y as f32);
        let pixel_m = self.stand.metres_per_pixel(height_px).clamp(0.05, 500.0);
        (pixel_m.log2() * 2.0).round() as i32
    }
}

/// How many metres a pixel is wide at a step.
fn pixel_m(zoom: i32) -> f32 {
    (zoom as f32 / 2.0).exp2()
}

/// Draws the way anew when the truck has come a dash further, when it is another one, or seen from elsewhere.
pub(super) fn draw(
    mut commands: Commands,
    choice: Choice,
    view: View,
    (mut drawn, mut meshes): (Local<Option<Drawn>>, ResMut<Assets<Mesh>>),
    old: Query<Entity, With<Way>>,
) {
    let zoom = view.zoom();
    let found = choice.truck().zip(choice.mark()).zip(choice.moment.at);
    let wanted = found.map(|((truck, mark), _)| Drawn {
        truck: truck.id.clone(),
        step: step(mark.seen.along_m, zoom),
        zoom,
    });
    if *drawn == wanted {
        return;
    }
    let (Some(looks), Some(((truck, mark), at))) = (&view.looks, found) else {
        clear(&mut commands, &old);
        *drawn = None;
        return;
    };
    let trip = Trip {
        truck,
        seen: &mark.seen,
        ends_m: truck.trip(at),
        now_s: truck.clock(at),
    };
    let laid = trip.lay(&view.heights, pixel_m(zoom));
    clear(&mut commands, &old);
    if let Some(mesh) = laid.into_mesh() {
        commands.spawn((
            Way,
            Mesh3d(meshes.add(mesh)),
            MeshMaterial3d(looks.ribbons[Looks::WAYS].clone()),
            Transform::from_translation(raised(mark.seen.at, 0.0)),
            NoFrustumCulling,
        ));
    }
    *drawn = wanted;
}

fn clear(commands: &mut Commands, old: &Query<Entity, With<Way>>) {
    for entity in old {
        commands.entity(entity).despawn();
    }
}

#[expect(clippy::cast_possible_truncation, reason = "some thousands of dashes")]
fn step(along_m: f64, zoom: i32) -> i64 {
    (along_m / f64::from((DASH_PX + GAP_PX) * pixel_m(zoom))).floor() as i64
}

/// The trip of a truck, as it is drawn.
struct Trip<'a> {
    truck: &'a Truck,
    seen: &'a Whereabouts,
    ends_m: [f64; 2],
    now_s: f64,
}

impl Trip<'_> {
    fn lay(&self, heights: &Heights, pixel_m: f32) -> Ribbons {
        let [from_m, until_m] = self.ends_m;
        let here_m = self.seen.along_m.clamp(from_m, until_m.max(from_m));
        let mut ribbons = Ribbons::new(self.seen.at);
        let mut lay = |way: &[Vec2], half_px: f32, tone: Tone| {
            let stroke = Stroke {
                half_m: if tone == Tone::Halo { EDGE_M } else { HALF_M },
                half_px,
                tone,
            };
            ribbons.lay(heights, &strides(way, STRIDE_M), stroke);
        };
        lay(
            &self.truck.way(from_m, here_m),
            HALF_PX * 0.8,
            Tone::InkSmall,
        );
        lay(&self.truck.way(here_m, until_m), EDGE_PX, Tone::Halo);
        for [from, to] in dashes([here_m, until_m], pixel_m) {
            lay(&self.truck.way(from, to), HALF_PX, Tone::Ink);
        }
        let ahead = self.truck.calls.iter();
        let ahead = ahead.filter(|call| call.arrival_s > self.now_s);
        let trip = ahead.take_while(|call| !matches!(call.kind, CallKind::End));
        let mut is_over = false;
        for call in trip {
            let size = match call.kind {
                CallKind::Stop => STOP_PX,
                CallKind::Unload => UNLOAD_PX,
                _ => continue,
            };
            if is_over {
                break;
            }
            is_over = call.kind == CallKind::Unload;
            for (more, tone) in [(1.8, Tone::Halo), (0.0, Tone::Ink)] {
                let tick = self.tick(call, (size[1] + more) * pixel_m);
                lay(&tick, size[0] + more, tone);
            }
        }
        ribbons
    }

    /// A stretch of the way around a call, so long to both sides.
    fn tick(&self, call: &Call, half_m: f32) -> Vec<Vec2> {
        let ahead = self.truck.direction(call.arrival_s);
        vec![
            call_on_way(self.truck, call) - ahead * half_m,
            call_on_way(self.truck, call) + ahead * half_m,
        ]
    }
}

/// Where the way passes a call: places lie beside the road.
fn call_on_way(truck: &Truck, call: &Call) -> Vec2 {
    truck.spot_at(call.arrival_s).unwrap_or(call.at)
}

/// From where to where dashes reach, in metres driven.
fn dashes([from_m, until_m]: [f64; 2], pixel_m: f32) -> Vec<[f64; 2]> {
    let whole_m = until_m - from_m;
    if whole_m <= 0.0 {
        return Vec::new();
    }
    let every_m = f64::from((DASH_PX + GAP_PX) * pixel_m).max(whole_m / f64::from(MOST_DASHES));
    let dash_m = every_m * f64::from(DASH_PX / (DASH_PX + GAP_PX));
    // They stay where they are while a truck drives over them.
    let mut at_m = (from_m / every_m).floor() * every_m;
    let mut dashes = Vec::new();
    while at_m < until_m {
        let dash = [at_m.max(from_m), (at_m + dash_m).min(until_m)];
        if dash[0] < dash[1] {
            dashes.push(dash);
        }
        at_m += every_m;
    }
    dashes
}

#[cfg(test)]
mod tests {
    use super::super::round::tests::truck;
    use super::*;

    #[test]
    fn dashes_fill_the_way_and_stay_where_they_are() {
        let all = dashes([0.0, 1000.0], 1.0);
        assert!(all.windows(2).all(|pair| pair[0][1] < pair[1][0]));
        assert!(all.iter().all(|[from, to]| *from < *to && *to <= 1000.0));
        let later = dashes([50.0, 1000.0], 1.0);
        assert_eq!(later.last(), all.last(), "a dash does not move");
        assert_eq!(dashes([10.0, 10.0], 1.0).len(), 0);
    }

    #[test]
    fn a_long_way_has_no_more_dashes_than_can_be_drawn() {
        let all = dashes([0.0, 5_000_000.0], 0.05);
        assert!(all.len() <= 1_501, "{}", all.len());
    }

    #[test]
    fn a_trip_is_drawn_behind_and_ahead() {
        let truck = truck();
        let at = "2026-11-30T04:00:50Z".parse().unwrap();
        let seen = truck.whereabouts(at).unwrap();
        let trip = Trip {
            truck: &truck,
            seen: &seen,
            ends_m: truck.trip(at),
            now_s: 50.0,
        };
        let heights = Heights::level(Vec2::splat(-500.0), 100.0, [11, 11]);
        assert!(trip.lay(&heights, 1.0).into_mesh().is_some());
    }
}
