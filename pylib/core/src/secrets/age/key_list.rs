//! Public keys that members publish at an address.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::AgeError;
use super::recipients::ssh_recipient;
use crate::download::{self, HttpOptions, masked};
use crate::secrets::Dialogue;

/// How long a server may take for everything.
const TIME: Duration = Duration::from_secs(30);
/// More keys than anybody has.
const MOST_BYTES: usize = 1 << 20;

/// Key lists, each fetched once.
pub(super) struct KeyLists {
    fetched: HashMap<String, Vec<String>>,
    dialogue: Arc<dyn Dialogue>,
}

impl KeyLists {
    pub(super) fn new(dialogue: Arc<dyn Dialogue>) -> Self {
        Self { fetched: HashMap::new(), dialogue }
    }

    /// The usable keys at an address, sorted.
    pub(super) fn keys(&mut self, url: &str) -> Result<&[String], AgeError> {
        if !self.fetched.contains_key(url) {
            let text = fetch(url).map_err(|problem| AgeError::KeyList { url: masked(url).into_owned(), problem })?;
            let keys = usable(&text, &masked(url), &*self.dialogue);
            if keys.is_empty() {
                let problem = "there is no key ssh-ed25519 or ssh-rsa at the address".to_owned();
                return Err(AgeError::Member { member: masked(url).into_owned(), problem });
            }
            self.fetched.insert(url.to_owned(), keys);
        }
        Ok(&self.fetched[url])
    }
}

/// Those lines that are keys which age can encrypt for, in the order of their characters. Others are told of.
fn usable(text: &str, shown: &str, dialogue: &dyn Dialogue) -> Vec<String> {
    let mut keys = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let kind = line.split_whitespace().next().unwrap_or_default();
        match ssh_recipient(line) {
            Ok(_) => keys.push(line.to_owned()),
            Err(problem) if matches!(kind, "ssh-ed25519" | "ssh-rsa") => {
                dialogue.warn(&format!("a key {kind} at {shown} is left out: {problem}"));
            }
            Err(_) => {
                // What is no list of keys at all, such as a page, need not be shown whole.
                let kind: String = kind.chars().take(40).collect();
                dialogue
                    .warn(&format!("a line {kind:?} at {shown} is left out: only ssh-ed25519 and ssh-rsa can be used"));
            }
        }
    }
    keys.sort_unstable();
    keys
}

fn fetch(url: &str) -> Result<String, String> {
    let options = HttpOptions {
        connect_timeout: Some(Duration::from_secs(10)),
        read_timeout: Some(Duration::from_secs(15)),
        encrypted_only: true,
        ..HttpOptions::default()
    };
    let begin = Instant::now();
    let mut body = download::open(url, &options)?;
    let mut bytes = Vec::new();
    let mut buffer = [0; 1 << 14];
    loop {
        let count = body.read(&mut buffer).map_err(|error| error.to_string())?;
        if count == 0 {
            break;
        }
        bytes.extend_from_slice(&buffer[..count]);
        if bytes.len() > MOST_BYTES {
            return Err(format!("more than {MOST_BYTES} bytes are no list of keys"));
        }
        if begin.elapsed() > TIME {
            return Err(format!("the server takes more than {} seconds", TIME.as_secs()));
        }
    }
    String::from_utf8(bytes).map_err(|_| "it is not encoded in UTF-8".to_owned())
}
