//! A scene of Bevy's own, to compare with: a hilly field of so many triangles in its standard material under one light.

use bevy::app::{App, Plugin, Startup, Update};
use bevy::asset::{Assets, RenderAssetUsages};
use bevy::color::Color;
use bevy::ecs::query::With;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Commands, Query, Res, ResMut};
use bevy::light::DirectionalLight;
use bevy::math::{Vec2, Vec3};
use bevy::mesh::{Indices, Mesh, Mesh3d, PrimitiveTopology};
use bevy::pbr::{MeshMaterial3d, StandardMaterial};
use bevy::transform::components::Transform;

use super::TURN;
use crate::camera::{Eye, open_eye};

/// How wide the field is, in metres.
const WIDTH_M: f32 = 40_000.0;

/// Draws the field, and turns the eye around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainPlugin {
    /// How many triangles the field has, about.
    pub triangles: usize,
}

#[derive(Resource)]
struct Field(usize);

impl Plugin for PlainPlugin {
    fn build(&self, app: &mut App) {
        app.insert_resource(Field(self.triangles))
            .add_systems(Startup, (open_eye, spread))
            .add_systems(Update, turn);
    }
}

/// Cells along a side of a field with so many triangles.
fn side(triangles: usize) -> u32 {
    let mut side = 1_u32;
    while 2 * (side as usize).pow(2) < triangles {
        side += 1;
    }
    side
}

fn spread(
    mut commands: Commands,
    field: Res<Field>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let material = materials.add(StandardMaterial {
        base_color: Color::WHITE,
        perceptual_roughness: 0.95,
        ..Default::default()
    });
    commands.spawn((
        Mesh3d(meshes.add(hills(side(field.0)))),
        MeshMaterial3d(material),
    ));
    commands.spawn((
        DirectionalLight {
            illuminance: 9000.0,
            ..Default::default()
        },
        Transform::from_xyz(-1.0, 1.0, -1.0).looking_at(Vec3::ZERO, Vec3::Y),
    ));
}

fn turn(mut eyes: Query<&mut Transform, With<Eye>>) {
    for mut transform in &mut eyes {
        transform.rotate_around(Vec3::ZERO, bevy::math::Quat::from_rotation_y(TURN));
    }
}

fn hills(side: u32) -> Mesh {
    let step = WIDTH_M / side as f32;
    let posts = (0..=side).flat_map(|row| (0..=side).map(move |column| (column, row)));
    let positions: Vec<Vec3> = posts
        .map(|(column, row)| {
            let at = Vec2::new(column as f32, row as f32) * step - WIDTH_M / 2.0;
            Vec3::new(
                at.x,
                300.0 * ((at.x / 2000.0).sin() + (at.y / 3000.0).cos()),
                at.y,
            )
        })
        .collect();
    let cells = (0..side).flat_map(|row| (0..side).map(move |column| row * (side + 1) + column));
    let indices: Vec<u32> = cells
        .flat_map(|north_west| {
            let (north_east, south_west) = (north_west + 1, north_west + side + 1);
            let south_east = south_west + 1;
            [
                north_west, south_west, south_east, north_west, south_east, north_east,
            ]
        })
        .collect();
    Mesh::new(
        PrimitiveTopology::TriangleList,
        RenderAssetUsages::default(),
    )
    .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
    .with_inserted_indices(Indices::U32(indices))
    .with_computed_smooth_normals()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::one(1)]
    #[case::many(200_000)]
    fn a_field_has_all_but_so_many_triangles(#[case] triangles: usize) {
        let mesh = hills(side(triangles));
        let found = mesh.indices().unwrap().len() / 3;
        assert!(
            found >= triangles && found <= triangles + triangles / 50 + 2,
            "{found}"
        );
    }
}
