//! The network: a clock, the truth below it, and the devices that look at it.

use twin_core::{LonLat, Timestamp};

mod agenda;
mod frame;
mod sweep;

use self::agenda::Agenda;
use self::frame::Frame;
use self::sweep::Sweep;
use super::checkpoint::NetworkCheckpoint;
use super::device::{Device, Measured, SensorSpec};
use super::fault::{FaultTruth, fault_sojourns, truth};
use super::luck::Lucks;
use super::params::{RadioParams, SensingParams};
use super::radio::{Air, Coverage, FrameRadio, GatewayOutage, LinkTruth, threshold};
use super::sojourn::{Sojourn, Sojourns, Whose};
use crate::error::{SimError, SimResult, in_range};
use crate::filling::{ContainerFill, DayCache, FillingModel, FillingState};
use crate::numbers::{entity, f64_of_i64};
use crate::random::{Model, Seed};
use crate::rounds::{Emptying, Rounds, Turn};

/// What a network consists of.
#[derive(Clone, Debug)]
pub struct NetworkSpec {
    /// The containers.
    pub filling: FillingModel,
    /// Who empties them; [`Rounds::none`] where a plan does, through [`Network::empty`].
    pub rounds: Rounds,
    /// The sensors.
    pub sensors: Vec<SensorSpec>,
    /// The assumptions about them.
    pub params: SensingParams,
    /// Where the sensors' randomness comes from.
    pub seed: Seed,
    /// Gateways, and where the sensors are; `None`: one gateway hears everything alike.
    pub coverage: Option<Coverage>,
}

/// A frame that reached the network server. A year of a territory has millions of them, so it holds what
/// it says in the steps in which that is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SensorReport {
    /// The sensor, as an index into [`NetworkSpec::sensors`].
    pub sensor: usize,
    /// When it was sent.
    pub at: Timestamp,
    /// Its counter: one more than that of the last frame sent, lost ones included.
    pub f_cnt: u32,
    /// What it says; see [`SensorReport::reading`].
    measured: Measured,
    /// Who heard it and how; `None` in a network without gateways.
    pub radio: Option<FrameRadio>,
}

/// What happened while a network advanced, each list in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// The frames that arrived.
    pub reports: Vec<SensorReport>,
    /// What crews took away: the truth that a detection of emptyings is scored against.
    pub emptyings: Vec<Emptying>,
}

/// A running sensor network.
///
/// ```
/// use simulator::filling::{ContainerSpec, FillingModel, FillingParams};
/// use simulator::random::Seed;
/// use simulator::rounds::{Rounds, demonstration_rules};
/// use simulator::sensing::{Network, NetworkSpec, SensingParams, SensorSpec};
/// use twin_core::{ContainerType, Litres, Mounting, Span, Stream, Timestamp};
///
/// let column = ContainerSpec {
///     site: 0,
///     stream: Stream::Packaging,
///     container_type: ContainerType::Column,
///     capacity: Litres::new(4000.0)?,
///     catchment: 200.0,
/// };
/// let spec = NetworkSpec {
///     filling: FillingModel::new(&[column], FillingParams::default(), Seed(1))?,
///     rounds: Rounds::new(&demonstration_rules())?,
///     sensors: vec![SensorSpec {
///         container: 0,
///         mounting: Mounting::new(1800, 300)?,
///         expected_interval: Span::from_hours(4),
///         blind_zone_mm: 0,
///     }],
///     params: SensingParams { faulty_share: 0.0, ..SensingParams::default() },
///     seed: Seed(1),
///     coverage: None,
/// };
/// let start: Timestamp = "2022-05-01T00:00:00Z".parse()?;
/// let mut network = Network::new(spec.clone(), start)?;
/// assert_eq!(network.first_reports()?.len(), 1);
/// let step = network.advance(start + Span::from_hours(48))?;
/// assert!(step.reports.iter().all(|report| report.f_cnt >= 1));
///
/// let resumed = Network::resume(spec, &network.checkpoint()?)?;
/// assert_eq!(resumed.checkpoint()?, network.checkpoint()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Network {
    spec: NetworkSpec,
    start: Timestamp,
    at: Timestamp,
    state: FillingState,
    devices: Vec<Device>,
    lives: Vec<Life>,
    days: DayCache,
    agenda: Option<Agenda>,
    air: Option<Air>,
    /// Losses that have nothing to do with distance.
    weather: RadioParams,
    /// In good and bad times: below which of 2^32 even numbers a frame is lost.
    losses: [u64; 2],
    /// The sensors of each container.
    sensors_of: SensorsOf,
    /// How many reports are due in a millisecond, all sensors together.
    due_per_ms: f64,
    /// When crews pass each container.
    turns: Vec<Option<Turn>>,
}

