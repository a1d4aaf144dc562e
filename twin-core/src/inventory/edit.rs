//! Adding, moving and removing assets: first the check, then the change that cannot fail.

use std::sync::Arc;

use super::Inventory;
use super::tables::InTable;
use crate::asset::{AssetId, AssetKind};
use crate::bbox::LonLatBox;
use crate::detail::{Camera, CameraAiming, Container, Depot, FibreLink, Sensor, Site, Vehicle};
use crate::error::{TwinError, TwinResult};
use crate::layers::Asset;
use crate::place::{LonLat, Planar};
use crate::record::Record;
use crate::restricted::{OperatorAccess, Restricted};

impl Inventory {
    /// Whether an asset may be added, or replace the one of the same name.
    ///
    /// # Errors
    /// Refuses dangling references, a place outside the planar system, a device that another
    /// sensor has, and a second sensor in a container.
    pub fn check_put(&self, record: &Record) -> TwinResult<()> {
        let id = record.id()?;
        for to in record.references() {
            if self.find(to).is_none() {
                return Err(TwinError::DanglingReference {
                    from: id,
                    to: to.clone(),
                });
            }
        }
        if self.crs().project(record.place()).is_none() {
            let crs = self.crs().name().into();
            return Err(TwinError::Unprojectable {
                place: record.place(),
                crs,
            });
        }
        match record {
            Record::Sensor(asset) => self.check_sensor(asset),
            _ => Ok(()),
        }
    }

    fn check_sensor(&self, asset: &Asset<Sensor>) -> TwinResult<()> {
        let own = self.sensors().find(&asset.key);
        let is_other = |sensor: u32| Some(sensor) != own;
        if self
            .sensor_of_device(asset.detail.dev_eui)
            .is_some_and(is_other)
        {
            return Err(TwinError::DuplicateDevice {
                sensor: asset.id()?,
            });
        }
        let container = self.containers().find(asset.detail.container.key());
        if container
            .and_then(|c| self.sensor_of_container(c))
            .is_some_and(is_other)
        {
            return Err(TwinError::SecondSensor {
                container: asset.detail.container.clone(),
            });
        }
        Ok(())
    }

    /// Whether an asset may be removed.
    ///
    /// # Errors
    /// Refuses one that does not exist, and one that another refers to.
    pub fn check_remove(&self, id: &AssetId) -> TwinResult<()> {
        if self.find(id).is_none() {
            return Err(TwinError::UnknownAsset(id.clone()));
        }
        match self.holder_of(id) {
            Some(holder) => Err(TwinError::StillInUse {
                asset: id.clone(),
                holder: holder?,
            }),
            None => Ok(()),
        }
    }

    /// One asset that refers to this one. Sites and containers, of which there are many, are
    /// answered in O(1).
    fn holder_of(&self, id: &AssetId) -> Option<TwinResult<AssetId>> {
        match id.kind() {
            AssetKind::Site => {
                let site = self.sites().find(id.key())?;
                let container = *self.containers_of_site(site).first()?;
                Some(self.containers().get(container)?.asset.id())
            }
            AssetKind::Container => {
                let container = self.containers().find(id.key())?;
                let sensor = self.sensor_of_container(container)?;
                Some(self.sensors().get(sensor)?.asset.id())
            }
            AssetKind::FibreNode => self.first_that_refers::<FibreLink>(id),
            AssetKind::Depot => self.first_that_refers::<Vehicle>(id),
            _ => None,
        }
    }

    fn first_that_refers<T: InTable>(&self, id: &AssetId) -> Option<TwinResult<AssetId>> {
        let refers = |asset: &Asset<T>| asset.detail.references().contains(&id);
        T::table(self)
            .iter()
            .find(|(_ix, row)| refers(&row.asset))
            .map(|(_ix, row)| row.asset.id())
    }

    /// Adds an asset, or replaces the one of the same name. A container takes the place of its
    /// site, a sensor that of its container and a vehicle that of its depot; what belongs to a
    /// moved asset moves along.
    ///
    /// A record that [`Inventory::check_put`] refuses leaves everything as it is.
    pub(crate) fn put(&mut self, record: Record) {
        if self.check_put(&record).is_err() {
            return;
        }
        match record {
            Record::Site(asset) => self.put_site(asset),
            Record::Container(asset) => self.put_container(asset),
            Record::Sensor(asset) => self.put_sensor(asset),
            Record::Camera(asset) => self.put_camera(asset),
            Record::HealthFacility(asset) => self.put_row(asset),
            Record::FibreNode(asset) => self.put_row(asset),
            Record::FibreLink(asset) => self.put_row(asset),
            Record::Depot(asset) => self.put_depot(asset),
            Record::UnloadingSite(asset) => self.put_row(asset),
            Record::Vehicle(asset) => self.put_vehicle(asset),
            Record::Address(asset) => self.put_row(asset),
        }
    }

    fn put_row<T: InTable>(&mut self, asset: Asset<T>) {
        let table = T::table(self);
        let ix = table.find(&asset.key).unwrap_or_else(|| table.slots());
        let Ok(row) = self.placing.row(asset) else {
            return;
        };
        self.reach_to(row.asset.place, row.planar);
        T::table_mut(self).put(ix, row);
    }

