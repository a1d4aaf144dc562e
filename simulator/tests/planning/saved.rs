//! A planned day is kept and read again, whole, and nothing that is not one is taken for one.

use jiff::civil::date;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use simulator::SimError;
use simulator::collection::day::{
    DayNames, NamedContainer, NamedPlace, NamedStop, PlaceKind, Reason, WhyLeft,
};
use simulator::collection::saved::{LeftContainer, NamedVehicle, SavedDay};
use simulator::collection::{Plane, Problem, Rounding, Table, Travel};
use twin_core::{LonLat, Stream};

use crate::built::days;
use crate::day::{Day, by_hand};
use crate::hostile::plans;

/// A day with the names that its numbers have here.
pub(crate) fn saved(day: Day) -> SavedDay {
    let problem = Problem::new(day.parts).unwrap();
    let routes = day.plan.routes.iter();
    SavedDay {
        version: SavedDay::VERSION,
        territory: "Pays \"d'essai\"".into(),
        date: date(2022, 5, 17),
        policy: "prize".into(),
        is_synthetic: true,
        since: None,
        vehicles: routes
            .map(|route| NamedVehicle {
                class: problem.fleet()[route.class as usize].name.clone(),
                number: route.class + 1,
            })
            .collect(),
        dropped: Vec::new(),
        plan: day.plan,
        names: names(&problem),
        left: vec![LeftContainer {
            key: "left".into(),
            why: WhyLeft::NotDue,
        }],
        problem,
    }
}

fn names(problem: &Problem) -> DayNames {
    let place = |place: u32| NamedPlace {
        kind: PlaceKind::Sites,
        keys: vec![format!("site-{place}").into()],
        name: format!("Rue {place}"),
        street: None,
        commune: Some("Audincourt".into()),
        at: LonLat::new(6.8, 47.5).unwrap(),
    };
    let stops = (0..).zip(problem.stops());
    let stop = |(index, stop): (u32, &simulator::collection::Stop)| NamedStop {
        place: stop.place,
        stream: Stream::ALL[usize::from(stop.stream)],
        containers: vec![NamedContainer {
            key: format!("container-{index}").into(),
            litres: stop.volume,
            kg: stop.mass,
            reason: Reason::Prize,
        }],
        walk_m: 0.1,
    };
    DayNames {
        places: (0..problem.places()).map(place).collect(),
        stops: stops.map(stop).collect(),
    }
}

fn read_again(day: &SavedDay) -> SavedDay {
    SavedDay::read(day.to_json().unwrap().as_bytes()).unwrap()
}

/// A day's document with one value changed; what it is refused for.
fn refused(pointer: &str, value: Value) -> String {
    let mut json: Value = serde_json::to_value(saved(by_hand())).unwrap();
    *json.pointer_mut(pointer).unwrap() = value;
    let error = SavedDay::read(json.to_string().as_bytes()).unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string);
    format!("{error}: {}", source.unwrap_or_default())
}

#[rstest]
#[case::version("/version", json!(2), "version is 2 in the saved day, expected 1")]
#[case::a_word_for_a_number(
    "/plan/routes/0/class",
    json!("lorry"),
    "plan.routes[0].class of the saved day cannot be used: invalid type: string \"lorry\", expected u32"
)]
#[case::below_zero(
    "/problem/stops/1/volume",
    json!(-1),
    "problem.stops[1].volume of the saved day cannot be used: invalid value: integer `-1`, expected u32"
)]
#[case::beyond_its_range(
    "/problem/stops/1/service",
    json!(-1),
    "a stop's service is -1, expected 0 to 1,000,000,000 ticks"
)]
#[case::a_place_that_is_not(
    "/problem/stops/0/place",
    json!(99),
    "there is no place 99, the model has 6"
)]
#[case::a_stop_that_is_not("/plan/unserved", json!([99]), "there is no stop 99")]
#[case::a_dropped_stop_that_is_not("/dropped", json!([99]), "dropped[0] is 99 in the saved day")]
#[case::names_of_fewer_stops(
    "/names/stops",
    json!([]),
    "names.stops is 0 in the saved day, expected as many as the problem has"
)]
#[case::a_stop_elsewhere(
    "/names/stops/0/place",
    json!(5),
    "names.stops[0].place is 5 in the saved day, expected that of the problem's stop"
)]
#[case::a_field_that_is_not("/names", json!({"other": 1}), "names.other of the saved day")]
#[case::no_table("/problem/travels/0", json!({"same": ["*"]}), "row 0 of a table is no base64")]
#[case::no_date("/date", json!("2022-13-01"), "date of the saved day cannot be used")]
fn what_does_not_fit_is_refused_with_its_field(
    #[case] pointer: &str,
    #[case] value: Value,
    #[case] expected: &str,
) {
    let told = refused(pointer, value);
    assert!(told.contains(expected), "{told}");
}

