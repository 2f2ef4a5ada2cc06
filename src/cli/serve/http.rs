//! The web server: answers from memory, to this machine alone.

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Method, Request, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;

use super::{Answer, Shown};
use crate::text::escape::escaped;

type Shared = Arc<RwLock<Shown>>;

/// Answers until the program ends.
pub(super) async fn serve(listener: TcpListener, shown: Shared) -> anyhow::Result<()> {
    let app = Router::new().fallback(respond).with_state(shown);
    Ok(axum::serve(listener, app).await?)
}

async fn respond(State(shown): State<Shared>, request: Request<Body>) -> Response<Body> {
    if !is_local(&request) {
        return page(StatusCode::FORBIDDEN, "This server answers only to this machine, as 127.0.0.1 or localhost.");
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return page(StatusCode::METHOD_NOT_ALLOWED, "This server only shows pages.");
    }
    let path = percent_decode_str(request.uri().path().trim_start_matches('/')).decode_utf8_lossy().into_owned();
    let answer = tokio::task::spawn_blocking(move || shown.read().unwrap_or_else(PoisonError::into_inner).answer(&path)).await;
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
