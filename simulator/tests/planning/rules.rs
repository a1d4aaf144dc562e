//! Each rule by itself: a plan that just keeps it, and one that just breaks it.

use rstest::rstest;
use simulator::collection::check::{Indexed, Violation};
use simulator::collection::{Act, Need, StreamSet, Timeline, Travel, UNREACHABLE, Window};

use crate::day::{Day, by_hand, table, timeline};

fn as_it_is(_: &mut Day) {}

#[track_caller]
fn assert_rule(keep: fn(&mut Day), break_it: fn(&mut Day), expected: Violation) {
    let mut kept = by_hand();
    keep(&mut kept);
    assert_eq!(kept.verdict().violations, []);

    let mut broken = by_hand();
    break_it(&mut broken);
    assert_eq!(broken.verdict().violations, [expected]);
}

#[rstest]
#[case::served_twice(
    |day: &mut Day| {
        day.trip(0, 1).stops.push(2);
        day.insert(0, 10, (Act::Serve(2), 2, 4));
    },
    Violation::StopServedTwice { stop: 2, route: 0, trip: 1 }
)]
#[case::served_and_listed(
    |day: &mut Day| day.plan.unserved = vec![2, 3],
    Violation::ServedAndListed { stop: 2 }
)]
#[case::neither_served_nor_listed(
    |day: &mut Day| day.plan.unserved.clear(),
    Violation::NeitherServedNorListed { stop: 3 }
)]
#[case::listed_twice(
    |day: &mut Day| day.plan.unserved = vec![3, 3],
    Violation::UnservedOutOfOrder { stop: 3, after: 3 }
)]
#[case::required_but_not_served(
    |day: &mut Day| day.stop(3).need = Need::Required,
    Violation::RequiredUnserved { stop: 3 }
)]
#[case::forbidden_to_its_class(
    |day: &mut Day| day.stop(2).classes = 0b10,
    Violation::ClassNotAllowed { route: 0, trip: 1, stop: 2, class: 0 }
)]
fn stops_are_served_once_or_listed(#[case] break_it: fn(&mut Day), #[case] expected: Violation) {
    assert_rule(as_it_is, break_it, expected);
}

#[rstest]
#[case::class(Indexed::Class, 2, |day: &mut Day| day.plan.routes[0].class = 7)]
#[case::outfit(Indexed::Outfit, 3, |day: &mut Day| day.trip(0, 1).outfit = 7)]
#[case::stop(Indexed::Stop, 5, |day: &mut Day| day.trip(0, 1).stops.push(7))]
#[case::unloading(Indexed::Unloading, 2, |day: &mut Day| day.trip(0, 1).unloadings.push(7))]
#[case::place(Indexed::Place, 6, |day: &mut Day| day.events(0)[5].place = 7)]
fn an_index_that_leads_nowhere_is_named(
    #[case] what: Indexed,
    #[case] count: u32,
    #[case] break_it: fn(&mut Day),
) {
    let expected = Violation::UnknownIndex {
        route: Some(0),
        what,
        index: 7,
        count,
    };
    assert_rule(as_it_is, break_it, expected);
}

#[test]
fn a_listed_stop_that_there_is_not_is_named() {
    let expected = Violation::UnknownIndex {
        route: None,
        what: Indexed::Stop,
        index: 7,
        count: 5,
    };
    assert_rule(
        as_it_is,
        |day: &mut Day| day.plan.unserved.push(7),
        expected,
    );
}

#[rstest]
#[case::more_vehicles_than_there_are(
    as_it_is,
    |day: &mut Day| day.class(0).count = 0,
    Violation::TooManyVehicles { class: 0, used: 1, limit: 0 }
)]
#[case::one_more_trip_than_it_may(
    as_it_is,
    |day: &mut Day| day.class(0).max_trips = 1,
    Violation::TooManyTrips { route: 0, trips: 2, limit: 1 }
)]
#[case::under_way_and_not_used(
    as_it_is,
    |day: &mut Day| {
        day.plan.routes.pop();
        day.plan.unserved.push(4);
    },
    Violation::BegunMissing { class: 1 }
)]
#[case::under_way_and_later_than_it_can_leave(
    as_it_is,
    |day: &mut Day| day.shift(1, 0, 1),
    Violation::BegunStart { route: 1, from: 51, expected: 50 }
)]
#[case::under_way_and_changed_its_outfit(
    |day: &mut Day| {
        let outfit = day.class(1).outfits[0].clone();
        day.class(1).outfits.push(outfit);
    },
    |day: &mut Day| {
        let outfit = day.class(1).outfits[0].clone();
        day.class(1).outfits.push(outfit);
        day.trip(1, 0).outfit = 1;
    },
    Violation::BegunOutfit { route: 1, outfit: 1, expected: 0 }
)]
#[case::under_way_with_what_it_does_not_take(
    as_it_is,
    |day: &mut Day| day.class(1).begun.as_mut().unwrap().loads[0].stream = 1,
    Violation::BegunStreamNotTaken { route: 1, stream: 1, outfit: 0 }
)]
fn the_fleet_is_used_as_it_is(
    #[case] keep: fn(&mut Day),
    #[case] break_it: fn(&mut Day),
    #[case] expected: Violation,
) {
    assert_rule(keep, break_it, expected);
}

