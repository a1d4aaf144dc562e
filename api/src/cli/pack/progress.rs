//! How far an import has come, for the person who waits: one line on the error stream where that
//! is a terminal, nothing elsewhere.

use std::time::Duration;

use gis_data::import::{Progress, Report};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::download;

/// A step whose length is not known.
const OPEN: &str = "{spinner} {msg}  {elapsed}";
/// A step whose length is known.
const MEASURED: &str = "{spinner} {msg:<20} {bar:40} {percent:>3} %  {elapsed}";
/// A download whose size the server tells, and one of which it does not.
const TRANSFER: &str = "{spinner} {msg:<20} {bar:40} {bytes} of {total_bytes}  {elapsed}";
const OPEN_TRANSFER: &str = "{spinner} {msg:<20} {bytes}  {elapsed}";
/// How often the line is drawn anew while nothing is told.
const TICK: Duration = Duration::from_millis(120);

/// The steps of an import, one after the other on the same line.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    bar: ProgressBar,
}

impl Steps {
    /// Steps that are shown where the error stream is a terminal.
    pub(super) fn told() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.enable_steady_tick(TICK);
        Self { bar }
    }

    /// Steps that nobody wants to see.
    pub(super) fn untold() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { bar }
    }

    /// Goes on with a step whose length is not known.
    pub(super) fn begin(&self, what: &str) {
        self.bar.set_style(style(OPEN));
        self.bar.set_message(what.to_owned());
    }

    /// Shows how far a download has come.
    pub(super) fn transfer(&self, what: &str, progress: download::Progress) {
        if self.bar.message() != what {
            self.bar.set_style(style(match progress.total {
                Some(_) => TRANSFER,
                None => OPEN_TRANSFER,
            }));
            self.bar.set_message(what.to_owned());
        }
        self.bar.set_length(progress.total.unwrap_or(progress.done));
        self.bar.set_position(progress.done);
    }

    /// A report that shows how far the reading of a file has come.
    pub(super) fn report(&self) -> Report {
        let bar = self.bar.clone();
        Report::watched_by(move |progress| show(&bar, progress))
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

fn show(bar: &ProgressBar, Progress { what, done, blocks }: Progress) {
    if done == 1 {
        bar.set_style(style(MEASURED));
        bar.set_message(format!("reading {what}"));
        bar.set_length(u64::try_from(blocks).unwrap_or(u64::MAX));
    }
    bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_never| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::open(OPEN)]
    #[case::measured(MEASURED)]
    #[case::transfer(TRANSFER)]
    #[case::open_transfer(OPEN_TRANSFER)]
    fn the_lines_are_well_formed(#[case] template: &str) {
        assert!(ProgressStyle::with_template(template).is_ok());
    }

    #[test]
    fn each_pass_over_a_file_starts_anew() {
        let steps = Steps::untold();
        let pass = |what, done| Progress {
            what,
            done,
            blocks: 3,
        };
        for progress in [pass("ways", 1), pass("ways", 3), pass("nodes", 1)] {
            show(&steps.bar, progress);
        }
        assert_eq!(steps.bar.message(), "reading nodes");
        assert_eq!((steps.bar.position(), steps.bar.length()), (1, Some(3)));
    }
}
