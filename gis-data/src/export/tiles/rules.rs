//! From which zoom on what is drawn. At zoom 12 a pixel is about 25 m at the latitude of France, at
//! zoom 14 about 6 m (tiles of 512 pixels: half of that).

/// The zoom from which a road of a class in OpenStreetMap's words is drawn.
pub(super) fn road(class: &str) -> u8 {
    match class {
        "motorway" | "trunk" => 5,
        "primary" => 8,
        "secondary" | "ferry" => 9,
        "motorway_link" | "trunk_link" | "primary_link" | "tertiary" => 11,
        "secondary_link" | "tertiary_link" | "unclassified" | "residential" | "living_street" => 12,
        "pedestrian" => 13,
        "service" | "track" => 14,
        _ => 15,
    }
}

/// The same for a waterway.
pub(super) fn waterway(class: &str) -> u8 {
    match class {
        "river" | "canal" => 7,
        "stream" => 11,
        _ => 13,
    }
}

/// The same for what covers the land.
pub(super) fn land_cover(class: &str) -> u8 {
    match class {
        "water" | "reservoir" | "basin" | "forest" | "wood" => 7,
        "residential" | "industrial" | "commercial" | "retail" => 8,
        "farmland" | "meadow" | "grass" | "grassland" | "orchard" | "vineyard" | "farmyard"
        | "park" | "cemetery" | "allotments" | "recreation_ground" | "quarry" => 11,
        _ => 12,
    }
}

/// The zoom from which buildings are drawn.
pub(super) const BUILDINGS: u8 = 13;
