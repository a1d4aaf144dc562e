//! The file of a profile, and what is checked of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::slope::Slope;
use super::tables::{
    BarrierRule, ClassRule, Legal, ServiceRule, Vehicle, between, delay, fastest, refused, speed,
    whole,
};
use super::turns::TurnCosts;
use super::words::{Mode, Ruling, Who};
use super::{MAX_SPEED_KMH, Profile, Rows};
use crate::error::{SimError, SimResult};
use crate::roads::rules::Class;

/// No profile is longer, in bytes; those that come with the simulator have a tenth of it.
const MAX_BYTES: usize = 131_072;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAccess {
    keys: Vec<Who>,
    open: Vec<Box<str>>,
    destination: Vec<Box<str>>,
    closed: Vec<Box<str>>,
}

type Table<T> = BTreeMap<Box<str>, T>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProfile {
    name: Box<str>,
    mode: Mode,
    #[serde(default = "whole")]
    limit_share: f64,
    #[serde(default = "fastest")]
    narrow_kmh: f64,
    destination_entry_s: f64,
    vehicle: Option<Vehicle>,
    legal: Option<Legal>,
    slope: Slope,
    turns: TurnCosts,
    access: RawAccess,
    classes: Table<ClassRule>,
    #[serde(default)]
    services: Table<ServiceRule>,
    #[serde(default)]
    barriers: Table<BarrierRule>,
    #[serde(default)]
    node_delays_s: Table<Table<f64>>,
    #[serde(default)]
    ground_kmh: Table<Table<f64>>,
}

pub(super) fn parse(text: &str) -> SimResult<Profile> {
    if text.len() > MAX_BYTES {
        return Err(refused(
            "the profile",
            &format!("{} bytes long", text.len()),
            "up to 131072 bytes",
        ));
    }
    let raw: RawProfile = toml::from_str(text).map_err(|source| SimError::UnreadableProfile {
        source: Box::new(source),
    })?;
    raw.check()?;
    raw.check_tables()?;
    raw.into_profile()
}

impl RawProfile {
    fn check(&self) -> SimResult<()> {
        if self.name.is_empty() || self.name.len() > 64 {
            return Err(refused("name", &self.name, "1 to 64 characters"));
        }
        between("limit_share", self.limit_share, (0.1, 1.0), "0.1 to 1")?;
        speed("narrow_kmh", self.narrow_kmh)?;
        let entry_s = self.destination_entry_s;
        between(
            "destination_entry_s",
            entry_s,
            (0.0, 86_400.0),
            "0 to 86400 s",
        )?;
        if self.mode == Mode::Motor {
            let (Some(vehicle), Some(legal)) = (&self.vehicle, &self.legal) else {
                return Err(refused(
                    "mode",
                    &self.mode,
                    "tables vehicle and legal with it",
                ));
            };
            vehicle.check()?;
            legal.check()?;
        }
        for (key, value, most) in self.turns.bounds() {
            between(
                key,
                value,
                (0.0, most),
                "0 to 60 s, 600 s for a U-turn, 120 s for a wait",
            )?;
        }
        between("turns.bias", self.turns.bias, (1.0, 2.0), "1 to 2")?;
        self.slope.check()?;
        self.check_keys()
    }

    /// From general to special, so that a place in the list is a rank; all of the profile's mode.
    fn check_keys(&self) -> SimResult<()> {
        let keys = &self.access.keys;
        let is_general = keys.first() == Some(&Who::Access);
        let is_of_mode = |who: &Who| who.mode().is_none_or(|mode| mode == self.mode);
        let is_sorted = keys.is_sorted_by_key(|who| who.mode().is_some());
        let is_once = keys
            .iter()
            .all(|who| keys.iter().filter(|other| *other == who).count() == 1);
        if is_general && is_sorted && is_once && keys.iter().all(is_of_mode) {
            return Ok(());
        }
        let expected = "access first, then keys of the profile's mode, each once";
        Err(refused("access.keys", &format!("{keys:?}"), expected))
    }

    fn check_tables(&self) -> SimResult<()> {
        for (class, rule) in &self.classes {
            let key = |field| format!("classes.{class}.{field}");
            if Class::of(class).is_none() {
                return Err(refused(
                    "classes",
                    class,
                    "values of highway that one travels on",
                ));
            }
            speed(&key("speed_kmh"), rule.speed_kmh)?;
            speed(&key("limit_kmh"), rule.limit_kmh)?;
            between(
                &key("peak_factor"),
                rule.peak_factor,
                (0.05, 1.0),
                "0.05 to 1",
            )?;
        }
        for (kind, rule) in &self.services {
            speed(&format!("services.{kind}.speed_kmh"), rule.speed_kmh)?;
        }
        for (kind, rule) in &self.barriers {
            delay(&format!("barriers.{kind}.delay_s"), rule.delay_s)?;
        }
        for (key, value, delay_s) in flat(&self.node_delays_s) {
            delay(&format!("node_delays_s.{key}.{value}"), delay_s)?;
        }
        for (key, value, kmh) in flat(&self.ground_kmh) {
            let key = format!("ground_kmh.{key}.{value}");
            between(&key, kmh, (0.0, MAX_SPEED_KMH), "0 to 130 km/h")?;
        }
        Ok(())
    }

