//! Commits between nodes over NATS JetStream.
//!
//! * See [`carrier`] for the door.
//! * `link` is the connection, `stream` what holds the latest commits, `wire` how a commit is written.
//!
//! # Invariant
//!
//! What is sent has been committed before. What is lost here is read in the journal, so nothing here waits for
//! long, tries for ever, or can fail a commit.

mod link;
mod publish;
mod stream;
mod subscribe;
mod wire;

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use self::link::{Link, Way};
use self::stream::Names;
use crate::config::NatsUrl;
use crate::engine::{Carrier, Line, News, Parcel, Role};
use crate::error::ApiResult;

/// Commits that may wait for the server, or for the node; then the journal keeps them.
const AHEAD: usize = 64;

/// A way for commits over this server.
#[expect(
    clippy::unnecessary_wraps,
    reason = "what stands in for it where the feature is off refuses"
)]
pub(crate) fn carrier(url: &NatsUrl) -> ApiResult<Arc<dyn Carrier>> {
    Ok(Arc::new(Nats {
        url: url.clone(),
        link: Arc::new(Link::new(url)),
    }))
}

/// A NATS server.
#[derive(Debug)]
struct Nats {
    url: NatsUrl,
    link: Arc<Link>,
}

impl Carrier for Nats {
    fn name(&self) -> &'static str {
        "nats"
    }

    fn is_connected(&self) -> bool {
        self.link.carries()
    }

    fn start(&self, lineage: &str, role: watch::Receiver<Role>) -> Line {
        let (outbox, parcels) = mpsc::channel(AHEAD);
        let (sender, news) = mpsc::channel(AHEAD);
        let names = Names::of(lineage);
        tracing::info!(
            subject = names.subject,
            stream = names.stream,
            "commits are to travel over {}, too",
            self.url
        );
        tokio::spawn(carry(
            (self.url.clone(), Arc::clone(&self.link), names),
            (parcels, sender),
            role,
        ));
        Line { outbox, news }
    }
}

/// Carries until both ends of the line are gone.
async fn carry(
    (url, link, names): (NatsUrl, Arc<Link>, Names),
    (parcels, news): (mpsc::Receiver<Parcel>, mpsc::Sender<News>),
    role: watch::Receiver<Role>,
) {
    match Way::open(&url, link, names).await {
        Ok(way) => {
            let publish = publish::publish(way.clone(), parcels);
            let subscribe = subscribe::subscribe(way, news, role);
            tokio::join!(publish, subscribe);
        }
        Err(error) => tracing::error!(
            error = &error as &dyn std::error::Error,
            "no commits travel over {url}"
        ),
    }
}
