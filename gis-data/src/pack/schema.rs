//! The columns of the communes and of every kind of asset.

use geo_types::MultiPolygon;
use twin_core::{
    Address, Asset, Camera, CameraAiming, CameraMount, CameraPurpose, CameraType, Commune,
    Container, ContainerType, Degrees, Depot, DevEui, FibreLink, FibreNode, FibreNodeType,
    FibreZone, HealthCategory, HealthFacility, Kilograms, Litres, LonLat, Metres, Mounting,
    Restricted, Sensor, Site, SiteType, Span, SquareMetres, Stream, Timestamp, TwinError,
    UnloadingSite, Vehicle,
};

use super::codec::{Key, List, Outlines, OwnKey};
use super::record::{Cells, Column, Columns, Fields, Mismatch, Record, Row, fields};

type Text = Box<str>;

fields! {
    Commune, given (outline: MultiPolygon) {
        code: Text = "code",
        name: Text = "name",
        population: Option<u32> = "population",
        area: Option<SquareMetres> = "area_m2",
        center: Place = "center_lon" | "center_lat",
        fibre_zone: Option<FibreZone> = "fibre_zone",
        member_from: Option<Timestamp> = "member_from",
        member_until: Option<Timestamp> = "member_until",
    }
    Site, given () {
        name: Option<Text> = "name",
        street: Option<Text> = "street",
        site_type: SiteType = "site_type",
    }
    Container, given () {
        site: Key<Site> = "site",
        container_type: ContainerType = "container_type",
        stream: Stream = "stream",
        volume: Option<Litres> = "volume_l",
        max_load: Option<Kilograms> = "max_load_kg",
    }
    Sensor, given () {
        container: Key<Container> = "container",
        dev_eui: DevEui = "dev_eui",
        codec: Text = "codec",
        mounting: MountingMm = "empty_mm" | "full_mm",
        expected_interval: Span = "expected_interval_s",
    }
    Camera, given (aiming: Restricted<Option<CameraAiming>>) {
        street: Option<Text> = "street",
        camera_type: CameraType = "camera_type",
        purposes: List<CameraPurpose> = "purposes",
        responsible: Option<Text> = "responsible",
        authorisation: Option<Text> = "authorisation",
        authorised_at: Option<Timestamp> = "authorised_at",
        expires_at: Option<Timestamp> = "expires_at",
        retention: Option<Span> = "retention_s",
        has_sign: Option<bool> = "has_sign",
    }
    CameraAiming, given (place: LonLat) {
        height: Option<Metres> = "height_m",
        azimuth: Option<Degrees> = "azimuth_deg",
        tilt: Option<Degrees> = "tilt_deg",
        horizontal_fov: Option<Degrees> = "horizontal_fov_deg",
        vertical_fov: Option<Degrees> = "vertical_fov_deg",
        sensor_px: PixelSize = "sensor_width_px" | "sensor_height_px",
        lens_mm: Option<f32> = "lens_mm",
        min_range: Option<Metres> = "min_range_m",
        max_range: Option<Metres> = "max_range_m",
        model: Option<Text> = "model",
        mount: CameraMount = "mount",
        masks: Outlines = "masks",
        is_linked: Option<bool> = "is_linked",
        last_seen_at: Option<Timestamp> = "last_seen_at",
    }
    HealthFacility, given () {
        name: Option<Text> = "name",
        category: HealthCategory = "category",
        finess: Option<Text> = "finess",
    }
    FibreNode, given () {
        node_type: FibreNodeType = "node_type",
        premises: u32 = "premises",
        deployed_at: Option<Timestamp> = "deployed_at",
        open_from: Option<Timestamp> = "open_from",
    }
    FibreLink, given (path: Vec<LonLat>) {
        from: Key<FibreNode> = "from_node",
        to: Key<FibreNode> = "to_node",
    }
    Depot, given () {
        name: Option<Text> = "name",
    }
    UnloadingSite, given () {
        name: Option<Text> = "name",
        streams: List<Stream> = "streams",
    }
    Vehicle, given () {
        name: Option<Text> = "name",
        depot: Key<Depot> = "depot",
        volume: Option<Litres> = "volume_l",
        payload: Option<Kilograms> = "payload_kg",
    }
    Address, given () {
        label: Text = "label",
        premises: u32 = "premises",
    }
}

impl Record for Commune {
    type Shape = MultiPolygon;

    fn columns(out: &mut Vec<Column>) {
        <Self as Fields>::columns(out);
    }

    fn shape(&self) -> &MultiPolygon {
        &self.outline
    }

    fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
        Fields::put(self, cells)
    }

    fn take(outline: MultiPolygon, row: &mut Row<'_>) -> Result<Self, Mismatch> {
        Fields::take((outline,), row)
    }
}

