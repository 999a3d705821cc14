use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use git2::Repository;

use super::test_support::{Upstream, branch, clone, commit, commit_index, has_incoming, names, revision, tag, update};
use super::{Checkout, GitError, empty_directory};

fn text(upstream: &Upstream) -> String {
    fs::read_to_string(upstream.target().join("file")).unwrap()
}

#[test]
fn a_clone_shows_what_is_wanted_and_nothing_is_left_to_do() {
    let upstream = Upstream::new();
    let first = upstream.repository.head().unwrap().target().unwrap().to_string();
    upstream.commit("file", "two\n");
    upstream.branch("other");
    upstream.commit("file", "three\n");
    upstream.switch("main");
    for url in [upstream.url(), format!("file://{}", upstream.url())] {
        for (wanted, expected, on) in [
            (branch("main"), "two\n", "main"),
            (branch("other"), "three\n", "other"),
            (tag("v1"), "one\n", "main"),
            (revision(&first), "one\n", "main"),
            (revision(&format!(" {}\n", &first[..8])), "one\n", "main"),
            (revision("v1"), "one\n", "main"),
            (revision("other"), "three\n", "main"),
        ] {
            clone(&url, &upstream.target(), &wanted).unwrap();
            let checkout = Checkout::find(&upstream.target()).unwrap().unwrap();
            assert_eq!(text(&upstream), expected, "{wanted:?}");
            assert_eq!(checkout.branch().unwrap(), on, "{wanted:?}");
            assert!(!checkout.has_changes().unwrap() && checkout.shows(&wanted).unwrap(), "{wanted:?}");
            assert!(!has_incoming(&upstream.target(), &wanted), "{wanted:?}");
            assert_eq!(checkout.remote_url().unwrap().as_deref(), Some(url.as_str()));
            assert_eq!(names(&upstream.target()), ["file"]);
        }
    }
}

#[test]
fn news_are_seen_and_fetched() {
    let upstream = Upstream::new();
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    upstream.commit("deep/new", "x\n");
    assert!(has_incoming(&upstream.target(), &branch("main")));
    update(&upstream.target(), &branch("main")).unwrap();
    assert!(!has_incoming(&upstream.target(), &branch("main")));
    assert_eq!(names(&upstream.target()), ["deep", "file"]);
    // A new tag on a known commit, and one on an unknown one, which comes with its branch only.
    upstream.tag("v2");
    assert!(has_incoming(&upstream.target(), &branch("main")));
    update(&upstream.target(), &tag("v2")).unwrap();
    assert!(!has_incoming(&upstream.target(), &tag("v2")));
    assert_eq!(Checkout::open(&upstream.target()).unwrap().tag().unwrap().as_deref(), Some("v2"));
    // Who wants a tag gets it where it was moved to.
    upstream.repository.set_head_detached(upstream.commit("file", "moved\n")).unwrap();
    upstream.tag("v2");
    assert!(has_incoming(&upstream.target(), &tag("v2")));
    update(&upstream.target(), &tag("v2")).unwrap();
    assert_eq!(text(&upstream), "moved\n");
    assert!(!has_incoming(&upstream.target(), &tag("v2")));
}

#[test]
fn another_branch_is_checked_out_with_its_upstream() {
    let upstream = Upstream::new();
    upstream.branch("other");
    upstream.commit("other-file", "x\n");
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    update(&upstream.target(), &branch("other")).unwrap();
    let checkout = Checkout::open(&upstream.target()).unwrap();
    assert_eq!(checkout.branch().unwrap(), "other");
    assert_eq!(checkout.distance().unwrap(), Some((0, 0)));
    update(&upstream.target(), &branch("main")).unwrap();
    assert_eq!(names(&upstream.target()), ["file"]);
}

#[test]
fn a_branch_tells_how_far_it_is_from_its_upstream() {
    let upstream = Upstream::new();
    upstream.commit("file", "two\n");
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    let repository = Repository::open(upstream.target()).unwrap();
    let first = repository.revparse_single("HEAD~1").unwrap();
    repository.reset(&first, git2::ResetType::Hard, None).unwrap();
    assert_eq!(Checkout::open(&upstream.target()).unwrap().distance().unwrap(), Some((0, 1)));
    commit(&repository, "own", "x");
    assert_eq!(Checkout::open(&upstream.target()).unwrap().distance().unwrap(), Some((1, 1)));
    assert!(Checkout::open(&upstream.target()).unwrap().commit_time().unwrap().is_some());
}

#[test]
fn damage_is_seen_and_repaired_and_ignored_files_stay() {
    let upstream = Upstream::new();
    upstream.commit(".gitignore", "*.log\n");
    upstream.commit("gone", "x\n");
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    let target = upstream.target();
    let strange = PathBuf::from(OsStr::from_bytes(b"not\xffutf8"));
    fs::write(target.join("x.log"), "ignored").unwrap();
    fs::create_dir(target.join("empty")).unwrap();
    assert!(!Checkout::open(&target).unwrap().has_changes().unwrap());
    fs::write(target.join("file"), "damaged").unwrap();
    fs::remove_file(target.join("gone")).unwrap();
    fs::create_dir(target.join("new")).unwrap();
    for name in ["ä b", "\"quoted\"", "new/file"] {
        fs::write(target.join(name), "x").unwrap();
    }
    fs::write(target.join(&strange), "x").unwrap();
    let checkout = Checkout::open(&target).unwrap();
    assert!(checkout.has_changes().unwrap());
    let mut untracked = checkout.untracked().unwrap();
    untracked.sort();
    let mut expected: Vec<PathBuf> = ["\"quoted\"", "new/file", "ä b"].iter().map(PathBuf::from).collect();
    expected.push(strange);
    expected.sort();
    assert_eq!(untracked, expected);
    update(&target, &branch("main")).unwrap();
    assert_eq!(names(&target), [".gitignore", "empty", "file", "gone", "new", "x.log"]);
    assert_eq!(text(&upstream), "one\n");
    assert!(!Checkout::open(&target).unwrap().has_changes().unwrap());
}

