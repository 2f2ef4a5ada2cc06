//! Opening a project and finding its files.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ahash::{HashMap, HashSet};
use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::audience::{self, Audiences, Said};
use super::front_matter::{self, FrontMatter};
use super::{Access, Asset, Names, PATH_OUTSIDE_ROOT, Role, SourceFile, SourceSet, Vfs, code, conflicts};
use crate::config::{self, Config, ConfigFault};
use crate::diagnostic::{Diagnostic, Place};
use crate::text::hash::Hash128;
use crate::text::lines::BOM;
use crate::text::path::RelPath;
use crate::text::{FileId, Span};

rules! {
    INVALID_UTF8 = "invalid-utf8", Warning;
    FILE_UNREADABLE = "file-unreadable", Error;
}

/// The name of the manifest in the folder of a site that we wrote.
pub const MANIFEST: &str = ".playpress.json";

/// Why a project cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The root, or its configuration, cannot be read.
    Io(PathBuf, io::Error),
    /// The configuration cannot be used.
    Config {
        /// The configuration's path.
        path: RelPath,
        /// Its text.
        text: String,
        /// What is wrong.
        fault: ConfigFault,
    },
}

/// Opens the project at `root`: `book.toml`, else `docfx.json`, else defaults.
///
/// # Errors
/// Where the folder or its configuration cannot be read or used.
pub fn open(root: &Path) -> Result<(Config, Vfs), OpenError> {
    let root = root.canonicalize().map_err(|error| OpenError::Io(root.to_path_buf(), error))?;
    if !root.is_dir() {
        return Err(OpenError::Io(root, io::Error::new(io::ErrorKind::NotADirectory, "not a folder")));
    }
    let vfs = Vfs::new(root);
    let content = RelPath::new("content").unwrap_or_else(|_| RelPath::root());
    let default_src = if content.under(vfs.root()).is_dir() { content } else { RelPath::root() };
    let parse_toml = |text: &str| config::parse_book_toml(text, &default_src);
    for (name, parse) in [("book.toml", &parse_toml as &dyn Fn(&str) -> Result<Config, ConfigFault>), ("docfx.json", &config::parse_docfx)] {
        let path = RelPath::new(name).map_err(|_| OpenError::Io(vfs.root().join(name), io::ErrorKind::InvalidInput.into()))?;
        match vfs.read(&path) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let identity = Hash128::of_value(&(name, &text, &default_src));
                return match parse(&text) {
                    Ok(config) => Ok((Config { identity, ..config }, vfs)),
                    Err(fault) => Err(OpenError::Config { path, text, fault }),
                };
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(OpenError::Io(path.under(vfs.root()), error)),
        }
    }
    let identity = Hash128::of_value(&("", "", &default_src));
    Ok((Config { identity, src: default_src, ..Config::default() }, vfs))
}

/// What may be another than it was when the project was read last.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Changes {
    /// Anything.
    #[default]
    Unknown,
    /// These files, and what is in these folders.
    Paths(BTreeSet<RelPath>),
}

impl Changes {
    /// These and others.
    #[must_use]
    pub fn and(self, others: &Self) -> Self {
        match (self, others) {
            (Self::Paths(paths), Self::Paths(others)) => Self::Paths(paths.into_iter().chain(others.iter().cloned()).collect()),
            _ => Self::Unknown,
        }
    }

    /// Whether a file may be another.
    fn concern(&self, path: &RelPath) -> bool {
        match self {
            Self::Unknown => true,
            Self::Paths(paths) => std::iter::successors(Some(path.clone()), |path| Some(path.parent()).filter(|_| !path.as_str().is_empty()))
                .any(|path| paths.contains(&path)),
        }
    }
}

/// More changes than this come from a program: then it is no slower to look for all files.
const FEW: usize = 32;

