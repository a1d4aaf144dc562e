//! Whether the write-ahead log beside a journal is whole.
//!
//! SQLite reads a log up to the first frame that does not hold together and drops the rest without
//! a word: right for the end that a crash tore off, wrong for damage among what was synced long
//! before. The two differ in what follows. Behind a torn end there is at most the commit that was
//! being written; behind damage there are later ones. Where damage strikes the very last commit,
//! the two look alike, and the commit counts as torn off.
//!
//! The layout is that of <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The magic number's last bit says whether the checksums are over big-endian words.
const MAGIC: u32 = 0x377f_0682;

/// Where and how a log is damaged, in words; `None`: it is whole but for a torn end.
pub(super) fn damage(path: &Path) -> std::io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    damage_in(&mut BufReader::with_capacity(1 << 16, file))
}

fn damage_in(log: &mut impl Read) -> std::io::Result<Option<String>> {
    let mut header = [0; HEADER];
    if !read_whole(log, &mut header)? {
        return Ok(None);
    }
    let Some(mut chain) = Chain::of(&header) else {
        let is_more = read_whole(log, &mut [0; FRAME_HEADER])?;
        return Ok(is_more.then(|| "the header of its log does not hold together".to_owned()));
    };
    let mut frame = vec![0; FRAME_HEADER + chain.page_size];
    let (mut number, mut broken, mut commits_behind) = (0_u64, None, 0_u64);
    while read_whole(log, &mut frame)? {
        number += 1;
        if broken.is_none() && !chain.holds(&frame) {
            broken = Some(number);
        }
        if broken.is_some() && chain.is_commit(&frame) {
            commits_behind += 1;
        }
    }
    Ok(broken.filter(|_| commits_behind > 1).map(|number| {
        format!("frame {number} of its log does not hold together, and later commits are lost")
    }))
}

/// The running checksum of a log.
struct Chain {
    page_size: usize,
    is_big_endian: bool,
    salts: [u8; 8],
    sums: [u32; 2],
}

impl Chain {
    /// The chain that a header begins, if that holds together.
    fn of(header: &[u8; HEADER]) -> Option<Self> {
        let magic = word(header, 0);
        let page_size = usize::try_from(word(header, 8)).ok()?;
        if magic & !1 != MAGIC || !page_size.is_power_of_two() || page_size > 65_536 {
            return None;
        }
        let mut chain = Self {
            page_size: page_size.max(512),
            is_big_endian: magic & 1 == 1,
            salts: header[16..24].try_into().ok()?,
            sums: [0, 0],
        };
        chain.add(&header[..24]);
        (chain.sums == [word(header, 24), word(header, 28)]).then_some(chain)
    }

    /// Whether a frame continues the chain.
    fn holds(&mut self, frame: &[u8]) -> bool {
        self.add(&frame[..8]);
        self.add(&frame[FRAME_HEADER..]);
        frame[8..16] == self.salts && self.sums == [word(frame, 16), word(frame, 20)]
    }

    /// Whether a frame of this log's generation ends a commit.
    fn is_commit(&self, frame: &[u8]) -> bool {
        frame[8..16] == self.salts && word(frame, 4) != 0
    }

    fn add(&mut self, bytes: &[u8]) {
        for pair in bytes.chunks_exact(8) {
            let [first, second] = [&pair[..4], &pair[4..]].map(|word| {
                let word = [word[0], word[1], word[2], word[3]];
                if self.is_big_endian {
                    u32::from_be_bytes(word)
                } else {
                    u32::from_le_bytes(word)
                }
            });
            let [a, b] = self.sums;
            let a = a.wrapping_add(first).wrapping_add(b);
            let b = b.wrapping_add(second).wrapping_add(a);
            self.sums = [a, b];
        }
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Fills `buffer`; `false` where the log ends before.
fn read_whole(log: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<bool> {
    match log.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
