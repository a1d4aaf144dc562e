//! The height of the terrain, out of SRTM tiles, GeoTIFF and ASCII grids, as one grid in degrees.
//!
//! What is in memory at a time is the terrain itself, some 7 bytes a post while holes are filled,
//! and at most 32 million posts of the files (128 MiB, twice that where they are much finer than
//! the terrain); the files are read by rows, strips or tiles. That is 20 MiB for a tile of SRTM at
//! three seconds of arc, and less than 1 GiB for the largest terrain.

mod ascii;
mod fill;
mod geotiff;
mod grid;
mod hgt;
mod mosaic;
mod resample;
mod source;
mod target;
mod trim;

use std::path::{Path, PathBuf};

use twin_core::{LonLatBox, Terrain};

use self::grid::OUTSIDE;
use self::mosaic::Mosaic;
use self::resample::Limits;
use self::source::Source;
use self::target::Target;
use super::{Progress, Report, WarningCode};
use crate::error::{GisError, GisResult};

/// How far around a territory its terrain reaches, in metres, where there are heights.
pub const MARGIN_M: f64 = 2_000.0;

const LIMITS: Limits = Limits {
    posts: Terrain::MAX_POSTS,
    window_posts: 32_000_000,
};

/// A terrain out of files, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Dem {
    /// The terrain.
    pub terrain: Terrain,
    /// What was assumed about the files, in words: their reference system.
    pub assumptions: Vec<String>,
}

/// Reads the terrain of a territory, from its extent to [`MARGIN_M`] around; without an extent, all
/// that the files have.
///
/// * SRTM tiles (`N47E006.hgt`, also zipped), GeoTIFF (one band, by EPSG code) and ESRI ASCII grids
///   (WGS84 or Lambert-93, as their numbers suggest), told apart by what is in them.
/// * The grid is that of the finest file. Files of the same grid are joined post by post; others,
///   and those in a plane, are interpolated between four posts, and averaged where they are finer.
///   Where several have a height, the finer one's holds, then the first one's.
/// * A terrain of more than [`Terrain::MAX_POSTS`] gets wider steps.
/// * It ends where the files end: rows and columns of its rim that they do not cover wholly, or
///   know at less than half of the posts, are cut off. Other posts without a height are filled from
///   those around, and flagged.
///
/// ```no_run
/// use gis_data::import::{Report, dem};
///
/// let mut report = Report::default();
/// let files = ["N47E006.hgt.zip".into(), "N47E007.hgt.zip".into()];
/// let dem = dem::read(&files, None, &mut report)?;
/// let filled = dem.terrain.is_filled().iter().filter(|it| **it).count();
/// # Ok::<(), gis_data::GisError>(())
/// ```
///
/// # Errors
///
/// The first file's where not one can be read, and [`GisError::NoHeights`] where they have none in
/// the territory. Every other file that cannot be used is told in `report`.
pub fn read(files: &[PathBuf], extent: Option<LonLatBox>, report: &mut Report) -> GisResult<Dem> {
    read_within(files, extent, LIMITS, report)
}

fn read_within(
    files: &[PathBuf],
    extent: Option<LonLatBox>,
    limits: Limits,
    report: &mut Report,
) -> GisResult<Dem> {
    let first = files.first().map_or(Path::new(""), PathBuf::as_path);
    let nothing = || GisError::NoHeights {
        path: first.to_path_buf(),
    };
    let (sources, assumptions) = open(files, report)?;
    let mut mosaics = Mosaic::join(sources);
    let region = extent.map(with_margin);
    let mut target = Target::new(&mosaics, region, limits.posts).ok_or_else(nothing)?;
    tell_coarser(&target, first, report);
    target::finest_first(&mut mosaics);
    let count = mosaics.len();
    for (ix, mosaic) in mosaics.iter_mut().enumerate() {
        resample::place(mosaic, &mut target, limits, &mut |file, error| {
            report.warn(WarningCode::DamagedTerrain, &file, "file", problem(&error));
        });
        report.tell(Progress {
            what: "terrain",
            done: ix + 1,
            blocks: count,
        });
    }
    trim::trim(&mut target).ok_or_else(nothing)?;
    tell_gaps(&target, extent, first, report);
    let is_filled = filled(&mut target, first, report);
    let terrain = target.terrain(is_filled)?;
    Ok(Dem {
        terrain,
        assumptions,
    })
}