macro_rules! placed {
    ($($detail:ident, $place:ident => $given:expr;)*) => {$(
        impl Record for Asset<$detail> {
            type Shape = LonLat;

            fn columns(out: &mut Vec<Column>) {
                <OwnKey<$detail> as Columns>::columns(&["key"], out);
                <$detail as Fields>::columns(out);
            }

            fn shape(&self) -> &LonLat {
                &self.place
            }

            fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
                cells.put::<OwnKey<$detail>>(&self.key)?;
                Fields::put(&self.detail, cells)
            }

            fn take($place: LonLat, row: &mut Row<'_>) -> Result<Self, Mismatch> {
                let key = row.take::<OwnKey<$detail>>()?;
                Ok(Self { key, place: $place, detail: Fields::take($given, row)? })
            }
        }
    )*};
}

placed! {
    Site, place => ();
    Container, place => ();
    Sensor, place => ();
    Camera, place => (Restricted::new(None),);
    HealthFacility, place => ();
    FibreNode, place => ();
    Depot, place => ();
    UnloadingSite, place => ();
    Vehicle, place => ();
    Address, place => ();
}

impl Record for Asset<FibreLink> {
    type Shape = Vec<LonLat>;

    fn columns(out: &mut Vec<Column>) {
        <OwnKey<FibreLink> as Columns>::columns(&["key"], out);
        Place::columns(&["place_lon", "place_lat"], out);
        <FibreLink as Fields>::columns(out);
    }

    fn shape(&self) -> &Vec<LonLat> {
        &self.detail.path
    }

    fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
        cells.put::<OwnKey<FibreLink>>(&self.key)?;
        Place::put(&self.place, cells)?;
        Fields::put(&self.detail, cells)
    }

    fn take(path: Vec<LonLat>, row: &mut Row<'_>) -> Result<Self, Mismatch> {
        let key = row.take::<OwnKey<FibreLink>>()?;
        let place = Place::take(row)?;
        Ok(Self {
            key,
            place,
            detail: Fields::take((path,), row)?,
        })
    }
}

/// One row of the layer that a published pack lacks: where a camera hangs and what it sees.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RestrictedCamera {
    /// The camera's key.
    pub(super) key: Box<str>,
    /// Where it hangs and what it sees.
    pub(super) aiming: CameraAiming,
}

impl Record for RestrictedCamera {
    type Shape = LonLat;

    fn columns(out: &mut Vec<Column>) {
        <OwnKey<Camera> as Columns>::columns(&["key"], out);
        <CameraAiming as Fields>::columns(out);
    }

    fn shape(&self) -> &LonLat {
        &self.aiming.place
    }

    fn put<'a>(&'a self, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
        cells.put::<OwnKey<Camera>>(&self.key)?;
        Fields::put(&self.aiming, cells)
    }

    fn take(place: LonLat, row: &mut Row<'_>) -> Result<Self, Mismatch> {
        let key = row.take::<OwnKey<Camera>>()?;
        Ok(Self {
            key,
            aiming: Fields::take((place,), row)?,
        })
    }
}

macro_rules! pairs {
    ($($(#[$doc:meta])* $name:ident: $value:ty = [$element:ty; 2], $join:expr, $split:expr;)*) => {$(
        $(#[$doc])*
        struct $name;

        impl Columns for $name {
            type Value = $value;

            fn columns(names: &[&'static str], out: &mut Vec<Column>) {
                <$element as Columns>::columns(names, out);
            }

            fn put<'a>(value: &'a $value, cells: &mut Cells<'_, 'a>) -> Result<(), Mismatch> {
                let split: fn($value) -> [$element; 2] = $split;
                let [first, second] = split(*value);
                cells.put_copy::<$element>(&first)?;
                cells.put_copy::<$element>(&second)
            }

            fn take(row: &mut Row<'_>) -> Result<$value, Mismatch> {
                let join: fn([$element; 2]) -> Result<$value, TwinError> = $join;
                let pair = [row.take::<$element>()?, row.take::<$element>()?];
                join(pair).map_err(|error| row.refuse(&format!("{pair:?}"), error.to_string().into()))
            }
        }
    )*};
}

pairs! {
    /// A place in two columns, in degrees.
    Place: LonLat = [f64; 2], LonLat::try_from, Into::into;
    /// A mounting in two columns, in millimetres.
    MountingMm: Mounting = [u16; 2], Mounting::try_from, Into::into;
    /// Width and height in two columns, in pixels; one without the other counts as none.
    PixelSize: Option<[u32; 2]> = [Option<u32>; 2],
        |[width, height]| Ok(width.zip(height).map(<[u32; 2]>::from)),
        |size| size.map_or([None; 2], |size| size.map(Some));
}
