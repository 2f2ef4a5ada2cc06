//! One page of a generated playbook.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::random::{Random, Words};
use super::{NOTICES, PER_FOLDER, Readers, TERMS, file_name, folder, images};

const ROLES: &[&str] = &["FastTrack Manager", "FastTrack Engineer", "SME", "Migration Velocity Manager", "FE", "Targeting Manager"];
const SERVICES: &[&str] = &["All Services", "Exchange", "Teams / Exchange", "SharePoint / OneDrive for Business", "Classroom/SDS", "Intune"];
const MOTIONS: &[&str] = &["Customer Health / RFA / Targeting", "Customer Health", "RFA / Targeting"];
const PHASES: &[&str] = &["Assess", "Initiate", "Remediate", "Enable", "Migrate"];
const PEOPLE: &[&str] = &["Ryan Meehan", "Ada Moreau", "Jun Sato", "Lena Weiß"];
const ALERTS: &[&str] = &["IMPORTANT", "NOTE", "TIP", "Note"];

/// Writes pages, one after the other, in one vocabulary.
pub(super) struct Author {
    /// How many pages the book will have.
    pub(super) pages: usize,
    pub(super) readers: Readers,
    pub(super) words: Words,
    pub(super) random: Random,
    /// What each task is: its name, letter, role and services. Most pages say the same of one.
    pub(super) tasks: BTreeMap<usize, (String, &'static str, &'static str, &'static str)>,
}

impl Author {
    /// The title and the text of a page.
    pub(super) fn page(&mut self, page: usize) -> (String, String) {
        let title = capitalised(&self.phrase(3));
        let size = self.size();
        let mut text = String::with_capacity(size + 1024);
        let is_partner = self.readers == Readers::Two && self.random.percent(60);
        let date = (self.random.within(1..=12), self.random.within(1..=28));
        self.front_matter(&mut text, &title, date);
        if self.random.percent(20) {
            text.push_str("[!INCLUDE [Feedback](../../includes/feedback.md)]\n\n");
        }
        let _ = write!(text, "# {title}\n\n");
        self.facts(&mut text, &["Phase", "Motions"]);
        if self.random.percent(8) {
            text.push_str("[!INCLUDE [Data privacy](../../includes/data-privacy.md)]\n");
        }
        text.push_str("\n## Overview\n\n");
        self.paragraph(&mut text, page);
        text.push_str("## Objectives\n\n");
        self.list(&mut text, page);
        text.push_str("## Approach\n\n");
        let mut step = 1;
        while text.len() + 700 < size {
            self.step(&mut text, page, step);
            step += 1;
        }
        let (input, output) = (self.phrase(6), self.phrase(6));
        let _ = write!(text, "## Key Inputs\n\n- {input}\n\n## Key Outputs\n\n- {output}\n\n");
        text.push_str("## Next Steps\n\n");
        self.list(&mut text, page);
        if self.random.percent(90) {
            self.refresh(&mut text, date);
        }
        if is_partner {
            text.push_str("[Home](https://partner-docs.example.com)\n");
        }
        (title, text)
    }

    /// How long a page is to be: many are short, few are long.
    fn size(&mut self) -> usize {
        let first = self.random.within(1..=100);
        let base = 1800 + self.random.below(2200);
        match first {
            1..=60 => base,
            61..=90 => base * 2,
            91..=98 => base * 4,
            _ => base * 11,
        }
    }

    fn front_matter(&mut self, text: &mut String, title: &str, (month, day): (usize, usize)) {
        let description = self.phrase(8);
        let author = self.random.pick(PEOPLE);
        let audiences = match self.random.below(10) {
            _ if self.readers == Readers::One => "internal",
            0..=6 => "internal, partner",
            7 | 8 => "internal",
            _ => "partner",
        };
        let _ = write!(
            text,
            "---\n# required metadata\ntitle: {title}\ndescription: {description}\nauthor: {author}\nms.author: author\nmanager: manager\nms.date: {month}/{day}/2020\n\
             ms.topic: playbook\nms.prod: non-product-specific\nms.custom: internal-playbook\nft.audience: {audiences}\nft.owner: owner\n---\n"
        );
    }

    /// The audiences of what all may see.
    pub(super) fn shared_audiences(&self) -> &'static str {
        match self.readers {
            Readers::One => "internal",
            Readers::Two => "internal, partner",
        }
    }

    /// Lines of a label and a value.
    fn facts(&mut self, text: &mut String, labels: &[&str]) {
        for label in labels {
            let values = match *label {
                "Phase" => PHASES,
                "Motions" => MOTIONS,
                "Primary Role" => ROLES,
                _ => SERVICES,
            };
            let value = self.random.pick(values);
            let _ = writeln!(text, "{label}: **{value}**  ");
        }
    }

    fn step(&mut self, text: &mut String, page: usize, step: usize) {
        let _ = write!(text, "### {step}. {}\n\n", capitalised(&self.phrase(4)));
        self.facts(text, &["Primary Role", "Motions", "Applies To"]);
        text.push('\n');
        self.paragraph(text, page);
        match self.random.below(10) {
            0..=4 => self.list(text, page),
            5 => self.alert(text, page),
            6 => {
                let notice = self.random.below(NOTICES);
                let _ = write!(text, "[!INCLUDE [Notice](../../includes/notice-{notice:02}.md)]\n\n");
            }
            7 if self.random.percent(30) => {
                let image = self.random.below(images(self.pages));
                let alt = self.phrase(3);
                let _ = write!(text, "![{alt}](../../media/image-{image:04}.png)\n\n");
            }
            7 if self.random.percent(10) => {
                let (first, second) = (self.phrase(4), self.phrase(4));
                let _ = write!(text, "```powershell\nGet-{first}\n# [!INCLUDE [x](y.md)]\nSet-{second}\n```\n\n");
            }
            _ => self.paragraph(text, page),
        }
        if self.random.percent(25) {
            self.tasks(text);
        }
    }

