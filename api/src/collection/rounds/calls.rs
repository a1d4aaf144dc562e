//! From a timeline to calls: what happens at one place without a drive in between is one.

use simulator::collection::{Act, Event, Route, VehicleClass};
use twin_core::Stream;

use super::note::BreakNotes;
use super::{Call, CallKind, Moment, Note, RoundsRequest, Way, emptied};

/// A vehicle on its way through its timeline.
pub(super) struct Walk<'a> {
    request: &'a RoundsRequest<'a>,
    route: &'a Route,
    class: &'a VehicleClass,
    calls: Vec<Call>,
    breaks: BreakNotes,
    /// Where it is.
    place: u32,
    /// The drive that brought it there, which no call has yet.
    came: Option<(Way, i32)>,
    trip: usize,
    unloads_left: usize,
    /// What is on board, by stream: litres and kilograms.
    loads: [(u64, u64); 16],
}

impl<'a> Walk<'a> {
    /// Before its first event; `None` for a route without any.
    pub(super) fn new(
        request: &'a RoundsRequest<'a>,
        route: &'a Route,
        class: &'a VehicleClass,
    ) -> Option<Self> {
        let begin = route.timeline.begins()?;
        let mut loads = [(0, 0); 16];
        let begun = class.begun.as_ref();
        for load in begun.iter().flat_map(|begun| &begun.loads) {
            if let Some((litres, kg)) = loads.get_mut(usize::from(load.stream)) {
                *litres += u64::from(load.volume);
                *kg += u64::from(load.mass);
            }
        }
        let mut walk = Self {
            request,
            route,
            class,
            calls: Vec::new(),
            breaks: BreakNotes::new(class.breaks),
            place: begun.map_or(class.start, |begun| begun.place),
            came: None,
            trip: 0,
            unloads_left: route.trips.first().map_or(0, |trip| trip.unloadings.len()),
            loads,
        };
        walk.call(CallKind::Start, begin);
        Some(walk)
    }

    /// All of its calls, in order.
    pub(super) fn calls(mut self) -> Vec<Call> {
        for event in &self.route.timeline.0 {
            self.follow(event);
        }
        let end = self.route.timeline.ends().unwrap_or_default();
        if self.last_kind() != Some(CallKind::End) {
            self.call(CallKind::End, end);
        }
        self.depart(end);
        self.calls
    }

    fn follow(&mut self, event: &Event) {
        match event.act {
            Act::Prepare | Act::Wait => {}
            Act::Drive => self.drive(event),
            Act::Serve(stop) => self.serve(stop, event),
            Act::Unload(unloading) => self.unload(unloading, event),
            Act::Break => self.rest(event),
            Act::Finish => {
                self.call(CallKind::End, event.from);
                self.work(event);
            }
        }
    }

    fn drive(&mut self, event: &Event) {
        self.depart(event.from);
        let travel = self.request.problem.travel(self.class);
        let places = self.request.problem.places();
        let is_known = self.place < places && event.place < places;
        let way = Way {
            length_m: if is_known {
                travel.length(self.place, event.place)
            } else {
                0
            },
            duration: event.until - event.from,
        };
        self.place = event.place;
        self.came = Some((way, event.until));
    }

    fn serve(&mut self, stop: u32, event: &Event) {
        if self.last_kind() != Some(CallKind::Stop) || self.came.is_some() {
            self.call(CallKind::Stop, event.from);
        }
        let Some(origin) = self.request.names.stops.get(stop as usize) else {
            return;
        };
        let containers = emptied(origin);
        if let Some((litres, kg)) = self.loads.get_mut(origin.stream as usize) {
            *litres += containers
                .iter()
                .map(|one| u64::from(one.litres))
                .sum::<u64>();
            *kg += containers.iter().map(|one| u64::from(one.kg)).sum::<u64>();
        }
        self.work(event);
        if let Some(call) = self.calls.last_mut() {
            if !call.streams.contains(&origin.stream) {
                call.streams.push(origin.stream);
            }
            call.containers.extend(containers);
            if origin.walk_m > 0.0 {
                call.notes.push(Note::OnFoot(origin.walk_m));
            }
        }
    }