/// The sensors of each container, one container's after another's.
#[derive(Clone, Debug)]
struct SensorsOf {
    sensors: Vec<u32>,
    /// By container, where its own begin; where the last one's end comes last.
    begins: Vec<usize>,
}

impl SensorsOf {
    fn new(containers: usize, specs: &[SensorSpec]) -> Self {
        let container_of = |sensor: u32| specs[sensor as usize].container;
        let mut sensors: Vec<u32> = (0..entity(specs.len())).collect();
        sensors.sort_by_key(|sensor| container_of(*sensor));
        let before = |own: usize| sensors.partition_point(|sensor| container_of(*sensor) < own);
        Self {
            begins: (0..=containers).map(before).collect(),
            sensors,
        }
    }

    #[inline]
    fn of(&self, container: usize) -> &[u32] {
        &self.sensors[self.begins[container]..self.begins[container + 1]]
    }
}

/// What changes about a device.
#[derive(Clone, Copy, Debug)]
struct Life {
    next_f_cnt: u32,
    radio: Sojourn,
    fault: Sojourn,
    /// What `fault` means.
    truth: FaultTruth,
}

impl Network {
    /// A network that begins at `start`, with containers as [`Rounds::settled_state`] has them.
    pub fn new(spec: NetworkSpec, start: Timestamp) -> SimResult<Self> {
        let state = spec.rounds.settled_state(&spec.filling, start)?;
        let next_f_cnt = vec![0; spec.sensors.len()];
        let gateways = spec.gateways().to_vec();
        let checkpoint = NetworkCheckpoint {
            format: NetworkCheckpoint::format_of(&gateways),
            start,
            at: start,
            filling: state,
            next_f_cnt,
            gateways,
        };
        Self::resume(spec, &checkpoint)
    }

    /// Goes on where a checkpoint was made, with the same specification.
    pub fn resume(spec: NetworkSpec, checkpoint: &NetworkCheckpoint) -> SimResult<Self> {
        spec.check()?;
        spec.filling.check_state(&checkpoint.filling)?;
        checkpoint.check(spec.sensors.len(), spec.gateways().len())?;
        let start = checkpoint.start;
        let coverage = spec.coverage.as_ref();
        let air = coverage.map(|coverage| Air::new(coverage, &spec.sensors, (spec.seed, start)));
        let device = |(index, sensor): (usize, &SensorSpec)| {
            let seed = (spec.seed, entity(index));
            let capacity = spec.filling.capacity(sensor.container);
            let device = Device::new(&spec.params, seed, (*sensor, capacity, start));
            match &air {
                Some(air) => device.with_battery(air.battery_factor(index, sensor), start),
                None => device,
            }
        };
        let radio = spec.params.radio;
        let weather = air.as_ref().map_or(radio, |air| air.weather(radio));
        let per_ms = |sensor: &SensorSpec| 1.0 / f64_of_i64(sensor.expected_interval.as_millis());
        let mut network = Self {
            start,
            at: checkpoint.at,
            state: checkpoint.filling.clone(),
            devices: spec.sensors.iter().enumerate().map(device).collect(),
            lives: Vec::new(),
            days: DayCache::default(),
            agenda: None,
            losses: [weather.good_loss, weather.bad_loss].map(threshold),
            weather,
            air,
            sensors_of: SensorsOf::new(spec.filling.container_count(), &spec.sensors),
            due_per_ms: spec.sensors.iter().map(per_ms).sum(),
            turns: spec.rounds.turns(&spec.filling)?,
            spec,
        };
        network.lives = checkpoint
            .next_f_cnt
            .iter()
            .enumerate()
            .map(|life| network.life(life))
            .collect();
        Ok(network)
    }

    /// Where its clock stands.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// What it consists of.
    pub const fn spec(&self) -> &NetworkSpec {
        &self.spec
    }

    /// Every sensor that has not reported yet reports now, and none is lost: at the first start no
    /// map has to wait for an interval to pass. A crew that mounts a sensor waits for this report,
    /// so those that are silent from then on send it too; one that is out of reach of every gateway
    /// is not heard then either.
    pub fn first_reports(&mut self) -> SimResult<Vec<SensorReport>> {
        let at = self.at;
        let (mut reports, mut lucks) = (Vec::new(), Lucks::default());
        for sensor in 0..self.devices.len() {
            if self.lives[sensor].next_f_cnt == 0 {
                let radio = self.air.as_ref().map(|air| air.hear_first(sensor));
                if !matches!(radio, Some(None)) {
                    self.stand_at(sensor, at)?;
                    lucks.clear();
                    lucks.ask_now(&self.devices[sensor], (0, at));
                    lucks.draw(self.spec.seed, &self.spec.params);
                    let seen = (self.fill(sensor), &self.truth_at(sensor, at));
                    let (device, params) = (&self.devices[sensor], &self.spec.params);
                    let frame = Frame {
                        after_ms: 0,
                        sensor: device.number,
                        f_cnt: 0,
                        measured: device.measure(params, (at, &lucks.get(0)), seen).as_first(),
                        reception: radio.flatten().unwrap_or_default(),
                    };
                    reports.push(self.told(&frame, at));
                }
                self.lives[sensor].next_f_cnt = 1;
            }
        }
        Ok(reports)
    }

