//! Buildings as the fibre roll-out counts them: ARCEP's open file of buildings ("base
//! immeubles"), or the exchange file of an operator (IPE). Never an occupant, never a
//! subscription.

use std::collections::BTreeMap;
use std::path::Path;

use twin_core::{
    Asset, AssetId, AssetKind, Commune, FibreNode, FibreNodeType, LonLat, Premises, PremisesState,
};

use super::places::{Coordinates, Locator, pair};
use super::records::{Record, Register, Warn, columns};
use super::{Found, unique, vintage};
use crate::error::GisResult;
use crate::import::tables::keys::key_of;
use crate::import::tables::numbers::number;
use crate::import::tables::words::plain;
use crate::import::{Report, WarningCode};

columns! {
    Id: needed ["imb_id", "imb_code", "IdentifiantImmeuble"],
    State: needed ["imb_etat", "EtatImmeuble"],
    X: place ["x", "lon", "CoordonneeImmeubleX"],
    Y: wanted ["y", "lat", "CoordonneeImmeubleY"],
    Number: wanted ["num_voie", "NumeroVoieImmeuble"],
    Suffix: wanted ["cp_no_voie", "ComplementNumeroVoieImmeuble"],
    StreetType: wanted ["type_voie", "TypeVoieImmeuble"],
    Street: wanted ["nom_voie", "NomVoieImmeuble"],
    Commune: wanted ["code_insee", "CodeInseeImmeuble"],
    Lines: wanted ["nbr_log", "nb_log", "nb_logements", "nbr_logements", "nb_locaux", "NombreLogementsImmeuble"],
    Pm: wanted ["pm_ref", "ReferencePM"],
    PmState: wanted ["pm_etat", "EtatPM"],
}

/// The most dwellings that a building is believed to have.
const MAX_LINES: f64 = 10_000.0;

/// Premises, and the mutualisation points that they hang on.
#[derive(Debug, Default)]
pub(super) struct Roll {
    pub(super) premises: Vec<Premises>,
    pub(super) nodes: Vec<Asset<FibreNode>>,
}

/// How often something had to be assumed.
#[derive(Debug, Default)]
struct Tally {
    /// Buildings whose number of dwellings is not told.
    uncounted: u64,
    /// Buildings that are ready, but whose mutualisation point is not.
    unready: u64,
}

/// Reads the premises of the territory, ordered by their number.
///
/// * The state is that of the building, but one that is deployed, or connected on demand, and
///   whose mutualisation point is not deployed, counts as being connected: nobody can subscribe
///   there (ARCEP's rule of eligibility).
/// * A building whose number of dwellings is not told counts as one line.
/// * Each mutualisation point (`pm_ref`) makes a fibre node `pm-…`, which counts the lines of its
///   buildings. The file does not tell where it stands: its place is the mean of its buildings in
///   the territory.
pub(super) fn read(
    path: &Path,
    communes: &[Commune],
    report: &mut Report,
) -> GisResult<Found<Roll>> {
    let register = Register {
        what: "premises",
        path,
        columns: Field::COLUMNS,
    };
    let (mut locator, mut tally) = (Locator::new(communes), Tally::default());
    let mut premises: Vec<Premises> = Vec::new();
    register.for_each(report, |record, warn| {
        let Some((id, state)) = told(record, warn) else {
            return;
        };
        let Some(place) = locator.place(coordinates(record), warn) else {
            return;
        };
        premises.push(Premises {
            key: key_of(id),
            commune: record.text(Field::Commune).map(Into::into),
            label: label(record),
            lines: lines(record, &mut tally, warn),
            state: state_with_node(state, record, &mut tally),
            since: None,
            node: node(record),
            place,
        });
    })?;

    premises.sort_by(|a, b| a.key.cmp(&b.key));
    unique(
        &mut premises,
        |it| &it.key,
        |_, twin| {
            let object = format_args!("building {}", twin.key);
            let message = "is there twice: the first one is used";
            report.warn(WarningCode::DuplicateObject, path, object, message);
        },
    );
    let nodes = nodes(&premises);
    let mut notes = tally.notes();
    if !nodes.is_empty() {
        notes.push("a mutualisation point lies at the mean of its buildings".to_owned());
    }
    notes.extend(locator.left_out("buildings of the fibre roll-out"));
    Ok(Found {
        objects: vec![Roll { premises, nodes }],
        vintage: vintage::of_name(path),
        notes,
    })
}

impl Tally {
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.uncounted > 0 {
            notes.push(format!(
                "{} buildings whose number of dwellings is not told count as one line each",
                self.uncounted
            ));
        }
        if self.unready > 0 {
            notes.push(format!(
                "{} buildings are ready, but their mutualisation point is not: in progress",
                self.unready
            ));
        }
        notes
    }
}

/// The number and the state of a building.
fn told<'r>(record: &Record<'r>, warn: &mut Warn<'_>) -> Option<(&'r str, PremisesState)> {
    let Some(id) = record.text(Field::Id) else {
        warn(
            WarningCode::UnusableFeature,
            "has no number of a building: it was left out",
        );
        return None;
    };
    let text = record.text(Field::State).unwrap_or_default();
    let state = state(text);
    if state.is_none() {
        let message = format!(
            "has the state '{text}', expected one of cible, signé, en cours de déploiement, déployé, \
             raccordable sur demande, abandonné: it was left out"
        );
        warn(WarningCode::UnreadableValue, &message);
    }
    Some((id, state?))
}

