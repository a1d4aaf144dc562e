//! `twin calibrate balance`: whether the model brings what its inputs say.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gis_data::GisError;
use serde::Serialize;
use simulator::calibrate::Calibrated;
use simulator::filling::{
    Accounts, BalancedInput, CLOSES_WITHIN, ContainerSpec, FillingModel, FillingParams,
    StreamBalance, balance,
};
use simulator::random::Seed;
use simulator::rounds::{Rounds, demonstration_rules};
use twin_core::{AssetIx, AssetKind, Stream, Twin};

use super::territory::{Perimeter, TerritoryArgs};
use crate::cli::{print, print_json};
use crate::error::{ApiError, ApiResult};
use crate::ingest::container_specs;

/// Run the filling model through whole years, emptied by the demonstration's rounds, and hold each stream
/// against the flows that it is made from.
///
/// All effects of the model are on: calendar, day effect, rates of sites, spill-over. What is expected is
/// inhabitants served × kilograms per inhabitant; the flows are those of 2022 before 1 January 2023 and
/// those after it from then on. It ends with status 1 where a stream is more than 3 % off, or a millilitre
/// is lost.
///
/// Example: twin calibrate balance --year 2022 --year 2023
#[derive(Debug, clap::Args)]
pub(super) struct BalanceCommand {
    #[command(flatten)]
    territory: TerritoryArgs,

    /// A calendar year; again for more [default: 2022 and 2023]
    #[arg(long = "year", value_name = "YYYY", value_parser = clap::value_parser!(i16).range(1997..=2198))]
    years: Vec<i16>,

    /// Flows and calendar as `twin calibrate --out` wrote them, in the place of the usual ones
    #[arg(long, value_name = "TOML")]
    params: Option<PathBuf>,

    /// What everything random follows from
    #[arg(long, value_name = "K", default_value_t = 25_388)]
    seed: u64,

    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Balances {
    synthetic: bool,
    closes_within: f64,
    is_closed: bool,
    years: Vec<YearReport>,
}

#[derive(Debug, Serialize)]
struct YearReport {
    year: i16,
    perimeter: Perimeter,
    streams: Vec<StreamReport>,
}

#[derive(Debug, Serialize)]
struct StreamReport {
    stream: Stream,
    containers: usize,
    /// Where these stand, and who lives there.
    served: Perimeter,
    /// How many bring this stream to them, by the model.
    inhabitants: f64,
    kg_per_inhabitant_year: f64,
    kg_per_inhabitant_year_simulated: f64,
    expected_t: f64,
    simulated_t: f64,
    expected_m3: f64,
    simulated_m3: f64,
    difference_pct: f64,
    standard_error_pct: f64,
    emptyings: usize,
    litres_per_emptying: Option<f64>,
    is_closed: bool,
    accounts_ml: AccountsReport,
    inputs: Vec<InputReport>,
}

#[derive(Debug, Serialize)]
struct AccountsReport {
    before: u64,
    brought: u64,
    held: u64,
    emptied: u64,
    beside: u64,
    swept: u64,
    is_conserved: bool,
}

#[derive(Debug, Serialize)]
struct InputReport {
    kg_per_inhabitant_year: f64,
    density_kg_m3: f64,
    days: u32,
    source: String,
}

impl BalanceCommand {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let territory = self.territory.open_or_embedded()?;
        let twin = &territory.twin;
        let (numbers, specs): (Vec<u32>, Vec<ContainerSpec>) =
            container_specs(twin).into_iter().unzip();
        let model = FillingModel::new(&specs, self.params()?, Seed(self.seed))?;
        let rounds = Rounds::new(&demonstration_rules())?;
        let served = served(twin, &numbers, &specs);
        let default = [2022, 2023];
        let asked: &[i16] = if self.years.is_empty() {
            &default
        } else {
            &self.years
        };
        let mut years = Vec::new();
        for year in asked {
            let streams = balance(&model, &rounds, *year)?;
            let report = |balance: &StreamBalance| StreamReport::of(balance, &served);
            years.push(YearReport {
                year: *year,
                perimeter: Perimeter::of(twin, *year),
                streams: streams.iter().map(report).collect(),
            });
        }
        let mut all = years.iter().flat_map(|year| &year.streams);
        let balances = Balances {
            synthetic: true,
            closes_within: CLOSES_WITHIN,
            is_closed: all.all(|stream| stream.is_closed),
            years,
        };
        if self.json {
            print_json(&balances)?;
        } else {
            print(&balances.to_text())?;
        }
        Ok(ExitCode::from(u8::from(!balances.is_closed)))
    }

    /// The usual inputs, or those that were fitted in their place.
    fn params(&self) -> ApiResult<FillingParams> {
        let mut params = FillingParams::default();
        let Some(path) = &self.params else {
            return Ok(params);
        };
        let bytes = read_at_most(MAX_PARAMS, path)?;
        let cannot_use = |source| ApiError::Calibration {
            path: path.clone(),
            source,
        };
        let fitted = Calibrated::from_toml(&bytes).map_err(cannot_use)?;
        fitted.apply(&mut params);
        Ok(params)
    }
}

/// The longest file of calibrated inputs, in bytes; that of all streams has some 10 KB.
const MAX_PARAMS: u64 = 1024 * 1024;

