//! Names of wheels, and which of them this interpreter can use.

use std::str::FromStr as _;

use pep440_rs::Version;
use pep508_rs::PackageName;
use percent_encoding::percent_decode_str;
use url::Url;

use super::environment::PYTHON_MINOR;

/// The name of a wheel, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WheelName {
    /// The package.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// The number that tells apart what was built of the same source; a higher one wins.
    pub build: Option<(u64, String)>,
    /// Interpreters, binary interfaces and platforms, as they stand there.
    pub tags: [String; 3],
}

impl WheelName {
    /// Takes `name-version[-build]-python-abi-platform.whl` apart. `None`: it is no such name.
    pub fn parse(file: &str) -> Option<Self> {
        let parts: Vec<&str> = file.strip_suffix(".whl")?.split('-').collect();
        let (name, version, build, tags) = match parts.as_slice() {
            [name, version, tags @ ..] if tags.len() == 3 => (name, version, None, tags),
            [name, version, build, tags @ ..] if tags.len() == 3 => (name, version, Some(*build), tags),
            _ => return None,
        };
        let build = match build {
            Some(build) => {
                let end = build.find(|character: char| !character.is_ascii_digit()).unwrap_or(build.len());
                Some((build[..end].parse().ok()?, build[end..].to_owned()))
            }
            None => None,
        };
        Some(Self {
            name: PackageName::from_str(name).ok()?,
            version: Version::from_str(version).ok()?,
            build,
            tags: [tags[0].to_owned(), tags[1].to_owned(), tags[2].to_owned()],
        })
    }

    /// Whether it consists of Python alone, of a language that this interpreter knows.
    pub fn is_usable(&self) -> bool {
        let [python, abi, platform] = &self.tags;
        python.split('.').any(is_usable_python)
            && abi.split('.').any(|abi| abi == "none")
            && platform.split('.').any(|platform| platform == "any")
    }
}

/// `py3` and `py3X` up to the own version; `cp...` means another implementation.
fn is_usable_python(tag: &str) -> bool {
    match tag.strip_prefix("py3") {
        Some("") => true,
        Some(minor) => minor.parse::<u32>().is_ok_and(|minor| minor <= PYTHON_MINOR),
        None => false,
    }
}

/// The name and version in the name of a source archive; the name of the package decides where the version begins.
pub fn source_version(file: &str, name: &PackageName) -> Option<Version> {
    let stem =
        [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"].iter().find_map(|suffix| file.strip_suffix(suffix))?;
    stem.match_indices('-').find_map(|(index, _)| {
        let is_name = PackageName::from_str(&stem[..index]).is_ok_and(|candidate| candidate == *name);
        if is_name { Version::from_str(&stem[index + 1..]).ok() } else { None }
    })
}

/// The name of the file that an address leads to.
pub fn file_name(url: &Url) -> String {
    let last = url.path().rsplit('/').next().unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pure_wheels_are_usable_and_others_not() {
        let cases = [
            ("a-1.0-py3-none-any.whl", true),
            ("a-1.0-py2.py3-none-any.whl", true),
            ("a-1.0-py310-none-any.whl", true),
            ("a-1.0-1-py3-none-any.whl", true),
            ("a-1.0-py314-none-any.whl", true),
            ("a-1.0-py315-none-any.whl", false),
            ("a-1.0-py2-none-any.whl", false),
            ("a-1.0-cp314-none-any.whl", false),
            ("a-1.0-cp37-abi3-manylinux2014_x86_64.whl", false),
            ("a-1.0-py3-none-manylinux2014_x86_64.whl", false),
            ("a-1.0-py3-abi3-any.whl", false),
        ];
        for (file, usable) in cases {
            assert_eq!(WheelName::parse(file).expect(file).is_usable(), usable, "{file}");
        }
    }

    #[test]
    fn names_are_taken_apart() {
        let wheel = WheelName::parse("Foo_Bar.baz-1.0.post1-2b-py3-none-any.whl").expect("a wheel");
        assert_eq!(wheel.name.as_ref(), "foo-bar-baz");
        assert_eq!(wheel.version.to_string(), "1.0.post1");
        assert_eq!(wheel.build, Some((2, "b".to_owned())));
        for file in [
            "",
            "a.whl",
            "a-1.whl",
            "a-1-py3-none.whl",
            "a-x-py3-none-any.whl",
            "a-1-x-py3-none-any.whl",
            "a-1-py3-none-any.zip",
            "a-1-1-1-py3-none-any.whl",
        ] {
            assert_eq!(WheelName::parse(file), None, "{file}");
        }
    }

    #[test]
    fn versions_of_source_archives() {
        let name = PackageName::from_str("foo-bar").expect("a name");
        for (file, version) in [
            ("foo-bar-1.0.tar.gz", Some("1.0")),
            ("foo_bar-1.0.zip", Some("1.0")),
            ("foo-bar-baz-1.0.tar.gz", None),
            ("foo-bar-1.0.rpm", None),
            ("foo-bar.tar.gz", None),
        ] {
            assert_eq!(source_version(file, &name).map(|version| version.to_string()).as_deref(), version, "{file}");
        }
    }
}
