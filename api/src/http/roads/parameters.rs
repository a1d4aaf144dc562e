//! The parameters of a question, some of which come several times.

use std::str::FromStr;

use simulator::roads::{HourClass, Profile};

use super::refusal::Refusal;
use super::served::ServedRoads;
use crate::error::ApiError;
use crate::http::query::bad_request;
use crate::roads::{Driver, Loaded, Place};

/// The pairs of a query string, in order.
#[derive(Clone, Debug)]
pub(super) struct Parameters(Vec<(String, String)>);

/// What a parameter that need not be there is without it.
const DEFAULT_PROFILE: &str = "car";

impl Parameters {
    /// Refuses names that are not among `once` or `many`, and one of `once` that comes twice.
    pub(super) fn new(
        pairs: Vec<(String, String)>,
        once: &[&str],
        many: &[&str],
    ) -> Result<Self, Refusal> {
        for (ix, (name, _)) in pairs.iter().enumerate() {
            let is_again = pairs.iter().take(ix).any(|(other, _)| other == name);
            if once.contains(&name.as_str()) && is_again {
                return Err(bad_request(format!("{name} comes twice, expected it once")).into());
            }
            if !once.contains(&name.as_str()) && !many.contains(&name.as_str()) {
                let known: Vec<&str> = once.iter().chain(many).copied().collect();
                let known = known.join(", ");
                let detail = format!("unknown parameter {name}, expected some of {known}");
                return Err(bad_request(detail).into());
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.get(name);
        value.ok_or_else(|| bad_request(format!("{name} is missing")).into())
    }

    /// A place that must be there.
    pub(super) fn place(&self, name: &str) -> Result<Place, Refusal> {
        Ok(self.need(name)?.parse::<Place>()?)
    }

    /// A number, where it is there.
    pub(super) fn number<T: FromStr>(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, Refusal> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let number = text.parse().ok();
        let refusal = || bad_request(format!("{name}={text}: expected {expected}")).into();
        number.ok_or_else(refusal).map(Some)
    }

    /// All values of a parameter, at most so many.
    pub(super) fn all<T: FromStr<Err = ApiError>>(
        &self,
        name: &str,
        most: usize,
    ) -> Result<Vec<T>, Refusal> {
        let values = self.0.iter().filter(|(other, _)| other == name);
        let count = values.clone().count();
        if count > most {
            let detail = format!("{name} comes {count} times, expected at most {most}");
            return Err(bad_request(detail).into());
        }
        values.map(|(_, value)| Ok(value.parse()?)).collect()
    }

    /// Who drives, and when.
    pub(super) fn who(&self) -> Result<(Profile, HourClass), Refusal> {
        who(self.get("profile"), self.get("hour"))
    }
}

/// A profile that is built in, and an hour; a car and off-peak where nothing is said.
pub(super) fn who(
    profile: Option<&str>,
    hour: Option<&str>,
) -> Result<(Profile, HourClass), Refusal> {
    let name = profile.unwrap_or(DEFAULT_PROFILE);
    let profile = Profile::built_in(name).ok_or_else(|| {
        let known = Profile::BUILT_IN.join(", ");
        bad_request(format!("profile={name}: expected one of {known}"))
    })?;
    let hour = match hour {
        None => HourClass::OffPeak,
        Some(text) => text
            .parse()
            .map_err(|_unknown| bad_request(format!("hour={text}: expected off-peak or peak")))?,
    };
    Ok((profile, hour))
}

/// Who drives, as the answer tells it.
pub(super) fn driver(
    (profile, hour): (&Profile, HourClass),
    loaded: Option<Loaded>,
    roads: &ServedRoads,
) -> Driver {
    Driver {
        profile: profile.name().to_owned(),
        hour,
        loaded,
        is_synthetic: roads.is_synthetic(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Result<Parameters, Refusal> {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Parameters::new(pairs.collect(), &["from"], &["via"])
    }

    #[test]
    fn a_place_on_the_way_may_come_again_and_a_beginning_may_not() {
        let via = [("via", "6.8,47.5"), ("from", "6,47"), ("via", "6.9,47.5")];
        let read = parameters(&via).unwrap();
        let places: Vec<Place> = read.all("via", 2).unwrap();
        assert_eq!(places.len(), 2);
        assert!(read.all::<Place>("via", 1).is_err());
        assert!(parameters(&[("from", "6,47"), ("from", "6,47")]).is_err());
        assert!(parameters(&[("form", "6,47")]).is_err());
    }
}
