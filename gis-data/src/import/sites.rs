//! An agglomeration's own sites and containers, out of the tables that it already has: any names
//! of columns, one row a site or one a container, read through a [`Mapping`].
//!
//! Keys come from the numbers in the table, so that a table that is imported again finds the sites,
//! containers and sensors it knew.

mod assets;
mod mapping;
mod numbers;
mod propose;
mod table;
mod table_features;
#[cfg(feature = "stores")]
mod table_geopackage;
mod vocabulary;

use std::path::Path;

use twin_core::{Asset, Commune, Container, Sensor, Site};

use self::assets::{Assets, Content};
use self::mapping::Bound;
pub use self::mapping::{Mapping, RowKind, VolumeUnit};
pub use self::propose::{Proposal, propose};
use self::table::Table;
pub(super) use self::vocabulary::stream as stream_named;
use super::tables::place::Placer;
use super::{Report, WarningCode};
use crate::error::GisResult;

/// What a table of sites comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sites {
    /// The sites, in the order of the table.
    pub sites: Vec<Asset<Site>>,
    /// Their containers, in the order of the table.
    pub containers: Vec<Asset<Container>>,
    /// The sensors that the table tells of.
    pub sensors: Vec<Asset<Sensor>>,
    /// What was assumed about the file, in words: its encoding, its separators.
    pub assumptions: Vec<Box<str>>,
}

/// The tables of an agglomeration: `.csv`, `.tsv`, `.txt`, `.geojson`, `.json`,
/// `.fgb`, or `.gpkg` with the feature `stores`.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// One row a site, or a container with its site.
    pub sites: &'a Path,
    /// One row a container, whose site is a number of the first table.
    pub containers: Option<&'a Path>,
}

/// Reads tables through a mapping; what cannot be used is told in `report`. Sites outside of all
/// `communes` are left out, where there are any.
///
/// Places are WGS84, whatever system the tables are in.
///
/// # Errors
/// A file that cannot be read or is no table, and a mapping that names columns which are not there.
pub fn read(
    tables: Tables<'_>,
    mapping: &Mapping,
    communes: &[Commune],
    report: &mut Report,
) -> GisResult<Sites> {
    let mut table = Table::open(tables.sites)?;
    let columns = mapping.bound(&table.columns, tables.sites)?;
    let placer = Placer::new(mapping.crs_of(&table), communes)?;
    let content = match (tables.containers, mapping.rows) {
        (Some(_), _) => Content::Sites,
        (None, RowKind::Site) => Content::SitesWithContainers,
        (None, RowKind::Container) => Content::Containers,
    };
    let mut assets = Assets::new(mapping, placer);
    let mut assumptions = fill(
        &mut assets,
        &mut table,
        (columns, content),
        (tables.sites, report),
    )?;
    if let Some(path) = tables.containers {
        let mut table = Table::open(path)?;
        let columns = mapping.bound_containers(&table.columns, path)?;
        let told = fill(
            &mut assets,
            &mut table,
            (columns, Content::Containers),
            (path, report),
        )?;
        assumptions.extend(told);
    }
    Ok(assets.finish(assumptions))
}

/// Takes in all rows of a table; what was assumed about its file.
fn fill(
    assets: &mut Assets<'_>,
    table: &mut Table,
    (columns, content): (Bound, Content),
    (path, report): (&Path, &mut Report),
) -> GisResult<Vec<Box<str>>> {
    assets.expect(columns, content);
    while let Some(row) = table.next(report)? {
        assets.add(&row, |code: WarningCode, message: &str| {
            report.warn(code, path, &row.object, message);
        })?;
    }
    Ok(table.assumptions())
}
