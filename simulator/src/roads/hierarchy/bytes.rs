//! A hierarchy as bytes: what took the time to compute, and what it was computed for.
//!
//! Little-endian: `TWINROAD`, the format's version (u32), the checksum (CRC-32) of all that follows,
//! the fingerprint of the graph (u64), the numbers of nodes and links (u32 each), the rank of each
//! node, where each rank's links begin, and the larger rank of each link.

use super::Hierarchy;
use crate::error::{SimError, SimResult};
use crate::numbers::index_u32;
use crate::roads::arcs::ArcGraph;

const MAGIC: &[u8; 8] = b"TWINROAD";

/// The format that is written; others are not read.
const VERSION: u16 = 1;

/// Bytes before the arrays.
const HEAD: usize = 8 + 4 + 4 + 8 + 4 + 4;

impl Hierarchy {
    /// The hierarchy as bytes, for [`Hierarchy::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let arrays = [&self.rank_of, &self.first_up, &self.tops];
        let numbers: usize = arrays.iter().map(|array| array.len()).sum();
        let mut bytes = Vec::with_capacity(HEAD + 4 * numbers);
        bytes.extend(MAGIC);
        bytes.extend(u32::from(VERSION).to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.fingerprint.to_le_bytes());
        bytes.extend(index_u32(self.node_count()).to_le_bytes());
        bytes.extend(index_u32(self.link_count()).to_le_bytes());
        for array in arrays {
            bytes.extend(array.iter().flat_map(|number| number.to_le_bytes()));
        }
        let checksum = crc32fast::hash(&bytes[16..]);
        bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Reads what [`Hierarchy::to_bytes`] wrote for the same graph. Total: whatever the bytes are,
    /// they are read or refused.
    ///
    /// # Errors
    /// [`SimError::CorruptState`] for bytes that are damaged or something else,
    /// [`SimError::UnknownFormat`] for another version, [`SimError::StaleRoads`] for another graph.
    pub fn from_bytes(bytes: &[u8], graph: &ArcGraph) -> SimResult<Self> {
        let mut reader = Reader { bytes, offset: 0 };
        if reader.take(8)? != MAGIC {
            return Err(SimError::CorruptState {
                reason: "no road file",
                offset: 0,
            });
        }
        let version = reader.number()?;
        if version != u32::from(VERSION) {
            let found = u16::try_from(version).unwrap_or(u16::MAX);
            return Err(SimError::UnknownFormat {
                found,
                expected: VERSION,
            });
        }
        let checksum = reader.number()?;
        if crc32fast::hash(&bytes[reader.offset..]) != checksum {
            return Err(SimError::CorruptState {
                reason: "wrong checksum",
                offset: 12,
            });
        }
        let fingerprint = [reader.number()?, reader.number()?];
        let expected = graph.fingerprint();
        if [u64::from(fingerprint[0]), u64::from(fingerprint[1])]
            != [expected & 0xffff_ffff, expected >> 32]
        {
            return Err(SimError::StaleRoads {
                what: "roads and turns",
            });
        }
        let (nodes, links) = (reader.number()? as usize, reader.number()? as usize);
        if nodes != graph.node_count() {
            return Err(SimError::StaleRoads { what: "nodes" });
        }
        let rank_of = reader.numbers(nodes)?;
        let first_up = reader.numbers(nodes + 1)?;
        let tops = reader.numbers(links)?;
        if reader.offset != bytes.len() {
            return Err(reader.corrupt("more bytes than expected"));
        }
        check(&rank_of, &first_up, &tops)?;
        Self::assemble(graph, rank_of, first_up, tops)
    }
}

/// Refuses arrays that do not fit together: the searches rely on all of this.
fn check(rank_of: &[u32], first_up: &[u32], tops: &[u32]) -> SimResult<()> {
    let corrupt = |reason| SimError::CorruptState {
        reason,
        offset: HEAD,
    };
    super::ranks(rank_of.len(), rank_of)?;
    let is_whole = first_up.first() == Some(&0) && first_up.last() == Some(&index_u32(tops.len()));
    if !is_whole || !first_up.is_sorted() {
        return Err(corrupt("rows of links out of order"));
    }
    for (rank, row) in (0_u32..).zip(first_up.windows(2)) {
        let row = &tops[row[0] as usize..row[1] as usize];
        let is_rising = row.windows(2).all(|pair| pair[0] < pair[1]);
        let is_above = row.first().is_none_or(|&top| top > rank);
        let is_below_end = row.last().is_none_or(|&top| (top as usize) < rank_of.len());
        if !is_rising || !is_above || !is_below_end {
            return Err(corrupt("links of a rank out of order"));
        }
    }
    check_triangles(first_up, tops)
}

/// Refuses rows that are not closed: whatever a rank is linked with, its least link must be linked
/// with the rest of it.
fn check_triangles(first_up: &[u32], tops: &[u32]) -> SimResult<()> {
    let row = |rank: usize| &tops[first_up[rank] as usize..first_up[rank + 1] as usize];
    for rank in 0..first_up.len() - 1 {
        if let Some((&parent, rest)) = row(rank).split_first() {
            let mut above = row(parent as usize).iter();
            if !rest.iter().all(|top| above.any(|other| other == top)) {
                let reason = "a triangle of links is not closed";
                return Err(SimError::CorruptState {
                    reason,
                    offset: HEAD,
                });
            }
        }
    }
    Ok(())
}

struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    const fn corrupt(&self, reason: &'static str) -> SimError {
        SimError::CorruptState {
            reason,
            offset: self.offset,
        }
    }

    fn take(&mut self, count: usize) -> SimResult<&'a [u8]> {
        let end = self.offset.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.offset..end));
        let taken = taken.ok_or_else(|| self.corrupt("it ends too early"))?;
        self.offset += count;
        Ok(taken)
    }

    fn number(&mut self) -> SimResult<u32> {
        let bytes = self.take(4)?;
        Ok(bytes
            .iter()
            .rev()
            .fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
    }

    fn numbers(&mut self, count: usize) -> SimResult<Vec<u32>> {
        let length = count
            .checked_mul(4)
            .ok_or_else(|| self.corrupt("too many numbers"))?;
        let (words, _) = self.take(length)?.as_chunks::<4>();
        Ok(words.iter().map(|&word| u32::from_le_bytes(word)).collect())
    }
}