    /// Runs to `to`. One step or many: the same reports.
    pub fn advance(&mut self, to: Timestamp) -> SimResult<Step> {
        if to < self.at {
            return Err(SimError::TimeRunsBackwards { from: self.at, to });
        }
        let mut step = Step::default();
        let mut sweep = Sweep::default();
        let mut lucks = Lucks::default();
        while self.at < to {
            if let Some(period) = self.sweepable(to)? {
                self.sweep(&period, &mut sweep, &mut step)?;
                continue;
            }
            let mut agenda = match self.agenda.take() {
                Some(agenda) => agenda,
                None => self.agenda_after(self.at)?,
            };
            while let Some((at, entry)) = agenda.entries.pop_if(|(at, _)| *at <= to) {
                self.act((at, entry), (&mut lucks, &mut step))?;
            }
            if to < agenda.end {
                self.agenda = Some(agenda);
                self.at = to;
            } else {
                self.end_day(agenda.end)?;
            }
        }
        Ok(step)
    }

    /// Empties a container now, on behalf of whoever plans the collection, and sweeps around it.
    pub fn empty(&mut self, container: usize) -> SimResult<Emptying> {
        let at = self.at;
        let emptied = self.spec.filling.empty(&mut self.state, container, at)?;
        let swept = self.spec.filling.sweep(&mut self.state, container, at)?;
        Ok(Emptying {
            at,
            container,
            emptied,
            swept,
        })
    }

    /// What is truly in a container now.
    pub fn look(&mut self, container: usize) -> SimResult<ContainerFill> {
        let site = self.spec.filling.site_of(container)?;
        let filling = &self.spec.filling;
        filling.advance_site(&mut self.state, (site, self.at), &mut self.days)?;
        Ok(self.state.containers[container])
    }

    /// What is true of a sensor now, whatever it reports.
    pub fn truth(&self, sensor: usize) -> SimResult<FaultTruth> {
        let count = self.devices.len();
        let life = self.lives.get(sensor).ok_or(SimError::UnknownIndex {
            what: "sensor",
            index: sensor,
            count,
        })?;
        let whose = self.whose(Model::FaultState, sensor);
        let fault = fault_sojourns(&self.spec.params).walk(whose, life.fault, self.at);
        Ok(self.truth_of(sensor, fault))
    }

    /// What is true of a sensor's way to the gateways; `None` in a network without gateways.
    pub fn link(&self, sensor: usize) -> SimResult<Option<LinkTruth>> {
        let count = self.devices.len();
        if sensor >= count {
            return Err(SimError::UnknownIndex {
                what: "sensor",
                index: sensor,
                count,
            });
        }
        Ok(self.air.as_ref().map(|air| air.link(sensor)))
    }

    /// The outages of a gateway, scripted ones too, that touch the time from the first instant to
    /// just before the second; none in a network without gateways.
    pub fn gateway_outages(
        &self,
        gateway: u16,
        period: (Timestamp, Timestamp),
    ) -> SimResult<Vec<GatewayOutage>> {
        let count = self.air.as_ref().map_or(0, Air::gateway_count);
        match &self.air {
            Some(air) if usize::from(gateway) < count => Ok(air.outages(gateway, period)),
            _ => Err(SimError::UnknownIndex {
                what: "gateway",
                index: gateway.into(),
                count,
            }),
        }
    }

    /// The share of frames that is lost in the mean over the sensors within reach, faults apart:
    /// distance and weather together.
    pub fn expected_loss(&self) -> f64 {
        let reach = self.air.as_ref().map_or(0.0, Air::mean_loss);
        1.0 - (1.0 - reach) * (1.0 - self.weather.overall_loss)
    }

    /// What is truly in the containers now.
    pub fn filling_state(&self) -> SimResult<FillingState> {
        let mut state = self.state.clone();
        self.spec.filling.advance(&mut state, self.at)?;
        Ok(state)
    }

