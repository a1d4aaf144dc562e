//! A network server's MQTT broker as a source: a frame is acknowledged once what it did is on disk.
//!
//! The session is persistent and the subscription asks for quality of service 1, so that a broker keeps what
//! comes while the twin is away and delivers again what it did not acknowledge. What is delivered twice
//! does nothing: the twin knows frames by device, session and counter. (The Things Stack only grants
//! quality 0: what it sends while nobody listens is lost there.)

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use gis_data::import::sensor_things::read_creation;
use gis_data::radio::things_stack;
use rumqttc::{
    AckMode, AsyncClient, Broker, Event, EventLoop, Incoming, MqttOptions, Publish, QoS,
    TlsConfiguration, Transport,
};
use tokio::sync::mpsc;

use super::codecs::Codecs;
use super::door::{CHIRPSTACK, Delivery, Door, DoorError, Fate, THINGS_STACK};
use super::topic::{FILTERS, Kind};
use crate::config::MqttUrl;
use crate::engine::{Engine, Outcome, SubmitError};
use crate::error::with_causes;

/// Seconds between signs of life.
const KEEP_ALIVE_S: u16 = 30;
/// The longest packet, in bytes. Events are far shorter, and longer ones are passed over; a packet beyond this
/// ends the connection, again and again, until the broker forgets it: brokers should have a lower limit.
const MAX_PACKET: usize = 8 * 1024 * 1024;
/// Frames that wait for the disk; beyond that the broker has to.
const MAX_WAITING: usize = 4096;
/// How long to wait before the next try, at first and at most.
const PATIENCE: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(30)];

