//! Where packages are looked for: requirements files, environment variables, pip's configuration files.

use std::path::{Path, PathBuf};

use url::Url;

use super::{PackageError, Requirements, Surroundings, masked};
use crate::fs;

/// Where packages are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexSettings {
    /// Indexes, the most important one first.
    pub indexes: Vec<Url>,
    /// Directories and pages with files.
    pub find_links: Vec<Url>,
    /// A file with certificates that count beside those of the system.
    pub certificates: Option<PathBuf>,
}

/// A text that names places, with what said so.
struct Setting {
    origin: String,
    value: String,
}

impl IndexSettings {
    /// Collects the settings. What a requirements file says wins over environment variables, those over configuration
    /// files; additional indexes and links of all of them count.
    ///
    /// # Errors
    /// A configuration file that cannot be read, or a place that is none.
    pub fn collect(requirements: &[&Requirements], surroundings: &Surroundings) -> Result<Self, PackageError> {
        let configuration = Configuration::read(surroundings)?;
        let variable = |names: &[&str]| {
            names.iter().find_map(|name| {
                let value = surroundings.variable(name)?;
                Some(Setting { origin: format!("environment variable {name}"), value })
            })
        };
        let from_files = requirements.iter().rev().find_map(|file| file.index.as_ref());
        let index = from_files
            .map(|(place, value)| Setting { origin: place.to_string(), value: value.clone() })
            .or_else(|| variable(&["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"]))
            .or_else(|| configuration.get("index-url"));
        let mut extra: Vec<Setting> = Vec::new();
        let mut links: Vec<Setting> = Vec::new();
        for file in requirements {
            let settings = |list: &[(super::Place, String)]| {
                list.iter()
                    .map(|(place, value)| Setting { origin: place.to_string(), value: value.clone() })
                    .collect::<Vec<_>>()
            };
            extra.extend(settings(&file.extra_indexes));
            links.extend(settings(&file.find_links));
        }
        extra.extend(
            variable(&["PIP_EXTRA_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"])
                .or_else(|| configuration.get("extra-index-url")),
        );
        links.extend(variable(&["PIP_FIND_LINKS", "UV_FIND_LINKS"]).or_else(|| configuration.get("find-links")));
        let without_index = requirements.iter().any(|file| file.without_index)
            || variable(&["PIP_NO_INDEX", "UV_NO_INDEX"])
                .or_else(|| configuration.get("no-index"))
                .is_some_and(|setting| is_true(&setting.value));
        let mut settings = Self {
            certificates: variable(&["PIP_CERT"])
                .or_else(|| configuration.get("cert"))
                .map(|setting| PathBuf::from(setting.value)),
            ..Self::default()
        };
        if !without_index {
            for setting in index.into_iter().chain(extra) {
                for address in setting.value.split_whitespace() {
                    let mut url = place_of(address, &setting.origin)?;
                    // The name of a package is added to it as one more part of the path.
                    if !url.path().ends_with('/') {
                        url.set_path(&format!("{}/", url.path()));
                    }
                    push_new(&mut settings.indexes, url);
                }
            }
        }
        for setting in links {
            // In files a line each, so that a path may have spaces; variables part them by spaces, as pip does.
            let parts: Vec<&str> = match Path::new(&setting.value).exists() {
                true => vec![&setting.value],
                false => setting.value.split_whitespace().collect(),
            };
            for address in parts {
                push_new(&mut settings.find_links, place_of(address, &setting.origin)?);
            }
        }
        Ok(settings)
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.indexes.is_empty() && self.find_links.is_empty()
    }
}

fn push_new(list: &mut Vec<Url>, url: Url) {
    if !list.contains(&url) {
        list.push(url);
    }
}

fn is_true(value: &str) -> bool {
    ["1", "true", "yes", "on", "y", "t"].contains(&value.trim().to_ascii_lowercase().as_str())
}

/// The address of an index: with a scheme, or a directory of this machine.
fn place_of(value: &str, origin: &str) -> Result<Url, PackageError> {
    let fail = |reason: String| PackageError::IndexSetting { origin: origin.to_owned(), value: masked(value), reason };
    // uv gives indexes names, as `name=https://...`.
    let value = match value.split_once('=') {
        Some((name, url)) if url.contains("://") && !name.contains([':', '/']) => url,
        _ => value,
    };
    if !value.contains("://") {
        let path = std::path::absolute(value).map_err(|error| fail(error.to_string()))?;
        return Url::from_file_path(&path).map_err(|()| fail("this is no path".to_owned()));
    }
    let url = Url::parse(value).map_err(|error| fail(error.to_string()))?;
    if !["http", "https", "file"].contains(&url.scheme()) {
        return Err(fail("only http, https and file addresses are known".to_owned()));
    }
    Ok(url)
}

/// pip's configuration files: of the system, the user and the virtual environment, the later one wins.
struct Configuration {
    values: Vec<(String, Setting)>,
}

impl Configuration {
    fn read(surroundings: &Surroundings) -> Result<Self, PackageError> {
        let mut configuration = Self { values: Vec::new() };
        let chosen = surroundings.variable("PIP_CONFIG_FILE");
        // pip reads no other file when this names the null device.
        if chosen.as_deref() == Some("/dev/null") {
            return Ok(configuration);
        }
        for path in configuration_files(surroundings) {
            configuration.take(&path)?;
        }
        if let Some(path) = chosen {
            configuration.take(Path::new(&path))?;
        }
        Ok(configuration)
    }

    fn take(&mut self, path: &Path) -> Result<(), PackageError> {
        if fs::follow(path)?.is_none_or(|data| !data.is_file()) {
            return Ok(());
        }
        let text = String::from_utf8(fs::read(path)?).map_err(|_| PackageError::NotText { file: path.to_owned() })?;
        let mut found: Vec<(bool, String, String)> = Vec::new();
        let mut section = String::new();
        for line in text.lines() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = name.to_owned();
            } else if line.starts_with([' ', '\t']) && !found.is_empty() {
                if let Some((_, _, value)) = found.last_mut() {
                    value.push(' ');
                    value.push_str(trimmed);
                }
            } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
                let key = key.trim().replace('_', "-").to_ascii_lowercase();
                // What is not asked about is remembered too, as its value may go on in the next line.
                let counts = section == "global" || section == "install";
                let key = if counts { key } else { String::new() };
                found.push((section == "install", key, value.trim().to_owned()));
            }
        }
        // The section of the command wins over the general one of the same file.
        found.sort_by_key(|(is_specific, _, _)| *is_specific);
        for (_, key, value) in found {
            if !key.is_empty() && !value.is_empty() {
                self.values.push((key, Setting { origin: path.display().to_string(), value }));
            }
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Option<Setting> {
        let (_, setting) = self.values.iter().rev().find(|(own, _)| own == key)?;
        Some(Setting { origin: format!("`{key}` of {}", setting.origin), value: setting.value.clone() })
    }
}

fn configuration_files(surroundings: &Surroundings) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let directories = surroundings.variable("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".to_owned());
    files.extend(std::env::split_paths(&directories).map(|directory| directory.join("pip/pip.conf")));
    files.push(PathBuf::from("/etc/pip.conf"));
    if let Some(home) = &surroundings.home {
        files.push(home.join(".pip/pip.conf"));
        if cfg!(target_os = "macos") {
            files.push(home.join("Library/Application Support/pip/pip.conf"));
        }
        let configuration =
            surroundings.variable("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
        files.push(configuration.join("pip/pip.conf"));
    }
    files.extend(surroundings.variable("VIRTUAL_ENV").map(|directory| Path::new(&directory).join("pip.conf")));
    files
}
