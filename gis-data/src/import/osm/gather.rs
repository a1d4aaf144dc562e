//! Three passes over the file: relations, then ways, then nodes; only what is needed is kept.

use std::fmt;

use osmpbf::{Element, RelMemberType};
use twin_core::LonLat;

use super::blocks::{Objects, PbfFile};
use super::nodes::{GridPlace, NodePlaces};
use super::tags::{Interest, Line, Tags, is_for_traffic};
use crate::error::GisResult;
use crate::import::{Report, WarningCode};

/// Everything of a file that the pack is made from.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Boundaries and areas that become assets, by id.
    pub(super) relations: Vec<Relation>,
    /// Lines, areas that become assets, and members of `relations`, by id.
    pub(super) ways: Vec<Way>,
    /// Nodes that become assets, by id.
    pub(super) nodes: Vec<Node>,
    /// Where the nodes of `ways` are, and those that stand for a boundary.
    pub(super) places: NodePlaces,
}

#[derive(Debug)]
pub(super) struct Relation {
    pub(super) id: i64,
    pub(super) interest: Interest,
    pub(super) tags: Tags,
    pub(super) members: Vec<Member>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) id: i64,
    pub(super) role: Role,
}

/// What a member is to its relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A way of an outer ring.
    Outer,
    /// A way of a hole.
    Inner,
    /// A node: the seat of the administration.
    Seat,
    /// A node: where the name is written.
    Label,
}

#[derive(Debug)]
pub(super) struct Way {
    pub(super) id: i64,
    pub(super) interest: Interest,
    pub(super) tags: Tags,
    pub(super) refs: Vec<i64>,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: i64,
    pub(super) place: LonLat,
    pub(super) tags: Tags,
}

impl Gathered {
    /// Reads a file.
    pub(super) fn read(file: &mut PbfFile, report: &mut Report) -> GisResult<Self> {
        let mut relations = Vec::new();
        file.scan(
            Objects::Relations,
            report,
            |e| pick_relation(&e),
            |relation| relations.push(relation),
        )?;
        dedup(
            &mut relations,
            "relation",
            |relation| relation.id,
            (file, report),
        );

        let members = way_members(&relations);
        let mut ways = Vec::new();
        file.scan(
            Objects::Ways,
            report,
            |e| pick_way(&e, &members),
            |way| ways.push(way),
        )?;
        dedup(&mut ways, "way", |way| way.id, (file, report));

        let mut places = NodePlaces::wanted(needed_nodes(&relations, &ways));
        let mut nodes = read_nodes(file, &mut places, report)?;
        dedup(&mut nodes, "node", |node| node.id, (file, report));
        Ok(Self {
            relations,
            ways,
            nodes,
            places,
        })
    }

    /// The way with an id, if it is in the file and was needed.
    pub(super) fn way(&self, id: i64) -> Option<&Way> {
        let ix = self.ways.binary_search_by_key(&id, |way| way.id).ok()?;
        self.ways.get(ix)
    }
}

/// Sorts by id and keeps the first of each.
fn dedup<T>(
    objects: &mut Vec<T>,
    what: impl fmt::Display,
    id: impl Fn(&T) -> i64,
    (file, report): (&PbfFile, &mut Report),
) {
    objects.sort_by_key(&id);
    objects.dedup_by(|second, first| {
        let is_same = id(second) == id(first);
        if is_same {
            let object = format_args!("{what} {}", id(first));
            report.warn(
                WarningCode::DuplicateObject,
                file.path(),
                object,
                "is there twice",
            );
        }
        is_same
    });
}

fn pick_relation(element: &Element<'_>) -> Option<Relation> {
    let Element::Relation(relation) = element else {
        return None;
    };
    let interest = Interest::of(relation.tags());
    if !interest.is_any_relation() {
        return None;
    }
    let members = relation.members().filter_map(|member| {
        let role = role(&member.member_type, member.role().unwrap_or_default())?;
        Some(Member {
            id: member.member_id,
            role,
        })
    });
    let (id, tags) = (relation.id(), Tags::new(relation.tags()));
    Some(Relation {
        id,
        interest,
        tags,
        members: members.collect(),
    })
}

