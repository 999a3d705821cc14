use std::{
    collections::HashMap,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use ureq::{
    Agent, Proxy,
    config::AutoHeaderValue,
    http,
    tls::{ClientCert, PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::{HttpError, deflate::Inflated, trust};

/// A certificate by which the client shows who it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientCertificate {
    /// The file with the certificate and those above it.
    pub certificate: PathBuf,
    /// The file with the key; may be the same.
    pub key: PathBuf,
}

/// How to reach a server and how far to trust it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// How long connecting may take.
    pub connect_timeout: Option<Duration>,
    /// How long the server may say nothing.
    pub read_timeout: Option<Duration>,
    /// Whether any certificate will do.
    pub accept_any_certificate: bool,
    /// A file or directory with the certificates to trust, instead of the system's.
    pub certificates: Option<PathBuf>,
    /// Who the client is.
    pub client: Option<ClientCertificate>,
    /// The address of a proxy.
    pub proxy: Option<String>,
}

/// What a server answered. The body is read from the connection as it is asked for.
pub struct Answer {
    /// The number of the status.
    pub status: u16,
    /// The usual words for the status.
    pub reason: &'static str,
    /// 10 or 11.
    pub version: u8,
    /// Names, and values in which each byte is a character.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    pub body: Box<dyn Read + Send>,
}

/// Those who ask, by what they were asked with: they keep connections and trusted certificates.
static AGENTS: LazyLock<Mutex<HashMap<Options, Agent>>> = LazyLock::new(Mutex::default);

/// Sends a request and gives the answer, whatever its status is.
///
/// # Errors
/// What HTTP cannot ask for, certificates that cannot be read, and all that keeps an answer away.
pub fn request(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: Option<Vec<u8>>,
    options: &Options,
) -> Result<Answer, HttpError> {
    let agent = agent(options)?;
    let bad = |problem: String| HttpError::BadRequest { problem };
    let mut builder = http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        let value: Vec<u8> =
            value.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?')).collect();
        builder = builder.header(name, value);
    }
    let answer = match body {
        Some(body) => agent.run(builder.body(body).map_err(|error| bad(error.to_string()))?),
        None if matches!(method, "POST" | "PUT" | "PATCH") => {
            agent.run(builder.body(Vec::new()).map_err(|error| bad(error.to_string()))?)
        }
        None => agent.run(builder.body(()).map_err(|error| bad(error.to_string()))?),
    };
    let (parts, body) = answer?.into_parts();
    // What is packed with gzip was unpacked already. What else there is stays as it came; nobody asked for it.
    let is_deflated =
        parts.headers.get("content-encoding").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"deflate"));
    let body = body.into_with_config().limit(u64::MAX).reader();
    let body: Box<dyn Read + Send> = match method {
        // The headers are those of the body that a GET would bring.
        "HEAD" => Box::new(io::empty()),
        _ if is_deflated => Box::new(Inflated::new(body)),
        _ => Box::new(body),
    };
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = value.as_bytes().iter().copied().map(char::from).collect();
        (name.as_str().to_owned(), value)
    });
    Ok(Answer {
        status: parts.status.as_u16(),
        reason: parts.status.canonical_reason().unwrap_or_default(),
        version: if parts.version == http::Version::HTTP_10 { 10 } else { 11 },
        headers: headers.collect(),
        body,
    })
}

fn agent(options: &Options) -> Result<Agent, HttpError> {
    if let Some(agent) = AGENTS.lock().unwrap_or_else(PoisonError::into_inner).get(options) {
        return Ok(agent.clone());
    }
    let mut tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(trust::cryptography())
        .root_certs(RootCerts::Specific(trusted(options)?))
        .disable_verification(options.accept_any_certificate);
    if let Some(client) = &options.client {
        tls = tls.client_cert(Some(client_certificate(client)?));
    }
    let proxy = match &options.proxy {
        Some(proxy) => Some(Proxy::new(proxy).map_err(|_| HttpError::Proxy { proxy: without_credentials(proxy) })?),
        None => None,
    };
    let agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .user_agent(AutoHeaderValue::None)
        .accept(AutoHeaderValue::None)
        .accept_encoding(AutoHeaderValue::None)
        .timeout_connect(options.connect_timeout)
        .timeout_per_read(options.read_timeout)
        .tls_config(tls.build())
        .proxy(proxy)
        .build()
        .new_agent();
    AGENTS.lock().unwrap_or_else(PoisonError::into_inner).insert(options.clone(), agent.clone());
    Ok(agent)
}

fn without_credentials(proxy: &str) -> String {
    match proxy.rsplit_once('@') {
        Some((before, host)) => {
            let scheme = before.split_once("://").map_or("", |(scheme, _)| scheme);
            if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
        }
        None => proxy.to_owned(),
    }
}

/// The certificates to trust. That the system has none only shows when one is needed: plain HTTP works without.
fn trusted(options: &Options) -> Result<trust::Certificates, HttpError> {
    let Some(path) = &options.certificates else {
        return Ok(trust::system().certificates);
    };
    let mut files = vec![path.clone()];
    if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(|error| unusable(path, error))?;
        files = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect();
    }
    let mut certificates = Vec::new();
    for file in &files {
        certificates.extend(pem(file)?.into_iter().filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        }));
    }
    if certificates.is_empty() {
        return Err(unusable(path, "it holds none"));
    }
    Ok(Arc::new(certificates))
}

fn client_certificate(client: &ClientCertificate) -> Result<ClientCert, HttpError> {
    let mut chain = Vec::new();
    for item in pem(&client.certificate)? {
        if let PemItem::Certificate(certificate) = item {
            chain.push(certificate);
        }
    }
    let key = pem(&client.key)?.into_iter().find_map(|item| match item {
        PemItem::PrivateKey(key) => Some(key),
        _ => None,
    });
    match key {
        Some(key) if !chain.is_empty() => Ok(ClientCert::new_with_certs(&chain, key)),
        Some(_) => Err(unusable(&client.certificate, "it holds none")),
        None => Err(unusable(&client.key, "it holds no key")),
    }
}

fn pem(path: &Path) -> Result<Vec<PemItem<'static>>, HttpError> {
    let text = std::fs::read(path).map_err(|error| unusable(path, error))?;
    parse_pem(&text).collect::<Result<_, _>>().map_err(|error| unusable(path, error))
}

fn unusable(path: &Path, problem: impl ToString) -> HttpError {
    HttpError::Certificate { path: path.to_owned(), problem: problem.to_string() }
}
