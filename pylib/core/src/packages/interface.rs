//! Versions and requirements as Python code asks about them: what `pkg_resources` is made of.

use std::cmp::Ordering;
use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{MarkerTree, Requirement, VerbatimUrl, VersionOrUrl};

use super::environment::marker_environment;

/// A text that is no version, no requirement or no marker.
#[derive(Debug, thiserror::Error)]
#[error("{text:?} is no {what}: {reason}")]
pub struct InvalidText {
    what: &'static str,
    text: String,
    reason: String,
}

impl InvalidText {
    fn new(what: &'static str, text: &str, reason: &dyn std::fmt::Display) -> Self {
        // The parsers go on with the text and a mark under the place.
        let reason = reason.to_string().lines().next().unwrap_or_default().to_owned();
        Self { what, text: text.to_owned(), reason }
    }
}

/// The parts of a requirement such as `name[extra]>=1; python_version > "3"`.
#[derive(Debug, PartialEq, Eq)]
pub struct RequirementParts {
    /// The name as it is compared, in lower case with `-`.
    pub name: String,
    /// The extras.
    pub extras: Vec<String>,
    /// Operator and version of each specifier.
    pub specifiers: Vec<(String, String)>,
    /// The condition.
    pub marker: Option<String>,
    /// Where the package is, if the requirement says so.
    pub url: Option<String>,
}

/// The parts of a version.
#[derive(Debug, PartialEq, Eq)]
pub struct VersionParts {
    /// The version as it is written normally.
    pub text: String,
    /// The numbers.
    pub release: Vec<u64>,
    /// The part behind `+`.
    pub local: Option<String>,
    /// The epoch and the numbers.
    pub base: String,
    /// Whether it is a release of development or one before the final one.
    pub is_prerelease: bool,
    /// Whether it is one of development.
    pub is_devrelease: bool,
    /// Whether it is one behind the final one.
    pub is_postrelease: bool,
}

fn version(text: &str) -> Result<Version, InvalidText> {
    Version::from_str(text.trim()).map_err(|error| InvalidText::new("version", text, &error))
}

/// The parts of a version.
///
/// # Errors
/// A text that is no version.
pub fn version_parts(text: &str) -> Result<VersionParts, InvalidText> {
    let version = version(text)?;
    let local = version.to_string().split_once('+').map(|(_, local)| local.to_owned());
    let base = Version::new(version.release().iter().copied()).with_epoch(version.epoch()).to_string();
    Ok(VersionParts {
        text: version.to_string(),
        release: version.release().to_vec(),
        local,
        base,
        is_prerelease: version.any_prerelease(),
        is_devrelease: version.is_dev(),
        is_postrelease: version.is_post(),
    })
}

/// Which version is newer.
///
/// # Errors
/// A text that is no version.
pub fn compare_versions(left: &str, right: &str) -> Result<Ordering, InvalidText> {
    Ok(version(left)?.cmp(&version(right)?))
}

/// Whether specifiers such as `>=1,<2` allow a version; versions before the final one count as any other.
///
/// # Errors
/// A text that is no version or no list of specifiers.
pub fn allows(specifiers: &str, text: &str) -> Result<bool, InvalidText> {
    let parsed = VersionSpecifiers::from_str(specifiers)
        .map_err(|error| InvalidText::new("list of version specifiers", specifiers, &error))?;
    Ok(parsed.contains(&version(text)?))
}

/// The parts of a requirement.
///
/// # Errors
/// A text that is no requirement.
pub fn requirement_parts(text: &str) -> Result<RequirementParts, InvalidText> {
    let requirement =
        Requirement::<VerbatimUrl>::from_str(text).map_err(|error| InvalidText::new("requirement", text, &error))?;
    let (specifiers, url) = match &requirement.version_or_url {
        Some(VersionOrUrl::VersionSpecifier(specifiers)) => {
            let pairs = specifiers.iter().map(|specifier| {
                let operator = specifier.operator().to_string();
                let text = specifier.to_string();
                let version = text.strip_prefix(&operator).unwrap_or(&text).trim().to_owned();
                (operator, version)
            });
            (pairs.collect(), None)
        }
        Some(VersionOrUrl::Url(url)) => (Vec::new(), Some(url.to_string())),
        None => (Vec::new(), None),
    };
    Ok(RequirementParts {
        name: requirement.name.to_string(),
        extras: requirement.extras.iter().map(ToString::to_string).collect(),
        specifiers,
        marker: requirement.marker.try_to_string(),
        url,
    })
}

/// Whether a condition such as `python_version > "3"` holds here.
///
/// # Errors
/// A text that is no condition.
pub fn marker_holds(text: &str) -> Result<bool, InvalidText> {
    let marker = MarkerTree::from_str(text).map_err(|error| InvalidText::new("marker", text, &error))?;
    Ok(marker.evaluate(marker_environment(), &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_taken_apart() {
        let parts = requirement_parts("Foo_Bar[x,y]>=1.0,!=1.5.* ; python_version > '3'").expect("a requirement");
        let specifiers = [(">=", "1.0"), ("!=", "1.5.*")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!((parts.name.as_str(), parts.extras.len()), ("foo-bar", 2));
        assert_eq!(parts.specifiers, specifiers);
        assert_eq!(parts.marker.as_deref(), Some("python_full_version >= '3.1'"));
        assert!(
            requirement_parts("a b").expect_err("no requirement").to_string().contains("\"a b\" is no requirement")
        );
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(compare_versions("1.10", "1.9").ok(), Some(Ordering::Greater));
        assert_eq!(compare_versions("1.0a1", "1.0").ok(), Some(Ordering::Less));
        assert_eq!(allows(">=1,<2", "1.5b1").ok(), Some(true));
        assert_eq!(allows("", "1").ok(), Some(true));
        assert_eq!(allows(">=1", "0.9").ok(), Some(false));
        assert!(version_parts("foo").is_err());
        let parts = version_parts("v1!1.2rc1.post2+Local.1").expect("a version");
        assert_eq!((parts.text.as_str(), parts.base.as_str()), ("1!1.2rc1.post2+local.1", "1!1.2"));
        assert_eq!((parts.local.as_deref(), parts.is_prerelease), (Some("local.1"), true));
    }

    #[test]
    fn conditions_are_those_of_this_interpreter() {
        assert_eq!(marker_holds("python_version >= '3'").ok(), Some(true));
        assert_eq!(marker_holds("python_version < '3'").ok(), Some(false));
        assert!(marker_holds("x").is_err());
    }
}
