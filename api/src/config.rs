//! The settings of a server: file < environment (`TWIN_…`) < flags.
//!
//! [`RawConfig`] is one such layer, where everything may be missing; [`Config`] is the outcome,
//! with defaults filled in and the rules between settings checked.

mod authorities;
mod layer;
mod mqtt;
mod nats;
mod outbound;
mod rate;
mod token;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use gis_data::import::embedded::Preset;
use gis_data::stores::Store;
use twin_core::Timestamp;

pub use self::layer::RawConfig;
pub(crate) use self::layer::parse_date;
pub use self::mqtt::{MqttUrl, MqttUrlError};
pub use self::nats::{NatsEntry, NatsUrl, NatsUrlError};
pub use self::outbound::{
    MailRelay, MailSettings, OutboundError, RelayError, RelaySecurity, WebhookTarget,
};
pub use self::rate::ClockRate;
pub use self::token::OperatorToken;
use crate::error::{ApiError, ApiResult};

/// Where a server listens unless told otherwise.
pub const DEFAULT_KEEP_CHANGES: u64 = 5_000_000;
const DEFAULT_KEEP_DAYS: u32 = 730;
const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Where a server keeps its data unless told otherwise.
pub const DEFAULT_DATA: &str = "./data";

/// The settings that a server runs with.
///
/// # Invariant
///
/// A `listen` address that other machines can reach comes with an `operator_token`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// Where the server listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder of the journal and of the pack it was started with.
    pub data: PathBuf,
    /// The pack to serve; `None` is the embedded territory.
    pub pack: Option<PathBuf>,
    /// Which sensors the embedded territory has; `None`: those of the default, or of the data
    /// directory.
    pub preset: Option<Preset>,
    /// Where a simulated clock starts; `None` is now.
    pub date: Option<Timestamp>,
    /// How fast the clock runs.
    pub clock: ClockRate,
    /// Public changes that are kept in full.
    pub keep_changes: u64,
    /// For how many days levels by the hour are kept of older ones.
    pub keep_hours_for_days: u32,
    /// What a write must present; `None` refuses every write.
    pub operator_token: Option<OperatorToken>,
    /// The broker whose frames are taken in; `None`: none.
    pub mqtt: Option<MqttUrl>,
    /// Where the journal is kept; `None`: in `data`.
    pub store: Option<Store>,
    /// The server that carries commits between the nodes of a store; `None`: the store alone does.
    pub nats: Option<NatsUrl>,
    /// Where annunciations of alarms are posted; `None`: nowhere.
    pub webhook: Option<WebhookTarget>,
    /// Who is mailed of alarms; `None`: nobody.
    pub mail: Option<MailSettings>,
    alarm_mail: [Option<String>; 2],
}

impl Config {
    /// Fills in the defaults of `raw`, and refuses to expose an unprotected server.
    pub fn new(raw: RawConfig, operator_token: Option<OperatorToken>) -> ApiResult<Self> {
        let listen = raw.listen.unwrap_or(DEFAULT_LISTEN);
        if !listen.ip().to_canonical().is_loopback() && operator_token.is_none() {
            return Err(ApiError::UnprotectedAddress { listen });
        }
        Ok(Self {
            listen,
            data: raw.data.unwrap_or_else(|| DEFAULT_DATA.into()),
            pack: raw.pack,
            preset: raw.preset,
            date: raw.date,
            clock: raw.clock.unwrap_or_default(),
            keep_changes: raw.keep_changes.unwrap_or(DEFAULT_KEEP_CHANGES),
            keep_hours_for_days: raw.keep_hours_for_days.unwrap_or(DEFAULT_KEEP_DAYS),
            operator_token,
            mqtt: None,
            store: None,
            nats: None,
            webhook: None,
            mail: None,
            alarm_mail: [raw.alarm_mail_from, raw.alarm_mail_to],
        })
    }

    /// The same with a broker whose frames are taken in.
    #[must_use]
    pub fn with_mqtt(self, mqtt: Option<MqttUrl>) -> Self {
        Self { mqtt, ..self }
    }

    /// The same with a journal that is kept elsewhere.
    #[must_use]
    pub fn with_store(self, store: Option<Store>) -> Self {
        Self { store, ..self }
    }

    /// The same with a server that carries commits between the nodes of the store.
    ///
    /// # Errors
    /// Where the store is one that only one node can have.
    pub fn with_nats(self, nats: Option<NatsUrl>) -> ApiResult<Self> {
        if nats.is_some() && !matches!(self.store, Some(Store::Postgres(_))) {
            return Err(ApiError::NothingToCarry);
        }
        Ok(Self { nats, ..self })
    }

    /// The same with a webhook and a mail relay that are told of alarms.
    ///
    /// # Errors
    /// Where mail lacks a relay, a sender or receivers, and has others of them.
    pub fn with_carriers(
        self,
        webhook: Option<WebhookTarget>,
        relay: Option<MailRelay>,
    ) -> ApiResult<Self> {
        let [from, to] = self.alarm_mail.each_ref().map(Option::as_deref);
        let mail = MailSettings::new(relay, from, to);
        Ok(Self {
            webhook,
            mail: mail.map_err(|source| ApiError::AlarmMail { source })?,
            ..self
        })
    }

