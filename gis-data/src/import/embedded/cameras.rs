//! Cameras of the video protection at public places, with what is on file about such: all of it
//! made up. The public place is the street's; where a camera hangs and what it must not see is for
//! operators.

use twin_core::{
    Asset, Camera, CameraAiming, CameraMount, CameraPurpose, CameraType, Degrees, GroundPolygon,
    LonLat, Metres, Planar, Restricted, Span, Timestamp,
};

use super::buildings::House;
use super::curbs::{Curb, nearest};
use super::draws::{Draws, Topic};
use super::ground::Ground;
use super::network::Network;
use super::plane::{distance2, vector};
use super::plots::Street;
use super::public::Public;
use crate::error::GisResult;

/// What cameras hang on and look at.
pub(super) struct Scene<'a> {
    pub ground: &'a Ground,
    pub network: &'a Network,
    pub streets: &'a [Street],
    /// By commune.
    pub curbs: &'a [Vec<Curb>],
    pub publics: &'a [Public],
    pub houses: &'a [House],
    pub date: Timestamp,
    pub seed: u64,
}

/// Communes from this population on have cameras, one for so many inhabitants (assumption: some
/// 110 in all).
const FROM_POPULATION: u32 = 3000;
const PERSONS: u32 = 850;
/// An authorisation holds for five years, as the law says.
const AUTHORISED: Span = Span::from_hours(5 * 8766);
/// The first were authorised in the eight years before 2020 (assumption).
const FIRST_SECS: i64 = 1_325_376_000;
const FIRST_SPAN_SECS: f64 = 8.0 * 31_557_600.0;
/// One in so many was not renewed in time.
const LAPSED_ONE_IN: u32 = 16;
/// Dwellings within so many metres in view are masked.
const MASKED_WITHIN_M: f64 = 45.0;
/// How many places near a public one are tried, and how far apart cameras hang.
const NEAREST: usize = 200;
const APART_M: f64 = 30.0;
const SENSOR_PX: [u32; 2] = [1920, 1080];
/// The width of a 1/2.8" sensor, in millimetres.
const SENSOR_MM: f64 = 5.37;
/// Recordings are kept for half a month or a whole one, the most that is allowed.
const RETENTION_DAYS: [i64; 2] = [15, 30];

/// Every camera, near the public places of its commune.
pub(super) fn cameras(scene: &Scene<'_>) -> GisResult<Vec<Asset<Camera>>> {
    let mut cameras = Vec::new();
    for (town, home) in scene.ground.towns.iter().enumerate() {
        if home.population < FROM_POPULATION {
            continue;
        }
        let mut draws = Draws::new(scene.seed, Topic::Cameras, town);
        let own = scene
            .publics
            .iter()
            .filter(|public| public.town == town && public.is_point);
        let watched: Vec<&Public> = own.filter(|public| is_watched(public)).collect();
        let mut taken: Vec<Planar> = Vec::new();
        for turn in 0..home.population / PERSONS {
            let near = match watched.get(turn as usize % watched.len().max(1)) {
                Some(public) => public.place,
                None => home.center,
            };
            let curbs = nearest(&scene.curbs[town], near, NEAREST);
            let mut free = curbs.into_iter().filter(|curb| {
                taken
                    .iter()
                    .all(|&other| distance2(other, curb.place) > APART_M * APART_M)
            });
            let Some(curb) = free.next() else { break };
            taken.push(curb.place);
            let key = format!("cam-{}-{:03}", home.code, turn + 1);
            cameras.extend(camera(scene, (&key, &home.name), &curb, &mut draws)?);
        }
    }
    Ok(cameras)
}

/// Whether cameras usually stand near such a place.
fn is_watched(public: &Public) -> bool {
    matches!(
        &*public.class,
        "townhall"
            | "station"
            | "stadium"
            | "school"
            | "events_venue"
            | "retail"
            | "supermarket"
            | "park"
    )
}

/// One camera; none where it is authorised after the date of the pack only.
fn camera(
    scene: &Scene<'_>,
    (key, commune): (&str, &str),
    curb: &Curb,
    draws: &mut Draws,
) -> GisResult<Option<Asset<Camera>>> {
    let camera_type = match draws.below(10) {
        0..4 => CameraType::Fixed,
        4..8 => CameraType::Dome,
        _ => CameraType::PanTiltZoom,
    };
    let purposes = match draws.below(4) {
        0 => vec![CameraPurpose::PublicSafety, CameraPurpose::Traffic],
        1 => vec![CameraPurpose::PublicBuildings],
        2 => vec![CameraPurpose::PublicSafety, CameraPurpose::Dumping],
        _ => vec![CameraPurpose::PublicSafety],
    };
    #[expect(clippy::cast_possible_truncation, reason = "a few years in seconds")]
    let after_secs = (FIRST_SPAN_SECS * draws.unit()) as i64;
    let first = Timestamp::from_secs(FIRST_SECS + after_secs - after_secs % 86_400);
    let is_lapsed = draws.below(LAPSED_ONE_IN) == 0;
    let days = RETENTION_DAYS[draws.below(2) as usize];
    let has_sign = draws.below(20) > 0;
    let aiming = aiming(scene, camera_type, curb, draws)?;
    let Some(authorised_at) = renewed(first, scene.date, is_lapsed) else {
        return Ok(None);
    };
    let on_street = scene.network.place(curb.spot);
    Ok(Some(Asset {
        key: key.into(),
        place: scene.ground.plane.unproject(on_street)?,
        detail: Camera {
            street: Some(scene.streets[curb.street].name.clone()),
            camera_type,
            purposes,
            responsible: Some(format!("Commune de {commune}").into()),
            authorisation: Some(format!("FICTIF-{key}").into()),
            authorised_at: Some(authorised_at),
            expires_at: Some(authorised_at + AUTHORISED),
            retention: Some(Span::from_hours(24 * days)),
            has_sign: Some(has_sign),
            aiming: Restricted::new(Some(aiming)),
        },
    }))
}

