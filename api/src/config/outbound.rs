//! Who is told of alarms: a webhook, and people by mail.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::Uri;
use lettre::message::Mailbox;

use super::authorities::{AuthoritiesProblem, authorities};
use super::mqtt::credentials;

/// Where annunciations are posted, and what they are signed with.
///
/// Both come from the environment only: the path of an address may be as secret as the key.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookTarget {
    url: String,
    shown: String,
    secret: String,
}

/// How a relay is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelaySecurity {
    /// In the clear: for a relay on this machine or in its network.
    Plain,
    /// Encrypted after a greeting, or not at all.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
}

/// A mail relay: `smtp://`, `smtp+starttls://` or `smtps://`, `[user:password@]host[:port]`, and after `?`,
/// where it is encrypted, `ca=` (a PEM file of the authorities that are trusted instead of the system's).
///
/// It comes from the environment only; the password is never shown, and never sent in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct MailRelay {
    /// How it is spoken to.
    pub security: RelaySecurity,
    /// Its name or address.
    pub host: String,
    /// Its port: 25, 587 or 465 unless the address says another.
    pub port: u16,
    /// Who enters, and with what.
    pub credentials: Option<(String, String)>,
    /// The authorities that are trusted, as a PEM file; `None`: the system's.
    pub ca: Option<PathBuf>,
}

/// Who is mailed what by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// Over which relay.
    pub relay: MailRelay,
    /// From whom.
    pub from: Mailbox,
    /// To whom; one at least.
    pub to: Vec<Mailbox>,
}

/// Why nobody can be told like that. None of these tells what an address holds, for that may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// No address of the web.
    #[error("expected an address like https://host/path, without user and password")]
    WebAddress,
    /// A webhook without a key.
    #[error("expected TWIN_ALARM_WEBHOOK_SECRET with 16 characters or more, to sign with")]
    Secret,
    /// No address of a relay.
    #[error(
        "expected smtp://host[:port], smtp+starttls://[user:password@]host[:port] or smtps://…"
    )]
    RelayAddress,
    /// A part that is not percent-encoded UTF-8.
    #[error("user, password and options have to be percent-encoded UTF-8 text")]
    Encoding,
    /// Something after `?` that is not known.
    #[error("expected ca= after '?', with smtp+starttls:// or smtps:// only")]
    Option,
    /// A password that everybody on the way could read.
    #[error("a password is sent over smtp+starttls:// or smtps:// only")]
    ClearPassword,
    /// A relay without a sender or receivers, or these without a relay.
    #[error("mail needs TWIN_ALARM_RELAY, alarm_mail_from and alarm_mail_to, all of them or none")]
    Incomplete,
    /// Text that is no address of mail.
    #[error("expected addresses like alerts@example.org, separated by commas")]
    MailAddress,
}

/// Why a relay cannot be spoken to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RelayError {
    /// No encrypted connection to such a host.
    #[error("no encrypted connection to the mail relay {host} can be")]
    Encryption {
        /// Its name.
        host: Box<str>,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file of authorities that is not there, or has none.
    #[error("cannot take the authorities to trust from {}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Shortest key, in characters.
const SHORTEST_SECRET: usize = 16;

impl WebhookTarget {
    /// Refuses what is no address of the web, and a short key.
    pub fn new(url: &str, secret: Option<&str>) -> Result<Self, OutboundError> {
        let uri: Uri = url.parse().map_err(|_no_uri| OutboundError::WebAddress)?;
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        let authority = uri.authority().filter(|_| is_web);
        let authority = authority.filter(|it| !it.as_str().contains('@') && !it.host().is_empty());
        let authority = authority.ok_or(OutboundError::WebAddress)?;
        let secret = secret.filter(|secret| secret.chars().count() >= SHORTEST_SECRET);
        Ok(Self {
            url: url.to_owned(),
            shown: format!("{}://{authority}/…", uri.scheme_str().unwrap_or_default()),
            secret: secret.ok_or(OutboundError::Secret)?.to_owned(),
        })
    }

    /// The whole address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What is signed with.
    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }
}

/// The target without what may be secret.
impl fmt::Display for WebhookTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for WebhookTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookTarget({self})")
    }
}

impl From<AuthoritiesProblem> for OutboundError {
    fn from(problem: AuthoritiesProblem) -> Self {
        match problem {
            AuthoritiesProblem::Encoding => Self::Encoding,
            AuthoritiesProblem::Option => Self::Option,
        }
    }
}

impl FromStr for MailRelay {
    type Err = OutboundError;

