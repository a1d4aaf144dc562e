//! `twin serve`: settings in, a running server out, until SIGINT or SIGTERM.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use gis_data::pack::Manifest;
use gis_data::stores::{Checkpoint, Store};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use twin_core::{Span, Twin};

use super::print;
use crate::alarms::{self, AlarmRules, Carriers, Watch};
use crate::config::{Config, MailRelay, MqttUrl, NatsUrl, OperatorToken, RawConfig, WebhookTarget};
use crate::engine::{
    self, Carrier, ClockKind, DataDirectory, Engine, EngineRules, OpenRequest, PackChoice, Past,
    Role,
};
use crate::error::{ApiError, ApiResult, with_causes};
use crate::forecast::Foresight;
use crate::http::{
    self, ApiState, Listeners, ServedAddresses, ServedForecasts, ServedPlans, ServedRoads,
    ServedSimulations, Territory, Writers,
};
use crate::ingest::{self, Codecs, MqttSource, VirtualNetwork, flows_of};
use crate::nats;

/// The folder of a data directory whose files declare codecs for sensors that this program does not know.
const PROFILES: &str = "profiles";

/// What is logged unless `TWIN_LOG` says otherwise. The client of NATS tells each of its attempts; what matters
/// of them is told once.
const LOG: &str = "info,async_nats=off";

/// Serve the territory over HTTP until SIGINT or SIGTERM.
///
/// Prints one line, `listening on http://ADDR`, when it is ready; what happens is logged on the
/// error stream (`TWIN_LOG`, for example `debug`; default `info`). Each setting comes from its
/// flag, else from its environment variable, else from the configuration file, else from its
/// default. The operator token comes from `TWIN_OPERATOR_TOKEN` only; without it nothing can be
/// written, and only this machine is served. A network server's MQTT broker, whose frames are
/// taken in, comes from `TWIN_MQTT_URL` only: `mqtts://USER:PASSWORD@HOST:PORT?client_id=NAME&ca=FILE`, of
/// which the host is enough. Codecs for sensors that are not known come from the files `profiles/*.toml` of
/// the data directory, as `twin decode --profile` reads them. The journal is in the data directory, or in the
/// PostgreSQL database that `TWIN_STORE` names, which several nodes can share; `TWIN_NATS_URL`
/// (`nats://USER:PASSWORD@HOST:PORT` or `tls://…?ca=FILE`) names a NATS server with JetStream that carries
/// commits between them. Both come from the environment only. Alarms are raised by the rules of
/// `alarms.toml` in the data directory; they are posted to `TWIN_ALARM_WEBHOOK`, signed with
/// `TWIN_ALARM_WEBHOOK_SECRET`, and mailed over `TWIN_ALARM_RELAY`
/// (`smtp+starttls://USER:PASSWORD@HOST:PORT?ca=FILE`), which come from the environment only.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Configuration file (TOML) with any of the settings below, under the same names
    #[arg(long, value_name = "FILE", env = "TWIN_CONFIG")]
    config: Option<PathBuf>,

    /// Print the settings that would be used, as a configuration file, and stop
    #[arg(long)]
    print_config: bool,

    /// Print the settings as JSON
    #[arg(long, requires = "print_config")]
    json: bool,

    #[command(flatten)]
    settings: RawConfig,
}

impl Serve {
    /// Serves, or prints the settings where that was asked for.
    pub fn run(self) -> ApiResult<()> {
        let (prints, is_json) = (self.print_config, self.json);
        let config = self.resolve()?;
        match (prints, is_json) {
            (true, true) => print(&config.to_json()?),
            (true, false) => print(&config.to_toml()?),
            (false, _) => run_server(&config),
        }
    }

    fn resolve(self) -> ApiResult<Config> {
        let file = self
            .config
            .as_deref()
            .map(RawConfig::from_file)
            .transpose()?;
        let environment = RawConfig::from_environment(|name| std::env::var_os(name))?;
        let raw = self
            .settings
            .over(environment)
            .over(file.unwrap_or_default());
        Config::new(raw, operator_token()?)?
            .with_mqtt(mqtt_url()?)
            .with_store(store_from_environment()?)
            .with_nats(nats_url()?)?
            .with_carriers(webhook()?, mail_relay()?)
    }
}

fn mqtt_url() -> ApiResult<Option<MqttUrl>> {
    parsed_secret("TWIN_MQTT_URL")
}

/// Where `TWIN_STORE` says that the journal is kept; it comes from the environment only, for it may hold a
/// password.
pub(super) fn store_from_environment() -> ApiResult<Option<Store>> {
    parsed_secret("TWIN_STORE")
}

fn nats_url() -> ApiResult<Option<NatsUrl>> {
    parsed_secret("TWIN_NATS_URL")
}

