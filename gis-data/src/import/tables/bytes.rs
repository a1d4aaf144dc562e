//! A file as a stream of bytes: unpacked where it is packed with gzip, as national registers are
//! published, and never more of it at once than a reader allows.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use super::row::{cannot_read, not_table};
use crate::error::GisResult;

/// How much of a file is looked at to tell how it is written.
const SAMPLE_BYTES: u64 = 64 * 1024;
/// How a file that is packed with gzip begins (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The bytes of a file, unpacked.
#[derive(Debug)]
pub(in crate::import) struct Bytes {
    unpacked: Unpacked,
    meter: Meter,
}

#[derive(Debug)]
enum Unpacked {
    Plain(BufReader<Counted>),
    Gzip(Box<MultiGzDecoder<BufReader<Counted>>>),
}

/// How far a file has been read, in bytes of the file as it is on the disk.
#[derive(Clone, Debug)]
pub(in crate::import) struct Meter {
    done: Rc<Cell<u64>>,
    total: u64,
}

impl Meter {
    const MIB: u64 = 1 << 20;

    /// Mebibytes that were read and that there are, both at least 1.
    pub(in crate::import) fn mebibytes(&self) -> (usize, usize) {
        let count = |bytes: u64| usize::try_from(bytes / Self::MIB + 1).unwrap_or(usize::MAX);
        let total = count(self.total);
        (count(self.done.get()).min(total), total)
    }
}

/// Counts what is read of a file.
#[derive(Debug)]
struct Counted {
    file: File,
    done: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done.set(self.done.get().saturating_add(read as u64));
        Ok(read)
    }
}

impl Bytes {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let meter = Meter {
            done: Rc::default(),
            total: file.metadata()?.len(),
        };
        let done = Rc::clone(&meter.done);
        let mut file = BufReader::new(Counted { file, done });
        let is_packed = file.fill_buf()?.starts_with(&GZIP);
        let unpacked = if is_packed {
            Unpacked::Gzip(Box::new(MultiGzDecoder::new(file)))
        } else {
            Unpacked::Plain(file)
        };
        Ok(Self { unpacked, meter })
    }

    /// How far it has been read.
    pub(in crate::import) fn meter(&self) -> Meter {
        self.meter.clone()
    }
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.unpacked {
            Unpacked::Plain(file) => file.read(buffer),
            Unpacked::Gzip(file) => file.read(buffer),
        }
    }
}

/// Opens a file of text: its first bytes without a byte order mark, and the rest.
///
/// # Errors
/// A file that cannot be read, and one that is UTF-16 or binary.
pub(in crate::import) fn open_text(path: &Path) -> GisResult<(Vec<u8>, Bytes)> {
    let mut file = Bytes::open(path).map_err(cannot_read(path))?;
    let mut sample = Vec::new();
    let taken = file.by_ref().take(SAMPLE_BYTES).read_to_end(&mut sample);
    taken.map_err(cannot_read(path))?;
    if sample.starts_with(&[0xff, 0xfe]) || sample.starts_with(&[0xfe, 0xff]) {
        return Err(not_table(path, "it is UTF-16: save it as UTF-8"));
    }
    if sample.starts_with(&[0xef, 0xbb, 0xbf]) {
        sample.drain(..3);
    }
    if sample.contains(&0) {
        return Err(not_table(path, "it holds binary data"));
    }
    Ok((sample, file))
}

/// How many bytes may still be read; shared with the reader that it bounds.
#[derive(Clone, Debug, Default)]
pub(in crate::import) struct Allowance(Rc<Cell<u64>>);

impl Allowance {
    /// Allows so many bytes from here on.
    pub(in crate::import) fn renew(&self, bytes: u64) {
        self.0.set(bytes);
    }
}

/// Refuses to read on where one record takes too much.
#[derive(Debug)]
pub(in crate::import) struct Bounded<R> {
    source: R,
    left: Allowance,
    /// How many bytes it gave, and the last of them.
    given: u64,
    last: u8,
}

impl<R> Bounded<R> {
    pub(in crate::import) const fn new(source: R, left: Allowance) -> Self {
        Self {
            source,
            left,
            given: 0,
            last: b'\n',
        }
    }

    /// Whether the byte before an offset is the last one so far, and does not end a line.
    pub(in crate::import) const fn ends_within_line(&self, offset: u64) -> bool {
        offset == self.given && self.last != b'\n'
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let left = self.left.0.get().checked_sub(read as u64);
        self.left.0.set(left.ok_or(io::ErrorKind::FileTooLarge)?);
        self.given += read as u64;
        if let Some(last) = buffer[..read].last() {
            self.last = *last;
        }
        Ok(read)
    }
}
