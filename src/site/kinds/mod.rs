//! The kinds of output, one file each.

pub(super) mod asset;
mod generated;
pub(super) mod index;
pub(super) mod markdown;
pub(super) mod missing;
pub(super) mod names;
pub(super) mod nav;
pub(super) mod page;
pub(super) mod print;
pub(super) mod redirect;
pub(super) mod robots;
pub(super) mod search;
pub(super) mod task;
pub(super) mod tasks;
pub(super) mod theme;
pub(super) mod whats_new;

use super::Kind;

/// All kinds. Where two want the same path, the earlier has it.
pub(super) static KINDS: &[&Kind] = &[
    &page::KIND,
    &redirect::KIND,
    &asset::KIND,
    &theme::KIND,
    &nav::KIND,
    &index::KIND,
    &tasks::KIND,
    &task::KIND,
    &names::KIND,
    &names::LISTS,
    &whats_new::KIND,
    &whats_new::FEED,
    &print::KIND,
    &markdown::KIND,
    &markdown::LIST,
    &missing::KIND,
    &robots::KIND,
    &robots::SITEMAP,
    &search::KIND,
    &search::SCRIPTS,
    &tasks::JSON,
    &tasks::CSV,
    &tasks::SCRIPT,
];
