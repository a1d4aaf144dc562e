//! The radio of a network with gateways, through its public door.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use simulator::filling::{ContainerSpec, FillingModel, FillingParams};
use simulator::random::Seed;
use simulator::rounds::Rounds;
use simulator::sensing::{
    Coverage, CoverageParams, GatewayOutage, GatewayPlan, LinkTruth, Network, NetworkCheckpoint,
    NetworkSpec, SensingParams, SensorPlace, SensorReport, SensorSpec,
};
use twin_core::{ContainerType, Litres, LonLat, Mounting, Span, Stream, Timestamp};

const DAY: Span = Span::from_hours(24);

fn start() -> Timestamp {
    "2022-05-01T08:00:00Z".parse().unwrap()
}

/// Sensors on a spiral of some 15 km around Montbéliard, every tenth underground.
fn sensor_places(count: u32) -> Vec<SensorPlace> {
    let place = |index: u32| {
        let turn = f64::from(index) * 2.399_963;
        let degrees = 0.14 * (f64::from(index) / f64::from(count)).sqrt();
        SensorPlace {
            place: LonLat::new(
                6.8 + 1.48 * degrees * cosine(turn),
                47.5 + degrees * cosine(turn - std::f64::consts::FRAC_PI_2),
            )
            .unwrap(),
            is_underground: index.is_multiple_of(10),
        }
    };
    (0..count).map(place).collect()
}

/// A cosine that is good enough for a spiral: the first terms of its series.
fn cosine(angle: f64) -> f64 {
    let x = angle - (angle / std::f64::consts::TAU).round() * std::f64::consts::TAU;
    let square = x * x;
    (1..9).rev().fold(1.0, |sum, n| {
        1.0 - sum * square / f64::from((2 * n - 1) * 2 * n)
    })
}

fn coverage(sensors: u32) -> Coverage {
    let sensors = sensor_places(sensors);
    let places: Vec<LonLat> = sensors.iter().map(|sensor| sensor.place).collect();
    Coverage {
        gateways: GatewayPlan::default().place(&places),
        sensors,
        params: CoverageParams::default(),
        outages: Vec::new(),
    }
}

fn spec(coverage: Option<Coverage>, sensors: u32) -> NetworkSpec {
    let column = |index: u32| ContainerSpec {
        site: index / 4,
        stream: Stream::Glass,
        container_type: ContainerType::Column,
        capacity: Litres::new(4000.0).unwrap(),
        catchment: 20.0,
    };
    let containers: Vec<ContainerSpec> = (0..sensors).map(column).collect();
    let sensor = |container| SensorSpec {
        container,
        mounting: Mounting::new(1800, 300).unwrap(),
        expected_interval: Span::from_hours(4),
        blind_zone_mm: 0,
    };
    NetworkSpec {
        filling: FillingModel::new(&containers, FillingParams::default(), Seed(1)).unwrap(),
        rounds: Rounds::none(),
        sensors: (0..sensors as usize).map(sensor).collect(),
        params: SensingParams {
            faulty_share: 0.0,
            ..SensingParams::default()
        },
        seed: Seed(1),
        coverage,
    }
}

fn network(coverage: Coverage, sensors: u32) -> Network {
    Network::new(spec(Some(coverage), sensors), start()).unwrap()
}

fn links(network: &Network) -> Vec<LinkTruth> {
    (0..network.spec().sensors.len())
        .map(|sensor| network.link(sensor).unwrap().unwrap())
        .collect()
}

fn share(count: usize, of: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(of).unwrap())
}

/// Which share of the frames sent by sensors within reach was lost.
fn lost(network: &Network, reports: &[SensorReport]) -> f64 {
    let links = links(network);
    let is_reached = |sensor: usize| links[sensor].is_reachable;
    let sent = network.checkpoint().unwrap().next_f_cnt;
    let sent = sent
        .iter()
        .enumerate()
        .filter(|(sensor, _)| is_reached(*sensor));
    let sent: u32 = sent.map(|(_, next)| next - 1).sum();
    let heard = reports
        .iter()
        .filter(|report| is_reached(report.sensor))
        .count();
    1.0 - share(heard, sent as usize)
}

