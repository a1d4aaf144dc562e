//! Ways from each of many places to each other: what they cost, and how long the cheapest is.

use super::cost::{INFINITE, UNREACHABLE};
use super::ends::{Ends, in_company};
use super::halt::Halt;
use super::map::RoadMetric;
use super::metric::{Climbs, End, Mark, Measure};

/// The ways between some places, ready to be told row by row.
///
/// The costs between places on premises are those of a [matrix](super::MatrixRows) between the same
/// points. The length is that of a way with this cost; of several, not always the shortest one. Climbs
/// are kept for every place, some 10 KiB each.
#[derive(Clone, Debug)]
pub struct Survey<'m> {
    measure: Measure<'m>,
    departures: Vec<Vec<End>>,
    arrivals: Vec<Arrivals>,
}

/// How a place is reached: the marks of those who come straight, and of those who come round.
#[derive(Clone, Debug)]
struct Arrivals {
    segment: u32,
    straight: Vec<(u32, Mark)>,
    round: Vec<(u32, Mark)>,
}

impl Arrivals {
    /// Nobody comes there.
    const NONE: Self = Self {
        segment: NO_SEGMENT,
        straight: Vec::new(),
        round: Vec::new(),
    };
}

/// The segment of a place that lies on none.
pub(super) const NO_SEGMENT: u32 = u32::MAX;

impl<'m> Survey<'m> {
    /// Prepares the ways between places; those that are `None` cannot be left or reached.
    pub fn new(roads: &'m RoadMetric, places: &[Option<Halt>]) -> Self {
        let ends = Ends::new(roads);
        let measure = Measure::new(roads.metric(), &ends.of_node);
        let mut blank = measure.blank();
        let arrive = |(place, in_company): (&Option<Halt>, bool)| {
            let Some(halt) = place else {
                return Arrivals::NONE;
            };
            let mut climb = |ends: &[End]| measure.climb(Climbs::Backward, ends, &mut blank);
            let straight = climb(&ends.arrivals(halt));
            let round = if in_company {
                climb(&ends.arrivals_round(halt).0)
            } else {
                vec![]
            };
            Arrivals {
                segment: halt.snap().segment,
                straight,
                round,
            }
        };
        let depart = |place: &Option<Halt>| {
            let halt = place.as_ref();
            halt.map_or_else(Vec::new, |halt| ends.departures(halt))
        };
        Self {
            arrivals: places.iter().zip(in_company(places)).map(arrive).collect(),
            departures: places.iter().map(depart).collect(),
            measure,
        }
    }

    /// How many places there are.
    pub const fn len(&self) -> usize {
        self.departures.len()
    }

    /// Whether there is no place.
    pub const fn is_empty(&self) -> bool {
        self.departures.is_empty()
    }

    /// Fills in rows from the row of place `first` on, as many as there is room for: costs in tenths
    /// of a second and lengths in metres, [`UNREACHABLE`] where there is no way. Rows beyond the last
    /// place stay as they are.
    pub fn fill(&self, first: usize, costs: &mut [u32], lengths_m: &mut [u32]) {
        let columns = self.len().max(1);
        let mut blank = self.measure.blank();
        let rows = costs
            .chunks_exact_mut(columns)
            .zip(lengths_m.chunks_exact_mut(columns));
        let places = self.departures.iter().zip(&self.arrivals).skip(first);
        for ((departures, from), (costs, lengths_m)) in places.zip(rows) {
            let climb = self.measure.climb(Climbs::Forward, departures, &mut blank);
            for &(rank, mark) in &climb {
                blank[rank as usize] = mark;
            }
            let cells = costs.iter_mut().zip(lengths_m);
            for (to, (cost, length_m)) in self.arrivals.iter().zip(cells) {
                let best = |best: Mark, end: &(u32, Mark)| {
                    let (rank, there) = *end;
                    best.min(sum(blank[rank as usize], there))
                };
                let mut found = to.straight.iter().fold(Mark::NONE, best);
                if from.segment == to.segment {
                    found = to.round.iter().fold(found, best);
                }
                [*cost, *length_m] = told(found);
            }
            for &(rank, _) in &climb {
                blank[rank as usize] = Mark::NONE;
            }
        }
    }
}

/// The way over a rank; none where the end of it lies behind its beginning.
pub(super) const fn sum(from: Mark, to: Mark) -> Mark {
    let cost = from.cost + to.cost;
    if cost < 0 || from.cost >= Mark::NONE.cost {
        return Mark::NONE;
    }
    Mark {
        cost,
        length: from.length + to.length,
    }
}

/// Cost and length in metres as an answer has them.
pub(super) fn told(mark: Mark) -> [u32; 2] {
    if mark.cost >= i64::from(INFINITE) {
        return [UNREACHABLE; 2];
    }
    let metres = (mark.length.max(0) + 500) / 1000;
    let within = |value: i64| u32::try_from(value).unwrap_or(UNREACHABLE);
    [within(mark.cost), within(metres).min(UNREACHABLE - 1)]
}