fn parsed_secret<T>(name: &'static str) -> ApiResult<Option<T>>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    secret(name)?
        .filter(|text| !text.is_empty())
        .map(|text| text.parse::<T>())
        .transpose()
        .map_err(|source| ApiError::Environment {
            name,
            source: Box::new(source),
        })
}

fn webhook() -> ApiResult<Option<WebhookTarget>> {
    const NAME: &str = "TWIN_ALARM_WEBHOOK";
    let key = secret("TWIN_ALARM_WEBHOOK_SECRET")?;
    let url = secret(NAME)?.filter(|text| !text.is_empty());
    let target = url.map(|url| WebhookTarget::new(&url, key.as_deref()));
    target.transpose().map_err(|source| ApiError::Environment {
        name: NAME,
        source: Box::new(source),
    })
}

fn mail_relay() -> ApiResult<Option<MailRelay>> {
    const NAME: &str = "TWIN_ALARM_RELAY";
    secret(NAME)?
        .filter(|text| !text.is_empty())
        .map(|text| text.parse::<MailRelay>())
        .transpose()
        .map_err(|source| ApiError::Environment {
            name: NAME,
            source: Box::new(source),
        })
}

fn operator_token() -> ApiResult<Option<OperatorToken>> {
    Ok(secret("TWIN_OPERATOR_TOKEN")?.and_then(OperatorToken::new))
}

