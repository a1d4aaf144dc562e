//! The connection to the server, which comes and goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::stream::Stream;
use async_nats::{Client, ConnectError, ConnectOptions, Event};
use tokio::sync::watch;

use super::stream::{self, Names, NoStream};
use crate::config::{NatsEntry, NatsUrl};

/// How long the server may take to take a connection.
const KNOCK: Duration = Duration::from_secs(5);
/// How often it is asked whether it is still there.
const PULSE: Duration = Duration::from_secs(2);
/// How long it may take to answer.
pub(super) const ANSWER: Duration = Duration::from_secs(2);

/// What is known of the connection.
#[derive(Debug)]
pub(super) struct Link {
    server: String,
    /// The number of the connection; `None` while there is none.
    connections: watch::Sender<Option<u64>>,
    count: AtomicU64,
    /// Whether the stream was as it has to be when it was last looked at.
    has_stream: AtomicBool,
    /// Whether it was told that nothing can be carried, and not yet that something can.
    has_complained: AtomicBool,
}

impl Link {
    pub(super) fn new(url: &NatsUrl) -> Self {
        metrics::gauge!("twin_nats_connected").set(0.0);
        Self {
            server: url.to_string(),
            connections: watch::Sender::new(None),
            count: AtomicU64::new(0),
            has_stream: AtomicBool::new(true),
            has_complained: AtomicBool::new(false),
        }
    }

    /// Whether it can carry something.
    pub(super) fn carries(&self) -> bool {
        self.connection().is_some() && self.has_stream.load(Ordering::Relaxed)
    }

    /// The number of the connection, where there is one.
    pub(super) fn connection(&self) -> Option<u64> {
        *self.connections.borrow()
    }

    /// Follows the connection as it comes and goes.
    pub(super) fn connections(&self) -> watch::Receiver<Option<u64>> {
        self.connections.subscribe()
    }

    /// Says that nothing can be carried, once until something can.
    pub(super) fn complain(&self, why: &str) {
        if !self.has_complained.swap(true, Ordering::Relaxed) {
            let server = &self.server;
            tracing::warn!(
                why,
                "nothing travels over {server}; commits go through the database alone"
            );
        }
    }

    /// Says that something can be carried again, where it was said that nothing can.
    pub(super) fn settle(&self) {
        if self.has_complained.swap(false, Ordering::Relaxed) {
            tracing::info!("commits travel over {} again", self.server);
        }
    }

    fn lose(&self) {
        self.connections.send_replace(None);
        metrics::gauge!("twin_nats_connected").set(0.0);
    }

    fn note(&self, event: &Event) {
        match event {
            Event::Connected => {
                let count = self.count.fetch_add(1, Ordering::Relaxed);
                self.connections.send_replace(Some(count));
                metrics::gauge!("twin_nats_connected").set(1.0);
            }
            Event::Disconnected => {
                self.lose();
                self.complain("the connection is lost");
            }
            Event::Closed => self.lose(),
            Event::ServerError(error) => self.complain(&error.to_string()),
            Event::ClientError(error) => self.complain(&error.to_string()),
            Event::LameDuckMode | Event::Draining | Event::SlowConsumer(_) => {}
        }
    }
}

/// The way to the stream of one journal.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) link: Arc<Link>,
    pub(super) names: Names,
    pub(super) client: Client,
    pub(super) context: Context,
}

impl Way {
    /// Begins to connect, and goes on with that as long as it takes, whenever it has to.
    ///
    /// # Errors
    /// Where the address is none.
    pub(super) async fn open(
        url: &NatsUrl,
        link: Arc<Link>,
        names: Names,
    ) -> Result<Self, ConnectError> {
        let noted = Arc::clone(&link);
        let mut options = ConnectOptions::new()
            .name("twin")
            .retry_on_initial_connect()
            .connection_timeout(KNOCK)
            .ping_interval(PULSE)
            .require_tls(url.is_tls)
            .event_callback(move |event| {
                noted.note(&event);
                std::future::ready(())
            });
        options = match &url.entry {
            NatsEntry::Open => options,
            NatsEntry::Token(token) => options.token(token.clone()),
            NatsEntry::User(user, password) => {
                options.user_and_password(user.clone(), password.clone())
            }
        };
        if let Some(ca) = &url.ca {
            options = options.add_root_certificates(ca.clone());
        }
        let client = options.connect(url.to_string()).await?;
        let context = ContextBuilder::new()
            .timeout(ANSWER)
            .ack_timeout(ANSWER)
            .build(client.clone());
        Ok(Self {
            link,
            names,
            client,
            context,
        })
    }

    /// The stream, which is made where there is none.
    pub(super) async fn stream(&self) -> Result<Stream, NoStream> {
        let stream = stream::assure(&self.context, &self.names).await;
        self.link
            .has_stream
            .store(stream.is_ok(), Ordering::Relaxed);
        stream
    }
}