/// Reads the project again after `changes`, with the same configuration as `before`; what they do not name is taken to be what it was. `None`:
/// the names of `before` do not hold any more, or may not, and all has to be found anew.
///
/// Its findings are those of `before`: they are about names and front matter alone.
#[must_use]
pub fn discover_again(config: &Config, vfs: &Vfs, before: &SourceSet, changes: &Changes) -> Option<SourceSet> {
    let Changes::Paths(paths) = changes else { return None };
    if paths.len() > FEW {
        return None;
    }
    let mut files = before.files.clone();
    for path in paths {
        let on_disk = path.under(vfs.root());
        let Some(id) = before.find(path) else {
            // Editors write beside a file and rename; what is gone again, and was not there before, is nothing.
            if on_disk.symlink_metadata().is_ok() || before.names.by_path.keys().any(|file| file.below(path).is_some()) {
                return None;
            }
            continue;
        };
        let is_linked = before.real_path(id).is_some() || before.names.real.values().any(|real| real == path);
        if is_linked || !on_disk.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
            return None;
        }
        // Nothing of a file that is copied is kept.
        let Some(old) = before.file(id) else { continue };
        if !matches!(old.role, Role::Page | Role::Fragment | Role::Toc) {
            return None;
        }
        let new = Arc::new(read_file(vfs, config, path.clone(), id).ok()?);
        if new.hash == old.hash {
            continue;
        }
        if !says_the_same(config, before, old, &new) {
            return None;
        }
        let slot = before.names.slots[id.index()]?;
        files[slot] = new;
    }
    Some(SourceSet { root: before.root.clone(), files, names: before.names.clone(), metadata: before.metadata.clone() })
}

/// Whether two texts of a file say the same of who may see it and what is read beside it, at the same places.
fn says_the_same(config: &Config, sources: &SourceSet, old: &SourceFile, new: &SourceFile) -> bool {
    let front = |file: &SourceFile| file.front.body_start;
    let unread = |file: &SourceFile| front_matter::unread(&file.text, &file.front, audience::KEY);
    let members = |file: &SourceFile| {
        let markdown = Some(file).filter(|file| file.path.is_markdown());
        sources.audiences().members(&file.path, None, markdown, Said::by(config))
    };
    old.role == new.role
        && old.text[..front(old)] == new.text[..front(new)]
        && unread(old) == unread(new)
        && members(old) == members(new)
        && code::lines(&old.text).eq(code::lines(&new.text))
}

