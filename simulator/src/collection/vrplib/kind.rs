//! What a file's TYPE says of rounding, and in which unit its costs are told.

use super::document::{Document, Token};
use super::error::{VrplibError, VrplibResult};
use crate::collection::{Rounding, Window};
use crate::numbers::floor_u64;

/// How the numbers of a file become whole ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// To the nearest whole number, as TSPLIB has it for `EUC_2D`.
    Nearest,
    /// Downwards to a whole number.
    Down,
    /// Upwards to a whole number, as TSPLIB has it for `CEIL_2D`.
    Up,
    /// Downwards to one decimal, the rule of the 12th DIMACS challenge for time windows.
    Dimacs,
    /// To the nearest thousandth.
    Exact,
}

impl Round {
    /// How many units of a [`Problem`](crate::collection::Problem) one unit of the file is.
    pub const fn scale(self) -> f64 {
        match self {
            Self::Nearest | Self::Down | Self::Up => 1.0,
            Self::Dimacs => 10.0,
            Self::Exact => 1000.0,
        }
    }

    /// What becomes of a number once it is scaled.
    pub const fn rounding(self) -> Rounding {
        match self {
            Self::Nearest | Self::Exact => Rounding::Nearest,
            Self::Down | Self::Dimacs => Rounding::Down,
            Self::Up => Rounding::Up,
        }
    }

    /// A number that is not negative, scaled and rounded. A billionth more or less is an error of the
    /// binary fraction: 4.1 is 41 tenths.
    pub(super) fn of(self, value: f64) -> u64 {
        let scaled = value * self.scale();
        let slack = 1e-9 * (1.0 + scaled);
        floor_u64(match self.rounding() {
            Rounding::Nearest => scaled + 0.5,
            Rounding::Down => scaled + slack,
            Rounding::Up => (scaled - slack).ceil(),
        })
    }

    const fn decimals(self) -> u8 {
        match self {
            Self::Nearest | Self::Down | Self::Up => 0,
            Self::Dimacs => 1,
            Self::Exact => 3,
        }
    }
}

/// The kind of a problem, as far as its numbers go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// How numbers become whole ones.
    pub(super) round: Round,
    /// How many decimals costs have in the unit of the file's solutions.
    pub(super) decimals: u8,
}

const TYPES: &str = "CVRP, DVRP, DCVRP, ACVRP, PCVRP, MTVRP or VRP, \
    with TW for time windows and R for release times after it";

impl Kind {
    /// The kind that a file says it is of. Solutions of problems with time windows are told with one
    /// decimal; those of the multi-trip and the prize-collecting ones in tenths, without a point.
    pub(super) fn of(document: &Document<'_>, round: Option<Round>) -> VrplibResult<Self> {
        let said = document.specification("TYPE");
        let name = said.map_or_else(String::new, |said| said.text.to_ascii_uppercase());
        let has_windows = document.section("TIME_WINDOW").is_some();
        let (prefix, has_windows) = match said {
            Some(said) => parts(&name, said)?,
            None => ("", has_windows),
        };
        let round = match (round, document.specification("EDGE_WEIGHT_TYPE")) {
            (Some(round), _) => round,
            (None, Some(weights)) => of_weights(weights.text, has_windows),
            (None, None) => of_windows(has_windows),
        };
        let is_in_units = matches!(prefix, "PC" | "MT");
        Ok(Self {
            round,
            decimals: if is_in_units { 0 } else { round.decimals() },
        })
    }

    /// A duration in ticks.
    pub(super) fn ticks(self, token: Token<'_>, field: &str) -> VrplibResult<i32> {
        let value = super::number::not_negative(token, field)?;
        let ticks = i32::try_from(self.round.of(value)).ok();
        let ticks = ticks.filter(|&ticks| ticks <= Window::LAST);
        let expected = "less than a billion units after scaling";
        ticks.ok_or_else(|| VrplibError::value(token.line, field, token.text, expected))
    }

    /// The end of a window in ticks: files have numbers without end for never.
    pub(super) fn end(self, token: Token<'_>, field: &str) -> VrplibResult<i32> {
        let value = super::number::not_negative(token, field)?;
        let ticks = i32::try_from(self.round.of(value)).unwrap_or(Window::LAST);
        Ok(ticks.min(Window::LAST))
    }
}

