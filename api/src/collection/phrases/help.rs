//! What would let a stop be served.

use simulator::collection::explain::Change;

use super::Phrases;

impl Phrases<'_> {
    /// A change of the day that would help.
    pub(crate) fn change(&self, change: &Change) -> String {
        match *change {
            Change::LongerDay {
                route,
                class,
                later_end,
                longer_duty,
            } => {
                let time = self.time(later_end.max(longer_duty).into());
                let values = [("time", &*time), ("vehicle", &self.vehicle(route, class))];
                self.filled("help.longer-day", &values)
            }
            Change::MoreRoom {
                route,
                class,
                measure,
                by,
                ..
            } => {
                let amount = self.room(measure, by.into());
                let values = [
                    ("amount", &*amount),
                    ("vehicle", &self.vehicle(route, class)),
                ];
                self.filled("help.more-room", &values)
            }
            Change::WiderWindow {
                stop,
                earlier,
                later,
                ..
            } => {
                let each = [("help.earlier", earlier), ("help.later", later)];
                let each = each.into_iter().filter(|(_, by)| *by > 0);
                let place = self.site(stop);
                let each = each.map(|(key, by)| {
                    self.filled(key, &[("time", &self.time(by.into())), ("place", &place)])
                });
                each.collect::<Vec<_>>().join(", ")
            }
            Change::OneMoreTrip { route, class } => {
                self.filled("help.trip", &[("vehicle", &self.vehicle(route, class))])
            }
            Change::OneMoreVehicle { class } => {
                self.filled("help.vehicle", &[("class", &self.class(class))])
            }
            Change::Allowed { stop, class } => {
                let values = [("class", &*self.class(class)), ("place", &self.site(stop))];
                self.filled("help.allowed", &values)
            }
            ref other => other.to_string(),
        }
    }
}
