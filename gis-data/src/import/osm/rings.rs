//! Rings put together from ways that share their end nodes.

use std::collections::BTreeMap;

use geo_types::{Coord, LineString};

use super::gather::{Gathered, Member, Object, Relation, Role, Way};
use super::nesting::{self, Nested};
use crate::import::outline;

/// Why the ways of a relation, or a way by itself, make no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RingFault {
    /// A way is not in the file.
    MissingWay(i64),
    /// A node is not in the file.
    MissingNode(i64),
    /// The ways end at this node, and no other one goes on from there.
    OpenAt(i64),
    /// No ring is left.
    Nothing,
}

/// Whether a way ends where it starts, and can enclose anything.
pub(super) fn is_closed(way: &Way) -> bool {
    way.refs.len() >= 4 && way.refs.first() == way.refs.last()
}

/// The way that a member of a ring is, if it is in the file.
pub(super) fn way_of(gathered: &Gathered, member: Member) -> Option<&Way> {
    match (member.object, member.role) {
        (Object::Way(id), Role::Outer | Role::Inner | Role::Ring) => gathered.way(id),
        _ => None,
    }
}

/// The area that the ways of a relation enclose, by their roles; where these are not told, a ring
/// within a ring is its hole.
pub(super) fn of_relation(gathered: &Gathered, relation: &Relation) -> Result<Nested, RingFault> {
    let outer = ways(gathered, relation, &[Role::Outer, Role::Ring])?;
    let mut outer = Rings::of(gathered, &outer)?;
    if relation
        .members
        .iter()
        .any(|member| member.role == Role::Ring)
    {
        let (outlines, mut holes) = nesting::alternate(outer.outlines);
        outer.outlines = outlines;
        outer.holes.append(&mut holes);
    }
    let mut inner = Rings::of(gathered, &ways(gathered, relation, &[Role::Inner])?)?;
    outer.outlines.append(&mut inner.holes);
    outer.holes.append(&mut inner.outlines);
    outer.nested()
}

/// The area that a closed way encloses by itself.
pub(super) fn of_way(gathered: &Gathered, way: &Way) -> Result<Nested, RingFault> {
    Rings::of(gathered, &[&way.refs])?.nested()
}

fn ways<'a>(
    gathered: &'a Gathered,
    relation: &Relation,
    roles: &[Role],
) -> Result<Vec<&'a [i64]>, RingFault> {
    let members = relation
        .members
        .iter()
        .filter(|member| roles.contains(&member.role));
    let ways = members.filter_map(|member| match member.object {
        Object::Way(id) => Some(id),
        Object::Node(_) | Object::Relation(_) => None,
    });
    let mut ids: Vec<i64> = ways.collect();
    ids.sort_unstable();
    ids.dedup();
    let refs = |id| gathered.way(id).map(|way| &*way.refs);
    ids.into_iter()
        .map(|id| refs(id).ok_or(RingFault::MissingWay(id)))
        .collect()
}

/// Rings of ways with one role. A ring that touches itself is cut there; of its parts, those that
/// lie in another one are its holes.
#[derive(Default)]
struct Rings {
    outlines: Vec<LineString>,
    holes: Vec<LineString>,
}

impl Rings {
    fn of(gathered: &Gathered, ways: &[&[i64]]) -> Result<Self, RingFault> {
        let mut rings = Self::default();
        for assembled in assemble(ways)? {
            let parts = split_at_repeats(assembled);
            let lines = parts
                .iter()
                .map(|part| coords(gathered, part).map(outline::ring));
            let kept =
                lines.filter_map(|line| line.map(|ring| ring.map(|(line, _)| line)).transpose());
            let (mut outlines, mut holes) = nesting::alternate(kept.collect::<Result<_, _>>()?);
            rings.outlines.append(&mut outlines);
            rings.holes.append(&mut holes);
        }
        Ok(rings)
    }

