//! Which names of a tree are left out.

use super::wildcard;

/// Rules in their order; the first that matches decides, and what none matches is taken.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    rules: Vec<Rule>,
}

/// One pattern.
#[derive(Debug, Clone)]
struct Rule {
    takes: bool,
    /// Without the slashes that mark an anchor or a directory.
    pattern: Vec<u8>,
    anchored: bool,
    directories_only: bool,
    has_wildcards: bool,
}

impl Filter {
    /// Adds the pattern of an `--exclude` option. `+ pattern` includes, `- pattern` excludes, `!` forgets all before.
    pub fn exclude(&mut self, pattern: &str) {
        self.add(false, pattern.as_bytes());
    }

    /// Adds the pattern of an `--include` option.
    pub fn include(&mut self, pattern: &str) {
        self.add(true, pattern.as_bytes());
    }

    /// Adds the patterns of a file of them, one a line; empty lines and those that begin with `;` or `#` say nothing.
    pub(super) fn add_lines(&mut self, takes: bool, text: &[u8]) {
        for line in text.split(|byte| matches!(byte, b'\n' | b'\r')) {
            if !matches!(line.first(), None | Some(b';' | b'#')) {
                self.add(takes, line);
            }
        }
    }

    fn add(&mut self, takes: bool, text: &[u8]) {
        let (takes, text) = match text {
            b"!" => return self.rules.clear(),
            [b'-', b' ', rest @ ..] => (false, rest),
            [b'+', b' ', rest @ ..] => (true, rest),
            text => (takes, text),
        };
        let anchored = text.first() == Some(&b'/');
        let pattern = if anchored { &text[1..] } else { text };
        let directories_only = pattern.len() > 1 && pattern.ends_with(b"/");
        let pattern = if directories_only { &pattern[..pattern.len() - 1] } else { pattern };
        if pattern.is_empty() {
            return;
        }
        let has_wildcards = pattern.iter().any(|byte| b"*?[".contains(byte));
        self.rules.push(Rule { takes, pattern: pattern.to_vec(), anchored, directories_only, has_wildcards });
    }

    /// Whether a name is left out. `path` is relative to the top of the transfer, without a slash at its ends.
    pub fn leaves_out(&self, path: &[u8], is_directory: bool) -> bool {
        self.rules.iter().find(|rule| rule.matches(path, is_directory)).is_some_and(|rule| !rule.takes)
    }
}

impl Rule {
    fn matches(&self, path: &[u8], is_directory: bool) -> bool {
        if self.directories_only && !is_directory {
            return false;
        }
        let crosses = self.has_wildcards && self.pattern.windows(2).any(|pair| pair == b"**");
        let mut path = path.to_vec();
        // `directory/***` is the directory and all below it.
        if is_directory && self.pattern.ends_with(b"/***") {
            path.push(b'/');
        }
        if self.anchored {
            return self.is(&path);
        }
        if crosses {
            // At the beginning of any component, and at the slash before the first one for a pattern that wants one.
            let mut rooted = vec![b'/'];
            rooted.extend_from_slice(&path);
            let begins = rooted.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
            return begins.into_iter().any(|at| self.is(&rooted[at + 1..]))
                || self.pattern.starts_with(b"**") && self.is(&rooted);
        }
        // As many components from the end as the pattern has.
        let wanted = self.pattern.iter().filter(|byte| **byte == b'/').count();
        let mut slashes = path.iter().enumerate().rev().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        match slashes.nth(wanted) {
            Some(at) => self.is(&path[at + 1..]),
            None => self.is(&path),
        }
    }

    fn is(&self, text: &[u8]) -> bool {
        if self.has_wildcards { wildcard::matches(&self.pattern, text) } else { self.pattern == text }
    }
}
