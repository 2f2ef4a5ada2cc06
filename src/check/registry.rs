//! Every rule of playpress, wherever it fires.

use super::{language, links, output, uid};
use crate::diagnostic::RuleMeta;
use crate::{book, markdown, source};

/// All rules, by code.
#[must_use]
pub fn rules() -> Vec<&'static RuleMeta> {
    let families = [
        source::RULES,
        source::audience::RULES,
        source::front_matter::RULES,
        source::discover::RULES,
        markdown::includes::RULES,
        markdown::reports::RULES,
        markdown::containers::RULES,
        markdown::code::RULES,
        markdown::html::RULES,
        markdown::html::raw::RULES,
        markdown::html::math::RULES,
        book::toc::RULES,
        language::RULES,
        book::redirect::RULES,
        links::RULES,
        output::RULES,
        uid::RULES,
    ];
    let mut rules: Vec<&RuleMeta> = families.into_iter().flatten().copied().collect();
    rules.sort_by_key(|rule| rule.code);
    rules
}