    fn nested(self) -> Result<Nested, RingFault> {
        if self.outlines.is_empty() {
            return Err(RingFault::Nothing);
        }
        Ok(nesting::nest(self.outlines, self.holes))
    }
}

fn coords(gathered: &Gathered, ring: &[i64]) -> Result<Vec<Coord>, RingFault> {
    let place = |id: &i64| gathered.places.get(*id).ok_or(RingFault::MissingNode(*id));
    ring.iter().map(|id| place(id).map(Coord::from)).collect()
}

/// Closed rings of node ids, each way used once, in either direction.
pub(super) fn assemble(ways: &[&[i64]]) -> Result<Vec<Vec<i64>>, RingFault> {
    let mut by_end: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (ix, way) in ways.iter().enumerate() {
        let ends = way.first().into_iter().chain(way.last());
        ends.for_each(|end| by_end.entry(*end).or_default().push(ix));
    }
    let mut is_used = vec![false; ways.len()];
    let mut rings = Vec::new();
    for start in 0..ways.len() {
        if is_used[start] || ways[start].is_empty() {
            continue;
        }
        is_used[start] = true;
        let mut ring = ways[start].to_vec();
        while ring.first() != ring.last() {
            let end = *ring.last().ok_or(RingFault::Nothing)?;
            let next = take_unused(by_end.get_mut(&end), &mut is_used);
            append(&mut ring, ways[next.ok_or(RingFault::OpenAt(end))?]);
        }
        rings.push(ring);
    }
    Ok(rings)
}

/// A way that ends at a node and has not been used; ways that have are dropped on the way.
fn take_unused(at_end: Option<&mut Vec<usize>>, is_used: &mut [bool]) -> Option<usize> {
    let at_end = at_end?;
    while let Some(ix) = at_end.pop() {
        if !std::mem::replace(&mut is_used[ix], true) {
            return Some(ix);
        }
    }
    None
}

/// Goes on along a way, from whichever of its ends the ring has reached.
fn append(ring: &mut Vec<i64>, way: &[i64]) {
    if ring.last() == way.first() {
        ring.extend(&way[1..]);
    } else {
        ring.extend(way.iter().rev().skip(1));
    }
}

/// Splits a closed ring at every node it passes twice, so that each part passes none twice.
pub(super) fn split_at_repeats(ring: Vec<i64>) -> Vec<Vec<i64>> {
    let passed_twice = repeated(&ring);
    if ring.len() > 3
        && ring.first() == ring.last()
        && passed_twice.len() == 1
        && !passes_its_end(&ring)
    {
        return vec![ring];
    }
    let mut position: Vec<Option<usize>> = vec![None; passed_twice.len()];
    let rank = |node: &i64| passed_twice.binary_search(node).ok();
    let (mut parts, mut path) = (Vec::new(), Vec::<i64>::new());
    for node in ring {
        let rank_of_node = rank(&node);
        if let Some(start) = rank_of_node.and_then(|rank| position[rank]) {
            let mut part = path.split_off(start + 1);
            for rank in part.iter().filter_map(rank) {
                position[rank] = None;
            }
            part.insert(0, node);
            part.push(node);
            parts.push(part);
        } else {
            if let Some(rank) = rank_of_node {
                position[rank] = Some(path.len());
            }
            path.push(node);
        }
    }
    parts.retain(|part| part.len() > 3);
    parts
}

fn passes_its_end(ring: &[i64]) -> bool {
    let inner = ring
        .get(1..ring.len().saturating_sub(1))
        .unwrap_or_default();
    ring.first().is_some_and(|end| inner.contains(end))
}

