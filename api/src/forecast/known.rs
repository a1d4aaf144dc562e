//! What is known of every container that has a sensor: what was heard of it, and what follows.

use simulator::filling::{FillingParams, container_specs};
use simulator::forecast::{ContainerFacts, LevelForecaster, LevelReading};
use twin_core::{AssetKind, Inventory, Span, Timestamp};

use super::answer::{Basis, Outlook, Unforeseen};

/// So many readings make a forecast, at least...
const LEAST_READINGS: u32 = 6;
/// ...that lie so far apart.
const LEAST_TIME: Span = Span::from_hours(24);
/// Who was not heard for longer is not forecast any more.
const OLDEST: Span = Span::from_hours(24 * 14);
/// A reading that comes so much later than others is of a past that was learned without it.
const LATE: Span = Span::from_hours(24);
/// Hours between two steps of a forecast.
const STEP_H: i64 = 3;
/// Hours that are forecast.
pub(crate) const MOST_H: i64 = 168;
/// Where the forecaster has the quantiles that are told: 5, 25, 50, 75 and 95 %.
const TOLD: [usize; 5] = [1, 5, 10, 15, 19];

/// A reading, and whose.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// The dense number of its sensor.
    pub(super) sensor: u32,
    pub(super) reading: LevelReading,
}

/// What became of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heed {
    /// It was learned from, or tells nothing new.
    Taken,
    /// It is of a past that was learned without it.
    Late,
}

/// What was heard of a container.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    readings: u32,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// Everything that was learned by now.
#[derive(Clone, Debug)]
pub(super) struct Known {
    forecaster: LevelForecaster,
    heard: Vec<Heard>,
    /// Places in the forecaster by dense number.
    by_sensor: Vec<Option<usize>>,
    by_container: Vec<Option<usize>>,
    /// The latest time that was heard of.
    upto: Timestamp,
}

impl Known {
    /// Knows which sensors measure what, and nothing of levels.
    pub(super) fn of(inventory: &Inventory) -> Self {
        let deposits = FillingParams::default();
        let mut facts = Vec::new();
        let mut by_sensor = vec![None; inventory.slots(AssetKind::Sensor) as usize];
        let mut by_container = vec![None; inventory.slots(AssetKind::Container) as usize];
        for (container, spec) in container_specs(inventory, |_| true) {
            let Some(sensor) = inventory.sensor_of_container(container) else {
                continue;
            };
            let Some(row) = inventory.sensors().get(sensor) else {
                continue;
            };
            let detail = &row.asset.detail;
            for (places, number) in [(&mut by_sensor, sensor), (&mut by_container, container)] {
                if let Some(place) = places.get_mut(number as usize) {
                    *place = Some(facts.len());
                }
            }
            facts.push(ContainerFacts {
                stream: spec.stream,
                container_type: spec.container_type,
                capacity: spec.capacity,
                deposit: deposits.deposit(spec.container_type),
                mounting: detail.mounting,
                interval: detail.expected_interval,
            });
        }
        Self {
            forecaster: LevelForecaster::new(&facts).without_rules(),
            heard: vec![Heard::default(); facts.len()],
            by_sensor,
            by_container,
            upto: Timestamp::MIN,
        }
    }

    /// Sensors that measure a container.
    pub(super) fn sensors(&self) -> usize {
        self.heard.len()
    }

    /// Takes in a reading; one of a sensor that measures nothing is passed over, and so is one that is not
    /// later than the last of its sensor.
    pub(super) fn hear(&mut self, told: &Told) -> Heed {
        let place = self.by_sensor.get(told.sensor as usize).copied().flatten();
        let Some((place, heard)) =
            place.and_then(|place| Some((place, self.heard.get_mut(place)?)))
        else {
            return Heed::Taken;
        };
        let at = told.reading.at;
        if self.upto > Timestamp::MIN && at < self.upto - LATE {
            return Heed::Late;
        }
        if heard.last.is_some_and(|last| at <= last) {
            return Heed::Taken;
        }
        if told.reading.distance_mm.is_some() {
            heard.readings = heard.readings.saturating_add(1);
            heard.first.get_or_insert(at);
            heard.last = Some(at);
        }
        self.upto = self.upto.max(at);
        self.forecaster.hear(place, &told.reading);
        Heed::Taken
    }

    /// Time passes, also where nobody tells anything.
    pub(super) fn pass(&mut self, now: Timestamp) {
        if self.upto > Timestamp::MIN {
            self.forecaster.pass(now);
        }
        self.forecaster.forget_told();
    }

