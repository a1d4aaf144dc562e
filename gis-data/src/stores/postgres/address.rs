//! Where a database server is, and how it is entered.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::stores::error::{StoreError, StoreName, StoreResult};

/// How long a server may take to answer a knock, or to show that it is still there.
const PATIENCE: Duration = Duration::from_secs(5);
/// The port of a server that tells none.
const PORT: u16 = 5432;
/// The option that names a file of authorities; the only one that is ours.
const AUTHORITIES: &str = "ca";

/// A database: `postgres://[user[:password]@]host[:port]/database[?options]`, with the options of libpq, for
/// example `sslmode=require`, and `ca=FILE`, a PEM file of the authorities that are trusted instead of the
/// system's. A connection that leaves the machine is encrypted, and the server's certificate checked, unless
/// `sslmode` says otherwise.
///
/// It never shows its password.
#[derive(Clone)]
pub struct PostgresAddress {
    /// As it was given; secret.
    text: Box<str>,
    config: Box<Config>,
    ca: Option<PathBuf>,
    name: StoreName,
}

impl PostgresAddress {
    /// Where the database is, without what is secret.
    pub const fn name(&self) -> &StoreName {
        &self.name
    }

    /// Connects to the server.
    pub(super) fn connect(&self) -> StoreResult<Client> {
        let tls = MakeRustlsConnect::new(self.tls()?);
        self.config
            .connect(tls)
            .map_err(|source| StoreError::Database {
                action: "reach",
                journal: self.name.clone(),
                source: source.into(),
            })
    }

    fn tls(&self) -> StoreResult<ClientConfig> {
        let mut roots = RootCertStore::empty();
        match &self.ca {
            Some(file) => {
                for authority in authorities(file)? {
                    roots
                        .add(authority)
                        .map_err(|source| bad_authorities(file, source))?;
                }
            }
            None if self.config.get_ssl_mode() == SslMode::Disable => {}
            None => {
                let system = rustls_native_certs::load_native_certs();
                roots.add_parsable_certificates(system.certs);
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|source| StoreError::Database {
                action: "encrypt the way to",
                journal: self.name.clone(),
                source: source.into(),
            })?;
        Ok(config.with_root_certificates(roots).with_no_client_auth())
    }
}

fn authorities(file: &Path) -> StoreResult<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if found.is_empty() => Err(bad_authorities(file, "it has no certificate")),
        Ok(found) => Ok(found),
        Err(source) => Err(bad_authorities(file, source)),
    }
}

fn bad_authorities(
    file: &Path,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> StoreError {
    StoreError::Io {
        action: "take the authorities from",
        path: file.into(),
        source: std::io::Error::other(source),
    }
}

impl FromStr for PostgresAddress {
    type Err = StoreError;

    /// # Errors
    /// [`StoreError::Address`], which tells nothing of what the address holds: that is secret.
    fn from_str(text: &str) -> StoreResult<Self> {
        let refuse = |problem: &str| StoreError::Address {
            problem: problem.to_owned(),
        };
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(refuse("expected the scheme postgres or postgresql"));
        }
        let (address, options) = text.split_once('?').unwrap_or((text, ""));
        let (ours, theirs): (Vec<_>, Vec<_>) = options
            .split('&')
            .filter(|option| !option.is_empty())
            .partition(|option| option.split('=').next() == Some(AUTHORITIES));
        let ca = ours
            .iter()
            .filter_map(|option| option.split_once('='))
            .map(|(_name, file)| PathBuf::from(file))
            .next_back();
        let mut config: Config =
            format!("{address}?{}", theirs.join("&"))
                .parse()
                .map_err(|_secret| {
                    refuse(
                        "expected postgres://[user[:password]@]host[:port]/database[?options], \
                     percent-encoded, with options that libpq has",
                    )
                })?;
        if config.get_hosts().is_empty() || config.get_dbname().is_none() {
            return Err(refuse("expected a host and the name of a database"));
        }
        let says_mode = theirs.iter().any(|option| option.starts_with("sslmode="));
        if !says_mode {
            let is_near = config.get_hosts().iter().all(is_on_this_machine);
            config.ssl_mode(if is_near && ca.is_none() {
                SslMode::Disable
            } else {
                SslMode::Require
            });
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(PATIENCE);
        }
        if !theirs.iter().any(|option| option.starts_with("keepalives")) {
            config
                .keepalives_idle(PATIENCE)
                .keepalives_interval(Duration::from_secs(1))
                .keepalives_retries(3);
        }
        if config.get_application_name().is_none() {
            config.application_name("twin");
        }
        let name = StoreName::new(&shown(&config));
        Ok(Self {
            text: text.into(),
            config: config.into(),
            ca,
            name,
        })
    }
}

fn is_on_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// The address without user, password and options.
fn shown(config: &Config) -> String {
    let ports = config.get_ports();
    let places = config.get_hosts().iter().enumerate().map(|(n, host)| {
        let port = ports.get(n).or_else(|| ports.first()).unwrap_or(&PORT);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(folder) => format!("{}:{port}", folder.display()),
        }
    });
    let places: Vec<_> = places.collect();
    let database = config.get_dbname().unwrap_or_default();
    format!("postgres://{}/{database}", places.join(","))
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for PostgresAddress {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::all(
        "postgres://tess:s3cret@db.example:6000/twin?sslmode=disable",
        "postgres://db.example:6000/twin",
        SslMode::Disable
    )]
    #[case::far(
        "postgresql://db.example/twin",
        "postgres://db.example:5432/twin",
        SslMode::Require
    )]
    #[case::near(
        "postgres://127.0.0.1/twin",
        "postgres://127.0.0.1:5432/twin",
        SslMode::Disable
    )]
    #[case::near_with_authorities(
        "postgres://localhost/twin?ca=ca.pem&application_name=x",
        "postgres://localhost:5432/twin",
        SslMode::Require
    )]
    #[case::socket(
        "postgres://%2Frun%2Fpg/twin",
        "postgres:///run/pg:5432/twin",
        SslMode::Disable
    )]
    #[case::two("postgres://a:1,b:2/twin", "postgres://a:1,b:2/twin", SslMode::Require)]
    fn an_address_is_shown_without_secrets_and_encrypted_beyond_the_machine(
        #[case] text: &str,
        #[case] shown: &str,
        #[case] mode: SslMode,
    ) {
        let address: PostgresAddress = text.parse().unwrap();
        assert_eq!(address.to_string(), shown);
        assert_eq!(format!("{address:?}"), shown);
        assert_eq!(address.config.get_ssl_mode(), mode);
    }

    #[rstest::rstest]
    #[case::another_scheme("mysql://tess:s3cret@db/twin")]
    #[case::no_host("postgres:///twin")]
    #[case::no_database("postgres://tess:s3cret@db")]
    #[case::an_unknown_option("postgres://tess:s3cret@db/twin?s3cret=1")]
    #[case::a_bad_port("postgres://tess:s3cret@db:s3cret/twin")]
    #[case::nothing("")]
    fn what_is_no_address_is_refused_without_being_told(#[case] text: &str) {
        let refused = text.parse::<PostgresAddress>().unwrap_err();
        assert!(matches!(refused, StoreError::Address { .. }));
        assert!(!format!("{refused} {refused:?}").contains("s3cret"));
    }

    #[test]
    fn authorities_that_are_none_are_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = format!("postgres://localhost/twin?ca={}", file.path().display());
        let address: PostgresAddress = text.parse().unwrap();
        let refused = address.connect().err().unwrap();
        assert!(refused.to_string().contains("authorities"), "{refused}");
    }
}
