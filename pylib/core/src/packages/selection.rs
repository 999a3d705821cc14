//! The packages that a project uses.

use std::path::PathBuf;
use std::str::FromStr as _;

use pep440_rs::Version;
use pep508_rs::{PackageName, Requirement, VerbatimUrl, VersionOrUrl};
use serde::{Deserialize, Serialize};

use super::provided::is_provided;

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackageOrigin {
    /// An index.
    Index,
    /// A wheel that a requirement names.
    Wheel,
    /// A directory.
    Directory,
}

/// Somebody who needs a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Need {
    /// A package with its version, or the line of a file.
    pub by: String,
    /// What is written there.
    pub requirement: String,
}

/// A package that a project uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version; a directory may say none.
    pub version: Option<String>,
    /// What it is for, in its own words.
    pub summary: String,
    /// Where it comes from.
    pub origin: PackageOrigin,
    /// The directory that its modules are in.
    pub directory: PathBuf,
    /// The SHA-256 of its wheel.
    pub sha256: Option<String>,
    /// What it requires here.
    pub requires: Vec<String>,
    /// Who requires it.
    pub required_by: Vec<Need>,
}

/// A requirement that nothing is done for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The package.
    pub name: String,
    /// Whether batou brings it along; else it does not count on this machine.
    pub is_provided: bool,
    /// Who requires it.
    pub required_by: Vec<Need>,
}

/// The packages that a project uses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The packages, by name.
    pub packages: Vec<Package>,
    /// Where the packages in directories are described, as other installed packages are beside their modules.
    pub descriptions: Option<PathBuf>,
    /// Requirements that nothing is done for.
    pub skipped: Vec<Skipped>,
    /// What people should know about.
    pub warnings: Vec<String>,
    /// Whether the versions stand in a lock.
    pub is_locked: bool,
}

impl Selection {
    /// The directories to search, those of the project's own packages first. Their descriptions come before them, because
    /// an old one may lie beside the modules.
    pub fn directories(&self) -> Vec<PathBuf> {
        let is_own = |package: &&Package| package.origin == PackageOrigin::Directory;
        let own = self.packages.iter().filter(is_own);
        let others = self.packages.iter().filter(|package| !is_own(package));
        let mut directories: Vec<PathBuf> = self.descriptions.iter().cloned().collect();
        for package in own.chain(others) {
            if !directories.contains(&package.directory) {
                directories.push(package.directory.clone());
            }
        }
        directories
    }

    /// The package of a name.
    pub fn package(&self, name: &PackageName) -> Option<&Package> {
        self.packages.iter().find(|package| package.name == name.as_ref())
    }

    /// The requirement of a name that nothing is done for.
    pub fn skipped(&self, name: &PackageName) -> Option<&Skipped> {
        self.skipped.iter().find(|skipped| skipped.name == name.as_ref())
    }

    /// Notes who requires what, and warns of what is missing or has another version, as `pip check` does.
    pub(super) fn connect(&mut self) {
        let needs: Vec<(String, Requirement<VerbatimUrl>)> = self
            .packages
            .iter()
            .flat_map(|package| {
                let by = match &package.version {
                    Some(version) => format!("{} {version}", package.name),
                    None => package.name.clone(),
                };
                let parsed = package.requires.iter().filter_map(|text| Requirement::from_str(text).ok());
                parsed.map(move |requirement| (by.clone(), requirement))
            })
            .collect();
        for (by, requirement) in needs {
            let need = Need { by, requirement: requirement.to_string() };
            if is_provided(&requirement.name) {
                self.skip(&requirement.name, true, need);
                continue;
            }
            let Some(package) = self.packages.iter_mut().find(|package| package.name == requirement.name.as_ref())
            else {
                self.warnings.push(format!("{} requires `{}`, which is not there", need.by, need.requirement));
                continue;
            };
            let version = package.version.as_deref().and_then(|text| Version::from_str(text).ok());
            if let (Some(VersionOrUrl::VersionSpecifier(specifiers)), Some(version)) =
                (&requirement.version_or_url, version)
                && package.origin != PackageOrigin::Directory
                && !specifiers.contains(&version)
            {
                self.warnings.push(format!("{} requires `{}`, but there is {version}", need.by, need.requirement));
            }
            package.required_by.push(need);
        }
        for package in &mut self.packages {
            package.required_by.sort();
            package.required_by.dedup();
        }
        self.skipped.sort_by(|one, other| one.name.cmp(&other.name));
    }

    pub(super) fn skip(&mut self, name: &PackageName, is_provided: bool, need: Need) {
        let known = self.skipped.iter_mut().find(|skipped| skipped.name == name.as_ref());
        match known {
            Some(skipped) => {
                if !skipped.required_by.contains(&need) {
                    skipped.required_by.push(need);
                }
            }
            None => {
                self.skipped.push(Skipped { name: name.to_string(), is_provided, required_by: vec![need] });
            }
        }
    }
}
