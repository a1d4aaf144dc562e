//! When people bring their waste: French local time, holidays, and the multipliers of each stream.

mod days;
mod holidays;
mod profile;
mod weather;

pub use self::days::{CALENDAR_YEARS, LocalDay, local_midnight};
pub use self::holidays::{
    SCHOOL_HOLIDAYS_KNOWN, SCHOOL_HOLIDAYS_SOURCE, easter, is_public_holiday, is_school_holiday,
};
pub use self::profile::{Calendar, CalendarProfile, StreamProfile};
pub use self::weather::{DayWeather, Weather};
