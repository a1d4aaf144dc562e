//! What the crew has to know of a call beyond its time.

use serde::{Serialize, Serializer};
use simulator::collection::Breaks;

/// Something that the crew has to know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Note {
    /// The break that working time asks for.
    WorkBreak,
    /// The break that driving asks for, whole.
    DrivingBreak,
    /// The first part of the break that driving asks for.
    DrivingBreakBegun,
    /// The second part of it.
    DrivingBreakEnded,
    /// The vehicle must have the containers on its right.
    OneSided,
    /// The crew walks so many metres, there and back.
    OnFoot(f64),
}

impl Note {
    /// What it says, in English; of breaks with the law that asks for them.
    pub(crate) fn text(self) -> String {
        match self {
            Self::WorkBreak => "working time break (Code du travail L3121-16)".into(),
            Self::DrivingBreak => "driving break (Regulation (EC) 561/2006 article 7)".into(),
            Self::DrivingBreakBegun => {
                "first part of the driving break (Regulation (EC) 561/2006 article 7)".into()
            }
            Self::DrivingBreakEnded => {
                "second part of the driving break (Regulation (EC) 561/2006 article 7)".into()
            }
            Self::OneSided => "containers on the right".into(),
            Self::OnFoot(metres) => format!("{metres:.0} m on foot"),
        }
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

/// Which rules the breaks of one crew satisfy, one break after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct BreakNotes {
    rules: Breaks,
    is_begun: bool,
}

impl BreakNotes {
    pub(super) const fn new(rules: Breaks) -> Self {
        Self {
            rules,
            is_begun: false,
        }
    }

    /// What the next break, of so many ticks, is good for.
    pub(super) fn next(&mut self, ticks: i32) -> Vec<Note> {
        let work = self.rules.work.filter(|rule| ticks >= rule.length);
        let mut notes = Vec::from_iter(work.map(|_| Note::WorkBreak));
        let Some(driving) = self.rules.driving else {
            return notes;
        };
        let first = driving.first_part.unwrap_or(driving.length);
        if ticks >= driving.length {
            self.is_begun = false;
            notes.push(Note::DrivingBreak);
        } else if self.is_begun && ticks >= driving.length - first {
            self.is_begun = false;
            notes.push(Note::DrivingBreakEnded);
        } else if ticks >= first {
            self.is_begun = true;
            notes.push(Note::DrivingBreakBegun);
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use simulator::collection::BreakRule;

    use super::*;

    #[rstest::rstest]
    #[case::whole(&[27_000], vec![vec![Note::WorkBreak, Note::DrivingBreak]])]
    #[case::in_two(
        &[9_000, 18_000],
        vec![vec![Note::DrivingBreakBegun], vec![Note::WorkBreak, Note::DrivingBreakEnded]]
    )]
    #[case::too_short(&[6_000], vec![vec![]])]
    fn a_break_is_good_for_what_it_is_long_enough_for(
        #[case] ticks: &[i32],
        #[case] expected: Vec<Vec<Note>>,
    ) {
        let rule = |after, length, first_part| BreakRule {
            after,
            length,
            first_part,
        };
        let mut notes = BreakNotes::new(Breaks {
            work: Some(rule(216_000, 12_000, None)),
            driving: Some(rule(162_000, 27_000, Some(9_000))),
        });
        let told: Vec<Vec<Note>> = ticks.iter().map(|&ticks| notes.next(ticks)).collect();
        assert_eq!(told, expected);
    }
}
