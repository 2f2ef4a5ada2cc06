//! How languages mark parts of their code, and where a part is.

use ahash::{HashMap, HashSet};

use super::Lines;

/// How code marks its parts: what stands before a name, behind it, and in the mark of the end.
type Marks = (&'static str, &'static str, End);

/// The mark of a part's end.
#[derive(Clone, Copy)]
enum End {
    /// As the start, with a slash before the name.
    Named,
    /// This, whatever part is open.
    Bare(&'static str),
}

const BASIC: Marks = ("'<", ">", End::Named);
const SLASHES: Marks = ("//<", ">", End::Named);
const MARKUP: Marks = ("<!--<", ">-->", End::Named);
const DASHES: Marks = ("--<", ">", End::Named);
const HASH: Marks = ("#<", ">", End::Named);
const REM: Marks = ("rem<", ">", End::Named);
const PERCENT: Marks = ("%<", ">", End::Named);
const SEMICOLON: Marks = (";<", ">", End::Named);
const STARS: Marks = ("/*<", ">*/", End::Named);
const REGION: Marks = ("#region", "", End::Bare("#endregion"));

/// A language, what else it and the ends of its files are called, and how it marks parts of its code.
type Language = (&'static str, &'static [&'static str], &'static [Marks]);

const LANGUAGES: &[Language] = &[
    ("actionscript", &["as"], &[SLASHES]),
    ("arduino", &["ino"], &[SLASHES]),
    ("assembly", &["nasm", "asm"], &[SLASHES]),
    ("batchfile", &["bat", "cmd"], &[REM]),
    ("cpp", &["c", "c++", "objective-c", "obj-c", "objc", "objectivec", "h", "hpp", "cc", "m"], &[SLASHES]),
    ("csharp", &["cs"], &[SLASHES, REGION]),
    ("cshtml", &["aspx-cs", "aspx-csharp"], &[SLASHES, MARKUP, REGION]),
    ("css", &[], &[STARS]),
    ("cuda", &["cu", "cuh"], &[SLASHES]),
    ("d", &["dlang"], &[SLASHES]),
    ("erlang", &["erl"], &[PERCENT]),
    ("fsharp", &["fs", "fsi", "fsx"], &[SLASHES]),
    ("go", &["golang"], &[SLASHES]),
    ("handlebars", &["hbs"], &[MARKUP]),
    ("haskell", &["hs"], &[DASHES]),
    ("html", &["jsp", "asp", "aspx", "ascx"], &[MARKUP]),
    ("java", &["gradle"], &[SLASHES]),
    ("javascript", &["js", "node", "json"], &[SLASHES]),
    ("lisp", &["lsp"], &[SEMICOLON]),
    ("lua", &[], &[DASHES]),
    ("matlab", &[], &[PERCENT]),
    ("pascal", &["pas"], &[SLASHES]),
    ("perl", &["pl"], &[HASH]),
    ("php", &[], &[SLASHES, MARKUP]),
    ("powershell", &["posh", "ps1"], &[HASH]),
    ("processing", &["pde"], &[SLASHES]),
    ("python", &["py"], &[HASH]),
    ("r", &[], &[HASH]),
    ("react", &["tsx"], &[SLASHES, MARKUP]),
    ("ruby", &["ru", "erb", "rb"], &[HASH, MARKUP]),
    ("rust", &["rs"], &[SLASHES]),
    ("scala", &[], &[SLASHES]),
    ("shell", &["sh", "bash"], &[HASH]),
    ("smalltalk", &["st"], &[SLASHES]),
    ("sql", &[], &[DASHES]),
    ("swift", &[], &[SLASHES]),
    ("typescript", &["ts"], &[SLASHES]),
    ("vb", &["vbnet", "vbscript", "bas", "vbs", "vba"], &[BASIC, REGION]),
    ("vbhtml", &["aspx-vb"], &[BASIC, MARKUP, REGION]),
    ("xaml", &[], &[MARKUP]),
    ("xml", &["xsl", "xslt", "xsd", "wsdl", "csdl", "edmx"], &[MARKUP]),
    ("yaml", &["yml"], &[HASH]),
];

const ALL: &[Marks] = &[BASIC, SLASHES, MARKUP, DASHES, HASH, REM, REGION, PERCENT, SEMICOLON, STARS];

/// The language of this name, in any case, perhaps with a dot before it.
fn language(name: &str) -> Option<&'static Language> {
    let name = name.trim_start_matches('.').to_lowercase();
    LANGUAGES.iter().find(|(own, others, _)| *own == name || others.contains(&name.as_str()))
}

/// Whether it is known how code of this language marks its parts.
pub(in crate::markdown) fn is_known(name: &str) -> bool {
    language(name).is_some()
}

/// The language of a file by its extension, as it is called in `lang-…`.
pub(in crate::markdown) fn language_of(path: &str) -> Option<&'static str> {
    language(path.rsplit_once('.')?.1).map(|(name, ..)| *name)
}

/// The lines between the marks of the part `tag`, and all lines that are marks.
pub(super) fn tagged(all: &[&str], name: &str, tag: &str) -> Option<(Lines, HashSet<usize>)> {
    let marks = language(name).map_or(ALL, |(.., marks)| *marks);
    marks.iter().find_map(|mark| {
        let (parts, lines) = parts(all, *mark);
        let range = parts.get(tag).or_else(|| parts.get(&format!("snippet{tag}")))?;
        Some((*range, lines))
    })
}

/// The parts of a code that are marked in one way, and the lines that are marks.
fn parts(all: &[&str], (before, behind, end): Marks) -> (HashMap<String, Lines>, HashSet<usize>) {
    let mut parts: HashMap<String, Lines> = HashMap::default();
    let mut open: Vec<String> = Vec::new();
    let mut marks = HashSet::default();
    let closing = format!("{before}/");
    for (index, line) in all.iter().enumerate() {
        let ended = match end {
            End::Named => mark(line, &closing, behind),
            End::Bare(text) => mark(line, text, "").map(|_| open.pop().unwrap_or_default()),
        };
        if let Some(tag) = ended {
            marks.insert(index);
            // The first end counts.
            if let Some(range) = parts.get_mut(&tag).filter(|range| range.last == 0) {
                range.last = index;
            }
        } else if let Some(tag) = mark(line, before, behind).filter(|tag| is_name(tag)) {
            marks.insert(index);
            parts.insert(tag.clone(), Lines { first: index + 2, last: 0 });
            open.push(tag);
        }
    }
    (parts, marks)
}

fn is_name(tag: &str) -> bool {
    !tag.is_empty() && tag.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// The lower-case name in a line that is a mark; blanks anywhere in its signs do not count.
fn mark(line: &str, before: &str, behind: &str) -> Option<String> {
    let rest = past(line, before)?;
    let Some(first) = behind.chars().next() else { return Some(rest.trim().to_lowercase()) };
    let (name, rest) = rest.split_at(rest.find(first)?);
    past(rest, behind)?.trim().is_empty().then(|| name.trim().to_lowercase())
}

/// What follows `signs` in a line, blanks before and between them passed over.
fn past<'l>(line: &'l str, signs: &str) -> Option<&'l str> {
    let mut rest = line;
    for sign in signs.chars() {
        rest = rest.trim_start();
        let c = rest.chars().next()?;
        if !c.to_lowercase().eq(sign.to_lowercase()) {
            return None;
        }
        rest = &rest[c.len_utf8()..];
    }
    Some(rest)
}
