//! What the sheet says of a container, in words.

use twin_core::{SensorStatus, Span, Timestamp};

use super::outlook::Telling;
use super::story::{Part, SensorFacts, Story};
use crate::server::{Container, Fleet, Load, Look, Site};
use crate::words::Words;

/// From so many letters on a title takes two lines.
const LINE_LETTERS: usize = 24;
/// A level as old as this is told to be of now, in seconds.
const NOW_S: i64 = 60;

/// Everything the sheet says; empty where there is nothing to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Report {
    /// What it is for, and how large it is.
    pub kind: String,
    pub title: String,
    pub street: String,
    /// How full it is: "Plein", "72 %".
    pub figure: String,
    /// In its place, why nobody knows.
    pub unknown: String,
    /// How old the level is, and how far it may be off.
    pub age: String,
    /// What its sensor's state means.
    pub note: String,
    /// When it will be full, and what that is based on.
    pub full: String,
    pub basis: String,
    /// Battery, temperature, state.
    pub sensor: String,
    /// When the sensor was heard, and how often it should be.
    pub heard: String,
    /// Where the server tells more.
    pub address: String,
}

/// A moment ahead, and what is forecast of the container then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ahead {
    pub of: Timestamp,
    pub load: Option<Load>,
}

/// What is known when a report is written.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    pub words: &'a Words,
    pub container: &'a Container,
    pub site: Option<&'a Site>,
    pub commune: Option<&'a str>,
    pub story: &'a Story,
    /// The twin's time; `None` until known.
    pub now: Option<Timestamp>,
    /// What is forecast, where a moment ahead is shown.
    pub ahead: Option<Ahead>,
    /// Where the server is.
    pub address: Option<String>,
}

impl Report {
    pub(super) fn of(known: &Known) -> Self {
        let sensor = known.story.sensor.told().map(|it| &it.properties);
        let [full, basis] = known.outlook();
        Self {
            full,
            basis,
            address: known.address(),
            kind: known.kind(),
            title: known.title(),
            street: known.street(),
            figure: known.figure(),
            unknown: known.unknown(),
            age: known.age(),
            note: known.note(),
            sensor: sensor.map_or_else(String::new, |it| sensor_words(known.words, it)),
            heard: sensor.map_or_else(String::new, |it| known.heard(it)),
        }
    }
}

