//! Whether facts can be, value by value: another agglomeration's file is written by hand.

use std::collections::BTreeSet;
use std::fmt::Display;

use twin_core::{AssetId, AssetKind, LonLat};

use super::{CommuneFacts, Facts};
use crate::crs::planar_crs;
use crate::error::{GisError, GisResult};

/// People in a commune; Paris has 2.1 million.
const MOST_PEOPLE: u32 = 3_000_000;
/// Square kilometres of a commune; Maripasoula has 18,360.
const MOST_KM2: f64 = 20_000.0;
/// How far apart the communes of one territory lie at most: the plane that it is computed in is
/// true to 3 % of a length at half of that.
const WIDEST_M: f64 = 120_000.0;
/// How far a point inside may be from the middle, in radii of a disc of the same area.
const FARTHEST_RADII: f64 = 4.0;
/// Two communes do not have the same middle.
const LEAST_APART_M: f64 = 10.0;

impl Facts {
    /// Refuses the first value that cannot be.
    pub(super) fn check(&self) -> GisResult<()> {
        self.check_names()?;
        for commune in &self.communes {
            self.check_commune(commune)?;
        }
        for ring in &self.neighbours {
            self.check_area(("neighbours", &ring.name), ring.area_km2)?;
        }
        self.check_middles()?;
        if self.communes.iter().all(|commune| commune.population == 0) {
            return Err(self.refusal("communes.population", 0, "people in one commune at least"));
        }
        for commune in &self.communes {
            let first = self.communes.first().map_or(commune.center, |it| it.center);
            if commune.center.distance(first).get() > WIDEST_M {
                let field = of("communes.center", &commune.name);
                let expected = "a place within 120 km of the first commune";
                return Err(self.refusal(&field, commune.center, expected));
            }
        }
        self.check_keys()
    }

    fn check_names(&self) -> GisResult<()> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if self.name.is_empty() || !self.name.chars().all(is_plain) {
            let expected = "letters, digits and -_. only";
            return Err(self.refusal("name", quoted(&self.name), expected));
        }
        if self.title.trim().is_empty() {
            return Err(self.refusal("title", quoted(&self.title), "a name for people"));
        }
        if planar_crs(&self.crs).is_err() {
            let expected = "a planar reference system like EPSG:2154";
            return Err(self.refusal("crs", quoted(&self.crs), expected));
        }
        if self.communes.is_empty() {
            return Err(self.refusal("communes", "empty", "one commune at least"));
        }
        Ok(())
    }

    fn check_commune(&self, commune: &CommuneFacts) -> GisResult<()> {
        let CommuneFacts {
            code,
            name,
            population,
            area_km2,
            ..
        } = commune;
        // Keys of sites begin with the code.
        if AssetId::new(AssetKind::Site, &format!("{code}-0000-0")).is_err() || code.is_empty() {
            let expected = "letters and digits, as in an INSEE code";
            return Err(self.refusal(&of("communes.code", name), quoted(code), expected));
        }
        if name.trim().is_empty() {
            return Err(self.refusal(&of("communes.name", code), quoted(name), "a name"));
        }
        if *population > MOST_PEOPLE {
            let expected = "3,000,000 people at most";
            return Err(self.refusal(&of("communes.population", name), population, expected));
        }
        self.check_area(("communes", name), *area_km2)?;
        let radius_m = (area_km2 * 1e6 / std::f64::consts::PI).sqrt();
        let apart_m = commune.center.distance(commune.centroid).get();
        if apart_m > FARTHEST_RADII * radius_m {
            let expected = "a place inside, near its centroid (longitude first)";
            return Err(self.refusal(&of("communes.center", name), commune.center, expected));
        }
        Ok(())
    }

    fn check_area(&self, (list, name): (&str, &str), area_km2: f64) -> GisResult<()> {
        if (0.01..=MOST_KM2).contains(&area_km2) {
            return Ok(());
        }
        let field = of(&format!("{list}.area_km2"), name);
        Err(self.refusal(&field, area_km2, "0.01 to 20,000 km²"))
    }

    /// Codes, names and middles are of one commune each.
    fn check_middles(&self) -> GisResult<()> {
        let (mut codes, mut names) = (BTreeSet::new(), BTreeSet::new());
        for commune in &self.communes {
            if !codes.insert(&commune.code) {
                let field = of("communes.code", &commune.name);
                return Err(self.refusal(&field, quoted(&commune.code), "a code of its own"));
            }
            if !names.insert(&commune.name) {
                let field = of("communes.name", &commune.code);
                return Err(self.refusal(&field, quoted(&commune.name), "a name of its own"));
            }
        }
        let communes = self.communes.iter();
        let communes = communes.map(|it| ("communes.centroid", &it.name, it.centroid));
        let ring = self.neighbours.iter();
        let ring = ring.map(|it| ("neighbours.centroid", &it.name, it.centroid));
        let mut middles: Vec<(&str, &str, LonLat)> = Vec::new();
        for (field, name, middle) in communes.chain(ring) {
            let is_near =
                |other: &&(&str, &str, LonLat)| other.2.distance(middle).get() < LEAST_APART_M;
            if middles.iter().any(|other| is_near(&other)) {
                let expected = "a middle of its own";
                return Err(self.refusal(&of(field, name), middle, expected));
            }
            middles.push((field, name, middle));
        }
        Ok(())
    }

    fn check_keys(&self) -> GisResult<()> {
        let mut keys = BTreeSet::new();
        let depot = [("depot.key", &self.depot.key)];
        let sites = self.unloading_sites.iter();
        let sites = sites.map(|site| ("unloading_sites.key", &site.key));
        for (field, key) in depot.into_iter().chain(sites) {
            let is_key = AssetId::new(AssetKind::Depot, key).is_ok();
            if !is_key || !keys.insert(key) {
                let expected = "a key of its own, of letters, digits and -_.:~";
                return Err(self.refusal(field, quoted(key), expected));
            }
        }
        for (field, name) in self.named_communes() {
            self.commune_ix(field, name)?;
        }
        Ok(())
    }

    /// The communes that the depot and the unloading sites stand in.
    fn named_communes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let sites = self.unloading_sites.iter();
        let sites = sites.map(|site| ("unloading_sites.commune", &*site.commune));
        std::iter::once(("depot.commune", &*self.depot.commune)).chain(sites)
    }

    fn refusal(&self, field: &str, value: impl Display, expected: &'static str) -> GisError {
        GisError::InvalidFact {
            field: field.into(),
            value: value.to_string().into(),
            expected,
            file: self.file.clone(),
        }
    }
}

