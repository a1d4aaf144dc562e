//! Why a stop is not served.

use simulator::collection::explain::{Obstacle, RoomShort, TimeShort, Unserved};
use simulator::collection::schedule::{Goal, Misfit};

use super::Phrases;

impl Phrases<'_> {
    /// Why a stop is not served: the least that is in the way, of the class that is nearest to it.
    pub(crate) fn why(&self, unserved: &Unserved) -> String {
        let mut classes = unserved.classes.iter();
        let nearest = classes.find(|class| class.obstacle == unserved.reason);
        match (&unserved.reason, nearest) {
            (Obstacle::NotAllowed, _) => self.words.get("why.nobody-allowed").to_owned(),
            (reason, Some(nearest)) => self.obstacle(reason, nearest.class),
            (reason, None) => self.obstacle(reason, u32::MAX),
        }
    }

    /// What is in the way of the vehicles of a class.
    pub(crate) fn obstacle(&self, obstacle: &Obstacle, class: u32) -> String {
        let of_class = self.class(class);
        let class_value = ("class", &*of_class);
        match *obstacle {
            Obstacle::FleetEmpty => self.words.get("why.fleet-empty").to_owned(),
            Obstacle::NotAllowed => self.filled("why.not-allowed", &[class_value]),
            Obstacle::NoVehicle => self.filled("why.no-vehicle", &[class_value]),
            Obstacle::StreamNotTaken { stream } => {
                let values = [class_value, ("stream", &self.stream(stream))];
                self.filled("why.stream-not-taken", &values)
            }
            Obstacle::NoUnloading { stream } => {
                let values = [class_value, ("stream", &self.stream(stream))];
                self.filled("why.no-unloading", &values)
            }
            Obstacle::TooLarge { measure, by, .. } => {
                let values = [class_value, ("amount", &self.room(measure, by))];
                self.filled("why.too-large", &values)
            }
            Obstacle::Unreachable { from, to } => self.no_way(from, to),
            Obstacle::WindowMissed { by } => {
                let values = [class_value, ("time", &self.time(by.into()))];
                self.filled("why.window-missed", &values)
            }
            Obstacle::NoTimeAlone { misfit } => {
                let values = [class_value, ("misfit", &self.misfit(&misfit))];
                self.filled("why.alone", &values)
            }
            Obstacle::Crowded {
                ref time,
                ref room,
                is_both,
            } => self.crowded((time.as_ref(), room.as_ref()), is_both),
            Obstacle::PrizeTooLow { prize, cost, spot } => {
                let values = [
                    ("cost", &*self.money(cost)),
                    ("vehicle", &self.vehicle(spot.route, spot.class)),
                    ("prize", &self.money(prize)),
                ];
                self.filled("why.prize", &values)
            }
            Obstacle::Nothing { cost, spot } => {
                let values = [
                    ("cost", &*self.money(cost)),
                    ("vehicle", &self.vehicle(spot.route, spot.class)),
                ];
                self.filled("why.nothing", &values)
            }
            ref other => other.to_string(),
        }
    }

    /// Why no timeline fits.
    pub(crate) fn misfit(&self, misfit: &Misfit) -> String {
        match *misfit {
            Misfit::Unreachable { from, to, .. } => self.no_way(from, to),
            Misfit::WindowMissed { goal, by, .. } => self.late("misfit.window", (goal, by)),
            Misfit::DrivenTooLong { goal, by, .. } => self.late("misfit.driven", (goal, by)),
            Misfit::WorkedTooLong { goal, by, .. } => self.late("misfit.worked", (goal, by)),
            Misfit::DayTooLong {
                after_shift,
                over_duration,
            } => {
                let each = [
                    ("misfit.shift", after_shift),
                    ("misfit.duty", over_duration),
                ];
                let each = each.into_iter().filter(|(_, by)| *by > 0);
                let each =
                    each.map(|(key, by)| self.filled(key, &[("time", &self.time(by.into()))]));
                each.collect::<Vec<_>>().join(", ")
            }
            ref other => other.to_string(),
        }
    }

    fn late(&self, key: &str, (goal, by): (Goal, i32)) -> String {
        let goal = match goal {
            Goal::Stop(stop) => self.filled("goal.stop", &[("place", &self.site(stop))]),
            Goal::Unloading(one) => {
                self.filled("goal.unloading", &[("place", &self.unloading(one))])
            }
            Goal::End => self.words.get("goal.end").to_owned(),
        };
        self.filled(key, &[("time", &self.time(by.into())), ("goal", &goal)])
    }

    pub(super) fn no_way(&self, from: u32, to: u32) -> String {
        let values = [("from", &*self.place(from)), ("to", &self.place(to))];
        self.filled("why.unreachable", &values)
    }

    fn crowded(
        &self,
        (time, room): (Option<&TimeShort>, Option<&RoomShort>),
        is_both: bool,
    ) -> String {
        let time = time.map(|TimeShort { spot, misfit }| {
            let vehicle = self.vehicle(spot.route, spot.class);
            let values = [("vehicle", &*vehicle), ("misfit", &self.misfit(misfit))];
            self.filled("why.no-time", &values)
        });
        let room = room.map(|room| {
            let vehicle = self.vehicle(room.spot.route, room.spot.class);
            let amount = self.room(room.measure, room.by);
            self.filled("why.no-room", &[("vehicle", &vehicle), ("amount", &amount)])
        });
        let join = if is_both { "why.and" } else { "why.or" };
        let both: Vec<String> = time.into_iter().chain(room).collect();
        if both.is_empty() {
            return self.words.get("why.crowded").to_owned();
        }
        both.join(self.words.get(join))
    }
}
