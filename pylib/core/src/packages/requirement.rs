//! One requirement of a file.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use pep440_rs::VersionSpecifiers;
use pep508_rs::{ExtraName, MarkerTree, PackageName, VersionOrUrl};
use url::Url;

use super::{Checksum, PackageError, Place};

/// Where the files of a requirement come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An index, in one of these versions.
    Index(VersionSpecifiers),
    /// This wheel.
    Wheel(Url),
    /// This directory, as it is.
    Directory(PathBuf),
}

/// A requirement with the line that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Where it stands.
    pub place: Place,
    /// The name; that of a directory or wheel is found there.
    pub name: Option<PackageName>,
    /// What is wanted beside the package itself.
    pub extras: Vec<ExtraName>,
    /// When it counts.
    pub marker: MarkerTree,
    /// Where the files come from.
    pub origin: Origin,
    /// The checksums that the file may have; empty: any.
    pub hashes: Vec<Checksum>,
    /// Written with `-e`.
    pub is_editable: bool,
    /// The line without options.
    pub text: String,
}

/// Where a requirement stands, for its errors and relative paths.
pub struct Context<'line> {
    /// The line.
    pub place: &'line Place,
    /// The directory of the file, which relative paths are seen from.
    pub directory: &'line Path,
    /// Where `~` leads to.
    pub home: Option<&'line Path>,
}

impl Context<'_> {
    fn refuse(&self, line: &str, reason: impl ToString) -> PackageError {
        PackageError::Line { place: self.place.clone(), line: line.to_owned(), reason: reason.to_string() }
    }

    fn unsupported(&self, line: &str, what: &'static str, remedy: &str) -> PackageError {
        let line = super::masked(line);
        PackageError::Unsupported { place: self.place.clone(), line, what, remedy: remedy.to_owned() }
    }
}

const CHECKOUT_REMEDY: &str = "make a wheel of it, `pip wheel --no-deps REQUIREMENT -w wheels`, and write its path here instead, `./wheels/...whl`";

/// Understands one requirement: a name with versions and extras, a path, or the address of a wheel.
///
/// # Errors
/// It cannot be understood, or asks for something that has to be built or checked out first.
pub fn parse(
    text: &str,
    is_editable: bool,
    hashes: Vec<Checksum>,
    context: &Context<'_>,
) -> Result<Requirement, PackageError> {
    if is_checkout(text) {
        return Err(context.unsupported(text, "a checkout", CHECKOUT_REMEDY));
    }
    let (name, extras, marker, origin) = if is_path_or_url(text) {
        let (location, marker) = split_marker(text);
        let marker = match marker {
            Some(marker) => MarkerTree::from_str(marker).map_err(|error| context.refuse(text, first_line(&error)))?,
            None => MarkerTree::TRUE,
        };
        let (location, extras) = split_extras(location);
        let extras = extras
            .split(',')
            .map(str::trim)
            .filter(|extra| !extra.is_empty())
            .map(|extra| ExtraName::from_str(extra).map_err(|error| context.refuse(text, error)))
            .collect::<Result<_, _>>()?;
        (None, extras, marker, location_origin(location, text, context)?)
    } else {
        let parsed = super::metadata::parse_requirement(text, context.directory)
            .map_err(|error| context.refuse(&super::masked(text), error))?;
        let origin = match parsed.version_or_url {
            None => Origin::Index(VersionSpecifiers::empty()),
            Some(VersionOrUrl::VersionSpecifier(specifiers)) => Origin::Index(specifiers),
            Some(VersionOrUrl::Url(url)) => url_origin(url.to_url(), text, context)?,
        };
        (Some(parsed.name), parsed.extras, parsed.marker, origin)
    };
    if is_editable && !matches!(origin, Origin::Directory(_)) {
        return Err(context.refuse(text, "only a directory can be editable"));
    }
    let mut requirement = Requirement {
        place: context.place.clone(),
        name,
        extras,
        marker,
        origin,
        hashes,
        is_editable,
        text: text.to_owned(),
    };
    if let Origin::Wheel(url) = &requirement.origin {
        let file = super::wheel::file_name(url);
        let wheel = super::wheel::WheelName::parse(&file)
            .ok_or_else(|| context.refuse(&super::masked(text), "this is not the name of a wheel"))?;
        if let Some(name) = &requirement.name
            && *name != wheel.name
        {
            return Err(context.refuse(&super::masked(text), format!("this is a wheel of `{}`", wheel.name)));
        }
        let fragment = url.fragment().and_then(|fragment| fragment.split('&').find_map(|pair| pair.split_once('=')));
        requirement.hashes.extend(fragment.and_then(|(algorithm, digits)| Checksum::new(algorithm, digits)));
        requirement.name = Some(wheel.name);
    }
    Ok(requirement)
}

