//! The client, run within playpress: what `playpress search` prints is what a reader of the site finds.

use std::collections::HashMap;

use anyhow::Context as _;
use rquickjs::function::Func;
use rquickjs::{CatchResultExt, Context, Ctx, Exception, Runtime};
use serde::{Deserialize, Serialize};

use super::{LANGUAGES_NAME, client, folder, languages};
use crate::site::{Content, Proof, Refusal, Site};

/// A page that was found.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// Its address from the root of the site, with the id of what fits best.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// The same as HTML, with marks as in `excerpt`.
    pub title_html: String,
    /// What stands there, as HTML; the words that were looked for are in `<mark>`.
    pub excerpt: String,
    /// How well it fits: a number to compare hits of one query by.
    pub score: f64,
    /// The sections and tasks of the page that fit, best first.
    pub rows: Vec<Row>,
    /// The same page in the next version of its collection.
    pub previews: Vec<Preview>,
    /// The language of its index.
    pub language: String,
}

/// A page in the next version of a collection.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Its address from the root of the site.
    pub url: String,
    /// What it is called.
    pub title: String,
}

/// A section or a task of a page that was found.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its address from the root of the site.
    pub url: String,
    /// Its heading, or the ID and the name of the task.
    pub title: String,
    /// The same as HTML, with marks.
    pub title_html: String,
    /// What stands there, as HTML.
    pub excerpt: String,
    /// `section` or `task`.
    pub kind: String,
}

/// What was found.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hits {
    /// The pages, best first.
    pub hits: Vec<Hit>,
    /// How many pages there are in all.
    pub total: usize,
    /// Words that no page has, and what they were taken for.
    pub read_as: Vec<ReadAs>,
}

/// A word that no page has.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadAs {
    /// As it was asked for.
    pub word: String,
    /// What it was taken for.
    pub read_as: String,
}

/// Searches a site without a browser.
pub struct Searcher {
    context: Context,
}

impl Searcher {
    /// The search of a site; its files are proved as those that are written, and the one that is refused comes back.
    ///
    /// # Errors
    /// Where the engine has no memory.
    pub fn new(site: &Site, proof: &Proof) -> anyhow::Result<Result<Self, Refusal>> {
        let languages = match proof.prove(&folder(site).join(LANGUAGES_NAME).unwrap_or_else(|_| folder(site)), languages(site)) {
            Ok(languages) => languages,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut files = HashMap::from([(LANGUAGES_NAME.to_owned(), languages)]);
        for path in site.indexes().paths() {
            let content = match site.indexes().file(path).map(|content| proof.prove(path, content)) {
                Some(Ok(Content::Bytes(bytes))) => String::from_utf8(bytes)?,
                Some(Err(refusal)) => return Ok(Err(refusal)),
                _ => continue,
            };
            let name = path.as_str().strip_prefix(folder(site).as_str()).unwrap_or_default();
            files.insert(name.trim_start_matches('/').to_owned(), content);
        }
        let context = Context::full(&Runtime::new()?)?;
        context.with(|ctx| {
            let load = move |ctx: Ctx<'_>, name: String| -> rquickjs::Result<()> {
                match files.get(&format!("{name}.js")) {
                    Some(script) => ctx.eval::<(), _>(script.as_str()),
                    None => Err(Exception::throw_message(&ctx, "there is no such file")),
                }
            };
            ctx.globals().set("playpressLoad", Func::from(load))?;
            ctx.eval::<(), _>(client())
        })?;
        Ok(Ok(Self { context }))
    }

    /// Finds at most `limit` pages for a reader of `language`.
    ///
    /// # Errors
    /// Where the client fails, which is a fault of playpress.
    pub fn find(&self, query: &str, language: &str, limit: usize) -> anyhow::Result<Hits> {
        let json =
            self.run("(query, lang, limit) => playpressSearch.at('').find(query, { lang, limit }).then(JSON.stringify)", query, language, limit)?;
        serde_json::from_str(&json).context("the client of the search answered with something odd")
    }

    fn run(&self, function: &str, query: &str, language: &str, limit: usize) -> anyhow::Result<String> {
        self.context.with(|ctx| {
            let function: rquickjs::Function = ctx.eval(function).catch(&ctx).map_err(|error| anyhow::anyhow!("{error}"))?;
            let promise: rquickjs::Promise = function.call((query, language, limit)).catch(&ctx).map_err(|error| anyhow::anyhow!("{error}"))?;
            promise.finish::<String>().catch(&ctx).map_err(|error| anyhow::anyhow!("{error}"))
        })
    }
}
