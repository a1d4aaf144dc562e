//! The folder as a whole: which layers it has, and how it comes to be all at once or not at all.

mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use twin_core::{
    Asset, AssetKind, Camera, Detail, Ground, Layers, OperatorAccess, Restricted, Terrain,
};

use super::fgb::{self, LayerFile, Numbered, Privacy};
use super::fingerprint::fingerprint;
use super::ground::for_each_ground_layer;
use super::manifest::{self, Manifest};
use super::record::Record;
use super::schema::RestrictedCamera;
use super::terrain::{self, TerrainFile};
use super::{GroundLayer, Pack};
use crate::error::{GisError, GisResult};

pub use self::survey::{Survey, survey};

/// The layer of the communes.
pub(super) const COMMUNES: &str = "communes";

/// The layer that a published pack lacks; its provenance is that of the cameras.
pub(super) const RESTRICTED: &str = "cameras_restricted";

/// What happens to a pack that is already there and is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfPresent {
    /// It stays, and the new one is refused.
    Refuse,
    /// The new one takes its place. A folder that is no pack is never replaced.
    Replace,
}

/// Reads a pack from its folder.
///
/// Rows come in the order in which they were written. A camera without a row in
/// `cameras_restricted.fgb`, or in a pack without that file, is aimed at nothing known from its
/// street's place.
///
/// # Errors
///
/// Whatever the folder holds, it is read or refused with the file, layer, feature and column.
pub fn read(dir: &Path) -> GisResult<Pack> {
    let manifest = manifest::read(dir)?;
    let known = || layer_names().chain([RESTRICTED]);
    if let Some(unknown) = manifest
        .layers
        .keys()
        .find(|name| !known().any(|k| k == **name))
    {
        let layer = unknown.as_str().into();
        return Err(GisError::UnknownLayer {
            path: manifest::path(dir),
            layer,
        });
    }
    let folder = Folder::new(dir, &manifest);
    let mut layers = folder.read_layers()?;
    folder.read_aimings(&mut layers.cameras)?;
    let ground = folder.read_ground()?;
    Ok(Pack {
        manifest,
        layers,
        ground,
    })
}

/// Reads of a pack's ground only what concerns traffic: roads, what stands on them, which turns are
/// forbidden, and the terrain.
///
/// # Errors
///
/// As [`read`], for these layers.
pub fn read_traffic(dir: &Path) -> GisResult<Ground> {
    let manifest = manifest::read(dir)?;
    Folder::new(dir, &manifest).read_traffic()
}

/// Reads of a pack's ground what concerns traffic, and the waterways that a map of the ways shows.
///
/// # Errors
///
/// As [`read`], for these layers.
pub fn read_mapped_traffic(dir: &Path) -> GisResult<Ground> {
    let manifest = manifest::read(dir)?;
    let folder = Folder::new(dir, &manifest);
    Ok(Ground {
        waterways: unnumbered(folder.read(GroundLayer::Water.name())?),
        ..folder.read_traffic()?
    })
}

/// Writes a pack to a folder, which is there completely or not at all; one with the same content
/// may already be there, and is left alone.
///
/// # Errors
///
/// A pack that would not read back as it is, a layer without provenance in the manifest, and what
/// `present` says of another pack.
pub fn write(dir: &Path, pack: &Pack, present: IfPresent) -> GisResult<()> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(io_error("create", parent))?;
    let workshop = tempfile::Builder::new().prefix(".pack-").tempdir_in(parent);
    let workshop = workshop.map_err(io_error("create", parent))?;
    let made = workshop.path().join("new");
    fs::create_dir(&made).map_err(io_error("create", &made))?;
    Folder {
        dir: &made,
        shown: dir,
        manifest: &pack.manifest,
    }
    .write(pack)?;
    publish(&made, dir, &workshop.path().join("old"), present)
}

/// Refuses a folder in which a pack can never be written: one with other things in it.
///
/// Asked before long work; [`write()`] asks again.
///
/// # Errors
///
/// [`GisError::NotAPack`], and [`GisError::Io`] where it cannot be looked at.
pub fn check_place(dir: &Path) -> GisResult<()> {
    if is_free(dir)? || manifest::path(dir).is_file() {
        return Ok(());
    }
    Err(GisError::NotAPack { path: dir.into() })
}

/// Moves what was made to where it belongs.
fn publish(made: &Path, dir: &Path, old: &Path, present: IfPresent) -> GisResult<()> {
    let moved = |from: &Path, to: &Path| fs::rename(from, to).map_err(io_error("write", dir));
    if is_free(dir)? {
        moved(made, dir)?;
        return sync_parent(dir);
    }
    if !manifest::path(dir).is_file() {
        return Err(GisError::NotAPack { path: dir.into() });
    }
    // A pack that cannot be read has no fingerprint and is another one.
    if fingerprint(dir).ok() == Some(fingerprint(made)?) {
        return Ok(());
    }
    if present == IfPresent::Refuse {
        return Err(GisError::PackExists { path: dir.into() });
    }
    moved(dir, old)?;
    if let Err(error) = moved(made, dir) {
        moved(old, dir)?;
        return Err(error);
    }
    sync_parent(dir)
}

