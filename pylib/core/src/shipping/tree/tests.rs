use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::super::message::{Entry, FileFacts, FromController, Kind, Time};
use super::super::test_support::{Outcome, line, ship};
use super::super::{CHUNK, Received, ShippingError, TreeReport, receive};
use super::Tree;
use crate::fs::test_support::{SmallDisk, as_ordinary_user, names};

/// A source and a target.
struct Pair(tempfile::TempDir);

impl Pair {
    fn new() -> Self {
        let pair = Self(tempfile::tempdir().unwrap());
        fs::create_dir(pair.source()).unwrap();
        pair
    }

    fn source(&self) -> PathBuf {
        self.0.path().join("source")
    }

    fn target(&self) -> PathBuf {
        self.0.path().join("target")
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.source().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.target().join(name)).unwrap()
    }

    fn tree(&self) -> Tree {
        Tree::list(&self.source(), Path::new(""), &[]).unwrap()
    }

    fn outcome(&self, cut: Option<usize>) -> Outcome<TreeReport> {
        let tree = self.tree();
        ship(&self.target(), cut, |line| tree.send(line))
    }

    /// Ships, and ships again to see that nothing is left to do.
    fn ship(&self) -> TreeReport {
        let outcome = self.outcome(None);
        let report = outcome.sent.unwrap();
        assert_eq!(outcome.received.unwrap(), Received::Tree(report));
        let again = self.outcome(None);
        assert_eq!(again.sent.unwrap(), TreeReport::default());
        assert_eq!(again.messages, 2, "an unchanged tree is one question and one answer");
        report
    }

    /// Ships where the target must say why it cannot.
    fn refused(&self) -> (String, Option<String>) {
        let error = self.outcome(None).sent.unwrap_err();
        assert!(matches!(error, ShippingError::Target(_)), "{error}");
        (error.to_string(), error.hint())
    }
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

#[test]
fn everything_of_a_tree_arrives_as_it_is() {
    let pair = Pair::new();
    pair.write("file", "content");
    pair.write("program", "#!/bin/sh");
    pair.write("deep/er/file", "below");
    let odd = std::ffi::OsStr::from_bytes(b"deep/\xff\n\"name");
    fs::write(pair.source().join(odd), "odd").unwrap();
    let large = "0123456789abcdef".repeat(CHUNK / 4);
    pair.write("large", &large);
    fs::create_dir(pair.source().join("empty")).unwrap();
    fs::set_permissions(pair.source().join("empty"), Permissions::from_mode(0o2570)).unwrap();
    fs::set_permissions(pair.source().join("program"), Permissions::from_mode(0o4750)).unwrap();
    symlink("../file", pair.source().join("deep/relative")).unwrap();
    symlink("nowhere", pair.source().join("dangling")).unwrap();
    symlink("/etc", pair.source().join("absolute")).unwrap();
    let time = UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    File::options().write(true).open(pair.source().join("file")).unwrap().set_modified(time).unwrap();

    let report = pair.ship();

    assert_eq!(report.written, 11);
    assert_eq!(report.bytes, 7 + 9 + 5 + 3 + large.len() as u64);
    assert_eq!((report.removed, report.adjusted), (0, 0));
    assert_eq!((pair.read("file"), pair.read("deep/er/file")), ("content".into(), "below".into()));
    assert_eq!(fs::read(pair.target().join(odd)).unwrap(), b"odd");
    assert!(pair.read("large") == large);
    assert_eq!(mode(&pair.target().join("program")), 0o4750);
    assert_eq!(mode(&pair.target().join("empty")), 0o2770, "the owner can always do everything");
    assert_eq!(fs::metadata(pair.target().join("file")).unwrap().modified().unwrap(), time);
    for (name, text) in [("deep/relative", "../file"), ("dangling", "nowhere"), ("absolute", "/etc")] {
        assert_eq!(fs::read_link(pair.target().join(name)).unwrap(), Path::new(text));
    }
}

