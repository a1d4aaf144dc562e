//! A collection day through the public door of the crate.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use simulator::SimError;
use simulator::collection::day::{
    Day, DayProblem, DayRequest, Knowledge, Level, PlaceOf, Policy, Reason, WhyLeft,
};
use simulator::collection::rules::Rules;
use simulator::collection::{Need, Plane, Rounding, Table, Travel, UNREACHABLE};
use simulator::filling::DepositVolume;
use twin_core::{
    Asset, AssetId, AssetKind, Container, ContainerType, Depot, Fraction, Inventory, Layers,
    LonLat, Planar, PlanarCrs, Site, SiteType, Stream, UnloadingSite,
};

/// A plane around 6.8° east and 47.5° north, in metres.
#[derive(Debug)]
struct Flat;

const M_PER_DEG: [f64; 2] = [75_344.0, 111_178.0];

impl PlanarCrs for Flat {
    fn name(&self) -> &'static str {
        "test:flat"
    }

    fn project(&self, place: LonLat) -> Option<Planar> {
        Some([
            (place.lon() - 6.8) * M_PER_DEG[0],
            (place.lat() - 47.5) * M_PER_DEG[1],
        ])
    }

    fn unproject(&self, [x, y]: Planar) -> Option<LonLat> {
        LonLat::new(6.8 + x / M_PER_DEG[0], 47.5 + y / M_PER_DEG[1]).ok()
    }
}

fn at([x, y]: [f64; 2]) -> LonLat {
    Flat.unproject([x, y]).expect("a place on the globe")
}

/// A site with its containers.
#[derive(Clone, Debug)]
struct Stand {
    at_m: [f64; 2],
    street: Option<&'static str>,
    site_type: SiteType,
    containers: Vec<(ContainerType, Stream)>,
}

fn stand(x: f64, street: &'static str, kind: (SiteType, ContainerType, Stream)) -> Stand {
    Stand {
        at_m: [x, 0.0],
        street: Some(street),
        site_type: kind.0,
        containers: vec![(kind.1, kind.2)],
    }
}

const PARK_BIN: (SiteType, ContainerType, Stream) =
    (SiteType::ParkBin, ContainerType::ParkBin, Stream::Litter);
const COLUMN: (SiteType, ContainerType, Stream) = (
    SiteType::RecyclingPoint,
    ContainerType::Column,
    Stream::Glass,
);

fn asset<T>(key: &str, at_m: [f64; 2], detail: T) -> Asset<T> {
    Asset {
        key: key.into(),
        place: at(at_m),
        detail,
    }
}

fn layers(stands: &[Stand]) -> Layers {
    let mut layers = Layers::default();
    let name = None;
    layers
        .depots
        .push(asset("la-charmotte", [-500.0, 0.0], Depot { name }));
    for (key, streams) in [
        ("uve-montbeliard", vec![Stream::Residual, Stream::Litter]),
        ("verre-voujeaucourt", vec![Stream::Glass]),
        (
            "dechets",
            vec![Stream::Paper, Stream::Packaging, Stream::Glass],
        ),
    ] {
        let detail = UnloadingSite {
            name: None,
            streams,
        };
        layers
            .unloading_sites
            .push(asset(key, [900.0, 900.0], detail));
    }
    for (number, stand) in stands.iter().enumerate() {
        let key = format!("{number}");
        let detail = Site {
            name: None,
            street: stand.street.map(Into::into),
            site_type: stand.site_type,
        };
        layers.sites.push(asset(&key, stand.at_m, detail));
        for (place, &(container_type, stream)) in stand.containers.iter().enumerate() {
            let detail = Container {
                site: AssetId::new(AssetKind::Site, &key).expect("a key"),
                container_type,
                stream,
                volume: None,
                max_load: None,
            };
            let key = format!("{number}-{place}");
            layers.containers.push(asset(&key, stand.at_m, detail));
        }
    }
    layers
}

fn inventory(stands: &[Stand]) -> Inventory {
    Inventory::new(layers(stands), Arc::new(Flat)).expect("layers that fit together")
}

const DEPOSIT: DepositVolume = DepositVolume {
    min_l: 10.0,
    mode_l: 30.0,
    max_l: 60.0,
};

fn known(capacity_l: f64, litres: f64, since: Option<u32>) -> Knowledge {
    Knowledge {
        capacity_l,
        level: Level::Measured { litres },
        deposits_per_day: 2.0,
        deposit: DEPOSIT,
        days_since_emptied: since,
    }
}

