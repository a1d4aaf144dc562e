//! One projected system: longitude and latitude to metres, and back.

use std::fmt;
use std::sync::Arc;

use proj4rs::Proj;
use proj4rs::adaptors::transform_vertex_2d;
use twin_core::{LonLat, Planar, PlanarCrs};

use super::{Area, RGF93_AREA, contains};
use crate::error::{GisError, GisResult};

/// How far, in degrees, a place may come back from where it was: a millimetre on the ground.
const THERE_AND_BACK_DEG: f64 = 1e-8;
/// The same in the plane, in metres, with room for systems that stretch tenfold.
const THERE_AND_BACK_M: f64 = 1e-2;
/// Where spherical Mercator ends: the latitude at which its map of the globe is a square.
const WEB_MERCATOR_AREA: Area = [-180.0, -85.06, 180.0, 85.06];

/// Projections that keep angles, by the names of PROJ; Web Mercator keeps them to 0.7 %.
const CONFORMAL: [&str; 11] = [
    "lcc", "tmerc", "etmerc", "utm", "merc", "webmerc", "stere", "sterea", "somerc", "omerc",
    "krovak",
];

/// The planar system of an EPSG code, such as `EPSG:2154`.
///
/// A place is outside its domain where the projection cannot be undone to a millimetre; besides,
/// the French systems (2154, 3942 to 3950) end with metropolitan France and its neighbours, and
/// Web Mercator (3857) at ±85.06°. The latter keeps angles to 0.7 % only; lengths in it are right
/// all the same, since [`twin_core::ScaleField`] has a factor for each direction.
///
/// # Errors
///
/// [`GisError::UnknownCrs`] for a name that is no known code; [`GisError::UnsuitableCrs`] for a
/// system that is not planar, not in metres, not conformal, or whose axes are not east and north.
///
/// ```
/// use twin_core::LonLat;
///
/// let lambert_93 = gis_data::crs::planar_crs("EPSG:2154")?;
/// let [east, north] = lambert_93.project(LonLat::new(6.7979, 47.5103)?).unwrap();
/// assert_eq!((east.round(), north.round()), (985_753.0, 6_719_088.0));
///
/// assert!(gis_data::crs::planar_crs("EPSG:4326").is_err());
/// # Ok::<(), gis_data::GisError>(())
/// ```
pub fn planar_crs(name: &str) -> GisResult<Arc<dyn PlanarCrs>> {
    Ok(Arc::new(ProjectedCrs::from_name(name)?))
}

/// The planar system of an EPSG code for reading other people's files: it need not keep angles,
/// which only a system that lengths are taken in must.
///
/// # Errors
///
/// As [`planar_crs`], but for the projection that is not conformal.
pub(crate) fn planar_crs_to_read(name: &str) -> GisResult<Arc<dyn PlanarCrs>> {
    Ok(Arc::new(ProjectedCrs::for_reading(name)?))
}

struct ProjectedCrs {
    name: Box<str>,
    area: Option<Area>,
    geographic: Proj,
    planar: Proj,
}

impl ProjectedCrs {
    fn from_name(name: &str) -> GisResult<Self> {
        let crs = Self::for_reading(name)?;
        if CONFORMAL.contains(&crs.planar.projname()) {
            return Ok(crs);
        }
        Err(GisError::UnsuitableCrs {
            name: name.into(),
            reason: "its projection does not keep angles",
        })
    }

    fn for_reading(name: &str) -> GisResult<Self> {
        let unknown = || GisError::UnknownCrs { name: name.into() };
        let code = epsg_code(name).ok_or_else(unknown)?;
        let planar = Proj::from_epsg_code(code).map_err(|_no_definition| unknown())?;
        let geographic = Proj::from_epsg_code(4326).map_err(|_no_definition| unknown())?;
        match obstacle(&planar) {
            Some(reason) => Err(GisError::UnsuitableCrs {
                name: name.into(),
                reason,
            }),
            None => Ok(Self {
                name: format!("EPSG:{code}").into(),
                area: area_of_use(code),
                geographic,
                planar,
            }),
        }
    }

    fn holds(&self, place: LonLat) -> bool {
        self.area
            .is_none_or(|area| contains(area, place.lon(), place.lat()))
    }

    fn forward(&self, place: LonLat) -> Option<Planar> {
        let radians = (place.lon().to_radians(), place.lat().to_radians());
        let (x, y) = transform_vertex_2d(&self.geographic, &self.planar, radians).ok()?;
        (x.is_finite() && y.is_finite()).then_some([x, y])
    }

    fn inverse(&self, [x, y]: Planar) -> Option<LonLat> {
        let (lon, lat) = transform_vertex_2d(&self.planar, &self.geographic, (x, y)).ok()?;
        LonLat::new(lon.to_degrees(), lat.to_degrees()).ok()
    }
}

