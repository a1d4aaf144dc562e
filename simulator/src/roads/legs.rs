//! The very ways that a survey measures, one at a time.

use super::ends::Ends;
use super::halt::Halt;
use super::map::RoadMetric;
use super::metric::{Climbs, End, Found, Mark, Measure};
use super::route::Leg;
use super::survey::sum;

/// Finds the ways between halts that a [`Survey`](super::Survey) tells cost and length of: of several
/// that cost the same, the same one.
#[derive(Clone, Debug)]
pub struct Legs<'m> {
    roads: &'m RoadMetric,
    ends: Ends<'m>,
    measure: Measure<'m>,
    blank: Vec<Mark>,
}

/// Where the two ends of a way meet.
struct Meeting {
    mark: Mark,
    rank: u32,
    /// Those who come straight, or round, with the nodes that these come onto.
    arrivals: (Vec<End>, Vec<u32>),
    down: Vec<(u32, Mark)>,
}

impl<'m> Legs<'m> {
    /// Measures all links of the roads; takes 16 bytes for each node.
    pub fn new(roads: &'m RoadMetric) -> Self {
        let ends = Ends::new(roads);
        let measure = Measure::new(roads.metric(), &ends.of_node);
        Self {
            blank: measure.blank(),
            roads,
            ends,
            measure,
        }
    }

    /// The way from one halt to another; `None` where there is none.
    pub fn leg(&mut self, from: &Halt, to: &Halt) -> Option<Leg> {
        let departures = self.ends.departures(from);
        let up = self
            .measure
            .climb(Climbs::Forward, &departures, &mut self.blank);
        let mut best = self.meet(&up, (self.ends.arrivals(to), vec![]));
        if from.snap().segment == to.snap().segment {
            let round = self.meet(&up, self.ends.arrivals_round(to));
            let is_better = |round: &Meeting| best.as_ref().is_none_or(|it| round.mark < it.mark);
            best = round.filter(is_better).or(best);
        }
        let meeting = best?;
        let (mut ranks, _) = self
            .measure
            .trail(Climbs::Forward, &departures, &up, meeting.rank)?;
        let (ends, onto) = &meeting.arrivals;
        let (back, end) =
            self.measure
                .trail(Climbs::Backward, ends, &meeting.down, meeting.rank)?;
        ranks.extend(back.iter().rev().skip(1));
        let mut nodes = self.roads.metric().nodes_along(&ranks);
        nodes.extend(onto.get(end));
        let cost = u32::try_from(meeting.mark.cost).ok()?;
        let found = Found { cost, nodes };
        Some(self.roads.leg(from.snap(), to.snap(), &found))
    }

    fn meet(&mut self, up: &[(u32, Mark)], arrivals: (Vec<End>, Vec<u32>)) -> Option<Meeting> {
        let down = self
            .measure
            .climb(Climbs::Backward, &arrivals.0, &mut self.blank);
        let mut meetings = Vec::new();
        let mut from = up.iter().peekable();
        for &(rank, there) in &down {
            while from.next_if(|(other, _)| *other < rank).is_some() {}
            let here = from.next_if(|(other, _)| *other == rank);
            meetings.extend(here.map(|&(_, here)| (sum(here, there), rank)));
        }
        let (mark, rank) = meetings.into_iter().min()?;
        (mark.cost < Mark::NONE.cost).then_some(Meeting {
            mark,
            rank,
            arrivals,
            down,
        })
    }
}
