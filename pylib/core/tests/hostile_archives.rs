//! Archives with member names of people who mean harm: nothing outside the target is ever written, and either everything is
//! unpacked or an error names the member.
//!
//! `RANDOM_COUNT` tries more, `RANDOM_SEED` others, `RANDOM_ONLY` one again.

mod numbers;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use batou_core::archive::{ArchiveError, Format, UnpackOptions, are_current, names, unpack};
use numbers::{Numbers, seeds};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
    Symlink,
    HardLink,
    Pipe,
}

#[derive(Debug, Clone)]
struct Member {
    name: String,
    kind: Kind,
    /// The content of a file, or where a link leads.
    text: String,
}

/// A path of few parts, so that members meet each other, and of some that are meant to get out.
fn path(numbers: &mut Numbers, outside: &str) -> String {
    const PLAIN: [&str; 6] = ["a", "b", "c", "link", "deep", "A"];
    const STRANGE: [&str; 24] = [
        "..",
        "..",
        "..",
        ".",
        "",
        "C:",
        "c:\\windows",
        "..\\..",
        "a\\..\\..\\b",
        "ü",
        "u\u{308}",
        "\u{202e}x",
        "..\u{2025}",
        "%2e%2e",
        "-rf",
        "a b",
        "a\nb",
        "~",
        "$HOME",
        "con",
        " ",
        "...",
        "a\0b",
        "\u{feff}",
    ];
    if numbers.one_of(12) {
        return match numbers.below(6) {
            0 => format!("{outside}/new"),
            1 => format!("{outside}/precious"),
            2 => "a".repeat(300),
            3 if numbers.one_of(8) => "deep/".repeat(1000) + "a",
            3 => "deep/".repeat(20) + "a",
            4 => format!("{}precious", "../".repeat(3)),
            _ => "../../outside/precious".to_owned(),
        };
    }
    let parts: Vec<&str> = (0..=numbers.below(4))
        .map(|_| if numbers.one_of(6) { numbers.pick(&STRANGE) } else { numbers.pick(&PLAIN) })
        .collect();
    parts.join("/")
}

fn members(numbers: &mut Numbers, outside: &str, kinds: &[Kind]) -> Vec<Member> {
    let count = 1 + numbers.below(7);
    let mut found: Vec<Member> = Vec::new();
    for number in 0..count {
        let kind = numbers.pick(kinds);
        let mut name = path(numbers, outside);
        if let Some(before) = found.last().filter(|before| before.kind == Kind::Symlink && numbers.one_of(2)) {
            // The classic: a link, and then a file through it.
            name = format!("{}/{name}", before.name);
        } else if numbers.one_of(8) && !found.is_empty() {
            name = found[numbers.below(found.len())].name.clone();
        }
        let text = match kind {
            Kind::Symlink | Kind::HardLink => match numbers.below(4) {
                0 => outside.to_owned(),
                1 => "../outside".to_owned(),
                _ => path(numbers, outside),
            },
            _ => format!("content {number}\n"),
        };
        found.push(Member { name, kind, text });
    }
    found
}

/// A tar archive, with names too long or too strange for a header where others keep them: in entries of their own.
fn tar(members: &[Member], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = Vec::new();
    for member in members {
        let kind = match member.kind {
            Kind::File => b'0',
            Kind::HardLink => b'1',
            Kind::Symlink => b'2',
            Kind::Directory => b'5',
            Kind::Pipe => b'6',
        };
        let link = if matches!(member.kind, Kind::Symlink | Kind::HardLink) { member.text.as_str() } else { "" };
        let (mut short_name, mut short_link) = (member.name.as_bytes(), link.as_bytes());
        let mut records = Vec::new();
        for (value, letter, key) in [(&mut short_name, b'L', "path"), (&mut short_link, b'K', "linkpath")] {
            let fits = value.len() <= 100 && !value.contains(&0);
            if value.is_empty() || (fits && !numbers.one_of(5)) {
                continue;
            }
            if numbers.one_of(2) {
                entry(&mut bytes, letter, b"././@LongLink", b"", &[*value, b"\0"].concat());
            } else {
                records.extend(record(key, value));
            }
            *value = b"short";
        }
        if !records.is_empty() {
            entry(&mut bytes, b'x', b"pax", b"", &records);
        }
        let content = if member.kind == Kind::File { member.text.as_bytes() } else { b"" };
        entry(&mut bytes, kind, short_name, short_link, content);
    }
    bytes.extend([0; 1024]);
    bytes
}

