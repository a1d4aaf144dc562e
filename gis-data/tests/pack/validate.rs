//! Each thing that can be wrong with a pack is found, and nothing else.

use std::fs;
use std::path::Path;

use geo_types::{MultiPolygon, polygon};
use gis_data::crs::planar_crs;
use gis_data::import::embedded::{Preset, embedded_pack};
use gis_data::pack::{self, IfPresent, LayerInfo, Pack};
use gis_data::validate::{FindingCode as Code, Findings, Severity, validate, validate_pack};
use proptest::prelude::*;
use twin_core::{
    Building, DevEui, Inventory, Litres, Metres, Premises, PremisesState, RoadNode, Span, Terrain,
    TerrainGrid, Timestamp, TurnRestriction, Via,
};

use crate::samples::{self, place};

/// The sample pack, with an outline around everything and the area that the outline has.
fn sound() -> Pack {
    let mut pack = samples::pack();
    let commune = &mut pack.layers.communes[0];
    let square =
        polygon![(x: 6.7, y: 47.4), (x: 6.9, y: 47.4), (x: 6.9, y: 47.6), (x: 6.7, y: 47.6)];
    commune.outline = MultiPolygon(vec![square]);
    commune.area = None;
    pack
}

fn codes(findings: &Findings) -> Vec<Code> {
    findings.counts().map(|(code, _)| code).collect()
}

fn all(findings: &Findings) -> Vec<String> {
    let rows = findings.findings();
    rows.map(|it| format!("{}: {}: {}", it.code.name(), it.place, it.message))
        .collect()
}

fn tag_road(pack: &mut Pack, id: i64, nodes: &[i64]) {
    let road = &mut pack.ground.roads[0];
    (road.id, road.nodes) = (Some(id), nodes.to_vec());
}

fn turn(from: i64, via: Via, to: i64) -> TurnRestriction {
    TurnRestriction {
        id: 1,
        kind: "no_left_turn".into(),
        from,
        via,
        to,
        tags: samples::no_tags(),
        place: place(6.8, 47.52),
    }
}

fn premises(key: &str, commune: &str, node: &str) -> Premises {
    Premises {
        key: key.into(),
        commune: Some(commune.into()),
        label: None,
        lines: 1,
        state: PremisesState::Deployed,
        since: None,
        node: Some(node.parse().unwrap()),
        place: place(6.8, 47.52),
    }
}

fn building(key: &str, height_m: f64) -> Building {
    Building {
        key: key.into(),
        class: "house".into(),
        name: None,
        height: Metres::new(height_m).ok(),
        min_height: None,
        levels: None,
        roof_shape: None,
        is_part: false,
        outline: MultiPolygon(vec![
            polygon![(x: 6.8, y: 47.5), (x: 6.81, y: 47.5), (x: 6.81, y: 47.51)],
        ]),
    }
}

fn terrain(west: f64, filled: usize, height: f32) -> Terrain {
    let grid = TerrainGrid {
        north_west: place(west, 47.7),
        lon_step: 0.2,
        lat_step: 0.2,
        columns: 3,
        rows: 3,
    };
    let is_filled = (0..9).map(|post| post < filled).collect();
    Terrain::new(grid, vec![height; 9], is_filled).unwrap()
}

#[test]
fn a_sound_pack_has_no_findings() {
    let findings = validate_pack(&sound());
    assert_eq!(all(&findings), Vec::<String>::new());
}