/// Finds and reads all files of the project. Those of `known`, which was read with the same configuration, are not read again if no change concerns
/// them.
pub fn discover(config: &Config, vfs: &mut Vfs, known: Option<(&SourceSet, &Changes)>) -> (SourceSet, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut real_paths = HashMap::default();
    let paths = walk(config, vfs, &mut real_paths, &mut found);
    let (texts, others): (Vec<RelPath>, Vec<RelPath>) = paths.into_iter().partition(|path| role(path, config).is_some());
    let ids: Vec<FileId> = texts.iter().map(|path| vfs.id(path)).collect();
    let reader = &*vfs;
    let is_same = |path: &RelPath| known.is_some_and(|(_, changes)| !changes.concern(path));
    let read_again = |path: RelPath, id: FileId| {
        let before =
            known.filter(|_| is_same(&path)).and_then(|(before, _)| before.file(id)).filter(|file| file.path == path && file.role != Role::Code);
        // What could not be read is tried again.
        before.map_or_else(|| read_file(reader, config, path, id).map(Arc::new), |file| Ok(file.clone()))
    };
    let read: Vec<Result<Arc<SourceFile>, Diagnostic>> = texts.into_par_iter().zip(ids).map(|(path, id)| read_again(path, id)).collect();
    let mut files = Vec::with_capacity(read.len());
    for file in read {
        match file {
            Ok(file) => files.push(file),
            Err(finding) => found.push(finding),
        }
    }
    let shown_as_code = code::named(&files, &others, &config.src);
    for path in &shown_as_code {
        let id = vfs.id(path);
        match read_file(vfs, config, path.clone(), id) {
            Ok(file) => files.push(Arc::new(SourceFile { role: Role::Code, ..file })),
            Err(finding) => found.push(finding),
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let is_theme = |path: &RelPath| {
        config.theme_dir.as_ref().is_some_and(|theme| path.below(theme).is_some())
            || config.additional_css.contains(path)
            || config.additional_js.contains(path)
    };
    let is_source = |path: &RelPath| {
        let name = path.file_name().to_lowercase();
        ["markdown", "mdx", "mdown"].contains(&path.extension().to_lowercase().as_str()) || matches!(name.as_str(), "book.toml" | "docfx.json")
    };
    let in_assets = |path: &RelPath| config.assets.as_ref().is_none_or(|assets| assets.holds(path)) || is_theme(path);
    // Sources are read, never copied.
    let in_assets = |path: &RelPath| in_assets(path) && !is_source(path);
    let (code, others): (Vec<RelPath>, Vec<RelPath>) = others.into_iter().filter(in_assets).partition(|path| shown_as_code.contains(path));
    let assets: Vec<Asset> = others.into_iter().map(|path| Asset { id: vfs.id(&path), path }).collect();
    let code_assets = code.iter().map(|path| vfs.id(path)).collect();
    let sources = assemble(config, vfs, Walked { files, assets, code_assets, real_paths }, &mut found);
    (sources, found)
}

/// What a path is, as far as the configuration tells.
fn role(path: &RelPath, config: &Config) -> Option<Role> {
    if let Some(below) = config.theme_dir.as_ref().and_then(|theme| path.below(theme)) {
        return match (path.is_markdown(), below.as_str().starts_with("templates/") && path.extension() == "html") {
            (true, _) => Some(Role::Fragment),
            (false, true) => Some(Role::Template),
            (false, false) => None,
        };
    }
    let name = path.file_name().to_lowercase();
    if is_redirections(&name) || (path.parent() == RelPath::root() && matches!(name.as_str(), "redirections.yml" | "redirections.json")) {
        return Some(Role::Redirections);
    }
    let in_content = config.content.holds(path) && !is_left_out(path, config);
    match (path.is_markdown(), is_toc(&name)) {
        (_, true) if in_content => Some(Role::Toc),
        (true, _) if in_content && path.below(&config.src).is_some() => Some(Role::Page),
        (true, _) => Some(Role::Fragment),
        _ => None,
    }
}

/// Whether a file of this name, in lower case, is a table of contents, `--AUDIENCE` aside.
fn is_toc(name: &str) -> bool {
    let Some((stem, "yml" | "json" | "md")) = name.rsplit_once('.') else { return false };
    stem.split_once("--").map_or(stem, |(stem, _)| stem) == "toc"
}

/// Whether a file of this name lists redirections. It is read although its name is a hidden one.
pub(crate) fn is_redirections(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|name| name.contains(".openpublishing.redirection"))
}

/// What content leaves out unless it is named: fragments, and a repository's own documents at its root.
fn is_left_out(path: &RelPath, config: &Config) -> bool {
    let stem = path.stem().to_uppercase();
    let at_root = path.parent() == RelPath::root();
    let repository = at_root && (["README", "CHANGELOG", "CONTRIBUTING", "ARCHITECTURE"].contains(&stem.as_str()) || stem.starts_with("LICENSE"));
    (repository || path.is_inside_folder_named("includes")) && !config.content.names(path)
}

/// All files below the root, sorted. Hidden names, `node_modules`, `target` and the build directory are not entered.
fn walk(config: &Config, vfs: &Vfs, real_paths: &mut HashMap<RelPath, RelPath>, found: &mut Vec<Diagnostic>) -> Vec<RelPath> {
    let root = vfs.root();
    let build_dir = root.join(&config.build_dir);
    let mut paths = Vec::new();
    let mut outside = Vec::new();
    // The links to folders that are being walked.
    let mut links: Vec<PathBuf> = Vec::new();
    let enter = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_built = entry.file_type().is_dir() && matches!(&*name, "node_modules" | "target");
        // A site that was written by us is no content, wherever it is.
        let is_site = entry.file_type().is_dir() && entry.path().join(MANIFEST).is_file();
        let is_hidden = name.starts_with('.') && !(entry.file_type().is_file() && is_redirections(&name.to_lowercase()));
        entry.depth() == 0 || !(is_hidden || is_built || entry.path() == build_dir || is_site)
    };
    let stays_inside = |entry: &DirEntry| !entry.path_is_symlink() || entry.path().canonicalize().is_ok_and(|path| path.starts_with(root));
    let walker = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    let mut walker = walker.filter_entry(enter);
    while let Some(entry) = walker.next() {
        match entry {
            Ok(entry) if !stays_inside(&entry) => {
                if entry.file_type().is_dir() {
                    walker.skip_current_dir();
                }
                outside.extend(rel_path(root, entry.path()));
            }
            Ok(entry) if entry.file_type().is_file() => {
                links.retain(|link| entry.path().starts_with(link));
                let path = rel_path(root, entry.path());
                if entry.path_is_symlink() || !links.is_empty() {
                    let real = entry.path().canonicalize().ok().and_then(|real| rel_path(root, &real));
                    let Some(real) = real.filter(|real| !real.as_str().split('/').any(|name| name.starts_with('.'))) else {
                        // What is hidden stays hidden, by whatever name.
                        outside.extend(path);
                        continue;
                    };
                    real_paths.extend(path.clone().map(|path| (path, real)));
                }
                paths.extend(path);
            }
            Ok(entry) if entry.path_is_symlink() => links.push(entry.path().to_path_buf()),
            Ok(_) => {}
            Err(error) => {
                let path = error.path().and_then(|path| rel_path(root, path));
                let name = path.as_ref().map_or_else(|| ".".to_owned(), ToString::to_string);
                let why = match error.loop_ancestor() {
                    Some(_) => "the link leads to a folder that holds it".to_owned(),
                    None => error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
                };
                found.push(
                    FILE_UNREADABLE
                        .at(Place::Project, format!("`{name}` cannot be read: {why}"))
                        .help("remove it, or mend the link or the permissions"),
                );
            }
        }
    }
    for path in outside {
        found.push(
            PATH_OUTSIDE_ROOT
                .at(Place::Project, format!("the link `{path}` leads out of the project or to what is hidden in it"))
                .help("copy the file into the project: what is outside is not published"),
        );
    }
    paths.sort();
    paths
}

