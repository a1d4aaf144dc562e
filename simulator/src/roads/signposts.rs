//! Ways between many places without a table of them: what each place knows of the way to some nodes,
//! and two places therefore of the way between them.

mod nearest;

pub use self::nearest::Nearest;
use super::ends::{Ends, in_company};
use super::halt::Halt;
use super::map::RoadMetric;
use super::metric::{Climbs, End, Mark, Measure};
use super::survey::{NO_SEGMENT, sum, told};
use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;

/// The ways between some places: those of a [`Survey`](super::Survey), to the last number, each
/// computed when it is asked for.
///
/// Hub labels (Abraham, Delling, Goldberg and Werneck, 2011) of the hierarchy: the marks of a place's
/// climb, without those that some cheaper way undercuts. A question merges two of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signposts {
    /// Those of who leaves each place, who comes straight, and who comes round.
    leaving: Arms,
    straight: Arms,
    round: Arms,
    /// The segment that each place lies on.
    segments: Vec<u32>,
}

/// What places know: rows of arms, one row for each place, by rank.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Arms {
    first: Vec<u32>,
    arms: Vec<Arm>,
}

/// What a place knows of the way from or to a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Arm {
    rank: u32,
    /// In tenths of a second.
    cost: i32,
    /// In millimetres.
    length: i32,
}

impl Signposts {
    /// Computes what each place knows; those that are `None` cannot be left or reached.
    ///
    /// # Errors
    /// [`SimError::TooLarge`] where ways are longer than 2,000 km, or places know more than 2^32 nodes.
    pub fn new(roads: &RoadMetric, places: &[Option<Halt>]) -> SimResult<Self> {
        let ends = Ends::new(roads);
        let measure = Measure::new(roads.metric(), &ends.of_node);
        let mut blank = measure.blank();
        let mut posts = Self {
            leaving: Arms::new(places.len()),
            straight: Arms::new(places.len()),
            round: Arms::new(places.len()),
            segments: Vec::with_capacity(places.len()),
        };
        for (place, in_company) in places.iter().zip(in_company(places)) {
            let mut know = |arms: &mut Arms, climbs, ends: &[End]| {
                let mut marks = measure.climb(climbs, ends, &mut blank);
                measure.settle(climbs, &mut marks);
                arms.push(&marks)
            };
            let halt = place.as_ref();
            let segment = halt.map_or(NO_SEGMENT, |halt| halt.snap().segment);
            posts.segments.push(segment);
            let departures = halt.map_or_else(Vec::new, |halt| ends.departures(halt));
            know(&mut posts.leaving, Climbs::Forward, &departures)?;
            let arrivals = halt.map_or_else(Vec::new, |halt| ends.arrivals(halt));
            know(&mut posts.straight, Climbs::Backward, &arrivals)?;
            let round = halt.filter(|_| in_company);
            let round = round.map_or_else(Vec::new, |halt| ends.arrivals_round(halt).0);
            know(&mut posts.round, Climbs::Backward, &round)?;
        }
        Ok(posts)
    }

    /// How many places there are.
    pub const fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether there is no place.
    pub const fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// What the way from one place to another costs, in tenths of a second, and how long it is, in
    /// metres; [`UNREACHABLE`](super::UNREACHABLE) both where there is none.
    ///
    /// # Panics
    /// Where there is no such place.
    pub fn way(&self, from: u32, to: u32) -> [u32; 2] {
        let leaving = self.leaving.of(from);
        let mut best = merge(leaving, self.straight.of(to));
        if self.segments[from as usize] == self.segments[to as usize] {
            best = best.min(merge(leaving, self.round.of(to)));
        }
        told(best)
    }

    /// Reads them the other way round, to find the nearest among some of the places, each named once.
    pub fn nearest(&self, among: &[u32]) -> Nearest {
        Nearest::new(self, among)
    }

    /// How many bytes they take in memory.
    pub fn memory_bytes(&self) -> usize {
        let arms = [&self.leaving, &self.straight, &self.round];
        let bytes = arms.map(|arms| size_of::<Arm>() * arms.arms.len() + 4 * arms.first.len());
        bytes.iter().sum::<usize>() + 4 * self.segments.len()
    }
}

/// The best way over a rank that both know.
fn merge(from: &[Arm], to: &[Arm]) -> Mark {
    let mut best = Mark::NONE;
    let (mut one, mut other) = (from.iter(), to.iter());
    let (mut here, mut there) = (one.next(), other.next());
    while let (Some(left), Some(right)) = (here, there) {
        if left.rank == right.rank {
            best = best.min(sum(left.mark(), right.mark()));
        }
        if left.rank <= right.rank {
            here = one.next();
        }
        if right.rank <= left.rank {
            there = other.next();
        }
    }
    best
}

impl Arm {
    fn mark(self) -> Mark {
        Mark {
            cost: self.cost.into(),
            length: self.length.into(),
        }
    }
}

impl Arms {
    fn new(places: usize) -> Self {
        let mut first = Vec::with_capacity(places + 1);
        first.push(0);
        Self {
            first,
            arms: Vec::new(),
        }
    }

    fn push(&mut self, marks: &[(u32, Mark)]) -> SimResult<()> {
        for &(rank, mark) in marks {
            let short = |value: i64| i32::try_from(value).map_err(|_error| too_long());
            self.arms.push(Arm {
                rank,
                cost: short(mark.cost)?,
                length: short(mark.length)?,
            });
        }
        let (what, count, limit) = ("known nodes", self.arms.len(), u32::MAX as usize);
        if count >= limit {
            return Err(SimError::TooLarge { what, count, limit });
        }
        self.first.push(index_u32(count));
        Ok(())
    }

    fn of(&self, place: u32) -> &[Arm] {
        let place = place as usize;
        &self.arms[self.first[place] as usize..self.first[place + 1] as usize]
    }
}

/// A way is longer than an arm can tell.
const fn too_long() -> SimError {
    SimError::TooLarge {
        what: "millimetres of a way",
        count: i32::MAX as usize + 1,
        limit: i32::MAX as usize,
    }
}
