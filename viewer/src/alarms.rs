//! What asks for a person: the alarms that stand, as operators get them, over their places on the
//! land and in the words of the list.
//!
//! Without the operator's token none are asked for, and nothing of alarms is shown. Nothing is done
//! about an alarm here: that is for the web page.

mod flight;
mod heaps;
mod mark;
mod marks;
mod poll;
mod said;
mod show;
mod standing;
mod wire;

use bevy::app::{App, Plugin};

pub use self::heaps::Heap;
pub use self::marks::{AlarmMark, AlarmMarks};
pub use self::standing::{StandingAlarm, StandingAlarms};

/// Shows the alarms that stand. Keeps [`StandingAlarms`] and [`AlarmMarks`] up to date, where the
/// [`Client`](crate::server::Client) asks as an operator.
#[derive(Clone, Copy, Debug)]
pub struct AlarmsPlugin {
    /// Whether the eye goes to the most pressing one first.
    pub is_wanted: bool,
    /// Whether nothing moves by itself, as in a picture.
    pub is_still: bool,
}

impl Plugin for AlarmsPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins((
            poll::PollPlugin,
            marks::MarksPlugin,
            flight::FlightPlugin {
                is_wanted: self.is_wanted,
            },
            show::ShowPlugin {
                is_still: self.is_still,
            },
        ));
    }
}
