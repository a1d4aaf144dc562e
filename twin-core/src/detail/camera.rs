//! Cameras: what is on file about one. Never an image, a stream, a plate or a person.

use serde::{Deserialize, Serialize};

use super::named_enum;
use crate::place::LonLat;
use crate::restricted::Restricted;
use crate::time::{Span, Timestamp};
use crate::units::{Degrees, Metres};

named_enum! {
    /// What kind of camera it is.
    CameraType, "type of camera" {
        /// Looks one way.
        Fixed = "fixed",
        /// Looks all round.
        Dome = "dome",
        /// Pans, tilts and zooms.
        PanTiltZoom = "ptz",
        /// Moved from place to place ("vidéoprotection intelligente mobile, VPI").
        Mobile = "mobile",
        /// Not told by the source.
        Unknown = "unknown",
    }
}

named_enum! {
    /// Why a camera was authorised (Code de la sécurité intérieure, article L251-2).
    CameraPurpose, "purpose of a camera" {
        /// Protection of public buildings and their surroundings.
        PublicBuildings = "public-buildings",
        /// Safety of persons and goods in places exposed to assault, theft or drug trafficking.
        PublicSafety = "public-safety",
        /// Regulation of traffic and recording of offences against its rules.
        Traffic = "traffic",
        /// Prevention of natural or technological risks.
        Risks = "risks",
        /// Rescue of persons and defence against fire.
        Rescue = "rescue",
        /// Prevention of illegal dumping.
        Dumping = "dumping",
        /// Prevention of acts of terrorism.
        Terrorism = "terrorism",
    }
}

named_enum! {
    /// What a camera hangs on.
    CameraMount, "mount of a camera" {
        /// A pole of its own or a lamp post.
        Pole = "pole",
        /// A wall.
        Wall = "wall",
        /// A ceiling.
        Ceiling = "ceiling",
        /// Not told by the source.
        Unknown = "unknown",
    }
}

/// A camera as the public register names it: system, date, responsible body.
///
/// The asset's place is a point of its street; where the camera hangs and what it sees is
/// [restricted](Restricted), and so never part of a public answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Camera {
    /// The street or place it watches over.
    pub street: Option<Box<str>>,
    /// What kind of camera it is.
    pub camera_type: CameraType,
    /// Why it was authorised.
    pub purposes: Vec<CameraPurpose>,
    /// The body that answers for it.
    pub responsible: Option<Box<str>>,
    /// Number of the prefect's authorisation.
    pub authorisation: Option<Box<str>>,
    /// Since when it is authorised.
    pub authorised_at: Option<Timestamp>,
    /// Until when (five years at most).
    pub expires_at: Option<Timestamp>,
    /// How long recordings are kept (one month at most).
    pub retention: Option<Span>,
    /// Whether the sign that the law asks for is there.
    pub has_sign: Option<bool>,
    /// Where it hangs and what it sees, as far as it is known; operators only.
    #[serde(skip)]
    pub aiming: Restricted<Option<CameraAiming>>,
}

/// Where a camera hangs, where it looks, and how well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CameraAiming {
    /// Where it hangs.
    pub place: LonLat,
    /// How high above the ground.
    pub height: Option<Metres>,
    /// Where it looks, clockwise from north.
    pub azimuth: Option<Degrees>,
    /// How far it looks up (positive) or down (negative).
    pub tilt: Option<Degrees>,
    /// Horizontal field of view.
    pub horizontal_fov: Option<Degrees>,
    /// Vertical field of view.
    pub vertical_fov: Option<Degrees>,
    /// Width and height of the sensor, in pixels.
    pub sensor_px: Option<[u32; 2]>,
    /// Focal length, in millimetres.
    pub lens_mm: Option<f32>,
    /// From how near it is of use.
    pub min_range: Option<Metres>,
    /// Up to how far it is of use.
    pub max_range: Option<Metres>,
    /// Maker and model.
    pub model: Option<Box<str>>,
    /// What it hangs on.
    pub mount: CameraMount,
    /// What it must not see, as outlines on the ground.
    pub masks: Vec<GroundPolygon>,
    /// Whether it is linked to the urban supervision centre.
    pub is_linked: Option<bool>,
    /// When it last answered.
    pub last_seen_at: Option<Timestamp>,
}

/// The outline of an area on the ground; the last point joins the first.
pub type GroundPolygon = Vec<LonLat>;
