//! How many runs are done, for the person who waits: one line on the error stream where that is a
//! terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const STYLE: &str = "{spinner} {msg}  {bar:30} {pos}/{len} runs  {elapsed}";

/// The line of an ensemble.
#[derive(Debug)]
pub(super) struct RunsLine(ProgressBar);

impl RunsLine {
    /// A line that is shown where the error stream is a terminal.
    pub(super) fn told(name: &str, runs: u32) -> Self {
        let bar = ProgressBar::with_draw_target(Some(runs.into()), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(STYLE);
        bar.set_style(style.unwrap_or_else(|_never| ProgressStyle::default_bar()));
        bar.set_message(name.to_owned());
        Self(bar)
    }

    /// A line that nobody wants to see.
    pub(super) fn untold() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Shows how many runs are done.
    pub(super) fn show(&self, done: u32) {
        self.0.set_position(done.into());
        self.0.tick();
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_well_formed() {
        assert!(ProgressStyle::with_template(STYLE).is_ok());
    }
}
