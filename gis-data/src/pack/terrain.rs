//! The terrain as a GeoTIFF: heights in the first image, what was filled in as the second one.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::encoder::{Compression, DeflateLevel, TiffEncoder, colortype};
use tiff::tags::Tag;
use tiff::{TiffError, TiffResult};
use twin_core::{LonLat, Terrain, TerrainGrid};

use super::GroundLayer;
use crate::error::{GisError, GisResult};

/// The terrain's file in a pack.
pub(super) const FILE: &str = "terrain.tif";

/// GeoTIFF 1.1, keys: geographic model, a post is a point, WGS84.
const GEO_KEYS: [u16; 16] = [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 2, 2048, 0, 1, 4326];
/// The flag of a height that was filled in.
const FILLED: u8 = 255;

/// Where the terrain is read or written, and what people know it as.
#[derive(Clone, Debug)]
pub(super) struct TerrainFile {
    path: PathBuf,
    pub(super) shown: PathBuf,
}

impl TerrainFile {
    pub(super) fn new(dir: &Path, shown: &Path) -> Self {
        Self {
            path: dir.join(FILE),
            shown: shown.join(FILE),
        }
    }

    pub(super) fn exists(&self) -> bool {
        self.path.exists()
    }

    fn io(&self, action: &'static str) -> impl Fn(io::Error) -> GisError + use<'_> {
        move |source| GisError::Io {
            action,
            path: self.shown.clone(),
            source,
        }
    }

    fn broken(&self, problem: &'static str) -> GisError {
        GisError::BrokenLayer {
            problem,
            offset: 0,
            layer: GroundLayer::Terrain.name(),
            path: self.shown.clone(),
        }
    }
}

/// Writes a terrain; the same one always makes the same bytes.
pub(super) fn write(file: &TerrainFile, terrain: &Terrain) -> GisResult<()> {
    let target = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&file.path)
        .map_err(file.io("create"))?;
    let mut out = BufWriter::new(target);
    encode(&mut out, terrain).map_err(|error| match error {
        TiffError::IoError(source) => file.io("write")(source),
        _ => file.broken("the terrain does not fit into a TIFF"),
    })?;
    let target = out.into_inner().map_err(io::IntoInnerError::into_error);
    target
        .and_then(|target| target.sync_all())
        .map_err(file.io("write"))
}

fn encode(out: &mut BufWriter<File>, terrain: &Terrain) -> TiffResult<()> {
    let grid = terrain.grid();
    let mut tiff =
        TiffEncoder::new(out)?.with_compression(Compression::Deflate(DeflateLevel::Balanced));
    let mut heights = tiff.new_image::<colortype::Gray32Float>(grid.columns, grid.rows)?;
    let steps = [grid.lon_step, grid.lat_step, 0.0];
    let corner = [
        0.0,
        0.0,
        0.0,
        grid.north_west.lon(),
        grid.north_west.lat(),
        0.0,
    ];
    let tags = heights.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &steps[..])?;
    tags.write_tag(Tag::ModelTiepointTag, &corner[..])?;
    tags.write_tag(Tag::GeoKeyDirectoryTag, &GEO_KEYS[..])?;
    heights.write_data(terrain.heights_m())?;
    let flag = |&is_filled: &bool| if is_filled { FILLED } else { 0 };
    let flags: Vec<u8> = terrain.is_filled().iter().map(flag).collect();
    tiff.write_image::<colortype::Gray8>(grid.columns, grid.rows, &flags)
}

/// Reads a terrain.
///
/// # Errors
/// Whatever the file holds, it is read or refused.
pub(super) fn read(file: &TerrainFile) -> GisResult<Terrain> {
    let source = File::open(&file.path).map_err(file.io("read"))?;
    let (grid, heights_m, is_filled) =
        decode(BufReader::new(source)).map_err(|error| match error {
            TiffError::IoError(source) => file.io("read")(source),
            _ => file.broken("this is no terrain: expected a GeoTIFF with heights and flags"),
        })?;
    Terrain::new(grid, heights_m, is_filled).map_err(|error| match error {
        twin_core::TwinError::InvalidTerrain { .. } => {
            file.broken("heights and flags do not make a terrain")
        }
        other => other.into(),
    })
}

fn decode(source: BufReader<File>) -> TiffResult<(TerrainGrid, Vec<f32>, Vec<bool>)> {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = Terrain::MAX_POSTS * size_of::<f32>();
    let mut tiff = Decoder::new(source)?.with_limits(limits);
    let grid = grid(&mut tiff)?;
    let DecodingResult::F32(heights_m) = tiff.read_image()? else {
        return Err(unexpected());
    };
    tiff.next_image()?;
    let DecodingResult::U8(flags) = tiff.read_image()? else {
        return Err(unexpected());
    };
    let is_filled = flags.into_iter().map(|flag| flag == FILLED).collect();
    Ok((grid, heights_m, is_filled))
}

fn grid(tiff: &mut Decoder<BufReader<File>>) -> TiffResult<TerrainGrid> {
    let (columns, rows) = tiff.dimensions()?;
    let steps = tiff.get_tag_f64_vec(Tag::ModelPixelScaleTag)?;
    let corner = tiff.get_tag_f64_vec(Tag::ModelTiepointTag)?;
    let (&[lon_step, lat_step, _], &[0.0, 0.0, _, lon, lat, _]) = (&steps[..], &corner[..]) else {
        return Err(unexpected());
    };
    let north_west = LonLat::new(lon, lat).map_err(|_off_globe| unexpected())?;
    Ok(TerrainGrid {
        north_west,
        lon_step,
        lat_step,
        columns,
        rows,
    })
}

/// A file that is a TIFF and no terrain; [`read`] says so.
const fn unexpected() -> TiffError {
    TiffError::LimitsExceeded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terrain() -> Terrain {
        let grid = TerrainGrid {
            north_west: LonLat::new(6.5, 47.75).unwrap(),
            lon_step: 0.125,
            lat_step: 0.25,
            columns: 4,
            rows: 3,
        };
        let heights = [300.5, 301.25, -4.0, 1234.5];
        let heights_m = heights.into_iter().cycle().take(12).collect();
        let is_filled = [false, true, false].into_iter().cycle().take(12).collect();
        Terrain::new(grid, heights_m, is_filled).unwrap()
    }

    #[test]
    fn a_terrain_reads_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let file = TerrainFile::new(dir.path(), dir.path());
        write(&file, &terrain()).unwrap();
        assert_eq!(read(&file).unwrap(), terrain());
    }

    #[test]
    fn a_damaged_terrain_is_refused_and_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = TerrainFile::new(dir.path(), dir.path());
        write(&file, &terrain()).unwrap();
        let whole = std::fs::read(&file.path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&file.path, &whole[..length]).unwrap();
            if let Err(error) = read(&file) {
                assert!(error.to_string().contains(FILE), "{error}");
            }
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            std::fs::write(&file.path, &bytes).unwrap();
            let _refused_or_read = read(&file);
        }
    }
}
