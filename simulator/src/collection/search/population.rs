//! Several solutions, and how two of them make another one.

use super::solution::{NONE, Solution};
use crate::numbers::{f64_of_index, index_u32};
use crate::random::Stream;

use super::ruin::below;

/// Solutions that are good, and different from each other.
#[derive(Debug, Default)]
pub(super) struct Population {
    members: Vec<Solution>,
}

/// More solutions than that are not kept.
const MOST: usize = 8;

/// The solutions that stay for their cost alone.
const ELITE: f64 = 3.0;

impl Population {
    /// Adds a solution; where there are too many, the one goes that is worth the least.
    pub(super) fn add(&mut self, solution: Solution) {
        let is_known = |member: &Solution| {
            member.cost == solution.cost && difference(member, &solution) <= 0.0
        };
        if self.members.iter().any(is_known) {
            return;
        }
        let at = self
            .members
            .partition_point(|member| member.cost <= solution.cost);
        self.members.insert(at, solution);
        if self.members.len() > MOST {
            let worst = self.worst();
            self.members.remove(worst);
        }
    }

    /// The one that is worth the least, by its rank in cost and its rank in difference to the two
    /// that it resembles most. Vidal et al., "A hybrid genetic algorithm for multidepot and periodic
    /// vehicle routing problems", 2012, section 3.3.
    fn worst(&self) -> usize {
        let count = self.members.len();
        let mut by_difference: Vec<_> = (0..count).map(|at| (self.apart(at), at)).collect();
        by_difference.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut worst = (0.0, count - 1);
        for (rank, &(_, at)) in by_difference.iter().enumerate() {
            let weight = 1.0 - ELITE / f64_of_index(count);
            let fitness = f64_of_index(at) + weight * f64_of_index(rank);
            if at > 0 && fitness > worst.0 {
                worst = (fitness, at);
            }
        }
        worst.1
    }

    fn apart(&self, at: usize) -> f64 {
        let others = self
            .members
            .iter()
            .enumerate()
            .filter(|&(other, _)| other != at);
        let mut apart: Vec<_> = others
            .map(|(_, other)| difference(&self.members[at], other))
            .collect();
        apart.sort_by(f64::total_cmp);
        apart.iter().take(2).sum()
    }

    /// Two different solutions, the cheaper ones rather.
    pub(super) fn parents(&self, random: &mut Stream) -> Option<(&Solution, &Solution)> {
        let count = index_u32(self.members.len());
        if count < 2 {
            return None;
        }
        let mut pick = || below(random, count).min(below(random, count));
        let first = pick();
        let mut second = pick();
        while second == first {
            second = below(random, count);
        }
        Some((
            &self.members[first as usize],
            &self.members[second as usize],
        ))
    }
}

/// The share of stops that have other neighbours in one solution than in the other, 0 to 1.
fn difference(one: &Solution, other: &Solution) -> f64 {
    let pairs = one.nodes.iter().zip(&other.nodes);
    let differ = pairs.filter(|(a, b)| {
        (a.trip == NONE) != (b.trip == NONE)
            || (a.trip != NONE && a.next != b.next && a.next != b.prev)
    });
    f64_of_index(differ.count()) / f64_of_index(one.nodes.len().max(1))
}

/// Routes of one solution to be replaced by routes of another one that serve much the same.
///
/// Selective route exchange: Nagata and Bräysy, "Edge assembly-based memetic algorithm for the
/// capacitated vehicle routing problem", 2009, and Nagata et al. 2010 for time windows.
pub(super) fn swapped_routes(
    one: &Solution,
    other: &Solution,
    around: &[u32],
    count: usize,
) -> (Vec<u32>, Vec<u32>) {
    let mut given = Vec::new();
    for &stop in around {
        let route = one.route_of(stop);
        if route != NONE && !given.contains(&route) {
            given.push(route);
            if given.len() == count {
                break;
            }
        }
    }
    let mut shared = vec![(0_i64, 0_u32); other.routes.len()];
    for (stop, node) in crate::numbers::indexed(&other.nodes) {
        if node.trip == NONE {
            continue;
        }
        let route = other.trips[node.trip as usize].route;
        let entry = &mut shared[route as usize];
        entry.1 = route;
        entry.0 += if given.contains(&one.route_of(stop)) {
            1
        } else {
            -1
        };
    }
    let mut taken: Vec<_> = shared
        .into_iter()
        .filter(|&(_, route)| other.routes[route as usize].trips > 0)
        .collect();
    taken.sort_by_key(|&(common, route)| (std::cmp::Reverse(common), route));
    taken.dedup();
    let taken = taken.into_iter().take(given.len()).map(|(_, route)| route);
    (given, taken.collect())
}