#[test]
fn nothing_and_a_bit_more_than_a_day_are_refused() {
    for text in ["", "[]", "null", "{}", "{\"version\": \"1\"}"] {
        let error = SavedDay::read(text.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with("version"), "{error}");
    }
    let json = saved(by_hand()).to_json().unwrap();
    let read = SavedDay::read((json + "{}").as_bytes());
    assert!(matches!(read, Err(SimError::UnreadableDay { .. })));
}

#[test]
fn a_route_that_was_added_by_hand_has_the_next_number() {
    let mut day = saved(by_hand());
    let last = day.plan.routes[1].clone();
    day.plan.routes.push(last);
    let vehicles = day.named_vehicles();
    assert_eq!(vehicles[..2], day.vehicles[..]);
    assert_eq!(vehicles[2].number, day.vehicles[1].number + 1);
    assert_eq!(vehicles[2].class, day.vehicles[1].class);
}

fn travels(places: u32) -> impl Strategy<Value = Vec<Travel>> {
    let cells = (places * places) as usize;
    let table = move || {
        proptest::collection::vec(any::<u32>(), cells)
            .prop_map(move |cells| Table::new(places as usize, cells).unwrap())
    };
    let point = [-1e9..1e9_f64, -1e9..1e9_f64];
    let rounding = prop_oneof![
        Just(Rounding::Nearest),
        Just(Rounding::Down),
        Just(Rounding::Up)
    ];
    let points = proptest::collection::vec(point, places as usize);
    let plane = (points, 1e-9..1e9_f64, rounding).prop_map(|(points, scale, rounding)| {
        Travel::Plane(Plane {
            points,
            scale,
            rounding,
        })
    });
    let both =
        (table(), table()).prop_map(|(lengths, durations)| Travel::Both { lengths, durations });
    let one = prop_oneof![plane, table().prop_map(Travel::Same), both];
    proptest::collection::vec(one, 1..3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_day_is_read_as_it_was_written(
        (mut day, travels) in days().prop_flat_map(|day| {
            let places = u32::try_from(day.parts.travels[0].places()).unwrap();
            (Just(day), travels(places))
        }),
        compaction in 1.0..9.0_f64,
        walk_m in 0.0..1e4_f64,
    ) {
        day.parts.travels = travels;
        for class in &mut day.parts.fleet {
            class.outfits[0].compartments[0].compaction = compaction;
        }
        let mut day = saved(day);
        day.names.stops.iter_mut().for_each(|stop| stop.walk_m = walk_m);
        prop_assert_eq!(read_again(&day), day);
    }

    #[test]
    fn a_plan_that_breaks_rules_is_read_or_refused(day in days(), plan in plans()) {
        let day = SavedDay { plan, ..saved(day) };
        match SavedDay::read(day.to_json().unwrap().as_bytes()) {
            Ok(read) => prop_assert_eq!(read, day),
            Err(error) => prop_assert!(error.to_string().starts_with("there is no "), "{error}"),
        }
    }

    #[test]
    fn a_damaged_day_is_read_or_refused(
        day in days(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        kept in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut json = serde_json::to_vec(&saved(day)).unwrap();
        for (at, byte) in damage {
            *at.get_mut(&mut json) = byte;
        }
        if is_cut {
            json.truncate(kept.index(json.len()));
        }
        if let Ok(day) = SavedDay::read(&json) {
            prop_assert_eq!(read_again(&day), day);
        }
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(SavedDay::read(&bytes).is_err());
    }

    #[test]
    fn a_number_in_any_field_is_read_or_refused(
        day in days(),
        at in any::<prop::sample::Index>(),
        number in prop_oneof![
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            (0_i64..100).prop_map(Value::from),
        ],
    ) {
        let mut json = serde_json::to_value(saved(day)).unwrap();
        let mut numbers = Vec::new();
        collect_numbers(&json, "", &mut numbers);
        *json.pointer_mut(&numbers[at.index(numbers.len())]).unwrap() = number;
        if let Ok(day) = SavedDay::read(json.to_string().as_bytes()) {
            prop_assert_eq!(read_again(&day), day);
        }
    }
}

/// The pointers of all numbers of a document.
fn collect_numbers(json: &Value, pointer: &str, found: &mut Vec<String>) {
    match json {
        Value::Number(_) => found.push(pointer.to_owned()),
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                collect_numbers(value, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(values) => {
            for (key, value) in values {
                collect_numbers(value, &format!("{pointer}/{key}"), found);
            }
        }
        _ => {}
    }
}
