//! When an alarm is raised, how pressing it is, and who is told: the file `alarms.toml`.

mod lapse;

use std::path::Path;

use serde::Deserialize;
use twin_core::alarms::flood::FloodLimits;
use twin_core::{AlarmCause, AlarmPriority, Celsius, Fraction, SensorStatus, Span};

pub(crate) use self::lapse::Lapse;
use crate::collection::Language;
use crate::error::{ApiError, ApiResult};

/// The file of a data directory that says what differs from the rules that are built in.
pub(crate) const FILE: &str = "alarms.toml";

/// The rules that are built in, with what they rest on.
#[cfg(test)]
const BUILT_IN: &str = include_str!("../../../assets/alarms.toml");

/// The rules of alarms. What a file does not say is as it is built in.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct AlarmRules {
    pub(crate) container_full: LevelRules,
    pub(crate) overflow_soon: OverflowRules,
    pub(crate) sensor_failing: SensorRules,
    pub(crate) gateway_out: GatewayRules,
    pub(crate) camera_down: CameraRules,
    pub(crate) authorisation_expiring: AuthorisationRules,
    pub(crate) fire: FireRules,
    pub(crate) tilt: TiltRules,
    pub(crate) replay: ReplayRules,
    pub(crate) reported: ReportedRules,
    pub(crate) flood: FloodRules,
    pub(crate) escalation: EscalationRules,
    pub(crate) webhook: WebhookRules,
    pub(crate) mail: MailRules,
}

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $name {
            $(pub(crate) $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

section! {
    /// A container is full.
    LevelRules {
        priority: AlarmPriority = AlarmPriority::Third,
        raise_at: Fraction = Fraction::saturating(0.95),
        clear_below: Fraction = Fraction::saturating(0.85),
        on_delay: Lapse = Lapse::secs(120),
        off_delay: Lapse = Lapse::secs(600),
    }
}

/// By when a container is emptied at the earliest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NextVisit {
    /// At the end of the crews' next collection day.
    NextPass,
    /// So long from now.
    Horizon,
}

section! {
    /// A container will overflow before it is emptied.
    OverflowRules {
        priority: AlarmPriority = AlarmPriority::Third,
        until: NextVisit = NextVisit::NextPass,
        horizon: Lapse = Lapse::secs(48 * 3600),
        watch_from: Fraction = Fraction::saturating(0.5),
        raise_at: Fraction = Fraction::saturating(1.0),
        clear_below: Fraction = Fraction::saturating(0.9),
        least_levels: u16 = 4,
        least_time: Lapse = Lapse::secs(6 * 3600),
        on_delay: Lapse = Lapse::secs(600),
        off_delay: Lapse = Lapse::secs(3600),
    }
}

section! {
    /// A sensor fails.
    SensorRules {
        priority: AlarmPriority = AlarmPriority::Third,
        statuses: Vec<SensorStatus> =
            vec![SensorStatus::Silent, SensorStatus::Stuck, SensorStatus::LowBattery],
        on_delay: Lapse = Lapse::secs(0),
        off_delay: Lapse = Lapse::secs(0),
    }
}

section! {
    /// A gateway is out.
    GatewayRules {
        priority: AlarmPriority = AlarmPriority::Second,
        least_sensors: u16 = 5,
        raise_at: Fraction = Fraction::saturating(0.8),
        clear_below: Fraction = Fraction::saturating(0.5),
        on_delay: Lapse = Lapse::secs(60),
        off_delay: Lapse = Lapse::secs(60),
    }
}

section! {
    /// A camera does not work.
    CameraRules {
        priority: AlarmPriority = AlarmPriority::Second,
    }
}

section! {
    /// The authorisation of a camera ends.
    AuthorisationRules {
        early: Lapse = Lapse::secs(90 * 86_400),
        early_priority: AlarmPriority = AlarmPriority::Third,
        soon: Lapse = Lapse::secs(30 * 86_400),
        soon_priority: AlarmPriority = AlarmPriority::Second,
        ended_priority: AlarmPriority = AlarmPriority::Second,
    }
}

section! {
    /// It burns in a container.
    FireRules {
        priority: AlarmPriority = AlarmPriority::First,
        raise_at_c: f64 = 60.0,
        clear_below_c: f64 = 45.0,
        rise_c: f64 = 15.0,
        rise_within: Lapse = Lapse::secs(1800),
        rise_from_c: f64 = 40.0,
        on_delay: Lapse = Lapse::secs(0),
        off_delay: Lapse = Lapse::secs(1800),
    }
}

section! {
    /// A sensor is tilted.
    TiltRules {
        priority: AlarmPriority = AlarmPriority::Third,
        on_delay: Lapse = Lapse::secs(600),
        off_delay: Lapse = Lapse::secs(600),
    }
}

section! {
    /// A frame was sent again.
    ReplayRules {
        priority: AlarmPriority = AlarmPriority::Second,
        stands_for: Lapse = Lapse::secs(86_400),
    }
}

section! {
    /// Somebody saw a container blocked, open, or waste beside it.
    ReportedRules {
        priority: AlarmPriority = AlarmPriority::Third,
        stands_for: Lapse = Lapse::secs(7 * 86_400),
    }
}

section! {
    /// How much is annunciated at most.
    FloodRules {
        window: Lapse = Lapse::secs(600),
        most: u16 = 10,
        kept_free: u16 = 2,
        one_by_one: u16 = 4,
        gather: Lapse = Lapse::secs(120),
    }
}

section! {
    /// How long until an alarm is annunciated once more; no time at all is never.
    EscalationRules {
        first: Lapse = Lapse::secs(300),
        second: Lapse = Lapse::secs(3600),
        third: Lapse = Lapse::secs(0),
    }
}

section! {
    /// What is posted.
    WebhookRules {
        lowest_priority: AlarmPriority = AlarmPriority::Third,
        language: Language = Language::French,
    }
}

section! {
    /// What is mailed.
    MailRules {
        lowest_priority: AlarmPriority = AlarmPriority::Second,
        language: Language = Language::French,
    }
}

/// Two settings that contradict each other.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "[{section}] {lesser} = {lesser_value}: expected {relation} {greater}, which is {greater_value}"
)]
pub(crate) struct Contradiction {
    section: &'static str,
    lesser: &'static str,
    lesser_value: f64,
    relation: &'static str,
    greater: &'static str,
    greater_value: f64,
}

