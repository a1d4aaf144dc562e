//! Where the NATS server is that carries commits between nodes, and how it is entered.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::Uri;

use super::authorities::{AuthoritiesProblem, authorities};
use super::mqtt::credentials;

/// The port of a server that tells none.
const PORT: u16 = 4222;

/// A NATS server: `nats://` or `tls://`, `[user:password@]host[:port]` or `token@host[:port]`, and after `?`,
/// with TLS, `ca=` (a PEM file of the authorities that are trusted instead of the system's). Characters that
/// mean something in an address are percent-encoded.
///
/// It comes from `TWIN_NATS_URL` only; what is secret is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsUrl {
    /// Whether the connection is encrypted.
    pub is_tls: bool,
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is entered.
    pub entry: NatsEntry,
    /// The authorities that are trusted, as a PEM file; `None`: the system's.
    pub ca: Option<PathBuf>,
}

/// How a server is entered.
#[derive(Clone, PartialEq, Eq)]
pub enum NatsEntry {
    /// It is open.
    Open,
    /// With a token.
    Token(String),
    /// With a name and a password.
    User(String, String),
}

/// Why an address is none of a NATS server. None of these tells what the address holds, for that is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NatsUrlError {
    /// No address at all.
    #[error("expected nats://[user:password@]host[:port] or tls://…")]
    NoAddress,
    /// Another protocol.
    #[error("expected the scheme nats or tls")]
    Scheme,
    /// A path, which servers do not have.
    #[error("expected nothing between host and '?'")]
    Path,
    /// A part that is not percent-encoded UTF-8.
    #[error("user, password and options have to be percent-encoded UTF-8 text")]
    Encoding,
    /// Something after `?` that is not known.
    #[error("expected ca= after '?', with tls:// only")]
    Option,
}

impl From<AuthoritiesProblem> for NatsUrlError {
    fn from(problem: AuthoritiesProblem) -> Self {
        match problem {
            AuthoritiesProblem::Encoding => Self::Encoding,
            AuthoritiesProblem::Option => Self::Option,
        }
    }
}

impl FromStr for NatsUrl {
    type Err = NatsUrlError;

    fn from_str(text: &str) -> Result<Self, NatsUrlError> {
        let uri: Uri = text.parse().map_err(|_no_uri| NatsUrlError::NoAddress)?;
        let is_tls = match uri.scheme_str() {
            Some("nats") => false,
            Some("tls") => true,
            Some(_) => return Err(NatsUrlError::Scheme),
            None => return Err(NatsUrlError::NoAddress),
        };
        if !matches!(uri.path(), "" | "/") {
            return Err(NatsUrlError::Path);
        }
        let authority = uri.authority().ok_or(NatsUrlError::NoAddress)?;
        let host = authority.host().trim_matches(['[', ']']);
        if host.is_empty() {
            return Err(NatsUrlError::NoAddress);
        }
        Ok(Self {
            is_tls,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(PORT),
            entry: entry(authority.as_str())?,
            ca: authorities(uri.query().unwrap_or_default(), is_tls)?,
        })
    }
}

fn entry(authority: &str) -> Result<NatsEntry, NatsUrlError> {
    let has_password = authority
        .rsplit_once('@')
        .is_some_and(|(entry, _host)| entry.contains(':'));
    let known = credentials(authority).map_err(|_not_text| NatsUrlError::Encoding)?;
    Ok(match known {
        None => NatsEntry::Open,
        Some((user, password)) if has_password => NatsEntry::User(user, password),
        Some((token, _none)) => NatsEntry::Token(token),
    })
}

/// The server without what is secret.
impl fmt::Display for NatsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "tls" } else { "nats" };
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{scheme}://{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Debug for NatsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NatsUrl({self})")
    }
}

impl fmt::Debug for NatsEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NatsEntry")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, password: &str) -> NatsEntry {
        NatsEntry::User(name.to_owned(), password.to_owned())
    }

    #[rstest::rstest]
    #[case::open("nats://nats.example", "nats://nats.example:4222", NatsEntry::Open)]
    #[case::a_user(
        "tls://tw%40in:s3c%3Aret@10.0.0.1:6222",
        "tls://10.0.0.1:6222",
        user("tw@in", "s3c:ret")
    )]
    #[case::a_token(
        "nats://s3cret@[::1]/",
        "nats://[::1]:4222",
        NatsEntry::Token("s3cret".to_owned())
    )]
    #[case::no_password("nats://s3cret:@h", "nats://h:4222", user("s3cret", ""))]
    fn an_address_is_taken_apart_and_never_shows_what_is_secret(
        #[case] text: &str,
        #[case] shown: &str,
        #[case] entry: NatsEntry,
    ) {
        let url: NatsUrl = text.parse().unwrap();
        assert_eq!(url.to_string(), shown);
        assert!(url.entry == entry);
        let told = format!("{url} {url:?} {:?}", url.entry);
        assert!(!told.contains("s3c"), "{told}");
    }

    #[test]
    fn authorities_are_for_encrypted_connections() {
        let url: NatsUrl = "tls://h?ca=/etc/my%20ca.pem".parse().unwrap();
        assert_eq!(url.ca, Some("/etc/my ca.pem".into()));
        let refused = "nats://h?ca=/etc/ca.pem".parse::<NatsUrl>();
        assert_eq!(refused, Err(NatsUrlError::Option));
    }

    #[rstest::rstest]
    #[case::nothing("", NatsUrlError::NoAddress)]
    #[case::no_scheme("s3cret.example", NatsUrlError::NoAddress)]
    #[case::no_host("nats://", NatsUrlError::NoAddress)]
    #[case::another_scheme("ws://u:s3cret@h", NatsUrlError::Scheme)]
    #[case::a_path("nats://u:s3cret@h/p", NatsUrlError::Path)]
    #[case::no_text("nats://u:%FF@h", NatsUrlError::Encoding)]
    #[case::an_option("tls://u:s3cret@h?s3cret=1", NatsUrlError::Option)]
    fn what_is_no_address_is_refused_without_being_told(
        #[case] text: &str,
        #[case] why: NatsUrlError,
    ) {
        assert_eq!(text.parse::<NatsUrl>(), Err(why));
        assert!(!why.to_string().contains("s3cret"));
    }
}
