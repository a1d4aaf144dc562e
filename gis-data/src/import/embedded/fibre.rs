//! The fibre network: exchanges, mutualisation points, branching points and the premises on them,
//! with the day on which each was, or will be, connected.
//!
//! The tree and all days depend on the territory and the seed alone; what a pack of some date says
//! of the premises is read off them.

mod branches;
mod history;
mod month;
mod plan;
mod rollout;
mod schedule;
mod tree;

use twin_core::{
    Asset, AssetId, AssetKind, FibreLink, FibreNode, FibreNodeType, FibreZone, LonLat, Planar,
    Premises, Timestamp, Waterway,
};

pub(super) use self::branches::MOST_LINES as MOST_LINES_OF_BRANCH;
use self::branches::{Branch, branches};
use self::history::History;
pub(super) use self::plan::FibrePlan;
use self::rollout::{Days, Rollout};
use self::tree::{Above, Cable, Hub, Tree, tree};
use super::entrances::Entrance;
use super::facts::Facts;
use super::ground::Ground;
use super::network::Network;
use crate::error::GisResult;

/// What the fibre network is built on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sites<'a> {
    pub facts: &'a Facts,
    pub ground: &'a Ground,
    pub network: &'a Network,
    pub rivers: &'a [Waterway],
    pub entrances: &'a [Entrance],
}

/// The fibre network as the pack holds it.
#[derive(Debug)]
pub(super) struct Fibre {
    pub nodes: Vec<Asset<FibreNode>>,
    pub links: Vec<Asset<FibreLink>>,
    pub premises: Vec<Premises>,
}

/// The network with its premises as they are at `date`.
pub(super) fn fibre(sites: &Sites<'_>, date: Timestamp, seed: u64) -> GisResult<Fibre> {
    let branches = branches(sites.network, sites.entrances);
    let areas = rollout::areas(sites, &branches)?;
    let units: Vec<(FibreZone, Vec<usize>)> = areas
        .iter()
        .map(|area| (area.zone, area.branches.clone()))
        .collect();
    let tree = tree(sites.network, &branches, &units);
    let days = Rollout {
        plan: &sites.facts.fibre,
        branches: &branches,
        tree: &tree,
        entrances: sites.entrances,
    }
    .days(&areas, seed);
    let writer = Writer {
        sites,
        names: Names::new(sites, &branches, &tree),
    };
    Ok(Fibre {
        nodes: writer.nodes(&branches, &tree, &days)?,
        links: writer.links(&tree)?,
        premises: writer.premises(&branches, &days, date)?,
    })
}

/// The keys of all nodes.
struct Names {
    nros: Vec<Box<str>>,
    pms: Vec<Box<str>>,
    branches: Vec<Box<str>>,
}

impl Names {
    fn new(sites: &Sites<'_>, branches: &[Branch], tree: &Tree) -> Self {
        let towns = |hubs: &[Hub]| hubs.iter().map(|hub| hub.town).collect::<Vec<_>>();
        let of_branches = branches
            .iter()
            .map(|branch| branch.town)
            .collect::<Vec<_>>();
        Self {
            nros: numbered(sites, "nro", &towns(&tree.nros)),
            pms: numbered(sites, "pm", &towns(&tree.pms)),
            branches: numbered(sites, "pbo", &of_branches),
        }
    }
}

/// Keys such as `pm-25388-0003`, counted in each commune.
fn numbered(sites: &Sites<'_>, prefix: &str, towns: &[usize]) -> Vec<Box<str>> {
    let mut counts = vec![0_u32; sites.ground.towns.len()];
    let key = |&town: &usize| {
        counts[town] += 1;
        let code = &sites.ground.towns[town].code;
        format!("{prefix}-{code}-{:04}", counts[town]).into()
    };
    towns.iter().map(key).collect()
}

/// Writes the tree in the words of the pack.
struct Writer<'a> {
    sites: &'a Sites<'a>,
    names: Names,
}

