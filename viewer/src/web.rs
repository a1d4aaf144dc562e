//! What is different in a browser: the page's address has the options, and the page is told how far
//! the viewer is.

use bevy::app::{App, Plugin, Update};
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_changed;
use bevy::ecs::system::{Local, Res};

use crate::pending::Pending;
use crate::pick::Chosen;
use crate::server::{Fleet, Link};
use crate::systems::ViewerSystems;

/// Options that an address may set; others are for programs.
const TAKEN: [&str; 16] = [
    "view",
    "lang",
    "pick",
    "over",
    "light",
    "at",
    "mode",
    "kpi",
    "motion",
    "contrast",
    "scale",
    "scenario",
    "compare",
    "bench-frames",
    "bench-assets",
    "bench-plain",
];

/// Tells the page when the territory is drawn, how the viewer stands with the server, and what is chosen.
#[derive(Debug)]
pub(crate) struct WebPlugin;

impl Plugin for WebPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(
            Update,
            (
                tell_drawn,
                tell_link.run_if(resource_changed::<Link>),
                tell_chosen.run_if(resource_changed::<Chosen>),
            )
                .after(ViewerSystems::Annotate),
        );
    }
}

/// The arguments that the page's address stands for: those of its query, and the server that it came from.
pub(crate) fn arguments() -> Vec<String> {
    let location = web_sys::window().map(|window| window.location());
    let query = location.as_ref().and_then(|it| it.search().ok());
    let origin = location.as_ref().and_then(|it| it.origin().ok());
    let mut arguments = vec!["twin-viewer".to_owned()];
    let query = query.unwrap_or_default();
    arguments.extend(of_query(&query));
    let hash = location.as_ref().and_then(|it| it.hash().ok());
    let link = hash.filter(|hash| hash.len() > 1);
    arguments.extend(link.map(|link| format!("--link={link}")));
    if query.contains("autoplay") {
        arguments.push("--autoplay".to_owned());
    }
    if wants_contrast() && !query.contains("contrast=") {
        arguments.push("--contrast=high".to_owned());
    }
    if let Some(origin) = origin {
        arguments.extend(["--server".to_owned(), origin]);
    }
    arguments.extend(of_window());
    arguments
}

/// Whether the person has asked the browser for more contrast.
fn wants_contrast() -> bool {
    let window = web_sys::window();
    let asked = window.and_then(|window| window.match_media("(prefers-contrast: more)").ok());
    asked.flatten().is_some_and(|asked| asked.matches())
}

/// Has the address of the page hold a link, without another entry in its history.
pub(crate) fn show_link(link: &str) {
    let history = web_sys::window().and_then(|window| window.history().ok());
    let nothing = web_sys::wasm_bindgen::JsValue::NULL;
    let address = format!("#{link}");
    let shown = history.map(|it| it.replace_state_with_url(&nothing, "", Some(&address)));
    if !matches!(shown, Some(Ok(()))) {
        bevy::log::warn!("the address cannot follow the view");
    }
}

/// Hands a text to the page for the clipboard, which only the page knows whether it may use; it tells `done` at once
/// whether it took it.
pub(crate) fn copy(text: &str, done: impl FnOnce(bool)) {
    mark("data-copy", text);
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    done(root.is_some_and(|root| root.has_attribute("data-clipboard")));
}

/// Has the browser download a file.
pub(crate) fn download(name: &str, bytes: &[u8]) -> Result<(), String> {
    use web_sys::js_sys::{Array, Uint8Array};
    use web_sys::wasm_bindgen::{JsCast as _, JsValue};
    let failed = |error: JsValue| format!("{error:?}");
    let parts = Array::of1(&Uint8Array::from(bytes).into());
    let blob = web_sys::Blob::new_with_u8_array_sequence(&parts).map_err(failed)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).map_err(failed)?;
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or_else(|| "there is no page".to_owned())?;
    let link = document.create_element("a").map_err(failed)?;
    link.set_attribute("href", &url).map_err(failed)?;
    link.set_attribute("download", name).map_err(failed)?;
    let link = link.dyn_into::<web_sys::HtmlElement>();
    link.map_err(|other| format!("{other:?}"))?.click();
    web_sys::Url::revoke_object_url(&url).map_err(failed)
}

/// The size of the page, where it is one that a picture may have.
fn of_window() -> Option<String> {
    let window = web_sys::window()?;
    let pixels =
        |side: web_sys::wasm_bindgen::JsValue| side.as_f64().map(|side| side.clamp(64.0, 8192.0));
    let width = pixels(window.inner_width().ok()?)?;
    let height = pixels(window.inner_height().ok()?)?;
    Some(format!("--size={width:.0}x{height:.0}"))
}

fn of_query(query: &str) -> Vec<String> {
    let pairs = query.trim_start_matches('?').split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| TAKEN.contains(name))
        .map(|(name, value)| format!("--{name}={}", decoded(value)))
        .collect()
}

/// A value of a query without its escapes; what is none is left as it is.
fn decoded(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut told = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let escaped = hex.and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        match escaped {
            Some(byte) => {
                told.push(byte);
                at += 3;
            }
            None => {
                told.push(if *byte == b'+' { b' ' } else { *byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&told).into_owned()
}

/// Has the page know what cannot be shown, and why.
pub(crate) fn tell_failed(reason: &str) {
    mark("data-failed", reason);
}

/// Has the page know what frames took.
pub(crate) fn tell_figures(json: &str) {
    mark("data-figures", json);
}

fn tell_drawn(fleet: Res<Fleet>, pending: Res<Pending>, mut is_told: Local<bool>) {
    if !*is_told && pending.is_none() && !fleet.sites.is_empty() {
        *is_told = true;
        mark("data-drawn", "");
    }
}

fn tell_link(link: Res<Link>) {
    let state = match *link {
        Link::Starting => "starting",
        Link::Live => "live",
        Link::Past => "past",
        Link::Lost { .. } => "lost",
    };
    mark("data-link", state);
}

fn tell_chosen(chosen: Res<Chosen>, fleet: Res<Fleet>) {
    let container = chosen.0.and_then(|number| fleet.containers.get(number));
    mark(
        "data-chosen",
        container.map_or("", |container| &container.id),
    );
}

fn mark(name: &str, value: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let root = document.and_then(|document| document.document_element());
    if let Some(root) = root
        && root.set_attribute(name, value).is_err()
    {
        bevy::log::error!("the page cannot be told {name}");
    }
}
