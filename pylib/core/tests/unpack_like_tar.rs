//! What unpacking leaves, beside what the programs tar and unzip leave.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use batou_core::archive::{ArchiveError, Format, UnpackOptions, are_current, names, unpack};

/// Runs a program, which must be there and succeed.
fn run(program: &str, arguments: &[&str], directory: &Path) {
    let ended = Command::new(program).args(arguments).current_dir(directory).output();
    let output = ended.unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Everything below a directory that archives are about, one line each.
fn tree(directory: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(path) = waiting.pop() {
        let found = fs::symlink_metadata(&path).unwrap();
        let content = if found.is_symlink() {
            format!("-> {}", fs::read_link(&path).unwrap().display())
        } else if found.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            String::new()
        } else if found.is_file() {
            format!("{:?} {} names", String::from_utf8_lossy(&fs::read(&path).unwrap()), found.nlink())
        } else {
            String::new()
        };
        // What is no member was changed by the test just now.
        let time = if found.mtime() < 1_500_000_000 {
            format!("{}.{}", found.mtime(), found.mtime_nsec())
        } else {
            "now".to_owned()
        };
        lines.push(format!(
            "{} {:o} {}:{} {time} {content}",
            path.strip_prefix(directory).unwrap().display(),
            found.mode(),
            found.uid(),
            found.gid(),
        ));
    }
    lines.sort();
    lines
}

fn age(path: &Path, seconds: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    fs::File::open(path).unwrap().set_modified(time).unwrap();
}

/// A tree with all that tar packs, in `source`, and what two unpackings shall meet, in `ours` and `theirs`.
fn prepared(root: &Path) {
    let source = root.join("source");
    for directory in ["top/link-to-directory", "top/kept", "top/read-only"] {
        fs::create_dir_all(source.join(directory)).unwrap();
    }
    for (path, mode) in [
        ("top/plain", 0o640),
        ("top/program", 0o6755),
        ("top/link-to-directory/file", 0o644),
        ("top/kept/file", 0o600),
        ("top/read-only/file", 0o444),
        ("top/over-link", 0o644),
        ("top/over-empty-directory", 0o644),
        ("top/._hidden", 0o644),
        ("top/\u{e4}\u{f6} \"quoted\"", 0o644),
        ("short", 0o644),
    ] {
        let path = source.join(path);
        fs::write(&path, path.file_name().unwrap().as_encoded_bytes()).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        age(&path, 1_000_000_000);
    }
    fs::hard_link(source.join("top/plain"), source.join("top/second-name")).unwrap();
    symlink("plain", source.join("top/soft")).unwrap();
    symlink("nowhere", source.join("top/dangling")).unwrap();
    fs::set_permissions(source.join("top/kept"), Permissions::from_mode(0o2751)).unwrap();
    fs::set_permissions(source.join("top/read-only"), Permissions::from_mode(0o555)).unwrap();
    for directory in ["top/link-to-directory", "top/kept", "top/read-only", "top"] {
        age(&source.join(directory), 1_100_000_000);
    }
    for target in ["ours", "theirs"] {
        fs::create_dir(root.join(target)).unwrap();
    }
}

/// What stands in the way of the members.
fn clutter(target: &Path) {
    for directory in ["elsewhere", "kept", "over-empty-directory"] {
        fs::create_dir_all(target.join(directory)).unwrap();
    }
    fs::write(target.join("elsewhere/other"), "stays").unwrap();
    age(&target.join("elsewhere/other"), 5);
    age(&target.join("elsewhere"), 5);
    fs::write(target.join("kept/file"), "old").unwrap();
    fs::hard_link(target.join("kept/file"), target.join("old-name")).unwrap();
    age(&target.join("old-name"), 5);
    fs::write(target.join("kept/extra"), "stays").unwrap();
    age(&target.join("kept/extra"), 5);
    fs::set_permissions(target.join("kept"), Permissions::from_mode(0o700)).unwrap();
    symlink("elsewhere", target.join("link-to-directory")).unwrap();
    symlink("elsewhere/other", target.join("over-link")).unwrap();
    let _ = rustix::fs::utimensat(
        rustix::fs::CWD,
        target.join("link-to-directory"),
        &rustix::fs::Timestamps {
            last_access: rustix::fs::Timespec { tv_sec: 5, tv_nsec: 0 },
            last_modification: rustix::fs::Timespec { tv_sec: 5, tv_nsec: 0 },
        },
        rustix::fs::AtFlags::SYMLINK_NOFOLLOW,
    );
}

const NOTHING: UnpackOptions = UnpackOptions { strip: 0, links_outside: false };