/// `length key=value`, where the length counts itself.
fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    [format!("{length} {key}=").as_bytes(), value, b"\n"].concat()
}

fn entry(bytes: &mut Vec<u8>, kind: u8, name: &[u8], link: &[u8], content: &[u8]) {
    let mut header = [0u8; 512];
    let mut put = |place: usize, value: &[u8]| header[place..place + value.len()].copy_from_slice(value);
    put(0, name);
    put(100, b"0000755\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{:011o}\0", content.len()).as_bytes());
    put(136, b"07346545000\0");
    put(148, b"        ");
    put(156, &[kind]);
    put(157, link);
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    bytes.extend(header);
    bytes.extend(content);
    bytes.extend(std::iter::repeat_n(0, content.len().next_multiple_of(512) - content.len()));
}

/// A zip archive without compression, as written on Unix or on DOS.
fn zip(members: &[Member], numbers: &mut Numbers) -> Vec<u8> {
    let system: u16 = if numbers.one_of(3) { 0 } else { 3 };
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let name = if member.kind == Kind::Directory { format!("{}/", member.name) } else { member.name.clone() };
        let content = if member.kind == Kind::Directory { b"" } else { member.text.as_bytes() };
        let mode: u32 = match member.kind {
            Kind::Symlink => 0o120_777,
            Kind::Directory => 0o40_755,
            _ => 0o100_644,
        };
        let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
        let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let mut common = Vec::new();
        // Version, UTF-8 names, no compression, time and date.
        common.extend([20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x28]);
        common.extend(checksum(content).to_le_bytes());
        common.extend(long(content.len()));
        common.extend(long(content.len()));
        common.extend(short(name.len()));
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02");
        directory.extend((system << 8 | 20).to_le_bytes());
        directory.extend(&common);
        directory.extend([0; 6]);
        directory.extend((mode << 16).to_le_bytes());
        directory.extend(long(bytes.len()));
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(content);
    }
    let (begin, length) = (bytes.len(), directory.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    bytes.extend([count, count].concat());
    bytes.extend(u32::try_from(length).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(begin).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// CRC-32, a bit at a time.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// Everything but the target, with times: nothing may be touched.
fn surroundings(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(path) = waiting.pop() {
        let state = fs::symlink_metadata(&path).unwrap();
        // The target and what holds it change whenever the target is made anew.
        if path.ends_with("in/target") {
            continue;
        }
        if state.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        let content = if state.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        let time = if path.ends_with("in") { 0 } else { state.ctime_nsec() };
        found.insert(path, format!("{:o} {} {} {time} {content:?}", state.mode(), state.uid(), state.nlink()));
    }
    found
}

fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory).unwrap().next().is_none()
}

/// What an error must mention: the member as a whole, or the last part of where it was to go.
fn is_named(text: &str, members: &[Member]) -> bool {
    members.iter().any(|member| {
        let last = member.name.rsplit(['/', '\\']).find(|part| !part.is_empty() && *part != ".");
        // Long names are shown as they are, others perhaps quoted.
        last.is_some_and(|last| text.contains(last) || text.contains(last.escape_debug().to_string().as_str()))
    })
}

