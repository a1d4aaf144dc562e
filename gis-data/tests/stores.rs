//! The journal: what is written, damaged, forgotten, saved and read again.
#![cfg(feature = "stores")]

#[path = "stores/damage.rs"]
#[cfg(test)]
mod damage;
#[expect(dead_code, unreachable_pub, reason = "it is made for the stories")]
#[path = "../../tests/src/database.rs"]
#[cfg(test)]
mod database;
#[path = "stores/fixture.rs"]
#[cfg(test)]
mod fixture;
#[path = "stores/journal.rs"]
#[cfg(test)]
mod journal;
#[path = "stores/nodes.rs"]
#[cfg(test)]
mod nodes;
#[path = "stores/places.rs"]
#[cfg(test)]
mod places;
#[path = "stores/quarantine.rs"]
#[cfg(test)]
mod quarantine;
#[path = "stores/recovery.rs"]
#[cfg(test)]
mod recovery;
#[path = "stores/samples.rs"]
#[cfg(test)]
mod samples;
#[path = "stores/transfer.rs"]
#[cfg(test)]
mod transfer;
