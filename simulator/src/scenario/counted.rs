//! Which containers count, by where they stand.

use std::collections::BTreeMap;

use super::setting::Setting;

impl Setting {
    /// How many containers count at each site, by the site's number in the inventory: those that were taken
    /// away, and those of streams that are not looked at, do not. Sites without any are left out.
    pub fn containers_by_site(&self) -> BTreeMap<u32, u32> {
        let mut counts = BTreeMap::new();
        for container in self.model_of.iter().flatten() {
            if let Some(spec) = self.specs.get(*container) {
                *counts.entry(spec.site).or_default() += 1;
            }
        }
        counts
    }
}
