//! The optical tree: exchanges, mutualisation points, branching points, and the cables between.

use twin_core::{FibreZone, Planar};

use super::branches::Branch;
use crate::import::embedded::network::{Leg, Network, Spot, Ways};
use crate::import::embedded::plane::{distance2, shifted};
use crate::import::embedded::shares::{GroupSize, Weighted, cut, groups, middle};

/// A mutualisation point ("PM") or an exchange ("NRO"), and what hangs on it.
#[derive(Debug)]
pub(super) struct Hub {
    /// The commune it stands in.
    pub town: usize,
    /// The branching points of a mutualisation point, the mutualisation points of an exchange.
    pub children: Vec<usize>,
    pub lines: u32,
    pub spot: Spot,
    pub place: Planar,
}

/// What a cable to a branching point begins at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Above {
    Pm(usize),
    Branch(usize),
}

/// A cable: where it comes from, and its way to what it serves.
#[derive(Debug)]
pub(super) struct Cable<P> {
    pub above: P,
    pub path: Vec<Planar>,
}

/// The whole tree.
#[derive(Debug)]
pub(super) struct Tree {
    pub nros: Vec<Hub>,
    pub pms: Vec<Hub>,
    /// One for each mutualisation point, from its exchange.
    pub transport: Vec<Cable<usize>>,
    /// One for each branching point.
    pub distribution: Vec<Cable<Above>>,
    /// For each branching point, how far it is from its mutualisation point along the streets.
    pub distance_m: Vec<f64>,
}

/// At least 300 lines, as the regulator asks; cabinets of about 600.
const PM_SIZE: GroupSize = GroupSize {
    least: 300,
    usual: 600,
};
/// Exchanges of about 9,000 lines (assumption), and so many that none is farther than this from its
/// mutualisation points: light reaches 20 km of cable, a third longer than the straight way, with
/// something left for the distribution.
const NRO_LINES: u32 = 9000;
const NRO_REACH_M: f64 = 10_500.0;
/// How far beside the middle of the street a cabinet, and an exchange, stand.
const PM_BESIDE_M: f64 = 5.0;
const NRO_BESIDE_M: f64 = 12.0;

/// Builds the tree over branching points; `areas` says for each which builder's area it is in.
pub(super) fn tree(
    network: &Network,
    branches: &[Branch],
    areas: &[(FibreZone, Vec<usize>)],
) -> Tree {
    let of_branch = |branch: &Branch| Weighted {
        at: branch.place,
        lines: branch.lines,
    };
    let points: Vec<Weighted> = branches.iter().map(of_branch).collect();
    let (mut pms, mut nros) = (Vec::new(), Vec::new());
    for zone in FibreZone::ALL {
        let units = areas.iter().filter(|(of, _)| of == zone);
        let units = units.map(|(_, unit)| unit.clone()).collect();
        let first = pms.len();
        for unit in groups(&points, units, PM_SIZE) {
            let candidates = |ix: usize| (branches[ix].town, branches[ix].spot);
            pms.push(hub(network, (&points, unit), PM_BESIDE_M, candidates));
        }
        nros.extend(exchanges(
            network,
            &pms,
            &(first..pms.len()).collect::<Vec<_>>(),
        ));
    }
    let mut tree = Tree {
        transport: Vec::new(),
        distribution: Vec::new(),
        distance_m: vec![0.0; branches.len()],
        nros,
        pms,
    };
    tree.lay_transport(network);
    tree.lay_distribution(network, branches);
    tree
}

/// Exchanges over some mutualisation points, each near enough to all of its own.
fn exchanges(network: &Network, pms: &[Hub], own: &[usize]) -> Vec<Hub> {
    let of_pm = |pm: &Hub| Weighted {
        at: pm.place,
        lines: pm.lines,
    };
    let points: Vec<Weighted> = pms.iter().map(of_pm).collect();
    let lines: u32 = own.iter().map(|&ix| pms[ix].lines).sum();
    let most = u32::try_from(own.len()).unwrap_or(u32::MAX);
    let mut count = (lines / NRO_LINES).max(1);
    loop {
        let mut parts = Vec::new();
        cut(&points, own.to_vec(), count, &mut parts);
        parts.retain(|part| !part.is_empty());
        let candidate = |ix: usize| (pms[ix].town, pms[ix].spot);
        let hubs = parts.into_iter();
        let hubs = hubs.map(|unit| hub(network, (&points, unit), NRO_BESIDE_M, candidate));
        let hubs: Vec<Hub> = hubs.collect();
        let reaches = |hub: &Hub| {
            let mut served = hub.children.iter();
            served.all(|&pm| distance2(pms[pm].place, hub.place) <= NRO_REACH_M * NRO_REACH_M)
        };
        if count >= most || hubs.iter().all(reaches) {
            return hubs;
        }
        count += 1;
    }
}

/// A hub beside the spot of that of its children which is nearest to their middle.
fn hub(
    network: &Network,
    (points, children): (&[Weighted], Vec<usize>),
    beside_m: f64,
    candidate: impl Fn(usize) -> (usize, Spot),
) -> Hub {
    let lines: u32 = children.iter().map(|&ix| points[ix].lines).sum();
    let middle = middle(points, &children);
    let apart = |ix: usize| distance2(points[ix].at, middle);
    let nearest = children.iter().copied();
    let nearest = nearest.min_by(|&a, &b| apart(a).total_cmp(&apart(b)));
    let (town, spot) = candidate(nearest.unwrap_or(0));
    Hub {
        town,
        children,
        lines,
        spot,
        place: beside(network, spot, beside_m),
    }
}

