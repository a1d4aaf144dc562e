//! An explained day as people read it on a terminal.

use std::fmt::Write as _;

use simulator::collection::explain::Obstacle;

use super::{Explained, FleetTold, StopTold};
use crate::collection::Words;
use crate::collection::phrases::with_commune;

/// The widest that a column of names becomes.
const WIDEST: usize = 44;

impl Explained {
    /// As people read it, in the words' language.
    pub(crate) fn to_text(&self, words: &Words) -> String {
        let mut text = self.title(words);
        if self.is_summary {
            write_rows(&mut text, &self.stops, words);
        } else {
            for stop in &self.stops {
                write_stop(&mut text, stop, words);
            }
        }
        if !self.vehicles.is_empty() {
            text.push('\n');
        }
        for vehicle in &self.vehicles {
            let fine = words.get("explain.fine");
            let fault = vehicle.fault.as_deref().unwrap_or(fine);
            let values = [("vehicle", &*vehicle.vehicle), ("what", fault)];
            let _never_fails = writeln!(text, "  {}", words.filled("fault.of", &values));
        }
        if let Some(fleet) = &self.fleet {
            write_fleet(&mut text, fleet, words);
        }
        write_violations(&mut text, &self.broken, words);
        text
    }

    fn title(&self, words: &Words) -> String {
        let key = match (self.stops_left, self.required_left) {
            (0, _) => "explain.none-left",
            (_, 0) => "explain.optional-left",
            _ => "explain.left",
        };
        let values = [
            ("territory", &*self.territory),
            ("date", &self.date),
            ("left", &self.stops_left.to_string()),
            ("stops", &self.stops_in_all.to_string()),
            ("required", &self.required_left.to_string()),
        ];
        let mut title = words.filled(key, &values);
        if self.is_synthetic {
            let _never_fails = write!(title, " ({})", words.get("synthetic"));
        }
        title + "\n"
    }
}

/// What breaks a rule, one line each.
pub(in crate::collection) fn write_violations(
    text: &mut String,
    violations: &[String],
    words: &Words,
) {
    if violations.is_empty() {
        return;
    }
    let _never_fails = writeln!(text, "\n  {}", words.get("explain.broken"));
    for violation in violations {
        let _never_fails = writeln!(text, "  - {violation}");
    }
}

/// The stops that are left, one line each.
fn write_rows(text: &mut String, stops: &[StopTold], words: &Words) {
    if stops.is_empty() {
        return;
    }
    let heads = ["explain.place", "explain.stream", "explain.why"].map(|key| words.get(key));
    let rows = stops.iter().map(|stop| {
        let mut why = stop.why.clone().unwrap_or_default();
        if stop.dropped {
            words.get("explain.dropped").clone_into(&mut why);
        }
        [place(stop), stop.stream.clone(), why]
    });
    let rows: Vec<[String; 3]> = rows.collect();
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        let head = heads.get(column).map_or(0, |head| head.chars().count());
        widths.max().unwrap_or(0).max(head).min(WIDEST)
    };
    let (first, second) = (widest(0), widest(1));
    let [one, two, three] = heads;
    let _never_fails = writeln!(text, "\n  {one:<first$}  {two:<second$}  {three}");
    for [one, two, three] in &rows {
        let one = shortened(one, first);
        let _never_fails = writeln!(text, "  {one:<first$}  {two:<second$}  {three}");
    }
}

/// A text that fits into a column, with a sign where something is cut off.
fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept = text.chars().take(width.saturating_sub(1));
    kept.chain(['…']).collect()
}

fn place(stop: &StopTold) -> String {
    with_commune(&stop.name, stop.commune.as_deref())
}

/// A stop with everything that is in its way and what would help.
fn write_stop(text: &mut String, stop: &StopTold, words: &Words) {
    let containers = words.count("count.containers", stop.containers.len());
    let values = [
        ("place", &*place(stop)),
        ("stream", &stop.stream.to_lowercase()),
        ("containers", &containers),
    ];
    let _never_fails = writeln!(text, "\n  {}", words.filled("explain.stop", &values));
    let mut line = |name: &str, told: &str| {
        let _never_fails = writeln!(text, "    {name:<14}  {told}");
    };
    if let Some(served) = &stop.served {
        let at = served.at.as_ref().map_or("", |at| at.clock());
        let values = [("vehicle", &*served.vehicle), ("time", at)];
        line("", &words.filled("explain.served", &values));
        return;
    }
    let why = stop.why.as_deref().unwrap_or_default();
    if stop.dropped {
        line("", words.get("explain.dropped"));
    }
    if stop.classes.iter().all(|class| class.why != why) {
        line(words.get("explain.why"), why);
    }
    for class in &stop.classes {
        line(&class.class, &class.why);
    }
    let Some(help) = &stop.help else {
        return;
    };
    if help.is_empty() {
        let key = match stop.obstacle {
            Some(Obstacle::PrizeTooLow { .. } | Obstacle::Nothing { .. }) => "explain.too-dear",
            _ => "explain.no-help",
        };
        line("", words.get(key));
    }
    for (index, help) in help.iter().enumerate() {
        let name = if index == 0 {
            words.get("explain.help")
        } else {
            ""
        };
        line(name, &format!("{:>12}  {}", help.extra_text, help.what));
    }
}

fn write_fleet(text: &mut String, fleet: &FleetTold, words: &Words) {
    let steps = words.number(fleet.iterations as f64, 0);
    let values = [("steps", &*steps), ("seed", &fleet.seed.to_string())];
    let _never_fails = writeln!(text, "\n  {}", words.filled("fleet.title", &values));
    let keys = [
        "fleet.cost",
        "fleet.difference",
        "fleet.vehicles",
        "fleet.required",
        "fleet.optional",
    ];
    let heads = keys.map(|key| words.get(key));
    let names = fleet.rows.iter().map(|row| row.fleet.chars().count());
    let width = names.max().unwrap_or(0);
    let [cost, difference, vehicles, required, optional] = heads;
    let _never_fails = writeln!(
        text,
        "  {:<width$}  {cost:>14}  {difference:>14}  {vehicles:>9}  {required:>12}  {optional:>11}",
        ""
    );
    for row in &fleet.rows {
        let [cost, difference] = &row.money;
        let _never_fails = writeln!(
            text,
            "  {:<width$}  {cost:>14}  {difference:>14}  {:>9}  {:>12}  {:>11}",
            row.fleet, row.vehicles, row.required_left, row.optional_left
        );
    }
}