/// Ways without a role count as outer; relations within relations are not followed.
fn role(member_type: &RelMemberType, role: &str) -> Option<Role> {
    match (member_type, role) {
        (RelMemberType::Way, "outer" | "") => Some(Role::Outer),
        (RelMemberType::Way, "inner") => Some(Role::Inner),
        (RelMemberType::Node, "admin_centre") => Some(Role::Seat),
        (RelMemberType::Node, "label") => Some(Role::Label),
        _ => None,
    }
}

fn way_members(relations: &[Relation]) -> Vec<i64> {
    let is_way = |member: &&Member| matches!(member.role, Role::Outer | Role::Inner);
    let members = relations
        .iter()
        .flat_map(|relation| relation.members.iter().filter(is_way));
    let mut ids: Vec<i64> = members.map(|member| member.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn pick_way(element: &Element<'_>, members: &[i64]) -> Option<Way> {
    let Element::Way(way) = element else {
        return None;
    };
    let interest = Interest::of(way.tags());
    if !interest.is_any_way() && members.binary_search(&way.id()).is_err() {
        return None;
    }
    let is_road = interest.line == Some(Line::Road);
    let is_used = |key: &str| {
        let is_named = matches!(key, "highway" | "waterway" | "name");
        is_named || interest.is_feature || (is_road && is_for_traffic(key))
    };
    let tags = Tags::new(way.tags().filter(|(key, _)| is_used(key)));
    Some(Way {
        id: way.id(),
        interest,
        tags,
        refs: way.refs().collect(),
    })
}

fn needed_nodes(relations: &[Relation], ways: &[Way]) -> Vec<i64> {
    let is_node = |member: &&Member| matches!(member.role, Role::Seat | Role::Label);
    let points = relations
        .iter()
        .flat_map(|relation| relation.members.iter().filter(is_node));
    let refs = ways.iter().flat_map(|way| way.refs.iter().copied());
    points.map(|member| member.id).chain(refs).collect()
}

/// A node as the pass over the nodes finds it.
struct FoundNode {
    id: i64,
    place: Option<GridPlace>,
    /// The tags, where it becomes an asset.
    tags: Option<Tags>,
}

fn pick_node(element: &Element<'_>) -> Option<FoundNode> {
    let found = |id, lon, lat, tags| FoundNode {
        id,
        place: GridPlace::from_nano(lon, lat),
        tags,
    };
    match element {
        Element::Node(node) => {
            let is_feature = Interest::of(node.tags()).is_feature;
            let tags = is_feature.then(|| Tags::new(node.tags()));
            Some(found(node.id(), node.nano_lon(), node.nano_lat(), tags))
        }
        Element::DenseNode(node) => {
            let is_feature = Interest::of(node.tags()).is_feature;
            let tags = is_feature.then(|| Tags::new(node.tags()));
            Some(found(node.id(), node.nano_lon(), node.nano_lat(), tags))
        }
        Element::Way(_) | Element::Relation(_) => None,
    }
}

/// Puts the places of needed nodes, and gives those that become assets.
fn read_nodes(
    file: &mut PbfFile,
    places: &mut NodePlaces,
    report: &mut Report,
) -> GisResult<Vec<Node>> {
    let (mut features, mut off_globe) = (Vec::new(), Vec::new());
    file.scan(
        Objects::Nodes,
        report,
        |node| pick_node(&node),
        |FoundNode { id, place, tags }| {
            let Some(place) = place else {
                if tags.is_some() || places.is_wanted(id) {
                    off_globe.push(id);
                }
                return;
            };
            places.put(id, place);
            features.extend(tags.zip(place.lon_lat()).map(|(tags, place)| Node {
                id,
                place,
                tags,
            }));
        },
    )?;
    for id in off_globe {
        let object = format_args!("node {id}");
        report.warn(
            WarningCode::PlaceOffGlobe,
            file.path(),
            object,
            "has no place on the globe",
        );
    }
    Ok(features)
}
