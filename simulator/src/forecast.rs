//! How full containers will be, and how full they will be found.
//!
//! [`levels`] forecasts from what sensors tell: the level in days to come, and when a container will be
//! full; [`trial`] judges that beside the truth of a simulated network, rules of thumb, and an oracle.
//!
//! [`collections`] forecasts what a log of collections says next: each row from what is strictly earlier,
//! of its site and of its peers, with the chances of every other outcome; [`score()`] lets it do so row by row
//! beside the rules of thumb that anybody could use instead.

pub mod collections;
pub mod levels;
mod ridge;
pub mod score;
mod spread;
pub mod trial;

pub use self::collections::{Collection, Forecast, Forecaster, Visit};
pub use self::levels::{
    ContainerFacts, Emptied, FlowChange, LevelForecast, LevelForecaster, LevelReading, LevelRule,
    Suspected, Suspicion,
};
pub use self::score::{Baseline, Score, Scored, learned, score};
pub use self::spread::LEVELS;
pub use self::trial::{Trial, TrialOutcome};
