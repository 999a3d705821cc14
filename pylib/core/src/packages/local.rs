//! Packages in directories of the project: what they need and where their modules are, read without running anything.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use pep508_rs::{ExtraName, PackageName, Requirement, VerbatimUrl};

use super::PackageError;
use super::environment::marker_environment;
use super::metadata::{Metadata, parse_requirement};
use super::setup_py;
use crate::fs;

/// A package in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPackage {
    /// Its name.
    pub name: PackageName,
    /// Its name as it is written.
    pub title: String,
    /// Its version, if it says one that needs no program to be found out.
    pub version: Option<String>,
    /// What it is for, in its own words.
    pub summary: String,
    /// The directory that its modules are found in.
    pub search: PathBuf,
    /// What it requires always.
    pub requires: Vec<String>,
    /// What its extras require.
    pub extras: Vec<(String, Vec<String>)>,
    /// Its entry points by group, each as `name = module:object`.
    pub entry_points: Vec<(String, Vec<String>)>,
    /// The files that say so.
    pub files: Vec<(PathBuf, Vec<u8>)>,
}

/// What one file says.
#[derive(Debug, Default)]
pub struct Description {
    /// The name.
    pub name: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// The directory of the modules, relative.
    pub source: Option<String>,
    /// What is required, if the file says it.
    pub requires: Option<Vec<String>>,
    /// What extras require.
    pub extras: Vec<(String, Vec<String>)>,
    /// What it is for.
    pub summary: Option<String>,
    /// The entry points by group, each as `name = module:object`.
    pub entry_points: Vec<(String, Vec<String>)>,
}

impl LocalPackage {
    /// Reads `pyproject.toml`, `setup.cfg` and `setup.py` of a directory; what an earlier one says wins.
    ///
    /// # Errors
    /// There is none of them, none says the name, or what one says can only be found out by running it.
    pub fn read(directory: &Path) -> Result<Self, PackageError> {
        let fail =
            |file: &Path, reason: &str| PackageError::LocalPackage { file: file.to_owned(), reason: reason.to_owned() };
        if !directory.is_dir() {
            return Err(fail(directory, "there is no such directory"));
        }
        let mut files = Vec::new();
        let mut merged = Description::default();
        let readers: [(&str, Reader); 3] =
            [("pyproject.toml", from_pyproject), ("setup.cfg", from_setup_cfg), ("setup.py", setup_py::read)];
        for (name, read) in readers {
            let path = directory.join(name);
            if fs::follow(&path)?.is_none() {
                continue;
            }
            let content = fs::read(&path)?;
            let text = std::str::from_utf8(&content).map_err(|_| PackageError::NotText { file: path.clone() })?;
            let is_complete = merged.name.is_some() && merged.requires.is_some();
            // A later file is the rest of an older time, so what cannot be understood there does not matter.
            match read(text) {
                Ok(found) => merge(&mut merged, found),
                Err(_) if is_complete => {}
                Err(reason) => return Err(fail(&path, &reason)),
            }
            files.push((path, content));
        }
        if files.is_empty() {
            return Err(fail(
                directory,
                "this is no package: it has neither pyproject.toml nor setup.cfg nor setup.py",
            ));
        }
        let name = merged.name.ok_or_else(|| fail(&files[0].0, "it does not say the name of the package"))?;
        let title = name;
        let name = PackageName::from_str(&title).map_err(|error| fail(&files[0].0, &error.to_string()))?;
        let search = match merged.source.filter(|source| !source.is_empty() && source != ".") {
            Some(source) => directory.join(source),
            None if directory.join("src").is_dir() && !directory.join("src/__init__.py").exists() => {
                directory.join("src")
            }
            None => directory.to_owned(),
        };
        let mut version = merged.version;
        if version.is_none()
            && let Some((path, content, made)) = made_metadata(&name, &search)
        {
            version = Some(made.version);
            files.push((path, content));
        }
        Ok(Self {
            name,
            title,
            version,
            summary: merged.summary.unwrap_or_default(),
            search,
            requires: merged.requires.unwrap_or_default(),
            extras: merged.extras,
            entry_points: merged.entry_points,
            files,
        })
    }

