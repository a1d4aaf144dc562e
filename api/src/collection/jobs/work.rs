//! How a job of a server is planned: on its pack and on the twin of that moment.

use std::path::PathBuf;
use std::sync::Arc;

use gis_data::pack::{self, Manifest};
use serde::Serialize;
use simulator::calendar::LocalDay;
use simulator::collection::Plan;
use simulator::collection::day::Level;
use simulator::collection::rules::Rules;
use simulator::collection::saved::SavedDay;
use twin_core::{AssetIx, AssetKind, SensorStatus, Timestamp};

use super::order::{PlanOrder, Start};
use super::product::{PlanFile, Product, Written};
use crate::collection::{
    DayOrder, DayTask, Found, Language, PlannedDay, SheetRequest, Source, Territory, Watch, Words,
    csv, geojson, gpx, sheet, timetable,
};
use crate::effort::give_way;
use crate::engine::Engine;
use crate::error::{ApiError, ApiResult, cannot_tell};

/// The most bytes of a saved day that a server keeps: about 1,800 places with two kinds of vehicles.
const MOST_DAY_BYTES: usize = 64 << 20;

/// The most bytes of the rounds of a day that a server tells: about 150 vehicles.
const MOST_ROUNDS_BYTES: usize = 16 << 20;

/// What a server plans for. Of the pack it holds what it says of itself; each job reads the roads when
/// its turn comes, and gives them free when it is over.
#[derive(Clone, Debug)]
pub(crate) struct PlanSource {
    /// The running twin.
    pub(crate) engine: Engine,
    /// What its pack says of itself.
    pub(crate) manifest: Manifest,
    /// The folder of its pack, where the order of the roads is kept.
    pub(crate) folder: PathBuf,
    /// How it is collected.
    pub(crate) rules: Rules,
}

impl PlanSource {
    /// Plans a day, with every file of it. Between its phases, it ends where the watch says so; once a search runs, it ends with
    /// what was found.
    ///
    /// # Errors
    /// [`ApiError::Abandoned`], and whatever a day cannot be planned for.
    pub(crate) fn plan(
        &self,
        order: &PlanOrder,
        watch: &Watch,
        look: &dyn Fn(),
    ) -> ApiResult<Product> {
        self.planned(order, (watch, look), |task, found, planned| {
            let mut files = files(task, planned)?;
            files.extend(day(task, found));
            Ok(files)
        })
    }

    /// Plans a day of which only the rounds are kept; gives way to whatever else there is to do.
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub(crate) fn plan_rounds(
        &self,
        order: &PlanOrder,
        watch: &Watch,
        look: &dyn Fn(),
    ) -> ApiResult<Product> {
        give_way();
        self.planned(order, (watch, look), |_, _, _| Ok(Vec::new()))
    }