#[rstest]
#[case::stream_that_its_outfit_does_not_take(
    |day: &mut Day| day.trip(0, 1).outfit = 2,
    |day: &mut Day| day.trip(0, 1).outfit = 1,
    Violation::StreamNotTaken { route: 0, trip: 1, stop: 2, stream: 0, outfit: 1 }
)]
#[case::compartment_after_compaction_rounded_up_at_each_stop(
    |day: &mut Day| {
        day.trip(0, 0).outfit = 2;
        day.class(0).outfits[2].compartments[0].volume = 5;
    },
    |day: &mut Day| {
        day.trip(0, 0).outfit = 2;
        day.class(0).outfits[2].compartments[0].volume = 4;
    },
    Violation::CompartmentOverfull { route: 0, trip: 0, compartment: 0, volume: 5, limit: 4 }
)]
#[case::second_compartment(
    |day: &mut Day| day.class(0).outfits[0].compartments[1].volume = 6,
    |day: &mut Day| day.class(0).outfits[0].compartments[1].volume = 5,
    Violation::CompartmentOverfull { route: 0, trip: 0, compartment: 1, volume: 6, limit: 5 }
)]
#[case::compartment_with_what_was_in_it(
    as_it_is,
    |day: &mut Day| day.class(1).outfits[0].compartments[0].volume = 19,
    Violation::CompartmentOverfull { route: 1, trip: 0, compartment: 0, volume: 20, limit: 19 }
)]
#[case::payload_of_all_compartments(
    |day: &mut Day| day.class(0).outfits[0].payload = 150,
    |day: &mut Day| day.class(0).outfits[0].payload = 149,
    Violation::PayloadExceeded { route: 0, trip: 0, mass: 150, limit: 149 }
)]
#[case::payload_with_what_was_in_it(
    as_it_is,
    |day: &mut Day| day.class(1).outfits[0].payload = 59,
    Violation::PayloadExceeded { route: 1, trip: 0, mass: 60, limit: 59 }
)]
#[case::nothing_unloaded_between_trips(
    as_it_is,
    drop_first_unloading,
    Violation::UnloadingMissing { route: 0, trip: 0 }
)]
#[case::something_left_at_the_end(
    as_it_is,
    |day: &mut Day| day.class(1).unload_at_end = true,
    Violation::LoadsLeft { route: 1, volume: 20, mass: 60 }
)]
#[case::something_left_at_the_end_of_a_day_without_trips(
    leave_van_without_trips,
    |day: &mut Day| {
        leave_van_without_trips(day);
        day.class(1).unload_at_end = true;
    },
    Violation::LoadsLeft { route: 1, volume: 9, mass: 40 }
)]
#[case::stream_that_no_unloading_takes(
    |day: &mut Day| day.parts.unloadings[1].streams = StreamSet::ALL,
    |day: &mut Day| day.parts.unloadings[0].streams = StreamSet::of(0),
    Violation::StreamNotUnloaded { route: 0, trip: 0, stream: 1 }
)]
#[case::unloading_of_another_class(
    as_it_is,
    |day: &mut Day| day.class(0).unloadings = vec![0],
    Violation::UnloadingNotUsable { route: 0, trip: 1, unloading: 1, class: 0 }
)]
fn loads_fit_and_are_left_where_they_may_be(
    #[case] keep: fn(&mut Day),
    #[case] break_it: fn(&mut Day),
    #[case] expected: Violation,
) {
    assert_rule(keep, break_it, expected);
}

fn drop_first_unloading(day: &mut Day) {
    day.trip(0, 0).unloadings.clear();
    day.plan.routes[0].timeline = timeline(
        100,
        &[
            (Act::Prepare, 0, 3),
            (Act::Drive, 1, 10),
            (Act::Serve(0), 1, 9),
            (Act::Serve(1), 1, 4),
            (Act::Drive, 2, 10),
            (Act::Serve(2), 2, 9),
            (Act::Drive, 5, 30),
            (Act::Unload(1), 5, 6),
            (Act::Drive, 0, 50),
            (Act::Finish, 0, 2),
        ],
    );
}