#[rstest::rstest]
#[case::crs(Code::UnknownCrs, |pack: &mut Pack| pack.manifest.crs = "EPSG:9".into())]
#[case::geographic_crs(Code::UnknownCrs, |pack: &mut Pack| pack.manifest.crs = "EPSG:4326".into())]
#[case::no_title(Code::NoProvenance, |pack: &mut Pack| pack.manifest.title = " ".into())]
#[case::no_licence(Code::NoProvenance, |pack: &mut Pack| {
    pack.manifest.layers.get_mut("sites").unwrap().licence.clear();
})]
#[case::simulated(Code::UntoldSynthetic, |pack: &mut Pack| {
    pack.manifest.layers.get_mut("sensors").unwrap().synthetic = false;
})]
#[case::key(Code::InvalidKey, |pack: &mut Pack| pack.layers.depots.push({
    let mut depot = pack.layers.depots[0].clone();
    depot.key = "a b".into();
    depot
}))]
#[case::key_twice(Code::DuplicateKey, |pack: &mut Pack| {
    let depot = pack.layers.depots[0].clone();
    pack.layers.depots.push(depot);
})]
#[case::building_twice(Code::DuplicateKey, |pack: &mut Pack| {
    pack.ground.buildings = vec![building("b", 9.0), building("b", 9.0)];
})]
#[case::device_twice(Code::DuplicateDevice, |pack: &mut Pack| {
    let mut sensor = pack.layers.sensors[0].clone();
    sensor.key = "s-2".into();
    sensor.detail.container = "container/25388-0002-1".parse().unwrap();
    pack.layers.sensors.push(sensor);
})]
#[case::second_sensor(Code::SecondSensor, |pack: &mut Pack| {
    let mut sensor = pack.layers.sensors[0].clone();
    sensor.key = "s-2".into();
    sensor.detail.dev_eui = DevEui(1);
    pack.layers.sensors.push(sensor);
})]
#[case::container_without_site(Code::DanglingReference, |pack: &mut Pack| {
    pack.layers.sites.remove(1);
})]
#[case::sensor_without_container(Code::DanglingReference, |pack: &mut Pack| {
    pack.layers.containers.remove(1);
})]
#[case::link_without_node(Code::DanglingReference, |pack: &mut Pack| {
    pack.layers.fibre_nodes.pop();
})]
#[case::vehicle_without_depot(Code::DanglingReference, |pack: &mut Pack| {
    pack.layers.depots.clear();
})]
#[case::premises_without_node(Code::DanglingReference, |pack: &mut Pack| {
    pack.ground.premises = vec![premises("p", "25388", "fibre-node/n-9")];
})]
#[case::premises_elsewhere(Code::UnknownCommune, |pack: &mut Pack| {
    pack.ground.premises = vec![premises("p", "99999", "fibre-node/n-1")];
})]
#[case::restriction(Code::DanglingRestriction, |pack: &mut Pack| {
    tag_road(pack, 7, &[1, 2]);
    pack.ground.turn_restrictions = vec![turn(7, Via::Node(1), 8)];
})]
#[case::restriction_over(Code::DanglingRestriction, |pack: &mut Pack| {
    tag_road(pack, 7, &[1, 2]);
    pack.ground.turn_restrictions = vec![turn(7, Via::Ways(vec![9]), 7)];
})]
#[case::uneven_road(Code::UnevenRoad, |pack: &mut Pack| tag_road(pack, 7, &[1, 2, 3]))]
#[case::stray_node(Code::StrayRoadNode, |pack: &mut Pack| {
    tag_road(pack, 7, &[1, 2]);
    let (id, place, tags) = (3, place(6.8, 47.52), samples::no_tags());
    pack.ground.road_nodes = vec![RoadNode { id, place, tags }];
})]
#[case::outside(Code::OutsideOutlines, |pack: &mut Pack| {
    pack.layers.addresses[0].place = place(7.5, 47.5);
})]
#[case::outside_of_the_plane(Code::OutsideCrs, |pack: &mut Pack| {
    pack.layers.addresses[0].place = place(100.0, -80.0);
})]
#[case::bow_tie(Code::SelfIntersection, |pack: &mut Pack| {
    let tie = polygon![(x: 6.7, y: 47.4), (x: 6.9, y: 47.4), (x: 6.9, y: 47.6), (x: 6.7, y: 47.6),
                       (x: 6.75, y: 47.3)];
    pack.layers.communes[0].outline = MultiPolygon(vec![tie]);
})]
#[case::overlap(Code::OverlappingOutlines, |pack: &mut Pack| {
    let mut other = pack.layers.communes[0].clone();
    other.code = "25031".into();
    pack.layers.communes.push(other);
})]
#[case::center(Code::CenterOutside, |pack: &mut Pack| {
    pack.layers.communes[0].center = place(6.6, 47.5);
})]
#[case::area(Code::OtherArea, |pack: &mut Pack| {
    pack.layers.communes[0].area = samples::commune_area();
})]
#[case::never_member(Code::NeverMember, |pack: &mut Pack| {
    pack.layers.communes[0].member_until = Some(Timestamp::from_secs(0));
})]
#[case::codec(Code::UnknownCodec, |pack: &mut Pack| {
    pack.layers.sensors[0].detail.codec = "telepathy".into();
})]
#[case::volume(Code::OutOfRange, |pack: &mut Pack| {
    pack.layers.containers[0].detail.volume = Litres::new(4_000_000.0).ok();
})]
#[case::interval(Code::OutOfRange, |pack: &mut Pack| {
    pack.layers.sensors[0].detail.expected_interval = Span::from_millis(0);
})]
#[case::height(Code::OutOfRange, |pack: &mut Pack| {
    pack.ground.buildings = vec![building("b", 9000.0)];
})]
#[case::altitude(Code::OutOfRange, |pack: &mut Pack| {
    pack.ground.terrain = Some(terrain(6.6, 0, -32768.0));
})]
#[case::small_terrain(Code::TerrainTooSmall, |pack: &mut Pack| {
    pack.ground.terrain = Some(terrain(6.8, 0, 300.0));
})]
#[case::filled_terrain(Code::TerrainFilled, |pack: &mut Pack| {
    pack.ground.terrain = Some(terrain(6.6, 3, 300.0));
})]
#[case::no_commune(Code::NoCommune, |pack: &mut Pack| pack.layers.communes.clear())]
fn one_fault_is_one_finding(#[case] code: Code, #[case] spoil: fn(&mut Pack)) {
    let mut pack = sound();
    spoil(&mut pack);
    let findings = validate_pack(&pack);
    assert_eq!(codes(&findings), [code], "{:#?}", all(&findings));
}

