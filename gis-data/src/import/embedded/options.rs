//! Of which territory a pack is made, and how.

use std::path::Path;

use twin_core::Timestamp;

use super::facts::Facts;
use super::preset::Preset;
use crate::error::{GisError, GisResult};
use crate::import::whole::read_at_most;

/// The largest file of facts that is read, in bytes; that of 73 communes has 30 KB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The plain facts that a territory is computed from: communes with their populations, areas and
/// centres, the ring around them, rivers and motorways by the communes that they pass.
///
/// The form is that of `assets/territory/pma.toml`.
#[derive(Debug)]
pub struct TerritoryFacts(Facts);

impl TerritoryFacts {
    /// The facts about Pays de Montbéliard Agglomération, which come with the program.
    ///
    /// # Errors
    /// None but what a damaged program would have.
    pub fn embedded() -> GisResult<Self> {
        Facts::embedded().map(Self)
    }

    /// Reads facts; `file` is what messages call them.
    ///
    /// # Errors
    /// [`GisError::InvalidFacts`] for what is no TOML of the form, and [`GisError::InvalidFact`]
    /// for the first value that cannot be, with its field.
    pub fn from_toml(text: &str, file: &Path) -> GisResult<Self> {
        Facts::from_toml(text, file).map(Self)
    }

    /// Reads a file of facts.
    ///
    /// # Errors
    /// As [`TerritoryFacts::from_toml`], and a file that cannot be read or is too large.
    pub fn read(path: &Path) -> GisResult<Self> {
        let bytes = read_at_most(MAX_BYTES, path)?;
        let text = String::from_utf8(bytes).map_err(|error| GisError::Io {
            action: "read",
            path: path.to_path_buf(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, error),
        })?;
        Self::from_toml(&text, path)
    }

    pub(super) const fn facts(&self) -> &Facts {
        &self.0
    }
}

/// How a territory is made.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedOptions {
    /// How many of its containers have sensors, and what people are told.
    pub preset: Preset,
    /// What random draws begin with: the same seed makes the same territory on every machine.
    pub seed: u64,
    /// The day whose state is told, where facts have several; `None`: the latest.
    pub date: Option<Timestamp>,
}

impl EmbeddedOptions {
    /// The seed of the territory where nobody names another: the INSEE code of Montbéliard.
    pub const SEED: u64 = 25_388;
}
