//! What came of the sources, as the outcome of an import tells it.

use std::path::Path;

use serde::Serialize;

use super::bring::Brought;
use super::sources::Source;
use crate::download::{DownloadError, Origin};
use crate::error::{ApiError, with_causes};

/// One file that is here. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Download {
    name: String,
    file: String,
    url: String,
    bytes: u64,
    sha256: String,
    /// `sent`, `resumed` or `kept`.
    came: &'static str,
    /// Bytes that were here from before.
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed_from: Option<u64>,
}

/// Something about a source that people must know.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct FetchWarning {
    pub(in super::super) code: &'static str,
    pub(in super::super) source: String,
    pub(in super::super) message: String,
}

impl FetchWarning {
    /// The source could not be had, or is not what it should be.
    pub(super) fn failed(source: &Source, error: &ApiError) -> Self {
        let code = match error {
            ApiError::Download(error) => error.code(),
            ApiError::WrongFormat { .. } => "wrong-format",
            ApiError::MissingColumn { .. } => "missing-column",
            _ => "not-usable",
        };
        Self::new(code, source, with_causes(error))
    }

    /// The file of an earlier time is used.
    pub(super) fn not_refreshed(source: &Source, error: &DownloadError) -> Self {
        let why = with_causes(error);
        let message = format!("the one from before is used: {why}");
        Self::new("not-refreshed", source, message)
    }

    /// No part of the import takes it.
    pub(super) fn not_imported(source: &Source) -> Self {
        let message = format!("twin pack import has no --{}", source.role);
        Self::new("not-imported", source, message)
    }

    fn new(code: &'static str, source: &Source, message: String) -> Self {
        Self {
            code,
            source: source.name.clone(),
            message,
        }
    }
}

/// What is here, source by source.
pub(super) fn downloads(brought: &[(&Source, Brought)]) -> Vec<Download> {
    let download = |(source, brought): &(&Source, Brought)| {
        let (came, resumed_from) = match brought.arrived.origin {
            Origin::Sent => ("sent", None),
            Origin::Resumed(from) => ("resumed", Some(from)),
            Origin::Kept => ("kept", None),
        };
        Download {
            name: source.name.clone(),
            file: shown(&brought.file),
            url: source.url.clone(),
            bytes: brought.arrived.bytes,
            sha256: brought.arrived.sha256.clone(),
            came,
            resumed_from,
        }
    };
    brought.iter().map(download).collect()
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

impl Download {
    /// `osm  125.3 MiB  resumed after 12.0 MiB`.
    pub(in super::super) fn line(&self, width: usize) -> String {
        let mib = |bytes: u64| bytes as f64 / (1024.0 * 1024.0);
        let how = match self.resumed_from {
            Some(from) => format!("resumed after {:.1} MiB", mib(from)),
            None if self.came == "kept" => "as before".to_owned(),
            None => "downloaded".to_owned(),
        };
        format!(
            "  {:<width$}  {:>8.1} MiB  {how}",
            self.name,
            mib(self.bytes)
        )
    }

    pub(in super::super) fn name_width(&self) -> usize {
        self.name.len()
    }
}
