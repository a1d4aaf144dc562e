//! How a commit is written in a message, and read from whatever a message holds.
//!
//! A head of 18 bytes, then the changes as JSON, deflated where that is worth it:
//!
//! | bytes | what |
//! |---|---|
//! | 0..4 | `twin` |
//! | 4 | version of this format |
//! | 5 | form: 0 plain, 1 deflated, 2 left out |
//! | 6..14 | number of the writer, little-endian |
//! | 14..18 | CRC-32 of bytes 4..14 and of all after the head, little-endian |

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use twin_core::Change;

const MARK: [u8; 4] = *b"twin";
/// The version that this code writes, and the only one that it reads.
const VERSION: u8 = 1;
const HEAD: usize = 18;
/// Shorter ones are not deflated, in bytes.
const WORTH_IT: usize = 4 * 1024;
/// Changes that come to more than this stay in the journal, in bytes.
const MOST: usize = 64 * 1024 * 1024;

const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;
const LEFT_OUT: u8 = 2;

/// What a message holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    /// Which of the journal's writers sent it.
    pub(super) epoch: u64,
    /// The changes of a commit; `None` where they have to be read in the journal.
    pub(super) changes: Option<Vec<Change>>,
}

/// Why a message does not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// Something else than a commit.
    #[error("it is no commit")]
    Foreign,
    /// A newer program's.
    #[error("its version is {found}, expected {VERSION}")]
    Version {
        /// The version that it has.
        found: u8,
    },
    /// Bytes that are not as they were sent, or make no changes.
    #[error("it is damaged")]
    Damaged,
}

impl Unreadable {
    /// Its name in counts.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Foreign => "foreign",
            Self::Version { .. } => "version",
            Self::Damaged => "damaged",
        }
    }
}

/// Writes a commit in at most so many bytes. One for which that is too little is only told of.
pub(super) fn write(epoch: u64, changes: &[Change], most: usize) -> Vec<u8> {
    let room = most.saturating_sub(HEAD);
    let (form, body) = match body(changes) {
        Some((form, body)) if body.len() <= room => (form, body),
        _ => (LEFT_OUT, Vec::new()),
    };
    let mut facts = [VERSION, form, 0, 0, 0, 0, 0, 0, 0, 0];
    facts[2..].copy_from_slice(&epoch.to_le_bytes());
    let mut message = Vec::with_capacity(HEAD + body.len());
    message.extend(MARK);
    message.extend(facts);
    message.extend(checksum(&facts, &body));
    message.extend(body);
    message
}

/// Whether a message tells of its commit only.
pub(super) fn is_left_out(message: &[u8]) -> bool {
    message.get(5) == Some(&LEFT_OUT)
}

/// The form of changes, and they in it; `None` where they are too many.
fn body(changes: &[Change]) -> Option<(u8, Vec<u8>)> {
    let plain = serde_json::to_vec(changes).ok()?;
    if plain.len() > MOST {
        return None;
    }
    if plain.len() < WORTH_IT {
        return Some((PLAIN, plain));
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&plain).ok()?;
    Some((DEFLATED, encoder.finish().ok()?))
}

/// Reads a message.
pub(super) fn read(message: &[u8]) -> Result<Message, Unreadable> {
    let (head, body) = message
        .split_first_chunk::<HEAD>()
        .ok_or(Unreadable::Foreign)?;
    if !head.starts_with(&MARK) {
        return Err(Unreadable::Foreign);
    }
    let [_, _, _, _, version, form, ..] = *head;
    if version != VERSION {
        return Err(Unreadable::Version { found: version });
    }
    if checksum(&head[4..14], body) != head[14..] {
        return Err(Unreadable::Damaged);
    }
    let mut epoch = [0; 8];
    epoch.copy_from_slice(&head[6..14]);
    let changes = match form {
        PLAIN => Some(changes(body)?),
        DEFLATED => Some(changes(&inflated(body)?)?),
        LEFT_OUT => None,
        _ => return Err(Unreadable::Damaged),
    };
    Ok(Message {
        epoch: u64::from_le_bytes(epoch),
        changes,
    })
}

fn changes(body: &[u8]) -> Result<Vec<Change>, Unreadable> {
    serde_json::from_slice(body).map_err(|_no_changes| Unreadable::Damaged)
}

/// What was deflated, where it is not more than may be.
fn inflated(body: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut plain = Vec::new();
    let mut decoder = DeflateDecoder::new(body).take(MOST as u64 + 1);
    match decoder.read_to_end(&mut plain) {
        Ok(length) if length <= MOST => Ok(plain),
        _ => Err(Unreadable::Damaged),
    }
}

fn checksum(facts: &[u8], body: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(facts);
    hasher.update(body);
    hasher.finalize().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use twin_core::{AssetId, Channel, Effect, Timestamp};

    use super::*;

    const ROOM: usize = 1024 * 1024;

    fn some_changes(count: usize) -> Vec<Change> {
        let change = |nth: usize| {
            let sensor: AssetId = format!("sensor/s{nth}").parse().unwrap();
            Change {
                seq: nth as u64,
                channel: if nth.is_multiple_of(3) {
                    Channel::Restricted
                } else {
                    Channel::Public
                },
                at: Timestamp::from_millis(1_700_000_000_000),
                effect: Effect::AssetRemoved(sensor),
            }
        };
        (0..count).map(change).collect()
    }

    #[test]
    fn another_version_is_told_from_damage() {
        let mut message = write(3, &some_changes(2), ROOM);
        message[4] = 2;
        let refused = read(&message).unwrap_err();
        assert!(matches!(refused, Unreadable::Version { found: 2 }));
        assert!(matches!(read(b"hello"), Err(Unreadable::Foreign)));
    }

    #[test]
    fn what_does_not_fit_is_told_of() {
        let changes = some_changes(20_000);
        let message = write(7, &changes, 512);
        assert!(message.len() <= 512 && is_left_out(&message));
        let told = read(&message).unwrap();
        assert_eq!((told.epoch, told.changes), (7, None));
        let whole = write(7, &changes, ROOM);
        assert!(!is_left_out(&whole));
        assert_eq!(read(&whole).unwrap().changes, Some(changes));
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        let piece = vec![b' '; 1024 * 1024];
        for _each in 0..65 {
            encoder.write_all(&piece).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        assert!(matches!(inflated(&bomb), Err(Unreadable::Damaged)));
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(epoch: u64, count in 0_usize..200) {
            let changes = some_changes(count);
            let message = read(&write(epoch, &changes, ROOM)).unwrap();
            prop_assert_eq!(message, Message { epoch, changes: Some(changes) });
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(read(&bytes).is_err());
        }

        /// Behind a checksum that is right, whatever else is wrong.
        #[test]
        fn no_body_makes_it_panic(
            form: u8,
            epoch: u64,
            body in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let mut message = write(epoch, &[], ROOM);
            message.truncate(HEAD);
            message[5] = form;
            let sum = checksum(&message[4..14], &body);
            message[14..].copy_from_slice(&sum);
            message.extend(body);
            let told = read(&message);
            prop_assert!(told.is_err() || form == LEFT_OUT || told.unwrap().epoch == epoch);
        }

        #[test]
        fn a_byte_that_is_not_as_it_was_sent_shows(at in 0_usize..400, flip in 1_u8..=255) {
            let mut message = write(5, &some_changes(9), ROOM);
            let at = at % message.len();
            message[at] ^= flip;
            prop_assert!(read(&message).is_err());
        }
    }
}
