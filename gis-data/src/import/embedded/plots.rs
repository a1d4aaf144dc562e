//! Plots along the streets: what kind of house fits where, without touching anything else.

use twin_core::Planar;

use super::draws::{Draws, Topic};
use super::dry::DryLand;
use super::footprint::{Footprint, Occupied};
use super::network::{Network, Spot};
use super::plane::{distance2, shifted, vector};

/// What stands on a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A house in its garden.
    Detached,
    /// A house in a closed row, in the old middle of a town or village.
    Row,
    /// A small block of flats.
    Block,
    /// A long block of a housing estate, several entrances.
    Slab,
    /// A tower of a housing estate.
    Tower,
    /// A farm with its barn.
    Farm,
}

/// A road as those see it who build along it.
#[derive(Clone, Debug)]
pub(super) struct Street {
    /// The commune that it is a street of.
    pub town: usize,
    pub name: Box<str>,
    /// From its middle to its edge, pavement included.
    pub half_width_m: f64,
    /// Whether houses stand along it.
    pub is_built: bool,
}

/// A plot with the footprint of its main building.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    pub street: usize,
    pub town: usize,
    pub kind: Kind,
    pub spot: Spot,
    pub footprint: Footprint,
    pub is_left: bool,
    /// The number of its estate; none outside of estates.
    pub estate: Option<usize>,
}

/// The surroundings that decide what is built at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings {
    /// 0 in the middle of a commune, 1 at the edge of its built-up area.
    pub from_middle: f64,
    pub population: u32,
    /// The number of the estate.
    pub estate: Option<usize>,
}

/// How plots are found.
pub(super) struct Surveyor<'a, S> {
    pub network: &'a Network,
    /// One for each road.
    pub streets: &'a [Street],
    pub surroundings: S,
    pub land: &'a DryLand,
    pub seed: u64,
}

/// Measures of one kind of building, in metres: the least and the greatest.
struct Shape {
    width: [f64; 2],
    depth: [f64; 2],
    /// From the edge of the street to the front.
    front: [f64; 2],
    /// To the next building along the street.
    gap: [f64; 2],
}

/// How near a corner buildings begin, how far a search goes on where a plot is taken, and how far
/// apart buildings stand where they do not form a row.
const CORNER_M: f64 = 9.0;
const NEXT_TRY_M: f64 = 5.0;
const APART_M: f64 = 3.0;
/// No road is wider, from its middle to its edge.
const WIDEST_ROAD_M: f64 = 12.0;

impl Kind {
    const fn shape(self) -> Shape {
        match self {
            Self::Detached => Shape {
                width: [9.0, 13.5],
                depth: [8.0, 11.0],
                front: [4.0, 9.0],
                gap: [6.0, 13.0],
            },
            Self::Row => Shape {
                width: [7.5, 13.0],
                depth: [10.0, 13.0],
                front: [0.5, 0.5],
                gap: [0.0, 0.0],
            },
            Self::Block => Shape {
                width: [16.0, 26.0],
                depth: [11.0, 14.0],
                front: [4.0, 8.0],
                gap: [8.0, 14.0],
            },
            Self::Slab => Shape {
                width: [45.0, 80.0],
                depth: [11.5, 12.5],
                front: [10.0, 16.0],
                gap: [16.0, 24.0],
            },
            Self::Tower => Shape {
                width: [19.0, 23.0],
                depth: [18.0, 21.0],
                front: [10.0, 16.0],
                gap: [22.0, 34.0],
            },
            Self::Farm => Shape {
                width: [15.0, 24.0],
                depth: [11.0, 14.0],
                front: [3.0, 8.0],
                gap: [9.0, 16.0],
            },
        }
    }

    /// How near a building of this kind comes to the next.
    const fn apart_m(self) -> f64 {
        match self {
            Self::Row => -0.05,
            _ => APART_M,
        }
    }
}