/// The nodes that come more than once, in order; of a closed ring its end at least.
fn repeated(ring: &[i64]) -> Vec<i64> {
    let mut sorted = ring.to_vec();
    sorted.sort_unstable();
    let twice = sorted.chunk_by(|a, b| a == b).filter(|run| run.len() > 1);
    twice.map(|run| run[0]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[rstest::rstest]
    #[case::one_closed_way(vec![vec![1, 2, 3, 1]], Ok(vec![vec![1, 2, 3, 1]]))]
    #[case::two_ways(vec![vec![1, 2, 3], vec![3, 4, 1]], Ok(vec![vec![1, 2, 3, 4, 1]]))]
    #[case::one_the_other_way_round(vec![vec![1, 2, 3], vec![1, 4, 3]], Ok(vec![vec![1, 2, 3, 4, 1]]))]
    #[case::a_gap(vec![vec![1, 2, 3], vec![4, 5, 1]], Err(RingFault::OpenAt(3)))]
    #[case::a_way_of_one_node(vec![vec![1]], Ok(vec![vec![1]]))]
    #[case::an_empty_way(vec![vec![]], Ok(vec![]))]
    #[case::nothing(vec![], Ok(vec![]))]
    fn ways_are_joined_at_their_ends(
        #[case] ways: Vec<Vec<i64>>,
        #[case] rings: Result<Vec<Vec<i64>>, RingFault>,
    ) {
        let slices: Vec<&[i64]> = ways.iter().map(Vec::as_slice).collect();
        assert_eq!(assemble(&slices), rings);
    }

    #[test]
    fn a_ring_that_touches_itself_becomes_two() {
        let mut parts = split_at_repeats(vec![1, 2, 3, 4, 5, 3, 6, 1]);
        parts.sort();
        assert_eq!(parts, [vec![1, 2, 3, 6, 1], vec![3, 4, 5, 3]]);
    }

    #[test]
    fn a_ring_that_passes_its_end_in_between_becomes_two() {
        let mut parts = split_at_repeats(vec![1, 2, 3, 1, 4, 5, 1]);
        parts.sort();
        assert_eq!(parts, [vec![1, 2, 3, 1], vec![1, 4, 5, 1]]);
    }

    #[test]
    fn a_spike_is_cut_off() {
        assert_eq!(split_at_repeats(vec![1, 2, 3, 2, 4, 1]), [vec![1, 2, 4, 1]]);
    }

    proptest! {
        #[test]
        fn a_ring_cut_anywhere_and_shuffled_is_found_again(
            nodes in 3_i64..60, cuts in prop::collection::btree_set(1_usize..58, 0..10), seed in any::<u64>()
        ) {
            let ring: Vec<i64> = (0..nodes).chain([0]).collect();
            let mut bounds: Vec<usize> = cuts.into_iter().filter(|cut| *cut < ring.len() - 1).collect();
            bounds.insert(0, 0);
            bounds.push(ring.len() - 1);
            let mut ways: Vec<Vec<i64>> = bounds.windows(2).map(|w| ring[w[0]..=w[1]].to_vec()).collect();
            for (ix, way) in ways.iter_mut().enumerate() {
                if seed >> (ix % 64) & 1 == 1 { way.reverse(); }
            }
            let turn = usize::try_from(seed % 1000).unwrap() % ways.len();
            ways.rotate_left(turn);
            let slices: Vec<&[i64]> = ways.iter().map(Vec::as_slice).collect();
            let found = assemble(&slices).unwrap();
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(found[0].len(), ring.len());
        }

        #[test]
        fn whatever_the_ways_parts_pass_no_node_twice(
            ways in prop::collection::vec(prop::collection::vec(0_i64..12, 0..9), 0..9)
        ) {
            let slices: Vec<&[i64]> = ways.iter().map(Vec::as_slice).collect();
            for part in assemble(&slices).unwrap_or_default().into_iter().flat_map(split_at_repeats) {
                prop_assert_eq!(part.first(), part.last());
                let inner: std::collections::BTreeSet<_> = part[1..].iter().collect();
                prop_assert_eq!(inner.len(), part.len() - 1);
            }
        }
    }
}
