//! The blocks of a PBF file, read one at a time, whatever their bytes say.
//!
//! The file's frame is checked first, without decoding anything: a block that claims to be larger
//! than the format allows, or to reach beyond the end, never gets memory. A block that cannot be
//! decoded is told once and left out of every later pass.

use std::fs::File;
use std::io::{BufReader, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use osmpbf::{BlobReader, BlobType, ByteOffset, Element, HeaderBlock, PrimitiveBlock};

use crate::error::{GisError, GisResult};
use crate::import::{Progress, Report, WarningCode};

/// The largest block on disk and in memory, in bytes, according to the format's description.
const MAX_BLOCK: u64 = 32 * 1024 * 1024;

/// What a file may ask of its reader, and we do.
const KNOWN_FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// Which objects a pass looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Objects {
    Nodes,
    Ways,
    Relations,
}

impl Objects {
    const fn name(self) -> &'static str {
        match self {
            Self::Nodes => "nodes",
            Self::Ways => "ways",
            Self::Relations => "relations",
        }
    }
}

/// A PBF file whose frame has been checked.
#[derive(Debug)]
pub(super) struct PbfFile {
    path: PathBuf,
    /// When the data was taken, in seconds since 1970.
    pub(super) taken_at: Option<i64>,
    blocks: Vec<Block>,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    offset: u64,
    /// Whether it has nodes, ways, relations; not known before it was decoded once.
    holds: Option<[bool; 3]>,
}

type Reader = BlobReader<BufReader<File>>;

