//! Where a network server's MQTT broker is, and how it is entered.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::Uri;
use percent_encoding::percent_decode_str;

/// The longest client identifier that every broker has to take (MQTT 3.1.1, §3.1.3.1).
const MAX_CLIENT_ID: usize = 23;
const DEFAULT_CLIENT_ID: &str = "twin";

/// A broker: `mqtt://` or `mqtts://` (TLS), `[user[:password]@]host[:port]`, and after `?`
/// `client_id=` and, with TLS, `ca=` (a PEM file of the authorities that are trusted instead of the
/// system's). Characters that mean something in an address are percent-encoded: The Things Stack's user
/// `app@tenant` is `app%40tenant`.
///
/// It comes from `TWIN_MQTT_URL` only; the password is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct MqttUrl {
    /// Whether the connection is encrypted.
    pub is_tls: bool,
    /// The broker's name or address.
    pub host: String,
    /// Its port: 1883, with TLS 8883, unless the address says another.
    pub port: u16,
    /// Who enters, and with what.
    pub credentials: Option<(String, String)>,
    /// By which name the broker keeps what came while nobody was connected.
    pub client_id: String,
    /// The authorities that are trusted, as a PEM file; `None`: the system's.
    pub ca: Option<PathBuf>,
}

/// Why an address is none of a broker. None of these tells what the address holds, for that is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MqttUrlError {
    /// No address at all.
    #[error("expected mqtt://[user:password@]host[:port] or mqtts://…")]
    NoAddress,
    /// Another protocol.
    #[error("expected the scheme mqtt or mqtts")]
    Scheme,
    /// A path, which brokers do not have.
    #[error("expected nothing between host and '?'")]
    Path,
    /// A part that is not percent-encoded UTF-8.
    #[error("user and password have to be percent-encoded UTF-8 text")]
    Encoding,
    /// Something after `?` that is not known.
    #[error("expected client_id= or ca= after '?'")]
    Option,
    /// Authorities for a connection that is not encrypted.
    #[error("ca= is for mqtts:// only")]
    Authorities,
    /// A name that not every broker takes.
    #[error("expected a client_id of 1 to 23 letters, digits, '-' and '_'")]
    ClientId,
}

impl FromStr for MqttUrl {
    type Err = MqttUrlError;

    fn from_str(text: &str) -> Result<Self, MqttUrlError> {
        let uri: Uri = text.parse().map_err(|_no_uri| MqttUrlError::NoAddress)?;
        let is_tls = match uri.scheme_str() {
            Some("mqtt") => false,
            Some("mqtts") => true,
            Some(_) => return Err(MqttUrlError::Scheme),
            None => return Err(MqttUrlError::NoAddress),
        };
        if !matches!(uri.path(), "" | "/") {
            return Err(MqttUrlError::Path);
        }
        let authority = uri.authority().ok_or(MqttUrlError::NoAddress)?;
        let host = authority.host().trim_matches(['[', ']']);
        if host.is_empty() {
            return Err(MqttUrlError::NoAddress);
        }
        let mut url = Self {
            is_tls,
            host: host.to_owned(),
            port: authority
                .port_u16()
                .unwrap_or(if is_tls { 8883 } else { 1883 }),
            credentials: credentials(authority.as_str())?,
            client_id: DEFAULT_CLIENT_ID.to_owned(),
            ca: None,
        };
        for option in uri.query().unwrap_or_default().split('&') {
            url.set(option)?;
        }
        Ok(url)
    }
}

impl MqttUrl {
    fn set(&mut self, option: &str) -> Result<(), MqttUrlError> {
        if option.is_empty() {
            return Ok(());
        }
        let (key, value) = option.split_once('=').ok_or(MqttUrlError::Option)?;
        let value = decoded(value)?;
        match key {
            "client_id" => {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let is_fit =
                    (1..=MAX_CLIENT_ID).contains(&value.len()) && value.chars().all(is_plain);
                if !is_fit {
                    return Err(MqttUrlError::ClientId);
                }
                self.client_id = value;
            }
            "ca" if self.is_tls => self.ca = Some(value.into()),
            "ca" => return Err(MqttUrlError::Authorities),
            _ => return Err(MqttUrlError::Option),
        }
        Ok(())
    }
}

pub(super) fn credentials(authority: &str) -> Result<Option<(String, String)>, MqttUrlError> {
    let Some((entry, _)) = authority.rsplit_once('@') else {
        return Ok(None);
    };
    let (user, password) = entry.split_once(':').unwrap_or((entry, ""));
    Ok(Some((decoded(user)?, decoded(password)?)))
}

fn decoded(text: &str) -> Result<String, MqttUrlError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_no_text| MqttUrlError::Encoding)
}

/// The broker without what is secret.
impl fmt::Display for MqttUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "mqtts" } else { "mqtt" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for MqttUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MqttUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_and_never_shows_its_password() {
        let text = "mqtts://pma%40ttn:NNSXS.%3As%C3%A9@eu1.cloud.example:8884?client_id=twin-1&ca=/etc/ca.pem";
        let url: MqttUrl = text.parse().unwrap();
        assert!(url.is_tls);
        assert_eq!((&*url.host, url.port), ("eu1.cloud.example", 8884));
        let expected = ("pma@ttn".to_owned(), "NNSXS.:sé".to_owned());
        assert_eq!(url.credentials, Some(expected));
        assert_eq!(
            (&*url.client_id, url.ca.clone()),
            ("twin-1", Some("/etc/ca.pem".into()))
        );
        let shown = format!("{url} {url:?}");
        assert!(
            !shown.contains("NNSXS") && !shown.contains("pma"),
            "{shown}"
        );
    }

    #[rstest::rstest]
    #[case::plain("mqtt://broker", 1883)]
    #[case::encrypted("mqtts://broker", 8883)]
    #[case::with_a_slash("mqtt://broker/", 1883)]
    #[case::an_address("mqtt://[::1]:1884", 1884)]
    fn ports_are_the_usual_ones(#[case] text: &str, #[case] port: u16) {
        let url: MqttUrl = text.parse().unwrap();
        assert_eq!(
            (url.port, url.credentials, &*url.client_id),
            (port, None, "twin")
        );
        assert!(!url.host.contains(['[', ']']));
    }

    #[rstest::rstest]
    #[case::empty("", MqttUrlError::NoAddress)]
    #[case::a_path("/broker", MqttUrlError::NoAddress)]
    #[case::another_protocol("http://broker", MqttUrlError::Scheme)]
    #[case::a_topic("mqtt://broker/application/1", MqttUrlError::Path)]
    #[case::unknown("mqtt://broker?qos=2", MqttUrlError::Option)]
    #[case::no_value("mqtt://broker?ca", MqttUrlError::Option)]
    #[case::no_tls("mqtt://broker?ca=ca.pem", MqttUrlError::Authorities)]
    #[case::long_name(
        "mqtt://broker?client_id=a-name-of-24-characters-",
        MqttUrlError::ClientId
    )]
    #[case::no_text("mqtt://us%FFer@broker", MqttUrlError::Encoding)]
    fn what_is_no_broker_is_refused(#[case] text: &str, #[case] why: MqttUrlError) {
        assert_eq!(text.parse::<MqttUrl>(), Err(why));
    }
}
