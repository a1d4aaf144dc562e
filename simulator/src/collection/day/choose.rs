//! Which containers become part of a day, and why the others do not.

use twin_core::{Container, Stream};

use super::fleet::streams_of;
use super::group::Chosen;
use super::places::number_of;
use super::policy::{Candidate, Decision, Outlook};
use super::together;
use super::units::{MICROS_PER_EUR, ceil, micros, round, ticks};
use super::{ContainerLoad, DayRequest, Knowledge, LeftOut, Policy, Reason, WhyLeft};
use crate::collection::rules::{ContainerRules, StreamRules};
use crate::collection::{Unloading, VehicleClass};

/// What containers are chosen by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice<'a> {
    request: &'a DayRequest<'a>,
    fleet: &'a [VehicleClass],
    unloadings: &'a [Unloading],
    outlook: Outlook<'a>,
}

/// A container that a vehicle could empty on the day.
pub(super) struct Collectable<'a> {
    pub(super) site: u32,
    pub(super) stream: Stream,
    figures: &'a StreamRules,
    times: &'a ContainerRules,
    classes: u64,
}

/// A container that a vehicle could empty, and what shall become of it.
pub(super) struct Judged<'a> {
    pub(super) number: u32,
    pub(super) candidate: Candidate<'a>,
    pub(super) found: Collectable<'a>,
    pub(super) decision: Decision,
    /// What the time to empty it costs at least, in euros.
    pub(super) time_eur: f64,
    /// Whether an optional visit is worth that time; `None` where nobody has said so.
    pub(super) is_worth: Option<bool>,
}

impl<'a> Choice<'a> {
    pub(super) fn new(
        request: &'a DayRequest<'a>,
        (fleet, unloadings): (&'a [VehicleClass], &'a [Unloading]),
    ) -> Self {
        Self {
            request,
            fleet,
            unloadings,
            outlook: Outlook::new(&request.rules.plan, request.date),
        }
    }

    /// The containers that are part of the day, and the others.
    pub(super) fn all(
        &self,
        known: impl Fn(u32) -> Option<Knowledge>,
    ) -> (Vec<Chosen>, Vec<LeftOut>) {
        let fullest = self.fullest(&known);
        let (mut judged, mut left) = (Vec::new(), Vec::new());
        for (ix, row) in self.request.inventory.containers().iter() {
            let found = self.collectable(ix, &row.asset.detail).and_then(|found| {
                let knowledge = known(ix).ok_or(WhyLeft::NotKnown)?;
                let is_fullest = fullest.binary_search(&ix).is_ok();
                Ok(self.judged((ix, knowledge), found, is_fullest))
            });
            match found {
                Ok(container) => judged.push(container),
                Err(why) => left.push(LeftOut { container: ix, why }),
            }
        }
        together::weigh(&mut judged, self.request, self.outlook);
        let mut chosen = Vec::new();
        for container in judged {
            match self.chosen(&container) {
                Ok(container) => chosen.push(container),
                Err(why) => left.push(LeftOut {
                    container: container.number,
                    why,
                }),
            }
        }
        (chosen, left)
    }

