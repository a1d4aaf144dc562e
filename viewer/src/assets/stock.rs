//! What is known of cameras, health facilities and the fibre network: asked for page by page while their layer is
//! shown, read beside the frames.
//!
//! Cameras are asked for only by operators; anybody else does not even ask.

use std::sync::Arc;

use bevy::ecs::change_detection::DetectChanges as _;
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::system::{Res, ResMut};
use bevy::tasks::futures::check_ready;
use bevy::tasks::{AsyncComputeTaskPool, Task, TaskPool};
use bevy::time::{Real, Time};
use twin_core::Timestamp;

use super::tree::Tree;
use super::wire::{self, Cable, CameraFacts, HealthFacts, NodeFacts, Placed};
use crate::layers::{Layers, Overlay};
use crate::pending::Pending;
use crate::server::{Answered, Client, Moment, Present, Refused, Ticket};

/// How many are asked for at once.
const PAGE: usize = 4000;
/// The most of a kind that are kept.
const MOST: usize = 60_000;
/// After how many seconds cameras and health facilities are asked for again.
const EVERY_S: f64 = 60.0;

/// What is known, and how often that has changed.
#[derive(Resource, Clone, Debug, Default)]
pub(super) struct Stock {
    pub cameras: Arc<[Placed<CameraFacts>]>,
    pub health: Arc<[Placed<HealthFacts>]>,
    pub tree: Arc<Tree>,
    pub versions: [u32; 3],
}

impl Stock {
    /// How often what is known of an overlay has changed; nothing is known at 0.
    pub(super) fn version(&self, overlay: Overlay) -> u32 {
        self.versions.get(overlay as usize).copied().unwrap_or(0)
    }

    fn renew(&mut self, overlay: Overlay) {
        if let Some(version) = self.versions.get_mut(overlay as usize) {
            *version += 1;
        }
    }
}

/// What is asked for, one after another within an overlay.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Cameras,
    Health,
    Nodes,
    Cables,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Cameras, Self::Health, Self::Nodes, Self::Cables];

    const fn overlay(self) -> Overlay {
        match self {
            Self::Cameras => Overlay::Cameras,
            Self::Health => Overlay::Health,
            Self::Nodes | Self::Cables => Overlay::Fibre,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Cameras => "camera",
            Self::Health => "health-facility",
            Self::Nodes => "fibre-node",
            Self::Cables => "fibre-link",
        }
    }

    /// Whether it changes so often that it is asked for again.
    const fn is_renewed(self) -> bool {
        matches!(self, Self::Cameras | Self::Health)
    }
}

/// What pages hold.
#[derive(Debug)]
enum Leaves {
    Cameras(Vec<Placed<CameraFacts>>),
    Health(Vec<Placed<HealthFacts>>),
    Nodes(Vec<Placed<NodeFacts>>),
    Cables(Vec<Cable>),
}

impl Leaves {
    const fn none(kind: Kind) -> Self {
        match kind {
            Kind::Cameras => Self::Cameras(Vec::new()),
            Kind::Health => Self::Health(Vec::new()),
            Kind::Nodes => Self::Nodes(Vec::new()),
            Kind::Cables => Self::Cables(Vec::new()),
        }
    }

    /// What of a page could be read, and how many there are in all.
    fn read(kind: Kind, body: &[u8]) -> Option<(Self, usize)> {
        Some(match kind {
            Kind::Cameras => wire::placed(body).map(|(all, n)| (Self::Cameras(all), n))?,
            Kind::Health => wire::placed(body).map(|(all, n)| (Self::Health(all), n))?,
            Kind::Nodes => wire::placed(body).map(|(all, n)| (Self::Nodes(all), n))?,
            Kind::Cables => wire::cables(body).map(|(all, n)| (Self::Cables(all), n))?,
        })
    }

    fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Cameras(all), Self::Cameras(more)) => all.extend(more),
            (Self::Health(all), Self::Health(more)) => all.extend(more),
            (Self::Nodes(all), Self::Nodes(more)) => all.extend(more),
            (Self::Cables(all), Self::Cables(more)) => all.extend(more),
            _ => {}
        }
    }
}

