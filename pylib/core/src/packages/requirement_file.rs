//! Requirements files with all that they include.

use std::path::{Path, PathBuf};

use super::requirement::{self, Context, Requirement};
use super::requirement_text::{OptionWord, expand_variables, logical_lines, options, split_options};
use super::{Checksum, PackageError, Place, Surroundings};
use crate::fs;

/// What requirements files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirements {
    /// What is required, in the order of the files.
    pub required: Vec<Requirement>,
    /// What limits versions without requiring anything.
    pub constraints: Vec<Requirement>,
    /// The files that were read, with their content.
    pub files: Vec<(PathBuf, Vec<u8>)>,
    /// `--index-url`, with its place; the last one counts.
    pub index: Option<(Place, String)>,
    /// `--extra-index-url`.
    pub extra_indexes: Vec<(Place, String)>,
    /// `--find-links`, addresses or paths, relative ones made absolute.
    pub find_links: Vec<(Place, String)>,
    /// `--no-index`.
    pub without_index: bool,
    /// `--pre`.
    pub pre_releases: bool,
    /// A checksum that a comment of the first lines says the requirements of this lock have.
    pub written_for: Option<String>,
}

/// The comments by which a lock says which requirements it was made of.
pub const LOCK_MARKS: [&str; 2] = ["# appenv-requirements-hash:", "# batou-requirements-hash:"];

/// Reads a requirements file and those that it includes.
///
/// Paths in errors are relative to the directory `project` where they are below it.
///
/// # Errors
/// A file that cannot be read, or a line that is not understood.
pub fn read(path: &Path, project: &Path, surroundings: &Surroundings) -> Result<Requirements, PackageError> {
    let mut reader = Reader { project, surroundings, found: Requirements::default(), open: Vec::new() };
    reader.file(path, false)?;
    Ok(reader.found)
}

struct Reader<'run> {
    project: &'run Path,
    surroundings: &'run Surroundings,
    found: Requirements,
    open: Vec<PathBuf>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, is_constraint: bool) -> Result<(), PackageError> {
        let content = fs::read(path)?;
        let shown = path.strip_prefix(self.project).unwrap_or(path).to_owned();
        let text = String::from_utf8(content.clone()).map_err(|_| PackageError::NotText { file: shown.clone() })?;
        if self.found.files.is_empty() {
            self.found.written_for = text.lines().take_while(|line| line.starts_with('#')).find_map(|line| {
                LOCK_MARKS.iter().find_map(|mark| line.strip_prefix(mark)).map(|digits| digits.trim().to_owned())
            });
        }
        self.found.files.push((path.to_owned(), content));
        self.open.push(path.to_owned());
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        for line in logical_lines(&text) {
            let place = Place::new(&shown, line.number);
            self.line(&line.text, &place, &directory, is_constraint)?;
        }
        self.open.pop();
        Ok(())
    }

    fn line(
        &mut self,
        written: &str,
        place: &Place,
        directory: &Path,
        is_constraint: bool,
    ) -> Result<(), PackageError> {
        let line = &expand_variables(written, &*self.surroundings.variable);
        let refuse = |reason: String| PackageError::Line { place: place.clone(), line: super::masked(line), reason };
        let (text, tail) = split_options(line);
        let words = options(tail).map_err(refuse)?;
        let (hashes, others): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| word.name == "--hash");
        let hashes =
            hashes.iter().map(|word| word.value.parse::<Checksum>()).collect::<Result<Vec<_>, _>>().map_err(refuse)?;
        let mut text = text.to_owned();
        let mut is_editable = false;
        for OptionWord { name, value } in others {
            match name {
                "--requirement" => self.include(&value, place, directory, is_constraint)?,
                "--constraint" => self.include(&value, place, directory, true)?,
                "--editable" if text.is_empty() => {
                    text = value;
                    is_editable = true;
                }
                "--editable" => return Err(refuse("`-e` begins a line of its own".to_owned())),
                "--index-url" | "--pypi-url" => self.found.index = Some((place.clone(), value)),
                "--extra-index-url" => self.found.extra_indexes.push((place.clone(), value)),
                "--find-links" => self.found.find_links.push((place.clone(), absolute(&value, directory))),
                "--no-index" => self.found.without_index = true,
                "--pre" => self.found.pre_releases = true,
                // They say how pip builds or checks; wheels are never built, and checksums that stand here always count.
                _ => {}
            }
        }
        if text.is_empty() {
            if !hashes.is_empty() {
                return Err(refuse("a checksum without a requirement".to_owned()));
            }
            return Ok(());
        }
        let home = self.surroundings.home.as_deref();
        let mut requirement = requirement::parse(&text, is_editable, hashes, &Context { place, directory, home })?;
        if written != line {
            // What is shown and written elsewhere names the variables and not their values.
            requirement.text = split_options(written).0.to_owned();
        }
        let list = if is_constraint { &mut self.found.constraints } else { &mut self.found.required };
        list.push(requirement);
        Ok(())
    }

    fn include(
        &mut self,
        value: &str,
        place: &Place,
        directory: &Path,
        is_constraint: bool,
    ) -> Result<(), PackageError> {
        if value.contains("://") {
            return Err(PackageError::Unsupported {
                place: place.clone(),
                line: super::masked(value),
                what: "a requirements file of another machine",
                remedy: "keep the file in the project".to_owned(),
            });
        }
        let path: PathBuf = directory.join(value).components().collect();
        if self.open.contains(&path) {
            return Err(PackageError::Circle { place: place.clone(), file: PathBuf::from(value) });
        }
        self.file(&path, is_constraint).map_err(|error| match error {
            PackageError::Disk(cause) if cause.path == path => {
                PackageError::Line { place: place.clone(), line: value.to_owned(), reason: cause.to_string() }
            }
            other => other,
        })
    }
}

fn absolute(value: &str, directory: &Path) -> String {
    if value.contains("://") { value.to_owned() } else { directory.join(value).to_string_lossy().into_owned() }
}
