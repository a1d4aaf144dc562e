//! Cameras: what their tags say, and which point of their street stands for them in public.

use twin_core::{
    Asset, Camera, CameraAiming, CameraMount, CameraType, Degrees, LonLat, Metres, Restricted, Road,
};

use super::blocks::PbfFile;
use super::features::Feature;
use super::streets::Streets;
use super::tags::Tags;
use crate::import::{Report, WarningCode};

/// The cameras among some features.
pub(super) fn cameras(
    features: &[Feature<'_>],
    roads: &[Road],
    file: &PbfFile,
    report: &mut Report,
) -> Vec<Asset<Camera>> {
    let is_camera = |feature: &&Feature<'_>| feature.tags.is("man_made", "surveillance");
    let found = || features.iter().filter(is_camera);
    let streets = Streets::near(roads, found().map(|feature| feature.place));
    let mut cameras = Vec::new();
    for feature in found() {
        let mut warn =
            |code, message: &str| report.warn(code, file.path(), feature.object, message);
        let aiming = aiming(feature, &mut warn);
        cameras.push(camera(feature, &streets, aiming, &mut warn));
    }
    cameras
}

fn camera(
    feature: &Feature<'_>,
    streets: &Streets<'_>,
    aiming: CameraAiming,
    warn: &mut impl FnMut(WarningCode, &str),
) -> Asset<Camera> {
    let street = streets.of(feature.place);
    if street.is_none() {
        warn(
            WarningCode::NoStreetNearby,
            "has no street nearby, its public place is rounded",
        );
    }
    let name = street
        .as_ref()
        .and_then(|street| street.name)
        .map(Into::into);
    let place = street.map_or_else(|| rounded(feature.place), |street| street.place);
    let detail = Camera {
        street: feature.tags.text("addr:street").or(name),
        camera_type: camera_type(feature.tags),
        purposes: Vec::new(),
        responsible: feature.tags.text("operator"),
        authorisation: None,
        authorised_at: None,
        expires_at: None,
        retention: None,
        has_sign: None,
        aiming: Restricted::new(Some(aiming)),
    };
    Asset {
        key: feature.object.key(),
        place,
        detail,
    }
}

/// To the hundredth of a degree: some kilometre.
fn rounded(place: LonLat) -> LonLat {
    let round = |degrees: f64| (degrees * 100.0).round() / 100.0;
    LonLat::new(round(place.lon()), round(place.lat())).unwrap_or(place)
}

fn camera_type(tags: &Tags) -> CameraType {
    match tags.get("camera:type") {
        Some("fixed") => CameraType::Fixed,
        Some("dome") => CameraType::Dome,
        Some("panning" | "ptz") => CameraType::PanTiltZoom,
        _ => CameraType::Unknown,
    }
}

fn mount(tags: &Tags) -> CameraMount {
    match tags.get("camera:mount") {
        Some("pole" | "mast" | "street_lamp" | "lamp_post" | "lamp") => CameraMount::Pole,
        Some("wall" | "building") => CameraMount::Wall,
        Some("ceiling") => CameraMount::Ceiling,
        _ => CameraMount::Unknown,
    }
}

fn aiming(feature: &Feature<'_>, warn: &mut impl FnMut(WarningCode, &str)) -> CameraAiming {
    let tags = feature.tags;
    let mut read = |key: &str, parse: fn(&str) -> Option<f64>| {
        let text = tags.get(key)?;
        let value = parse(text);
        if value.is_none() {
            warn(
                WarningCode::UnreadableValue,
                &format!("{key} = '{text}' cannot be understood"),
            );
        }
        value
    };
    let azimuth = read("camera:direction", direction).or_else(|| read("direction", direction));
    let below_horizon = read("camera:angle", number);
    let height = read("height", height);
    let model = [tags.get("manufacturer"), tags.get("model")];
    let model = model.into_iter().flatten().collect::<Vec<_>>().join(" ");
    CameraAiming {
        place: feature.place,
        height: height.and_then(|height| Metres::new(height).ok()),
        azimuth: azimuth.and_then(|azimuth| Degrees::new(azimuth).ok()),
        tilt: below_horizon.and_then(|angle| Degrees::new(-angle).ok()),
        horizontal_fov: None,
        vertical_fov: None,
        sensor_px: None,
        lens_mm: None,
        min_range: None,
        max_range: None,
        model: (!model.is_empty()).then(|| model.into()),
        mount: mount(tags),
        masks: Vec::new(),
        is_linked: None,
        last_seen_at: None,
    }
}

fn number(text: &str) -> Option<f64> {
    let bare = text.trim().trim_end_matches('°').trim_end();
    bare.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Metres, with or without their unit.
fn height(text: &str) -> Option<f64> {
    number(text.trim().trim_end_matches('m')).filter(|height| *height >= 0.0)
}

/// Degrees clockwise from north, or one of the sixteen winds.
fn direction(text: &str) -> Option<f64> {
    const WINDS: [&str; 16] = [
        "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW",
        "NW", "NNW",
    ];
    let wind = text.trim().to_ascii_uppercase();
    let of_wind = WINDS.iter().zip(0_u32..).find(|(name, _)| **name == wind);
    of_wind
        .map(|(_, ix)| f64::from(ix) * 22.5)
        .or_else(|| number(text).map(|degrees| degrees.rem_euclid(360.0)))
}

#[cfg(test)]
mod tests {
    use super::super::gather::Object;
    use super::super::interest::Interest;
    use super::*;

    #[rstest::rstest]
    #[case::degrees("240", Some(240.0))]
    #[case::with_sign("45°", Some(45.0))]
    #[case::below_zero("-90", Some(270.0))]
    #[case::wind("nne", Some(22.5))]
    #[case::range("45-90", None)]
    #[case::word("everywhere", None)]
    #[case::infinite("inf", None)]
    fn a_direction_is_degrees_or_a_wind(#[case] text: &str, #[case] degrees: Option<f64>) {
        assert_eq!(direction(text), degrees);
    }

    #[rstest::rstest]
    #[case::bare("4", Some(4.0))]
    #[case::with_unit("3.5 m", Some(3.5))]
    #[case::below_ground("-2", None)]
    #[case::feet("12 ft", None)]
    fn a_height_is_metres(#[case] text: &str, #[case] metres: Option<f64>) {
        assert_eq!(height(text), metres);
    }

    #[test]
    fn what_a_camera_sees_is_kept_for_operators() {
        let tags = [
            ("man_made", "surveillance"),
            ("camera:type", "panning"),
            ("camera:mount", "pole"),
            ("direction", "W"),
            ("camera:angle", "15"),
            ("height", "high"),
            ("operator", "Comú"),
        ];
        let tags = Tags::new(tags.into_iter());
        let place = LonLat::new(1.523_456, 42.512_345).unwrap();
        let feature = Feature {
            object: Object::Node(1),
            interest: Interest::ASSET,
            place,
            tags: &tags,
        };
        let mut warned = Vec::new();
        let mut warn = |code, _: &str| warned.push(code);
        let aiming = aiming(&feature, &mut warn);
        let camera = camera(
            &feature,
            &Streets::near(&[], std::iter::empty()),
            aiming,
            &mut warn,
        );

        assert_eq!(camera.detail.camera_type, CameraType::PanTiltZoom);
        assert_eq!(camera.detail.responsible.as_deref(), Some("Comú"));
        assert_eq!(camera.place, LonLat::new(1.52, 42.51).unwrap());
        let aiming = camera
            .detail
            .aiming
            .reveal(twin_core::OperatorAccess::granted())
            .as_ref()
            .unwrap();
        assert_eq!(aiming.place, place);
        assert_eq!(aiming.azimuth, Some(Degrees::new(270.0).unwrap()));
        assert_eq!(aiming.tilt, Some(Degrees::new(-15.0).unwrap()));
        assert_eq!((aiming.height, aiming.mount), (None, CameraMount::Pole));
        assert_eq!(
            warned,
            [WarningCode::UnreadableValue, WarningCode::NoStreetNearby]
        );
    }
}