impl Known<'_> {
    fn kind(&self) -> String {
        let stream = format!("container.{}", self.container.stream.name());
        let stream = self.words.say(&stream).to_owned();
        let facts = self.story.container.told();
        match facts.and_then(|it| it.properties.volume_l) {
            Some(volume_l) => {
                let volume = self.words.number(volume_l, 0);
                let litres = self.words.fill("pick.litres", &[("n", &volume)]);
                format!("{stream}, {litres}")
            }
            None => stream,
        }
    }

    /// The name of its site, after its commune unless it says so already.
    fn title(&self) -> String {
        let name = self.site.and_then(|site| site.name.as_deref());
        let title = match (name, self.commune) {
            (Some(name), Some(commune)) if !name.contains(commune) => format!("{commune}, {name}"),
            (Some(name), _) => name.to_owned(),
            (None, Some(commune)) => self.words.fill("pick.unnamedIn", &[("commune", commune)]),
            (None, None) => self.words.say("pick.unnamed").to_owned(),
        };
        broken(title)
    }

    fn street(&self) -> String {
        let facts = self.story.site.told();
        let street = facts.and_then(|it| it.properties.street.as_deref());
        street.unwrap_or_default().to_owned()
    }

    /// When it will be full, and what that is based on.
    fn outlook(&self) -> [String; 2] {
        let telling = self.now.map(|now| Telling {
            words: self.words,
            now,
        });
        match (&self.story.outlook, telling) {
            (Part::Told(outlook), Some(telling)) => [telling.full(outlook), telling.basis(outlook)],
            (Part::Refused, _) => [String::new(), self.words.say("forecast.tooLittle").into()],
            _ => Default::default(),
        }
    }

    fn address(&self) -> String {
        let Some(address) = &self.address else {
            return String::new();
        };
        let bare = address.split_once("://").map_or(&**address, |(_, it)| it);
        format!("{bare}/assets/{}", self.container.id)
    }

    fn figure(&self) -> String {
        match self.container.shown_fill() {
            Some(fill) if fill >= Fleet::FULL => self.words.say("pick.full").to_owned(),
            Some(fill) => {
                // What is not full is never told as if it were.
                let percent = (fill * 100.0).round().min(94.0);
                let percent = self.words.number(percent, 0);
                self.words.fill("pick.level", &[("n", &percent)])
            }
            None => String::new(),
        }
    }

    fn unknown(&self) -> String {
        if self.ahead.is_some_and(|ahead| ahead.load.is_none()) {
            return self.words.say("forecast.unknown").to_owned();
        }
        match (self.container.look(), self.since()) {
            (Look::Bare, _) => self.words.say("pick.bare").to_owned(),
            (Look::Unread, _) => self.words.say("pick.unread").to_owned(),
            (Look::Silent, Some(age)) => {
                let age = self.words.span(age);
                self.words.fill("pick.silentFor", &[("age", &age)])
            }
            (Look::Silent, None) => self.words.say("pick.silent").to_owned(),
            (Look::Late | Look::Level, _) => String::new(),
        }
    }

    fn age(&self) -> String {
        if let Some(ahead) = self.ahead {
            return self.foreseen(ahead);
        }
        let look = self.container.look();
        let Some(age) = self.since().filter(|_| look >= Look::Late) else {
            return String::new();
        };
        let mut said = ago(self.words, age);
        if look == Look::Late {
            said = self.words.fill("pick.late", &[("age", &said)]);
        }
        let facts = self.story.container.told();
        let deviation = facts.and_then(|it| it.properties.fill_deviation);
        if let Some(points) = deviation.map(whole_points).filter(|points| *points > 0) {
            said.push('\n');
            said.push_str(&self.words.count("pick.deviation", points));
        }
        said
    }

    /// How far a forecast may be off.
    fn foreseen(&self, ahead: Ahead) -> String {
        let Some(load) = ahead.load else {
            return String::new();
        };
        let percent = |share: f64| self.words.number((share * 100.0).round().min(100.0), 0);
        let (low, high) = (percent(load.low), percent(load.high));
        self.words
            .fill("forecast.level", &[("low", &low), ("high", &high)])
    }

    fn note(&self) -> String {
        if let Some(Ahead { of, load }) = self.ahead {
            let (day, time) = (self.words.weekday(of), self.words.hour(of));
            let values = [("day", &*day), ("time", &*time)];
            let said = load.map(|_| self.words.fill("forecast.of", &values));
            return said.unwrap_or_default();
        }
        let key = match (self.container.look(), self.container.status) {
            (Look::Late, _) => "pick.note.stale",
            (Look::Level, SensorStatus::Tilted) => "pick.note.tilted",
            (Look::Level, SensorStatus::Stuck) => "pick.note.stuck",
            (Look::Level, SensorStatus::LowBattery) => "pick.note.low-battery",
            _ => return String::new(),
        };
        self.words.say(key).to_owned()
    }

    fn heard(&self, sensor: &SensorFacts) -> String {
        let seen = sensor.last_seen_at.zip(self.now);
        let seen = seen.map(|(at, now)| {
            let age = ago(self.words, now.since(at));
            self.words.fill("pick.sensor.heard", &[("age", &age)])
        });
        let every = sensor.expected_interval_s.map(|seconds| {
            let span = self.words.span(Span::from_secs(seconds));
            self.words.fill("pick.sensor.every", &[("span", &span)])
        });
        let said: Vec<String> = seen.into_iter().chain(every).collect();
        capital(&said.join(", "))
    }

    /// For how long the level has been there.
    fn since(&self) -> Option<Span> {
        Some(self.now?.since(self.container.observed_at?))
    }
}

/// A long title on two lines, broken between commune and place.
fn broken(title: String) -> String {
    if title.chars().count() > LINE_LETTERS {
        title.replacen(", ", ",\n", 1)
    } else {
        title
    }
}

/// Begins with a capital letter.
fn capital(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn ago(words: &Words, age: Span) -> String {
    if age.as_secs() < NOW_S {
        words.say("pick.now").to_owned()
    } else {
        words.fill("pick.ago", &[("age", &words.span(age))])
    }
}

fn sensor_words(words: &Words, sensor: &SensorFacts) -> String {
    let number = |key, value: Option<f64>| {
        value.map(|value| words.fill(key, &[("n", &words.number(value, 0))]))
    };
    let status = (sensor.status != SensorStatus::Unknown).then(|| {
        let key = format!("pick.status.{}", sensor.status.name());
        words.say(&key).to_owned()
    });
    let battery = number("pick.sensor.battery", sensor.battery_pct);
    let temperature = number("pick.sensor.temperature", sensor.temperature_c);
    let signal = number("pick.sensor.signal", sensor.rssi_dbm);
    let lost = sensor.frames_lost.filter(|lost| *lost > 0);
    let lost = lost.map(|lost| words.count("pick.sensor.lost", lost as usize));
    let said: Vec<String> = [status, battery, temperature, signal, lost]
        .into_iter()
        .flatten()
        .collect();
    capital(&said.join(", "))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of 0 to 1 in hundredths"
)]
fn whole_points(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * 100.0).round() as usize
}

#[cfg(test)]
mod tests {
    use twin_core::Stream;

    use super::*;
    use crate::words::Language;

    const NOW_S_SINCE_1970: i64 = 1_796_000_000;

    fn container(fill: Option<f64>, status: SensorStatus, age_s: i64) -> Container {
        Container {
            id: "container/x".into(),
            site: 0,
            stream: Stream::Glass,
            fill,
            status,
            observed_at: fill.map(|_| Timestamp::from_secs(NOW_S_SINCE_1970 - age_s)),
            has_sensor: true,
        }
    }

