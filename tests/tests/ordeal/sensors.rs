//! A hundred sensors that report five times a second through a broker, by a client that others wrote.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rumqttc::{Broker, Client, Connection, Event, Incoming, MqttOptions, PublishOptions, QoS};
use twin_core::{Span, Timestamp};

use super::Items;
use crate::small::{device, event, mounting};

/// How many there are.
pub(super) const SENSORS: u64 = 100;
/// How often each reports.
const EVERY: Duration = Duration::from_millis(200);
/// How long the broker may keep its word back once all is told.
const PATIENCE: Duration = Duration::from_secs(20);

/// A hundred sensors.
pub(super) struct Sensors {
    start: Timestamp,
    /// Frames of each: at first how many there are at least, in the end how many there were.
    frames: AtomicU64,
}

impl Sensors {
    /// Sensors that report for so long at least, by clocks that begin at `start`.
    pub(super) fn new(start: Timestamp, lasts: Duration) -> Self {
        let frames = lasts.as_millis() / EVERY.as_millis();
        Self {
            start,
            frames: AtomicU64::new(u64::try_from(frames).unwrap()),
        }
    }

    fn at(&self, sensor: u64, nth: u64) -> Timestamp {
        let millis = i64::try_from(nth * 200 + sensor).unwrap();
        self.start + Span::from_millis(millis)
    }

    /// What a sensor measures: it fills slowly.
    fn distance_mm(sensor: u64, nth: u64) -> u16 {
        u16::try_from(1_790 - (sensor * 3 + nth * 3) % 1_300).unwrap()
    }

    /// All that they measure.
    pub(super) fn expected(&self) -> Items {
        let item = |sensor: u64, nth: u64| {
            let fill = mounting().fill_at(Self::distance_mm(sensor, nth)).get();
            let name = format!("container/c{sensor} at {}", self.at(sensor, nth));
            (name, format!("{fill:.9}"))
        };
        let frames = self.frames.load(Ordering::Relaxed);
        let all = (0..SENSORS).flat_map(|sensor| (0..frames).map(move |nth| (sensor, nth)));
        all.map(|(sensor, nth)| item(sensor, nth)).collect()
    }

    /// Reports until it is over and the broker has all that was said.
    pub(super) fn report(&self, url: &str, is_over: &AtomicBool) {
        let (client, mut connection) = Client::builder(options(url)).capacity(1_000).build();
        std::thread::scope(|scope| {
            let telling = scope.spawn(|| self.tell(&client, is_over));
            self.confirm(&mut connection, || telling.is_finished());
        });
    }

    fn tell(&self, client: &Client, is_over: &AtomicBool) {
        let started = Instant::now();
        let least = self.frames.load(Ordering::Relaxed);
        for nth in 0.. {
            if nth >= least && is_over.load(Ordering::Relaxed) {
                self.frames.store(nth, Ordering::Relaxed);
                return;
            }
            let due = EVERY * u32::try_from(nth).unwrap();
            std::thread::sleep(due.saturating_sub(started.elapsed()));
            for sensor in 0..SENSORS {
                let topic = format!("application/0b5a/device/{}/event/up", device(sensor));
                let counter = u32::try_from(nth).unwrap();
                let distance = Self::distance_mm(sensor, nth);
                let body = event(sensor, counter, distance, self.at(sensor, nth));
                let options = PublishOptions::new(QoS::AtLeastOnce);
                client.publish(topic, body, options).unwrap();
            }
        }
    }

    /// Keeps the connection until the broker has confirmed each frame; what it did not before a connection
    /// was lost is told again.
    fn confirm(&self, connection: &mut Connection, is_told: impl Fn() -> bool) {
        let (mut confirmed, mut last) = (0, Instant::now());
        let all = || SENSORS * self.frames.load(Ordering::Relaxed);
        while !is_told() || confirmed < all() && last.elapsed() < PATIENCE {
            match connection.recv_timeout(Duration::from_secs(1)) {
                Ok(Ok(Event::Incoming(Incoming::PubAck(_)))) => {
                    confirmed += 1;
                    last = Instant::now();
                }
                Ok(Ok(_)) => {}
                Ok(Err(_lost)) => std::thread::sleep(Duration::from_millis(200)),
                Err(_quiet) => {}
            }
        }
    }
}

/// A session that outlives its connections.
fn options(url: &str) -> MqttOptions {
    let address = url.strip_prefix("mqtt://").unwrap();
    let (user, place) = address.rsplit_once('@').unwrap();
    let (name, password) = user.split_once(':').unwrap();
    let (host, port) = place.split_once(':').unwrap();
    let mut options = MqttOptions::new("sensors", Broker::tcp(host, port.parse().unwrap()));
    options.set_credentials(name.replace("%40", "@"), password.to_owned());
    options.set_clean_session(false);
    options
}
