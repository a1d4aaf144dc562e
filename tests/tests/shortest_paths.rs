//! Fast searches on real roads give what plain Dijkstra gives, before and after a planner's edits, and
//! what a command writes down can be checked by anybody.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;
use std::sync::Arc;

use gis_data::import::embedded::{Preset, embedded_pack};
use gis_data::import::{Report, osm};
use simulator::random::{Model, Seed, Stream};
use simulator::roads::{
    Edit, Edits, HourClass, Profile, RoadMap, RoadMetric, SNAP_WITHIN_M, Side, Snap, dijkstra,
    entry,
};
use tests::HarnessResult;
use tests::needs::shared;
use tests::server::{output_of, twin};
use twin_core::Ground;

/// A hundred points make 10,000 pairs.
const POINTS: usize = 100;

/// So many edits are made at once.
const EDITS: usize = 200;

/// Of so many sources each, single ways are looked for, too.
const SINGLE: usize = 5;

fn extract(name: &str) -> HarnessResult<Option<Ground>> {
    let Some(path) = shared(name)? else {
        return Ok(None);
    };
    let mut report = Report::default();
    let pack = osm::read(&path, &osm::OsmOptions::default(), &mut report).unwrap();
    Ok(Some(pack.ground))
}

fn below(stream: &mut Stream, count: usize) -> usize {
    let drawn = stream.next_u64() % u64::try_from(count).unwrap();
    usize::try_from(drawn).unwrap()
}

/// A place beside a segment that may be usable or not.
fn a_place(stream: &mut Stream, roads: &RoadMetric) -> Option<Snap> {
    let network = roads.map().network();
    let segment = below(stream, network.segments().len());
    let on_street = network.place_of(&Snap {
        segment: u32::try_from(segment).unwrap(),
        share: stream.unit(),
        place: network.graph().node_weights().next()?.place,
        distance_m: 0.0,
        side: Side::On,
    });
    let [lon, lat] = [on_street.lon(), on_street.lat()];
    let moved = [lon, lat].map(|degrees| degrees + stream.between(-0.000_2, 0.000_2));
    roads.snap(
        twin_core::LonLat::new(moved[0], moved[1]).ok()?,
        SNAP_WITHIN_M,
    )
}

/// Compares a matrix between random points, and some single routes, with plain Dijkstra; how many
/// pairs can be reached.
fn check(roads: &RoadMetric, seed: u64) -> usize {
    let mut stream = Seed(seed).stream(Model::RoadPoints, 2);
    let snaps: Vec<_> = (0..POINTS).map(|_| a_place(&mut stream, roads)).collect();
    let (from, to) = roads.rows(&snaps, &snaps);
    let matrix = roads.metric().matrix(&from, &to);
    let mut reached = 0;
    for (row, departures) in from.iter().enumerate() {
        let costs = dijkstra(
            roads.map().turns().graph(),
            &roads.prices().arcs,
            departures,
        );
        let expected: Vec<u32> = to.iter().map(|arrivals| entry(&costs, arrivals)).collect();
        assert_eq!(matrix.row(row), expected, "row {row} of seed {seed}");
        reached += expected.iter().filter(|cost| **cost < u32::MAX).count();
        for column in (0..POINTS).step_by(POINTS / SINGLE) {
            let ends: Vec<Snap> = [row, column].iter().filter_map(|&end| snaps[end]).collect();
            let route = roads.route(&ends).filter(|_| ends.len() == 2);
            let cost = route.map_or(u32::MAX, |route| route.legs[0].cost);
            assert_eq!(cost, expected[column], "{row} to {column} of seed {seed}");
        }
    }
    reached
}

/// Closes, opens and slows random streets.
fn some_edits(roads: &RoadMap) -> Edits {
    let mut stream = Seed(3).stream(Model::RoadPoints, 3);
    let mut edits = Edits::default();
    for _ in 0..EDITS {
        let segment = below(&mut stream, roads.network().segments().len());
        let segment = u32::try_from(segment).unwrap();
        let speed_kmh = stream.between(5.0, 90.0);
        match below(&mut stream, 4) {
            0 => edits.set_both(segment, Edit::Close),
            1 => edits.set(2 * segment, Edit::Close),
            2 => edits.set_both(segment, Edit::Open { speed_kmh }),
            _ => edits.set(2 * segment + 1, Edit::Speed { speed_kmh }),
        }
    }
    edits
}

fn check_exact(ground: &Ground, profile: &str) {
    let profile = Profile::built_in(profile).unwrap();
    let map = Arc::new(RoadMap::new(ground, &profile).unwrap());
    let metric = |hour, edits: &Edits| map.metric(&profile, hour, edits).unwrap();
    let open = metric(HourClass::OffPeak, &Edits::default());
    let before = check(&open, 1);
    assert_eq!(before, POINTS * POINTS, "all points are on the main roads");
    let edited = metric(HourClass::Peak, &some_edits(&map));
    assert!(check(&edited, 2) > POINTS * POINTS / 2);
    assert_ne!(open.prices(), edited.prices());
    assert_eq!(check(&open, 1), before, "edits leave other metrics alone");
}

