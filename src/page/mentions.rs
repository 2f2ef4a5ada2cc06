//! Tasks that a text names: "task 4096", "tasks 4080 and 3358", "Task ID 3954", "Task ID Box:3169, Drive 2467", "タスク 4079 および 3750".

use std::ops::Range;

use super::model::Certainty;
use super::read::Text;
use crate::config::Words;

/// How many bytes before a number may hold the word that makes it a task.
const NEAR: usize = 48;

/// How many bytes of a sentence are kept on each side of a task.
const AROUND: usize = 150;

/// Where `text` names tasks, or may do so: the digits of each.
pub(super) fn find(text: &Text, words: &Words) -> Vec<(Range<usize>, Certainty)> {
    let mut found = Vec::new();
    let plain = &*text.plain;
    let bytes = plain.as_bytes();
    let mut at = 0;
    // Where the last number that is a task ends, and how sure that is.
    let mut last: Option<(usize, Certainty)> = None;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) {
        let end = start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        at = end;
        if !is_number(plain, start, end) || text.is_code(start) {
            continue;
        }
        let goes_on = last.filter(|(last, certainty)| *certainty != Certainty::Named && joins(&plain[*last..start], words));
        let certainty = match goes_on {
            Some((_, certainty)) => Some(certainty),
            None if follows_word(plain, start, words) => Some(Certainty::Sure),
            None if is_in_list(plain, start, words) => Some(Certainty::Listed),
            None if may_be_named(plain, start, end) => Some(Certainty::Named),
            None => None,
        };
        if let Some(certainty) = certainty {
            last = Some((end, certainty));
            found.push((start..end, certainty));
        }
    }
    found
}

/// How far before a list the word for a task may stand, in bytes.
const BEFORE_LIST: usize = 240;

/// Whether a list of numbers begins here, behind a colon or a parenthesis, in a sentence that speaks of tasks.
fn is_in_list(plain: &str, start: usize, words: &Words) -> bool {
    let before = plain[..start].trim_end();
    if !before.ends_with([':', '：', '(', '（']) {
        return false;
    }
    let from = plain.floor_char_boundary(start.saturating_sub(BEFORE_LIST));
    let sentence = before[from.min(before.len())..].rsplit(['.', '!', '?', '。', '\n']).next().unwrap_or_default().to_lowercase();
    let has = |word: &String| sentence.match_indices(word.as_str()).any(|(at, _)| ends_with_word(&sentence[..at + word.len()], words));
    words.mentions.iter().any(has)
}

/// Whether a number is followed by what may be the name of a task: at the start of a line, or behind a sign that leads to one.
fn may_be_named(plain: &str, start: usize, end: usize) -> bool {
    let begins_line = plain[..start].trim_end_matches([' ', '\u{a0}', '*', '"', '“']).chars().next_back().is_none_or(|c| c == '\n');
    let rest = plain[end..].trim_start_matches([' ', '\u{a0}']);
    let mut signs = rest.chars();
    let sign = signs.next();
    let is_name = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() || matches!(c, '{' | '(' | '[' | '“' | '"'));
    let leads = matches!(sign, Some(':' | '：' | '-' | '–' | '—' | '“' | '"' | '('));
    (begins_line && is_name(sign)) || (leads && is_name(signs.as_str().trim_start().chars().next()))
}

/// The sentence around a task, on one line; a long one is cut at words.
pub(super) fn sentence(plain: &str, task: &Range<usize>) -> String {
    let is_end = |at: usize| {
        let mut rest = plain[at..].chars();
        let (sign, next) = (rest.next(), rest.next());
        matches!(sign, Some('。' | '！' | '？')) || (matches!(sign, Some('.' | '!' | '?')) && next.is_none_or(char::is_whitespace))
    };
    let after = |at: usize| at + plain[at..].chars().next().map_or(0, char::len_utf8);
    let start = plain[..task.start].char_indices().rev().find(|(at, _)| is_end(*at)).map_or(0, |(at, _)| after(at));
    let end = plain[task.end..].char_indices().map(|(at, _)| task.end + at).find(|at| is_end(*at)).map_or(plain.len(), after);
    let from = if task.start - start > AROUND { plain.ceil_char_boundary(task.start - AROUND) } else { start };
    let to = if end - task.end > AROUND { plain.floor_char_boundary(task.end + AROUND) } else { end };
    let from = if from > start { plain[from..task.start].find(char::is_whitespace).map_or(from, |blank| from + blank) } else { from };
    let to = if to < end { plain[task.end..to].rfind(char::is_whitespace).map_or(to, |blank| task.end + blank) } else { to };
    let words: Vec<&str> = plain[from..to].split_whitespace().collect();
    let (before, behind) = (if from > start { "… " } else { "" }, if to < end { " …" } else { "" });
    format!("{before}{}{behind}", words.join(" "))
}

