//! The steps of a plan, in order; those that were undone wait to be done again.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use twin_core::{LonLat, Stream};

use crate::server::Fleet;
use crate::words::Words;

/// The most steps of a plan; a scenario takes some thousand.
const MOST: usize = 500;
/// How much a new container holds, in litres.
const VOLUME_L: u32 = 4_000;
/// What stands on a new site.
const NEW: [Stream; 3] = [Stream::Glass, Stream::Paper, Stream::Packaging];

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A site stands elsewhere.
    Move {
        site: Box<str>,
        from: LonLat,
        to: LonLat,
    },
    /// A new site, with a container of each of the usual streams.
    Add { site: Box<str>, at: LonLat },
    /// A site is taken away, with all that stands on it.
    Remove { site: Box<str>, at: LonLat },
    /// A container more.
    AddContainer {
        site: Box<str>,
        key: Box<str>,
        stream: Stream,
    },
    /// A container less.
    RemoveContainer {
        site: Box<str>,
        key: Box<str>,
        stream: Stream,
    },
}

/// What a site is in a plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Planned {
    /// It stands elsewhere than it did.
    Moved { from: LonLat, to: LonLat },
    /// It is new.
    New(LonLat),
    /// It is gone.
    Gone(LonLat),
    /// It has other containers than it had.
    Altered,
}

/// The steps of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Draft {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// How many things were ever added, so that no key comes twice.
    added: usize,
}

impl Draft {
    /// The steps that hold, in their order.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.done
    }

    /// Whether there is something to do again.
    pub(crate) const fn has_undone(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Takes a step, where there is room for it: what was undone is forgotten. Several moves of a site in a row are one.
    pub(crate) fn take(&mut self, step: Step) -> bool {
        if let (
            Some(Step::Move { site, to, .. }),
            Step::Move {
                site: same,
                to: next,
                ..
            },
        ) = (self.done.last_mut(), &step)
            && site == same
        {
            *to = *next;
            self.undone.clear();
            return true;
        }
        if self.done.len() >= MOST {
            return false;
        }
        self.done.push(step);
        self.undone.clear();
        true
    }

    /// A key that neither the fleet nor the plan has.
    pub(crate) fn new_key(&mut self, fleet: &Fleet) -> Box<str> {
        loop {
            self.added += 1;
            let key = format!("plan-{}", self.added);
            let site = format!("site/{key}");
            if fleet.sites.iter().all(|it| *it.id != *site) {
                return key.into();
            }
        }
    }

    /// The last step is not done any more; tells whether there was one.
    pub(crate) fn undo(&mut self) -> bool {
        let step = self.done.pop();
        let was_there = step.is_some();
        self.undone.extend(step);
        was_there
    }

    /// The step that was undone last is done again; tells whether there was one.
    pub(crate) fn redo(&mut self) -> bool {
        let step = self.undone.pop();
        let was_there = step.is_some();
        self.done.extend(step);
        was_there
    }

    /// What is planned for each site, by its key.
    pub(crate) fn planned(&self) -> BTreeMap<&str, Planned> {
        let mut planned = BTreeMap::new();
        for step in &self.done {
            match step {
                Step::Move { site, from, to } => {
                    let next = match planned.get(&**site) {
                        Some(Planned::New(_)) => Planned::New(*to),
                        Some(Planned::Moved { from, .. }) => Planned::Moved {
                            from: *from,
                            to: *to,
                        },
                        _ => Planned::Moved {
                            from: *from,
                            to: *to,
                        },
                    };
                    planned.insert(&**site, next);
                }
                Step::Add { site, at } => {
                    planned.insert(site, Planned::New(*at));
                }
                Step::Remove { site, at } => match planned.get(&**site) {
                    Some(Planned::New(_)) => {
                        planned.remove(&**site);
                    }
                    Some(Planned::Moved { from, .. }) => {
                        let from = *from;
                        planned.insert(site, Planned::Gone(from));
                    }
                    _ => {
                        planned.insert(site, Planned::Gone(*at));
                    }
                },
                Step::AddContainer { site, .. } | Step::RemoveContainer { site, .. } => {
                    planned.entry(site).or_insert(Planned::Altered);
                }
            }
        }
        planned
    }

    /// Where a site stands in the plan, which the twin has `at`; `None` where it is gone.
    pub(crate) fn place(&self, site: &str, at: Option<LonLat>) -> Option<LonLat> {
        match self.planned().get(site) {
            Some(Planned::Moved { to, .. }) => Some(*to),
            Some(Planned::New(at)) => Some(*at),
            Some(Planned::Gone(_)) => None,
            Some(Planned::Altered) | None => at,
        }
    }

    /// Whether a container of the twin is taken away by a step of its own.
    pub(crate) fn is_container_gone(&self, container: &str) -> bool {
        let mut steps = self.done.iter();
        steps.any(|step| matches!(step, Step::RemoveContainer { key, .. } if **key == *container))
    }

    /// The edits of a scenario.
    pub(crate) fn edits(&self) -> Vec<Value> {
        self.done.iter().map(Step::edit).collect()
    }
}

