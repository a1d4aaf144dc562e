//! How full containers will be when somebody comes to empty them.
//!
//! [`collections`] forecasts what a log of collections says next: each row from what is strictly earlier,
//! of its site and of its peers, with the chances of every other outcome; [`score()`] lets it do so row by row
//! beside the rules of thumb that anybody could use instead.

pub mod collections;
mod ridge;
pub mod score;
mod spread;

pub use self::collections::{Collection, Forecast, Forecaster, Visit};
pub use self::score::{Baseline, Score, Scored, learned, score};
pub use self::spread::LEVELS;
