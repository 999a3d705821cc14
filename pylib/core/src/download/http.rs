//! One request, with its redirects.

use std::io::Read;

use percent_encoding::percent_decode_str;
use ureq::http::Response;
use ureq::{Agent, Body, Proxy};
use url::Url;

use super::certificates;
use super::error::DownloadError;
use super::mask::masked;
use super::netrc;
use super::options::HttpOptions;
use super::proxy::proxy_for;
use crate::http::credentials::basic_authorization;

/// As many redirects as requests follows.
const MOST_REDIRECTS: usize = 30;

/// Why a request gave no answer that counts.
pub(super) enum Failure {
    /// It makes sense to try again.
    Again(String),
    /// It does not.
    Final(DownloadError),
}

/// What a server gave.
pub(super) struct Answer {
    /// Where in the file the body begins.
    pub(super) begin: u64,
    /// How much follows, if the server says so.
    pub(super) length: Option<u64>,
    /// What tells this content from a later one at the same place.
    pub(super) validator: Option<String>,
    pub(super) body: Box<dyn Read>,
}

/// The content at a URL, read as it comes. The error is only the reason.
pub(crate) fn open(url: &str, options: &HttpOptions) -> Result<Box<dyn Read>, String> {
    match ask(url, 0, None, options) {
        Ok(Some(answer)) => Ok(answer.body),
        Ok(None) => Err("the server answers with a part only".to_owned()),
        Err(Failure::Again(reason)) => Err(reason),
        Err(Failure::Final(error)) => Err(match error {
            DownloadError::Url { reason, .. } | DownloadError::Connection { reason, .. } => reason,
            DownloadError::Status { status, reason, .. } => format!("the server answers {status}{reason}"),
            error => error.to_string(),
        }),
    }
}

/// Asks for a file from a position on, or for all of it if it is no longer the one of `validator`. `None`: the server has
/// nothing from there on.
pub(super) fn ask(
    given: &str,
    from: u64,
    validator: Option<&str>,
    options: &HttpOptions,
) -> Result<Option<Answer>, Failure> {
    let wrong = |reason: String| Failure::Final(DownloadError::Url { url: masked(given).into_owned(), reason });
    let mut url = Url::parse(given).map_err(|error| wrong(error.to_string()))?;
    if !options.parameters.is_empty() {
        url.query_pairs_mut().extend_pairs(&options.parameters);
    }
    if options.encrypted_only && url.scheme() != "https" {
        return Err(wrong("only HTTPS is safe enough".to_owned()));
    }
    let first_origin = url.origin();
    let in_url = credentials(&url);
    for redirect in 0..=MOST_REDIRECTS {
        let is_elsewhere = url.origin() != first_origin;
        // Those of an argument count before those of the user's file, and these before those of the URL. The file says for
        // which host they are, all others are for the first one.
        let by_file = match (&options.credentials, url.host_str()) {
            (None, Some(host)) => netrc::credentials(host, &|name| std::env::var(name).ok()).map_err(Failure::Final)?,
            _ => None,
        };
        let credentials = match by_file {
            None if !is_elsewhere => options.credentials.clone().or_else(|| in_url.clone()),
            by_file => by_file,
        };
        let part = Part { from, validator };
        let response =
            send(&url, part, options, credentials.as_ref(), is_elsewhere).map_err(|failure| failure.of(given))?;
        let status = response.status().as_u16();
        if options.redirects
            && matches!(status, 301 | 302 | 303 | 307 | 308)
            && let Some(place) = response.headers().get("location").and_then(|place| place.to_str().ok())
        {
            url = url.join(place).map_err(|error| wrong(format!("redirected to what is no URL: {error}")))?;
            if !matches!((url.scheme(), options.encrypted_only), ("https", _) | ("http", false)) {
                return Err(wrong(format!("redirected to the scheme {:?}", url.scheme())));
            }
            continue;
        }
        let redirected_to = (redirect > 0).then(|| url.origin().ascii_serialization());
        return answer(response, from, given, redirected_to);
    }
    Err(wrong(format!("more than {MOST_REDIRECTS} redirects")))
}

