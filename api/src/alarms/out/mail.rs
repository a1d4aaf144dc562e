//! Mail: what waits, in one letter, over a relay.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Message as Letter, SmtpTransport, Transport as _};

use super::message::Message;
use super::outbox::{Carrier, Failure};
use super::sentence::Sentences;
use crate::collection::Language;
use crate::config::{MailRelay, MailSettings, RelayError, RelaySecurity};
use crate::error::ApiResult;

/// Whom an encrypted connection to a relay trusts.
fn encryption(relay: &MailRelay) -> Result<TlsParameters, RelayError> {
    let mut parameters = TlsParameters::builder(relay.host.clone());
    if let Some(path) = &relay.ca {
        let pem = certificates(path).map_err(|source| RelayError::Authorities {
            path: path.clone(),
            source,
        })?;
        let authority = Certificate::from_pem(&pem).map_err(|source| refused(relay, source))?;
        parameters = parameters
            .certificate_store(CertificateStore::None)
            .add_root_certificate(authority);
    }
    parameters.build().map_err(|source| refused(relay, source))
}

/// The bytes of a file in PEM with one certificate at least.
fn certificates(path: &Path) -> io::Result<Vec<u8>> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let pem = fs::read(path)?;
    if pem.windows(BEGIN.len()).any(|part| part == BEGIN) {
        return Ok(pem);
    }
    Err(io::Error::other("it has no certificate in PEM"))
}

fn refused(relay: &MailRelay, source: lettre::transport::smtp::Error) -> RelayError {
    RelayError::Encryption {
        host: relay.host.as_str().into(),
        source: Box::new(source),
    }
}

/// How long a relay may take for a step.
const STEP_WITHIN: Duration = Duration::from_secs(20);
/// The longest part of a relay's answer that is told.
const MOST_TOLD: usize = 200;

/// What mails.
#[derive(Debug)]
pub(super) struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
    to: Vec<Mailbox>,
    sentences: Sentences,
}

impl Mailer {
    /// Mails in a language as the settings say.
    ///
    /// # Errors
    /// Where no encrypted connection to such a host can be.
    pub(super) fn new(settings: MailSettings, language: Language) -> ApiResult<Self> {
        let relay = &settings.relay;
        let tls = match relay.security {
            RelaySecurity::Plain => Tls::None,
            RelaySecurity::StartTls => Tls::Required(encryption(relay)?),
            RelaySecurity::Tls => Tls::Wrapper(encryption(relay)?),
        };
        let mut builder = SmtpTransport::builder_dangerous(&relay.host)
            .port(relay.port)
            .tls(tls)
            .timeout(Some(STEP_WITHIN));
        if let Some((user, password)) = &relay.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from: settings.from,
            to: settings.to,
            sentences: Sentences::new(language),
        })
    }

    fn letter(&self, messages: &[Message]) -> Result<Letter, lettre::error::Error> {
        let to = |builder: MessageBuilder, mailbox: &Mailbox| builder.to(mailbox.clone());
        // The same letter has the same name however often it is sent.
        let last = messages.last().map(|message| &message.annunciation);
        let (no, at) = last.map_or((0, 0), |it| (it.no, it.at.as_millis()));
        let name = format!("<alarm-{no}-{at}@{}>", self.from.email.domain());
        self.to
            .iter()
            .fold(Letter::builder().from(self.from.clone()), to)
            .message_id(Some(name))
            .subject(self.sentences.subject(messages))
            .header(ContentType::TEXT_PLAIN)
            .body(self.sentences.letter(messages))
    }
}

impl Carrier for Mailer {
    const NAME: &'static str = "mail";
    const MOST_TOGETHER: usize = 20;

    fn send(&self, messages: &[Message]) -> Result<(), Failure> {
        let letter = self.letter(messages).map_err(|error| Failure {
            why: error.to_string(),
            may_pass: false,
        })?;
        let sent = self.transport.send(&letter);
        sent.map(drop).map_err(|error| Failure {
            why: error.to_string().chars().take(MOST_TOLD).collect(),
            may_pass: true,
        })
    }
}