/// `path` below `root`. A name that is no Unicode is read lossily and then cannot be opened, which is reported.
fn rel_path(root: &Path, path: &Path) -> Option<RelPath> {
    let below = path.strip_prefix(root).ok()?;
    let names: Vec<String> = below.components().map(|name| name.as_os_str().to_string_lossy().into_owned()).collect();
    RelPath::new(&names.join("/")).ok()
}

fn read_file(vfs: &Vfs, config: &Config, path: RelPath, id: FileId) -> Result<SourceFile, Diagnostic> {
    let bytes = vfs
        .read(&path)
        .map_err(|error| FILE_UNREADABLE.at(Place::Project, format!("`{path}` cannot be read: {error}")).help("mend its name or its permissions"))?;
    let role = role(&path, config).unwrap_or(Role::Fragment);
    let hash = Hash128::of(&bytes);
    let mut diagnostics = Vec::new();
    let text = String::from_utf8(bytes).unwrap_or_else(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        diagnostics.push(
            INVALID_UTF8
                .at(Span::new(id, at..at + char::REPLACEMENT_CHARACTER.len_utf8()), "the file is no UTF-8 from here on; what is not was replaced")
                .help("save the file as UTF-8"),
        );
        text
    });
    let front = if path.is_markdown() {
        front_matter::read(id, &text, &mut diagnostics)
    } else {
        FrontMatter { body_start: text.len() - text.trim_start_matches(BOM).len(), ..FrontMatter::default() }
    };
    let conflicts = if path.is_markdown() { conflicts::find(id, &text, &mut diagnostics) } else { Vec::new() };
    Ok(SourceFile { id, path, text: text.into_boxed_str(), hash, role, front, conflicts, diagnostics })
}

/// What a walk over the project has found.
struct Walked {
    files: Vec<Arc<SourceFile>>,
    assets: Vec<Asset>,
    /// Those of the files that may be copied too.
    code_assets: HashSet<FileId>,
    real_paths: HashMap<RelPath, RelPath>,
}

