//! An alarm in words: what, where, since when, what to do.

use twin_core::{AlarmSubject, Timestamp};

use super::heaps::Heap;
use super::standing::StandingAlarm;
use crate::words::Words;

impl StandingAlarm {
    /// What there is to be alarmed about.
    pub fn what(&self, words: &Words) -> String {
        words.say(&format!("alarm.cause.{}", self.cause)).to_owned()
    }

    /// What to do about it.
    pub fn advice(&self, words: &Words) -> String {
        let key = format!("alarm.advice.{}", self.cause);
        words.say(&key).to_owned()
    }

    /// Its place as people call it, with its commune; the id where nothing else is known.
    pub fn place_name(&self, words: &Words) -> String {
        if let AlarmSubject::Gateway(name) = &self.subject {
            return words.fill("alarm.gateway", &[("name", name)]);
        }
        let at = &self.whereabouts;
        let place = match (at.name.as_deref(), at.commune.as_deref()) {
            // The names of sites begin with that of their commune.
            (Some(name), Some(commune)) if !name.starts_with(commune) => {
                format!("{name}, {commune}")
            }
            (Some(name), _) => name.to_owned(),
            (None, Some(commune)) => commune.to_owned(),
            (None, None) => self.subject.to_string(),
        };
        let stream = at.stream.map(|stream| {
            let stream = format!("stream.{stream}");
            let stream = words.say(&stream).to_owned();
            match at.number {
                Some(n) => words.fill(
                    "stream.numbered",
                    &[("name", &stream), ("n", &n.to_string())],
                ),
                None => stream,
            }
        });
        stream.map_or(place.clone(), |stream| format!("{place} · {stream}"))
    }

    /// For how long it has been so, or was so, and whether somebody knows.
    pub fn age(&self, words: &Words, now: Timestamp) -> String {
        let until = self.returned_at.unwrap_or(now);
        let key = match self.returned_at {
            Some(_) => "alarm.lasted",
            None if self.is_acknowledged() => "alarm.sinceKnown",
            None => "alarm.since",
        };
        words.fill(key, &[("age", &words.span(until.since(self.since)))])
    }
}

impl Heap {
    /// What there is to be alarmed about, and how often.
    pub fn what(&self, words: &Words) -> String {
        let cause = self.lead.what(words);
        if self.count == 1 {
            return cause;
        }
        words.count_with("alarms.heap", self.count, &[("cause", &cause)])
    }

    /// Its place; of several, that of the most pressing.
    pub fn place_name(&self, words: &Words) -> String {
        let place = self.lead.place_name(words);
        if self.count == 1 {
            return place;
        }
        words.count_with("alarms.elsewhere", self.count - 1, &[("place", &place)])
    }

    /// For how long it has been so; of several, the oldest.
    pub fn age(&self, words: &Words, now: Timestamp) -> String {
        if self.count == 1 {
            return self.lead.age(words, now);
        }
        words.fill(
            "alarms.oldest",
            &[("age", &words.span(now.since(self.oldest)))],
        )
    }
}

#[cfg(test)]
mod tests {
    use twin_core::{AlarmCause, Stream};

    use super::super::standing::tests::answered;
    use super::*;
    use crate::words::Language;

    fn said(number: usize, language: Language) -> [String; 4] {
        let words = Words::new(language);
        let alarm = &answered().all()[number].clone();
        let now = "2026-11-30T18:36:46Z".parse().unwrap();
        [
            alarm.what(&words),
            alarm.place_name(&words),
            alarm.age(&words, now),
            alarm.advice(&words),
        ]
        .map(|said| said.replace('\u{a0}', " "))
    }

    #[rstest::rstest]
    #[case::fire(0, [
        "Feu dans un conteneur", "Valentigney, point d’apport 9 · Verre n° 1", "Depuis 18 min.",
        "Appeler le 18, éloigner le public.",
    ])]
    #[case::a_camera(1, [
        "Autorisation de caméra à renouveler", "Rue des Coquelicots, Valentigney", "Depuis 18 min.",
        "Demander le renouvellement.",
    ])]
    #[case::a_gateway_that_is_back(2, [
        "Passerelle muette", "Passerelle 0016c001f153a14c", "A duré 5 min.", "Vérifier alimentation et liaison.",
    ])]
    #[case::known(3, [
        "Conteneur plein", "Valentigney, point d’apport 9 · Papier", "Depuis 16 min, noté.",
        "Ajouter à la prochaine tournée.",
    ])]
    fn an_alarm_says_what_where_since_when_and_what_to_do(
        #[case] number: usize,
        #[case] expected: [&str; 4],
    ) {
        assert_eq!(said(number, Language::Fr), expected);
    }

    #[test]
    fn several_say_how_many_they_are() {
        let words = Words::new(Language::Fr);
        let lead = answered().all()[1].clone();
        let heap = Heap {
            count: 12,
            oldest: "2026-11-30T10:00:00Z".parse().unwrap(),
            lead,
        };
        let now = "2026-11-30T18:36:46Z".parse().unwrap();
        let said = [
            heap.what(&words),
            heap.place_name(&words),
            heap.age(&words, now),
        ];
        assert_eq!(
            said.map(|said| said.replace('\u{a0}', " ")),
            [
                "Autorisation de caméra à renouveler · 12 alertes",
                "Rue des Coquelicots, Valentigney, et 11 autres",
                "Depuis 8 h 36 au plus."
            ]
        );
    }

    #[test]
    fn english_says_the_same() {
        let [what, _, age, _] = said(0, Language::En);
        assert_eq!([what, age], ["Fire in a container", "For 18 min."]);
    }

    #[test]
    fn every_cause_and_every_stream_has_words() {
        for words in Language::ALL.map(Words::new) {
            let causes = AlarmCause::ALL.iter().flat_map(|cause| {
                [
                    format!("alarm.cause.{cause}"),
                    format!("alarm.advice.{cause}"),
                ]
            });
            let streams = Stream::ALL.iter().map(|stream| format!("stream.{stream}"));
            for key in causes.chain(streams) {
                assert_ne!(words.say(&key), key);
            }
        }
    }
}
