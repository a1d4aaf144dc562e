//! When gateways are down: by chance, each for itself, and as a scenario says.

use serde::{Deserialize, Serialize};
use twin_core::Timestamp;

use super::params::CoverageParams;
use crate::numbers::entity;
use crate::random::{Model, Seed};
use crate::sensing::sojourn::{Sojourn, Sojourns, Whose};

/// A time in which a gateway hears nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayOutage {
    /// The gateway, as an index into the coverage's gateways.
    pub gateway: u16,
    /// From then on.
    pub from: Timestamp,
    /// Until just before then.
    pub to: Timestamp,
}

/// The state of all gateways, walked forward.
#[derive(Clone, Debug)]
pub(super) struct Outages {
    seed: Seed,
    sojourns: Sojourns,
    scripted: Vec<GatewayOutage>,
    /// By gateway, the first sojourn of all.
    first: Vec<Sojourn>,
    /// By gateway, the sojourn of the latest instant that all queries are at or after, and the next one.
    current: Vec<[Sojourn; 2]>,
}

impl GatewayOutage {
    fn holds(&self, gateway: u16, at: Timestamp) -> bool {
        self.gateway == gateway && self.from <= at && at < self.to
    }
}

impl Outages {
    pub(super) fn new(
        (params, scripted): (&CoverageParams, &[GatewayOutage]),
        (seed, start): (Seed, Timestamp),
        gateways: usize,
    ) -> Self {
        let sojourns = Sojourns {
            on_ms: params.outage_hours * 3_600_000.0,
            on_share: params.outage_share,
        };
        let first: Vec<Sojourn> = (0..gateways)
            .map(|gateway| sojourns.first(whose(seed, gateway), start))
            .collect();
        let mut outages = Self {
            seed,
            sojourns,
            scripted: scripted.to_vec(),
            current: Vec::new(),
            first,
        };
        let with_next = |(gateway, first): (usize, &Sojourn)| outages.with_next(gateway, *first);
        outages.current = outages.first.iter().enumerate().map(with_next).collect();
        outages
    }

    /// From now on nobody asks for what was before `at`.
    pub(super) fn keep_up(&mut self, at: Timestamp) {
        for gateway in 0..self.current.len() {
            let [current, _] = self.current[gateway];
            if current.until <= at {
                let current = self.walked(gateway, current, at);
                self.current[gateway] = self.with_next(gateway, current);
            }
        }
    }

    /// Whether a gateway hears nothing at `at`.
    #[inline]
    pub(super) fn is_down(&self, gateway: u16, at: Timestamp) -> bool {
        let index = usize::from(gateway);
        let [current, next] = &self.current[index];
        let is_on = if at < current.until {
            current.is_on
        } else if at < next.until {
            next.is_on
        } else {
            self.walked(index, *next, at).is_on
        };
        is_on || self.scripted.iter().any(|outage| outage.holds(gateway, at))
    }

    /// Whether a gateway is up at every instant of a period, both ends included.
    pub(super) fn is_up_all_of(&self, gateway: u16, (from, until): (Timestamp, Timestamp)) -> bool {
        let [current, _] = &self.current[usize::from(gateway)];
        let touches = |outage: &GatewayOutage| {
            outage.gateway == gateway && outage.from <= until && from < outage.to
        };
        !current.is_on && until < current.until && !self.scripted.iter().any(touches)
    }

    /// Its outages that touch the time from `from` to just before `to`, whole, by their beginnings;
    /// scripted ones may overlap others.
    pub(super) fn between(
        &self,
        gateway: u16,
        (from, to): (Timestamp, Timestamp),
    ) -> Vec<GatewayOutage> {
        let touches = |outage: &GatewayOutage| outage.from < to && from < outage.to;
        let own = |outage: &&GatewayOutage| outage.gateway == gateway;
        let mut outages: Vec<_> = self.scripted.iter().filter(own).copied().collect();
        let mut sojourn = self.first[usize::from(gateway)];
        while sojourn.since < to && sojourn.until < Timestamp::MAX {
            if sojourn.is_on {
                let (from, to) = (sojourn.since, sojourn.until);
                outages.push(GatewayOutage { gateway, from, to });
            }
            sojourn = self.walked(usize::from(gateway), sojourn, sojourn.until);
        }
        outages.retain(touches);
        outages.sort_by_key(|outage| (outage.from, outage.to));
        outages
    }

    /// A sojourn and the one after it, which may begin on the same day.
    fn with_next(&self, gateway: usize, current: Sojourn) -> [Sojourn; 2] {
        [current, self.walked(gateway, current, current.until)]
    }

    fn walked(&self, gateway: usize, current: Sojourn, at: Timestamp) -> Sojourn {
        if at < current.until {
            return current;
        }
        self.sojourns.walk(whose(self.seed, gateway), current, at)
    }
}

fn whose(seed: Seed, gateway: usize) -> Whose {
    Whose {
        seed,
        model: Model::GatewayState,
        entity: entity(gateway),
    }
}
