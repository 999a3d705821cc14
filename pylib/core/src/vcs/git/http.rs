//! The way to repositories over HTTP and HTTPS: git's smart protocol as a transport for libgit2.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use git2::transport::{Service, SmartSubtransport, SmartSubtransportStream, Transport, register};
use git2::{Error, ErrorClass, ErrorCode};
use percent_encoding::percent_decode_str;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, ResponseExt};
use url::Url;

use crate::http::{credentials::basic_authorization, trust};

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// How long the other side may be silent. Large repositories are counted before the first byte.
const SILENCE_LIMIT: Duration = Duration::from_secs(600);

/// Makes libgit2 reach `http://` and `https://` by this transport. Any call after the first does nothing.
///
/// # Errors
/// What libgit2 says.
pub(super) fn install() -> Result<(), Error> {
    static INSTALLED: OnceLock<Result<(), String>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        for scheme in ["http", "https"] {
            // SAFETY: registering must not run beside the making of other transports. It runs once, and every operation of this
            // crate that makes one waits for it here.
            #[expect(unsafe_code, reason = "libgit2 offers no other way to add a transport")]
            let registered =
                unsafe { register(scheme, |remote| Transport::smart(remote, true, Subtransport::default())) };
            registered.map_err(|error| error.message().to_owned())?;
        }
        Ok(())
    });
    installed.clone().map_err(|message| Error::from_str(&message))
}

/// One conversation with a repository.
#[derive(Default)]
struct Subtransport {
    /// Where the repository really is, known after the first answer.
    place: Arc<Mutex<Option<Place>>>,
}

#[derive(Clone)]
struct Place {
    base: String,
    authorization: Option<String>,
}