/// A Tuesday outside of holidays.
const TUESDAY: Date = date(2022, 5, 17);

fn request<'a>(inventory: &'a Inventory, rules: &'a Rules, policy: Policy) -> DayRequest<'a> {
    DayRequest {
        inventory,
        rules,
        date: TUESDAY,
        policy,
        streams: Stream::ALL,
    }
}

/// Straight ways for every profile.
fn straight(day: &Day) -> Vec<Travel> {
    let points = day.places().iter().map(|place| Flat.project(place.at));
    let points: Vec<Planar> = points.flatten().collect();
    let plane = || {
        Travel::Plane(Plane {
            points: points.clone(),
            scale: 1.0,
            rounding: Rounding::Up,
        })
    };
    day.profiles().iter().map(|_| plane()).collect()
}

fn everything(stands: &[Stand]) -> (Day, Inventory) {
    let (inventory, rules) = (inventory(stands), Rules::built_in());
    let policy = Policy::Threshold(Fraction::EMPTY);
    let day = Day::new(&request(&inventory, &rules, policy), |_| {
        Some(known(100.0, 80.0, Some(1)))
    });
    (day.expect("a depot"), inventory)
}

#[rstest::rstest]
#[case::near_in_one_street(&[stand(0.0, "a", PARK_BIN), stand(20.0, "a", PARK_BIN)], &[2], 40.0)]
#[case::three_from_the_first(
    &[stand(0.0, "a", PARK_BIN), stand(20.0, "a", PARK_BIN), stand(-20.0, "a", PARK_BIN)],
    &[3],
    80.0
)]
#[case::too_far(&[stand(0.0, "a", PARK_BIN), stand(40.0, "a", PARK_BIN)], &[1, 1], 0.0)]
#[case::no_chain(
    &[stand(0.0, "a", PARK_BIN), stand(25.0, "a", PARK_BIN), stand(50.0, "a", PARK_BIN)],
    &[2, 1],
    50.0
)]
#[case::two_streets(&[stand(0.0, "a", PARK_BIN), stand(20.0, "b", PARK_BIN)], &[1, 1], 0.0)]
#[case::cranes_do_not_walk(&[stand(0.0, "a", COLUMN), stand(20.0, "a", COLUMN)], &[1, 1], 0.0)]
fn a_crew_walks_to_what_is_near_in_the_same_street(
    #[case] stands: &[Stand],
    #[case] expected: &[usize],
    #[case] walk_m: f64,
) {
    let (day, _) = everything(stands);
    let counts: Vec<usize> = day
        .stops()
        .iter()
        .map(|stop| stop.containers.len())
        .collect();
    assert_eq!(counts, expected);
    let walked_m: f64 = day.stops().iter().map(|stop| stop.walk_m).sum();
    approx::assert_abs_diff_eq!(walked_m, walk_m, epsilon = 0.5);
}

#[test]
fn containers_of_one_stream_at_one_site_are_one_stop() {
    let glass = (ContainerType::Column, Stream::Glass);
    let paper = (ContainerType::Column, Stream::Paper);
    let bank = Stand {
        containers: vec![glass, paper, glass, glass],
        ..stand(0.0, "a", COLUMN)
    };
    let (day, _) = everything(&[bank]);
    let stops = &day.parts().stops;
    assert_eq!(stops.len(), 2);
    assert_eq!(stops[0].place, stops[1].place);
    // Columns take 210 seconds each, and 120 once at the site.
    assert_eq!([stops[0].service, stops[1].service], [6_300, 2_100]);
    assert_eq!(day.parts().setups[stops[0].place as usize], 1_200);
    // Glass only between 7 and 22 h, and the whole of it.
    let windows: Vec<[i32; 2]> = stops[0]
        .windows
        .iter()
        .map(|window| [window.open, window.close])
        .collect();
    assert_eq!(windows, [[252_000, 792_000 - 6_300 - 1_200]]);
    assert!(stops[1].windows.is_empty());
}

