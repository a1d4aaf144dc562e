//! How what was found is told: in which language or as JSON, and with which status.

use std::process::ExitCode;

use serde::Serialize;

use crate::cli::{print, print_json};
use crate::collection::{Language, Words};
use crate::error::ApiResult;

/// How it is told.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct TellArgs {
    /// The language of what is said: en or fr
    #[arg(
        long,
        visible_alias = "lang",
        value_name = "LANGUAGE",
        default_value = "en"
    )]
    language: Language,

    /// Print it as JSON
    #[arg(long)]
    pub(super) json: bool,
}

impl TellArgs {
    /// The words of the language.
    pub(super) fn words(self) -> Words {
        Words::new(self.language)
    }

    /// Prints it as JSON, or as text.
    pub(super) fn print(
        self,
        told: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> ApiResult<()> {
        if self.json {
            print_json(told)
        } else {
            print(&text())
        }
    }
}

/// What the program ends with: 1 where a plan breaks a rule.
pub(super) fn status(is_feasible: bool) -> ExitCode {
    if is_feasible {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
