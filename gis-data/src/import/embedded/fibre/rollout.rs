//! The order and the days of the roll-out over the tree.

use twin_core::{FibreZone, Planar};

use super::Sites;
use super::branches::Branch;
use super::history::{Fate, History};
use super::month::Month;
use super::plan::{Area, Bank, FibrePlan, HardShares, Programme, Side, milestones};
use super::schedule::{Milestone, schedule};
use super::tree::Tree;
use crate::error::GisResult;
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::entrances::Entrance;
use crate::import::embedded::plane::{distance2_to_edge, vector};

/// From the end of the work at a mutualisation point to the sale of its lines: operators are
/// informed three months ahead.
const MONTHS_OF_NOTICE: u32 = 3;

/// The branching points of one commune, or of one bank of it.
#[derive(Debug)]
pub(super) struct BuildArea {
    pub zone: FibreZone,
    pub branches: Vec<usize>,
    /// The published figures about it, in order of time.
    published: Vec<(Month, f64)>,
}

/// When everything is connected.
#[derive(Debug)]
pub(super) struct Days {
    /// For each mutualisation point, from when on its lines are sold; none where it has no plan.
    pub pms: Vec<Option<Month>>,
    /// For each entrance, its steps.
    pub premises: Vec<History>,
}

/// What the roll-out goes through.
pub(super) struct Rollout<'a> {
    pub plan: &'a FibrePlan,
    pub branches: &'a [Branch],
    pub tree: &'a Tree,
    pub entrances: &'a [Entrance],
}

/// When a mutualisation point is built whose lines are sold from `open` on.
pub(super) const fn built(open: Month) -> Month {
    open.minus(MONTHS_OF_NOTICE)
}

/// Every commune as one area, or as two where figures are published for a bank of it.
pub(super) fn areas(sites: &Sites<'_>, branches: &[Branch]) -> GisResult<Vec<BuildArea>> {
    let mut of_town: Vec<Vec<usize>> = vec![Vec::new(); sites.ground.towns.len()];
    for (ix, branch) in branches.iter().enumerate() {
        of_town[branch.town].push(ix);
    }
    let mut areas = Vec::new();
    for (town, own) in of_town.into_iter().enumerate() {
        let figures = figures(sites, town)?;
        let zone = sites.facts.communes[town].fibre;
        let bank = figures.iter().find_map(|(bank, _, _)| bank.as_ref());
        let (named, rest): (Vec<usize>, Vec<usize>) = match bank {
            Some(bank) => {
                let course = course(sites, bank);
                own.into_iter()
                    .partition(|&ix| is_on(bank.side, &course, branches[ix].place))
            }
            None => (own, Vec::new()),
        };
        let mut published: Vec<(Month, f64)> = figures
            .iter()
            .map(|(_, month, share)| (*month, *share))
            .collect();
        published.sort_by_key(|(month, _)| *month);
        let area = |branches, published| BuildArea {
            zone,
            branches,
            published,
        };
        areas.push(area(named, published));
        areas.push(area(rest, Vec::new()));
    }
    areas.retain(|area| !area.branches.is_empty());
    Ok(areas)
}

/// What is published about one commune.
fn figures(sites: &Sites<'_>, town: usize) -> GisResult<Vec<(Option<Bank>, Month, f64)>> {
    let mut figures = Vec::new();
    for figure in &sites.facts.fibre.published {
        if sites
            .facts
            .commune_ix("fibre.published.commune", &figure.commune)?
            == town
        {
            figures.push((figure.bank.clone(), figure.month, figure.share));
        }
    }
    Ok(figures)
}

/// The course of a bank's river, downstream.
fn course(sites: &Sites<'_>, bank: &Bank) -> Vec<Planar> {
    let named = |name: &Option<Box<str>>| name.as_deref() == Some(&*bank.river);
    let river = sites.rivers.iter().find(|river| named(&river.name));
    let path = river.map_or(&[][..], |river| &river.path);
    path.iter()
        .map(|&at| sites.ground.plane.project(at))
        .collect()
}

