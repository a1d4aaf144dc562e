//! Words in the form in which they are compared.

/// Small letters without accents, and nothing but letters and digits.
pub(in crate::import) fn plain(text: &str) -> String {
    letters(text).filter(char::is_ascii_alphanumeric).collect()
}

/// Small letters without accents; what is no letter stays.
pub(in crate::import) fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(without_accent)
}

const fn without_accent(c: char) -> char {
    match c {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::blanks("N° PAV", "npav")]
    #[case::accents("Type équipement ou lieu", "typeequipementoulieu")]
    #[case::underscores("_geopoint", "geopoint")]
    #[case::capitals("RACCORDABLE À LA DEMANDE", "raccordablealademande")]
    fn words_are_compared_without_case_accents_and_blanks(#[case] text: &str, #[case] form: &str) {
        assert_eq!(plain(text), form);
    }
}