/// What stands before VRP in a TYPE, and whether it has time windows.
fn parts<'n>(name: &'n str, said: Token<'_>) -> VrplibResult<(&'n str, bool)> {
    let unknown = || VrplibError::value(said.line, "TYPE", said.text, TYPES);
    let (prefix, suffix) = name.split_once("VRP").ok_or_else(unknown)?;
    let is_known = matches!(prefix, "" | "C" | "D" | "DC" | "AC" | "PC" | "MT")
        && matches!(suffix, "" | "TW" | "TWR" | "R");
    is_known
        .then(|| (prefix, suffix.starts_with("TW")))
        .ok_or_else(unknown)
}

fn of_weights(weights: &str, has_windows: bool) -> Round {
    match weights.to_ascii_uppercase().as_str() {
        "CEIL_2D" => Round::Up,
        "FLOOR_2D" => Round::Down,
        "EXACT_2D" => Round::Exact,
        _ => of_windows(has_windows),
    }
}

const fn of_windows(has_windows: bool) -> Round {
    if has_windows {
        Round::Dimacs
    } else {
        Round::Nearest
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn kind(text: &str, round: Option<Round>) -> VrplibResult<(Round, u8)> {
        let kind = Kind::of(&Document::parse(text)?, round)?;
        Ok((kind.round, kind.decimals))
    }

    #[rstest]
    #[case::plain("TYPE: CVRP", (Round::Nearest, 0))]
    #[case::lower("type : cvrp", (Round::Nearest, 0))]
    #[case::windows("TYPE: VRPTW", (Round::Dimacs, 1))]
    #[case::windows_by_another_name("TYPE: CVRPTW", (Round::Dimacs, 1))]
    #[case::prizes("TYPE: PCVRPTW", (Round::Dimacs, 0))]
    #[case::prizes_alone("TYPE: PCVRP", (Round::Nearest, 0))]
    #[case::trips("TYPE: MTVRPTWR", (Round::Dimacs, 0))]
    #[case::trips_alone("TYPE: MTVRP", (Round::Nearest, 0))]
    #[case::length("TYPE: DCVRP", (Round::Nearest, 0))]
    #[case::unsaid("NAME: a", (Round::Nearest, 0))]
    #[case::unsaid_with_windows("TIME_WINDOW_SECTION", (Round::Dimacs, 1))]
    #[case::ceiling("TYPE: CVRP\nEDGE_WEIGHT_TYPE: CEIL_2D", (Round::Up, 0))]
    #[case::explicit("TYPE: VRPTW\nEDGE_WEIGHT_TYPE: EXPLICIT", (Round::Dimacs, 1))]
    fn the_type_says_how_numbers_are_rounded_and_told(
        #[case] text: &str,
        #[case] expected: (Round, u8),
    ) {
        assert_eq!(kind(text, None).unwrap(), expected);
    }

    #[rstest]
    #[case::plain("TYPE: CVRP", Round::Exact, 3)]
    #[case::windows("TYPE: VRPTW", Round::Nearest, 0)]
    #[case::prizes("TYPE: PCVRPTW", Round::Exact, 0)]
    #[case::ceiling("TYPE: CVRP\nEDGE_WEIGHT_TYPE: CEIL_2D", Round::Dimacs, 1)]
    fn another_rounding_can_be_asked_for(
        #[case] text: &str,
        #[case] round: Round,
        #[case] decimals: u8,
    ) {
        assert_eq!(kind(text, Some(round)).unwrap(), (round, decimals));
    }

    #[rstest]
    #[case::salesman("TSP")]
    #[case::backhauls("VRPB")]
    #[case::pickups("PDPTW")]
    #[case::depots("MDVRPTW")]
    fn a_type_that_cannot_be_solved_is_refused(#[case] name: &str) {
        let told = kind(&format!("NAME: a\nTYPE: {name}"), None)
            .unwrap_err()
            .to_string();
        let beginning = format!("line 2: TYPE is '{name}', expected CVRP, ");
        assert!(told.starts_with(&beginning), "{told}");
    }

    #[rstest]
    #[case::nearest(Round::Nearest, 2.5, 3)]
    #[case::down(Round::Down, 2.9, 2)]
    #[case::up(Round::Up, 2.1, 3)]
    #[case::up_of_a_whole_one(Round::Up, 2.0, 2)]
    #[case::tenths(Round::Dimacs, 4.19, 41)]
    #[case::tenths_without_a_binary_fraction(Round::Dimacs, 4.1, 41)]
    #[case::thousandths(Round::Exact, 1.0005, 1001)]
    #[case::nothing(Round::Up, 0.0, 0)]
    fn numbers_are_scaled_and_rounded(
        #[case] round: Round,
        #[case] value: f64,
        #[case] expected: u64,
    ) {
        assert_eq!(round.of(value), expected);
    }
}
