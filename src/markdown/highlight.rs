//! Code with its parts marked, by classes that the theme colors: `hl-comment`, `hl-keyword`, `hl-string`, `hl-number`, `hl-name`.
//!
//! A lexer of our own and not a library, for reasons in ARCHITECTURE.md: five classes need no grammar. It reads each byte a fixed number of
//! times, whatever the code holds, and keeps no state but the language's table.

mod languages;
mod lexer;
mod lines;

use self::languages::{Kind, Language};
use crate::text::escape::push_escaped;

/// Longer code is shown without marks: nobody reads so much of it on a page, and each mark costs bytes.
const LONGEST: usize = 256 * 1024;

/// What a part of code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Plain,
    Comment,
    Keyword,
    String,
    /// A number, or a word that stands for a value, such as `true`.
    Number,
    /// The name of what is defined or set: a key, a variable, an attribute.
    Name,
}

impl Part {
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Comment => Some("hl-comment"),
            Self::Keyword => Some("hl-keyword"),
            Self::String => Some("hl-string"),
            Self::Number => Some("hl-number"),
            Self::Name => Some("hl-name"),
        }
    }
}

/// `code` as escaped HTML with its parts marked; `None` for a language that is not known, and for code that is too long. The text is the
/// code's own, byte for byte, and no element reaches over the end of a line: the lines can be taken apart at `\n` and wrapped.
pub(super) fn highlight(code: &str, language: &str) -> Option<String> {
    let language = Language::named(language)?;
    if code.len() > LONGEST {
        return None;
    }
    let mut marked = Marked { html: String::with_capacity(code.len() * 2) };
    match language.kind {
        Kind::Code => lexer::code(code, language, &mut marked),
        Kind::Markup => lexer::markup(code, &mut marked),
        Kind::Yaml => lines::yaml(code, language, &mut marked),
        Kind::Settings => lines::settings(code, language, &mut marked),
        Kind::Markdown => lines::markdown(code, &mut marked),
        Kind::Diff => lines::diff(code, &mut marked),
    }
    Some(marked.html)
}

/// The HTML so far.
struct Marked {
    html: String,
}

