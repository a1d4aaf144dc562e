//! Routes worked by hand, in minutes.

use rstest::rstest;

use super::chain::fault;
use super::{Line, class, windows_of};
use crate::collection::schedule::{ClockRules, Goal, Misfit, Part, Step, Walker, schedule};
use crate::collection::{Act, Begun, BreakRule, Timeline, Trip, Window};

/// Code du travail L3121-16: 20 minutes once 6 hours are reached.
const SIX_HOURS: BreakRule = BreakRule {
    after: 360,
    length: 20,
    first_part: None,
};

/// Regulation (EC) 561/2006, article 7: 45 minutes after 4 h 30, or 15 and then 30.
const DRIVING: BreakRule = BreakRule {
    after: 270,
    length: 45,
    first_part: Some(15),
};

/// Serves all stops in one trip and then unloads, where there is an unloading.
fn trip(line: &Line) -> Vec<Trip> {
    vec![Trip {
        outfit: 0,
        stops: (0..).take(line.parts.stops.len()).collect(),
        unloadings: (0..).take(line.parts.unloadings.len()).collect(),
    }]
}

fn timeline(line: &Line) -> Result<Timeline, Misfit> {
    let (problem, trips) = (line.problem(), trip(line));
    let timeline = schedule(&problem, 0, &trips)?;
    assert_eq!(fault(&problem, &trips, &timeline), None, "{timeline:?}");
    Ok(timeline)
}

/// The events of a kind, from and until.
fn events(line: &Line, kind: impl Fn(Act) -> bool) -> Vec<(i32, i32)> {
    let timeline = timeline(line).unwrap();
    let events = timeline.0.iter().filter(|event| kind(event.act));
    events.map(|event| (event.from, event.until)).collect()
}

fn breaks(line: &Line) -> Vec<(i32, i32)> {
    events(line, |act| act == Act::Break)
}

fn served(line: &Line) -> Vec<(i32, i32)> {
    events(line, |act| matches!(act, Act::Serve(_)))
}

fn day(line: &Line) -> (i32, i32) {
    let timeline = timeline(line).unwrap();
    (timeline.begins().unwrap(), timeline.ends().unwrap())
}

fn begun(at: i32, worked: i32, driven: i32) -> Begun {
    Begun {
        place: 0,
        at,
        on_duty_since: 0,
        worked,
        driven,
        first_part_taken: false,
        outfit: 0,
        loads: Vec::new(),
    }
}

/// The first trip of a line: to place 1 and back, `service` minutes there.
fn there_and_back(way: i32, service: i32) -> Line {
    let mut line = Line::new(&[0, way]);
    line.stop(1, service, &[]);
    line
}

#[test]
fn a_day_has_its_events_in_order() {
    let mut line = Line::new(&[0, 10, 25]);
    line.parts.setups = vec![0, 3, 0];
    line.stop(1, 5, &[]);
    line.stop(1, 6, &[]);
    line.unloading(2, 20, &[]);
    (line.class().prepare, line.class().finish) = (15, 7);

    let events = timeline(&line).unwrap().0;

    let expected = [
        (Act::Prepare, 0, 0),
        (Act::Drive, 1, 15),
        (Act::Serve(0), 1, 25),
        (Act::Serve(1), 1, 33),
        (Act::Drive, 2, 39),
        (Act::Unload(0), 2, 54),
        (Act::Drive, 0, 74),
        (Act::Finish, 0, 99),
    ];
    let found: Vec<_> = events.iter().map(|e| (e.act, e.place, e.from)).collect();
    assert_eq!(found, expected);
    assert_eq!(events[7].until, 106);
}

#[rstest]
#[case::at_any_time(&[], 0)]
#[case::leaves_just_in_time(&[(100, 200)], 90)]
#[case::ready_when_it_closes(&[(0, 10)], 0)]
#[case::the_next_window(&[(0, 9), (60, 70)], 50)]
fn a_crew_leaves_so_that_it_need_not_wait(#[case] windows: &[(i32, i32)], #[case] begins: i32) {
    let mut line = Line::new(&[0, 10]);
    line.stop(1, 5, windows);
    assert_eq!(day(&line), (begins, begins + 25));
}

#[test]
fn a_crew_leaves_as_late_as_its_first_window_lets_it_and_waits_for_the_second() {
    let mut line = Line::new(&[0, 10, 20]);
    line.stop(1, 5, &[(0, 40)]);
    line.stop(2, 5, &[(100, 110)]);
    assert_eq!(served(&line), [(40, 45), (100, 105)]);
    assert_eq!(day(&line), (30, 125));
}

#[test]
fn a_crew_would_rather_come_after_the_closing_time_than_wait_during_it() {
    let mut line = Line::new(&[0, 10, 20]);
    line.stop(1, 5, &[(0, 40), (80, 300)]);
    line.stop(2, 5, &[(100, 110)]);
    assert_eq!(served(&line), [(85, 90), (100, 105)]);
}

