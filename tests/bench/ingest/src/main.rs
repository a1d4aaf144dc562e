//! A load for a running twin, on one thread: senders of measured values, each waiting for the answer to its
//! last request, and listeners that note how old each change is when it arrives. Prints one line of JSON.

mod pack;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use futures_util::StreamExt as _;
use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// What to load the twin with.
#[derive(Clone, Debug, Parser)]
struct Load {
    /// Write a pack with that many sensors into this folder, and stop
    #[arg(long)]
    pack: Option<PathBuf>,
    /// Address of the twin
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    base: String,
    /// The operator's token
    #[arg(long, env = "TWIN_OPERATOR_TOKEN")]
    token: String,
    /// Sensors there are, from sensor/a0 on
    #[arg(long)]
    sensors: u64,
    /// Senders
    #[arg(long, default_value_t = 0)]
    senders: u64,
    /// Values in a request
    #[arg(long, default_value_t = 500)]
    values: u64,
    /// Values a second that all senders send together; as many as they can where it is 0
    #[arg(long, default_value_t = 0)]
    rate: u64,
    /// Listeners
    #[arg(long, default_value_t = 0)]
    listeners: u64,
    /// Seconds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

/// Times in microseconds.
#[derive(Debug, Default)]
struct Times(Mutex<Vec<u32>>);

impl Times {
    async fn add(&self, micros: u64) {
        self.0
            .lock()
            .await
            .push(u32::try_from(micros).unwrap_or(u32::MAX));
    }

    /// Median, 99th percentile and maximum, in milliseconds.
    async fn told(&self) -> Value {
        let mut times = self.0.lock().await;
        times.sort_unstable();
        let at = |share: f64| {
            let last = times.len().checked_sub(1)?;
            let ix = (last as f64 * share).round() as usize;
            Some(f64::from(times[ix]) / 1_000.0)
        };
        json!({ "count": times.len(), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0) })
    }
}

#[derive(Debug, Default)]
struct Counts {
    taken: AtomicU64,
    refused: AtomicU64,
    told: AtomicU64,
    ended: AtomicU64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let load = Load::parse();
    if let Some(folder) = &load.pack {
        pack::write(folder, load.sensors);
        return;
    }
    let counts = Arc::new(Counts::default());
    let (acknowledged, ages) = (Arc::new(Times::default()), Arc::new(Times::default()));
    let client = Client::builder().pool_max_idle_per_host(0).build();
    let client = client.expect("a client without TLS can be built");
    let mut listeners = Vec::new();
    for _listener in 0..load.listeners {
        let (load, counts, ages) = (load.clone(), Arc::clone(&counts), Arc::clone(&ages));
        let client = client.clone();
        listeners.push(tokio::spawn(async move {
            listen(&client, &load, &counts, &ages).await
        }));
    }
    if load.listeners > 0 {
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    let started = Instant::now();
    let end = started + Duration::from_secs(load.seconds);
    let mut senders = Vec::new();
    for sender in 0..load.senders {
        let (load, counts) = (load.clone(), Arc::clone(&counts));
        let times = Arc::clone(&acknowledged);
        senders.push(tokio::spawn(async move {
            send(&load, sender, end, (&counts, &times)).await
        }));
    }
    for sender in senders {
        sender.await.expect("a sender does not panic");
    }
    let seconds = started.elapsed().as_secs_f64();
    if load.senders == 0 {
        tokio::time::sleep_until(end.into()).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    listeners.iter().for_each(tokio::task::JoinHandle::abort);
    let count = |of: &AtomicU64| of.load(Ordering::Relaxed);
    let taken = count(&counts.taken);
    println!(
        "{}",
        json!({
            "seconds": seconds,
            "taken": taken,
            "refused": count(&counts.refused),
            "values_per_s": taken as f64 / seconds,
            "acknowledged": acknowledged.told().await,
            "told": count(&counts.told),
            "listeners_ended": count(&counts.ended),
            "age": ages.told().await,
        })
    );
}

/// Sends values until the end, each request after the answer to the one before.
async fn send(load: &Load, sender: u64, end: Instant, (counts, times): (&Counts, &Times)) {
    let client = Client::builder()
        .build()
        .expect("a client without TLS can be built");
    let pause = (load.rate > 0).then(|| {
        let each = load.values as f64 * load.senders as f64 / load.rate as f64;
        Duration::from_secs_f64(each)
    });
    // Senders with a rate do not all send at the same moment.
    if let Some(pause) = pause {
        tokio::time::sleep(pause.mul_f64(sender as f64 / load.senders as f64)).await;
    }
    let mut next = Instant::now();
    let mut nth = sender * 7_919;
    while Instant::now() < end {
        let body = body(load, &mut nth);
        let sent = Instant::now();
        let request = client
            .post(format!("{}/observations", load.base))
            .bearer_auth(&load.token)
            .body(body);
        let Ok(answer) = request.send().await else {
            counts.refused.fetch_add(load.values, Ordering::Relaxed);
            continue;
        };
        let text = answer.text().await.unwrap_or_default();
        times.add(sent.elapsed().as_micros() as u64).await;
        let tally: Value = serde_json::from_str(&text).unwrap_or_default();
        let of = |name: &str| tally[name].as_u64().unwrap_or(0);
        counts.taken.fetch_add(of("taken"), Ordering::Relaxed);
        counts.refused.fetch_add(of("refused"), Ordering::Relaxed);
        if let Some(pause) = pause {
            next += pause;
            tokio::time::sleep_until(next.into()).await;
        }
    }
}

/// Distances of sensors, one after the other in steps that visit all, measured now.
fn body(load: &Load, nth: &mut u64) -> String {
    let now = Timestamp::now();
    let mut body = String::with_capacity(load.values as usize * 110);
    for _value in 0..load.values {
        *nth += 1;
        let sensor = (*nth * 48_271) % load.sensors;
        let distance = 400 + *nth * 31 % 1_400;
        body += &format!(
            "{{\"sensor\":\"sensor/a{sensor}\",\"phenomenon\":\"distance\",\"value\":{distance},\"observed_at\":\"{now:.3}\"}}\n"
        );
    }
    body
}

/// Follows the stream of containers, and notes how old the oldest of what comes together is when it arrives.
async fn listen(client: &Client, load: &Load, counts: &Counts, ages: &Times) {
    let url = format!("{}/live?kind=container", load.base);
    let Ok(answer) = client.get(url).send().await else {
        counts.ended.fetch_add(1, Ordering::Relaxed);
        return;
    };
    let mut pieces = answer.bytes_stream();
    let mut rest = Vec::new();
    while let Some(Ok(piece)) = pieces.next().await {
        rest.extend_from_slice(&piece);
        let Some(end) = rest.windows(2).rposition(|pair| pair == b"\n\n") else {
            continue;
        };
        let whole: Vec<u8> = rest.drain(..end + 2).collect();
        let text = String::from_utf8_lossy(&whole);
        let told = text.matches("event: change").count();
        counts.told.fetch_add(told as u64, Ordering::Relaxed);
        // What comes together was committed together: the first is the oldest of it.
        let at = text.split("\"observed_at\":\"").nth(1);
        let at = at.and_then(|rest| rest.split('"').next());
        if let Some(at) = at.and_then(|text| text.parse::<Timestamp>().ok()) {
            let age = Timestamp::now().duration_since(at).as_micros();
            ages.add(u64::try_from(age).unwrap_or(0)).await;
        }
    }
    counts.ended.fetch_add(1, Ordering::Relaxed);
}
