//! Rows with named columns, whatever file they come from.

use std::path::Path;

use super::table_features::{self, FeatureRows};
use crate::error::GisResult;
use crate::import::Report;
use crate::import::tables::csv::CsvRows;
use crate::import::tables::row::{TableRow, not_table};

/// A table that is gone through row by row.
#[derive(Debug)]
pub(super) struct Table {
    /// The names of its columns, in order.
    pub(super) columns: Vec<Box<str>>,
    /// The reference system of the rows' places, where the file tells.
    pub(super) crs: Option<String>,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    Csv(Box<CsvRows>),
    Features(FeatureRows),
}

impl Table {
    /// Opens a table; its kind follows from the ending of its name.
    pub(super) fn open(path: &Path) -> GisResult<Self> {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        let opened = if ending == "geojson" || ending == "json" {
            Some(table_features::open(path)?)
        } else if ending == "fgb" {
            Some(table_features::open_flatgeobuf(path)?)
        } else if ending == "gpkg" {
            Some(geopackage(path)?)
        } else {
            None
        };
        if let Some((columns, crs, rows)) = opened {
            let rows = Rows::Features(rows);
            return Ok(Self { columns, crs, rows });
        }
        if !["csv", "tsv", "txt"].iter().any(|known| ending == *known) {
            return Err(not_table(
                path,
                "its name ends in none of .csv, .tsv, .txt, .geojson, .json, .fgb, .gpkg",
            ));
        }
        let rows = CsvRows::open(path)?;
        Ok(Self {
            columns: rows.columns.clone(),
            crs: None,
            rows: Rows::Csv(Box::new(rows)),
        })
    }

    /// The next row; `None` after the last one.
    pub(super) fn next(&mut self, report: &mut Report) -> GisResult<Option<TableRow>> {
        match &mut self.rows {
            Rows::Csv(rows) => rows.next(report),
            Rows::Features(rows) => Ok(rows.next()),
        }
    }

    /// What was assumed about the file so far, in words.
    pub(super) fn assumptions(&self) -> Vec<Box<str>> {
        match &self.rows {
            Rows::Csv(rows) => rows.assumptions(),
            Rows::Features(_) => Vec::new(),
        }
    }
}

#[cfg(feature = "stores")]
fn geopackage(path: &Path) -> GisResult<table_features::Opened> {
    super::table_geopackage::open(path)
}

#[cfg(not(feature = "stores"))]
fn geopackage(path: &Path) -> GisResult<table_features::Opened> {
    Err(not_table(
        path,
        "GeoPackage needs the stores of this program",
    ))
}