    fn tasks(&mut self, text: &mut String) {
        text.push_str(
            "#### FTOP Tasks\n\n| Task ID | Task Name | (M)andatory / (O)ptional | FastTrack Role | Services |\n| --- | --- | :---: | :---: | --- |\n",
        );
        let ids: BTreeSet<usize> = (0..self.random.within(2..=8)).map(|_| self.random.within(1000..=4999)).collect();
        for id in ids {
            if !self.tasks.contains_key(&id) {
                let words = self.random.within(4..=10);
                let letter = if self.random.percent(65) { "O" } else { "M" };
                let task = (capitalised(&self.phrase(words)), letter, self.random.pick(ROLES), self.random.pick(SERVICES));
                self.tasks.insert(id, task);
            }
            let (name, letter, role, services) = &self.tasks[&id];
            // Somebody changed a name on one page only.
            let more = if self.random.percent(2) { " again" } else { "" };
            let _ = writeln!(text, "| {id} | {name}{more} | {letter} | {role} | {services} |");
        }
        text.push('\n');
    }

    fn refresh(&mut self, text: &mut String, date: (usize, usize)) {
        text.push_str("### Refresh Summary\n\n| Date | Who Changed | What Changed |\n| --- | --- | --- |\n");
        for year in (2018..2021).rev().take(self.random.within(1..=3)) {
            // In every fifth page nobody thought of `ms.date`.
            let is_newest = year == 2020 && self.random.percent(80);
            let (month, day) = if is_newest { date } else { (self.random.within(1..=12), self.random.within(1..=28)) };
            let (who, what, task) = (self.random.pick(PEOPLE), self.sentences(1), self.random.within(1000..=4999));
            let _ = writeln!(text, "| {month:02}/{day:02}/{year} | {who} | {what}<br>Deprecated task {task}. |");
        }
        text.push('\n');
    }

    fn alert(&mut self, text: &mut String, page: usize) {
        let kind = self.random.pick(ALERTS);
        let _ = write!(text, "> [!{kind}]\n> ");
        for _ in 0..self.random.within(1..=3) {
            self.sentence(text, page);
            text.push_str("\n> ");
        }
        text.truncate(text.len() - 2);
        text.push('\n');
    }

    fn list(&mut self, text: &mut String, page: usize) {
        let is_numbered = self.random.percent(25);
        for number in 1..=self.random.within(3..=6) {
            let _ = if is_numbered { write!(text, "{number}. ") } else { write!(text, "- ") };
            self.sentence(text, page);
            text.push('\n');
            if self.random.percent(10) {
                text.push_str("    - ");
                self.sentence(text, page);
                text.push('\n');
            }
        }
        text.push('\n');
    }

    /// A few sentences, broken into lines as authors do.
    fn paragraph(&mut self, text: &mut String, page: usize) {
        for _ in 0..self.random.within(2..=4) {
            self.sentence(text, page);
            text.push('\n');
        }
        text.push('\n');
    }

    /// A sentence, sometimes with markup in it.
    fn sentence(&mut self, text: &mut String, page: usize) {
        let words = self.random.within(8..=20);
        let marked = self.random.within(2..=words - 2);
        for number in 0..words {
            if number > 0 {
                text.push(if number == 12 && self.random.percent(40) { '\n' } else { ' ' });
            }
            if number == marked && self.random.percent(38) {
                self.markup(text, page);
            } else {
                let word = self.words.next(&mut self.random);
                if number == 0 { text.push_str(&capitalised(word)) } else { text.push_str(word) }
            }
        }
        text.push('.');
    }

    /// Emphasis, code, a link, an include.
    fn markup(&mut self, text: &mut String, page: usize) {
        let words = self.phrase(2);
        let _ = match self.random.below(100) {
            0..=24 => write!(text, "**{words}**"),
            25..=29 => write!(text, "*{words}*"),
            30..=34 => write!(text, "`{words}`"),
            35..=37 => write!(text, "[!INCLUDE [{words}](../../includes/term-{:02}.md)]", self.random.below(TERMS)),
            38..=55 => write!(text, "[{words}](https://aka.ms/{})", words.replace(' ', "-")),
            56..=60 => write!(text, "[{words}](#overview)"),
            61..=62 => write!(text, "[{words}](mailto:team@example.com)"),
            63..=84 => {
                let first = page / PER_FOLDER * PER_FOLDER;
                let target = first + self.random.below(PER_FOLDER.min(self.pages - first));
                let fragment = if self.random.percent(15) { "#objectives" } else { "" };
                write!(text, "[{words}]({}{fragment})", file_name(target))
            }
            85 if self.random.percent(40) => write!(text, "[{words}](enable-moved-{}.md)", self.random.below(1000)),
            _ => {
                let target = self.random.below(self.pages);
                write!(text, "[{words}](../../{}/{})", folder(target), file_name(target))
            }
        };
    }

    /// Some words.
    pub(super) fn phrase(&mut self, words: usize) -> String {
        let mut text = String::new();
        for number in 0..words {
            if number > 0 {
                text.push(' ');
            }
            text.push_str(self.words.next(&mut self.random));
        }
        text
    }

    /// Plain sentences on one line.
    pub(super) fn sentences(&mut self, count: usize) -> String {
        let sentences: Vec<String> = (0..count).map(|_| format!("{}.", capitalised(&self.phrase(12)))).collect();
        sentences.join(" ")
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
