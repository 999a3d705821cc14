//! From requirements to directories that can be imported from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use pep440_rs::{Operator, Version};
use pep508_rs::PackageName;

use super::index::{Index, Release};
use super::local_metadata::describe;
use super::requirement::{Origin, Requirement};
use super::requirement_file::read;
use super::resolver::{Choice, Goal, Source, resolve};
use super::selection::{Need, Package, PackageOrigin, Selection};
use super::store::{Store, StoredWheel, metadata_of};
use super::{
    IndexSettings, Metadata, PackageError, Reason, Requirements, Surroundings, lock_file, masked, provided, stamp,
};
use crate::fs;

/// The file that says what a project wants.
pub const REQUIREMENTS: &str = "requirements.txt";
/// The file that says which versions that are.
pub const LOCK: &str = "requirements.lock";
/// So many files are fetched at once.
const AT_ONCE: usize = 8;

/// Whether a run may write the lock of a project that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockPolicy {
    /// It may.
    WriteMissing,
    /// It may not, because it changes nothing.
    Leave,
}

/// What an update did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The versions that changed, by name.
    pub changes: Vec<VersionChange>,
    /// Whether the lock was written; else it says the same as before.
    pub is_written: bool,
    /// What is used now.
    pub selection: Selection,
}

/// A package whose version changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct VersionChange {
    /// The package.
    pub name: String,
    /// The version before; none: it is new.
    pub from: Option<String>,
    /// The version now; none: it is gone.
    pub to: Option<String>,
}

/// Finds the packages of a project, fetching what is not kept yet.
///
/// The lock is followed if there is one; else versions are chosen, and written down if `policy` allows. A project
/// without either file has no packages, which takes no time.
///
/// # Errors
/// A file that is not understood, requirements that cannot be fulfilled, or something that cannot be fetched.
pub fn select(project: &Path, policy: LockPolicy, surroundings: &Surroundings) -> Result<Selection, PackageError> {
    let [wanted_path, lock_path] = [REQUIREMENTS, LOCK].map(|name| project.join(name));
    let (wanted, lock) = (content_of(&wanted_path)?, content_of(&lock_path)?);
    if wanted.is_none() && lock.is_none() {
        return Ok(Selection::default());
    }
    let store = Store::new(&surroundings.cache);
    let key = stamp::key(project, [wanted.as_deref(), lock.as_deref()]);
    if let Some(selection) = stamp::find(&store, &key)
        && (selection.is_locked || policy == LockPolicy::Leave || selection.packages.is_empty())
    {
        return Ok(selection);
    }
    let wanted = wanted.is_some().then(|| read(&wanted_path, project, surroundings)).transpose()?;
    if lock.is_some() {
        let lock = read(&lock_path, project, surroundings)?;
        let (selection, files) = follow_lock(&lock, wanted.as_ref(), &lock_path, project, surroundings)?;
        stamp::put(&store, &key, &files, &selection)?;
        return Ok(selection);
    }
    let wanted = wanted.unwrap_or_default();
    let goal = Goal::new(&wanted.required, &wanted.constraints)?;
    let resolved = Resolved::new(&wanted, goal, surroundings)?;
    let (mut selection, files) = resolved.selection(&wanted)?;
    let mut key = key;
    if policy == LockPolicy::WriteMissing && !selection.packages.is_empty() {
        let text = resolved.lock_text(&wanted, &selection, project)?;
        match fs::replace(&lock_path, text.as_bytes(), Some(0o644)) {
            Ok(()) => {
                selection.is_locked = true;
                let content = content_of(&wanted_path)?;
                key = stamp::key(project, [content.as_deref(), Some(text.as_bytes())]);
            }
            Err(error) => {
                selection.warnings.push(format!("the versions that were chosen could not be locked: {error}"))
            }
        }
    }
    stamp::put(&store, &key, &files, &selection)?;
    if selection.is_locked {
        selection
            .warnings
            .push(format!("wrote {LOCK}: put it under version control, so that all machines use these versions"));
    }
    Ok(selection)
}

