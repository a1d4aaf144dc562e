//! Deciding and evolving: numbers without a gap, replay, duplicates, status, restricted fields.

use std::sync::Arc;

use proptest::prelude::*;
use twin_core::{
    Action, Asset, AssetId, AssetKind, Camera, CameraAiming, CameraMount, CameraType, Change,
    Channel, Command, Container, ContainerType, Degrees, DevEui, Effect, HealthRules, Input,
    Inventory, Layers, LonLat, Mounting, Observation, OperatorAccess, Phenomenon, Quality, Reading,
    Record, Refusal, Report, Restricted, Sensor, SensorStatus, Sighting, Site, SiteType, Span,
    Stream, Tick, Timestamp, Twin, Uplink, Witness, decide, evolve,
};

use crate::lambert93::Lambert93;

const SENSORS: usize = 5;

pub(crate) fn id(kind: AssetKind, n: usize) -> AssetId {
    AssetId::new(kind, &format!("a{n}")).unwrap()
}

fn place(n: usize) -> LonLat {
    LonLat::new(6.7 + 0.01 * n as f64, 47.5).unwrap()
}

fn asset<T>(n: usize, place: LonLat, detail: T) -> Asset<T> {
    Asset {
        key: format!("a{n}").into(),
        place,
        detail,
    }
}

fn site(n: usize, at: LonLat) -> Asset<Site> {
    asset(
        n,
        at,
        Site {
            name: None,
            street: None,
            site_type: SiteType::RecyclingPoint,
        },
    )
}

fn container(n: usize, site: usize) -> Asset<Container> {
    let detail = Container {
        site: id(AssetKind::Site, site),
        container_type: ContainerType::Column,
        stream: Stream::Glass,
        volume: None,
        max_load: None,
    };
    asset(n, place(site), detail)
}

fn sensor(n: usize, container: usize) -> Asset<Sensor> {
    let detail = Sensor {
        container: id(AssetKind::Container, container),
        dev_eui: DevEui(n as u64),
        codec: "milesight-em400-mud".into(),
        mounting: Mounting::new(1800, 400).unwrap(),
        expected_interval: Span::from_hours(4),
    };
    asset(n, place(0), detail)
}

fn camera(n: usize) -> Asset<Camera> {
    let detail = Camera {
        street: None,
        camera_type: CameraType::Dome,
        purposes: vec![],
        responsible: None,
        authorisation: None,
        authorised_at: None,
        expires_at: None,
        retention: None,
        has_sign: None,
        aiming: Restricted::default(),
    };
    asset(n, place(3), detail)
}

fn aiming() -> CameraAiming {
    CameraAiming {
        place: place(4),
        height: None,
        azimuth: Some(Degrees::new(271.5).unwrap()),
        tilt: None,
        horizontal_fov: None,
        vertical_fov: None,
        sensor_px: None,
        lens_mm: None,
        min_range: None,
        max_range: None,
        model: Some("secret".into()),
        mount: CameraMount::Pole,
        masks: vec![],
        is_linked: None,
        last_seen_at: None,
    }
}

/// Two sites; a container with a sensor for each number, and one container without; a camera.
pub(crate) fn twin() -> Twin {
    let layers = Layers {
        sites: (0..2).map(|n| site(n, place(n))).collect(),
        containers: (0..=SENSORS).map(|n| container(n, n % 2)).collect(),
        sensors: (0..SENSORS).map(|n| sensor(n, n)).collect(),
        cameras: vec![camera(0)],
        ..Layers::default()
    };
    let inventory = Inventory::new(layers, Arc::new(Lambert93::new())).unwrap();
    Twin::new(inventory, HealthRules::default())
}

#[expect(clippy::cast_possible_truncation, reason = "tests span a few days")]
pub(crate) fn hour(hours: f64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000) + Span::from_millis((hours * 3.6e6).round() as i64)
}

pub(crate) fn uplink(n: usize, f_cnt: u32, at: Timestamp, distance_mm: u16) -> Uplink {
    Uplink {
        source: "test".into(),
        dev_eui: DevEui(n as u64),
        session: "one".into(),
        f_cnt,
        f_port: Some(85),
        bytes: vec![],
        network_at: at,
        received_at: at,
        rssi_dbm: None,
        snr_db: None,
        spreading_factor: None,
        gateways: vec![],
        decoder: None,
        reading: Reading {
            distance_mm: Some(distance_mm),
            ..Reading::default()
        },
    }
}

