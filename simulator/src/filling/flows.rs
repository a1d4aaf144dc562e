//! How much of each stream the territory's inhabitants bring, before and after the change of 2023.

use jiff::civil::date;
use serde::{Deserialize, Serialize};
use twin_core::{Stream, Timestamp};

use crate::calendar::local_midnight;
use crate::error::{SimResult, in_range};

/// Litres in a cubic metre.
const LITRES_PER_M3: f64 = 1000.0;
/// Days in a mean Gregorian year.
pub(super) const DAYS_PER_YEAR: f64 = 365.2425;

/// What one inhabitant brings of one stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The stream.
    pub stream: Stream,
    /// Kilograms per inhabitant and year, 0 to 2000.
    pub kg_per_inhabitant_year: f64,
    /// Density in the container, not compacted, in kg/m³, 1 to 2000.
    pub density_kg_m3: f64,
    /// Where both numbers come from.
    pub source: String,
}

impl Flow {
    /// Litres per inhabitant and day, the mean over the years.
    ///
    /// ```
    /// let plan = simulator::filling::FlowPlan::before_2023();
    /// let glass = plan.0[0].flow(twin_core::Stream::Glass).expect("glass is in the plan");
    /// assert!((glass.litres_per_inhabitant_day() - 30.0 / 330.0 * 1000.0 / 365.2425).abs() < 1e-12);
    /// ```
    pub fn litres_per_inhabitant_day(&self) -> f64 {
        self.kg_per_inhabitant_year / self.density_kg_m3 * LITRES_PER_M3 / DAYS_PER_YEAR
    }

    /// The mass of a volume in the container, in kilograms.
    pub fn kilograms(&self, litres: f64) -> f64 {
        litres / LITRES_PER_M3 * self.density_kg_m3
    }
}

/// The flows that hold from some instant on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowPhase {
    /// Since when; `None`: since ever.
    pub from: Option<Timestamp>,
    /// One for each stream that is collected at all.
    pub flows: Vec<Flow>,
}

impl FlowPhase {
    /// The flow of a stream.
    pub fn flow(&self, stream: Stream) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.stream == stream)
    }
}

/// The phases in order of time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FlowPlan(pub Vec<FlowPhase>);

impl FlowPlan {
    /// The flows before 2023, for all times: the world of the communiqué, a counterfactual after 2022.
    pub fn before_2023() -> Self {
        Self(vec![FlowPhase {
            from: None,
            flows: flows_before(),
        }])
    }

    /// The flows since 2023, for all times.
    pub fn after_2023() -> Self {
        Self(vec![FlowPhase {
            from: None,
            flows: flows_after(),
        }])
    }

    /// What happened: the change of regime at midnight of 1 January 2023 in Europe/Paris.
    pub fn as_happened() -> Self {
        let from = local_midnight(date(2023, 1, 1));
        Self(vec![
            FlowPhase {
                from: None,
                flows: flows_before(),
            },
            FlowPhase {
                from,
                flows: flows_after(),
            },
        ])
    }

    /// The number of the phase that holds at an instant; `None` before the first one.
    pub fn phase_at(&self, at: Timestamp) -> Option<usize> {
        self.0
            .iter()
            .rposition(|phase| phase.from.is_none_or(|from| from <= at))
    }

    pub(super) fn check(&self) -> SimResult<()> {
        for flow in self.0.iter().flat_map(|phase| &phase.flows) {
            let kg = flow.kg_per_inhabitant_year;
            in_range("kg_per_inhabitant_year", kg, (0.0, 2000.0), "0 to 2000")?;
            in_range(
                "density_kg_m3",
                flow.density_kg_m3,
                (1.0, 2000.0),
                "1 to 2000",
            )?;
        }
        Ok(())
    }
}

const LOW: &str = "assumption (low confidence)";

fn flow(stream: Stream, kg_per_inhabitant_year: f64, density_kg_m3: f64, source: &str) -> Flow {
    Flow {
        stream,
        kg_per_inhabitant_year,
        density_kg_m3,
        source: source.into(),
    }
}