/// What only the environment tells, for command lines are there for everybody to see.
fn secret(name: &'static str) -> ApiResult<Option<String>> {
    match std::env::var(name) {
        Ok(secret) => Ok(Some(secret)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(ApiError::NotUnicode { name }),
    }
}

fn run_server(config: &Config) -> ApiResult<()> {
    start_log();
    let runtime = tokio::runtime::Runtime::new().map_err(|source| ApiError::Run {
        action: "start the threads of the server",
        source,
    })?;
    runtime.block_on(serve(config))
}

async fn serve(config: &Config) -> ApiResult<()> {
    http::allow_many_connections();
    let stop = http::stop_signal()?;
    let metrics = PrometheusBuilder::new().install_recorder()?;
    let DataDirectory {
        engine,
        origin,
        manifest,
        ground,
        folder,
        update,
        checkpoint,
        lock,
    } = engine::open(&open_request(config)?, ingest::SOURCE)?;
    let is_writer = engine.role() == Role::Writer;
    if let Some(update) = update.filter(|_update| is_writer) {
        let count = update.apply(&engine).await?;
        tracing::info!("the newer pack brought {count} changes");
    }
    if manifest.simulated_sensors && is_writer {
        simulate_sensors(&engine, &origin, &manifest, checkpoint.as_ref()).await?;
    }
    let past = Past::new(origin, engine.readers().clone());
    drop(checkpoint);
    let alarm_rules = Arc::new(AlarmRules::of(&config.data)?);
    let carriers = watch(&engine, &alarm_rules, config)?;
    let codecs = Codecs::load(&config.data.join(PROFILES))?;
    follow_sources(config.mqtt.as_ref(), &engine, &codecs)?;
    let forecasts = forecast(&engine);
    let plans = ServedPlans::new(engine.clone(), folder.clone(), manifest.clone());
    let places = (&*config.data, folder.clone());
    let simulations = ServedSimulations::new(engine.clone(), places, manifest.clone());
    let territory = Territory::new(manifest, ground);
    let state = ApiState {
        engine: engine.clone(),
        past,
        addresses: ServedAddresses::default(),
        forecasts,
        roads: ServedRoads::new(folder, territory.is_layer_synthetic("roads")),
        plans: plans.clone(),
        simulations: simulations.clone(),
        codecs,
        alarm_rules,
        carriers,
        listeners: Listeners::default(),
        territory: Arc::new(territory),
        writers: Writers(config.operator_token.clone().map(Arc::new)),
        metrics,
    };
    let listener = listen(config.listen).await?;
    // Jobs and the twin stop first: that ends the streams, which would keep the server waiting.
    let twin_stopped = async move {
        stop.await;
        plans.close();
        simulations.close();
        engine.stop().await;
    };
    let served = http::serve_until(listener, http::app(state), twin_stopped).await;
    drop(lock);
    served
}

/// Learns how containers fill, beside everything else.
fn forecast(engine: &Engine) -> ServedForecasts {
    let foresight = Foresight::new(engine.clone());
    tokio::spawn(foresight.clone().learn());
    ServedForecasts::new(foresight)
}

/// Takes the port, and says so.
async fn listen(listen: SocketAddr) -> ApiResult<TcpListener> {
    let error = |source| ApiError::Listen { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(error)?;
    let address = listener.local_addr().map_err(error)?;
    print(&format!("listening on http://{address}\n"))?;
    Ok(listener)
}

/// Lets the virtual sensors report: each at once, then as time goes by.
async fn simulate_sensors(
    engine: &Engine,
    origin: &Twin,
    manifest: &Manifest,
    checkpoint: Option<&Checkpoint>,
) -> ApiResult<()> {
    let mut network = VirtualNetwork::new(engine.clone(), origin, flows_of(manifest), checkpoint)
        .map_err(ApiError::Network)?;
    network.report_once().await?;
    tokio::spawn(network.run());
    Ok(())
}

/// Watches for what is worth an alarm while this node writes, from when it has learnt what it needs for that,
/// and tells those who are to be told.
fn watch(engine: &Engine, rules: &Arc<AlarmRules>, config: &Config) -> ApiResult<Carriers> {
    let targets = (config.webhook.clone(), config.mail.clone());
    let carriers = alarms::carry(engine, rules, targets)?;
    let (engine, rules) = (engine.clone(), Arc::clone(rules));
    tokio::spawn(async move {
        while engine.becomes(Role::Writer).await {
            tokio::select! {
                () = keep_watch(&engine, &rules) => {}
                _other = engine.becomes(Role::Follower) => {}
            }
            if engine.is_over() {
                return;
            }
        }
    });
    Ok(carriers)
}

async fn keep_watch(engine: &Engine, rules: &Arc<AlarmRules>) {
    match Watch::new(engine.clone(), Arc::clone(rules)).await {
        Ok(watch) => watch.run().await,
        Err(error) => {
            tracing::error!(why = with_causes(&error), "nobody watches for alarms yet");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

/// Takes in what a broker delivers from now on, and reads again what can be read better than before.
fn follow_sources(url: Option<&MqttUrl>, engine: &Engine, codecs: &Codecs) -> ApiResult<()> {
    if engine.clock().kind() == ClockKind::Simulated {
        return match url {
            Some(_broker) => Err(ApiError::SourceInSimulatedTime),
            None => Ok(()),
        };
    }
    let first = url
        .map(|url| MqttSource::new(url, engine.clone(), codecs.clone()))
        .transpose()?;
    let sources = Sources {
        url: url.cloned(),
        engine: engine.clone(),
        codecs: codecs.clone(),
    };
    tokio::spawn(sources.follow(first));
    Ok(())
}

/// What a node takes in while it is the writer.
struct Sources {
    url: Option<MqttUrl>,
    engine: Engine,
    codecs: Codecs,
}

impl Sources {
    async fn follow(self, mut next: Option<MqttSource>) {
        while self.engine.becomes(Role::Writer).await {
            let source = next.take().or_else(|| self.connected_anew());
            let follow = async {
                match source {
                    Some(source) => source.follow().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = follow => {}
                () = self.read_anew() => {}
                _lost = self.engine.becomes(Role::Follower) => {}
            }
        }
    }

    /// Another source, which went well before.
    fn connected_anew(&self) -> Option<MqttSource> {
        let url = self.url.as_ref()?;
        let source = MqttSource::new(url, self.engine.clone(), self.codecs.clone());
        source
            .inspect_err(|error| {
                tracing::error!(why = with_causes(error), "no frames are taken in");
            })
            .ok()
    }

    /// Reads again what can be read better than before; goes on for good after that.
    async fn read_anew(&self) {
        match ingest::catch_up(&self.engine, &self.codecs).await {
            Ok(0) => {}
            Ok(count) => tracing::info!("{count} frames were read anew"),
            Err(error) => tracing::error!(why = with_causes(&error), "frames are not read anew"),
        }
        std::future::pending::<()>().await;
    }
}

fn open_request(config: &Config) -> ApiResult<OpenRequest> {
    let pack = match (&config.pack, config.preset) {
        (Some(folder), _) => PackChoice::Folder(folder.clone()),
        (None, Some(preset)) => PackChoice::Embedded(preset),
        (None, None) => PackChoice::Kept,
    };
    let carrier: Option<Arc<dyn Carrier>> = config.nats.as_ref().map(nats::carrier).transpose()?;
    Ok(OpenRequest {
        data: config.data.clone(),
        pack,
        rate: config.clock.get().into(),
        date: config.date,
        rules: EngineRules {
            retained_changes: config.keep_changes,
            retained_hours: Span::from_hours(24 * i64::from(config.keep_hours_for_days)),
            ..EngineRules::default()
        },
        store: config.store.clone(),
        carrier,
    })
}

fn start_log() {
    let filter = EnvFilter::try_from_env("TWIN_LOG").unwrap_or_else(|_unset| EnvFilter::new(LOG));
    let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(is_terminal)
        .with_writer(std::io::stderr)
        .init();
}
