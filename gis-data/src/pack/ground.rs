//! The layers of the ground: their names, their columns, and how they are read and written.

use flatgeobuf::ColumnType;
use geo_types::MultiPolygon;
use twin_core::{
    Building, FibreNode, Ground, LandCover, LonLat, Metres, PointOfInterest, Premises,
    PremisesState, Road, RoadNode, Tags, Theme, Timestamp, TurnRestriction, Via, Waterway,
};

use super::cell::Cell;
use super::codec::{Codec, Expected, Key, Numbers};
use super::record::{Cells, Column, Columns, Fields, Mismatch, Record, Row, fields};

type Text = Box<str>;

/// A layer of the ground as the pack, the manifest and URLs name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroundLayer {
    /// Roads, ways and paths.
    Roads,
    /// What stands on roads.
    RoadNodes,
    /// Which turns are forbidden.
    TurnRestrictions,
    /// Rivers, brooks and canals.
    Water,
    /// Buildings.
    Buildings,
    /// What covers the land.
    LandCover,
    /// Places that people look for.
    PointsOfInterest,
    /// Buildings as the fibre roll-out counts them.
    Premises,
    /// The height of the terrain.
    Terrain,
}

impl GroundLayer {
    /// Every layer, in order.
    pub const ALL: [Self; 9] = [
        Self::Roads,
        Self::RoadNodes,
        Self::TurnRestrictions,
        Self::Water,
        Self::Buildings,
        Self::LandCover,
        Self::PointsOfInterest,
        Self::Premises,
        Self::Terrain,
    ];

    /// The layer's name in the pack and in URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Roads => "roads",
            Self::RoadNodes => "road_nodes",
            Self::TurnRestrictions => "turn_restrictions",
            Self::Water => "water",
            Self::Buildings => "buildings",
            Self::LandCover => "land_cover",
            Self::PointsOfInterest => "points_of_interest",
            Self::Premises => "premises",
            Self::Terrain => "terrain",
        }
    }

    /// How many objects of the layer there are; for the terrain, how many posts.
    pub fn count(self, ground: &Ground) -> usize {
        match self {
            Self::Roads => ground.roads.len(),
            Self::RoadNodes => ground.road_nodes.len(),
            Self::TurnRestrictions => ground.turn_restrictions.len(),
            Self::Water => ground.waterways.len(),
            Self::Buildings => ground.buildings.len(),
            Self::LandCover => ground.land_cover.len(),
            Self::PointsOfInterest => ground.points_of_interest.len(),
            Self::Premises => ground.premises.len(),
            Self::Terrain => ground.terrain.as_ref().map_or(0, |t| t.heights_m().len()),
        }
    }
}

/// Calls a method once for each layer that is a file of features.
macro_rules! for_each_ground_layer {
    ($folder:ident.$method:ident($($reference:tt)+)) => {{
        use $crate::pack::ground::GroundLayer as Layer;
        $folder.$method(Layer::Roads.name(), $($reference)+.roads)?;
        $folder.$method(Layer::RoadNodes.name(), $($reference)+.road_nodes)?;
        $folder.$method(Layer::TurnRestrictions.name(), $($reference)+.turn_restrictions)?;
        $folder.$method(Layer::Water.name(), $($reference)+.waterways)?;
        $folder.$method(Layer::Buildings.name(), $($reference)+.buildings)?;
        $folder.$method(Layer::LandCover.name(), $($reference)+.land_cover)?;
        $folder.$method(Layer::PointsOfInterest.name(), $($reference)+.points_of_interest)?;
        $folder.$method(Layer::Premises.name(), $($reference)+.premises)?;
    }};
}

pub(super) use for_each_ground_layer;

