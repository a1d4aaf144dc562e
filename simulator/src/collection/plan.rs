//! An answer to a planning task.

/// What a plan does, and what it leaves undone.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// The routes, each by a vehicle of its own.
    pub routes: Vec<Route>,
    /// The stops that no route serves, in order.
    pub unserved: Vec<u32>,
}

/// What one vehicle does in a day.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Route {
    /// The class of its vehicle, an index of the problem's fleet.
    pub class: u32,
    /// The trips, in order.
    pub trips: Vec<Trip>,
    /// When it does what.
    pub timeline: Timeline,
}

/// What a vehicle loads before it unloads, and where it does.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Trip {
    /// What its compartments are used for, an index of the class' outfits.
    pub outfit: u32,
    /// The stops in order, indices of the problem's.
    pub stops: Vec<u32>,
    /// The unloadings after them in order, indices of the problem's.
    pub unloadings: Vec<u32>,
}

/// What a crew lives through, without gaps: each event begins when the one before it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timeline(pub Vec<Event>);

impl Timeline {
    /// When the crew comes on duty; `None` where nothing happens.
    pub fn begins(&self) -> Option<i32> {
        self.0.first().map(|event| event.from)
    }

    /// When the crew goes off duty; `None` where nothing happens.
    pub fn ends(&self) -> Option<i32> {
        self.0.last().map(|event| event.until)
    }
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// What.
    pub act: Act,
    /// Where it happens; for a drive, where it leads.
    pub place: u32,
    /// The tick when it begins.
    pub from: i32,
    /// The tick when it ends.
    pub until: i32,
}

/// What a crew does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Checks the vehicle at the start; first, and only where the class takes time for it.
    Prepare,
    /// Drives to the event's place; there is none between stops at the same place.
    Drive,
    /// Waits, on duty.
    Wait,
    /// Serves a stop, with the place's setup where the vehicle has just come there.
    Serve(u32),
    /// Leaves loads at an unloading.
    Unload(u32),
    /// Takes a break.
    Break,
    /// Closes the day; last, and only where the class takes time for it.
    Finish,
}
