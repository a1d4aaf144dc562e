//! The network while it is being made: points, and ways over them, found by place.

use std::collections::BTreeMap;

use twin_core::Planar;

use super::class::Class;
use crate::import::embedded::ground::Ground;
use crate::import::embedded::lines::{crossing, foot, heading};
use crate::import::embedded::plane::{distance2, shifted, vector};
use crate::import::embedded::segments::{Frame, Segments};

/// A way over points of the network, which meets others where they have a point in common.
#[derive(Clone, Debug)]
pub(in crate::import::embedded) struct Way {
    pub class: Class,
    pub kind: Kind,
    /// Two at least.
    pub nodes: Vec<usize>,
    /// The commune that it was laid out in, for streets.
    pub town: Option<usize>,
    /// The way that it goes on from, under the same name.
    pub street: Option<usize>,
    /// The number of its road, as on the signposts.
    pub reference: Option<u32>,
    /// Whether traffic goes in the direction of its points only.
    pub is_oneway: bool,
}

/// Whose a point or a section is: it is numbered among its owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// Roads between communes.
    Main,
    /// Tracks in the open country.
    Country,
    Town(usize),
}

/// So many numbers each owner has.
pub(super) const BLOCK: i64 = 1_000_000;

/// The block of numbers of an owner: a town's INSEE code, or its place in the list where the code
/// is no number.
pub(super) fn block(ground: &Ground, owner: Owner) -> i64 {
    match owner {
        Owner::Main => 1,
        Owner::Country => 2,
        Owner::Town(town) => {
            let place = i64::try_from(town).unwrap_or(0) + 3;
            ground.towns[town].code.parse().unwrap_or(place)
        }
    }
}

/// What is special about how a way lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import::embedded) enum Kind {
    /// Others may join it anywhere.
    Plain,
    /// It passes over water or a motorway; nothing joins it between its ends.
    Bridge,
    /// Traffic goes round; nothing joins it between its points.
    Roundabout,
    /// Fenced off: nothing joins it between its ends.
    Fenced,
}

/// One straight piece of a way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub way: usize,
    /// Its ends, in the order of the way.
    pub ends: [usize; 2],
}

/// The network.
#[derive(Debug)]
pub(in crate::import::embedded) struct Net {
    pub nodes: Vec<Planar>,
    pub ways: Vec<Way>,
    /// For each point, how many pieces end there.
    pub degrees: Vec<u8>,
    /// For whom points are being made.
    pub owner: Owner,
    owners: Vec<Owner>,
    pieces: Vec<Piece>,
    index: Segments,
    frame: Frame,
}

/// What a line meets first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub piece: usize,
    pub at: Planar,
    /// The share of the way along the line.
    pub share: f64,
}

impl Net {
    pub(super) fn new(frame: Frame) -> Self {
        Self {
            nodes: Vec::new(),
            ways: Vec::new(),
            degrees: Vec::new(),
            owner: Owner::Main,
            owners: Vec::new(),
            pieces: Vec::new(),
            index: Segments::new(frame),
            frame,
        }
    }

    pub(super) fn frame(&self) -> Frame {
        self.frame
    }

    pub(super) fn add_node(&mut self, at: Planar) -> usize {
        self.nodes.push(at);
        self.degrees.push(0);
        self.owners.push(self.owner);
        self.nodes.len() - 1
    }

    pub(super) fn add_way(&mut self, way: Way) -> usize {
        let number = self.ways.len();
        for pair in way.nodes.windows(2) {
            self.add_piece(number, [pair[0], pair[1]]);
        }
        self.ways.push(way);
        number
    }

    /// Puts a new point into a piece, and so into its way.
    pub(super) fn split(&mut self, piece: usize, at: Planar) -> usize {
        let Piece { way, ends } = self.pieces[piece];
        let node = self.add_node(at);
        self.index.remove(piece);
        for end in ends {
            self.degrees[end] -= 1;
        }
        self.add_piece(way, [ends[0], node]);
        self.add_piece(way, [node, ends[1]]);
        let nodes = &mut self.ways[way].nodes;
        let place = nodes.windows(2).position(|pair| pair == ends);
        nodes.insert(place.map_or(nodes.len(), |place| place + 1), node);
        node
    }

    pub(super) fn piece(&self, piece: usize) -> Piece {
        self.pieces[piece]
    }

    /// The way that a piece belongs to.
    pub(super) fn way_of(&self, piece: usize) -> &Way {
        &self.ways[self.pieces[piece].way]
    }

    pub(super) fn line(&self, piece: usize) -> [Planar; 2] {
        self.index.line(piece)
    }

    /// The direction of a piece.
    pub(super) fn heading(&self, piece: usize) -> Planar {
        let [a, b] = self.line(piece);
        heading(a, b)
    }