    /// The requirements that count here, with some extras.
    ///
    /// # Errors
    /// One that is not understood.
    pub fn requirements(&self, extras: &[ExtraName]) -> Result<Vec<Requirement<VerbatimUrl>>, PackageError> {
        let wanted =
            self.extras.iter().filter(|(name, _)| ExtraName::from_str(name).is_ok_and(|name| extras.contains(&name)));
        let texts = self.requires.iter().chain(wanted.flat_map(|(_, texts)| texts));
        let mut found = Vec::new();
        for text in texts {
            let requirement = parse_requirement(text, Path::new("/")).map_err(|error| PackageError::LocalPackage {
                file: self.files[0].0.clone(),
                reason: format!("`{text}`: {error}"),
            })?;
            if requirement.evaluate_markers(marker_environment(), extras) {
                found.push(requirement);
            }
        }
        Ok(found)
    }
}

/// What setuptools wrote beside the modules when the package was installed somewhere: it may have run a program to know
/// the version.
fn made_metadata(name: &PackageName, search: &Path) -> Option<(PathBuf, Vec<u8>, Metadata)> {
    let names = fs::list(search).ok()??;
    let is_own = |file: &&std::ffi::OsString| {
        let stem = file.to_str().and_then(|file| file.strip_suffix(".egg-info"));
        stem.is_some_and(|stem| PackageName::from_str(stem).is_ok_and(|own| own == *name))
    };
    let path = search.join(names.iter().find(is_own)?).join("PKG-INFO");
    let content = fs::read(&path).ok()?;
    let metadata = Metadata::parse(&String::from_utf8_lossy(&content));
    (!metadata.version.is_empty()).then_some((path, content, metadata))
}

type Reader = fn(&str) -> Result<Description, String>;

fn merge(merged: &mut Description, found: Description) {
    merged.name = merged.name.take().or(found.name);
    merged.version = merged.version.take().or(found.version);
    merged.source = merged.source.take().or(found.source);
    merged.requires = merged.requires.take().or(found.requires);
    if merged.extras.is_empty() {
        merged.extras = found.extras;
    }
    merged.summary = merged.summary.take().or(found.summary);
    if merged.entry_points.is_empty() {
        merged.entry_points = found.entry_points;
    }
}

fn from_pyproject(text: &str) -> Result<Description, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let mut description = Description::default();
    let tool = |names: &[&str]| -> Option<&toml::Value> {
        names.iter().try_fold(table.get("tool")?, |value, name| value.get(name))
    };
    if let Some(project) = table.get("project") {
        let dynamic = texts(project.get("dynamic"));
        description.name = project.get("name").and_then(toml::Value::as_str).map(str::to_owned);
        description.version = project.get("version").and_then(toml::Value::as_str).map(str::to_owned);
        if !dynamic.iter().any(|name| name == "dependencies") {
            description.requires = Some(texts(project.get("dependencies")));
        }
        if let Some(extras) = project.get("optional-dependencies").and_then(toml::Value::as_table) {
            description.extras = extras.iter().map(|(name, value)| (name.clone(), texts(Some(value)))).collect();
        }
        description.summary = project.get("description").and_then(toml::Value::as_str).map(str::to_owned);
        let groups = [("console_scripts", "scripts"), ("gui_scripts", "gui-scripts")];
        let groups = groups.map(|(group, key)| (group.to_owned(), project.get(key)));
        let others = project.get("entry-points").and_then(toml::Value::as_table).into_iter().flatten();
        description.entry_points = groups
            .into_iter()
            .chain(others.map(|(group, value)| (group.clone(), Some(value))))
            .filter_map(|(group, value)| Some((group, assignments(value?.as_table()?))))
            .collect();
        let dependencies = tool(&["setuptools", "dynamic", "dependencies"]);
        if description.requires.is_none() && dependencies.is_some() {
            return Err("its dependencies stand in another file; write them into [project] dependencies".to_owned());
        }
    } else if let Some(poetry) = tool(&["poetry"]) {
        description.name = poetry.get("name").and_then(toml::Value::as_str).map(str::to_owned);
        description.version = poetry.get("version").and_then(toml::Value::as_str).map(str::to_owned);
        description.version = poetry.get("version").and_then(toml::Value::as_str).map(str::to_owned);
        description.summary = poetry.get("description").and_then(toml::Value::as_str).map(str::to_owned);
        let scripts = poetry.get("scripts").map(|value| ("console_scripts".to_owned(), value));
        let plugins = poetry.get("plugins").and_then(toml::Value::as_table).into_iter().flatten();
        description.entry_points = scripts
            .into_iter()
            .chain(plugins.map(|(group, value)| (group.clone(), value)))
            .filter_map(|(group, value)| Some((group, assignments(value.as_table()?))))
            .collect();
        let dependencies = poetry.get("dependencies").and_then(toml::Value::as_table);
        if dependencies.is_some_and(|table| table.keys().any(|name| name != "python")) {
            return Err(
                "versions as poetry writes them are not understood; write them into [project] dependencies".to_owned()
            );
        }
        description.requires = Some(Vec::new());
    } else if let Some(flit) = tool(&["flit", "metadata"]) {
        let name = flit.get("dist-name").or_else(|| flit.get("module"));
        description.name = name.and_then(toml::Value::as_str).map(str::to_owned);
        description.requires = Some(texts(flit.get("requires")));
    }
    let first = |value: Option<&toml::Value>| texts(value).into_iter().next();
    description.source = tool(&["setuptools", "package-dir"])
        .and_then(|value| value.get(""))
        .and_then(toml::Value::as_str)
        .map(str::to_owned)
        .or_else(|| first(tool(&["setuptools", "packages", "find", "where"])))
        .or_else(|| first(tool(&["hatch", "build", "targets", "wheel", "sources"])));
    Ok(description)
}

