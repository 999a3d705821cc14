//! Option strings of rsync, as far as they say what the result is.

use std::path::PathBuf;

use super::error::{OptionError, SyncError};
use super::filter::Filter;
use crate::fs;

/// What to copy and what to keep of it.
#[derive(Debug, Clone, Default)]
pub struct SyncOptions {
    /// `-l`: links are copied as links.
    pub links: bool,
    /// `-L`: what a link leads to is copied.
    pub follow_links: bool,
    /// `-K`: a link to a directory in the target is as good as a directory.
    pub keep_directory_links: bool,
    /// `-p`: permissions are those of the source.
    pub permissions: bool,
    /// `-E`: files are executable as those of the source are.
    pub executability: bool,
    /// `-t`: the time of last change is that of the source.
    pub times: bool,
    /// Unless `-O`: also that of directories.
    pub directory_times: bool,
    /// `-o`: the owner is that of the source, if the process may set it.
    pub owner: bool,
    /// `-g`: the group is that of the source, if the process may set it.
    pub group: bool,
    /// `--devices`: device files are copied, if the process may make them.
    pub devices: bool,
    /// `--specials`: pipes and sockets are copied.
    pub specials: bool,
    /// `-c`, `-I`: contents are compared even if size and time agree.
    pub checksum: bool,
    /// `--size-only`: files of the same size count as equal.
    pub size_only: bool,
    /// `-u`: what is newer in the target stays.
    pub update: bool,
    /// `--existing`: nothing new is made.
    pub existing: bool,
    /// `--ignore-existing`: what is there stays.
    pub ignore_existing: bool,
    /// `--delete`: what the source does not have is removed.
    pub delete: bool,
    /// `--delete-excluded`: also what is left out.
    pub delete_excluded: bool,
    /// `--force`: directories with content make way for something else.
    pub force: bool,
    /// `-n`: nothing is changed.
    pub dry_run: bool,
    /// `--include`, `--exclude`.
    pub filter: Filter,
    recursive: bool,
    pattern_files: Vec<(bool, PathBuf)>,
}

const ATTRIBUTES: &str = "hard links, access lists and extended attributes are not copied";
const FILTERS: &str = "use --exclude and --include";

