//! Text inside of XML and HTML.

use std::fmt::Write as _;

/// A text that says in XML 1.0 and in HTML what it says here, between tags and between quotes.
/// Characters that XML cannot hold become U+FFFD.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A parser would make spaces of them between quotes, and one of the two of a line's end.
            '\t' | '\n' | '\r' => {
                let _never_fails = write!(out, "&#{};", u32::from(letter));
            }
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::tags("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;")]
    #[case::end_of_cdata("]]>", "]]&gt;")]
    #[case::control("a\u{1}b", "a\u{fffd}b")]
    #[case::lines("a\r\nb", "a&#13;&#10;b")]
    #[case::letters("Étupes – 5 m³", "Étupes – 5 m³")]
    fn what_is_markup_becomes_text(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(escaped(text), expected);
    }
}