    /// The settings as a configuration file, which gives these same settings when read again.
    /// The token is only said to be set or not.
    pub fn to_toml(&self) -> ApiResult<String> {
        let settings = toml::to_string(&self.to_raw()).map_err(|source| ApiError::PrintConfig {
            source: source.into(),
        })?;
        Ok(format!(
            "{settings}# TWIN_OPERATOR_TOKEN is {}\n# TWIN_MQTT_URL is {}\n# TWIN_STORE is {}\n\
             # TWIN_NATS_URL is {}\n# TWIN_ALARM_WEBHOOK is {}\n# TWIN_ALARM_RELAY is {}\n",
            self.token_state(),
            shown(self.mqtt.as_ref()),
            shown(self.store.as_ref()),
            shown(self.nats.as_ref()),
            shown(self.webhook.as_ref()),
            shown(self.relay())
        ))
    }

    /// The settings as one JSON object; the token is only said to be set or not.
    pub fn to_json(&self) -> ApiResult<String> {
        #[derive(serde::Serialize)]
        struct Shown {
            #[serde(flatten)]
            settings: RawConfig,
            operator_token: &'static str,
            mqtt: String,
            store: String,
            nats: String,
            alarm_webhook: String,
            alarm_relay: String,
        }
        let shown = Shown {
            settings: self.to_raw(),
            operator_token: self.token_state(),
            mqtt: shown(self.mqtt.as_ref()),
            store: shown(self.store.as_ref()),
            nats: shown(self.nats.as_ref()),
            alarm_webhook: shown(self.webhook.as_ref()),
            alarm_relay: shown(self.relay()),
        };
        serde_json::to_string_pretty(&shown)
            .map(|json| json + "\n")
            .map_err(|source| ApiError::PrintConfig {
                source: source.into(),
            })
    }

    fn to_raw(&self) -> RawConfig {
        RawConfig {
            listen: Some(self.listen),
            data: Some(self.data.clone()),
            pack: self.pack.clone(),
            preset: self.preset,
            date: self.date,
            clock: Some(self.clock),
            keep_changes: Some(self.keep_changes),
            keep_hours_for_days: Some(self.keep_hours_for_days),
            alarm_mail_from: self.alarm_mail[0].clone(),
            alarm_mail_to: self.alarm_mail[1].clone(),
        }
    }

    fn relay(&self) -> Option<&MailRelay> {
        self.mail.as_ref().map(|mail| &mail.relay)
    }

    fn token_state(&self) -> &'static str {
        if self.operator_token.is_some() {
            "set"
        } else {
            "not set"
        }
    }
}

/// What is secret in parts, without these.
fn shown(setting: Option<&impl ToString>) -> String {
    setting.map_or_else(|| "not set".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening_on(address: &str) -> RawConfig {
        RawConfig {
            listen: Some(address.parse().unwrap()),
            ..RawConfig::default()
        }
    }

    #[test]
    fn without_any_setting_the_defaults_hold() {
        let config = Config::new(RawConfig::default(), None).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.data, PathBuf::from("./data"));
        assert_eq!(config.preset, None);
        assert_eq!(config.clock.to_string(), "1x");
        assert_eq!(
            (config.pack, config.date, config.operator_token),
            (None, None, None)
        );
    }

    #[rstest::rstest]
    #[case::this_machine("127.0.0.1:80", true)]
    #[case::this_machine_v6("[::1]:80", true)]
    #[case::this_machine_mapped("[::ffff:127.0.0.1]:80", true)]
    #[case::every_interface("0.0.0.0:80", false)]
    #[case::every_interface_v6("[::]:80", false)]
    #[case::a_neighbour("192.168.1.2:80", false)]
    fn only_this_machine_is_served_without_a_token(#[case] address: &str, #[case] is_fine: bool) {
        let outcome = Config::new(listening_on(address), None);
        assert_eq!(outcome.is_ok(), is_fine);
        if let Err(refusal) = outcome {
            assert!(refusal.to_string().contains(address), "{refusal}");
        }
        let token = OperatorToken::new("s3cret".to_owned());
        assert!(Config::new(listening_on(address), token).is_ok());
    }

    #[test]
    fn what_is_printed_is_a_file_that_gives_the_same_settings() {
        let raw = RawConfig::from_toml(
            "listen = '127.0.0.1:1'\ndata = '/d'\npack = 'p'\npreset = 'as-built'\n\
             date = '2025-06-01'\nclock = '60x'\n",
        );
        let config = Config::new(raw.unwrap(), None).unwrap();
        let again = RawConfig::from_toml(&config.to_toml().unwrap()).unwrap();
        assert_eq!(Config::new(again, None).unwrap(), config);
    }

    #[test]
    fn the_token_is_never_printed() {
        let token = OperatorToken::new("s3cret".to_owned());
        let config = Config::new(RawConfig::default(), token).unwrap();
        let told = [
            config.to_toml().unwrap(),
            config.to_json().unwrap(),
            format!("{config:?}"),
        ];
        for text in told {
            assert!(!text.contains("s3cret"), "{text}");
        }
        assert!(
            config
                .to_json()
                .unwrap()
                .contains(r#""operator_token": "set""#)
        );
    }
}