    /// What will be in a container, by its dense number.
    pub(super) fn outlook(&self, container: u32, now: Timestamp) -> Result<Outlook, Unforeseen> {
        let place = self.place(container).ok_or(Unforeseen::NoSensor)?;
        let basis = self.basis(place, now)?;
        let forecast = |hours: i64| {
            let forecast = self
                .forecaster
                .forecast(place, (now, Span::from_hours(hours)))?;
            Some((hours, forecast))
        };
        let mut steps: Vec<(Timestamp, [f64; 5])> = Vec::new();
        let mut chance_full = Vec::new();
        let mut chance = 0.0_f64;
        let hours = (0..=MOST_H / STEP_H).map(|nth| nth * STEP_H);
        for (hours, forecast) in hours.filter_map(forecast) {
            let mut load = TOLD.map(|place| forecast.load[place]);
            // Nobody empties it, so it is never less than before.
            if let Some((_, before)) = steps.last() {
                for (load, before) in load.iter_mut().zip(before) {
                    *load = load.max(*before);
                }
            }
            chance = chance.max(forecast.chance_of(Outlook::FULL));
            steps.push((now + Span::from_hours(hours), load));
            if hours > 0 && hours % 24 == 0 {
                chance_full.push((hours, chance));
            }
        }
        if steps.is_empty() {
            return Err(Unforeseen::Unbelieved);
        }
        let full = self
            .forecaster
            .hours_until_within_90(place, (now, Outlook::FULL));
        Ok(Outlook {
            at: now,
            basis,
            steps,
            chance_full,
            hours_until_full: full.unwrap_or_default(),
        })
    }

    /// What a container will hold at some time: its 10, 50 and 90 % quantiles; `None` where nothing can be
    /// said.
    pub(super) fn load(&self, container: u32, asked: (Timestamp, Span)) -> Option<[f64; 3]> {
        let place = self.place(container)?;
        self.basis(place, asked.0).ok()?;
        let forecast = self.forecaster.forecast(place, asked)?;
        let (low, high) = forecast.load_within_80();
        Some([low, forecast.load[10], high])
    }

    fn place(&self, container: u32) -> Option<usize> {
        self.by_container.get(container as usize).copied().flatten()
    }

    /// What a forecast is based on, or why there is none.
    fn basis(&self, place: usize, now: Timestamp) -> Result<Basis, Unforeseen> {
        let heard = self.heard.get(place).copied().unwrap_or_default();
        let (Some(first), Some(last)) = (heard.first, heard.last) else {
            return Err(Unforeseen::Unread);
        };
        let span = last.since(first);
        if heard.readings < LEAST_READINGS || span < LEAST_TIME {
            let readings = heard.readings;
            return Err(Unforeseen::TooLittle { readings, span });
        }
        if now.since(last) > OLDEST {
            return Err(Unforeseen::TooOld { last });
        }
        Ok(Basis {
            readings: heard.readings,
            since: first,
            last,
            emptied: self.forecaster.last_emptied(place),
            suspicion: self.forecaster.suspicion(place),
        })
    }
}