#[test]
fn only_what_differs_is_written() {
    let pair = Pair::new();
    for name in ["a", "b", "c", "d"] {
        pair.write(name, "1234");
    }
    pair.ship();
    let inode = |name: &str| fs::metadata(pair.target().join(name)).unwrap().ino();
    let before: Vec<u64> = ["a", "b", "c", "d"].map(inode).into();

    pair.write("b", "4321");
    // The same content with another time and mode.
    File::options().write(true).open(pair.source().join("c")).unwrap().set_modified(UNIX_EPOCH).unwrap();
    fs::set_permissions(pair.source().join("d"), Permissions::from_mode(0o600)).unwrap();
    let report = pair.ship();

    assert_eq!(report, TreeReport { written: 1, bytes: 4, adjusted: 2, removed: 0 });
    let after: Vec<u64> = ["a", "b", "c", "d"].map(inode).into();
    let kept: Vec<bool> = before.iter().zip(&after).map(|(before, after)| before == after).collect();
    assert_eq!(kept, [true, false, true, true]);
    assert_eq!(pair.read("b"), "4321");
    assert_eq!(mode(&pair.target().join("d")), 0o600);
}

#[test]
fn what_vanished_goes_and_what_is_ignored_stays() {
    let pair = Pair::new();
    pair.write("components/old/component.py", "old");
    pair.write("components/new/component.py", "new");
    for name in ["work/x", ".git/config", ".batou-lock", "insecure-private.key", "ssh_config_dev"] {
        pair.write(name, "of the controller");
    }
    pair.write("components/new/work/file", "a name that is usual at the root only");
    let report = pair.ship();
    assert_eq!(names(&pair.target()), ["components"]);
    assert_eq!(report.written, 7);

    for (name, content) in [("work/component/data", "kept"), (".batou/cache", "kept"), ("stray", "goes")] {
        let path = pair.target().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    nix::unistd::mkfifo(&pair.target().join("pipe"), nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
    fs::remove_dir_all(pair.source().join("components/old")).unwrap();
    let report = pair.ship();
    assert_eq!(report.removed, 4);
    assert_eq!(names(&pair.target()), [".batou", "components", "work"]);
    assert_eq!(pair.read("work/component/data"), "kept");
    assert_eq!(names(&pair.target().join("components")), ["new"]);
    assert_eq!(pair.read("components/new/work/file"), "a name that is usual at the root only");
}

#[test]
fn a_project_below_the_root_keeps_its_work_and_names_of_ones_own_are_kept_anywhere() {
    let pair = Pair::new();
    pair.write("deploy/work/x", "not sent");
    pair.write("deploy/components/c/component.py", "sent");
    pair.write("library/work/x", "sent");
    pair.write("library/node_modules/x", "not sent");
    let list = || Tree::list(&pair.source(), Path::new("./deploy"), &["node_modules".into()]).unwrap();
    let tree = list();
    ship(&pair.target(), None, |line| tree.send(line)).sent.unwrap();
    fs::create_dir_all(pair.target().join("deploy/work")).unwrap();
    fs::create_dir_all(pair.target().join("library/node_modules")).unwrap();
    fs::write(pair.target().join("library/node_modules/y"), "kept").unwrap();
    let tree = list();
    assert_eq!(ship(&pair.target(), None, |line| tree.send(line)).sent.unwrap(), TreeReport::default());

    // A directory that holds such a name cannot go, and cannot be replaced.
    fs::remove_dir_all(pair.source().join("library")).unwrap();
    let tree = list();
    assert_eq!(ship(&pair.target(), None, |line| tree.send(line)).sent.unwrap().removed, 2);
    assert_eq!(pair.read("library/node_modules/y"), "kept");
    pair.write("library", "now a file");
    let tree = list();
    let error = ship(&pair.target(), None, |line| tree.send(line)).sent.unwrap_err();
    assert!(error.to_string().ends_with("it holds node_modules, which stays on the target"), "{error}");
    assert!(error.hint().unwrap().contains("Move it away"));

    assert!(Tree::list(&pair.source(), Path::new("../elsewhere"), &[]).is_err());
    assert!(Tree::list(&pair.source().join("missing"), Path::new(""), &[]).is_err());
}

#[test]
fn files_directories_and_links_take_each_others_place() {
    let makers: [fn(&Path); 4] = [
        |path| fs::write(path, "file").unwrap(),
        |path| {
            fs::create_dir_all(path.join("below")).unwrap();
            fs::write(path.join("below/file"), "x").unwrap();
        },
        |path| symlink("elsewhere", path).unwrap(),
        |path| {
            // A link to a directory that is there, which nothing may follow.
            fs::create_dir_all(path.parent().unwrap().join("elsewhere")).unwrap();
            symlink("elsewhere", path).unwrap();
        },
    ];
    for (first, make_first) in makers.iter().enumerate() {
        for (second, make_second) in makers.iter().enumerate() {
            let pair = Pair::new();
            make_first(&pair.source().join("thing"));
            pair.ship();
            crate::fs::remove(&pair.source().join("thing")).unwrap();
            make_second(&pair.source().join("thing"));
            pair.ship();
            let found = fs::symlink_metadata(pair.target().join("thing")).unwrap();
            let wanted = fs::symlink_metadata(pair.source().join("thing")).unwrap();
            assert_eq!(found.file_type(), wanted.file_type(), "{first} to {second}");
            if pair.target().join("elsewhere").exists() {
                assert_eq!(names(&pair.target().join("elsewhere")), [""; 0], "{first} to {second}");
            }
        }
    }
}

#[test]
fn a_link_on_the_target_is_never_followed() {
    let pair = Pair::new();
    let outside = pair.0.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("file"), "theirs").unwrap();
    fs::create_dir(pair.target()).unwrap();
    symlink(&outside, pair.target().join("directory")).unwrap();
    symlink(outside.join("file"), pair.target().join("link")).unwrap();
    pair.write("directory/file", "ours");
    pair.write("link", "ours");
    pair.ship();
    assert_eq!(fs::read_to_string(outside.join("file")).unwrap(), "theirs");
    assert_eq!((pair.read("directory/file"), pair.read("link")), ("ours".into(), "ours".into()));
}

#[test]
fn special_files_are_skipped_and_named() {
    let pair = Pair::new();
    pair.write("file", "x");
    nix::unistd::mkfifo(&pair.source().join("pipe"), nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
    pair.ship();
    let tree = pair.tree();
    assert_eq!(tree.skipped().collect::<Vec<_>>(), [Path::new("pipe")]);
    assert_eq!(tree.count(), 1);
    assert_eq!(names(&pair.target()), ["file"]);
}

#[test]
fn a_file_that_cannot_be_read_is_named_on_both_sides() {
    let pair = Pair::new();
    pair.write("a", "first");
    pair.write("b", "secret");
    fs::set_permissions(pair.source().join("b"), Permissions::from_mode(0o0)).unwrap();
    as_ordinary_user(pair.0.path(), || {
        let outcome = pair.outcome(None);
        let error = outcome.sent.unwrap_err();
        assert!(matches!(error, ShippingError::Disk(_)));
        assert!(error.to_string().contains("cannot read ") && error.to_string().contains("/b: "), "{error}");
        let told = outcome.received.unwrap_err().to_string();
        assert!(told.starts_with("the controller ended the transfer: cannot read "), "{told}");
    });
    assert_eq!(names(&pair.target()), ["a"]);
}

#[test]
fn what_changes_or_vanishes_after_the_list_is_no_torn_file() {
    let pair = Pair::new();
    pair.write("file", "old");
    let tree = pair.tree();
    pair.write("file", "newer content");
    let report = ship(&pair.target(), None, |line| tree.send(line)).sent.unwrap();
    assert_eq!((report.bytes, pair.read("file").as_str()), (13, "newer content"));
    pair.ship();

    pair.write("file", "next");
    let tree = pair.tree();
    fs::remove_file(pair.source().join("file")).unwrap();
    let error = ship(&pair.target(), None, |line| tree.send(line)).sent.unwrap_err();
    assert!(error.to_string().ends_with("/file: it was removed or replaced meanwhile"), "{error}");
    symlink("/etc/passwd", pair.source().join("file")).unwrap();
    let error = ship(&pair.target(), None, |line| tree.send(line)).sent.unwrap_err();
    assert!(matches!(error, ShippingError::Vanished(_)), "{error}");
    assert_eq!(pair.read("file"), "newer content");
}

#[test]
fn a_large_file_that_changes_while_it_is_read_comes_again() {
    let pair = Pair::new();
    pair.write("large", vec![b'a'; 3 * CHUNK]);
    let grow = |times: usize| {
        let (mut controller, mut target, _) = line(None);
        let path = pair.source().join("large");
        let mut left = times;
        controller.look = Box::new(move |message| {
            if matches!(message, FromController::Begin(_)) && left > 0 {
                left -= 1;
                File::options().append(true).open(&path).unwrap().write_all(b"more").unwrap();
            }
        });
        let tree = pair.tree();
        std::thread::scope(|scope| {
            let receiver = scope.spawn(|| receive(&pair.target(), &mut target, &|| false));
            let sent = tree.send(&mut controller);
            (sent, receiver.join().unwrap())
        })
    };
    let (sent, received) = grow(2);
    let report = sent.unwrap();
    assert_eq!(received.unwrap(), Received::Tree(report));
    assert_eq!(fs::read(pair.target().join("large")).unwrap(), fs::read(pair.source().join("large")).unwrap());

    let old = fs::read(pair.target().join("large")).unwrap();
    pair.write("large", vec![b'b'; 4 * CHUNK]);
    let (sent, received) = grow(3);
    let error = sent.unwrap_err();
    assert!(error.to_string().ends_with("/large: it is changed while it is read"), "{error}");
    assert!(matches!(received, Err(ShippingError::Controller(_))));
    assert_eq!(fs::read(pair.target().join("large")).unwrap(), old);
    assert_eq!(names(&pair.target()), ["large"]);
}

#[test]
fn a_full_disk_and_a_closed_directory_are_clear_errors() {
    let pair = Pair::new();
    pair.write("closed/file", "x");
    pair.ship();
    pair.write("closed/other", "y");
    as_ordinary_user(pair.0.path(), || {
        let (error, hint) = pair.refused();
        assert!(error.starts_with("on the target: cannot write ") && error.contains("closed/other"), "{error}");
        assert!(hint.unwrap().contains("permissions"));
    });

    let Some(disk) = SmallDisk::mount() else { return };
    let pair = Pair::new();
    pair.write("large", vec![b'x'; 40 * 1024 * 1024]);
    let tree = pair.tree();
    let outcome = ship(&disk.path(), None, |line| tree.send(line));
    let error = outcome.sent.unwrap_err();
    assert!(error.to_string().contains("No space left"), "{error}");
    assert!(error.hint().unwrap().starts_with("Make room"));
    assert!(outcome.messages < 100, "the rest is not sent: {}", outcome.messages);
    assert_eq!(names(&disk.path()), [""; 0]);
}

#[test]
fn a_transfer_that_is_cut_anywhere_leaves_whole_files_and_is_finished_by_the_next() {
    let pair = Pair::new();
    pair.write("changed", "old");
    pair.write("gone/file", "old");
    pair.ship();
    for cut in 0.. {
        pair.write("changed", format!("new {cut}"));
        pair.write(&format!("made/{cut}"), "new");
        let content: Vec<u8> = (0..2 * CHUNK + 17).map(|place| (place * 31 + cut) as u8).collect();
        pair.write("large", &content);
        crate::fs::remove(&pair.source().join("gone")).unwrap();
        let outcome = pair.outcome(Some(cut));
        let is_whole = outcome.sent.is_ok();
        if !is_whole {
            assert!(matches!(outcome.sent, Err(ShippingError::Line(_))), "{cut}");
            assert!(matches!(outcome.received, Err(ShippingError::Line(_))), "{cut}");
            let found = pair.read("changed");
            assert!(found == format!("new {cut}") || found.starts_with("old") || found.starts_with("new "), "{found}");
            let left: Vec<String> = names(&pair.target()).into_iter().filter(|name| name.starts_with('.')).collect();
            assert_eq!(left, [""; 0], "{cut}");
        }
        pair.ship();
        assert_eq!(fs::read(pair.target().join("large")).unwrap(), content);
        assert!(!pair.target().join("gone").exists());
        if is_whole {
            assert!(cut > 6, "every place was tried");
            return;
        }
    }
}

#[test]
fn random_trees_follow_each_other() {
    let pair = Pair::new();
    for seed in 0..60 {
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..random.usize(1..25) {
            change(&pair.source(), &mut random);
        }
        for _ in 0..random.usize(0..8) {
            // Somebody was at work on the target, too.
            change(&pair.target(), &mut random);
        }
        pair.ship();
        assert_eq!(contents(&pair.target()), contents(&pair.source()), "seed {seed}");
    }
}

/// Changes something: each name is one of few, so that all kinds meet all others.
fn change(root: &Path, random: &mut fastrand::Rng) {
    fs::create_dir_all(root).unwrap();
    let mut path = root.to_owned();
    for _ in 0..random.usize(1..4) {
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_dir()) {
            crate::fs::remove(&path).unwrap();
        }
        fs::create_dir_all(&path).unwrap();
        path.push(["a", "a b", "a.b", "c", "\u{e9}"][random.usize(0..5)]);
    }
    if random.bool() || fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir()) {
        crate::fs::remove(&path).unwrap();
    }
    match random.usize(0..6) {
        0 | 1 => {
            crate::fs::remove(&path).unwrap();
            fs::write(&path, &b"0123456789"[..random.usize(0..10)]).unwrap();
            let time = UNIX_EPOCH + Duration::from_secs(random.u64(0..5));
            File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        }
        2 => fs::create_dir_all(path.join("below")).unwrap_or_default(),
        3 => {
            crate::fs::remove(&path).unwrap();
            symlink(["a", "..", "../a b"][random.usize(0..3)], &path).unwrap();
        }
        4 if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_symlink()) => {
            fs::set_permissions(&path, Permissions::from_mode([0o700, 0o755, 0o770][random.usize(0..3)])).unwrap();
        }
        _ => crate::fs::remove(&path).unwrap(),
    }
}