fn leave_van_without_trips(day: &mut Day) {
    day.plan.routes[1].trips.clear();
    day.plan.routes[1].timeline = timeline(50, &[(Act::Drive, 5, 30)]);
    day.plan.unserved.push(4);
}

pub(crate) fn break_way(day: &mut Day, [length, ticks]: [u32; 2]) {
    let or = |value: u32, from: u32, to: u32, otherwise: u32| {
        if (from, to) == (5, 0) {
            value
        } else {
            otherwise
        }
    };
    day.parts.travels[0] = Travel::Both {
        lengths: table(6, |from, to| or(length, from, to, 3 * from.abs_diff(to))),
        durations: table(6, |from, to| or(ticks, from, to, 10 * from.abs_diff(to))),
    };
}

#[rstest]
#[case::without_length(|day: &mut Day| break_way(day, [UNREACHABLE, 50]))]
#[case::without_duration(|day: &mut Day| break_way(day, [15, UNREACHABLE]))]
fn no_way_is_driven_that_there_is_not(#[case] break_it: fn(&mut Day)) {
    let expected = Violation::Unreachable {
        route: 0,
        from: 5,
        to: 0,
    };
    assert_rule(|day: &mut Day| break_way(day, [15, 50]), break_it, expected);
}

#[rstest]
#[case::a_gap(
    |day: &mut Day| day.shift(0, 5, 1),
    Violation::Gap { route: 0, event: 5, from: 157, expected: 156 }
)]
#[case::an_overlap(
    |day: &mut Day| day.shift(0, 5, -1),
    Violation::Gap { route: 0, event: 5, from: 155, expected: 156 }
)]
#[case::time_that_runs_back(
    |day: &mut Day| day.insert(0, 5, (Act::Wait, 4, -1)),
    Violation::Backwards { route: 0, event: 5, from: 156, until: 155 }
)]
#[case::a_drive_too_long(
    |day: &mut Day| day.stretch(0, 4, 1),
    Violation::ActTime { route: 0, event: 4, act: Act::Drive, ticks: 31, expected: 30 }
)]
#[case::a_drive_too_short(
    |day: &mut Day| day.stretch(0, 4, -1),
    Violation::ActTime { route: 0, event: 4, act: Act::Drive, ticks: 29, expected: 30 }
)]
#[case::a_drive_elsewhere(
    |day: &mut Day| day.events(0)[4].place = 5,
    Violation::WrongPlace { route: 0, event: 4, place: 5, expected: 4 }
)]
#[case::waiting_elsewhere(
    |day: &mut Day| day.events(0)[5].place = 5,
    Violation::WrongPlace { route: 0, event: 5, place: 5, expected: 4 }
)]
#[case::serving_elsewhere(
    |day: &mut Day| day.events(0)[2].place = 2,
    Violation::WrongPlace { route: 0, event: 2, place: 2, expected: 1 }
)]
#[case::a_drive_left_out(
    |day: &mut Day| day.remove(0, 8),
    Violation::DriveMissing { route: 0, event: 8, from: 4, to: 2 }
)]
#[case::the_last_drive_left_out(
    |day: &mut Day| day.remove(1, 1),
    Violation::DriveMissing { route: 1, event: 1, from: 2, to: 5 }
)]
#[case::nothing_told(
    |day: &mut Day| day.plan.routes[0].timeline = Timeline::default(),
    Violation::ActMissing { route: 0, act: Act::Prepare }
)]
#[case::never_finished(
    |day: &mut Day| day.remove(0, 14),
    Violation::ActMissing { route: 0, act: Act::Finish }
)]
fn a_timeline_has_no_gaps_and_drives_the_ways(
    #[case] break_it: fn(&mut Day),
    #[case] expected: Violation,
) {
    assert_rule(as_it_is, break_it, expected);
}

