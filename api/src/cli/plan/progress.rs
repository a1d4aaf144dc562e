//! How far a search has come, for the person who waits: one line on the error stream where that is a
//! terminal, nothing elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::collection::Watch;

const STYLE: &str = "{spinner} {bar:30} {percent:>3} %  {msg}  {elapsed}";

/// The line of a search.
#[derive(Debug)]
pub(super) struct SearchLine(ProgressBar);

impl SearchLine {
    /// A line that is shown where the error stream is a terminal.
    pub(super) fn told() -> Self {
        Self::on(ProgressDrawTarget::stderr())
    }

    /// A line that nobody wants to see.
    pub(super) fn untold() -> Self {
        Self::on(ProgressDrawTarget::hidden())
    }

    fn on(target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(Some(1_000_000), target);
        let style = ProgressStyle::with_template(STYLE);
        bar.set_style(style.unwrap_or_else(|_never| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// Shows where the search is; costs in the words of the problem.
    pub(super) fn show(&self, watch: &Watch, display_cost: impl Fn(i64) -> String) {
        let cost = watch.best_cost();
        let cost = cost.map_or_else(|| "–".to_owned(), display_cost);
        let steps = watch.iterations();
        self.0.set_message(format!("cost {cost}  {steps} steps"));
        self.0.set_position(watch.spent_ppm());
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