/// The entry points of a table.
fn assignments(table: &toml::Table) -> Vec<String> {
    table.iter().filter_map(|(name, value)| Some(format!("{name} = {}", value.as_str()?))).collect()
}

fn texts(value: Option<&toml::Value>) -> Vec<String> {
    let list = value.and_then(toml::Value::as_array);
    list.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn from_setup_cfg(text: &str) -> Result<Description, String> {
    let mut values: Vec<(String, String, String)> = Vec::new();
    let mut section = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, _, value)) = values.last_mut().filter(|_| !trimmed.is_empty()) {
                value.push('\n');
                value.push_str(trimmed);
            }
        } else if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            section = name.0.trim().to_owned();
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            let key = key.trim().to_ascii_lowercase().replace('-', "_");
            values.push((section.clone(), key, value.trim().to_owned()));
        }
    }
    let get = |section: &str, key: &str| {
        values.iter().rev().find(|(own, name, _)| own == section && name == key).map(|(_, _, value)| value.as_str())
    };
    let lines = |value: &str| -> Vec<String> {
        // Older ones part them by semicolons, which also begin markers.
        value
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::to_owned)
            .collect()
    };
    let requires = get("options", "install_requires");
    for (key, value) in [("name", get("metadata", "name")), ("install_requires", requires)] {
        if value.is_some_and(|value| value.starts_with("file:") || value.starts_with("attr:")) {
            return Err(format!("`{key}` stands in another file; write it into setup.cfg"));
        }
    }
    let version = get("metadata", "version").filter(|value| !value.starts_with("attr:") && !value.starts_with("file:"));
    let source = get("options", "package_dir").and_then(|value| {
        value.lines().find_map(|line| line.trim().strip_prefix('=').map(|path| path.trim().to_owned()))
    });
    let source = source.or_else(|| get("options.packages.find", "where").map(str::to_owned));
    Ok(Description {
        name: get("metadata", "name").map(str::to_owned),
        version: version.map(str::to_owned),
        source,
        requires: requires.map(lines),
        extras: values
            .iter()
            .filter(|(section, _, _)| section == "options.extras_require")
            .map(|(_, name, value)| (name.clone(), lines(value)))
            .collect(),
        summary: get("metadata", "description").or(get("metadata", "summary")).map(str::to_owned),
        entry_points: values
            .iter()
            .filter(|(section, _, _)| section == "options.entry_points")
            .map(|(_, group, value)| (group.clone(), lines(value)))
            .collect(),
    })
}