/// Why a broker cannot be connected to at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MqttError {
    /// The file of trusted authorities cannot be read.
    #[error("cannot read the authorities {}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// The system's own authorities cannot be used.
    #[error("cannot prepare an encrypted connection to {broker}")]
    Tls {
        /// The broker, without what is secret.
        broker: String,
        /// What the library says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// Settings that no client can have.
    #[error("cannot be a client of {broker}")]
    Client {
        /// The broker, without what is secret.
        broker: String,
        /// What the library says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A broker that was not connected to yet.
#[expect(missing_debug_implementations, reason = "what it holds is secret")]
pub struct MqttSource {
    client: AsyncClient,
    events: EventLoop,
    engine: Engine,
    codecs: Codecs,
    /// The broker, without what is secret.
    name: String,
}

/// A message that is not acknowledged yet.
struct Waiting {
    publish: Publish,
    /// On which connection it came: only there can it be acknowledged.
    connection: u64,
    state: State,
}

/// What is known of a message that is not acknowledged yet.
enum State {
    /// Its frame was handed to the twin.
    HandedOver(Delivery, Outcome),
    /// There is nothing to wait for, with the word that it is counted under.
    Settled(&'static str),
}

impl MqttSource {
    /// Prepares the connection; it is made by [`MqttSource::follow`].
    ///
    /// # Errors
    /// Authorities that cannot be read or used.
    pub fn new(url: &MqttUrl, engine: Engine, codecs: Codecs) -> Result<Self, MqttError> {
        let mut options = MqttOptions::new(&*url.client_id, Broker::tcp(&*url.host, url.port));
        options
            .set_keep_alive(KEEP_ALIVE_S)
            .set_ack_mode(AckMode::Manual)
            .set_clean_session(false);
        options.set_max_packet_size(MAX_PACKET, MAX_PACKET);
        if let Some((user, password)) = &url.credentials {
            options.set_credentials(user, password.clone());
        }
        if url.is_tls {
            options.set_transport(transport(url)?);
        }
        // Bounded by what waits: an acknowledgement must never wait for the connection that waits for it.
        let (client, events) = AsyncClient::builder(options)
            .unbounded()
            .try_build()
            .map_err(|source| MqttError::Client {
                broker: url.to_string(),
                source: source.into(),
            })?;
        Ok(Self {
            client,
            events,
            engine,
            codecs,
            name: url.to_string(),
        })
    }

    /// Takes in what the broker delivers, and connects again whenever the connection is lost, until the
    /// twin stops.
    pub async fn follow(mut self) {
        let connection = Arc::new(AtomicU64::new(0));
        let (waiting, handed_over) = mpsc::channel(MAX_WAITING);
        let (engine, client) = (self.engine.clone(), self.client.clone());
        tokio::spawn(acknowledge(
            handed_over,
            (engine, client),
            Arc::clone(&connection),
        ));
        let mut patience = PATIENCE[0];
        while !waiting.is_closed() {
            match self.events.poll().await {
                Ok(Event::Incoming(Incoming::ConnAck(answer))) => {
                    patience = PATIENCE[0];
                    connection.fetch_add(1, Ordering::AcqRel);
                    metrics::gauge!("twin_mqtt_connected").set(1.0);
                    tracing::info!(broker = self.name, "connected");
                    if !answer.session_present {
                        self.subscribe().await;
                    }
                }
                Ok(Event::Incoming(Incoming::Publish(publish))) => {
                    let connection = connection.load(Ordering::Acquire);
                    self.take(publish, connection, &waiting).await;
                }
                Ok(_) => {}
                Err(error) => {
                    metrics::gauge!("twin_mqtt_connected").set(0.0);
                    let why = with_causes(&error);
                    tracing::warn!(broker = self.name, why, "not connected, trying again");
                    tokio::time::sleep(patience).await;
                    patience = (patience * 2).min(PATIENCE[1]);
                }
            }
        }
    }

    async fn subscribe(&self) {
        for filter in FILTERS {
            if let Err(error) = self.client.subscribe(filter, QoS::AtLeastOnce).await {
                let why = with_causes(&error);
                tracing::error!(broker = self.name, filter, why, "cannot subscribe");
            }
        }
    }

    /// Hands a frame to the twin; for anything else there is nothing to wait for, since another delivery would
    /// not change what it is.
    async fn take(&self, publish: Publish, connection: u64, waiting: &mpsc::Sender<Waiting>) {
        let state = match self.read(&publish) {
            Ok(delivery) => match delivery.hand_over(&self.engine).await {
                Ok(Some(outcome)) => State::HandedOver(delivery, outcome),
                Ok(None) => State::Settled("passed_over"),
                // The twin is stopping: the broker delivers again to the next one.
                Err(_stopping) => return,
            },
            Err(error) => {
                let topic = String::from_utf8_lossy(&publish.topic);
                tracing::warn!(%topic, why = with_causes(&error), "a message that cannot be read");
                State::Settled("unreadable")
            }
        };
        let one = Waiting {
            publish,
            connection,
            state,
        };
        // It only fails where the twin is stopping.
        let _ = waiting.send(one).await;
    }

    fn read(&self, publish: &Publish) -> Result<Delivery, DoorError> {
        let twin = self.engine.twin();
        let now = self.engine.clock().now();
        let topic = str::from_utf8(&publish.topic).unwrap_or_default();
        match Kind::of(topic).ok_or(DoorError::UnknownTopic)? {
            Kind::ChirpStack(device, event) => {
                let door = Door::new(CHIRPSTACK, &self.codecs);
                let delivery = match event {
                    "up" => door.read_up(&twin, &publish.payload, now)?,
                    other => door.read_notice(&twin, (other, &publish.payload), now)?,
                };
                match delivery.dev_eui() {
                    Some(told) if told != device => {
                        another_device(&device.to_string(), &told.to_string())
                    }
                    _ => Ok(delivery),
                }
            }
            Kind::ThingsStack(device) => {
                let door = Door::new(THINGS_STACK, &self.codecs);
                let told = things_stack::device_id(&publish.payload).map_err(DoorError::from)?;
                if !told.is_empty() && *told != *device {
                    return another_device(device, &told);
                }
                door.read_message(&twin, &publish.payload, now)
            }
            Kind::SensorThings(datastream) => {
                let measured = read_creation(datastream, &publish.payload, now)?;
                Ok(Delivery::Measured(Box::new(measured)))
            }
        }
    }
}

fn another_device(topic: &str, body: &str) -> Result<Delivery, DoorError> {
    Err(DoorError::AnotherDevice {
        topic: topic.into(),
        body: body.into(),
    })
}

/// Acknowledges messages in the order in which they came, as the protocol wants it (MQTT 3.1.1, §4.6), frames
/// once they are on disk or refused for good.
async fn acknowledge(
    mut handed_over: mpsc::Receiver<Waiting>,
    (engine, client): (Engine, AsyncClient),
    connection: Arc<AtomicU64>,
) {
    while let Some(one) = handed_over.recv().await {
        let fate = match one.state {
            State::Settled(fate) => Some(fate),
            State::HandedOver(delivery, outcome) => settle(&engine, &delivery, outcome).await,
        };
        let Some(fate) = fate else {
            return;
        };
        metrics::counter!("twin_mqtt_messages_total", "fate" => fate).increment(1);
        // What came on an earlier connection is delivered again on this one, and acknowledged then.
        if one.connection == connection.load(Ordering::Acquire) {
            let _ = client.ack(&one.publish).await;
        }
    }
}

/// Waits until a frame is on disk or refused, however often the disk has to be asked; the word that it is
/// counted under, or `None` where the twin stops.
async fn settle(engine: &Engine, delivery: &Delivery, outcome: Outcome) -> Option<&'static str> {
    let mut told = outcome.await;
    let mut patience = PATIENCE[0];
    loop {
        match delivery.fate(told.map(|_receipt| ())) {
            Ok(Fate::Taken) => return Some("taken"),
            Ok(Fate::Aside(_cause, why)) => {
                tracing::debug!(why, "a frame is set aside");
                return Some("set_aside");
            }
            Ok(Fate::Refused(why)) => {
                tracing::debug!(why, "a frame is refused");
                return Some("refused");
            }
            Err(SubmitError::NotStored) => {
                tokio::time::sleep(patience).await;
                patience = (patience * 2).min(PATIENCE[1]);
                told = delivery.hand_over(engine).await.ok()??.await;
            }
            Err(_stopping) => return None,
        }
    }
}

fn transport(url: &MqttUrl) -> Result<Transport, MqttError> {
    let Some(path) = &url.ca else {
        return Transport::try_tls_with_default_config().map_err(|source| MqttError::Tls {
            broker: url.to_string(),
            source: source.into(),
        });
    };
    let ca = std::fs::read(path).map_err(|source| MqttError::Authorities {
        path: path.clone(),
        source,
    })?;
    Ok(Transport::tls_with_config(TlsConfiguration::Simple {
        ca,
        alpn: None,
        client_auth: None,
    }))
}
