//! The graphs that the contest is about.

use std::sync::Arc;

use simulator::random::{Model, Seed};
use simulator::roads::{
    ArcGraph, Drawing, Edits, Hierarchy, Prices, RoadGraph, importance, layout, node_order,
};
use simulator::roads::{HourClass, Profile};
use twin_core::{Ground, LonLat, Road};

use crate::clock::least;

/// A graph with costs, and its hierarchy.
pub(crate) struct Searched {
    pub(crate) arcs: ArcGraph,
    pub(crate) costs: Vec<u32>,
    pub(crate) hierarchy: Arc<Hierarchy>,
    /// What it took to make the hierarchy, in seconds.
    pub(crate) prepare_s: f64,
}

impl Searched {
    /// A file of arcs, without places.
    pub(crate) fn file(path: &str) -> Self {
        let text = std::fs::read_to_string(path).expect("a graph");
        let arc = |line: &str| {
            let numbers = line.strip_prefix("a ")?.split(' ');
            let numbers: Vec<u32> = numbers
                .map(|word| word.parse().expect("a number"))
                .collect();
            // fast_paths leaves out arcs that cost nothing.
            Some((numbers[0], numbers[1], numbers[2].max(1)))
        };
        let arcs: Vec<_> = text.lines().filter_map(arc).collect();
        let last = arcs
            .iter()
            .map(|arc| arc.0.max(arc.1))
            .max()
            .expect("an arc");
        Self::plain(last as usize + 1, None, &arcs)
    }

    /// A grid whose nodes are junctions.
    pub(crate) fn grid(side: u32) -> Self {
        let grid = Grid::new(side);
        let arc = |street: &Street| {
            let [from, to] = street.ends.map(|end| grid.metres[end as usize]);
            let length_m = libm::hypot(from[0] - to[0], from[1] - to[1]);
            let tenths = (length_m * 36.0 / f64::from(street.kmh)).round();
            (
                street.ends[0],
                street.ends[1],
                format!("{tenths}").parse().expect("a cost"),
            )
        };
        let there = grid.streets.iter().map(arc);
        let both = grid.streets.iter().filter(|street| !street.is_one_way);
        let back = both.map(|street| {
            let (from, to, cost) = arc(street);
            (to, from, cost)
        });
        let arcs: Vec<_> = there.chain(back).collect();
        Self::plain(grid.metres.len(), Some(&grid.metres), &arcs)
    }

    fn plain(nodes: usize, places: Option<&[[f64; 2]]>, arcs: &[(u32, u32, u32)]) -> Self {
        let ends: Vec<_> = arcs.iter().map(|&(tail, head, _)| (tail, head)).collect();
        let (graph, order) = ArcGraph::from_arcs(nodes, &ends).expect("a graph");
        let costs: Vec<u32> = order.iter().map(|&arc| arcs[arc as usize].2).collect();
        let edges: Vec<_> = ends.iter().map(|&(tail, head)| [tail, head]).collect();
        let (hierarchy, prepare_s) = least(1, || {
            let points = places.map_or_else(|| layout(&graph), <[_]>::to_vec);
            let drawing = Drawing {
                points: &points,
                edges: &edges,
            };
            let order = node_order(drawing, &importance(&graph, &costs));
            Hierarchy::new(&graph, &order).expect("a hierarchy")
        });
        Self {
            arcs: graph,
            costs,
            hierarchy: Arc::new(hierarchy),
            prepare_s,
        }
    }

    /// The same grid as roads for cars, searched with its turns.
    pub(crate) fn grid_with_turns(side: u32) -> Self {
        let ground = Grid::new(side).ground();
        let car = Profile::built_in("car").expect("a profile");
        let ((graph, hierarchy), prepare_s) = least(1, || {
            let graph = RoadGraph::new(&ground, car.mode()).expect("roads");
            let hierarchy = graph.order(&car).expect("a hierarchy");
            (graph, hierarchy)
        });
        let (network, turns) = graph.parts();
        let prices = Prices::new(
            (network, turns),
            &car,
            HourClass::OffPeak,
            &Edits::default(),
        );
        let (arcs, costs) = (graph.graph().clone(), prices.arcs);
        Self {
            arcs,
            costs,
            hierarchy: Arc::new(hierarchy),
            prepare_s,
        }
    }
}

/// A street between two neighbours.
struct Street {
    ends: [u32; 2],
    kmh: u8,
    is_one_way: bool,
}

/// Streets about 100 m apart, moved a little: every 40th is fast, every 10th of middle speed, some of
/// the others are missing and some one-way.
struct Grid {
    metres: Vec<[f64; 2]>,
    streets: Vec<Street>,
}

impl Grid {
    fn new(side: u32) -> Self {
        let mut random = Seed(7).stream(Model::RoadPoints, 0);
        let mut place = |ix: u32| {
            let moved = [random.between(-30.0, 30.0), random.between(-30.0, 30.0)];
            [
                f64::from(ix % side) * 100.0 + moved[0],
                f64::from(ix / side) * 100.0 + moved[1],
            ]
        };
        let metres = (0..side * side).map(&mut place).collect();
        let mut streets = Vec::new();
        for ix in 0..side * side {
            for (step, line, is_inside) in [
                (1, ix / side, ix % side + 1 < side),
                (side, ix % side, ix / side + 1 < side),
            ] {
                let kmh = match line {
                    line if line % 40 == 0 => 70,
                    line if line % 10 == 0 => 50,
                    _ => 30,
                };
                if !is_inside || (kmh == 30 && random.chance(0.15)) {
                    continue;
                }
                let is_one_way = kmh == 30 && random.chance(0.2);
                let ends = [ix, ix + step];
                let is_turned = is_one_way && random.chance(0.5);
                let ends = if is_turned { [ends[1], ends[0]] } else { ends };
                streets.push(Street {
                    ends,
                    kmh,
                    is_one_way,
                });
            }
        }
        Self { metres, streets }
    }

    fn ground(&self) -> Ground {
        let place = |node: u32| {
            let [east, north] = self.metres[node as usize];
            LonLat::new(4.6 + east / 77_900.0, 45.6 + north / 111_150.0).expect("a place")
        };
        let road = |(id, street): (i64, &Street)| {
            let class = match street.kmh {
                70 => "primary",
                50 => "secondary",
                _ => "residential",
            };
            let mut tags = vec![("maxspeed", street.kmh.to_string())];
            if street.is_one_way {
                tags.push(("oneway", "yes".to_owned()));
            }
            Road {
                id: Some(id),
                class: class.into(),
                name: None,
                tags: tags.into_iter().collect(),
                nodes: street.ends.map(i64::from).to_vec(),
                path: street.ends.map(place).to_vec(),
            }
        };
        Ground {
            roads: (0..).zip(&self.streets).map(road).collect(),
            ..Ground::default()
        }
    }
}
