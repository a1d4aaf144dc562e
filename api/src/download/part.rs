//! What lies on the disk of a download: the part that came, what says that the rest still belongs
//! to it, and afterwards the file and where it came from.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::{DownloadError, DownloadResult};
use super::{Arrived, Origin, Wanted, beside};

/// The places of a file and of what lies beside it.
#[derive(Debug)]
pub(super) struct Part {
    file: PathBuf,
    data: PathBuf,
    label: PathBuf,
    origin: PathBuf,
}

/// Which version of which file a part, or a whole file, is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Label {
    /// Where it was asked for.
    pub(super) url: String,
    /// Its version, as the server calls it.
    pub(super) etag: Option<String>,
    /// When it was last changed, in the words of HTTP.
    pub(super) last_modified: Option<String>,
    /// How many bytes it has.
    pub(super) bytes: Option<u64>,
    /// The digest of a whole file.
    pub(super) sha256: Option<String>,
}

impl Label {
    /// What a server must still have for a part to be continued (RFC 9110, 13.1.5): a strong tag,
    /// else a date.
    pub(super) fn validator(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|tag| !tag.starts_with("W/"));
        strong.or(self.last_modified.as_deref())
    }
}

impl Part {
    pub(super) fn of(file: &Path) -> Self {
        Self {
            file: file.to_path_buf(),
            data: beside(file, ".part"),
            label: beside(file, ".part.json"),
            origin: beside(file, ".origin.json"),
        }
    }

    /// How many bytes of the file have come.
    pub(super) fn size(&self) -> u64 {
        fs::metadata(&self.data).map_or(0, |data| data.len())
    }

    /// What came and can be continued, if anything: how much, and of which version.
    pub(super) fn begun(&self, url: &str) -> Option<(u64, Label)> {
        let size = self.size();
        let label: Label = read_json(&self.label)?;
        let is_usable = size > 0 && label.url == url && label.validator().is_some();
        is_usable.then_some((size, label))
    }

    /// The file that is here already, if it may be what is wanted.
    pub(super) fn kept(&self, wanted: &Wanted) -> Option<Label> {
        let size = fs::metadata(&self.file).ok()?.len();
        let label: Label = read_json(&self.origin)?;
        let is_same = label.url == wanted.url && label.bytes == Some(size);
        let is_right = wanted.sha256.is_none() || wanted.sha256 == label.sha256;
        (is_same && is_right).then_some(label)
    }

    /// Begins anew.
    pub(super) fn begin(&self, label: &Label) -> DownloadResult<File> {
        self.discard();
        write_json(&self.label, label)?;
        File::create(&self.data).map_err(io_error("create", &self.data))
    }

    /// Goes on behind what came.
    pub(super) fn go_on(&self) -> DownloadResult<File> {
        let file = OpenOptions::new().append(true).open(&self.data);
        file.map_err(io_error("write", &self.data))
    }

    /// Adds to what came.
    pub(super) fn write(&self, file: &mut File, bytes: &[u8]) -> DownloadResult<()> {
        file.write_all(bytes).map_err(io_error("write", &self.data))
    }

    /// Waits until what came is on the disk.
    pub(super) fn sync(&self, file: &File) -> DownloadResult<()> {
        file.sync_all().map_err(io_error("write", &self.data))
    }

    /// Forgets what came.
    pub(super) fn discard(&self) {
        for path in [&self.data, &self.label] {
            let _was_not_there = fs::remove_file(path);
        }
    }

    /// The digest of what came.
    pub(super) fn sha256(&self) -> DownloadResult<String> {
        let mut digest = Sha256::new();
        File::open(&self.data)
            .and_then(|mut data| io::copy(&mut data, &mut digest))
            .map_err(io_error("read", &self.data))?;
        Ok(format!("{:x}", digest.finalize()))
    }

    /// Puts what came in the place of the file.
    pub(super) fn publish(&self, label: &Label) -> DownloadResult<()> {
        let _was_not_there = fs::remove_file(&self.origin);
        fs::rename(&self.data, &self.file).map_err(io_error("write", &self.file))?;
        write_json(&self.origin, label)?;
        let _was_not_there = fs::remove_file(&self.label);
        Ok(())
    }
}

/// A file that is here as its label says.
pub(super) fn arrived(label: &Label, origin: Origin) -> Arrived {
    Arrived {
        bytes: label.bytes.unwrap_or_default(),
        sha256: label.sha256.clone().unwrap_or_default(),
        last_modified: label.last_modified.clone(),
        origin,
    }
}

/// A label that cannot be read says nothing.
fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write_json(path: &Path, label: &Label) -> DownloadResult<()> {
    let text = serde_json::to_vec_pretty(label).map_err(io::Error::from);
    let draft = beside(path, ".new");
    text.and_then(|text| fs::write(&draft, text))
        .and_then(|()| fs::rename(&draft, path))
        .map_err(io_error("write", path))
}

pub(super) fn io_error(action: &'static str, path: &Path) -> impl Fn(io::Error) -> DownloadError {
    move |source| DownloadError::Io {
        action,
        path: path.to_path_buf(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(etag: Option<&str>, date: Option<&str>) -> Label {
        Label {
            url: "http://a.fr/x".into(),
            etag: etag.map(Into::into),
            last_modified: date.map(Into::into),
            bytes: None,
            sha256: None,
        }
    }

    #[rstest::rstest]
    #[case::strong_tag(Some("\"a\""), Some("Mon"), Some("\"a\""))]
    #[case::weak_tag(Some("W/\"a\""), Some("Mon"), Some("Mon"))]
    #[case::nothing_but_a_weak_tag(Some("W/\"a\""), None, None)]
    fn only_what_names_the_very_bytes_continues_a_part(
        #[case] etag: Option<&str>,
        #[case] date: Option<&str>,
        #[case] validator: Option<&str>,
    ) {
        assert_eq!(label(etag, date).validator(), validator);
    }

    #[test]
    fn a_part_without_a_readable_label_is_begun_anew() {
        let home = tempfile::tempdir().unwrap();
        let part = Part::of(&home.path().join("x"));
        part.begin(&label(Some("\"a\""), None)).unwrap();
        fs::write(&part.data, "half").unwrap();
        let (size, _) = part.begun("http://a.fr/x").unwrap();
        assert_eq!(size, 4);
        assert!(part.begun("http://b.fr/x").is_none());
        fs::write(&part.label, "{").unwrap();
        assert!(part.begun("http://a.fr/x").is_none());
    }
}
