//! The link on its way to the clipboard.
//!
//! Bevy is built without one here: natively a program of the desktop takes the text where there is one, in a browser
//! the page does. Where neither can, the notice shows the text.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};

use super::{Base, Now};
use crate::tools::{Notice, Wish};
use crate::words::Words;

const WAITING: u8 = 0;
const COPIED: u8 = 1;
const FAILED: u8 = 2;

/// The text that is on its way, and how it went.
#[derive(Resource, Debug, Default)]
pub(super) struct Sent {
    link: String,
    outcome: Option<Arc<AtomicU8>>,
}

/// Sends the link off when it is asked for.
pub(super) fn on_wish(
    mut wishes: MessageReader<Wish>,
    now: Now,
    base: Res<Base>,
    mut sent: ResMut<Sent>,
) {
    let is_asked = wishes.read().any(|wish| *wish == Wish::CopyLink);
    if !is_asked {
        return;
    }
    let Some(view) = now.view() else { return };
    let link = format!("{}/viewer/#{view}", base.0);
    bevy::log::info!("the link to this view: {link}");
    let outcome = Arc::new(AtomicU8::new(WAITING));
    send(&link, &outcome);
    *sent = Sent {
        link,
        outcome: Some(outcome),
    };
}

/// Says how it went.
pub(super) fn tell(mut sent: ResMut<Sent>, words: Res<Words>, mut notice: ResMut<Notice>) {
    let sent = sent.bypass_change_detection();
    let Some(outcome) = &sent.outcome else { return };
    let key = match outcome.load(Ordering::Relaxed) {
        WAITING => return,
        COPIED => "link.copied",
        _ => "link.shown",
    };
    notice.say_with(words.say(key), std::mem::take(&mut sent.link));
    sent.outcome = None;
}

/// The programs of desktops that put what they read onto the clipboard, in the order in which they are tried.
#[cfg(not(target_arch = "wasm32"))]
const PROGRAMS: [(&str, &[&str]); 5] = [
    ("wl-copy", &[]),
    ("xclip", &["-selection", "clipboard"]),
    ("xsel", &["--clipboard", "--input"]),
    ("pbcopy", &[]),
    ("clip.exe", &[]),
];

/// Hands a text to the first program that takes it, beside the frames.
#[cfg(not(target_arch = "wasm32"))]
fn send(link: &str, outcome: &Arc<AtomicU8>) {
    let (link, outcome) = (link.to_owned(), Arc::clone(outcome));
    std::thread::spawn(move || {
        let is_taken = PROGRAMS
            .iter()
            .any(|(program, arguments)| hand(program, arguments, &link).is_ok_and(|it| it));
        let code = if is_taken { COPIED } else { FAILED };
        outcome.store(code, Ordering::Relaxed);
    });
}

/// Whether a program has taken a text.
#[cfg(not(target_arch = "wasm32"))]
fn hand(program: &str, arguments: &[&str], text: &str) -> std::io::Result<bool> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    Ok(child.wait()?.success())
}

/// Hands a text to the page.
#[cfg(target_arch = "wasm32")]
fn send(link: &str, outcome: &Arc<AtomicU8>) {
    let told = Arc::clone(outcome);
    crate::web::copy(link, move |is_copied| {
        let code = if is_copied { COPIED } else { FAILED };
        told.store(code, Ordering::Relaxed);
    });
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_takes_nothing() {
        assert!(hand("no-such-program-anywhere", &[], "text").is_err());
    }

    #[test]
    fn a_program_that_reads_takes_the_text() {
        assert!(hand("cat", &[], "text").is_ok_and(|it| it));
    }
}
