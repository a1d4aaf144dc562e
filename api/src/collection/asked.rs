//! What a person means by a key, a name or a number: stops and vehicles of a saved day.

use simulator::collection::saved::SavedDay;

use super::{Phrases, Words};
use crate::error::{ApiError, ApiResult};

/// The stops of a saved day that a key means: that with a container of that key, or those at a site of
/// that key; a whole number is the number of a stop.
///
/// # Errors
/// [`ApiError::UnknownStop`], and [`ApiError::StopRefused`] for a container that the day left out.
pub(crate) fn stops(day: &SavedDay, key: &str) -> ApiResult<Vec<u32>> {
    let numbered = || (0_u32..).zip(&day.names.stops);
    let has = |keys: &[Box<str>]| keys.iter().any(|other| **other == *key);
    let of_container =
        numbered().filter(|(_, stop)| stop.containers.iter().any(|one| *one.key == *key));
    let mut found: Vec<u32> = of_container.map(|(index, _)| index).collect();
    if found.is_empty() {
        let at_site = numbered().filter(|(_, stop)| {
            let place = day.names.places.get(stop.place as usize);
            place.is_some_and(|place| has(&place.keys))
        });
        found = at_site.map(|(index, _)| index).collect();
    }
    if found.is_empty() {
        let number = key.parse().ok();
        let known = number.filter(|&number: &u32| (number as usize) < day.names.stops.len());
        found.extend(known);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    if day.left.iter().any(|left| *left.key == *key) {
        return Err(ApiError::StopRefused {
            key: key.into(),
            reason: "the day left it out, so its ways are not in the file",
        });
    }
    Err(ApiError::UnknownStop {
        key: key.into(),
        count: day.names.stops.len(),
    })
}

/// The route of the vehicle that a name means: its number among the plan's vehicles, from 1, or its class
/// and its number of it, such as `crane-truck 2`, in any language.
///
/// # Errors
/// [`ApiError::UnknownRound`].
pub(crate) fn route(day: &SavedDay, name: &str) -> ApiResult<u32> {
    let vehicles = day.named_vehicles();
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "");
    let wanted = plain(name);
    let languages = super::Language::ALL.map(Words::new);
    let is_meant = |index: u32| {
        let vehicle = vehicles.get(index as usize);
        vehicle.is_some_and(|vehicle| {
            let mut said = languages.iter().map(|words| {
                let phrases = Phrases::new(words, day, &vehicles);
                plain(&phrases.named(vehicle))
            });
            plain(&vehicle.to_string()) == wanted || said.any(|said| said == wanted)
        })
    };
    let count = u32::try_from(vehicles.len()).unwrap_or(u32::MAX);
    if let Some(index) = (0..count).find(|&index| is_meant(index)) {
        return Ok(index);
    }
    let number: Option<u32> = name.parse().ok();
    let index = number.and_then(|number| number.checked_sub(1));
    index
        .filter(|&index| index < count)
        .ok_or_else(|| ApiError::UnknownRound {
            name: name.into(),
            known: vehicles
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
                .into(),
        })
}
