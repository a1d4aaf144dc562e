//! Writes the journal that the tests keep as `tests/fixtures/journal-vN.sqlite`, one for each format
//! version, from the story that the tests tell: `cargo run -p gis-data --features stores --example write_journal -- FILE`.
#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be written is of no use"
)]

#[expect(dead_code, reason = "the tests use all of it, this program a part")]
#[path = "../tests/stores/samples.rs"]
mod samples;

use std::path::Path;

use gis_data::stores::{Batch, Checkpoint, Journal as _, SqliteJournal};

fn main() {
    let file = std::env::args().nth(1).unwrap();
    let mut journal = SqliteJournal::open(Path::new(&file)).unwrap();
    let entries = samples::story(45);
    journal.set_meta("clock", "simulated").unwrap();
    journal.append(&samples::batch(&entries[..30])).unwrap();
    let snapshot = samples::twin_after(&entries[..30]).to_snapshot();
    journal.save_snapshot(&snapshot).unwrap();
    let kept = Checkpoint {
        name: "virtual-network".to_owned(),
        at: samples::at(45),
        body: b"{}".to_vec(),
    };
    journal
        .append(&Batch {
            entries: entries[30..].to_vec(),
            checkpoints: vec![kept],
            set_aside: vec![samples::aside(77, 7)],
        })
        .unwrap();
}
