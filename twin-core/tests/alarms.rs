//! Alarms: their life, that nothing is told twice or publicly, and that a storm stays bearable.

use std::sync::Arc;

use proptest::prelude::*;
use rstest::rstest;
use twin_core::alarms::flood::{FloodLimits, due};
use twin_core::alarms::{LONGEST_SHELF, StepKind, figures};
use twin_core::{
    AlarmCause, AlarmId, AlarmInput, AlarmPriority, AlarmRefusal, AlarmState, AlarmStep,
    AlarmSubject, AlarmWish, Alarms, Annunciation, Asset, AssetId, Change, Channel, Effect,
    HealthRules, Input, Inventory, Layers, LonLat, OperatorAccess, Refusal, Site, SiteType,
    Snapshot, Timestamp, Twin, TwinError, decide, evolve,
};

use crate::lambert93::Lambert93;

const SITES: usize = 400;

fn site(n: usize) -> AssetId {
    format!("site/s{n}").parse().unwrap()
}

fn twin() -> Twin {
    let site = |n: usize| Asset {
        key: format!("s{n}").into(),
        place: LonLat::new(6.7, 47.5).unwrap(),
        detail: Site {
            name: None,
            street: None,
            site_type: SiteType::RecyclingPoint,
        },
    };
    let layers = Layers {
        sites: (0..SITES).map(site).collect(),
        ..Layers::default()
    };
    let inventory = Inventory::new(layers, Arc::new(Lambert93::new())).unwrap();
    Twin::new(inventory, HealthRules::default())
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_700_000_000 + secs)
}

fn raise(cause: AlarmCause, n: usize) -> AlarmWish {
    AlarmWish::Raise {
        cause,
        subject: site(n).into(),
        about: site(n),
        priority: cause.info().priority,
        value: Some(0.96),
        members: Vec::new(),
    }
}

fn clear(cause: AlarmCause, n: usize) -> AlarmWish {
    AlarmWish::Clear {
        cause,
        subject: site(n).into(),
    }
}

fn full(n: usize) -> AlarmWish {
    raise(AlarmCause::ContainerFull, n)
}

fn empty(n: usize) -> AlarmWish {
    clear(AlarmCause::ContainerFull, n)
}

fn shelve(until_s: i64) -> AlarmWish {
    AlarmWish::Shelve {
        alarm: AlarmId(1),
        until: at(until_s),
        reason: "roadworks".into(),
    }
}

fn alarms(twin: &Twin) -> &Alarms {
    twin.alarms(OperatorAccess::granted())
}

/// A twin that keeps all that happened to it.
struct Told {
    twin: Twin,
    changes: Vec<Change>,
}

impl Told {
    fn new() -> Self {
        Self {
            twin: twin(),
            changes: Vec::new(),
        }
    }

    fn wish(&mut self, secs: i64, wish: AlarmWish) -> Result<usize, Refusal> {
        let input = Input::Alarm(AlarmInput { at: at(secs), wish });
        let changes = decide(&self.twin, &input)?;
        self.twin = evolve(self.twin.clone(), &changes);
        let count = changes.len();
        self.changes.extend(changes);
        Ok(count)
    }

    /// Annunciates what is due, as whoever watches the twin does.
    fn annunciate(&mut self, secs: i64, limits: &FloodLimits) -> usize {
        let due = due(alarms(&self.twin), at(secs), limits);
        for together in &due {
            self.wish(secs, AlarmWish::Annunciate(together.clone()))
                .unwrap();
        }
        due.len()
    }
}

const ONE: AlarmId = AlarmId(1);