impl PbfFile {
    /// Checks the frame of the whole file and reads its header.
    pub(super) fn open(path: &Path, report: &mut Report) -> GisResult<Self> {
        let length = std::fs::metadata(path)
            .map_err(|source| cannot_read(path, source))?
            .len();
        let mut reader = open_reader(path)?;
        let (header, blocks) = read_frame(&mut reader, length, |offset, message| {
            report.warn(
                WarningCode::TruncatedFile,
                path,
                format_args!("byte {offset}"),
                message,
            );
        });
        let header_at = header.ok_or_else(|| not_pbf(path, "its first block is no OSMHeader"))?;
        let header = read_header(path, header_at)?;
        Ok(Self {
            path: path.to_path_buf(),
            taken_at: header.osmosis_replication_timestamp(),
            blocks,
        })
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// One pass: picks from every object of one sort, in the order of the file.
    pub(super) fn scan<T>(
        &mut self,
        objects: Objects,
        report: &mut Report,
        pick: impl Fn(Element<'_>) -> Option<T>,
        mut take: impl FnMut(T),
    ) -> GisResult<()> {
        let path = &self.path;
        let mut reader = open_reader(path)?;
        let mut failure = None;
        let (mut done, blocks) = (0, self.blocks.len());
        self.blocks.retain_mut(|block| {
            done += 1;
            report.tell(Progress {
                what: objects.name(),
                done,
                blocks,
            });
            if failure.is_some() || block.holds.is_some_and(|holds| !holds[objects as usize]) {
                return true;
            }
            let picked = read_block(&mut reader, block, |decoded| {
                pick_all(decoded, objects, &pick)
            });
            let Some(picked) = picked else {
                let place = format_args!("block at byte {}", block.offset);
                report.warn(WarningCode::DamagedBlock, path, place, "cannot be decoded");
                open_reader(path).map_or_else(|e| failure = Some(e), |fresh| reader = fresh);
                return false;
            };
            picked.into_iter().for_each(&mut take);
            true
        });
        failure.map_or(Ok(()), Err)
    }
}

fn cannot_read(path: &Path, source: std::io::Error) -> GisError {
    GisError::Io {
        action: "read",
        path: path.to_path_buf(),
        source,
    }
}

fn not_pbf(path: &Path, reason: &'static str) -> GisError {
    GisError::NotOsmPbf {
        reason,
        path: path.to_path_buf(),
    }
}

fn open_reader(path: &Path) -> GisResult<Reader> {
    let file = File::open(path).map_err(|source| cannot_read(path, source))?;
    BlobReader::new_seekable(BufReader::new(file))
        .map_err(|_no_start| not_pbf(path, "it cannot be sought in"))
}

/// Where the header and the blocks of data start, up to the first thing that makes no sense.
fn read_frame(
    reader: &mut Reader,
    length: u64,
    mut warn: impl FnMut(u64, &str),
) -> (Option<u64>, Vec<Block>) {
    let (mut header, mut blocks, mut at) = (None, Vec::new(), 0);
    while at < length {
        let Some(Ok((blob, _))) = reader.next_header_skip_blob() else {
            warn(at, "no block starts here");
            break;
        };
        let end = reader.seek_raw(SeekFrom::Current(0)).unwrap_or(u64::MAX);
        let size = u64::try_from(blob.get_blob_size()).unwrap_or(u64::MAX);
        if size > MAX_BLOCK || end > length || end <= at {
            warn(
                at,
                "the block that starts here claims to be larger than it can be",
            );
            break;
        }
        match blob.blob_type() {
            BlobType::OsmHeader if at == 0 => header = Some(at),
            BlobType::OsmData => blocks.push(Block {
                offset: at,
                holds: None,
            }),
            _ => {}
        }
        at = end;
    }
    (header, blocks)
}

fn read_header(path: &Path, offset: u64) -> GisResult<HeaderBlock> {
    let header = open_reader(path)?
        .blob_from_offset(ByteOffset(offset))
        .and_then(|blob| blob.to_headerblock())
        .map_err(|_undecodable| not_pbf(path, "its header cannot be decoded"))?;
    let known = |feature: &str| KNOWN_FEATURES.contains(&feature);
    match header
        .required_features()
        .iter()
        .find(|feature| !known(feature))
    {
        Some(feature) => Err(GisError::UnsupportedOsmFeature {
            feature: feature.as_str().into(),
            path: path.to_path_buf(),
        }),
        None => Ok(header),
    }
}

/// Decodes one block and picks from it; `None` where that is not possible.
///
/// osmpbf adds up the differences in a block without a check: where overflow checks are on, bytes
/// that were made to overflow unwind. That, too, is only a damaged block.
fn read_block<T>(
    reader: &mut Reader,
    block: &mut Block,
    pick: impl Fn(&PrimitiveBlock) -> T,
) -> Option<T> {
    let decode = || {
        let blob = reader.blob_from_offset(ByteOffset(block.offset)).ok()?;
        let decoded = blob.to_primitiveblock().ok()?;
        block.holds = Some(contents(&decoded));
        Some(pick(&decoded))
    };
    catch_unwind(AssertUnwindSafe(decode)).ok().flatten()
}

fn contents(block: &PrimitiveBlock) -> [bool; 3] {
    block
        .groups()
        .fold([false; 3], |[nodes, ways, relations], group| {
            let has_nodes = group.nodes().len() + group.dense_nodes().len() > 0;
            [
                nodes || has_nodes,
                ways || group.ways().len() > 0,
                relations || group.relations().len() > 0,
            ]
        })
}

fn pick_all<T>(
    block: &PrimitiveBlock,
    objects: Objects,
    pick: impl Fn(Element<'_>) -> Option<T>,
) -> Vec<T> {
    let mut picked = Vec::new();
    for group in block.groups() {
        match objects {
            Objects::Nodes => {
                picked.extend(group.nodes().filter_map(|node| pick(Element::Node(node))));
                picked.extend(
                    group
                        .dense_nodes()
                        .filter_map(|node| pick(Element::DenseNode(node))),
                );
            }
            Objects::Ways => picked.extend(group.ways().filter_map(|way| pick(Element::Way(way)))),
            Objects::Relations => {
                picked.extend(group.relations().filter_map(|r| pick(Element::Relation(r))));
            }
        }
    }
    picked
}
