//! What a level says in the light of those before it, and of what people tell.

use twin_core::{
    AssetKind, Change, Doubt, Effect, Input, Quality, Refusal, Report, Seen, Sighting, Timestamp,
    Twin, Witness, decide,
};

use crate::changes::{hour, id, take, take_uplink, twin, uplink};

/// The distance at a fill, for a sensor mounted between 400 and 1,800 mm.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "fills are between 0 and 1"
)]
fn distance_mm(fill: f64) -> u16 {
    (1800.0 - 1400.0 * fill).round() as u16
}

/// Reports of sensor 0, four hours apart; their changes.
fn reported(mut twin: Twin, from: u32, fills: &[f64]) -> (Twin, Vec<Change>) {
    let mut all = Vec::new();
    for (f_cnt, fill) in (from..).zip(fills) {
        let at = hour(4.0 * f64::from(f_cnt));
        let (next, changes) = take_uplink(twin, uplink(0, f_cnt, at, distance_mm(*fill)));
        twin = next;
        all.extend(changes);
    }
    (twin, all)
}

fn emptyings(changes: &[Change]) -> Vec<(f64, Timestamp)> {
    let emptying = |change: &Change| match &change.effect {
        Effect::ContainerEmptied {
            from, observed_at, ..
        } => Some(((from.get() * 100.0).round() / 100.0, *observed_at)),
        _ => None,
    };
    changes.iter().filter_map(emptying).collect()
}

fn doubtful(changes: &[Change]) -> Vec<bool> {
    let quality = |change: &Change| match &change.effect {
        Effect::ContainerMeasured { quality, .. } => Some(*quality == Quality::Doubtful),
        _ => None,
    };
    changes.iter().filter_map(quality).collect()
}

fn doubts(twin: &Twin, at: Timestamp) -> Vec<Doubt> {
    twin.trust(0, at).unwrap().doubts
}

fn report(sighting: Sighting, hours: f64) -> Input {
    Input::Report(Report {
        container: id(AssetKind::Container, 0),
        sighting,
        witness: Witness::Crew,
        observed_at: hour(hours),
        received_at: hour(hours),
    })
}

#[rstest::rstest]
#[case::an_emptying(&[0.7, 0.72, 0.05, 0.06], &[false, false, true, false], &[(0.72, 8.0)])]
#[case::a_glitch_down(&[0.7, 0.72, 0.05, 0.73], &[false, false, true, false], &[])]
#[case::an_echo(&[0.2, 0.21, 0.9, 0.22], &[false, false, true, false], &[])]
#[case::a_small_echo(&[0.2, 0.21, 0.48, 0.22, 0.22], &[false, false, true, false, false], &[])]
#[case::much_at_once(&[0.2, 0.21, 0.9, 0.91], &[false, false, true, false], &[])]
#[case::an_echo_then_an_emptying(&[0.6, 0.95, 0.04, 0.05], &[false, true, true, false], &[(0.6, 8.0)])]
#[case::two_emptyings(&[0.5, 0.1, 0.1, 0.4, 0.5, 0.0, 0.0], &[false, true, false, true, false, true, false], &[(0.5, 4.0), (0.5, 20.0)])]
fn a_jump_is_doubtful_until_a_second_reading_bears_it_out(
    #[case] fills: &[f64],
    #[case] is_doubtful: &[bool],
    #[case] emptied: &[(f64, f64)],
) {
    let (twin, changes) = reported(twin(), 0, fills);
    assert_eq!(doubtful(&changes), is_doubtful);
    let expected: Vec<_> = emptied
        .iter()
        .map(|(fill, at)| (*fill, hour(*at)))
        .collect();
    assert_eq!(emptyings(&changes), expected);
    // Whatever is thought of it, what was measured last is what is told.
    let level = twin.level(0).unwrap().fill.get();
    assert!((level - fills[fills.len() - 1]).abs() < 0.001);
}

#[test]
fn a_jump_is_trusted_less_until_it_is_borne_out() {
    let (twin, _) = reported(twin(), 0, &[0.70, 0.71, 0.72, 0.73, 0.05]);
    assert_eq!(doubts(&twin, hour(16.0)), [Doubt::Unconfirmed]);
    let before = twin.trust(0, hour(16.0)).unwrap().probability;
    let (twin, _) = reported(twin, 5, &[0.05]);
    assert_eq!(doubts(&twin, hour(20.0)), []);
    let after = twin.trust(0, hour(20.0)).unwrap().probability;
    assert!(before < 0.7 && after > 0.9, "{before} {after}");
}

#[test]
fn trust_fades_with_time() {
    let (twin, _) = reported(twin(), 0, &[0.40, 0.42, 0.44, 0.46, 0.48]);
    let at = |hours: f64| twin.trust(0, hour(hours)).unwrap().probability;
    let fading: Vec<f64> = [16.0, 24.0, 36.0, 72.0].map(at).to_vec();
    assert!(fading.is_sorted_by(|a, b| a > b), "{fading:?}");
    assert_eq!(doubts(&twin, hour(72.0)), [Doubt::Old]);
}

#[test]
fn what_a_crew_tells_bears_an_emptying_out_at_once() {
    let (twin, _) = reported(twin(), 0, &[0.7, 0.72]);
    let (twin, told) = take(twin, &[report(Sighting::Emptied, 6.0)]);
    assert_eq!(told.len(), 1);
    let (twin, changes) = reported(twin, 2, &[0.05]);
    assert_eq!(emptyings(&changes), [(0.72, hour(8.0))]);
    assert_eq!(doubtful(&changes), [false]);
    assert_eq!(doubts(&twin, hour(8.0)), []);
}

