//! What the configuration says of rules: which are on, how bad their findings are, and what the team says with them.

use ahash::HashMap;

use super::registry;
use crate::config::{Checks, Config, Level, RuleConfig};
use crate::diagnostic::{Diagnostic, Place, RuleMeta};
use crate::source::SourceSet;
use crate::text::nearest::nearest;

rules! {
    RULE_OVERRIDE_INVALID = "rule-override-invalid", Warning;
}

/// The settings of a configuration, by rule.
pub(super) struct Levels<'c> {
    checks: &'c Checks,
    by_code: HashMap<&'static str, Vec<&'c RuleConfig>>,
}

impl<'c> Levels<'c> {
    pub(super) fn new(config: &'c Config) -> Self {
        let mut by_code: HashMap<&'static str, Vec<&RuleConfig>> = HashMap::default();
        for (written, settings) in &config.checks.rules {
            if let Some(rule) = registry::rule(written).filter(|rule| !rule.is_fixed) {
                by_code.entry(rule.code).or_default().extend(settings);
            }
        }
        Self { checks: &config.checks, by_code }
    }

    /// The finding as the configuration takes it; `None`: it is none.
    pub(super) fn judge(&self, mut finding: Diagnostic, sources: &SourceSet) -> Option<Diagnostic> {
        let path = finding.place.file().map(|file| sources.path(file));
        let settings = || self.by_code.get(finding.rule.code).into_iter().flatten().filter(|setting| setting.holds(path));
        if settings().any(|setting| setting.excludes(path)) {
            return None;
        }
        let default = self.default(finding.rule, finding.severity);
        let level = settings().rev().find_map(|setting| setting.level).unwrap_or(default);
        let notes: Vec<&str> = settings().filter_map(|setting| setting.note.as_deref()).collect();
        if !notes.is_empty() {
            let help: Vec<&str> = finding.help.as_deref().into_iter().chain(notes).collect();
            finding.help = Some(help.join("; "));
        }
        match level {
            Level::Off => None,
            Level::At(severity) => Some(Diagnostic { severity, ..finding }),
        }
    }

    fn default(&self, rule: &RuleMeta, severity: crate::diagnostic::Severity) -> Level {
        let is_young = self.checks.since.is_some_and(|since| rule.since > since);
        match (rule.is_on, is_young && !rule.is_fixed) {
            (false, _) => Level::Off,
            (true, true) => Level::At(crate::diagnostic::Severity::Info),
            (true, false) => Level::At(severity),
        }
    }
}

/// The settings that cannot be meant.
pub(super) fn check(config: &Config) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for written in config.checks.rules.keys() {
        let finding = match registry::rule(written) {
            None => {
                let known: Vec<&str> = registry::rules().iter().map(|rule| rule.code).collect();
                let help = match nearest(written, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`playpress explain` lists all rules".to_owned(),
                };
                RULE_OVERRIDE_INVALID.at(Place::Project, format!("`book.toml` sets `{written}`, but there is no such rule")).help(help)
            }
            Some(rule) if rule.is_fixed => RULE_OVERRIDE_INVALID
                .at(Place::Project, format!("`book.toml` sets `{written}`, but this rule cannot be changed"))
                .help("take the line out: what it guards is safety, not style"),
            Some(_) => continue,
        };
        found.push(finding);
    }
    found
}
