//! Random trees, copied by `rsync` and by us with the same options: what is on disk afterwards must be the same.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use batou_core::files::sync::apply::{TargetOptions, apply};
use batou_core::files::sync::options::SyncOptions;
use batou_core::files::sync::plan::plan;

const TREES: u64 = 230;
const NAMES: [&str; 8] = ["a", "b", "ab", "c.pyc", "d", ".hidden", "e f", "ü"];
const OPTIONS: [&str; 16] = [
    "--inplace -lr",
    "-lr",
    "-a",
    "-r",
    "-rlt",
    "-rlptgo --checksum",
    "-rL",
    "-rlc --delete",
    "-a --delete",
    "-a --delete-excluded",
    "-rlu",
    "-rl --ignore-existing",
    "-rlE --force",
    "-rlK",
    "-rl --existing",
    "-a --exclude=a --include='b' --exclude \"b*\"",
];
const PATTERNS: [&str; 22] = [
    "a",
    "/a",
    "b/",
    "*.pyc",
    "a*",
    "?",
    "a/b",
    "**/b",
    "a/**",
    "/a/*",
    "d/***",
    "[ab]",
    "[!a]",
    "[^[:alpha:]]*",
    "/*/a",
    "a/**/b",
    "**",
    "*/",
    "+ a",
    "/ab/***",
    "\\[ab]",
    ".*",
];

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// Fills a directory. Times of the target differ from those of the source, as equal times of different files say nothing.
fn fill(directory: &Path, depth: usize, is_source: bool, numbers: &mut Numbers) {
    for _ in 0..numbers.below(6) {
        let name = numbers.of(&NAMES);
        let path = directory.join(name);
        if fs::symlink_metadata(&path).is_ok() {
            continue;
        }
        let is_link = match numbers.below(10) {
            0..=3 if depth < 3 => {
                fs::create_dir(&path).unwrap();
                fill(&path, depth + 1, is_source, numbers);
                false
            }
            4 => {
                symlink(numbers.of(&["a", "../a", "nowhere"]), &path).unwrap();
                true
            }
            5 if numbers.below(3) == 0 => {
                let status = Command::new("mkfifo").arg(&path).status().unwrap();
                assert!(status.success());
                false
            }
            _ => {
                fs::write(&path, numbers.of(&["", "one", "two", "three"])).unwrap();
                false
            }
        };
        if is_link {
            continue;
        }
        let is_directory = path.is_dir();
        let modes: &[u32] = if is_directory {
            &[0o755, 0o700, 0o2775, 0o1777, 0o555]
        } else {
            &[0o644, 0o600, 0o755, 0o4711, 0o666, 0o444]
        };
        fs::set_permissions(&path, fs::Permissions::from_mode(modes[numbers.below(modes.len())])).unwrap();
        if !is_directory && fs::symlink_metadata(&path).unwrap().is_file() {
            let seconds = 1_000_000_000 + 2 * numbers.below(1000) as u64 + u64::from(is_source);
            let file = fs::File::open(&path).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        }
    }
}

/// All that is on disk, as text by path.
fn listing(root: &Path, times: bool) -> BTreeMap<String, String> {
    fn walk(root: &Path, path: &Path, times: bool, into: &mut BTreeMap<String, String>) {
        let found = fs::symlink_metadata(path).unwrap();
        let content = if found.is_symlink() {
            fs::read_link(path).unwrap().display().to_string()
        } else if found.is_file() {
            fs::read_to_string(path).unwrap()
        } else {
            String::new()
        };
        let mode = if found.is_symlink() { 0 } else { found.mode() };
        let time = if times && found.is_file() { found.mtime() } else { 0 };
        let place = path.strip_prefix(root).unwrap().display().to_string();
        into.insert(place, format!("{mode:o} {} {} {time} {content}", found.uid(), found.gid()));
        if found.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                walk(root, &entry.unwrap().path(), times, into);
            }
        }
    }
    let mut into = BTreeMap::new();
    if root.exists() {
        walk(root, root, times, &mut into);
    }
    into
}

#[test]
fn random_trees_become_what_rsync_makes_of_them() {
    let mut refused = 0;
    for seed in 0..TREES {
        let root = tempfile::tempdir().unwrap();
        let mut numbers = Numbers(seed * 7919 + 1);
        let (source, theirs, ours) = (root.path().join("source"), root.path().join("theirs"), root.path().join("ours"));
        fs::create_dir(&source).unwrap();
        fill(&source, 0, true, &mut numbers);
        let options = numbers.of(&OPTIONS);
        // Whether --existing makes the target itself depends in rsync on what else there is to copy.
        if numbers.below(4) > 0 || options.contains("--existing") {
            let state = numbers.0;
            for target in [&theirs, &ours] {
                fs::create_dir(target).unwrap();
                fill(target, 0, false, &mut Numbers(state));
            }
            numbers.below(2);
        }
        let patterns: Vec<&str> = (0..numbers.below(3)).map(|_| numbers.of(&PATTERNS)).collect();
        let case = format!("seed {seed}: {options} {patterns:?}");

        let mut command = Command::new("rsync");
        command.args(options.replace(['\'', '"'], "").split(' '));
        for pattern in &patterns {
            command.args(["--exclude", pattern]);
        }
        let output = command.arg(format!("{}/", source.display())).arg(&theirs).output();
        let output = output.expect("the program rsync is missing; `make prepare` installs it");
        let parsed = SyncOptions::parse(options, &patterns).unwrap();
        let before = ours.exists().then(|| listing(&ours, true));
        let result = apply(&source, &ours, &parsed, TargetOptions::default());
        if !output.status.success() {
            // Where rsync does the rest, nothing is done here.
            assert!(result.is_err(), "{case}: rsync refuses: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(before, ours.exists().then(|| listing(&ours, true)), "{case}");
            refused += 1;
            continue;
        }
        result.unwrap_or_else(|error| panic!("{case}: {error}"));
        let times = options.starts_with("-a") || options.starts_with("-rlt") || options.starts_with("-rlpt");
        assert_eq!(listing(&theirs, times), listing(&ours, times), "{case}\n{:#?}", listing(&source, times));
        let rest = plan(&source, &ours, &parsed).unwrap();
        assert!(rest.is_empty(), "{case}: a second time would do {rest:?}");
    }
    assert!(refused < TREES / 3, "{refused} of {TREES} trees were refused");
}