#[test]
fn a_sensor_that_says_otherwise_than_a_crew_is_doubted() {
    let (twin, _) = reported(twin(), 0, &[0.70, 0.71, 0.72]);
    let (twin, _) = take(twin, &[report(Sighting::Emptied, 9.0)]);
    assert_eq!(doubts(&twin, hour(9.0)), [], "it has said nothing since");
    let (twin, changes) = reported(twin, 3, &[0.72, 0.73]);
    assert_eq!(emptyings(&changes), []);
    assert_eq!(doubts(&twin, hour(16.0)), [Doubt::Contradicted]);

    let (twin, _) = reported(super::changes::twin(), 0, &[0.30, 0.31, 0.32]);
    let (twin, _) = take(twin, &[report(Sighting::Full, 9.0)]);
    let (twin, _) = reported(twin, 3, &[0.33]);
    assert_eq!(doubts(&twin, hour(12.0)), [Doubt::Contradicted]);
}

#[test]
fn what_people_tell_stands_until_somebody_tells_otherwise() {
    let container = id(AssetKind::Container, 5);
    let told = |sighting, hours| match report(sighting, hours) {
        Input::Report(report) => Input::Report(Report {
            container: container.clone(),
            ..report
        }),
        other => other,
    };
    let stands = |twin: &Twin, sighting| twin.reported(&container)?.of(sighting);
    let seen = |hours| Seen {
        at: hour(hours),
        by: Witness::Crew,
    };
    let inputs = [
        told(Sighting::Full, 1.0),
        told(Sighting::DumpedBeside, 2.0),
        told(Sighting::LidOpen, 3.0),
    ];
    let (twin, changes) = take(twin(), &inputs);
    assert_eq!(changes.len(), 3);
    assert_eq!(stands(&twin, Sighting::Full), Some(seen(1.0)));
    assert!(twin.level(5).is_none(), "nothing measured it");
    let (_, again) = take(twin.clone(), &inputs[..1]);
    assert_eq!(again, [], "told twice is told once");

    let (twin, _) = take(twin, &[told(Sighting::Emptied, 4.0)]);
    assert_eq!(stands(&twin, Sighting::Full), None);
    assert_eq!(stands(&twin, Sighting::DumpedBeside), Some(seen(2.0)));
    let (twin, _) = take(twin, &[told(Sighting::Full, 3.5)]);
    assert_eq!(stands(&twin, Sighting::Full), None, "it was emptied since");
    let (twin, _) = take(twin, &[told(Sighting::InOrder, 5.0)]);
    assert_eq!(stands(&twin, Sighting::DumpedBeside), None);
    assert_eq!(stands(&twin, Sighting::Emptied), Some(seen(4.0)));
}

#[test]
fn what_nobody_can_have_seen_is_refused() {
    let of = |kind, at: f64| Report {
        container: id(kind, 0),
        sighting: Sighting::Full,
        witness: Witness::Resident,
        observed_at: hour(at),
        received_at: hour(200.0),
    };
    let refused = |report| decide(&twin(), &Input::Report(report)).unwrap_err();
    assert!(matches!(
        refused(of(AssetKind::Sensor, 200.0)),
        Refusal::Invalid(_)
    ));
    assert!(matches!(
        refused(of(AssetKind::Container, 201.0)),
        Refusal::OutOfTime { .. }
    ));
    assert!(matches!(
        refused(of(AssetKind::Container, 0.0)),
        Refusal::OutOfTime { .. }
    ));
}

#[test]
fn what_an_earlier_version_kept_of_levels_is_known_again_to_the_digit() {
    let kept = r#"{"version":1,"public_seq":4,"restricted_seq":0,"at":"2026-11-22T12:00:00.000Z","sensors":[["a0",{"status":"ok","status_since":"2026-11-22T08:00:00.000Z","last":{"observed_at":"2026-11-22T12:00:00.000Z","received_at":"2026-11-22T12:00:00.000Z","reading":{"distance_mm":820},"rssi_dbm":-110.0},"distance_mm":820,"battery":0.123456789012345,"temperature":null,"is_tilted":false,"same_distance":1,"frames":{"present":{"session":12638187200555641996,"newest":3,"seen":15,"lost":1},"before":{"session":7,"newest":900,"seen":9223372036854775809,"lost":62}}}]],"levels":[["a0",{"fill":0.7,"observed_at":"2026-11-22T12:00:00.000Z"}]],"tracks":[["a0",{"jumped_from":0.25,"jumped_at":"2026-11-22T08:00:00.000Z","emptied_at":"0001-01-01T00:00:00.000Z","rise":1.25,"hours":300.5,"variance":0.000144,"misfits":0.0196,"empty":0.0312,"emptyings":700,"readings":65535,"scattered":40000,"is_fresh":false}]]}"#;
    let snapshot = serde_json::from_str(kept).unwrap();
    let restored = twin().restored(snapshot);
    assert_eq!(doubts(&restored, restored.at()), [Doubt::Unconfirmed]);
    let again = serde_json::to_string(&restored.to_snapshot()).unwrap();
    assert_eq!(again, kept);
}