#[rstest]
#[case::new(vec![full(0)], Some(AlarmState::Unacknowledged))]
#[case::told_twice(vec![full(0), full(0)], Some(AlarmState::Unacknowledged))]
#[case::known(vec![full(0), AlarmWish::Acknowledge(ONE)], Some(AlarmState::Acknowledged))]
#[case::over_unseen(vec![full(0), empty(0)], Some(AlarmState::Returned))]
#[case::back_unseen(vec![full(0), empty(0), full(0)], Some(AlarmState::Unacknowledged))]
#[case::over_then_known(vec![full(0), empty(0), AlarmWish::Acknowledge(ONE)], None)]
#[case::known_then_over(vec![full(0), AlarmWish::Acknowledge(ONE), empty(0)], None)]
#[case::put_away(vec![full(0), shelve(600)], Some(AlarmState::Shelved))]
#[case::put_away_and_over(vec![full(0), shelve(600), empty(0)], Some(AlarmState::Shelved))]
#[case::taken_back(vec![full(0), shelve(600), AlarmWish::Unshelve(ONE)], Some(AlarmState::Unacknowledged))]
#[case::escalated(vec![full(0), AlarmWish::Escalate(ONE)], Some(AlarmState::Unacknowledged))]
#[case::never_was(vec![empty(0)], None)]
fn an_alarm_lives_as_the_standard_says(
    #[case] wishes: Vec<AlarmWish>,
    #[case] state: Option<AlarmState>,
) {
    let mut told = Told::new();
    for wish in wishes {
        told.wish(0, wish).unwrap();
    }
    let found = alarms(&told.twin).standing(ONE);
    assert_eq!(found.map(twin_core::Alarm::state), state);
    assert!(alarms(&told.twin).len() <= 1, "one subject, one alarm");
}

#[test]
fn what_is_over_is_raised_anew_under_another_number() {
    let mut told = Told::new();
    for wish in [full(0), AlarmWish::Acknowledge(ONE), empty(0), full(0)] {
        told.wish(0, wish).unwrap();
    }
    let book = alarms(&told.twin);
    let standing: Vec<_> = book.iter().map(|alarm| alarm.id).collect();
    assert_eq!(standing, [AlarmId(2)]);
    let past = book.find(ONE).unwrap();
    assert_eq!(past.state(), AlarmState::Closed);
    let moments: Vec<_> = past.moments.iter().map(|moment| moment.step).collect();
    assert_eq!(
        moments,
        [
            StepKind::Raised,
            StepKind::Acknowledged,
            StepKind::Returned,
            StepKind::Closed
        ]
    );
}

#[test]
fn one_that_gets_more_pressing_is_news_to_whoever_knew_of_it() {
    let mut told = Told::new();
    let pressing = |priority| AlarmWish::Raise {
        cause: AlarmCause::AuthorisationExpiring,
        subject: site(0).into(),
        about: site(0),
        priority,
        value: Some(30.0),
        members: Vec::new(),
    };
    told.wish(0, pressing(AlarmPriority::Third)).unwrap();
    assert_eq!(told.annunciate(0, &FloodLimits::default()), 1);
    told.wish(1, AlarmWish::Acknowledge(ONE)).unwrap();
    assert_eq!(told.wish(2, pressing(AlarmPriority::Second)).unwrap(), 1);
    let alarm = alarms(&told.twin).standing(ONE).unwrap();
    assert_eq!(alarm.state(), AlarmState::Unacknowledged);
    assert!(alarm.is_untold());
}

