//! The list of sources: what comes with `twin`, or a file of the same form.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gis_data::pack::LayerInfo;
use serde::{Deserialize, Serialize};

use super::content::Format;
use crate::download::{Downgrade, Wanted};
use crate::error::{ApiError, ApiResult};

/// The list inside the repository.
const FILE: &str = "assets/sources.toml";
const TEXT: &str = include_str!("../../../../../assets/sources.toml");
/// The version of the form that is read.
const VERSION: u32 = 1;
const MIB: u64 = 1024 * 1024;

/// The sources of one territory.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sources {
    version: u32,
    /// What the pack is called.
    pub(super) pack: PackNames,
    /// In the order in which they are brought.
    #[serde(rename = "sources")]
    pub(super) list: Vec<Source>,
}

/// What a pack is called, in short and for people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackNames {
    pub(super) name: String,
    pub(super) title: String,
}

/// One open dataset. What each field says is written at the head of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) role: String,
    pub(super) title: String,
    pub(super) publisher: String,
    pub(super) licence: String,
    pub(super) url: String,
    pub(super) confidence: Confidence,
    #[serde(default)]
    downgrade: bool,
    pub(super) file: String,
    pub(super) format: Format,
    pub(super) packed: Option<Packing>,
    #[serde(default)]
    pub(super) columns: Vec<String>,
    #[serde(default)]
    content_types: Vec<String>,
    pub(super) about_mib: f64,
    max_mib: u64,
    max_unpacked_mib: Option<u64>,
    sha256: Option<String>,
    pub(super) refresh: String,
    #[serde(default, rename = "required")]
    pub(super) is_required: bool,
    #[serde(default = "yes", rename = "default")]
    pub(super) is_default: bool,
}

/// How sure the list is of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Confidence {
    High,
    Medium,
    Low,
}

/// How a file is compressed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Packing {
    Gzip,
}

const fn yes() -> bool {
    true
}

impl Sources {
    /// The list that comes with `twin`.
    pub(super) fn embedded() -> ApiResult<Self> {
        Self::parse(TEXT, Path::new(FILE))
    }

    /// The list in a file.
    pub(super) fn read(path: &Path) -> ApiResult<Self> {
        let text = std::fs::read_to_string(path).map_err(|source| ApiError::ReadSources {
            path: path.to_path_buf(),
            source,
        })?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> ApiResult<Self> {
        let refused = |line: usize, reason: String| ApiError::InvalidSources {
            line,
            reason: reason.into(),
            path: path.to_path_buf(),
        };
        let mut sources: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = text.get(..start).unwrap_or(text);
            refused(before.matches('\n').count() + 1, error.message().to_owned())
        })?;
        sources.check().map_err(|(needle, reason)| {
            let line = text.lines().position(|line| line.contains(&needle));
            refused(line.map_or(1, |line| line + 1), reason)
        })?;
        for source in &mut sources.list {
            source.sha256 = source.sha256.take().map(|it| it.to_ascii_lowercase());
        }
        Ok(sources)
    }

    /// What is wrong with a value, and text that stands in its line.
    fn check(&self) -> Result<(), (String, String)> {
        if self.version != VERSION {
            let reason = format!("version is {}, expected {VERSION}", self.version);
            return Err(("version".to_owned(), reason));
        }
        if !is_plain(&self.pack.name) {
            return Err(self
                .pack
                .name
                .unfit("pack.name", "letters, digits and -_. only"));
        }
        let (mut names, mut files) = (BTreeSet::new(), BTreeSet::new());
        for source in &self.list {
            source.check()?;
            if !names.insert(&source.name) {
                return Err(source.name.unfit("name", "a name of its own"));
            }
            if !files.insert(&source.file) {
                return Err(source.file.unfit("file", "a file of its own"));
            }
        }
        Ok(())
    }

    /// The sources with these names, in the order of the list; without names, the default ones.
    pub(super) fn chosen(&self, names: &[String]) -> ApiResult<Vec<&Source>> {
        let is_known = |name: &&String| self.list.iter().any(|it| it.name == **name);
        if let Some(name) = names.iter().find(|name| !is_known(name)) {
            let known: Vec<_> = self.list.iter().map(|it| &*it.name).collect();
            return Err(ApiError::UnknownSource {
                name: name.as_str().into(),
                known: known.join(", ").into(),
            });
        }
        let is_chosen = |source: &&Source| {
            if names.is_empty() {
                source.is_default
            } else {
                names.contains(&source.name)
            }
        };
        Ok(self.list.iter().filter(is_chosen).collect())
    }
}

/// Refusals of a value of the list.
trait Unfit {
    /// The value, and the sentence that refuses it.
    fn unfit(&self, field: &str, expected: &str) -> (String, String);
}

impl Unfit for str {
    fn unfit(&self, field: &str, expected: &str) -> (String, String) {
        (
            self.to_owned(),
            format!("{field} is '{self}', expected {expected}"),
        )
    }
}

