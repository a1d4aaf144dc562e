//! A moment that is still to come: what the server forecasts of all containers, in place of what is measured.
//!
//! Their levels are the forecast's medians then, with the bounds of nine cases in ten on either side; whoever
//! is not forecast has no level. A forecast never is mixed with measured levels.

use serde::Deserialize;
use twin_core::{SensorStatus, Timestamp};

use super::client::{Answered, Refused, Ticket};
use super::fleet::Fleet;
use super::wire::Snapshot;

/// Beyond this no share of a capacity is believed.
const MOST_THOUSANDTHS: u16 = 9_999;

/// How full a container will be, in shares of its capacity, above 1 where more will have been brought than
/// fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// In nine of ten cases it is fuller.
    pub low: f64,
    /// In half of the cases it is fuller.
    pub median: f64,
    /// In one of ten cases it is fuller.
    pub high: f64,
}

/// What is forecast of all containers, as if nobody emptied any.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The moment that it is of.
    pub of: Timestamp,
    /// When it was made, in the twin's clock.
    pub made_at: Timestamp,
    /// By their places in [`Fleet::containers`]; `None` where nothing can be said.
    pub loads: Vec<Option<Load>>,
}

/// How many containers will be full.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct FullCount {
    /// Each of them in nine of ten cases.
    pub certain: usize,
    /// Each of them in half of the cases.
    pub likely: usize,
    /// Each of them in one of ten cases.
    pub possible: usize,
    /// Of so many that are forecast.
    pub known: usize,
}

impl Forecast {
    /// How many containers will be full.
    pub fn full(&self) -> FullCount {
        let known = self.loads.iter().flatten();
        known.fold(FullCount::default(), |count, load| FullCount {
            certain: count.certain + usize::from(load.low >= Fleet::FULL),
            likely: count.likely + usize::from(load.median >= Fleet::FULL),
            possible: count.possible + usize::from(load.high >= Fleet::FULL),
            known: count.known + 1,
        })
    }
}

/// `GET /forecast`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Told {
    at: Timestamp,
    forecast_of: Timestamp,
    numbering: String,
    low: Vec<Option<u16>>,
    median: Vec<Option<u16>>,
    high: Vec<Option<u16>>,
}

/// Where the forecast of a moment lies.
pub(super) fn path(at: Timestamp) -> String {
    format!("/forecast?datetime={at}")
}

/// Two questions on their way, and what has come of them.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub snapshot: Ticket,
    pub forecast: Ticket,
    containers: Option<Box<Fleet>>,
    ids: Vec<Box<str>>,
    told: Option<Told>,
}

/// What came of them.
pub(super) enum Outcome {
    /// One of them is still on its way.
    Awaited,
    /// The fleet as it is forecast.
    Foreseen(Box<Fleet>),
    /// Nothing is forecast of that moment, and why, where that is not the server's word.
    Nothing(Option<String>),
}

impl Asked {
    pub(super) const fn new(snapshot: Ticket, forecast: Ticket) -> Self {
        Self {
            snapshot,
            forecast,
            containers: None,
            ids: Vec::new(),
            told: None,
        }
    }

    pub(super) fn is_of(&self, ticket: Ticket) -> bool {
        self.snapshot == ticket || self.forecast == ticket
    }

    pub(super) fn take(&mut self, answer: &Answered) -> Outcome {
        let body = match &answer.body {
            Ok(body) => body,
            Err(Refused { .. }) => return Outcome::Nothing(None),
        };
        let read = if answer.ticket == self.snapshot {
            serde_json::from_slice::<Snapshot>(body).map(|snapshot| {
                self.ids.clone_from(&snapshot.containers.id);
                self.containers = Some(Box::new(Fleet::new(snapshot)));
            })
        } else {
            serde_json::from_slice::<Told>(body).map(|told| self.told = Some(told))
        };
        if let Err(error) = read {
            return Outcome::Nothing(Some(error.to_string()));
        }
        let Some((fleet, told)) = self.containers.as_mut().zip(self.told.as_ref()) else {
            return Outcome::Awaited;
        };
        if told.numbering != numbering(&self.ids) {
            return Outcome::Nothing(Some("containers came or went meanwhile".to_owned()));
        }
        fleet.foresee(&self.ids, told);
        let fleet = self.containers.take();
        fleet.map_or(Outcome::Awaited, Outcome::Foreseen)
    }
}

impl Fleet {
    /// Shows what is forecast in place of what was measured.
    fn foresee(&mut self, ids: &[Box<str>], told: &Told) {
        let mut loads = vec![None; self.containers.len()];
        let columns = told.low.iter().zip(&told.median).zip(&told.high);
        for (id, ((low, median), high)) in ids.iter().zip(columns) {
            let Some(place) = self.find(id).and_then(|number| loads.get_mut(number)) else {
                continue;
            };
            *place = load([*low, *median, *high]);
        }
        for (container, load) in self.containers.iter_mut().zip(&loads) {
            container.fill = load.map(|load: Load| load.median.min(1.0));
            container.status = if load.is_some() {
                SensorStatus::Ok
            } else {
                SensorStatus::Unknown
            };
        }
        self.forecast = Some(Forecast {
            of: told.forecast_of,
            made_at: told.at,
            loads,
        });
    }
}

