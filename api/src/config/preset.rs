//! Which sensors the embedded territory has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::ApiError;

/// One of the sensor networks that the embedded territory can be given. All are synthetic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
#[non_exhaustive]
pub enum Preset {
    /// The plan of the press release: 1,910 sensors. A counterfactual.
    #[default]
    Target2023,
    /// The 200 demonstrators of 2022.
    Demo2022,
    /// The 1,100 sensors that were built.
    AsBuilt,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 3] = [Self::Target2023, Self::Demo2022, Self::AsBuilt];

    /// The name on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Target2023 => "target-2023",
            Self::Demo2022 => "demo-2022",
            Self::AsBuilt => "as-built",
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let known = Self::ALL.into_iter().find(|preset| preset.name() == text);
        known.ok_or_else(|| ApiError::UnknownPreset { text: text.into() })
    }
}

impl TryFrom<String> for Preset {
    type Error = ApiError;

    fn try_from(text: String) -> Result<Self, ApiError> {
        text.parse()
    }
}

impl From<Preset> for &'static str {
    fn from(preset: Preset) -> Self {
        preset.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_found_by_its_name_and_named_in_the_refusal() {
        let refusal = "target-2022".parse::<Preset>().unwrap_err().to_string();
        for preset in Preset::ALL {
            assert_eq!(preset.to_string().parse::<Preset>().unwrap(), preset);
            assert!(refusal.contains(preset.name()), "{refusal}");
        }
    }
}
