//! What is being built beside the frames, so that a picture waits for it.

use std::collections::BTreeMap;

use bevy::ecs::resource::Resource;

/// How much each feature still has to show.
#[derive(Resource, Clone, Debug, Default)]
pub struct Pending(BTreeMap<&'static str, usize>);

impl Pending {
    /// A feature says how much it has still to show.
    pub fn say(&mut self, feature: &'static str, count: usize) {
        self.0.insert(feature, count);
    }

    /// How much some features still have to show.
    #[cfg(test)]
    pub(crate) fn count_of(&self, features: &[&str]) -> usize {
        let counts = features.iter().filter_map(|feature| self.0.get(feature));
        counts.sum()
    }

    /// Whether all is shown.
    pub fn is_none(&self) -> bool {
        self.0.values().all(|count| *count == 0)
    }
}
