//! From the node that writes into the stream.

use std::error::Error;

use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;
use tokio::sync::mpsc;
use twin_core::Channel;

use super::link::Way;
use super::wire;
use crate::engine::Parcel;
use crate::error::with_causes;

/// What a message takes besides a commit, in bytes.
const HEADERS: usize = 256;
/// How often a commit is sent whose arrival the server does not tell; it knows one that it has.
const ATTEMPTS: usize = 2;

/// Sends what is committed here, one commit after the other, until there will be no more.
pub(super) async fn publish(way: Way, mut parcels: mpsc::Receiver<Parcel>) {
    let mut assured = None;
    while let Some(parcel) = parcels.recv().await {
        let fate = match way.link.connection() {
            None => "offline",
            Some(connection) => match send(&way, (&mut assured, connection), parcel).await {
                Ok(fate) => {
                    way.link.settle();
                    fate
                }
                Err(error) => {
                    assured = None;
                    way.link.complain(&with_causes(error.as_ref()));
                    "failed"
                }
            },
        };
        metrics::counter!("twin_fan_out_sent_total", "fate" => fate).increment(1);
    }
}

/// Sends a commit over a connection, on which the stream is seen to first; what became of it.
async fn send(
    way: &Way,
    (assured, connection): (&mut Option<u64>, u64),
    parcel: Parcel,
) -> Result<&'static str, Box<dyn Error + Send + Sync>> {
    if *assured != Some(connection) {
        way.stream().await?;
        *assured = Some(connection);
    }
    let id = message_id(&parcel);
    let most = way.client.max_payload().saturating_sub(HEADERS);
    let write = move || wire::write(parcel.epoch, parcel.commit.changes(), most);
    let message = Bytes::from(tokio::task::spawn_blocking(write).await?);
    let mut attempt = 1;
    loop {
        let message = PublishMessage::build()
            .message_id(&id)
            .payload(message.clone());
        let subject = way.names.subject.clone();
        let sent = async { way.context.send_publish(subject, message).await?.await };
        match sent.await {
            Ok(_stored) => break,
            Err(error) if error.kind() == PublishErrorKind::TimedOut && attempt < ATTEMPTS => {
                attempt += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(if wire::is_left_out(&message) {
        "left-out"
    } else {
        "sent"
    })
}

/// By which the stream knows a commit: its writer's number, and those of its last changes.
fn message_id(parcel: &Parcel) -> String {
    let after = parcel.commit.after();
    let [public, restricted] =
        [Channel::Public, Channel::Restricted].map(|channel| after.seq(channel));
    format!("{}-{public}-{restricted}", parcel.epoch)
}
