//! Solid things while they are put together.

use bevy::asset::RenderAssetUsages;
use bevy::math::{Vec2, Vec3};
use bevy::mesh::{Indices, Mesh, PrimitiveTopology};

/// Triangles of [`Plaster`](super::Plaster) while they are put together.
#[derive(Clone, Debug, Default)]
pub struct Solid {
    positions: Vec<Vec3>,
    normals: Vec<Vec3>,
    tones: Vec<Vec2>,
    indices: Vec<u32>,
}

impl Solid {
    /// Adds a vertex; tells its number.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a mesh has fewer than 2^32 vertices"
    )]
    pub fn vertex(&mut self, at: Vec3, normal: Vec3, tones: Vec2) -> u32 {
        self.positions.push(at);
        self.normals.push(normal);
        self.tones.push(tones);
        (self.positions.len() - 1) as u32
    }

    /// Adds a triangle, counter-clockwise as seen from outside.
    pub fn triangle(&mut self, corners: [u32; 3]) {
        self.indices.extend(corners);
    }

    /// Adds a flat quadrangle, counter-clockwise as seen from outside.
    pub fn quad(&mut self, corners: [Vec3; 4], tones: [Vec2; 4]) {
        let [first, second, third, _] = corners;
        let normal = (second - first).cross(third - first).normalize_or(Vec3::Y);
        let [a, b, c, d] = std::array::from_fn(|n| self.vertex(corners[n], normal, tones[n]));
        self.triangle([a, b, c]);
        self.triangle([a, c, d]);
    }

    /// Adds all of another one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a mesh has fewer than 2^32 vertices"
    )]
    pub fn append(&mut self, other: Self) {
        let first = self.positions.len() as u32;
        self.positions.extend(other.positions);
        self.normals.extend(other.normals);
        self.tones.extend(other.tones);
        self.indices.extend(other.indices.iter().map(|n| first + n));
    }

    /// The same in other tones: of what can be stood on, and of what stands upright.
    #[must_use]
    pub fn painted(&self, [ground, upright]: [Vec2; 2]) -> Self {
        let tones = self.normals.iter();
        let tones = tones.map(|normal| if normal.y < 0.1 { upright } else { ground });
        Self {
            tones: tones.collect(),
            ..self.clone()
        }
    }

    /// How many vertices there are.
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Where the vertices are.
    pub fn positions(&self) -> &[Vec3] {
        &self.positions
    }

    /// Where the vertices look to.
    pub fn normals(&self) -> &[Vec3] {
        &self.normals
    }

    /// What the vertices are made of.
    pub fn tones(&self) -> &[Vec2] {
        &self.tones
    }

    /// The vertices of each triangle, by number.
    pub fn triangles(&self) -> impl Iterator<Item = &[u32; 3]> {
        self.indices.as_chunks::<3>().0.iter()
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// Hands it over for drawing.
    pub fn mesh(self) -> Mesh {
        Mesh::new(
            PrimitiveTopology::TriangleList,
            RenderAssetUsages::RENDER_WORLD,
        )
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, self.normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, self.tones)
        .with_inserted_indices(Indices::U32(self.indices))
    }
}