/// Chooses versions anew, all of them or, if there are `names`, those of these packages, and writes the lock.
///
/// # Errors
/// Those of [`select`]; `requirements.txt` is missing; a name that is none of the packages.
pub fn update(project: &Path, names: &[PackageName], surroundings: &Surroundings) -> Result<Update, PackageError> {
    let [wanted_path, lock_path] = [REQUIREMENTS, LOCK].map(|name| project.join(name));
    if content_of(&wanted_path)?.is_none() && content_of(&lock_path)?.is_none() {
        return Err(PackageError::NoRequirements { project: project.to_owned() });
    }
    let wanted = read(&wanted_path, project, surroundings)?;
    let before = match content_of(&lock_path)? {
        Some(content) => Some((content, locked_versions(&read(&lock_path, project, surroundings)?))),
        None => None,
    };
    let versions_before = before.as_ref().map(|(_, versions)| versions.clone()).unwrap_or_default();
    let mut goal = Goal::new(&wanted.required, &wanted.constraints)?;
    if !names.is_empty() {
        goal.preferred = versions_before.clone();
        goal.preferred.retain(|name, _| !names.contains(name));
    }
    let resolved = Resolved::new(&wanted, goal, surroundings)?;
    for name in names {
        if !resolved.choices.iter().any(|choice| choice.name == *name) {
            return Err(PackageError::NotSelected { name: name.clone() });
        }
    }
    let (mut selection, files) = resolved.selection(&wanted)?;
    let text = resolved.lock_text(&wanted, &selection, project)?;
    let is_written = before.is_none_or(|(content, _)| content != text.as_bytes());
    if is_written {
        fs::replace(&lock_path, text.as_bytes(), Some(0o644))?;
    }
    selection.is_locked = true;
    let store = Store::new(&surroundings.cache);
    let content = content_of(&wanted_path)?;
    let key = stamp::key(project, [content.as_deref(), Some(text.as_bytes())]);
    stamp::put(&store, &key, &files, &selection)?;
    let versions: BTreeMap<_, _> = resolved
        .choices
        .iter()
        .filter(|choice| matches!(choice.source, Source::Index(_)))
        .filter_map(|choice| Some((choice.name.clone(), choice.version.clone()?)))
        .collect();
    Ok(Update { changes: changes(&versions_before, &versions), is_written, selection })
}

fn content_of(path: &Path) -> Result<Option<Vec<u8>>, PackageError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.source.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn changes(before: &BTreeMap<PackageName, Version>, after: &BTreeMap<PackageName, Version>) -> Vec<VersionChange> {
    let mut names: Vec<&PackageName> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let changed = names.into_iter().filter(|name| before.get(name) != after.get(name));
    changed
        .filter(|name| !provided::is_provided(name))
        .map(|name| VersionChange {
            name: name.to_string(),
            from: before.get(name).map(ToString::to_string),
            to: after.get(name).map(ToString::to_string),
        })
        .collect()
}

fn locked_versions(lock: &Requirements) -> BTreeMap<PackageName, Version> {
    lock.required.iter().filter_map(|entry| Some((entry.name.clone()?, pinned_version(entry)?.clone()))).collect()
}

/// The version of `name==version`.
fn pinned_version(entry: &Requirement) -> Option<&Version> {
    match &entry.origin {
        Origin::Index(specifiers) => match specifiers.iter().as_slice() {
            [one] if matches!(one.operator(), Operator::Equal | Operator::ExactEqual) => Some(one.version()),
            _ => None,
        },
        Origin::Wheel(_) | Origin::Directory(_) => None,
    }
}

type Files = Vec<(PathBuf, Vec<u8>)>;

/// Versions that were chosen.
struct Resolved<'run> {
    choices: Vec<Choice>,
    index: Index<'run>,
}

impl<'run> Resolved<'run> {
    fn new(wanted: &Requirements, mut goal: Goal, surroundings: &'run Surroundings) -> Result<Self, PackageError> {
        goal.pre_releases = wanted.pre_releases;
        let index = Index::new(IndexSettings::collect(&[wanted], surroundings)?, surroundings);
        let choices = resolve(&goal, &index)?;
        Ok(Self { choices, index })
    }

    fn selection(&self, wanted: &Requirements) -> Result<(Selection, Files), PackageError> {
        let wheels = in_parallel(&self.choices, |choice| match &choice.source {
            Source::Index(file) => self.index.wheel(file, &[]).map(Some),
            Source::Wheel(file, requirement) => self.index.wheel(file, &requirement.hashes).map(Some),
            Source::Directory(..) => Ok(None),
        })?;
        assemble(&self.choices, &wheels, &[wanted], wanted, self.index.store())
    }