#[test]
fn tar_archives_are_unpacked_as_tar_does() {
    for format in ["gnu", "pax", "ustar", "v7"] {
        for strip in [0, 1, 2] {
            for cluttered in [false, true] {
                let root = tempfile::tempdir().unwrap();
                let root = root.path();
                prepared(root);
                let kind = format!("--format={format}");
                // The old format has no place for fractions and odd names, which is not what this is about.
                run("tar", &["cf", "archive.tar", &kind, "-C", "source", "top", "short"], root);
                let archive = root.join("archive.tar");
                for target in ["ours", "theirs"] {
                    if cluttered {
                        let inner = if strip == 0 { format!("{target}/top") } else { target.to_owned() };
                        fs::create_dir_all(root.join(&inner)).unwrap();
                        clutter(&root.join(&inner));
                    }
                    age(&root.join(target), 7);
                }
                let parts = strip.to_string();
                run("tar", &["xf", "archive.tar", "-C", "theirs", "--strip-components", &parts], root);
                unpack(&archive, Format::Tar, &root.join("ours"), UnpackOptions { strip, ..NOTHING }).unwrap();
                let (ours, theirs) = (tree(&root.join("ours")), tree(&root.join("theirs")));
                assert_eq!(ours, theirs, "{format} {strip} {cluttered}");
                let members = names(&archive, Format::Tar, &[]).unwrap();
                assert!(are_current(&archive, &root.join("ours"), members, strip).unwrap());
            }
        }
    }
}

#[test]
fn an_archive_of_the_directory_itself_sets_its_attributes() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    prepared(root);
    fs::set_permissions(root.join("source"), Permissions::from_mode(0o750)).unwrap();
    run("tar", &["czf", "archive.tgz", "-C", "source", "."], root);
    run("tar", &["xf", "archive.tgz", "-C", "theirs"], root);
    unpack(&root.join("archive.tgz"), Format::Tar, &root.join("ours"), NOTHING).unwrap();
    assert_eq!(tree(&root.join("ours")), tree(&root.join("theirs")));
}

#[test]
fn zip_archives_are_unpacked_as_unzip_does() {
    for cluttered in [false, true] {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        prepared(root);
        let script = "import os, sys, time, zipfile\n\
            with zipfile.ZipFile('archive.zip', 'w', zipfile.ZIP_DEFLATED) as archive:\n\
            \x20   for directory, below, files in os.walk('source/top'):\n\
            \x20       for name in [''] + sorted(files):\n\
            \x20           path = os.path.join(directory, name)\n\
            \x20           if os.path.islink(path):\n\
            \x20               entry = zipfile.ZipInfo(path[7:], (2001, 2, 3, 4, 5, 6))\n\
            \x20               entry.external_attr = 0o120777 << 16\n\
            \x20               archive.writestr(entry, os.readlink(path))\n\
            \x20           else:\n\
            \x20               archive.write(path, path[7:])\n";
        run("python3", &["-c", script], root);
        for target in ["ours", "theirs"] {
            if cluttered {
                fs::create_dir_all(root.join(target).join("top")).unwrap();
                clutter(&root.join(target).join("top"));
                // Here unzip gives up.
                fs::remove_dir(root.join(target).join("top/over-empty-directory")).unwrap();
            }
        }
        run("unzip", &["-qo", "archive.zip", "-d", "theirs"], root);
        unpack(&root.join("archive.zip"), Format::Zip, &root.join("ours"), NOTHING).unwrap();
        assert_eq!(tree(&root.join("ours")), tree(&root.join("theirs")), "{cluttered}");
        let members = names(&root.join("archive.zip"), Format::Zip, &[]).unwrap();
        assert_eq!(members.len(), 16);
        assert!(are_current(&root.join("archive.zip"), &root.join("ours"), members, 0).unwrap());
    }
}

fn compressed(content: &[u8], suffix: &str) -> Vec<u8> {
    match suffix {
        "tar" => content.to_vec(),
        "gz" => {
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            writer.write_all(content).unwrap();
            writer.finish().unwrap()
        }
        "bz2" => {
            let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            writer.write_all(content).unwrap();
            writer.finish().unwrap()
        }
        "zst" => {
            // Two frames, with a skippable one between.
            let (one, two) = content.split_at(content.len() / 2);
            let compress = |part| ruzstd::encoding::compress_to_vec(part, ruzstd::encoding::CompressionLevel::Fastest);
            let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
            [compress(one), skipped.to_vec(), compress(two)].concat()
        }
        other => unreachable!("{other}"),
    }
}

