//! Draws what is planned on the land: a ring where a site will stand, a line from where it stood, a cross where one goes,
//! a plus where one is new.

use bevy::app::{App, Plugin, Update};
use bevy::asset::Assets;
use bevy::camera::visibility::NoFrustumCulling;
use bevy::ecs::change_detection::DetectChanges;
use bevy::ecs::component::Component;
use bevy::ecs::entity::Entity;
use bevy::ecs::query::With;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Commands, Local, Query, Res, ResMut, SystemParam};
use bevy::math::Vec2;
use bevy::mesh::{Mesh, Mesh3d};
use bevy::pbr::MeshMaterial3d;
use twin_core::LonLat;

use super::Plan;
use super::draft::Planned;
use crate::camera::Stand;
use crate::land::Heights;
use crate::look::{Looks, Ribbons, Stroke, strides};
use crate::palette::Tone;
use crate::server::Fleet;
use crate::space::Space;
use crate::split::Split;
use crate::systems::ViewerSystems;

/// How large a ring is, in pixels of a picture as designed.
const RING_PX: f32 = 13.0;
/// In how many steps a doubling of the distance is drawn anew.
const STEPS: f32 = 2.0;
/// Corners of a ring.
const CORNERS: usize = 36;

pub(super) struct MarkPlugin;

impl Plugin for MarkPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(
            Update,
            draw.run_if(resource_exists::<Heights>)
                .run_if(resource_exists::<Looks>)
                .in_set(ViewerSystems::Draw),
        );
    }
}

/// Marks what is drawn of a plan.
#[derive(Component, Clone, Copy, Debug)]
struct OfPlan;

/// On what it is drawn.
#[derive(SystemParam)]
struct Ground<'w> {
    space: Res<'w, Space>,
    heights: Res<'w, Heights>,
    stand: Res<'w, Stand>,
    looks: Res<'w, Looks>,
}

/// Draws the plan anew when it has changed, and when it is seen from much nearer or farther.
fn draw(
    (plan, split, fleet): (Res<Plan>, Option<Res<Split>>, Res<Fleet>),
    (ground, mut meshes): (Ground, ResMut<Assets<Mesh>>),
    old: Query<Entity, With<OfPlan>>,
    mut last: Local<Option<i32>>,
    mut commands: Commands,
) {
    let is_turned = split.as_ref().is_some_and(DetectChanges::is_changed);
    #[expect(clippy::cast_possible_truncation, reason = "a number of a step")]
    let step = (ground.stand.distance_m.max(1.0).log2() * STEPS).round() as i32;
    if !plan.is_changed() && !is_turned && *last == Some(step) {
        return;
    }
    *last = Some(step);
    for entity in &old {
        commands.entity(entity).despawn();
    }
    if !plan.is_open || split.is_some_and(|split| split.is_on()) {
        return;
    }
    let radius_m = RING_PX * ground.stand.metres_per_pixel(1080.0);
    let mut lines = Ribbons::new(Vec2::ZERO);
    for (site, planned) in plan.draft.planned() {
        let shapes = match planned {
            Planned::Altered => site_of(&fleet, site)
                .map(|at| vec![ring(ground.space.ground(at), radius_m)])
                .unwrap_or_default(),
            _ => shapes(planned, radius_m, |at| ground.space.ground(at)),
        };
        for shape in shapes {
            let points = strides(&shape, ground.heights.step_m() / 2.0);
            lines.lay(&ground.heights, &points, stroke(planned));
        }
    }
    if let Some(mesh) = lines.into_mesh() {
        let look = ground.looks.ribbons[Looks::ROADS].clone();
        let line = (Mesh3d(meshes.add(mesh)), MeshMaterial3d(look));
        commands.spawn((OfPlan, line, NoFrustumCulling));
    }
}

fn site_of(fleet: &Fleet, key: &str) -> Option<LonLat> {
    let id = format!("site/{key}");
    let site = fleet.sites.iter().find(|site| *site.id == *id)?;
    Some(site.place)
}

const fn stroke(planned: Planned) -> Stroke {
    let tone = match planned {
        Planned::Gone(_) => Tone::InkQuiet,
        _ => Tone::Action,
    };
    Stroke {
        half_m: 0.5,
        half_px: 1.3,
        tone,
    }
}

/// The lines of a mark.
fn shapes(planned: Planned, radius: f32, at: impl Fn(LonLat) -> Vec2) -> Vec<Vec<Vec2>> {
    let beam = |middle: Vec2, to: Vec2| vec![middle - to * radius, middle + to * radius];
    match planned {
        Planned::Moved { from, to } => {
            let (from, to) = (at(from), at(to));
            vec![ring(to, radius), vec![from, to]]
        }
        Planned::New(place) => {
            let middle = at(place);
            vec![
                ring(middle, radius),
                beam(middle, Vec2::X * 0.6),
                beam(middle, Vec2::Y * 0.6),
            ]
        }
        Planned::Gone(place) => {
            let middle = at(place);
            vec![beam(middle, Vec2::ONE), beam(middle, Vec2::new(1.0, -1.0))]
        }
        Planned::Altered => Vec::new(),
    }
}

fn ring(middle: Vec2, radius: f32) -> Vec<Vec2> {
    let corner = |n: usize| {
        let turn = n as f32 / CORNERS as f32 * std::f32::consts::TAU;
        middle + Vec2::from_angle(turn) * radius
    };
    (0..=CORNERS).map(corner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_step_has_a_form_of_its_own() {
        let place = LonLat::new(6.8, 47.5).unwrap();
        let forms = [
            Planned::Moved {
                from: place,
                to: place,
            },
            Planned::New(place),
            Planned::Gone(place),
        ];
        let lines = forms.map(|planned| {
            let shapes = shapes(planned, 10.0, |_| Vec2::ZERO);
            shapes.iter().map(Vec::len).collect::<Vec<_>>()
        });
        assert_eq!(
            lines,
            [vec![CORNERS + 1, 2], vec![CORNERS + 1, 2, 2], vec![2, 2]]
        );
    }
}
