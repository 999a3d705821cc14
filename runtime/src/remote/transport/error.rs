//! Why a host cannot be worked on, from what ssh and the host said.

/// What sort of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectErrorKind {
    /// The network: trying again may help.
    Network,
    /// Nobody answers.
    Unreachable,
    /// The server let go before anybody said who they are, as it does when many come at once.
    Dropped,
    /// The key of the host is unknown or another one than before.
    HostKey,
    /// The host does not let the user in.
    Login,
    /// There is no ssh here.
    NoSsh,
    /// The other user cannot be had on the host.
    Sudo,
    /// The program cannot run on the host.
    Program,
    /// Anything else.
    Other,
}

/// A host cannot be worked on.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ConnectError {
    /// What sort of trouble it is.
    pub kind: ConnectErrorKind,
    /// What failed.
    pub message: String,
    /// What ssh or the host said, a line each.
    pub said: Vec<String>,
    /// What to do about it.
    pub hints: Vec<String>,
}

/// The most lines that are shown of what was said.
const SHOWN: usize = 12;

impl ConnectError {
    /// An error without what was said.
    pub fn new(kind: ConnectErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), said: Vec::new(), hints: Vec::new() }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what was said.
    #[must_use]
    pub fn with_words(mut self, text: &str) -> Self {
        self.said
            .extend(text.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(SHOWN).map(str::to_owned));
        self
    }

    /// What ssh's words mean; `host` is the name that it was given.
    pub fn of_ssh(words: &str, host: &str) -> Self {
        let has = |part: &str| words.contains(part);
        let (kind, hint) = if has("REMOTE HOST IDENTIFICATION HAS CHANGED") {
            let hint = format!(
                "find out why the key is another one; if that is in order, forget the old one: ssh-keygen -R {host}"
            );
            (ConnectErrorKind::HostKey, Some(hint))
        } else if has("Host key verification failed") || has("No matching host key") || has("host key is known for") {
            let hint = format!("compare and accept the key of the host once by hand: ssh {host}");
            (ConnectErrorKind::HostKey, Some(hint))
        } else if has("Permission denied") || has("Too many authentication failures") {
            let hint = format!(
                "no questions are asked here: give a key that has a passphrase to your agent (ssh-add), until `ssh -o \
                 BatchMode=yes {host}` works"
            );
            (ConnectErrorKind::Login, Some(hint))
        } else if has("Could not resolve hostname") {
            let hint = "see the name in the environment, `host_domain`, and `HostName` in ssh_config";
            (ConnectErrorKind::Other, Some(hint.to_owned()))
        } else if ["timed out", "No route to host", "Network is unreachable"].into_iter().any(has) {
            (ConnectErrorKind::Unreachable, None)
        } else if has("Connection refused") {
            (ConnectErrorKind::Network, None)
        } else if [
            "kex_exchange",
            "banner exchange",
            "Connection reset",
            "Connection closed",
            "closed by",
            "Broken pipe",
        ]
        .into_iter()
        .any(has)
        {
            (ConnectErrorKind::Dropped, None)
        } else {
            (ConnectErrorKind::Other, None)
        };
        let error = Self::new(kind, "ssh cannot connect").with_words(words);
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_ssh_are_understood() {
        use ConnectErrorKind::{Dropped, HostKey, Login, Network, Other, Unreachable};
        let table = [
            ("root@h: Permission denied (publickey).", Login),
            ("No ED25519 host key is known for [h]:22 and you have requested strict checking.", HostKey),
            ("Host key verification failed.", HostKey),
            ("@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @", HostKey),
            ("connect to host h port 22: Connection refused", Network),
            ("connect to host h port 22: Connection timed out", Unreachable),
            ("kex_exchange_identification: Connection closed by remote host", Dropped),
            ("Could not resolve hostname h: Name or service not known", Other),
            ("Bad configuration option: x", Other),
        ];
        for (words, kind) in table {
            let error = ConnectError::of_ssh(words, "h");
            assert_eq!((error.kind, error.said), (kind, vec![words.to_owned()]));
        }
    }
}
