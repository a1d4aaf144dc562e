//! What is said of a small day, in both languages.

use rstest::rstest;
use simulator::collection::check::Violation;
use simulator::collection::day::{
    DayNames, NamedContainer, NamedPlace, NamedStop, PlaceKind, Reason,
};
use simulator::collection::explain::{
    Change, Measure, Obstacle, RoomShort, RouteFault, Spot, TimeShort,
};
use simulator::collection::replan::{Crew, Difference};
use simulator::collection::saved::NamedVehicle;
use simulator::collection::schedule::{Goal, Misfit};
use simulator::collection::{
    Act, Event, Need, Plane, Problem, ProblemParts, Rounding, Route, Stop, StreamSet, Timeline,
    Travel, Trip, Unloading,
};
use twin_core::{LonLat, Stream};

use super::Phrases;
use crate::collection::{Language, Words};

/// Three stops in three communes, and an unloading at the first place.
struct Small {
    problem: Problem,
    names: DayNames,
    vehicles: Vec<NamedVehicle>,
}

impl Small {
    fn new() -> Self {
        let stop = |place: u32| Stop {
            place,
            stream: 0,
            volume: 1,
            mass: 1,
            service: 1,
            windows: Vec::new(),
            release: 0,
            need: Need::Required,
            classes: u64::MAX,
        };
        let parts = ProblemParts {
            travels: vec![Travel::Plane(Plane {
                points: vec![[0.0, 0.0]; 3],
                scale: 1.0,
                rounding: Rounding::Nearest,
            })],
            stops: (0..3).map(stop).collect(),
            unloadings: vec![Unloading {
                place: 0,
                streams: StreamSet::ALL,
                duration: 0,
                windows: Vec::new(),
                cost_per_visit: 0,
                cost_per_mass: 0,
            }],
            ..ProblemParts::default()
        };
        Self {
            problem: Problem::new(parts).unwrap(),
            names: DayNames {
                places: ["Rue du Port", "Bart, mairie", "Étupes"].map(place).into(),
                stops: (0..3).map(named).collect(),
            },
            vehicles: vec![vehicle("crane-truck", 2), vehicle("light-truck", 1)],
        }
    }

    fn phrases<'a>(&'a self, words: &'a Words) -> Phrases<'a> {
        Phrases {
            words,
            names: &self.names,
            problem: &self.problem,
            vehicles: &self.vehicles,
        }
    }
}

fn place(name: &str) -> NamedPlace {
    NamedPlace {
        kind: PlaceKind::Sites,
        keys: vec![name.into()],
        name: name.to_owned(),
        street: None,
        commune: Some("Bart".into()),
        at: LonLat::new(6.8, 47.5).unwrap(),
    }
}

fn named(place: u32) -> NamedStop {
    NamedStop {
        place,
        stream: Stream::Glass,
        containers: vec![NamedContainer {
            key: "1".into(),
            litres: 1,
            kg: 1,
            reason: Reason::Prize,
        }],
        walk_m: 0.0,
    }
}

fn vehicle(class: &str, number: u32) -> NamedVehicle {
    NamedVehicle {
        class: class.into(),
        number,
    }
}

const SPOT: Spot = Spot {
    route: Some(0),
    class: 0,
    trip: 0,
    position: 0,
    is_new_trip: false,
};

/// A text with plain spaces, for tests that are read.
fn spaced(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

fn said(language: Language, say: impl Fn(&Phrases<'_>) -> String) -> String {
    let (small, words) = (Small::new(), Words::new(language));
    spaced(&say(&small.phrases(&words)))
}

fn news(small: &Small, (crew, route): (&Crew, Option<&Route>), language: Language) -> Vec<String> {
    let words = Words::new(language);
    let told = small.phrases(&words).news(crew, route).into_iter();
    told.map(|told| spaced(&told)).collect()
}

#[rstest]
#[case::overtime(
    Change::LongerDay { route: Some(0), class: 0, later_end: 0, longer_duty: 9_000 },
    "15 min of overtime on crane truck 2",
    "15 min d’heures supplémentaires pour camion-grue 2"
)]
#[case::payload(
    Change::MoreRoom { route: Some(1), class: 0, outfit: 0, measure: Measure::Payload, by: 340 },
    "340 kg of payload more on light truck 1",
    "340 kg de charge utile de plus pour camionnette 1"
)]
#[case::window(
    Change::WiderWindow { stop: 0, window: 0, earlier: 0, later: 39_001 },
    "hours that end 1 h 06 min later at Rue du Port, Bart",
    "horaires prolongés de 1 h 06 à Rue du Port, Bart"
)]
#[case::trip(
    Change::OneMoreTrip { route: Some(0), class: 0 },
    "one trip more for crane truck 2",
    "un voyage de plus pour camion-grue 2"
)]
fn what_would_help_is_said_in_plain_words(
    #[case] change: Change,
    #[case] english: &str,
    #[case] french: &str,
) {
    assert_eq!(said(Language::English, |it| it.change(&change)), english);
    assert_eq!(said(Language::French, |it| it.change(&change)), french);
}

