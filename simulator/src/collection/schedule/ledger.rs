//! The choices of a walk, written down, and the furthest thing that came too late.

use super::walk::{Choice, Ledger, Miss};

/// Writes every choice down, as a tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    nodes: Vec<(u32, Choice)>,
    furthest: Option<(usize, Miss)>,
}

impl Journal {
    /// The choices that lead to a node, from the first on. Node 0 stands for none.
    pub(super) fn choices(&self, mut node: u32) -> Vec<Choice> {
        let mut choices = Vec::new();
        while let Some(before) = (node as usize).checked_sub(1)
            && let Some(&(parent, choice)) = self.nodes.get(before)
        {
            choices.push(choice);
            node = parent;
        }
        choices.reverse();
        choices
    }

    /// What came too late by the least, at the furthest step where anything did.
    pub(super) const fn furthest(&self) -> Option<(usize, Miss)> {
        self.furthest
    }
}

impl Ledger for Journal {
    fn note(&mut self, parent: u32, choice: Choice) -> u32 {
        self.nodes.push((parent, choice));
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    fn miss(&mut self, step: usize, miss: Miss) {
        let is_worse = self.furthest.is_some_and(|(furthest, known)| {
            step < furthest || (step == furthest && rank(known) <= rank(miss))
        });
        if !is_worse {
            self.furthest = Some((step, miss));
        }
    }
}

/// Windows first: what a person can talk about.
const fn rank(miss: Miss) -> (u8, i32) {
    match miss {
        Miss::Window(by) => (0, by),
        Miss::Driving(by) => (1, by),
        Miss::Work(by) => (2, by),
        Miss::End(by) => (3, by),
    }
}
