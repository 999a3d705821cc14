use std::{io, path::PathBuf};

use thiserror::Error;

/// Why there is no answer, or no more of it.
#[derive(Debug, Error)]
pub enum HttpError {
    /// Not something that HTTP can ask for.
    #[error("the request cannot be made: {problem}")]
    BadRequest {
        /// What is wrong.
        problem: String,
    },
    /// A file of certificates or a key is of no use.
    #[error("no certificate or key can be read from {}: {problem}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The proxy's address.
    #[error("{proxy:?} is no address of a proxy")]
    Proxy {
        /// What was given, without credentials.
        proxy: String,
    },
    /// There is no such host.
    #[error("the name of the host cannot be resolved")]
    UnknownHost,
    /// Nobody answered the attempt to connect in time.
    #[error("timed out while connecting")]
    ConnectTimeout,
    /// The server said nothing for too long.
    #[error("timed out while waiting for the server")]
    ReadTimeout,
    /// The identity of the server, or the encryption.
    #[error("no secure connection: {problem}")]
    Tls {
        /// What is wrong.
        problem: String,
    },
    /// The server does not keep to the protocol.
    #[error("the answer is not HTTP: {problem}")]
    Protocol {
        /// What is wrong.
        problem: String,
    },
    /// The connection was refused or lost.
    #[error("the connection failed")]
    Connection(#[source] io::Error),
}

impl HttpError {
    /// A word for the kind of error.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::BadRequest { .. } => "request",
            Self::Certificate { .. } => "certificate",
            Self::Proxy { .. } => "proxy",
            Self::UnknownHost | Self::Connection(_) => "connection",
            Self::ConnectTimeout => "connect-timeout",
            Self::ReadTimeout => "read-timeout",
            Self::Tls { .. } => "tls",
            Self::Protocol { .. } => "protocol",
        }
    }
}

impl From<ureq::Error> for HttpError {
    fn from(error: ureq::Error) -> Self {
        use ureq::{Error, Timeout};
        match error {
            Error::Io(error) => error.into(),
            Error::Timeout(Timeout::Connect | Timeout::Resolve) => Self::ConnectTimeout,
            Error::Timeout(_) => Self::ReadTimeout,
            Error::HostNotFound => Self::UnknownHost,
            Error::Tls(problem) => Self::Tls { problem: problem.to_owned() },
            Error::Rustls(error) => Self::Tls { problem: error.to_string() },
            Error::Http(error) => Self::BadRequest { problem: error.to_string() },
            Error::BadUri(problem) => Self::BadRequest { problem },
            Error::Protocol(error) => Self::Protocol { problem: error.to_string() },
            Error::ConnectionFailed => Self::Connection(io::Error::from(io::ErrorKind::NotConnected)),
            error => Self::Protocol { problem: error.to_string() },
        }
    }
}

impl From<io::Error> for HttpError {
    /// What the client wraps into errors of input and output is unwrapped.
    fn from(error: io::Error) -> Self {
        match error.downcast::<ureq::Error>() {
            Ok(inner) => inner.into(),
            Err(error) => match error.downcast::<rustls::Error>() {
                Ok(inner) => Self::Tls { problem: inner.to_string() },
                Err(error) => Self::Connection(error),
            },
        }
    }
}
