//! What an import could not use, counted and told, in bounded memory.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

macro_rules! warning_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// What kind of thing went wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum WarningCode {
            $($(#[$doc])* $variant,)*
        }

        impl WarningCode {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in reports, for example `damaged-block`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }
    };
}

warning_codes! {
    /// The file ends, or stops making sense, before its end; what follows was not read.
    TruncatedFile = "truncated-file",
    /// A block of the file cannot be decoded; what it holds was not read.
    DamagedBlock = "damaged-block",
    /// Two objects have the same id; the first one is used.
    DuplicateObject = "duplicate-object",
    /// A position is not on the globe; it counts as missing.
    PlaceOffGlobe = "place-off-globe",
    /// A line lacks some of its points; it was left out.
    MissingNodes = "missing-nodes",
    /// A line has fewer than two different points; it was left out.
    DegenerateLine = "degenerate-line",
    /// An object that should be an area is not closed; it was left out.
    OpenArea = "open-area",
    /// An area lacks some of its points; its place is the middle of those that are there.
    ApproximatePlace = "approximate-place",
    /// Nothing of an object's geometry is there; it was left out.
    NoPlace = "no-place",
    /// A container's stream is none that the twin knows; it was left out, or counts as unknown.
    UnknownStream = "unknown-stream",
    /// A value cannot be understood; it counts as not told.
    UnreadableValue = "unreadable-value",
    /// A row has more or fewer values than the table has columns; it is used as far as it goes.
    RaggedRow = "ragged-row",
    /// Bytes are not in the encoding of the rest of the file; they are read as Windows-1252.
    UndecodableBytes = "undecodable-bytes",
    /// The two coordinates of a place are in the wrong order; they are exchanged.
    SwappedAxes = "swapped-axes",
    /// A place lies outside of the territory; what stands there was left out.
    OutsideTerritory = "outside-territory",
    /// No street is near a camera; its public place is rounded.
    NoStreetNearby = "no-street-nearby",
    /// An administrative unit or another area is not wholly in the file; it was left out.
    CutOutline = "cut-outline",
    /// The outline of a unit or of another area does not close; it was left out.
    OpenOutline = "open-outline",
    /// A ring was not closed; it was closed.
    RingClosed = "ring-closed",
    /// A ring has fewer than three different points; it was left out.
    DegenerateRing = "degenerate-ring",
    /// A hole lies in none of the outer rings; it was left out.
    StrayHole = "stray-hole",
    /// An outline crosses or touches itself; it is used as it is.
    SelfIntersection = "self-intersection",
    /// An outline is too intricate to check whether it crosses itself, or where its holes belong; it
    /// is used as it is, without these.
    UncheckedOutline = "unchecked-outline",
    /// A turn restriction is not understood, or lacks members that meet; it was left out.
    UnusableRestriction = "unusable-restriction",
    /// A house number has no street; it was left out.
    NoStreetTold = "no-street-told",
    /// Along a line, house numbers are only to be guessed; they were left out.
    GuessedAddresses = "guessed-addresses",
    /// A feature lacks a property or a geometry that is needed; it was left out.
    UnusableFeature = "unusable-feature",
    /// No administrative unit of the file can be used; the pack has no commune.
    NoCommune = "no-commune",
    /// A file of heights cannot be read; it was left out.
    UnusableTerrain = "unusable-terrain",
    /// A file of heights ends early or is damaged; what could not be read counts as missing.
    DamagedTerrain = "damaged-terrain",
    /// Posts without a height were filled in from those around them.
    HeightsFilled = "heights-filled",
    /// Heights do not reach as far as the territory, or leave gaps; the terrain ends with them.
    PartialTerrain = "partial-terrain",
    /// A terrain has too many posts; wider steps were taken.
    CoarserTerrain = "coarser-terrain",
}

impl fmt::Display for WarningCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that an import could not use, or had to repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What kind of thing.
    pub code: WarningCode,
    /// The file it is in.
    pub file: PathBuf,
    /// The object in that file, for example `way 123`.
    pub object: Box<str>,
    /// What is wrong with it, in words.
    pub message: Box<str>,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {}, {}: {}",
            self.code,
            self.object,
            self.message,
            self.file.display()
        )
    }
}

/// How far an import has come with one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being read, for example `ways`; a file may be gone through several times.
    pub what: &'static str,
    /// Blocks that were read, up to `blocks`.
    pub done: usize,
    /// Blocks that there are to read.
    pub blocks: usize,
}

/// The warnings of one import: all of them counted, the first of each code kept.
#[derive(Clone, Debug, Default)]
pub struct Report {
    entries: BTreeMap<WarningCode, Entry>,
    watcher: Watcher,
}

/// Who is told how far an import has come.
#[derive(Clone, Default)]
struct Watcher(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watcher").field(&self.0.is_some()).finish()
    }
}

#[derive(Clone, Debug, Default)]
struct Entry {
    count: u64,
    first: Vec<Warning>,
}

impl Report {
    /// How many warnings of one code are kept with their details.
    pub const KEPT_PER_CODE: usize = 1000;

    /// An empty report that tells `watch` how far long reading has come, from the thread that
    /// reads.
    pub fn watched_by(watch: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self {
            watcher: Watcher(Some(Arc::new(watch))),
            ..Self::default()
        }
    }

    /// Tells how far an import has come, where somebody wants to know.
    pub(super) fn tell(&self, progress: Progress) {
        if let Some(watch) = &self.watcher.0 {
            watch(progress);
        }
    }

    /// Counts a warning, and keeps it while there is room for its code.
    pub fn warn(
        &mut self,
        code: WarningCode,
        file: &Path,
        object: impl fmt::Display,
        message: impl fmt::Display,
    ) {
        let entry = self.entries.entry(code).or_default();
        entry.count = entry.count.saturating_add(1);
        if entry.first.len() < Self::KEPT_PER_CODE {
            let (object, message) = (object.to_string().into(), message.to_string().into());
            entry.first.push(Warning {
                code,
                file: file.to_path_buf(),
                object,
                message,
            });
        }
    }

    /// How many warnings of a code there were.
    pub fn count(&self, code: WarningCode) -> u64 {
        self.entries.get(&code).map_or(0, |entry| entry.count)
    }

    /// The codes that occurred with their counts, in the order of the enum.
    pub fn counts(&self) -> impl Iterator<Item = (WarningCode, u64)> + '_ {
        self.entries
            .iter()
            .map(|(code, entry)| (*code, entry.count))
    }

    /// The warnings that were kept, by code, then in the order in which they occurred.
    pub fn warnings(&self) -> impl Iterator<Item = &Warning> {
        self.entries.values().flat_map(|entry| &entry.first)
    }

    /// Whether nothing went wrong.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_warnings_are_counted_and_the_first_thousand_kept() {
        let mut report = Report::default();
        for id in 0..2500 {
            report.warn(
                WarningCode::MissingNodes,
                Path::new("x.pbf"),
                format_args!("way {id}"),
                "gone",
            );
        }
        report.warn(
            WarningCode::OpenOutline,
            Path::new("x.pbf"),
            "relation 1",
            "gap at node 7",
        );

        assert_eq!(report.count(WarningCode::MissingNodes), 2500);
        assert_eq!(report.warnings().count(), Report::KEPT_PER_CODE + 1);
        let last = report.warnings().last().unwrap().to_string();
        assert_eq!(last, "open-outline: relation 1, gap at node 7: x.pbf");
    }

    #[test]
    fn every_code_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> =
            WarningCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), WarningCode::ALL.len());
    }
}