#[test]
fn the_planned_gateways_reach_nearly_all_and_lose_what_is_stated() {
    const N: u32 = 600;
    let mut network = network(coverage(N), N);
    let links = links(&network);
    let unreached = links.iter().filter(|link| !link.is_reachable).count();
    assert!(unreached < 20, "{unreached} of {N} are out of reach");
    let stated = network.expected_loss();
    assert!((stated - 0.05).abs() < 0.01, "{stated}");
    network.first_reports().unwrap();
    let reports = network.advance(start() + DAY.times(60)).unwrap().reports;
    let lost = lost(&network, &reports);
    assert!((lost - stated).abs() < 0.008, "{lost}, not {stated}");
}

#[test]
fn who_is_further_or_in_the_ground_sends_slower() {
    const N: u32 = 600;
    let one = Coverage {
        gateways: vec![LonLat::new(6.8, 47.5).unwrap()],
        ..coverage(N)
    };
    let places = one.sensors.clone();
    let links = links(&network(one, N));
    let mean = |chosen: &dyn Fn(usize) -> bool| {
        let chosen: Vec<u8> = (0..links.len())
            .filter(|sensor| chosen(*sensor))
            .map(|sensor| links[sensor].spreading_factor.get())
            .collect();
        chosen.iter().copied().map(f64::from).sum::<f64>()
            / f64::from(u32::try_from(chosen.len()).unwrap())
    };
    let (near, far) = (mean(&|i| i < 60), mean(&|i| i >= 540));
    assert!(near + 1.0 < far, "{near} and {far}");
    let ground = mean(&|i| places[i].is_underground && i < 60);
    let air = mean(&|i| !places[i].is_underground && i < 60);
    assert!(air + 0.8 < ground, "{air} and {ground}");
    assert!(links.iter().any(|link| !link.is_reachable));
    assert!(
        links.iter().all(|link| link.every == 1),
        "four hours suffice for every factor"
    );
}

#[test]
fn a_sensor_out_of_reach_is_told_so_and_not_heard() {
    let mut far = coverage(4);
    far.sensors[2].place = LonLat::new(9.0, 47.5).unwrap();
    far.gateways = vec![far.sensors[0].place];
    let mut network = network(far, 4);
    assert!(!network.link(2).unwrap().unwrap().is_reachable);
    let mut reports = network.first_reports().unwrap();
    reports.extend(network.advance(start() + DAY.times(20)).unwrap().reports);
    assert!(reports.iter().all(|report| report.sensor != 2));
    assert!(
        network.checkpoint().unwrap().next_f_cnt[2] > 100,
        "it sends in vain"
    );
}

#[test]
fn a_frame_says_what_a_network_server_knows() {
    let mut network = network(coverage(200), 200);
    let links = links(&network);
    network.first_reports().unwrap();
    let reports = network.advance(start() + DAY.times(3)).unwrap().reports;
    let mut channels = std::collections::BTreeSet::new();
    for report in &reports {
        let (radio, link) = (report.radio.unwrap(), links[report.sensor]);
        channels.insert(radio.frequency_hz());
        assert_eq!(radio.spreading_factor, link.spreading_factor);
        assert!((1..=link.gateways).contains(&radio.heard().count()));
        for heard in radio.heard() {
            let weakest = radio.spreading_factor.sensitivity_dbm() - 0.5;
            assert!(f64::from(heard.rssi_dbm) >= weakest, "{heard:?}");
            assert!((-21.0..=14.0).contains(&heard.snr_db), "{heard:?}");
        }
    }
    assert_eq!(channels.len(), 8);
    assert!(
        reports
            .iter()
            .any(|report| report.radio.unwrap().heard().count() > 1)
    );
}