impl AlarmRules {
    /// Those of a data directory: what its file says over what is built in.
    ///
    /// # Errors
    /// Where its file cannot be read, or says what cannot be: with line, column and value, or the keys that
    /// contradict each other.
    pub(crate) fn of(data: &Path) -> ApiResult<Self> {
        let path = data.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(source) => return Err(ApiError::ReadAlarmRules { path, source }),
        };
        let unusable = |source: Box<dyn std::error::Error + Send + Sync>| ApiError::AlarmRules {
            path: path.clone(),
            source,
        };
        let rules: Self = toml::from_str(&text).map_err(|error| unusable(error.into()))?;
        rules.check().map_err(|error| unusable(error.into()))?;
        Ok(rules)
    }

    fn check(&self) -> Result<(), Contradiction> {
        let full = &self.container_full;
        below(
            "container-full",
            ("clear_below", full.clear_below.get()),
            ("raise_at", full.raise_at.get()),
        )?;
        let soon = &self.overflow_soon;
        below(
            "overflow-soon",
            ("clear_below", soon.clear_below.get()),
            ("raise_at", soon.raise_at.get()),
        )?;
        let out = &self.gateway_out;
        below(
            "gateway-out",
            ("clear_below", out.clear_below.get()),
            ("raise_at", out.raise_at.get()),
        )?;
        let fire = &self.fire;
        below(
            "fire",
            ("clear_below_c", fire.clear_below_c),
            ("raise_at_c", fire.raise_at_c),
        )?;
        below(
            "fire",
            ("rise_from_c", fire.rise_from_c),
            ("raise_at_c", fire.raise_at_c),
        )?;
        let flood = &self.flood;
        below(
            "flood",
            ("kept_free", flood.kept_free.into()),
            ("most", flood.most.into()),
        )?;
        let ends = &self.authorisation_expiring;
        let days = |lapse: &Lapse| lapse.span().as_millis() as f64 / 86_400_000.0;
        below(
            "authorisation-expiring",
            ("soon", days(&ends.soon)),
            ("early", days(&ends.early)),
        )
    }

    /// How pressing an alarm is that somebody else found.
    pub(crate) const fn priority(&self, cause: AlarmCause) -> AlarmPriority {
        match cause {
            AlarmCause::ContainerFull => self.container_full.priority,
            AlarmCause::OverflowSoon => self.overflow_soon.priority,
            AlarmCause::SensorFailing => self.sensor_failing.priority,
            AlarmCause::GatewayOut => self.gateway_out.priority,
            AlarmCause::CameraDown => self.camera_down.priority,
            AlarmCause::AuthorisationExpiring => self.authorisation_expiring.early_priority,
            AlarmCause::Fire => self.fire.priority,
            AlarmCause::Tilt => self.tilt.priority,
            AlarmCause::Replay => self.replay.priority,
            AlarmCause::Blocked | AlarmCause::DumpedBeside | AlarmCause::LidOpen => {
                self.reported.priority
            }
        }
    }

    /// How long it must be so, and no longer be so, to change an alarm.
    pub(crate) const fn delays(&self, cause: AlarmCause) -> (Span, Span) {
        let (on, off) = match cause {
            AlarmCause::ContainerFull => {
                (self.container_full.on_delay, self.container_full.off_delay)
            }
            AlarmCause::OverflowSoon => (self.overflow_soon.on_delay, self.overflow_soon.off_delay),
            AlarmCause::SensorFailing => {
                (self.sensor_failing.on_delay, self.sensor_failing.off_delay)
            }
            AlarmCause::GatewayOut => (self.gateway_out.on_delay, self.gateway_out.off_delay),
            AlarmCause::Fire => (self.fire.on_delay, self.fire.off_delay),
            AlarmCause::Tilt => (self.tilt.on_delay, self.tilt.off_delay),
            AlarmCause::CameraDown
            | AlarmCause::AuthorisationExpiring
            | AlarmCause::Replay
            | AlarmCause::Blocked
            | AlarmCause::DumpedBeside
            | AlarmCause::LidOpen => return (Span::ZERO, Span::ZERO),
        };
        (on.span(), off.span())
    }

    /// How much is annunciated at most.
    pub(crate) const fn limits(&self) -> FloodLimits {
        FloodLimits {
            window: self.flood.window.span(),
            most: self.flood.most,
            kept_free: self.flood.kept_free,
            one_by_one: self.flood.one_by_one,
            gather: self.flood.gather.span(),
        }
    }

    /// After how long an alarm that nobody acknowledged is escalated; `None`: never.
    pub(crate) fn escalated_after(&self, priority: AlarmPriority) -> Option<Span> {
        let after = match priority {
            AlarmPriority::First => self.escalation.first,
            AlarmPriority::Second => self.escalation.second,
            AlarmPriority::Third => self.escalation.third,
        };
        Some(after.span()).filter(|after| *after > Span::ZERO)
    }

    /// Whether it burns at a temperature without having risen.
    pub(crate) fn is_fire(&self, temperature: Celsius) -> bool {
        temperature.get() >= self.fire.raise_at_c
    }
}

