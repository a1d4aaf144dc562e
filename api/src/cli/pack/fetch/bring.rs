//! One source, from its server to a file that can be imported.

use std::fs;
use std::path::PathBuf;

use super::super::progress::Steps;
use super::content;
use super::sources::{Packing, Source};
use super::vintage::vintage;
use crate::download::{self, Arrived, Client, DownloadError};
use crate::error::{ApiError, ApiResult};

/// Who brings sources, and where they are kept.
pub(super) struct Courier<'a> {
    pub(super) client: Client,
    pub(super) cache: PathBuf,
    pub(super) steps: &'a Steps,
}

/// A source that is here.
#[derive(Debug)]
pub(super) struct Brought {
    /// The file as the import takes it.
    pub(super) file: PathBuf,
    /// What came.
    pub(super) arrived: Arrived,
    /// Of which date it is, for a manifest.
    pub(super) vintage: String,
    /// Why it is the one of an earlier time.
    pub(super) not_refreshed: Option<DownloadError>,
}

impl Courier<'_> {
    /// Brings a source; where its server does not answer, one of an earlier time will do.
    pub(super) fn bring(&self, source: &Source) -> ApiResult<Brought> {
        fs::create_dir_all(&self.cache).map_err(|error| DownloadError::Io {
            action: "create",
            path: self.cache.clone(),
            source: error,
        })?;
        let (wanted, place) = (source.wanted(), source.place(&self.cache));
        self.steps.begin(&format!("asking for {}", source.name));
        let watch = |progress| self.steps.transfer(&source.name, progress);
        let outcome = download::download(&self.client, &wanted, &place, &watch);
        let (arrived, not_refreshed) = match outcome {
            Ok(arrived) => (arrived, None),
            Err(error) => match download::kept(&wanted, &place) {
                Some(arrived) if error.is_passing() => (arrived, Some(error)),
                _ => return Err(error.into()),
            },
        };
        let file = self.unpacked(source)?;
        if let Err(error) = content::check(source, &file) {
            for useless in [&file, &place] {
                let _was_not_there = fs::remove_file(useless);
            }
            return Err(error);
        }
        Ok(Brought {
            file,
            vintage: vintage(arrived.last_modified.as_deref()),
            arrived,
            not_refreshed,
        })
    }

    /// The file of a source as the import takes it.
    fn unpacked(&self, source: &Source) -> ApiResult<PathBuf> {
        let file = self.cache.join(&source.file);
        match source.packed {
            None => {}
            Some(Packing::Gzip) => {
                self.steps.begin(&format!("unpacking {}", source.name));
                let packed = source.place(&self.cache);
                download::gunzip(&packed, &file, source.max_unpacked_bytes())
                    .map_err(ApiError::from)?;
            }
        }
        Ok(file)
    }
}