#[test]
fn what_must_be_is_apart_from_what_may_be() {
    let glass = (ContainerType::Column, Stream::Glass);
    let bank = Stand {
        containers: vec![glass; 3],
        ..stand(0.0, "a", COLUMN)
    };
    let (inventory, rules) = (inventory(&[bank]), Rules::built_in());
    let levels = [4000.0, 2000.0, 100.0];
    let day = Day::new(&request(&inventory, &rules, Policy::Prize), |container| {
        Some(Knowledge {
            deposits_per_day: 30.0,
            ..known(4000.0, levels[container as usize], Some(1))
        })
    })
    .unwrap();
    let needs: Vec<bool> = day
        .parts()
        .stops
        .iter()
        .map(|stop| stop.need == Need::Required)
        .collect();
    assert_eq!(needs, [true, false]);
    assert_eq!(day.left().len(), 1);
    assert_eq!(day.left()[0].why, WhyLeft::NotWorth);
}

#[test]
fn a_stop_is_left_to_classes_that_reach_it() {
    let stands = [stand(0.0, "a", COLUMN), stand(200.0, "a", COLUMN)];
    let (day, _) = everything(&stands);
    let places = day.places().len();
    let cut_off = day.stops()[0].place as usize;
    let cell = |ix: usize| {
        let is_cut_off =
            [ix / places, ix % places].contains(&cut_off) && ix / places != ix % places;
        if is_cut_off { UNREACHABLE } else { 100 }
    };
    let cells: Vec<u32> = (0..places * places).map(cell).collect();
    let travel = || Travel::Same(Table::new(places, cells.clone()).unwrap());
    let profiles = day.profiles().len();
    let DayProblem {
        problem,
        stops,
        unreachable,
        ..
    } = day
        .problem((0..profiles).map(|_| travel()).collect())
        .unwrap();
    assert_eq!(
        [problem.stops().len(), stops.len(), unreachable.len()],
        [1, 1, 1]
    );
    assert_eq!(unreachable[0].place as usize, cut_off);
}

#[test]
fn travels_of_another_day_are_refused() {
    let (day, _) = everything(&[stand(0.0, "a", COLUMN)]);
    let one_place = || Travel::Same(Table::new(1, vec![0]).unwrap());
    assert!(matches!(
        day.clone().problem(vec![one_place(), one_place()]),
        Err(SimError::StateMismatch { what: "places", .. })
    ));
    assert!(matches!(
        day.problem(Vec::new()),
        Err(SimError::StateMismatch {
            what: "travels",
            ..
        })
    ));
}

#[test]
fn a_territory_without_a_depot_is_refused() {
    let mut layers = layers(&[stand(0.0, "a", COLUMN)]);
    layers.depots.clear();
    let inventory = Inventory::new(layers, Arc::new(Flat)).unwrap();
    let rules = Rules::built_in();
    let refused = Day::new(&request(&inventory, &rules, Policy::Fixed), |_| None).unwrap_err();
    assert!(refused.to_string().contains("no depot"), "{refused}");
}

#[rstest::rstest]
#[case::nobody_takes_it(ContainerType::Column, Stream::Textile, WhyLeft::NotCollected)]
#[case::no_vehicle(ContainerType::ParkBin, Stream::Glass, WhyLeft::NoVehicle)]
#[case::no_unloading(ContainerType::Column, Stream::Mixed, WhyLeft::NoUnloading)]
fn what_cannot_be_collected_is_told_with_its_reason(
    #[case] container: ContainerType,
    #[case] stream: Stream,
    #[case] why: WhyLeft,
) {
    let kind = (SiteType::Other, container, stream);
    let (day, _) = everything(&[stand(0.0, "a", kind)]);
    assert!(day.stops().is_empty());
    assert_eq!(day.left()[0].why, why);
}

#[test]
fn the_fullest_are_taken() {
    let stands: Vec<Stand> = (0..9_i32)
        .map(|n| stand(100.0 * f64::from(n), "a", COLUMN))
        .collect();
    let (inventory, rules) = (inventory(&stands), Rules::built_in());
    let day = Day::new(
        &request(&inventory, &rules, Policy::Fullest(3)),
        |container| {
            let litres = f64::from(container * 4 % 9) * 100.0;
            Some(known(4000.0, litres, Some(1)))
        },
    )
    .unwrap();
    let taken: Vec<u32> = day
        .stops()
        .iter()
        .flat_map(|stop| &stop.containers)
        .map(|load| load.container * 4 % 9)
        .collect();
    assert_eq!(taken.len(), 3);
    assert!(taken.iter().all(|&rank| rank >= 6), "{taken:?}");
}