/// Whether digits are a number of their own: no part of a word, an amount, a version, a date or a time.
fn is_number(plain: &str, start: usize, end: usize) -> bool {
    let before = plain[..start].chars().next_back();
    let mut behind = plain[end..].chars();
    let (next, after) = (behind.next(), behind.next());
    let is_joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '€' | '£' | '¥');
    let is_amount =
        matches!(next, Some('%' | '°')) || (matches!(next, Some('.' | ',' | '/' | '-' | ':')) && after.is_some_and(|c| c.is_ascii_digit()));
    let is_behind_sign = matches!(before, Some('.' | '-' | '/')) && plain[..start].chars().rev().nth(1).is_some_and(|c| c.is_ascii_digit());
    end - start >= 3 && !before.is_some_and(is_joined) && !next.is_some_and(is_joined) && !is_amount && !is_behind_sign
}

/// Whether what stands between two numbers joins them: commas, "and", a label such as `GDrive`.
fn joins(between: &str, words: &Words) -> bool {
    // `4071 (Deliver Principles), 4072 (Run the Tool)`: what stands in parentheses says what the number is.
    let between = match between.trim_start().strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((inside, rest)) if inside.len() <= 2 * NEAR && !inside.contains('\n') => rest,
        _ => between,
    };
    let folded = between.to_lowercase();
    if between.len() > NEAR || between.contains(['.', '(', ')', '!', '?', '\n', '。']) {
        return false;
    }
    let parts: Vec<&str> = folded.split([' ', ',', '&', '/', ';', '、', '\u{a0}', '，', '+']).filter(|part| !part.is_empty()).collect();
    let has_sign = folded.contains([',', '&', '/', ';', '、', '，', '+']);
    let is_and = |part: &str| words.and.iter().any(|and| and == part);
    let has_and = parts.iter().any(|part| is_and(part)) || words.and.iter().any(|and| folded.trim() == and);
    let rest: Vec<&&str> = parts.iter().filter(|part| !is_and(part)).collect();
    match rest.as_slice() {
        [] => has_sign || has_and,
        // `3169, GDrive 2467` or `3169, Box: 2467`; `task` and `id` may stand again.
        [label] => has_sign && (label.ends_with(':') || between.trim_start().starts_with(',')) && is_label(label),
        _ => false,
    }
}

fn is_label(label: &str) -> bool {
    let bare = label.trim_end_matches(':');
    bare.chars().all(char::is_alphanumeric) && bare.chars().count() <= 12 && bare.chars().any(char::is_alphabetic)
}

/// Whether the word for a task stands right before a number: `task`, `Task ID`, `tasks #`, `Task ID Box:`.
fn follows_word(plain: &str, start: usize, words: &Words) -> bool {
    let from = plain.floor_char_boundary(start.saturating_sub(NEAR));
    let before = plain[from..start].to_lowercase();
    let trim = |text: &str| text.trim_end_matches([' ', '\u{a0}', '#', ':', '：', '(', '"', '“', '\n', '-', '–']).to_owned();
    let mut before = trim(&before);
    // A label: only behind a colon right before the number.
    if plain[..start].trim_end().ends_with(':') {
        let word = before.rsplit([' ', '\n']).next().unwrap_or_default().to_owned();
        let without = trim(&before[..before.len() - word.len()]);
        if !word.is_empty() && is_label(&word) && ends_with_word(&without, words) {
            before = without;
        }
    }
    ends_with_word(&before, words)
}