#[test]
fn when_a_gateway_is_lost_only_those_are_silent_that_nobody_else_hears() {
    const N: u32 = 300;
    let (from, to) = (start() + DAY, start() + DAY.times(3));
    let lost = GatewayOutage {
        gateway: 0,
        from,
        to,
    };
    let run = |outages: Vec<GatewayOutage>| {
        let mut network = network(
            Coverage {
                outages,
                ..coverage(N)
            },
            N,
        );
        network.first_reports().unwrap();
        let reports = network.advance(start() + DAY.times(4)).unwrap().reports;
        (network, reports)
    };
    let (network, with) = run(vec![lost]);
    let (_, without) = run(Vec::new());
    assert!(
        network
            .gateway_outages(0, (from, to))
            .unwrap()
            .contains(&lost)
    );
    let links = links(&network);
    let in_outage = |report: &SensorReport| from <= report.at && report.at < to;
    let key = |report: &SensorReport| (report.sensor, report.f_cnt);
    let heard: std::collections::BTreeSet<_> = with.iter().map(key).collect();
    let missing: Vec<_> = without
        .iter()
        .filter(|report| !heard.contains(&key(report)))
        .collect();
    assert!(missing.len() > 10, "{}", missing.len());
    for report in missing {
        assert!(in_outage(report));
        let only = report.radio.unwrap();
        assert!(only.heard().all(|heard| heard.gateway == 0), "{only:?}");
    }
    let depends =
        |sensor: usize| links[sensor].gateways == 1 && links[sensor].best_gateway == Some(0);
    assert!(
        with.iter()
            .all(|report| !(in_outage(report) && depends(report.sensor)))
    );
}

#[test]
fn gateways_are_down_as_long_as_stated_and_the_truth_of_it_is_kept() {
    let params = CoverageParams {
        outage_share: 0.2,
        outage_hours: 12.0,
        ..CoverageParams::default()
    };
    let network = network(
        Coverage {
            params,
            ..coverage(100)
        },
        100,
    );
    let gateways = network.spec().coverage.as_ref().unwrap().gateways.len();
    let end = start() + DAY.times(400);
    let mut down_ms = 0;
    for gateway in 0..gateways {
        let gateway = u16::try_from(gateway).unwrap();
        for outage in network.gateway_outages(gateway, (start(), end)).unwrap() {
            assert_eq!(outage.gateway, gateway);
            down_ms += outage
                .to
                .min(end)
                .since(outage.from.max(start()))
                .as_millis();
        }
    }
    let all_ms = DAY.times(400).as_millis() * i64::try_from(gateways).unwrap();
    let permille = down_ms * 1000 / all_ms;
    assert!((180..=220).contains(&permille), "{permille} ‰");
}

#[test]
fn a_network_with_gateways_is_kept_with_them() {
    let whole = spec(Some(coverage(40)), 40);
    let mut network = Network::new(whole.clone(), start()).unwrap();
    network.first_reports().unwrap();
    let end = start() + DAY.times(6);
    let straight = network.clone().advance(end).unwrap();
    let mut reports = network.advance(start() + DAY.times(2)).unwrap().reports;
    let saved = serde_json::to_string(&network.checkpoint().unwrap()).unwrap();
    let kept: NetworkCheckpoint = serde_json::from_str(&saved).unwrap();
    assert_eq!(kept.format, NetworkCheckpoint::WITH_GATEWAYS);
    assert_eq!(kept.gateways, whole.coverage.as_ref().unwrap().gateways);
    let mut resumed = Network::resume(whole, &kept).unwrap();
    reports.extend(resumed.advance(end).unwrap().reports);
    assert_eq!(reports, straight.reports);
    let without = spec(None, 40);
    assert!(Network::resume(without, &kept).is_err());
}

#[rstest::rstest]
#[case::no_gateway(|c: &mut Coverage| c.gateways.clear(), "gateways")]
#[case::too_few_places(|c: &mut Coverage| c.sensors.truncate(3), "places of sensors")]
#[case::no_such_gateway(|c: &mut Coverage| c.outages.push(GatewayOutage { gateway: 999, from: start(), to: start() }), "gateway 999")]
#[case::no_loss(|c: &mut Coverage| c.params.exponent = f64::NAN, "exponent")]
#[case::no_battery(|c: &mut Coverage| c.params.charge.capacity_mah = 0.0, "capacity_mah")]
fn a_coverage_that_cannot_be_is_refused(#[case] spoil: fn(&mut Coverage), #[case] named: &str) {
    let mut coverage = coverage(8);
    spoil(&mut coverage);
    let error = Network::new(spec(Some(coverage), 8), start()).unwrap_err();
    assert!(error.to_string().contains(named), "{error}");
}
