//! Places that people look for, by theme.

use twin_core::PointOfInterest;

use super::features::Feature;
use super::interest::Interest;
use super::themes;

/// The places among some features.
pub(super) fn points_of_interest(features: &[Feature<'_>]) -> Vec<PointOfInterest> {
    let places = features
        .iter()
        .filter(|feature| feature.interest.has(Interest::PLACE));
    places.filter_map(point_of_interest).collect()
}

fn point_of_interest(feature: &Feature<'_>) -> Option<PointOfInterest> {
    let (theme, class) = themes::theme(feature.tags)?;
    Some(PointOfInterest {
        key: feature.object.key(),
        theme,
        class: class.into(),
        name: feature.tags.text("name"),
        tags: feature
            .tags
            .iter()
            .filter(|(key, _)| themes::is_kept(key))
            .collect(),
        place: feature.place,
    })
}
