//! Turn restrictions: which turns a relation forbids, and whether its members make sense.

use std::fmt;

use twin_core::{LonLat, Road, Tags as RoadTags, TurnRestriction, Via};

use super::blocks::PbfFile;
use super::gather::{Gathered, Object, Relation, Role};
use super::interest::Interest;
use super::tags::Tags;
use crate::import::{Report, WarningCode};

/// What a restriction can say.
const KINDS: [&str; 10] = [
    "no_left_turn",
    "no_right_turn",
    "no_straight_on",
    "no_u_turn",
    "no_entry",
    "no_exit",
    "only_left_turn",
    "only_right_turn",
    "only_straight_on",
    "only_u_turn",
];

/// The most ways that a turn may go over, and the most that it may come from or go to.
const MAX_MEMBERS: usize = 20;

/// Every restriction whose members are roads that meet: `no_entry` and `no_exit` once for each
/// pair of what they forbid. The others are told and left out.
///
/// A relation that has other keys besides `restriction`, such as `restriction:hgv`, keeps all of
/// them as tags; where `restriction` itself is not among these, it concerns them only.
pub(super) fn restrictions(
    gathered: &Gathered,
    roads: &[Road],
    file: &PbfFile,
    report: &mut Report,
) -> Vec<TurnRestriction> {
    let is_one = |relation: &&Relation| relation.interest.has(Interest::RESTRICTION);
    let mut found = Vec::new();
    for relation in gathered.relations.iter().filter(is_one) {
        match read(relation, roads) {
            Ok(restrictions) => found.extend(restrictions),
            Err(fault) => {
                let object = Object::Relation(relation.id);
                report.warn(WarningCode::UnusableRestriction, file.path(), object, fault);
            }
        }
    }
    found
}

/// What is wrong with a restriction.
#[derive(Debug, PartialEq)]
enum Fault {
    Kind(Option<Box<str>>),
    Count(&'static str, usize, &'static str),
    NoRoad(Role, Object),
    Apart,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(None) => f.write_str("does not say what it forbids"),
            Self::Kind(Some(text)) => {
                write!(f, "says '{text}', expected one of {}", KINDS.join(", "))
            }
            Self::Count(role, count, expected) => {
                write!(f, "has {count} members '{role}', expected {expected}")
            }
            Self::NoRoad(role, object) => {
                let role = format!("{role:?}").to_lowercase();
                write!(f, "its member '{role}', {object}, is no road of the file")
            }
            Self::Apart => f.write_str("its members do not meet"),
        }
    }
}

fn read(relation: &Relation, roads: &[Road]) -> Result<Vec<TurnRestriction>, Fault> {
    let tags = named_tags(&relation.tags);
    let kind = kind(&tags)?;
    let from = roads_of(relation, Role::From, roads)?;
    let to = roads_of(relation, Role::To, roads)?;
    check_count("from", from.len(), kind == "no_entry")?;
    check_count("to", to.len(), kind == "no_exit")?;
    let mut found = Vec::new();
    for from in &from {
        for to in &to {
            let (via, place) = via(relation, roads, (from, to))?;
            found.push(TurnRestriction {
                id: relation.id,
                kind: kind.into(),
                from: from.id.unwrap_or_default(),
                via,
                to: to.id.unwrap_or_default(),
                tags: kept_tags(&tags),
                place,
            });
        }
    }
    Ok(found)
}

fn check_count(role: &'static str, count: usize, may_be_several: bool) -> Result<(), Fault> {
    match count {
        1 => Ok(()),
        2..=MAX_MEMBERS if may_be_several => Ok(()),
        _ if may_be_several => Err(Fault::Count(role, count, "1 to 20")),
        _ => Err(Fault::Count(role, count, "one")),
    }
}

