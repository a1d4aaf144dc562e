//! Whether the assets go together: keys, references, places.

use std::collections::BTreeSet;
use std::sync::Arc;

use twin_core::{
    Address, Asset, AssetId, AssetKind, Camera, Container, Depot, Detail, FibreLink, FibreNode,
    HealthFacility, LonLat, PlanarCrs, Sensor, Site, UnloadingSite, Vehicle,
};

use super::findings::{FindingCode, Findings};
use super::outlines::Outlines;
use super::shown;
use crate::crs::planar_crs;
use crate::pack::Pack;
use crate::radio::codec;

/// Checks of every kind of asset in one pack.
pub(super) struct AssetChecks<'a> {
    pack: &'a Pack,
    outlines: &'a Outlines,
    /// `None` where the manifest names none that is known, which is told elsewhere.
    crs: Option<Arc<dyn PlanarCrs>>,
    /// The keys that there are, by kind.
    keys: Vec<BTreeSet<&'a str>>,
    findings: &'a mut Findings,
}

impl<'a> AssetChecks<'a> {
    pub(super) fn new(pack: &'a Pack, outlines: &'a Outlines, findings: &'a mut Findings) -> Self {
        Self {
            pack,
            outlines,
            crs: planar_crs(&pack.manifest.crs).ok(),
            keys: vec![BTreeSet::new(); AssetKind::ALL.len()],
            findings,
        }
    }

    /// Checks everything: keys first, since references are looked up among them.
    pub(super) fn run(mut self) {
        macro_rules! for_every_kind {
            ($method:ident) => {
                self.$method::<Site>();
                self.$method::<Container>();
                self.$method::<Sensor>();
                self.$method::<Camera>();
                self.$method::<HealthFacility>();
                self.$method::<FibreNode>();
                self.$method::<FibreLink>();
                self.$method::<Depot>();
                self.$method::<UnloadingSite>();
                self.$method::<Vehicle>();
                self.$method::<Address>();
            };
        }
        for_every_kind!(check_keys);
        for_every_kind!(check_references);
        for_every_kind!(check_places);
        self.check_sensors();
        self.check_premises();
    }

    fn check_keys<T: Detail + 'a>(&mut self) {
        for asset in T::of(&self.pack.layers) {
            if asset.id().is_err() {
                let expected = format!(
                    "its key is '{}', expected 1 to {} letters, digits and -_.:~",
                    asset.key,
                    AssetId::MAX_KEY_LEN
                );
                self.tell(FindingCode::InvalidKey, asset, expected);
            }
            if !self.keys[T::KIND as usize].insert(&asset.key) {
                self.tell(
                    FindingCode::DuplicateKey,
                    asset,
                    "its key is there twice".into(),
                );
            }
        }
    }

    fn check_references<T: Detail + 'a>(&mut self) {
        for asset in T::of(&self.pack.layers) {
            for to in asset.detail.references() {
                if !self.is_there(to) {
                    let message = format!("it refers to {to}, which is not there");
                    self.tell(FindingCode::DanglingReference, asset, message);
                }
            }
        }
    }

    fn is_there(&self, id: &AssetId) -> bool {
        self.keys[id.kind() as usize].contains(id.key())
    }

    fn check_places<T: Detail + 'a>(&mut self) {
        for asset in T::of(&self.pack.layers) {
            if self.is_unprojectable(asset.place) {
                let message = format!("{} is not in {}", shown(asset.place), self.crs_name());
                self.tell(FindingCode::OutsideCrs, asset, message);
            } else if !self.outlines.is_empty() && !self.outlines.hold(asset.place) {
                let message = format!("{} lies in no commune", shown(asset.place));
                self.tell(FindingCode::OutsideOutlines, asset, message);
            }
        }
    }

    fn is_unprojectable(&self, place: LonLat) -> bool {
        let crs = self.crs.as_ref();
        crs.is_some_and(|crs| crs.project(place).is_none())
    }

    fn crs_name(&self) -> &'a str {
        &self.pack.manifest.crs
    }

    fn check_sensors(&mut self) {
        let (mut devices, mut equipped) = (BTreeSet::new(), BTreeSet::new());
        for sensor in &self.pack.layers.sensors {
            let Sensor {
                container,
                dev_eui,
                codec: name,
                ..
            } = &sensor.detail;
            if !devices.insert(dev_eui.0) {
                let message = "another sensor has the same device EUI".to_owned();
                self.tell(FindingCode::DuplicateDevice, sensor, message);
            }
            if !equipped.insert(container.key()) {
                let message = format!("{container} has a sensor already");
                self.tell(FindingCode::SecondSensor, sensor, message);
            }
            if codec(name).is_none() {
                let message = format!("its codec is '{name}', which this program does not have");
                self.tell(FindingCode::UnknownCodec, sensor, message);
            }
        }
    }

    fn check_premises(&mut self) {
        let communes = self.pack.layers.communes.iter();
        let codes: BTreeSet<&str> = communes.map(|commune| &*commune.code).collect();
        for premises in &self.pack.ground.premises {
            let place = format!("premises.fgb: {}", premises.key);
            if let Some(node) = premises.node.as_ref().filter(|node| !self.is_there(node)) {
                let message = format!("they hang on {node}, which is not there");
                self.findings
                    .add(FindingCode::DanglingReference, &place, message);
            }
            let commune = premises.commune.as_deref();
            if let Some(code) = commune.filter(|code| !codes.contains(code)) {
                let message = format!("their commune is '{code}', which is not there");
                self.findings
                    .add(FindingCode::UnknownCommune, &place, message);
            }
        }
    }

    fn tell<T: Detail>(&mut self, code: FindingCode, asset: &Asset<T>, message: String) {
        let layer = T::KIND.info().layer;
        let place = format_args!("{layer}.fgb: {}", asset.key).to_string();
        self.findings.add(code, place, message);
    }
}