/// The first line of an error of the parser; the others draw the text once more.
fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn is_checkout(text: &str) -> bool {
    ["git+", "hg+", "svn+", "bzr+"].iter().any(|prefix| {
        text.starts_with(prefix) || text.split_once('@').is_some_and(|(_, url)| url.trim_start().starts_with(prefix))
    })
}

fn is_path_or_url(text: &str) -> bool {
    if text.starts_with(['.', '/', '~']) || text.starts_with("file:") {
        return true;
    }
    // `name @ https://...` is no path, `https://user@host/...` is an address.
    let head = text.split([';', ' ']).next().unwrap_or(text);
    head.contains("://") && !head.split("://").next().unwrap_or_default().contains('@')
        || (head.contains('/') && !head.contains(['@', '<', '>', '=', '!', '~']))
        || Path::new(head).extension().is_some_and(|extension| extension == "whl")
}

/// A marker after a path or address needs a space before its semicolon, as both may contain one.
fn split_marker(text: &str) -> (&str, Option<&str>) {
    match text.find(" ;").or_else(|| text.find("; ")) {
        Some(index) => (text[..index].trim_end(), Some(text[index..].trim_start_matches([' ', ';']))),
        None => (text.trim_end(), None),
    }
}

fn split_extras(location: &str) -> (&str, &str) {
    match location.strip_suffix(']').and_then(|inner| inner.rsplit_once('[')) {
        Some((location, extras)) => (location, extras),
        None => (location, ""),
    }
}

fn location_origin(location: &str, text: &str, context: &Context<'_>) -> Result<Origin, PackageError> {
    if let Some((scheme, _)) = location.split_once(':')
        && ["http", "https", "file"].contains(&scheme)
    {
        if let Some(path) = location.strip_prefix("file:").filter(|path| !path.starts_with('/')) {
            return Ok(path_origin(path, context));
        }
        let url = Url::parse(location).map_err(|error| context.refuse(&super::masked(text), error))?;
        return url_origin(url, text, context);
    }
    if location.contains("://") {
        return Err(context.refuse(&super::masked(text), "only http, https and file addresses are known"));
    }
    Ok(path_origin(location, context))
}

fn path_origin(location: &str, context: &Context<'_>) -> Origin {
    // What follows says the name, as `#egg=name`, which is found in the directory.
    let location = location.split('#').next().unwrap_or_default();
    let path = match (location.strip_prefix("~/"), context.home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => context.directory.join(location),
    };
    let path: PathBuf = path.components().collect();
    let is_wheel = path.is_file() || path.extension().is_some_and(|extension| extension == "whl");
    if is_wheel && let Ok(url) = Url::from_file_path(&path) {
        return Origin::Wheel(url);
    }
    Origin::Directory(path)
}

fn url_origin(url: Url, text: &str, context: &Context<'_>) -> Result<Origin, PackageError> {
    if url.scheme() == "file" {
        let path = url.to_file_path().map_err(|()| context.refuse(text, "this is no path of this machine"))?;
        if path.extension().is_none_or(|extension| extension != "whl") && path.is_dir() {
            return Ok(Origin::Directory(path));
        }
    }
    if !["http", "https", "file"].contains(&url.scheme()) {
        return Err(context.refuse(&super::masked(text), "only http, https and file addresses are known"));
    }
    if !super::wheel::file_name(&url).ends_with(".whl") {
        return Err(context.unsupported(
            text,
            "source code that has to be built",
            "make a wheel of it, `pip wheel --no-deps REQUIREMENT -w wheels`, and write its path here instead",
        ));
    }
    Ok(Origin::Wheel(url))
}