    fn lock_text(&self, wanted: &Requirements, selection: &Selection, project: &Path) -> Result<String, PackageError> {
        lock_file::text(wanted, &self.choices, selection, &self.index, project)
    }
}

/// Takes the packages of a lock as they stand there.
fn follow_lock(
    lock: &Requirements,
    wanted: Option<&Requirements>,
    lock_path: &Path,
    project: &Path,
    surroundings: &Surroundings,
) -> Result<(Selection, Files), PackageError> {
    let mut settings_of: Vec<&Requirements> = wanted.into_iter().collect();
    settings_of.push(lock);
    let index = Index::new(IndexSettings::collect(&settings_of, surroundings)?, surroundings);
    let goal = Goal::new(&lock.required, &[])?;
    let mut entries: BTreeMap<PackageName, &Requirement> = BTreeMap::new();
    for (name, entry) in &goal.required {
        if let Some(first) = entries.get(name)
            && first.origin != entry.origin
        {
            return Err(PackageError::Twice {
                name: name.clone(),
                first: first.place.clone(),
                second: entry.place.clone(),
            });
        }
        entries.insert(name.clone(), entry);
    }
    let entries: Vec<(PackageName, &Requirement)> = entries.into_iter().collect();
    let found = in_parallel(&entries, |(name, entry)| locked(name, entry, &goal, &index))?;
    let (choices, wheels): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let mut files = settings_of.clone();
    files.reverse();
    let (mut selection, files) = assemble(&choices, &wheels, &files, lock, index.store())?;
    if let Some(wanted) = wanted {
        selection.warnings.extend(lock_file::age_warning(
            lock,
            wanted,
            lock_path.strip_prefix(project).unwrap_or(lock_path),
        ));
    }
    selection.is_locked = true;
    Ok((selection, files))
}

/// One package of a lock. What is kept already is not asked about.
fn locked(
    name: &PackageName,
    entry: &Requirement,
    goal: &Goal,
    index: &Index<'_>,
) -> Result<(Choice, Option<StoredWheel>), PackageError> {
    if let Some((package, requirement)) = goal.directories.get(name) {
        let version = package.version.as_ref().and_then(|text| text.parse().ok());
        let source = Source::Directory(package.clone(), requirement.clone());
        return Ok((Choice { name: name.clone(), version, source }, None));
    }
    let kept = entry.hashes.iter().find_map(|checksum| index.store().wheel(checksum));
    if let Some((version, file, requirement)) = goal.wheels.get(name) {
        let wheel = kept.map_or_else(|| index.wheel(file, &requirement.hashes), Ok)?;
        let source = Source::Wheel(file.clone(), requirement.clone());
        return Ok((Choice { name: name.clone(), version: Some(version.clone()), source }, Some(wheel)));
    }
    let version = pinned_version(entry)
        .ok_or_else(|| PackageError::NotPinned { place: entry.place.clone(), line: masked(&entry.text) })?;
    let choice = |file| Choice { name: name.clone(), version: Some(version.clone()), source: Source::Index(file) };
    if let Some(wheel) = kept {
        let file = super::index::kept_file(name, version);
        return Ok((choice(file), Some(wheel)));
    }
    let releases = index.releases(name)?;
    if releases.is_empty() {
        return Err(index.unknown(name));
    }
    let release = releases.iter().find(|release| release.version == *version).ok_or_else(|| {
        PackageError::UnknownVersion { name: name.clone(), version: version.clone(), place: entry.place.clone() }
    })?;
    let mut demanded = Release { version: release.version.clone(), files: release.files.clone() };
    if !entry.hashes.is_empty() {
        demanded.files.retain(|file| {
            let checksums = file.checksums();
            checksums.is_empty() || checksums.iter().any(|checksum| entry.hashes.contains(checksum))
        });
    }
    let fail = |reason: Reason| PackageError::Unusable { name: name.clone(), version: version.clone(), reason };
    let file = match (demanded.wheel(), release.wheel()) {
        (Ok(file), _) => file,
        (Err(_), Ok(_)) => {
            return Err(PackageError::NoMatchingHash {
                place: entry.place.clone(),
                name: name.clone(),
                version: version.clone(),
            });
        }
        (Err(_), Err(reason)) => return Err(fail(reason)),
    };
    let wheel = index.wheel(file, &entry.hashes)?;
    Ok((choice(file.clone()), Some(wheel)))
}

