//! The figure that is shown, of all communes: reckoned when it is chosen, and again as the fleet
//! changes.

use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Local, Res, ResMut};
use bevy::time::{Real, Time};

use super::classes::{CLASSES, Classes};
use super::kpi::{Census, Kpi};
use crate::land::Territory;
use crate::layers::Layers;
use crate::server::{Fleet, FleetChanged};

/// Seconds between two reckonings of the same figure.
const PAUSE_S: f64 = 2.0;

/// The figure that is shown; `None` while none is.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Reckoning(pub Option<Figures>);

/// A figure of all communes.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Which one.
    pub kpi: Kpi,
    /// Its classes.
    pub classes: Classes,
    /// Its values, in the order of the territory's communes; `None` where nothing is known.
    pub values: Vec<Option<f64>>,
}

impl Figures {
    /// A figure of these communes.
    pub fn of(kpi: Kpi, counts: &[Census]) -> Self {
        let values: Vec<Option<f64>> = counts.iter().map(|census| kpi.value(census)).collect();
        let largest = values.iter().flatten().copied().fold(0.0, f64::max);
        Self {
            kpi,
            classes: Classes::of(kpi, largest),
            values,
        }
    }

    /// How many communes are in each class.
    pub fn counts(&self) -> [usize; CLASSES] {
        let mut counts = [0; CLASSES];
        for value in self.values.iter().flatten() {
            if let Some(count) = counts.get_mut(self.classes.class(*value)) {
                *count += 1;
            }
        }
        counts
    }

    /// Of how many communes nothing is known.
    pub fn unknown(&self) -> usize {
        self.values.iter().filter(|value| value.is_none()).count()
    }

    /// The communes with the highest values above nothing, by their places, and these values; of equal ones
    /// the more populous first.
    pub fn highest(&self, most: usize) -> Vec<(usize, f64)> {
        let known = self.values.iter().enumerate();
        let known = known.filter_map(|(n, value)| Some((n, (*value)?)));
        let mut known: Vec<(usize, f64)> = known.filter(|(_, value)| *value > 0.0).collect();
        known.sort_by(|a, b| b.1.total_cmp(&a.1));
        known.truncate(most);
        known
    }
}

/// When it was last reckoned, and whether the fleet has changed since.
#[derive(Debug, Default)]
pub(super) struct Last {
    at_s: Option<f64>,
    is_due: bool,
}

/// Reckons at once what was chosen, and what has changed at most every [`PAUSE_S`].
pub(super) fn reckon(
    (layers, territory, fleet): (Res<Layers>, Option<Res<Territory>>, Res<Fleet>),
    time: Res<Time<Real>>,
    mut changes: MessageReader<FleetChanged>,
    mut last: Local<Last>,
    mut reckoning: ResMut<Reckoning>,
) {
    last.is_due |= changes.read().count() > 0;
    let Some(kpi) = layers.choropleth else {
        reckoning.set_if_neq(Reckoning(None));
        return;
    };
    let Some(territory) = territory.filter(|_| !fleet.sites.is_empty()) else {
        return;
    };
    let now_s = time.elapsed_secs_f64();
    let is_over = last.at_s.is_none_or(|at_s| now_s - at_s >= PAUSE_S);
    let is_other = reckoning.0.as_ref().is_none_or(|shown| shown.kpi != kpi);
    if is_other || territory.is_changed() || last.is_due && is_over {
        *last = Last {
            at_s: Some(now_s),
            is_due: false,
        };
        let counts = Census::take(&territory, &fleet);
        reckoning.set_if_neq(Reckoning(Some(Figures::of(kpi, &counts))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let values = vec![Some(3.0), Some(0.0), None, Some(1.0), Some(3.0)];
        Figures {
            kpi: Kpi::Full,
            classes: Classes::of(Kpi::Full, 3.0),
            values,
        }
    }

    #[test]
    fn communes_are_counted_by_class_and_those_without_data_apart() {
        assert_eq!(figures().counts(), [1, 1, 0, 2, 0, 0]);
        assert_eq!(figures().unknown(), 1);
    }

    #[test]
    fn the_highest_are_told_and_nothing_is_none_of_them() {
        assert_eq!(figures().highest(2), [(0, 3.0), (4, 3.0)]);
        assert_eq!(figures().highest(9).len(), 3);
    }
}
