//! The range of every figure of the rules.

use twin_core::Stream;

use super::clock::Hours;
use super::vehicles::{BreakHours, OutfitRule, VehicleRules};
use super::{ContainerRules, PlanRules, Rules, StreamRules};
use crate::error::{SimError, SimResult};
use crate::roads::energy::VehicleEnergy;

/// Classes of vehicles that a problem can have.
const MAX_CLASSES: usize = 64;

pub(super) fn refused(key: Box<str>, value: &dyn ToString, expected: &'static str) -> SimError {
    SimError::InvalidRules {
        key,
        value: value.to_string().into(),
        expected,
    }
}

/// Tables of figures: the name of each, and the range it must be in.
struct At<'a>(&'a str);

impl At<'_> {
    fn key(&self, field: &str) -> Box<str> {
        format!("{}.{field}", self.0).into()
    }

    fn between(
        &self,
        field: &str,
        value: f64,
        (min, max): (f64, f64),
        expected: &'static str,
    ) -> SimResult<()> {
        if (min..=max).contains(&value) {
            Ok(())
        } else {
            Err(refused(self.key(field), &value, expected))
        }
    }

    fn minutes(&self, field: &str, value: f64) -> SimResult<()> {
        self.between(field, value, (0.0, 600.0), "0 to 600 minutes")
    }

    fn euros(&self, field: &str, value: f64) -> SimResult<()> {
        self.between(field, value, (0.0, 100_000.0), "0 to 100000 euros")
    }

    fn count(&self, field: &str, value: u32, most: u32, expected: &'static str) -> SimResult<()> {
        let range = (1.0, f64::from(most));
        self.between(field, value.into(), range, expected)
    }

    /// In order, without overlap, none that ends before it begins.
    fn hours(&self, field: &str, hours: &[Hours]) -> SimResult<()> {
        let is_forward = hours.iter().all(|Hours(from, to)| from < to);
        let is_ordered = hours.windows(2).all(|pair| pair[0].1 < pair[1].0);
        if is_forward && is_ordered {
            return Ok(());
        }
        let minutes = hours.iter().map(|Hours(from, to)| {
            let text = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
            format!("{}-{}", text(from.minutes()), text(to.minutes()))
        });
        let value = minutes.collect::<Vec<_>>().join(", ");
        let expected = "hours in order, parted by a gap, none that ends before it begins";
        Err(refused(self.key(field), &value, expected))
    }
}

pub(super) fn check(rules: &Rules) -> SimResult<()> {
    check_plan(&rules.plan)?;
    for (container, figures) in &rules.containers {
        check_container(&At(&format!("containers.{container}")), figures)?;
    }
    for (stream, figures) in &rules.streams {
        check_stream(&At(&format!("streams.{stream}")), figures)?;
    }
    for unloading in &rules.unloadings {
        let name = format!("unloadings.{}", unloading.site);
        let at = At(&name);
        at.minutes("minutes", unloading.minutes)?;
        at.euros("eur_per_visit", unloading.eur_per_visit)?;
        at.euros("eur_per_t", unloading.eur_per_t)?;
        at.hours("hours", &unloading.hours)?;
    }
    let (at, elsewhere) = (At("unloading_elsewhere"), &rules.unloading_elsewhere);
    at.minutes("minutes", elsewhere.minutes)?;
    at.euros("eur_per_visit", elsewhere.eur_per_visit)?;
    at.euros("eur_per_t", elsewhere.eur_per_t)?;
    at.hours("hours", &elsewhere.hours)?;
    At("schools").hours("closed", &rules.schools.closed)?;
    if rules.vehicles.is_empty() || rules.vehicles.len() > MAX_CLASSES {
        let count = rules.vehicles.len();
        return Err(refused("vehicles".into(), &count, "1 to 64 classes"));
    }
    rules.vehicles.iter().try_for_each(check_vehicle)
}

fn check_plan(plan: &PlanRules) -> SimResult<()> {
    let at = At("plan");
    if plan.collection_days.is_empty() {
        let expected = "one day at least";
        return Err(refused(at.key("collection_days"), &"empty", expected));
    }
    let share = "0 to 1";
    at.between("required_above", plan.required_above, (0.0, 1.0), share)?;
    at.between("rho", plan.rho, (0.0, 1e6), "0 to 1000000")?;
    let co2 = plan.co2_eur_per_kg;
    at.between("co2_eur_per_kg", co2, (0.0, 1000.0), "0 to 1000 EUR/kg")?;
    at.euros("visit_eur", plan.visit_eur)?;
    let within_m = plan.walk_within_m;
    at.between("walk_within_m", within_m, (0.0, 500.0), "0 to 500 m")?;
    at.between("walk_kmh", plan.walk_kmh, (0.5, 10.0), "0.5 to 10 km/h")?;
    at.between("drive_kmh", plan.drive_kmh, (1.0, 130.0), "1 to 130 km/h")?;
    at.between("stops_per_km", plan.stops_per_km, (0.0, 100.0), "0 to 100")
}

