//! Where jobs are kept: a folder each, with what was asked for and, once it is over, what came of it.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use twin_core::Timestamp;

use super::Simulating;
use super::order::{Asked, SimulationOrder};
use super::product::Simulated;
use super::watch::{RunNews, SimulationWatch};
use crate::collection::Language;
use crate::error::{ApiError, ApiResult, cannot_tell};
use crate::jobs::{End, Followed as _, JobId, JobState, KeptJob, Shelf};
use crate::scenario::Fork;
use crate::scenario::fork::ForkState;

/// The form of the files.
const FORMAT: u16 = 1;
/// What was asked for. A folder without it is none of a job.
const ORDER: &str = "order.json";
/// How it ended.
const END: &str = "end.json";

/// A folder with a folder for each job.
#[derive(Debug)]
pub(crate) struct FolderShelf {
    folder: PathBuf,
    /// Held while it is written how a job ended: it may end just when somebody ends it.
    ending: Mutex<()>,
}

/// What was asked for, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptOrder {
    format: u16,
    queued_at: Timestamp,
    asked: Asked,
    documents: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    live: Option<ForkState>,
}

/// How a job ended, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptEnd {
    format: u16,
    state: JobState,
    began_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    reason: Option<Box<str>>,
    news: RunNews,
    outcome: Option<Box<RawValue>>,
    pages: Vec<(Box<str>, Box<str>)>,
}

impl FolderShelf {
    /// In a folder of the data directory, which is made when the first job comes.
    pub(crate) const fn new(folder: PathBuf) -> Self {
        let ending = Mutex::new(());
        Self { folder, ending }
    }

    fn folder(&self, id: JobId) -> PathBuf {
        self.folder.join(id.to_string())
    }

    /// The job in a folder; `None` for what crashes left of one.
    fn job(folder: &Path) -> ApiResult<Option<KeptJob<Simulating>>> {
        let name = folder.file_name().and_then(|name| name.to_str());
        let Some(id) = name.and_then(|name| name.parse().ok()) else {
            return Ok(None);
        };
        let path = folder.join(ORDER);
        let Some(kept) = read::<KeptOrder>(&path)? else {
            return Ok(None);
        };
        check_format(&path, kept.format)?;
        let mut order =
            SimulationOrder::new(kept.documents, kept.asked).map_err(unusable(&path))?;
        if let Some(state) = kept.live {
            order = order.with_fork(Fork::read(folder, state)?);
        }
        let path = folder.join(END);
        let end = read::<KeptEnd>(&path)?;
        let news = end.as_ref().map(|end| end.news).unwrap_or_default();
        let end = end.map(|end| end.read(&path)).transpose()?;
        Ok(Some(KeptJob {
            id,
            order,
            queued_at: kept.queued_at,
            watch: SimulationWatch::at(news),
            end,
        }))
    }
}

impl KeptEnd {
    fn read(self, path: &Path) -> ApiResult<End<Simulating>> {
        check_format(path, self.format)?;
        let page = |(language, page): (Box<str>, Box<str>)| {
            let language: Language = language.parse().map_err(unusable(path))?;
            Ok::<_, ApiError>((language, page))
        };
        let pages: ApiResult<Vec<_>> = self.pages.into_iter().map(page).collect();
        let pages = pages?;
        Ok(End {
            state: self.state,
            began_at: self.began_at,
            ended_at: self.ended_at,
            reason: self.reason,
            product: self
                .outcome
                .map(|outcome| Arc::new(Simulated { outcome, pages })),
        })
    }
}

impl Shelf<Simulating> for FolderShelf {
    fn keep_order(
        &self,
        id: JobId,
        order: &SimulationOrder,
        queued_at: Timestamp,
    ) -> ApiResult<()> {
        let folder = self.folder(id);
        fs::create_dir_all(&folder).map_err(write_error(&folder))?;
        let kept = KeptOrder {
            format: FORMAT,
            queued_at,
            asked: order.asked,
            documents: order.documents.clone(),
            live: order.fork.as_ref().map(|fork| fork.state.clone()),
        };
        if let Some(fork) = &order.fork {
            fork.write(&folder)?;
        }
        write(&folder.join(ORDER), &kept)?;
        sync(&self.folder)
    }

    fn keep_end(&self, id: JobId, end: &End<Simulating>, watch: &SimulationWatch) -> ApiResult<()> {
        let product = end.product.as_deref();
        let pages = product.map_or(&[][..], |product| &product.pages).iter();
        let kept = KeptEnd {
            format: FORMAT,
            state: end.state,
            began_at: end.began_at,
            ended_at: end.ended_at,
            reason: end.reason.clone(),
            news: watch.news(),
            outcome: product.map(|product| product.outcome.clone()),
            pages: pages
                .map(|(language, page)| (language.code().into(), page.clone()))
                .collect(),
        };
        let _one_at_a_time = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        write(&self.folder(id).join(END), &kept)
    }