#[rstest]
#[case::dear(
    Obstacle::PrizeTooLow { prize: 12_400_000, cost: 1_023_100_000, spot: SPOT },
    "emptying it costs 1,023.10 EUR (crane truck 2), leaving it 12.40 EUR"
)]
#[case::crowded(
    Obstacle::Crowded {
        time: Some(TimeShort {
            spot: SPOT,
            misfit: Misfit::DayTooLong { after_shift: 7_200, over_duration: 0 },
        }),
        room: Some(RoomShort {
            spot: Spot { route: Some(1), ..SPOT },
            outfit: 0,
            measure: Measure::Compartment(1),
            by: 2_500,
        }),
        is_both: false,
    },
    "crane truck 2 would be back 12 min after the end of the shift; or light truck 1 lacks 2.5 m³ in compartment 2"
)]
#[case::late(
    Obstacle::NoTimeAlone {
        misfit: Misfit::WindowMissed { trip: 0, goal: Goal::Unloading(0), by: 31 },
    },
    "even with nothing else to do, a  is 4 s late to unload at Rue du Port, Bart"
)]
#[case::unreachable(
    Obstacle::Unreachable { from: 0, to: 1 },
    "no road leads from Rue du Port, Bart to Bart, mairie"
)]
fn why_a_stop_is_left_is_said_in_plain_words(#[case] obstacle: Obstacle, #[case] english: &str) {
    let told = said(Language::English, |it| it.obstacle(&obstacle, 0));
    assert_eq!(told, english);
    let french = said(Language::French, |it| it.obstacle(&obstacle, 0));
    assert!(french != told && !french.contains(['{', '}']), "{french}");
}

#[test]
fn what_breaks_a_rule_is_said_with_the_names_of_places() {
    let overfull = RouteFault::Trips(Violation::PayloadExceeded {
        route: 0,
        trip: 1,
        mass: 11_840,
        limit: 10_500,
    });
    let told = said(Language::English, |it| it.fault(&overfull));
    assert_eq!(told, "trip 2: 1.3 t of payload too much");
    let left = Violation::RequiredUnserved { stop: 2 };
    let told = said(Language::French, |it| it.violation(&left));
    assert_eq!(told, "Étupes, Bart (verre) doit être vidé, et ne l’est pas");
}

#[test]
fn a_crew_is_told_what_is_new_stop_by_stop() {
    let crew = Crew {
        route: Some(0),
        before: Some(0),
        differences: vec![
            Difference::Added {
                stop: 0,
                after: None,
            },
            Difference::Added {
                stop: 1,
                after: Some(0),
            },
            Difference::Shifted { stop: 2, by: -600 },
            Difference::Ends { by: 1_200 },
        ],
    };
    let route = Route {
        class: 0,
        trips: Vec::new(),
        timeline: Timeline::default(),
    };
    let small = Small::new();
    let told = news(&small, (&crew, Some(&route)), Language::English);
    let expected = [
        "also empty Rue du Port, Bart (glass), first",
        "then Bart, mairie (glass)",
        "off duty 2 min later",
        "1 stop at another time: 1 min earlier",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_vehicle_that_sets_out_and_one_that_stays_are_told_in_short() {
    let moved = |now_by| Difference::Dropped { stop: 2, now_by };
    let crew = Crew {
        route: None,
        before: Some(0),
        differences: vec![moved(Some(1)), moved(Some(1)), moved(None)],
    };
    let small = Small::new();
    let told = news(&small, (&crew, None), Language::French);
    let expected = [
        "ne roule plus",
        "2 arrêts pour camionnette 1",
        "plus personne ne vide Étupes, Bart (verre)",
    ];
    assert_eq!(told, expected);

    let crew = Crew {
        route: Some(1),
        before: None,
        differences: Vec::new(),
    };
    let event = Event {
        act: Act::Prepare,
        place: 0,
        from: 297_000,
        until: 297_600,
    };
    let route = Route {
        class: 0,
        trips: vec![Trip {
            stops: vec![0, 1],
            ..Trip::default()
        }],
        timeline: Timeline(vec![event]),
    };
    let told = news(&small, (&crew, Some(&route)), Language::French);
    assert_eq!(told, ["sort à 08 h 15, 2 arrêts"]);
}
