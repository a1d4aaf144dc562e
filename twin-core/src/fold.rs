//! Writes names as they are typed: without accents, case, hyphens and apostrophes.

/// Words in small letters without accents, one space between them.
///
/// ```
/// assert_eq!(twin_core::fold("Étupes, l’Église"), "etupes l eglise");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(plain) => folded.push_str(plain),
            None if letter.is_alphanumeric() => folded.push(letter),
            None if folded.ends_with(' ') || folded.is_empty() => {}
            None => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// What a letter with an accent, or two letters in one, is typed as.
const fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => "o",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ý' | 'ÿ' => "y",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        // Accents of their own, as some keyboards and files have them.
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::accents("Montbéliard", "montbeliard")]
    #[case::hyphens("Pont-de-Roide-Vermondans", "pont de roide vermondans")]
    #[case::apostrophes("Étupes, point d’apport 3", "etupes point d apport 3")]
    #[case::two_in_one("Œuvre", "oeuvre")]
    #[case::accents_of_their_own("e\u{301}tang", "etang")]
    #[case::nothing(" - ", "")]
    fn names_are_folded(#[case] name: &str, #[case] folded: &str) {
        assert_eq!(fold(name), folded);
    }
}
