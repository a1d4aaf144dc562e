//! House numbers as French streets have them: odd on the left, even on the right, counted from the
//! beginning of the street, with a "bis" now and then.

use std::fmt;

use super::House;
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::network::Network;
use crate::import::embedded::plots::Street;

/// A number such as `12` or `12 bis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HouseNumber {
    number: u32,
    is_bis: bool,
}

impl fmt::Display for HouseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bis = if self.is_bis { " bis" } else { "" };
        write!(f, "{}{bis}", self.number)
    }
}

/// The numbers of all houses, one for each entrance.
pub(super) struct HouseNumbers {
    pub of_house: Vec<Vec<HouseNumber>>,
}

/// Gaps in a row of houses that count as a plot without a house.
const EMPTY_PLOT_M: f64 = 40.0;
/// One house in so many was built between two others.
const BIS_ONE_IN: u32 = 40;

impl HouseNumbers {
    pub(super) fn new(houses: &[House], network: &Network, streets: &[Street], seed: u64) -> Self {
        let name = |ix: usize| {
            let plot = &houses[ix].plot;
            (plot.town, &streets[plot.street].name)
        };
        let position = |ix: usize| {
            let plot = &houses[ix].plot;
            let stretch = &network.stretches[plot.spot.stretch];
            (plot.street, stretch.from_m + plot.spot.along_m)
        };
        let mut order: Vec<usize> = (0..houses.len()).collect();
        order.sort_by(|&a, &b| {
            let ((street_a, at_a), (street_b, at_b)) = (position(a), position(b));
            let streets = name(a).cmp(&name(b)).then(street_a.cmp(&street_b));
            streets.then(at_a.total_cmp(&at_b)).then(a.cmp(&b))
        });
        let mut of_house = vec![Vec::new(); houses.len()];
        for (turn, street) in order.chunk_by(|&a, &b| name(a) == name(b)).enumerate() {
            let mut draws = Draws::new(seed, Topic::Numbers, turn);
            for is_left in [true, false] {
                let side = street
                    .iter()
                    .filter(|&&ix| houses[ix].plot.is_left == is_left);
                let mut next = Row::new(is_left);
                for &ix in side {
                    let count = houses[ix].entrances.len();
                    of_house[ix] = next.take(position(ix), count, &mut draws);
                }
            }
        }
        Self { of_house }
    }
}

/// One side of a street that is being numbered.
struct Row {
    next: u32,
    last: Option<(usize, f64)>,
}

impl Row {
    const fn new(is_left: bool) -> Self {
        let next = if is_left { 1 } else { 2 };
        Self { next, last: None }
    }

    /// The numbers of the next house, which lies at `at` along a road.
    fn take(&mut self, at: (usize, f64), count: usize, draws: &mut Draws) -> Vec<HouseNumber> {
        let before = self.last.replace(at);
        let gap_m = before
            .filter(|before| before.0 == at.0)
            .map(|before| at.1 - before.1);
        let is_tight = gap_m.is_some_and(|gap_m| gap_m < EMPTY_PLOT_M);
        if is_tight && count == 1 && draws.below(BIS_ONE_IN) == 0 {
            let number = self.next - 2;
            return vec![HouseNumber {
                number,
                is_bis: true,
            }];
        }
        if gap_m.is_some_and(|gap_m| gap_m >= EMPTY_PLOT_M) {
            self.next += 2;
        }
        let numbers = (0..count).map(|_| {
            let number = self.next;
            self.next += 2;
            HouseNumber {
                number,
                is_bis: false,
            }
        });
        numbers.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_by_two_and_leave_room_for_empty_plots() {
        let mut draws = Draws::new(1, Topic::Numbers, 0);
        let mut row = Row::new(false);
        let mut shown = Vec::new();
        for (at_m, count) in [(10.0, 1), (30.0, 3), (95.0, 1), (110.0, 1)] {
            shown.extend(row.take((4, at_m), count, &mut draws));
        }
        let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["2", "4", "6", "8", "12", "14"]);
    }

    #[test]
    fn a_bis_takes_the_number_before() {
        let mut draws = Draws::new(1, Topic::Numbers, 0);
        let mut row = Row::new(true);
        let numbers = (0..200_u32).flat_map(|n| row.take((0, 20.0 * f64::from(n)), 1, &mut draws));
        let numbers: Vec<HouseNumber> = numbers.collect();
        let bis = numbers.windows(2).filter(|pair| pair[1].is_bis);
        let bis: Vec<_> = bis.collect();
        assert!(!bis.is_empty());
        assert!(bis.iter().all(|pair| pair[0].number == pair[1].number));
        assert!(numbers.iter().all(|number| number.number % 2 == 1));
        assert!(numbers.is_sorted());
    }
}