impl Marked {
    fn push(&mut self, part: Part, text: &str) {
        let Some(class) = part.class() else { return push_escaped(&mut self.html, text) };
        for line in text.split_inclusive('\n') {
            let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
            if !text.is_empty() {
                self.html.push_str("<span class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
                push_escaped(&mut self.html, text);
                self.html.push_str("</span>");
            }
            self.html.push_str(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marked parts, as `class:text`.
    fn parts(language: &str, code: &str) -> Vec<String> {
        let html = highlight(code, language).unwrap_or_else(|| panic!("{language} is known"));
        html.split("<span class=\"hl-").skip(1).map(|part| text(&part.split("</span>").next().expect("a start").replacen("\">", ":", 1))).collect()
    }

    /// The text of highlighted HTML.
    fn text(html: &str) -> String {
        let mut text = String::new();
        for (index, piece) in html.split('<').enumerate() {
            text.push_str(if index == 0 { piece } else { piece.split_once('>').expect("a tag ends").1 });
        }
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    #[test]
    fn each_language_marks_what_a_reader_looks_for() {
        for (language, code, expected) in [
            (
                "powershell",
                "# Look\nGet-Item -Path \"a`\"b\" | Where-Object { $_.Length -gt 1kb -and $true }\n<# over\nlines #>",
                &[
                    "comment:# Look",
                    "name:Get-Item",
                    "string:\"a`\"b\"",
                    "name:Where-Object",
                    "name:$_",
                    "number:1kb",
                    "number:$true",
                    "comment:<# over",
                    "comment:lines #>",
                ][..],
            ),
            ("json", "{\"a\\\"b\": [\"x\", -1.5e3, null]} // c", &["name:\"a\\\"b\"", "string:\"x\"", "number:1.5e3", "number:null", "comment:// c"]),
            (
                "yaml",
                "# c\nname: 'a # b' # d\n- on: true\n  n: 12\ntext: |\n  key: no\nnext: x#y http://z",
                &[
                    "comment:# c",
                    "name:name",
                    "string:'a # b'",
                    "comment:# d",
                    "name:on",
                    "number:true",
                    "name:n",
                    "number:12",
                    "name:text",
                    "string:  key: no",
                    "name:next",
                ],
            ),
            (
                "xml",
                "<!-- c -->\n<a b=\"1\" c:d='2'>x &amp; y</a>\n<?xml v?>",
                &[
                    "comment:<!-- c -->",
                    "keyword:<a",
                    "name:b",
                    "string:\"1\"",
                    "name:c:d",
                    "string:'2'",
                    "keyword:>",
                    "number:&amp;",
                    "keyword:</a",
                    "keyword:>",
                    "keyword:<?xml v?>",
                ],
            ),
            (
                "csharp",
                "// c\npublic class Harbor { string s = @\"a\\\"; char c = '\\''; int n = 0x1F; }",
                &[
                    "comment:// c",
                    "keyword:public",
                    "keyword:class",
                    "name:Harbor",
                    "keyword:string",
                    "string:@\"a\\\"",
                    "keyword:char",
                    "string:'\\''",
                    "keyword:int",
                    "number:0x1F",
                ],
            ),
            (
                "bash",
                "if [ \"$A\" ]; then echo 'it' $HOME ${B} # c\nfi; echo a#b",
                &["keyword:if", "string:\"$A\"", "keyword:then", "string:'it'", "name:$HOME", "name:${B}", "comment:# c", "keyword:fi"],
            ),
            ("sql", "SELECT a FROM b WHERE c = 'it''s' -- d", &["keyword:SELECT", "keyword:FROM", "keyword:WHERE", "string:'it''s'", "comment:-- d"]),
            (
                "python",
                "def f(x):\n  \"\"\"doc\n  more\"\"\"\n  return None # c",
                &["keyword:def", "name:f", "string:\"\"\"doc", "string:  more\"\"\"", "keyword:return", "number:None", "comment:# c"],
            ),
            ("js", "const a = `x ${1}` /* b */; f('c')", &["keyword:const", "string:`x ${1}`", "comment:/* b */", "string:'c'"]),
            ("rust", "fn f<'a>(c: &'a str) -> char { '\\n' } // d", &["keyword:fn", "name:f", "string:'\\n'", "comment:// d"]),
            (
                "toml",
                "# c\n[a.b]\nkey = \"v\" # d\nn = 1979-05-27\nok = true",
                &["comment:# c", "keyword:[a.b]", "name:key", "string:\"v\"", "comment:# d", "name:n", "number:1979-05-27", "name:ok", "number:true"],
            ),
            (
                "md",
                "# Title\n\nSee `x` and [a](b.md).\n```\n# no\n```\n> [!NOTE]",
                &["keyword:# Title", "string:`x`", "name:[a]", "string:(b.md)", "string:```", "string:# no", "string:```", "keyword:[!NOTE]"],
            ),
            (
                "diff",
                "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same",
                &["comment:--- a", "comment:+++ b", "keyword:@@ -1 +1 @@", "number:-old", "string:+new"],
            ),
        ] {
            assert_eq!(parts(language, code), expected, "{language}");
        }
    }

    #[test]
    fn what_is_not_known_or_too_long_stays_plain() {
        assert_eq!(highlight("x", "text"), None);
        assert_eq!(highlight("x", ""), None);
        assert_eq!(highlight(&"x ".repeat(LONGEST), "rust"), None);
        assert!(highlight("x", "CSharp").is_some() && highlight("x", "azurecli-interactive").is_some(), "case and Learn's names");
    }

    /// Whatever the code is, its text stays, its lines stay apart, and nothing of it becomes markup.
    #[test]
    fn no_code_is_changed_or_breaks_out() {
        let odd = [
            "",
            "\n",
            "\"",
            "'",
            "`",
            "\"\\",
            "'\\",
            "/*",
            "<!--",
            "<",
            "<a",
            "<a b=\"",
            "</script><script>alert(1)</script>",
            "&",
            "&amp",
            "$",
            "${",
            "${a",
            "@\"",
            "@",
            "0x",
            "1..2",
            "#",
            "- ",
            "-",
            ": ",
            "a:",
            "a: |",
            "a: |\n",
            "a: |\n  b\n\n  c\nd: e",
            "[",
            "[!",
            "[a](",
            "日本語: \"ü\" # 漢字",
            "a\r\nb: c\r\n",
            "\t- x:\ty",
            "\u{2028}",
            "'''",
            "\"\"\"a",
            "r#\"x",
            "---\na: b",
            "<# never closed",
            "'a",
            "'\\u{1F600}'",
            "[a]\n[b",
            "key",
            "= x",
            "+\n-\n@@",
            "```\nx",
            "``",
            "é'é\"é`é",
        ];
        for language in Language::all() {
            let name = language.names[0];
            let joined = odd.join("\n");
            for code in odd.iter().copied().chain([joined.as_str()]) {
                let html = highlight(code, name).expect("it is known");
                assert_eq!(text(&html), code, "{name}: {code:?}");
                for line in html.split('\n') {
                    assert_eq!(line.matches("<span ").count(), line.matches("</span>").count(), "{name}: {line}");
                }
                assert_eq!(html.matches('<').count(), html.matches("<span class=\"hl-").count() + html.matches("</span>").count(), "{name}: {html}");
            }
        }
    }

    /// Each byte is read a fixed number of times: code that would take minutes for a lexer that looks back or far ahead.
    #[test]
    fn hostile_code_takes_no_longer_than_other() {
        let pieces = [
            "\"\\", "'\\", "'a", "/*", "<!--", "<a ", "&", "${", "@\"", "[", "[a](", "`", "a: ", "\" ", "#", "\\", "''", "- ", "<#", "1.", "a-", "$",
            "r#", "\"\"\"", "{",
        ];
        for language in Language::all() {
            for piece in pieces {
                let code = piece.repeat(LONGEST / 8 / piece.len());
                assert_eq!(text(&highlight(&code, language.names[0]).expect("it is known")).len(), code.len());
            }
        }
    }

    #[test]
    fn a_name_belongs_to_one_language() {
        let mut names: Vec<&str> = Language::all().iter().flat_map(|language| language.names.iter().copied()).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