/// The tags, with what the type says in the words of today: `type=restriction:hgv` with
/// `restriction=no_u_turn` is `restriction:hgv=no_u_turn`.
fn named_tags(tags: &Tags) -> Vec<(Box<str>, Box<str>)> {
    let class = tags
        .get("type")
        .and_then(|text| text.strip_prefix("restriction:"));
    let key = |key: &str| match class {
        Some(class) if key == "restriction" => format!("restriction:{class}").into(),
        _ => key.into(),
    };
    let others = tags.iter().filter(|(key, _)| *key != "type");
    let mut named: Vec<_> = others
        .map(|(name, value)| (key(name), value.into()))
        .collect();
    named.sort();
    named
}

/// What a restriction says: of several keys the most general one counts.
fn kind(tags: &[(Box<str>, Box<str>)]) -> Result<&'static str, Fault> {
    let words = |key: &str| key.split(':').count() + usize::from(key.ends_with("conditional"));
    let says = tags
        .iter()
        .filter(|(key, _)| key.starts_with("restriction"));
    let (_, text) = says
        .min_by_key(|(key, _)| words(key))
        .ok_or(Fault::Kind(None))?;
    let value = text.split('@').next().unwrap_or_default().trim();
    let known = KINDS.into_iter().find(|kind| *kind == value);
    known.ok_or_else(|| Fault::Kind(Some(text.clone())))
}

/// What goes into the record besides its kind: `restriction` itself only beside others.
fn kept_tags(tags: &[(Box<str>, Box<str>)]) -> RoadTags {
    let is_other = |key: &str| key.starts_with("restriction:");
    let has_others = tags.iter().any(|(key, _)| is_other(key));
    let kept = tags
        .iter()
        .filter(|(key, _)| has_others || &**key != "restriction");
    kept.cloned().collect()
}

fn roads_of<'a>(
    relation: &Relation,
    role: Role,
    roads: &'a [Road],
) -> Result<Vec<&'a Road>, Fault> {
    let members = relation.members.iter().filter(|member| member.role == role);
    let mut found = Vec::new();
    for member in members {
        let road = road(roads, member.object).ok_or(Fault::NoRoad(role, member.object))?;
        found.push(road);
    }
    found.dedup_by_key(|road| road.id);
    Ok(found)
}

fn road(roads: &[Road], object: Object) -> Option<&Road> {
    let Object::Way(id) = object else {
        return None;
    };
    let ix = roads.binary_search_by_key(&Some(id), |road| road.id).ok()?;
    roads.get(ix)
}

/// What the turn from one road to another goes over, and where that is.
fn via(
    relation: &Relation,
    roads: &[Road],
    (from, to): (&Road, &Road),
) -> Result<(Via, LonLat), Fault> {
    let members = relation
        .members
        .iter()
        .filter(|member| member.role == Role::Via);
    let members: Vec<Object> = members.map(|member| member.object).collect();
    if let [Object::Node(id)] = members[..] {
        let is_on_both = from.nodes.contains(&id) && to.nodes.contains(&id);
        let ix = from
            .nodes
            .iter()
            .position(|node| *node == id)
            .filter(|_| is_on_both);
        let place = ix.and_then(|ix| from.path.get(ix)).ok_or(Fault::Apart)?;
        return Ok((Via::Node(id), *place));
    }
    if members.is_empty() || members.len() > MAX_MEMBERS {
        return Err(Fault::Count(
            "via",
            members.len(),
            "one node, or up to 20 ways",
        ));
    }
    let found = members
        .iter()
        .map(|object| road(roads, *object).ok_or(Fault::NoRoad(Role::Via, *object)));
    let ways = in_order(from, found.collect::<Result<_, _>>()?, to).ok_or(Fault::Apart)?;
    let place = ways
        .first()
        .and_then(|way| way.path.first())
        .ok_or(Fault::Apart)?;
    Ok((
        Via::Ways(ways.iter().filter_map(|way| way.id).collect()),
        *place,
    ))
}

