//! The languages that playbooks hold code in, as data: what starts a comment, a string, a variable, and which words mean something.

/// How code of a language is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Words, strings and comments.
    Code,
    /// Tags with attributes.
    Markup,
    /// Indented keys and values.
    Yaml,
    /// Sections, and lines of `key = value`.
    Settings,
    /// Markdown.
    Markdown,
    /// Lines that were added and removed.
    Diff,
}

/// How a string starts and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// The next character is taken as it is.
    pub(super) escape: Option<u8>,
    /// The end, written twice, is no end.
    pub(super) is_doubled: bool,
    pub(super) spans_lines: bool,
}

/// What is particular about a language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Habit {
    /// The case of words does not count.
    IgnoresCase,
    /// `$name` is a variable.
    Variables,
    /// `Get-Item` is one word, and the name of a command.
    DashedNames,
    /// `make-series` is one word.
    DashedWords,
    /// A string before a colon is a key.
    StringKeys,
    /// `#` starts a comment only at the start of a word.
    WordComments,
    /// `'a` may be a lifetime, and no character.
    Lifetimes,
}

/// A language.
#[derive(Debug)]
pub(super) struct Language {
    /// What it is called after the fence, in lower case; the first is its own name.
    pub(super) names: &'static [&'static str],
    pub(super) kind: Kind,
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comments: &'static [(&'static str, &'static str)],
    /// Longer starts stand before shorter ones.
    pub(super) quotes: &'static [Quote],
    /// Words, as are the next two, with blanks between them.
    pub(super) keywords: &'static str,
    /// Words that stand for a value.
    pub(super) values: &'static str,
    /// Keywords whose next word is a name.
    pub(super) defining: &'static str,
    pub(super) habits: &'static [Habit],
}

const fn quote(mark: &'static str) -> Quote {
    Quote { open: mark, close: mark, escape: Some(b'\\'), is_doubled: false, spans_lines: false }
}

const fn lines(mark: &'static str) -> Quote {
    Quote { spans_lines: true, ..quote(mark) }
}

const fn between(open: &'static str, close: &'static str) -> Quote {
    Quote { open, close, escape: None, is_doubled: false, spans_lines: true }
}

const fn doubled(open: &'static str, close: &'static str, escape: Option<u8>) -> Quote {
    Quote { open, close, escape, is_doubled: true, spans_lines: true }
}

const PLAIN: Language = Language {
    names: &[],
    kind: Kind::Code,
    line_comments: &[],
    block_comments: &[],
    quotes: &[],
    keywords: "",
    values: "",
    defining: "",
    habits: &[],
};

/// What languages with braces have in common.
const BRACES: Language = Language { line_comments: &["//"], block_comments: &[("/*", "*/")], quotes: &[quote("\""), quote("'")], ..PLAIN };

