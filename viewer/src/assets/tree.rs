//! The fibre network as a tree: which node hangs on which, and what an outage of one cuts off.
//!
//! Nodes are numbered so that all that hang on a node follow it: what an outage cuts off is one range of numbers.

use std::collections::BTreeMap;
use std::ops::Range;

use twin_core::{FibreNodeType, LonLat};

use super::wire::{Cable, NodeFacts, Placed};

/// The nodes and cables of the fibre network.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// The nodes, each before those that hang on it.
    pub nodes: Vec<Placed<NodeFacts>>,
    /// The number after the last of those that hang on a node.
    ends: Vec<usize>,
    /// The node on which a node hangs.
    parents: Vec<Option<usize>>,
    /// The way of the cable on which a node hangs; empty where there is none.
    pub ways: Vec<Vec<LonLat>>,
}

/// What an outage cuts off: the node itself and all that hang on it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Outage {
    /// Cabinets that other cables leave from ("points de mutualisation"), without the node itself.
    pub cabinets: usize,
    /// Boxes on which homes hang ("points de branchement optique"), without the node itself.
    pub boxes: usize,
    /// Homes and workplaces, as the server counts them.
    pub premises: u32,
}

impl Tree {
    /// Puts nodes and cables together. Cables that lead nowhere, a second one to the same node and those that close a
    /// ring are left out; what they would have joined stands alone.
    pub(super) fn of(nodes: Vec<Placed<NodeFacts>>, cables: Vec<Cable>) -> Self {
        let numbers: BTreeMap<Box<str>, usize> = nodes
            .iter()
            .enumerate()
            .map(|(number, node)| (node.id.clone(), number))
            .collect();
        let mut below = vec![Vec::new(); nodes.len()];
        let mut above = vec![None; nodes.len()];
        let mut ways = vec![Vec::new(); nodes.len()];
        for cable in cables {
            let ends = numbers.get(&cable.from).zip(numbers.get(&cable.to));
            let Some((&from, &to)) = ends.filter(|(from, to)| from != to) else {
                continue;
            };
            let Some(free) = above.get_mut(to).filter(|above| above.is_none()) else {
                continue;
            };
            *free = Some(from);
            if let (Some(below), Some(way)) = (below.get_mut(from), ways.get_mut(to)) {
                below.push(to);
                *way = cable.path;
            }
        }
        let order = Order::of(&below, &above);
        order.sorted(nodes, (&above, ways))
    }

    /// A node by its public name.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| &*node.id == id)
    }

    /// The node on which another hangs.
    pub(super) fn parent(&self, number: usize) -> Option<usize> {
        self.parents.get(number).copied().flatten()
    }

    /// A node and all that hang on it.
    pub(super) fn below(&self, number: usize) -> Range<usize> {
        number..self.ends.get(number).copied().unwrap_or(number)
    }

    /// What an outage of a node cuts off.
    pub(super) fn outage(&self, number: usize) -> Outage {
        let mut outage = Outage::default();
        let cut = self.nodes.get(self.below(number)).unwrap_or_default();
        for node in cut.iter().skip(1) {
            match node.facts.node_type {
                FibreNodeType::Nro => {}
                FibreNodeType::Pm => outage.cabinets += 1,
                FibreNodeType::Pbo => outage.boxes += 1,
            }
        }
        outage.premises = self.premises(number);
        outage
    }

    /// The server counts all below a cabinet or an exchange at it, but at a box only those on it: boxes that hang on
    /// boxes are counted together.
    fn premises(&self, number: usize) -> u32 {
        let cut = self.nodes.get(self.below(number)).unwrap_or_default();
        let is_box = |node: &&Placed<NodeFacts>| node.facts.node_type == FibreNodeType::Pbo;
        let in_boxes = cut.iter().filter(is_box);
        let counted = in_boxes.fold(0_u32, |sum, node| sum.saturating_add(node.facts.premises));
        let told = cut.first().map_or(0, |node| node.facts.premises);
        counted.max(told)
    }
}

/// The order in which each node comes before those that hang on it.
struct Order {
    /// Old numbers by new ones.
    old: Vec<usize>,
    /// By new numbers.
    ends: Vec<usize>,
}

impl Order {
    fn of(below: &[Vec<usize>], above: &[Option<usize>]) -> Self {
        let mut order = Self {
            old: Vec::with_capacity(below.len()),
            ends: vec![0; below.len()],
        };
        let mut seen = vec![false; below.len()];
        let roots = above.iter().enumerate().filter(|(_, it)| it.is_none());
        for (root, _) in roots {
            order.walk(below, &mut seen, root);
        }
        // What is left hangs on itself: a ring, of which each node stands alone.
        for number in 0..below.len() {
            if !seen.get(number).copied().unwrap_or(true) {
                order.old.push(number);
                let next = order.old.len();
                if let Some(end) = order.ends.get_mut(next - 1) {
                    *end = next;
                }
            }
        }
        order
    }

    fn walk(&mut self, below: &[Vec<usize>], seen: &mut [bool], root: usize) {
        // What is to be done, from the last: go to a node, or note where those below one end.
        enum Step {
            To(usize),
            End(usize),
        }
        let mut steps = vec![Step::To(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::To(number) => {
                    if let Some(seen) = seen.get_mut(number) {
                        *seen = true;
                    }
                    steps.push(Step::End(self.old.len()));
                    self.old.push(number);
                    let children = below.get(number).into_iter().flatten();
                    steps.extend(children.rev().map(|child| Step::To(*child)));
                }
                Step::End(number) => {
                    let next = self.old.len();
                    if let Some(end) = self.ends.get_mut(number) {
                        *end = next;
                    }
                }
            }
        }
    }

