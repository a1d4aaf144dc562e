//! Buildings on the plots, as many as a commune has dwellings, and the entrances behind which these
//! are, numbered along their streets.

mod numbers;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use twin_core::{Building, Metres, Planar};

use self::numbers::HouseNumbers;
use super::draws::{Draws, Topic};
use super::dwellings;
use super::entrances::Entrance;
use super::facts::Facts;
use super::fibre::MOST_LINES_OF_BRANCH;
use super::ground::Ground;
use super::network::{Network, Spot};
use super::plane::{Plane, distance2, shifted};
use super::plots::{Kind, Plot, Street};
use crate::error::GisResult;

/// A building that stands on a chosen plot.
#[derive(Clone, Debug)]
pub(super) struct House {
    pub plot: Plot,
    pub levels: u32,
    /// The lines behind each of its entrances, from the first along the street to the last.
    pub entrances: Vec<u32>,
}

/// Height of a storey, and of a roof above the last one.
const STOREY_M: f64 = 2.9;
const PITCHED_ROOF_M: f64 = 2.8;
const FLAT_ROOF_M: f64 = 0.6;
/// A slab has an entrance for each so many metres, and two flats on each floor of one.
const SLAB_ENTRANCE_M: f64 = 17.0;
/// How much later a plot is built on, for each spread of the population that it lies from the middle,
/// in the time that chance makes.
const OUTWARDS: f64 = 0.28;
/// The most lines in a house of a row, and in a small block.
const MOST_IN_ROW: u32 = 7;
/// The most lines in a house of its own, where a commune has too few of them.
const MOST_IN_HOUSE: u32 = 4;
/// How far apart the doors of two staircases behind one number are.
const STAIR_M: f64 = 3.0;

/// The houses of every commune: estates until their dwellings are reached, then the plots from the
/// middle outwards until the commune's lines are.
pub(super) fn houses(facts: &Facts, ground: &Ground, plots: Vec<Plot>, seed: u64) -> Vec<House> {
    let mut of_town: Vec<Vec<House>> = vec![Vec::new(); ground.towns.len()];
    for (number, plot) in plots.into_iter().enumerate() {
        let mut draws = Draws::new(seed, Topic::Dwellings, number);
        let population = ground.towns[plot.town].population;
        let (levels, entrances) = usual(&plot, population, &mut draws);
        of_town[plot.town].push(House {
            plot,
            levels,
            entrances,
        });
    }
    let mut all = Vec::new();
    for (town, (houses, commune)) in of_town.into_iter().zip(&facts.communes).enumerate() {
        let home = &ground.towns[town];
        let draws = Draws::new(seed, Topic::Dwellings, usize::MAX / 2 + town);
        let houses = in_turn(houses, (home.center, home.spread_m), draws);
        all.extend(filled(houses, dwellings::lines(commune), facts));
    }
    all
}

/// Houses in the order in which plots are built on: the middle first, then ever fewer outwards.
fn in_turn(houses: Vec<House>, (middle, spread_m): (Planar, f64), mut draws: Draws) -> Vec<House> {
    let turn = |house: House| {
        let away = distance2(house.plot.footprint.middle, middle).sqrt() / spread_m;
        (OUTWARDS * away + draws.unit(), house)
    };
    let mut turns: Vec<(f64, House)> = houses.into_iter().map(turn).collect();
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    turns.into_iter().map(|(_, house)| house).collect()
}

/// Storeys and lines of what usually stands on a plot.
fn usual(plot: &Plot, population: u32, draws: &mut Draws) -> (u32, Vec<u32>) {
    let width_m = 2.0 * plot.footprint.half[0];
    let one_in = |n: u32, draws: &mut Draws| draws.below(n) == 0;
    match plot.kind {
        Kind::Detached | Kind::Farm => {
            let levels = 1 + u32::from(!one_in(3, draws));
            (levels, vec![1 + u32::from(one_in(18, draws))])
        }
        Kind::Row => {
            let levels = 2 + draws.below(if population > 5000 { 3 } else { 1 });
            let lines = match population {
                0..2500 => 1 + u32::from(one_in(4, draws)),
                2500..8000 => 1 + draws.below(3),
                _ => levels - 1 + draws.below(3),
            };
            (levels, vec![lines])
        }
        Kind::Block => {
            let levels = 3 + draws.below(2);
            (levels, vec![2 * levels])
        }
        Kind::Slab => {
            let levels = 4 + draws.below(2);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few entrances"
            )]
            let count = (width_m / SLAB_ENTRANCE_M).round().max(1.0) as usize;
            (levels, vec![2 * levels; count])
        }
        Kind::Tower => {
            let levels = 8 + draws.below(4);
            (levels, vec![4 * levels])
        }
    }
}