/// What the stops of a day are worth together, and how many containers they have.
fn worth(day: &Day) -> (i64, usize) {
    let prizes = day.parts().stops.iter().map(|stop| match stop.need {
        Need::Optional { prize } => prize,
        Need::Required => 0,
    });
    let containers = day.stops().iter().map(|stop| stop.containers.len());
    (prizes.sum(), containers.sum())
}

#[test]
fn a_visit_is_worth_what_it_saves_however_many_containers_share_it() {
    let rules = Rules::built_in();
    let of = |count: usize, litres: f64| {
        let containers = vec![(ContainerType::Column, Stream::Glass); count];
        let stands = [Stand {
            containers,
            ..stand(0.0, "a", COLUMN)
        }];
        let inventory = inventory(&stands);
        // It can wait: no overflow is to be feared before the next pass.
        let request = request(&inventory, &rules, Policy::Rolling(14));
        worth(&Day::new(&request, |_| Some(known(4000.0, litres, Some(9)))).unwrap())
    };
    let (alone, one) = of(1, 3400.0);
    let (shared, four) = of(4, 3400.0);
    assert_eq!((one, four), (1, 4));
    let visit = micros(rules.plan.visit_eur);
    // Three more containers bring the time to empty them, and no further visit.
    let more = (shared - alone) / 3;
    assert!(more > 0 && more < alone / 2, "{alone} {shared}");
    assert!(
        alone - more < visit,
        "{alone} is worth more than a visit, {visit}"
    );
    let (later, _) = of(1, 3600.0);
    assert!(
        later > alone,
        "a visit gains worth with time: {alone} {later}"
    );
}

fn micros(euros: f64) -> i64 {
    format!("{:.0}", euros * 1e6)
        .parse()
        .expect("a whole number")
}

#[test]
fn what_can_wait_longer_than_the_horizon_is_no_part_of_the_day() {
    let (inventory, rules) = (inventory(&[stand(0.0, "a", COLUMN)]), Rules::built_in());
    let request = request(&inventory, &rules, Policy::Rolling(1));
    let day = Day::new(&request, |_| Some(known(4000.0, 1000.0, Some(3)))).unwrap();
    assert!(day.stops().is_empty());
    assert_eq!(day.left()[0].why, WhyLeft::NotDue);
}

#[test]
fn whole_sites_are_emptied_together_or_not_at_all() {
    let mut rules = Rules::built_in();
    rules.plan.whole_sites = true;
    let pair = |x: f64| Stand {
        containers: vec![(ContainerType::Column, Stream::Glass); 2],
        ..stand(x, "a", COLUMN)
    };
    let inventory = inventory(&[pair(0.0), pair(700.0)]);
    // One of the first site overflows for certain, none of the second for long.
    let litres = |container| if container == 0 { 4200.0 } else { 400.0 };
    let day = Day::new(&request(&inventory, &rules, Policy::Prize), |container| {
        Some(known(4000.0, litres(container), Some(9)))
    });
    let day = day.unwrap();
    let taken = day.stops().iter().flat_map(|stop| &stop.containers);
    let taken: Vec<(u32, Reason)> = taken.map(|load| (load.container, load.reason)).collect();
    assert_eq!(taken, [(0, Reason::Overflow), (1, Reason::Overflow)]);
}

fn any_stand() -> impl Strategy<Value = Stand> {
    let street = prop_oneof![Just(None), Just(Some("a")), Just(Some("b"))];
    let site_type = proptest::sample::select(SiteType::ALL);
    let containers = (
        proptest::sample::select(ContainerType::ALL),
        proptest::sample::select(Stream::ALL),
    );
    let bins = proptest::collection::vec(Just((ContainerType::ParkBin, Stream::Litter)), 1..3);
    let containers = prop_oneof![bins, proptest::collection::vec(containers, 0..7)];
    let place = [-80.0..80.0_f64, -20.0..20.0_f64];
    (place, street, site_type, containers).prop_map(|(at_m, street, site_type, containers)| Stand {
        at_m,
        street,
        site_type,
        containers,
    })
}

fn any_policy() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::Fixed),
        (0.0..1.0_f64).prop_map(|share| Policy::Threshold(Fraction::saturating(share))),
        Just(Policy::Prize),
        (0_usize..20).prop_map(Policy::Fullest),
        (1_u32..15).prop_map(Policy::Rolling),
    ]
}

