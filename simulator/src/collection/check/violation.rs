//! What breaks a rule in a plan, one variant for each rule, with the value and its limit.

use super::Indexed;
use crate::collection::Act;

/// Something in a plan that breaks a rule of its problem.
///
/// `route` counts through the plan's routes, `trip` through a route's trips, `event` through its
/// timeline, all from 0; `stop`, `class`, `outfit` and `unloading` are indices of the problem's. Times
/// are ticks. Written as JSON, the field `rule` says which variant it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Violation {
    /// An index leads nowhere.
    #[error("{what} {index} is none of the {count} there are")]
    UnknownIndex {
        /// `None` in the list of what is not served.
        route: Option<u32>,
        /// What it counts through.
        what: Indexed,
        /// The index.
        index: u32,
        /// How many there are.
        count: u32,
    },

    /// A stop is served again; `route` and `trip` are the later ones.
    #[error("stop {stop} is served again by trip {trip} of route {route}")]
    StopServedTwice {
        /// The stop.
        stop: u32,
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
    },

    /// A stop is served, and listed as unserved.
    #[error("stop {stop} is served, but also listed as unserved")]
    ServedAndListed {
        /// The stop.
        stop: u32,
    },

    /// A stop is not served, and not listed as unserved.
    #[error("stop {stop} is not served, but not listed as unserved either")]
    NeitherServedNorListed {
        /// The stop.
        stop: u32,
    },

    /// The list of what is not served is not in order, or has a stop twice.
    #[error("stop {stop} is listed as unserved after stop {after}, expected ascending order")]
    UnservedOutOfOrder {
        /// The stop.
        stop: u32,
        /// The stop before it in the list.
        after: u32,
    },

    /// A stop that must be served is not.
    #[error("stop {stop} must be served, but is not")]
    RequiredUnserved {
        /// The stop.
        stop: u32,
    },

    /// More vehicles of a class are used than there are.
    #[error("{used} vehicles of class {class} are used, but there are {limit}")]
    TooManyVehicles {
        /// The class.
        class: u32,
        /// How many are used.
        used: u32,
        /// The most that is allowed.
        limit: u32,
    },

    /// A vehicle under way has no route.
    #[error("the vehicle of class {class} is under way, but has no route")]
    BegunMissing {
        /// The class.
        class: u32,
    },

    /// The route of a vehicle under way begins at another time than when it can leave.
    #[error("route {route} begins at {from}, expected {expected}, when its vehicle can leave")]
    BegunStart {
        /// The route.
        route: u32,
        /// When it begins.
        from: i32,
        /// When its vehicle can leave.
        expected: i32,
    },

    /// The first trip of a vehicle under way has another outfit than the vehicle.
    #[error("the first trip of route {route} has outfit {outfit}, expected {expected}")]
    BegunOutfit {
        /// The route.
        route: u32,
        /// The outfit.
        outfit: u32,
        /// The outfit that it is under way with.
        expected: u32,
    },

    /// A vehicle under way carries a stream that its outfit does not take.
    #[error("route {route} carries stream {stream}, which its outfit {outfit} does not take")]
    BegunStreamNotTaken {
        /// The route.
        route: u32,
        /// The stream.
        stream: u8,
        /// Its outfit.
        outfit: u32,
    },

    /// A class serves a stop that it must not.
    #[error("trip {trip} of route {route} serves stop {stop}, which class {class} must not")]
    ClassNotAllowed {
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
        /// The stop.
        stop: u32,
        /// The class.
        class: u32,
    },

    /// No compartment takes the stream of a stop.
    #[error(
        "stop {stop} is of stream {stream}, which outfit {outfit} of trip {trip} of route {route} does not take"
    )]
    StreamNotTaken {
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
        /// The stop.
        stop: u32,
        /// The stream.
        stream: u8,
        /// The outfit.
        outfit: u32,
    },

    /// A compartment holds more than it can.
    #[error("compartment {compartment} holds {volume} of {limit} in trip {trip} of route {route}")]
    CompartmentOverfull {
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
        /// An index of the outfit's.
        compartment: u32,
        /// The most that it holds, after compaction.
        volume: u64,
        /// The most that is allowed.
        limit: u32,
    },

    /// A vehicle carries more than it may.
    #[error("trip {trip} of route {route} weighs {mass}, but may weigh {limit}")]
    PayloadExceeded {
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
        /// What it weighs.
        mass: u64,
        /// The most that is allowed.
        limit: u32,
    },

    /// A trip before the last one has no unloading.
    #[error("trip {trip} of route {route} has no unloading, but is followed by another")]
    UnloadingMissing {
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
    },

    /// A vehicle that must be empty at the end is not.
    #[error("route {route} ends with {volume} by volume and {mass} by mass, but must end empty")]
    LoadsLeft {
        /// The route.
        route: u32,
        /// Before compaction.
        volume: u64,
        /// What it weighs.
        mass: u64,
    },

    /// None of a trip's unloadings takes a stream that it loaded.
    #[error("no unloading of trip {trip} of route {route} takes stream {stream}, which it loaded")]
    StreamNotUnloaded {
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
        /// The stream.
        stream: u8,
    },

    /// A class unloads where it must not.
    #[error(
        "trip {trip} of route {route} uses unloading {unloading}, which class {class} must not"
    )]
    UnloadingNotUsable {
        /// The route.
        route: u32,
        /// Its trip.
        trip: u32,
        /// The unloading.
        unloading: u32,
        /// The class.
        class: u32,
    },

    /// A vehicle has more trips than it may.
    #[error("route {route} has {trips} trips, but may have {limit}")]
    TooManyTrips {
        /// The route.
        route: u32,
        /// How many it has.
        trips: u32,
        /// The most that is allowed.
        limit: u32,
    },

    /// The trips lead over a way that does not exist.
    #[error("route {route} leads from place {from} to place {to}, but there is no way")]
    Unreachable {
        /// The route.
        route: u32,
        /// The place where the way begins.
        from: u32,
        /// The place where it ends.
        to: u32,
    },

    /// An event does not begin when the one before it ends.
    #[error("event {event} of route {route} begins at {from}, but the last one ends at {expected}")]
    Gap {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// When it begins.
        from: i32,
        /// When the event before it ends.
        expected: i32,
    },

    /// An event ends before it begins.
    #[error("event {event} of route {route} ends at {until}, but begins at {from}")]
    Backwards {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// When it begins.
        from: i32,
        /// When it ends.
        until: i32,
    },

    /// An event happens, or a drive leads, elsewhere than where the trips say.
    #[error("event {event} of route {route} is at place {place}, expected {expected}")]
    WrongPlace {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// The place that the event names.
        place: u32,
        /// The place where it must be.
        expected: u32,
    },

    /// The vehicle is elsewhere than where the event happens. `event` may be one behind the last,
    /// which is the end of the day.
    #[error("before event {event} of route {route}, a drive from place {from} to {to} is missing")]
    DriveMissing {
        /// The route.
        route: u32,
        /// The event before which it is missing.
        event: u32,
        /// The place where the way begins.
        from: u32,
        /// The place where it ends.
        to: u32,
    },

    /// Something else happens than what the trips say comes next.
    #[error("event {event} of route {route} is {act:?}, expected {expected:?}")]
    ActOutOfOrder {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// What happens.
        act: Act,
        /// What comes next; `None` where the vehicle can only go to the end of its day.
        expected: Option<Act>,
    },

    /// The timeline ends before everything is done.
    #[error("the timeline of route {route} ends before {act:?}")]
    ActMissing {
        /// The route.
        route: u32,
        /// What should happen.
        act: Act,
    },

    /// A drive takes longer or shorter than its way, or something else than it must.
    #[error("event {event} of route {route} takes {ticks} for {act:?}, expected {expected}")]
    ActTime {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// What happens.
        act: Act,
        /// How long it takes, in ticks.
        ticks: i64,
        /// How long it must take, in ticks.
        expected: i64,
    },

    /// A stop is served without the setup of its place where the vehicle has just come there, or with
    /// it where it has not.
    #[error(
        "event {event} of route {route} takes {ticks} for stop {stop}, expected {expected} for its setup"
    )]
    Setup {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// The stop.
        stop: u32,
        /// How long it takes, in ticks.
        ticks: i64,
        /// How long it must take, in ticks.
        expected: i64,
    },

    /// Serving or unloading starts outside of the windows for it.
    #[error(
        "event {event} of route {route} starts at {from}, its nearest window is {open} to {close}"
    )]
    WindowMissed {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// What happens.
        act: Act,
        /// When it begins.
        from: i32,
        /// The first tick of the window nearest to it.
        open: i32,
        /// The last tick of that window.
        close: i32,
    },

    /// A trip leaves before the release of one of its stops.
    #[error("trip {trip} of route {route} leaves at {from}, but stop {stop} not before {release}")]
    Released {
        /// The route.
        route: u32,
        /// The trip.
        trip: u32,
        /// The stop.
        stop: u32,
        /// When the trip leaves.
        from: i32,
        /// When that stop is released.
        release: i32,
    },

    /// A crew is on duty outside of its shift.
    #[error("route {route} lasts from {from} until {until}, but its shift is {open} to {close}")]
    ShiftLeft {
        /// The route.
        route: u32,
        /// When it begins.
        from: i32,
        /// When it ends.
        until: i32,
        /// The first tick that is allowed.
        open: i32,
        /// The last tick that is allowed.
        close: i32,
    },

    /// A crew is on duty for longer than it may.
    #[error("the crew of route {route} is on duty for {ticks}, but may be for {limit}")]
    DutyTooLong {
        /// The route.
        route: u32,
        /// For how long it is, in ticks.
        ticks: i64,
        /// The most that is allowed.
        limit: i32,
    },

    /// A crew is on duty for too long without a break; `event` is the first that is too late.
    #[error("at event {event} of route {route}, {ticks} are worked without a break, of {limit}")]
    WorkTooLong {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// How long it is with that event, in ticks.
        ticks: i64,
        /// The most that is allowed.
        limit: i32,
    },

    /// A driver drives for too long without a break; `event` is the first drive that is too much.
    #[error("at event {event} of route {route}, {ticks} are driven without a break, of {limit}")]
    DrivingTooLong {
        /// The route.
        route: u32,
        /// Its event.
        event: u32,
        /// How long it is with that event, in ticks.
        ticks: i64,
        /// The most that is allowed.
        limit: i32,
    },
}