impl Source {
    fn check(&self) -> Result<(), (String, String)> {
        const PLAIN: &str = "letters, digits and -_. only, with a letter or digit first";
        for (field, value) in [("name", &self.name), ("file", &self.file)] {
            if !is_plain(value) {
                return Err(value.unfit(field, PLAIN));
            }
        }
        if !["http://", "https://"]
            .iter()
            .any(|it| self.url.starts_with(it))
        {
            return Err(self.url.unfit("url", "http:// or https://"));
        }
        let is_digest = |it: &String| it.len() == 64 && it.bytes().all(|b| b.is_ascii_hexdigit());
        if let Some(digest) = self.sha256.as_ref().filter(|it| !is_digest(it)) {
            return Err(digest.unfit("sha256", "64 hexadecimal digits"));
        }
        if self.max_mib == 0 || self.packed.is_some() != self.max_unpacked_mib.is_some() {
            let expected = "max_mib above 0, and max_unpacked_mib exactly where it is packed";
            return Err(self.name.unfit("name", expected));
        }
        Ok(())
    }

    /// What is to be downloaded.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            url: self.url.clone(),
            content_types: self.content_types.clone(),
            max_bytes: self.max_mib.saturating_mul(MIB),
            sha256: self.sha256.clone(),
            downgrade: if self.downgrade {
                Downgrade::Followed
            } else {
                Downgrade::Refused
            },
        }
    }

    /// The most bytes that it may have when it is unpacked.
    pub(super) fn max_unpacked_bytes(&self) -> u64 {
        self.max_unpacked_mib
            .unwrap_or_default()
            .saturating_mul(MIB)
    }

    /// Where it lies in a cache, as it came.
    pub(super) fn place(&self, cache: &Path) -> PathBuf {
        match self.packed {
            None => cache.join(&self.file),
            Some(Packing::Gzip) => cache.join(format!("{}.gz", self.file)),
        }
    }

    /// The provenance of the layers that come from it.
    pub(super) fn layer_info(&self, vintage: &str) -> LayerInfo {
        LayerInfo {
            source: format!("{}, {}", self.title, self.publisher),
            licence: self.licence.clone(),
            vintage: vintage.to_owned(),
            synthetic: false,
        }
    }
}

/// Whether a name leads to no other folder and hides nothing.
fn is_plain(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of one source, in which `line` takes the place of the line that begins alike.
    fn with(line: &str) -> ApiResult<Sources> {
        let text = r#"version = 1
[pack]
name = "a"
title = "A"
[[sources]]
name = "communes"
role = "communes"
title = "T"
publisher = "P"
licence = "L"
url = "https://a.fr/x"
confidence = "high"
file = "x.geojson"
format = "geojson"
about_mib = 1
max_mib = 2
refresh = "never"
"#;
        let key = line.split(" =").next().unwrap_or(line);
        let is_same = |other: &str| other.split(" =").next() == Some(key);
        let mut lines: Vec<&str> = text.lines().collect();
        match lines.iter().rposition(|other| is_same(other)) {
            Some(at) => lines[at] = line,
            None => lines.push(line),
        }
        Sources::parse(&lines.join("\n"), Path::new("s.toml"))
    }

    #[rstest::rstest]
    #[case::out_of_the_cache(r#"file = "../x.geojson""#, 13, "file is '../x.geojson'")]
    #[case::hidden(r#"file = ".x""#, 13, "file is '.x'")]
    #[case::no_address(r#"url = "file:///etc/passwd""#, 11, "url is 'file:///etc/passwd'")]
    #[case::no_digest(r#"sha256 = "abc""#, 18, "sha256 is 'abc'")]
    #[case::unknown_format(r#"format = "xls""#, 14, "xls")]
    #[case::packed_without_a_limit(r#"packed = "gzip""#, 6, "max_unpacked_mib")]
    #[case::unknown_field("colour = 1", 18, "colour")]
    #[case::another_version("version = 2", 1, "expected 1")]
    fn what_cannot_be_used_is_told_with_its_line(
        #[case] line: &str,
        #[case] number: usize,
        #[case] reason: &str,
    ) {
        let refusal = with(line).unwrap_err().to_string();
        assert!(
            refusal.starts_with(&format!("line {number}: ")),
            "{refusal}"
        );
        assert!(
            refusal.contains(reason) && refusal.ends_with("s.toml"),
            "{refusal}"
        );
    }

    #[test]
    fn the_list_that_comes_with_twin_can_be_used() {
        let sources = Sources::embedded().unwrap();
        let default = sources.chosen(&[]).unwrap();
        let required = default.iter().filter(|it| it.is_required);
        let required: Vec<_> = required.map(|it| &*it.name).collect();
        assert_eq!(required, ["communes", "osm"]);
        for source in &sources.list {
            assert!(source.url.starts_with("https://"), "{}", source.url);
            let told = [
                &source.title,
                &source.publisher,
                &source.licence,
                &source.refresh,
            ];
            assert!(told.iter().all(|it| !it.is_empty()), "{}", source.name);
            assert!(source.about_mib < source.max_mib as f64, "{}", source.name);
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let sources = Sources::embedded().unwrap();
        let refusal = sources.chosen(&["osn".to_owned()]).unwrap_err().to_string();
        assert!(
            refusal.contains("'osn'") && refusal.contains("communes, osm, "),
            "{refusal}"
        );
    }
}