/// Thousandths that are in order; others tell nothing.
fn load(thousandths: [Option<u16>; 3]) -> Option<Load> {
    let share = |value: Option<u16>| Some(f64::from(value?.min(MOST_THOUSANDTHS)) / 1000.0);
    let [low, median, high] = thousandths.map(share);
    let load = Load {
        low: low?,
        median: median?,
        high: high?,
    };
    (load.low <= load.median && load.median <= load.high).then_some(load)
}

/// The digest of containers and their order that the server tells with a forecast: FNV-1a, 64 bits, over the
/// ids, each followed by a line feed.
fn numbering(ids: &[Box<str>]) -> String {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = ids.iter().flat_map(|id| id.bytes().chain([b'\n']));
    let digest = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    format!("{digest:016x}")
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::fleet::Container;
    use super::*;

    /// What a server tells of these containers.
    pub(in crate::server) fn told(ids: &[&str], of: &str, loads: &[[Option<u16>; 3]]) -> String {
        let ids: Vec<Box<str>> = ids.iter().map(|id| (*id).into()).collect();
        let column = |n: usize| {
            let values: Vec<Option<u16>> = loads.iter().map(|load| load[n]).collect();
            serde_json::to_string(&values).unwrap()
        };
        format!(
            r#"{{"at": "2026-11-30T08:00:00Z", "forecast_of": "{of}", "condition": "no-collection",
            "numbering": "{}", "low": {}, "median": {}, "high": {}}}"#,
            numbering(&ids),
            column(0),
            column(1),
            column(2)
        )
    }

    fn fleet(told: &str) -> Outcome {
        let snapshot = r#"{"seq": 7, "at": "2026-11-30T08:00:00Z",
            "sites": {"id": ["site/a", "site/b"], "name": [null, null], "commune": [null, null],
                "lon": [6.8, 6.9], "lat": [47.5, 47.4]},
            "containers": {"id": ["container/b-1", "container/a-1", "container/a-2"], "site": [1, 0, 0],
                "stream": ["glass", "paper", "glass"], "volume_l": [null, null, null],
                "fill": [0.1, 0.5, null], "status": ["ok", "silent", "unknown"],
                "observed_at": [null, 1767225600, null], "has_sensor": [1, 1, 0]}}"#;
        let tickets = [Ticket::of_test(1), Ticket::of_test(2)];
        let mut asked = Asked::new(tickets[0], tickets[1]);
        let answer = |ticket, text: &str| Answered {
            ticket,
            body: Ok(text.as_bytes().into()),
        };
        assert!(matches!(
            asked.take(&answer(tickets[0], snapshot)),
            Outcome::Awaited
        ));
        asked.take(&answer(tickets[1], told))
    }

    const IDS: [&str; 3] = ["container/b-1", "container/a-1", "container/a-2"];
    const OF: &str = "2026-12-02T17:00:00Z";

    #[test]
    fn medians_take_the_place_of_levels_in_the_order_of_the_fleet() {
        let loads = [
            [Some(960), Some(1_200), Some(1_500)],
            [Some(300), Some(400), Some(970)],
            [None; 3],
        ];
        let Outcome::Foreseen(fleet) = fleet(&told(&IDS, OF, &loads)) else {
            panic!("nothing is forecast");
        };
        let fills: Vec<_> = fleet.containers.iter().map(Container::shown_fill).collect();
        assert_eq!(fills, [Some(0.4), None, Some(1.0)]);
        let forecast = fleet.forecast.as_ref().unwrap();
        approx::assert_abs_diff_eq!(forecast.loads[2].unwrap().high, 1.5);
        let expected = FullCount {
            certain: 1,
            likely: 1,
            possible: 2,
            known: 2,
        };
        assert_eq!(
            (forecast.full(), forecast.of),
            (expected, OF.parse().unwrap())
        );
    }

    #[rstest::rstest]
    #[case::others(told(&["container/x"], OF, &[[Some(1), Some(2), Some(3)]]))]
    #[case::another_order(told(&[IDS[1], IDS[0], IDS[2]], OF, &[[None; 3]; 3]))]
    #[case::no_json("<html>".to_owned())]
    fn what_is_not_of_these_containers_is_not_shown(#[case] told: String) {
        assert!(matches!(fleet(&told), Outcome::Nothing(Some(_))));
    }

    #[rstest::rstest]
    #[case::in_order([Some(1), Some(2), Some(3)], true)]
    #[case::crossed([Some(3), Some(2), Some(1)], false)]
    #[case::torn([Some(3), None, Some(4)], false)]
    fn bounds_that_cross_tell_nothing(#[case] told: [Option<u16>; 3], #[case] is_told: bool) {
        assert_eq!(load(told).is_some(), is_told);
    }

    #[test]
    fn short_columns_leave_the_rest_unknown() {
        let json = told(&IDS, OF, &[[Some(1), Some(2), Some(3)]]);
        let Outcome::Foreseen(fleet) = fleet(&json) else {
            panic!("nothing is forecast");
        };
        assert_eq!(
            fleet
                .containers
                .iter()
                .filter(|it| it.fill.is_some())
                .count(),
            1
        );
    }
}
