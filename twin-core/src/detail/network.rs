//! Health facilities, fibre, depots, vehicles and addresses.

use serde::{Deserialize, Serialize};

use super::named_enum;
use super::waste::Stream;
use crate::asset::AssetId;
use crate::place::LonLat;
use crate::time::Timestamp;
use crate::units::{Kilograms, Litres};

named_enum! {
    /// What care is given.
    HealthCategory, "category of health facility" {
        /// Sells medicine.
        Pharmacy = "pharmacy",
        /// One or several doctors' practices.
        Doctors = "doctors",
        /// A clinic or a health centre.
        Clinic = "clinic",
        /// A hospital.
        Hospital = "hospital",
    }
}

named_enum! {
    /// Where in the optical network a node stands.
    FibreNodeType, "type of fibre node" {
        /// Optical connection node ("nœud de raccordement optique").
        Nro = "nro",
        /// Mutualisation point ("point de mutualisation").
        Pm = "pm",
        /// Optical branching point ("point de branchement optique").
        Pbo = "pbo",
    }
}

/// Where people are cared for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HealthFacility {
    /// Its name.
    pub name: Option<Box<str>>,
    /// What care is given.
    pub category: HealthCategory,
    /// Its number in the national register FINESS.
    pub finess: Option<Box<str>>,
}

/// A node of the fibre network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FibreNode {
    /// Where in the network it stands.
    pub node_type: FibreNodeType,
    /// How many premises hang on it: on a branching point, those connected at it; on the others,
    /// all below.
    pub premises: u32,
    /// From when on it is built; none where that is not planned, or not known.
    pub deployed_at: Option<Timestamp>,
    /// From when on operators sell its lines; none where the source names no day.
    pub open_from: Option<Timestamp>,
}

/// A cable between two fibre nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FibreLink {
    /// The node nearer to the exchange.
    pub from: AssetId,
    /// The node nearer to the customers.
    pub to: AssetId,
    /// The way the cable takes, both ends included.
    pub path: Vec<LonLat>,
}

/// Where vehicles start and end their day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Depot {
    /// Its name.
    pub name: Option<Box<str>>,
}

/// Where vehicles, or people, unload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnloadingSite {
    /// Its name.
    pub name: Option<Box<str>>,
    /// What it takes; empty where the source does not tell.
    pub streams: Vec<Stream>,
}

/// A collection vehicle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Vehicle {
    /// Its name among the crews.
    pub name: Option<Box<str>>,
    /// Where it starts and ends its day.
    pub depot: AssetId,
    /// How much it holds, before compaction.
    pub volume: Option<Litres>,
    /// The heaviest load it may carry.
    pub payload: Option<Kilograms>,
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// House number and street.
    pub label: Box<str>,
    /// How many premises it has.
    pub premises: u32,
}
