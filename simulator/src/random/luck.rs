//! What the chance of one run follows from.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Model, Seed};

/// How the luck of one run goes with that of the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Draws {
    /// Each run has luck of its own.
    #[default]
    Independent,
    /// Runs come in pairs: where much is brought in the first, little is in the second. What depends on
    /// the sum of all that is brought differs less between the means of pairs than between runs, so that
    /// fewer of them tell as much. Intervals are those of pairs.
    Antithetic,
}

/// What everything random of a run follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Luck {
    /// Of all but what is brought.
    pub seed: Seed,
    /// Of what is brought.
    pub brought: Seed,
    /// Whether counts, volumes and first levels are drawn from the other end: by 1 − u in the place of u.
    pub is_mirrored: bool,
}

impl From<Seed> for Luck {
    fn from(seed: Seed) -> Self {
        Self {
            seed,
            brought: seed,
            is_mirrored: false,
        }
    }
}

impl Luck {
    /// What 64 random bits are taken with: all of them turned round are those of 1 − u, less a step.
    pub(crate) const fn mirror(self) -> u64 {
        if self.is_mirrored { u64::MAX } else { 0 }
    }

    /// The same for 32 bits.
    pub(crate) const fn mirror_word(self) -> u32 {
        if self.is_mirrored { u32::MAX } else { 0 }
    }
}

impl Draws {
    /// The luck of a run of a scenario with a seed.
    ///
    /// ```
    /// use simulator::random::{Draws, Seed};
    ///
    /// let [one, other] = [4, 5].map(|run| Draws::Antithetic.luck(Seed(1), run));
    /// assert_eq!(one.brought, other.brought);
    /// assert!(other.is_mirrored && one.seed != other.seed);
    /// ```
    pub fn luck(self, scenario: Seed, run: u32) -> Luck {
        let stream = scenario.stream(Model::Replications, 0);
        let seed_of = |run: u32| Seed(stream.clone().at_slot(run.into()).next_u64());
        let is_mirrored = self == Self::Antithetic && run % 2 == 1;
        Luck {
            seed: seed_of(run),
            brought: seed_of(run - u32::from(is_mirrored)),
            is_mirrored,
        }
    }

    /// Of figures of runs in their order, those that are independent of each other: the figures themselves,
    /// or the means of pairs; a last one without its pair is left out, unless it is the only one.
    ///
    /// ```
    /// use simulator::random::Draws;
    ///
    /// assert_eq!(Draws::Antithetic.independent(&[1.0, 3.0, 2.0, 6.0, 9.0])[..], [2.0, 4.0]);
    /// ```
    pub fn independent(self, figures: &[f64]) -> Cow<'_, [f64]> {
        if self == Self::Independent || figures.len() < 2 {
            return Cow::Borrowed(figures);
        }
        let pairs = figures.as_chunks::<2>().0.iter();
        let means = pairs.map(|[one, other]| f64::midpoint(*one, *other));
        Cow::Owned(means.collect())
    }
}