    fn planned(
        &self,
        order: &PlanOrder,
        (watch, look): (&Watch, &dyn Fn()),
        files: impl Fn(&DayTask<'_>, &Found, &PlannedDay) -> ApiResult<Vec<Written>>,
    ) -> ApiResult<Product> {
        check(watch)?;
        let planned_at = self.engine.clock().now();
        let territory = Territory {
            manifest: self.manifest.clone(),
            twin: self.engine.twin(),
            ground: pack::read_mapped_traffic(&self.folder)?,
        };
        check(watch)?;
        let task = DayTask::new(DayOrder {
            territory: &territory,
            dir: Some(&self.folder),
            rules: &self.rules,
            date: &order.date,
            policy: order.policy,
            streams: &order.streams,
            levels: order.levels,
            hour: order.hour,
            effort: order.effort,
        })?;
        check(watch)?;
        let start = order.start.as_ref().map(|start| carried(&task, start));
        let found = task.search(start.transpose()?.as_ref(), watch, look)?;
        let planned = task.tell(&found);
        let product = Product::new(&planned.outcome, files(&task, &found, &planned)?)?;
        Ok(product.with_rounds(rounds(&planned, &order.date, planned_at)?))
    }
}

/// The rounds as they are told of the day, where they are not too large for a server.
fn rounds(
    planned: &PlannedDay,
    date: &LocalDay,
    planned_at: Timestamp,
) -> ApiResult<Option<Arc<[u8]>>> {
    let told = (&planned.rounds, &planned.tracks);
    let json = timetable(told, date, planned_at).map_err(cannot_tell)?;
    let json = Some(json.into_bytes()).filter(|json| json.len() <= MOST_ROUNDS_BYTES);
    Ok(json.map(Into::into))
}

fn check(watch: &Watch) -> ApiResult<()> {
    if watch.is_stopped() {
        return Err(ApiError::Abandoned);
    }
    Ok(())
}

/// The rounds of an earlier plan on this day's problem.
fn carried(task: &DayTask<'_>, start: &Start) -> ApiResult<Plan> {
    Ok(task.carry(&SavedDay::read(&start.day)?))
}

/// The day as it is kept, where it is not too large for a server.
fn day(task: &DayTask<'_>, found: &Found) -> Option<Written> {
    let json = task.save(&found.plan).to_json().ok();
    let json = json.filter(|json| json.len() <= MOST_DAY_BYTES)?;
    Some(written(PlanFile::Day, None, json))
}

fn files(task: &DayTask<'_>, planned: &PlannedDay) -> ApiResult<Vec<Written>> {
    let PlannedDay { rounds, tracks, .. } = planned;
    let levels = serde_json::to_string(&levels(task)).map_err(cannot_tell)?;
    let mut files = vec![
        written(PlanFile::GeoJson, None, geojson(rounds, tracks)),
        written(PlanFile::Csv, None, csv(rounds)),
        written(PlanFile::Levels, None, levels),
    ];
    let territory = task.order.territory;
    let (names, sources) = (territory.communes(), territory.road_sources());
    for language in Language::ALL {
        let words = Words::new(language);
        let sheets = sheet(&SheetRequest {
            rounds,
            tracks,
            ground: &territory.ground,
            names: &names,
            sources: &sources,
            words: &words,
        });
        files.push(written(PlanFile::Sheet, Some(language), sheets));
        let gpx = gpx(rounds, tracks, &words);
        files.push(written(PlanFile::Gpx, Some(language), gpx));
    }
    Ok(files)
}

fn written(file: PlanFile, language: Option<Language>, text: String) -> Written {
    Written {
        file,
        language,
        bytes: text.into_bytes().into(),
    }
}

/// What was known of a container in the morning, as it is told.
#[derive(Debug, Serialize)]
struct ContainerLevel<'a> {
    container: &'a str,
    source: Source,
    /// What is expected in it at midnight, which may be more than it holds.
    litres: f64,
    capacity_l: f64,
    deposits_per_day: f64,
    days_since_emptied: Option<u32>,
    /// The share that its sensor measured, and when.
    measured_fill: Option<f64>,
    observed_at: Option<Timestamp>,
    sensor_status: SensorStatus,
}

fn levels<'a>(task: &DayTask<'a>) -> Vec<ContainerLevel<'a>> {
    let twin = &task.order.territory.twin;
    let kind = AssetKind::Container;
    let told = task.morning.all().filter_map(|(ix, known)| {
        let knowledge = &known.knowledge;
        let litres = match knowledge.level {
            Level::Measured { litres } | Level::Aged { litres, .. } => Some(litres),
            Level::Estimated { .. } | Level::Counted { .. } | Level::Expected { .. } => None,
        };
        let measured = litres.filter(|_| known.observed_at.is_some());
        Some(ContainerLevel {
            container: twin.inventory().key(AssetIx { kind, ix })?,
            source: known.source,
            litres: tenths(knowledge.level.litres(knowledge.deposit)),
            capacity_l: knowledge.capacity_l,
            deposits_per_day: tenths(knowledge.deposits_per_day),
            days_since_emptied: knowledge.days_since_emptied,
            measured_fill: measured.map(|litres| litres / knowledge.capacity_l.max(1.0)),
            observed_at: known.observed_at,
            sensor_status: twin.container_status(ix),
        })
    });
    told.collect()
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