fn of(field: &str, name: &str) -> String {
    format!("{field} of {name}")
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::TEXT;
    use super::*;

    /// The embedded facts with `new` in the place of the first `old`.
    fn with(old: &str, new: &str) -> GisResult<Facts> {
        assert!(TEXT.contains(old), "{old}");
        Facts::from_toml(&TEXT.replacen(old, new, 1), Path::new("f.toml"))
    }

    #[rstest::rstest]
    #[case::no_name(r#"name = "pma""#, r#"name = "p m a""#, "name is 'p m a'")]
    #[case::system("EPSG:2154", "EPSG:9", "crs is 'EPSG:9'")]
    #[case::area(
        "area_km2 = 11.20",
        "area_km2 = -1.0",
        "communes.area_km2 of Abbévillers is -1"
    )]
    #[case::no_area(
        "area_km2 = 11.20",
        "area_km2 = nan",
        "communes.area_km2 of Abbévillers is NaN"
    )]
    #[case::people(
        "population = 1099",
        "population = 1099000000",
        "population of Abbévillers"
    )]
    #[case::axes(
        "center = [6.9198, 47.4256]",
        "center = [47.4256, 6.9198]",
        "communes.center of Abbévillers"
    )]
    #[case::code_twice(
        r#"code = "25011""#,
        r#"code = "25004""#,
        "communes.code of Allenjoie is '25004'"
    )]
    #[case::code(
        r#"code = "25004""#,
        r#"code = "a/b""#,
        "communes.code of Abbévillers is 'a/b'"
    )]
    #[case::name_twice(
        r#"name = "Allenjoie""#,
        r#"name = "Abbévillers""#,
        "communes.name of 25011"
    )]
    #[case::middle_twice(
        "centroid = [6.8939, 47.5358], center = [6.8954, 47.5353]",
        "centroid = [6.9221, 47.4271], center = [6.9221, 47.4271]",
        "communes.centroid of Allenjoie"
    )]
    #[case::key(
        r#"key = "la-charmotte""#,
        r#"key = "la charmotte""#,
        "depot.key is 'la charmotte'"
    )]
    #[case::commune(
        "commune = \"Voujeaucourt\"",
        "commune = \"Lyon\"",
        "'Lyon', named in depot.commune"
    )]
    fn a_value_that_cannot_be_is_told_with_its_field(
        #[case] old: &str,
        #[case] new: &str,
        #[case] told: &str,
    ) {
        let refusal = with(old, new).unwrap_err().to_string();
        assert!(
            refusal.contains(told) && refusal.contains("f.toml"),
            "{refusal}"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,200}") {
            let _refused = Facts::from_toml(&text, Path::new("f.toml"));
        }
    }
}
