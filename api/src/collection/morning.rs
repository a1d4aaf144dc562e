//! What is known of containers in the morning of a day: from sensors, from the filling model, or from
//! the model alone, whose levels are made up.

use std::collections::BTreeMap;

use gis_data::pack::Manifest;
use serde::Serialize;
use simulator::calendar::LocalDay;
use simulator::collection::day::{Knowledge, Level, Policy, Steady};
use simulator::collection::rules::Rules;
use simulator::filling::{ContainerSpec, FillingModel, FillingParams, FillingState};
use simulator::random::Seed;
use twin_core::{SensorStatus, Timestamp, Twin};

use crate::error::ApiResult;
use crate::ingest::{container_specs, flows_of};

const MS_PER_DAY: f64 = 86_400_000.0;

/// What a morning follows from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MorningRequest<'a> {
    /// What exists, and what sensors told.
    pub(crate) twin: &'a Twin,
    /// What its pack says of itself.
    pub(crate) manifest: &'a Manifest,
    /// How it is collected.
    pub(crate) rules: &'a Rules,
    /// From where levels are known.
    pub(crate) levels: Levels,
}

/// From where it is known how full containers are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Levels {
    /// What is taken for known.
    pub(crate) from: LevelsFrom,
    /// What was followed until then: it says when crews came last.
    pub(crate) settled_by: Policy,
    /// What everything random follows from.
    pub(crate) seed: Seed,
}

/// What is taken for known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LevelsFrom {
    /// The filling model alone.
    Synthetic,
    /// The twin's sensors, and the filling model where they do not tell.
    Live,
}

impl LevelsFrom {
    /// Its name in requests and answers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Synthetic => "synthetic",
            Self::Live => "live",
        }
    }
}

/// How a container's level is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    /// Its sensor, which does well, measured it; what came until the morning is added in the mean.
    Measured,
    /// Nobody measured: the mean of what came since crews were there last, by the model.
    Expected,
    /// The model made it up, as what a sensor would tell.
    Synthetic,
}

/// What is known of a container, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// What is known.
    pub(crate) knowledge: Knowledge,
    /// How.
    pub(crate) source: Source,
    /// When its level was measured, where it was.
    pub(crate) observed_at: Option<Timestamp>,
}

/// What is known of each container, by its dense number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Morning(BTreeMap<u32, Known>);

impl Morning {
    /// What is known at midnight of a day: the steady state of a policy under the filling model. Where a
    /// container has a sensor its level in that state is known, without the faults of a device; with
    /// live levels it is what the sensor told last, if that does well. Elsewhere it is the mean of what
    /// came since crews were there last. When that was is the steady state's, for nobody tells the twin.
    pub(crate) fn new(request: &MorningRequest<'_>, day: &LocalDay) -> ApiResult<Self> {
        let (twin, levels) = (request.twin, request.levels);
        let (numbers, specs): (Vec<u32>, Vec<ContainerSpec>) =
            container_specs(twin).into_iter().unzip();
        let params = FillingParams {
            flows: flows_of(request.manifest),
            ..FillingParams::default()
        };
        let model = FillingModel::new(&specs, params.clone(), levels.seed)?;
        let has_sensor = |&number: &u32| twin.inventory().sensor_of_container(number).is_some();
        let is_measured: Vec<bool> = numbers.iter().map(has_sensor).collect();
        let steady = Steady {
            model: &model,
            rules: request.rules,
            policy: levels.settled_by,
            is_measured: &is_measured,
        };
        let night = Night {
            twin,
            day,
            numbers: &numbers,
            state: steady.state(day.date())?,
            steady,
        };
        let known = match levels.from {
            LevelsFrom::Synthetic => night.synthetic(),
            LevelsFrom::Live => {
                // How much busier than others a real site is, nobody knows: to what was measured, the
                // mean of all comes.
                let params = FillingParams {
                    site_sigma_log: 0.0,
                    ..params
                };
                night.live(&FillingModel::new(&specs, params, levels.seed)?)
            }
        };
        let known = known?;
        Ok(Self(numbers.into_iter().zip(known).collect()))
    }

