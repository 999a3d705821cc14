use std::path::PathBuf;
use std::time::Duration;

/// How servers of HTTPS are verified.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Verification {
    /// By the certificates of the system.
    #[default]
    System,
    /// By those in a file.
    File(PathBuf),
    /// Not at all.
    Off,
}

/// How requests are made.
#[derive(Clone)]
pub struct HttpOptions {
    /// Headers of the request.
    pub headers: Vec<(String, String)>,
    /// User and password; those of the URL count otherwise.
    pub credentials: Option<(String, String)>,
    /// Added to the query of the URL.
    pub parameters: Vec<(String, String)>,
    /// Cookies of the request.
    pub cookies: Vec<(String, String)>,
    /// How long making a connection may take.
    pub connect_timeout: Option<Duration>,
    /// How long the server may say nothing.
    pub read_timeout: Option<Duration>,
    /// How servers are verified.
    pub verification: Verification,
    /// Whether redirects are followed.
    pub redirects: bool,
    /// Proxies by scheme, before those of the environment.
    pub proxies: Vec<(String, String)>,
    /// Whether the URL, and where it leads, must be of HTTPS.
    pub encrypted_only: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            headers: Vec::new(),
            credentials: None,
            parameters: Vec::new(),
            cookies: Vec::new(),
            connect_timeout: Some(Duration::from_secs(30)),
            read_timeout: Some(Duration::from_secs(60)),
            verification: Verification::System,
            redirects: true,
            proxies: Vec::new(),
            encrypted_only: false,
        }
    }
}