/// Insists on an order of two settings.
fn below(
    section: &'static str,
    (lesser, lesser_value): (&'static str, f64),
    (greater, greater_value): (&'static str, f64),
) -> Result<(), Contradiction> {
    // Not a number is below nothing.
    if lesser_value < greater_value {
        return Ok(());
    }
    Err(Contradiction {
        section,
        lesser,
        lesser_value,
        relation: "less than",
        greater,
        greater_value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_what_its_file_says() {
        let written: AlarmRules = toml::from_str(BUILT_IN).unwrap();
        assert_eq!(written, AlarmRules::default());
        assert_eq!(written.limits(), FloodLimits::default());
        assert_eq!(written.check(), Ok(()));
        for info in AlarmCause::TABLE {
            assert_eq!(
                written.priority(info.cause),
                info.priority,
                "{}",
                info.cause
            );
        }
    }

    #[test]
    fn a_file_needs_only_what_differs() {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join(FILE), "[container-full]\nraise_at = 0.9\n").unwrap();
        let rules = AlarmRules::of(data.path()).unwrap();
        assert_eq!(rules.container_full.raise_at.get(), 0.9);
        assert_eq!(rules.fire, FireRules::default());
    }

    #[rstest::rstest]
    #[case::unknown_key("[fire]\nheat = 3\n", &["line 2", "heat"])]
    #[case::unknown_section("\n\n[flame]\n", &["line 3", "flame"])]
    #[case::a_priority("[tilt]\npriority = 4\n", &["line 2", "4"])]
    #[case::a_fill("[container-full]\nraise_at = 95\n", &["line 2", "95"])]
    #[case::a_time("[flood]\nmost = 5\nwindow = \"ten\"\n", &["line 3", "ten"])]
    #[case::a_negative_time("[flood]\nwindow = \"-3 s\"\n", &["line 2", "-3 s"])]
    #[case::a_contradiction("[container-full]\nclear_below = 0.97\n", &["[container-full]", "clear_below = 0.97", "raise_at"])]
    #[case::no_number("[fire]\nraise_at_c = nan\n", &["[fire]", "raise_at_c", "NaN"])]
    fn what_cannot_be_is_named_with_its_file(#[case] text: &str, #[case] told: &[&str]) {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join(FILE), text).unwrap();
        let refused = crate::error::with_causes(&AlarmRules::of(data.path()).unwrap_err());
        for part in told.iter().chain(&[FILE]) {
            assert!(refused.contains(part), "{part} is not in: {refused}");
        }
    }
}