impl PlanarCrs for ProjectedCrs {
    fn name(&self) -> &str {
        &self.name
    }

    fn project(&self, place: LonLat) -> Option<Planar> {
        let planar = self.holds(place).then(|| self.forward(place))??;
        is_same_place(self.inverse(planar)?, place).then_some(planar)
    }

    fn unproject(&self, planar: Planar) -> Option<LonLat> {
        let place = planar
            .iter()
            .all(|c| c.is_finite())
            .then(|| self.inverse(planar))??;
        let [x, y] = self.project(place)?;
        let is_back = (x - planar[0]).abs().max((y - planar[1]).abs()) <= THERE_AND_BACK_M;
        is_back.then_some(place)
    }
}

impl fmt::Debug for ProjectedCrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProjectedCrs")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn epsg_code(name: &str) -> Option<u16> {
    let digits = name.strip_prefix("EPSG:")?;
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

fn area_of_use(code: u16) -> Option<Area> {
    match code {
        2154 | 3942..=3950 => Some(RGF93_AREA),
        3857 => Some(WEB_MERCATOR_AREA),
        _ => None,
    }
}

/// Why coordinates of a system are not metres to the east and north of a place, if they are not.
fn obstacle(planar: &Proj) -> Option<&'static str> {
    if planar.is_latlong() || planar.is_geocent() {
        Some("it is not planar")
    } else if (planar.to_meter() - 1.0).abs() > f64::EPSILON {
        Some("its unit is not the metre")
    } else if !planar.is_normalized_axis() {
        Some("its axes do not point east and north")
    } else if !(planar.has_forward() && planar.has_inverse()) {
        Some("its projection cannot be undone")
    } else {
        None
    }
}