fn any_knowledge() -> impl Strategy<Value = Knowledge> {
    let level = prop_oneof![
        (0.0..50_000.0_f64).prop_map(|litres| Level::Measured { litres }),
        (0.0..400.0_f64).prop_map(|deposits| Level::Expected { deposits }),
    ];
    let since = proptest::option::of(0_u32..40);
    (50.0..40_000.0_f64, level, 0.0..30.0_f64, since).prop_map(
        |(capacity_l, level, deposits_per_day, days_since_emptied)| Knowledge {
            capacity_l,
            level,
            deposits_per_day,
            deposit: DEPOSIT,
            days_since_emptied,
        },
    )
}

proptest! {
    #[test]
    fn no_container_vanishes_and_loads_add_up(
        stands in proptest::collection::vec(any_stand(), 1..14),
        policy in any_policy(),
        knowledge in proptest::collection::vec(any_knowledge(), 100),
        days in 0_i32..14,
        whole_sites in any::<bool>(),
    ) {
        let (inventory, mut rules) = (inventory(&stands), Rules::built_in());
        rules.plan.whole_sites = whole_sites;
        let date = TUESDAY.checked_add(jiff::Span::new().days(days)).unwrap();
        let request = DayRequest { date, ..request(&inventory, &rules, policy) };
        let known = |container: u32| knowledge.get(container as usize).copied();
        let day = Day::new(&request, known).unwrap();

        let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
        for load in day.stops().iter().flat_map(|stop| &stop.containers) {
            *seen.entry(load.container).or_default() += 1;
        }
        for left in day.left() {
            *seen.entry(left.container).or_default() += 1;
        }
        let all: BTreeMap<u32, u32> = inventory.containers().iter().map(|(ix, _)| (ix, 1)).collect();
        prop_assert_eq!(seen, all);

        for (stop, origin) in day.parts().stops.iter().zip(day.stops()) {
            let litres: u32 = origin.containers.iter().map(|load| load.litres).sum();
            let kg: u32 = origin.containers.iter().map(|load| load.kg).sum();
            prop_assert_eq!([stop.volume, stop.mass, stop.place], [litres, kg, origin.place]);
            let PlaceOf::Sites(sites) = &day.places()[stop.place as usize].of else {
                panic!("a stop that is no site");
            };
            let mut service_s = origin.walk_m / (rules.plan.walk_kmh / 3.6);
            for load in &origin.containers {
                let row = inventory.containers().get(load.container).unwrap();
                let times = rules.container(row.asset.detail.container_type).unwrap();
                service_s += times.service_s;
                prop_assert_eq!(row.asset.detail.stream, origin.stream);
                let site = inventory.site_of_container(load.container).unwrap();
                prop_assert!(sites.contains(&site));
                let capacity_l = known(load.container).unwrap().capacity_l;
                prop_assert!(f64::from(load.litres) < capacity_l + 1.0);
                let is_prize = load.reason == Reason::Prize;
                prop_assert_eq!(is_prize, stop.need != Need::Required);
            }
            prop_assert!((service_s * 10.0 - f64::from(stop.service)).abs() <= 1.0);
            if let Need::Optional { prize } = stop.need {
                // An overflow, a visit and the time to empty it, at most.
                let most = 80_000_000 * i64::try_from(origin.containers.len()).unwrap();
                prop_assert!((i64::from(!whole_sites)..=most).contains(&prize), "{}", prize);
            }
            prop_assert!(stop.classes != 0);
        }
        let stops = day.stops().len();
        let travels = straight(&day);
        let whole = day.problem(travels).unwrap();
        prop_assert_eq!(whole.stops.len(), stops);
        prop_assert!(whole.unreachable.is_empty());
    }

    #[test]
    fn nothing_is_left_for_longer_than_it_may(
        stands in proptest::collection::vec(any_stand(), 1..8),
        policy in any_policy(),
        since in 0_u32..40,
    ) {
        let (inventory, rules) = (inventory(&stands), Rules::built_in());
        let day = Day::new(&request(&inventory, &rules, policy), |_| {
            Some(known(1000.0, 0.0, Some(since)))
        })
        .unwrap();
        let by_choice = [WhyLeft::NotDue, WhyLeft::NotWorth];
        for left in day.left().iter().filter(|left| by_choice.contains(&left.why)) {
            let row = inventory.containers().get(left.container).unwrap();
            let longest = rules.streams[&row.asset.detail.stream].max_interval_days;
            prop_assert!(longest.is_none_or(|longest| since < longest));
        }
    }
}