/// Looks at each file; those that cannot be used are told.
fn open(files: &[PathBuf], report: &mut Report) -> GisResult<(Vec<Source>, Vec<String>)> {
    let (mut sources, mut assumptions) = (Vec::new(), Vec::new());
    let mut first_error = None;
    for file in files {
        match Source::open(file) {
            Ok(opened) => {
                sources.push(opened.source);
                assumptions.extend(opened.assumption);
            }
            Err(error) => {
                report.warn(WarningCode::UnusableTerrain, file, "file", problem(&error));
                first_error = first_error.or(Some(error));
            }
        }
    }
    match first_error {
        Some(error) if sources.is_empty() => Err(error),
        _ => Ok((sources, assumptions)),
    }
}

/// What is wrong with a file, without its name, which the warning has.
fn problem(error: &GisError) -> String {
    match error {
        GisError::NotTerrain { problem, .. } => problem.to_string(),
        GisError::Io { source, .. } => format!("it cannot be read ({source})"),
        GisError::TooLarge { bytes, limit, .. } => {
            format!("it has {bytes} bytes, more than the {limit} that are read")
        }
        other => other.to_string(),
    }
}

/// The extent with what lies at most [`MARGIN_M`] beside it.
fn with_margin(extent: LonLatBox) -> LonLatBox {
    /// The shortest degree of latitude.
    const DEGREE_M: f64 = 110_574.0;
    let up = MARGIN_M / DEGREE_M;
    let farthest = extent.south().abs().max(extent.north().abs()).min(89.0);
    let right = up / libm::cos((farthest + up).min(89.5).to_radians());
    let (west, east) = (extent.west() - right, extent.east() + right);
    let (south, north) = (extent.south() - up, extent.north() + up);
    LonLatBox::new(
        west.max(-180.0),
        south.max(-90.0),
        east.min(180.0),
        north.min(90.0),
    )
    .unwrap_or(extent)
}

fn tell_coarser(target: &Target, file: &Path, report: &mut Report) {
    let times = target.coarser;
    if times > 1 {
        let limit = Terrain::MAX_POSTS;
        let message = format!(
            "its posts are {times} times farther apart than in the files, for no more than {limit}"
        );
        report.warn(WarningCode::CoarserTerrain, file, "terrain", message);
    }
}

/// Tells where the territory has no terrain, and where files leave a gap between them.
fn tell_gaps(target: &Target, extent: Option<LonLatBox>, file: &Path, report: &mut Report) {
    let mut warn = |message: String| {
        report.warn(WarningCode::PartialTerrain, file, "terrain", message);
    };
    let grid = &target.grid;
    let reach = grid
        .place(grid.columns - 1, grid.rows - 1)
        .map(|south_east| {
            let (west, north) = (grid.north_west.lon(), grid.north_west.lat());
            [west, south_east.lat(), south_east.lon(), north]
        });
    if let (Some(extent), Some([west, south, east, north])) = (extent, reach) {
        let wanted = [extent.west(), extent.south(), extent.east(), extent.north()];
        let slack = grid.lon_step.max(grid.lat_step);
        let is_reached = west <= wanted[0] + slack
            && south <= wanted[1] + slack
            && east >= wanted[2] - slack
            && north >= wanted[3] - slack;
        if !is_reached {
            let [a, b, c, d] = wanted;
            warn(format!(
                "it reaches from {west:.4}, {south:.4} to {east:.4}, {north:.4}, \
                 expected from {a:.4}, {b:.4} to {c:.4}, {d:.4}"
            ));
        }
    }
    let gaps = target.heights.iter().filter(|it| **it == OUTSIDE).count();
    if gaps > 0 {
        warn(format!(
            "{gaps} posts lie in gaps between the files; they are filled in"
        ));
    }
}