fn tick(at: Timestamp) -> Input {
    let due = (0..20).chain(0..3).collect();
    Input::Tick(Tick { at, due })
}

/// Takes inputs in, one after the other; what is refused makes no change.
pub(crate) fn take(mut twin: Twin, inputs: &[Input]) -> (Twin, Vec<Change>) {
    let mut all = Vec::new();
    for input in inputs {
        let changes = decide(&twin, input).unwrap_or_default();
        twin = evolve(twin, &changes);
        all.extend(changes);
    }
    (twin, all)
}

pub(crate) fn take_uplink(twin: Twin, uplink: Uplink) -> (Twin, Vec<Change>) {
    take(twin, &[Input::Uplink(uplink)])
}

fn statuses(changes: &[Change]) -> Vec<(Timestamp, SensorStatus)> {
    let status = |change: &Change| match &change.effect {
        Effect::SensorStatusChanged { status, .. } => Some((change.at, *status)),
        _ => None,
    };
    changes.iter().filter_map(status).collect()
}

fn any_uplink() -> impl Strategy<Value = Uplink> {
    let reading = (
        prop::option::of(prop::sample::select(vec![300_u16, 900, 1500])),
        prop::option::of(any::<bool>()),
        any::<bool>(),
    );
    let frame = (0..SENSORS + 2, any::<bool>(), 0_u32..40);
    (frame, 0.0_f64..30.0, 0.0_f64..6.0, reading).prop_map(|(frame, at, lag, reading)| {
        let (n, is_joined_anew, f_cnt) = frame;
        let (distance_mm, is_tilted, is_distance_doubtful) = reading;
        let mut uplink = uplink(n, f_cnt, hour(at), 0);
        uplink.received_at = hour(at + lag);
        uplink.session = if is_joined_anew { "two" } else { "one" }.into();
        uplink.reading = Reading {
            distance_mm,
            is_tilted,
            is_distance_doubtful,
            ..Reading::default()
        };
        uplink
    })
}

fn any_action() -> impl Strategy<Value = Action> {
    let number = 0..SENSORS + 3;
    prop_oneof![
        (0_usize..3, 0_usize..9).prop_map(|(n, at)| Action::Put(Record::Site(site(n, place(at))))),
        (number.clone(), 0_usize..3)
            .prop_map(|(n, on)| Action::Put(Record::Container(container(n, on)))),
        (number.clone(), number.clone())
            .prop_map(|(n, on)| Action::Put(Record::Sensor(sensor(n, on)))),
        (0_usize..2).prop_map(|n| Action::Put(Record::Camera(camera(n)))),
        (
            prop::sample::select(vec![
                AssetKind::Sensor,
                AssetKind::Container,
                AssetKind::Camera
            ]),
            number
        )
            .prop_map(|(kind, n)| Action::Remove(id(kind, n))),
        (0_usize..2, any::<bool>()).prop_map(|(n, is_known)| Action::Aim {
            camera: id(AssetKind::Camera, n),
            aiming: is_known.then(aiming),
        }),
    ]
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let value = (
        prop::sample::select(Phenomenon::ALL.to_vec()),
        -1.0_f64..2.0,
    );
    (0..SENSORS + 1, value, 0.0_f64..30.0).prop_map(|(n, (phenomenon, value), at)| Observation {
        sensor: id(AssetKind::Sensor, n),
        phenomenon,
        value,
        observed_at: hour(at),
        received_at: hour(at),
        quality: Quality::Good,
    })
}

fn any_report() -> impl Strategy<Value = Report> {
    let seen = prop::sample::select(Sighting::ALL.to_vec());
    let by = prop::sample::select(Witness::ALL.to_vec());
    let container = 0..SENSORS + 3;
    (container, seen, by, 0.0_f64..30.0).prop_map(|(n, sighting, witness, at)| Report {
        container: id(AssetKind::Container, n),
        sighting,
        witness,
        observed_at: hour(at),
        received_at: hour(at),
    })
}