    /// What has to be saved to go on from here.
    pub fn checkpoint(&self) -> SimResult<NetworkCheckpoint> {
        Ok(NetworkCheckpoint {
            format: NetworkCheckpoint::format_of(self.spec.gateways()),
            start: self.start,
            at: self.at,
            filling: self.filling_state()?,
            next_f_cnt: self.lives.iter().map(|life| life.next_f_cnt).collect(),
            gateways: self.spec.gateways().to_vec(),
        })
    }

    /// Brings all sites to the last instant of a day, so that none ever lags far behind; the next
    /// day's agenda holds that day's first instant.
    fn end_day(&mut self, end: Timestamp) -> SimResult<()> {
        let last = Timestamp::from_millis(end.as_millis() - 1);
        self.spec
            .filling
            .advance_all(&mut self.state, last, &mut self.days)?;
        self.at = last;
        if let Some(air) = &mut self.air {
            air.keep_up(last);
        }
        Ok(())
    }

    fn life(&self, (sensor, next_f_cnt): (usize, &u32)) -> Life {
        let begin = |model, sojourns: Sojourns| {
            let whose = self.whose(model, sensor);
            let first = sojourns.first(whose, self.start);
            sojourns.walk(whose, first, self.at)
        };
        let fault = begin(Model::FaultState, fault_sojourns(&self.spec.params));
        Life {
            next_f_cnt: *next_f_cnt,
            radio: begin(Model::RadioState, radio_sojourns(self.weather)),
            fault,
            truth: self.truth_of(sensor, fault),
        }
    }

    fn stand_at(&mut self, sensor: usize, at: Timestamp) -> SimResult<()> {
        let filling = &self.spec.filling;
        let site = filling.site_of(self.devices[sensor].spec.container)?;
        filling.advance_site(&mut self.state, (site, at), &mut self.days)
    }

    /// How full the container of a sensor is, at the instant at which its site stands.
    fn fill(&self, sensor: usize) -> f64 {
        let device = &self.devices[sensor];
        device.fill(self.state.containers[device.spec.container].held_ml)
    }

    /// The truth at `at`, which is not before any instant it was asked for.
    fn truth_at(&mut self, sensor: usize, at: Timestamp) -> FaultTruth {
        self.live_until(sensor, at);
        self.lives[sensor].truth
    }

    /// Lets the faults and the weather of a sensor go on to `at`, which is not before any instant at which
    /// they were.
    #[inline]
    fn live_until(&mut self, sensor: usize, at: Timestamp) {
        let life = &self.lives[sensor];
        if life.fault.until.min(life.radio.until) <= at {
            self.change_until(sensor, at);
        }
    }

    #[cold]
    fn change_until(&mut self, sensor: usize, at: Timestamp) {
        let Life { fault, radio, .. } = self.lives[sensor];
        if fault.until <= at {
            let sojourns = fault_sojourns(&self.spec.params);
            let fault = sojourns.walk(self.whose(Model::FaultState, sensor), fault, at);
            let truth = self.truth_of(sensor, fault);
            let life = &mut self.lives[sensor];
            (life.fault, life.truth) = (fault, truth);
        }
        if radio.until <= at {
            let sojourns = radio_sojourns(self.weather);
            let radio = sojourns.walk(self.whose(Model::RadioState, sensor), radio, at);
            self.lives[sensor].radio = radio;
        }
    }

    fn whose(&self, model: Model, sensor: usize) -> Whose {
        Whose {
            seed: self.spec.seed,
            model,
            entity: entity(sensor),
        }
    }

    fn truth_of(&self, sensor: usize, fault: Sojourn) -> FaultTruth {
        let NetworkSpec { seed, params, .. } = &self.spec;
        truth(params, (*seed, entity(sensor)), fault)
    }
}

impl NetworkSpec {
    fn gateways(&self) -> &[LonLat] {
        self.coverage
            .as_ref()
            .map_or(&[], |coverage| &coverage.gateways)
    }

    fn check(&self) -> SimResult<()> {
        self.params.check()?;
        if let Some(coverage) = &self.coverage {
            coverage.check(self.sensors.len())?;
        }
        for sensor in &self.sensors {
            self.filling.spec(sensor.container)?;
            let seconds = f64_of_i64(sensor.expected_interval.as_secs());
            in_range(
                "expected_interval",
                seconds,
                (60.0, 31_536_000.0),
                "a minute to a year, in seconds",
            )?;
        }
        Ok(())
    }
}

/// Bad and good times of all radio links.
fn radio_sojourns(radio: RadioParams) -> Sojourns {
    Sojourns {
        on_ms: radio.bad_hours * 3_600_000.0,
        on_share: radio.bad_share(),
    }
}
