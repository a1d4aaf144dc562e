//! Places as people write them.

use std::str::FromStr;

use twin_core::LonLat;

use crate::error::ApiError;

/// A place written as `lon,lat`, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place(pub(crate) LonLat);

impl FromStr for Place {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        let degrees = |text: &str| text.trim().parse::<f64>().ok();
        let pair = text.split_once(',');
        let pair = pair.and_then(|(lon, lat)| degrees(lon).zip(degrees(lat)));
        let place = pair.and_then(|(lon, lat)| LonLat::new(lon, lat).ok());
        place
            .map(Self)
            .ok_or_else(|| ApiError::InvalidPlace { text: text.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("6.8,47.5", Some([6.8, 47.5]))]
    #[case::with_a_space("6.8, 47.5", Some([6.8, 47.5]))]
    #[case::west("-1.5,42.5", Some([-1.5, 42.5]))]
    #[case::one_number("6.8", None)]
    #[case::three_numbers("6.8,47.5,300", None)]
    #[case::words("here,there", None)]
    #[case::latitude_of_none("6.8,91", None)]
    #[case::no_number("NaN,47", None)]
    fn a_place_is_a_longitude_and_a_latitude(
        #[case] text: &str,
        #[case] expected: Option<[f64; 2]>,
    ) {
        let place = text.parse::<Place>().ok();
        assert_eq!(place.map(|Place(at)| [at.lon(), at.lat()]), expected);
    }
}