/// A kind while it is asked for.
#[derive(Debug)]
struct Reading {
    kind: Kind,
    asked: Option<Ticket>,
    page: Option<Task<Option<(Leaves, usize)>>>,
    offset: usize,
    leaves: Leaves,
    /// When it is asked for; none while it is, and where it has come for good.
    due_s: Option<f64>,
    has_come: bool,
}

impl Reading {
    const fn of(kind: Kind) -> Self {
        Self {
            kind,
            asked: None,
            page: None,
            offset: 0,
            leaves: Leaves::none(kind),
            due_s: Some(0.0),
            has_come: false,
        }
    }

    const fn is_on_its_way(&self) -> bool {
        self.asked.is_some() || self.page.is_some()
    }
}

/// All that is asked for.
#[derive(Resource, Debug)]
pub(super) struct Reader {
    readings: [Reading; 4],
    parts: Parts,
    tree: Option<Task<Tree>>,
}

/// Nodes and cables, until both have come.
#[derive(Debug, Default)]
struct Parts {
    nodes: Option<Vec<Placed<NodeFacts>>>,
    cables: Option<Vec<Cable>>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            readings: Kind::ALL.map(Reading::of),
            parts: Parts::default(),
            tree: None,
        }
    }
}

impl Reader {
    /// Whether something of an overlay has not come for the first time.
    pub(super) fn awaits(&self, overlay: Overlay) -> bool {
        let mut of_overlay = self
            .readings
            .iter()
            .filter(|it| it.kind.overlay() == overlay);
        let is_grown = overlay == Overlay::Fibre && self.tree.is_some();
        is_grown || of_overlay.any(|it| !it.has_come)
    }

    /// Begins all anew, as of another moment; tells what nobody waits for any more.
    fn begin_anew(&mut self) -> Vec<Ticket> {
        let old = std::mem::take(self);
        let tickets = old.readings.iter().filter_map(|it| it.asked);
        tickets.collect()
    }
}

/// Asks for what is shown, when it is due.
pub(super) fn ask(
    mut reader: ResMut<Reader>,
    mut client: ResMut<Client>,
    (layers, moment, present): (Res<Layers>, Option<Res<Moment>>, Option<Res<Present>>),
    time: Res<Time<Real>>,
) {
    if moment
        .as_ref()
        .is_some_and(|it| it.is_changed() && !it.is_added())
    {
        let stale = reader.begin_anew();
        client.forget(|ticket| stale.contains(&ticket));
    }
    let now_s = time.elapsed_secs_f64();
    let now = (present.as_ref()).and_then(|present| present.live_time(now_s));
    // Ahead, what stands now is all that is known.
    let past = match (moment.as_deref(), now) {
        (Some(Moment::At(_)), None) if present.is_some() => return,
        (Some(Moment::At(at)), now) => Some(*at).filter(|at| now.is_none_or(|now| *at <= now)),
        (Some(Moment::Live) | None, _) => None,
    };
    for reading in &mut reader.readings {
        let is_due = reading.due_s.is_some_and(|due_s| due_s <= now_s);
        let may = reading.kind != Kind::Cameras || client.is_operator();
        if is_due && may && layers.shows(reading.kind.overlay()) && !reading.is_on_its_way() {
            let question = question(reading, past);
            reading.asked = Some(client.ask(question));
            reading.due_s = None;
        }
    }
}

fn question(reading: &Reading, past: Option<Timestamp>) -> String {
    let (kind, offset) = (reading.kind.name(), reading.offset);
    let of_moment = past.map_or_else(String::new, |at| format!("&datetime={at}"));
    format!("/assets?kind={kind}&limit={PAGE}&offset={offset}{of_moment}")
}

