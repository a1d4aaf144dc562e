//! How many observations a second the twin takes in and keeps, beside what the disk can do.
//!
//! Prints a table; `cargo bench -p api --bench journal`. The limit is measured in the same run and
//! folder: a file that is synced after each small write.

#![expect(
    clippy::print_stdout,
    reason = "a benchmark's answer is what it prints"
)]

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use api::engine::{DataDirectory, Engine, EngineRules, OpenRequest, PackChoice, open};
use gis_data::import::embedded::Preset;
use twin_core::{DevEui, Input, Reading, Span, Timestamp, Uplink};

/// Observations of the saturating run.
const OBSERVATIONS: u32 = 60_000;
/// Observations a second, and seconds, of the paced run.
const PACED: (u32, u32) = (500, 10);
/// Synced writes of the limit.
const SYNCS: u32 = 300;

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("while making a folder")?;
    let runtime = tokio::runtime::Runtime::new()?;
    let syncs = synced_writes_per_second(folder.path())?;
    println!("disk: {syncs:.0} synced writes of 4 KiB a second, one after the other");
    runtime.block_on(async {
        let directory = start(&folder.path().join("data"))?;
        let devices = devices(&directory.engine);
        ensure!(!devices.is_empty(), "the embedded territory has no sensors");
        let (rate, latency) = saturate(&directory.engine, &devices).await?;
        report("as fast as it goes", rate, latency);
        let latency = pace(&directory.engine, &devices).await?;
        report("paced", f64::from(PACED.0), latency);
        println!(
            "ratio: {:.0} observations for each synced write",
            rate / syncs
        );
        directory.engine.stop().await;
        anyhow::Ok(())
    })
}

fn start(data: &Path) -> anyhow::Result<DataDirectory> {
    let request = OpenRequest {
        data: data.to_owned(),
        pack: PackChoice::Embedded(Preset::Target2023),
        rate: 1.0,
        date: None,
        rules: EngineRules::default(),
        store: None,
        carrier: None,
    };
    Ok(open(&request, "bench")?)
}

fn devices(engine: &Engine) -> Vec<DevEui> {
    let twin = engine.twin();
    let sensors = twin.inventory().sensors();
    sensors
        .iter()
        .map(|(_ix, row)| row.asset.detail.dev_eui)
        .collect()
}

/// Hands over one frame after the other without waiting, then waits for all of them.
async fn saturate(engine: &Engine, devices: &[DevEui]) -> anyhow::Result<(f64, Vec<Duration>)> {
    let started = Instant::now();
    let (sender, mut receiver) = tokio::sync::mpsc::channel(16_384);
    let feeding = engine.clone();
    let devices = devices.to_vec();
    let feeder = tokio::spawn(async move {
        for number in 0..OBSERVATIONS {
            let input = frame(&devices, number, feeding.clock().now());
            let outcome = feeding.hand_over(input).await;
            if sender.send((Instant::now(), outcome)).await.is_err() {
                return;
            }
        }
    });
    let mut latency = Vec::new();
    while let Some((sent, outcome)) = receiver.recv().await {
        outcome?.await?;
        latency.push(sent.elapsed());
    }
    feeder.await?;
    Ok((
        f64::from(OBSERVATIONS) / started.elapsed().as_secs_f64(),
        latency,
    ))
}

/// Sends frames at a steady rate, as a network of some millions of sensors would.
async fn pace(engine: &Engine, devices: &[DevEui]) -> anyhow::Result<Vec<Duration>> {
    let (per_second, seconds) = PACED;
    let mut tick = tokio::time::interval(Duration::from_secs(1) / per_second);
    let mut waiting = Vec::new();
    for number in 0..per_second * seconds {
        tick.tick().await;
        let input = frame(devices, OBSERVATIONS + number, engine.clock().now());
        let (sent, outcome) = (Instant::now(), engine.hand_over(input).await?);
        waiting.push(tokio::spawn(async move {
            outcome.await.map(|_receipt| sent.elapsed())
        }));
    }
    let mut latency = Vec::new();
    for outcome in waiting {
        latency.push(outcome.await??);
    }
    Ok(latency)
}

fn frame(devices: &[DevEui], number: u32, now: Timestamp) -> Input {
    let count = u32::try_from(devices.len()).unwrap_or(u32::MAX);
    let level = u16::try_from(number % 1_400).unwrap_or(0);
    let reading = Reading {
        distance_mm: Some(400 + level),
        ..Reading::default()
    };
    Input::Uplink(Uplink {
        source: "bench".into(),
        dev_eui: devices[(number % count) as usize],
        session: "00189440".into(),
        f_cnt: number / count,
        f_port: Some(85),
        bytes: vec![0x03, 0x82, 0x90, 0x01],
        network_at: now - Span::from_secs(1),
        received_at: now,
        rssi_dbm: Some(-97.0),
        snr_db: Some(7.2),
        spreading_factor: Some(9),
        gateways: vec!["fe00000000000001".into()],
        decoder: Some("milesight-em400-mud/1".into()),
        reading,
    })
}

fn synced_writes_per_second(folder: &Path) -> anyhow::Result<f64> {
    let mut file = std::fs::File::create(folder.join("limit"))?;
    let started = Instant::now();
    for _ in 0..SYNCS {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
    }
    Ok(f64::from(SYNCS) / started.elapsed().as_secs_f64())
}

fn report(what: &str, per_second: f64, mut latency: Vec<Duration>) {
    latency.sort_unstable();
    let at = |share: usize| {
        latency
            .get(latency.len() * share / 100)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "{what}: {per_second:.0} observations/s; acknowledged after {:.1?} (p50), {:.1?} (p99)",
        at(50),
        at(99)
    );
}
