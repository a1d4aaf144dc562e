//! The roads of a pack or an extract: read, ordered, kept beside the pack, and asked, for the command
//! line and for the server alike.

mod answer;
mod avoid;
mod isochrone;
mod keep;
mod place;
mod profiles;
mod routing;
mod stop;
mod table;
mod vehicles;

pub(crate) use self::answer::{Answer, AreSeveral, Driver};
pub(crate) use self::avoid::{Avoid, edits};
pub(crate) use self::isochrone::{Isochrone, IsochroneRequest};
pub(crate) use self::keep::{Kept, road_map};
pub(crate) use self::place::Place;
pub(crate) use self::profiles::profile;
pub(crate) use self::routing::{RouteRequest, routes};
pub(crate) use self::stop::Stop;
pub(crate) use self::table::{Table, TableRequest};
pub(crate) use self::vehicles::{Loaded, loaded};