/// Names as people know them.
pub(crate) struct Wares<'a> {
    pub words: &'a Words,
    pub fleet: &'a Fleet,
}

impl Wares<'_> {
    fn site(&self, key: &str) -> String {
        let id = format!("site/{key}");
        let site = self.fleet.sites.iter().find(|site| *site.id == *id);
        let name = site.and_then(|site| site.name.as_deref());
        name.map_or_else(
            || self.words.fill("plan.newSite", &[("key", key)]),
            Into::into,
        )
    }

    /// A step in words.
    pub(crate) fn say(&self, step: &Step) -> String {
        let words = self.words;
        let stream = |stream: &Stream| words.say(&format!("stream.{stream}")).to_lowercase();
        match step {
            Step::Move { site, from, to } => {
                let far = words.length(from.distance(*to).get().round());
                words.fill("plan.move", &[("site", &self.site(site)), ("far", &far)])
            }
            Step::Add { site, .. } => words.fill("plan.add", &[("site", &self.site(site))]),
            Step::Remove { site, .. } => words.fill("plan.remove", &[("site", &self.site(site))]),
            Step::AddContainer {
                site, stream: of, ..
            } => {
                let values = [("site", &*self.site(site)), ("stream", &*stream(of))];
                words.fill("plan.addContainer", &values)
            }
            Step::RemoveContainer {
                site, stream: of, ..
            } => {
                let values = [("site", &*self.site(site)), ("stream", &*stream(of))];
                words.fill("plan.removeContainer", &values)
            }
        }
    }
}

impl Step {
    fn edit(&self) -> Value {
        match self {
            Self::Move { site, to, .. } => {
                json!({"move-site": {"site": site, "lon": to.lon(), "lat": to.lat()}})
            }
            Self::Add { site, at } => {
                let containers = NEW.map(|stream| container(&format!("{site}-{stream}"), stream));
                json!({"add-site": {
                    "key": site, "lon": at.lon(), "lat": at.lat(),
                    "site_type": "recycling-point", "containers": containers,
                }})
            }
            Self::Remove { site, .. } => json!({"remove-site": {"site": site}}),
            Self::AddContainer { site, key, stream } => {
                let mut added = container(key, *stream);
                if let Value::Object(added) = &mut added {
                    added.insert("site".to_owned(), json!(site));
                }
                json!({"add-container": added})
            }
            Self::RemoveContainer { key, .. } => json!({"remove-container": {"container": key}}),
        }
    }
}

fn container(key: &str, stream: Stream) -> Value {
    json!({
        "key": key, "container_type": "column", "stream": stream,
        "volume_l": VOLUME_L, "sensor": true,
    })
}
