//! The fibre network: a tree with the published figures, the same at every date.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use gis_data::import::embedded::{EmbeddedOptions, Preset, TerritoryFacts, pack_from};
use gis_data::pack::Pack;
use rstest::rstest;
use twin_core::{
    Asset, AssetId, FibreNode, FibreNodeType, FibreZone, LonLat, Premises, PremisesState,
    Timestamp, is_eligible,
};

use crate::TARGET;

static OCTOBER_2021: LazyLock<Pack> = LazyLock::new(|| pack_at("2021-10-31"));
static END_OF_2021: LazyLock<Pack> = LazyLock::new(|| pack_at("2021-12-31"));

fn pack_at(day: &str) -> Pack {
    let options = EmbeddedOptions {
        preset: Preset::Target2023,
        seed: 1,
        date: Some(midnight(day)),
    };
    pack_from(&TerritoryFacts::embedded().unwrap(), &options).unwrap()
}

/// Midnight UTC at the beginning of a day.
fn midnight(day: &str) -> Timestamp {
    format!("{day}T00:00:00Z").parse().unwrap()
}

/// The network of a pack, by key.
struct Tree<'a> {
    nodes: BTreeMap<&'a str, &'a Asset<FibreNode>>,
    above: BTreeMap<&'a str, &'a str>,
}

impl<'a> Tree<'a> {
    fn of(pack: &'a Pack) -> Self {
        let nodes = pack.layers.fibre_nodes.iter();
        let links = pack.layers.fibre_links.iter().map(|link| &link.detail);
        Self {
            nodes: nodes.map(|node| (&*node.key, node)).collect(),
            above: links.map(|link| (link.to.key(), link.from.key())).collect(),
        }
    }