#[rstest::rstest]
#[case::andorra("roads/andorra-2025-01.osm.pbf", "car")]
#[case::monaco("roads/monaco-planetiler.osm.pbf", "car")]
#[case::andorra_in_a_crane_truck("roads/andorra-2025-01.osm.pbf", "truck-26t")]
#[case::monaco_on_foot("roads/monaco-planetiler.osm.pbf", "foot")]
fn ways_in_a_real_country_are_exact(
    #[case] file: &str,
    #[case] profile: &str,
) -> HarnessResult<()> {
    if let Some(ground) = extract(file)? {
        check_exact(&ground, profile);
    }
    Ok(())
}

#[test]
fn ways_in_the_embedded_territory_are_exact() {
    let pack = embedded_pack(Preset::Target2023, 1).unwrap();
    check_exact(&pack.ground, "truck-26t");
}

/// The rows of a table, without its head.
fn table(dir: &Path, name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(dir.join(name)).unwrap();
    let row = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(row).collect()
}

/// Anybody's Dijkstra: no code in common with the simulator's.
fn distances(arcs: &BTreeMap<i64, Vec<(i64, i64)>>, from: i64) -> BTreeMap<i64, i64> {
    let mut settled = BTreeMap::new();
    let mut queue = BinaryHeap::from([Reverse((0, from))]);
    while let Some(Reverse((cost, node))) = queue.pop() {
        if settled.contains_key(&node) {
            continue;
        }
        settled.insert(node, cost);
        for (head, arc) in arcs.get(&node).into_iter().flatten() {
            queue.push(Reverse((cost + arc, *head)));
        }
    }
    settled
}

/// Checks every entry of a dump by the rule that is published with it.
fn check_dump(dir: &Path) -> usize {
    let mut arcs: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    for row in table(dir, "edges.csv") {
        let [from, to, cost] = [0, 1, 2].map(|at| row[at].parse::<i64>().unwrap());
        arcs.entry(from).or_default().push((to, cost));
    }
    let mut ways: BTreeMap<(String, usize), Vec<(i64, i64)>> = BTreeMap::new();
    for row in table(dir, "points.csv") {
        let point = (row[1].clone(), row[0].parse().unwrap());
        let way = (row[2].parse().unwrap(), row[3].parse().unwrap());
        ways.entry(point).or_default().push(way);
    }
    let bytes = std::fs::read(dir.join("matrix.npy")).unwrap();
    let head = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let (entries, _) = bytes[head..].as_chunks::<4>();
    let points = entries.len().isqrt();
    assert_eq!(points * points, entries.len());
    for from in 0..points {
        let departures = &ways[&("from".to_owned(), from)];
        let costs: Vec<_> = departures
            .iter()
            .map(|(node, cost)| (*cost, distances(&arcs, *node)))
            .collect();
        for to in (0..points).filter(|to| *to != from) {
            let arrivals = &ways[&("to".to_owned(), to)];
            let sum = |(start, costs): &(i64, BTreeMap<i64, i64>), (node, end): &(i64, i64)| {
                Some(start + costs.get(node)? + end).filter(|sum| *sum >= 0)
            };
            let sums = costs
                .iter()
                .flat_map(|from| arrivals.iter().filter_map(move |to| sum(from, to)));
            let expected = sums.min().unwrap_or(i64::from(u32::MAX));
            let entry = u32::from_le_bytes(entries[from * points + to]);
            assert_eq!(i64::from(entry), expected, "{from} to {to}");
        }
    }
    points * (points - 1)
}

#[test]
fn a_dumped_matrix_can_be_checked_by_anybody() -> HarnessResult<()> {
    let Some(extract) = shared("roads/monaco-planetiler.osm.pbf")? else {
        return Ok(());
    };
    let home = tempfile::tempdir().unwrap();
    let dump = home.path().join("dump");
    let options = [
        "--points",
        "40",
        "--seed",
        "7",
        "--verify",
        "400",
        "--profile",
        "truck-26t",
        "--json",
    ];
    let mut matrix = twin(&["matrix"])?;
    matrix
        .args(options)
        .arg("--osm")
        .arg(extract)
        .arg("--dump")
        .arg(&dump);
    let output = output_of(matrix)?;
    assert!(output.status.success());
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["mismatches"], 0);
    assert!(told["verified_pairs"].as_u64().unwrap() > 300, "{told}");
    assert_eq!(check_dump(&dump), 40 * 39);
    Ok(())
}

#[test]
fn a_plain_graph_is_searched_in_its_own_numbers() -> HarnessResult<()> {
    let home = tempfile::tempdir().unwrap();
    let graph = home.path().join("ring.gr");
    let arc = |node: u32| format!("a {node} {} {}", (node + 1) % 30, node % 7);
    let ring = (0..30).map(arc).collect::<Vec<_>>().join(
        "
",
    );
    std::fs::write(
        &graph,
        format!("c a ring, one way round\n{ring}\na 5 31 9\n"),
    )
    .unwrap();
    let dump = home.path().join("dump");
    let mut matrix = twin(&["matrix", "--points", "25", "--json", "--gr"])?;
    matrix.arg(&graph).arg("--dump").arg(&dump);
    assert!(output_of(matrix)?.status.success());
    assert_eq!(check_dump(&dump), 25 * 24);

    std::fs::write(&graph, "a 0 1 5\na 1 zero 5\n").unwrap();
    let mut matrix = twin(&["matrix", "--points", "5", "--gr"])?;
    matrix.arg(&graph).env("NO_COLOR", "1");
    let output = output_of(matrix)?;
    let refused = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && refused.contains("line 2: 'a 1 zero 5' is no arc"),
        "{refused}"
    );
    Ok(())
}