/// The ways in the order in which one comes through them: as given, backwards, or found by going
/// on to the first way that meets the one before, from each way that meets `from`.
fn in_order<'a>(from: &Road, mut given: Vec<&'a Road>, to: &Road) -> Option<Vec<&'a Road>> {
    let is_chain = |ways: &[&Road]| {
        let is_joined = ways.windows(2).all(|pair| meet(pair[0], pair[1]));
        let ends = ways.first().zip(ways.last());
        is_joined && ends.is_some_and(|(first, last)| meet(from, first) && meet(last, to))
    };
    if is_chain(&given) {
        return Some(given);
    }
    given.reverse();
    if is_chain(&given) {
        return Some(given);
    }
    let starts = 0..given.len();
    starts
        .map(|start| walk(&given, start))
        .find(|ways| ways.len() == given.len() && is_chain(ways))
}

fn walk<'a>(given: &[&'a Road], start: usize) -> Vec<&'a Road> {
    let mut left = given.to_vec();
    let mut ways = vec![left.remove(start)];
    while let Some(last) = ways.last()
        && let Some(next) = left.iter().position(|way| meet(last, way))
    {
        ways.push(left.remove(next));
    }
    ways
}

/// Whether two roads have a common point at an end of one of them.
fn meet(one: &Road, other: &Road) -> bool {
    let ends = |road: &Road| [road.nodes.first().copied(), road.nodes.last().copied()];
    let is_on = |end: Option<i64>, road: &Road| end.is_some_and(|end| road.nodes.contains(&end));
    ends(one).into_iter().any(|end| is_on(end, other))
        || ends(other).into_iter().any(|end| is_on(end, one))
}

#[cfg(test)]
mod tests {
    use super::super::gather::Member;
    use super::*;

    /// A road through nodes, each at its own number as its longitude.
    fn road(id: i64, nodes: &[i64]) -> Road {
        let at = |node: &i64| LonLat::new(f64::from(i32::try_from(*node).unwrap()), 47.5).unwrap();
        Road {
            id: Some(id),
            class: "residential".into(),
            name: None,
            tags: RoadTags::default(),
            nodes: nodes.to_vec(),
            path: nodes.iter().map(at).collect(),
        }
    }

    /// A crossing at node 5 of roads 1 to 4, with roads 6 and 7 in a chain from node 5 to 9.
    fn town() -> Vec<Road> {
        vec![
            road(1, &[1, 5]),
            road(2, &[5, 2]),
            road(3, &[3, 5]),
            road(6, &[5, 6]),
            road(7, &[9, 6]),
            road(8, &[9, 8]),
        ]
    }

    fn relation(tags: &[(&str, &str)], members: &[(Role, Object)]) -> Relation {
        let member = |&(role, object)| Member { object, role };
        Relation {
            id: 100,
            interest: Interest::RESTRICTION,
            tags: Tags::new(tags.iter().copied()),
            members: members.iter().map(member).collect(),
        }
    }

    const LEFT: [(Role, Object); 3] = [
        (Role::From, Object::Way(1)),
        (Role::Via, Object::Node(5)),
        (Role::To, Object::Way(2)),
    ];

    #[test]
    fn a_turn_over_a_node_lies_there() {
        let found = read(
            &relation(&[("restriction", "no_left_turn"), ("except", "bus")], &LEFT),
            &town(),
        );
        let found = found.unwrap();
        let expected = TurnRestriction {
            id: 100,
            kind: "no_left_turn".into(),
            from: 1,
            via: Via::Node(5),
            to: 2,
            tags: [("except", "bus")].into_iter().collect(),
            place: LonLat::new(5.0, 47.5).unwrap(),
        };
        assert_eq!(found, [expected]);
    }

