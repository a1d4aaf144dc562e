//! Routes for people.

use super::legs::{LegAnswer, StepAnswer};
use super::{Answer, Endpoint, Feature, Properties};

impl Answer {
    /// A line for each route in all, then one for each step.
    pub(crate) fn to_text(&self) -> String {
        let blocks: Vec<String> = self.features().iter().map(Feature::to_text).collect();
        blocks.join("\n")
    }
}

impl Feature {
    fn to_text(&self) -> String {
        let mut lines = vec![total(&self.properties)];
        if self.properties.synthetic {
            lines.push("the streets are synthetic: made up, not real".to_owned());
        }
        for leg in &self.properties.legs {
            lines.push(String::new());
            lines.push(head(leg));
            lines.extend(leg.steps.iter().map(line));
        }
        lines.join("\n") + "\n"
    }
}

fn total(all: &Properties) -> String {
    let mut parts = vec![
        length(all.length_m),
        duration(all.duration_s),
        format!("climbs {:.0} m", all.climb_m),
        format!("descends {:.0} m", all.descent_m),
    ];
    if let (Some(energy_mj), Some(fuel), Some(co2_kg)) = (all.energy_mj, all.fuel, all.co2_kg) {
        parts.push(format!(
            "{energy_mj:.1} MJ ({:.2} {})",
            fuel.amount, fuel.unit
        ));
        parts.push(format!("{co2_kg:.2} kg CO2e"));
    }
    let vehicle = all.vehicle.as_ref();
    let vehicle = vehicle.map_or_else(String::new, |vehicle| format!(", {vehicle}"));
    parts.push(format!("{}, {}{vehicle}", all.profile, all.hour));
    parts.join("  ")
}

fn head(leg: &LegAnswer) -> String {
    format!(
        "from {} to {}: {}, {}",
        endpoint(&leg.from),
        endpoint(&leg.to),
        length(leg.length_m),
        duration(leg.duration_s)
    )
}

fn endpoint(end: &Endpoint) -> String {
    let [lon, lat] = end.place;
    let name = end.name.as_deref().unwrap_or("a street without a name");
    format!("{name} ({lon:.5}, {lat:.5})")
}

fn line(step: &StepAnswer) -> String {
    let maneuver = match step.exit {
        Some(exit) => format!("{}, exit {exit}", step.maneuver),
        None => step.maneuver.to_owned(),
    };
    let names = [&step.number, &step.name].into_iter().flatten();
    let names: Vec<&str> = names.map(|name| &**name).collect();
    let street = if names.is_empty() {
        format!("({})", step.class.replace('_', " "))
    } else {
        names.join(" ")
    };
    format!(
        "  {maneuver:<20}  {:>9}  {:>9}  {street}",
        length(step.length_m),
        duration(step.duration_s)
    )
}

/// Metres below a kilometre, kilometres above.
fn length(metres: f64) -> String {
    if metres < 999.5 {
        format!("{metres:.0} m")
    } else {
        format!("{:.1} km", metres / 1000.0)
    }
}

/// Seconds below a minute, minutes below an hour, hours and minutes above.
fn duration(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round();
    if seconds < 59.5 {
        format!("{seconds:.0} s")
    } else if minutes < 60.0 {
        format!("{minutes:.0} min")
    } else {
        format!(
            "{:.0} h {:02.0} min",
            (minutes / 60.0).floor(),
            minutes % 60.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::short(12.4, "12 m", "12 s")]
    #[case::almost_a_kilometre(999.4, "999 m", "17 min")]
    #[case::a_kilometre(999.6, "1.0 km", "17 min")]
    #[case::almost_a_minute(59.6, "60 m", "1 min")]
    #[case::long(7_260.0, "7.3 km", "2 h 01 min")]
    #[case::almost_an_hour(3_590.0, "3.6 km", "1 h 00 min")]
    fn lengths_and_times_are_read_at_a_glance(
        #[case] value: f64,
        #[case] as_length: &str,
        #[case] as_duration: &str,
    ) {
        assert_eq!(length(value), as_length);
        assert_eq!(duration(value), as_duration);
    }
}