/// Puts together what is known about the packages.
fn assemble(
    choices: &[Choice],
    wheels: &[Option<StoredWheel>],
    sources: &[&Requirements],
    required: &Requirements,
    store: &Store,
) -> Result<(Selection, Files), PackageError> {
    let own: Vec<_> = choices
        .iter()
        .filter_map(|choice| match &choice.source {
            Source::Directory(package, _) => Some(package),
            _ => None,
        })
        .collect();
    let mut selection = Selection { descriptions: describe(&own, store)?, ..Selection::default() };
    let mut files: Files = sources.iter().flat_map(|source| source.files.iter().cloned()).collect();
    for (choice, wheel) in choices.iter().zip(wheels) {
        let fail = |reason: String| PackageError::Wheel { file: choice.name.to_string(), reason };
        let package = match (&choice.source, wheel) {
            (Source::Directory(package, requirement), _) => {
                files.extend(package.files.iter().cloned());
                let requires = package.requirements(&requirement.extras)?;
                Package {
                    name: choice.name.to_string(),
                    version: choice.version.as_ref().map(ToString::to_string),
                    summary: package.summary.clone(),
                    origin: PackageOrigin::Directory,
                    directory: package.search.clone(),
                    sha256: None,
                    requires: requires.iter().map(ToString::to_string).collect(),
                    required_by: Vec::new(),
                }
            }
            (source, Some(wheel)) => {
                let metadata: Metadata = metadata_of(&wheel.directory, choice.name.as_ref())?;
                let origin = match source {
                    Source::Wheel(file, _) => {
                        if let Some(path) = url::Url::parse(&file.url).ok().and_then(|url| url.to_file_path().ok()) {
                            files.push((path.clone(), fs::read(&path)?));
                        }
                        PackageOrigin::Wheel
                    }
                    _ => PackageOrigin::Index,
                };
                if let Some(version) = &choice.version {
                    metadata.demand(&choice.name, version).map_err(fail)?;
                }
                let requires = metadata.requirements(&[]).map_err(fail)?;
                Package {
                    name: choice.name.to_string(),
                    version: choice.version.as_ref().map(ToString::to_string),
                    summary: metadata.summary,
                    origin,
                    directory: wheel.directory.clone(),
                    sha256: Some(wheel.checksum.digits.clone()),
                    requires: requires.iter().map(ToString::to_string).collect(),
                    required_by: Vec::new(),
                }
            }
            (_, None) => return Err(fail("it was not fetched".to_owned())),
        };
        selection.packages.push(package);
    }
    note_lines(&mut selection, required, choices);
    selection.connect();
    Ok((selection, files))
}

/// Notes which lines require what.
fn note_lines(selection: &mut Selection, required: &Requirements, choices: &[Choice]) {
    let environment = super::environment::marker_environment();
    for requirement in &required.required {
        let need = Need { by: requirement.place.to_string(), requirement: masked(&requirement.text) };
        let of_directory = choices
            .iter()
            .find(|choice| matches!(&choice.source, Source::Directory(_, own) if own.origin == requirement.origin));
        let Some(name) = of_directory.map(|choice| &choice.name).or(requirement.name.as_ref()) else {
            continue;
        };
        if let Some(package) = selection.packages.iter_mut().find(|package| package.name == name.as_ref()) {
            if requirement.marker.evaluate(environment, &[]) {
                package.required_by.push(need);
            }
        } else {
            let name = name.clone();
            selection.skip(&name, provided::is_provided(&name), need);
        }
    }
}

/// Does the same with all items, several at once; the first error wins.
fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, PackageError> + Sync,
) -> Result<Vec<R>, PackageError> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<R, PackageError>)>> = Mutex::new(Vec::new());
    let run = || {
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            let result = work(item);
            if result.is_err() {
                // What was not begun yet would only delay the error.
                next.store(items.len(), Ordering::Relaxed);
            }
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..AT_ONCE.min(items.len()) {
            scope.spawn(run);
        }
        run();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
