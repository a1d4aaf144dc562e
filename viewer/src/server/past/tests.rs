use bevy::MinimalPlugins;
use bevy::ecs::message::Messages;

use super::super::history::HistoryPlugin;
use super::super::live::LivePlugin;
use super::*;

/// A server plugin whose questions nobody answers but the test.
fn app(at: Option<&str>) -> App {
    let mut app = App::new();
    app.add_plugins(MinimalPlugins)
        .insert_resource(Client::new("http://127.0.0.1:1"))
        .insert_resource(present())
        .add_message::<Answered>()
        .add_plugins((LivePlugin, PastPlugin { at: at.map(time) }, HistoryPlugin));
    crate::systems::order_systems(&mut app);
    app.update();
    app
}

/// A server that has told that it is noon.
fn present() -> Present {
    let mut present = Present::default();
    present.is_at(time(NOON), 0.0);
    present
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NINE: &str = "2026-11-30T08:00:00Z";
const NOON: &str = "2026-11-30T11:00:00Z";
const TEN: &str = "2026-11-30T09:00:00Z";

fn snapshot(seq: u64, at: &str, fill: Option<f64>) -> String {
    let fill = fill.map_or_else(|| "null".to_owned(), |fill| fill.to_string());
    format!(
        r#"{{"seq": {seq}, "at": "{at}", "sites": {{"id": ["site/a"], "name": [null], "commune": [null],
        "lon": [6.8], "lat": [47.5]}}, "containers": {{"id": ["container/a"], "site": [0],
        "stream": ["glass"], "fill": [{fill}], "status": ["ok"], "observed_at": [null], "has_sensor": [1]}}}}"#
    )
}

/// The last question, as if it were on its way.
fn asked(app: &mut App) -> Option<(Ticket, String)> {
    app.world_mut().resource_mut::<Client>().send_last()
}

fn answer(app: &mut App, ticket: Ticket, body: Result<String, u16>) {
    let body = body
        .map(|text| text.into_bytes().into())
        .map_err(|status| Refused { status });
    app.world_mut()
        .resource_mut::<Messages<Answered>>()
        .write(Answered { ticket, body });
    app.update();
}

fn wish(app: &mut App, moment: Moment) {
    *app.world_mut().resource_mut::<Moment>() = moment;
    app.update();
}

fn fill(app: &App) -> Option<f64> {
    app.world().resource::<Fleet>().containers[0].fill
}

fn link(app: &App) -> Link {
    *app.world().resource::<Link>()
}

#[test]
fn a_wish_is_asked_with_its_time_and_shown_as_answered() {
    let mut app = app(Some(NINE));
    let (ticket, path) = asked(&mut app).unwrap();
    assert_eq!(path, "/live/snapshot?datetime=2026-11-30T08:00:00.000Z");
    assert!(!app.world().resource::<Pending>().is_none());
    answer(&mut app, ticket, Ok(snapshot(7, NINE, Some(0.5))));
    assert_eq!((fill(&app), link(&app)), (Some(0.5), Link::Past));
    let present = app.world().resource::<Present>();
    assert_eq!(
        present.time(1e4),
        Some(time(NINE)),
        "the clock stands still"
    );
    app.update();
    assert!(app.world().resource::<Pending>().is_none());
    assert_eq!(asked(&mut app), None, "the live feed is not asked for");
}

#[test]
fn nothing_live_overwrites_the_past() {
    let mut app = app(Some(NINE));
    let (ticket, _) = asked(&mut app).unwrap();
    answer(&mut app, ticket, Ok(snapshot(7, NINE, Some(0.5))));
    let mut feed = app.world_mut().resource_mut::<Feed>();
    feed.hears(concat!(
        "event: change\ndata: {\"seq\": 8, \"asset\": \"container/a\", \"kind\": \"container\", ",
        "\"change\": \"measured\", \"fill\": 0.9}\n\n"
    ));
    app.update();
    app.update();
    assert_eq!((fill(&app), link(&app)), (Some(0.5), Link::Past));
}

#[test]
fn a_live_snapshot_that_comes_too_late_is_dropped() {
    let mut app = app(None);
    let (live, path) = asked(&mut app).unwrap();
    assert_eq!(path, "/live/snapshot");
    wish(&mut app, Moment::At(time(NINE)));
    let (past, _) = asked(&mut app).unwrap();
    answer(&mut app, past, Ok(snapshot(7, NINE, Some(0.5))));
    answer(&mut app, live, Ok(snapshot(9, TEN, Some(0.9))));
    assert_eq!((fill(&app), link(&app)), (Some(0.5), Link::Past));
}

#[test]
fn the_last_wish_wins() {
    let mut app = app(Some(NINE));
    let (stale, _) = asked(&mut app).unwrap();
    wish(&mut app, Moment::At(time(TEN)));
    answer(&mut app, stale, Ok(snapshot(7, NINE, Some(0.5))));
    assert!(app.world().resource::<Fleet>().containers.is_empty());
}