impl<S: Fn(usize, Planar) -> Surroundings> Surveyor<'_, S> {
    /// Every plot that fits, street by street; `occupied` grows by each.
    pub(super) fn plots(&self, occupied: &mut Occupied) -> Vec<Plot> {
        let mut plots = Vec::new();
        // Estates first: their long blocks need room that houses would take.
        for of_estates in [true, false] {
            for (number, stretch) in self.network.stretches.iter().enumerate() {
                let street = &self.streets[stretch.road];
                for is_left in [true, false] {
                    let topic = if of_estates {
                        Topic::Estates
                    } else {
                        Topic::Plots
                    };
                    let draws = Draws::new(self.seed, topic, number * 2 + usize::from(is_left));
                    if street.is_built {
                        let mut row = Row {
                            of_estates,
                            draws,
                            at: (number, is_left),
                            street,
                        };
                        self.row(&mut row, occupied, &mut plots);
                    }
                }
            }
        }
        plots
    }

    /// The plots along one side of a stretch.
    fn row(&self, row: &mut Row<'_>, occupied: &mut Occupied, plots: &mut Vec<Plot>) {
        let (number, is_left) = row.at;
        let stretch = &self.network.stretches[number];
        let mut at_m = CORNER_M;
        while at_m < stretch.length_m() - CORNER_M {
            let place = stretch.at(at_m);
            let around = (self.surroundings)(row.street.town, place);
            if around.estate.is_some() != row.of_estates {
                at_m += NEXT_TRY_M;
                continue;
            }
            let kind = kind(around, &mut row.draws);
            let Some((footprint, middle_m, next_m)) = self.fit(kind, at_m, row, occupied) else {
                at_m += NEXT_TRY_M;
                continue;
            };
            occupied.insert(footprint);
            at_m = next_m;
            plots.push(Plot {
                street: stretch.road,
                town: row.street.town,
                kind,
                spot: Spot {
                    stretch: number,
                    along_m: middle_m,
                },
                footprint,
                is_left,
                estate: around.estate,
            });
        }
    }

    /// A footprint of a kind from `at_m` on, its middle along the stretch, and where the next may
    /// begin; none where it does not fit.
    fn fit(
        &self,
        kind: Kind,
        at_m: f64,
        row: &mut Row<'_>,
        occupied: &Occupied,
    ) -> Option<(Footprint, f64, f64)> {
        let shape = kind.shape();
        let mut between = |[least, most]: [f64; 2]| least + (most - least) * row.draws.unit();
        let (width, depth) = (between(shape.width), between(shape.depth));
        let (front, gap) = (between(shape.front), between(shape.gap));
        let stretch = &self.network.stretches[row.at.0];
        let end_m = at_m + width;
        if end_m > stretch.length_m() - CORNER_M {
            return None;
        }
        let (a, b) = (stretch.at(at_m), stretch.at(end_m));
        let [dx, dy] = vector(a, b);
        let length = (dx * dx + dy * dy).sqrt();
        if length < 0.8 * width {
            return None;
        }
        let side = if row.at.1 { 1.0 } else { -1.0 };
        let along = [dx / length, dy / length];
        let out = row.street.half_width_m + front + depth / 2.0;
        let middle = shifted(shifted(a, [dx, dy], 0.5), [-along[1], along[0]], side * out);
        let footprint = Footprint {
            middle,
            along,
            half: [width / 2.0, depth / 2.0],
        };
        let is_free = occupied.is_free(&footprint, kind.apart_m())
            && is_off_streets(self.network, self.streets, &footprint)
            && self.land.holds(row.street.town, &footprint);
        is_free.then_some((footprint, f64::midpoint(at_m, end_m), end_m + gap))
    }
}

/// Whether no road comes too near a footprint.
pub(super) fn is_off_streets(network: &Network, streets: &[Street], footprint: &Footprint) -> bool {
    let lines = network.lines_around(footprint.bounds(), WIDEST_ROAD_M);
    let mut near =
        lines.filter(|(road, line)| footprint.is_crossed(*line, streets[*road].half_width_m));
    near.next().is_none()
}

/// One side of a stretch that is being built along.
struct Row<'a> {
    of_estates: bool,
    draws: Draws,
    /// The stretch, and whether its left side is meant.
    at: (usize, bool),
    street: &'a Street,
}

/// What is built: the older and denser, the nearer to the middle and the larger the commune.
fn kind(around: Surroundings, draws: &mut Draws) -> Kind {
    let chance = draws.unit();
    if around.estate.is_some() {
        return if chance < 0.2 {
            Kind::Tower
        } else {
            Kind::Slab
        };
    }
    // A third of the radius of a city is closed, a tenth of a village's.
    let population = f64::from(around.population);
    let urban = population / (population + 9000.0);
    let core = 0.10 + 0.26 * urban;
    let middle = around.from_middle;
    if middle < core {
        return if population < 700.0 && chance < 0.45 {
            Kind::Farm
        } else if chance < 0.12 * urban {
            Kind::Block
        } else {
            Kind::Row
        };
    }
    if population < 2500.0 {
        return if chance < 0.06 {
            Kind::Farm
        } else {
            Kind::Detached
        };
    }
    if chance < 0.42 * urban * (1.5 - middle).max(0.15) {
        Kind::Block
    } else {
        Kind::Detached
    }
}

/// The nearest of `estates`, middle and radius, that holds `at`.
pub(super) fn estate_at(estates: &[(Planar, f64)], at: Planar) -> Option<usize> {
    let holds = |(middle, radius_m): &(Planar, f64)| distance2(*middle, at) < radius_m * radius_m;
    estates.iter().position(holds)
}