fields! {
    Road, given (path: Vec<LonLat>) {
        id: Option<i64> = "way",
        class: Text = "class",
        name: Option<Text> = "name",
        tags: Tags = "tags",
        nodes: Numbers = "nodes",
    }
    RoadNode, given (place: LonLat) {
        id: i64 = "node",
        tags: Tags = "tags",
    }
    TurnRestriction, given (place: LonLat) {
        id: i64 = "relation",
        kind: Text = "restriction",
        from: i64 = "from_way",
        via: ViaColumns = "via_node" | "via_ways",
        to: i64 = "to_way",
        tags: Tags = "tags",
    }
    Waterway, given (path: Vec<LonLat>) {
        class: Text = "class",
        name: Option<Text> = "name",
    }
    Building, given (outline: MultiPolygon) {
        key: Text = "key",
        class: Text = "class",
        name: Option<Text> = "name",
        height: Option<Metres> = "height_m",
        min_height: Option<Metres> = "min_height_m",
        levels: Option<f32> = "levels",
        roof_shape: Option<Text> = "roof_shape",
        is_part: bool = "is_part",
    }
    LandCover, given (outline: MultiPolygon) {
        class: Text = "class",
        name: Option<Text> = "name",
    }
    PointOfInterest, given (place: LonLat) {
        key: Text = "key",
        theme: Theme = "theme",
        class: Text = "class",
        name: Option<Text> = "name",
        tags: Tags = "tags",
    }
    Premises, given (place: LonLat) {
        key: Text = "key",
        commune: Option<Text> = "commune",
        label: Option<Text> = "label",
        lines: u32 = "lines",
        state: PremisesState = "state",
        since: Option<Timestamp> = "since",
        node: OptionalNode = "node",
    }
}

macro_rules! records {
    ($($type:ty = $shape:ty, $field:ident;)*) => {$(
        impl Record for $type {
            type Shape = $shape;

            fn columns(out: &mut Vec<Column>) {
                <Self as Fields>::columns(out);
            }

            fn shape(&self) -> &$shape {
                &self.$field
            }

            fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
                Fields::put(self, cells)
            }

            fn take(shape: $shape, row: &mut Row<'_>) -> Result<Self, Mismatch> {
                Fields::take((shape,), row)
            }
        }
    )*};
}

records! {
    Road = Vec<LonLat>, path;
    RoadNode = LonLat, place;
    TurnRestriction = LonLat, place;
    Waterway = Vec<LonLat>, path;
    Building = MultiPolygon, outline;
    LandCover = MultiPolygon, outline;
    PointOfInterest = LonLat, place;
    Premises = LonLat, place;
}

/// The fibre node of premises.
type OptionalNode = Option<Key<FibreNode>>;

/// What a turn goes over in two columns, one of which is empty.
struct ViaColumns;

impl Columns for ViaColumns {
    type Value = Via;

    fn columns(names: &[&'static str], out: &mut Vec<Column>) {
        if let [node, ways] = names {
            <Option<i64> as Columns>::columns(&[node], out);
            <Numbers as Columns>::columns(&[ways], out);
        }
    }

    fn put<'a>(value: &'a Via, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
        let (node, ways) = match value {
            Via::Node(node) => (Some(*node), Vec::new()),
            Via::Ways(ways) => (None, ways.clone()),
        };
        cells.put_copy::<Option<i64>>(&node)?;
        cells.put_copy::<Numbers>(&ways)
    }

    fn take(row: &mut Row<'_>) -> Result<Via, Mismatch> {
        match (row.take::<Option<i64>>()?, row.take::<Numbers>()?) {
            (Some(node), ways) if ways.is_empty() => Ok(Via::Node(node)),
            (None, ways) if !ways.is_empty() => Ok(Via::Ways(ways)),
            (node, ways) => {
                let given = format!("node {node:?}, ways {ways:?}");
                Err(row.refuse(&given, "a node or ways, and not both".into()))
            }
        }
    }
}

/// Tags as a JSON object; none is an empty column.
impl Codec for Tags {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::Json;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        let text = serde_json::to_string(value).ok();
        let text = text.filter(|_| !value.is_empty());
        text.map(|text| Cell::Text(text.into()))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        let value = cell
            .to_text()
            .and_then(|text| serde_json::from_str(&text).ok());
        value.ok_or(Expected::Borrowed("tags like {\"oneway\":\"yes\"}"))
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

#[cfg(test)]
mod tests {
    use twin_core::AssetId;

    use super::*;

    #[test]
    fn every_layer_has_a_name_of_its_own() {
        let mut names = GroundLayer::ALL.map(GroundLayer::name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn an_asset_key_is_read_where_there_is_one() {
        let id: AssetId = "fibre-node/pm-1".parse().unwrap();
        let cell = Key::<FibreNode>::cell(&id).unwrap();
        assert_eq!(OptionalNode::value(&cell).unwrap(), Some(id));
        assert_eq!(OptionalNode::absent(), Some(None));
    }
}