/// A place to the right of the street.
fn beside(network: &Network, spot: Spot, beside_m: f64) -> Planar {
    let [dx, dy] = network.heading(spot);
    shifted(network.place(spot), [dy, -dx], beside_m)
}

impl Tree {
    fn lay_transport(&mut self, network: &Network) {
        let mut cables: Vec<Option<Cable<usize>>> = self.pms.iter().map(|_| None).collect();
        for (number, nro) in self.nros.iter().enumerate() {
            let targets: Vec<Spot> = nro.children.iter().map(|&ix| self.pms[ix].spot).collect();
            let ways = network.ways_from(nro.spot, &targets);
            for &ix in &nro.children {
                let pm = &self.pms[ix];
                let way = ways.back(pm.spot).map(|legs| ways.path(&legs));
                cables[ix] = Some(Cable {
                    above: number,
                    path: between(nro.place, way.unwrap_or_default(), pm.place),
                });
            }
        }
        self.transport = cables.into_iter().flatten().collect();
    }

    fn lay_distribution(&mut self, network: &Network, branches: &[Branch]) {
        let mut cables: Vec<Option<Cable<Above>>> = branches.iter().map(|_| None).collect();
        for (number, pm) in self.pms.iter().enumerate() {
            let targets: Vec<Spot> = pm.children.iter().map(|&ix| branches[ix].spot).collect();
            let ways = network.ways_from(pm.spot, &targets);
            let order = Order::new(branches, &pm.children);
            for &ix in &pm.children {
                let branch = &branches[ix];
                self.distance_m[ix] = match ways.distance_m(branch.spot) {
                    m if m.is_finite() => m,
                    _ => distance2(pm.place, branch.place).sqrt(),
                };
                let (above, way) = order.above(&ways, ix);
                let (above, from) = match above {
                    Some(other) => (Above::Branch(other), branches[other].place),
                    None => (Above::Pm(number), pm.place),
                };
                cables[ix] = Some(Cable {
                    above,
                    path: between(from, way, branch.place),
                });
            }
        }
        self.distribution = cables.into_iter().flatten().collect();
    }
}

/// A path with its two ends, two points at least; points that are as good as the same are left out.
fn between(from: Planar, way: Vec<Planar>, to: Planar) -> Vec<Planar> {
    let is_same = |a: Planar, b: Planar| distance2(a, b) < 1e-4;
    let mut path = vec![from];
    path.extend(way);
    path.dedup_by(|a, b| is_same(*a, *b));
    while path.len() > 1 && path.last().is_some_and(|last| is_same(*last, to)) {
        path.pop();
    }
    path.push(to);
    path
}

/// The branching points of one mutualisation point along each stretch.
struct Order<'a> {
    branches: &'a [Branch],
    /// By stretch, then along it.
    sorted: Vec<usize>,
}

impl<'a> Order<'a> {
    fn new(branches: &'a [Branch], own: &[usize]) -> Self {
        let mut sorted = own.to_vec();
        sorted.sort_by(|&a, &b| {
            let [one, other] = [a, b].map(|ix| branches[ix].spot);
            let stretches = one.stretch.cmp(&other.stretch);
            stretches
                .then(one.along_m.total_cmp(&other.along_m))
                .then(a.cmp(&b))
        });
        Self { branches, sorted }
    }

    /// The first other branching point on the way back from `ix`, and the way from there; from the
    /// source itself where there is none.
    fn above(&self, ways: &Ways<'_>, ix: usize) -> (Option<usize>, Vec<Planar>) {
        let Some(legs) = ways.back(self.branches[ix].spot) else {
            return (None, Vec::new());
        };
        let mut walked: Vec<Leg> = Vec::new();
        for leg in legs {
            let is_first = walked.is_empty();
            if let Some(other) = self.first_on(leg, (ix, is_first)) {
                let to_m = self.branches[other].spot.along_m;
                walked.push(Leg { to_m, ..leg });
                return (Some(other), ways.path(&walked));
            }
            walked.push(leg);
        }
        (None, ways.path(&walked))
    }

    /// The first branching point other than `own` that one meets on a leg, which may begin there.
    fn first_on(&self, leg: Leg, (own, begins_there): (usize, bool)) -> Option<usize> {
        let stretch = |ix: usize| self.branches[ix].spot.stretch;
        let along = |ix: usize| self.branches[ix].spot.along_m;
        let low = self.sorted.partition_point(|&ix| stretch(ix) < leg.stretch);
        let high = self
            .sorted
            .partition_point(|&ix| stretch(ix) <= leg.stretch);
        let mut met = &self.sorted[low..high];
        let is_ahead = leg.to_m > leg.from_m;
        if begins_there && let Some(start) = met.iter().position(|&ix| ix == own) {
            met = if is_ahead {
                &met[start..]
            } else {
                &met[..start]
            };
        }
        let (from_m, to_m) = (leg.from_m.min(leg.to_m), leg.from_m.max(leg.to_m));
        let is_met = |&&ix: &&usize| ix != own && (from_m..=to_m).contains(&along(ix));
        let mut met = met.iter().filter(is_met);
        if is_ahead {
            met.next()
        } else {
            met.next_back()
        }
        .copied()
    }
}
