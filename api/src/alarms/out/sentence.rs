//! What is told of alarms, in sentences: what, where, since when, what to do.

use simulator::calendar::LocalDay;
use twin_core::{AlarmCause, Timestamp};

use super::message::Message;
use crate::alarms::told::ToldAlarm;
use crate::collection::{Language, Words};

const FRENCH: &str = include_str!("../words.fr.toml");
const ENGLISH: &str = include_str!("../words.en.toml");

/// Alarms of an annunciation that a letter names; the others are counted.
const MOST_NAMED: usize = 20;

/// The sentences of a language.
#[derive(Clone, Debug)]
pub(super) struct Sentences(Words);

impl Sentences {
    /// Those of a language.
    pub(super) fn new(language: Language) -> Self {
        Self(Words::of(language, [FRENCH, ENGLISH]))
    }

    /// What is told, in one line.
    pub(super) fn title(&self, message: &Message) -> String {
        let told = &message.annunciation;
        let cause = self.0.get(told.cause.info().label_key);
        let title = match message.told.first() {
            Some(alarm) if told.count == 1 => self.0.filled(
                "title.one",
                &[("cause", cause), ("where", &place_of(alarm))],
            ),
            _ => self.0.filled(
                "title.many",
                &[("cause", cause), ("n", &told.count.to_string())],
            ),
        };
        let priority = told.priority.number();
        let priority = self.0.get(&format!("priority.{priority}")).to_owned();
        let key = if told.is_escalation {
            "title.escalated"
        } else {
            "title"
        };
        self.0
            .filled(key, &[("priority", &priority), ("title", &title)])
    }

    /// What is told, in some lines: each alarm, and what to do.
    pub(super) fn text(&self, message: &Message) -> String {
        let named = message.told.iter().take(MOST_NAMED);
        let mut lines: Vec<String> = named.map(|alarm| self.line(alarm)).collect();
        let count = usize::try_from(message.annunciation.count).unwrap_or(usize::MAX);
        let more = count.saturating_sub(lines.len());
        if more > 0 {
            lines.push(self.0.count("more", more));
        }
        let advice = message.annunciation.cause.info().advice_key;
        let advice = self.0.get(advice).to_owned();
        lines.push(self.0.filled("advice", &[("advice", &advice)]));
        lines.join("\n")
    }

    /// The subject of a letter.
    pub(super) fn subject(&self, messages: &[Message]) -> String {
        let pressing = messages.iter().min_by_key(|it| it.annunciation.priority);
        let mut title = pressing.map(|it| self.title(it)).unwrap_or_default();
        if messages.len() > 1 {
            let more = self.0.count("subject.more", messages.len() - 1);
            title = format!("{title} {more}");
        }
        self.0.filled("subject", &[("title", &title)])
    }

    /// A whole letter.
    pub(super) fn letter(&self, messages: &[Message]) -> String {
        let part = |message: &Message| format!("{}\n{}\n", self.title(message), self.text(message));
        let parts: Vec<String> = messages.iter().map(part).collect();
        format!("{}\n{}\n", parts.join("\n"), self.0.get("footer"))
    }

    fn line(&self, alarm: &ToldAlarm) -> String {
        let value = self.value(alarm);
        let key = if value.is_empty() {
            "line"
        } else {
            "line.value"
        };
        self.0.filled(
            key,
            &[
                ("where", &place_of(alarm)),
                ("subject", &alarm.subject.to_string()),
                ("value", &value),
                ("since", &self.moment(alarm.active_since)),
            ],
        )
    }

    fn value(&self, alarm: &ToldAlarm) -> String {
        let Some(value) = alarm.value else {
            return String::new();
        };
        let (key, number) = match alarm.cause {
            AlarmCause::ContainerFull | AlarmCause::OverflowSoon => {
                ("value.fill", self.0.number(value * 100.0, 0))
            }
            AlarmCause::Fire => ("value.degrees", self.0.number(value, 0)),
            AlarmCause::AuthorisationExpiring if value < 0.0 => {
                ("value.ended", self.0.number(-value, 0))
            }
            AlarmCause::AuthorisationExpiring => ("value.days", self.0.number(value, 0)),
            AlarmCause::GatewayOut => ("value.sensors", alarm.members.to_string()),
            _ => return String::new(),
        };
        self.0.filled(key, &[("n", &number)])
    }

    /// A moment on the clock of here.
    fn moment(&self, at: Timestamp) -> String {
        let Some((day, month, minutes)) = local(at) else {
            return at.to_string();
        };
        self.0.filled(
            "moment",
            &[
                ("day", &format!("{day:02}")),
                ("month", &format!("{month:02}")),
                ("h", &(minutes / 60).to_string()),
                ("m", &format!("{:02}", minutes % 60)),
            ],
        )
    }
}

fn place_of(alarm: &ToldAlarm) -> String {
    let place = &alarm.place;
    match (&place.name, &place.commune_name) {
        (Some(name), Some(commune)) => format!("{name}, {commune}"),
        (Some(name), None) => name.to_string(),
        (None, Some(commune)) => commune.to_string(),
        (None, None) => alarm.subject.to_string(),
    }
}

/// The day, the month, and the minutes after midnight that the clock of here shows.
fn local(at: Timestamp) -> Option<(i8, i8, i64)> {
    let day = LocalDay::containing(at).ok()?;
    let tenths = at.since(day.start()).as_millis() / 100;
    // On a day on which clocks change, what has passed since midnight is not what they show.
    let (shown, _ahead) = day.at_clock(i32::try_from(tenths).ok()?);
    let minutes = (at.as_millis() - shown.as_millis()) / 60_000 + tenths / 600;
    Some((day.date().day(), day.date().month(), minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_words_and_places() {
        let places = |text: &str| -> std::collections::BTreeMap<String, Vec<String>> {
            let words: std::collections::BTreeMap<String, String> = toml::from_str(text).unwrap();
            let place = |text: String| {
                let mut places: Vec<String> = text
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}'))
                    .map(|(name, _)| name.to_owned())
                    .collect();
                places.sort();
                places
            };
            words
                .into_iter()
                .map(|(key, text)| (key, place(text)))
                .collect()
        };
        assert_eq!(places(FRENCH), places(ENGLISH));
    }

    #[test]
    fn there_are_words_for_each_cause_and_priority() {
        for language in Language::ALL {
            let words = Words::of(language, [FRENCH, ENGLISH]);
            for info in AlarmCause::TABLE {
                for key in [info.label_key, info.advice_key] {
                    assert_ne!(words.get(key), key, "{}", language.code());
                }
            }
            for key in ["priority.1", "priority.2", "priority.3"] {
                assert_ne!(words.get(key), key);
            }
        }
    }

    #[rstest::rstest]
    #[case::in_winter("2026-11-24T13:32:00Z", "24/11 à 14 h 32")]
    #[case::in_summer("2026-06-30T22:05:00Z", "01/07 à 0 h 05")]
    #[case::after_clocks_changed("2026-03-29T10:00:00Z", "29/03 à 12 h 00")]
    fn a_moment_is_what_the_clock_of_here_shows(#[case] at: &str, #[case] shown: &str) {
        let sentences = Sentences::new(Language::French);
        assert_eq!(sentences.moment(at.parse().unwrap()), shown);
    }
}