/// Has pages that have come read.
pub(super) fn take(
    mut reader: ResMut<Reader>,
    mut stock: ResMut<Stock>,
    mut answers: MessageReader<Answered>,
    time: Res<Time<Real>>,
) {
    let now_s = time.elapsed_secs_f64();
    for answer in answers.read() {
        let asked = Some(answer.ticket);
        let Some(reading) = reader.readings.iter_mut().find(|it| it.asked == asked) else {
            continue;
        };
        reading.asked = None;
        match &answer.body {
            Ok(body) => {
                let (kind, body) = (reading.kind, Arc::clone(body));
                let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
                reading.page = Some(pool.spawn(async move { Leaves::read(kind, &body) }));
            }
            Err(refused) => refuse(reading, &mut stock, (*refused, now_s)),
        }
    }
}

/// What one may not see any more is not shown any more.
fn refuse(reading: &mut Reading, stock: &mut Stock, (refused, now_s): (Refused, f64)) {
    bevy::log::warn!("no {}: {refused}", reading.kind.name());
    *reading = Reading {
        due_s: Some(now_s + EVERY_S),
        has_come: true,
        ..Reading::of(reading.kind)
    };
    stock.renew(reading.kind.overlay());
    match reading.kind {
        Kind::Cameras => stock.cameras = Arc::default(),
        Kind::Health => stock.health = Arc::default(),
        Kind::Nodes | Kind::Cables => stock.tree = Arc::default(),
    }
}

/// Puts pages together as they are read, and asks for the next ones.
pub(super) fn gather(mut reader: ResMut<Reader>, mut stock: ResMut<Stock>, time: Res<Time<Real>>) {
    let now_s = time.elapsed_secs_f64();
    let reader = &mut *reader;
    for reading in &mut reader.readings {
        let Some(page) = reading.page.as_mut().and_then(check_ready) else {
            continue;
        };
        reading.page = None;
        let (leaves, matched) = page.unwrap_or((Leaves::none(reading.kind), 0));
        reading.leaves.append(leaves);
        reading.offset += PAGE;
        if reading.offset < matched.min(MOST) {
            reading.due_s = Some(now_s);
            continue;
        }
        let leaves = std::mem::replace(&mut reading.leaves, Leaves::none(reading.kind));
        reading.offset = 0;
        reading.has_come = true;
        reading.due_s = reading.kind.is_renewed().then_some(now_s + EVERY_S);
        publish(leaves, &mut stock, &mut reader.parts);
    }
    if let (Some(_), Some(_)) = (&reader.parts.nodes, &reader.parts.cables) {
        let Parts { nodes, cables } = std::mem::take(&mut reader.parts);
        let (nodes, cables) = (nodes.unwrap_or_default(), cables.unwrap_or_default());
        let pool = AsyncComputeTaskPool::get_or_init(TaskPool::default);
        reader.tree = Some(pool.spawn(async move { Tree::of(nodes, cables) }));
    }
    if let Some(tree) = reader.tree.as_mut().and_then(check_ready) {
        reader.tree = None;
        stock.tree = Arc::new(tree);
        stock.renew(Overlay::Fibre);
    }
}

fn publish(leaves: Leaves, stock: &mut ResMut<Stock>, parts: &mut Parts) {
    match leaves {
        Leaves::Cameras(cameras) => {
            if *stock.cameras != *cameras {
                stock.cameras = cameras.into();
                stock.renew(Overlay::Cameras);
            }
        }
        Leaves::Health(health) => {
            if *stock.health != *health {
                stock.health = health.into();
                stock.renew(Overlay::Health);
            }
        }
        Leaves::Nodes(nodes) => parts.nodes = Some(nodes),
        Leaves::Cables(cables) => parts.cables = Some(cables),
    }
}

/// A picture waits for what it shows.
pub(super) fn say_pending(
    reader: Res<Reader>,
    (client, layers): (Res<Client>, Res<Layers>),
    mut pending: ResMut<Pending>,
) {
    let is_awaited = |overlay: &&Overlay| {
        let may = **overlay != Overlay::Cameras || client.is_operator();
        may && layers.shows(**overlay) && reader.awaits(**overlay)
    };
    pending.say("assets", Overlay::ALL.iter().filter(is_awaited).count());
}