    /// Makes the extent, and where needed the scale field, reach to a place.
    fn reach_to(&mut self, place: LonLat, planar: Planar) {
        self.extent = match self.extent {
            Some(extent) => Some(extent.extended(place)),
            None => LonLatBox::around([place.into()]),
        };
        if !self.scale.covers(planar) {
            self.scale = Arc::new(self.sample_scale());
        }
    }

    fn put_site(&mut self, asset: Asset<Site>) {
        let key = asset.key.clone();
        self.put_row(asset);
        let Some(site) = self.sites().find(&key) else {
            return;
        };
        for container in self.containers_of_site(site).to_vec() {
            if let Some(row) = self.containers().get(container) {
                self.put_container(row.asset.clone());
            }
        }
    }

    fn put_container(&mut self, mut asset: Asset<Container>) {
        let site = self.sites().find(asset.detail.site.key());
        if let Some(row) = site.and_then(|site| self.sites().get(site)) {
            asset.place = row.asset.place;
        }
        let key = asset.key.clone();
        let before = self
            .containers()
            .find(&key)
            .and_then(|c| self.site_of_container(c));
        self.put_row(asset);
        let Some(container) = self.containers().find(&key) else {
            return;
        };
        self.relations.stand(container, before, site);
        let sensor = self.sensor_of_container(container);
        if let Some(row) = sensor.and_then(|sensor| self.sensors().get(sensor)) {
            self.put_sensor(row.asset.clone());
        }
    }

    fn put_sensor(&mut self, mut asset: Asset<Sensor>) {
        let container = self.containers().find(asset.detail.container.key());
        if let Some(row) = container.and_then(|container| self.containers().get(container)) {
            asset.place = row.asset.place;
        }
        let (key, dev_eui) = (asset.key.clone(), asset.detail.dev_eui);
        self.unmount(&key);
        self.put_row(asset);
        let Some(sensor) = self.sensors().find(&key) else {
            return;
        };
        let row = self.tables.sensors.get(sensor);
        self.relations.gauge_as(sensor, row.map(|row| &row.asset));
        if let Some(container) = container {
            self.relations.mount(container, dev_eui, Some(sensor));
        }
    }

    fn put_depot(&mut self, asset: Asset<Depot>) {
        let Ok(id) = asset.id() else { return };
        self.put_row(asset);
        let parked: Vec<_> = self
            .vehicles()
            .iter()
            .filter(|(_ix, row)| row.asset.detail.depot == id)
            .map(|(_ix, row)| row.asset.clone())
            .collect();
        for vehicle in parked {
            self.put_vehicle(vehicle);
        }
    }

    fn put_vehicle(&mut self, mut asset: Asset<Vehicle>) {
        let depot = self.depots().find(asset.detail.depot.key());
        if let Some(row) = depot.and_then(|depot| self.depots().get(depot)) {
            asset.place = row.asset.place;
        }
        self.put_row(asset);
    }

    /// A camera keeps its aiming: that is told apart, to operators only.
    fn put_camera(&mut self, mut asset: Asset<Camera>) {
        let before = self
            .cameras()
            .find(&asset.key)
            .and_then(|ix| self.cameras().get(ix));
        if let Some(row) = before {
            asset.detail.aiming = row.asset.detail.aiming.clone();
        }
        self.put_row(asset);
    }

    /// Tells where a camera hangs and what it sees.
    pub(crate) fn aim(&mut self, camera: &AssetId, aiming: Option<CameraAiming>) {
        let Some(row) = self
            .cameras()
            .find(camera.key())
            .and_then(|ix| self.cameras().get(ix))
        else {
            return;
        };
        let mut asset = row.asset.clone();
        asset.detail.aiming = Restricted::new(aiming);
        self.put_row(asset);
    }

    /// Where a camera hangs and what it sees, for whoever may see it.
    pub fn aiming(&self, camera: &AssetId, access: OperatorAccess) -> Option<&CameraAiming> {
        let row = self.cameras().get(self.cameras().find(camera.key())?)?;
        row.asset.detail.aiming.reveal(access).as_ref()
    }

    /// Removes an asset; one that [`Inventory::check_remove`] refuses stays.
    pub(crate) fn remove(&mut self, id: &AssetId) {
        if self.check_remove(id).is_err() {
            return;
        }
        let Some(asset) = self.find(id) else { return };
        match asset.kind {
            AssetKind::Container => {
                let site = self.site_of_container(asset.ix);
                self.relations.stand(asset.ix, site, None);
            }
            AssetKind::Sensor => {
                self.unmount(id.key());
                self.relations.gauge_as(asset.ix, None);
            }
            _ => {}
        }
        super::with_table_mut!(self, asset.kind, table => table.remove(asset.ix));
    }

    fn unmount(&mut self, sensor_key: &str) {
        let Some(sensor) = self.sensors().find(sensor_key) else {
            return;
        };
        let container = self.container_of_sensor(sensor);
        if let (Some(container), Some(row)) = (container, self.sensors().get(sensor)) {
            let dev_eui = row.asset.detail.dev_eui;
            self.relations.mount(container, dev_eui, None);
        }
    }
}
