//! A synthetic city of a few figures: sites over a disc, one depot, one place to unload, straight ways that
//! are a little longer. For comparisons with published studies whose data nobody has.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use twin_core::{
    Asset, AssetId, AssetKind, Commune, Container, ContainerType, Depot, DevEui, Layers, Litres,
    LonLat, Mounting, Sensor, Site, SiteType, Span, Stream, UnloadingSite,
};

use super::file::number;
use crate::error::{SimError, SimResult};
use crate::filling::{Flow, FlowPhase, FlowPlan};
use crate::random::{Model, Seed};

/// Metres of a degree of latitude, and of longitude at the equator: close enough to lay out a disc.
const M_PER_DEGREE: f64 = 111_195.0;

/// A synthetic city.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct City {
    /// How many sites there are, 1 to 3,000.
    pub sites: u32,
    /// How many containers on them, at least one each, up to 200,000.
    pub containers: u32,
    /// What a container holds, in litres.
    pub capacity_l: f64,
    /// What they take.
    #[schemars(with = "String")]
    pub stream: Stream,
    /// How many deposits a container is brought a day in the mean.
    pub deposits_per_day: f64,
    /// The area of the disc that the sites are spread over evenly, in km².
    pub area_km2: f64,
    /// Longitude and latitude of its middle, in degrees.
    pub middle: [f64; 2],
    /// How far the depot, and the place to unload beside it, lie from the middle, in kilometres.
    pub depot_km: f64,
    /// Times how much longer a way is than a straight line, 1 to 3.
    pub detour: f64,
    /// How fast vehicles drive outside of peaks and in them, in km/h.
    pub speeds_kmh: [f64; 2],
    /// How much sites differ: the standard deviation of the logarithm of what a site is brought, 0 to 2.
    /// Without it that of the filling model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_sigma_log: Option<f64>,
}

impl City {
    /// Refuses figures outside their ranges.
    pub(super) fn check(&self) -> SimResult<()> {
        let whole = |value: u32| f64::from(value);
        for (key, value, range, expected) in [
            ("sites", whole(self.sites), (1.0, 3000.0), "1 to 3000"),
            (
                "containers",
                whole(self.containers),
                (whole(self.sites), 200_000.0),
                "one for each site at least, up to 200000",
            ),
            ("capacity_l", self.capacity_l, (1.0, 1e6), "1 to 1000000"),
            (
                "deposits_per_day",
                self.deposits_per_day,
                (0.001, 1000.0),
                "0.001 to 1000",
            ),
            ("area_km2", self.area_km2, (0.1, 1e5), "0.1 to 100000"),
            ("middle[0]", self.middle[0], (-179.0, 179.0), "-179 to 179"),
            ("middle[1]", self.middle[1], (-80.0, 80.0), "-80 to 80"),
            ("depot_km", self.depot_km, (0.0, 100.0), "0 to 100"),
            ("detour", self.detour, (1.0, 3.0), "1 to 3"),
            (
                "speeds_kmh[0]",
                self.speeds_kmh[0],
                (5.0, 130.0),
                "5 to 130",
            ),
            (
                "speeds_kmh[1]",
                self.speeds_kmh[1],
                (5.0, 130.0),
                "5 to 130",
            ),
            (
                "site_sigma_log",
                self.site_sigma_log.unwrap_or(0.0),
                (0.0, 2.0),
                "0 to 2",
            ),
        ] {
            number(&format!("territory.city.{key}"), value, range, expected)?;
        }
        Ok(())
    }

    /// All that it has, laid out by a seed. Every container has a sensor.
    ///
    /// # Errors
    /// Figures outside their ranges.
    pub fn layers(&self, seed: Seed) -> SimResult<Layers> {
        self.check()?;
        let mut layers = Layers::default();
        let depot = self.place([self.depot_km * 1000.0, 0.0])?;
        layers
            .depots
            .push(asset("depot", depot, Depot { name: None }));
        let detail = UnloadingSite {
            name: None,
            streams: vec![self.stream],
        };
        layers
            .unloading_sites
            .push(asset("unloading", depot, detail));
        let radius_m = libm::sqrt(self.area_km2 * 1e6 / core::f64::consts::PI);
        for nth in 0..self.sites {
            let mut random = seed.stream(Model::CityLayout, nth);
            let (share, turn) = (random.unit(), random.unit() * core::f64::consts::TAU);
            let away_m = radius_m * libm::sqrt(share);
            let place = self.place([away_m * libm::cos(turn), away_m * libm::sin(turn)])?;
            let detail = Site {
                name: None,
                street: None,
                site_type: SiteType::RecyclingPoint,
            };
            layers.sites.push(asset(&nth.to_string(), place, detail));
        }
        for nth in 0..self.containers {
            self.add_container(&mut layers, nth)?;
        }
        layers.communes.push(self.commune(radius_m)?);
        Ok(layers)
    }

