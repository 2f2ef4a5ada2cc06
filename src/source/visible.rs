//! The second guard: which files an audience may see, read again from the texts, apart from everything that assembles an edition.
//! The two guards share the configuration and the YAML reader, and nothing that decides.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{Role, SourceFile, SourceSet, yaml};
use crate::config::Config;
use crate::text::FileId;
use crate::text::lines::{BOM, split_lines};
use crate::text::path::RelPath;

/// The files that one audience may see.
#[derive(Debug)]
pub struct Visible(Vec<bool>);

impl Visible {
    /// Whether the audience may see the file.
    #[must_use]
    pub fn allows(&self, file: FileId) -> bool {
        self.0.get(file.index()).copied().unwrap_or(false)
    }
}

/// What the audience named `audience` may see; `None`, in a book without audiences, everything.
#[must_use]
pub fn visible(sources: &SourceSet, config: &Config, audience: Option<&str>) -> Visible {
    let mut allowed = vec![false; sources.id_count()];
    let eyes = eyes(sources, audience);
    let of_files = sources.files().par_iter().map(|file| {
        let readings = readings(Some(file), file.id, &file.path, config, sources);
        (file.id, permits(&readings, file.role == Role::Page, eyes.as_ref()))
    });
    for (file, is_allowed) in of_files.collect::<Vec<_>>() {
        allowed[file.index()] = is_allowed;
    }
    for asset in sources.assets() {
        let readings = readings(None, asset.id, &asset.path, config, sources);
        allowed[asset.id.index()] = permits(&readings, false, eyes.as_ref());
    }
    Visible(allowed)
}

/// The same after some texts have changed, where `known` is what the audience may see of `before`, with the same configuration.
#[must_use]
pub fn visible_again(known: &Visible, before: &SourceSet, sources: &SourceSet, config: &Config, audience: Option<&str>) -> Visible {
    if !sources.has_names_of(before) {
        return visible(sources, config, audience);
    }
    let eyes = eyes(sources, audience);
    let mut allowed = known.0.clone();
    for file in sources.changed_since(before) {
        let readings = readings(Some(file), file.id, &file.path, config, sources);
        allowed[file.id.index()] = permits(&readings, file.role == Role::Page, eyes.as_ref());
    }
    Visible(allowed)
}

/// The names that an audience reads as; `None` in a book without audiences.
fn eyes(sources: &SourceSet, audience: Option<&str>) -> Option<BTreeSet<String>> {
    let list = sources.audiences().list();
    audience.map(|name| list.iter().filter(|entry| entry.name == name).flat_map(|entry| &entry.sees).map(|name| name.to_lowercase()).collect())
}

/// Whether somebody who is one of `eyes` may see a file of which each reading names some audiences.
fn permits(readings: &[BTreeSet<String>], is_page: bool, eyes: Option<&BTreeSet<String>>) -> bool {
    let Some(eyes) = eyes else { return true };
    match readings.split_first() {
        None => !is_page,
        Some((first, rest)) => eyes.iter().any(|eye| first.contains(eye) && rest.iter().all(|reading| reading.contains(eye))),
    }
}

/// All that is said of a file's audiences, each statement on its own.
fn readings(file: Option<&SourceFile>, id: FileId, path: &RelPath, config: &Config, sources: &SourceSet) -> Vec<BTreeSet<String>> {
    let mut readings = Vec::new();
    if let Some(file) = file.filter(|file| file.path.is_markdown()) {
        header_readings(&file.text, &mut readings);
        // A line at the head that gives an audience and was not read as one: nobody.
        if mentions(&file.text) > readings.len() {
            readings.push(BTreeSet::new());
        }
    }
    let is_page = file.is_some_and(|file| file.role == Role::Page);
    let says_itself = !readings.is_empty();
    for path in [Some(path), sources.real_path(id)].into_iter().flatten() {
        let default = config.metadata.rules("ft.audience").filter(|rule| rule.files.as_ref().map_or(is_page, |files| files.holds(path))).last();
        if let Some(rule) = default.filter(|rule| !says_itself && !rule.value.is_null()) {
            readings.push(match &rule.value {
                serde_yaml::Value::String(names) => split(names),
                serde_yaml::Value::Sequence(items) => items.iter().filter_map(serde_yaml::Value::as_str).flat_map(split).collect(),
                _ => BTreeSet::new(),
            });
        }
        for rule in config.file_audiences.iter().filter(|rule| rule.files.holds(path)) {
            readings.push(rule.audiences.iter().cloned().collect());
        }
        if let Some((_, suffix)) = path.file_name().rsplit_once("--") {
            let suffix = suffix.split('.').next().unwrap_or_default().trim().to_lowercase();
            if sources.audiences().list().iter().any(|audience| audience.name == suffix) {
                readings.push(BTreeSet::from([suffix]));
            }
        }
    }
    readings
}

/// How many lines at the head of a text give an audience, in whatever spelling: those of a closed header, else of the first lines up to code.
fn mentions(text: &str) -> usize {
    let lines = || split_lines(text.trim_start_matches(BOM));
    let is_open = lines().next().is_some_and(|line| line.trim_end() == "---");
    let closing = lines().skip(1).take_while(|_| is_open).position(|line| matches!(line.trim_end(), "---" | "..."));
    let head = closing.map_or(60, |closing| closing + 1);
    let is_key = |line: &&str| {
        let mut bare = line.bytes().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':')).map(|byte| byte.to_ascii_lowercase());
        "ft.audience:".bytes().all(|byte| bare.next() == Some(byte))
    };
    lines().take(head).take_while(|line| !line.trim_start().starts_with("```")).filter(is_key).count()
}

/// Each `ft.audience` of a header; a header that is no YAML is read line by line.
fn header_readings(text: &str, readings: &mut Vec<BTreeSet<String>>) {
    let start = text.len() - text.trim_start_matches(BOM).len();
    let mut lines = text[start..].split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else { return };
    let header_start = start + first.len();
    let mut end = header_start;
    let mut closed = false;
    for line in lines {
        closed = matches!(line.trim_end(), "---" | "...");
        if closed {
            break;
        }
        end += line.len();
    }
    let node = if closed { yaml::read(text, header_start..end) } else { Err(yaml::YamlFault { offset: 0, message: String::new() }) };
    if let Ok(node) = node {
        let Some(yaml::Value::Mapping(entries)) = node.map(|node| node.value) else { return };
        for (_, value) in entries.iter().filter(|(key, _)| key.as_str() == Some("ft.audience")) {
            let names = match &value.value {
                yaml::Value::Scalar(text) => split(text),
                yaml::Value::Sequence(items) => items.iter().filter_map(yaml::Node::as_str).flat_map(split).collect(),
                _ => BTreeSet::new(),
            };
            readings.push(names);
        }
        return;
    }
    let paragraph = text[header_start..end].lines().take_while(|line| closed || !line.trim().is_empty());
    for line in paragraph {
        if let Some((key, value)) = line.split_once(':')
            && key.trim_end() == "ft.audience"
        {
            readings.push(split(value.trim().trim_matches(['"', '\''])));
        }
    }
}

fn split(names: &str) -> BTreeSet<String> {
    names.split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect()
}
