//! Where the tour stops: what there is to see, and from where.

use bevy::ecs::system::{Res, SystemParam};
use bevy::time::{Real, Time};
use twin_core::Timestamp;

use crate::alarms::StandingAlarms;
use crate::camera::{Home, Stand};
use crate::choropleth::{Census, Kpi};
use crate::land::{Heights, Territory};
use crate::layers::Layers;
use crate::server::{Fleet, Look, Present};
use crate::space::Space;
use crate::words::Words;

/// From how far a town, an alarm, and a container are looked at, in metres.
const TOWN_M: f32 = 6_500.0;
const ALARM_M: f32 = 3_500.0;
const CONTAINER_M: f32 = 2_200.0;

/// A stop of the tour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stop {
    /// All of the territory.
    Territory,
    /// The commune with the most full containers, by its place in the territory.
    Town(usize),
    /// The most pressing alarm.
    Alarm,
    /// The commune with the most sensors that are not heard.
    Silent(usize),
    /// The fullest container.
    Fullest,
    /// The mean fill of each commune.
    Figure,
    /// The largest town by night.
    Night,
    /// All of the territory again.
    End,
}

/// From where a stop is seen, and in what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub stand: Stand,
    pub layers: Layers,
    pub is_night: bool,
    pub chosen: Option<usize>,
}

/// All that the tour leads through.
#[derive(SystemParam)]
pub(super) struct Scenery<'w> {
    pub territory: Option<Res<'w, Territory>>,
    pub heights: Option<Res<'w, Heights>>,
    pub space: Option<Res<'w, Space>>,
    pub fleet: Res<'w, Fleet>,
    pub home: Option<Res<'w, Home>>,
    pub standing: Option<Res<'w, StandingAlarms>>,
    pub present: Res<'w, Present>,
    pub words: Res<'w, Words>,
    pub time: Res<'w, Time<Real>>,
}

impl Scenery<'_> {
    /// Whether there is something to show.
    pub(super) fn is_known(&self) -> bool {
        let is_standing = self.home.as_ref().is_some_and(|it| **it != Home::default());
        self.territory.is_some() && is_standing && !self.fleet.containers.is_empty()
    }

    /// What there is in each commune.
    pub(super) fn census(&self) -> Vec<Census> {
        let territory = self.territory.as_deref();
        territory.map_or_else(Vec::new, |it| Census::take(it, &self.fleet))
    }

    /// The time of what is shown.
    pub(super) fn now(&self) -> Option<Timestamp> {
        self.present.time(self.time.elapsed_secs_f64())
    }

    /// The fullest container whose level may be shown; of equal ones the first.
    pub(super) fn fullest(&self) -> Option<usize> {
        let known = self.fleet.containers.iter().enumerate();
        let known = known.filter(|(_, it)| it.look() == Look::Level);
        let known = known.filter_map(|(number, it)| Some((it.shown_fill()?, number)));
        let fullest = known.reduce(|best, next| if next.0 > best.0 { next } else { best });
        fullest.map(|(_, number)| number)
    }

    /// From where a stop is seen; `None` where it is not there any more.
    pub(super) fn look(&self, stop: Stop) -> Option<Seen> {
        let heights = self.heights.as_deref()?;
        let territory = self.territory.as_deref()?;
        let town = |place: usize| {
            let town = territory.communes.get(place)?;
            Some(Stand::near(town.centre, heights, TOWN_M))
        };
        let plain = |stand| Seen {
            stand,
            layers: Layers::of(None),
            is_night: false,
            chosen: None,
        };
        let home = self.home.as_deref()?.0;
        Some(match stop {
            Stop::Territory | Stop::End => plain(home),
            Stop::Town(place) | Stop::Silent(place) => plain(town(place)?),
            Stop::Figure => Seen {
                layers: Layers::of(Some(Kpi::Fill)),
                ..plain(home)
            },
            Stop::Night => Seen {
                is_night: true,
                ..plain(town(0)?)
            },
            Stop::Alarm => {
                let alarms = self.standing.as_ref()?.all();
                let place = alarms.iter().find_map(|alarm| alarm.whereabouts.place)?;
                let at = self.space.as_ref()?.ground(place);
                plain(Stand::near(at, heights, ALARM_M))
            }
            Stop::Fullest => {
                let number = self.fullest()?;
                let site = self.fleet.site_of(self.fleet.containers.get(number)?)?;
                let at = self.space.as_ref()?.ground(site.place);
                Seen {
                    chosen: Some(number),
                    ..plain(Stand::near(at, heights, CONTAINER_M))
                }
            }
        })
    }
}

/// The stops of which there is something to tell, in their order.
pub(super) fn stops(scenery: &Scenery) -> Vec<Stop> {
    let census = scenery.census();
    let town = most(&census, |it| it.full).or_else(|| most(&census, |it| it.measured));
    let silent = most(&census, |it| it.unheard);
    let all = [
        Some(Stop::Territory),
        town.map(Stop::Town),
        Some(Stop::Alarm),
        silent.map(Stop::Silent),
        Some(Stop::Fullest),
        Some(Stop::Figure),
        Some(Stop::Night),
        Some(Stop::End),
    ];
    let known = all.into_iter().flatten();
    known
        .filter(|stop| scenery.look(*stop).is_some() && scenery.tell(*stop, &census).is_some())
        .collect()
}

/// The commune that has the most of something, by its place; of equal ones the more populous, none where none has any.
pub(super) fn most(census: &[Census], count: impl Fn(&Census) -> usize) -> Option<usize> {
    let counts = census.iter().map(count).enumerate();
    let most = counts.reduce(|best, next| if next.1 > best.1 { next } else { best });
    most.filter(|(_, count)| *count > 0).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_one_that_has_some() {
        let of = |full| Census {
            full,
            ..Census::default()
        };
        assert_eq!(most(&[of(1), of(3), of(3)], |it| it.full), Some(1));
        assert_eq!(most(&[of(0), of(0)], |it| it.full), None);
        assert_eq!(most(&[], |it| it.full), None);
    }
}
