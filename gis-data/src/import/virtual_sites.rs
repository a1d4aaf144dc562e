//! Synthetic recycling sites on real outlines, spread as people are.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use twin_core::{
    Asset, AssetId, AssetKind, Commune, Container, ContainerType, Litres, LonLat, Site, SiteType,
    Stream,
};

use super::outline;
use super::virtual_sensors::add_notice;
use crate::error::{GisError, GisResult};
use crate::pack::{LayerInfo, Pack};

/// The streams of the sites, in turn.
const STREAMS: [Stream; 3] = [Stream::Glass, Stream::Packaging, Stream::Paper];

/// What a column holds, in litres: the usual size of a bring bank.
const VOLUME_L: f64 = 4000.0;

/// How many throws at the box around a commune are made to hit it, before the place is taken
/// along a parallel instead.
const THROWS: usize = 256;

/// Adds `n` synthetic recycling sites of one column each, inside the communes.
///
/// Each commune gets its share of the population, to the nearest site (largest remainders first);
/// where the population of a commune is not known, the shares are those of the area. Within a
/// commune, places are uniform. The same pack, `n` and seed give the same sites; their keys are
/// `syn-<commune>-<number>`. Refuses a pack without communes.
pub fn scatter(pack: &mut Pack, n: usize, seed: u64) -> GisResult<()> {
    if pack.layers.communes.is_empty() {
        return Err(GisError::NoCommunes {
            name: pack.manifest.name.as_str().into(),
        });
    }
    let shares = shares(&weights(&pack.layers.communes), n);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut turn = STREAMS.into_iter().cycle();
    let communes = std::mem::take(&mut pack.layers.communes);
    for (commune, share) in communes.iter().zip(shares) {
        for number in 1..=share {
            let place = throw(commune, &mut rng);
            let stream = turn.next().unwrap_or(Stream::Unknown);
            add_site(pack, &key(commune, number), (place, stream))?;
        }
    }
    pack.layers.communes = communes;
    mark_synthetic(pack);
    Ok(())
}

/// `syn-25388-12`; what a key may not hold becomes `-`.
fn key(commune: &Commune, number: usize) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let code: String = commune.code.chars().take(60).map(plain).collect();
    format!("syn-{code}-{number}")
}

fn weights(communes: &[Commune]) -> Vec<f64> {
    let people: Option<Vec<f64>> = communes
        .iter()
        .map(|commune| commune.population.map(f64::from))
        .collect();
    let area = |commune: &Commune| commune.area.map_or(0.0, f64::from);
    people
        .filter(|people| people.iter().sum::<f64>() > 0.0)
        .unwrap_or_else(|| communes.iter().map(area).collect())
}

/// Whole shares of `n` in proportion to the weights, by largest remainders; they sum up to `n`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "shares are between 0 and n, far below 2^52"
)]
fn shares(weights: &[f64], n: usize) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let exact = |weight: &f64| {
        if total > 0.0 {
            weight / total * n as f64
        } else {
            n as f64 / weights.len() as f64
        }
    };
    let quotas: Vec<f64> = weights.iter().map(exact).collect();
    let mut shares: Vec<usize> = quotas.iter().map(|quota| quota.floor() as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|a, b| quotas[*b].fract().total_cmp(&quotas[*a].fract()));
    let left = n.saturating_sub(shares.iter().sum());
    order
        .into_iter()
        .cycle()
        .take(left)
        .for_each(|ix| shares[ix] += 1);
    shares
}

/// A uniform number from 0 to 1, 1 excluded: 32 bits of it.
fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    f64::from(rng.next_u32()) / 4_294_967_296.0
}

/// A place inside a commune; its center where the outline has no inside.
fn throw(commune: &Commune, rng: &mut ChaCha8Rng) -> LonLat {
    let Some((south, north)) = outline::latitudes(&commune.outline) else {
        return commune.center;
    };
    let Some((west, east)) = longitudes(commune) else {
        return commune.center;
    };
    let mut last_chords = Vec::new();
    for _ in 0..THROWS {
        let lat = south + uniform(rng) * (north - south);
        let lon = west + uniform(rng) * (east - west);
        let chords = outline::chords(&commune.outline, lat);
        if chords.iter().any(|chord| chord[0] < lon && lon < chord[1]) {
            return LonLat::new(lon, lat).unwrap_or(commune.center);
        }
        if !chords.is_empty() {
            last_chords = vec![(lat, chords[0])];
        }
    }
    let along = |(lat, [from, to]): &(f64, [f64; 2])| {
        LonLat::new(from + uniform(rng) * (to - from), *lat).ok()
    };
    last_chords
        .first()
        .and_then(along)
        .unwrap_or(commune.center)
}

fn longitudes(commune: &Commune) -> Option<(f64, f64)> {
    let points = commune
        .outline
        .iter()
        .flat_map(|polygon| polygon.exterior().coords());
    points
        .map(|point| point.x)
        .fold(None, |range: Option<(f64, f64)>, lon| {
            let (west, east) = range.unwrap_or((lon, lon));
            Some((west.min(lon), east.max(lon)))
        })
}

fn add_site(pack: &mut Pack, key: &str, (place, stream): (LonLat, Stream)) -> GisResult<()> {
    let site = AssetId::new(AssetKind::Site, key)?;
    let detail = Site {
        name: None,
        street: None,
        site_type: SiteType::RecyclingPoint,
    };
    pack.layers.sites.push(Asset {
        key: key.into(),
        place,
        detail,
    });
    let detail = Container {
        site,
        container_type: ContainerType::Column,
        stream,
        volume: Some(Litres::new(VOLUME_L)?),
        max_load: None,
    };
    pack.layers.containers.push(Asset {
        key: format!("{key}-1").into(),
        place,
        detail,
    });
    Ok(())
}

/// A layer that holds any synthetic site is synthetic, and still names its other source.
fn mark_synthetic(pack: &mut Pack) {
    const METHOD: &str = "synthetic sites of the twin, spread as people are";
    let manifest = &mut pack.manifest;
    for kind in [AssetKind::Site, AssetKind::Container] {
        let info = manifest.layers.entry(kind.info().layer.to_owned());
        let info = info.or_insert_with(|| LayerInfo {
            source: String::new(),
            licence: "none needed".to_owned(),
            vintage: "none".to_owned(),
            synthetic: true,
        });
        info.synthetic = true;
        if !info.source.contains(METHOD) {
            let joint = if info.source.is_empty() { "" } else { "; " };
            info.source = format!("{}{joint}{METHOD}", info.source);
        }
    }
    let notices = [
        (
            "fr",
            "Points d’apport synthétiques : leurs emplacements sont tirés au sort.",
        ),
        (
            "en",
            "Synthetic recycling sites: their places are drawn at random.",
        ),
    ];
    for (language, notice) in notices {
        add_notice(
            manifest.notice.entry(language.to_owned()).or_default(),
            notice,
        );
    }
}
