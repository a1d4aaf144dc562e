//! The sentence the picture opens with: what is so, what asks for a person, and which sensors are not
//! heard, or what was so when the line broke.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::system::{Query, Res};
use bevy::time::{Real, Time};
use bevy::ui::widget::Text;
use bevy::ui::{Node, UiRect, px};
use twin_core::Timestamp;

use super::outcome::While;
use super::paint::{Painted, write as write_text};
use super::sheet::{Corner, corner, sheet};
use super::tally::Tally;
use super::{Kit, display_of, mark, plan, show};
use crate::alarms::StandingAlarms;
use crate::palette::Tone;
use crate::server::{FullCount, Link, Present};
use crate::wall::Caption;
use crate::words::Words;

/// A line broken for longer than this puts the sentence in the past.
const PATIENCE_S: f64 = 2.5;
const WIDEST: f32 = 440.0;

/// A line of the headline.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    /// How many containers are full.
    Full,
    /// How many alarms wait.
    Alarms,
    /// What of the sensors.
    Sensors,
    /// Of which territory, or which part of it is seen.
    Territory,
}

/// Lays the mark and, below it, the headline.
pub(super) fn lay(root: &mut ChildSpawnerCommands, kit: &mut Kit) {
    let place = (While::Present, corner(Corner::TopLeft));
    root.spawn(place).with_children(|corner| {
        let (kind, mut node, painted, shadow) = sheet(UiRect::px(20.0, 24.0, 14.0, 18.0));
        node.max_width = px(WIDEST);
        corner
            .spawn((kind, node, painted, shadow))
            .with_children(|sheet| {
                mark::lay(sheet, kit);
                let below = |top| Node {
                    margin: UiRect::top(px(top)),
                    ..Node::default()
                };
                let faces = &kit.faces;
                let ink = Painted::text(Tone::Ink);
                let accent = Painted::text(Tone::Accent);
                let quiet = Painted::text(Tone::InkQuiet);
                let small = Painted::text(Tone::InkSmall);
                sheet.spawn((
                    Line::Full,
                    Text::default(),
                    faces.title(28.0, 600),
                    ink,
                    below(14),
                ));
                sheet.spawn((
                    Line::Alarms,
                    Text::default(),
                    faces.title(19.0, 600),
                    accent,
                    below(4),
                ));
                sheet.spawn((
                    Line::Sensors,
                    Text::default(),
                    faces.title(19.0, 600),
                    quiet,
                    below(4),
                ));
                sheet.spawn((
                    Line::Territory,
                    Text::default(),
                    faces.text(14.0, 400),
                    small,
                    below(8),
                ));
            });
        plan::lay(corner, kit);
    });
}

