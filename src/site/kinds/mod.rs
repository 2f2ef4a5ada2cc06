//! The kinds of output, one file each.

pub(super) mod asset;
pub(super) mod index;
pub(super) mod nav;
pub(super) mod page;
pub(super) mod redirect;
pub(super) mod theme;

use super::Kind;

/// All kinds. Where two want the same path, the earlier has it.
pub(super) static KINDS: &[&Kind] = &[&page::KIND, &redirect::KIND, &asset::KIND, &theme::KIND, &nav::KIND, &index::KIND];