fn any_inputs() -> impl Strategy<Value = Vec<Input>> {
    let input = prop_oneof![
        6 => any_uplink().prop_map(Input::Uplink),
        2 => any_observation().prop_map(Input::Observation),
        2 => any_report().prop_map(Input::Report),
        3 => (any_action(), 0.0_f64..30.0).prop_map(|(action, at)| {
            Input::Command(Command { received_at: hour(at), action })
        }),
        2 => (0.0_f64..90.0).prop_map(|at| tick(hour(at))),
    ];
    prop::collection::vec(input, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn changes_are_numbered_without_a_gap_and_replay_to_the_same_twin(inputs in any_inputs()) {
        let (end, changes) = take(twin(), &inputs);
        for channel in [Channel::Public, Channel::Restricted] {
            let seqs: Vec<u64> =
                changes.iter().filter(|c| c.channel == channel).map(|c| c.seq).collect();
            prop_assert!(seqs.iter().copied().eq(1..=end.seq(channel)));
        }
        let replayed = evolve(twin(), &changes);
        prop_assert!(replayed == end);
        prop_assert!(end == twin() || !changes.is_empty());
    }

    #[test]
    fn a_snapshot_and_the_changes_after_it_give_the_same_twin(
        inputs in any_inputs(),
        cut in 0.0_f64..1.0,
    ) {
        let (end, changes) = take(twin(), &inputs);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
        let (before, after) = changes.split_at((changes.len() as f64 * cut) as usize);
        let snapshot = evolve(twin(), before).to_snapshot();
        let structure: Vec<Change> =
            before.iter().filter(|c| c.effect.is_structural()).cloned().collect();
        let restored = evolve(twin(), &structure).restored(snapshot);
        prop_assert!(evolve(restored, after) == end);
    }

    #[test]
    fn frames_delivered_again_in_any_order_make_no_change(
        uplinks in prop::collection::vec(any_uplink(), 1..40),
        again in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let mut end = twin();
        for uplink in &uplinks {
            let input = Input::Uplink(uplink.clone());
            let Ok(changes) = decide(&end, &input) else { continue };
            end = evolve(end, &changes);
            prop_assert_eq!(decide(&end, &input).unwrap(), vec![]);
        }
        for ix in again {
            let input = Input::Uplink(ix.get(&uplinks).clone());
            prop_assert!(decide(&end, &input).unwrap_or_default().is_empty());
        }
    }

    #[test]
    fn one_big_tick_tells_the_same_as_many_small_ones(
        reports in prop::collection::vec((0..SENSORS, 0.0_f64..10.0), 0..12),
        mut steps in prop::collection::vec(10.0_f64..120.0, 0..12),
    ) {
        let reports: Vec<Input> = (0_u32..)
            .zip(reports)
            .map(|(f_cnt, (n, at))| Input::Uplink(uplink(n, f_cnt, hour(at), 900)))
            .collect();
        let (start, _changes) = take(twin(), &reports);
        let (start, _changes) = take(start, &[tick(hour(10.0))]);
        let big = take(start.clone(), &[tick(hour(120.0))]);
        steps.sort_by(f64::total_cmp);
        let ticks: Vec<Input> = steps.into_iter().chain([120.0]).map(|at| tick(hour(at))).collect();
        let small = take(start, &ticks);
        prop_assert_eq!(&small.1, &big.1);
        prop_assert!(small.0 == big.0);
    }
}

#[test]
fn a_sensor_that_stops_reporting_gets_stale_and_silent_at_its_own_deadlines() {
    let (twin, told) = take_uplink(twin(), uplink(0, 1, hour(0.0), 900));
    assert_eq!(statuses(&told), [(hour(0.0), SensorStatus::Ok)]);
    assert_eq!(twin.deadline(0), Some(hour(12.0)));
    let (twin, told) = take(twin, &[tick(hour(11.9)), tick(hour(100.0))]);
    assert_eq!(
        statuses(&told),
        [
            (hour(12.0), SensorStatus::Stale),
            (hour(48.0), SensorStatus::Silent)
        ]
    );
    assert_eq!(twin.deadline(0), None);
    let (twin, told) = take_uplink(twin, uplink(0, 2, hour(101.0), 800));
    assert_eq!(statuses(&told), [(hour(101.0), SensorStatus::Ok)]);
    assert_eq!(twin.container_status(0), SensorStatus::Ok);
}

#[rstest::rstest]
#[case::upright(Some(false), 0.0, true)]
#[case::tilted(Some(true), 0.0, false)]
#[case::tilted_and_late(Some(true), -1.0, false)]
fn the_distance_of_a_tilted_sensor_does_not_become_a_level(
    #[case] is_tilted: Option<bool>,
    #[case] hours_later: f64,
    #[case] is_level: bool,
) {
    let mut upright = uplink(0, 1, hour(5.0), 1100);
    upright.reading.distance_mm = None;
    upright.reading.is_tilted = Some(false);
    let (twin, _changes) = take_uplink(twin(), upright);
    let mut report = uplink(0, 2, hour(5.0 + hours_later), 1100);
    report.reading.is_tilted = is_tilted;
    let (twin, _changes) = take_uplink(twin, report);
    assert_eq!(twin.level(0).is_some(), is_level);
}

#[test]
fn a_late_report_does_not_overwrite_a_newer_one() {
    let (twin, _changes) = take_uplink(twin(), uplink(0, 2, hour(5.0), 1100));
    let (twin, late) = take_uplink(twin, uplink(0, 1, hour(3.0), 400));
    assert!(!late.is_empty(), "the late frame is told, once");
    assert_eq!(twin.level(0).unwrap().fill.get(), 0.5);
    assert_eq!(twin.sensor(0).unwrap().last.unwrap().observed_at, hour(5.0));
}

#[test]
fn an_unknown_device_and_a_replay_are_refused() {
    let stranger = Input::Uplink(uplink(77, 1, hour(0.0), 900));
    assert!(matches!(
        decide(&twin(), &stranger),
        Err(Refusal::UnknownDevice { .. })
    ));
    let (twin, _changes) = take_uplink(twin(), uplink(0, 500, hour(0.0), 900));
    let replay = Input::Uplink(uplink(0, 5, hour(1.0), 900));
    assert!(matches!(
        decide(&twin, &replay),
        Err(Refusal::Replay { .. })
    ));
}

#[test]
fn a_container_without_a_sensor_has_no_level() {
    let (twin, _changes) = take_uplink(twin(), uplink(0, 1, hour(0.0), 900));
    assert!(twin.level(0).is_some());
    let action = Action::Remove(id(AssetKind::Sensor, 0));
    let (twin, _changes) = take(
        twin,
        &[Input::Command(Command {
            received_at: hour(1.0),
            action,
        })],
    );
    assert_eq!(twin.level(0), None);
    assert_eq!(twin.container_status(0), SensorStatus::Unknown);
}

#[test]
fn where_a_camera_looks_is_told_in_the_restricted_channel_only() {
    let action = Action::Aim {
        camera: id(AssetKind::Camera, 0),
        aiming: Some(aiming()),
    };
    let (twin, told) = take(
        twin(),
        &[Input::Command(Command {
            received_at: hour(0.0),
            action,
        })],
    );
    assert_eq!(told[0].channel, Channel::Restricted);
    assert_eq!(
        (twin.seq(Channel::Public), twin.seq(Channel::Restricted)),
        (0, 1)
    );
    let camera = id(AssetKind::Camera, 0);
    let record = twin.inventory().record(&camera).unwrap();
    let public = serde_json::to_string(&record).unwrap();
    for secret in ["aiming", "azimuth", "271.5", "secret"] {
        assert!(!public.contains(secret), "{public}");
        assert!(!format!("{record:?}").contains("271.5"));
    }
    let access = OperatorAccess::granted();
    assert_eq!(twin.inventory().aiming(&camera, access), Some(&aiming()));
}

#[test]
fn a_camera_put_anew_keeps_its_aiming() {
    let aim = Action::Aim {
        camera: id(AssetKind::Camera, 0),
        aiming: Some(aiming()),
    };
    let put = Action::Put(Record::Camera(camera(0)));
    let inputs = [aim, put].map(|action| {
        Input::Command(Command {
            received_at: hour(0.0),
            action,
        })
    });
    let (twin, _changes) = take(twin(), &inputs);
    let access = OperatorAccess::granted();
    assert!(
        twin.inventory()
            .aiming(&id(AssetKind::Camera, 0), access)
            .is_some()
    );
}

#[test]
fn a_moved_site_takes_its_containers_and_their_sensors_along() {
    let before = twin();
    let action = Action::Put(Record::Site(site(0, place(7))));
    let command = Input::Command(Command {
        received_at: hour(0.0),
        action,
    });
    let (after, _changes) = take(before.clone(), &[command]);
    let places = |twin: &Twin, n: u32| {
        let inventory = twin.inventory();
        let container = inventory.containers().get(n).unwrap().asset.place;
        (
            container,
            inventory
                .sensor_of_container(n)
                .map(|s| inventory.sensors().get(s).unwrap().asset.place),
        )
    };
    assert_eq!(places(&after, 2), (place(7), Some(place(7))));
    assert_eq!(
        places(&after, 1).0,
        place(1),
        "another site's container stays"
    );
    assert_eq!(
        places(&before, 2).0,
        place(0),
        "a clone from before stays as it is"
    );
}