    /// What is known of a container, and how.
    pub(crate) fn known(&self, container: u32) -> Option<&Known> {
        self.0.get(&container)
    }

    /// All containers by their numbers, with what is known of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &Known)> {
        self.0.iter().map(|(&container, known)| (container, known))
    }
}

/// The containers at midnight, as the model has them.
struct Night<'a> {
    twin: &'a Twin,
    day: &'a LocalDay,
    /// The dense number of each container of the model.
    numbers: &'a [u32],
    steady: Steady<'a>,
    state: FillingState,
}

impl Night<'_> {
    fn synthetic(&self) -> ApiResult<Vec<Known>> {
        let is_measured = self.steady.is_measured.iter().enumerate();
        let known = is_measured.map(|(container, &is_measured)| {
            let knowledge = self
                .steady
                .knowledge(&self.state, container, self.day.date())?;
            Ok(Known::modelled(knowledge, is_measured))
        });
        known.collect()
    }

    /// What sensors told, and the model elsewhere; `mean` tells the rates of what was measured.
    fn live(&self, mean: &FillingModel) -> ApiResult<Vec<Known>> {
        let unmeasured = Steady {
            is_measured: &[],
            ..self.steady
        };
        let known = self.numbers.iter().enumerate().map(|(container, &number)| {
            let expected = unmeasured.knowledge(&self.state, container, self.day.date())?;
            let rate = mean.mean_deposits_per_day(container, self.day.start())?;
            let measured = Known::measured((self.twin, number), (expected, rate), self.day);
            Ok(measured.unwrap_or_else(|| Known::modelled(expected, false)))
        });
        known.collect()
    }
}

/// What a container's sensor told last, if that does well.
pub(crate) fn trusted_level(twin: &Twin, container: u32) -> Option<twin_core::Level> {
    let status = twin.container_status(container);
    let does_well = matches!(status, SensorStatus::Ok | SensorStatus::LowBattery);
    twin.level(container).filter(|_| does_well)
}

impl Known {
    fn modelled(knowledge: Knowledge, is_measured: bool) -> Self {
        Self {
            knowledge,
            source: if is_measured {
                Source::Synthetic
            } else {
                Source::Expected
            },
            observed_at: None,
        }
    }