    fn unload(&mut self, unloading: u32, event: &Event) {
        self.call(CallKind::Unload, event.from);
        let unloadings = self.request.problem.unloadings();
        let taken = unloadings.get(unloading as usize).map(|one| one.streams);
        let mut left: Vec<Stream> = Vec::new();
        for &stream in Stream::ALL {
            let load = self.loads.get_mut(stream as usize);
            let load = load.filter(|load| **load != (0, 0));
            if let Some(load) = load.filter(|_| taken.is_some_and(|set| set.has(stream as u8))) {
                *load = (0, 0);
                left.push(stream);
            }
        }
        self.work(event);
        if let Some(call) = self.calls.last_mut() {
            call.streams = left;
        }
        self.unloads_left = self.unloads_left.saturating_sub(1);
        let next = self.route.trips.get(self.trip + 1);
        if let Some(next) = next.filter(|_| self.unloads_left == 0) {
            self.trip += 1;
            self.unloads_left = next.unloadings.len();
        }
    }

    fn rest(&mut self, event: &Event) {
        if self.last_kind() != Some(CallKind::Break) || self.came.is_some() {
            self.call(CallKind::Break, event.from);
        }
        let notes = self.breaks.next(event.until - event.from);
        if let Some(call) = self.calls.last_mut() {
            call.notes.extend(notes);
        }
    }

    fn last_kind(&self) -> Option<CallKind> {
        self.calls.last().map(|call| call.kind)
    }

    /// Adds what an event takes and brings to the last call.
    fn work(&mut self, event: &Event) {
        let (litres, kg) = self.on_board();
        let share = self.load_share();
        if let Some(call) = self.calls.last_mut() {
            call.work += event.until - event.from;
            call.load_m3 = litres as f64 / 1000.0;
            call.load_kg = kg;
            call.load_share = share;
        }
    }

    /// How much of what its trip may carry is on board, 0–1.
    fn load_share(&self) -> f64 {
        let trip = self.route.trips.get(self.trip);
        let outfit = trip.and_then(|trip| self.class.outfits.get(trip.outfit as usize));
        let Some(outfit) = outfit else { return 0.0 };
        let (_, kg) = self.on_board();
        let heavy = kg as f64 / f64::from(outfit.payload.max(1));
        let compartments = outfit.compartments.iter().map(|one| {
            let taken = (0_u8..).zip(&self.loads);
            let taken = taken.filter(|(stream, _)| one.takes.has(*stream));
            let litres: u64 = taken.map(|(_, (litres, _))| litres).sum();
            litres as f64 / one.compaction.max(1.0) / f64::from(one.volume.max(1))
        });
        compartments.fold(heavy, f64::max).clamp(0.0, 1.0)
    }

    fn on_board(&self) -> (u64, u64) {
        let add = |(litres, kg): (u64, u64), load: &(u64, u64)| (litres + load.0, kg + load.1);
        self.loads.iter().fold((0, 0), add)
    }

    /// The last call goes on, unless it has already.
    fn depart(&mut self, tenths: i32) {
        if let Some(call) = self.calls.last_mut()
            && self.came.is_none()
        {
            call.departure = Moment::new(self.request.date, tenths);
        }
    }

    /// Begins a call where the vehicle is. It is there since it came, or since the call before.
    fn call(&mut self, kind: CallKind, begin: i32) {
        self.depart(begin);
        let came = self.came.take();
        let arrival = came.map_or(begin, |(_, until)| until);
        let Some(place) = self.request.names.places.get(self.place as usize) else {
            return;
        };
        let (litres, kg) = self.on_board();
        let moment = |tenths| Moment::new(self.request.date, tenths);
        self.calls.push(Call {
            trip: self.trip + 1,
            sequence: self.calls.len() + 1,
            kind,
            place: self.place,
            at: place.at,
            sites: place.keys.clone(),
            name: place.name.clone(),
            street: place.street.clone(),
            commune: place.commune.clone(),
            streams: Vec::new(),
            containers: Vec::new(),
            arrival: moment(arrival),
            begin: moment(begin),
            departure: moment(begin),
            work: 0,
            way: came.map(|(way, _)| way),
            load_m3: litres as f64 / 1000.0,
            load_kg: kg,
            load_share: self.load_share(),
            notes: Vec::new(),
        });
    }
}
