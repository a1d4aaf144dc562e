//! A plan of a day for people.

use std::fmt::Write as _;

use super::Planned;
use super::planned::RouteTold;
use crate::collection::{Call, CallKind, Round};

impl Planned {
    pub(super) fn to_text(&self) -> String {
        let bill = &self.bill;
        let lines = [
            ("cost", format!("{:.2} EUR", self.cost)),
            (
                "of which",
                format!(
                    "vehicles {:.2}, distance {:.2}, duty {:.2}, overtime {:.2}, unloading {:.2}, \
                     overflows {:.2}",
                    bill.vehicles,
                    bill.distance,
                    bill.duty,
                    bill.overtime,
                    bill.unloading,
                    bill.unserved
                ),
            ),
            ("vehicles", self.routes.len().to_string()),
            (
                "driven",
                format!("{:.1} km, {:.1} kg CO2e", self.km, self.co2_kg),
            ),
            (
                "on duty",
                format!("{:.1} h, {:.1} h of it driving", self.hours, self.driving_h),
            ),
            (
                "emptied",
                format!("{:.1} m³, {:.1} t", self.m3, self.tonnes),
            ),
            (
                "left",
                format!(
                    "{} stops, of which {:.2} containers overflow in the mean",
                    self.unserved.len(),
                    self.overflow_risk
                ),
            ),
            (
                "search",
                format!("{} steps, processor {:.1} s", self.iterations, self.cpu_s),
            ),
        ];
        let mut text = "\n".to_owned();
        for (name, value) in lines {
            let _never_fails = writeln!(text, "  {name:<15}{value}");
        }
        self.write_routes(&mut text);
        self.write_violations(&mut text);
        text
    }

    fn write_routes(&self, text: &mut String) {
        if self.routes.is_empty() {
            text.push_str("\n  No vehicle leaves.\n");
            return;
        }
        text.push_str(
            "\n  vehicle             begins   ends  trips  stops  containers      km      m³       t  breaks\n",
        );
        for route in &self.routes {
            write_route(text, route);
        }
    }

    fn write_violations(&self, text: &mut String) {
        if self.feasible {
            return;
        }
        text.push_str("\n  This plan breaks rules:\n");
        for violation in &self.violations {
            let _never_fails = writeln!(text, "  - {violation}");
        }
    }
}

fn write_route(text: &mut String, route: &RouteTold) {
    let round = &route.round;
    let stops: Vec<&Call> = round.of_kind(CallKind::Stop).collect();
    let tonnes: f64 = round
        .trips
        .iter()
        .map(|trip| trip.load_kg as f64 / 1000.0)
        .sum();
    let _never_fails = writeln!(
        text,
        "  {:<18}  {:>6}  {:>5}  {:>5}  {:>5}  {:>10}  {:>6.1}  {:>6.1}  {:>6.2}  {}",
        round.vehicle,
        round.on_duty.clock(),
        round.off_duty.clock(),
        round.trips.len(),
        stops.len(),
        stops
            .iter()
            .map(|call| call.containers.len())
            .sum::<usize>(),
        route.km,
        round.trips.iter().map(|trip| trip.load_m3).sum::<f64>(),
        tonnes,
        breaks(round),
    );
}

/// When breaks are, and how long.
fn breaks(round: &Round) -> String {
    let breaks = round.of_kind(CallKind::Break).map(|call| {
        let tenths = call.departure.tenths() - call.begin.tenths();
        format!("{} ({} min)", call.begin.clock(), tenths / 600)
    });
    let breaks: Vec<String> = breaks.collect();
    if breaks.is_empty() {
        "–".to_owned()
    } else {
        breaks.join(", ")
    }
}
