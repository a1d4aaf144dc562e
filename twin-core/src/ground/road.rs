//! Roads, what stands on them, and which turns they forbid.

use crate::ground::Tags;
use crate::place::LonLat;

/// A road, way or path.
#[derive(Clone, Debug, PartialEq)]
pub struct Road {
    /// Its number in the source; turn restrictions refer to it.
    pub id: Option<i64>,
    /// Its class in OpenStreetMap's words: `motorway`, `primary`, `residential`, `footway`, `ferry`.
    pub class: Box<str>,
    /// Its name.
    pub name: Option<Box<str>>,
    /// What else the source says of it to traffic: `oneway`, `maxspeed`, `access`, `junction`.
    pub tags: Tags,
    /// The numbers of its points, one for each; roads with a common number meet there. Empty where
    /// the source does not tell: then roads meet where their points are the same.
    pub nodes: Vec<i64>,
    /// Its course, two points at least, in the direction that `oneway=yes` allows.
    pub path: Vec<LonLat>,
}

/// A point of a road that says something to traffic: a barrier, a signal, a crossing.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadNode {
    /// Its number, as in [`Road::nodes`].
    pub id: i64,
    /// Where it is.
    pub place: LonLat,
    /// What it is and who may pass: `barrier`, `access`, `highway=traffic_signals`.
    pub tags: Tags,
}

/// A turn that is forbidden, or the only one allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnRestriction {
    /// Its number in the source.
    pub id: i64,
    /// What it says in OpenStreetMap's words: `no_left_turn`, `only_straight_on`, `no_u_turn`.
    pub kind: Box<str>,
    /// The [`Road::id`] that one comes from.
    pub from: i64,
    /// What one turns over.
    pub via: Via,
    /// The [`Road::id`] that one goes to.
    pub to: i64,
    /// Whom it does not concern or concerns only, and when: `except`, `restriction:hgv`,
    /// `restriction:conditional`. Where there are such keys and no `restriction`, it concerns
    /// only those that they name, and only at those times.
    pub tags: Tags,
    /// Where it is: its node, or a point of its first way.
    pub place: LonLat,
}

/// What a turn goes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// A point that both roads have.
    Node(i64),
    /// Roads in between, one at least, in order.
    Ways(Vec<i64>),
}
