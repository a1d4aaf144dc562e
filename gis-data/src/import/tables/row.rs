//! One row of a table, and how a file that is no table is refused.

use std::path::{Path, PathBuf};

use crate::error::GisError;

/// The most columns that a table may have.
pub(in crate::import) const MAX_COLUMNS: usize = 4096;

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::import) struct TableRow {
    /// What messages call it: `line 12`, `feature 3`.
    pub(in crate::import) object: Box<str>,
    /// Its values in the order of the columns; empty where there is none.
    pub(in crate::import) values: Vec<Box<str>>,
    /// Where it is, where its file has geometries.
    pub(in crate::import) place: Option<[f64; 2]>,
}

pub(in crate::import) fn not_table(path: &Path, reason: &'static str) -> GisError {
    GisError::NotTable {
        reason,
        path: path.to_path_buf(),
    }
}

pub(in crate::import) fn cannot_read(path: &Path) -> impl Fn(std::io::Error) -> GisError + use<> {
    let path = PathBuf::from(path);
    move |source| GisError::Io {
        action: "read",
        path: path.clone(),
        source,
    }
}
