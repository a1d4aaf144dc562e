//! A journal as a whole: looked at row by row, or copied into another, whichever database keeps them.

use std::collections::VecDeque;

use twin_core::{AssetId, Change, Channel, Timestamp};

use super::digest::{Digest, RawDigest};
use super::error::{StoreError, StoreResult};
use super::reading::{self, RowSource};
use super::rows::{
    Fault, Head, RawAside, RawChange, RawInput, decode, from_db, intact_checkpoint, intact_fact,
    to_db,
};
use super::{Batch, Entry, Extent, Journal, LINEAGE, Store, StoreName};

/// Rows asked for at once, and entries written in a transaction.
const PAGE: u32 = 1_000;
/// The fact that a journal is being made of another; it stays where that is cut short.
pub(super) const IN_THE_MAKING: &str = "in-the-making";

/// Looks at every row of a journal: each has its checksum, no number is missing, and the end is where the
/// journal itself notes it.
///
/// # Errors
/// [`StoreError::Damaged`] with the number of the last public change before the damage.
pub(super) fn check(source: &impl RowSource) -> StoreResult<Extent> {
    let head = source.head().map_err(|fault| source.error(fault, 0))?;
    Walk::new(source, head).each(&mut |_entry| Ok(()))?;
    rest(source)?;
    each_digest(source, &mut |_asset, _digests| Ok(()))?;
    reading::snapshots(source)?;
    Ok(extent(head))
}

/// Copies a journal into an empty one, `name`.
///
/// # Errors
/// Where the journal is damaged, the other is not empty, or cannot be written.
pub(super) fn copy(
    source: &impl RowSource,
    target: &mut dyn Journal,
    name: StoreName,
) -> StoreResult<Extent> {
    let head = source.head().map_err(|fault| source.error(fault, 0))?;
    if target.reader()?.latest()? > Timestamp::MIN {
        return Err(StoreError::NotEmpty { journal: name });
    }
    target.set_meta(IN_THE_MAKING, "yes")?;
    target.begin_after(from_db(head.forgotten))?;
    let mut batch = Batch::default();
    Walk::new(source, head).each(&mut |entry| {
        batch.entries.push(entry);
        if batch.entries.len() == PAGE as usize {
            target.append(&std::mem::take(&mut batch))?;
        }
        Ok(())
    })?;
    let (facts, checkpoints) = rest(source)?;
    batch.checkpoints = checkpoints;
    target.append(&batch)?;
    each_aside(source, &mut |set_aside| {
        target.append(&Batch {
            set_aside,
            ..Batch::default()
        })
    })?;
    each_digest(source, &mut |asset, digests| {
        target.keep_digests(asset, digests)
    })?;
    for snapshot in reading::snapshots(source)?.iter().rev() {
        target.save_snapshot(snapshot)?;
    }
    for (key, value) in facts {
        target.set_meta(&key, &value)?;
    }
    target.set_meta(IN_THE_MAKING, "no")?;
    Ok(extent(head))
}

fn extent(head: Head) -> Extent {
    Extent {
        public_seq: from_db(head.public_seq),
        restricted_seq: from_db(head.restricted_seq),
    }
}

/// Facts by name, and the states of sources.
type Rest = (Vec<(String, String)>, Vec<super::Checkpoint>);

/// Facts but those about making it and about what sets it apart, and the states of sources; each intact.
fn rest(source: &impl RowSource) -> StoreResult<Rest> {
    let read = || {
        let mut facts = Vec::new();
        for (key, value, sum) in source.facts()? {
            let value = intact_fact(&key, (value, sum))?;
            if key != IN_THE_MAKING && key != LINEAGE {
                facts.push((key, value));
            }
        }
        let checkpoints = source.checkpoints()?.into_iter().map(intact_checkpoint);
        Ok((facts, checkpoints.collect::<Result<_, _>>()?))
    };
    let rest = read().map_err(|fault| source.error(fault, 0))?;
    each_aside(source, &mut |_frames| Ok(()))?;
    Ok(rest)
}

/// The frames that are set aside, in the order in which they came.
fn each_aside(
    source: &impl RowSource,
    visit: &mut dyn FnMut(Vec<super::SetAside>) -> StoreResult<()>,
) -> StoreResult<()> {
    let mut after = 0;
    loop {
        let rows = source
            .aside(None, after, PAGE)
            .map_err(|fault| source.error(fault, 0))?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = from_db(last.no);
        let frames = rows.iter().map(RawAside::read).collect::<Result<_, _>>();
        visit(frames.map_err(|damage| source.error(damage.into(), 0))?)?;
    }
}

/// The digests of each container.
fn each_digest(
    source: &impl RowSource,
    visit: &mut dyn FnMut(&AssetId, &[Digest]) -> StoreResult<()>,
) -> StoreResult<()> {
    let assets = source.digested().map_err(|fault| source.error(fault, 0))?;
    for asset in assets {
        let asset: AssetId = asset.parse()?;
        let rows = source.digests(&asset, Timestamp::MIN, u32::MAX);
        let rows = rows.map_err(|fault| source.error(fault, 0))?;
        let digests = rows
            .iter()
            .map(RawDigest::read)
            .collect::<Result<Vec<_>, _>>();
        let digests = digests.map_err(|damage| source.error(damage.into(), 0))?;
        visit(&asset, &digests)?;
    }
    Ok(())
}

/// A walk along the inputs of a journal, with the changes of each.
struct Walk<'s, S> {
    source: &'s S,
    head: Head,
    public: Cursor,
    restricted: Cursor,
}

/// The place in a channel.
struct Cursor {
    channel: Channel,
    /// Numbers up to this one may be missing.
    forgotten: i64,
    /// The last number that was taken.
    last: i64,
    /// The last number that was asked for.
    read: i64,
    next: VecDeque<RawChange>,
}

