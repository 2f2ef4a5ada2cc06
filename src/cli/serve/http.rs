//! The web server: answers from memory, to this machine alone.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, Response, StatusCode, header};
use futures_util::stream::{self, StreamExt};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{Answer, Desk, News, live};
use crate::text::escape::escaped;

/// What requests are answered from.
#[derive(Clone)]
struct Shared {
    desk: Arc<Desk>,
    news: watch::Receiver<News>,
}

/// Answers until the program ends.
pub(super) async fn serve(listener: TcpListener, desk: Arc<Desk>, news: watch::Receiver<News>) -> anyhow::Result<()> {
    let app = Router::new().fallback(respond).with_state(Shared { desk, news });
    Ok(axum::serve(listener, app).await?)
}

async fn respond(State(Shared { desk, news }): State<Shared>, request: Request<Body>) -> Response<Body> {
    if !is_local(&request) {
        return page(StatusCode::FORBIDDEN, "This server answers only to this machine, as 127.0.0.1 or localhost.");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return page(StatusCode::METHOD_NOT_ALLOWED, "This server only shows pages.");
    }
    let path = percent_decode_str(request.uri().path().trim_start_matches('/')).decode_utf8_lossy().into_owned();
    if let Some(own) = path.strip_prefix(live::BASE) {
        return match own {
            "live.js" => reply(StatusCode::OK, "text/javascript; charset=utf-8", live::SCRIPT.into()),
            "live.css" => reply(StatusCode::OK, "text/css; charset=utf-8", live::STYLE.into()),
            "events" => events(news),
            "findings" => reply(StatusCode::OK, "text/html; charset=utf-8", live::list_page(&desk).into_bytes()),
            "findings.json" => {
                let page = request.uri().query().and_then(|query| query.strip_prefix("page=")).map(|page| {
                    let page = percent_decode_str(page).decode_utf8_lossy().trim_start_matches('/').to_owned();
                    percent_decode_str(&page).decode_utf8_lossy().into_owned()
                });
                let found = tokio::task::spawn_blocking(move || live::findings(&desk, page.as_deref())).await;
                reply(StatusCode::OK, "application/json", found.unwrap_or_default().into_bytes())
            }
            _ => page(StatusCode::NOT_FOUND, "There is nothing here."),
        };
    }
    let answer = tokio::task::spawn_blocking(move || desk.shown().answer(&path)).await;
    match answer {
        Ok(Answer::File(output, bytes)) => {
            let mime = mime_guess::from_path(output.as_str()).first_or_octet_stream();
            let kind = if mime.type_() == mime_guess::mime::TEXT { format!("{mime}; charset=utf-8") } else { mime.to_string() };
            reply(StatusCode::OK, &kind, bytes)
        }
        Ok(Answer::Redirect(to)) => {
            let mut response = page(StatusCode::FOUND, "It is elsewhere.");
            if let Ok(to) = to.parse() {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Ok(Answer::Nothing) => page(StatusCode::NOT_FOUND, "There is no such page in this book."),
        Ok(Answer::Refused(why)) => page(StatusCode::INTERNAL_SERVER_ERROR, &why),
        // A fault of ours in one page must not end the server.
        Err(_) => page(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made; the terminal says why."),
    }
}

/// Server-sent events: what happens from now on.
fn events(news: watch::Receiver<News>) -> Response<Body> {
    let mut news = news;
    let known = *news.borrow_and_update();
    let greeting = stream::once(async { Ok::<_, Infallible>(": playpress\n\n".to_owned()) });
    let news = stream::unfold((news, known), |(mut news, known)| async move {
        news.changed().await.ok()?;
        let now = *news.borrow_and_update();
        let mut events = String::new();
        for (name, is_new) in
            [("reload", now.reloads != known.reloads), ("change", now.changes != known.changes), ("findings", now.findings != known.findings)]
        {
            if is_new {
                let _ = write!(events, "event: {name}\ndata: {}\n\n", now.changes);
            }
        }
        Some((Ok(events), (news, now)))
    });
    let mut response = reply(StatusCode::OK, "text/event-stream", Vec::new());
    *response.body_mut() = Body::from_stream(greeting.chain(news));
    response
}

/// Whether the request names this machine, so that no web page elsewhere can read through a name that leads here.
fn is_local(request: &Request<Body>) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn page(status: StatusCode, text: &str) -> Response<Body> {
    let html = format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>playpress</title><p>{}</p>", escaped(text));
    reply(status, "text/html; charset=utf-8", html.into_bytes())
}

fn reply(status: StatusCode, kind: &str, bytes: Vec<u8>) -> Response<Body> {
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(Body::from(bytes));
    response.unwrap_or_else(|_| Response::new(Body::empty()))
}
