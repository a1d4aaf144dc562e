//! What can be read of a pack that is damaged in places.

use std::path::Path;

use twin_core::{Asset, Detail, Ground, Layers};

use super::super::ground::for_each_ground_layer;
use super::super::manifest;
use super::super::record::Record;
use super::{COMMUNES, Folder, Pack, RESTRICTED, for_each_kind, layer_names, unnumbered};
use crate::error::{GisError, GisResult};

/// What can be read of a pack, and what cannot.
#[derive(Debug)]
pub struct Survey {
    /// The pack; layers that cannot be read are empty.
    pub pack: Pack,
    /// Why, layer by layer: the first thing that is wrong with each.
    pub problems: Vec<GisError>,
}

/// Reads what can be read of a pack.
///
/// # Errors
///
/// A manifest that cannot be read: without it, nothing of the folder can be understood.
pub fn survey(dir: &Path) -> GisResult<Survey> {
    let manifest = manifest::read(dir)?;
    let known = |name: &str| layer_names().chain([RESTRICTED]).any(|it| it == name);
    let unknown = manifest.layers.keys().filter(|name| !known(name));
    let problems = unknown.map(|name| GisError::UnknownLayer {
        path: manifest::path(dir),
        layer: name.as_str().into(),
    });
    let mut surveyor = Surveyor {
        problems: problems.collect(),
        folder: Folder {
            dir,
            shown: dir,
            manifest: &manifest,
        },
    };
    let (layers, ground) = surveyor.read_all()?;
    let problems = surveyor.problems;
    let pack = Pack {
        manifest,
        layers,
        ground,
    };
    Ok(Survey { pack, problems })
}

struct Surveyor<'a> {
    folder: Folder<'a>,
    problems: Vec<GisError>,
}

impl Surveyor<'_> {
    fn read_all(&mut self) -> GisResult<(Layers, Ground)> {
        let mut layers = Layers::default();
        self.read_into(COMMUNES, &mut layers.communes)?;
        for_each_kind!(self.read_kind(&mut layers));
        let aimings = self.folder.read_aimings(&mut layers.cameras);
        self.taken(aimings);
        let mut ground = Ground::default();
        for_each_ground_layer!(self.read_into(&mut ground));
        let terrain = self.folder.read_terrain();
        ground.terrain = self.taken(terrain).flatten();
        Ok((layers, ground))
    }

    fn read_kind<T: Detail>(&mut self, layers: &mut Layers) -> GisResult<()>
    where
        Asset<T>: Record,
    {
        self.read_into(T::KIND.info().layer, T::of_mut(layers))
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the macros ask each layer for a result"
    )]
    fn read_into<R: Record>(&mut self, layer: &'static str, records: &mut Vec<R>) -> GisResult<()> {
        let outcome = self.folder.read(layer);
        *records = self.taken(outcome).map(unnumbered).unwrap_or_default();
        Ok(())
    }

    fn taken<T>(&mut self, outcome: GisResult<T>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }
}