    fn sorted(
        self,
        nodes: Vec<Placed<NodeFacts>>,
        (above, ways): (&[Option<usize>], Vec<Vec<LonLat>>),
    ) -> Tree {
        let mut new = vec![None; nodes.len()];
        for (number, old) in self.old.iter().enumerate() {
            if let Some(new) = new.get_mut(*old) {
                *new = Some(number);
            }
        }
        let parent = |number: usize, old: usize| {
            let parent = above.get(old).copied().flatten()?;
            let parent = new.get(parent).copied().flatten()?;
            // In a ring nothing hangs on anything.
            let end = self.ends.get(parent).copied().unwrap_or_default();
            (parent < number && number < end).then_some(parent)
        };
        let olds = self.old.iter().enumerate();
        let parents = olds.map(|(number, old)| parent(number, *old)).collect();
        let mut nodes: Vec<_> = nodes.into_iter().map(Some).collect();
        let mut ways = ways;
        let kept = self.old.iter().filter_map(|old| {
            let node = nodes.get_mut(*old)?.take()?;
            Some((node, std::mem::take(ways.get_mut(*old)?)))
        });
        let (nodes, ways) = kept.unzip();
        Tree {
            nodes,
            ends: self.ends,
            parents,
            ways,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::super::wire::Common;
    use super::*;

    pub(in crate::assets) fn node(
        id: &str,
        node_type: FibreNodeType,
        premises: u32,
    ) -> Placed<NodeFacts> {
        Placed {
            id: id.into(),
            place: LonLat::new(6.8, 47.5).unwrap(),
            facts: NodeFacts {
                common: Common {
                    commune: None,
                    synthetic: true,
                },
                node_type,
                premises,
                deployed_at: None,
                open_from: None,
            },
        }
    }

    pub(in crate::assets) fn cable(from: &str, to: &str) -> Cable {
        let at = |lon| LonLat::new(lon, 47.5).unwrap();
        Cable {
            from: from.into(),
            to: to.into(),
            path: vec![at(6.8), at(6.81)],
        }
    }

    /// An exchange with two cabinets; on the first, a box on a box.
    pub(in crate::assets) fn tree() -> Tree {
        use FibreNodeType::{Nro, Pbo, Pm};
        let nodes = vec![
            node("d", Pbo, 7),
            node("b", Pm, 12),
            node("a", Nro, 20),
            node("c", Pbo, 5),
            node("e", Pm, 8),
        ];
        let cables = vec![
            cable("a", "b"),
            cable("b", "c"),
            cable("c", "d"),
            cable("a", "e"),
            cable("e", "d"),
            cable("x", "e"),
        ];
        Tree::of(nodes, cables)
    }

    fn ids(tree: &Tree, range: Range<usize>) -> Vec<&str> {
        tree.nodes[range].iter().map(|node| &*node.id).collect()
    }

    #[test]
    fn what_hangs_on_a_node_follows_it() {
        let tree = tree();
        let at = |id: &str| tree.find(id).unwrap();
        assert_eq!(ids(&tree, tree.below(at("a"))), ["a", "b", "c", "d", "e"]);
        assert_eq!(ids(&tree, tree.below(at("b"))), ["b", "c", "d"]);
        assert_eq!(ids(&tree, tree.below(at("d"))), ["d"]);
        assert_eq!(
            tree.parent(at("d")),
            Some(at("c")),
            "the first cable counts"
        );
        assert_eq!(tree.parent(at("a")), None);
        assert!(tree.ways[at("a")].is_empty() && tree.ways[at("e")].len() == 2);
    }

    #[test]
    fn an_outage_cuts_off_all_below() {
        let tree = tree();
        let outage = |id| tree.outage(tree.find(id).unwrap());
        let told = |outage: Outage| (outage.cabinets, outage.boxes, outage.premises);
        assert_eq!(told(outage("a")), (2, 2, 20));
        assert_eq!(told(outage("b")), (0, 2, 12));
        assert_eq!(
            told(outage("c")),
            (0, 1, 12),
            "boxes on boxes count together"
        );
        assert_eq!(told(outage("d")), (0, 0, 7));
    }

    proptest! {
        #[test]
        fn any_cables_make_a_tree(ends in prop::collection::vec((0..12_u8, 0..12_u8), 0..40)) {
            let nodes = (0..12).map(|n| node(&n.to_string(), FibreNodeType::Pbo, 1)).collect();
            let cables = ends.iter().map(|(a, b)| cable(&a.to_string(), &b.to_string()));
            let tree = Tree::of(nodes, cables.collect());
            prop_assert_eq!(tree.nodes.len(), 12);
            for number in 0..12 {
                let below = tree.below(number);
                prop_assert!(below.start == number && below.end > number && below.end <= 12);
                if let Some(parent) = tree.parent(number) {
                    prop_assert!(parent < number);
                }
                for inner in below.clone() {
                    prop_assert!(tree.below(inner).end <= below.end);
                }
            }
        }
    }
}
