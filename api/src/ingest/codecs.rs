//! The codecs that frames may be read with: those of this program, and those that somebody declared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gis_data::radio::{PayloadCodec, Profile, RadioError, codec, codecs};

/// The most profiles.
const MAX_PROFILES: usize = 1_000;

/// Why declared codecs cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CodecsError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A file declares no codec.
    #[error("cannot use the sensor profile {}", path.display())]
    Profile {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        #[source]
        source: RadioError,
    },

    /// A name is taken.
    #[error(
        "the sensor profile {} has the name '{name}', which {taken_by} has already",
        path.display()
    )]
    NameTaken {
        /// The file.
        path: PathBuf,
        /// The name.
        name: Box<str>,
        /// What has it.
        taken_by: &'static str,
    },

    /// More files than anybody has kinds of sensors.
    #[error("{} has more than {MAX_PROFILES} sensor profiles", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
}

/// The codecs that frames may be read with. Cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Codecs(Arc<BTreeMap<Box<str>, Profile>>);

impl Codecs {
    /// The codecs of this program, and those that the files `*.toml` of a folder declare; a folder that is not
    /// there declares none.
    ///
    /// # Errors
    /// A file that declares none, and two of the same name.
    pub fn load(folder: &Path) -> Result<Self, CodecsError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| CodecsError::Io { path, source }
        };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(io(folder)(error)),
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let paths: Result<Vec<PathBuf>, _> = paths.collect();
        let mut paths = paths.map_err(io(folder))?;
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
        if paths.len() > MAX_PROFILES {
            let path = folder.into();
            return Err(CodecsError::TooMany { path });
        }
        let mut profiles = BTreeMap::new();
        for path in paths {
            let text = std::fs::read_to_string(&path).map_err(io(&path))?;
            let profile = Profile::parse(&text).map_err(|source| CodecsError::Profile {
                path: path.clone(),
                source,
            })?;
            let name: Box<str> = profile.name().into();
            let taken_by = if codec(&name).is_some() {
                Some("a codec of this program")
            } else if profiles.contains_key(&name) {
                Some("another profile")
            } else {
                None
            };
            if let Some(taken_by) = taken_by {
                return Err(CodecsError::NameTaken {
                    path,
                    name,
                    taken_by,
                });
            }
            profiles.insert(name, profile);
        }
        Ok(Self(Arc::new(profiles)))
    }

    /// The codec of that name.
    pub fn get(&self, name: &str) -> Option<&dyn PayloadCodec> {
        let declared = self.0.get(name).map(|profile| profile as &dyn PayloadCodec);
        declared.or_else(|| codec(name).map(|known| known as &dyn PayloadCodec))
    }

    /// Every codec, those of this program first.
    pub fn iter(&self) -> impl Iterator<Item = &dyn PayloadCodec> {
        let known = codecs().iter().map(|codec| *codec as &dyn PayloadCodec);
        known.chain(self.0.values().map(|profile| profile as &dyn PayloadCodec))
    }

    /// Their names.
    pub fn names(&self) -> Vec<&str> {
        self.iter().map(PayloadCodec::name).collect()
    }

    /// The version of each, by name.
    pub(super) fn versions(&self) -> BTreeMap<String, u16> {
        self.iter()
            .map(|codec| (codec.name().to_owned(), codec.version()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = r#"
        name = "acme-level"
        [[field]]
        name = "distance"
        unit = "mm"
        offset = 0
        type = "u16"
    "#;

    fn folder_of(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn declared_codecs_stand_beside_those_of_the_program() {
        let folder = folder_of(&[("acme.toml", PROFILE), ("notes.txt", "none")]);
        let codecs = Codecs::load(folder.path()).unwrap();
        assert!(codecs.get("acme-level").is_some());
        assert!(codecs.get("milesight-em400-mud").is_some());
        assert!(codecs.get("nobody").is_none());
        assert_eq!(codecs.iter().count(), gis_data::radio::codecs().len() + 1);
        assert!(Codecs::load(&folder.path().join("none")).is_ok());
    }

    #[rstest::rstest]
    #[case::twice(&[("a.toml", PROFILE), ("b.toml", PROFILE)], "b.toml")]
    #[case::of_the_program(
        &[("c.toml", &*PROFILE.replace("acme-level", "senml"))], "c.toml"
    )]
    #[case::no_profile(&[("d.toml", "name = 1")], "d.toml")]
    fn what_cannot_be_used_is_named(#[case] files: &[(&str, &str)], #[case] named: &str) {
        let folder = folder_of(files);
        let error = Codecs::load(folder.path()).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}
