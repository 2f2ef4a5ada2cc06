//! Lines such as `Phase: **Assess**` and `Primary Role: **FastTrack Engineer**`.

use ahash::HashSet;

use super::Sink;
use super::tasks::{TASK_ROLE_UNKNOWN, TASK_SERVICE_UNKNOWN, unknown};
use crate::book::Book;
use crate::book::vocabulary::Vocabulary;
use crate::config::FactKind;

rules! {
    FACT_UNKNOWN_PHASE = "fact-unknown-phase", Warning;
    FACT_UNKNOWN_MOTION = "fact-unknown-motion", Warning;
}

pub(super) fn check(book: &Book, vocabulary: &Vocabulary, sink: &mut Sink) {
    // The same few texts stand in thousands of lines.
    let mut clean: HashSet<(FactKind, &str)> = HashSet::default();
    for page in book.editions.iter().flat_map(|edition| &edition.pages) {
        for fact in &page.page.model.facts {
            let (rule, what) = match fact.kind {
                FactKind::Phase => (&FACT_UNKNOWN_PHASE, "phase"),
                FactKind::Motions => (&FACT_UNKNOWN_MOTION, "motion"),
                FactKind::Role => (&TASK_ROLE_UNKNOWN, "role"),
                FactKind::Services => (&TASK_SERVICE_UNKNOWN, "service"),
                FactKind::Owner | FactKind::Audience => continue,
            };
            let Some(terms) = vocabulary.of(fact.kind).filter(|_| !clean.contains(&(fact.kind, &*fact.value.text))) else { continue };
            let mut found = unknown(&book.sources, &page.page, &fact.value, terms, rule, what).peekable();
            if found.peek().is_none() {
                clean.insert((fact.kind, &fact.value.text));
            }
            found.for_each(|finding| sink.add(finding, Some(page.page.file)));
        }
    }
}