#[rstest]
#[case::before_school(479, 479)]
#[case::at_eight(480, 480)]
#[case::while_children_come(481, 510)]
#[case::after(511, 511)]
fn a_school_is_not_served_between_8_00_and_8_30(#[case] comes: i32, #[case] serves: i32) {
    let mut line = there_and_back(10, 5);
    line.parts.stops[0].windows = windows_of(&[(0, 480), (510, 1000)]);
    line.class().begun = Some(begun(comes - 10, 0, 0));
    assert_eq!(served(&line), [(serves, serves + 5)]);
}

#[test]
fn a_plant_that_closes_at_noon_is_waited_for() {
    let mut line = Line::new(&[0, 10, 20]);
    line.stop(1, 5, &[(700, 705)]);
    line.unloading(2, 15, &[(480, 710), (780, 1000)]);
    let unloaded = events(&line, |act| matches!(act, Act::Unload(_)));
    assert_eq!(served(&line), [(705, 710)]);
    assert_eq!(unloaded, [(780, 795)]);
}

#[test]
fn a_trip_leaves_when_it_is_released_and_the_one_before_is_not_held_up() {
    let mut line = Line::new(&[0, 10]);
    line.stop(1, 5, &[(0, 20)]);
    line.stop(1, 5, &[]).release = 100;
    line.unloading(0, 15, &[]);
    let trip = |stop| Trip {
        outfit: 0,
        stops: vec![stop],
        unloadings: vec![0],
    };
    let (problem, trips) = (line.problem(), [trip(0), trip(1)]);
    let timeline = schedule(&problem, 0, &trips).unwrap();
    assert_eq!(fault(&problem, &trips, &timeline), None);
    let from: Vec<_> = timeline.0.iter().map(|e| (e.act, e.from)).collect();
    let expected = [
        (Act::Drive, 10),
        (Act::Serve(0), 20),
        (Act::Drive, 25),
        (Act::Unload(0), 35),
        (Act::Wait, 50),
        (Act::Drive, 100),
        (Act::Serve(1), 110),
        (Act::Drive, 115),
        (Act::Unload(0), 125),
    ];
    assert_eq!(from, expected);
}

#[rstest]
#[case::six_hours_exactly(160, 160, &[])]
#[case::a_minute_more(160, 161, &[(341, 361)])]
#[case::rest_at_the_limit(340, 10, &[(360, 380)])]
fn after_six_hours_comes_a_break(
    #[case] first: i32,
    #[case] second: i32,
    #[case] expected: &[(i32, i32)],
) {
    let mut line = Line::new(&[0, 20]);
    line.stop(1, first, &[]);
    line.stop(1, second, &[]);
    line.class().breaks.work = Some(SIX_HOURS);
    assert_eq!(breaks(&line), expected);
}

#[test]
fn waiting_that_is_long_enough_becomes_the_break() {
    let mut line = Line::new(&[0, 20]);
    line.stop(1, 160, &[(20, 20)]);
    line.stop(1, 170, &[(205, 205)]);
    line.class().breaks.work = Some(SIX_HOURS);
    assert_eq!(breaks(&line), [(180, 205)]);
    assert_eq!(day(&line), (0, 395));
}

#[test]
fn waiting_counts_as_work_until_it_is_a_break() {
    let mut line = Line::new(&[0, 20]);
    line.stop(1, 160, &[(20, 20)]);
    line.stop(1, 160, &[(190, 190)]);
    line.class().breaks.work = Some(SIX_HOURS);
    // 340 minutes of work with the way home, 10 of waiting, and 20 for the way home.
    assert_eq!(breaks(&line), [(350, 370)]);
}

#[rstest]
#[case::four_and_a_half_hours(&[0, 135], &[])]
#[case::a_minute_more_each_way(&[0, 136], &[(136, 181)])]
fn after_four_and_a_half_hours_of_driving_come_45_minutes(
    #[case] at: &[i32],
    #[case] expected: &[(i32, i32)],
) {
    let mut line = Line::new(at);
    line.stop(1, 0, &[]);
    line.class().breaks.driving = Some(DRIVING);
    assert_eq!(breaks(&line), expected);
}

#[test]
fn a_driving_break_is_taken_in_two_parts_where_waiting_gives_the_first() {
    let mut line = Line::new(&[0, 100, 200]);
    line.stop(1, 10, &[(100, 100)]);
    line.stop(1, 10, &[(128, 128)]);
    line.stop(2, 10, &[]);
    line.class().breaks.driving = Some(DRIVING);
    // 110 to 128 is waited anyway; 30 more at place 2, where 200 of 270 minutes are driven.
    assert_eq!(breaks(&line), [(110, 128), (248, 278)]);
    assert_eq!(day(&line), (0, 478));
}

#[test]
fn a_working_break_is_the_first_part_of_a_driving_break() {
    let mut line = Line::new(&[0, 100, 160]);
    line.stop(1, 250, &[]);
    line.stop(2, 100, &[(0, 440)]);
    line.class().breaks.work = Some(SIX_HOURS);
    line.class().breaks.driving = Some(DRIVING);
    // Worked 350 at place 1, so 20 there, and not 45, which would be too late for place 2; driven 160 at place 2, home is 160 more, so 30 there.
    assert_eq!(breaks(&line), [(350, 370), (530, 560)]);
}