static LANGUAGES: &[Language] = &[
    Language {
        names: &[
            "powershell",
            "ps1",
            "ps",
            "pwsh",
            "powershell-interactive",
            "azurepowershell",
            "azurepowershell-interactive",
            "azps",
            "azps-interactive",
        ],
        line_comments: &["#"],
        block_comments: &[("<#", "#>")],
        quotes: &[between("@\"", "\n\"@"), between("@'", "\n'@"), doubled("\"", "\"", Some(b'`')), doubled("'", "'", None)],
        keywords: "begin break catch class continue data do dynamicparam else elseif end enum exit filter finally for foreach from function if \
            in param process return switch throw trap try until using while",
        defining: "class enum filter function",
        habits: &[Habit::IgnoresCase, Habit::Variables, Habit::DashedNames, Habit::WordComments],
        ..PLAIN
    },
    Language {
        names: &["bash", "sh", "shell", "zsh", "azurecli", "azurecli-interactive", "dotnetcli", "shell-session", "dockerfile", "docker", "makefile"],
        line_comments: &["#"],
        quotes: &[lines("\""), between("'", "'"), lines("`")],
        keywords: "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM RUN USER VOLUME WORKDIR break case continue do done elif else esac exit export fi \
            for function if in local readonly return select set source then trap until while",
        values: "false true",
        defining: "function",
        habits: &[Habit::Variables, Habit::WordComments],
        ..PLAIN
    },
    Language { names: &["json", "jsonc", "json5"], values: "false null true", habits: &[Habit::StringKeys], ..BRACES },
    Language {
        names: &["csharp", "cs", "c#"],
        quotes: &[
            between("\"\"\"", "\"\"\""),
            doubled("$@\"", "\"", None),
            doubled("@$\"", "\"", None),
            doubled("@\"", "\"", None),
            Quote { open: "$\"", ..quote("\"") },
            quote("\""),
            quote("'"),
        ],
        keywords: "abstract as async await base bool break byte case catch char class const continue decimal default delegate do double else \
            enum event explicit extern finally fixed float for foreach get if implicit in init int interface internal is lock long \
            namespace new object operator out override params private protected public readonly record ref required return sealed set \
            short static string struct switch this throw try typeof uint ulong using var virtual void when where while with yield",
        values: "false null true",
        defining: "class enum interface namespace record struct",
        ..BRACES
    },
    Language {
        names: &["javascript", "js", "jsx", "mjs", "typescript", "ts", "tsx", "nodejs"],
        quotes: &[quote("\""), quote("'"), lines("`")],
        keywords: "abstract any as async await boolean break case catch class const continue declare default delete do else enum export extends \
            finally for from function get if implements import in instanceof interface keyof let namespace new number of private \
            protected public readonly return set static string super switch this throw try type typeof unknown var void while yield",
        values: "Infinity NaN false null true undefined",
        defining: "class enum function interface namespace type",
        ..BRACES
    },
    Language {
        names: &["python", "py", "py3"],
        line_comments: &["#"],
        quotes: &[lines("\"\"\""), lines("'''"), quote("\""), quote("'")],
        keywords: "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda \
            match nonlocal not or pass raise return try while with yield",
        values: "False None True",
        defining: "class def",
        ..PLAIN
    },
    Language {
        names: &["rust", "rs"],
        habits: &[Habit::Lifetimes],
        quotes: &[between("r#\"", "\"#"), Quote { open: "r\"", escape: None, ..lines("\"") }, lines("\"")],
        keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return \
            self static struct super trait type unsafe use where while",
        values: "Err None Ok Some false true",
        defining: "enum fn mod struct trait type",
        ..BRACES
    },
    Language {
        names: &["sql", "tsql", "t-sql", "mysql", "postgresql", "pgsql"],
        line_comments: &["--"],
        block_comments: &[("/*", "*/")],
        quotes: &[doubled("'", "'", None), doubled("\"", "\"", None)],
        keywords: "add all alter and as asc begin between by case check commit constraint create cross database declare default delete desc \
            distinct drop else end exec exists foreign from full function go grant group having if in index inner insert into is join key \
            left like limit not offset on or order outer over partition primary procedure references right rollback select set table then \
            top transaction trigger union unique update use values view when where with",
        values: "false null true",
        habits: &[Habit::IgnoresCase],
        ..PLAIN
    },
    Language {
        names: &["kusto", "kql"],
        habits: &[Habit::DashedWords],
        line_comments: &["//"],
        quotes: &[quote("\""), quote("'")],
        keywords: "ago and asc between bin by contains count desc distinct extend has in join kind let limit make-series mv-expand not on or \
            order parse project render sort startswith summarize take top union where",
        values: "false null true",
        ..PLAIN
    },
    Language {
        names: &["c", "cpp", "c++", "h", "hpp", "java", "kotlin", "kt", "go", "golang", "swift", "php", "bicep", "terraform", "hcl"],
        keywords: "auto bool boolean break byte case catch char class const continue default defer delete do double else enum extends extern \
            final finally float for fun func function go guard if implements import in include int interface let long map module \
            namespace new output override package param private protected protocol public range resource return short signed sizeof \
            static string struct super switch template this throw throws try type typedef union unsigned using val var variable virtual \
            void volatile while",
        values: "false nil null nullptr true",
        defining: "class enum fun func function interface namespace package protocol struct",
        ..BRACES
    },
    Language {
        names: &["css", "scss", "less"],
        line_comments: &[],
        keywords: "auto grid inherit initial none unset",
        habits: &[Habit::DashedNames],
        ..BRACES
    },
    Language { names: &["xml", "html", "xhtml", "svg", "xaml", "csproj", "razor", "cshtml", "aspx"], kind: Kind::Markup, ..PLAIN },
    Language {
        names: &["yaml", "yml"],
        kind: Kind::Yaml,
        quotes: &[quote("\""), doubled("'", "'", None)],
        values: "False No Null True Yes false no null true yes ~",
        ..PLAIN
    },
    Language {
        names: &["toml", "ini", "properties", "editorconfig", "gitconfig", "conf"],
        kind: Kind::Settings,
        line_comments: &["#", ";"],
        quotes: &[quote("\""), Quote { escape: None, ..quote("'") }],
        values: "false true",
        ..PLAIN
    },
    Language { names: &["markdown", "md"], kind: Kind::Markdown, ..PLAIN },
    Language { names: &["diff", "patch"], kind: Kind::Diff, ..PLAIN },
];

impl Language {
    /// The language that a fence names, in any case.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        let is = |known: &&&str| known.eq_ignore_ascii_case(name);
        LANGUAGES.iter().find(|language| language.names.iter().find(is).is_some())
    }

    #[cfg(test)]
    pub(super) fn all() -> &'static [Self] {
        LANGUAGES
    }

    /// Whether the language is particular in this way.
    pub(super) fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    /// Whether a word is in one of the language's lists.
    pub(super) fn holds(&self, words: &str, word: &str) -> bool {
        let ignores_case = self.has(Habit::IgnoresCase);
        words.split(' ').any(|known| if ignores_case { known.eq_ignore_ascii_case(word) } else { known == word })
    }
}
