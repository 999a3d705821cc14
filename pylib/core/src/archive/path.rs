//! Where members go, and which of them must not go there.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::error::Danger;
use super::member::{Kind, Member};

/// As many links in a row as Linux follows.
const LONGEST_CHAIN: usize = 40;

/// The path of a member below the target, without its first parts. `None`: it has no more parts than these.
///
/// Parts are counted as tar counts them: `./a` has two. An empty path is the target itself.
pub(super) fn stripped(name: &Path, strip: usize) -> Option<PathBuf> {
    let bytes = name.as_os_str().as_bytes();
    let mut parts = bytes.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).skip(strip).peekable();
    if strip > 0 {
        parts.peek()?;
    }
    Some(parts.filter(|part| *part != b".").map(OsStr::from_bytes).collect())
}

/// Looks for the first member that could write outside the target.
pub(super) fn check(members: &[Member], strip: usize, links_outside: bool) -> Result<(), (&Member, Danger)> {
    let links = Links::of(members, strip);
    for member in members {
        let check = || {
            plain(&member.name)?;
            let Some(path) = stripped(&member.name, strip) else { return Ok(()) };
            if path.as_os_str().is_empty() && member.kind != Kind::Directory {
                return Err(Danger::Target);
            }
            links.check_way_to(&path)?;
            match &member.kind {
                Kind::Symlink(text) if !links_outside && links.leads_outside(&path, text) => Err(Danger::LinkOutside),
                Kind::HardLink(other) => {
                    plain(other).map_err(|_| Danger::HardLinkOutside)?;
                    links.check_way_to(&stripped(other, strip).ok_or(Danger::HardLinkOutside)?)
                }
                _ => Ok(()),
            }
        };
        check().map_err(|danger| (member, danger))?;
    }
    Ok(())
}

/// A path that leads downwards only.
fn plain(name: &Path) -> Result<(), Danger> {
    let bytes = name.as_os_str().as_bytes();
    if bytes.contains(&0) {
        return Err(Danger::NullByte);
    }
    if bytes.first() == Some(&b'/') {
        return Err(Danger::Absolute);
    }
    if goes_up(bytes) { Err(Danger::Upwards) } else { Ok(()) }
}

fn goes_up(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/').any(|part| part == b"..")
}

/// The symbolic links of an archive by their place.
struct Links<'a>(HashMap<PathBuf, &'a [u8]>);

impl<'a> Links<'a> {
    fn of(members: &'a [Member], strip: usize) -> Self {
        let links = members.iter().filter_map(|member| match &member.kind {
            Kind::Symlink(text) => Some((stripped(&member.name, strip)?, text.as_os_str().as_bytes())),
            _ => None,
        });
        Self(links.collect())
    }

    /// Writing through a link of the archive is fine as long as no link on the way goes up or is absolute. Where such a
    /// link leads may depend on what is on the disk, so tar does not write through it either.
    fn check_way_to(&self, path: &Path) -> Result<(), Danger> {
        if self.0.is_empty() {
            return Ok(());
        }
        let Some(parent) = path.parent() else { return Ok(()) };
        self.walk(PathBuf::new(), parent.as_os_str().as_bytes(), true).map(drop).ok_or(Danger::ThroughLink)
    }

    fn leads_outside(&self, link: &Path, text: &Path) -> bool {
        let parent = link.parent().map(Path::to_owned).unwrap_or_default();
        self.walk(parent, text.as_os_str().as_bytes(), false).is_none()
    }

    /// Where a path leads, following the links of the archive; `None` if that is outside. If `strictly`, a link that
    /// goes up or is absolute counts as outside wherever it leads.
    fn walk(&self, from: PathBuf, path: &[u8], strictly: bool) -> Option<PathBuf> {
        let mut place = from;
        let mut followed = 0;
        let mut rest: Vec<&[u8]> = path.split(|byte| *byte == b'/').rev().collect();
        if path.first() == Some(&b'/') {
            return None;
        }
        while let Some(part) = rest.pop() {
            match part {
                b"" | b"." => {}
                b".." => {
                    if !place.pop() {
                        return None;
                    }
                }
                part => {
                    place.push(OsStr::from_bytes(part));
                    let Some(text) = self.0.get(&place) else { continue };
                    if text.first() == Some(&b'/') || (strictly && goes_up(text)) {
                        return None;
                    }
                    followed += 1;
                    if followed > LONGEST_CHAIN {
                        // The system follows no further, so this leads nowhere.
                        return Some(place);
                    }
                    place.pop();
                    rest.extend(text.split(|byte| *byte == b'/').rev());
                }
            }
        }
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, kind: Kind) -> Member {
        Member { name: name.into(), kind, mode: None, owner: None, modified: None }
    }

    fn link(name: &str, text: &str) -> Member {
        member(name, Kind::Symlink(text.into()))
    }

    fn danger(members: &[Member]) -> Option<(String, Danger)> {
        check(members, 0, false).err().map(|(member, danger)| (member.name.display().to_string(), danger))
    }