    /// The order goes first: what is left then is no job.
    fn remove(&self, id: JobId) -> ApiResult<()> {
        let folder = self.folder(id);
        let order = folder.join(ORDER);
        fs::remove_file(&order).map_err(write_error(&order))?;
        fs::remove_dir_all(&folder).map_err(write_error(&folder))
    }

    /// What cannot be read is logged and left as it is; what crashes left of jobs goes.
    fn jobs(&self) -> Vec<KeptJob<Simulating>> {
        let mut jobs = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let folder = entry.path();
            match Self::job(&folder) {
                Ok(Some(job)) => jobs.push(job),
                Ok(None) => {
                    let _stays_where_it_cannot_go = fs::remove_dir_all(&folder);
                }
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a kept simulation is passed over"
                ),
            }
        }
        jobs.sort_by_key(|job| job.id);
        jobs
    }
}

fn check_format(path: &Path, format: u16) -> ApiResult<()> {
    if format == FORMAT {
        return Ok(());
    }
    let reason = format!("its format is {format}, expected {FORMAT}");
    Err(unusable(path)(std::io::Error::other(reason)))
}

/// What a file holds; `None` where there is none.
fn read<T: DeserializeOwned>(path: &Path) -> ApiResult<Option<T>> {
    match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(unusable(path)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path)(error)),
    }
}

/// Writes a file: it is there completely and on disk, or as it was.
fn write(path: &Path, content: &impl Serialize) -> ApiResult<()> {
    let json = serde_json::to_vec(content).map_err(cannot_tell)?;
    let draft = path.with_extension("draft");
    File::create(&draft)
        .and_then(|mut file| file.write_all(&json).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&draft, path))
        .map_err(write_error(path))?;
    sync(path.parent().unwrap_or(path))
}

/// Has the names in a folder on disk.
fn sync(folder: &Path) -> ApiResult<()> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(write_error(folder))
}

fn write_error(path: &Path) -> impl FnOnce(std::io::Error) -> ApiError {
    move |source| ApiError::Write {
        path: path.into(),
        source,
    }
}

fn unusable<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
    path: &Path,
) -> impl FnOnce(E) -> ApiError {
    move |source| ApiError::KeptJob {
        path: path.into(),
        source: source.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::order::tests::CALM;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(1_652_745_600 + seconds)
    }

    fn order() -> SimulationOrder {
        SimulationOrder::new(vec![CALM.into(), CALM.into()], Asked::default()).unwrap()
    }

    fn end() -> End<Simulating> {
        let pages = Language::ALL.map(|language| (language, language.code().into()));
        let product = Simulated::new(&serde_json::json!({"b": 1.5, "a": 2}), pages.into());
        End {
            state: JobState::Done,
            began_at: Some(at(1)),
            ended_at: Some(at(2)),
            reason: None,
            product: Some(Arc::new(product.unwrap())),
        }
    }

    #[test]
    fn jobs_come_back_as_they_were() {
        let home = tempfile::tempdir().unwrap();
        let shelf = FolderShelf::new(home.path().join("simulations"));
        assert!(shelf.jobs().is_empty());
        let watch = SimulationWatch::at(RunNews {
            runs_done: 6,
            runs: 8,
        });
        shelf.keep_order(JobId(12), &order(), at(0)).unwrap();
        shelf.keep_order(JobId(3), &order(), at(0)).unwrap();
        shelf.keep_end(JobId(3), &end(), &watch).unwrap();
        let jobs = shelf.jobs();
        assert_eq!(jobs.iter().map(|job| job.id.0).collect::<Vec<_>>(), [3, 12]);
        assert!(jobs[1].end.is_none() && jobs[1].order.documents == order().documents);
        let (done, before) = (jobs[0].end.as_ref().unwrap(), end());
        assert_eq!((done.state, done.ended_at), (before.state, before.ended_at));
        assert_eq!(jobs[0].watch.news(), watch.news());
        let [now, then] = [done, &before].map(|end| end.product.as_ref().unwrap());
        assert_eq!(now.outcome.get(), then.outcome.get(), "to the byte");
        assert_eq!(now.page(Language::French), then.page(Language::French));
        shelf.remove(JobId(3)).unwrap();
        assert_eq!(shelf.jobs().len(), 1);
    }

    #[test]
    fn what_crashes_left_goes_and_what_cannot_be_read_stays() {
        let home = tempfile::tempdir().unwrap();
        let shelf = FolderShelf::new(home.path().into());
        for id in [1, 2, 3] {
            shelf.keep_order(JobId(id), &order(), at(0)).unwrap();
        }
        fs::remove_file(home.path().join("1").join(ORDER)).unwrap();
        fs::write(home.path().join("2").join(ORDER), "{\"format\": 9").unwrap();
        let ids: Vec<u64> = shelf.jobs().iter().map(|job| job.id.0).collect();
        assert_eq!(ids, [3]);
        assert!(!home.path().join("1").exists() && home.path().join("2").exists());
    }
}