/// A compressed file by a program that every system has.
fn by_python(root: &Path, suffix: &str) -> Vec<u8> {
    let format = if suffix == "xz" { "FORMAT_XZ" } else { "FORMAT_ALONE" };
    let script = format!(
        "import lzma; open('out', 'wb').write(lzma.compress(open('plain.tar', 'rb').read(), format=lzma.{format}))"
    );
    run("python3", &["-c", &script], root);
    fs::read(root.join("out")).unwrap()
}

#[test]
fn every_compression_is_known_by_its_content_and_damage_changes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    prepared(root);
    fs::write(root.join("source/top/large"), (0..200_000u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>()).unwrap();
    run("tar", &["cf", "plain.tar", "-C", "source", "."], root);
    run("tar", &["xf", "plain.tar", "-C", "theirs"], root);
    let expected = tree(&root.join("theirs"));
    let plain = fs::read(root.join("plain.tar")).unwrap();
    for suffix in ["tar", "gz", "bz2", "zst", "xz", "lzma"] {
        let bytes = if suffix.ends_with('z') && suffix.starts_with('x') || suffix == "lzma" {
            by_python(root, suffix)
        } else {
            compressed(&plain, suffix)
        };
        // The suffix does not count.
        let archive = root.join("archive");
        fs::write(&archive, &bytes).unwrap();
        let target = root.join(format!("target-{suffix}"));
        fs::create_dir(&target).unwrap();
        unpack(&archive, Format::Tar, &target, NOTHING).unwrap();
        assert_eq!(tree(&target), expected, "{suffix}");

        let fresh = root.join(format!("fresh-{suffix}"));
        fs::create_dir(&fresh).unwrap();
        fs::write(fresh.join("short"), "old").unwrap();
        for part in [0.01, 0.3, 0.5, 0.9, 0.99] {
            // Of plain tar, the last 20 blocks are padding.
            let length = if suffix == "tar" { bytes.len() - 10_240 } else { bytes.len() };
            let length = (length as f64 * part) as usize;
            fs::write(&archive, &bytes[..length]).unwrap();
            let error = match unpack(&archive, Format::Tar, &fresh, NOTHING) {
                Err(error) => error,
                Ok(()) => panic!("{suffix}: {length} bytes of {}", bytes.len()),
            };
            assert!(matches!(error, ArchiveError::Damaged { .. }), "{suffix} {part}: {error:?}");
            assert_eq!(fs::read_dir(&fresh).unwrap().count(), 1);
            assert_eq!(fs::read(fresh.join("short")).unwrap(), b"old");
        }
        if suffix != "tar" {
            let mut bytes = bytes.clone();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x55;
            fs::write(&archive, &bytes).unwrap();
            // lzma has no checksum; everything else must notice.
            if suffix != "lzma" {
                unpack(&archive, Format::Tar, &fresh, NOTHING).expect_err(suffix);
                assert_eq!(fs::read_dir(&fresh).unwrap().count(), 1);
            }
        }
    }
}

#[test]
fn damaged_zip_archives_change_nothing() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let script = "import zipfile\n\
        with zipfile.ZipFile('archive.zip', 'w', zipfile.ZIP_DEFLATED) as archive:\n\
        \x20   for name in 'abc': archive.writestr(name, bytes(range(256)) * 400)\n";
    run("python3", &["-c", script], root);
    let whole = fs::read(root.join("archive.zip")).unwrap();
    let target = root.join("target");
    fs::create_dir(&target).unwrap();
    let archive = root.join("archive.zip");
    for length in [0, 10, whole.len() / 2, whole.len() - 1] {
        fs::write(&archive, &whole[..length]).unwrap();
        let error = names(&archive, Format::Zip, &[]).unwrap_err();
        assert!(matches!(error, ArchiveError::Damaged { .. }), "{length}: {error:?}");
    }
    // A flipped bit in the content of the last member: the listing is fine, the checksum is not.
    let mut flipped = whole.clone();
    let last = whole.windows(4).rposition(|bytes| bytes == b"PK\x03\x04").unwrap();
    flipped[last + 60] ^= 1;
    fs::write(&archive, &flipped).unwrap();
    assert_eq!(names(&archive, Format::Zip, &[]).unwrap().len(), 3);
    unpack(&archive, Format::Zip, &target, NOTHING).unwrap_err();
    assert_eq!(fs::read_dir(&target).unwrap().count(), 0);
}

#[test]
fn what_is_no_archive_is_named() {
    let root = tempfile::tempdir().unwrap();
    let archive = root.path().join("page.tar.gz");
    fs::write(&archive, "<html>not found</html>".repeat(100)).unwrap();
    for format in [Format::Tar, Format::Zip] {
        let error = names(&archive, format, &[]).unwrap_err();
        assert!(matches!(error, ArchiveError::Damaged { .. }), "{error:?}");
        assert!(error.to_string().contains("page.tar.gz is damaged or no "), "{error}");
        let error = names(&root.path().join("missing"), format, &[]).unwrap_err();
        assert!(matches!(&error, ArchiveError::Disk(error) if error.errno() == Some(2)), "{error:?}");
    }
}

