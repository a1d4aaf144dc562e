//! The ways and the calls of all vehicles as GeoJSON (RFC 7946): longitudes and latitudes of CRS84.

use serde_json::{Value, json};
use twin_core::LonLat;

use crate::collection::{Call, Haul, Moment, Round, Rounds, Track, Tracks};

/// A line for each trip that drives, and a point for each call, the trips of each vehicle before
/// its calls.
pub(crate) fn geojson(rounds: &Rounds, tracks: &Tracks) -> String {
    let mut features = Vec::new();
    for (round, tracks) in rounds.vehicles.iter().zip(&tracks.vehicles) {
        for (haul, track) in round.trips.iter().zip(tracks) {
            features.push(trip(rounds, round, (haul, track)));
        }
        features.extend(round.calls.iter().map(|call| point(rounds, round, call)));
    }
    let mut collection = json!({
        "type": "FeatureCollection",
        "name": format!("{} {}", rounds.territory, rounds.date),
        "date": rounds.date,
        "synthetic": rounds.is_synthetic,
        "features": features,
    });
    let calls = rounds.vehicles.iter().flat_map(|round| &round.calls);
    let lines = tracks
        .vehicles
        .iter()
        .flatten()
        .flat_map(|track| &track.line);
    let bbox = bbox(calls.map(|call| &call.at).chain(lines));
    if let (Some(bbox), Some(object)) = (bbox, collection.as_object_mut()) {
        object.insert("bbox".into(), json!(bbox));
    }
    collection.to_string() + "\n"
}

fn trip(rounds: &Rounds, round: &Round, (haul, track): (&Haul, &Track)) -> Value {
    let line: Vec<[f64; 2]> = track.line.iter().copied().map(position).collect();
    let geometry = if line.len() < 2 {
        Value::Null
    } else {
        json!({"type": "LineString", "coordinates": line})
    };
    let calls = || round.of_trip(haul.trip);
    let drives = || calls().filter_map(|call| call.way);
    let from = round.leaves(haul.trip).map(Moment::local);
    let until = calls().last().map(|call| call.arrival.local());
    let sites: Vec<&Box<str>> = calls().flat_map(|call| &call.sites).collect();
    let containers = calls().flat_map(|call| &call.containers);
    let containers: Vec<&Box<str>> = containers.map(|one| &one.container).collect();
    let mut feature = json!({
        "type": "Feature",
        "geometry": geometry,
        "properties": {
            "kind": "trip",
            "vehicle": round.vehicle,
            "class": round.class,
            "trip": haul.trip,
            "outfit": haul.outfit,
            "from": from,
            "until": until,
            "drive_s": drives().map(|way| f64::from(way.duration)).sum::<f64>() / 10.0,
            "length_m": drives().map(|way| u64::from(way.length_m)).sum::<u64>(),
            "road_length_m": tenths(track.length_m),
            "energy_mj": tenths(track.spent.energy_mj),
            "co2_kg": (track.spent.co2_kg * 1000.0).round() / 1000.0,
            "stops": haul.stops,
            "sites": sites,
            "containers": containers,
            "load_m3": haul.load_m3,
            "load_kg": haul.load_kg,
            "synthetic": rounds.is_synthetic,
        },
    });
    if let (Some(bbox), Some(object)) = (bbox(&track.line), feature.as_object_mut()) {
        object.insert("bbox".into(), json!(bbox));
    }
    feature
}

fn point(rounds: &Rounds, round: &Round, call: &Call) -> Value {
    let containers: Vec<&Box<str>> = call.containers.iter().map(|one| &one.container).collect();
    json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": position(call.at)},
        "properties": {
            "kind": call.kind,
            "vehicle": round.vehicle,
            "class": round.class,
            "trip": call.trip,
            "sequence": call.sequence,
            "sites": call.sites,
            "name": call.name,
            "street": call.street,
            "commune": call.commune,
            "streams": call.streams,
            "containers": containers,
            "arrival": call.arrival,
            "begin": call.begin,
            "departure": call.departure,
            "load_m3": call.load_m3,
            "load_kg": call.load_kg,
            "notes": call.notes,
            "synthetic": rounds.is_synthetic,
        },
    })
}

/// West, south, east and north of some places; `None` without any.
fn bbox<'a>(places: impl IntoIterator<Item = &'a LonLat>) -> Option<[f64; 4]> {
    let boxes = places.into_iter().map(|&place| {
        let [lon, lat] = position(place);
        [lon, lat, lon, lat]
    });
    boxes.reduce(|[west, south, east, north], [lon, lat, ..]| {
        [west.min(lon), south.min(lat), east.max(lon), north.max(lat)]
    })
}

/// Seven decimals: a centimetre.
fn position(place: LonLat) -> [f64; 2] {
    [place.lon(), place.lat()].map(|degrees| (degrees * 1e7).round() / 1e7)
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
