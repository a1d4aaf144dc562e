//! Registers whose records are points of interest.

use std::borrow::Cow;
use std::path::Path;

use twin_core::{Commune, PointOfInterest, Tags, Theme};

use super::places::{Coordinates, Locator};
use super::records::{Record, Register, Warn};
use super::{Found, unique, vintage};
use crate::error::GisResult;
use crate::import::tables::keys::key_of;
use crate::import::{Report, WarningCode};

/// A point of interest as its register tells it.
#[derive(Debug)]
pub(super) struct Draft<'r> {
    /// Its number in the register.
    pub(super) id: Cow<'r, str>,
    pub(super) class: &'r str,
    pub(super) name: Option<&'r str>,
    pub(super) tags: Tags,
    pub(super) coordinates: Option<Coordinates<'r>>,
}

/// A register of points of interest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Points<'p> {
    pub(super) register: Register<'p>,
    pub(super) theme: Theme,
    /// What the keys begin with.
    pub(super) prefix: &'static str,
}

impl Points<'_> {
    /// Reads the points of the territory, ordered by their key; `draft` gives those that are
    /// wanted.
    pub(super) fn read(
        &self,
        communes: &[Commune],
        report: &mut Report,
        mut draft: impl for<'r> FnMut(&Record<'r>, &mut Warn<'_>) -> Option<Draft<'r>>,
    ) -> GisResult<Found<PointOfInterest>> {
        let mut locator = Locator::new(communes);
        let mut points: Vec<PointOfInterest> = Vec::new();
        self.register.for_each(report, |record, warn| {
            let Some(draft) = draft(record, warn) else {
                return;
            };
            let place = locator.place(draft.coordinates, warn);
            points.extend(place.map(|place| PointOfInterest {
                key: key_of(&format!("{}-{}", self.prefix, draft.id)),
                theme: self.theme,
                class: draft.class.into(),
                name: draft.name.map(Into::into),
                tags: draft.tags,
                place,
            }));
        })?;
        let path = self.register.path;
        sort_and_tell(&mut points, path, report);
        Ok(Found {
            objects: points,
            vintage: vintage::of_name(path),
            notes: locator.left_out(self.register.what).into_iter().collect(),
        })
    }
}

fn sort_and_tell(points: &mut Vec<PointOfInterest>, path: &Path, report: &mut Report) {
    points.sort_by(|a, b| a.key.cmp(&b.key));
    unique(
        points,
        |point| &point.key,
        |_, twin| {
            let message = "is there twice: the first one is used";
            report.warn(WarningCode::DuplicateObject, path, &twin.key, message);
        },
    );
}

/// The tags that are told.
pub(super) fn tags<'t>(all: impl IntoIterator<Item = (&'static str, Option<&'t str>)>) -> Tags {
    let told = all
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)));
    told.collect()
}
