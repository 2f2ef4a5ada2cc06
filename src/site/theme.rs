//! The theme: templates and files, embedded in the binary, each of which a file of the project may take the place of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use include_dir::{Dir, include_dir};
use tera::{Context as Values, ErrorKind, ReportError, Tera, Value};

use super::view::View;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::source::provenance::{Provenance, Sourced};
use crate::source::{Role, SourceSet, THEME_FILE_NOT_FOUND, THEME_TEMPLATE_INVALID};
use crate::text::nearest::nearest;
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The folder of a site that the theme's files go to.
const ASSETS: &str = "assets";

/// A file of the theme.
#[derive(Clone, Copy, Debug)]
pub enum ThemeFile {
    /// Part of the binary.
    Embedded(&'static [u8]),
    /// A file of the project.
    Project(FileId),
}

/// Templates, ready to render, and files that are copied.
pub struct Theme {
    /// The default templates: what is rendered where the project's fail.
    default: Tera,
    /// The default templates with the project's in their places.
    own: Option<Tera>,
    /// The project's templates.
    templates: BTreeMap<String, FileId>,
    /// Of all that they render.
    from: Provenance,
    files: Vec<(RelPath, ThemeFile)>,
    styles: Vec<(RelPath, FileId)>,
    scripts: Vec<(RelPath, FileId)>,
    found: Mutex<Vec<Diagnostic>>,
}

impl Theme {
    /// The default theme.
    ///
    /// # Errors
    /// Where a template of playpress is broken.
    pub fn load() -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        let default = default_templates(&mut files)?;
        Ok(Self {
            default,
            own: None,
            templates: BTreeMap::new(),
            from: Provenance::default(),
            files: files.into_iter().collect(),
            styles: Vec::new(),
            scripts: Vec::new(),
            found: Mutex::default(),
        })
    }

    /// The default theme with the files of a project in their places. A template of the project that is broken is reported and left out.
    ///
    /// # Errors
    /// Where a template of playpress is broken.
    pub fn of_project(config: &Config, sources: &SourceSet) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        let default = default_templates(&mut files)?;
        let mut found = Vec::new();
        let mut templates = BTreeMap::new();
        if let Some(folder) = &config.theme_dir {
            for file in sources.files().iter().filter(|file| file.role == Role::Template) {
                let name = file.path.below(folder).and_then(|path| path.as_str().strip_prefix("templates/").map(str::to_owned));
                templates.extend(name.map(|name| (name, file.id)));
            }
            let is_in_theme = |path: &RelPath| path.below(folder).is_some();
            if !sources.files().iter().any(|file| is_in_theme(&file.path)) && !sources.copied().any(|(_, path)| is_in_theme(path)) {
                found.push(
                    THEME_FILE_NOT_FOUND
                        .at(Place::Project, format!("`book.toml` names the theme `{folder}`, but there is no file in such a folder"))
                        .help("mend the path; it is seen from the root of the project"),
                );
            }
            for (file, path) in sources.copied() {
                let output = path.below(folder).and_then(|path| RelPath::new(&format!("{ASSETS}/{path}")).ok());
                files.extend(output.map(|output| (output, ThemeFile::Project(file))));
            }
        }
        let own = own_templates(&mut templates, sources, &mut found)?;
        let mut additional = |paths: &[RelPath]| {
            let mut listed = Vec::new();
            for path in paths {
                match (sources.find(path), RelPath::new(&format!("{ASSETS}/{path}"))) {
                    (Some(file), Ok(output)) => {
                        files.insert(output.clone(), ThemeFile::Project(file));
                        listed.push((output, file));
                    }
                    _ => found.push(
                        THEME_FILE_NOT_FOUND
                            .at(Place::Project, format!("`book.toml` names `{path}`, but there is no such file"))
                            .help("mend the path; it is seen from the root of the project"),
                    ),
                }
            }
            listed
        };
        let styles = additional(&config.additional_css);
        let scripts = additional(&config.additional_js);
        let from = Provenance::union(templates.values().map(|file| Provenance::file(*file)));
        Ok(Self { default, own, templates, from, files: files.into_iter().collect(), styles, scripts, found: Mutex::new(found) })
    }

    /// The files that are copied, by their path in a site.
    #[must_use]
    pub fn files(&self) -> &[(RelPath, ThemeFile)] {
        &self.files
    }

    /// What was found wrong with the project's templates and files, until now.
    #[must_use]
    pub fn take_findings(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives a template the project's own style sheets and scripts, at the addresses that `href` makes of their paths.
    pub(super) fn put_files(&self, view: &mut View, href: &dyn Fn(&RelPath) -> String) {
        for (key, files) in [("styles", &self.styles), ("scripts", &self.scripts)] {
            let hrefs: Vec<Value> = files.iter().map(|(path, _)| Value::from(href(path))).collect();
            let from = Provenance::union(files.iter().map(|(_, file)| Provenance::file(*file)));
            view.put(key, Sourced::new(Value::from(hrefs), from));
        }
    }

    /// Renders a template: the project's, or where that fails, which is reported, the default one.
    ///
    /// # Errors
    /// Where a template of playpress fails.
    pub(super) fn render(&self, sources: &SourceSet, view: View, template: &str) -> anyhow::Result<Sourced<Vec<u8>>> {
        let size = view.text_size() + 8 * 1024;
        let (context, from) = view.into_parts();
        let mut html = Vec::with_capacity(size);
        if let Some(own) = &self.own {
            match own.render_to(template, &context, &mut html) {
                // What the project's templates hold is in every page.
                Ok(()) => return Ok(Sourced::new(html, Provenance::union([self.from.clone(), from]))),
                Err(error) => self.report(&error, sources),
            }
            html.clear();
        }
        self.default.render_to(template, &context, &mut html)?;
        Ok(Sourced::new(html, from))
    }

    /// What the project's templates may bring into whatever they render.
    pub(super) fn from(&self) -> &Provenance {
        &self.from
    }

    /// Renders a component of the templates that has one argument. What it holds is the argument's, and [`Theme::from`].
    ///
    /// # Errors
    /// Where a template of playpress fails.
    pub(super) fn render_component(&self, sources: &SourceSet, name: &str, (argument, value): (&'static str, Value)) -> anyhow::Result<String> {
        let mut values = Values::new();
        values.insert_value(argument, value);
        if let Some(own) = &self.own {
            match own.render_component(name, &values, None, true) {
                Ok(html) => return Ok(html),
                Err(error) => self.report(&error, sources),
            }
        }
        Ok(self.default.render_component(name, &values, None, true)?)
    }

    /// Keeps a finding, once however many pages have it.
    fn report(&self, error: &tera::Error, sources: &SourceSet) {
        let finding = finding(error, &self.templates, sources);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if !found.iter().any(|other| other.place == finding.place && other.message == finding.message) {
            found.push(finding);
        }
    }
}

/// The embedded templates; the other files go to `files`.
fn default_templates(files: &mut BTreeMap<RelPath, ThemeFile>) -> anyhow::Result<Tera> {
    let mut templates = Vec::new();
    let mut waiting = vec![&DEFAULT];
    while let Some(folder) = waiting.pop() {
        waiting.extend(folder.dirs());
        for file in folder.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            if let Some(name) = path.strip_prefix("templates/") {
                templates.push((name.to_owned(), file.contents_utf8().context("a template is UTF-8")?));
            } else if path != "README.md" {
                let output = RelPath::new(&format!("{ASSETS}/{path}")).ok().context("a theme's file is in its folder")?;
                files.insert(output, ThemeFile::Embedded(file.contents()));
            }
        }
    }
    let mut tera = Tera::default();
    tera.add_raw_templates(templates)?;
    Ok(tera)
}

