//! What is wrong with a pack, counted and told, in bounded memory.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Serialize;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The pack cannot be served as it is, or would tell something that is not so.
    Error,
    /// It can be served; something in it is probably not as it was meant.
    Warning,
}

macro_rules! finding_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal $severity:ident,)*) => {
        /// What kind of thing is wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingCode {
            $($(#[$doc])* $variant,)*
        }

        impl FindingCode {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in reports, for example `dangling-reference`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// How bad it is.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)*
                }
            }
        }
    };
}

finding_codes! {
    /// There is no manifest, or it cannot be understood; nothing else was looked at.
    UnreadableManifest = "unreadable-manifest" Error,
    /// The manifest is of a version that is not known; nothing else was looked at.
    UnknownVersion = "unknown-version" Error,
    /// The manifest lists a layer that packs do not have.
    UnknownLayer = "unknown-layer" Error,
    /// A layer has a file, but is not listed.
    UnlistedLayer = "unlisted-layer" Error,
    /// A layer is listed, but has no file.
    MissingLayer = "missing-layer" Error,
    /// The file of a layer is damaged, or holds a value that it cannot.
    UnreadableLayer = "unreadable-layer" Error,
    /// The planar reference system is not known, or does not suit.
    UnknownCrs = "unknown-crs" Error,
    /// A place lies where the planar reference system is not defined.
    OutsideCrs = "outside-crs" Error,
    /// A layer, or the pack, does not say what it must of itself.
    NoProvenance = "no-provenance" Error,
    /// Sensors are simulated, and their layer does not say that it is synthetic.
    UntoldSynthetic = "untold-synthetic" Error,
    /// A key is empty, too long, or has letters that keys do not have.
    InvalidKey = "invalid-key" Error,
    /// Two objects of a layer have the same key.
    DuplicateKey = "duplicate-key" Error,
    /// Two sensors have the same device.
    DuplicateDevice = "duplicate-device" Error,
    /// A container has two sensors.
    SecondSensor = "second-sensor" Error,
    /// An object refers to one that is not there.
    DanglingReference = "dangling-reference" Error,
    /// A road has another number of nodes than of points.
    UnevenRoad = "uneven-road" Error,
    /// A commune leaves before it joins.
    NeverMember = "never-member" Error,
    /// There is a file in the folder that no part of the pack is.
    StrayFile = "stray-file" Warning,
    /// There is no commune.
    NoCommune = "no-commune" Warning,
    /// Something stands outside of all outlines.
    OutsideOutlines = "outside-outlines" Warning,
    /// An outline crosses or touches itself.
    SelfIntersection = "self-intersection" Warning,
    /// Two communes have land in common.
    OverlappingOutlines = "overlapping-outlines" Warning,
    /// Outlines are too intricate to be checked.
    UncheckedOutline = "unchecked-outline" Warning,
    /// The point that stands for a commune lies outside of it.
    CenterOutside = "center-outside" Warning,
    /// The area that a commune tells is not that of its outline.
    OtherArea = "other-area" Warning,
    /// A turn restriction is about a road that is not there.
    DanglingRestriction = "dangling-restriction" Warning,
    /// What stands on a road is on none that is there.
    StrayRoadNode = "stray-road-node" Warning,
    /// Premises lie in a commune that is not there.
    UnknownCommune = "unknown-commune" Warning,
    /// No codec of this program reads what a sensor sends.
    UnknownCodec = "unknown-codec" Warning,
    /// A number is beyond what such a thing has.
    OutOfRange = "out-of-range" Warning,
    /// The terrain does not reach over the whole territory.
    TerrainTooSmall = "terrain-too-small" Warning,
    /// Much of the terrain was filled in, because its source had none.
    TerrainFilled = "terrain-filled" Warning,
}

/// One thing that is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub code: FindingCode,
    /// The file, and the object in it: `sites.fgb: 25388-0001`.
    pub place: Box<str>,
    /// What is wrong, with the value, and what was expected.
    pub message: Box<str>,
}

/// The findings about one pack: all of them counted, the first of each code kept.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    entries: BTreeMap<FindingCode, Entry>,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    count: u64,
    first: Vec<Finding>,
}

impl Findings {
    /// How many findings of one code are kept with their details.
    pub const KEPT_PER_CODE: usize = 100;

    /// Counts a finding, and keeps it while there is room for its code.
    pub fn add(&mut self, code: FindingCode, place: impl Display, message: impl Display) {
        let entry = self.entries.entry(code).or_default();
        entry.count = entry.count.saturating_add(1);
        if entry.first.len() < Self::KEPT_PER_CODE {
            entry.first.push(Finding {
                code,
                place: place.to_string().into(),
                message: message.to_string().into(),
            });
        }
    }

    /// How many findings of a code there are.
    pub fn count(&self, code: FindingCode) -> u64 {
        self.entries.get(&code).map_or(0, |entry| entry.count)
    }

    /// The codes that occurred with their counts, in the order of the enum: errors first.
    pub fn counts(&self) -> impl Iterator<Item = (FindingCode, u64)> + '_ {
        self.entries
            .iter()
            .map(|(code, entry)| (*code, entry.count))
    }

    /// The findings that were kept, by code, then in the order in which they were made.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.entries.values().flat_map(|entry| &entry.first)
    }

    /// How many findings of a severity there are.
    pub fn total(&self, severity: Severity) -> u64 {
        let of_it = self
            .counts()
            .filter(|(code, _)| code.severity() == severity);
        of_it.map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_findings_are_counted_and_the_first_hundred_kept() {
        let mut findings = Findings::default();
        for key in 0..250 {
            findings.add(FindingCode::OutsideOutlines, key, "outside");
        }
        findings.add(FindingCode::DuplicateKey, "sites.fgb: a", "twice");
        assert_eq!(findings.count(FindingCode::OutsideOutlines), 250);
        assert_eq!(findings.findings().count(), Findings::KEPT_PER_CODE + 1);
        assert_eq!(findings.total(Severity::Error), 1);
        assert_eq!(findings.total(Severity::Warning), 250);
        let first = findings.findings().next().unwrap();
        assert_eq!(first.code, FindingCode::DuplicateKey, "errors come first");
    }

    #[test]
    fn every_code_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> =
            FindingCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), FindingCode::ALL.len());
    }
}
