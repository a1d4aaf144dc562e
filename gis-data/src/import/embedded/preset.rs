//! The presets: how many sensors there are, and what each preset stands for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use twin_core::TwinError;

use crate::error::{GisError, GisResult};

/// How many of the embedded territory's containers have a sensor.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// The 200 demonstrators of 2022.
    #[serde(rename = "demo-2022")]
    Demo2022,
    /// The communiqué's plan of November 2021: 1,910 sensors, under the flows before 2023.
    #[default]
    #[serde(rename = "target-2023")]
    Target2023,
    /// The 1,100 sensors that were installed, according to the press.
    AsBuilt,
}

/// How many sensors a preset has, by what they look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    pub recycling: usize,
    pub regrouping: usize,
    pub park_bins: usize,
}

impl Preset {
    /// Every preset, from the first year to the last.
    pub const ALL: [Self; 3] = [Self::Demo2022, Self::Target2023, Self::AsBuilt];

    /// Its name on the command line and in the manifest.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demo2022 => "demo-2022",
            Self::Target2023 => "target-2023",
            Self::AsBuilt => "as-built",
        }
    }

    /// The plan's three figures are those of the communiqué. The split of the other two totals is
    /// not published: they are split in the plan's proportions, 1,500 : 160 : 250, rounded.
    pub(super) const fn quota(self) -> Quota {
        match self {
            Self::Demo2022 => Quota {
                recycling: 157,
                regrouping: 17,
                park_bins: 26,
            },
            Self::Target2023 => Quota {
                recycling: 1500,
                regrouping: 160,
                park_bins: 250,
            },
            Self::AsBuilt => Quota {
                recycling: 864,
                regrouping: 92,
                park_bins: 144,
            },
        }
    }

    /// What people must know before they use it, in French and in English.
    pub(super) const fn notice(self) -> (&'static str, &'static str) {
        match self {
            Self::Demo2022 => (
                "Territoire synthétique : seuls les chiffres des communes sont réels. 200 capteurs \
                 de démonstration ; leur répartition, non publiée, suit les proportions du plan de \
                 2021. Flux de déchets d’avant 2023.",
                "Synthetic territory: only the communes' figures are real. 200 demonstration \
                 sensors; how they were split is not published, so they follow the proportions of \
                 the 2021 plan. Waste flows of before 2023.",
            ),
            Self::Target2023 => (
                "Territoire synthétique : seuls les chiffres des communes sont réels. 1 910 \
                 capteurs : le plan du communiqué de novembre 2021 (1 500 conteneurs de recyclage, \
                 160 points de regroupement, 250 corbeilles de parc), appliqué aux flux de déchets \
                 d’avant 2023. C’est une situation contrefactuelle : le plan n’a pas été réalisé \
                 ainsi, et depuis le 1er janvier 2023 la collecte des bacs jaunes en porte-à-porte \
                 remplace la plupart des points d’apport d’emballages et de papier.",
                "Synthetic territory: only the communes' figures are real. 1,910 sensors: the plan \
                 of the communiqué of November 2021 (1,500 recycling containers, 160 regrouping \
                 points, 250 park bins) under the waste flows of before 2023. This is a \
                 counterfactual: the plan was not carried out this way, and since 1 January 2023 \
                 yellow bins collected door to door replace most bring banks for packaging and \
                 paper.",
            ),
            Self::AsBuilt => (
                "Territoire synthétique : seuls les chiffres des communes sont réels. 1 100 \
                 capteurs, le nombre installé selon la presse ; leur répartition, non publiée, suit \
                 les proportions du plan de 2021. Les conteneurs et les flux restent ceux d’avant \
                 2023.",
                "Synthetic territory: only the communes' figures are real. 1,100 sensors, the \
                 number installed according to the press; how they are split is not published, so \
                 they follow the proportions of the 2021 plan. Containers and flows remain those of \
                 before 2023.",
            ),
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = GisError;

    fn from_str(text: &str) -> GisResult<Self> {
        let named = Self::ALL.into_iter().find(|preset| preset.name() == text);
        Ok(named.ok_or_else(|| TwinError::UnknownName {
            what: "preset",
            text: text.into(),
        })?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::demo(Preset::Demo2022, 200)]
    #[case::as_built(Preset::AsBuilt, 1100)]
    fn a_published_total_is_split_in_the_proportions_of_the_plan(
        #[case] preset: Preset,
        #[case] total: usize,
    ) {
        let (plan, quota) = (Preset::Target2023.quota(), preset.quota());
        assert_eq!(quota.recycling + quota.regrouping + quota.park_bins, total);
        for (part, planned) in [
            (quota.recycling, plan.recycling),
            (quota.regrouping, plan.regrouping),
            (quota.park_bins, plan.park_bins),
        ] {
            let rounded = (2 * planned * total + 1910) / (2 * 1910);
            assert_eq!(part, rounded);
        }
    }

    #[test]
    fn a_preset_reads_what_it_prints() {
        for preset in Preset::ALL {
            assert_eq!(preset.to_string().parse::<Preset>().unwrap(), preset);
        }
        assert!("target-2024".parse::<Preset>().is_err());
    }
}
