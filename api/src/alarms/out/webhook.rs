//! The webhook: each annunciation as one signed POST.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use ureq::Agent;

use super::message::Message;
use super::outbox::{Carrier, Failure};
use super::sentence::Sentences;
use crate::collection::Language;
use crate::config::WebhookTarget;

/// How long a receiver may take for all.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// The number of the annunciation: whoever got it before has it twice.
const DELIVERY: &str = "Maquette-Delivery";
/// When it was signed, in seconds since 1970.
const TIMESTAMP: &str = "Maquette-Timestamp";
/// `sha256=` and the HMAC of timestamp, a full stop, and body, in hexadecimal digits.
const SIGNATURE: &str = "Maquette-Signature";

/// What posts.
#[derive(Debug)]
pub(super) struct Poster {
    agent: Agent,
    target: WebhookTarget,
    sentences: Sentences,
}

impl Poster {
    /// Posts to a target, without following it elsewhere.
    pub(super) fn new(target: WebhookTarget, language: Language) -> Self {
        let config = Agent::config_builder()
            .user_agent(concat!("twin/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(ANSWER_WITHIN))
            .build();
        Self {
            agent: config.into(),
            target,
            sentences: Sentences::new(language),
        }
    }

    fn post(&self, message: &Message) -> Result<(), Failure> {
        let body = self.body(message);
        let timestamp = unix_now().to_string();
        let signature = signature(self.target.secret(), &timestamp, &body);
        let sent = self
            .agent
            .post(self.target.url())
            .header("Content-Type", "application/json")
            .header(DELIVERY, message.annunciation.no.to_string())
            .header(TIMESTAMP, &timestamp)
            .header(SIGNATURE, format!("sha256={signature}"))
            .send(&body[..]);
        match sent {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) => Err(refused(response.status().as_u16())),
            Err(error) => Err(Failure {
                why: words_of(&error),
                may_pass: true,
            }),
        }
    }

    fn body(&self, message: &Message) -> Vec<u8> {
        let mut body = serde_json::json!({
            "title": self.sentences.title(message),
            "text": self.sentences.text(message),
        });
        if let (Some(body), Ok(serde_json::Value::Object(told))) =
            (body.as_object_mut(), serde_json::to_value(message))
        {
            body.extend(told);
        }
        body.to_string().into_bytes()
    }
}

impl Carrier for Poster {
    const NAME: &'static str = "webhook";
    const MOST_TOGETHER: usize = 1;

    fn send(&self, messages: &[Message]) -> Result<(), Failure> {
        messages.iter().try_for_each(|message| self.post(message))
    }
}

/// An answer that is no success. Some of them are for this message alone, and others may pass.
fn refused(status: u16) -> Failure {
    let is_for_this_message =
        (400..500).contains(&status) && !matches!(status, 401 | 403 | 404 | 408 | 425 | 429);
    Failure {
        why: format!("the receiver answers with status {status}"),
        may_pass: !is_for_this_message,
    }
}

/// What went wrong, without the address: its path may be secret.
fn words_of(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Timeout(_) => "the receiver takes too long".to_owned(),
        ureq::Error::HostNotFound => "the receiver's name is not found".to_owned(),
        ureq::Error::Tls(why) => format!("no encrypted connection: {why}"),
        _ => "no connection to the receiver".to_owned(),
    }
}

/// The HMAC of timestamp, a full stop, and body, in hexadecimal digits.
fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length is taken");
    for part in [timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    let bytes = mac.finalize().into_bytes();
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

fn unix_now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its parts in a row are one text, signed with the key.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let mac = signature("Jefe", "1700000000", b"{}");
        let mut whole = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        whole.update(b"1700000000.{}");
        let bytes = whole.finalize().into_bytes();
        let expected = bytes.iter().map(|byte| format!("{byte:02x}"));
        let expected: String = expected.collect();
        assert_eq!(mac, expected);
        assert_ne!(mac, signature("Jefe", "1700000001", b"{}"));
    }

    #[rstest::rstest]
    #[case::a_body_that_it_does_not_like(400, false)]
    #[case::gone(410, false)]
    #[case::a_wrong_key(401, true)]
    #[case::too_many(429, true)]
    #[case::broken(503, true)]
    #[case::elsewhere(302, true)]
    fn what_may_pass_is_tried_again(#[case] status: u16, #[case] may_pass: bool) {
        let failure = refused(status);
        assert_eq!(failure.may_pass, may_pass);
        assert!(failure.why.contains(&status.to_string()));
    }
}
