//! What is in every container, and its bytes.

use serde::{Deserialize, Serialize};
use twin_core::{Fraction, Litres, Span, Timestamp};

use super::deposits::ML_PER_L;
use crate::error::{SimError, SimResult};
use crate::numbers::f64_of;

/// The accounts of one container, in millilitres.
///
/// Over the containers of one stream on one site, `brought = held + emptied + beside + swept`, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContainerFill {
    /// Inside.
    pub held_ml: u64,
    /// Lying beside it.
    pub beside_ml: u64,
    /// Brought to it by people, wherever it went then.
    pub brought_ml: u64,
    /// Taken out by crews.
    pub emptied_ml: u64,
    /// Swept up around it by crews.
    pub swept_ml: u64,
    /// How many deposits were brought.
    pub deposits: u64,
    /// How long it was full in all, up to `full_since`.
    pub overflow: Span,
    /// Since when it is full.
    pub full_since: Option<Timestamp>,
    /// When it was emptied last.
    pub emptied_at: Option<Timestamp>,
}

/// The truth about all containers of a model: plain data that can be saved and compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillingState {
    /// By container, in the order of the model's specifications.
    pub containers: Vec<ContainerFill>,
    /// The instant that each site stands at, by site in the order of the model.
    pub site_at: Vec<Timestamp>,
}

const MAGIC: [u8; 4] = *b"TWFS";
const FORMAT: u16 = 1;
const HEADER: usize = 4 + 2 + 4 + 4;
const CONTAINER_BYTES: usize = 9 * 8;
const SITE_BYTES: usize = 8;
const CHECKSUM: usize = 4;
/// Stands for "never" in the bytes; no [`Timestamp`] has it.
const NEVER: i64 = i64::MIN;

impl ContainerFill {
    /// How full it is, given what it holds.
    pub fn fill(&self, capacity: Litres) -> Fraction {
        Fraction::saturating(f64_of(self.held_ml) / 1000.0 / capacity.get())
    }

    /// How long it was full until `at`, in all.
    pub fn overflow_until(&self, at: Timestamp) -> Span {
        let current = self.full_since.map_or(Span::ZERO, |since| at.since(since));
        Span::from_millis(self.overflow.as_millis() + current.as_millis())
    }

    /// A crew takes away what is inside at `at`; what lies beside stays.
    pub(crate) fn empty(&mut self, at: Timestamp) -> Litres {
        let taken_ml = core::mem::take(&mut self.held_ml);
        self.emptied_ml += taken_ml;
        self.overflow = self.overflow_until(at);
        self.full_since = None;
        self.emptied_at = Some(at);
        litres(taken_ml)
    }

    /// A crew takes away what lies beside.
    pub(crate) fn sweep(&mut self) -> Litres {
        let swept_ml = core::mem::take(&mut self.beside_ml);
        self.swept_ml += swept_ml;
        litres(swept_ml)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let volumes = [
            self.held_ml,
            self.beside_ml,
            self.brought_ml,
            self.emptied_ml,
            self.swept_ml,
        ];
        for number in volumes.into_iter().chain([self.deposits]) {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.overflow.as_millis().to_le_bytes());
        for at in [self.full_since, self.emptied_at] {
            bytes.extend(at.map_or(NEVER, Timestamp::as_millis).to_le_bytes());
        }
    }

    fn read(bytes: &[u8]) -> Self {
        let words: Vec<[u8; 8]> = bytes.as_chunks::<8>().0.to_vec();
        let number = |i: usize| u64::from_le_bytes(words[i]);
        let millis = |i: usize| i64::from_le_bytes(words[i]);
        let at = |i: usize| {
            Some(millis(i))
                .filter(|ms| *ms != NEVER)
                .map(Timestamp::from_millis)
        };
        Self {
            held_ml: number(0),
            beside_ml: number(1),
            brought_ml: number(2),
            emptied_ml: number(3),
            swept_ml: number(4),
            deposits: number(5),
            overflow: Span::from_millis(millis(6)),
            full_since: at(7),
            emptied_at: at(8),
        }
    }
}

impl FillingState {
    /// Nothing in any container, every account at zero.
    pub fn empty(containers: usize, sites: usize, at: Timestamp) -> Self {
        Self {
            containers: vec![ContainerFill::default(); containers],
            site_at: vec![at; sites],
        }
    }