    /// What a container's sensor told last, if that does well, and what came since at a rate.
    fn measured(
        (twin, container): (&Twin, u32),
        (expected, deposits_per_day): (Knowledge, f64),
        day: &LocalDay,
    ) -> Option<Self> {
        let level = trusted_level(twin, container)?;
        let since = day.start().since(level.observed_at);
        let days = (since.as_millis() as f64 / MS_PER_DAY).max(0.0);
        Some(Self {
            knowledge: Knowledge {
                level: Level::Aged {
                    litres: level.fill.get() * expected.capacity_l,
                    deposits: days * deposits_per_day,
                },
                deposits_per_day,
                ..expected
            },
            source: Source::Measured,
            observed_at: Some(level.observed_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
    use twin_core::{AssetId, AssetIx, AssetKind, Change, Channel, Effect, Fraction, evolve};

    use super::*;
    use crate::collection::Territory;

    /// Six hours before the midnight of the day.
    const EVENING: &str = "2022-05-16T16:00:00Z";
    /// Two hours after it.
    const NIGHT: &str = "2022-05-17T00:00:00Z";

    fn territory() -> Territory {
        Territory::new(embedded_pack(Preset::Demo2022, EmbeddedOptions::SEED).unwrap()).unwrap()
    }

    fn morning(territory: &Territory, from: LevelsFrom) -> Morning {
        let request = MorningRequest {
            twin: &territory.twin,
            manifest: &territory.manifest,
            rules: &Rules::built_in(),
            levels: Levels {
                from,
                settled_by: Policy::Prize,
                seed: Seed(1),
            },
        };
        let day = LocalDay::containing(NIGHT.parse().unwrap()).unwrap();
        Morning::new(&request, &day).unwrap()
    }

    fn id(twin: &Twin, kind: AssetKind, ix: u32) -> AssetId {
        let key = twin.inventory().key(AssetIx { kind, ix }).unwrap();
        format!("{}/{key}", kind.info().name).parse().unwrap()
    }

    /// The first container with a sensor, which measures it as 0.4 full at a time.
    fn measured(mut territory: Territory, at: &str, status: SensorStatus) -> (Territory, u32) {
        let twin = territory.twin.clone();
        let sensors = twin.inventory().sensors().iter();
        let mut pairs =
            sensors.filter_map(|(ix, _)| Some((ix, twin.inventory().container_of_sensor(ix)?)));
        let (sensor, container) = pairs.next().unwrap();
        let [sensor, of] = [
            (AssetKind::Sensor, sensor),
            (AssetKind::Container, container),
        ]
        .map(|(kind, ix)| id(&twin, kind, ix));
        let at: Timestamp = at.parse().unwrap();
        let effects = [
            Effect::ContainerMeasured {
                container: of.clone(),
                sensor: sensor.clone(),
                fill: Fraction::new(0.4).unwrap(),
                observed_at: at,
                quality: twin_core::Quality::Good,
            },
            Effect::SensorStatusChanged {
                sensor,
                container: of,
                status,
            },
        ];
        let changes: Vec<Change> = (1..)
            .zip(effects)
            .map(|(seq, effect)| Change {
                seq,
                channel: Channel::Public,
                at,
                effect,
            })
            .collect();
        territory.twin = evolve(territory.twin, &changes);
        (territory, container)
    }

    #[rstest::rstest]
    #[case::in_the_evening(EVENING, 0.25)]
    #[case::after_midnight(NIGHT, 0.0)]
    fn what_came_since_a_measurement_is_added(#[case] at: &str, #[case] days: f64) {
        let (territory, container) = measured(territory(), at, SensorStatus::Ok);
        let morning = morning(&territory, LevelsFrom::Live);
        let known = morning.known(container).unwrap();
        assert_eq!(known.source, Source::Measured);
        assert_eq!(known.observed_at, Some(at.parse().unwrap()));
        let Level::Aged { litres, deposits } = known.knowledge.level else {
            panic!("{known:?}");
        };
        let held_l = 0.4 * known.knowledge.capacity_l;
        let since = days * known.knowledge.deposits_per_day;
        assert!((litres - held_l).abs() < 1e-9, "{known:?}");
        assert!((deposits - since).abs() < 1e-9, "{known:?}");
    }

    #[rstest::rstest]
    #[case::silent(SensorStatus::Silent)]
    #[case::stale(SensorStatus::Stale)]
    #[case::tilted(SensorStatus::Tilted)]
    #[case::stuck(SensorStatus::Stuck)]
    fn what_a_bad_sensor_told_is_not_used(#[case] status: SensorStatus) {
        let (territory, container) = measured(territory(), EVENING, status);
        let morning = morning(&territory, LevelsFrom::Live);
        let known = morning.known(container).unwrap();
        assert_eq!((known.source, known.observed_at), (Source::Expected, None));
    }

    #[test]
    fn levels_are_made_up_only_where_that_is_asked_for() {
        let (territory, container) = measured(territory(), EVENING, SensorStatus::Ok);
        let synthetic = morning(&territory, LevelsFrom::Synthetic);
        let known = synthetic.known(container).unwrap();
        assert_eq!((known.source, known.observed_at), (Source::Synthetic, None));
        let live = morning(&territory, LevelsFrom::Live);
        assert!(
            live.all()
                .all(|(_, known)| known.source != Source::Synthetic)
        );
        let count = |morning: &Morning, source| {
            let all = morning.all();
            all.filter(|(_, known)| known.source == source).count()
        };
        assert_eq!(count(&live, Source::Measured), 1);
        assert_eq!(count(&synthetic, Source::Synthetic), 200);
    }
}
