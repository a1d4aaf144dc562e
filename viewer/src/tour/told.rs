//! What the tour says at its stops, with the figures of the moment.

use twin_core::Span;

use super::stops::{Scenery, Stop};
use crate::choropleth::{Census, Figures, Kpi};

/// A caption: what one looks at, and a sentence or two about it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Told {
    /// What one looks at.
    pub title: String,
    /// What is so there.
    pub text: String,
}

impl Scenery<'_> {
    /// What is said at a stop, where there is so much in each commune; `None` where there is nothing to tell.
    pub(super) fn tell(&self, stop: Stop, census: &[Census]) -> Option<Told> {
        match stop {
            Stop::Territory => Some(self.tell_territory(census)),
            Stop::Town(place) => self.tell_town(place, census),
            Stop::Alarm => self.tell_alarm(),
            Stop::Silent(place) => self.tell_silent(place, census),
            Stop::Fullest => self.tell_fullest(),
            Stop::Figure => self.tell_figure(census),
            Stop::Night => self.tell_night(),
            Stop::End => Some(Told {
                title: self.words.say("tour.end.title").to_owned(),
                text: self.words.say("tour.end.text").to_owned(),
            }),
        }
    }

    fn tell_territory(&self, census: &[Census]) -> Told {
        let sum = |count: fn(&Census) -> usize| census.iter().map(count).sum::<usize>();
        let values = [
            ("communes", self.number(census.len())),
            ("sensors", self.number(sum(|it| it.sensors))),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, &**value));
        let containers = self.fleet.containers.len();
        let first = self.words.count_with("tour.territory", containers, &values);
        let full = self.words.count("headline.full", sum(|it| it.full));
        Told {
            title: self.present.title.clone(),
            text: format!("{first} {full}"),
        }
    }

    fn tell_town(&self, place: usize, census: &[Census]) -> Option<Told> {
        let census = census.get(place).copied()?;
        let name = self.commune(place)?;
        let mean = self.mean(&census)?;
        let measured = self.number(census.measured);
        let values = [("measured", &*measured), ("mean", &*mean)];
        Some(Told {
            title: self.words.fill("tour.town.title", &[("commune", name)]),
            text: self
                .words
                .count_with("tour.town.full", census.full, &values),
        })
    }

    fn tell_alarm(&self) -> Option<Told> {
        let alarms = self.standing.as_ref()?.all();
        let alarm = alarms.iter().find(|it| it.whereabouts.place.is_some())?;
        let now = self.now()?;
        let [place, age, advice] = [
            alarm.place_name(&self.words),
            alarm.age(&self.words, now),
            alarm.advice(&self.words),
        ];
        let values = [("place", &*place), ("age", &*age), ("advice", &*advice)];
        Some(Told {
            title: alarm.what(&self.words),
            text: self.words.fill("tour.alarm", &values),
        })
    }

    fn tell_silent(&self, place: usize, census: &[Census]) -> Option<Told> {
        let here = census.get(place)?.unheard;
        let all = census.iter().map(|it| it.unheard).sum();
        let here = self.number(here);
        let values = [("commune", self.commune(place)?), ("here", &*here)];
        Some(Told {
            title: self.words.say("tour.silent.title").to_owned(),
            text: self.words.count_with("tour.silent.text", all, &values),
        })
    }

    fn tell_fullest(&self) -> Option<Told> {
        let container = self.fleet.containers.get(self.fullest()?)?;
        let site = self.fleet.site_of(container)?;
        let fill = self.percent(container.shown_fill()?);
        let age = self.age(container.observed_at?)?;
        Some(Told {
            title: site.name.as_deref().unwrap_or(&site.id).to_owned(),
            text: self
                .words
                .fill("tour.fullest", &[("fill", &*fill), ("age", &*age)]),
        })
    }

    fn tell_figure(&self, census: &[Census]) -> Option<Told> {
        let figures = Figures::of(Kpi::Fill, census);
        let highest = figures.highest(3);
        let named = highest.iter().filter_map(|(place, value)| {
            let value = figures.classes.write(&self.words, *value);
            let values = [("commune", self.commune(*place)?), ("value", &*value)];
            Some(self.words.fill("tour.figure.one", &values))
        });
        let named: Vec<String> = named.collect();
        if named.is_empty() {
            return None;
        }
        let list = named.join(", ");
        Some(Told {
            title: self.words.say(Kpi::Fill.title()).to_owned(),
            text: self.words.fill("tour.figure.text", &[("list", &list)]),
        })
    }

    fn tell_night(&self) -> Option<Told> {
        let now = self.now()?;
        let hour_ago = now - Span::from_hours(1);
        let times = self.fleet.containers.iter();
        let times = times.filter_map(|container| container.observed_at);
        let fresh = times.clone().filter(|at| *at >= hour_ago).count();
        let age = self.age(times.max()?)?;
        Some(Told {
            title: self
                .words
                .fill("tour.night.title", &[("commune", self.commune(0)?)]),
            text: self
                .words
                .count_with("tour.night.text", fresh, &[("age", &age)]),
        })
    }

    fn commune(&self, place: usize) -> Option<&str> {
        let commune = self.territory.as_ref()?.communes.get(place)?;
        Some(&commune.name)
    }

    fn number(&self, count: usize) -> String {
        self.words.number(count as f64, 0)
    }

    fn percent(&self, share: f64) -> String {
        let number = self.words.number((share * 100.0).round(), 0);
        self.words.fill("value.share", &[("n", &number)])
    }

    fn mean(&self, census: &Census) -> Option<String> {
        let mean = Kpi::Fill.value(census)?;
        Some(self.percent(mean))
    }

    fn age(&self, at: twin_core::Timestamp) -> Option<String> {
        let seconds = self.now()?.as_secs() - at.as_secs();
        Some(self.words.span(Span::from_secs(seconds.max(0))))
    }
}
