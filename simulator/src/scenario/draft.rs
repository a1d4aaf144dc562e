//! Edits that can be undone and done again.

use super::edit::Edit;
use super::file::Scenario;

/// A scenario that somebody works at. What is undone is as if it had never been: a scenario is its list of
/// edits, applied anew to what was there before.
///
/// ```
/// use simulator::scenario::{Draft, Edit, Scenario};
///
/// # let text = "format: 1\nname: { fr: a, en: a }\nterritory: { preset: demo-2022 }\n\
/// #     period: { from: 2022-05-02, days: 7 }\npolicy: { kind: prize }\n";
/// let scenario = Scenario::parse(text)?;
/// let mut draft = Draft::new(scenario.clone());
/// draft.push(Edit::Growth(0.02));
/// assert!(draft.undo() && *draft.scenario() == scenario);
/// assert!(draft.redo() && draft.scenario().edits.len() == 1);
/// assert!(!draft.redo(), "there is nothing left to do again");
/// # Ok::<(), simulator::SimError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    scenario: Scenario,
    undone: Vec<Edit>,
}

impl Draft {
    /// Of a scenario, with nothing to do again.
    pub const fn new(scenario: Scenario) -> Self {
        Self {
            scenario,
            undone: Vec::new(),
        }
    }

    /// What it is by now.
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Adds an edit; what was undone cannot be done again then.
    pub fn push(&mut self, edit: Edit) {
        self.undone.clear();
        self.scenario.edits.push(edit);
    }

    /// Takes the last edit back; whether there was one.
    pub fn undo(&mut self) -> bool {
        let last = self.scenario.edits.pop();
        let is_undone = last.is_some();
        self.undone.extend(last);
        is_undone
    }

    /// Does the edit again that was taken back last; whether there was one.
    pub fn redo(&mut self) -> bool {
        let last = self.undone.pop();
        let is_redone = last.is_some();
        self.scenario.edits.extend(last);
        is_redone
    }
}