impl Writer<'_> {
    fn place(&self, at: Planar) -> GisResult<LonLat> {
        Ok(self.sites.ground.plane.unproject(at)?)
    }

    fn nodes(
        &self,
        branches: &[Branch],
        tree: &Tree,
        days: &Days,
    ) -> GisResult<Vec<Asset<FibreNode>>> {
        let hub = |(hub, key): (&Hub, &str), (node_type, open): (_, Option<month::Month>)| {
            Ok(Asset {
                key: key.into(),
                place: self.place(hub.place)?,
                detail: FibreNode {
                    node_type,
                    premises: hub.lines,
                    deployed_at: open.map(|month| rollout::built(month).delivery()),
                    open_from: open.map(month::Month::delivery),
                },
            })
        };
        let nros = tree.nros.iter().zip(&self.names.nros);
        let nros = nros.map(|(nro, key)| {
            let first = nro.children.iter().filter_map(|&pm| days.pms[pm]).min();
            hub((nro, key), (FibreNodeType::Nro, first))
        });
        let pms = tree.pms.iter().zip(&self.names.pms).zip(&days.pms);
        let pms = pms.map(|((pm, key), &open)| hub((pm, key), (FibreNodeType::Pm, open)));
        let branch = |(ix, branch): (usize, &Branch)| {
            let reached = branch
                .entrances
                .iter()
                .filter_map(|&ix| days.premises[ix].reached);
            Ok(Asset {
                key: self.names.branches[ix].clone(),
                place: self.place(branch.place)?,
                detail: FibreNode {
                    node_type: FibreNodeType::Pbo,
                    premises: branch.lines,
                    deployed_at: reached.min().map(month::Month::delivery),
                    open_from: None,
                },
            })
        };
        nros.chain(pms)
            .chain(branches.iter().enumerate().map(branch))
            .collect()
    }

    fn links(&self, tree: &Tree) -> GisResult<Vec<Asset<FibreLink>>> {
        let transport = tree.transport.iter().zip(&self.names.pms);
        let transport =
            transport.map(|(cable, to)| self.link(&self.names.nros[cable.above], to, cable));
        let distribution = tree.distribution.iter().zip(&self.names.branches);
        let distribution = distribution.map(|(cable, to)| {
            let from = match cable.above {
                Above::Pm(pm) => &self.names.pms[pm],
                Above::Branch(branch) => &self.names.branches[branch],
            };
            self.link(from, to, cable)
        });
        transport.chain(distribution).collect()
    }

    fn link<P>(&self, from: &str, to: &str, cable: &Cable<P>) -> GisResult<Asset<FibreLink>> {
        let path = cable.path.iter().map(|&at| self.place(at));
        let path: Vec<LonLat> = path.collect::<GisResult<_>>()?;
        Ok(Asset {
            key: format!("cable-{to}").into(),
            place: path[path.len() / 2],
            detail: FibreLink {
                from: AssetId::new(AssetKind::FibreNode, from)?,
                to: AssetId::new(AssetKind::FibreNode, to)?,
                path,
            },
        })
    }

    fn premises(
        &self,
        branches: &[Branch],
        days: &Days,
        date: Timestamp,
    ) -> GisResult<Vec<Premises>> {
        let mut nodes = vec![None; self.sites.entrances.len()];
        for (branch, key) in branches.iter().zip(&self.names.branches) {
            for &ix in &branch.entrances {
                nodes[ix] = Some(AssetId::new(AssetKind::FibreNode, key)?);
            }
        }
        let towns: Vec<usize> = self
            .sites
            .entrances
            .iter()
            .map(|entrance| entrance.town)
            .collect();
        let keys = numbered(self.sites, "imb", &towns);
        let described = self.sites.entrances.iter().zip(&days.premises);
        let premises = |((entrance, history), (node, key)): ((&Entrance, &History), (_, _))| {
            let (state, since) = history.state_at(date);
            Ok(Premises {
                key,
                commune: Some(self.sites.ground.towns[entrance.town].code.clone()),
                label: Some(entrance.label.clone()),
                lines: entrance.lines,
                state,
                since,
                node,
                place: self.place(entrance.place)?,
            })
        };
        described
            .zip(nodes.into_iter().zip(keys))
            .map(premises)
            .collect()
    }
}