fn answer(
    response: Response<Body>,
    from: u64,
    given: &str,
    redirected_to: Option<String>,
) -> Result<Option<Answer>, Failure> {
    let status = response.status();
    let encoded = response.headers().contains_key("content-encoding");
    let range = response.headers().get("content-range").and_then(|range| range.to_str().ok()).and_then(begin_of_range);
    let begin = match status.as_u16() {
        416 if from > 0 => return Ok(None),
        // A part of something else than what was asked for cannot be used.
        206 if range == Some(from) && !encoded => from,
        206 => return Ok(None),
        200..=299 => 0,
        code => {
            let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
            if matches!(code, 502..=504) {
                return Err(Failure::Again(format!("the server answers {code}{reason}")));
            }
            let url = masked(given).into_owned();
            return Err(Failure::Final(DownloadError::Status { url, status: code, reason, redirected_to }));
        }
    };
    let validator = validator(&response);
    let body = response.into_body();
    let length = if encoded { None } else { body.content_length() };
    Ok(Some(Answer { begin, length, validator, body: Box::new(body.into_reader()) }))
}

/// A strong tag, or else a date; only these may stand for a content.
fn validator(response: &Response<Body>) -> Option<String> {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    header("etag").filter(|tag| !tag.starts_with("W/")).or_else(|| header("last-modified")).map(str::to_owned)
}

/// What is wanted of a file.
#[derive(Clone, Copy)]
struct Part<'a> {
    from: u64,
    validator: Option<&'a str>,
}

/// What went wrong with one request.
enum RequestFailure {
    Failed(ureq::Error),
    Wrong(String),
    Other(DownloadError),
}

impl RequestFailure {
    fn of(self, given: &str) -> Failure {
        let url = || masked(given).into_owned();
        match self {
            Self::Other(error) => Failure::Final(error),
            Self::Wrong(reason) => Failure::Final(DownloadError::Url { url: url(), reason }),
            Self::Failed(error) => match &error {
                // An encrypted connection that is refused will be refused again.
                ureq::Error::Io(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
                    Failure::Final(DownloadError::Connection { url: url(), reason: cause.to_string(), attempts: 1 })
                }
                ureq::Error::Io(_)
                | ureq::Error::Timeout(_)
                | ureq::Error::HostNotFound
                | ureq::Error::ConnectionFailed
                | ureq::Error::Protocol(_) => Failure::Again(error.to_string()),
                _ => Failure::Final(DownloadError::Connection { url: url(), reason: error.to_string(), attempts: 1 }),
            },
        }
    }
}

fn send(
    url: &Url,
    part: Part<'_>,
    options: &HttpOptions,
    credentials: Option<&(String, String)>,
    is_elsewhere: bool,
) -> Result<Response<Body>, RequestFailure> {
    let variable = |name: &str| std::env::var(name).ok();
    let proxy = match proxy_for(url, &options.proxies, &variable) {
        Some(proxy) => Some(
            Proxy::new(&proxy)
                .map_err(|_| RequestFailure::Wrong(format!("the proxy for {} is no URL of a proxy", url.scheme())))?,
        ),
        None => None,
    };
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(proxy)
        .timeout_connect(options.connect_timeout)
        .timeout_per_read(options.read_timeout)
        .timeout_per_write(options.read_timeout)
        .accept_encoding("identity")
        .user_agent(concat!("batou/", env!("CARGO_PKG_VERSION")));
    if url.scheme() == "https" {
        config = config.tls_config(certificates::tls(&options.verification).map_err(RequestFailure::Other)?);
    }
    let agent: Agent = config.build().new_agent();
    let mut plain = url.clone();
    plain.set_fragment(None);
    // Both cannot fail for what has a host; credentials go into a header.
    let _ = plain.set_username("");
    let _ = plain.set_password(None);
    let mut request = agent.get(plain.as_str());
    for (name, value) in &options.headers {
        // Secrets are for the host that they were given for.
        let is_authorization = name.eq_ignore_ascii_case("authorization");
        let is_secret = is_authorization || name.eq_ignore_ascii_case("cookie");
        if !(is_elsewhere && is_secret || is_authorization && credentials.is_some()) {
            request = request.header(name, value);
        }
    }
    if let Some((user, password)) = credentials {
        request = request.header("authorization", basic_authorization(user.as_bytes(), password.as_bytes()));
    }
    if !options.cookies.is_empty() && !is_elsewhere {
        let cookies: Vec<_> = options.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request = request.header("cookie", cookies.join("; "));
    }
    if part.from > 0 {
        request = request.header("range", format!("bytes={}-", part.from));
        if let Some(validator) = part.validator {
            request = request.header("if-range", validator);
        }
    }
    request.call().map_err(RequestFailure::Failed)
}

fn credentials(url: &Url) -> Option<(String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    (!url.username().is_empty() || url.password().is_some())
        .then(|| (decode(url.username()), decode(url.password().unwrap_or_default())))
}

/// `bytes 5-9/10` begins at 5.
fn begin_of_range(range: &str) -> Option<u64> {
    range.strip_prefix("bytes ")?.split_once('-')?.0.trim().parse().ok()
}