fn check_container(at: &At<'_>, figures: &ContainerRules) -> SimResult<()> {
    let expected = "0 to 3600 s";
    at.between("setup_s", figures.setup_s, (0.0, 3600.0), expected)?;
    at.between("service_s", figures.service_s, (0.0, 3600.0), expected)
}

fn check_stream(at: &At<'_>, figures: &StreamRules) -> SimResult<()> {
    let density = figures.density_kg_m3;
    at.between("density_kg_m3", density, (1.0, 2000.0), "1 to 2000 kg/m3")?;
    let passes = figures.interval_passes;
    at.count("interval_passes", passes, 1000, "1 to 1000")?;
    let expected = "1 to 3650 days";
    if let Some(days) = figures.max_interval_days {
        at.count("max_interval_days", days, 3650, expected)?;
    }
    at.euros("overflow_eur", figures.overflow_eur)?;
    at.hours("hours", &figures.hours)
}

fn check_vehicle(vehicle: &VehicleRules) -> SimResult<()> {
    let name = format!("vehicles.{}", vehicle.name);
    let at = At(&name);
    let name_length = vehicle.name.chars().count();
    if !(1..=64).contains(&name_length) {
        let expected = "1 to 64 characters";
        return Err(refused(at.key("name"), &vehicle.name, expected));
    }
    at.between("count", vehicle.count.into(), (0.0, 1e6), "0 to 1000000")?;
    if VehicleEnergy::built_in(&vehicle.energy).is_none() {
        let expected = "a vehicle of assets/vehicles.toml";
        return Err(refused(at.key("energy"), &vehicle.energy, expected));
    }
    at.hours("shift", std::slice::from_ref(&vehicle.shift))?;
    at.between("max_h", vehicle.max_h, (0.1, 24.0), "0.1 to 24 h")?;
    let range = (0.0, vehicle.max_h);
    at.between("normal_h", vehicle.normal_h, range, "0 to max_h")?;
    at.minutes("prepare_min", vehicle.prepare_min)?;
    at.minutes("finish_min", vehicle.finish_min)?;
    at.count("max_trips", vehicle.max_trips, 1000, "1 to 1000")?;
    let payload_kg = vehicle.payload_kg;
    at.between("payload_kg", payload_kg, (1.0, 1e5), "1 to 100000 kg")?;
    for (field, euros) in [
        ("eur_per_day", vehicle.eur_per_day),
        ("eur_per_h", vehicle.eur_per_h),
        ("overtime_eur_per_h", vehicle.overtime_eur_per_h),
        ("eur_per_km", vehicle.eur_per_km),
        ("fuel_eur_per_unit", vehicle.fuel_eur_per_unit),
    ] {
        at.euros(field, euros)?;
    }
    for (field, pause) in [
        ("work_break", vehicle.work_break),
        ("driving_break", vehicle.driving_break),
    ] {
        pause.map_or(Ok(()), |pause| {
            check_break(&At(&format!("{name}.{field}")), pause)
        })?;
    }
    for (stream, &times) in &vehicle.compaction {
        let field = format!("compaction.{stream}");
        at.between(&field, times, (1.0, 20.0), "1 to 20")?;
    }
    check_outfits(&at, &vehicle.outfits)
}

fn check_break(at: &At<'_>, pause: BreakHours) -> SimResult<()> {
    at.between("after_h", pause.after_h, (0.1, 24.0), "0.1 to 24 h")?;
    at.minutes("length_min", pause.length_min)?;
    let part = pause.first_part_min.unwrap_or(0.0);
    let range = (0.0, pause.length_min);
    at.between("first_part_min", part, range, "0 to length_min")
}

