//! Three passes over the file: relations, then ways, then nodes; only what is needed is kept. Where
//! only a part of the file is wanted, two passes before say what comes near it.

use std::fmt;

use osmpbf::{Element, RelMemberType};
use twin_core::{LonLat, LonLatBox};

use super::blocks::{Objects, PbfFile};
use super::interest::Interest;
use super::near::Near;
use super::nodes::{GridPlace, NodePlaces};
use super::tags::{Tags, Texts};
use crate::error::GisResult;
use crate::import::{Report, WarningCode};

/// Everything of a file that the pack is made from.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Boundaries, areas, turn restrictions and streets of houses, by id.
    pub(super) relations: Vec<Relation>,
    /// Lines, areas, and the rings of `relations`, by id.
    pub(super) ways: Vec<Way>,
    /// Nodes that are something by themselves, by id.
    pub(super) nodes: Vec<Node>,
    /// Where the nodes of `ways` are, and those that stand for a boundary.
    pub(super) places: NodePlaces,
}

#[derive(Debug)]
pub(super) struct Relation {
    pub(super) id: i64,
    pub(super) interest: Interest,
    pub(super) tags: Tags,
    pub(super) members: Box<[Member]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) object: Object,
    pub(super) role: Role,
}

/// Which object a member of a relation, or a feature, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Node(i64),
    Way(i64),
    Relation(i64),
}

impl Object {
    /// Its key in a layer: `osm-n123`, `osm-w123` or `osm-r123`.
    pub(super) fn key(self) -> Box<str> {
        match self {
            Self::Node(id) => format!("osm-n{id}").into(),
            Self::Way(id) => format!("osm-w{id}").into(),
            Self::Relation(id) => format!("osm-r{id}").into(),
        }
    }
}

/// As the report calls it: `way 123`.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(id) => write!(f, "node {id}"),
            Self::Way(id) => write!(f, "way {id}"),
            Self::Relation(id) => write!(f, "relation {id}"),
        }
    }
}

/// What a member is to its relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A way of an outer ring.
    Outer,
    /// A way of a hole.
    Inner,
    /// A way of a ring that is not told to be either.
    Ring,
    /// A node: the seat of the administration.
    Seat,
    /// A node: where the name is written.
    Label,
    /// What one turns from.
    From,
    /// What one turns over.
    Via,
    /// What one turns to.
    To,
    /// A house of a street.
    House,
    /// The street of the houses.
    Street,
}

#[derive(Debug)]
pub(super) struct Way {
    pub(super) id: i64,
    pub(super) interest: Interest,
    pub(super) tags: Tags,
    pub(super) refs: Box<[i64]>,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: i64,
    pub(super) interest: Interest,
    pub(super) place: LonLat,
    pub(super) tags: Tags,
}

impl Gathered {
    /// Reads a file, or of it what comes into a box.
    pub(super) fn read(
        file: &mut PbfFile,
        within: Option<LonLatBox>,
        report: &mut Report,
    ) -> GisResult<Self> {
        let near = match within {
            Some(within) => Some(Near::find(file, within, report)?),
            None => None,
        };
        let is_near = |object| near.as_ref().is_none_or(|near| near.holds(object));
        let (mut relations, mut texts) = (Vec::new(), Texts::default());
        file.scan(
            Objects::Relations,
            report,
            |e| pick_relation(&e).filter(|it| near.is_none() || it.has_any(is_near)),
            |relation| {
                let tags = texts.share(relation.tags);
                relations.push(Relation { tags, ..relation });
            },
        )?;
        let id = |relation: &Relation| Object::Relation(relation.id);
        dedup(&mut relations, id, (file, report));

        let members = rings(&relations);
        let mut ways = Vec::new();
        file.scan(
            Objects::Ways,
            report,
            |e| pick_way(&e, &members).filter(|way| way.is_kept(&members, is_near)),
            |way| {
                let tags = texts.share(way.tags);
                ways.push(Way { tags, ..way });
            },
        )?;
        dedup(&mut ways, |way| Object::Way(way.id), (file, report));

        let mut places = NodePlaces::wanted(needed_nodes(&relations, &ways));
        let mut nodes = read_nodes(file, (&mut places, is_near), &mut texts, report)?;
        dedup(&mut nodes, |node| Object::Node(node.id), (file, report));
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

impl Relation {
    fn has_any(&self, is_near: impl Fn(Object) -> bool) -> bool {
        self.members.iter().any(|member| is_near(member.object))
    }
}

impl Way {
    /// The rings of a relation are kept whole.
    fn is_kept(&self, members: &[i64], is_near: impl Fn(Object) -> bool) -> bool {
        is_near(Object::Way(self.id)) || members.binary_search(&self.id).is_ok()
    }
}

/// Sorts by id and keeps the first of each.
fn dedup<T>(
    objects: &mut Vec<T>,
    id: impl Fn(&T) -> Object,
    (file, report): (&PbfFile, &mut Report),
) {
    objects.sort_by_key(&id);
    objects.dedup_by(|second, first| {
        let is_same = id(second) == id(first);
        if is_same {
            let code = WarningCode::DuplicateObject;
            report.warn(code, file.path(), id(first), "is there twice");
        }
        is_same
    });
    objects.shrink_to_fit();
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
        let object = match member.member_type {
            RelMemberType::Node => Object::Node(member.member_id),
            RelMemberType::Way => Object::Way(member.member_id),
            RelMemberType::Relation => Object::Relation(member.member_id),
        };
        let role = role(interest, object, member.role().unwrap_or_default())?;
        Some(Member { object, role })
    });
    Some(Relation {
        id: relation.id(),
        interest,
        tags: Tags::needed(interest, relation.tags()),
        members: members.collect(),
    })
}