fn check(seed: u64, format: Format, root: &Path) -> bool {
    let mut numbers = Numbers::of(seed);
    let (target, outside) = (root.join("in/target"), root.join("outside"));
    if target.exists() {
        fs::remove_dir_all(&target).unwrap();
    }
    fs::create_dir(&target).unwrap();
    let kinds: &[Kind] = match (format, numbers.one_of(3)) {
        (_, true) => &[Kind::File, Kind::File, Kind::Directory],
        (Format::Tar, _) => &[Kind::File, Kind::File, Kind::Directory, Kind::Symlink, Kind::HardLink, Kind::Pipe],
        (Format::Zip, _) => &[Kind::File, Kind::File, Kind::Directory, Kind::Symlink],
    };
    let members = members(&mut numbers, outside.to_str().unwrap(), kinds);
    let bytes = match format {
        Format::Tar => tar(&members, &mut numbers),
        Format::Zip => zip(&members, &mut numbers),
    };
    let archive = root.join("archive");
    // A new file, as some file systems wait for the disk when an old one is overwritten.
    let _ = fs::remove_file(&archive);
    fs::write(&archive, bytes).unwrap();
    let options = UnpackOptions { strip: numbers.below(8) / 6, links_outside: numbers.one_of(3) };
    let before = surroundings(root);
    let case = format!("{format:?} {seed} {options:?} {members:?}");
    let outcome = unpack(&archive, format, &target, options);
    assert!(surroundings(root) == before, "something outside was touched: {case}");
    match outcome {
        Ok(()) => {
            let listed = names(&archive, format, &[]).unwrap_or_else(|error| panic!("{case}: {error}"));
            // Of members with the same name, a zip archive has the last one only.
            let different: BTreeSet<_> = members.iter().map(|member| &member.name).collect();
            assert!(
                listed.len() == members.len() || (format == Format::Zip && listed.len() >= different.len()),
                "{case}"
            );
            let current = are_current(&archive, &target, listed, options.strip);
            assert!(matches!(current, Ok(true)), "{case}: {current:?}");
            complete(&members, &target, format, options.strip, &case);
            true
        }
        Err(ArchiveError::Unsafe { member, .. }) => {
            let is_one = |other: &Member| {
                let name = other.name.trim_end_matches('/');
                [name.to_owned(), name.replace('\\', "/")].iter().any(|name| member.trim_end_matches('/') == name)
            };
            assert!(members.iter().any(is_one), "{case}: {member:?}");
            assert!(is_empty(&target), "{case}");
            false
        }
        Err(ArchiveError::Disk(error)) => {
            let text =
                format!("{error}: {}", std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default());
            assert!(is_named(&text, &members), "{case}: {text}");
            false
        }
        // The reader of tar archives takes a line break in such an entry for its end.
        Err(ArchiveError::Damaged { .. })
            if format == Format::Tar
                && members.iter().any(|member| member.name.contains('\n') || member.text.contains("\nb")) =>
        {
            assert!(is_empty(&target), "{case}");
            false
        }
        Err(other) => panic!("{other}: {:?}: {case}", std::error::Error::source(&other)),
    }
}

/// Without links, every file is there that no later member replaced.
fn complete(members: &[Member], target: &Path, format: Format, strip: usize, case: &str) {
    if strip > 0 || members.iter().any(|member| matches!(member.kind, Kind::Symlink | Kind::HardLink)) {
        return;
    }
    let place = |member: &Member| {
        let name = if format == Format::Zip { member.name.replace('\\', "/") } else { member.name.clone() };
        let unix = target.join(member.name.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<PathBuf>());
        if unix.symlink_metadata().is_ok() {
            return unix;
        }
        target.join(name.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<PathBuf>())
    };
    for (number, member) in members.iter().enumerate() {
        let path = place(member);
        let is_same = |other: &Member| place(other) == path;
        // Of the same names, the reader of zip archives has the last one at the place of the first.
        let is_replaced = members[number + 1..].iter().any(is_same)
            || (format == Format::Zip
                && members[..number].iter().any(|other| other.kind == Kind::Directory && is_same(other)));
        if member.kind == Kind::File && !is_replaced && path != target && !member.name.ends_with('/') {
            let found = fs::read(&path).unwrap_or_else(|error| panic!("{case}: {}: {error}", path.display()));
            assert_eq!(found, member.text.as_bytes(), "{case}: {:?}", path.as_os_str().as_bytes());
        }
    }
}

fn check_all(format: Format, count: u64) {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("in")).unwrap();
    fs::create_dir_all(root.path().join("outside/deep")).unwrap();
    fs::write(root.path().join("outside/precious"), "precious").unwrap();
    let seeds = seeds(count);
    let tried = seeds.end - seeds.start;
    let unpacked = seeds.filter(|seed| check(*seed, format, root.path())).count() as u64;
    // Neither outcome may be an accident.
    assert!(tried < 100 || (unpacked > tried / 20 && unpacked < tried * 19 / 20), "{unpacked} of {tried}");
}

#[test]
fn no_tar_archive_writes_outside_its_target() {
    check_all(Format::Tar, 1_200);
}

#[test]
fn no_zip_archive_writes_outside_its_target() {
    check_all(Format::Zip, 1_200);
}