    fn into_profile(self) -> SimResult<Profile> {
        let mut classes = [None; Class::COUNT];
        for (slot, (word, _)) in classes.iter_mut().zip(Class::words()) {
            *slot = self.classes.get(word).copied();
        }
        Ok(Profile {
            values: self.access.values()?,
            keys: self.access.keys.into(),
            name: self.name,
            mode: self.mode,
            limit_share: self.limit_share,
            narrow_kmh: self.narrow_kmh,
            destination_entry_s: self.destination_entry_s,
            vehicle: self.vehicle.unwrap_or_default(),
            legal: self.legal.unwrap_or_default(),
            slope: self.slope,
            turns: self.turns,
            classes,
            services: self.services.into_iter().collect(),
            barriers: self.barriers.into_iter().collect(),
            node_delays: rows(self.node_delays_s),
            grounds: rows(self.ground_kmh),
        })
    }
}

impl RawAccess {
    /// All values with their ruling; each in one list only.
    fn values(&self) -> SimResult<Rows<Ruling>> {
        let lists = [
            (&self.open, Ruling::Open),
            (&self.destination, Ruling::Destination),
            (&self.closed, Ruling::Closed),
        ];
        let mut values: Vec<(Box<str>, Ruling)> = Vec::new();
        for (list, ruling) in lists {
            for value in list {
                if values.iter().any(|(other, _)| other == value) {
                    return Err(refused("access", value, "each value in one list, once"));
                }
                values.push((value.clone(), ruling));
            }
        }
        Ok(values.into())
    }
}

fn rows(tables: Table<Table<f64>>) -> Rows<Rows<f64>> {
    let rows = tables.into_iter();
    rows.map(|(key, values)| (key, values.into_iter().collect()))
        .collect()
}

fn flat(table: &Table<Table<f64>>) -> impl Iterator<Item = (&str, &str, f64)> {
    table.iter().flat_map(|(key, values)| {
        let rows = values.iter();
        rows.map(|(value, number)| (&**key, &**value, *number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CAR: &str = include_str!("../../../../assets/profiles/car.toml");

    /// The car's file with a line of it replaced.
    fn changed(from: &str, to: &str) -> String {
        assert!(CAR.contains(from), "{from}");
        CAR.replacen(from, to, 1)
    }

    #[rstest::rstest]
    #[case::too_fast(
        "narrow_kmh = 35",
        "narrow_kmh = 350",
        "narrow_kmh is 350 in the profile, expected 1 to 130 km/h"
    )]
    #[case::no_number(
        "narrow_kmh = 35",
        "narrow_kmh = nan",
        "narrow_kmh is NaN in the profile, expected 1 to 130 km/h"
    )]
    #[case::an_unknown_class(
        "[classes]",
        "[classes]\ncanal = { access = 'open', speed_kmh = 9 }",
        "classes is canal in the profile, expected values of highway that one travels on"
    )]
    #[case::in_two_lists(
        "destination = [",
        "destination = [\"yes\", ",
        "access is yes in the profile, expected each value in one list, once"
    )]
    #[case::keys_of_walkers(
        "\"motorcar\"]",
        "\"foot\"]",
        "access.keys is [Access, Vehicle, MotorVehicle, Foot] in the profile, \
         expected access first, then keys of the profile's mode, each once"
    )]
    fn a_value_out_of_range_is_named(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
        let error = Profile::parse(&changed(from, to)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[rstest::rstest]
    #[case::unknown("narrow_kmh = 35", "narow_kmh = 35", "narow_kmh")]
    #[case::of_another_type("narrow_kmh = 35", "narrow_kmh = 'slow'", "line")]
    #[case::an_unknown_key_of_access("\"motorcar\"]", "\"submarine\"]", "submarine")]
    #[case::broken("narrow_kmh = 35", "narrow_kmh = = 35", "line")]
    fn what_is_not_understood_is_told_with_its_place(
        #[case] from: &str,
        #[case] to: &str,
        #[case] hint: &str,
    ) {
        use std::error::Error as _;
        let error = Profile::parse(&changed(from, to)).unwrap_err();
        let source = error.source().unwrap().to_string();
        assert!(source.contains(hint), "{source}");
    }

    #[test]
    fn a_vehicle_needs_its_measures_and_a_file_has_an_end() {
        let without = changed("[vehicle]", "[vehicles]");
        assert!(Profile::parse(&without).is_err());
        let error = Profile::parse(&"#".repeat(MAX_BYTES + 1)).unwrap_err();
        assert!(error.to_string().contains("131073 bytes"), "{error}");
    }

    proptest! {
        #[test]
        fn a_damaged_file_is_refused_or_read_but_breaks_nothing(at in 0..CAR.len(), byte in 0_u8..128) {
            let mut bytes = CAR.as_bytes().to_vec();
            bytes[at] = byte;
            if let Ok(profile) = String::from_utf8(bytes).map_or_else(|_| Profile::parse(""), |text| Profile::parse(&text)) {
                prop_assert!(profile.limit_share() <= 1.0);
            }
        }
    }
}
