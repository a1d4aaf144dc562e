//! The date of a register, as the name of its file tells it.

use std::path::Path;

/// `2026 T2` of `carte_fibre_immeubles_2026_T2_20260902.csv`, `2026-05-12` of
/// `etalab-cs1100507-stock-20260512-0336.csv`, `2024` of `base_2024.csv`: a quarter before a day,
/// a day before a month, a month before a year.
pub(super) fn of_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let find =
        |read: fn(&[&str]) -> Option<String>| (0..words.len()).find_map(|ix| read(&words[ix..]));
    find(quarter)
        .or_else(|| find(day))
        .or_else(|| find(month))
        .or_else(|| find(year))
}

fn quarter(words: &[&str]) -> Option<String> {
    let of = |year: &str, quarter: &str| {
        let quarter = quarter.strip_prefix('t')?;
        let is_quarter = is_year(year) && ["1", "2", "3", "4"].contains(&quarter);
        is_quarter.then(|| format!("{year} T{quarter}"))
    };
    let first = *words.first()?;
    let next = words.get(1).copied().unwrap_or_default();
    let split = first.split_at_checked(4).and_then(|(a, b)| of(a, b));
    let turned = first.split_at_checked(2).and_then(|(a, b)| of(b, a));
    split
        .or(turned)
        .or_else(|| of(first, next))
        .or_else(|| of(next, first))
}

fn day(words: &[&str]) -> Option<String> {
    let first = *words.first()?;
    if let (8, Some(year), Some(month), Some(day)) =
        (first.len(), first.get(..4), first.get(4..6), first.get(6..))
    {
        return day_of(year, month, day);
    }
    day_of(first, words.get(1)?, words.get(2)?)
}

fn day_of(year: &str, month: &str, day: &str) -> Option<String> {
    let is_day = is_year(year) && is_within(month, 12) && is_within(day, 31);
    is_day.then(|| format!("{year}-{month}-{day}"))
}

fn month(words: &[&str]) -> Option<String> {
    let (year, month) = (*words.first()?, *words.get(1)?);
    (is_year(year) && is_within(month, 12)).then(|| format!("{year}-{month}"))
}

fn year(words: &[&str]) -> Option<String> {
    words
        .first()
        .filter(|word| is_year(word))
        .map(|word| (*word).to_owned())
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word
            .parse()
            .is_ok_and(|year: u16| (1990..2100).contains(&year))
}

/// Whether a word is two digits of at most `most`.
fn is_within(word: &str, most: u8) -> bool {
    word.len() == 2
        && word
            .parse()
            .is_ok_and(|number: u8| (1..=most).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::arcep("carte_fibre_immeubles_2026_T2_20260902.csv", Some("2026 T2"))]
    #[case::arcep_in_one("2024t3-immeubles.csv.gz", Some("2024 T3"))]
    #[case::quarter_first("immeubles_T4_2017.csv", Some("2017 T4"))]
    #[case::finess("etalab-cs1100507-stock-20260512-0336.csv", Some("2026-05-12"))]
    #[case::iso("finess-structures-2026-03-09.json", Some("2026-03-09"))]
    #[case::month("data-es_2026-03.csv", Some("2026-03"))]
    #[case::year("basilic_2023.csv", Some("2023"))]
    #[case::department("adresses-25.csv.gz", None)]
    #[case::no_day("x-20261345.csv", None)]
    #[case::accents("équipements-é2024é.csv", Some("2024"))]
    fn a_file_is_as_old_as_its_name_says(#[case] name: &str, #[case] vintage: Option<&str>) {
        assert_eq!(of_name(Path::new(name)).as_deref(), vintage);
    }

    proptest::proptest! {
        #[test]
        fn any_name_has_a_date_or_none(name in "\\PC{0,30}") {
            let _date_or_none = of_name(Path::new(&name));
        }
    }
}