    /// The node of a type that one node hangs on, directly or not.
    fn up_to(&self, node_type: FibreNodeType, from: &'a str) -> &'a Asset<FibreNode> {
        let mut key = from;
        while self.nodes[key].detail.node_type != node_type {
            key = self.above[key];
        }
        self.nodes[key]
    }

    fn is_eligible(&self, premises: &'a Premises, at: Timestamp) -> bool {
        let node = premises.node.as_ref().map(AssetId::key).unwrap();
        let pm = &self.up_to(FibreNodeType::Pm, node).detail;
        is_eligible(premises.state, Some(pm), at)
    }
}

/// The percentage of lines that are eligible, by the published rule, among those that are counted.
fn coverage(pack: &Pack, day: &str, is_counted: impl Fn(&Premises) -> bool) -> f64 {
    let tree = Tree::of(pack);
    let counted = pack
        .ground
        .premises
        .iter()
        .filter(|premises| is_counted(premises));
    let (mut eligible, mut all) = (0_u32, 0_u32);
    for premises in counted {
        all += premises.lines;
        if tree.is_eligible(premises, midnight(day)) {
            eligible += premises.lines;
        }
    }
    assert!(all > 0, "nothing is counted");
    100.0 * f64::from(eligible) / f64::from(all)
}

/// The codes of the communes of a zone, by name.
fn codes(zone: FibreZone) -> BTreeMap<&'static str, &'static str> {
    let communes = TARGET.layers.communes.iter();
    let communes = communes.filter(|commune| commune.fibre_zone == Some(zone));
    communes
        .map(|commune| (&*commune.name, &*commune.code))
        .collect()
}

fn is_in(premises: &Premises, codes: &BTreeMap<&str, &str>) -> bool {
    codes
        .values()
        .any(|code| premises.commune.as_deref() == Some(code))
}

#[test]
fn the_zone_has_the_published_coverage_of_october_2021() {
    let amii = codes(FibreZone::Amii);
    assert_eq!(amii.len(), 29);
    let share = coverage(&OCTOBER_2021, "2021-10-31", |premises| {
        is_in(premises, &amii)
    });
    assert!((share - 86.7).abs() <= 0.05, "{share}");
}

#[rstest]
#[case::allenjoie("Allenjoie", 98.0)]
#[case::courcelles("Courcelles-lès-Montbéliard", 97.0)]
#[case::nommay("Nommay", 96.0)]
#[case::montbeliard("Montbéliard", 90.0)]
fn communes_have_the_published_coverage_of_october_2021(
    #[case] commune: &str,
    #[case] expected: f64,
) {
    let code = codes(FibreZone::Amii)[commune];
    let share = coverage(&OCTOBER_2021, "2021-10-31", |premises| {
        premises.commune.as_deref() == Some(code)
    });
    assert!((share - expected).abs() <= 0.5, "{share}");
}

/// Whether a place lies to the left of the nearest piece of a river, looking downstream.
fn is_on_the_left(place: LonLat, river: &[LonLat]) -> bool {
    let scale = place.lat().to_radians().cos();
    let flat = |at: LonLat| [(at.lon() - place.lon()) * scale, at.lat() - place.lat()];
    let apart = |pair: &&[LonLat]| {
        let [a, b] = [flat(pair[0]), flat(pair[1])];
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let share = -(a[0] * dx + a[1] * dy) / (dx * dx + dy * dy);
        let share = share.clamp(0.0, 1.0);
        (a[0] + share * dx).hypot(a[1] + share * dy)
    };
    let pairs = river.windows(2);
    let nearest = pairs.min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap();
    let [a, b] = [flat(nearest[0]), flat(nearest[1])];
    (b[0] - a[0]) * -a[1] - (b[1] - a[1]) * -a[0] > 0.0
}

#[test]
fn three_communes_of_the_public_network_are_open_at_the_end_of_2021() {
    let rip = codes(FibreZone::Rip);
    let mut doubs = END_OF_2021.ground.waterways.iter();
    let doubs = doubs
        .find(|river| river.name.as_deref() == Some("Doubs"))
        .unwrap();
    let pont_de_roide = rip["Pont-de-Roide-Vermondans"];
    let named = ["Solemont", "Neuchâtel-Urtière"].map(|name| rip[name]);
    let is_named = |premises: &Premises| {
        let commune = premises.commune.as_deref().unwrap();
        let is_left = || is_on_the_left(premises.place, &doubs.path);
        named.contains(&commune) || (commune == pont_de_roide && is_left())
    };
    let day = "2021-12-31";
    let open = coverage(&END_OF_2021, day, is_named);
    assert!(open > 97.0, "{open}");
    let others = coverage(&END_OF_2021, day, |p| is_in(p, &rip) && !is_named(p));
    assert!(others < 1.0, "{others}");
}

#[rstest]
#[case::amii_in_september_2022(FibreZone::Amii, "2022-09-30")]
#[case::rip_at_the_end_of_2022(FibreZone::Rip, "2022-12-31")]
fn zones_are_complete_when_it_was_announced(#[case] zone: FibreZone, #[case] day: &str) {
    let codes = codes(zone);
    let share = coverage(&pack_at(day), day, |premises| is_in(premises, &codes));
    assert!((97.0..100.0).contains(&share), "{share}");
}

#[test]
fn today_nearly_everybody_can_subscribe_and_some_only_on_demand() {
    for commune in &TARGET.layers.communes {
        let share = coverage(&TARGET, "2026-01-01", |premises| {
            premises.commune.as_deref() == Some(&*commune.code)
        });
        assert!((96.0..=100.0).contains(&share), "{}: {share}", commune.name);
    }
    let all = coverage(&TARGET, "2026-01-01", |_| true);
    assert!((97.0..100.0).contains(&all), "{all}");
    let states: BTreeSet<PremisesState> = TARGET
        .ground
        .premises
        .iter()
        .map(|premises| premises.state)
        .collect();
    for state in [
        PremisesState::Deployed,
        PremisesState::OnDemand,
        PremisesState::Target,
    ] {
        assert!(states.contains(&state), "{state}");
    }
}

#[test]
fn the_tree_is_the_same_at_every_date_and_no_step_is_taken_back() {
    let (before, after) = (&*OCTOBER_2021, &*TARGET);
    assert_eq!(before.layers.fibre_nodes, after.layers.fibre_nodes);
    assert_eq!(before.layers.fibre_links, after.layers.fibre_links);
    let days = [
        "2017-03-01",
        "2019-06-30",
        "2021-10-31",
        "2021-12-31",
        "2022-08-15",
    ];
    let mut packs: Vec<Pack> = days.map(pack_at).into();
    packs.push(pack_at("2030-01-01"));
    for pair in packs.windows(2) {
        let both = pair[0].ground.premises.iter().zip(&pair[1].ground.premises);
        for (early, late) in both {
            assert!(
                early.state <= late.state && early.since <= late.since,
                "{early:?} {late:?}"
            );
            let told = |p: &Premises| (p.key.clone(), p.node.clone(), p.lines, p.place);
            assert_eq!(told(early), told(late));
        }
    }
    assert_eq!(packs[5].ground.premises, after.ground.premises);
}

#[test]
fn every_node_hangs_on_an_exchange_that_reaches_it() {
    let tree = Tree::of(&TARGET);
    let links = &TARGET.layers.fibre_links;
    assert_eq!(tree.above.len(), links.len(), "no node hangs on two");
    let exchanges = tree
        .nodes
        .values()
        .filter(|n| n.detail.node_type == FibreNodeType::Nro);
    assert_eq!(exchanges.count() + links.len(), tree.nodes.len());
    let length = |path: &[LonLat]| -> f64 {
        path.windows(2)
            .map(|pair| pair[0].distance(pair[1]).get())
            .sum()
    };
    let lengths: BTreeMap<&str, f64> = links
        .iter()
        .map(|link| (link.detail.to.key(), length(&link.detail.path)))
        .collect();
    for (key, node) in &tree.nodes {
        let mut reach_m = 0.0;
        let mut at = *key;
        let mut steps = 0;
        while let Some(above) = tree.above.get(at) {
            reach_m += lengths[at];
            at = above;
            steps += 1;
            assert!(steps < tree.nodes.len(), "{key} hangs on itself");
        }
        assert_eq!(tree.nodes[at].detail.node_type, FibreNodeType::Nro, "{key}");
        assert!(reach_m < 20_000.0, "{key} is {reach_m} m from {at}");
        assert!(
            node.detail.deployed_at <= node.detail.open_from || node.detail.open_from.is_none()
        );
    }
    for link in links {
        let ends = [&link.detail.from, &link.detail.to].map(|id| tree.nodes[id.key()].place);
        let path = &link.detail.path;
        assert_eq!([path[0], path[path.len() - 1]], ends, "{}", link.key);
    }
}

#[test]
fn nodes_have_as_many_lines_as_the_rules_of_the_trade_say() {
    let tree = Tree::of(&TARGET);
    let mut counted: BTreeMap<&str, u32> = BTreeMap::new();
    for premises in &TARGET.ground.premises {
        let own = premises.node.as_ref().unwrap().key();
        *counted.entry(own).or_default() += premises.lines;
        for node_type in [FibreNodeType::Pm, FibreNodeType::Nro] {
            let hub = tree.up_to(node_type, own);
            *counted.entry(&hub.key).or_default() += premises.lines;
        }
    }
    let (mut small, mut boxes) = (0, 0);
    for (key, node) in &tree.nodes {
        let lines = node.detail.premises;
        assert_eq!(counted[key], lines, "{key}");
        match node.detail.node_type {
            FibreNodeType::Pbo => {
                assert!((1..=12).contains(&lines), "{key}: {lines}");
                boxes += 1;
                small += u32::from(lines < 4);
            }
            FibreNodeType::Pm => assert!((300..=1000).contains(&lines), "{key}: {lines}"),
            FibreNodeType::Nro => assert!(lines > 1000, "{key}: {lines}"),
        }
    }
    println!("{small} of {boxes} branching points have fewer than four lines");
    assert!(small * 4 < boxes, "{small} of {boxes}");
}

#[test]
fn there_are_as_many_premises_as_the_communes_have_dwellings() {
    let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
    for premises in &TARGET.ground.premises {
        *lines
            .entry(premises.commune.as_deref().unwrap())
            .or_default() += premises.lines;
    }
    let total: u32 = lines.values().sum();
    assert!((72_000..=75_000).contains(&total), "{total}");
    for commune in &TARGET.layers.communes {
        let persons = f64::from(commune.population.unwrap());
        let ratio = persons / f64::from(lines[&*commune.code]);
        assert!((1.75..2.2).contains(&ratio), "{}: {ratio}", commune.name);
    }
}