/// The state in the words of all vintages, of IPE and of GraceTHD.
fn state(text: &str) -> Option<PremisesState> {
    Some(match &*plain(text) {
        "cible" | "ci" => PremisesState::Target,
        "signe" | "si" => PremisesState::Signed,
        "encoursdedeploiement" | "encours" | "ec" | "radencoursdedeploiement" | "rc" => {
            PremisesState::InProgress
        }
        "deploye" | "depl" | "de" => PremisesState::Deployed,
        "raccordabledemande"
        | "raccordablesurdemande"
        | "raccordablealademande"
        | "racd"
        | "rad"
        | "rd" => PremisesState::OnDemand,
        "abandonne" | "aban" | "ab" => PremisesState::Abandoned,
        _ => return None,
    })
}

/// The state in which people can use it.
fn state_with_node(state: PremisesState, record: &Record<'_>, tally: &mut Tally) -> PremisesState {
    let is_ready = matches!(state, PremisesState::Deployed | PremisesState::OnDemand);
    let node = record.text(Field::PmState).and_then(self::state);
    if is_ready && node.is_some_and(|node| node != PremisesState::Deployed) {
        tally.unready += 1;
        return PremisesState::InProgress;
    }
    state
}

fn coordinates<'r>(record: &Record<'r>) -> Option<Coordinates<'r>> {
    let at = pair(record.text(Field::X), record.text(Field::Y)).or(record.point)?;
    Some(Coordinates::of(at, record.text(Field::Commune)))
}

/// `12 bis RUE DES HALLES`.
fn label(record: &Record<'_>) -> Option<Box<str>> {
    record.text(Field::Street)?;
    let number = record.text(Field::Number).filter(|number| *number != "0");
    let words = [
        number,
        record.text(Field::Suffix).filter(|_| number.is_some()),
        record.text(Field::StreetType),
        record.text(Field::Street),
    ];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    Some(words.join(" ").into())
}

fn lines(record: &Record<'_>, tally: &mut Tally, warn: &mut Warn<'_>) -> u32 {
    let Some(text) = record.text(Field::Lines) else {
        tally.uncounted += 1;
        return 1;
    };
    let count = number(text).filter(|count| (0.0..=MAX_LINES).contains(count));
    let Some(count) = count else {
        let message = format!("has '{text}' dwellings, expected 0 to 10000: it counts as one line");
        warn(WarningCode::UnreadableValue, &message);
        return 1;
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 10,000"
    )]
    let whole = count.round() as u32;
    whole
}

fn node(record: &Record<'_>) -> Option<AssetId> {
    let key = key_of(&format!("pm-{}", record.text(Field::Pm)?));
    AssetId::new(AssetKind::FibreNode, &key).ok()
}

/// The nodes that premises hang on, by their key.
fn nodes(premises: &[Premises]) -> Vec<Asset<FibreNode>> {
    /// What hangs on a node.
    #[derive(Default)]
    struct Sum {
        lon: f64,
        lat: f64,
        buildings: f64,
        lines: u32,
    }
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for it in premises {
        let Some(node) = &it.node else { continue };
        let sum = sums.entry(node.key()).or_default();
        sum.lon += it.place.lon();
        sum.lat += it.place.lat();
        sum.buildings += 1.0;
        sum.lines = sum.lines.saturating_add(it.lines);
    }
    let asset = |(key, sum): (&str, Sum)| {
        let detail = FibreNode {
            node_type: FibreNodeType::Pm,
            premises: sum.lines,
            deployed_at: None,
            open_from: None,
        };
        let place = LonLat::new(sum.lon / sum.buildings, sum.lat / sum.buildings).ok()?;
        let key = key.into();
        Some(Asset { key, place, detail })
    };
    sums.into_iter().filter_map(asset).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::plain("deploye", Some(PremisesState::Deployed))]
    #[case::accents("Déployé", Some(PremisesState::Deployed))]
    #[case::capitals("EN COURS DE DEPLOIEMENT", Some(PremisesState::InProgress))]
    #[case::open_data("raccordable demande", Some(PremisesState::OnDemand))]
    #[case::older("raccordable sur demande", Some(PremisesState::OnDemand))]
    #[case::code("RACD", Some(PremisesState::OnDemand))]
    #[case::on_demand_in_progress("RAD EN COURS DE DEPLOIEMENT", Some(PremisesState::InProgress))]
    #[case::signed("signé", Some(PremisesState::Signed))]
    #[case::target("CIBLE", Some(PremisesState::Target))]
    #[case::given_up("abandonné", Some(PremisesState::Abandoned))]
    #[case::nothing("", None)]
    #[case::another_word("inconnu", None)]
    fn states_are_read_in_the_words_of_every_vintage(
        #[case] text: &str,
        #[case] expected: Option<PremisesState>,
    ) {
        assert_eq!(state(text), expected);
    }
}
