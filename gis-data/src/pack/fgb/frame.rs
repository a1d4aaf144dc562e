//! Where header and features lie in the bytes of a file. Every length is checked before it is
//! used, and nothing is copied.

use flatgeobuf::{Feature, Header, size_prefixed_root_as_feature, size_prefixed_root_as_header};

use super::LayerFile;
use crate::error::{GisError, GisResult};

/// The beginning of every FlatGeobuf file of version 3; the eighth byte is a patch level.
const MAGIC: &[u8; 7] = b"fgb\x03fgb";

/// How many bytes precede the header.
const HEADER_AT: usize = 8;

/// How many bytes tell the size of a header or a feature.
const SIZE_BYTES: usize = 4;

/// How many bytes a node of the index has.
const NODE_BYTES: u64 = 40;

/// The parts of a file.
pub(super) struct Frame<'a> {
    file: &'a LayerFile,
    bytes: &'a [u8],
    pub(super) header: Header<'a>,
    features_at: usize,
}

/// One feature, and how many bytes it has.
pub(super) struct Framed<'a> {
    pub(super) feature: Feature<'a>,
    pub(super) size: usize,
}

impl<'a> Frame<'a> {
    pub(super) fn new(file: &'a LayerFile, bytes: &'a [u8]) -> GisResult<Self> {
        if !bytes.starts_with(MAGIC) {
            return Err(file.broken(0, "this is no FlatGeobuf file of version 3"));
        }
        let (framed, index_at) = sized(file, bytes, HEADER_AT)?;
        let header = size_prefixed_root_as_header(framed)
            .map_err(|_details| file.broken(HEADER_AT, "the header is damaged"))?;
        let rest = (bytes.len() - index_at) as u64;
        let index = index_bytes(&header, rest)
            .and_then(|index| usize::try_from(index).ok())
            .ok_or_else(|| file.broken(index_at, "the index is longer than the file"))?;
        Ok(Self {
            file,
            bytes,
            header,
            features_at: index_at + index,
        })
    }

    /// The features, in the order of the file; ends after the first error.
    pub(super) fn features(&self) -> impl Iterator<Item = GisResult<Framed<'a>>> + use<'_, 'a> {
        let mut at = self.features_at;
        std::iter::from_fn(move || {
            if at >= self.bytes.len() {
                return None;
            }
            let feature = self.feature(at);
            at = feature.as_ref().map_or(self.bytes.len(), |(_, next)| *next);
            Some(feature.map(|(framed, _)| framed))
        })
    }

    fn feature(&self, at: usize) -> GisResult<(Framed<'a>, usize)> {
        let (framed, next) = sized(self.file, self.bytes, at)?;
        let feature = size_prefixed_root_as_feature(framed)
            .map_err(|_details| self.file.broken(at, "a feature is damaged"))?;
        Ok((
            Framed {
                feature,
                size: framed.len(),
            },
            next,
        ))
    }

    /// Says that the file ends too early or too late.
    pub(super) fn wrong_count(&self) -> GisError {
        self.file.broken(
            self.bytes.len(),
            "the header tells another number of features",
        )
    }
}

/// A part that begins with its size, and where the next one begins.
fn sized<'a>(file: &LayerFile, bytes: &'a [u8], at: usize) -> GisResult<(&'a [u8], usize)> {
    let cut = || file.broken(at, "the file ends too early");
    let (size, _) = bytes
        .get(at..)
        .and_then(<[u8]>::split_first_chunk)
        .ok_or_else(cut)?;
    let size = usize::try_from(u32::from_le_bytes(*size)).map_err(|_too_large| cut())?;
    if size < HEADER_AT {
        return Err(file.broken(at, "a part is too short"));
    }
    let end = at
        .checked_add(SIZE_BYTES)
        .and_then(|start| start.checked_add(size));
    let end = end.ok_or_else(cut)?;
    bytes.get(at..end).map(|part| (part, end)).ok_or_else(cut)
}

/// The size of the packed tree; `None` where it exceeds `rest`.
fn index_bytes(header: &Header<'_>, rest: u64) -> Option<u64> {
    let node_size = u64::from(header.index_node_size());
    let count = header.features_count();
    if node_size == 0 || count == 0 {
        return Some(0);
    }
    let mut level = Some(count).filter(|count| node_size > 1 && *count <= rest / NODE_BYTES)?;
    let mut nodes = level;
    while level > 1 {
        level = level.div_ceil(node_size);
        nodes += level;
    }
    // A tree of a single leaf has a root above it all the same.
    let nodes = if count == 1 { 2 } else { nodes };
    nodes.checked_mul(NODE_BYTES).filter(|bytes| *bytes <= rest)
}