/// All of a tree, but for contents of files with equal length and time: these count as equal.
fn contents(root: &Path) -> Vec<(PathBuf, u32, String)> {
    let mut all = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            let found = fs::symlink_metadata(&path).unwrap();
            let (mode, text) = if found.is_symlink() {
                (0, fs::read_link(&path).unwrap().display().to_string())
            } else if found.is_dir() {
                open.push(path.clone());
                (found.mode(), String::new())
            } else {
                (found.mode(), format!("{} {}", found.len(), found.mtime()))
            };
            all.push((path.strip_prefix(root).unwrap().to_owned(), mode, text));
        }
    }
    all.sort();
    all
}

#[test]
fn messages_survive_being_written_down() {
    let facts = FileFacts { file: 7, mode: 0o644, size: 3, modified: Time { seconds: -1, nanoseconds: 5 } };
    for message in [
        FromController::Whole { file: facts, content: vec![0, 255, 10] },
        FromController::Chunk(vec![1, 2, 3]),
        FromController::Entries {
            entries: vec![Entry { path: b"\xff".to_vec(), kind: Kind::Link { text: b"\xfe".to_vec() } }],
            last: false,
        },
        FromController::Commit([9; 20]),
    ] {
        let text = serde_json::to_vec(&message).unwrap();
        assert_eq!(serde_json::from_slice::<FromController>(&text).unwrap(), message);
    }
}

/// Not a limit of time, which machines differ in, but of messages: what many files cost on slow lines.
#[test]
fn ten_thousand_files_take_few_messages() {
    let pair = Pair::new();
    for directory in 0..100 {
        fs::create_dir(pair.source().join(format!("directory-{directory}"))).unwrap();
        for file in 0..100 {
            fs::write(pair.source().join(format!("directory-{directory}/component-{file}.py")), "content").unwrap();
        }
    }
    assert_eq!(pair.ship().written, 10_100);
    pair.write("directory-7/one-more", "x");
    let outcome = pair.outcome(None);
    assert_eq!(outcome.sent.unwrap().written, 1);
    assert!(outcome.messages < 20, "{}", outcome.messages);
}
