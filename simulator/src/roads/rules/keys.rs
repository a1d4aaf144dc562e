//! Keys of tags taken apart, and which of several keys counts for a profile.

use super::conditions::{Verdict, verdict};
use crate::roads::HourClass;
use crate::roads::profile::{Profile, Who};
use twin_core::Tags;

/// A direction along a road: that of its points, or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Along {
    /// From the first point to the last.
    Forward,
    /// From the last point to the first.
    Backward,
}

impl Along {
    /// Both, forward first.
    pub const BOTH: [Self; 2] = [Self::Forward, Self::Backward];

    /// The direction that a tag names.
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "forward" => Some(Self::Forward),
            "backward" => Some(Self::Backward),
            _ => None,
        }
    }
}

/// `maxspeed:hgv:backward:conditional`, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key<'a> {
    /// What is said: `maxspeed`, `oneway`, or for access whom it is said of: `motor_vehicle`.
    pub subject: &'a str,
    /// Whom it concerns, where the subject does not tell: `hgv`.
    pub who: Option<&'a str>,
    along: Option<Along>,
    is_conditional: bool,
}

impl<'a> Key<'a> {
    pub(super) fn of(key: &'a str) -> Self {
        let (key, is_conditional) = match key.strip_suffix(":conditional") {
            Some(rest) => (rest, true),
            None => (key, false),
        };
        let (key, along) = match key.rsplit_once(':') {
            Some((rest, word)) if Along::of(word).is_some() => (rest, Along::of(word)),
            _ => (key, None),
        };
        let (subject, who) = match key.split_once(':') {
            Some((subject, who)) => (subject, Some(who)),
            None => (key, None),
        };
        Self {
            subject,
            who,
            along,
            is_conditional,
        }
    }
}

/// For whom, where to and when tags are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub profile: &'a Profile,
    pub hour: HourClass,
    /// The direction that is asked for; `None` hears only what holds for both.
    pub along: Option<Along>,
}

/// How special a key is; the most special one counts.
pub(super) type Rank = (usize, bool, bool);

impl Reader<'_> {
    /// What a tag says to this reader and how special it is; `None` if it concerns others, another
    /// direction or another time.
    pub(super) fn hear<'t>(
        &self,
        key: Key<'_>,
        who_rank: usize,
        value: &'t str,
    ) -> Option<(Rank, Verdict<'t>)> {
        if key.along.is_some() && key.along != self.along {
            return None;
        }
        let said = if key.is_conditional {
            verdict(value, self.profile, self.hour)?
        } else {
            Verdict::plain(value)
        };
        Some(((who_rank, key.is_conditional, key.along.is_some()), said))
    }

    /// What the most special key of a subject says: one for the profile's own kind before one for
    /// all, then a condition that holds before none, then one direction before both.
    pub(super) fn find<'t>(&self, tags: &'t Tags, subject: &str) -> Option<Verdict<'t>> {
        self.find_where(tags, subject, |_| true)
    }

    /// Like [`find`](Self::find), among what is wanted.
    pub(super) fn find_where<'t>(
        &self,
        tags: &'t Tags,
        subject: &str,
        is_wanted: impl Fn(&Verdict<'t>) -> bool,
    ) -> Option<Verdict<'t>> {
        let mut best: Option<(Rank, Verdict<'t>)> = None;
        for (text, value) in tags.iter().filter(|(key, _)| key.starts_with(subject)) {
            let key = Key::of(text);
            let Some(who_rank) = self.rank_of(&key) else {
                continue;
            };
            if key.subject != subject {
                continue;
            }
            let heard = self.hear(key, who_rank, value);
            best = more_special(best, heard.filter(|(_, said)| is_wanted(said)));
        }
        best.map(|(_, said)| said)
    }

    /// How closely the second word of a key names the profile: 0 for everybody.
    pub(super) fn rank_of(&self, key: &Key<'_>) -> Option<usize> {
        match key.who {
            None => Some(0),
            Some(word) => Who::of(word).and_then(|who| self.profile.rank_of(who)),
        }
    }
}

/// The more special of two; the later of equals cannot come up, as keys differ.
pub(super) fn more_special<'t>(
    best: Option<(Rank, Verdict<'t>)>,
    other: Option<(Rank, Verdict<'t>)>,
) -> Option<(Rank, Verdict<'t>)> {
    match (best, other) {
        (Some(best), Some(other)) if other.0 < best.0 => Some(best),
        (best, None) => best,
        (_, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("maxspeed", ("maxspeed", None, None, false))]
    #[case::of_one_kind("maxspeed:hgv", ("maxspeed", Some("hgv"), None, false))]
    #[case::all_of_it("maxspeed:hgv:backward:conditional",
        ("maxspeed", Some("hgv"), Some(Along::Backward), true))]
    #[case::access("motor_vehicle:forward", ("motor_vehicle", None, Some(Along::Forward), false))]
    #[case::something_else("maxspeed:type", ("maxspeed", Some("type"), None, false))]
    fn a_key_is_taken_apart(
        #[case] text: &str,
        #[case] parts: (&str, Option<&str>, Option<Along>, bool),
    ) {
        let key = Key::of(text);
        assert_eq!((key.subject, key.who, key.along, key.is_conditional), parts);
    }

    #[rstest::rstest]
    #[case::for_all("truck-26t", &[("maxspeed", "50")], "50")]
    #[case::for_its_kind("truck-26t", &[("maxspeed", "50"), ("maxspeed:hgv", "30")], "30")]
    #[case::for_another_kind("car", &[("maxspeed", "50"), ("maxspeed:hgv", "30")], "50")]
    #[case::in_its_direction("car", &[("maxspeed", "50"), ("maxspeed:forward", "70")], "70")]
    #[case::in_the_other("car", &[("maxspeed", "50"), ("maxspeed:backward", "70")], "50")]
    #[case::at_this_time("car", &[("maxspeed:forward", "50"),
        ("maxspeed:conditional", "30 @ (08:00-09:00)")], "30")]
    #[case::of_where_it_comes_from("car", &[("maxspeed", "50"), ("maxspeed:type", "FR:urban")], "50")]
    fn the_most_special_key_counts(
        #[case] profile: &str,
        #[case] tags: &[(&str, &str)],
        #[case] expected: &str,
    ) {
        let reader = Reader {
            profile: &Profile::built_in(profile).unwrap(),
            hour: HourClass::Peak,
            along: Some(Along::Forward),
        };
        let tags: Tags = tags.iter().copied().collect();
        assert_eq!(reader.find(&tags, "maxspeed").unwrap().value, expected);
    }
}
