//! The calls of all vehicles as a table (RFC 4180).

use twin_core::Stream;

use crate::collection::{Call, CallKind, Note, Rounds};

/// The first line.
const HEADER: &str = "vehicle,trip,sequence,kind,site,name,commune,streams,containers,arrival,\
                      departure,load_m3,load_kg,notes\r\n";

/// A line for each call, in the order of the vehicles and their days. Several sites, streams or
/// containers of a call are parted by spaces, notes by semicolons. A text that a spreadsheet would
/// take for a formula has an apostrophe before it.
pub(crate) fn csv(rounds: &Rounds) -> String {
    let mut text = HEADER.to_owned();
    for round in &rounds.vehicles {
        for call in &round.calls {
            line(&mut text, &round.vehicle, call);
        }
    }
    text
}

fn line(text: &mut String, vehicle: &str, call: &Call) {
    let commune = call.commune.as_deref().unwrap_or_default();
    let streams: Vec<&str> = call
        .streams
        .iter()
        .map(|&stream| Stream::name(stream))
        .collect();
    let containers: Vec<&str> = call.containers.iter().map(|one| &*one.container).collect();
    let cells = [
        cell(vehicle),
        call.trip.to_string(),
        call.sequence.to_string(),
        call.kind.name().to_owned(),
        cell(&call.sites.join(" ")),
        cell(&call.name),
        cell(commune),
        streams.join(" "),
        cell(&containers.join(" ")),
        call.arrival.local().to_owned(),
        call.departure.local().to_owned(),
        format!("{:.3}", call.load_m3),
        call.load_kg.to_string(),
        cell(&notes(call)),
    ];
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

fn notes(call: &Call) -> String {
    let mut notes: Vec<String> = call.notes.iter().map(|&note| Note::text(note)).collect();
    if call.kind == CallKind::Break {
        let tenths = call.departure.tenths() - call.begin.tenths();
        notes.insert(0, format!("{} min", tenths / 600));
    }
    notes.join("; ")
}

/// A text as a cell: harmless to spreadsheets, and in quotes where it has to be.
fn cell(text: &str) -> String {
    // Of apostrophes that stand before one already there is one more, so that taking one away gives
    // the text.
    let behind = text.trim_start_matches('\'');
    let is_formula = behind.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("Rue de l'Église", "Rue de l'Église")]
    #[case::comma("Place, haute", "\"Place, haute\"")]
    #[case::quotes("dit \"le Rond\"", "\"dit \"\"le Rond\"\"\"")]
    #[case::lines("un\ndeux", "\"un\ndeux\"")]
    #[case::formula("=1+1", "'=1+1")]
    #[case::formula_with_comma("@SUM(1,2)", "\"'@SUM(1,2)\"")]
    #[case::minus("-2", "'-2")]
    #[case::guarded("'=2", "''=2")]
    #[case::tab("\t=1", "'\t=1")]
    #[case::nothing("", "")]
    fn a_cell_is_text_and_nothing_else(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(cell(text), expected);
    }
}
