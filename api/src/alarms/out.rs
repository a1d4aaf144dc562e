//! The way out: what is annunciated, posted to a webhook and mailed.
//!
//! Annunciations are numbered and part of the twin, so that they are the queue: each carrier goes on after the
//! number that it got through last, which is kept beside the journal. What was accepted just before the power
//! was cut may be sent once more, under the same number.
//!
//! # Invariant
//!
//! No secret is in a message, in the log, or in what is told of a carrier.

mod mail;
mod message;
mod outbox;
mod sentence;
mod webhook;

use std::sync::Arc;

pub(crate) use self::outbox::{OutStatus, ToldOut};

use self::mail::Mailer;
use self::outbox::Outbox;
use self::webhook::Poster;
use super::rules::AlarmRules;
use crate::config::{MailSettings, WebhookTarget};
use crate::engine::Engine;
use crate::error::ApiResult;

/// What is told of the carriers that there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carriers {
    /// Of the webhook.
    pub(crate) webhook: Option<Arc<OutStatus>>,
    /// Of mail.
    pub(crate) mail: Option<Arc<OutStatus>>,
}

/// Begins to carry what is annunciated from now on, and what was before but did not get through.
///
/// # Errors
/// Where mail cannot be sent like that.
pub(crate) fn carry(
    engine: &Engine,
    rules: &Arc<AlarmRules>,
    (webhook, mail): (Option<WebhookTarget>, Option<MailSettings>),
) -> ApiResult<Carriers> {
    let mut carriers = Carriers::default();
    if let Some(target) = webhook {
        let lowest = rules.webhook.lowest_priority;
        let poster = Poster::new(target, rules.webhook.language);
        let outbox = Outbox::new(engine.clone(), poster, lowest);
        carriers.webhook = Some(outbox.status());
        tokio::spawn(outbox.run());
    }
    if let Some(settings) = mail {
        let lowest = rules.mail.lowest_priority;
        let mailer = Mailer::new(settings, rules.mail.language)?;
        let outbox = Outbox::new(engine.clone(), mailer, lowest);
        carriers.mail = Some(outbox.status());
        tokio::spawn(outbox.run());
    }
    Ok(carriers)
}