    fn from_str(text: &str) -> Result<Self, OutboundError> {
        let uri: Uri = text
            .parse()
            .map_err(|_no_uri| OutboundError::RelayAddress)?;
        let (security, port) = match uri.scheme_str() {
            Some("smtp") => (RelaySecurity::Plain, 25),
            Some("smtp+starttls") => (RelaySecurity::StartTls, 587),
            Some("smtps") => (RelaySecurity::Tls, 465),
            _ => return Err(OutboundError::RelayAddress),
        };
        let authority = uri.authority().ok_or(OutboundError::RelayAddress)?;
        let host = authority.host().trim_matches(['[', ']']);
        if host.is_empty() || !matches!(uri.path(), "" | "/") {
            return Err(OutboundError::RelayAddress);
        }
        let credentials =
            credentials(authority.as_str()).map_err(|_no_text| OutboundError::Encoding)?;
        if credentials.is_some() && security == RelaySecurity::Plain {
            return Err(OutboundError::ClearPassword);
        }
        Ok(Self {
            security,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(port),
            credentials,
            ca: authorities(
                uri.query().unwrap_or_default(),
                security != RelaySecurity::Plain,
            )?,
        })
    }
}

/// The relay without what is secret.
impl fmt::Display for MailRelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.security {
            RelaySecurity::Plain => "smtp",
            RelaySecurity::StartTls => "smtp+starttls",
            RelaySecurity::Tls => "smtps",
        };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl fmt::Debug for MailRelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailRelay({self})")
    }
}

impl MailSettings {
    /// All that mail needs, or nothing.
    ///
    /// # Errors
    /// Where some of it is missing, or is no address.
    pub fn new(
        relay: Option<MailRelay>,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Option<Self>, OutboundError> {
        let (relay, from, to) = match (relay, from, to) {
            (None, None, None) => return Ok(None),
            (Some(relay), Some(from), Some(to)) => (relay, from, to),
            _ => return Err(OutboundError::Incomplete),
        };
        let mailbox = |text: &str| {
            let read: Result<Mailbox, _> = text.trim().parse();
            read.map_err(|_no_address| OutboundError::MailAddress)
        };
        Ok(Some(Self {
            relay,
            from: mailbox(from)?,
            to: to.split(',').map(mailbox).collect::<Result<_, _>>()?,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef";

    #[test]
    fn a_target_and_a_relay_never_show_what_is_secret() {
        let target = WebhookTarget::new("https://hooks.example/T0/very-secret", Some(KEY)).unwrap();
        let relay: MailRelay = "smtps://pma%40mail:p%3Aw@relay.example".parse().unwrap();
        let expected = ("pma@mail".to_owned(), "p:w".to_owned());
        assert_eq!(
            (relay.credentials.clone(), relay.port),
            (Some(expected), 465)
        );
        let trusting: MailRelay = "smtp+starttls://relay?ca=/etc/my%20ca.pem".parse().unwrap();
        assert_eq!(trusting.ca.as_deref(), Some("/etc/my ca.pem".as_ref()));
        let shown = format!("{target} {target:?} {relay} {relay:?}");
        for secret in ["very-secret", KEY, "p:w", "pma"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("https://hooks.example/…"), "{shown}");
    }

    #[rstest::rstest]
    #[case::no_address("hooks", Some(KEY), OutboundError::WebAddress)]
    #[case::another_protocol("ftp://hooks/x", Some(KEY), OutboundError::WebAddress)]
    #[case::a_password("https://u:p@hooks/x", Some(KEY), OutboundError::WebAddress)]
    #[case::no_key("https://hooks/x", None, OutboundError::Secret)]
    #[case::a_short_key("https://hooks/x", Some("short"), OutboundError::Secret)]
    fn what_is_no_target_is_refused(
        #[case] url: &str,
        #[case] secret: Option<&str>,
        #[case] why: OutboundError,
    ) {
        assert_eq!(WebhookTarget::new(url, secret), Err(why));
    }

    #[rstest::rstest]
    #[case::another_protocol("http://relay", OutboundError::RelayAddress)]
    #[case::a_path("smtp://relay/x", OutboundError::RelayAddress)]
    #[case::a_password_in_the_clear("smtp://u:p@relay", OutboundError::ClearPassword)]
    #[case::no_text("smtps://u:%FF@relay", OutboundError::Encoding)]
    #[case::authorities_in_the_clear("smtp://relay?ca=ca.pem", OutboundError::Option)]
    #[case::an_option("smtps://relay?verify=no", OutboundError::Option)]
    fn what_is_no_relay_is_refused(#[case] text: &str, #[case] why: OutboundError) {
        assert_eq!(text.parse::<MailRelay>(), Err(why));
    }

    #[test]
    fn mail_needs_all_its_settings_or_none() {
        let relay: MailRelay = "smtp://127.0.0.1:2525".parse().unwrap();
        assert_eq!(MailSettings::new(None, None, None), Ok(None));
        let (from, to) = (
            Some("twin@pma.example"),
            Some("a@pma.example, Astreinte <b@pma.example>"),
        );
        let settings = MailSettings::new(Some(relay.clone()), from, to)
            .unwrap()
            .unwrap();
        assert_eq!(settings.to.len(), 2);
        assert_eq!(
            MailSettings::new(Some(relay.clone()), from, None),
            Err(OutboundError::Incomplete)
        );
        assert_eq!(
            MailSettings::new(None, from, to),
            Err(OutboundError::Incomplete)
        );
        let wrong = MailSettings::new(Some(relay), from, Some("nobody"));
        assert_eq!(wrong, Err(OutboundError::MailAddress));
    }
}