/// The houses of a commune, in order, until it has its lines; with more lines in each where all of
/// them are too few.
fn filled(houses: Vec<House>, wanted: u32, facts: &Facts) -> Vec<House> {
    let mut left_in_estates: Vec<u32> = facts.quarters.iter().map(|q| q.dwellings).collect();
    let (estates, others): (Vec<House>, Vec<House>) = houses
        .into_iter()
        .partition(|house| house.plot.estate.is_some());
    let mut chosen = Vec::new();
    let mut left = wanted;
    for house in estates {
        let lines: u32 = house.entrances.iter().sum();
        let left_here = house
            .plot
            .estate
            .map_or(&mut left, |ix| &mut left_in_estates[ix]);
        if *left_here >= lines {
            *left_here -= lines;
            chosen.push(house);
        }
    }
    left = left.saturating_sub(lines_of(&chosen));
    for mut house in others {
        if left == 0 {
            break;
        }
        for lines in &mut house.entrances {
            *lines = (*lines).min(left);
            left -= *lines;
        }
        house.entrances.retain(|lines| *lines > 0);
        chosen.push(house);
    }
    crowd(&mut chosen, left);
    chosen
}

fn lines_of(houses: &[House]) -> u32 {
    houses.iter().flat_map(|house| &house.entrances).sum()
}

/// Puts `left` more lines into houses that have room for them, one by one, row by row.
fn crowd(houses: &mut [House], mut left: u32) {
    let room = |kind: Kind| match kind {
        Kind::Row => MOST_IN_ROW,
        Kind::Block | Kind::Slab => MOST_LINES_OF_BRANCH,
        Kind::Detached | Kind::Farm => MOST_IN_HOUSE,
        Kind::Tower => 0,
    };
    let mut is_crowded = false;
    while left > 0 && !is_crowded {
        is_crowded = true;
        for house in houses.iter_mut() {
            let most = room(house.plot.kind);
            for lines in &mut house.entrances {
                if left > 0 && *lines < most {
                    *lines += 1;
                    left -= 1;
                    is_crowded = false;
                }
            }
            let fullest = house.entrances.iter().max().copied().unwrap_or(1);
            house.levels = house.levels.max(fullest.div_ceil(2).min(6));
        }
    }
}

/// Every door of the houses, in their order, with number and street.
pub(super) fn entrances(
    houses: &[House],
    network: &Network,
    streets: &[Street],
    seed: u64,
) -> Vec<Entrance> {
    let numbers = HouseNumbers::new(houses, network, streets, seed);
    let mut entrances = Vec::new();
    for (house, numbers) in houses.iter().zip(numbers.of_house) {
        let plot = &house.plot;
        let name = &streets[plot.street].name;
        for ((place, spot), (lines, number)) in
            doors(house, network).zip(house.entrances.iter().zip(numbers))
        {
            let stairs = lines.div_ceil(MOST_LINES_OF_BRANCH);
            for stair in 0..stairs {
                let label = match stairs {
                    1 => format!("{number} {name}"),
                    _ => format!("{number} {name}, escalier {}", letter(stair)),
                };
                let aside_m = STAIR_M * (f64::from(stair) - f64::from(stairs - 1) / 2.0);
                entrances.push(Entrance {
                    town: plot.town,
                    place: shifted(place, plot.footprint.along, aside_m),
                    spot,
                    from_street_m: distance2(place, network.place(spot)).sqrt(),
                    lines: lines / stairs + u32::from(stair < lines % stairs),
                    label: label.into(),
                });
            }
        }
    }
    entrances
}

