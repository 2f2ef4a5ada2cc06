//! What a search can be narrowed by: phase, role, service, mandatory or optional, and what was found.

use std::collections::BTreeMap;

use serde::Serialize;

use super::digits;
use super::units::Unit;
use crate::book::PageId;
use crate::book::catalog::NameKind;
use crate::config::FactKind;
use crate::site::Site;

/// The names that a page itself says it belongs to.
#[derive(Serialize)]
pub(super) struct PageFacets<'s> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    phase: Vec<&'s str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    role: Vec<&'s str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service: Vec<&'s str>,
}

fn named(site: &Site, kind: NameKind, text: &str) -> Vec<u32> {
    let mut names: Vec<u32> = site.catalog().names(kind).parts(text).iter().map(|part| part.name).collect();
    names.dedup();
    names
}

fn of_facts(site: &Site, id: PageId, kind: FactKind, name: NameKind) -> Vec<u32> {
    let facts = &site.edition().page(id).page.model.facts;
    let mut names: Vec<u32> = facts.iter().filter(|fact| fact.kind == kind).flat_map(|fact| named(site, name, &fact.value.text)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn of_page_by_number(site: &Site, id: PageId) -> [Vec<u32>; 3] {
    [
        of_facts(site, id, FactKind::Phase, NameKind::Phase),
        of_facts(site, id, FactKind::Role, NameKind::Role),
        of_facts(site, id, FactKind::Services, NameKind::Service),
    ]
}

const KINDS: [NameKind; 3] = [NameKind::Phase, NameKind::Role, NameKind::Service];

/// The names that a page says it belongs to.
pub(super) fn of_page(site: &Site, id: PageId) -> PageFacets<'_> {
    let [phase, role, service] = of_page_by_number(site, id);
    let names = |kind: NameKind, numbers: Vec<u32>| -> Vec<&str> {
        numbers.into_iter().filter_map(|number| site.catalog().names(kind).named.get(number as usize).map(|named| &*named.name)).collect()
    };
    PageFacets { phase: names(NameKind::Phase, phase), role: names(NameKind::Role, role), service: names(NameKind::Service, service) }
}

/// Units of pages, as digits: the distance to the page before, how many units (0: all of the page), and the distance from each to the one before.
#[derive(Default)]
struct List {
    text: String,
    last: u32,
}

impl List {
    fn add(&mut self, slot: u32, units: &[u32]) {
        digits::push(&mut self.text, slot - self.last);
        self.last = slot;
        digits::push(&mut self.text, u32::try_from(units.len()).unwrap_or(u32::MAX));
        let mut before = 0;
        for unit in units {
            digits::push(&mut self.text, unit - before);
            before = *unit;
        }
    }
}

/// All lists: of each facet its values, each a name and a list.
#[derive(Serialize)]
struct Facets<'f> {
    phase: Vec<(String, &'f str)>,
    role: Vec<(String, &'f str)>,
    service: Vec<(String, &'f str)>,
    mo: Vec<(String, String)>,
    kind: Vec<(String, String)>,
}

/// Collects which units have what.
pub(super) struct Collector<'s> {
    site: &'s Site,
    names: [BTreeMap<u32, List>; 3],
    mandatory: List,
    optional: List,
    tasks: List,
    changes: List,
}

impl<'s> Collector<'s> {
    pub(super) fn new(site: &'s Site) -> Self {
        let (mandatory, optional, tasks, changes) = <_>::default();
        Self { site, names: <_>::default(), mandatory, optional, tasks, changes }
    }

    pub(super) fn page(&mut self, id: PageId, slot: u32, units: &[Unit]) {
        let page = &self.site.edition().page(id).page;
        let whole = of_page_by_number(self.site, id);
        let mut own: [BTreeMap<u32, Vec<u32>>; 3] = <_>::default();
        let (mut mandatory, mut optional, mut tasks, mut changes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (index, unit) in units.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            if unit.is_change {
                changes.push(index);
            }
            let Some((table, row)) = unit.row.and_then(|row| page.model.row(row)) else { continue };
            tasks.push(index);
            match table.is_mandatory(row) {
                Some(true) => mandatory.push(index),
                Some(false) => optional.push(index),
                None => {}
            }
            for (kind, field) in [(1, &row.role), (2, &row.services)] {
                for name in field.iter().flat_map(|field| named(self.site, KINDS[kind], &field.text)) {
                    let units = own[kind].entry(name).or_default();
                    if units.last() != Some(&index) {
                        units.push(index);
                    }
                }
            }
        }
        for ((lists, whole), own) in self.names.iter_mut().zip(&whole).zip(own) {
            for name in whole {
                lists.entry(*name).or_default().add(slot, &[]);
            }
            for (name, units) in own.into_iter().filter(|(name, _)| !whole.contains(name)) {
                lists.entry(name).or_default().add(slot, &units);
            }
        }
        for (list, units) in
            [(&mut self.mandatory, mandatory), (&mut self.optional, optional), (&mut self.tasks, tasks), (&mut self.changes, changes)]
        {
            if !units.is_empty() {
                list.add(slot, &units);
            }
        }
    }

    /// All lists, as JSON: of each facet its values, each a name and a list.
    pub(super) fn finish(self) -> String {
        let names = |kind: usize| -> Vec<(String, &str)> {
            let all = self.site.catalog().names(KINDS[kind]);
            let found = all.sorted().into_iter().filter_map(|name| Some((name, self.names[kind].get(&name)?)));
            found.map(|(name, list)| (all.named[name as usize].name.to_string(), list.text.as_str())).collect()
        };
        let fixed = |values: [(&str, &'_ List); 2]| -> Vec<(String, String)> {
            values.into_iter().filter(|(_, list)| !list.text.is_empty()).map(|(name, list)| (name.to_owned(), list.text.clone())).collect()
        };
        let facets = Facets {
            phase: names(0),
            role: names(1),
            service: names(2),
            mo: fixed([("M", &self.mandatory), ("O", &self.optional)]),
            kind: fixed([("task", &self.tasks), ("change", &self.changes)]),
        };
        serde_json::to_string(&facets).unwrap_or_default()
    }
}