#[rstest]
#[case::one_that_is_not_there(AlarmWish::Acknowledge(AlarmId(9)), AlarmRefusal::NotStanding { alarm: AlarmId(9) })]
#[case::until_the_past(shelve(-1), AlarmRefusal::ShelvedOutOfTime { until: at(-1), at: at(0) })]
#[case::for_too_long(
    shelve(LONGEST_SHELF.as_secs() + 1),
    AlarmRefusal::ShelvedOutOfTime { until: at(LONGEST_SHELF.as_secs() + 1), at: at(0) }
)]
#[case::without_a_reason(
    AlarmWish::Shelve { alarm: ONE, until: at(60), reason: "  ".into() },
    AlarmRefusal::Reason { length: 0 }
)]
fn a_wish_that_cannot_be_granted_says_why(#[case] wish: AlarmWish, #[case] why: AlarmRefusal) {
    let mut told = Told::new();
    told.wish(0, full(0)).unwrap();
    match told.wish(0, wish) {
        Err(Refusal::Alarm(refusal)) => assert_eq!(refusal, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fire_is_never_put_away_and_nothing_is_raised_about_what_does_not_exist() {
    let mut told = Told::new();
    told.wish(0, raise(AlarmCause::Fire, 0)).unwrap();
    let refused = told.wish(0, shelve(60)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        AlarmRefusal::NeverShelved { alarm: ONE }.to_string()
    );
    let refused = told.wish(0, full(SITES)).unwrap_err();
    assert!(matches!(
        refused,
        Refusal::Invalid(TwinError::UnknownAsset(_))
    ));
}

#[test]
fn a_gateway_is_one_alarm_with_all_that_stands_behind_it() {
    let mut told = Told::new();
    let out = |members: Vec<AssetId>| AlarmWish::Raise {
        cause: AlarmCause::GatewayOut,
        subject: AlarmSubject::gateway("0016c001f153a14c").unwrap(),
        about: members[0].clone(),
        priority: AlarmPriority::Second,
        value: None,
        members,
    };
    told.wish(0, out((0..60).map(site).collect())).unwrap();
    assert_eq!(told.wish(1, out((0..60).map(site).collect())).unwrap(), 0);
    assert_eq!(told.wish(2, out((0..61).map(site).collect())).unwrap(), 1);
    let book = alarms(&told.twin);
    assert_eq!(book.len(), 1);
    assert_eq!(book.standing(ONE).unwrap().members.len(), 61);
}

#[test]
fn a_snapshot_from_before_there_were_alarms_has_none() {
    let kept = r#"{"version":1,"public_seq":7,"restricted_seq":2,"at":"2026-01-01T00:00:00Z","sensors":[],"levels":[]}"#;
    let snapshot: Snapshot = serde_json::from_str(kept).unwrap();
    let restored = twin().restored(snapshot);
    assert!(alarms(&restored).is_empty());
    assert_eq!(restored.seq(Channel::Public), 7);
    let again = serde_json::to_string(&restored.to_snapshot()).unwrap();
    assert!(!again.contains("alarms"), "{again}");
}

fn any_wish() -> impl Strategy<Value = AlarmWish> {
    let cause = prop::sample::select(AlarmCause::ALL);
    let subject = 0..6_usize;
    let alarm = (1..20_u64).prop_map(AlarmId);
    prop_oneof![
        4 => (cause.clone(), subject.clone()).prop_map(|(cause, n)| raise(cause, n)),
        4 => (cause, subject).prop_map(|(cause, n)| clear(cause, n)),
        2 => alarm.clone().prop_map(AlarmWish::Acknowledge),
        1 => alarm.clone().prop_map(AlarmWish::Escalate),
        1 => alarm.clone().prop_map(AlarmWish::Unshelve),
        1 => (alarm.clone(), 1..9_000_i64).prop_map(|(alarm, secs)| AlarmWish::Shelve {
            alarm,
            until: at(secs),
            reason: "because".into(),
        }),
        2 => prop::collection::vec(alarm, 0..4).prop_map(AlarmWish::Annunciate),
    ]
}

/// What holds of alarms whatever happened.
fn assert_sound(told: &Told) {
    let book = alarms(&told.twin);
    let mut subjects: Vec<_> = book
        .iter()
        .map(|it| (it.cause, it.subject.clone()))
        .collect();
    for (cause, subject) in &subjects {
        assert_eq!(book.of(*cause, subject).unwrap().subject, *subject);
    }
    subjects.sort();
    let standing = subjects.len();
    subjects.dedup();
    assert_eq!(
        subjects.len(),
        standing,
        "a subject has one alarm of a cause"
    );
    for alarm in book.iter() {
        let is_first = alarm.priority == AlarmPriority::First;
        assert!(!(is_first && alarm.state() == AlarmState::Shelved));
        assert!(alarm.acknowledged_at.is_none() || alarm.is_active());
    }
    assert_eq!(told.twin.seq(Channel::Public), 0);
    for (n, change) in told.changes.iter().enumerate() {
        assert_eq!(
            (change.channel, change.seq),
            (Channel::Restricted, n as u64 + 1)
        );
    }
}

proptest! {
    #[test]
    fn whatever_is_wished_alarms_stay_sound_secret_and_replay(
        wishes in prop::collection::vec((any_wish(), 0..4_000_i64), 1..80),
        cut in 0..80_usize,
    ) {
        let mut told = Told::new();
        for (wish, secs) in wishes {
            let before = told.twin.clone();
            let is_done = told.wish(secs, wish.clone()).is_ok();
            prop_assert!(is_done || told.twin == before);
            if is_done && !matches!(wish, AlarmWish::Shelve { .. }) {
                prop_assert_eq!(told.wish(secs, wish).unwrap_or(0), 0, "told again: nothing");
            }
        }
        assert_sound(&told);
        // From the journal, and from a snapshot in the middle of it.
        prop_assert_eq!(&evolve(twin(), &told.changes), &told.twin);
        let (first, rest) = told.changes.split_at(cut.min(told.changes.len()));
        let text = serde_json::to_string(&evolve(twin(), first).to_snapshot()).unwrap();
        let kept: Snapshot = serde_json::from_str(&text).unwrap();
        let text = serde_json::to_string(rest).unwrap();
        let rest: Vec<Change> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&evolve(twin().restored(kept), &rest), &told.twin);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Bins flap at random for two hours, step by step; now and then it burns, and somebody acknowledges.
    #[test]
    fn a_storm_is_bearable_and_hides_nothing(
        steps in prop::collection::vec(
            (prop::collection::vec(0..SITES, 0..120), 0..40_usize, prop::option::of(0..400_u64)),
            240,
        ),
    ) {
        let limits = FloodLimits::default();
        let mut told = Told::new();
        for (n, (flapping, burns, known)) in steps.iter().enumerate() {
            let now = i64::try_from(n).unwrap() * 30;
            for bin in flapping {
                let is_full = alarms(&told.twin).of(AlarmCause::ContainerFull, &site(*bin).into())
                    .is_some_and(twin_core::Alarm::is_active);
                told.wish(now, if is_full { empty(*bin) } else { full(*bin) }).unwrap();
            }
            if *burns == 0 {
                told.wish(now, raise(AlarmCause::Fire, n)).unwrap();
            }
            if let Some(known) = known {
                told.wish(now, AlarmWish::Acknowledge(AlarmId(*known))).ok();
            }
            told.annunciate(now, &limits);
            let book = alarms(&told.twin);
            for fire in book.iter().filter(|alarm| alarm.cause == AlarmCause::Fire) {
                prop_assert!(!fire.is_untold(), "a fire is told of at once");
            }
            let waits = |alarm: &&twin_core::Alarm| alarm.is_untold() && alarm.active_since + limits.window < at(now);
            prop_assert_eq!(book.iter().find(waits), None, "what waits is told of in the end");
        }
        assert_storm_was_bearable(&told, &limits);
    }
}

/// In no window there was more than the limit, but for what had to be.
fn assert_storm_was_bearable(told: &Told, limits: &FloodLimits) {
    let mut annunciations: Vec<_> = alarms(&told.twin).annunciations().collect();
    annunciations.reverse();
    for (n, first) in annunciations.iter().enumerate() {
        assert_eq!(first.no, n as u64 + 1);
        let within = annunciations[n..]
            .iter()
            .take_while(|it| it.at < first.at + limits.window);
        let (firsts, others): (Vec<&Annunciation>, Vec<&Annunciation>) =
            within.partition(|it| it.priority == AlarmPriority::First);
        let most = usize::from(limits.most);
        let kept_free = usize::from(limits.kept_free);
        assert!(
            others.len() <= most - kept_free,
            "{} ordinary ones",
            others.len()
        );
        assert!(
            firsts.len() + others.len() <= most || firsts.len() > kept_free,
            "{} and {}",
            firsts.len(),
            others.len()
        );
        assert!(
            firsts.iter().all(|it| it.count == 1),
            "a fire is told of alone"
        );
    }
}

#[test]
fn a_few_are_told_one_by_one_and_many_together() {
    let limits = FloodLimits::default();
    let mut told = Told::new();
    for n in 0..3 {
        told.wish(0, full(n)).unwrap();
    }
    assert_eq!(told.annunciate(0, &limits), 3);
    for n in 3..203 {
        told.wish(60, full(n)).unwrap();
    }
    for n in 203..300 {
        told.wish(60, raise(AlarmCause::Replay, n)).unwrap();
    }
    assert_eq!(told.annunciate(60, &limits), 2, "one for each cause");
    let book = alarms(&told.twin);
    let counts: Vec<_> = book
        .annunciations()
        .map(|it| (it.cause, it.count))
        .collect();
    assert_eq!(
        counts[..2],
        [(AlarmCause::ContainerFull, 200), (AlarmCause::Replay, 97)],
        "the more pressing cause came first"
    );
    told.wish(61, AlarmWish::Escalate(AlarmId(1))).unwrap();
    assert_eq!(told.annunciate(61, &limits), 0, "its cause is gathered");
    assert_eq!(told.annunciate(180, &limits), 1);
    let book = alarms(&told.twin);
    assert!(book.annunciations().next().unwrap().is_escalation);
}

#[test]
fn figures_tell_how_loud_it_was() {
    let mut told = Told::new();
    let limits = FloodLimits::default();
    told.wish(0, raise(AlarmCause::Fire, 0)).unwrap();
    for n in 0..3 {
        told.wish(700, full(n)).unwrap();
        told.annunciate(700, &limits);
    }
    told.wish(800, empty(1)).unwrap();
    told.wish(900, full(1)).unwrap();
    told.wish(900, AlarmWish::Acknowledge(AlarmId(3))).unwrap();
    told.wish(950, empty(1)).unwrap();
    told.wish(
        960,
        AlarmWish::Shelve {
            alarm: AlarmId(4),
            until: at(90_000),
            reason: "seen".into(),
        },
    )
    .unwrap();
    let day = 25 * 3600;
    let figures = figures(alarms(&told.twin), at(0), at(day));
    assert_eq!(
        (
            figures.raised,
            figures.annunciations,
            figures.peak_per_10_min
        ),
        (4, 4, 4)
    );
    assert!((figures.mean_per_10_min - 4.0 / 150.0).abs() < 1e-12);
    assert_eq!(
        (figures.standing, figures.stale, figures.shelved),
        (2, 2, 1)
    );
    let shares: Vec<_> = figures
        .priorities
        .iter()
        .map(|it| it.share.unwrap())
        .collect();
    assert_eq!(shares, [0.25, 0.0, 0.75]);
    assert_eq!(figures.causes[0], (AlarmCause::ContainerFull, 3));
    let worst = &figures.most_frequent[0];
    assert_eq!(
        (worst.subject.clone(), worst.occurrences),
        (site(1).into(), 2)
    );
}

#[test]
fn an_event_reads_what_it_writes_under_stable_names() {
    let mut told = Told::new();
    told.wish(0, full(0)).unwrap();
    let text = serde_json::to_string(&told.changes[0].effect).unwrap();
    assert_eq!(
        text,
        r#"{"alarm":{"about":"site/s0","alarms":[1],"step":{"raised":{"cause":"container-full","subject":"site/s0","priority":3,"value":0.96}}}}"#
    );
    let effect: Effect = serde_json::from_str(&text).unwrap();
    let Effect::Alarm(event) = effect else {
        panic!("{effect:?}");
    };
    assert!(matches!(event.step, AlarmStep::Raised { .. }));
}