/// Whether there is nothing, or an empty folder.
fn is_free(dir: &Path) -> GisResult<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(io_error("read", dir)(error)),
    }
}

fn sync_parent(dir: &Path) -> GisResult<()> {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty());
    sync_dir(parent.unwrap_or(Path::new(".")), dir)
}

fn sync_dir(dir: &Path, shown: &Path) -> GisResult<()> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(io_error("write", shown))
}

pub(super) fn io_error(action: &'static str, path: &Path) -> impl Fn(io::Error) -> GisError {
    move |source| GisError::Io {
        action,
        path: PathBuf::from(path),
        source,
    }
}

/// The file of a layer.
pub(super) fn file_name(layer: &str) -> String {
    if layer == GroundLayer::Terrain.name() {
        terrain::FILE.to_owned()
    } else {
        format!("{layer}.fgb")
    }
}

/// Every file that a pack can have.
pub(crate) fn file_names() -> impl Iterator<Item = String> {
    let layers = layer_names().chain([RESTRICTED]).map(file_name);
    std::iter::once(manifest::FILE.to_owned()).chain(layers)
}

/// Every layer that a manifest can list.
pub(super) fn layer_names() -> impl Iterator<Item = &'static str> {
    let kinds = AssetKind::ALL.iter().map(|info| info.layer);
    std::iter::once(COMMUNES)
        .chain(kinds)
        .chain(GroundLayer::ALL.map(GroundLayer::name))
}

/// Calls a method once for each kind of asset.
macro_rules! for_each_kind {
    ($folder:ident.$method:ident($layers:expr)) => {{
        use twin_core::{
            Address, Camera, Container, Depot, FibreLink, FibreNode, HealthFacility, Sensor, Site,
            UnloadingSite, Vehicle,
        };
        $folder.$method::<Site>($layers)?;
        $folder.$method::<Container>($layers)?;
        $folder.$method::<Sensor>($layers)?;
        $folder.$method::<Camera>($layers)?;
        $folder.$method::<HealthFacility>($layers)?;
        $folder.$method::<FibreNode>($layers)?;
        $folder.$method::<FibreLink>($layers)?;
        $folder.$method::<Depot>($layers)?;
        $folder.$method::<UnloadingSite>($layers)?;
        $folder.$method::<Vehicle>($layers)?;
        $folder.$method::<Address>($layers)?;
    }};
}

pub(super) use for_each_kind;

/// A pack's folder that is being read or written.
struct Folder<'a> {
    dir: &'a Path,
    shown: &'a Path,
    manifest: &'a Manifest,
}

impl<'a> Folder<'a> {
    /// A folder that people know by its own name.
    const fn new(dir: &'a Path, manifest: &'a Manifest) -> Self {
        Self {
            dir,
            shown: dir,
            manifest,
        }
    }

    fn read_traffic(&self) -> GisResult<Ground> {
        Ok(Ground {
            roads: unnumbered(self.read(GroundLayer::Roads.name())?),
            road_nodes: unnumbered(self.read(GroundLayer::RoadNodes.name())?),
            turn_restrictions: unnumbered(self.read(GroundLayer::TurnRestrictions.name())?),
            terrain: self.read_terrain()?,
            ..Ground::default()
        })
    }

    fn file(&self, layer: &'static str) -> LayerFile {
        LayerFile::new(layer, self.dir, self.shown)
    }

    fn is_listed(&self, layer: &str) -> bool {
        self.manifest.layers.contains_key(layer)
    }

    fn unlisted(&self, layer: &'static str) -> GisError {
        GisError::UnlistedLayer {
            path: manifest::path(self.shown),
            layer,
        }
    }

    fn read_layers(&self) -> GisResult<Layers> {
        let mut layers = Layers {
            communes: unnumbered(self.read(COMMUNES)?),
            ..Layers::default()
        };
        for_each_kind!(self.read_kind(&mut layers));
        Ok(layers)
    }

    fn read_kind<T: Detail>(&self, layers: &mut Layers) -> GisResult<()>
    where
        Asset<T>: Record,
    {
        *T::of_mut(layers) = unnumbered(self.read(T::KIND.info().layer)?);
        Ok(())
    }

    fn read<R: Record>(&self, layer: &'static str) -> GisResult<Vec<Numbered<R>>> {
        let file = self.file(layer);
        match (self.is_listed(layer), file.path.exists()) {
            (true, true) => fgb::read(&file),
            (true, false) => Err(GisError::MissingLayer {
                path: file.shown,
                layer,
            }),
            (false, true) => Err(self.unlisted(layer)),
            (false, false) => Ok(Vec::new()),
        }
    }