fn read_at_most(limit: u64, path: &Path) -> ApiResult<String> {
    let failed = |source| GisError::Io {
        action: "read",
        path: path.into(),
        source,
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut text = String::new();
    let read = file.take(limit + 1).read_to_string(&mut text);
    if read.map_err(failed)? as u64 > limit {
        return Err(ApiError::InvalidOption {
            option: "--params",
            value: path.display().to_string().into(),
            expected: "a file of at most 1 MiB",
        });
    }
    Ok(text)
}

/// The communes in which each stream is collected.
fn served(twin: &Twin, numbers: &[u32], specs: &[ContainerSpec]) -> BTreeMap<Stream, Perimeter> {
    let mut communes: BTreeMap<Stream, BTreeSet<_>> = BTreeMap::new();
    for (&ix, spec) in numbers.iter().zip(specs) {
        let kind = AssetKind::Container;
        let commune = twin.inventory().commune_of(AssetIx { kind, ix });
        communes
            .entry(spec.stream)
            .or_default()
            .extend(commune.map(|commune| commune.0));
    }
    let people = |commune: &u16| {
        let commune = twin_core::CommuneIx(*commune);
        let commune = twin.inventory().communes().get(commune);
        u64::from(commune.and_then(|commune| commune.population).unwrap_or(0))
    };
    let perimeter = |(stream, communes): (Stream, BTreeSet<u16>)| {
        let perimeter = Perimeter {
            communes: communes.len(),
            inhabitants: communes.iter().map(people).sum(),
        };
        (stream, perimeter)
    };
    communes.into_iter().map(perimeter).collect()
}

impl StreamReport {
    fn of(balance: &StreamBalance, served: &BTreeMap<Stream, Perimeter>) -> Self {
        let inhabitants = balance.inhabitants;
        let nobody = Perimeter {
            communes: 0,
            inhabitants: 0,
        };
        let taken_l = |accounts: &Accounts| litres(accounts.emptied_ml);
        let count = u32::try_from(balance.emptyings).unwrap_or(u32::MAX);
        Self {
            stream: balance.stream,
            containers: balance.containers,
            served: served.get(&balance.stream).copied().unwrap_or(nobody),
            inhabitants,
            kg_per_inhabitant_year: 1000.0 * balance.expected_t / inhabitants,
            kg_per_inhabitant_year_simulated: balance.kg_per_inhabitant(),
            expected_t: balance.expected_t,
            simulated_t: balance.simulated_t,
            expected_m3: balance.expected_m3,
            simulated_m3: balance.simulated_m3,
            difference_pct: 100.0 * balance.difference(),
            standard_error_pct: 100.0 * balance.standard_error,
            emptyings: balance.emptyings,
            litres_per_emptying: (count > 0).then(|| taken_l(&balance.accounts) / f64::from(count)),
            is_closed: balance.is_closed(),
            accounts_ml: AccountsReport::of(&balance.accounts),
            inputs: balance.inputs.iter().map(InputReport::of).collect(),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a year's volumes stay below 2^53 ml"
)]
fn litres(ml: u64) -> f64 {
    ml as f64 / 1000.0
}

impl AccountsReport {
    const fn of(accounts: &Accounts) -> Self {
        Self {
            before: accounts.before_ml,
            brought: accounts.brought_ml,
            held: accounts.held_ml,
            emptied: accounts.emptied_ml,
            beside: accounts.beside_ml,
            swept: accounts.swept_ml,
            is_conserved: accounts.is_conserved(),
        }
    }
}

impl InputReport {
    fn of(input: &BalancedInput) -> Self {
        Self {
            kg_per_inhabitant_year: input.kg_per_inhabitant_year,
            density_kg_m3: input.density_kg_m3,
            days: input.days,
            source: input.source.clone(),
        }
    }
}

impl Balances {
    fn to_text(&self) -> String {
        let mut text =
            String::from("  Synthetic: what the filling model brings, and what it should\n");
        for year in &self.years {
            let Perimeter {
                communes,
                inhabitants,
            } = year.perimeter;
            let _never_fails = writeln!(
                text,
                "\n  {}, perimeter: {communes} communes, {inhabitants} inhabitants\n\n  \
                 {:<10} {:>10} {:>8} {:>11} {:>7} {:>9} {:>9} {:>9} {:>9} {:>7} {:>6} {:>9}",
                year.year,
                "stream",
                "containers",
                "communes",
                "inhabitants",
                "kg/inh.",
                "t inputs",
                "t model",
                "m³ inputs",
                "m³ model",
                "diff. %",
                "s.e. %",
                "emptyings",
            );
            year.streams.iter().for_each(|row| row.tell(&mut text));
            for row in &year.streams {
                for input in &row.inputs {
                    let _never_fails = writeln!(
                        text,
                        "  {}: {} kg per inhabitant and year, {} kg/m³, {} days: {}",
                        row.stream,
                        input.kg_per_inhabitant_year,
                        input.density_kg_m3,
                        input.days,
                        input.source
                    );
                }
            }
        }
        text += if self.is_closed {
            "\n  Every stream closes within 3 %, and nothing is lost.\n"
        } else {
            "\n  A stream does not close within 3 %: see above.\n"
        };
        text
    }
}

impl StreamReport {
    fn tell(&self, text: &mut String) {
        let _never_fails = writeln!(
            text,
            "  {:<10} {:>10} {:>8} {:>11.0} {:>7.2} {:>9.1} {:>9.1} {:>9.0} {:>9.0} {:>+7.2} {:>6.2} {:>9}{}",
            self.stream,
            self.containers,
            self.served.communes,
            self.inhabitants,
            self.kg_per_inhabitant_year,
            self.expected_t,
            self.simulated_t,
            self.expected_m3,
            self.simulated_m3,
            self.difference_pct,
            self.standard_error_pct,
            self.emptyings,
            if self.is_closed {
                ""
            } else {
                "  does not close"
            },
        );
    }
}
