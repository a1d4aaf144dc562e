//! From the stream to the node that follows.

use std::error::Error;
use std::time::Duration;

use async_nats::datetime::DateTime;
use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::push::OrderedConfig;
use async_nats::jetstream::stream::Info;
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, watch};

use super::link::Way;
use super::wire;
use crate::engine::{News, Role};
use crate::error::with_causes;

/// How long a server that does not deliver is left alone.
const RETRY: Duration = Duration::from_secs(1);
/// How long nothing need come until the stream is looked at.
const QUIET: Duration = Duration::from_secs(10);

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Brings what other nodes commit, while this one follows, until nobody wants it any more.
pub(super) async fn subscribe(way: Way, news: mpsc::Sender<News>, mut role: watch::Receiver<Role>) {
    let mut place = Place::default();
    while role.wait_for(|role| *role == Role::Follower).await.is_ok() {
        let ended = tokio::select! {
            ended = listen(&way, &news, &mut place) => ended,
            _other = role.wait_for(|role| *role == Role::Writer) => {
                place = Place::default();
                Ok(())
            }
            () = news.closed() => return,
        };
        if let Err(error) = ended {
            way.link.complain(&with_causes(error.as_ref()));
        }
        if news.send(News::Silence).await.is_err() {
            return;
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// How far a stream was heard.
#[derive(Clone, Debug, Default, PartialEq)]
struct Place {
    /// When the stream was made: another one of its name counts from the beginning.
    created: Option<DateTime>,
    last: u64,
}

impl Place {
    /// Where to go on: after what was heard, or with what is new, for the journal has all that was before.
    fn go_on(&mut self, stream: &Info) -> DeliverPolicy {
        let is_known = self.created == Some(stream.created) && self.last > 0;
        if is_known && self.last <= stream.state.last_sequence {
            return DeliverPolicy::ByStartSequence {
                start_sequence: self.last + 1,
            };
        }
        *self = Self {
            created: Some(stream.created),
            last: stream.state.last_sequence,
        };
        DeliverPolicy::New
    }

    /// Whether all was heard that the stream has.
    fn is_level(&self, stream: &Info) -> bool {
        self.created == Some(stream.created) && self.last == stream.state.last_sequence
    }
}

/// Brings what comes over one connection.
async fn listen(way: &Way, news: &mpsc::Sender<News>, place: &mut Place) -> Outcome {
    let mut connections = way.link.connections();
    connections.wait_for(Option::is_some).await?;
    connections.mark_unchanged();
    let mut stream = way.stream().await?;
    let consumer = stream.create_consumer(OrderedConfig {
        deliver_subject: way.client.new_inbox(),
        deliver_policy: place.go_on(stream.cached_info()),
        ..OrderedConfig::default()
    });
    let mut messages = consumer.await?.messages().await?;
    way.link.settle();
    loop {
        tokio::select! {
            message = tokio::time::timeout(QUIET, messages.next()) => match message {
                Ok(Some(message)) => pass_on(message?, news, place).await?,
                Ok(None) => return Ok(()),
                Err(_quiet) if place.is_level(stream.info().await?) => {}
                Err(_missing) => return Ok(()),
            },
            _changed = connections.changed() => return Ok(()),
        }
    }
}

async fn pass_on(message: Message, news: &mpsc::Sender<News>, place: &mut Place) -> Outcome {
    place.last = message.info()?.stream_sequence;
    let payload = message.message.payload;
    let read = tokio::task::spawn_blocking(move || wire::read(&payload)).await?;
    let told = match read {
        Ok(wire::Message {
            epoch,
            changes: Some(changes),
        }) => News::Commit { epoch, changes },
        Ok(_left_out) => News::Unread,
        Err(why) => {
            metrics::counter!("twin_nats_unreadable_total", "why" => why.name()).increment(1);
            tracing::debug!(
                error = &why as &dyn Error,
                "a message is left to the journal"
            );
            News::Unread
        }
    };
    Ok(news.send(told).await?)
}