    fn report(container: &Container, language: Language) -> Report {
        let (words, story) = (Words::new(language), Story::default());
        Report::of(&Known {
            words: &words,
            container,
            site: None,
            commune: Some("Bart"),
            story: &story,
            now: Some(Timestamp::from_secs(NOW_S_SINCE_1970)),
            ahead: None,
            address: None,
        })
    }

    fn plain(said: &str) -> String {
        said.replace('\u{a0}', " ")
    }

    #[rstest::rstest]
    #[case::full(
        container(Some(0.97), SensorStatus::Ok, 240),
        "Plein",
        "",
        "il y a 4 min",
        ""
    )]
    #[case::nearly_full(
        container(Some(0.949), SensorStatus::Ok, 240),
        "94 %",
        "",
        "il y a 4 min",
        ""
    )]
    #[case::just_now(
        container(Some(0.72), SensorStatus::Ok, 8),
        "72 %",
        "",
        "à l’instant",
        ""
    )]
    #[case::late(
        container(Some(0.72), SensorStatus::Stale, 9 * 3600),
        "72 %", "", "en retard, il y a 9 h", "La mesure attendue n’est pas venue : le niveau a pu changer."
    )]
    #[case::silent(container(Some(0.72), SensorStatus::Silent, 26 * 3600), "", "Capteur muet depuis 26 h.", "", "")]
    #[case::never_heard(container(None, SensorStatus::Silent, 0), "", "Capteur muet.", "", "")]
    #[case::unread(
        container(None, SensorStatus::Unknown, 0),
        "",
        "Capteur posé, pas encore de mesure.",
        "",
        ""
    )]
    #[case::bare(
        Container { has_sensor: false, ..container(None, SensorStatus::Unknown, 0) },
        "", "Pas de capteur : niveau inconnu.", "", ""
    )]
    fn a_level_is_told_with_its_age_and_doubt(
        #[case] container: Container,
        #[case] figure: &str,
        #[case] unknown: &str,
        #[case] age: &str,
        #[case] note: &str,
    ) {
        let report = report(&container, Language::Fr);
        let said = [&report.figure, &report.unknown, &report.age, &report.note];
        assert_eq!(said.map(|it| plain(it)), [figure, unknown, age, note]);
    }

    #[test]
    fn english_is_complete() {
        let report = report(
            &container(Some(0.72), SensorStatus::Stale, 300),
            Language::En,
        );
        assert_eq!(report.figure, "72%");
        assert_eq!(report.age, "late, 5\u{a0}min ago");
        assert_eq!(report.title, "Bart, unnamed place");
        assert_eq!(report.kind, "Glass container");
    }

    #[test]
    fn every_stream_and_status_has_words() {
        for language in Language::ALL {
            let words = Words::new(language);
            let streams = Stream::ALL
                .iter()
                .map(|it| format!("container.{}", it.name()));
            let statuses = SensorStatus::ALL
                .iter()
                .filter(|it| **it != SensorStatus::Unknown);
            let statuses = statuses.map(|it| format!("pick.status.{}", it.name()));
            for key in streams.chain(statuses) {
                assert_ne!(words.say(&key), key);
            }
        }
    }

    #[test]
    fn a_sensor_is_told_with_what_it_measures() {
        let sensor: SensorFacts =
            serde_json::from_str(r#"{"status": "ok", "battery_pct": 93.0, "temperature_c": -3.6, "rssi_dbm": -97.5, "frames_lost": 2}"#)
                .unwrap();
        let said = sensor_words(&Words::default(), &sensor);
        assert_eq!(
            plain(&said),
            "En ordre, pile 93 %, −4 °C, signal −98 dBm, 2 messages perdus"
        );
    }

    #[test]
    fn ahead_it_is_told_of_when_and_how_far_it_may_be_off() {
        let (words, story) = (Words::default(), Story::default());
        let container = container(Some(0.72), SensorStatus::Ok, 300);
        let load = Load {
            low: 0.61,
            median: 0.72,
            high: 1.3,
        };
        let known = |load| Known {
            words: &words,
            container: &container,
            site: None,
            commune: None,
            story: &story,
            now: Some(Timestamp::from_secs(NOW_S_SINCE_1970)),
            ahead: Some(Ahead {
                of: "2026-12-02T17:00:00Z".parse().unwrap(),
                load,
            }),
            address: Some("http://127.0.0.1:8080".to_owned()),
        };
        let report = Report::of(&known(Some(load)));
        assert_eq!(plain(&report.age), "entre 61 et 100 %\n8 chances sur 10");
        assert_eq!(
            plain(&report.note),
            "Prévu pour mercredi 18 h, sans collecte."
        );
        assert_eq!(report.address, "127.0.0.1:8080/assets/container/x");
        let report = Report::of(&known(None));
        assert_eq!(report.unknown, "Pas de prévision pour ce conteneur.");
        assert_eq!((&*report.age, &*report.note), ("", ""));
    }
}
