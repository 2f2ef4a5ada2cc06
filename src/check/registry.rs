//! Every rule of playpress, wherever it fires.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{
    addresses, baseline, duplicates, external, facts, files, ignore, language, levels, limit, links, metadata, output, refresh, sections, tasks,
    translations, uid,
};
use crate::diagnostic::RuleMeta;
use crate::{book, markdown, page, source};

/// Names that docfx and Microsoft Learn have for faults that are one rule here.
const ALIASES: &[(&str, &str)] = &[
    ("publish-url-conflict", "output-path-conflict"),
    ("title-missing", "missing-attribute"),
    ("description-missing", "missing-attribute"),
    ("author-missing", "missing-attribute"),
    ("ms-author-missing", "missing-attribute"),
    ("ms-date-missing", "missing-attribute"),
    ("ms-topic-missing", "missing-attribute"),
    ("ms-prod-or-service-missing", "missing-attribute"),
    ("ms-date-invalid", "date-format-invalid"),
    ("missing-image-alttext", "alt-text-missing"),
    ("alttext-equal-filename", "alt-text-filename"),
    ("image-alttext-with-badlength", "alt-text-bad-length"),
    ("h1-empty", "heading-empty"),
    ("h1-in-moniker", "h1-in-zone"),
    ("duplicate-titles", "duplicate-title"),
    ("duplicate-title-within-docset", "duplicate-title"),
    ("duplicate-h1s", "duplicate-h1"),
    ("insecure-link-2", "insecure-link"),
    ("docs-link-absolute", "own-site-url"),
    ("deprecated-attribute", "attribute-deprecated"),
    ("multiple-values", "unexpected-type"),
    ("dev-language-invalid", "unknown-language-code"),
    ("violate-schema", "unexpected-type"),
    ("image-alt-text-duplicated", "alt-text-duplicated"),
    ("at-xref-not-found", "xref-not-found"),
    ("invalidfilelink", "file-not-found"),
    ("invalidbookmark", "bookmark-not-found"),
    ("invalidinclude", "include-not-found"),
    ("invalidcodesnippet", "codesnippet-not-found"),
    ("duplicateuids", "duplicate-uid"),
    ("uidnotfound", "xref-not-found"),
    ("duplicateoutputfiles", "output-path-conflict"),
    ("invalidtabgroup", "invalid-tab-group"),
    ("invalidyamlheader", "yaml-header-syntax-error"),
];

/// The rule of a code, or of another name for it.
#[must_use]
pub fn rule(code: &str) -> Option<&'static RuleMeta> {
    let code = code.trim().to_lowercase();
    let code = ALIASES.iter().find(|(alias, _)| *alias == code).map_or(code.as_str(), |(_, own)| own);
    by_code().get(code).copied()
}

fn by_code() -> &'static BTreeMap<&'static str, &'static RuleMeta> {
    static BY_CODE: OnceLock<BTreeMap<&str, &RuleMeta>> = OnceLock::new();
    BY_CODE.get_or_init(|| all().into_iter().map(|rule| (rule.code, rule)).collect())
}

/// All rules, by code.
#[must_use]
pub fn rules() -> Vec<&'static RuleMeta> {
    by_code().values().copied().collect()
}

/// All rules, as they are declared.
fn all() -> Vec<&'static RuleMeta> {
    let families = [
        source::RULES,
        source::audience::RULES,
        source::front_matter::RULES,
        source::discover::RULES,
        source::conflicts::RULES,
        markdown::includes::RULES,
        markdown::reports::RULES,
        markdown::containers::RULES,
        markdown::code::RULES,
        markdown::html::RULES,
        markdown::html::raw::RULES,
        markdown::html::math::RULES,
        page::style::RULES,
        book::toc::RULES,
        language::RULES,
        book::redirect::RULES,
        links::RULES,
        addresses::RULES,
        super::toc::RULES,
        external::RULES,
        files::RULES,
        metadata::RULES,
        duplicates::RULES,
        tasks::RULES,
        facts::RULES,
        sections::RULES,
        refresh::RULES,
        translations::RULES,
        output::RULES,
        uid::RULES,
        levels::RULES,
        ignore::RULES,
        limit::RULES,
        baseline::RULES,
    ];
    families.into_iter().flatten().copied().collect()
}
