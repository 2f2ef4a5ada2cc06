//! Lines such as `Phase: **Assess**` and `Primary Role: **FastTrack Engineer**`.

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
    for page in book.editions.iter().flat_map(|edition| &edition.pages) {
        for fact in &page.page.model.facts {
            let (rule, what) = match fact.kind {
                FactKind::Phase => (&FACT_UNKNOWN_PHASE, "phase"),
                FactKind::Motions => (&FACT_UNKNOWN_MOTION, "motion"),
                FactKind::Role => (&TASK_ROLE_UNKNOWN, "role"),
                FactKind::Services => (&TASK_SERVICE_UNKNOWN, "service"),
                FactKind::Owner | FactKind::Audience => continue,
            };
            let Some(terms) = vocabulary.of(fact.kind) else { continue };
            for finding in unknown(&book.sources, &page.page, &fact.value, terms, rule, what) {
                sink.add(finding, Some(page.page.file));
            }
        }
    }
}