#[test]
fn one_break_serves_both_rules() {
    let mut line = Line::new(&[0, 150]);
    line.stop(1, 160, &[]);
    line.class().breaks.work = Some(SIX_HOURS);
    line.class().breaks.driving = Some(DRIVING);
    assert_eq!(breaks(&line), [(310, 355)]);
    assert_eq!(day(&line), (0, 505));
}

#[rstest]
#[case::fresh(0, 0, &[])]
#[case::worked_before(256, 0, &[(455, 475)])]
#[case::due_now(360, 0, &[(400, 420)])]
#[case::driven_before(0, 210, &[(455, 500)])]
fn a_day_under_way_goes_on_with_what_was_done(
    #[case] worked: i32,
    #[case] driven: i32,
    #[case] expected: &[(i32, i32)],
) {
    let mut line = there_and_back(50, 5);
    line.class().begun = Some(begun(400, worked, driven));
    line.class().breaks.work = Some(SIX_HOURS);
    line.class().breaks.driving = Some(DRIVING);
    assert_eq!(breaks(&line), expected);
    assert_eq!(day(&line).0, 400);
}

#[test]
fn a_first_part_taken_before_the_plan_counts() {
    let mut line = there_and_back(50, 5);
    line.class().breaks.driving = Some(DRIVING);
    line.class().begun = Some(Begun {
        first_part_taken: true,
        ..begun(400, 0, 210)
    });
    assert_eq!(breaks(&line), [(455, 485)]);
}

#[test]
fn the_duty_of_a_day_under_way_counts_from_its_begin() {
    let mut line = there_and_back(50, 5);
    line.class().begun = Some(begun(400, 0, 0));
    line.class().max_duration = 500;
    let expected = Misfit::DayTooLong {
        after_shift: 0,
        over_duration: 5,
    };
    assert_eq!(timeline(&line), Err(expected));
    line.class().max_duration = 505;
    assert_eq!(day(&line), (400, 505));
}

const AT_STOP: Goal = Goal::Stop(0);

#[rstest]
#[case::window_missed(
    |line: &mut Line| line.parts.stops[0].windows = windows_of(&[(0, 90)]),
    Misfit::WindowMissed { trip: 0, goal: AT_STOP, by: 10 },
)]
#[case::shift_exceeded(
    |line: &mut Line| line.class().shift.close = 190,
    Misfit::DayTooLong { after_shift: 15, over_duration: 0 },
)]
#[case::duration_exceeded(
    |line: &mut Line| line.class().max_duration = 200,
    Misfit::DayTooLong { after_shift: 0, over_duration: 5 },
)]
#[case::way_longer_than_may_be_driven(
    |line: &mut Line| line.class().breaks.driving = Some(BreakRule { after: 98, ..DRIVING }),
    Misfit::DrivenTooLong { trip: 0, goal: AT_STOP, by: 2 },
)]
#[case::way_longer_than_may_be_worked(
    |line: &mut Line| line.class().breaks.work = Some(BreakRule { after: 97, ..SIX_HOURS }),
    Misfit::WorkedTooLong { trip: 0, goal: AT_STOP, by: 3 },
)]
#[case::window_missed_for_a_break(
    |line: &mut Line| {
        line.stop(1, 5, &[(0, 105)]);
        line.class().breaks.work = Some(BreakRule { after: 104, ..SIX_HOURS });
    },
    Misfit::WindowMissed { trip: 0, goal: Goal::Stop(1), by: 20 },
)]
#[case::no_such_unloading(
    |_: &mut Line| {},
    Misfit::Unknown { what: Part::Unloading, index: 7 },
)]
fn what_does_not_fit_is_told(#[case] change: impl Fn(&mut Line), #[case] expected: Misfit) {
    let mut line = there_and_back(100, 5);
    change(&mut line);
    let mut trips = trip(&line);
    if let Misfit::Unknown { index, .. } = expected {
        trips[0].unloadings.push(index);
    }
    assert_eq!(schedule(&line.problem(), 0, &trips), Err(expected));
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let most = Window::LAST;
    let window = [Window {
        open: most,
        close: most,
    }];
    let steps = [Step {
        drive: most,
        fixed: most,
        not_before: most,
        windows: &window,
    }; 3];
    let mut class = class();
    let rule = BreakRule {
        after: most,
        length: most,
        first_part: Some(most),
    };
    class.shift = window[0];
    (class.prepare, class.finish, class.max_duration) = (most, most, most);
    class.breaks.work = Some(rule);
    class.breaks.driving = Some(rule);
    assert_eq!(
        Walker::default().span(&ClockRules::new(&class), &steps),
        None
    );
    class.shift.open = 0;
    class.begun = Some(begun(most, most, most));
    assert_eq!(
        Walker::default().span(&ClockRules::new(&class), &steps),
        None
    );
}