    /// What a line from a point of the network meets first, the pieces at that point aside.
    pub(super) fn first_hit(&self, line: [Planar; 2], start: Option<usize>) -> Option<Hit> {
        let mut first: Option<Hit> = None;
        for (piece, other) in self.index.around(line, 0.0) {
            if start.is_some_and(|start| self.pieces[piece].ends.contains(&start)) {
                continue;
            }
            if let Some(share) = crossing(line, other)
                && first.is_none_or(|hit| share < hit.share)
            {
                let at = shifted(line[0], vector(line[0], line[1]), share);
                first = Some(Hit { piece, at, share });
            }
        }
        first
    }

    /// The piece nearest to a place within reach, those at `start` aside, and its distance.
    pub(super) fn nearest_piece(
        &self,
        at: Planar,
        reach_m: f64,
        start: Option<usize>,
    ) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        let mut least2 = reach_m * reach_m;
        for (piece, line) in self.index.around([at, at], reach_m) {
            if start.is_some_and(|start| self.pieces[piece].ends.contains(&start)) {
                continue;
            }
            let (_, apart2) = foot(line, at);
            if apart2 < least2 {
                least2 = apart2;
                best = Some((piece, apart2.sqrt()));
            }
        }
        best
    }

    /// The point at exactly this place, where a way has one.
    pub(super) fn node_at(&self, at: Planar) -> Option<usize> {
        let mut here = self.index.around([at, at], 0.5);
        here.find_map(|(piece, _)| {
            self.pieces[piece]
                .ends
                .into_iter()
                .find(|&end| self.nodes[end] == at)
        })
    }

    /// Whether a road between communes passes a point.
    pub(super) fn is_on_main(&self, node: usize) -> bool {
        let at = self.nodes[node];
        let mut here = self.index.around([at, at], 0.5);
        here.any(|(piece, _)| {
            let Piece { way, ends } = self.pieces[piece];
            ends.contains(&node) && self.ways[way].is_between_towns()
        })
    }

    /// For each point, its number in the pack: by owner, so that a change of one town leaves the
    /// others' alone.
    pub(super) fn node_ids(&self, ground: &Ground) -> Vec<i64> {
        let mut next = BTreeMap::new();
        let owners = self.owners.iter();
        let id = |&owner: &Owner| {
            let block = block(ground, owner);
            let count = next.entry(block).or_insert(0_i64);
            *count += 1;
            block * BLOCK + *count
        };
        owners.map(id).collect()
    }

    /// The pieces within reach of a line; some come more than once.
    pub(super) fn pieces_around(
        &self,
        line: [Planar; 2],
        reach_m: f64,
    ) -> impl Iterator<Item = usize> {
        self.index.around(line, reach_m).map(|(piece, _)| piece)
    }

    /// The joinable point nearest to a place within reach, `start` aside.
    pub(super) fn nearest_node(&self, at: Planar, reach_m: f64, start: usize) -> Option<usize> {
        let mut best: Option<usize> = None;
        let mut least2 = reach_m * reach_m;
        for (piece, _) in self.index.around([at, at], reach_m) {
            let Piece { way, ends } = self.pieces[piece];
            if !self.ways[way].is_joinable() || ends.contains(&start) {
                continue;
            }
            for end in ends {
                let apart2 = distance2(self.nodes[end], at);
                if apart2 < least2 {
                    least2 = apart2;
                    best = Some(end);
                }
            }
        }
        best
    }

    /// Whether a new piece in a direction would leave a point at an angle of less than what
    /// `cosine` is of to one that is there.
    pub(super) fn is_tight(&self, node: usize, direction: Planar, cosine: f64) -> bool {
        let at = self.nodes[node];
        self.index.around([at, at], 0.5).any(|(piece, _)| {
            let ends = self.pieces[piece].ends;
            let other = match ends.iter().position(|&end| end == node) {
                Some(place) => self.nodes[ends[1 - place]],
                None => return false,
            };
            let along = heading(at, other);
            along[0] * direction[0] + along[1] * direction[1] > cosine
        })
    }

    fn add_piece(&mut self, way: usize, ends: [usize; 2]) {
        for end in ends {
            self.degrees[end] = self.degrees[end].saturating_add(1);
        }
        let number = self.index.insert(ends.map(|end| self.nodes[end]));
        debug_assert_eq!(
            number,
            self.pieces.len(),
            "pieces are numbered as their lines are"
        );
        self.pieces.push(Piece { way, ends });
    }
}

impl Way {
    /// Whether it is a road between communes, not a street of one.
    pub(super) fn is_between_towns(&self) -> bool {
        self.town.is_none() && self.class.is_main()
    }

    /// Whether streets may join it between its ends.
    pub(super) fn is_joinable(&self) -> bool {
        self.kind == Kind::Plain
    }
}
