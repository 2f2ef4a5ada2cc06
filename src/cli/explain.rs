//! `playpress explain`: the document of a rule, or the list of all.

use std::process::ExitCode;

use super::console;
use super::findings::code;
use crate::check;
use crate::diagnostic::RuleMeta;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The code of a rule, as a finding shows it. Without one, all rules are listed.
    #[arg(value_name = "CODE", value_parser = code)]
    code: Option<&'static RuleMeta>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    if let Some(rule) = arguments.code {
        console::payload(&format!("{}\n\nDefault: {}.\n", rule.document.trim_end(), default(rule)));
        return ExitCode::SUCCESS;
    }
    let rules = check::rules();
    let width = rules.iter().map(|rule| rule.code.len()).max().unwrap_or(0);
    for rule in rules {
        console::payload(&format!("{:width$}  {:7}  {}\n", rule.code, default(rule), first_sentence(rule.document)));
    }
    ExitCode::SUCCESS
}

fn default(rule: &RuleMeta) -> &'static str {
    if rule.is_on { rule.severity.name() } else { "off" }
}

fn first_sentence(document: &str) -> &str {
    let line = document.lines().skip(1).find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.split_once(". ").map_or(line, |(first, _)| first).trim_end_matches('.')
}