/// The last day, up to `date`, on which an authorisation of `first` was renewed; one turn earlier
/// where it lapsed. None where it is not authorised yet.
fn renewed(first: Timestamp, date: Timestamp, is_lapsed: bool) -> Option<Timestamp> {
    if date < first {
        return None;
    }
    let turns = date.since(first).as_millis() / AUTHORISED.as_millis();
    let turns = if is_lapsed { (turns - 1).max(0) } else { turns };
    Some(Timestamp::from_millis(
        first.as_millis() + turns * AUTHORISED.as_millis(),
    ))
}

fn aiming(
    scene: &Scene<'_>,
    camera_type: CameraType,
    curb: &Curb,
    draws: &mut Draws,
) -> GisResult<CameraAiming> {
    let is_ahead = draws.below(2) == 0;
    let along = if is_ahead {
        curb.along
    } else {
        curb.along.map(|part| -part)
    };
    let azimuth = libm::atan2(along[0], along[1])
        .to_degrees()
        .rem_euclid(360.0)
        .round();
    let fov = match camera_type {
        CameraType::Dome => 95.0,
        CameraType::PanTiltZoom => 62.0,
        _ => 68.0 + f64::from(draws.below(4)) * 5.0,
    };
    let half = (fov / 2.0_f64).to_radians();
    let lens_mm = SENSOR_MM / (2.0 * libm::tan(half));
    let vertical = 2.0 * libm::atan(libm::tan(half) * 9.0 / 16.0).to_degrees();
    #[expect(clippy::cast_possible_truncation, reason = "a few millimetres")]
    let lens_mm = (lens_mm * 10.0).round() as f32 / 10.0;
    Ok(CameraAiming {
        place: scene.ground.plane.unproject(curb.place)?,
        height: Some(Metres::new(4.0 + f64::from(draws.below(5)) * 0.5)?),
        azimuth: Some(Degrees::new(azimuth)?),
        tilt: Some(Degrees::new(-12.0 - f64::from(draws.below(10)))?),
        horizontal_fov: Some(Degrees::new(fov)?),
        vertical_fov: Some(Degrees::new(vertical.round())?),
        sensor_px: Some(SENSOR_PX),
        lens_mm: Some(lens_mm),
        min_range: Some(Metres::new(3.0)?),
        max_range: Some(Metres::new(40.0)?),
        model: None,
        mount: if draws.below(3) == 0 {
            CameraMount::Wall
        } else {
            CameraMount::Pole
        },
        masks: masks(scene, curb.place, along, half)?,
        is_linked: Some(draws.below(8) > 0),
        last_seen_at: None,
    })
}

/// The dwellings in view, which nobody may look into.
fn masks(
    scene: &Scene<'_>,
    from: Planar,
    along: Planar,
    half_fov: f64,
) -> GisResult<Vec<GroundPolygon>> {
    let cosine = libm::cos(half_fov);
    let is_in_view = |house: &&House| {
        let to = vector(from, house.plot.footprint.middle);
        let away_m = distance2([0.0, 0.0], to).sqrt();
        away_m < MASKED_WITHIN_M && to[0] * along[0] + to[1] * along[1] > cosine * away_m
    };
    let polygon = |house: &House| -> GisResult<Vec<LonLat>> {
        let corners = house.plot.footprint.corners();
        let corners = corners.map(|corner| scene.ground.plane.unproject(corner));
        corners.into_iter().map(|corner| Ok(corner?)).collect()
    };
    scene
        .houses
        .iter()
        .filter(is_in_view)
        .map(polygon)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Timestamp {
        format!("{text}T00:00:00Z").parse().unwrap()
    }

    #[rstest::rstest]
    #[case::before("2011-12-31", false, None)]
    #[case::first_turn("2016-12-30", false, Some("2012-01-01"))]
    #[case::second_turn("2021-10-31", false, Some("2016-12-31"))]
    #[case::lapsed("2021-10-31", true, Some("2012-01-01"))]
    fn an_authorisation_is_renewed_every_five_years(
        #[case] date: &str,
        #[case] is_lapsed: bool,
        #[case] expected: Option<&str>,
    ) {
        let since = renewed(day("2012-01-01"), day(date), is_lapsed);
        let since = since.map(|since| since.to_string()[..10].to_owned());
        assert_eq!(since.as_deref(), expected);
    }
}
