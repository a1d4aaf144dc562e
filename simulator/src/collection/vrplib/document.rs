//! The text of a file, taken apart into specifications and sections; what they mean is not asked here.

use std::collections::BTreeMap;

use super::error::{VrplibError, VrplibResult};

/// A piece of text and the line it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// The line, from 1.
    pub(super) line: usize,
    /// The text, without white space around it.
    pub(super) text: &'t str,
}

/// A section and its rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Section<'t> {
    /// Where it begins.
    pub(super) line: usize,
    /// Its rows, none of them empty.
    pub(super) rows: Vec<Token<'t>>,
}

/// A file taken apart. Names are in capitals, those of sections without their `_SECTION`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Document<'t> {
    specifications: BTreeMap<Box<str>, Token<'t>>,
    sections: BTreeMap<Box<str>, Section<'t>>,
}

impl<'t> Document<'t> {
    /// Takes a text apart, up to its `EOF`.
    pub(super) fn parse(text: &'t str) -> VrplibResult<Self> {
        let mut document = Self::default();
        let mut open: Option<Box<str>> = None;
        for (index, text) in text.lines().enumerate() {
            let row = Token {
                line: index + 1,
                text: text.trim().trim_start_matches('\u{feff}'),
            };
            match Line::of(row.text) {
                Line::Empty => {}
                Line::End => break,
                Line::Section(name) => open = Some(document.begin(&name, row.line)?),
                Line::Specification(name, value) => {
                    let value = Token { text: value, ..row };
                    document.specify(name, value)?;
                    open = None;
                }
                Line::Row => document.add(open.as_deref(), row)?,
            }
        }
        Ok(document)
    }

    /// What is said of something, such as `CAPACITY`.
    pub(super) fn specification(&self, name: &str) -> Option<Token<'t>> {
        self.specifications.get(name).copied()
    }

    /// A section by its name without `_SECTION`.
    pub(super) fn section(&self, name: &str) -> Option<&Section<'t>> {
        self.sections.get(name)
    }

    /// The names of all sections, and where they begin.
    pub(super) fn section_names(&self) -> impl Iterator<Item = (&str, usize)> {
        let all = self.sections.iter();
        all.map(|(name, section)| (&**name, section.line))
    }

    /// The names of all specifications, and where they stand.
    pub(super) fn specification_names(&self) -> impl Iterator<Item = (&str, usize)> {
        let all = self.specifications.iter();
        all.map(|(name, value)| (&**name, value.line))
    }

    fn begin(&mut self, name: &str, line: usize) -> VrplibResult<Box<str>> {
        let section = Section {
            line,
            rows: Vec::new(),
        };
        if self.sections.insert(name.into(), section).is_some() {
            let field = format!("{name}_SECTION").into();
            return Err(VrplibError::Repeated { line, field });
        }
        Ok(name.into())
    }

    fn specify(&mut self, name: &str, value: Token<'t>) -> VrplibResult<()> {
        let name: Box<str> = name.to_ascii_uppercase().into();
        let line = value.line;
        match self.specifications.insert(name.clone(), value) {
            // Comments go on over several lines in some files.
            Some(_) if &*name != "COMMENT" => Err(VrplibError::Repeated { line, field: name }),
            _ => Ok(()),
        }
    }

    fn add(&mut self, section: Option<&str>, row: Token<'t>) -> VrplibResult<()> {
        let section = section.and_then(|name| self.sections.get_mut(name));
        let Some(section) = section else {
            let expected = "KEY: VALUE, the name of a section, or EOF";
            return Err(VrplibError::value(row.line, "this", row.text, expected));
        };
        section.rows.push(row);
        Ok(())
    }
}

/// What a line is.
enum Line<'t> {
    Empty,
    End,
    Section(Box<str>),
    Specification(&'t str, &'t str),
    Row,
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Self {
        let (before, after) = text.split_once(':').unwrap_or((text, ""));
        let name = before.trim().to_ascii_uppercase();
        if text.is_empty() {
            Self::Empty
        } else if name == "EOF" {
            Self::End
        } else if let Some(section) = name.strip_suffix("_SECTION") {
            Self::Section(section.into())
        } else if before.len() < text.len() {
            Self::Specification(before.trim(), after.trim())
        } else {
            Self::Row
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("CAPACITY: 7")]
    #[case::spaced("CAPACITY : 7")]
    #[case::tabs("CAPACITY :\t7\t")]
    #[case::lower("capacity:7")]
    #[case::windows("CAPACITY: 7\r")]
    #[case::byte_order_mark("\u{feff}CAPACITY: 7")]
    fn a_specification_is_read_however_it_is_spaced(#[case] text: &str) {
        let document = Document::parse(text).unwrap();
        let expected = Token { line: 1, text: "7" };
        assert_eq!(document.specification("CAPACITY"), Some(expected));
    }

    #[rstest]
    #[case::plain("DEMAND_SECTION\n1 0\n\n2 5\nEOF\n3 6")]
    #[case::colon("DEMAND_SECTION:\n1 0\n\n2 5\neof")]
    #[case::lower("demand_section\t\t\n1 0\n\n2 5")]
    fn a_section_has_the_rows_up_to_its_end(#[case] text: &str) {
        let document = Document::parse(text).unwrap();
        let rows = &document.section("DEMAND").unwrap().rows;
        let expected = [(2, "1 0"), (4, "2 5")].map(|(line, text)| Token { line, text });
        assert_eq!(rows, &expected);
    }

    #[rstest]
    #[case::specification("NAME: a\nNAME: b", "line 2: NAME a second time, expected it once")]
    #[case::section(
        "DEPOT_SECTION\n1\nDEPOT_SECTION\n1",
        "line 3: DEPOT_SECTION a second time, expected it once"
    )]
    #[case::stray(
        "NAME: a\n1 2 3",
        "line 2: this is '1 2 3', expected KEY: VALUE, the name of a section, or EOF"
    )]
    fn a_text_of_another_form_is_refused_with_its_line(#[case] text: &str, #[case] told: &str) {
        assert_eq!(Document::parse(text).unwrap_err().to_string(), told);
    }
}
