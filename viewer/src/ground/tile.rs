//! Reading a vector tile: what lies in it, in shares of the tile from its north-western corner.
//!
//! Any bytes are read without fail or refused: what makes no sense in them is left out.

use std::collections::BTreeSet;

use bevy::math::{DVec2, Vec2};
use geozero::error::GeozeroError;
use geozero::mvt::{Message as _, Tile as Message, tile};

use crate::error::ViewerError;

/// The longest tile that is read, in bytes.
const LONGEST: usize = 4 << 20;
/// The most points of a layer that are taken.
const MOST_POINTS: usize = 1 << 18;
/// What a tile has from edge to edge where it does not say.
const USUAL_EXTENT: u32 = 4096;
/// Height of a level of a building whose height nobody wrote down, in metres.
const LEVEL_M: f32 = 3.0;

/// Points after another.
pub(super) type Path = Vec<Vec2>;

/// What the server knows of the ground of a tile, a rim beyond its edges included.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tile {
    /// Rivers and streams.
    pub(super) waters: Vec<Line>,
    /// Roads of all kinds.
    pub(super) roads: Vec<Line>,
    /// What covers the land.
    pub(super) covers: Vec<Area>,
    /// Footprints.
    pub(super) buildings: Vec<Area>,
}

/// A road or a river.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Its class in OpenStreetMap's words.
    pub(super) class: Box<str>,
    /// Whether it runs under the ground.
    pub(super) is_tunnel: bool,
    /// Its pieces, of two points or more each.
    pub(super) paths: Vec<Path>,
}

/// A building, or a part of the land.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Area {
    /// Its number on the server, the same in all tiles.
    pub(super) number: u64,
    /// Its class in OpenStreetMap's words.
    pub(super) class: Box<str>,
    /// How high it is, where that is known.
    pub(super) height_m: Option<f32>,
    /// Its parts.
    pub(super) parts: Vec<Part>,
}

/// A surface in one piece: its outline, then its holes. First points are not repeated as last ones.
/// With rows growing downwards outlines run clockwise and holes counterclockwise: see [`turn`].
pub(super) type Part = Vec<Path>;

/// Twice the surface that a ring encloses, positive where it runs clockwise with rows growing
/// downwards.
pub(super) fn turn(ring: &[Vec2]) -> f64 {
    let Some(first) = ring.first() else {
        return 0.0;
    };
    let from_first = |at: Vec2| (at - first).as_dvec2();
    let pairs = ring.iter().zip(ring.iter().skip(1));
    pairs
        .map(|(a, b)| from_first(*a).perp_dot(from_first(*b)))
        .sum()
}

impl Tile {
    /// Reads a Mapbox Vector Tile; no bytes at all are a tile in which nothing lies.
    pub(super) fn read(body: &[u8]) -> Result<Self, ViewerError> {
        let refused = |what| ViewerError::Tile(GeozeroError::Dataset(what));
        if body.len() > LONGEST {
            return Err(refused(format!("{} bytes are too many", body.len())));
        }
        let message = Message::decode(body).map_err(|error| refused(error.to_string()))?;
        let mut tile = Self::default();
        let mut seen = BTreeSet::new();
        for layer in &message.layers {
            if !seen.insert(&*layer.name) {
                continue;
            }
            match &*layer.name {
                "water" => tile.waters = lines(layer),
                "roads" => tile.roads = lines(layer),
                "land_cover" => tile.covers = areas(layer),
                "buildings" => tile.buildings = areas(layer),
                _ => {}
            }
        }
        Ok(tile)
    }
}

fn lines(layer: &tile::Layer) -> Vec<Line> {
    let features = shaped(layer, tile::GeomType::Linestring);
    let lines = features.map(|(feature, mut paths)| {
        paths.retain(|path| path.len() >= 2);
        Line {
            class: class(layer, feature),
            is_tunnel: text(layer, feature, "tunnel") == Some("yes"),
            paths,
        }
    });
    lines.collect()
}

fn areas(layer: &tile::Layer) -> Vec<Area> {
    let features = shaped(layer, tile::GeomType::Polygon);
    let areas = features.map(|(feature, rings)| {
        let height_m = number(layer, feature, "height_m");
        let levels = number(layer, feature, "levels");
        Area {
            number: feature.id(),
            class: class(layer, feature),
            height_m: height_m.or(levels.map(|levels| levels * LEVEL_M)),
            parts: parts(rings),
        }
    });
    areas.collect()
}