    /// What its people bring: as much as the deposits of all containers are.
    pub fn flows(&self) -> FlowPlan {
        FlowPlan(vec![FlowPhase {
            from: None,
            flows: vec![Flow {
                stream: self.stream,
                kg_per_inhabitant_year: self.deposits_per_day / f64::from(INHABITANTS)
                    * DEPOSIT_M3
                    * DENSITY
                    * 365.2425,
                density_kg_m3: DENSITY,
                source:
                    "deposits a day of the scenario's city; each container has 1,000 inhabitants"
                        .into(),
            }],
        }])
    }

    fn add_container(&self, layers: &mut Layers, nth: u32) -> SimResult<()> {
        let site = (nth % self.sites).to_string();
        let place = layers.sites[(nth % self.sites) as usize].place;
        let id = |kind, key: &str| {
            AssetId::new(kind, key)
                .ok()
                .ok_or(SimError::Missing { what: "key" })
        };
        let key = format!("{site}-{}", nth / self.sites);
        let volume = Litres::new(self.capacity_l).ok();
        let detail = Container {
            site: id(AssetKind::Site, &site)?,
            container_type: ContainerType::Underground,
            stream: self.stream,
            volume,
            max_load: None,
        };
        layers.containers.push(asset(&key, place, detail));
        let mounting = Mounting::new(2300, 400).ok();
        let detail = Sensor {
            container: id(AssetKind::Container, &key)?,
            dev_eui: DevEui(0xfe00_0000_c170_0000 + u64::from(nth)),
            codec: "milesight-em400-mud".into(),
            mounting: mounting.ok_or(SimError::Missing { what: "mounting" })?,
            expected_interval: Span::from_hours(4),
        };
        layers.sensors.push(asset(&key, place, detail));
        Ok(())
    }

    /// One commune around all of it.
    fn commune(&self, radius_m: f64) -> SimResult<Commune> {
        let reach_m = 1.2 * radius_m.max(self.depot_km * 1000.0) + 1000.0;
        let corners = [
            [-1.0, -1.0],
            [1.0, -1.0],
            [1.0, 1.0],
            [-1.0, 1.0],
            [-1.0, -1.0],
        ];
        let corner = |[x, y]: [f64; 2]| {
            let place = self.place([x * reach_m, y * reach_m])?;
            Ok(geo_types::coord! { x: place.lon(), y: place.lat() })
        };
        let ring: SimResult<Vec<geo_types::Coord>> = corners.into_iter().map(corner).collect();
        let ring = geo_types::LineString::new(ring?);
        Ok(Commune {
            code: "city".into(),
            name: "Ville modèle".into(),
            population: Some(self.containers * INHABITANTS),
            area: None,
            center: self.place([0.0, 0.0])?,
            fibre_zone: None,
            member_from: None,
            member_until: None,
            outline: geo_types::MultiPolygon::new(vec![geo_types::Polygon::new(ring, Vec::new())]),
        })
    }

    fn place(&self, [x_m, y_m]: [f64; 2]) -> SimResult<LonLat> {
        let [lon, lat] = self.middle;
        let narrower = libm::cos(lat.to_radians());
        let place = LonLat::new(
            lon + x_m / M_PER_DEGREE / narrower,
            lat + y_m / M_PER_DEGREE,
        );
        place.ok().ok_or(SimError::Missing { what: "place" })
    }
}

/// How many people bring to a container: any number does, for the deposits are what counts.
const INHABITANTS: u32 = 1000;
/// The mean of a deposit into a column, Triangular(10, 30, 60) L, in m³.
const DEPOSIT_M3: f64 = 0.1 / 3.0;
/// Any density does: the flow in litres is what counts. In kg/m³.
const DENSITY: f64 = 120.0;

fn asset<T>(key: &str, place: LonLat, detail: T) -> Asset<T> {
    Asset {
        key: key.into(),
        place,
        detail,
    }
}
