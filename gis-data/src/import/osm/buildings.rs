//! What the outline of a building becomes: its class, heights, storeys and roof.

use twin_core::{Building, Metres};

use super::areas::{Area, Warn};
use super::measures::{length_m, number};
use super::tags::Tags;
use crate::import::WarningCode;

/// Higher than anything that was ever built, in metres.
const MAX_HEIGHT_M: f64 = 2000.0;

/// More storeys than anything has that was ever built.
const MAX_LEVELS: f64 = 400.0;

/// A building or a part of one.
pub(super) fn building(area: Area<'_>, warn: &mut impl Warn) -> Building {
    let tags = area.tags;
    let whole = tags.text("building").filter(|class| &**class != "no");
    let is_part = whole.is_none();
    let class = whole.or_else(|| tags.text("building:part"));
    let height = height(tags, &["height", "building:height"], warn);
    let min_height = height_below(height, tags, warn);
    Building {
        key: area.object.key(),
        class: class.unwrap_or_else(|| "yes".into()),
        name: tags.text("name"),
        height,
        min_height,
        levels: levels(tags, warn),
        roof_shape: tags.text("roof:shape"),
        is_part,
        outline: area.outline,
    }
}

/// Where a building begins that hangs in the air; it ends above that.
fn height_below(top: Option<Metres>, tags: &Tags, warn: &mut impl Warn) -> Option<Metres> {
    let bottom = height(tags, &["min_height"], warn)?;
    if let Some(top) = top.filter(|top| *top <= bottom) {
        let message = format!(
            "min_height = {} m is not below its height of {} m",
            bottom.get(),
            top.get()
        );
        warn(WarningCode::UnreadableValue, &message);
        return None;
    }
    Some(bottom)
}

/// The height that the first of some keys tells.
fn height(tags: &Tags, keys: &[&str], warn: &mut impl Warn) -> Option<Metres> {
    let (key, text) = keys
        .iter()
        .find_map(|key| tags.get(key).map(|text| (key, text)))?;
    let metres = length_m(text).filter(|height| (0.0..=MAX_HEIGHT_M).contains(height));
    let metres = metres.and_then(|height| Metres::new(height).ok());
    if metres.is_none() {
        warn_of(key, text, "metres from 0 to 2000, like 12.5", warn);
    }
    metres
}

fn levels(tags: &Tags, warn: &mut impl Warn) -> Option<f32> {
    let key = "building:levels";
    let text = tags.get(key)?;
    let levels = number(text).filter(|levels| (0.0..=MAX_LEVELS).contains(levels));
    if levels.is_none() {
        warn_of(key, text, "storeys from 0 to 400, like 3", warn);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "storeys are small, and mostly whole"
    )]
    levels.map(|levels| levels as f32)
}

fn warn_of(key: &str, text: &str, expected: &str, warn: &mut impl Warn) {
    let message = format!("{key} = '{text}' cannot be understood, expected {expected}");
    warn(WarningCode::UnreadableValue, &message);
}

#[cfg(test)]
mod tests {
    use geo_types::MultiPolygon;

    use super::super::gather::Object;
    use super::super::interest::Interest;
    use super::*;

    fn read(tags: &[(&str, &str)]) -> (Building, usize) {
        let tags = Tags::new(tags.iter().copied());
        let area = Area {
            object: Object::Way(7),
            interest: Interest::BUILDING,
            tags: &tags,
            outline: MultiPolygon::new(vec![]),
        };
        let mut warnings = 0;
        let building = building(area, &mut |_, _: &str| warnings += 1);
        (building, warnings)
    }

    fn metres(value: f64) -> Metres {
        Metres::new(value).unwrap()
    }

    #[test]
    fn a_building_has_what_its_tags_say() {
        let tags = [
            ("building", "apartments"),
            ("name", "Les Hexagones"),
            ("height", "40 ft"),
            ("min_height", "3"),
            ("building:levels", "3,5"),
            ("roof:shape", "flat"),
        ];
        let (building, warnings) = read(&tags);
        assert_eq!((&*building.key, &*building.class), ("osm-w7", "apartments"));
        assert_eq!(building.height, Some(metres(12.192)));
        assert_eq!(
            (building.min_height, building.levels),
            (Some(metres(3.0)), Some(3.5))
        );
        assert_eq!(building.roof_shape.as_deref(), Some("flat"));
        assert_eq!((building.is_part, warnings), (false, 0));
    }

    #[rstest::rstest]
    #[case::a_part(&[("building:part", "yes")], "yes", true)]
    #[case::both(&[("building:part", "roof"), ("building", "church")], "church", false)]
    #[case::a_part_of_what_is_no_building(&[("building", "no"), ("building:part", "roof")], "roof", true)]
    fn parts_are_told_from_buildings(
        #[case] tags: &[(&str, &str)],
        #[case] class: &str,
        #[case] is_part: bool,
    ) {
        let building = read(tags).0;
        assert_eq!((&*building.class, building.is_part), (class, is_part));
    }

    #[rstest::rstest]
    #[case::words(&[("height", "tall")])]
    #[case::below_the_ground(&[("height", "-5")])]
    #[case::beyond_all_towers(&[("height", "12000")])]
    #[case::storeys_in_words(&[("building:levels", "three")])]
    #[case::nothing_in_between(&[("min_height", "5"), ("height", "5")])]
    fn a_bad_value_is_told_and_counts_as_not_told(#[case] tags: &[(&str, &str)]) {
        let (building, warnings) = read(tags);
        assert_eq!(warnings, 1);
        assert_eq!((building.min_height, building.levels), (None, None));
    }
}
