//! Where the secrets of an environment are.

use std::path::{Path, PathBuf};

use super::{Kind, SecretsError};
use crate::fs::{self, FsError};

/// How the files of an environment are named; each release of batou found new names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// `environments/ENV/secrets.cfg.KIND` and `secret-NAME.KIND`, since 2.4.
    Current,
    /// `environments/ENV/secrets.cfg` and `secret-NAME`, in 2.3.
    WithoutSuffix,
    /// `secrets/ENV.cfg` and `secrets/ENV-NAME`, before 2.3.
    OneDirectory,
    /// A file with a passphrase for a `Secrets` component of 0.2, such as `components/secrets/ENV.cfg.aes`.
    Component,
}

/// The secrets of an environment, not yet read. All paths start with that of the project.
#[derive(Debug, Clone)]
pub(super) struct Located {
    pub(super) layout: Layout,
    /// Where the files are or will be.
    pub(super) directory: PathBuf,
    /// The main file.
    pub(super) main: Option<(PathBuf, Kind)>,
    /// The other files by name, sorted.
    pub(super) files: Vec<(String, PathBuf)>,
    /// The format of files that are left over from an interrupted change to another one.
    pub(super) left_over: Option<Kind>,
}

/// Says which format is being changed to which, while it is being changed: `OLD NEW`. Both main files are there for a moment.
pub(super) const SWITCH: &str = ".batou-secrets-switch";
const MAIN: &str = "secrets.cfg";
const FILE: &str = "secret-";
/// What editors, version control and older programs put behind the name of a file that they keep a copy of.
const COPIES: [&str; 9] = ["~", ".old", ".bak", ".orig", ".rej", ".tmp", ".swp", ".swo", ".swx"];

/// Finds the secrets of an environment.
pub(super) fn locate(project: &Path, environment: &str) -> Result<Located, SecretsError> {
    let all = environments(project)?;
    if !all.iter().any(|known| known == environment) {
        return Err(SecretsError::UnknownEnvironment { environment: environment.to_owned(), known: all });
    }
    let directory = project.join("environments").join(environment);
    let names = names(&directory)?;
    let (main, left_over) = current_main(&directory, &names)?;
    if let Some((_, kind)) = &main {
        let files = named_files(&directory, &names, FILE, &format!(".{}", kind.file_suffix()));
        return Ok(Located { layout: Layout::Current, directory, main, files, left_over });
    }
    let bare = directory.join(MAIN);
    if is_file(&bare) {
        let mut files = named_files(&directory, &names, FILE, "");
        files.retain(|(name, _)| !is_copy(name));
        let main = Some((bare, Kind::Gpg));
        return Ok(Located { layout: Layout::WithoutSuffix, directory, main, files, left_over: None });
    }
    if let Some(older) = one_directory(project, environment, &all)? {
        return Ok(older);
    }
    if let Some(older) = of_component(project, environment)? {
        return Ok(older);
    }
    Ok(Located { layout: Layout::Current, directory, main: None, files: Vec::new(), left_over: None })
}

/// A file with a passphrase, whether it is there or not.
pub(super) fn locate_path(path: &Path) -> Result<Located, SecretsError> {
    if path.extension().is_none_or(|suffix| suffix != "aes") {
        return Err(SecretsError::UnknownSuffix { path: path.to_owned() });
    }
    let main = fs::look(path)?.map(|_| (path.to_owned(), Kind::Aes));
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    Ok(Located { layout: Layout::Component, directory, main, files: Vec::new(), left_over: None })
}

/// Where a file of an environment in the present layout is.
pub(super) fn main_path(directory: &Path, kind: Kind) -> PathBuf {
    directory.join(format!("{MAIN}.{kind}"))
}

/// Where a file beside the main one is.
pub(super) fn file_path(located: &Located, environment: &str, kind: Kind, name: &str) -> PathBuf {
    located.directory.join(match located.layout {
        Layout::Current | Layout::Component => format!("{FILE}{name}.{}", kind.file_suffix()),
        Layout::WithoutSuffix => format!("{FILE}{name}"),
        Layout::OneDirectory => format!("{environment}-{name}"),
    })
}

/// The files beside the main one that a format would take for its own.
pub(super) fn files_of(directory: &Path, kind: Kind) -> Result<Vec<(String, PathBuf)>, SecretsError> {
    Ok(named_files(directory, &names(directory)?, FILE, &format!(".{}", kind.file_suffix())))
}

