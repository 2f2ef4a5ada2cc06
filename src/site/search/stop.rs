//! The commonest words of languages, as they are looked for. They hardly tell one text from another, so a query that has other words does without
//! them, and their places in texts are not kept.

const STOP: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "for", "from", "has", "have", "if", "in", "into", "is", "it",
            "its", "not", "of", "on", "or", "our", "should", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "was",
            "we", "were", "when", "which", "will", "with", "you", "your",
        ],
    ),
    (
        "de",
        &[
            "als", "am", "an", "auch", "auf", "aus", "bei", "das", "dass", "dem", "den", "der", "des", "die", "durch", "ein", "eine", "einem",
            "einen", "einer", "eines", "er", "es", "fur", "hat", "im", "in", "ist", "mit", "nach", "nicht", "oder", "sich", "sie", "sind", "und",
            "von", "vor", "war", "werden", "wie", "wird", "zu", "zum", "zur",
        ],
    ),
    (
        "es",
        &[
            "a", "al", "como", "con", "de", "del", "el", "en", "es", "esta", "este", "ha", "la", "las", "lo", "los", "mas", "no", "o", "para", "por",
            "que", "se", "si", "sin", "son", "su", "sus", "un", "una", "uno", "y",
        ],
    ),
    (
        "pt",
        &[
            "a", "ao", "aos", "as", "com", "como", "da", "das", "de", "do", "dos", "e", "em", "esta", "este", "mais", "na", "nas", "nao", "no",
            "nos", "o", "os", "ou", "para", "pela", "pelo", "por", "que", "se", "sem", "seu", "seus", "sua", "sao", "um", "uma",
        ],
    ),
    (
        "fr",
        &[
            "a", "au", "aux", "avec", "ce", "ces", "dans", "de", "des", "du", "elle", "en", "est", "et", "il", "la", "le", "les", "leur", "mais",
            "ne", "ou", "par", "pas", "pour", "que", "qui", "se", "ses", "son", "sont", "sur", "un", "une", "vous",
        ],
    ),
    (
        "it",
        &[
            "a", "al", "alla", "anche", "che", "con", "da", "dal", "dei", "del", "della", "delle", "di", "e", "gli", "i", "il", "in", "la", "le",
            "lo", "nel", "nella", "non", "o", "per", "piu", "si", "sono", "su", "un", "una", "uno",
        ],
    ),
    (
        "nl",
        &[
            "aan", "als", "bij", "dat", "de", "den", "der", "die", "dit", "door", "een", "en", "er", "het", "hij", "in", "is", "met", "naar", "niet",
            "of", "om", "onder", "ook", "op", "te", "tot", "uit", "van", "voor", "werd", "wordt", "zijn",
        ],
    ),
];

/// The commonest words of a language; none, where they are not known here.
pub(super) fn stop_words(language: &str) -> &'static [&'static str] {
    let primary = language.split('-').next().unwrap_or_default();
    STOP.iter().find(|(known, _)| primary.eq_ignore_ascii_case(known)).map_or(&[], |(_, words)| words)
}
