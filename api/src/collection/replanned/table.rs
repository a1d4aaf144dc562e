//! A changed day as people read it on a terminal, and tell it to their crews.

use std::fmt::Write as _;

use super::ReplanTold;
use crate::collection::Words;
use crate::collection::explained::write_violations;

impl ReplanTold {
    /// As people read it, in the words' language.
    pub(crate) fn to_text(&self, words: &Words) -> String {
        let mut text = self.title(words);
        let mut line = |key: &str, told: &str| {
            let _never_fails = writeln!(text, "  {:<18}{told}", words.get(key));
        };
        for stop in &self.added {
            line("replan.added", stop);
        }
        for stop in &self.dropped {
            line("replan.dropped", stop);
        }
        for vehicle in &self.out_of_service {
            line("replan.out-of-service", vehicle);
        }
        let [before, now, difference] = &self.money;
        let values = [
            ("before", &**before),
            ("now", now),
            ("difference", difference),
        ];
        line("replan.cost", &words.filled("replan.costs", &values));
        if !self.out_of_service.is_empty() {
            line("replan.not-in-it", words.get("replan.sunk"));
        }
        line("replan.changes", &self.changes(words));
        self.write_crews(&mut text, words);
        for stop in &self.homeless {
            let told = words.filled("replan.homeless", &[("stop", stop)]);
            let _never_fails = writeln!(text, "\n  {told}");
        }
        write_violations(&mut text, &self.broken, words);
        text
    }

    fn title(&self, words: &Words) -> String {
        let ms = words.number(self.replan_s * 1000.0, 0);
        let values = [
            ("territory", &*self.territory),
            ("date", &self.date),
            ("time", self.at.clock()),
            ("ms", &ms),
        ];
        let mut title = words.filled("replan.title", &values);
        if self.is_synthetic {
            let _never_fails = write!(title, " ({})", words.get("synthetic"));
        }
        title + "\n\n"
    }

    fn changes(&self, words: &Words) -> String {
        let count = |count: u32| words.count("count.stops", count as usize);
        let values = [
            ("moved", &*count(self.disturbance.moved)),
            ("reordered", &count(self.disturbance.reordered)),
            ("time", &self.disturbance.shift),
        ];
        words.filled("replan.disturbance", &values)
    }

    fn write_crews(&self, text: &mut String, words: &Words) {
        if self.crews.is_empty() {
            let _never_fails = writeln!(text, "\n  {}", words.get("replan.no-news"));
        }
        for crew in &self.crews {
            let _never_fails = writeln!(text, "\n  {}", crew.vehicle);
            for news in &crew.news {
                let _never_fails = writeln!(text, "  - {news}");
            }
        }
    }
}