impl Unforeseen {
    /// Why a container is not forecast, in a word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::NoSensor => "no-sensor",
            Self::Unread => "unread",
            Self::Unbelieved => "unbelieved",
            Self::TooLittle { .. } => "too-little",
            Self::TooOld { .. } => "too-old",
        }
    }

    /// The same in a sentence about it.
    pub(crate) fn sentence(&self, container: &str) -> String {
        match self {
            Self::NoSensor => {
                format!("{container} has no sensor, so nothing tells how fast it fills")
            }
            Self::Unread => format!("{container} has told no level in the last four weeks"),
            Self::Unbelieved => {
                format!("{container} has told no level that can be believed in the last four weeks")
            }
            Self::TooLittle { readings, span } => format!(
                "{container} has told {readings} levels within {} h; a forecast needs {LEAST_READINGS} within {} h or more",
                span.as_secs() / 3600,
                LEAST_TIME.as_secs() / 3600
            ),
            Self::TooOld { last } => format!(
                "{container} has told no level since {last}; a forecast needs one of the last {} days",
                OLDEST.as_secs() / 86_400
            ),
            Self::Learning => {
                "forecasts are being learned from what sensors told; ask again in some seconds"
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use twin_core::{
        Asset, Container, ContainerType, DevEui, HealthRules, Layers, LonLat, Mounting, Sensor,
        Site, SiteType, Stream, Twin,
    };

    use super::*;

    fn asset<T>(key: &str, detail: T) -> Asset<T> {
        Asset {
            key: key.into(),
            place: LonLat::new(6.8, 47.5).unwrap(),
            detail,
        }
    }

    /// Two containers, the first of which has a sensor that reports every four hours.
    fn known() -> Known {
        let container = || Container {
            site: "site/p".parse().unwrap(),
            container_type: ContainerType::Column,
            stream: Stream::Glass,
            volume: None,
            max_load: None,
        };
        let sensor = Sensor {
            container: "container/a".parse().unwrap(),
            dev_eui: DevEui(1),
            codec: "milesight-em400-mud".into(),
            mounting: Mounting::new(1800, 400).unwrap(),
            expected_interval: Span::from_hours(4),
        };
        let site = Site {
            name: None,
            street: None,
            site_type: SiteType::RecyclingPoint,
        };
        let layers = Layers {
            sites: vec![asset("p", site)],
            containers: vec![asset("a", container()), asset("b", container())],
            sensors: vec![asset("s", sensor)],
            ..Layers::default()
        };
        let crs = gis_data::crs::planar_crs("EPSG:2154").unwrap();
        let inventory = Inventory::new(layers, crs).unwrap();
        let twin = Twin::new(inventory, HealthRules::default());
        Known::of(twin.inventory())
    }

    fn hour(n: i64) -> Timestamp {
        Timestamp::from_secs(1_790_000_000) + Span::from_hours(n)
    }

    fn told(n: i64, mm: i64) -> Told {
        let reading = LevelReading {
            at: hour(n),
            distance_mm: u16::try_from(mm).ok(),
            is_doubtful: false,
            is_tilted: false,
        };
        Told { sensor: 0, reading }
    }

    /// A tenth of its depth a day for so many hours.
    fn filling(hours: i64) -> Known {
        let mut known = known();
        for n in (0..=hours).step_by(4) {
            known.hear(&told(n, 1700 - n * 140 / 24));
        }
        known
    }

    #[test]
    fn a_container_that_fills_steadily_is_forecast_with_its_doubt() {
        let outlook = filling(96).outlook(0, hour(97)).unwrap();
        assert_eq!(outlook.steps.len(), 57);
        let (at, load) = outlook.steps[8];
        assert_eq!(at, hour(97 + 24));
        assert!((0.45..0.70).contains(&load[2]), "{load:?}");
        for (_, load) in &outlook.steps {
            assert!(load.is_sorted(), "{load:?}");
        }
        let medians: Vec<f64> = outlook.steps.iter().map(|(_, load)| load[2]).collect();
        assert!(medians.is_sorted(), "nobody empties it");
        let [early, middle, late] = outlook.hours_until_full;
        assert!(early < middle && middle < late.or(Some(9_999.0)));
        assert!((48.0..240.0).contains(&middle.unwrap()), "{middle:?}");
        assert_eq!((outlook.basis.readings, outlook.basis.last), (25, hour(96)));
        let chances: Vec<f64> = outlook.chance_full.iter().map(|(_, it)| *it).collect();
        assert!(chances.is_sorted() && chances.len() == 7, "{chances:?}");
    }

    #[rstest::rstest]
    #[case::nothing(None, 1, Unforeseen::Unread)]
    #[case::a_day_too_few(Some(20), 21, Unforeseen::TooLittle { readings: 6, span: Span::from_hours(20) })]
    #[case::not_heard_for_long(Some(96), 96 + 24 * 15, Unforeseen::TooOld { last: hour(96) })]
    fn where_too_little_was_read_nothing_is_forecast(
        #[case] hours: Option<i64>,
        #[case] now: i64,
        #[case] why: Unforeseen,
    ) {
        let known = hours.map_or_else(known, filling);
        assert_eq!(known.outlook(0, hour(now)).unwrap_err(), why);
        assert_eq!(known.load(0, (hour(now), Span::from_hours(24))), None);
        assert_eq!(
            known.outlook(1, hour(now)).unwrap_err(),
            Unforeseen::NoSensor
        );
        assert!(
            why.sentence("container/a")
                .starts_with("container/a has told")
        );
    }

    #[test]
    fn a_sensor_that_lies_on_its_side_is_not_believed() {
        let mut known = known();
        for n in (0..=96).step_by(4) {
            let mut told = told(n, 900);
            told.reading.is_tilted = true;
            known.hear(&told);
        }
        let why = known.outlook(0, hour(97)).unwrap_err();
        assert_eq!(why, Unforeseen::Unbelieved);
    }

    #[test]
    fn what_comes_too_late_is_noticed_and_changes_nothing() {
        let mut known = filling(96);
        let before = known.outlook(0, hour(97)).unwrap();
        assert_eq!(known.hear(&told(50, 400)), Heed::Late);
        assert_eq!(known.hear(&told(90, 400)), Heed::Taken);
        let stranger = Told {
            sensor: 77,
            ..told(99, 400)
        };
        assert_eq!(known.hear(&stranger), Heed::Taken);
        assert_eq!(known.outlook(0, hour(97)).unwrap(), before);
    }

    #[test]
    fn an_emptying_is_told_and_the_level_begins_anew() {
        let mut known = filling(96);
        for (n, mm) in [(100, 1790), (104, 1780), (108, 1770)] {
            known.hear(&told(n, mm));
        }
        known.pass(hour(109));
        let outlook = known.outlook(0, hour(109)).unwrap();
        assert_eq!(outlook.basis.emptied, Some(hour(100)));
        assert!(outlook.steps[0].1[2] < 0.1, "{:?}", outlook.steps[0]);
    }
}