/// Whether `at` lies on one side of the nearest part of a course; on none where there is none.
fn is_on(side: Side, course: &[Planar], at: Planar) -> bool {
    let apart = |ends: &&[Planar]| distance2_to_edge(ends[0], ends[1], at);
    let nearest = course
        .windows(2)
        .min_by(|a, b| apart(a).total_cmp(&apart(b)));
    nearest.is_some_and(|ends| {
        let ([ex, ey], [px, py]) = (vector(ends[0], ends[1]), vector(ends[0], at));
        (ex * py - ey * px > 0.0) == (side == Side::Left)
    })
}

impl Rollout<'_> {
    /// When each of the premises and each mutualisation point is connected.
    pub(super) fn days(&self, areas: &[BuildArea], seed: u64) -> Days {
        let never = History {
            fate: Fate::Regular,
            planned: Month::LAST,
            reached: None,
        };
        let mut premises = vec![never; self.entrances.len()];
        for (number, programme) in self.plan.programmes.iter().enumerate() {
            let own: Vec<&BuildArea> = areas
                .iter()
                .filter(|area| area.zone == programme.zone)
                .collect();
            let fates: Vec<Vec<(usize, Fate)>> = (own.iter().enumerate())
                .map(|(ix, area)| {
                    let order =
                        self.order(area, Draws::new(seed, Topic::FibreOrder, ix << 4 | number));
                    let draws = Draws::new(seed, Topic::FibreFates, ix << 4 | number);
                    self.fates(order, draws)
                })
                .collect();
            let planned = own
                .iter()
                .zip(&fates)
                .map(|(area, fates)| self.area(area, fates));
            let planned: Vec<Area> = planned.collect();
            let mut draws = Draws::new(seed, Topic::FibrePlan, number);
            let milestones = milestones(programme, &planned, &mut draws);
            for (fates, milestones) in fates.iter().zip(&milestones) {
                self.settle(programme, fates, milestones, &mut premises);
            }
        }
        self.before_the_sale(premises)
    }

    /// The entrances of an area in the order of the work: one mutualisation point after the other,
    /// each from the near branching points to the far ones.
    fn order(&self, area: &BuildArea, mut draws: Draws) -> Vec<usize> {
        let mut turns = vec![0; self.tree.pms.len()];
        for (turn, pm) in draws.shuffled(self.tree.pms.len()).into_iter().enumerate() {
            turns[pm] = turn;
        }
        let mut turn_of_branch = vec![0; self.branches.len()];
        for (pm, hub) in self.tree.pms.iter().enumerate() {
            for &branch in &hub.children {
                turn_of_branch[branch] = turns[pm];
            }
        }
        let mut branches = area.branches.clone();
        branches.sort_by(|&a, &b| {
            let far = |ix: usize| self.tree.distance_m[ix];
            let turn = |ix: usize| turn_of_branch[ix];
            turn(a)
                .cmp(&turn(b))
                .then(far(a).total_cmp(&far(b)))
                .then(a.cmp(&b))
        });
        let entrances = branches.iter().flat_map(|&ix| &self.branches[ix].entrances);
        entrances.copied().collect()
    }

    /// Draws which premises are hard, as many lines as the shares say: what lies far from the
    /// street is connected on demand first.
    fn fates(&self, order: Vec<usize>, mut draws: Draws) -> Vec<(usize, Fate)> {
        let total: u32 = order.iter().map(|&ix| self.entrances[ix].lines).sum();
        let HardShares {
            on_demand,
            refused,
            abandoned,
        } = self.plan.hard;
        let mut left = [
            (Fate::Refused, refused),
            (Fate::Abandoned, abandoned),
            (Fate::OnDemand, on_demand),
        ]
        .map(|(fate, share)| (fate, share * f64::from(total)));
        let mut fates: Vec<(usize, Fate)> =
            order.into_iter().map(|ix| (ix, Fate::Regular)).collect();
        let mut shuffled = draws.shuffled(fates.len());
        let far_m = |at: usize| self.entrances[fates[at].0].from_street_m;
        shuffled.sort_by(|&a, &b| far_m(a).total_cmp(&far_m(b)));
        // From the far end for those on demand; the others are drawn.
        let mut drawn = draws.shuffled(fates.len()).into_iter();
        for (fate, lines) in &mut left {
            while *lines >= 0.5 {
                let next = match fate {
                    Fate::OnDemand => shuffled.pop(),
                    _ => drawn.next(),
                };
                let Some(at) = next else { break };
                let own = f64::from(self.entrances[fates[at].0].lines);
                if fates[at].1 == Fate::Regular && own <= *lines + 0.5 {
                    fates[at].1 = *fate;
                    *lines -= own;
                }
            }
        }
        fates
    }

    fn area(&self, area: &BuildArea, fates: &[(usize, Fate)]) -> Area {
        let lines = |is_counted: fn(Fate) -> bool| -> u32 {
            let counted = fates.iter().filter(|(_, fate)| is_counted(*fate));
            counted.map(|&(ix, _)| self.entrances[ix].lines).sum()
        };
        Area {
            lines: lines(|_| true),
            lost: lines(is_lost),
            published: area.published.clone(),
        }
    }

    /// Puts down the months of one area.
    fn settle(
        &self,
        programme: &Programme,
        fates: &[(usize, Fate)],
        milestones: &[Milestone],
        premises: &mut [History],
    ) {
        let (lost, reached): (Vec<_>, Vec<_>) = fates.iter().partition(|(_, fate)| is_lost(*fate));
        let lines: Vec<u32> = reached
            .iter()
            .map(|&(ix, _)| self.entrances[ix].lines)
            .collect();
        let months = schedule(&lines, programme.begin, milestones);
        let last = milestones.last().map(|milestone| milestone.month);
        let lost = lost.into_iter().map(|(ix, fate)| ((ix, fate), last));
        for ((ix, fate), month) in reached.into_iter().zip(months).chain(lost) {
            premises[ix] = History {
                fate,
                planned: programme.planned,
                reached: month,
            };
        }
    }

    /// Lines of a mutualisation point are sold from the month on in which its first premises are
    /// reached; what is ready by then was built during the notice.
    fn before_the_sale(&self, mut premises: Vec<History>) -> Days {
        let mut pms = vec![None; self.tree.pms.len()];
        for (pm, hub) in self.tree.pms.iter().enumerate() {
            let entrances = || {
                hub.children
                    .iter()
                    .flat_map(|&ix| &self.branches[ix].entrances)
            };
            let reached = entrances().filter(|&&ix| !is_lost(premises[ix].fate));
            pms[pm] = reached.filter_map(|&ix| premises[ix].reached).min();
            for (turn, &ix) in (0_u32..).zip(entrances()) {
                if premises[ix].reached == pms[pm]
                    && let Some(open) = pms[pm]
                {
                    premises[ix].reached = Some(built(open).plus(turn % (MONTHS_OF_NOTICE + 1)));
                }
            }
        }
        Days { pms, premises }
    }
}

const fn is_lost(fate: Fate) -> bool {
    matches!(fate, Fate::Refused | Fate::Abandoned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::left([3.0, 5.0], Side::Left, true)]
    #[case::right([3.0, -5.0], Side::Left, false)]
    #[case::right_of_the_bend([14.0, 3.0], Side::Right, true)]
    fn a_bank_is_told_looking_downstream(
        #[case] at: Planar,
        #[case] side: Side,
        #[case] expected: bool,
    ) {
        let course = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]];
        assert_eq!(is_on(side, &course, at), expected);
        assert!(!is_on(side, &[], at));
    }
}
