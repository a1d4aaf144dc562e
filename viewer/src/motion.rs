//! How much may move by itself: what eases in full motion, cuts in reduced motion.

use bevy::ecs::resource::Resource;

/// How much may move by itself.
#[derive(Resource, clap::ValueEnum, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Motion {
    /// What changes eases
    #[default]
    Full,
    /// What changes is there at once
    Reduced,
}

impl Motion {
    /// How far along, 0–1, something is that began `passed_s` seconds ago and takes `lasts_s`: it
    /// sets off and arrives gently.
    #[expect(clippy::cast_possible_truncation, reason = "a share of 0–1")]
    pub fn share(self, passed_s: f64, lasts_s: f64) -> f32 {
        if self == Self::Reduced || passed_s >= lasts_s {
            return 1.0;
        }
        let share = (passed_s / lasts_s).clamp(0.0, 1.0) as f32;
        share * share * (3.0 - 2.0 * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::at_first(Motion::Full, 0.0, 0.0)]
    #[case::half_way(Motion::Full, 1.0, 0.5)]
    #[case::at_the_end(Motion::Full, 2.0, 1.0)]
    #[case::long_after(Motion::Full, 99.0, 1.0)]
    #[case::at_once(Motion::Reduced, 0.0, 1.0)]
    fn what_moves_arrives(#[case] motion: Motion, #[case] passed_s: f64, #[case] share: f32) {
        approx::assert_relative_eq!(motion.share(passed_s, 2.0), share);
    }
}