/// The default templates with the project's in their places. One that is broken is reported and taken out of `templates`.
fn own_templates(templates: &mut BTreeMap<String, FileId>, sources: &SourceSet, found: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Tera>> {
    while !templates.is_empty() {
        let mut own = default_templates(&mut BTreeMap::new())?;
        let texts = templates.iter().filter_map(|(name, file)| Some((name.as_str(), &*sources.file(*file)?.text)));
        let Err(error) = own.add_raw_templates(texts) else { return Ok(Some(own)) };
        let finding = finding(&error, templates, sources);
        let broken: BTreeSet<FileId> = finding.place.file().into_iter().collect();
        found.push(finding);
        let before = templates.len();
        templates.retain(|_, file| !broken.contains(file));
        if templates.len() == before {
            // Nobody can say which it is: none is used.
            templates.clear();
        }
    }
    Ok(None)
}

/// A template engine's error as a finding.
fn finding(error: &tera::Error, templates: &BTreeMap<String, FileId>, sources: &SourceSet) -> Diagnostic {
    let help = "the default template is shown until then; `themes/default` in the source of playpress has all templates";
    let report: Option<&ReportError> = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => Some(report),
        _ => None,
    };
    let place = report.and_then(|report| {
        let file = *templates.get(report.filename())?;
        let length = sources.file(file)?.text.len();
        let range = report.span().range.clone();
        Some(Span::new(file, range.start.min(length)..range.end.min(length)))
    });
    let message = report.map_or_else(|| error.to_string(), |report| report.message().to_owned());
    let message = message.lines().next().unwrap_or_default();
    // Which variables there are differs from page to page, and the fault does not.
    let (message, meant) = match message.split_once(". Available variables: ") {
        Some((fault, known)) => {
            let written = fault.split('`').nth(1).unwrap_or_default();
            (fault, nearest(written, &known.split(", ").collect::<Vec<_>>()).map(str::to_owned))
        }
        None => (message, None),
    };
    let help = meant.map_or_else(|| help.to_owned(), |meant| format!("did you mean `{meant}`? {help}"));
    let message = format!("the template cannot be used: {message}");
    let finding = match (place, templates.values().next()) {
        (Some(place), _) => THEME_TEMPLATE_INVALID.at(place, message),
        (None, Some(file)) => THEME_TEMPLATE_INVALID.at(*file, message),
        (None, None) => THEME_TEMPLATE_INVALID.at(Place::Project, message),
    };
    finding.help(help)
}