    #[test]
    fn parts_are_dropped_as_tar_does() {
        for (name, strip, expected) in [
            ("a/b/c", 0, Some("a/b/c")),
            ("a/b/c", 1, Some("b/c")),
            ("a//b/./c/", 1, Some("b/c")),
            ("./a/b", 1, Some("a/b")),
            ("a/", 1, None),
            ("a", 1, None),
            ("a", 5, None),
            ("./", 0, Some("")),
            ("", 0, Some("")),
        ] {
            assert_eq!(stripped(Path::new(name), strip).as_deref(), expected.map(Path::new), "{name} {strip}");
        }
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for (name, expected) in [
            ("/etc/passwd", Some(Danger::Absolute)),
            ("//etc", Some(Danger::Absolute)),
            ("/", Some(Danger::Absolute)),
            ("..", Some(Danger::Upwards)),
            ("../x", Some(Danger::Upwards)),
            ("a/../x", Some(Danger::Upwards)),
            ("a/..", Some(Danger::Upwards)),
            ("./../x", Some(Danger::Upwards)),
            ("a//..//x", Some(Danger::Upwards)),
            ("a\0/../x", Some(Danger::NullByte)),
            ("...", None),
            ("..x/x..", None),
            ("a\\..\\x", None),
            ("C:/x", None),
            ("~/x", None),
            ("-rf", None),
            ("", None),
            (".", None),
            ("a/./b", None),
            ("\u{2025}/x", None),
        ] {
            for kind in [Kind::File, Kind::Directory, Kind::Special { kind: 0, device: 0 }] {
                let is_target = matches!(name, "" | ".") && kind != Kind::Directory;
                let found = danger(&[member(name, kind)]).map(|(_, danger)| danger);
                assert_eq!(found, if is_target { Some(Danger::Target) } else { expected }, "{name:?}");
            }
            let other = if expected.is_some() { Some(Danger::HardLinkOutside) } else { None };
            let found = danger(&[member("other", Kind::HardLink(name.into()))]).map(|(_, danger)| danger);
            assert_eq!(found, other, "{name:?}");
        }
    }

    #[test]
    fn links_may_lead_anywhere_inside() {
        for (name, text, refused) in [
            ("a", "b", false),
            ("a", "/etc", true),
            ("a", "/", true),
            ("a", "..", true),
            ("a", "../a", true),
            ("a/b", "..", false),
            ("a/b", "../..", true),
            ("a/b", "../../x", true),
            ("a/b/c", "../../x", false),
            ("a/b", "c/../../d", false),
            ("a/b", "c/../../../d", true),
            ("a", "a", false),
            ("a", "", false),
        ] {
            let found = danger(&[link(name, text)]);
            assert_eq!(found.is_some(), refused, "{name} -> {text}: {found:?}");
        }
        assert!(check(&[link("a", "/etc")], 0, true).is_ok());
    }

    #[test]
    fn what_looks_harmless_alone_may_lead_outside_together() {
        // `here` is the target itself, so `here/..` is above it, though both texts stay inside if taken alone.
        let members = [link("d/here", ".."), link("out", "d/here/.."), member("out/x", Kind::File)];
        assert_eq!(danger(&members), Some(("out".to_owned(), Danger::LinkOutside)));
        let found = check(&members, 0, true).unwrap_err();
        assert_eq!((found.0.name.as_path(), found.1), (Path::new("out/x"), Danger::ThroughLink));
    }

    #[test]
    fn nothing_is_written_through_links_that_could_lead_outside() {
        let through = [link("l", "/etc"), member("l/x", Kind::File)];
        assert_eq!(check(&through, 0, true).unwrap_err().1, Danger::ThroughLink);
        // The order of members does not matter.
        let later = [member("d/l/x/y", Kind::File), link("d/l", "../e")];
        assert_eq!(danger(&later), Some(("d/l/x/y".to_owned(), Danger::ThroughLink)));
        let chain = [link("a", "b"), link("b", "c/d"), link("c/d", "../.."), member("a/x", Kind::File)];
        assert_eq!(check(&chain, 0, true).unwrap_err().1, Danger::ThroughLink);
        let hard = [link("l", "../etc"), member("h", Kind::HardLink("l/passwd".into()))];
        assert_eq!(check(&hard, 0, true).unwrap_err().1, Danger::ThroughLink);
        let inside = [link("lib64", "lib"), member("lib64/x", Kind::File), link("lib/y", "x")];
        assert_eq!(danger(&inside), None);
        let circle = [link("a", "b"), link("b", "a"), member("a/x", Kind::File)];
        assert_eq!(danger(&circle), None);
    }

    #[test]
    fn stripping_counts_before_the_check() {
        let members = [link("top/l", "/etc"), member("other/l/x", Kind::File)];
        assert_eq!(check(&members, 1, true).unwrap_err().1, Danger::ThroughLink);
        let members = [link("top/a/l", "../../x")];
        assert!(check(&members, 0, false).is_ok());
        assert_eq!(check(&members, 1, false).unwrap_err().1, Danger::LinkOutside);
    }

    #[test]
    fn no_name_of_random_parts_gets_out() {
        // Every path of up to four parts out of these: what is accepted stays below the target when taken literally.
        let parts = ["..", ".", "", "a", "..a", "\u{e4}"];
        let mut paths: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        for _ in 0..3 {
            paths = paths.iter().flat_map(|path| parts.iter().map(move |part| format!("{path}/{part}"))).collect();
            for path in &paths {
                let mut depth = 0i32;
                let escapes = path.starts_with('/')
                    || path.split('/').any(|part| {
                        depth += match part {
                            ".." => -1,
                            "" | "." => 0,
                            _ => 1,
                        };
                        depth < 0
                    });
                if escapes {
                    assert!(danger(&[member(path, Kind::File)]).is_some(), "{path:?}");
                }
            }
        }
    }
}