#[rstest]
#[case::stops_exchanged(
    |day: &mut Day| day.trip(0, 0).stops.swap(0, 1),
    2, Act::Serve(0), Some(Act::Serve(1))
)]
#[case::a_stop_left_out(|day: &mut Day| day.remove(0, 9), 9, Act::Drive, Some(Act::Serve(2)))]
#[case::an_unloading_left_out(|day: &mut Day| day.remove(0, 6), 7, Act::Drive, Some(Act::Unload(0)))]
#[case::not_prepared(|day: &mut Day| day.remove(0, 0), 0, Act::Drive, Some(Act::Prepare))]
#[case::waiting_before_preparing(
    |day: &mut Day| day.insert(0, 0, (Act::Wait, 0, 1)),
    0, Act::Wait, Some(Act::Prepare)
)]
#[case::prepared_without_need(
    |day: &mut Day| day.class(0).prepare = 0,
    0, Act::Prepare, Some(Act::Serve(0))
)]
#[case::a_drive_to_where_it_is(
    |day: &mut Day| day.insert(0, 3, (Act::Drive, 1, 0)),
    3, Act::Drive, Some(Act::Serve(1))
)]
#[case::finished_without_need(|day: &mut Day| day.class(0).finish = 0, 14, Act::Finish, None)]
#[case::waiting_after_the_end(
    |day: &mut Day| {
        day.events(0).push(simulator::collection::Event {
            act: Act::Wait,
            place: 0,
            from: 314,
            until: 315,
        });
    },
    15, Act::Wait, None
)]
fn a_timeline_tells_the_trips_in_order(
    #[case] break_it: fn(&mut Day),
    #[case] event: u32,
    #[case] act: Act,
    #[case] expected: Option<Act>,
) {
    let expected = Violation::ActOutOfOrder {
        route: 0,
        event,
        act,
        expected,
    };
    assert_rule(as_it_is, break_it, expected);
}

#[test]
fn a_detour_is_a_drive_to_a_wrong_place_and_one_too_many() {
    let mut day = by_hand();
    day.insert(0, 8, (Act::Drive, 3, 10));
    let expected = [
        Violation::WrongPlace {
            route: 0,
            event: 8,
            place: 3,
            expected: 2,
        },
        Violation::ActOutOfOrder {
            route: 0,
            event: 9,
            act: Act::Drive,
            expected: Some(Act::Serve(2)),
        },
    ];
    assert_eq!(day.verdict().violations, expected);
}

#[rstest]
#[case::preparing(0, 1, Act::Prepare, 3)]
#[case::serving(3, 1, Act::Serve(1), 4)]
#[case::unloading(6, -1, Act::Unload(0), 12)]
#[case::finishing(14, 1, Act::Finish, 2)]
fn everything_takes_as_long_as_it_must(
    #[case] event: u32,
    #[case] more: i32,
    #[case] act: Act,
    #[case] expected: i64,
) {
    let mut day = by_hand();
    day.stretch(0, event as usize, more);
    let violation = Violation::ActTime {
        route: 0,
        event,
        act,
        ticks: expected + i64::from(more),
        expected,
    };
    assert_eq!(day.verdict().violations, [violation]);
}

#[rstest]
#[case::left_out_where_the_vehicle_comes(0, 2, 0, -5)]
#[case::taken_again_at_the_same_place(0, 3, 1, 5)]
#[case::taken_where_the_vehicle_already_is(1, 0, 4, 5)]
fn the_setup_is_taken_once_where_a_vehicle_comes(
    #[case] route: u32,
    #[case] event: u32,
    #[case] stop: u32,
    #[case] more: i32,
) {
    let mut day = by_hand();
    day.stretch(route as usize, event as usize, more);
    let expected = if more < 0 { 9 } else { 4 };
    let violation = Violation::Setup {
        route,
        event,
        stop,
        ticks: expected + i64::from(more),
        expected,
    };
    assert_eq!(day.verdict().violations, [violation]);
}

#[test]
fn a_break_between_coming_and_serving_needs_no_second_setup() {
    let mut day = by_hand();
    day.insert(0, 2, (Act::Break, 1, 1));
    day.insert(0, 4, (Act::Wait, 1, 1));
    assert_eq!(day.verdict().violations, []);
}

fn windows(pairs: &[(i32, i32)]) -> Vec<Window> {
    let each = pairs.iter().map(|&(open, close)| Window { open, close });
    each.collect()
}