/// The features of one type with their paths, until there are too many points.
fn shaped(
    layer: &tile::Layer,
    wanted: tile::GeomType,
) -> impl Iterator<Item = (&tile::Feature, Vec<Path>)> {
    let extent = f64::from(layer.extent.unwrap_or(USUAL_EXTENT).max(1));
    let mut left = MOST_POINTS;
    let features = layer
        .features
        .iter()
        .filter(move |feature| feature.r#type() == wanted);
    features.map_while(move |feature| {
        let paths = paths(&feature.geometry, extent);
        let points: usize = paths.iter().map(Vec::len).sum();
        left = left.checked_sub(points)?;
        Some((feature, paths))
    })
}

/// Draws the commands of a geometry (MVT 2.1, 4.3); ends where they make no sense.
fn paths(geometry: &[u32], extent: f64) -> Vec<Path> {
    const MOVE: u32 = 1;
    const LINE: u32 = 2;
    const CLOSE: u32 = 7;
    let mut words = geometry.iter().copied();
    let mut paths: Vec<Path> = Vec::new();
    let mut at = DVec2::ZERO;
    while let Some(word) = words.next() {
        let command = word & 7;
        if command == CLOSE {
            continue;
        }
        if command != MOVE && command != LINE {
            break;
        }
        for _ in 0..word >> 3 {
            let (Some(right), Some(down)) = (words.next(), words.next()) else {
                return paths;
            };
            at += DVec2::new(signed(right), signed(down));
            let point = (at / extent).as_vec2();
            match paths.last_mut() {
                Some(path) if command == LINE => extend(path, point),
                _ => paths.push(vec![point]),
            }
        }
    }
    paths
}

fn extend(path: &mut Path, point: Vec2) {
    if path.last() != Some(&point) {
        path.push(point);
    }
}

/// A parameter, whose lowest bit is its sign.
fn signed(word: u32) -> f64 {
    let half = f64::from(word >> 1);
    if word & 1 == 0 { half } else { -half - 1.0 }
}

/// Puts holes to their outlines, which come before them.
fn parts(rings: Vec<Path>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for mut ring in rings {
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        let turn = turn(&ring);
        if turn > 0.0 {
            parts.push(vec![ring]);
        } else if let Some(part) = parts.last_mut().filter(|_| turn < 0.0) {
            part.push(ring);
        }
    }
    parts
}

fn class(layer: &tile::Layer, feature: &tile::Feature) -> Box<str> {
    text(layer, feature, "class").unwrap_or_default().into()
}

fn text<'a>(layer: &'a tile::Layer, feature: &tile::Feature, key: &str) -> Option<&'a str> {
    value(layer, feature, key)?.string_value.as_deref()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "heights need no more than seven digits"
)]
fn number(layer: &tile::Layer, feature: &tile::Feature, key: &str) -> Option<f32> {
    let value = value(layer, feature, key)?;
    let whole = value.int_value.or(value.sint_value).map(|it| it as f32);
    let whole = whole.or(value.uint_value.map(|it| it as f32));
    let number = value
        .double_value
        .map(|it| it as f32)
        .or(value.float_value)
        .or(whole)?;
    number.is_finite().then_some(number)
}

fn value<'a>(
    layer: &'a tile::Layer,
    feature: &tile::Feature,
    key: &str,
) -> Option<&'a tile::Value> {
    let pairs = feature.tags.chunks_exact(2);
    let place = |ix: u32| usize::try_from(ix).ok();
    let found = pairs.filter_map(|pair| {
        let name = layer.keys.get(place(pair[0])?)?;
        (name == key)
            .then(|| layer.values.get(place(pair[1])?))
            .flatten()
    });
    found.into_iter().next()
}

#[cfg(test)]
pub(super) mod tests {
    use geo_types::{Coord, Geometry, LineString, Polygon};
    use geozero::ToMvt as _;
    use geozero::mvt::{TagsBuilder, TileValue};
    use proptest::prelude::*;

    use super::*;