#[test]
fn an_untracked_repository_is_not_removed() {
    let upstream = Upstream::new();
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    let inner = Repository::init(upstream.target().join("inner")).unwrap();
    commit(&inner, "work", "of somebody");
    let error = update(&upstream.target(), &branch("main")).unwrap_err();
    assert!(error.to_string().contains("a git repository of its own"), "{error}");
    assert!(upstream.target().join("inner/work").exists());
}

#[test]
fn a_failed_clone_leaves_everything() {
    let upstream = Upstream::new();
    let target = upstream.target();
    fs::write(target.join("precious"), "x").unwrap();
    let missing = format!("{}-missing", upstream.url());
    assert!(matches!(clone(&missing, &target, &branch("main")), Err(GitError::Refused { .. })));
    let error = clone(&upstream.url(), &target, &branch("nope")).unwrap_err();
    assert_eq!(error.to_string(), format!("there is no branch nope in {}", upstream.url()));
    let interrupted = super::clone(&upstream.url(), &target, &tag("missing"), &|| true);
    assert!(interrupted.is_err());
    assert_eq!(names(&target), ["precious"]);
    assert!(Checkout::find(&target).unwrap().is_none());
}

#[test]
fn a_failed_update_leaves_everything() {
    let upstream = Upstream::new();
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    fs::write(upstream.target().join("file"), "mine").unwrap();
    fs::write(upstream.target().join("untracked"), "mine").unwrap();
    assert!(matches!(update(&upstream.target(), &tag("nope")), Err(GitError::Missing { kind: "tag", .. })));
    assert_eq!(text(&upstream), "mine");
    assert_eq!(names(&upstream.target()), ["file", "untracked"]);
}

#[test]
fn the_directory_stays_itself_while_it_is_replaced() {
    let upstream = Upstream::new();
    let target = upstream.target();
    fs::create_dir_all(target.join("old/deep")).unwrap();
    fs::write(target.join(".git"), "broken").unwrap();
    let before = fs::metadata(&target).unwrap().ino();
    assert!(matches!(Checkout::find(&target), Err(GitError::Unusable { .. })));
    clone(&upstream.url(), &target, &branch("main")).unwrap();
    assert_eq!(fs::metadata(&target).unwrap().ino(), before);
    assert_eq!(names(&target), ["file"]);
    fs::create_dir(target.join("more")).unwrap();
    empty_directory(&target).unwrap();
    assert_eq!(fs::metadata(&target).unwrap().ino(), before);
    assert!(names(&target).is_empty());
    fs::remove_dir_all(&target).unwrap();
    fs::write(&target, "a file").unwrap();
    empty_directory(&target).unwrap();
    assert!(names(&target).is_empty());
}

#[test]
fn submodules_come_along_and_are_repaired() {
    let inner = Upstream::new();
    let upstream = Upstream::new();
    let mut submodule = upstream.repository.submodule(&inner.url(), "sub".as_ref(), true).unwrap();
    submodule.clone(None).unwrap();
    submodule.add_finalize().unwrap();
    commit_index(&upstream.repository);
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    let file = upstream.target().join("sub/file");
    assert_eq!(fs::read_to_string(&file).unwrap(), "one\n");
    assert!(!Checkout::open(&upstream.target()).unwrap().has_changes().unwrap());
    inner.commit("file", "two\n");
    let nested = submodule.open().unwrap();
    nested.find_remote("origin").unwrap().fetch(&["main"], None, None).unwrap();
    let newest = nested.revparse_single("FETCH_HEAD").unwrap();
    nested.reset(&newest, git2::ResetType::Hard, None).unwrap();
    let mut index = upstream.repository.index().unwrap();
    index.add_path("sub".as_ref()).unwrap();
    index.write().unwrap();
    commit_index(&upstream.repository);
    update(&upstream.target(), &branch("main")).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "two\n");
    assert!(!Checkout::open(&upstream.target()).unwrap().has_changes().unwrap());
}

#[test]
fn what_only_the_program_reaches_names_the_address_without_its_password() {
    let upstream = Upstream::new();
    let url = "ssh://ada:secret@localhost:1/x.git";
    let error = clone(url, &upstream.target(), &branch("main")).unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains("ada:*****@localhost") && !shown.contains("secret"), "{shown}");
    assert!(matches!(error, GitError::Program { .. } | GitError::NoProgram { .. }), "{shown}");
}

#[test]
fn thousands_of_files_are_compared_fast() {
    let upstream = Upstream::new();
    let mut index = upstream.repository.index().unwrap();
    for number in 0..5000 {
        let name = format!("directory-{}/file-{number}", number % 50);
        let path = upstream.path().join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("{number}\n")).unwrap();
        index.add_path(name.as_ref()).unwrap();
    }
    index.write().unwrap();
    commit_index(&upstream.repository);
    clone(&upstream.url(), &upstream.target(), &branch("main")).unwrap();
    let fastest = (0..5).map(|_| {
        let start = Instant::now();
        let checkout = Checkout::find(&upstream.target()).unwrap().unwrap();
        assert!(!checkout.has_changes().unwrap());
        assert!(!has_incoming(&upstream.target(), &branch("main")));
        start.elapsed()
    });
    let fastest = fastest.min().unwrap();
    // Reading all files takes several times as long, and a machine that runs other tests beside it a few times more.
    assert!(fastest < Duration::from_millis(400), "{fastest:?}");
}
