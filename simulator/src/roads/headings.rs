//! In which direction vehicles stop at places that they may come to in several.

use super::cost::UNREACHABLE;
use super::halt::Halt;
use super::map::RoadMetric;
use super::signposts::Signposts;
use super::snap::Snap;
use crate::error::SimResult;
use crate::numbers::index_u32;

/// Some places, on premises or on the street, and the rounds that call there.
#[derive(Clone, Copy, Debug)]
pub struct Calls<'a> {
    /// The points of the streets; `None` for what lies off the roads.
    pub places: &'a [Option<Snap>],
    /// Whether each of them is on premises, where vehicles turn.
    pub is_premises: &'a [bool],
    /// The places that each round calls at, in order.
    pub rounds: &'a [Vec<u32>],
}

impl RoadMetric {
    /// Gives each place on the street one direction: that in which the rounds which call there take
    /// the least time in all, round by round; a later round takes what an earlier one chose. Where no
    /// round calls, it is the direction in which some round would call with the least detour.
    ///
    /// # Errors
    /// As [`Signposts::new`].
    pub fn headed(&self, calls: &Calls<'_>) -> SimResult<Vec<Option<Halt>>> {
        let options = Options::new(self, calls)?;
        let mut chosen: Vec<Option<u32>> = options.only();
        for round in calls.rounds {
            options.follow(round, &mut chosen);
        }
        let pairs = || calls.rounds.iter().flat_map(|round| round.windows(2));
        let pairs: Vec<[u32; 2]> = pairs().map(|pair| [pair[0], pair[1]]).collect();
        for place in 0..index_u32(chosen.len()) {
            if chosen[place as usize].is_none() {
                chosen[place as usize] = options.least_detour(place, &pairs, (calls, &chosen));
            }
        }
        let halt = |option: Option<u32>| options.halts[option? as usize];
        Ok(chosen.into_iter().map(halt).collect())
    }
}

/// The ways to stop at places.
struct Options {
    /// The first of each place, and one more.
    first: Vec<u32>,
    halts: Vec<Option<Halt>>,
    ways: Signposts,
}

/// Cost and length; what cannot be reached is farther than anything else.
type Effort = (u64, u64);

/// How many ways one looks at for the least detour.
const DETOURS: usize = 100;

impl Options {
    fn new(roads: &RoadMetric, calls: &Calls<'_>) -> SimResult<Self> {
        let mut first = vec![0];
        let mut halts: Vec<Option<Halt>> = Vec::new();
        for (place, snap) in calls.places.iter().enumerate() {
            let is_premises = calls.is_premises.get(place).copied().unwrap_or_default();
            halts.extend(snap.iter().flat_map(|snap| {
                if is_premises {
                    vec![Some(Halt::on_premises(*snap))]
                } else {
                    roads.halts(snap).into_iter().map(Some).collect()
                }
            }));
            first.push(index_u32(halts.len()));
        }
        let ways = Signposts::new(roads, &halts)?;
        Ok(Self { first, halts, ways })
    }

    fn of(&self, place: u32) -> std::ops::Range<u32> {
        let place = place as usize;
        self.first[place]..self.first[place + 1]
    }

    /// For each place its option, where it has but one.
    fn only(&self) -> Vec<Option<u32>> {
        let places = 0..index_u32(self.first.len() - 1);
        let only = places.map(|place| self.of(place));
        only.map(|of| (of.len() == 1).then_some(of.start)).collect()
    }

    fn effort(&self, from: u32, to: u32) -> Effort {
        let [cost, length_m] = self.ways.way(from, to);
        if cost == UNREACHABLE {
            return (u64::from(UNREACHABLE), 0);
        }
        (cost.into(), length_m.into())
    }

    /// Those that one may take at a place.
    fn free(&self, place: u32, chosen: &[Option<u32>]) -> std::ops::Range<u32> {
        chosen[place as usize].map_or_else(|| self.of(place), |option| option..option + 1)
    }

    /// Chooses along a round what costs least in all.
    fn follow(&self, round: &[u32], chosen: &mut [Option<u32>]) {
        // For each call its options: the effort until there, and the option before.
        let mut reached: Vec<Vec<(Effort, u32, u32)>> = Vec::with_capacity(round.len());
        let calls = round.iter().filter(|&&place| !self.of(place).is_empty());
        let calls: Vec<u32> = calls.copied().collect();
        for &place in &calls {
            let arrive = |option: u32| {
                let from = reached.last().into_iter().flatten();
                let ways = from.map(|&(so_far, before, _)| {
                    let way = self.effort(before, option);
                    ((so_far.0 + way.0, so_far.1 + way.1), before)
                });
                let (effort, before) = ways.min().unwrap_or(((0, 0), option));
                (effort, option, before)
            };
            let options = self.free(place, chosen).map(arrive).collect();
            reached.push(options);
        }
        let mut take = None;
        for (&place, options) in calls.iter().zip(&reached).rev() {
            let best = match take {
                None => options.iter().min(),
                Some(option) => options.iter().find(|(_, it, _)| *it == option),
            };
            let Some(&(_, option, before)) = best else {
                return;
            };
            chosen[place as usize] = Some(option);
            take = Some(before);
        }
    }

    /// The option of a place that some way between two calls would take with the least detour.
    fn least_detour(
        &self,
        place: u32,
        pairs: &[[u32; 2]],
        (calls, chosen): (&Calls<'_>, &[Option<u32>]),
    ) -> Option<u32> {
        let at = calls.places.get(place as usize)?.as_ref()?.place;
        let near = |pair: &[u32; 2]| {
            let from = calls.places.get(pair[0] as usize)?.as_ref()?.place;
            let (east, north) = (from.lon() - at.lon(), from.lat() - at.lat());
            Some(east * east + north * north)
        };
        let mut nearest: Vec<(f64, [u32; 2])> = pairs
            .iter()
            .filter_map(|pair| Some((near(pair)?, *pair)))
            .collect();
        if nearest.len() > DETOURS {
            nearest.select_nth_unstable_by(DETOURS, |a, b| a.0.total_cmp(&b.0));
            nearest.truncate(DETOURS);
        }
        let ways = nearest
            .iter()
            .filter_map(|(_, [from, to])| Some([chosen[*from as usize]?, chosen[*to as usize]?]));
        let ways: Vec<[u32; 2]> = ways.collect();
        let detour = |option: u32| {
            let detours = ways.iter().map(|&[from, to]| {
                let (there, on) = (self.effort(from, option), self.effort(option, to));
                (there.0 + on.0).saturating_sub(self.effort(from, to).0)
            });
            detours.min()
        };
        self.of(place).min_by_key(|&option| detour(option))
    }
}
