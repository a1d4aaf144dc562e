//! Whether the parts of a problem fit together.

use super::{Breaks, ProblemParts, Stop, Travel, Unloading, VehicleClass, Window};
use crate::error::{SimError, SimResult};

/// How many places the parts speak of, once they are known to fit together.
pub(super) fn places(parts: &ProblemParts) -> SimResult<u32> {
    for travel in &parts.travels {
        check_travel(travel)?;
    }
    let places = parts.travels.iter().map(super::Travel::places).min();
    let places = u32::try_from(places.unwrap_or(0)).unwrap_or(u32::MAX);
    if !parts.setups.is_empty() {
        count("setups", parts.setups.len(), places as usize)?;
    }
    for &setup in &parts.setups {
        ticks("a place's setup", setup)?;
    }
    within("number of vehicle classes", parts.fleet.len(), 64)?;
    within("number of stops", parts.stops.len(), 1 << 24)?;
    for stop in &parts.stops {
        check_stop(stop, places)?;
    }
    for unloading in &parts.unloadings {
        check_unloading(unloading, places)?;
    }
    for class in &parts.fleet {
        check_class(class, parts, places)?;
    }
    Ok(places)
}

fn check_travel(travel: &Travel) -> SimResult<()> {
    let Travel::Plane(plane) = travel else {
        return Ok(());
    };
    let is_scale = plane.scale.is_finite() && plane.scale > 0.0;
    ranged("a plane's scale", plane.scale, is_scale, "above 0")?;
    let coordinates = plane.points.iter().flatten();
    for &coordinate in coordinates {
        let is_finite = coordinate.is_finite();
        ranged("a plane's point", coordinate, is_finite, "a finite number")?;
    }
    Ok(())
}

fn check_stop(stop: &Stop, places: u32) -> SimResult<()> {
    index("place", stop.place, places as usize)?;
    index("stream", u32::from(stop.stream), 16)?;
    ticks("a stop's service", stop.service)?;
    ticks("a stop's release", stop.release)?;
    amount("a stop's volume", stop.volume)?;
    amount("a stop's mass", stop.mass)?;
    if let super::Need::Optional { prize } = stop.need {
        cost("a stop's prize", prize)?;
    }
    windows("a stop's windows", &stop.windows)
}

fn check_unloading(unloading: &Unloading, places: u32) -> SimResult<()> {
    index("place", unloading.place, places as usize)?;
    ticks("an unloading's duration", unloading.duration)?;
    cost("an unloading's cost per visit", unloading.cost_per_visit)?;
    cost("an unloading's cost per mass", unloading.cost_per_mass)?;
    windows("an unloading's windows", &unloading.windows)
}

fn check_class(class: &VehicleClass, parts: &ProblemParts, places: u32) -> SimResult<()> {
    index("travel", class.travel, parts.travels.len())?;
    index("place", class.start, places as usize)?;
    index("place", class.end, places as usize)?;
    within("number of vehicles", class.count as usize, 1 << 20)?;
    windows("a class' shift", std::slice::from_ref(&class.shift))?;
    ticks("a class' longest duration", class.max_duration)?;
    ticks("a class' normal duration", class.normal_duration)?;
    ticks("a class' preparation", class.prepare)?;
    ticks("a class' closing", class.finish)?;
    for price in [
        class.costs.fixed,
        class.costs.per_length,
        class.costs.per_tick,
        class.costs.per_overtime_tick,
    ] {
        cost("a class' cost", price)?;
    }
    for &unloading in &class.unloadings {
        index("unloading", unloading, parts.unloadings.len())?;
    }
    at_least_one("number of trips", class.max_trips as usize)?;
    at_least_one("number of outfits", class.outfits.len())?;
    within("number of outfits", class.outfits.len(), 64)?;
    check_outfits(class)?;
    check_breaks(class.breaks)?;
    check_begun(class, places)
}

