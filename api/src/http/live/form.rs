//! How changes are written for listeners.

use bytes::Bytes;
use serde::Serialize;
use twin_core::{Change, Channel, Timestamp, Twin};

use super::filter::LiveFilter;
use super::told::ToldChange;
use crate::engine::StreamItem;

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Server-sent events: one for each change, its number as the event's.
    SentEvents,
    /// Messages of a WebSocket: one for each commit or piece of the past, in JSON.
    Message,
}

/// What is told beside changes.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Notice {
    /// The changes up to `seq` are not to be had any more: the client starts over.
    Reset {
        /// The number after which it goes on.
        seq: u64,
    },
    /// All is well.
    Heartbeat {
        /// The twin's time.
        at: Timestamp,
        /// The number of the twin's last change.
        seq: u64,
    },
}

#[derive(Serialize)]
struct Message<'a> {
    event: &'static str,
    seq: u64,
    changes: Vec<ToldChange<'a>>,
}

impl Form {
    const fn key(self) -> &'static str {
        match self {
            Self::SentEvents => "sse",
            Self::Message => "message",
        }
    }

    /// What a listener is sent of an item; empty where nothing of it is wanted. A commit is written once for
    /// all listeners that want the same.
    pub(super) fn of(
        self,
        item: &StreamItem,
        channel: Channel,
        filter: &LiveFilter,
        now: &Twin,
    ) -> Bytes {
        match item {
            StreamItem::Commit(commit) => {
                let key = format!("{}|{channel:?}|{}", self.key(), filter.key());
                commit.form(&key, |commit| {
                    let twins = [commit.after(), commit.before()];
                    let of_channel = |change: &&Change| change.channel == channel;
                    let changes = commit.changes().iter().filter(of_channel);
                    self.written(changes.filter(|change| filter.wants(change, &twins)))
                })
            }
            StreamItem::Past(changes) => {
                self.written(changes.iter().filter(|change| filter.wants(change, &[now])))
            }
            StreamItem::Reset { seq } => self.notice(&Notice::Reset { seq: *seq }, *seq),
        }
    }

    fn written<'a>(self, changes: impl Iterator<Item = &'a Change>) -> Bytes {
        let told: Vec<ToldChange<'_>> = changes.filter_map(ToldChange::of).collect();
        let Some(last) = told.last() else {
            return Bytes::new();
        };
        let mut out = Vec::with_capacity(told.len() * 224);
        match self {
            Self::SentEvents => {
                for change in &told {
                    write_event(&mut out, "change", change.seq(), change);
                }
            }
            Self::Message => {
                let message = Message {
                    event: "changes",
                    seq: last.seq(),
                    changes: told,
                };
                write_json(&mut out, &message);
            }
        }
        out.into()
    }

    /// A notice, and the number that the listener has got to.
    pub(super) fn notice(self, notice: &Notice, position: u64) -> Bytes {
        let mut out = Vec::new();
        match self {
            Self::SentEvents => write_event(&mut out, notice.name(), position, notice),
            Self::Message => write_json(&mut out, notice),
        }
        out.into()
    }
}

impl Notice {
    const fn name(self) -> &'static str {
        match self {
            Self::Reset { .. } => "reset",
            Self::Heartbeat { .. } => "heartbeat",
        }
    }
}

fn write_event(out: &mut Vec<u8>, name: &str, id: u64, data: &impl Serialize) {
    let start = out.len();
    out.extend_from_slice(format!("event: {name}\nid: {id}\ndata: ").as_bytes());
    if serde_json::to_writer(&mut *out, data).is_err() {
        out.truncate(start);
        return;
    }
    out.extend_from_slice(b"\n\n");
}

fn write_json(out: &mut Vec<u8>, data: &impl Serialize) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, data).is_err() {
        out.truncate(start);
    }
}
