//! What is forecast of the chosen container, and in which words.

use serde::Deserialize;
use twin_core::{Span, Timestamp};

use crate::words::Words;

/// Most steps that are looked at.
const MOST_STEPS: usize = 400;
/// Within so many days the name of a weekday says enough.
const NEAR: Span = Span::from_hours(6 * 24);
const HOUR: Span = Span::from_hours(1);

/// `GET /assets/container/KEY/forecast`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Outlook {
    pub at: Timestamp,
    steps: Vec<(i64, [f64; 5])>,
    basis: Basis,
    full: Full,
}

#[derive(Clone, Debug, Deserialize)]
struct Basis {
    readings: usize,
    #[serde(default)]
    emptied_at: Option<Timestamp>,
    #[serde(default)]
    suspicion: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Full {
    #[serde(default)]
    earliest_at: Option<Timestamp>,
    #[serde(default)]
    latest_at: Option<Timestamp>,
}

impl Outlook {
    /// Seconds since 1970 and the levels that are exceeded in 95, 75, 50, 25 and 5 of 100 cases, in order of
    /// time; what is out of order or no number ends it.
    pub(super) fn steps(&self) -> impl Iterator<Item = (i64, [f64; 5])> + '_ {
        let mut before = i64::MIN;
        let steps = self.steps.iter().copied().take(MOST_STEPS);
        steps.take_while(move |(at_s, levels)| {
            let is_later = *at_s > before;
            before = *at_s;
            is_later && levels.iter().all(|it| it.is_finite()) && levels.is_sorted()
        })
    }
}

/// Tells a forecast in words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Telling<'a> {
    pub words: &'a Words,
    pub now: Timestamp,
}

