//! Roads as vehicles see them, and exact, turn-aware shortest paths over them.
//!
//! * [`Profile`] is a vehicle or a walker as data: what it may use, how fast it is, what turns cost.
//!   [`passages`], [`node_passage`] and [`applies`] say what a road, a node of it and a turn
//!   restriction mean to one.
//! * [`Network`] is the graph of junctions and streets as people see it, [`TurnGraph`] the same with
//!   its turns, [`RoadMap`] both with what makes searching fast.
//! * [`RoadMetric`] is a road map at the costs of one profile, hour and state of the streets: a value
//!   that is searched, and that a scenario makes its own of.
//! * [`Survey`] tells the ways between many places as rows of a table, [`Signposts`] the same ways one
//!   by one without a table, [`Legs`] where they lead along; a [`Halt`] is a place with the direction
//!   in which vehicles stop there.
//! * [`energy`] is what a drive takes besides time, [`reach`] how far one comes, as areas.
//! * [`ArcGraph`], [`Hierarchy`], [`Metric`] and [`Searcher`] are the same machine for any graph.

mod arcs;
mod cost;
mod dijkstra;
mod dissect;
mod ends;
pub mod energy;
mod halt;
mod headings;
mod hierarchy;
mod importance;
mod layout;
mod legs;
mod map;
mod metric;
mod network;
mod prices;
mod profile;
pub mod reach;
mod reached;
mod route;
mod rules;
mod signposts;
mod snap;
mod spending;
mod survey;
mod turn_graph;

pub use self::arcs::ArcGraph;
pub use self::cost::{INFINITE, Row, Rows, UNREACHABLE};
pub use self::dijkstra::{dijkstra, entry};
pub use self::dissect::{Drawing, edge_order, node_order};
pub use self::halt::Halt;
pub use self::headings::Calls;
pub use self::hierarchy::Hierarchy;
pub use self::importance::importance;
pub use self::layout::layout;
pub use self::legs::Legs;
pub use self::map::{RoadGraph, RoadMap, RoadMetric, SNAP_WITHIN_M};
pub use self::metric::{Found, Matrix, MatrixRows, Metric, Searcher, Targets};
pub use self::network::{Junction, Leftovers, Network, Segment, Slope, Street};
pub use self::prices::{Edit, Edits, Prices, TENTHS_PER_S};
pub use self::profile::{
    Crosses, HourClass, MAX_SPEED_KMH, Mode, Profile, Turn, TurnCosts, TurnKind,
};
pub use self::reached::Reached;
pub use self::route::{AlternativeRules, Leg, Maneuver, Ride, Route, Step};
pub use self::rules::{
    Access, Along, Control, NodePassage, Passage, applies, class_rank, control, is_of_mode,
    node_passage, passages,
};
pub use self::signposts::{Nearest, Signposts};
pub use self::snap::{Side, Snap, SnapIndex};
pub use self::survey::Survey;
pub use self::turn_graph::TurnGraph;
