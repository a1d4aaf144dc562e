//! What breaks a rule in a plan. The rules that plans break where people change them by hand have words
//! of their own; the others are told as the checker does.

use simulator::collection::check::Violation;
use simulator::collection::explain::{Measure, RouteFault};

use super::Phrases;

impl Phrases<'_> {
    /// Why a route cannot be driven, without its vehicle.
    pub(crate) fn fault(&self, fault: &RouteFault) -> String {
        match fault {
            RouteFault::Trips(violation) => self.violation(violation),
            RouteFault::Time { misfit, .. } => {
                self.filled("fault.time", &[("misfit", &self.misfit(misfit))])
            }
            RouteFault::Timeline(violation) => {
                self.filled("fault.timeline", &[("what", &self.violation(violation))])
            }
            other => other.to_string(),
        }
    }

    /// What breaks a rule.
    pub(crate) fn violation(&self, violation: &Violation) -> String {
        match *violation {
            Violation::RequiredUnserved { stop } => self.of_stop("fault.required", stop),
            Violation::NeitherServedNorListed { stop } => self.of_stop("fault.forgotten", stop),
            Violation::ServedAndListed { stop } => self.of_stop("fault.listed", stop),
            Violation::StopServedTwice { stop, .. } => self.of_stop("fault.twice", stop),
            Violation::TooManyVehicles { class, used, limit } => {
                let values = [
                    ("class", &*self.class(class)),
                    ("n", &used.to_string()),
                    ("limit", &limit.to_string()),
                ];
                self.filled("fault.vehicles", &values)
            }
            Violation::ClassNotAllowed {
                trip, stop, class, ..
            } => {
                let values = [
                    ("trip", &*number(trip)),
                    ("stop", &self.stop(stop)),
                    ("class", &self.class(class)),
                ];
                self.filled("fault.not-allowed", &values)
            }
            Violation::StreamNotTaken { trip, stop, .. } => {
                let values = [("trip", &*number(trip)), ("stop", &self.stop(stop))];
                self.filled("fault.stream", &values)
            }
            Violation::CompartmentOverfull {
                trip,
                compartment,
                volume,
                limit,
                ..
            } => self.too_much(trip, Measure::Compartment(compartment), (volume, limit)),
            Violation::PayloadExceeded {
                trip, mass, limit, ..
            } => self.too_much(trip, Measure::Payload, (mass, limit)),
            Violation::StreamNotUnloaded { trip, stream, .. } => {
                let values = [("trip", &*number(trip)), ("stream", &self.stream(stream))];
                self.filled("fault.not-unloaded", &values)
            }
            Violation::LoadsLeft { .. } => self.words.get("fault.loads-left").to_owned(),
            Violation::TooManyTrips { trips, limit, .. } => {
                let values = [("n", &*trips.to_string()), ("limit", &limit.to_string())];
                self.filled("fault.trips", &values)
            }
            Violation::Unreachable { from, to, .. } => self.no_way(from, to),
            ref other => other.to_string(),
        }
    }

    fn of_stop(&self, key: &str, stop: u32) -> String {
        self.filled(key, &[("stop", &self.stop(stop))])
    }

    fn too_much(&self, trip: u32, measure: Measure, (held, limit): (u64, u32)) -> String {
        let amount = self.room(measure, held.saturating_sub(limit.into()));
        let values = [("trip", &*number(trip)), ("amount", &amount)];
        self.filled("fault.too-much", &values)
    }
}

/// A number as people count, from 1.
pub(super) fn number(index: u32) -> String {
    (u64::from(index) + 1).to_string()
}