/// The names of all environments, sorted.
pub(super) fn environments(project: &Path) -> Result<Vec<String>, SecretsError> {
    let parent = project.join("environments");
    let mut found = Vec::new();
    for name in names(&parent)? {
        if is_file(&parent.join(&name).join("environment.cfg")) {
            found.push(name);
        } else if let Some(older) = name.strip_suffix(".cfg")
            && !older.is_empty()
            && is_file(&parent.join(&name))
        {
            found.push(older.to_owned());
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The main file, and the format that an interrupted change left over.
type Found = (Option<(PathBuf, Kind)>, Option<Kind>);

fn current_main(directory: &Path, names: &[String]) -> Result<Found, SecretsError> {
    let mut found = Vec::new();
    for name in names {
        let Some(suffix) = name.strip_prefix(MAIN).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let path = directory.join(name);
        let last = suffix.rsplit('.').next().unwrap_or(suffix);
        let kind = Kind::from_name(last);
        // What has the name of a main file and is none is told of when it is read.
        if is_copy(name) || suffix.is_empty() || kind.is_none() && path.is_dir() {
            continue;
        }
        match kind {
            Some(kind) => found.push((path, kind)),
            None => return Err(SecretsError::UnknownSuffix { path }),
        }
    }
    let switch = interrupted_switch(directory)?;
    if let (Some((old, new)), [_, _]) = (switch, found.as_slice())
        && found.iter().any(|(_, kind)| *kind == old)
        && let Some(main) = found.iter().find(|(_, kind)| *kind == new)
    {
        // It took its place as a whole, and everything else had been put in place before.
        return Ok((Some(main.clone()), Some(old)));
    }
    if found.len() > 1 {
        return Err(SecretsError::SeveralMainFiles { paths: found.into_iter().map(|(path, _)| path).collect() });
    }
    let main = found.pop();
    let left_over = switch.filter(|(_, new)| main.as_ref().is_some_and(|(_, kind)| kind == new)).map(|(old, _)| old);
    Ok((main, left_over))
}

fn interrupted_switch(directory: &Path) -> Result<Option<(Kind, Kind)>, FsError> {
    let path = directory.join(SWITCH);
    if !is_file(&path) {
        return Ok(None);
    }
    let text = fs::read(&path)?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.trim().split_once(' ').and_then(|(old, new)| Some((Kind::from_name(old)?, Kind::from_name(new)?))))
}

fn one_directory(project: &Path, environment: &str, all: &[String]) -> Result<Option<Located>, SecretsError> {
    let directory = project.join("secrets");
    let main = directory.join(format!("{environment}.cfg"));
    if !is_file(&main) {
        return Ok(None);
    }
    let prefix = format!("{environment}-");
    let longer: Vec<&String> = all.iter().filter(|other| other.starts_with(&prefix)).collect();
    let mut files = named_files(&directory, &names(&directory)?, &prefix, "");
    files.retain(|(name, _)| {
        let whole = format!("{prefix}{name}");
        let is_others =
            longer.iter().any(|other| whole == format!("{other}.cfg") || whole.starts_with(&format!("{other}-")));
        !is_copy(name) && !is_others
    });
    let main = Some((main, Kind::Gpg));
    Ok(Some(Located { layout: Layout::OneDirectory, directory, main, files, left_over: None }))
}

fn of_component(project: &Path, environment: &str) -> Result<Option<Located>, SecretsError> {
    let components = project.join("components");
    let mut found = Vec::new();
    for name in names(&components)? {
        let path = components.join(name).join(format!("{environment}.cfg.aes"));
        if is_file(&path) {
            found.push(path);
        }
    }
    if found.len() > 1 {
        return Err(SecretsError::SeveralMainFiles { paths: found });
    }
    found.pop().map(|path| locate_path(&path)).transpose()
}

fn named_files(directory: &Path, names: &[String], prefix: &str, suffix: &str) -> Vec<(String, PathBuf)> {
    let name_of = |name: &str| Some(name.strip_prefix(prefix)?.strip_suffix(suffix)?.to_owned());
    let mut files: Vec<_> = names
        .iter()
        .filter_map(|name| Some((name_of(name)?, directory.join(name))))
        .filter(|(name, path)| !name.is_empty() && path.is_file())
        .collect();
    files.sort();
    files
}

/// The names in a directory that are text, sorted; others cannot be names of ours. None if there is no directory.
fn names(directory: &Path) -> Result<Vec<String>, FsError> {
    let mut names: Vec<String> =
        fs::list(directory)?.unwrap_or_default().into_iter().filter_map(|name| name.into_string().ok()).collect();
    names.sort();
    Ok(names)
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}

fn is_copy(name: &str) -> bool {
    COPIES.iter().any(|ending| name.ends_with(ending))
}
