//! Languages by their BCP 47 tag: what they call themselves, and the direction of their script.

/// What languages call themselves. A tag with a script or a region stands before its language alone.
const NAMES: &[(&str, &str)] = &[
    ("ar", "العربية"),
    ("bg", "Български"),
    ("ca", "Català"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("et", "Eesti"),
    ("eu", "Euskara"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("gl", "Galego"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hr", "Hrvatski"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("kk", "Қазақ тілі"),
    ("ko", "한국어"),
    ("lt", "Lietuvių"),
    ("lv", "Latviešu"),
    ("ms", "Bahasa Melayu"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("nn", "Norsk nynorsk"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt-br", "Português (Brasil)"),
    ("pt-pt", "Português (Portugal)"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sk", "Slovenčina"),
    ("sl", "Slovenščina"),
    ("sr", "Српски"),
    ("sv", "Svenska"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh-hans", "简体中文"),
    ("zh-cn", "简体中文"),
    ("zh-sg", "简体中文"),
    ("zh-hant", "繁體中文"),
    ("zh-hk", "繁體中文"),
    ("zh-tw", "繁體中文"),
    ("zh", "中文"),
];

/// Languages that are written from right to left unless their tag names another script.
const RIGHT_TO_LEFT: &[&str] =
    &["ar", "arc", "ckb", "dv", "fa", "ha-arab", "he", "iw", "khw", "ks", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi"];

/// Scripts that are written from right to left.
const RIGHT_TO_LEFT_SCRIPTS: &[&str] = &["adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa"];

/// What a language calls itself; its tag, where that is not known here.
#[must_use]
pub(super) fn name(tag: &str) -> &str {
    let lower = tag.to_ascii_lowercase();
    let is_of = |known: &str| lower.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    NAMES.iter().find(|(known, _)| is_of(known)).map_or(tag, |(_, name)| name)
}

/// `rtl` or `ltr`.
#[must_use]
pub(super) fn direction(tag: &str) -> &'static str {
    let lower = tag.to_ascii_lowercase();
    let mut parts = lower.split('-');
    let language = parts.next().unwrap_or_default();
    let script = parts.find(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let is_right_to_left = match script {
        Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
        None => RIGHT_TO_LEFT.contains(&language),
    };
    if is_right_to_left { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_names_and_directions() {
        for (tag, called, runs) in [
            ("ja", "日本語", "ltr"),
            ("zh-Hant-TW", "繁體中文", "ltr"),
            ("zh-SG", "简体中文", "ltr"),
            ("pt-BR", "Português (Brasil)", "ltr"),
            ("de-AT", "Deutsch", "ltr"),
            ("ar", "العربية", "rtl"),
            ("he-IL", "עברית", "rtl"),
            ("az-Arab", "az-Arab", "rtl"),
            ("ur-Latn", "اردو", "ltr"),
            ("deu", "deu", "ltr"),
        ] {
            assert_eq!((name(tag), direction(tag)), (called, runs), "{tag}");
        }
    }
}
