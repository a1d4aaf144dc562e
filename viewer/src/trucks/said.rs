//! What is said of a truck.

use twin_core::{Span, Timestamp};

use super::round::{Call, Doing, Truck, Whereabouts};
use super::wire::CallKind;
use crate::words::Words;

/// What a truck is called: "Camion-grue n° 1". Classes that nobody has given a name keep that of the rules.
pub(super) fn name(words: &Words, truck: &Truck) -> String {
    let key = format!("truck.class.{}", truck.class);
    let class = match words.say(&key) {
        unknown if unknown == key => &truck.class,
        class => class,
    };
    let number = truck.number.to_string();
    words.fill("truck.name", &[("class", class), ("n", &number)])
}

/// A moment of a truck's day.
pub(super) struct Story<'a> {
    pub words: &'a Words,
    pub truck: &'a Truck,
    /// `None` where it is not under way.
    pub seen: Option<&'a Whereabouts>,
    pub at: Timestamp,
    /// When the plan was made.
    pub planned_at: Option<Timestamp>,
    /// Whether that is another moment than all else is shown at.
    pub is_borrowed: bool,
}

impl Story<'_> {
    /// How full it is: "48 %".
    pub(super) fn share(&self) -> String {
        let share = self.seen.map(|seen| f64::from(seen.load.share) * 100.0);
        share.map_or_else(String::new, |share| {
            let number = self.words.number(share, 0);
            self.words.fill("value.share", &[("n", &number)])
        })
    }

    /// What it carries: "2,4 t à bord".
    pub(super) fn load(&self) -> String {
        self.seen.map_or_else(String::new, |seen| {
            let tonnes = f64::from(seen.load.kg) / 1000.0;
            let number = self.words.number(tonnes, usize::from(tonnes < 10.0));
            self.words.fill("truck.load", &[("n", &number)])
        })
    }

    /// That nobody has measured where it is; and where another moment is shown, which.
    pub(super) fn source(&self) -> String {
        if self.is_borrowed {
            let at = self.words.time_of_day(self.at);
            self.words.fill("truck.borrowed", &[("time", &at)])
        } else {
            self.words.say("truck.planned").to_owned()
        }
    }

    /// What it does, or that its day has not begun, or is over.
    pub(super) fn doing(&self) -> String {
        match self.seen.map(|seen| seen.doing) {
            Some(Doing::Drives(call)) => self.drives(call),
            Some(Doing::Stands(call)) => self.stands(call),
            None if self.at < self.truck.on_duty => self.timed("truck.notYet", self.truck.on_duty),
            None if self.at > self.truck.off_duty => self.timed("truck.over", self.truck.off_duty),
            None => self.words.say("truck.unknown").to_owned(),
        }
    }

    fn drives(&self, call: usize) -> String {
        let Some(call) = self.truck.calls.get(call) else {
            return String::new();
        };
        let key = match call.kind {
            CallKind::Stop => "truck.to.stop",
            CallKind::Unload => "truck.to.unload",
            CallKind::Break => "truck.to.break",
            CallKind::Start | CallKind::End | CallKind::Other => "truck.to.end",
        };
        self.of_call(key, call, call.arrival_s)
    }

    fn stands(&self, number: usize) -> String {
        let Some(call) = self.truck.calls.get(number) else {
            return String::new();
        };
        let key = match call.kind {
            CallKind::Stop => "truck.at.stop",
            CallKind::Unload => "truck.at.unload",
            CallKind::Break => "truck.at.break",
            CallKind::Start => "truck.at.start",
            CallKind::End | CallKind::Other => "truck.at.end",
        };
        self.of_call(key, call, call.departure_s)
    }

    fn of_call(&self, key: &str, call: &Call, until_s: f64) -> String {
        let time = self.words.time_of_day(self.truck.time(until_s));
        let values = [("place", &*call.name), ("time", &*time)];
        self.words.fill(key, &values)
    }

    /// What comes after what it does: the next stop while it works at one.
    pub(super) fn next(&self) -> String {
        let Some(Doing::Stands(here)) = self.seen.map(|seen| seen.doing) else {
            return String::new();
        };
        let mut after = self.truck.calls.iter().skip(here + 1);
        let next = after.find(|call| matches!(call.kind, CallKind::Stop | CallKind::Unload));
        next.map_or_else(String::new, |call| {
            self.of_call("truck.next", call, call.arrival_s)
        })
    }

    /// How many stops lie behind it: "12 arrêts faits sur 32".
    pub(super) fn stops(&self) -> String {
        let (done, all) = self.truck.stops(self.at);
        let all = self.words.number(all as f64, 0);
        self.words.count_with("truck.stops", done, &[("all", &all)])
    }

    /// How much of its stops lies behind it, 0–1.
    pub(super) fn progress(&self) -> f32 {
        let (done, all) = self.truck.stops(self.at);
        done as f32 / all.max(1) as f32
    }

    /// Since when its crew is on duty, and until when.
    pub(super) fn shift(&self) -> String {
        let [from, until] =
            [self.truck.on_duty, self.truck.off_duty].map(|at| self.words.time_of_day(at));
        let values = [("from", &*from), ("until", &*until)];
        self.words.fill("truck.shift", &values)
    }

    /// When it was planned, with the day where that is another one.
    pub(super) fn plan(&self) -> String {
        let Some(planned_at) = self.planned_at else {
            return String::new();
        };
        let words = self.words;
        let is_near =
            self.at.since(planned_at).as_millis().abs() < Span::from_hours(12).as_millis();
        let time = words.time_of_day(planned_at);
        let said = if is_near {
            time
        } else {
            words.fill(
                "date.at",
                &[("day", &words.day(planned_at)), ("time", &time)],
            )
        };
        words.fill("truck.plannedAt", &[("time", &said)])
    }

    fn timed(&self, key: &str, at: Timestamp) -> String {
        let time = self.words.time_of_day(at);
        self.words.fill(key, &[("time", &time)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::round::tests::truck;
    use super::*;
    use crate::words::Language;

    /// What it does, what it carries, how full it is, how many stops are done, and when that was planned.
    fn told(clock: &str, language: Language) -> [String; 5] {
        let (truck, words) = (truck(), Words::new(language));
        let at = format!("2026-11-30T{clock}Z").parse().unwrap();
        let seen = truck.whereabouts(at);
        let story = Story {
            words: &words,
            truck: &truck,
            seen: seen.as_ref(),
            at,
            planned_at: "2026-11-30T03:00:00Z".parse().ok(),
            is_borrowed: false,
        };
        let lines = [
            story.doing(),
            story.load(),
            story.share(),
            story.stops(),
            story.plan(),
        ];
        lines.map(|line| line.replace('\u{a0}', " "))
    }

    #[rstest::rstest]
    #[case::drives("04:00:50", "Vers Place, arrivée prévue à 5 h 01.")]
    #[case::empties("04:02:00", "Vide les conteneurs à Place, jusqu’à 5 h 03.")]
    #[case::to_unload("04:04:00", "Va vider sa benne à Quai, arrivée prévue à 5 h 05.")]
    #[case::unloads("04:06:00", "Vide sa benne à Quai, jusqu’à 5 h 08.")]
    #[case::over("05:00:00", "Tournée finie à 5 h 10.")]
    #[case::before("03:00:00", "Départ prévu à 5 h 00.")]
    fn it_says_what_the_truck_does(#[case] clock: &str, #[case] said: &str) {
        let [doing, ..] = told(clock, Language::Fr);
        assert_eq!(doing, said);
    }

    #[test]
    fn it_says_what_the_truck_carries_and_how_far_it_is() {
        let [_, load, share, stops, _] = told("04:04:00", Language::Fr);
        assert_eq!([load, share], ["0,6 t à bord", "50 %"]);
        assert_eq!(stops, "1 arrêt fait sur 1");
        let [.., stops, plan] = told("04:04:00", Language::En);
        assert_eq!([stops, plan], ["1 stop of 1 done", "Planned at 04:00."]);
        let [_, load, ..] = told("05:00:00", Language::Fr);
        assert_eq!(load, "", "nobody says what it has then");
    }

    #[test]
    fn a_truck_has_its_name_and_an_unknown_class_keeps_its_own() {
        let [fr, en] = Language::ALL.map(Words::new);
        assert_eq!(
            name(&fr, &truck()).replace('\u{a0}', " "),
            "Camion-grue n° 1"
        );
        assert_eq!(name(&en, &truck()), "Crane truck no. 1");
        let mut odd = truck();
        odd.class = "sweeper".into();
        assert_eq!(name(&en, &odd), "sweeper no. 1");
    }
}