#[test]
fn an_unsafe_member_keeps_everything_from_being_unpacked() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let script = "import io, tarfile, zipfile\n\
        def pack(name, *members):\n\
        \x20   with tarfile.open(name, 'w') as archive:\n\
        \x20       for path, link in members:\n\
        \x20           entry = tarfile.TarInfo(path)\n\
        \x20           if link: entry.type, entry.linkname = tarfile.SYMTYPE, link\n\
        \x20           archive.addfile(entry, io.BytesIO(b''))\n\
        pack('absolute.tar', ('good', ''), ('/evil', ''))\n\
        pack('upwards.tar', ('good', ''), ('../evil', ''))\n\
        pack('link.tar', ('good', ''), ('evil', '/etc'))\n\
        pack('through.tar', ('good', ''), ('link', '../outside'), ('link/evil', ''))\n\
        with zipfile.ZipFile('upwards.zip', 'w') as archive:\n\
        \x20   archive.writestr('good', ''); archive.writestr('x/../../evil', '')\n";
    run("python3", &["-c", script], root);
    fs::create_dir(root.join("outside")).unwrap();
    let target = root.join("target");
    fs::create_dir(&target).unwrap();
    for (name, member, why) in [
        ("absolute.tar", "/evil", "has an absolute path"),
        ("upwards.tar", "../evil", "leads out of its directory by `..`"),
        ("link.tar", "evil", "is a link that leads outside the target"),
        ("through.tar", "link", "is a link that leads outside the target"),
        ("upwards.zip", "x/../../evil", "leads out of its directory by `..`"),
    ] {
        let format = if name.ends_with("zip") { Format::Zip } else { Format::Tar };
        let error = unpack(&root.join(name), format, &target, NOTHING).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(&format!("{member:?} {why}")), "{error}");
        assert_eq!(fs::read_dir(&target).unwrap().count(), 0);
    }
    let allowed = UnpackOptions { links_outside: true, ..NOTHING };
    let error = unpack(&root.join("through.tar"), Format::Tar, &target, allowed).unwrap_err().to_string();
    assert!(error.contains("\"link/evil\" would be written through a link"), "{error}");
    unpack(&root.join("link.tar"), Format::Tar, &target, allowed).unwrap();
    assert_eq!(fs::read_link(target.join("evil")).unwrap(), Path::new("/etc"));
    assert_eq!(fs::read_dir(root.join("outside")).unwrap().count(), 0);
}

#[test]
fn members_are_current_until_something_is_missing_or_the_archive_is_newer() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    prepared(root);
    let ours = root.join("ours");
    let archive = root.join("archive.tar");
    run("tar", &["cf", "archive.tar", "-C", "source", "top"], root);
    let current = || {
        let members = names(&archive, Format::Tar, &["._*".to_owned()]).unwrap();
        are_current(&archive, &ours, members, 0).unwrap()
    };
    assert!(!current());
    unpack(&archive, Format::Tar, &ours, NOTHING).unwrap();
    assert!(current());
    // What is left out of the listing may be missing.
    fs::remove_file(ours.join("top/._hidden")).unwrap();
    assert!(current());
    fs::remove_file(ours.join("top/kept/file")).unwrap();
    assert!(!current());
    unpack(&archive, Format::Tar, &ours, NOTHING).unwrap();
    assert!(current());
    std::thread::sleep(Duration::from_millis(20));
    age(&archive, 1);
    assert!(!current());
    assert!(!are_current(&root.join("missing"), &ours, Vec::<PathBuf>::new(), 0).unwrap());
}

#[test]
fn ten_thousand_members_are_compared_in_no_time() {
    let root = tempfile::tempdir().unwrap();
    let mut builder = tar::Builder::new(Vec::new());
    for index in 0..10_000 {
        let mut header = tar::Header::new_gnu();
        header.set_size(5);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, format!("d{}/file-{index}", index % 100), &b"12345"[..]).unwrap();
    }
    let archive = root.path().join("archive.tgz");
    fs::write(&archive, compressed(&builder.into_inner().unwrap(), "gz")).unwrap();
    unpack(&archive, Format::Tar, root.path(), NOTHING).unwrap();
    let begin = Instant::now();
    let members = names(&archive, Format::Tar, &["._*".to_owned()]).unwrap();
    assert_eq!(members.len(), 10_000);
    assert!(are_current(&archive, root.path(), members, 0).unwrap());
    // It takes about 30 ms; the bound is for a busy machine.
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}
