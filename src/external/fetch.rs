//! One address: HEAD, GET where that is refused or the page itself is needed, and redirects step by step.

use std::collections::BTreeSet;
use std::time::Duration;

use indexmap::IndexMap;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};
use url::Url;

use super::schedule::{Job, Turn};
use crate::check::external::{Answer, Outcome};
use crate::config::External;
use crate::markdown;

/// How many redirects are followed.
const HOPS: usize = 10;
/// How many bytes of a page are looked through for places.
const PAGE: u64 = 4 * 1024 * 1024;
/// How long a host may ask to be left alone.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long a host is left alone that failed.
const PAUSE: Duration = Duration::from_secs(1);

/// Asks hosts.
pub(super) struct Fetcher {
    agent: Agent,
    headers: IndexMap<String, IndexMap<String, String>>,
}

/// What a host sent.
struct Reply {
    response: Response<Body>,
    url: Url,
    /// All redirects on the way were for good.
    is_permanent: bool,
    hops: usize,
}

impl Fetcher {
    pub(super) fn new(settings: &External) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(settings.timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("playpress/", env!("CARGO_PKG_VERSION"), " (checks links)"))
            .build();
        Self { agent: config.into(), headers: settings.headers.clone() }
    }

    pub(super) fn fetch(&self, job: &Job) -> Turn {
        let unsure = |why: String| Turn::Known(Outcome { answer: Answer::Unsure(why), moved: None, places: None });
        let Ok(url) = Url::parse(&job.url) else { return unsure("it cannot be read as an address".to_owned()) };
        let is_page_needed = !job.places.is_empty();
        let mut reply = match self.follow(&url, is_page_needed) {
            Ok(reply) => reply,
            Err(turn) => return turn,
        };
        // Not every host answers to HEAD as it does to GET.
        let is_refused = !reply.response.status().is_success() && reply.response.status() != StatusCode::TOO_MANY_REQUESTS;
        if !is_page_needed && is_refused {
            reply = match self.follow(&url, true) {
                Ok(reply) => reply,
                Err(turn) => return turn,
            };
        }
        judge(job, reply)
    }

    /// Asks for an address, and for those to which it leads.
    fn follow(&self, start: &Url, with_page: bool) -> Result<Reply, Turn> {
        let mut url = start.clone();
        let mut is_permanent = true;
        for hops in 0..=HOPS {
            let response = self.request(&url, with_page).map_err(|error| failed(&error))?;
            let status = response.status();
            let target = response.headers().get("location").and_then(|target| target.to_str().ok()).and_then(|target| url.join(target).ok());
            let Some(target) = target.filter(|_| status.is_redirection()) else {
                return Ok(Reply { response, url, is_permanent: is_permanent && hops > 0, hops });
            };
            is_permanent &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
            if !matches!(target.scheme(), "http" | "https") {
                return Err(known(Answer::Unsure(format!("it leads to `{}:`", target.scheme()))));
            }
            url = target;
        }
        Err(known(Answer::Unsure(format!("it leads from one address to another more than {HOPS} times"))))
    }

    fn request(&self, url: &Url, with_page: bool) -> Result<Response<Body>, ureq::Error> {
        let mut request = if with_page { self.agent.get(url.as_str()) } else { self.agent.head(url.as_str()) };
        for (name, value) in url.host_str().and_then(|host| self.headers.get(host)).into_iter().flatten() {
            request = request.header(name, value);
        }
        request.call()
    }
}

/// What a reply means.
fn judge(job: &Job, mut reply: Reply) -> Turn {
    let status = reply.response.status();
    match status.as_u16() {
        200..=299 => {}
        // It is there, for those who may see it.
        401 | 403 | 407 | 451 => return known(Answer::Found),
        429 | 503 => {
            let wait = retry_after(&reply.response);
            let why = format!("its host answers {}, which means later", status.as_u16());
            return if wait.is_some_and(|wait| wait > PATIENCE) { known(Answer::Unsure(why)) } else { Turn::Later(wait.unwrap_or(PAUSE), why) };
        }
        408 | 425 | 500..=599 => return Turn::Later(PAUSE, format!("its host answers {}", status.as_u16())),
        code @ 400..=499 => return known(Answer::Gone(code)),
        code => return known(Answer::Unsure(format!("its host answers {code}"))),
    }
    let moved = (reply.is_permanent && reply.hops > 0).then(|| reply.url.to_string());
    let is_html = reply.response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.contains("html"));
    let places = if job.places.is_empty() || !is_html { None } else { places(&mut reply.response, &job.places) };
    Turn::Known(Outcome { answer: Answer::Found, moved, places })
}

fn known(answer: Answer) -> Turn {
    Turn::Known(Outcome { answer, moved: None, places: None })
}

/// What a request that got no answer means.
fn failed(error: &ureq::Error) -> Turn {
    match error {
        ureq::Error::HostNotFound => known(Answer::Unsure("there is no such host, or no network".to_owned())),
        ureq::Error::Timeout(_) => Turn::Later(PAUSE, "its host did not answer in time".to_owned()),
        ureq::Error::ConnectionFailed | ureq::Error::Io(_) => Turn::Later(PAUSE, format!("its host cannot be reached: {error}")),
        error => known(Answer::Unsure(error.to_string())),
    }
}

/// How long a host wants to be left alone: seconds, or a date.
fn retry_after(response: &Response<Body>) -> Option<Duration> {
    let value = response.headers().get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(until.duration_since(jiff::Timestamp::now())).unwrap_or_default())
}

/// Those of the places that the page has; `None` where it cannot be read.
fn places(response: &mut Response<Body>, wanted: &BTreeSet<String>) -> Option<BTreeSet<String>> {
    let text = response.body_mut().with_config().limit(PAGE).lossy_utf8(true).read_to_string().ok()?;
    let ids = markdown::html_ids(&text);
    // GitHub gives ids to what people write with a word before it, and takes it away again by a script.
    let has = |place: &&String| ids.contains(*place) || ids.contains(&format!("user-content-{place}"));
    Some(wanted.iter().filter(has).cloned().collect())
}