#[test]
fn back_to_the_present_takes_a_fresh_snapshot() {
    let mut app = app(Some(NINE));
    let (ticket, _) = asked(&mut app).unwrap();
    answer(&mut app, ticket, Ok(snapshot(7, NINE, Some(0.5))));
    wish(&mut app, Moment::Live);
    app.update();
    let (ticket, path) = asked(&mut app).unwrap();
    assert_eq!((&*path, link(&app)), ("/live/snapshot", Link::Starting));
    let shown = app.world().resource::<Present>().time(0.0);
    assert_eq!(
        shown,
        Some(time(NINE)),
        "until it is there nothing else is shown"
    );
    answer(&mut app, ticket, Ok(snapshot(9, TEN, Some(0.9))));
    assert_eq!(fill(&app), Some(0.9));
    let shown = app.world().resource::<Present>().time(0.0);
    assert!(shown >= Some(time(TEN)));
}

#[rstest::rstest]
#[case::forgotten(Err(410))]
#[case::before_the_first_change(Ok(snapshot(0, NINE, None)))]
fn a_moment_without_history_is_refused(#[case] body: Result<String, u16>) {
    let mut app = app(Some(TEN));
    let (ticket, _) = asked(&mut app).unwrap();
    answer(&mut app, ticket, Ok(snapshot(7, TEN, Some(0.5))));
    wish(&mut app, Moment::At(time(NINE)));
    app.world_mut().resource_mut::<Visit>().due_s = Some(0.0);
    app.update();
    let (ticket, _) = asked(&mut app).unwrap();
    answer(&mut app, ticket, body);
    assert_eq!(*app.world().resource::<Moment>(), Moment::At(time(TEN)));
    assert_eq!((fill(&app), link(&app)), (Some(0.5), Link::Past));
    let begin = app.world().resource::<History>().begin();
    assert_eq!(begin, Some(time(TEN)));
}

#[test]
fn hasty_wishes_wait_until_hands_rest() {
    let mut visit = Visit::default();
    visit.wish(time(NINE), 10.0);
    assert_eq!(visit.take_due(10.0), Some(time(NINE)), "the first at once");
    assert_eq!(visit.take_due(10.0), None, "once");
    visit.wish(time(TEN), 10.1);
    visit.wish(time(NINE), 10.3);
    assert_eq!(visit.take_due(10.5), None);
    assert_eq!(visit.take_due(10.56), Some(time(NINE)));
    visit.wish(time(TEN), 11.0);
    assert_eq!(visit.take_due(11.0), Some(time(TEN)));
}

const AHEAD: &str = "2026-12-02T17:00:00Z";

/// The two questions for a moment ahead: that of the containers, and that of the forecast.
fn asked_ahead(app: &mut App) -> [Ticket; 2] {
    let (forecast, path) = asked(app).unwrap();
    assert_eq!(path, "/forecast?datetime=2026-12-02T17:00:00.000Z");
    let (snapshot, path) = asked(app).unwrap();
    assert_eq!(path, "/live/snapshot");
    [snapshot, forecast]
}

fn forecast_of(id: &str) -> String {
    super::super::ahead::tests::told(&[id], AHEAD, &[[Some(300), Some(600), Some(1_200)]])
}

#[rstest::rstest]
#[case::containers_first(false)]
#[case::forecast_first(true)]
fn a_moment_ahead_is_shown_as_it_is_forecast(#[case] is_reversed: bool) {
    let mut app = app(Some(AHEAD));
    let [containers, forecast] = asked_ahead(&mut app);
    let mut answers = [
        (containers, snapshot(9, TEN, Some(0.1))),
        (forecast, forecast_of("container/a")),
    ];
    if is_reversed {
        answers.reverse();
    }
    for (ticket, body) in answers {
        answer(&mut app, ticket, Ok(body));
    }
    assert_eq!((fill(&app), link(&app)), (Some(0.6), Link::Past));
    let fleet = app.world().resource::<Fleet>();
    let load = fleet.forecast().unwrap().loads[0].unwrap();
    assert_eq!((load.low, load.high), (0.3, 1.2));
    let present = app.world().resource::<Present>();
    assert_eq!(present.held(), Some(time(AHEAD)));
}

#[test]
fn back_from_ahead_nothing_is_forecast_any_more() {
    let mut app = app(Some(AHEAD));
    let [containers, forecast] = asked_ahead(&mut app);
    answer(&mut app, containers, Ok(snapshot(9, TEN, Some(0.1))));
    answer(&mut app, forecast, Ok(forecast_of("container/a")));
    wish(&mut app, Moment::Live);
    app.update();
    let (ticket, path) = asked(&mut app).unwrap();
    assert_eq!(path, "/live/snapshot");
    answer(&mut app, ticket, Ok(snapshot(9, TEN, Some(0.1))));
    assert_eq!(fill(&app), Some(0.1));
    assert!(app.world().resource::<Fleet>().forecast().is_none());
}

#[rstest::rstest]
#[case::too_far(Err(400))]
#[case::an_older_server(Err(404))]
#[case::of_other_containers(Ok(forecast_of("container/b")))]
#[case::nonsense(Ok("{}".to_owned()))]
fn what_is_not_forecast_is_refused_and_history_keeps_its_beginning(
    #[case] body: Result<String, u16>,
) {
    let mut app = app(Some(AHEAD));
    let [containers, forecast] = asked_ahead(&mut app);
    answer(&mut app, containers, Ok(snapshot(9, TEN, Some(0.1))));
    answer(&mut app, forecast, body);
    assert_eq!(*app.world().resource::<Moment>(), Moment::Live);
    assert_eq!(app.world().resource::<History>().begin(), None);
}