    /// A layer with one feature for each geometry, in steps of 4096 from edge to edge.
    pub(in crate::ground) fn layer(
        name: &str,
        tags: &[(&str, TileValue)],
        shapes: Vec<Geometry>,
    ) -> tile::Layer {
        let mut builder = TagsBuilder::new();
        let mut pairs = Vec::new();
        for (key, value) in tags {
            let (key, value) = builder.insert((*key).to_owned(), value.clone());
            pairs.extend([key, value]);
        }
        let features = shapes.into_iter().zip(1..).map(|(shape, number)| {
            let mut feature = shape.to_mvt_unscaled().unwrap();
            feature.id = Some(number);
            feature.tags.clone_from(&pairs);
            feature
        });
        let features = features.collect();
        let (keys, values) = builder.into_tags();
        tile::Layer {
            version: 2,
            name: name.to_owned(),
            features,
            keys,
            values: values.into_iter().map(Into::into).collect(),
            extent: Some(4096),
        }
    }

    pub(in crate::ground) fn encoded(layers: Vec<tile::Layer>) -> Vec<u8> {
        Message { layers }.encode_to_vec()
    }

    pub(in crate::ground) fn class_of(class: &str) -> (&'static str, TileValue) {
        ("class", TileValue::Str(class.to_owned()))
    }

    pub(in crate::ground) fn string(points: &[(f64, f64)]) -> LineString {
        points.iter().copied().map(Coord::from).collect()
    }

    /// A square whose outline runs clockwise on the screen.
    pub(in crate::ground) fn square(low: f64, high: f64) -> LineString {
        string(&[
            (low, low),
            (high, low),
            (high, high),
            (low, high),
            (low, low),
        ])
    }

    #[test]
    fn lines_and_areas_are_read_in_shares_of_the_tile() {
        let mut hole = square(1536.0, 2560.0);
        hole.0.reverse();
        let house = Polygon::new(square(1024.0, 3072.0), vec![hole]);
        let height = ("levels", TileValue::Float(4.0));
        let body = encoded(vec![
            layer(
                "roads",
                &[class_of("primary")],
                vec![string(&[(0.0, 2048.0), (4096.0, 2048.0)]).into()],
            ),
            layer("buildings", &[class_of("yes"), height], vec![house.into()]),
        ]);
        let tile = Tile::read(&body).unwrap();
        assert_eq!(&*tile.roads[0].class, "primary");
        assert_eq!(
            tile.roads[0].paths,
            [[Vec2::new(0.0, 0.5), Vec2::new(1.0, 0.5)]]
        );
        let house = &tile.buildings[0];
        assert_eq!((house.number, house.height_m), (1, Some(12.0)));
        let turns: Vec<f64> = house.parts[0].iter().map(|ring| turn(ring)).collect();
        assert_eq!(turns, [0.5, -0.125]);
        assert_eq!(
            house.parts[0][0].len(),
            4,
            "the first point is not repeated"
        );
    }

    #[test]
    fn no_bytes_are_an_empty_tile_and_too_many_are_refused() {
        assert_eq!(Tile::read(&[]).unwrap(), Tile::default());
        assert!(Tile::read(&vec![0; LONGEST + 1]).is_err());
        assert!(Tile::read(b"not a tile").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Tile::read(&body);
        }

        #[test]
        fn any_commands_are_drawn(
            geometry in prop::collection::vec(any::<u32>(), 0..60),
            tags in prop::collection::vec(0_u32..4, 0..5),
            extent in any::<Option<u32>>(),
            kind in 0..5_i32,
        ) {
            let mut broken = layer("buildings", &[class_of("yes")], Vec::new());
            broken.extent = extent;
            broken.features.push(tile::Feature { id: None, tags, r#type: Some(kind), geometry });
            let tile = Tile::read(&encoded(vec![broken])).unwrap();
            let parts = tile.buildings.iter().flat_map(|area| &area.parts);
            let points = parts.flatten().flatten();
            prop_assert!(points.clone().count() <= 30);
            prop_assert!(points.into_iter().all(|at| at.is_finite()));
        }

        #[test]
        fn a_parameter_is_a_signed_number(number in any::<i32>()) {
            let word = (number << 1) ^ (number >> 31);
            prop_assert_eq!(signed(u32::from_ne_bytes(word.to_ne_bytes())), f64::from(number));
        }
    }
}