/// Relations within relations are not followed.
fn role(interest: Interest, object: Object, role: &str) -> Option<Role> {
    if interest.has(Interest::RESTRICTION) {
        return match role {
            "from" => Some(Role::From),
            "via" => Some(Role::Via),
            "to" => Some(Role::To),
            _ => None,
        };
    }
    match (object, role) {
        (Object::Way(_), "street") if interest.has(Interest::STREET) => Some(Role::Street),
        (_, "house" | "addr:houselink" | "address") if interest.has(Interest::STREET) => {
            Some(Role::House)
        }
        _ if !interest.has_rings() => None,
        (Object::Way(_), "outer") => Some(Role::Outer),
        (Object::Way(_), "inner") => Some(Role::Inner),
        (Object::Way(_), "") => Some(Role::Ring),
        (Object::Node(_), "admin_centre") => Some(Role::Seat),
        (Object::Node(_), "label") => Some(Role::Label),
        _ => None,
    }
}

/// The ids of all ways that are a part of a ring, in order.
fn rings(relations: &[Relation]) -> Vec<i64> {
    let members = relations.iter().flat_map(|relation| &relation.members);
    let ways = members.filter_map(|member| match (member.object, member.role) {
        (Object::Way(id), Role::Outer | Role::Inner | Role::Ring) => Some(id),
        _ => None,
    });
    let mut ids: Vec<i64> = ways.collect();
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
    Some(Way {
        id: way.id(),
        interest,
        tags: Tags::needed(interest, way.tags()),
        refs: way.refs().collect(),
    })
}

fn needed_nodes(relations: &[Relation], ways: &[Way]) -> Vec<i64> {
    let members = relations.iter().flat_map(|relation| &relation.members);
    let points = members.filter_map(|member| match (member.object, member.role) {
        (Object::Node(id), Role::Seat | Role::Label) => Some(id),
        _ => None,
    });
    let refs = ways.iter().flat_map(|way| way.refs.iter().copied());
    points.chain(refs).collect()
}

/// A node as the pass over the nodes finds it.
struct FoundNode {
    id: i64,
    place: Option<GridPlace>,
    /// What it is kept for by itself, and the tags that this needs.
    kept: Option<(Interest, Tags)>,
}

fn pick_node(element: &Element<'_>) -> Option<FoundNode> {
    match element {
        Element::Node(node) => Some(FoundNode {
            id: node.id(),
            place: GridPlace::from_nano(node.nano_lon(), node.nano_lat()),
            kept: kept(|| node.tags()),
        }),
        Element::DenseNode(node) => Some(FoundNode {
            id: node.id(),
            place: GridPlace::from_nano(node.nano_lon(), node.nano_lat()),
            kept: kept(|| node.tags()),
        }),
        Element::Way(_) | Element::Relation(_) => None,
    }
}

fn kept<'a, I>(tags: impl Fn() -> I) -> Option<(Interest, Tags)>
where
    I: Iterator<Item = (&'a str, &'a str)>,
{
    let interest = Interest::of(tags()).of_node();
    let is_kept = interest != Interest::default();
    is_kept.then(|| (interest, Tags::needed(interest, tags())))
}

/// Puts the places of needed nodes, and gives those that are something by themselves: of those
/// that only traffic heeds, the ones that some way goes through.
fn read_nodes(
    file: &mut PbfFile,
    (places, is_near): (&mut NodePlaces, impl Fn(Object) -> bool),
    texts: &mut Texts,
    report: &mut Report,
) -> GisResult<Vec<Node>> {
    let (mut nodes, mut off_globe) = (Vec::new(), Vec::new());
    file.scan(
        Objects::Nodes,
        report,
        |node| pick_node(&node),
        |FoundNode { id, place, kept }| {
            let kept = kept.filter(|_| is_near(Object::Node(id)));
            let Some(place) = place else {
                if kept.is_some() || places.is_wanted(id) {
                    off_globe.push(id);
                }
                return;
            };
            let is_wanted = places.put(id, place);
            let kept = kept.filter(|(interest, _)| is_wanted || *interest != Interest::TRAFFIC);
            nodes.extend(
                kept.zip(place.lon_lat())
                    .map(|((interest, tags), place)| Node {
                        id,
                        interest,
                        place,
                        tags: texts.share(tags),
                    }),
            );
        },
    )?;
    for id in off_globe {
        let message = "has no place on the globe";
        report.warn(
            WarningCode::PlaceOffGlobe,
            file.path(),
            Object::Node(id),
            message,
        );
    }
    Ok(nodes)
}
