//! What can go wrong in a viewer.

use std::path::PathBuf;

/// Why the viewer cannot start, or cannot read what the server sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ViewerError {
    /// A terrain tile is no PNG.
    #[error("the terrain tile is no readable PNG")]
    Terrain(#[source] png::DecodingError),

    /// A terrain tile is not square, or too large.
    #[error("the terrain tile is {width} × {height} pixels, expected a square of 1 to 1024")]
    TerrainSize {
        /// Pixels from west to east.
        width: u32,
        /// Pixels from north to south.
        height: u32,
    },

    /// A terrain tile has no colours.
    #[error("the terrain tile has {channels} channels a pixel, expected 3 or 4")]
    TerrainColour {
        /// Values of a pixel.
        channels: usize,
    },

    /// A ground tile is no Mapbox Vector Tile.
    #[error("the ground tile is no readable vector tile")]
    Tile(#[source] geozero::error::GeozeroError),

    /// An answer is not what it should be.
    #[error("{what} cannot be read")]
    Answer {
        /// What was asked for.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },

    /// The outlines of the communes enclose nothing.
    #[error("the communes have no outline")]
    NoOutline,

    /// The picture was not written.
    #[error("the picture cannot be written to {}", path.display())]
    Picture {
        /// Where it should have gone.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}
