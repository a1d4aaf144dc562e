//! The manifest of the embedded pack: what each layer is, and what it is not.

use std::collections::BTreeMap;

use twin_core::AssetKind;

use super::facts::Facts;
use super::preset::Preset;
use crate::pack::{GroundLayer, LayerInfo, Manifest};

const OPEN_LICENCE: &str = "Licence Ouverte 2.0";
const OWN_LICENCE: &str = "EUPL-1.2";

/// Name, notice and provenance of the pack of a preset.
pub(super) fn manifest(facts: &Facts, preset: Preset) -> Manifest {
    let (fr, en) = preset.notice();
    let notice = [("fr", fr, ELSEWHERE_FR), ("en", en, ELSEWHERE_EN)];
    let notice = notice.map(|(code, text, elsewhere)| {
        let elsewhere = if facts.is_embedded() { "" } else { elsewhere };
        (code.to_owned(), format!("{text}{elsewhere}"))
    });
    Manifest {
        version: Manifest::VERSION,
        name: facts.name.clone(),
        title: facts.title.clone(),
        crs: facts.crs.clone(),
        preset: Some(preset.name().to_owned()),
        notice: BTreeMap::from(notice),
        simulated_sensors: true,
        layers: layers(facts),
    }
}

/// The communes' layer counts as synthetic because its outlines are, although its figures are not.
fn layers(facts: &Facts) -> BTreeMap<String, LayerInfo> {
    let communes = LayerInfo {
        source:
            "Code, nom, population, superficie, centre, zone fibre, dates : INSEE (code officiel \
                 géographique), IGN Admin Express. Contours synthétiques : diagramme de puissance \
                 ajusté aux superficies et aux centres de gravité."
                .to_owned(),
        licence: OPEN_LICENCE.to_owned(),
        vintage: facts.vintage.clone(),
        synthetic: true,
    };
    let synthetic = |(name, source): (&str, &str)| {
        let info = LayerInfo {
            source: source.to_owned(),
            licence: OWN_LICENCE.to_owned(),
            vintage: "2021-11".to_owned(),
            synthetic: true,
        };
        (name.to_owned(), info)
    };
    let generated = [
        (AssetKind::Site.info().layer, SITES),
        (AssetKind::Container.info().layer, CONTAINERS),
        (AssetKind::Sensor.info().layer, SENSORS),
        (AssetKind::Camera.info().layer, CAMERAS),
        (AssetKind::HealthFacility.info().layer, HEALTH),
        (AssetKind::FibreNode.info().layer, FIBRE),
        (AssetKind::FibreLink.info().layer, FIBRE),
        (AssetKind::Address.info().layer, ADDRESSES),
        (AssetKind::Depot.info().layer, FACILITIES),
        (AssetKind::UnloadingSite.info().layer, FACILITIES),
        (AssetKind::Vehicle.info().layer, VEHICLES),
        (GroundLayer::Roads.name(), ROADS),
        (GroundLayer::RoadNodes.name(), ROAD_RULES),
        (GroundLayer::TurnRestrictions.name(), ROAD_RULES),
        (GroundLayer::Terrain.name(), TERRAIN),
        (GroundLayer::Water.name(), WATER),
        (GroundLayer::Buildings.name(), BUILDINGS),
        (GroundLayer::LandCover.name(), LAND_COVER),
        (GroundLayer::PointsOfInterest.name(), POINTS),
        (GroundLayer::Premises.name(), PREMISES),
    ];
    let mut layers: BTreeMap<String, LayerInfo> = generated.into_iter().map(synthetic).collect();
    layers.insert("communes".to_owned(), communes);
    layers
}

/// What the notice of another territory adds.
const ELSEWHERE_FR: &str = " Ce plan est celui de Pays de Montbéliard Agglomération ; ici, c’est une \
                            hypothèse, et la population des communes dit qui en a sa part.";
const ELSEWHERE_EN: &str = " That plan is the one of Pays de Montbéliard Agglomération; here it is an \
                            assumption, spread by the population of the communes.";

const SITES: &str = "Généré : points d’apport au milieu de bassins de population égale, points de \
                     regroupement au fond des impasses et dans les grands ensembles, corbeilles \
                     dans les parcs, tous au bord d’une rue ; nombres du communiqué de novembre \
                     2021.";
const CONTAINERS: &str = "Généré : cinq ou six colonnes par point d’apport, deux à dix bacs par point \
                          de regroupement ; flux d’avant 2023.";
const SENSORS: &str = "Généré : capteurs virtuels, numéros d’appareil fictifs.";
const FACILITIES: &str = "Noms et communes réels (presse, rapports publics) ; emplacements tirés au \
                          sort au bord d’une rue de la commune.";
const CAMERAS: &str = "Généré : caméras, autorisations et orientations fictives, près de lieux publics \
                       ; aucune image.";
const HEALTH: &str = "Généré : nombres usuels pour la population, emplacements et noms fictifs ; seule \
                      la maison Synapse, au Pied-des-Gouttes, existe (presse).";
const FIBRE: &str = "Généré : arbre NRO, PM, PBO le long des rues ; dates calées sur les taux publiés \
                     par le communiqué de novembre 2021.";
const PREMISES: &str = "Généré : une ligne par logement ou établissement ; états aux dates du \
                        communiqué de novembre 2021, par locaux de l’arbre.";
const ADDRESSES: &str = "Généré : numéros et rues fictifs, en proportion des logements.";
const BUILDINGS: &str = "Généré : maisons et immeubles le long des rues, en proportion des logements ; \
                         noms et communes des lieux connus réels, emplacements et formes supposés.";
const LAND_COVER: &str = "Généré : mosaïque selon le bâti, la pente et l’altitude ; forêt 42 %, comme \
                          dans le département (ordre de grandeur).";
const POINTS: &str = "Noms et communes des lieux connus réels ; équipements usuels des communes \
                      générés, emplacements supposés.";
const VEHICLES: &str = "Généré : classes usuelles de véhicules de collecte ; nombres supposés.";
const ROADS: &str = "Généré : routes au moindre coût sur le relief entre les centres des communes, A36 par \
                     les communes qu’elle traverse, rues crues autour des centres en proportion de la \
                     population, chemins ; noms et numéros inventés.";
const ROAD_RULES: &str = "Généré : feux, impasses et interdictions de tourner tirés au sort.";
const WATER: &str = "Généré : courbes par les communes que chaque rivière traverse, dans l’ordre.";
const TERRAIN: &str = "Généré : surface lisse par l’altitude approximative de chaque centre et le lit des \
                       rivières (connaissance générale, à quelques mètres ou dizaines de mètres près), \
                       collines inventées.";
