//! What the sheet says of a camera, a health facility or a fibre node, in words.

use twin_core::{FibreNodeType, LonLat, Timestamp};

use super::stock::Stock;
use super::tree::Outage;
use super::views::Sector;
use super::wire::{CameraFacts, Common, HealthFacts, NodeFacts, Placed};
use super::{Asset, tree::Tree};
use crate::palette::Tone;
use crate::words::Words;

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Everything the sheet says; empty where there is nothing to say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Report {
    /// The tone of its kind.
    pub tone: Tone,
    pub kind: String,
    pub title: String,
    /// What matters of it.
    pub claim: String,
    /// A line each.
    pub facts: Vec<String>,
    /// What to know before one relies on it.
    pub note: String,
}

/// What is known when a report is written.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub words: &'a Words,
    pub stock: &'a Stock,
    /// Names of communes by their code.
    pub commune: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The twin's time; `None` until known.
    pub now: Option<Timestamp>,
}

impl Known<'_> {
    /// What is to be said; `None` for what is not known any more.
    pub(super) fn report(&self, asset: Asset) -> Option<Report> {
        Some(match asset {
            Asset::Camera(number) => self.camera(self.stock.cameras.get(number)?),
            Asset::Health(number) => self.health(self.stock.health.get(number)?),
            Asset::Node(number) => {
                let node = self.stock.tree.nodes.get(number)?;
                self.node(node, (&self.stock.tree, number))
            }
        })
    }

    fn say(&self, key: &str) -> String {
        self.words.say(key).to_owned()
    }

    fn fill(&self, key: &str, value: &str) -> String {
        self.words.fill(key, &[("value", value)])
    }

    fn whole(&self, value: f64) -> String {
        self.words.number(value, 0)
    }

    /// A name, and the commune unless the name says it.
    fn titled(&self, name: Option<&str>, common: &Common) -> String {
        let commune = common
            .commune
            .as_deref()
            .and_then(|code| (self.commune)(code));
        match (name, commune) {
            (Some(name), Some(commune)) if !name.contains(commune) => {
                format!("{name},\n{commune}")
            }
            (Some(name), _) => name.to_owned(),
            (None, Some(commune)) => self.words.fill("asset.unnamedIn", &[("commune", commune)]),
            (None, None) => self.say("asset.unnamed"),
        }
    }

    fn camera(&self, camera: &Placed<CameraFacts>) -> Report {
        let facts = &camera.facts;
        let register = &facts.register;
        let purposes = register.purposes.iter();
        let purposes = purposes.map(|it| self.say(&format!("asset.purpose.{}", it.name())));
        let purposes: Vec<String> = purposes.collect();
        let days = register.retention.map(|it| it.as_secs() / DAY_S);
        let days = days.and_then(|it| usize::try_from(it).ok());
        let mut said = vec![capital(&purposes.join(", "))];
        said.extend(self.aiming(facts));
        let responsible = register.responsible.as_deref();
        said.extend(responsible.map(|it| self.fill("asset.camera.responsible", it)));
        let number = register.authorisation.as_deref();
        said.extend(number.map(|it| self.fill("asset.camera.authorisation", it)));
        said.extend(days.map(|days| self.words.count("asset.camera.kept", days)));
        let sign = register.has_sign.map(|has_sign| {
            let key = if has_sign {
                "asset.camera.sign"
            } else {
                "asset.camera.noSign"
            };
            self.say(key)
        });
        said.extend(sign);
        said.retain(|line| !line.is_empty());
        Report {
            tone: Tone::Camera,
            kind: self.say(&format!("asset.camera.{}", register.camera_type.name())),
            title: self.titled(register.street.as_deref(), &facts.common),
            claim: self.authorised(register.expires_at),
            facts: self.marked(said, &facts.common),
            note: self.say("asset.camera.note"),
        }
    }

    /// Where it looks and how far.
    fn aiming(&self, facts: &CameraFacts) -> Vec<String> {
        let aiming = &facts.aiming;
        let mut said = Vec::new();
        match Sector::of(aiming, facts.register.camera_type) {
            Some(sector) => {
                let range = self.words.length(f64::from(sector.to_m));
                let values = [("range", &*range)];
                let azimuth = aiming.azimuth.map(|it| self.towards(it.get()));
                let width = self.whole(f64::from(sector.width.to_degrees()));
                said.push(match azimuth {
                    Some(side) => self.words.fill(
                        "asset.camera.looks",
                        &[("side", &*side), ("range", &*range), ("width", &*width)],
                    ),
                    None => self.words.fill("asset.camera.looksRound", &values),
                });
            }
            None => said.push(self.say("asset.camera.unknownView")),
        }
        if !aiming.masks.is_empty() {
            said.push(self.words.count("asset.camera.masks", aiming.masks.len()));
        }
        let height = aiming.height.map(|it| self.words.length(it.get()));
        said.extend(height.map(|it| self.fill("asset.camera.height", &it)));
        said
    }

    /// The side of the compass nearest to a direction in degrees.
    fn towards(&self, degrees: f64) -> String {
        const SIDES: [&str; 8] = [
            "side.n", "side.ne", "side.e", "side.se", "side.s", "side.sw", "side.w", "side.nw",
        ];
        let turn = (degrees.rem_euclid(360.0) / 45.0).round() % 8.0;
        let key = SIDES
            .iter()
            .zip(0_u8..)
            .find(|(_, n)| f64::from(*n) == turn);
        self.say(key.map_or("side.n", |(key, _)| key))
    }

    fn authorised(&self, until: Option<Timestamp>) -> String {
        let Some(until) = until else {
            return self.say("asset.camera.unknownTerm");
        };
        let is_over = self.now.is_some_and(|now| until < now);
        let key = if is_over {
            "asset.camera.expired"
        } else {
            "asset.camera.until"
        };
        self.fill(key, &self.words.date(until))
    }

    fn health(&self, facility: &Placed<HealthFacts>) -> Report {
        let facts = &facility.facts;
        let mut said = Vec::new();
        let finess = facts.finess.as_deref();
        said.extend(finess.map(|it| self.fill("asset.health.finess", it)));
        said.push(coordinates(self.words, facility.place));
        Report {
            tone: Tone::Health,
            kind: self.say(&format!("asset.health.{}", facts.category.name())),
            title: self.titled(facts.name.as_deref(), &facts.common),
            claim: String::new(),
            facts: self.marked(said, &facts.common),
            note: self.say("asset.health.note"),
        }
    }

    fn node(&self, node: &Placed<NodeFacts>, (tree, number): (&Tree, usize)) -> Report {
        let facts = &node.facts;
        let key = node.id.split_once('/').map(|(_, key)| key);
        let outage = tree.outage(number);
        let mut said = vec![self.cut(&outage, facts.node_type)];
        let parent = tree.parent(number).and_then(|it| tree.nodes.get(it));
        said.extend(parent.map(|it| {
            let name = it.id.split_once('/').map_or(&*it.id, |(_, key)| key);
            self.fill("asset.fibre.fedBy", name)
        }));
        said.push(self.built(facts.deployed_at));
        let open = facts.open_from.map(|it| self.words.date(it));
        said.extend(open.map(|it| self.fill("asset.fibre.openFrom", &it)));
        said.retain(|line| !line.is_empty());
        Report {
            tone: Tone::Fibre,
            kind: self.say(&format!("asset.fibre.{}", facts.node_type.name())),
            title: self.titled(key, &facts.common),
            claim: self.claim(outage.premises),
            facts: self.marked(said, &facts.common),
            note: self.say("asset.fibre.note"),
        }
    }

    fn claim(&self, premises: u32) -> String {
        let premises = usize::try_from(premises).unwrap_or(usize::MAX);
        self.words.count("asset.fibre.outage", premises)
    }

    /// What else of the network is dead.
    fn cut(&self, outage: &Outage, node: FibreNodeType) -> String {
        let cabinets = (node == FibreNodeType::Nro && outage.cabinets > 0)
            .then(|| self.words.count("asset.fibre.cabinets", outage.cabinets));
        let boxes = (outage.boxes > 0).then(|| self.words.count("asset.fibre.boxes", outage.boxes));
        let parts: Vec<String> = cabinets.into_iter().chain(boxes).collect();
        if parts.is_empty() {
            return String::new();
        }
        self.fill("asset.fibre.with", &parts.join(", "))
    }

    fn built(&self, at: Option<Timestamp>) -> String {
        let Some(at) = at else {
            return self.say("asset.fibre.unplanned");
        };
        let is_planned = self.now.is_some_and(|now| at > now);
        let key = if is_planned {
            "asset.fibre.planned"
        } else {
            "asset.fibre.since"
        };
        self.fill(key, &self.words.date(at))
    }

    fn marked(&self, mut facts: Vec<String>, common: &Common) -> Vec<String> {
        if common.synthetic {
            facts.push(self.say("asset.synthetic"));
        }
        facts
    }
}