/// Whether a text ends with a word for a task, perhaps with `ID` behind it.
fn ends_with_word(text: &str, words: &Words) -> bool {
    // `Task(s)`
    let text = text.strip_suffix("(s)").unwrap_or(text);
    let bare = |suffix: &str| text.strip_suffix(suffix).map(|rest| rest.trim_end_matches([' ', '-', '.', '\u{a0}']));
    let without_id = ["ids", "id", "nos.", "no.", "numbers", "number"].iter().find_map(|suffix| bare(suffix));
    [Some(text), without_id].into_iter().flatten().any(|text| {
        words.mentions.iter().any(|word| {
            let Some(rest) = text.strip_suffix(word.as_str()) else { return false };
            let is_eastern = word.chars().any(|c| !c.is_ascii() && !c.is_lowercase());
            is_eastern || !rest.chars().next_back().is_some_and(char::is_alphanumeric)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::read::tests::text;

    #[test]
    fn tasks_are_found_in_each_way_to_name_them() {
        let words = Words::embedded();
        for (plain, ids) in [
            ("see task 4096.", &["4096"][..]),
            ("Added tasks 4080 and 3358; removed 12", &["4080", "3358"]),
            ("Task ID 3954", &["3954"]),
            ("Task 2006 & 2008, and task 3690", &["2006", "2008", "3690"]),
            ("Task ID Box:3169, GDrive 2467", &["3169", "2467"]),
            ("Added tasks 3352, 3365, 3380, 3342", &["3352", "3365", "3380", "3342"]),
            ("tasks 3203 &3208", &["3203", "3208"]),
            ("タスク 4079 および 3750 を", &["4079", "3750"]),
            ("Aufgabe 4102 und Aufgaben 4103 und 4104", &["4102", "4103", "4104"]),
            ("tarea 4102 y 4103; tarefas 4104 e 4105; 任务 4106、4107", &["4102", "4103", "4104", "4105", "4106", "4107"]),
            ("set task 4034: GRT Team", &["4034"]),
            ("(task 4021), 365 days", &["4021"]),
            ("Office 365 and 4096 users", &[]),
            ("multitask 4096", &[]),
            ("tasks 2 and 3", &[]),
            ("task 10/12/2020", &[]),
            ("task 4.096", &[]),
            ("task 3500%", &[]),
            ("task list of 4096 rows", &[]),
        ] {
            let sure = find(&text(plain), &words).into_iter().filter(|(_, certainty)| *certainty == Certainty::Sure);
            let found: Vec<&str> = sure.map(|(range, _)| &plain[range]).collect();
            assert_eq!(found, ids, "{plain}");
        }
    }

    #[test]
    fn what_may_be_a_task_is_told_apart() {
        use Certainty::{Listed, Named, Sure};
        let words = Words::embedded();
        for (plain, expected) in [
            ("Task(s): 4021, 4090", &[("4021", Sure), ("4090", Sure)][..]),
            ("Task reference: 4071 (Core - Deliver), 4072 (Core)", &[("4071", Sure), ("4072", Sure)]),
            ("These tasks had their names changed: 3997, 3998 and 3999.", &[("3997", Listed), ("3998", Listed), ("3999", Listed)]),
            ("Only 1 task from the baseline (3720, 3736)", &[("3720", Listed), ("3736", Listed)]),
            ("The tasks are new. Prices: 3997", &[]),
            ("Prices: 3997", &[]),
            ("4094 - Deliver Pitch\n4095 {Wizard} Assessment", &[("4094", Named), ("4095", Named)]),
            ("In the box type 3186 “New Referral”", &[("3186", Named)]),
            ("It has 3000 seats", &[]),
        ] {
            let found: Vec<(&str, Certainty)> = find(&text(plain), &words).into_iter().map(|(range, certainty)| (&plain[range], certainty)).collect();
            assert_eq!(found, expected, "{plain}");
        }
    }

    #[test]
    fn the_sentence_of_a_task_is_kept() {
        let long = "word ".repeat(100);
        for (plain, expected) in [
            ("First. Then do\ntask 4096, see v1.2 of it! Last.", "Then do task 4096, see v1.2 of it!"),
            ("task 4096", "task 4096"),
            ("最初に。タスク 4096 を実行。終わり。", "タスク 4096 を実行。"),
        ] {
            let start = plain.find("4096").expect("it is there");
            assert_eq!(sentence(plain, &(start..start + 4)), expected);
        }
        let text = format!("{long}task 4096 {long}");
        let cut = sentence(&text, &(505..509));
        assert!(cut.starts_with("… word") && cut.ends_with("word …") && cut.len() < 320, "{cut}");
    }
}