/// What did not change in 2023.
fn flows_unchanged() -> Vec<Flow> {
    vec![
        flow(
            Stream::Glass,
            30.0,
            330.0,
            "Grand Belfort's 30 kg as a proxy",
        ),
        flow(Stream::Cardboard, 8.0, 55.0, LOW),
        flow(Stream::Metal, 2.0, 50.0, LOW),
        flow(Stream::Textile, 3.0, 175.0, LOW),
        flow(Stream::Organic, 20.0, 400.0, LOW),
        flow(Stream::Litter, 3.0, 90.0, LOW),
    ]
}

fn flows_before() -> Vec<Flow> {
    let mut flows = flows_unchanged();
    flows.extend([
        flow(
            Stream::Packaging,
            23.0,
            30.0,
            "quoted by the agglomeration in 2019, to be confirmed",
        ),
        flow(Stream::Paper, 20.0, 250.0, LOW),
        flow(Stream::Mixed, 43.0, 65.0, "packaging and paper together"),
        flow(
            Stream::Unknown,
            43.0,
            65.0,
            "taken as packaging and paper together",
        ),
        flow(Stream::Residual, 215.0, 160.0, "published for 2022"),
    ]);
    flows
}

/// Yellow bins at each door: 15 % of packaging and paper still go to the banks \[K-low\].
fn flows_after() -> Vec<Flow> {
    let mut flows = flows_unchanged();
    flows.extend([
        flow(
            Stream::Packaging,
            3.45,
            30.0,
            "15 % of the flow before 2023; assumption (low confidence)",
        ),
        flow(
            Stream::Paper,
            3.0,
            250.0,
            "15 % of the flow before 2023; assumption (low confidence)",
        ),
        flow(Stream::Mixed, 6.45, 65.0, "packaging and paper together"),
        flow(
            Stream::Unknown,
            6.45,
            65.0,
            "taken as packaging and paper together",
        ),
        flow(
            Stream::Residual,
            140.0,
            160.0,
            "published for 2024, the first year of the incentive fee",
        ),
    ]);
    flows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Inhabitants of the 73 communes, to which the domain's targets refer.
    const POPULATION: f64 = 139_232.0;

    #[rstest::rstest]
    #[case::glass(Stream::Glass, 4_177.0, 12_660.0)]
    #[case::packaging(Stream::Packaging, 3_202.0, 107_000.0)]
    #[case::paper(Stream::Paper, 2_785.0, 11_100.0)]
    fn the_flows_before_2023_are_those_of_the_mass_balance(
        #[case] stream: Stream,
        #[case] tonnes: f64,
        #[case] cubic_metres: f64,
    ) {
        let plan = FlowPlan::before_2023();
        let flow = plan.0[0].flow(stream).unwrap();
        let litres = flow.litres_per_inhabitant_day() * POPULATION * DAYS_PER_YEAR;
        approx::assert_relative_eq!(
            flow.kilograms(litres) / 1000.0,
            tonnes,
            max_relative = 0.001
        );
        approx::assert_relative_eq!(litres / 1000.0, cubic_metres, max_relative = 0.005);
    }

    #[rstest::rstest]
    #[case::last_instant_of_2022("2022-12-31T23:59:59.999+01:00", 0)]
    #[case::midnight("2023-01-01T00:00:00+01:00", 1)]
    fn the_regime_changes_at_midnight_in_france(#[case] at: &str, #[case] phase: usize) {
        assert_eq!(
            FlowPlan::as_happened().phase_at(at.parse().unwrap()),
            Some(phase)
        );
    }

    #[test]
    fn each_stream_has_one_flow_in_each_phase() {
        for phase in FlowPlan::as_happened().0 {
            for stream in Stream::ALL {
                assert_eq!(
                    phase.flows.iter().filter(|f| f.stream == *stream).count(),
                    1,
                    "{stream}"
                );
            }
        }
    }
}