impl Violation {
    /// The route that it is about, if it is about one alone.
    pub const fn route(&self) -> Option<u32> {
        use Violation as V;
        match *self {
            V::UnknownIndex { route, .. } => route,
            V::StopServedTwice { .. }
            | V::ServedAndListed { .. }
            | V::NeitherServedNorListed { .. }
            | V::UnservedOutOfOrder { .. }
            | V::RequiredUnserved { .. }
            | V::TooManyVehicles { .. }
            | V::BegunMissing { .. } => None,
            V::BegunStart { route, .. }
            | V::BegunOutfit { route, .. }
            | V::BegunStreamNotTaken { route, .. }
            | V::ClassNotAllowed { route, .. }
            | V::StreamNotTaken { route, .. }
            | V::CompartmentOverfull { route, .. }
            | V::PayloadExceeded { route, .. }
            | V::UnloadingMissing { route, .. }
            | V::LoadsLeft { route, .. }
            | V::StreamNotUnloaded { route, .. }
            | V::UnloadingNotUsable { route, .. }
            | V::TooManyTrips { route, .. }
            | V::Unreachable { route, .. }
            | V::Gap { route, .. }
            | V::Backwards { route, .. }
            | V::WrongPlace { route, .. }
            | V::DriveMissing { route, .. }
            | V::ActOutOfOrder { route, .. }
            | V::ActMissing { route, .. }
            | V::ActTime { route, .. }
            | V::Setup { route, .. }
            | V::WindowMissed { route, .. }
            | V::Released { route, .. }
            | V::ShiftLeft { route, .. }
            | V::DutyTooLong { route, .. }
            | V::WorkTooLong { route, .. }
            | V::DrivingTooLong { route, .. } => Some(route),
        }
    }
}
