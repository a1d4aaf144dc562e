//! The sheet of a plan: its steps in words, how far its simulation is, and which keys do what.

use bevy::ecs::component::Component;
use bevy::ecs::hierarchy::ChildSpawnerCommands;
use bevy::ecs::query::{With, Without};
use bevy::ecs::system::{Query, Res};
use bevy::ui::widget::Text;
use bevy::ui::{Display, Node, UiRect, px};

use super::paint::{Painted, Says, write as write_text};
use super::sheet::sheet;
use super::{Kit, display_of, show};
use crate::palette::Tone;
use crate::plan::{Plan, Sent, Stage, Wares};
use crate::server::Fleet;
use crate::words::Words;

const WIDTH: f32 = 372.0;
/// The last steps are told, and how many there are before.
const ROWS: usize = 6;

/// The sheet.
#[derive(Component, Clone, Copy, Debug)]
pub(super) struct PlanSheet;

/// A line of the sheet.
#[derive(Component, Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Line {
    Count,
    Earlier,
    Step(usize),
    Stage,
}

/// Lays the sheet below the headline.
pub(super) fn lay(corner: &mut ChildSpawnerCommands, kit: &Kit) {
    let (kind, node, painted, shadow) = sheet(UiRect::px(20.0, 20.0, 14.0, 16.0));
    let node = Node {
        display: Display::None,
        width: px(WIDTH),
        ..node
    };
    corner
        .spawn((PlanSheet, kind, node, painted, shadow))
        .with_children(|sheet| lay_lines(sheet, kit));
}

fn lay_lines(sheet: &mut ChildSpawnerCommands, kit: &Kit) {
    let below = |top: i32| Node {
        margin: UiRect::top(px(top)),
        ..Node::default()
    };
    let ink = Painted::text(Tone::Ink);
    let quiet = Painted::text(Tone::InkQuiet);
    let small = Painted::text(Tone::InkSmall);
    let text = |size, weight| (Text::default(), kit.faces.text(size, weight));
    let count = (Line::Count, Text::default(), kit.faces.title(19.0, 600));
    sheet.spawn((count, ink, below(0)));
    sheet.spawn((Line::Earlier, text(13.0, 400), small, below(4)));
    for row in 0..ROWS {
        sheet.spawn((Line::Step(row), text(14.0, 400), quiet, below(4)));
    }
    sheet.spawn((Line::Stage, text(14.0, 600), ink, below(10)));
    for (key, top) in [
        ("plan.keys.place", 10),
        ("plan.keys.more", 0),
        ("plan.keys.undo", 0),
    ] {
        sheet.spawn((Says(key), text(13.0, 400), small, below(top)));
    }
}

/// Writes the steps and how far the simulation is.
pub(super) fn write(
    (plan, sent): (Option<Res<Plan>>, Option<Res<Sent>>),
    (words, fleet): (Res<Words>, Option<Res<Fleet>>),
    mut sheets: Query<&mut Node, (With<PlanSheet>, Without<Line>)>,
    mut lines: Query<(&Line, &mut Text, &mut Node)>,
) {
    let open = plan.filter(|plan| plan.is_open);
    let display = if open.is_some() {
        Display::Flex
    } else {
        Display::None
    };
    for mut node in &mut sheets {
        show(&mut node, display);
    }
    let (Some(plan), Some(fleet)) = (open, fleet) else {
        return;
    };
    let stage = sent.as_ref().map_or(&Stage::Idle, |sent| &sent.stage);
    let wares = Wares {
        words: &words,
        fleet: &fleet,
    };
    for (line, mut text, mut node) in &mut lines {
        let said = say(*line, (&plan, stage), &wares);
        show(&mut node, display_of(&said));
        write_text(&mut text, said);
    }
}

pub(super) fn say(line: Line, (plan, stage): (&Plan, &Stage), wares: &Wares) -> String {
    let words = wares.words;
    let steps = plan.draft.steps();
    let earlier = steps.len().saturating_sub(ROWS);
    match line {
        Line::Count if steps.is_empty() && plan.draft.has_undone() => {
            words.say("plan.undone").into()
        }
        Line::Count => words.count("plan.count", steps.len()),
        Line::Earlier if earlier > 0 => words.count("plan.earlier", earlier),
        Line::Earlier => String::new(),
        Line::Step(row) => {
            let step = steps.get(earlier + row);
            step.map_or_else(String::new, |step| wares.say(step))
        }
        Line::Stage => told(stage, steps.is_empty(), words),
    }
}

fn told(stage: &Stage, is_empty: bool, words: &Words) -> String {
    let key = match stage {
        Stage::Idle | Stage::Empty if is_empty => "plan.empty",
        Stage::Idle | Stage::Empty => "plan.simulate",
        Stage::NoRole => "plan.noRole",
        Stage::Sending => "plan.sending",
        Stage::Running { runs: 0, .. } => "plan.waiting",
        Stage::Running { done, runs } => {
            let numbers = [done, runs].map(|n| words.number(f64::from(*n), 0));
            let [done, runs] = &numbers;
            return words.fill("plan.running", &[("done", done), ("runs", runs)]);
        }
        Stage::Done => "plan.done",
        Stage::Away => "plan.away",
        Stage::Failed(reason) => return words.fill("plan.failed", &[("reason", reason)]),
    };
    words.say(key).into()
}