    #[rstest::rstest]
    #[case::of_lorries(&[("restriction:hgv", "no_u_turn")], "no_u_turn", &["restriction:hgv"])]
    #[case::of_lorries_by_type(
        &[("type", "restriction:hgv"), ("restriction", "no_u_turn")], "no_u_turn", &["restriction:hgv"]
    )]
    #[case::at_times(
        &[("restriction:conditional", "no_left_turn @ (Mo-Fr 07:00-09:00)")],
        "no_left_turn", &["restriction:conditional"]
    )]
    #[case::of_all_and_of_lorries(
        &[("restriction:hgv", "no_straight_on"), ("restriction", "no_u_turn")],
        "no_u_turn", &["restriction", "restriction:hgv"]
    )]
    fn whom_it_concerns_is_kept(
        #[case] tags: &[(&str, &str)],
        #[case] kind: &str,
        #[case] keys: &[&str],
    ) {
        let found = read(&relation(tags, &LEFT), &town()).unwrap();
        let kept: Vec<&str> = found[0].tags.iter().map(|(key, _)| key).collect();
        assert_eq!((&*found[0].kind, &kept[..]), (kind, keys));
    }

    #[test]
    fn what_forbids_an_entry_forbids_it_from_everywhere() {
        let mut members = LEFT.to_vec();
        members.push((Role::From, Object::Way(3)));
        let pairs = |kind| {
            let found = read(&relation(&[("restriction", kind)], &members), &town())?;
            Ok(found.iter().map(|it| (it.from, it.to)).collect::<Vec<_>>())
        };
        assert_eq!(pairs("no_entry"), Ok(vec![(1, 2), (3, 2)]));
        assert_eq!(pairs("no_left_turn"), Err(Fault::Count("from", 2, "one")));
    }

    #[rstest::rstest]
    #[case::as_given(&[6, 7])]
    #[case::the_other_way_round(&[7, 6])]
    fn ways_in_between_are_put_in_order(#[case] given: &[i64]) {
        let mut members = vec![(Role::From, Object::Way(1)), (Role::To, Object::Way(8))];
        members.extend(given.iter().map(|id| (Role::Via, Object::Way(*id))));
        let found = read(
            &relation(&[("restriction", "no_u_turn")], &members),
            &town(),
        )
        .unwrap();
        assert_eq!(found[0].via, Via::Ways(vec![6, 7]));
    }

    #[rstest::rstest]
    #[case::says_nothing(&[], &LEFT, Fault::Kind(None))]
    #[case::says_something_else(
        &[("restriction", "no_parking")], &LEFT, Fault::Kind(Some("no_parking".into()))
    )]
    #[case::comes_from_nowhere(&[("restriction", "no_u_turn")], &LEFT[1..], Fault::Count("from", 0, "one"))]
    #[case::goes_over_nothing(
        &[("restriction", "no_u_turn")], &[LEFT[0], LEFT[2]],
        Fault::Count("via", 0, "one node, or up to 20 ways")
    )]
    #[case::comes_from_a_node(
        &[("restriction", "no_u_turn")], &[(Role::From, Object::Node(5)), LEFT[1], LEFT[2]],
        Fault::NoRoad(Role::From, Object::Node(5))
    )]
    #[case::goes_to_what_is_not_there(
        &[("restriction", "no_u_turn")], &[LEFT[0], LEFT[1], (Role::To, Object::Way(99))],
        Fault::NoRoad(Role::To, Object::Way(99))
    )]
    #[case::goes_over_another_crossing(
        &[("restriction", "no_u_turn")], &[LEFT[0], (Role::Via, Object::Node(9)), LEFT[2]], Fault::Apart
    )]
    #[case::goes_over_a_way_elsewhere(
        &[("restriction", "no_u_turn")], &[LEFT[0], (Role::Via, Object::Way(8)), LEFT[2]], Fault::Apart
    )]
    #[case::holds_itself(
        &[("restriction", "no_u_turn")], &[LEFT[0], (Role::Via, Object::Relation(100)), LEFT[2]],
        Fault::NoRoad(Role::Via, Object::Relation(100))
    )]
    fn a_restriction_that_makes_no_sense_is_told(
        #[case] tags: &[(&str, &str)],
        #[case] members: &[(Role, Object)],
        #[case] fault: Fault,
    ) {
        assert_eq!(read(&relation(tags, members), &town()), Err(fault));
    }
}