/// The pack in a folder, spoilt there.
fn in_folder(pack: &Pack, spoil: impl Fn(&Path)) -> Findings {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    pack::write(&dir, pack, IfPresent::Refuse).unwrap();
    spoil(&dir);
    validate(&dir)
}

#[rstest::rstest]
#[case::no_manifest(Code::UnreadableManifest, |dir: &Path| fs::remove_file(dir.join("pack.toml")).unwrap())]
#[case::no_text(Code::UnreadableManifest, |dir: &Path| fs::write(dir.join("pack.toml"), b"\xff").unwrap())]
#[case::later_version(Code::UnknownVersion, |dir: &Path| {
    let text = fs::read_to_string(dir.join("pack.toml")).unwrap();
    fs::write(dir.join("pack.toml"), text.replace("version = 1", "version = 2")).unwrap();
})]
#[case::missing(Code::MissingLayer, |dir: &Path| fs::remove_file(dir.join("water.fgb")).unwrap())]
#[case::unlisted(Code::UnlistedLayer, |dir: &Path| {
    fs::copy(dir.join("water.fgb"), dir.join("premises.fgb")).map(drop).unwrap();
})]
#[case::stray(Code::StrayFile, |dir: &Path| fs::write(dir.join("notes.txt"), "?").unwrap())]
fn a_fault_of_the_folder_is_one_finding(#[case] code: Code, #[case] spoil: fn(&Path)) {
    let findings = in_folder(&sound(), spoil);
    assert_eq!(codes(&findings), [code], "{:#?}", all(&findings));
}

#[test]
fn an_unknown_layer_is_found_beside_the_others() {
    let findings = in_folder(&sound(), |dir| {
        let file = dir.join("pack.toml");
        let more = "\n[layers.satellites]\nsource = \"x\"\nlicence = \"x\"\nvintage = \"x\"\nsynthetic = true\n";
        let text = fs::read_to_string(&file).unwrap() + more;
        fs::write(&file, text).unwrap();
    });
    assert_eq!(
        codes(&findings),
        [Code::UnknownLayer],
        "{:#?}",
        all(&findings)
    );
}

/// Everything that the sample can hold, the ground and a terrain too.
fn full() -> Pack {
    let mut pack = sound();
    tag_road(&mut pack, 7, &[1, 2]);
    pack.ground.turn_restrictions = vec![turn(7, Via::Node(2), 7)];
    pack.ground.premises = vec![premises("p", "25388", "fibre-node/n-1")];
    pack.ground.buildings = vec![building("b", 9.0)];
    pack.ground.terrain = Some(terrain(6.6, 0, 300.0));
    let info: LayerInfo = pack.manifest.layers["sites"].clone();
    for layer in ["turn_restrictions", "premises", "buildings", "terrain"] {
        pack.manifest.layers.insert(layer.to_owned(), info.clone());
    }
    pack
}

#[test]
fn a_pack_of_everything_has_no_findings() {
    let findings = in_folder(&full(), |_| {});
    assert_eq!(all(&findings), Vec::<String>::new());
}

#[test]
fn each_file_that_is_cut_is_named() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("pack");
    pack::write(&dir, &full(), IfPresent::Refuse).unwrap();
    let entries = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: Vec<_> = entries.collect();
    assert!(files.len() > 15);
    for file in files {
        let whole = fs::read(&file).unwrap();
        fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        let findings = validate(&dir);
        fs::write(&file, &whole).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let is_named = |finding: &gis_data::validate::Finding| {
            let is_error = finding.code.severity() == Severity::Error;
            is_error && (*finding.place == *name || finding.message.contains(&name))
        };
        assert!(
            findings.findings().any(is_named),
            "{name}: {:#?}",
            all(&findings)
        );
    }
    assert_eq!(all(&validate(&dir)), Vec::<String>::new());
}

#[test]
fn the_embedded_territory_has_no_errors() {
    for preset in Preset::ALL {
        let pack = embedded_pack(preset, 3).unwrap();
        let findings = validate_pack(&pack);
        assert_eq!(findings.total(Severity::Error), 0, "{:#?}", all(&findings));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_anywhere_is_told_or_harmless_and_what_passes_can_be_served(
        which in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("pack");
        pack::write(&dir, &full(), IfPresent::Refuse).unwrap();
        let entries = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries.collect();
        files.sort();
        let file = which.get(&files);
        let mut bytes = fs::read(file).unwrap();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        fs::write(file, &bytes).unwrap();
        let findings = validate(&dir);
        if findings.total(Severity::Error) == 0 {
            let pack = pack::read(&dir).unwrap();
            let crs = planar_crs(&pack.manifest.crs).unwrap();
            prop_assert!(Inventory::new(pack.layers, crs).is_ok());
        }
    }
}
