//! Fetching pages and files.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use url::Url;

use super::{PackageError, masked};
use crate::fs;
use crate::http::trust;

/// No page and no wheel is larger.
const LIMIT: u64 = 2 * 1024 * 1024 * 1024;
/// So often is asked when there is no answer, or the server says that it cannot now.
const ATTEMPTS: u32 = 3;

/// What a server or the disk answered.
pub struct Answer {
    /// The content.
    pub content: Vec<u8>,
    /// The kind of the content, if that was said.
    pub kind: String,
    /// Where it came from in the end.
    pub url: Url,
}

/// Fetches from servers and from directories.
pub struct Http {
    certificates: Option<PathBuf>,
    is_offline: bool,
    agent: OnceLock<ureq::Agent>,
}

impl Http {
    /// With certificates beside those of the system, and perhaps without the network.
    pub fn new(certificates: Option<PathBuf>, is_offline: bool) -> Self {
        Self { certificates, is_offline, agent: OnceLock::new() }
    }

    /// Fetches what an address leads to. `None`: there is nothing.
    ///
    /// # Errors
    /// No answer, or one that says neither.
    pub fn get(&self, url: &Url, accept: &str) -> Result<Option<Answer>, PackageError> {
        if url.scheme() == "file" {
            return from_disk(url);
        }
        let shown = masked(url.as_str());
        if self.is_offline {
            return Err(PackageError::Offline { what: shown });
        }
        let agent = self.agent()?;
        let fail = |reason: String| PackageError::Fetch { url: shown.clone(), reason };
        let mut attempt = 1;
        loop {
            let reason = match self.ask(agent, url, accept) {
                Ok((200, answer)) => return Ok(Some(answer)),
                Ok((404 | 410, _)) => return Ok(None),
                Ok((status @ (401 | 403 | 407), _)) => {
                    return Err(fail(format!("the server answers {status}: it wants other credentials")));
                }
                Ok((status, _)) if status != 429 && status < 500 => {
                    return Err(fail(format!("the server answers {status}")));
                }
                Ok((status, _)) => format!("the server answers {status}"),
                Err(error) => masked(&error.to_string()),
            };
            if attempt == ATTEMPTS {
                return Err(fail(reason));
            }
            std::thread::sleep(Duration::from_millis(200 * u64::from(attempt * attempt)));
            attempt += 1;
        }
    }

    fn ask(&self, agent: &ureq::Agent, url: &Url, accept: &str) -> Result<(u16, Answer), ureq::Error> {
        use ureq::ResponseExt as _;
        let mut response = agent.get(url.as_str()).header("accept", accept).call()?;
        let status = response.status().as_u16();
        let last = Url::parse(&response.get_uri().to_string()).unwrap_or_else(|_| url.clone());
        let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let content = match status {
            200 => response.body_mut().with_config().limit(LIMIT).read_to_vec()?,
            _ => Vec::new(),
        };
        Ok((status, Answer { content, kind, url: last }))
    }

    fn agent(&self) -> Result<&ureq::Agent, PackageError> {
        if let Some(agent) = self.agent.get() {
            return Ok(agent);
        }
        let mut certificates = trust::system().certificates;
        if let Some(path) = &self.certificates {
            let pem = fs::read(path)?;
            Arc::make_mut(&mut certificates).extend(parse_pem(&pem).filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            }));
        }
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(certificates))
            .unversioned_rustls_crypto_provider(trust::cryptography())
            .build();
        let agent = ureq::Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(30)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_recv_body(Some(Duration::from_secs(600)))
            .user_agent(concat!("batou/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(self.agent.get_or_init(|| agent))
    }
}

/// What stands on the disk; a directory answers with its `index.html`, or with a page of links to its files.
fn from_disk(url: &Url) -> Result<Option<Answer>, PackageError> {
    let fail = |reason: &str| PackageError::Fetch { url: url.to_string(), reason: reason.to_owned() };
    let path = url.to_file_path().map_err(|()| fail("this is no path of this machine"))?;
    let Some(data) = fs::follow(&path)? else {
        return Ok(None);
    };
    if !data.is_dir() {
        let content = fs::read(&path)?;
        let kind = if path.extension().is_some_and(|extension| extension == "json") { "json" } else { "text/html" };
        return Ok(Some(Answer { content, kind: kind.to_owned(), url: url.clone() }));
    }
    let directory = Url::from_directory_path(&path).map_err(|()| fail("this is no path of this machine"))?;
    let page = path.join("index.html");
    let content = if page.is_file() {
        fs::read(&page)?
    } else {
        let mut names = fs::list(&path)?.unwrap_or_default();
        names.sort_unstable();
        let mut links = String::new();
        for name in names {
            if let Ok(link) = Url::from_file_path(path.join(&name)) {
                links.push_str(&format!(
                    "<a href=\"{}\"></a>\n",
                    link.as_str().replace('&', "&amp;").replace('"', "&quot;")
                ));
            }
        }
        links.into_bytes()
    };
    Ok(Some(Answer { content, kind: "text/html".to_owned(), url: directory }))
}