/// Writes what has changed.
pub(super) fn write(
    tally: Res<Tally>,
    words: Res<Words>,
    (present, link, standing, caption): (
        Res<Present>,
        Res<Link>,
        Res<StandingAlarms>,
        Res<Caption>,
    ),
    time: Res<Time<Real>>,
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
) {
    let past = was(&link, &present, time.elapsed_secs_f64());
    let sentence = Sentence {
        words: &words,
        tally: &tally,
        past,
    };
    for (line, mut text, mut node) in &mut lines {
        let said = match (tally.forecast, line) {
            (Some(forecast), line) => foreseen(&words, *line, forecast),
            (None, Line::Full) => sentence.full(*link),
            (None, Line::Alarms) => sentence.alarms(standing.waiting()),
            (None, Line::Sensors) => sentence.sensors(),
            (None, Line::Territory) if caption.0.is_empty() => present.title.clone(),
            (None, Line::Territory) => caption.0.clone(),
        };
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

/// The time of what is shown, where it is not the present any more.
pub(super) fn was(link: &Link, present: &Present, now_s: f64) -> Option<Timestamp> {
    match *link {
        Link::Lost { since_s, .. } if now_s - since_s > PATIENCE_S => present.time(since_s),
        Link::Past => present.time(now_s),
        Link::Starting | Link::Live | Link::Lost { .. } => None,
    }
}

/// What a line says of a forecast: of when, how many will be full, and how sure that is.
fn foreseen(words: &Words, line: Line, (of, full): (Timestamp, FullCount)) -> String {
    let number = |count: usize| words.number(count as f64, 0);
    match line {
        Line::Full => {
            let (day, time) = (words.weekday(of), words.hour(of));
            words.fill("forecast.title", &[("day", &day), ("time", &time)])
        }
        Line::Sensors if full.known == 0 => words.say("forecast.nothing").to_owned(),
        Line::Sensors => {
            let (low, high) = (number(full.certain), number(full.possible));
            let range = [("low", &*low), ("high", &*high)];
            words.count_with("forecast.full", full.likely, &range)
        }
        Line::Territory if full.known > 0 => {
            let values = [("known", &*number(full.known))];
            words.fill("forecast.sure", &values)
        }
        Line::Territory | Line::Alarms => String::new(),
    }
}

/// What is known, and since when it is past.
struct Sentence<'a> {
    words: &'a Words,
    tally: &'a Tally,
    past: Option<Timestamp>,
}

impl Sentence<'_> {
    fn full(&self, link: Link) -> String {
        let Self { words, tally, past } = *self;
        match link {
            Link::Starting if tally.containers == 0 => {
                return words.say("headline.starting").into();
            }
            Link::Lost { .. } if tally.containers == 0 => return words.say("link.noData").into(),
            _ => {}
        }
        if tally.containers == 0 {
            words.say("headline.empty").into()
        } else if tally.sensors == 0 {
            words.count("headline.containers", tally.containers)
        } else if tally.measured() == 0 {
            words.say("headline.noLevel").into()
        } else if let Some(past) = past {
            let time = words.time_of_day(past);
            words.count_with("headline.wasFull", tally.full(), &[("time", &time)])
        } else {
            words.count("headline.full", tally.full())
        }
    }

    fn alarms(&self, waiting: usize) -> String {
        match (waiting, self.past) {
            (0, _) => String::new(),
            (_, None) => self.words.count("headline.waiting", waiting),
            (_, Some(_)) => self.words.count("headline.wasWaiting", waiting),
        }
    }

    fn sensors(&self) -> String {
        let Self { words, tally, past } = *self;
        if tally.containers == 0 {
            String::new()
        } else if tally.sensors == 0 {
            words.say("headline.noSensor").into()
        } else if past.is_some() {
            let silent = Some(tally.silent).filter(|silent| *silent > 0);
            silent.map_or_else(String::new, |silent| {
                words.count("headline.wasSilent", silent)
            })
        } else if tally.silent > 0 {
            words.count("headline.silent", tally.silent)
        } else if tally.late > 0 {
            words.count("headline.late", tally.late)
        } else if tally.unread > 0 {
            words.count("headline.unread", tally.unread)
        } else {
            words.say("headline.allHeard").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    const LOST: Link = Link::Lost {
        since_s: 100.0,
        next_try_s: 104.0,
    };

    fn tally(full: usize, silent: usize) -> Tally {
        let classes = [10, 0, 0, 0, 0, full];
        Tally {
            containers: 99,
            sensors: 50,
            classes,
            silent,
            ..Tally::default()
        }
    }

    #[rstest::rstest]
    #[case::full(
        tally(23, 12),
        Link::Live,
        "23 conteneurs sont pleins.",
        "12 capteurs sont muets."
    )]
    #[case::none(
        tally(0, 0),
        Link::Live,
        "Aucun conteneur n’est plein.",
        "Tous les capteurs répondent."
    )]
    #[case::one(
        tally(1, 1),
        Link::Live,
        "1 conteneur est plein.",
        "1 capteur est muet."
    )]
    #[case::late(Tally { late: 2, ..tally(1, 0) }, Link::Live, "1 conteneur est plein.", "2 capteurs sont en retard.")]
    #[case::no_sensor(Tally { containers: 7, ..Tally::default() }, Link::Live, "7 conteneurs.", "Aucun capteur.")]
    #[case::starting(Tally::default(), Link::Starting, "Les conteneurs arrivent…", "")]
    #[case::empty(Tally::default(), Link::Live, "Aucun conteneur n’est enregistré.", "")]
    #[case::never_there(Tally::default(), LOST, "Aucune donnée.", "")]
    fn it_says_what_is_so(
        #[case] tally: Tally,
        #[case] link: Link,
        #[case] full: &str,
        #[case] sensors: &str,
    ) {
        let words = Words::new(Language::Fr);
        let sentence = Sentence {
            words: &words,
            tally: &tally,
            past: None,
        };
        let plain = |said: String| said.replace('\u{a0}', " ");
        assert_eq!(plain(sentence.full(link)), full);
        assert_eq!(plain(sentence.sensors()), sensors);
    }

    #[rstest::rstest]
    #[case::none(0, "")]
    #[case::one(1, "1 alerte attend.")]
    #[case::some(4, "4 alertes attendent.")]
    fn it_says_how_many_alarms_wait(#[case] waiting: usize, #[case] said: &str) {
        let sentence = Sentence {
            words: &Words::new(Language::Fr),
            tally: &Tally::default(),
            past: None,
        };
        assert_eq!(sentence.alarms(waiting).replace('\u{a0}', " "), said);
    }

    #[test]
    fn a_forecast_says_of_when_and_how_sure() {
        let full = FullCount {
            certain: 97,
            likely: 143,
            possible: 201,
            known: 1_910,
        };
        let of: Timestamp = "2026-12-02T17:00:00Z".parse().unwrap();
        let words = Words::new(Language::Fr);
        let said = |line| foreseen(&words, line, (of, full)).replace('\u{a0}', " ");
        assert_eq!(
            said(Line::Full),
            "Prévision pour mercredi 18 h, sans collecte."
        );
        assert_eq!(
            said(Line::Sensors),
            "Environ 143 conteneurs seraient pleins, entre 97 et 201."
        );
        assert_eq!(said(Line::Alarms), "");
        assert!(said(Line::Territory).contains("1 910"));
        let none = foreseen(&words, Line::Sensors, (of, FullCount::default()));
        assert_eq!(none, "Aucun niveau ne peut être prévu.");
    }

    #[test]
    fn a_broken_line_puts_it_in_the_past() {
        let words = Words::new(Language::En);
        let past = "2026-11-24T13:28:00Z".parse().ok();
        let tally = tally(3, 2);
        let sentence = Sentence {
            words: &words,
            tally: &tally,
            past,
        };
        assert_eq!(sentence.full(LOST), "At 14:28, 3 containers were full.");
        assert_eq!(sentence.sensors(), "2 sensors were silent.");
        assert_eq!(sentence.alarms(4), "4 alarms were waiting.");
    }
}