/// Equal to a millimetre; the two longitudes of the antimeridian are one.
fn is_same_place(a: LonLat, b: LonLat) -> bool {
    let lon = (a.lon() - b.lon()).abs();
    let lon = lon.min((360.0 - lon).abs());
    lon * b.lat().to_radians().cos() <= THERE_AND_BACK_DEG
        && (a.lat() - b.lat()).abs() <= THERE_AND_BACK_DEG
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MONTBELIARD: [f64; 2] = [6.7979, 47.5103];
    const DAMBELIN: [f64; 2] = [6.6147, 47.3268];
    const ALLENJOIE: [f64; 2] = [6.94965, 47.5628];
    const ANDORRA: [f64; 2] = [1.5218, 42.5063];
    const MONACO: [f64; 2] = [7.4246, 43.7384];

    /// Figures of PROJ (pyproj 3.7), always east before north.
    #[rstest::rstest]
    #[case::montbeliard_lambert_93("EPSG:2154", MONTBELIARD, [985_752.543_749, 6_719_088.232_177])]
    #[case::dambelin_lambert_93("EPSG:2154", DAMBELIN, [972_911.344_786, 6_698_078.082_369])]
    #[case::allenjoie_lambert_93("EPSG:2154", ALLENJOIE, [996_869.204_067, 6_725_473.460_180])]
    #[case::andorra_lambert_93("EPSG:2154", ANDORRA, [578_337.672_773, 6_157_414.716_627])]
    #[case::monaco_lambert_93("EPSG:2154", MONACO, [1_056_322.659_913, 6_303_249.646_904])]
    #[case::montbeliard_cc47("EPSG:3947", MONTBELIARD, [1_985_966.150_999, 6_263_662.065_880])]
    #[case::dambelin_cc47("EPSG:3947", DAMBELIN, [1_973_122.943_573, 6_242_631.002_309])]
    #[case::allenjoie_cc47("EPSG:3947", ALLENJOIE, [1_997_088.653_958, 6_270_056.418_656])]
    #[case::andorra_cc47("EPSG:3947", ANDORRA, [1_578_159.530_295, 5_701_319.756_398])]
    #[case::montbeliard_web("EPSG:3857", MONTBELIARD, [756_738.766_464, 6_025_769.454_880])]
    #[case::allenjoie_web("EPSG:3857", ALLENJOIE, [773_631.499_191, 6_034_426.102_798])]
    #[case::andorra_web("EPSG:3857", ANDORRA, [169_406.001_089, 5_237_125.051_635])]
    #[case::andorra_utm_31("EPSG:32631", ANDORRA, [378_553.020_237, 4_707_051.275_479])]
    #[case::montbeliard_utm_31("EPSG:32631", MONTBELIARD, [785_958.748_713, 5_268_868.063_317])]
    #[case::montbeliard_utm_32("EPSG:32632", MONTBELIARD, [334_188.260_341, 5_264_224.636_402])]
    #[case::monaco_utm_32("EPSG:32632", MONACO, [373_139.336_673, 4_844_024.124_663])]
    #[case::saint_denis_utm_40_south("EPSG:32740", [55.45, -20.88], [338_767.167_4, 7_690_355.572_3])]
    fn a_place_lies_where_proj_puts_it(
        #[case] crs: &str,
        #[case] lon_lat: [f64; 2],
        #[case] expected: Planar,
    ) {
        let crs = planar_crs(crs).unwrap();
        let place = LonLat::try_from(lon_lat).unwrap();

        let planar = crs.project(place).unwrap();
        let back = crs.unproject(planar).unwrap();

        approx::assert_abs_diff_eq!(planar.as_slice(), expected.as_slice(), epsilon = 1e-3);
        approx::assert_abs_diff_eq!(back.lon(), lon_lat[0], epsilon = 1e-9);
        approx::assert_abs_diff_eq!(back.lat(), lon_lat[1], epsilon = 1e-9);
    }

    #[rstest::rstest]
    #[case::no_authority("2154")]
    #[case::no_number("EPSG:Lambert")]
    #[case::signed("EPSG:+2154")]
    #[case::unassigned("EPSG:1")]
    #[case::beyond_u16("EPSG:99999")]
    #[case::another_authority("IGNF:LAMB93")]
    #[case::accented("EPSGé2154")]
    #[case::empty("")]
    fn a_name_that_is_no_code_is_unknown(#[case] name: &str) {
        let error = planar_crs(name).unwrap_err();
        assert!(matches!(error, GisError::UnknownCrs { .. }), "{error}");
    }

    #[rstest::rstest]
    #[case::geographic("EPSG:4326", "not planar")]
    #[case::geographic_rgf93("EPSG:4171", "not planar")]
    #[case::geocentric("EPSG:4978", "not planar")]
    #[case::feet("EPSG:2263", "metre")]
    #[case::south_african_axes("EPSG:2048", "east and north")]
    #[case::equal_area("EPSG:3035", "angles")]
    fn a_system_without_conformal_metres_is_refused(#[case] name: &str, #[case] why: &str) {
        let message = planar_crs(name).unwrap_err().to_string();
        assert!(message.contains(name) && message.contains(why), "{message}");
    }

    #[test]
    fn every_code_is_taken_or_refused_without_a_panic() {
        let names = (0..=u16::MAX).map(|code| format!("EPSG:{code}"));
        let taken: Vec<_> = names
            .filter_map(|name| planar_crs(&name).ok().map(|crs| (name, crs)))
            .collect();

        assert!(taken.len() > 2_000, "{} codes", taken.len());
        for (name, crs) in taken {
            assert_eq!(crs.name(), name);
        }
    }

    #[rstest::rstest]
    #[case::new_york("EPSG:2154", -74.0, 40.7)]
    #[case::south_pole("EPSG:2154", 3.0, -90.0)]
    #[case::north_pole_on_the_web("EPSG:3857", 0.0, 90.0)]
    #[case::other_side_of_the_globe("EPSG:32631", -87.0, 0.0)]
    fn a_place_outside_the_domain_has_no_coordinates(
        #[case] crs: &str,
        #[case] lon: f64,
        #[case] lat: f64,
    ) {
        assert_eq!(
            planar_crs(crs)
                .unwrap()
                .project(LonLat::new(lon, lat).unwrap()),
            None
        );
    }

    #[rstest::rstest]
    #[case::no_number([f64::NAN, 6_700_000.0])]
    #[case::infinite([900_000.0, f64::INFINITY])]
    #[case::far_away([9e9, -9e9])]
    fn a_point_outside_the_domain_is_no_place(#[case] planar: Planar) {
        for crs in ["EPSG:2154", "EPSG:3857", "EPSG:32631"] {
            assert_eq!(planar_crs(crs).unwrap().unproject(planar), None, "{crs}");
        }
    }

    proptest! {
        #[test]
        fn a_place_in_france_comes_back(lon in -9.86..10.38, lat in 41.15..51.56) {
            for name in ["EPSG:2154", "EPSG:3947", "EPSG:3857", "EPSG:32631"] {
                let crs = planar_crs(name).unwrap();
                let back = crs.unproject(crs.project(LonLat::new(lon, lat).unwrap()).unwrap()).unwrap();
                prop_assert!((back.lon() - lon).abs() <= 1e-9, "{name}: {} for {lon}", back.lon());
                prop_assert!((back.lat() - lat).abs() <= 1e-9, "{name}: {} for {lat}", back.lat());
            }
        }

        #[test]
        fn any_point_is_a_place_that_comes_back_or_none(x in -1e8..1e8, y in -1e8..1e8) {
            for name in ["EPSG:2154", "EPSG:3857", "EPSG:32731"] {
                let crs = planar_crs(name).unwrap();
                if let Some(place) = crs.unproject([x, y]) {
                    let [back_x, back_y] = crs.project(place).unwrap();
                    prop_assert!((back_x - x).abs() <= 0.01 && (back_y - y).abs() <= 0.01, "{name}: {x} {y}");
                }
            }
        }
    }
}