fn assemble(config: &Config, vfs: &Vfs, walked: Walked, found: &mut Vec<Diagnostic>) -> SourceSet {
    let Walked { files, assets, code_assets, real_paths } = walked;
    let pages = || files.iter().filter(|file| file.role == Role::Page);
    let values: BTreeSet<String> = pages()
        .flat_map(|file| file.front.entries.iter().filter(|entry| entry.key == audience::KEY))
        .flat_map(|entry| front_matter::list(&entry.value))
        // A rule of the configuration makes audiences too, or it would never hold.
        .chain(config.file_audiences.iter().flat_map(|rule| rule.audiences.iter().cloned()))
        .chain(config.metadata.rules(audience::KEY).flat_map(|rule| config::names(&rule.value)))
        .map(|name| name.to_lowercase())
        .collect();
    let audiences = Audiences::resolve(&config.audiences, values);
    if config.audiences.is_empty() && !audiences.list().is_empty() {
        let names: Vec<String> = audiences.list().iter().map(|audience| format!("`{}`", audience.name)).collect();
        found.push(
            audience::AUDIENCE_INFERRED
                .at(Place::Project, format!("the audiences were taken from the pages: {}", names.join(", ")))
                .help("write them into `book.toml` as `[audiences.NAME]` to settle what each sees and knows"),
        );
    }
    let mut slots = vec![None; vfs.id_count()];
    let mut by_path = HashMap::default();
    let mut by_published: HashMap<RelPath, Vec<FileId>> = HashMap::default();
    let mut access = HashMap::default();
    let mut variants = HashMap::default();
    let mut real = HashMap::default();
    let mut rules_used = vec![false; config.file_audiences.len()];
    let all = files.par_iter().map(|file| (file.id, &file.path, Some(&**file))).chain(assets.par_iter().map(|asset| (asset.id, &asset.path, None)));
    // What each file says by itself is read side by side.
    let all = all.map(|(id, path, file)| {
        let markdown = file.filter(|file| file.path.is_markdown());
        let mut traces = Vec::new();
        audiences.check_traces(id, path, markdown, &mut traces);
        (id, path, file, audiences.variant(path), audiences.members(path, real_paths.get(path), markdown, Said::by(config)), traces)
    });
    for (slot, (id, path, file, variant, (members, named), mut traces)) in all.collect::<Vec<_>>().into_iter().enumerate() {
        slots[id.index()] = Some(slot);
        by_path.insert(path.clone(), id);
        let published = variant.as_ref().map_or_else(|| path.clone(), |(_, plain)| plain.clone());
        by_published.entry(published).or_default().push(id);
        if let Some((audience, published)) = variant
            && let Some(first) = variants.insert((published, audience), path)
        {
            let finding =
                audience::VARIANT_CONFLICT.at(id, format!("`{path}` and `{first}` are the same variant of one file; one of them is left out"));
            found.push(finding.help("remove or rename one of the two"));
        }
        found.append(&mut traces);
        real.extend(real_paths.get(path).map(|target| (id, target.clone())));
        for (rule, is_used) in config.file_audiences.iter().zip(&mut rules_used) {
            *is_used = *is_used || rule.files.holds(path) || real_paths.get(path).is_some_and(|path| rule.files.holds(path));
        }
        let is_page = file.is_some_and(|file| file.role == Role::Page);
        if let Some(file) = file.filter(|_| is_page) {
            audiences.check(file, (members, named), found);
        }
        access.insert(id, Access { members, named, is_page });
    }
    for (rule, _) in config.file_audiences.iter().zip(&rules_used).filter(|(_, is_used)| !**is_used) {
        let message = format!("`[[content.audience]]` for `{}` names no file", rule.pattern);
        let finding = audience::AUDIENCE_RULE_UNUSED.at(Place::Project, message);
        found.push(finding.help("write the glob as seen from the root of the project, such as `content/internal/**`"));
    }
    let names = Names { assets, code_assets, slots, by_path, by_published, access, real, audiences };
    SourceSet { root: vfs.root().to_path_buf(), files, names: Arc::new(names), metadata: config.metadata.clone() }
}