impl Telling<'_> {
    /// When it will be full: at the earliest, at the latest.
    pub(super) fn full(&self, outlook: &Outlook) -> String {
        let Full {
            earliest_at,
            latest_at,
        } = outlook.full;
        let Some(earliest) = earliest_at else {
            return self.words.say("forecast.never").to_owned();
        };
        let early = self.when(earliest);
        match latest_at {
            Some(latest) if latest <= outlook.at + HOUR => {
                self.words.say("forecast.fullNow").to_owned()
            }
            Some(latest) if earliest <= outlook.at + HOUR => {
                let late = self.when(latest + HOUR);
                self.words.fill("forecast.fullBy", &[("late", &late)])
            }
            Some(latest) => {
                let late = self.when(latest + HOUR);
                let ends = [("early", &*early), ("late", &*late)];
                self.words.fill("forecast.fullBetween", &ends)
            }
            None => self.words.fill("forecast.fullFrom", &[("early", &early)]),
        }
    }

    /// The condition, on how much it is based, what the bands are, and what makes it doubtful.
    pub(super) fn basis(&self, outlook: &Outlook) -> String {
        let basis = &outlook.basis;
        let mut said = self.words.count("forecast.basis", basis.readings);
        if let Some(emptied) = basis.emptied_at.filter(|at| *at <= self.now) {
            let day = self.words.day(emptied);
            said.push(' ');
            said.push_str(&self.words.fill("forecast.emptied", &[("day", &day)]));
        }
        said.push('\n');
        said.push_str(self.words.say("forecast.bands"));
        if let Some(suspicion) = &basis.suspicion {
            let key = format!("forecast.suspicion.{suspicion}");
            let words = self.words.say(&key);
            if words != key {
                said.push('\n');
                said.push_str(words);
            }
        }
        said
    }

    /// A whole hour of the next days, or a day beyond.
    fn when(&self, at: Timestamp) -> String {
        let hour_s = HOUR.as_secs();
        let whole = Timestamp::from_secs(at.as_secs().div_euclid(hour_s) * hour_s);
        if at.since(self.now) >= NEAR {
            return self.words.day(whole);
        }
        let (day, time) = (self.words.weekday(whole), self.words.hour(whole));
        self.words
            .fill("forecast.when", &[("day", &day), ("time", &time)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    const NOW: &str = "2026-12-15T07:30:00Z";

    fn outlook(basis: &str, full: &str) -> Outlook {
        let json = format!(
            r#"{{"asset": "container/x", "at": "{NOW}", "condition": "no-collection",
            "basis": {{"readings": 240{basis}}}, "full": {{"fill": 0.95{full}}},
            "steps": [[10, [0.1, 0.2, 0.3, 0.4, 0.5]], [20, [0.2, 0.3, 0.4, 0.5, 0.6]]]}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn telling(words: &Words) -> Telling<'_> {
        Telling {
            words,
            now: NOW.parse().unwrap(),
        }
    }

    #[rstest::rstest]
    #[case::between(
        r#", "earliest_at": "2026-12-16T17:30:00Z", "latest_at": "2026-12-18T06:30:00Z""#,
        "Plein au plus tôt mercredi 18 h, au plus tard vendredi 8 h, 9 chances sur 10."
    )]
    #[case::far_ahead(
        r#", "earliest_at": "2026-12-20T17:30:00Z", "latest_at": "2027-01-08T06:30:00Z""#,
        "Plein au plus tôt dimanche 18 h, au plus tard vendredi 8 janvier, 9 chances sur 10."
    )]
    #[case::from(
        r#", "earliest_at": "2027-01-20T17:30:00Z", "latest_at": null"#,
        "Plein au plus tôt mercredi 20 janvier, peut-être bien après 60 jours."
    )]
    #[case::perhaps_already(
        r#", "earliest_at": "2026-12-15T07:30:00Z", "latest_at": "2026-12-16T06:30:00Z""#,
        "Peut-être déjà plein, au plus tard mercredi 8 h, 9 chances sur 10."
    )]
    #[case::already(
        r#", "earliest_at": "2026-12-15T07:30:00Z", "latest_at": "2026-12-15T07:30:00Z""#,
        "Sans doute déjà plein."
    )]
    #[case::never("", "Pas plein avant 60 jours, 9 chances sur 10 au moins.")]
    fn it_says_when_it_will_be_full(#[case] full: &str, #[case] expected: &str) {
        let words = Words::new(Language::Fr);
        let said = telling(&words).full(&outlook("", full));
        assert_eq!(said.replace('\u{a0}', " "), expected);
    }

    #[test]
    fn it_says_what_it_is_based_on() {
        let words = Words::new(Language::Fr);
        let basis = r#", "emptied_at": "2026-12-07T09:00:00Z", "suspicion": "stuck""#;
        let said = telling(&words).basis(&outlook(basis, ""));
        assert_eq!(
            said.replace('\u{a0}', " "),
            "Sans collecte, d’après 240 mesures. Vidé lundi 7 décembre.\nHachures : 9 chances sur 10 ; gris : 1 sur 2.\nCapteur soupçonné d’être figé : prévision prudente."
        );
        let strange = telling(&words).basis(&outlook(r#", "suspicion": "haunted""#, ""));
        assert!(!strange.contains("haunted"), "{strange}");
    }

    #[test]
    fn every_suspicion_has_words() {
        for language in Language::ALL {
            let words = Words::new(language);
            for suspicion in ["silent", "stuck", "tilted", "drift", "outliers"] {
                let key = format!("forecast.suspicion.{suspicion}");
                assert_ne!(words.say(&key), key);
            }
        }
    }

    #[test]
    fn steps_end_where_they_make_no_sense() {
        let mut outlook = outlook("", "");
        assert_eq!(outlook.steps().count(), 2);
        outlook.steps.push((20, [0.0; 5]));
        outlook.steps.push((30, [0.0; 5]));
        assert_eq!(outlook.steps().count(), 2);
        if let Some(step) = outlook.steps.get_mut(1) {
            step.1 = [0.3, 0.2, 0.4, 0.5, 0.6];
        }
        assert_eq!(outlook.steps().count(), 1);
    }
}