fn check_outfits(at: &At<'_>, outfits: &[OutfitRule]) -> SimResult<()> {
    if outfits.is_empty() || outfits.len() > 64 {
        return Err(refused(at.key("outfits"), &outfits.len(), "1 to 64"));
    }
    for outfit in outfits {
        let (volumes, takes) = (outfit.volumes_l.len(), outfit.takes.len());
        if !(1..=3).contains(&volumes) || volumes != takes {
            let value = format!("{volumes} volumes_l and {takes} takes");
            let expected = "one to three of each, as many of one as of the other";
            return Err(refused(at.key("outfits"), &value, expected));
        }
        for &volume in &outfit.volumes_l {
            let expected = "1 to 200000 litres";
            at.between("outfits.volumes_l", volume, (1.0, 2e5), expected)?;
        }
        let streams: Vec<Stream> = outfit.takes.iter().flatten().copied().collect();
        let twice = |(ix, stream): (usize, &Stream)| streams[..ix].contains(stream);
        if let Some(ix) = streams.iter().enumerate().position(twice) {
            let expected = "no stream twice in an outfit";
            return Err(refused(at.key("outfits.takes"), &streams[ix], expected));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::BUILT_IN;
    use super::*;

    #[rstest::rstest]
    #[case::share(
        "required_above = 0.99",
        "required_above = 1.5",
        "plan.required_above is 1.5"
    )]
    #[case::not_a_number("rho = 1.0", "rho = nan", "plan.rho is NaN")]
    #[case::density(
        "density_kg_m3 = 330",
        "density_kg_m3 = -3",
        "streams.glass.density_kg_m3 is -3"
    )]
    #[case::never(
        "interval_passes = 15",
        "interval_passes = 0",
        "streams.glass.interval_passes is 0"
    )]
    #[case::night(
        "[[\"07:00\", \"22:00\"]]",
        "[[\"22:00\", \"07:00\"]]",
        "streams.glass.hours is 22:00-07:00"
    )]
    #[case::stiff(
        "packaging = 3,",
        "packaging = 0.5,",
        "vehicles.crane-truck.compaction.packaging is 0.5"
    )]
    #[case::overlong("normal_h = 7", "normal_h = 11", "vehicles.crane-truck.normal_h is 11")]
    #[case::parts(
        "first_part_min = 15",
        "first_part_min = 50",
        "vehicles.crane-truck.driving_break.first_part_min is 50"
    )]
    #[case::walls(
        "[16000, 16000], takes = [[\"glass\"], [\"paper",
        "[16000], takes = [[\"glass\"], [\"paper",
        "vehicles.crane-truck.outfits is 1 volumes_l and 2 takes"
    )]
    #[case::twice(
        "[[\"glass\"], [\"paper\"",
        "[[\"glass\"], [\"glass\"",
        "vehicles.crane-truck.outfits.takes is glass"
    )]
    #[case::no_such_vehicle(
        "\"crane-truck-26t-diesel\"",
        "\"ox-cart\"",
        "vehicles.crane-truck.energy is ox-cart"
    )]
    fn a_figure_that_cannot_be_is_named_with_its_key(
        #[case] right: &str,
        #[case] wrong: &str,
        #[case] said: &str,
    ) {
        let text = BUILT_IN.replacen(right, wrong, 1);
        assert_ne!(text, BUILT_IN, "the example is in the file");
        let refused = Rules::parse(&text).unwrap_err();
        assert!(
            matches!(refused, SimError::InvalidRules { .. }),
            "{refused:?}"
        );
        let told = refused.to_string();
        assert!(told.starts_with(said), "{told}");
        assert!(
            told.contains(" in the collection rules, expected "),
            "{told}"
        );
    }

    #[rstest::rstest]
    #[case::nothing("")]
    #[case::no_toml("[plan")]
    #[case::unknown_field("colour = 1\n")]
    fn what_is_no_file_of_rules_is_refused(#[case] text: &str) {
        assert!(matches!(
            Rules::parse(text),
            Err(SimError::UnreadableRules { .. })
        ));
    }

    #[test]
    fn a_time_that_is_none_is_told_with_its_line() {
        let text = BUILT_IN.replacen("\"04:30\"", "\"25:30\"", 1);
        let Err(SimError::UnreadableRules { source }) = Rules::parse(&text) else {
            panic!("it was read");
        };
        let told = source.to_string();
        assert!(told.contains("'25:30' is no time of day"), "{told}");
        assert!(told.contains("shift"), "{told}");
    }

    proptest! {
        #[test]
        fn a_cut_or_bitten_file_never_panics(at in 0..BUILT_IN.len(), with in "\\PC{0,8}") {
            let at = BUILT_IN.floor_char_boundary(at);
            let _ = Rules::parse(&BUILT_IN[..at]);
            let _ = Rules::parse(&format!("{}{with}{}", &BUILT_IN[..at], &BUILT_IN[at..]));
        }
    }
}
