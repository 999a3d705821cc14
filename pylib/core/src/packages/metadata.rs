//! What a package says about itself.

use std::path::Path;
use std::str::FromStr as _;

use pep440_rs::Version;
use pep508_rs::{ExtraName, PackageName, Requirement, VerbatimUrl};
use serde::{Deserialize, Serialize};

/// Understands a requirement of PEP 508; relative paths in it are seen from a directory.
///
/// # Errors
/// What is wrong with it, in one line.
pub fn parse_requirement(text: &str, directory: &Path) -> Result<Requirement<VerbatimUrl>, String> {
    // The parser panics where a name or an extra ends in a way that it reads over but does not allow.
    let is_part = |character: char| character.is_alphanumeric() || "-_.".contains(character);
    let text = text.trim();
    let end = text.find(|character: char| !is_part(character)).unwrap_or(text.len());
    PackageName::from_str(&text[..end]).map_err(|error| error.to_string())?;
    if let Some((extras, _)) = text[end..].trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        for extra in extras.split(',').map(str::trim).filter(|extra| !extra.is_empty()) {
            ExtraName::from_str(extra).map_err(|error| error.to_string())?;
        }
    }
    Requirement::parse(text, directory).map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// The part of the core metadata that choosing packages needs, as texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// `Name`.
    pub name: String,
    /// `Version`.
    pub version: String,
    /// `Summary`.
    pub summary: String,
    /// `Requires-Python`.
    pub requires_python: Option<String>,
    /// `Requires-Dist`, a requirement each.
    pub requires: Vec<String>,
}

impl Metadata {
    /// Reads a METADATA file: headers up to the first empty line.
    pub fn parse(text: &str) -> Self {
        let mut metadata = Self::default();
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if line.is_empty() {
                break;
            }
            match (line.starts_with([' ', '\t']), headers.last_mut()) {
                (true, Some((_, value))) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                _ => headers.extend(
                    line.split_once(':').map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())),
                ),
            }
        }
        for (name, value) in headers {
            match name.as_str() {
                "name" => metadata.name = value,
                "version" => metadata.version = value,
                "summary" => metadata.summary = value,
                "requires-python" => metadata.requires_python = Some(value),
                "requires-dist" => metadata.requires.push(value),
                _ => {}
            }
        }
        metadata
    }

    /// The requirements that count here, with some extras.
    ///
    /// # Errors
    /// One that is not understood.
    pub fn requirements(&self, extras: &[ExtraName]) -> Result<Vec<Requirement<VerbatimUrl>>, String> {
        let environment = super::environment::marker_environment();
        let mut found = Vec::new();
        for text in &self.requires {
            let requirement = parse_requirement(text, Path::new("/")).map_err(|error| format!("`{text}`: {error}"))?;
            if requirement.evaluate_markers(environment, extras) {
                found.push(requirement);
            }
        }
        Ok(found)
    }

    /// Demands that it is about this version of this package.
    ///
    /// # Errors
    /// It is about something else.
    pub fn demand(&self, name: &PackageName, version: &Version) -> Result<(), String> {
        let is_same = PackageName::from_str(&self.name).is_ok_and(|own| own == *name)
            && Version::from_str(&self.version).is_ok_and(|own| own == *version);
        if is_same {
            return Ok(());
        }
        Err(format!("it says that it is {} {} and not {name} {version}", self.name, self.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_at_the_first_empty_line() {
        let text = "Metadata-Version: 2.1\nName: Foo\nVersion: 1.0\nSummary: folded\n  text\nRequires-Python: >=3.8\n\
                    Requires-Dist: a>=1\nRequires-Dist: b ; extra == 'x'\nRequires-Dist: c ; sys_platform == 'win32'\n\n\
                    Requires-Dist: no\n";
        let metadata = Metadata::parse(text);
        assert_eq!((metadata.name.as_str(), metadata.version.as_str()), ("Foo", "1.0"));
        assert_eq!(metadata.summary, "folded text");
        let names = |extras: &[&str]| -> Vec<String> {
            let extras: Vec<_> = extras.iter().map(|extra| ExtraName::from_str(extra).expect("an extra")).collect();
            let found = metadata.requirements(&extras).expect("understood");
            found.iter().map(|requirement| requirement.name.to_string()).collect()
        };
        assert_eq!(names(&[]), ["a"]);
        assert_eq!(names(&["x"]), ["a", "b"]);
    }

    #[test]
    fn broken_requirements_are_errors() {
        let metadata = Metadata { requires: vec!["a >= ".to_owned()], ..Metadata::default() };
        assert!(metadata.requirements(&[]).expect_err("broken").starts_with("`a >= `"));
    }
}
