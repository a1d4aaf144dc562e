//! The stream that holds the latest commits of one journal.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, Info, RetentionPolicy, StorageType, Stream,
};
use sha2::{Digest as _, Sha256};

/// How long a commit is held; whoever was away for longer reads the journal.
const HELD: Duration = Duration::from_mins(10);
/// How much is held, in bytes.
const ROOM: i64 = 64 * 1024 * 1024;
/// How long a commit that is sent again is known for that.
const KNOWN: Duration = Duration::from_mins(2);

/// What the stream of a journal and the subject of its commits are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) stream: String,
    pub(super) subject: String,
}

impl Names {
    /// Those that no other journal has.
    pub(super) fn of(lineage: &str) -> Self {
        let digest = Sha256::digest(lineage.as_bytes());
        let first = digest.iter().take(8);
        let id = first.fold(0, |id: u64, byte| (id << 8) | u64::from(*byte));
        let id = format!("{id:016x}");
        Self {
            stream: format!("twin_{id}"),
            subject: format!("twin.{id}.commits"),
        }
    }
}

/// Why there is no stream that will do.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoStream {
    /// The server does not give one.
    #[error("the NATS server gives no stream {name}")]
    Refused {
        /// The name of the stream.
        name: String,
        /// What the server says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// Somebody made it another way.
    #[error("the stream {name} of the NATS server {problem}: change it, or delete it")]
    Unfit {
        /// The name of the stream.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// Sees to it that there is a stream that will do.
pub(super) async fn assure(context: &Context, names: &Names) -> Result<Stream, NoStream> {
    let stream = context.get_or_create_stream(wanted(names)).await;
    let stream = stream.map_err(|source| NoStream::Refused {
        name: names.stream.clone(),
        source: source.into(),
    })?;
    let Info { config, .. } = stream.cached_info();
    match problem(config, names) {
        None => Ok(stream),
        Some(problem) => Err(NoStream::Unfit {
            name: names.stream.clone(),
            problem,
        }),
    }
}

fn wanted(names: &Names) -> Config {
    Config {
        name: names.stream.clone(),
        subjects: vec![names.subject.clone()],
        description: Some("The latest commits of a twin; its database has them all".to_owned()),
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::Old,
        storage: StorageType::Memory,
        max_age: HELD,
        max_bytes: ROOM,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_consumers: -1,
        duplicate_window: KNOWN,
        num_replicas: 1,
        ..Config::default()
    }
}

/// What is wrong with a stream. Whoever made it chooses how it is stored and where its bounds are.
fn problem(config: &Config, names: &Names) -> Option<&'static str> {
    let checks = [
        (
            config.subjects == [names.subject.as_str()],
            "has not the one subject of the commits",
        ),
        (
            config.retention == RetentionPolicy::Limits,
            "keeps something else than the latest",
        ),
        (
            config.discard == DiscardPolicy::Old,
            "refuses what is new instead of forgetting what is old",
        ),
        (config.max_age > Duration::ZERO, "has no greatest age"),
        (config.max_bytes > 0, "has no greatest size"),
        (!config.no_ack, "does not acknowledge"),
        (!config.sealed, "is sealed"),
        (
            config.mirror.is_none() && config.sources.is_none(),
            "is made of other streams",
        ),
    ];
    checks
        .into_iter()
        .find_map(|(is_fine, problem)| (!is_fine).then_some(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_journal_has_names_of_its_own() {
        let (first, second) = (Names::of("one"), Names::of("another"));
        assert_ne!(first.stream, second.stream);
        assert_ne!(first.subject, second.subject);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        assert!(first.stream.chars().all(is_plain), "{first:?}");
        assert_eq!(first, Names::of("one"));
    }

    #[test]
    fn a_stream_without_bounds_is_refused() {
        let names = Names::of("one");
        assert_eq!(problem(&wanted(&names), &names), None);
        let spoilt: [fn(&mut Config); 6] = [
            |config| config.max_age = Duration::ZERO,
            |config| config.max_bytes = -1,
            |config| config.discard = DiscardPolicy::New,
            |config| config.retention = RetentionPolicy::WorkQueue,
            |config| config.subjects.push("more".to_owned()),
            |config| config.no_ack = true,
        ];
        for spoil in spoilt {
            let mut config = wanted(&names);
            spoil(&mut config);
            assert!(problem(&config, &names).is_some(), "{config:?}");
        }
    }
}