/// Fills every post without a height, and says which those are.
fn filled(target: &mut Target, file: &Path, report: &mut Report) -> Vec<bool> {
    let is_filled: Vec<bool> = target.heights.iter().map(|it| !it.is_finite()).collect();
    let count = is_filled.iter().filter(|it| **it).count();
    if count > 0 {
        let grid = &target.grid;
        let middle = grid.north_west.lat() - grid.lat_step * f64::from(grid.rows) / 2.0;
        let across = grid.lon_step * libm::cos(middle.to_radians());
        let columns = grid.columns as usize;
        fill::fill(&mut target.heights, columns, [across, grid.lat_step]);
        let posts = is_filled.len();
        let message =
            format!("{count} of {posts} posts have no height; filled in from those around them");
        report.warn(WarningCode::HeightsFilled, file, "terrain", message);
    }
    is_filled
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder with a tile that rises by 2 m a column and 1 m a row.
    fn tile() -> (tempfile::TempDir, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("S01W001.hgt");
        let posts = (0..1201_i16).flat_map(|row| (0..1201_i16).map(move |column| (column, row)));
        let heights = posts.flat_map(|(column, row)| (2 * column + row).to_be_bytes());
        fs::write(&path, heights.collect::<Vec<u8>>()).unwrap();
        (home, path)
    }

    #[test]
    fn a_terrain_is_the_same_however_little_is_read_at_once() {
        let (_home, path) = tile();
        let files = [path];
        let whole = read(&files, None, &mut Report::default()).unwrap();
        let sparing = Limits {
            window_posts: 5_000,
            ..LIMITS
        };
        let pieces = read_within(&files, None, sparing, &mut Report::default()).unwrap();
        assert_eq!(pieces, whole);
    }

    #[test]
    fn too_many_posts_are_made_fewer_by_their_means_and_told() {
        let (_home, path) = tile();
        let mut report = Report::default();
        let limits = Limits {
            posts: 100_000,
            ..LIMITS
        };
        let terrain = read_within(&[path], None, limits, &mut report)
            .unwrap()
            .terrain;
        let grid = terrain.grid();
        assert_eq!((grid.columns, grid.rows), (301, 301));
        assert_eq!(report.count(WarningCode::CoarserTerrain), 1);
        let inside = LonLatBox::new(-0.9, -0.9, -0.1, -0.1).unwrap();
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                let place = grid.place(column, row).unwrap();
                let expected = f64::from(2 * 4 * column + 4 * row);
                let height = terrain.height_m(place).unwrap();
                assert!(
                    !inside.contains(place) || (height - expected).abs() < 1e-3,
                    "{height} for {expected}"
                );
            }
        }
    }

    #[rstest::rstest]
    #[case::montbeliard([6.6, 47.3, 7.0, 47.6])]
    #[case::at_the_equator([10.0, -0.1, 10.2, 0.1])]
    #[case::far_north([20.0, 78.0, 21.0, 78.5])]
    fn the_margin_is_two_kilometres_everywhere(#[case] extent: [f64; 4]) {
        let [west, south, east, north] = extent;
        let wide = with_margin(LonLatBox::new(west, south, east, north).unwrap());
        let place = |lon, lat| twin_core::LonLat::new(lon, lat).unwrap();
        for lat in [south, north] {
            let margin = place(west, lat).distance(place(wide.west(), lat)).get();
            assert!((MARGIN_M..1.1 * MARGIN_M).contains(&margin), "{margin}");
        }
        let margin = place(west, north).distance(place(west, wide.north())).get();
        assert!((MARGIN_M..1.02 * MARGIN_M).contains(&margin), "{margin}");
    }

    #[test]
    fn the_margin_ends_with_the_globe() {
        let globe = LonLatBox::new(-180.0, -90.0, 180.0, 90.0).unwrap();
        assert_eq!(with_margin(globe), globe);
    }
}