    fn read_aimings(&self, cameras: &mut [Asset<Camera>]) -> GisResult<()> {
        let file = self.file(RESTRICTED);
        if !file.path.exists() {
            return Ok(());
        }
        let mut aimings = BTreeMap::new();
        for row in unnumbered(fgb::read::<RestrictedCamera>(&file)?) {
            if aimings.contains_key(&row.key) {
                return Err(GisError::UnmatchedCamera {
                    key: row.key,
                    path: file.shown,
                });
            }
            aimings.insert(row.key, row.aiming);
        }
        for camera in cameras {
            if let Some(aiming) = aimings.remove(&camera.key) {
                camera.detail.aiming = Restricted::new(Some(aiming));
            }
        }
        match aimings.pop_first() {
            Some((key, _)) => Err(GisError::UnmatchedCamera {
                key,
                path: file.shown,
            }),
            None => Ok(()),
        }
    }

    fn read_ground(&self) -> GisResult<Ground> {
        let mut ground = Ground::default();
        for_each_ground_layer!(self.read_into(&mut ground));
        ground.terrain = self.read_terrain()?;
        Ok(ground)
    }

    fn read_into<R: Record>(&self, layer: &'static str, records: &mut Vec<R>) -> GisResult<()> {
        *records = unnumbered(self.read(layer)?);
        Ok(())
    }

    fn read_terrain(&self) -> GisResult<Option<Terrain>> {
        let layer = GroundLayer::Terrain.name();
        let file = TerrainFile::new(self.dir, self.shown);
        match (self.is_listed(layer), file.exists()) {
            (true, true) => terrain::read(&file).map(Some),
            (true, false) => Err(GisError::MissingLayer {
                path: file.shown,
                layer,
            }),
            (false, true) => Err(self.unlisted(layer)),
            (false, false) => Ok(None),
        }
    }

    fn write(&self, pack: &Pack) -> GisResult<()> {
        self.write_records(COMMUNES, pack.layers.communes.iter().enumerate())?;
        for_each_kind!(self.write_kind(&pack.layers));
        self.write_aimings(&pack.layers.cameras)?;
        for_each_ground_layer!(self.write_all(&pack.ground));
        self.write_terrain(pack.ground.terrain.as_ref())?;
        manifest::write(self.dir, self.shown, self.manifest)?;
        sync_dir(self.dir, self.shown)
    }

    fn write_all<R: Record>(&self, layer: &'static str, records: &[R]) -> GisResult<()> {
        self.write_records(layer, records.iter().enumerate())
    }

    fn write_terrain(&self, terrain: Option<&Terrain>) -> GisResult<()> {
        let layer = GroundLayer::Terrain.name();
        match (self.is_listed(layer), terrain) {
            (true, Some(terrain)) => {
                terrain::write(&TerrainFile::new(self.dir, self.shown), terrain)
            }
            (true, None) => Err(GisError::MissingLayer {
                path: self.shown.join(terrain::FILE),
                layer,
            }),
            (false, Some(_)) => Err(self.unlisted(layer)),
            (false, None) => Ok(()),
        }
    }

    fn write_kind<T: Detail>(&self, layers: &Layers) -> GisResult<()>
    where
        Asset<T>: Record,
    {
        self.write_records(T::KIND.info().layer, T::of(layers).iter().enumerate())
    }

    fn write_records<'r, R: Record + 'r>(
        &self,
        layer: &'static str,
        records: impl Iterator<Item = (usize, &'r R)>,
    ) -> GisResult<()> {
        let mut records = records.peekable();
        match (self.is_listed(layer), records.peek()) {
            (true, _) => fgb::write(&self.file(layer), Privacy::Open, records),
            (false, Some(_)) => Err(self.unlisted(layer)),
            (false, None) => Ok(()),
        }
    }

    fn write_aimings(&self, cameras: &[Asset<Camera>]) -> GisResult<()> {
        let numbered = cameras.iter().enumerate();
        let known = numbered.filter_map(|(ix, camera)| Some((ix, aiming(camera)?)));
        let known: Vec<_> = known.collect();
        let mut keys = BTreeSet::new();
        if let Some((_, twice)) = known.iter().find(|(_, row)| !keys.insert(&row.key)) {
            let (key, path) = (twice.key.clone(), self.file(RESTRICTED).shown);
            return Err(GisError::UnmatchedCamera { key, path });
        }
        if known.is_empty() {
            return Ok(());
        }
        let rows = known.iter().map(|(ix, row)| (*ix, row));
        fgb::write(&self.file(RESTRICTED), Privacy::Owner, rows)
    }
}

/// The restricted row of a camera whose aiming is on file.
fn aiming(camera: &Asset<Camera>) -> Option<RestrictedCamera> {
    let aiming = camera.detail.aiming.reveal(OperatorAccess::granted());
    let aiming = aiming.clone()?;
    Some(RestrictedCamera {
        key: camera.key.clone(),
        aiming,
    })
}

fn unnumbered<R>(records: Vec<Numbered<R>>) -> Vec<R> {
    records.into_iter().map(|(_, record)| record).collect()
}