fn check_outfits(class: &VehicleClass) -> SimResult<()> {
    for outfit in &class.outfits {
        at_least_one("number of compartments", outfit.compartments.len())?;
        within("number of compartments", outfit.compartments.len(), 3)?;
        amount("a payload", outfit.payload)?;
        let mut taken = super::StreamSet::NONE;
        for compartment in &outfit.compartments {
            amount("a compartment's volume", compartment.volume)?;
            if !(compartment.compaction >= 1.0 && compartment.compaction.is_finite()) {
                return Err(SimError::InvalidParameter {
                    parameter: "a compartment's compaction",
                    value: compartment.compaction,
                    expected: "1 or more",
                });
            }
            if taken.0 & compartment.takes.0 != 0 {
                return Err(SimError::InvalidParameter {
                    parameter: "the streams of a compartment",
                    value: f64::from(compartment.takes.0),
                    expected: "none that another compartment of the outfit takes",
                });
            }
            taken = taken.with(compartment.takes);
        }
    }
    Ok(())
}

fn check_breaks(breaks: Breaks) -> SimResult<()> {
    for rule in [breaks.work, breaks.driving].into_iter().flatten() {
        ticks("a break", rule.length)?;
        ticks("the time before a break", rule.after)?;
        let part = rule.first_part.unwrap_or(0);
        if part < 0 || part > rule.length {
            return Err(SimError::InvalidParameter {
                parameter: "the first part of a break",
                value: f64::from(part),
                expected: "0 to the break's length",
            });
        }
    }
    Ok(())
}

fn check_begun(class: &VehicleClass, places: u32) -> SimResult<()> {
    let Some(begun) = &class.begun else {
        return Ok(());
    };
    within(
        "number of vehicles under way in a class",
        class.count as usize,
        1,
    )?;
    index("place", begun.place, places as usize)?;
    index("outfit", begun.outfit, class.outfits.len())?;
    ticks("the time a vehicle can leave", begun.at)?;
    ticks("the time a crew came on duty", begun.on_duty_since)?;
    ticks("the time a crew worked", begun.worked)?;
    ticks("the time a driver drove", begun.driven)?;
    for load in &begun.loads {
        index("stream", u32::from(load.stream), 16)?;
        amount("a load's volume", load.volume)?;
        amount("a load's mass", load.mass)?;
    }
    Ok(())
}

fn windows(what: &'static str, windows: &[Window]) -> SimResult<()> {
    let mut after = -1;
    for window in windows {
        let ordered = after < window.open && window.open <= window.close;
        if !ordered || window.close > Window::LAST {
            return Err(SimError::InvalidParameter {
                parameter: what,
                value: f64::from(window.open),
                expected: "windows in order, from 0, none that ends before it opens",
            });
        }
        after = window.close;
    }
    Ok(())
}

fn ticks(what: &'static str, value: i32) -> SimResult<()> {
    let expected = "0 to 1,000,000,000 ticks";
    ranged(
        what,
        f64::from(value),
        (0..=Window::LAST).contains(&value),
        expected,
    )
}

/// Sums of all loads fit into 32 bits where no trip serves more than its capacity.
fn amount(what: &'static str, value: u32) -> SimResult<()> {
    let expected = "0 to 1,000,000,000";
    ranged(what, f64::from(value), value <= 1_000_000_000, expected)
}

fn cost(what: &'static str, value: i64) -> SimResult<()> {
    let is_in = (0..=1_000_000_000_000).contains(&value);
    ranged(what, value as f64, is_in, "0 to 10^12 units of cost")
}

fn ranged(
    parameter: &'static str,
    value: f64,
    is_in: bool,
    expected: &'static str,
) -> SimResult<()> {
    if is_in {
        Ok(())
    } else {
        Err(SimError::InvalidParameter {
            parameter,
            value,
            expected,
        })
    }
}

fn index(what: &'static str, index: u32, count: usize) -> SimResult<()> {
    if (index as usize) < count {
        Ok(())
    } else {
        Err(SimError::UnknownIndex {
            what,
            index: index as usize,
            count,
        })
    }
}

fn count(parameter: &'static str, value: usize, expected_count: usize) -> SimResult<()> {
    ranged(
        parameter,
        value as f64,
        value == expected_count,
        "as many as there are places",
    )
}

fn within(parameter: &'static str, value: usize, most: usize) -> SimResult<()> {
    ranged(
        parameter,
        value as f64,
        value <= most,
        "not more than a plan can hold",
    )
}

fn at_least_one(parameter: &'static str, value: usize) -> SimResult<()> {
    ranged(parameter, value as f64, value >= 1, "1 or more")
}