    /// Opens new accounts at `at`: what is there counts as brought, nothing as taken away, and a
    /// container that is full is so since then.
    pub fn open_accounts(&mut self, at: Timestamp) {
        for fill in &mut self.containers {
            *fill = ContainerFill {
                held_ml: fill.held_ml,
                beside_ml: fill.beside_ml,
                brought_ml: fill.held_ml + fill.beside_ml,
                full_since: fill.full_since.map(|_earlier| at),
                emptied_at: fill.emptied_at,
                ..ContainerFill::default()
            };
        }
    }

    /// The state as bytes: format number, counts, little-endian numbers, CRC-32.
    ///
    /// ```
    /// use simulator::filling::FillingState;
    /// use twin_core::Timestamp;
    ///
    /// let state = FillingState::empty(3, 1, Timestamp::from_secs(0));
    /// assert_eq!(FillingState::from_bytes(&state.to_bytes())?, state);
    /// # Ok::<(), simulator::SimError>(())
    /// ```
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(byte_len(self.containers.len(), self.site_at.len()));
        bytes.extend(MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        for count in [self.containers.len(), self.site_at.len()] {
            bytes.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        }
        self.containers
            .iter()
            .for_each(|fill| fill.write(&mut bytes));
        for at in &self.site_at {
            bytes.extend(at.as_millis().to_le_bytes());
        }
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`FillingState::to_bytes`] wrote; refuses anything else.
    pub fn from_bytes(bytes: &[u8]) -> SimResult<Self> {
        let corrupt = |reason, offset| SimError::CorruptState { reason, offset };
        let (header, _) = bytes
            .split_first_chunk::<HEADER>()
            .ok_or(corrupt("too short", bytes.len()))?;
        let [m0, m1, m2, m3, f0, f1, c0, c1, c2, c3, s0, s1, s2, s3] = *header;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(corrupt("no 'TWFS'", 0));
        }
        let found = u16::from_le_bytes([f0, f1]);
        if found != FORMAT {
            return Err(SimError::UnknownFormat {
                found,
                expected: FORMAT,
            });
        }
        let count = |bytes| usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(usize::MAX);
        let (containers, sites) = (count([c0, c1, c2, c3]), count([s0, s1, s2, s3]));
        if bytes.len() != byte_len(containers, sites) {
            return Err(corrupt("the length does not match the counts", HEADER));
        }
        let (body, checksum) = bytes
            .split_last_chunk::<CHECKSUM>()
            .ok_or(corrupt("too short", 0))?;
        if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
            return Err(corrupt("the checksum does not match", body.len()));
        }
        let (fills, times) = body[HEADER..].split_at(containers * CONTAINER_BYTES);
        let times = times.as_chunks::<SITE_BYTES>().0;
        Ok(Self {
            containers: fills
                .chunks_exact(CONTAINER_BYTES)
                .map(ContainerFill::read)
                .collect(),
            site_at: times
                .iter()
                .map(|ms| Timestamp::from_millis(i64::from_le_bytes(*ms)))
                .collect(),
        })
    }
}

fn litres(ml: u64) -> Litres {
    Litres::new(f64_of(ml) / ML_PER_L).expect("a volume in millilitres is a volume")
}

/// The length of a state in bytes, saturated where it could not be held at all.
fn byte_len(containers: usize, sites: usize) -> usize {
    let containers = containers.saturating_mul(CONTAINER_BYTES);
    let sites = sites.saturating_mul(SITE_BYTES);
    containers
        .saturating_add(sites)
        .saturating_add(HEADER + CHECKSUM)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> FillingState {
        let mut state = FillingState::empty(2, 1, Timestamp::from_secs(1_650_000_000));
        state.containers[1] = ContainerFill {
            held_ml: 1,
            beside_ml: 2,
            brought_ml: 3,
            emptied_ml: 4,
            swept_ml: 5,
            deposits: 6,
            overflow: Span::from_millis(7),
            full_since: Some(Timestamp::from_millis(-8)),
            emptied_at: None,
        };
        state
    }

    #[test]
    fn a_state_comes_back_from_its_bytes_and_from_json() {
        let state = sample();
        assert_eq!(FillingState::from_bytes(&state.to_bytes()).unwrap(), state);
        let json = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<FillingState>(&json).unwrap(), state);
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let bytes = sample().to_bytes();
        for i in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[i] ^= 0x10;
            assert!(FillingState::from_bytes(&changed).is_err(), "byte {i}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let with_header = [&sample().to_bytes()[..6], &bytes].concat();
            prop_assert!(FillingState::from_bytes(&bytes).is_err());
            prop_assert!(FillingState::from_bytes(&with_header).is_err());
        }
    }
}