#[rstest]
#[case::a_stop_too_late(
    |day: &mut Day| day.stop(2).windows = windows(&[(0, 100), (210, 212)]),
    |day: &mut Day| day.stop(2).windows = windows(&[(0, 211), (300, 400)]),
    Violation::WindowMissed { route: 0, event: 9, act: Act::Serve(2), from: 212, open: 0, close: 211 }
)]
#[case::a_stop_too_early(
    |day: &mut Day| day.stop(2).windows = windows(&[(212, 212), (300, 400)]),
    |day: &mut Day| day.stop(2).windows = windows(&[(0, 100), (213, 213)]),
    Violation::WindowMissed { route: 0, event: 9, act: Act::Serve(2), from: 212, open: 213, close: 213 }
)]
#[case::an_unloading_between_its_hours(
    |day: &mut Day| day.parts.unloadings[0].windows = windows(&[(160, 160)]),
    |day: &mut Day| day.parts.unloadings[0].windows = windows(&[(0, 159), (162, 170)]),
    Violation::WindowMissed { route: 0, event: 6, act: Act::Unload(0), from: 160, open: 0, close: 159 }
)]
#[case::a_trip_before_the_release(
    |day: &mut Day| day.stop(2).release = 192,
    |day: &mut Day| day.stop(2).release = 193,
    Violation::Released { route: 0, trip: 1, stop: 2, from: 192, release: 193 }
)]
#[case::a_trip_without_a_first_drive_before_the_release(
    |day: &mut Day| day.stop(4).release = 50,
    |day: &mut Day| day.stop(4).release = 51,
    Violation::Released { route: 1, trip: 0, stop: 4, from: 50, release: 51 }
)]
#[case::a_shift_begun_too_early(
    |day: &mut Day| day.class(0).shift.open = 100,
    |day: &mut Day| day.class(0).shift.open = 101,
    Violation::ShiftLeft { route: 0, from: 100, until: 314, open: 101, close: 400 }
)]
#[case::a_shift_ended_too_late(
    |day: &mut Day| day.class(0).shift.close = 314,
    |day: &mut Day| day.class(0).shift.close = 313,
    Violation::ShiftLeft { route: 0, from: 100, until: 314, open: 90, close: 313 }
)]
#[case::a_day_too_long(
    |day: &mut Day| day.class(0).max_duration = 214,
    |day: &mut Day| day.class(0).max_duration = 213,
    Violation::DutyTooLong { route: 0, ticks: 214, limit: 213 }
)]
#[case::a_day_too_long_with_what_came_before(
    |day: &mut Day| day.class(1).max_duration = 74,
    |day: &mut Day| day.class(1).max_duration = 73,
    Violation::DutyTooLong { route: 1, ticks: 74, limit: 73 }
)]
fn times_keep_to_their_limits(
    #[case] keep: fn(&mut Day),
    #[case] break_it: fn(&mut Day),
    #[case] expected: Violation,
) {
    assert_rule(keep, break_it, expected);
}

fn work_after(day: &mut Day, class: usize, after: i32) {
    day.class(class).breaks.work.as_mut().unwrap().after = after;
}

fn drive_after(day: &mut Day, class: usize, after: i32) {
    day.class(class).breaks.driving.as_mut().unwrap().after = after;
}

#[rstest]
#[case::work(
    |day: &mut Day| work_after(day, 0, 117),
    |day: &mut Day| work_after(day, 0, 116),
    Violation::WorkTooLong { route: 0, event: 14, ticks: 117, limit: 116 }
)]
#[case::work_with_what_came_before(
    |day: &mut Day| work_after(day, 1, 64),
    |day: &mut Day| work_after(day, 1, 63),
    Violation::WorkTooLong { route: 1, event: 1, ticks: 64, limit: 63 }
)]
#[case::driving(
    |day: &mut Day| drive_after(day, 0, 100),
    |day: &mut Day| drive_after(day, 0, 99),
    Violation::DrivingTooLong { route: 0, event: 13, ticks: 100, limit: 99 }
)]
#[case::driving_with_what_came_before(
    |day: &mut Day| drive_after(day, 1, 50),
    |day: &mut Day| drive_after(day, 1, 49),
    Violation::DrivingTooLong { route: 1, event: 1, ticks: 50, limit: 49 }
)]
#[case::driving_after_a_break_in_two(
    |day: &mut Day| {
        drive_after(day, 0, 99);
        day.stretch(0, 12, 5);
        day.insert(0, 10, (Act::Break, 2, 5));
    },
    |day: &mut Day| {
        drive_after(day, 0, 99);
        day.stretch(0, 12, 4);
        day.insert(0, 10, (Act::Break, 2, 5));
    },
    Violation::DrivingTooLong { route: 0, event: 14, ticks: 100, limit: 99 }
)]
#[case::driving_after_a_break_whose_first_part_came_before(
    |day: &mut Day| {
        drive_after(day, 1, 49);
        day.class(1).begun.as_mut().unwrap().first_part_taken = true;
        day.insert(1, 1, (Act::Break, 2, 10));
    },
    |day: &mut Day| {
        drive_after(day, 1, 49);
        day.insert(1, 1, (Act::Break, 2, 10));
    },
    Violation::DrivingTooLong { route: 1, event: 2, ticks: 50, limit: 49 }
)]
fn a_crew_takes_its_breaks(
    #[case] keep: fn(&mut Day),
    #[case] break_it: fn(&mut Day),
    #[case] expected: Violation,
) {
    assert_rule(keep, break_it, expected);
}