fn coordinates(words: &Words, place: LonLat) -> String {
    let (lat, lon) = (words.number(place.lat(), 4), words.number(place.lon(), 4));
    words.fill("asset.at", &[("lat", &*lat), ("lon", &*lon)])
}

/// Begins with a capital letter.
fn capital(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use twin_core::{CameraPurpose, CameraType, HealthCategory};

    use super::super::tree::tests::tree;
    use super::super::wire::placed;
    use super::super::wire::tests::{CAMERAS, HEALTH};
    use super::*;
    use crate::words::Language;

    fn stock() -> Stock {
        Stock {
            cameras: placed(CAMERAS.as_bytes()).unwrap().0.into(),
            health: placed(HEALTH.as_bytes()).unwrap().0.into(),
            tree: Arc::new(tree()),
            ..Stock::default()
        }
    }

    fn report(asset: Asset, language: Language) -> Report {
        let (words, stock) = (Words::new(language), stock());
        let known = Known {
            words: &words,
            stock: &stock,
            commune: &|code| (code == "25031").then_some("Audincourt"),
            now: "2026-11-30T12:00:00Z".parse().ok(),
        };
        known.report(asset).unwrap()
    }

    fn plain(said: &str) -> String {
        said.replace('\u{a0}', " ")
    }

    #[test]
    fn a_camera_is_told_with_its_right_to_be_there() {
        let report = report(Asset::Camera(0), Language::Fr);
        assert_eq!(report.title, "Rue de l’Église,\nAudincourt");
        assert_eq!(plain(&report.claim), "Autorisée jusqu’au 6 janvier 2029.");
        let facts = plain(&report.facts.join("\n"));
        for said in ["nord-ouest", "40 m", "83°", "1 zone masquée", "15 jours"] {
            assert!(facts.contains(said), "{said}: {facts}");
        }
    }

    #[test]
    fn a_facility_says_that_nobody_knows_when_it_is_open() {
        let report = report(Asset::Health(0), Language::Fr);
        assert_eq!(
            (&*report.kind, &*report.title),
            ("Pharmacie", "Pharmacie 1,\nAudincourt")
        );
        assert!(report.note.contains("horaires"), "{}", report.note);
    }

    #[test]
    fn an_outage_is_told_by_whom_it_cuts_off() {
        let at = |id: &str| Asset::Node(tree().find(id).unwrap());
        let exchange = report(at("a"), Language::Fr);
        assert_eq!(
            plain(&exchange.claim),
            "Une panne ici couperait 20 logements et locaux."
        );
        assert!(plain(&exchange.facts[0]).contains("2 points de mutualisation"));
        let single = report(at("d"), Language::En);
        assert_eq!(
            single.claim,
            "An outage here would cut off 7 homes and workplaces."
        );
    }

    #[test]
    fn every_kind_has_words() {
        for language in Language::ALL {
            let words = Words::new(language);
            let cameras = CameraType::ALL
                .iter()
                .map(|it| format!("asset.camera.{}", it.name()));
            let purposes = CameraPurpose::ALL.iter();
            let purposes = purposes.map(|it| format!("asset.purpose.{}", it.name()));
            let health = HealthCategory::ALL.iter();
            let health = health.map(|it| format!("asset.health.{}", it.name()));
            let nodes = FibreNodeType::ALL
                .iter()
                .map(|it| format!("asset.fibre.{}", it.name()));
            for key in cameras.chain(purposes).chain(health).chain(nodes) {
                assert_ne!(words.say(&key), key);
            }
        }
    }
}
