//! What other people's programs read: layers of the ground as map tiles.

pub mod terrain;
pub mod tiles;