fn letter(ix: u32) -> char {
    char::from_digit(10 + ix % 26, 36)
        .unwrap_or('a')
        .to_ascii_uppercase()
}

/// The doors on the street's side of a house, in the order of the street, each with its spot.
fn doors<'a>(house: &'a House, network: &'a Network) -> impl Iterator<Item = (Planar, Spot)> + 'a {
    let Plot {
        footprint,
        is_left,
        spot,
        ..
    } = &house.plot;
    let count = u32::try_from(house.entrances.len()).unwrap_or(1);
    let [half_width, half_depth] = footprint.half;
    let front = if *is_left { -half_depth } else { half_depth };
    let length_m = network.stretches[spot.stretch].length_m();
    (0..count).map(move |ix| {
        let share = (2.0 * f64::from(ix) + 1.0) / f64::from(count) - 1.0;
        let along_m = spot.along_m + share * half_width;
        let place = footprint.at([share * half_width, front]);
        let spot = Spot {
            along_m: along_m.clamp(0.0, length_m),
            ..*spot
        };
        (place, spot)
    })
}

/// The houses as the pack holds them.
pub(super) fn house_assets(houses: &[House], ground: &Ground) -> GisResult<Vec<Building>> {
    let mut counts = vec![0_u32; ground.towns.len()];
    let building = |(ix, house): (usize, &House)| {
        let town = house.plot.town;
        counts[town] += 1;
        let (class, roof) = match house.plot.kind {
            Kind::Detached => ("detached", "gabled"),
            Kind::Row => ("house", "gabled"),
            Kind::Block if ix % 3 == 0 => ("apartments", "flat"),
            Kind::Block => ("apartments", "hipped"),
            Kind::Slab | Kind::Tower => ("apartments", "flat"),
            Kind::Farm => ("farm", "gabled"),
        };
        let roof_m = if roof == "flat" {
            FLAT_ROOF_M
        } else {
            PITCHED_ROOF_M
        };
        let height_m = f64::from(house.levels) * STOREY_M + roof_m;
        #[expect(clippy::cast_precision_loss, reason = "a few storeys")]
        let levels = house.levels as f32;
        Ok(Building {
            key: format!("bat-{}-{:05}", ground.towns[town].code, counts[town]).into(),
            class: class.into(),
            name: None,
            height: Some(Metres::new((height_m * 10.0).round() / 10.0)?),
            min_height: None,
            levels: Some(levels),
            roof_shape: Some(roof.into()),
            is_part: false,
            outline: outline(&shape(house, ix), &ground.plane)?,
        })
    };
    houses.iter().enumerate().map(building).collect()
}

/// The corners of a house: its footprint, of which a third of the houses lack a corner at the back.
fn shape(house: &House, ix: usize) -> Vec<Planar> {
    let footprint = &house.plot.footprint;
    let has_wing = matches!(house.plot.kind, Kind::Detached | Kind::Farm) && ix % 5 < 2;
    if !has_wing {
        return footprint.corners().to_vec();
    }
    let [w, d] = footprint.half;
    let back = if house.plot.is_left { d } else { -d };
    let side = if ix.is_multiple_of(2) { w } else { -w };
    let mut ring = vec![
        [-side, -back],
        [side, -back],
        [side, 0.1 * back],
        [-0.1 * side, 0.1 * back],
        [-0.1 * side, back],
        [-side, back],
    ];
    if (side > 0.0) != (back > 0.0) {
        ring.reverse();
    }
    ring.into_iter().map(|local| footprint.at(local)).collect()
}

/// A ring in the plane as an area on the globe.
pub(super) fn outline(ring: &[Planar], plane: &Plane) -> GisResult<MultiPolygon> {
    let corner = |&at: &Planar| Ok(Coord::from(plane.unproject(at)?));
    let ring = ring.iter().map(corner).collect::<GisResult<Vec<Coord>>>()?;
    Ok(MultiPolygon::new(vec![Polygon::new(
        LineString::new(ring),
        Vec::new(),
    )]))
}