impl Cursor {
    const fn new(channel: Channel, forgotten: i64) -> Self {
        Self {
            channel,
            forgotten,
            last: 0,
            read: 0,
            next: VecDeque::new(),
        }
    }

    /// The changes of an input, none missing.
    fn take<S: RowSource>(&mut self, source: &S, no: i64) -> Result<Vec<Change>, Fault<S::Error>> {
        let mut taken = Vec::new();
        while let Some(row) = self.look(source)?.filter(|row| row.input == no) {
            let (seq, change) = (row.seq, row.read()?);
            if seq > self.forgotten && seq != self.last.max(self.forgotten) + 1 {
                return Err(self.missing());
            }
            self.last = seq;
            self.next.pop_front();
            taken.push(change);
        }
        Ok(taken)
    }

    fn look<S: RowSource>(&mut self, source: &S) -> Result<Option<&RawChange>, Fault<S::Error>> {
        if self.next.is_empty() {
            self.next = source.changes(self.channel, self.read, PAGE)?.into();
            self.read = self.next.back().map_or(self.read, |row| row.seq);
        }
        Ok(self.next.front())
    }

    fn missing<E>(&self) -> Fault<E> {
        let next = self.last.max(self.forgotten) + 1;
        Fault::Row(match self.channel {
            Channel::Public => format!("change {next} is missing"),
            Channel::Restricted => format!("restricted change {next} is missing"),
        })
    }

    /// Insists that the channel ends where it should.
    fn end<S: RowSource>(&mut self, source: &S, end: i64) -> Result<(), Fault<S::Error>> {
        if self.last.max(self.forgotten) < end {
            return Err(self.missing());
        }
        match self.look(source)? {
            Some(row) if row.seq <= end => Err(Fault::Row(format!(
                "the input of change {} is missing",
                row.seq
            ))),
            _ => Ok(()),
        }
    }
}

impl<'s, S: RowSource> Walk<'s, S> {
    const fn new(source: &'s S, head: Head) -> Self {
        Self {
            source,
            head,
            public: Cursor::new(Channel::Public, head.forgotten),
            restricted: Cursor::new(Channel::Restricted, 0),
        }
    }

    /// Visits every input up to the head with its changes.
    fn each(mut self, visit: &mut dyn FnMut(Entry) -> StoreResult<()>) -> StoreResult<()> {
        let (mut last, end) = (0, self.head.input);
        loop {
            let page = self.source.inputs(last, PAGE);
            let page = page.map_err(|fault| self.error(fault))?;
            let is_over = page.is_empty();
            for raw in page.iter().filter(|raw| raw.no <= end) {
                let entry = self.entry(raw, last);
                visit(entry.map_err(|fault| self.error(fault))?)?;
                last = raw.no;
            }
            if is_over || page.last().is_some_and(|raw| raw.no > last) {
                break;
            }
        }
        self.end(last).map_err(|fault| self.error(fault))
    }

    fn entry(&mut self, raw: &RawInput, last: i64) -> Result<Entry, Fault<S::Error>> {
        let expected = last.max(self.head.forgotten_input) + 1;
        if raw.no > self.head.forgotten_input && raw.no != expected {
            return Err(Fault::Row(format!("input {expected} is missing")));
        }
        raw.check()?;
        let may_lack = self.public.last < self.head.forgotten;
        let mut changes = self.public.take(self.source, raw.no)?;
        changes.extend(self.restricted.take(self.source, raw.no)?);
        if to_db(changes.len() as u64) != raw.changes && !may_lack {
            return Err(self.public.missing());
        }
        let no = raw.no;
        let input = decode(&raw.body)
            .map_err(|problem| Fault::Row(format!("input {no} does not read: {problem}")))?;
        Ok(Entry {
            input,
            at: Timestamp::from_millis(raw.at),
            changes,
        })
    }

    fn end(&mut self, last: i64) -> Result<(), Fault<S::Error>> {
        let last = last.max(self.head.forgotten_input);
        if last < self.head.input {
            return Err(Fault::Row(format!("input {} is missing", last + 1)));
        }
        self.public.end(self.source, self.head.public_seq)?;
        self.restricted.end(self.source, self.head.restricted_seq)
    }

    fn error(&self, fault: Fault<S::Error>) -> StoreError {
        let last_intact = self.public.last.max(self.public.forgotten);
        self.source.error(fault, from_db(last_intact))
    }
}

impl Store {
    /// Copies the journal, whose writer may go on, into another that is empty or not there yet: all that was
    /// committed when the copying began. Returns how far the copy reaches.
    ///
    /// # Errors
    /// Where the journal is damaged or cannot be read, and where the other is not empty or cannot be written.
    pub fn copy_to(&self, other: &Self) -> StoreResult<Extent> {
        match (self, other) {
            (Self::Sqlite(from), Self::Sqlite(to)) => super::backup(from, to),
            (Self::Sqlite(from), Self::Postgres(_)) => {
                let source = super::SqliteReader::open(from)?;
                copy(&source, other.open()?.as_mut(), other.name())
            }
            (Self::Postgres(from), _) => {
                let source = super::PostgresReader::of_one_moment(from)?;
                copy(&source, other.open()?.as_mut(), other.name())
            }
        }
    }

    /// Looks at every row of the journal; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the number of the last public change before the damage.
    pub fn verify(&self) -> StoreResult<Option<Extent>> {
        match self {
            Self::Sqlite(path) => super::verify(path),
            Self::Postgres(address) => {
                check(&super::PostgresReader::of_one_moment(address)?).map(Some)
            }
        }
    }
}
