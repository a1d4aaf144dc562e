//! Strongly connected parts of the network: from everywhere in one to everywhere else in it.

use super::net::Way;

/// For each point, the number of its part (Tarjan's algorithm, without recursion). One-way ways lead
/// in the direction of their points only.
pub(super) fn components(count: usize, ways: &[Way]) -> Vec<usize> {
    let exits = exits(count, ways);
    let mut search = Search {
        order: vec![usize::MAX; count],
        lowest: vec![usize::MAX; count],
        part: vec![usize::MAX; count],
        waiting: Vec::new(),
        next: 0,
        parts: 0,
    };
    for start in 0..count {
        if search.order[start] == usize::MAX {
            search.from(start, &exits);
        }
    }
    search.part
}

/// Where each point leads to, as one list with the start of each point's share in it.
struct Exits {
    starts: Vec<usize>,
    targets: Vec<usize>,
}

fn exits(count: usize, ways: &[Way]) -> Exits {
    let steps = || {
        ways.iter().flat_map(|way| {
            let pairs = way.nodes.windows(2);
            pairs.flat_map(|pair| {
                let back = (!way.is_oneway).then_some((pair[1], pair[0]));
                std::iter::once((pair[0], pair[1])).chain(back)
            })
        })
    };
    let mut starts = vec![0; count + 1];
    for (from, _) in steps() {
        starts[from + 1] += 1;
    }
    for ix in 0..count {
        starts[ix + 1] += starts[ix];
    }
    let mut free = starts.clone();
    let mut targets = vec![0; starts[count]];
    for (from, to) in steps() {
        targets[free[from]] = to;
        free[from] += 1;
    }
    Exits { starts, targets }
}

struct Search {
    order: Vec<usize>,
    lowest: Vec<usize>,
    part: Vec<usize>,
    waiting: Vec<usize>,
    next: usize,
    parts: usize,
}

impl Search {
    fn from(&mut self, start: usize, exits: &Exits) {
        let mut path = vec![(start, exits.starts[start])];
        self.enter(start);
        while let Some((at, exit)) = path.last_mut() {
            let at = *at;
            if *exit == exits.starts[at + 1] {
                path.pop();
                self.leave(at, path.last().map(|&(before, _)| before));
                continue;
            }
            let to = exits.targets[*exit];
            *exit += 1;
            if self.order[to] == usize::MAX {
                self.enter(to);
                path.push((to, exits.starts[to]));
            } else if self.part[to] == usize::MAX {
                self.lowest[at] = self.lowest[at].min(self.order[to]);
            }
        }
    }

    fn enter(&mut self, at: usize) {
        self.order[at] = self.next;
        self.lowest[at] = self.next;
        self.next += 1;
        self.waiting.push(at);
    }

    fn leave(&mut self, at: usize, before: Option<usize>) {
        if let Some(before) = before {
            self.lowest[before] = self.lowest[before].min(self.lowest[at]);
        }
        if self.lowest[at] < self.order[at] {
            return;
        }
        while let Some(done) = self.waiting.pop() {
            self.part[done] = self.parts;
            if done == at {
                break;
            }
        }
        self.parts += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::embedded::roads::class::Class;
    use crate::import::embedded::roads::net::Kind;

    fn way(nodes: Vec<usize>, is_oneway: bool) -> Way {
        Way {
            class: Class::Residential,
            kind: Kind::Plain,
            nodes,
            town: None,
            street: None,
            reference: None,
            is_oneway,
        }
    }

    #[rstest::rstest]
    #[case::a_ring(vec![(vec![0, 1, 2, 3, 0], true)], 1)]
    #[case::a_dead_end_street(vec![(vec![0, 1, 2, 3], true)], 4)]
    #[case::both_ways(vec![(vec![0, 1, 2, 3], false)], 1)]
    #[case::two_rings_and_a_oneway_between(
        vec![(vec![0, 1, 0], true), (vec![2, 3, 2], true), (vec![1, 2], true)],
        2
    )]
    fn parts_are_where_one_gets_back(#[case] ways: Vec<(Vec<usize>, bool)>, #[case] count: usize) {
        let ways = ways
            .into_iter()
            .map(|(nodes, is_oneway)| way(nodes, is_oneway));
        let ways: Vec<Way> = ways.collect();
        let mut parts = components(4, &ways);
        parts.sort_unstable();
        parts.dedup();
        assert_eq!(parts.len(), count);
    }
}
