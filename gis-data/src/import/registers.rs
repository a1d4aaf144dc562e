//! The open registers of France as sources of a pack: addresses (Base Adresse Nationale), health
//! facilities (FINESS), buildings of the fibre roll-out (ARCEP), sports facilities (Data ES),
//! cultural places (BASILIC) and recycling centres (SINOE).
//!
//! Columns are found by name, whatever their order, case and accents; files may be packed with
//! gzip, and are read record by record. What lies outside of the communes of the pack is left out
//! and counted. All of them are published under the Licence Ouverte 2.0.

mod addresses;
mod apply;
mod culture;
mod health;
mod json;
mod objects;
mod places;
mod points;
mod premises;
mod records;
mod recycling;
mod sports;
mod streets;
mod vintage;

use std::path::PathBuf;

use super::Report;
use crate::error::GisResult;
use crate::pack::Pack;

/// The files of the registers, as far as they are at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// Addresses: CSV of the Base Adresse Nationale, or of a commune (BAL).
    pub addresses: Option<PathBuf>,
    /// Health facilities: CSV of FINESS (`cs1100502`, or `cs1100507` with coordinates) or its JSON
    /// of 2026. Rows of several files are joined by their number.
    pub finess: Vec<PathBuf>,
    /// Buildings as the fibre roll-out counts them: CSV of ARCEP, or of an operator (IPE).
    pub premises: Option<PathBuf>,
    /// Sports facilities: CSV, JSON or GeoJSON of Data ES. Never its table of declarants.
    pub sports: Option<PathBuf>,
    /// Cultural places: CSV of BASILIC.
    pub culture: Option<PathBuf>,
    /// Recycling centres: CSV or JSON of SINOE.
    pub recycling_centres: Option<PathBuf>,
}

/// Reads registers into a pack; what cannot be used is told in `report`, what was assumed comes
/// back in words.
///
/// A register takes the place of what the pack has of the same kind, and says so:
/// * addresses, premises, fibre nodes and unloading sites as a whole;
/// * health facilities by category, but doctors' practices, of which FINESS knows only the houses
///   of several, stay besides;
/// * points of interest by theme: sport, culture, recycling.
///
/// A pack that had nothing gets the planar reference system that suits what came in.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use gis_data::import::Report;
/// use gis_data::import::registers::{Registers, add_to};
/// use gis_data::pack::{Manifest, Pack};
/// use twin_core::{Ground, Layers};
///
/// let file = tempfile::NamedTempFile::new()?;
/// std::fs::write(file.path(), "id;numero;rep;nom_voie;lon;lat\n\
///     25388_0040_00012_bis;12;bis;Rue des Halles;6.7979;47.5103\n")?;
/// let manifest = Manifest {
///     version: Manifest::VERSION,
///     name: "ours".to_owned(),
///     title: "Ours".to_owned(),
///     crs: "EPSG:2154".to_owned(),
///     preset: None,
///     notice: BTreeMap::new(),
///     simulated_sensors: false,
///     layers: BTreeMap::new(),
/// };
/// let (layers, ground) = (Layers::default(), Ground::default());
/// let mut pack = Pack { manifest, layers, ground };
/// let registers = Registers { addresses: Some(file.path().into()), ..Registers::default() };
/// add_to(&mut pack, &registers, &mut Report::default())?;
/// assert_eq!(&*pack.layers.addresses[0].detail.label, "12 bis Rue des Halles");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A file that cannot be read, and [`GisError::MissingColumns`](crate::GisError::MissingColumns)
/// for one that is another table.
pub fn add_to(
    pack: &mut Pack,
    registers: &Registers,
    report: &mut Report,
) -> GisResult<Vec<String>> {
    let is_bare = pack.layers.communes.is_empty() && pack.manifest.layers.is_empty();
    let mut notes = Vec::new();
    if let Some(path) = &registers.addresses {
        let found = addresses::read(path, &pack.layers.communes, report)?;
        notes.extend(apply::addresses(pack, found));
    }
    if !registers.finess.is_empty() {
        let found = health::read(&registers.finess, &pack.layers, report)?;
        notes.extend(apply::health_facilities(pack, found));
    }
    if let Some(path) = &registers.premises {
        let found = premises::read(path, &pack.layers.communes, report)?;
        notes.extend(apply::premises(pack, found));
    }
    if let Some(path) = &registers.sports {
        let found = sports::read(path, &pack.layers.communes, report)?;
        notes.extend(apply::points(pack, &apply::DATA_ES, found));
    }
    if let Some(path) = &registers.culture {
        let found = culture::read(path, &pack.layers.communes, report)?;
        notes.extend(apply::points(pack, &apply::BASILIC, found));
    }
    if let Some(path) = &registers.recycling_centres {
        let found = recycling::read(path, &pack.layers.communes, report)?;
        notes.extend(apply::recycling_centres(pack, found));
    }
    if is_bare {
        apply::suit_crs(pack);
    }
    Ok(notes)
}

/// What a register has of the territory.
#[derive(Debug)]
struct Found<T> {
    objects: Vec<T>,
    /// Of which date it is, where that can be told.
    vintage: Option<String>,
    /// What was assumed and left out, in words.
    notes: Vec<String>,
}

/// Keeps the first of all neighbours with the same key, and tells of each that goes, after the one
/// that stays.
fn unique<T>(sorted: &mut Vec<T>, key: impl Fn(&T) -> &str, mut told: impl FnMut(&T, &T)) {
    sorted.dedup_by(|later, first| {
        let is_same = key(later) == key(first);
        if is_same {
            told(first, later);
        }
        is_same
    });
}