impl SyncOptions {
    /// Reads an option string, split into words as a shell would do it, and adds exclude patterns.
    ///
    /// # Errors
    /// Any option that is not understood: a copy that is not the one asked for would be worse than none.
    pub fn parse<S: AsRef<str>>(text: &str, exclude: &[S]) -> Result<Self, OptionError> {
        let mut options = Self { directory_times: true, ..Self::default() };
        let mut words = split(text)?.into_iter();
        while let Some(word) = words.next() {
            if let Some(long) = word.strip_prefix("--").filter(|long| !long.is_empty()) {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (long, None),
                };
                options.long(&word, name, value, &mut words)?;
            } else if let Some(letters) =
                word.strip_prefix('-').filter(|letters| !letters.is_empty() && *letters != "-")
            {
                for letter in letters.chars() {
                    options.short(letter)?;
                }
            } else {
                return Err(OptionError::NotAnOption { word });
            }
        }
        if !options.recursive {
            return Err(OptionError::NotRecursive);
        }
        // As rsync does it: the name itself decides in the order of the command line, where these come last.
        for pattern in exclude {
            options.filter.exclude(pattern.as_ref());
        }
        Ok(options)
    }

    /// The rules including those that stand in files of their own, which are read now.
    pub(super) fn complete_filter(&self) -> Result<Filter, SyncError> {
        let mut filter = self.filter.clone();
        for (takes, path) in &self.pattern_files {
            filter.add_lines(*takes, &fs::read(path)?);
        }
        Ok(filter)
    }

    fn short(&mut self, letter: char) -> Result<(), OptionError> {
        match letter {
            'a' => self.archive(),
            'r' => self.recursive = true,
            'l' => self.links = true,
            'L' => self.follow_links = true,
            'K' => self.keep_directory_links = true,
            'p' => self.permissions = true,
            'E' => self.executability = true,
            't' => self.times = true,
            'O' => self.directory_times = false,
            'o' => self.owner = true,
            'g' => self.group = true,
            'D' => (self.devices, self.specials) = (true, true),
            'c' | 'I' => self.checksum = true,
            'u' => self.update = true,
            'n' => self.dry_run = true,
            // What is said, how it is sent, and what a copy within one machine does not know.
            'v' | 'q' | 'h' | 'i' | 'P' | 'z' | 'W' | 'S' | 'J' | 'y' | '8' => {}
            'H' | 'A' | 'X' => return Err(unsupported(&format!("-{letter}"), Some(ATTRIBUTES))),
            'f' | 'F' | 'C' => return Err(unsupported(&format!("-{letter}"), Some(FILTERS))),
            letter => return Err(unsupported(&format!("-{letter}"), None)),
        }
        Ok(())
    }

    fn archive(&mut self) {
        self.recursive = true;
        self.links = true;
        self.permissions = true;
        self.times = true;
        self.owner = true;
        self.group = true;
        self.devices = true;
        self.specials = true;
    }

    fn long(
        &mut self,
        word: &str,
        name: &str,
        value: Option<String>,
        words: &mut impl Iterator<Item = String>,
    ) -> Result<(), OptionError> {
        match name {
            "exclude" | "include" | "exclude-from" | "include-from" => {
                let value = value.or_else(|| words.next());
                let value = value.ok_or_else(|| OptionError::MissingValue { option: word.to_owned() })?;
                match name {
                    "exclude" => self.filter.exclude(&value),
                    "include" => self.filter.include(&value),
                    _ => self.pattern_files.push((name == "include-from", value.into())),
                }
                return Ok(());
            }
            // How fast, how patient and in what portions: nothing that the result shows.
            "bwlimit" | "timeout" | "block-size" | "info" | "debug" | "out-format" | "log-format" | "outbuf"
            | "compress-level" | "zl" | "compress-choice" | "zc" | "checksum-choice" | "cc" => {
                return match value.or_else(|| words.next()) {
                    Some(_) => Ok(()),
                    None => Err(OptionError::MissingValue { option: word.to_owned() }),
                };
            }
            _ => {}
        }
        if value.is_some() {
            return match self.flag(name) {
                Ok(()) => Err(OptionError::UnexpectedValue { option: format!("--{name}") }),
                Err(_) => Err(unsupported(&format!("--{name}"), hint(name))),
            };
        }
        self.flag(name)
    }

    fn flag(&mut self, name: &str) -> Result<(), OptionError> {
        match name {
            "archive" => self.archive(),
            "recursive" => self.recursive = true,
            "links" => self.links = true,
            "no-links" | "no-l" => self.links = false,
            "copy-links" => self.follow_links = true,
            "keep-dirlinks" => self.keep_directory_links = true,
            "perms" => self.permissions = true,
            "no-perms" | "no-p" => self.permissions = false,
            "executability" => self.executability = true,
            "times" => self.times = true,
            "no-times" | "no-t" => self.times = false,
            "omit-dir-times" => self.directory_times = false,
            "owner" => self.owner = true,
            "no-owner" | "no-o" => self.owner = false,
            "group" => self.group = true,
            "no-group" | "no-g" => self.group = false,
            "devices" => self.devices = true,
            "specials" => self.specials = true,
            "no-devices" => self.devices = false,
            "no-specials" => self.specials = false,
            "no-D" => (self.devices, self.specials) = (false, false),
            "checksum" | "ignore-times" => self.checksum = true,
            "size-only" => self.size_only = true,
            "update" => self.update = true,
            "existing" | "ignore-non-existing" => self.existing = true,
            "ignore-existing" => self.ignore_existing = true,
            "delete" | "del" | "delete-before" | "delete-during" | "delete-delay" | "delete-after" => {
                self.delete = true
            }
            "delete-excluded" => (self.delete, self.delete_excluded) = (true, true),
            "force" => self.force = true,
            "dry-run" => self.dry_run = true,
            "inplace" | "no-inplace" | "whole-file" | "no-whole-file" | "verbose" | "no-verbose" | "quiet"
            | "no-motd" | "human-readable" | "no-human-readable" | "itemize-changes" | "progress" | "partial"
            | "stats" | "compress" | "no-compress" | "old-compress" | "new-compress" | "sparse" | "numeric-ids"
            | "fuzzy" | "fsync" | "preallocate" | "omit-link-times" | "8-bit-output" | "blocking-io"
            | "inc-recursive" | "no-inc-recursive" | "delay-updates" | "secluded-args" | "protect-args"
            | "open-noatime" => {}
            name => return Err(unsupported(&format!("--{name}"), hint(name))),
        }
        Ok(())
    }
}

fn unsupported(option: &str, hint: Option<&'static str>) -> OptionError {
    OptionError::Unsupported { option: option.to_owned(), hint }
}

fn hint(name: &str) -> Option<&'static str> {
    match name {
        "hard-links" | "acls" | "xattrs" => Some(ATTRIBUTES),
        "filter" | "cvs-exclude" => Some(FILTERS),
        "chmod" => Some("use a Mode component"),
        "chown" | "usermap" | "groupmap" => Some("use Owner and Group components"),
        "mkpath" => Some("use Directory(leading=True)"),
        _ => None,
    }
}

/// Splits a text into words as a shell does, without what a shell would expand.
fn split(text: &str) -> Result<Vec<String>, OptionError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(OptionError::OpenQuote)? {
                        '\'' => break,
                        inside => word.push(inside),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(OptionError::OpenQuote)? {
                        '"' => break,
                        '\\' => match characters.next().ok_or(OptionError::OpenQuote)? {
                            escaped @ ('"' | '\\' | '$' | '`') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        found @ ('$' | '`') => return Err(OptionError::Shell { found }),
                        inside => word.push(inside),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(characters.next()),
            found @ ('$' | '`' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => return Err(OptionError::Shell { found }),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}
