//! The edits of a scenario in words.

use std::fmt::Write as _;

use simulator::scenario::{Edit, Scenario};

use crate::collection::{Words, escaped};

/// More edits than that are counted, not told.
const MOST: usize = 8;

pub(super) fn edits(html: &mut String, words: &Words, scenario: &Scenario) {
    let _infallible = write!(html, "<dt>{}</dt>", escaped(words.get("scenario.edits")));
    if scenario.edits.is_empty() {
        let _infallible = write!(html, "<dd>{}</dd>", escaped(words.get("scenario.none")));
    }
    for edit in scenario.edits.iter().take(MOST) {
        let key = subject(words, edit);
        let text = words.filled(&format!("edit.{}", edit.name()), &[("key", &key)]);
        let _infallible = write!(html, "<dd>{}</dd>", escaped(&text));
    }
    if let Some(more) = scenario
        .edits
        .len()
        .checked_sub(MOST)
        .filter(|more| *more > 0)
    {
        let _infallible = write!(html, "<dd>+ {more}</dd>");
    }
}

/// What an edit is about.
fn subject(words: &Words, edit: &Edit) -> String {
    match edit {
        Edit::AddSite { key, .. } => key.clone(),
        Edit::MoveSite { site, .. }
        | Edit::RemoveSite { site }
        | Edit::AddContainer { site, .. } => site.clone(),
        Edit::RemoveContainer { container } | Edit::ChangeContainer { container, .. } => {
            container.clone()
        }
        Edit::CloseStreet { .. } => String::new(),
        Edit::CloseWay { way } => way.to_string(),
        Edit::Event { factor, .. } => words.number(*factor, 1),
        Edit::Weather {
            from,
            max_celsius,
            rain_mm,
            ..
        } => {
            let (warm, rain) = (words.number(*max_celsius, 0), words.number(*rain_mm, 0));
            let warm = warm.replace('-', "−");
            format!("{}, {warm}\u{a0}°C, {rain}\u{a0}mm", from.0)
        }
        Edit::LoseGateway { gateway, .. } => gateway.to_string(),
        Edit::LoseSensors { radius_m, .. } => words.number(*radius_m, 0),
        Edit::Growth(growth) => {
            let sign = if *growth > 0.0 { "+" } else { "" };
            format!("{sign}{}", words.number(100.0 * growth, 1)).replace('-', "−")
        }
        Edit::SetRule { key, value } => format!("{key} = {value}"),
    }
}