impl SmartSubtransport for Subtransport {
    fn action(&self, url: &str, action: Service) -> Result<Box<dyn SmartSubtransportStream>, Error> {
        let mut known = self.place.lock().map_err(|_| Error::from_str("an earlier request failed"))?;
        match action {
            Service::UploadPackLs => {
                let (place, answer) = advertisement(&Place::parse(url)?)?;
                *known = Some(place);
                Ok(Box::new(Exchange { request: None, answer: Some(answer) }))
            }
            Service::UploadPack => {
                let place = known.clone().map_or_else(|| Place::parse(url), Ok)?;
                Ok(Box::new(Exchange { request: Some((place, Vec::new())), answer: None }))
            }
            Service::ReceivePackLs | Service::ReceivePack => Err(network("pushing is not supported")),
        }
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Place {
    /// Takes user and password out of an address.
    fn parse(url: &str) -> Result<Self, Error> {
        let mut url = Url::parse(url).map_err(|error| network(&format!("the address is wrong: {error}")))?;
        let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
        let authorization = (!url.username().is_empty() || url.password().is_some())
            .then(|| basic_authorization(&decoded(url.username()), &decoded(url.password().unwrap_or_default())));
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Ok(Place { base: url.as_str().trim_end_matches('/').to_owned(), authorization })
    }

    /// The place that an answer came from, if redirections led there. Credentials are for the host that they were given for.
    fn answered_from(&self, uri: &str) -> Self {
        let Some(base) = uri.split_once("/info/refs").map(|(base, _)| base.to_owned()) else {
            return self.clone();
        };
        let origin = |url: &str| Url::parse(url).map(|url| url.origin()).ok();
        let is_same = origin(&base).is_some() && origin(&base) == origin(&self.base);
        Place { base, authorization: self.authorization.clone().filter(|_| is_same) }
    }
}

/// Asks for the list of references.
fn advertisement(place: &Place) -> Result<(Place, Box<dyn Read + Send>), Error> {
    let mut request = agent()?.get(format!("{}/info/refs?service=git-upload-pack", place.base));
    if let Some(authorization) = &place.authorization {
        request = request.header("Authorization", authorization);
    }
    let answer = request.header("Pragma", "no-cache").call().map_err(|error| network(&error.to_string()))?;
    check(answer.status().as_u16())?;
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind != "application/x-git-upload-pack-advertisement" {
        return Err(network("the server does not offer the repository by git's smart protocol"));
    }
    let place = place.answered_from(&answer.get_uri().to_string());
    Ok((place, Box::new(answer.into_body().into_reader())))
}

/// Sends a request for objects.
fn upload_pack(place: &Place, body: &[u8]) -> Result<Box<dyn Read + Send>, Error> {
    let mut request = agent()?
        .post(format!("{}/git-upload-pack", place.base))
        .header("Content-Type", "application/x-git-upload-pack-request")
        .header("Accept", "application/x-git-upload-pack-result");
    if let Some(authorization) = &place.authorization {
        request = request.header("Authorization", authorization);
    }
    let answer = request.send(body).map_err(|error| network(&error.to_string()))?;
    check(answer.status().as_u16())?;
    Ok(Box::new(answer.into_body().into_reader()))
}

fn check(status: u16) -> Result<(), Error> {
    match status {
        200..=299 => Ok(()),
        401 | 403 => Err(Error::new(
            ErrorCode::Auth,
            ErrorClass::Http,
            format!("the server refused the credentials or their absence (status {status})"),
        )),
        404 => Err(Error::new(ErrorCode::NotFound, ErrorClass::Http, "the server has no such repository (status 404)")),
        status => Err(network(&format!("the server answered with status {status}"))),
    }
}

fn network(message: &str) -> Error {
    Error::new(ErrorCode::GenericError, ErrorClass::Net, message)
}

/// A request that is collected until its answer is read.
struct Exchange {
    request: Option<(Place, Vec<u8>)>,
    answer: Option<Box<dyn Read + Send>>,
}

impl Read for Exchange {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some((place, body)) = self.request.take() {
            self.answer =
                Some(upload_pack(&place, &body).map_err(|error| io::Error::other(error.message().to_owned()))?);
        }
        match &mut self.answer {
            Some(answer) => answer.read(buffer),
            None => Ok(0),
        }
    }
}

impl Write for Exchange {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.request {
            Some((_, body)) => {
                body.extend_from_slice(bytes);
                Ok(bytes.len())
            }
            None => Err(io::Error::other("the request has been sent")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What says whom to trust: a variable of git, and those that name other certificates than the system's.
const VARIABLES: [&str; 3] = ["GIT_SSL_CAINFO", trust::VARIABLES[0], trust::VARIABLES[1]];

type Named = [Option<OsString>; VARIABLES.len()];

/// The client, with the certificates of git's variable or of the system, and the proxy of the environment.
fn agent() -> Result<Agent, Error> {
    // Reading certificates takes some time, and definitions may change the environment.
    static AGENT: Mutex<Option<(Named, Agent)>> = Mutex::new(None);
    let named = VARIABLES.map(|name| std::env::var_os(name).filter(|value| !value.is_empty()));
    let mut known = AGENT.lock().map_err(|_| Error::from_str("an earlier request failed"))?;
    if let Some((_, agent)) = known.as_ref().filter(|(before, _)| *before == named) {
        return Ok(agent.clone());
    }
    let certificates = match &named[0] {
        Some(file) => trust::of_file(Path::new(file)).map_err(|error| {
            network(&format!("the certificates of {} cannot be read: {error}", Path::new(file).display()))
        })?,
        // Those that can be read do; without any, HTTPS says that the issuer is unknown.
        None => trust::system().certificates,
    };
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(certificates))
        .unversioned_rustls_crypto_provider(trust::cryptography())
        .build();
    let configuration = Agent::config_builder()
        .tls_config(tls)
        // Some servers offer the smart protocol to programs that look like git only.
        .user_agent("git/2 (batou)")
        .http_status_as_error(false)
        .redirect_auth_headers(ureq::config::RedirectAuthHeaders::SameHost)
        .timeout_connect(Some(CONNECT_LIMIT))
        .timeout_recv_response(Some(SILENCE_LIMIT))
        .timeout_per_read(Some(SILENCE_LIMIT))
        .build();
    Ok(known.insert((named, configuration.new_agent())).1.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_the_address_become_a_header() {
        let place = Place::parse("https://ada:l%C3%B6ve%40@example.com/x.git/").unwrap();
        assert_eq!(place.base, "https://example.com/x.git");
        assert_eq!(place.authorization.as_deref(), Some("Basic YWRhOmzDtnZlQA=="));
        assert_eq!(Place::parse("https://example.com/x").unwrap().authorization, None);
    }

    #[test]
    fn credentials_stay_with_their_host() {
        let place = Place::parse("https://ada:x@example.com/x").unwrap();
        let moved = place.answered_from("https://example.com/y.git/info/refs?service=git-upload-pack");
        assert_eq!((moved.base.as_str(), moved.authorization.is_some()), ("https://example.com/y.git", true));
        let away = place.answered_from("https://example.org/y.git/info/refs?service=git-upload-pack");
        assert_eq!((away.base.as_str(), away.authorization), ("https://example.org/y.git", None));
    }
}
