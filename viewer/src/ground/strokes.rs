//! How wide lines are drawn, and in which tone.

use crate::look::Stroke;
use crate::palette::Tone;

/// The bright middle of a motorway.
pub(super) const CORE: Stroke = stroke(4.0, 0.6, Tone::RoadCore);

/// How a road of a class in OpenStreetMap's words is drawn; `None` for what is no road.
pub(super) fn road(class: &str) -> Option<Stroke> {
    use Tone::{RoadMajor, RoadMiddle, RoadMinor};
    Some(match class {
        "motorway" => stroke(12.0, 1.6, RoadMajor),
        "trunk" => stroke(9.0, 1.2, RoadMajor),
        "motorway_link" | "trunk_link" => stroke(4.0, 0.6, RoadMajor),
        "primary" => stroke(5.0, 0.75, RoadMiddle),
        "secondary" => stroke(4.5, 0.75, RoadMiddle),
        "tertiary" => stroke(3.5, 0.5, RoadMiddle),
        "primary_link" | "secondary_link" | "tertiary_link" => stroke(3.0, 0.4, RoadMiddle),
        "residential" | "unclassified" | "living_street" | "pedestrian" => {
            stroke(3.0, 0.4, RoadMinor)
        }
        "service" | "track" => stroke(2.0, 0.3, RoadMinor),
        _ => return None,
    })
}

/// The same for a waterway.
pub(super) fn water(class: &str) -> Option<Stroke> {
    Some(match class {
        "river" => stroke(22.0, 2.1, Tone::Water),
        "canal" => stroke(10.0, 1.0, Tone::Water),
        "stream" => stroke(3.0, 0.7, Tone::Water),
        _ => return None,
    })
}

const fn stroke(half_m: f32, half_px: f32, tone: Tone) -> Stroke {
    Stroke {
        half_m,
        half_px,
        tone,
    }
}