    fn collectable(&self, ix: u32, container: &Container) -> Result<Collectable<'a>, WhyLeft> {
        let site = self.request.inventory.site_of_container(ix);
        let figures = self.request.rules.streams.get(&container.stream);
        let is_asked = |_: &&StreamRules| self.request.streams.contains(&container.stream);
        let times = self.request.rules.container(container.container_type);
        Ok(Collectable {
            site: site.ok_or(WhyLeft::NoSite)?,
            stream: container.stream,
            figures: figures.filter(is_asked).ok_or(WhyLeft::NotCollected)?,
            times: times.ok_or(WhyLeft::NoVehicle)?,
            classes: self.classes(container)?,
        })
    }

    /// The classes that can empty a container, take its stream, and leave it somewhere.
    fn classes(&self, container: &Container) -> Result<u64, WhyLeft> {
        let stream = number_of(container.stream);
        let takes = |number: &u32| {
            let unloading = self.unloadings.get(*number as usize);
            unloading.is_some_and(|unloading| unloading.streams.has(stream))
        };
        let numbered = (0_u32..).zip(self.request.rules.vehicles.iter().zip(self.fleet));
        let able = numbered.filter(|(_, (rules, class))| {
            let is_fit = rules.empties.contains(&container.container_type);
            is_fit && class.count > 0 && streams_of(&class.outfits).has(stream)
        });
        let (mut mask, mut is_able) = (0_u64, false);
        for (number, (_, class)) in able {
            is_able = true;
            if class.unloadings.iter().any(takes) {
                mask |= 1 << number;
            }
        }
        match (is_able, mask) {
            (false, _) => Err(WhyLeft::NoVehicle),
            (true, 0) => Err(WhyLeft::NoUnloading),
            (true, mask) => Ok(mask),
        }
    }

    fn judged(
        &self,
        (number, knowledge): (u32, Knowledge),
        found: Collectable<'a>,
        is_fullest: bool,
    ) -> Judged<'a> {
        let stream = found.figures;
        let candidate = Candidate { knowledge, stream };
        // What a rolling horizon adds to prizes is of whole sites: they are weighed together later.
        let policy = match self.request.policy {
            Policy::Rolling(_) => Policy::Prize,
            policy => policy,
        };
        let decision = candidate.decide(policy, self.request.rules, self.outlook);
        Judged {
            number,
            candidate,
            decision: match decision {
                Decision::Left if is_fullest => Decision::Required(Reason::Level),
                decision => decision,
            },
            time_eur: self.time_cost(&found) as f64 / MICROS_PER_EUR,
            is_worth: None,
            found,
        }
    }

    /// The container with its load, where it is taken.
    fn chosen(&self, judged: &Judged<'a>) -> Result<Chosen, WhyLeft> {
        let found = &judged.found;
        let (reason, prize) = match judged.decision {
            Decision::Required(reason) => (reason, None),
            Decision::Optional(euros) => (Reason::Prize, Some(micros(euros))),
            Decision::Left => return Err(WhyLeft::NotDue),
        };
        let is_worth = judged
            .is_worth
            .unwrap_or_else(|| prize.is_none_or(|prize| prize > self.time_cost(found)));
        if !is_worth {
            return Err(WhyLeft::NotWorth);
        }
        let litres = judged.candidate.litres(self.outlook);
        let kg = round(litres * found.figures.density_kg_m3 / 1000.0);
        Ok(Chosen {
            load: ContainerLoad {
                container: judged.number,
                litres: ceil(litres),
                kg,
                reason,
            },
            site: found.site,
            stream: found.stream,
            prize,
            classes: found.classes,
            times: *found.times,
        })
    }

    /// What the time to empty a container costs at least: no plan gains by one that is worth less.
    fn time_cost(&self, found: &Collectable<'_>) -> i64 {
        let numbered = (0_u32..).zip(self.fleet);
        let able = numbered.filter(|(number, _)| found.classes >> number & 1 == 1);
        let cheapest = able.map(|(_, class)| class.costs.per_tick).min();
        cheapest.unwrap_or(0) * i64::from(ticks(found.times.service_s))
    }

    /// The containers that [`Policy::Fullest`] takes, in order.
    fn fullest(&self, known: &impl Fn(u32) -> Option<Knowledge>) -> Vec<u32> {
        let Policy::Fullest(count) = self.request.policy else {
            return Vec::new();
        };
        let containers = self.request.inventory.containers().iter();
        let fills = containers.filter_map(|(ix, row)| {
            let found = self.collectable(ix, &row.asset.detail).ok()?;
            let candidate = Candidate {
                knowledge: known(ix)?,
                stream: found.figures,
            };
            Some((candidate.fill(), ix))
        });
        let mut fills: Vec<(f64, u32)> = fills.collect();
        fills.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let mut fullest: Vec<u32> = fills.into_iter().take(count).map(|(_, ix)| ix).collect();
        fullest.sort_unstable();
        fullest
    }
}
