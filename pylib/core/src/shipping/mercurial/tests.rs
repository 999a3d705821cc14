use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::test_support::{Outcome, ship};
use super::super::{CHUNK, Notice, Received, Refusal, ShippingError};
use super::MercurialSource;
use crate::fs::test_support::names;
use crate::vcs::mercurial::MercurialError;

/// A repository of the controller, and a place for that of a target.
struct Pair(tempfile::TempDir);

impl Pair {
    /// A repository with one commit.
    fn new() -> Self {
        let pair = Self(tempfile::tempdir().unwrap());
        fs::create_dir(pair.root()).unwrap();
        pair.hg(&["init"]);
        pair.commit("file", "one");
        pair
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("source")
    }

    fn target(&self) -> PathBuf {
        self.0.path().join("target")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.target().join(name)).unwrap()
    }

    fn hg(&self, arguments: &[&str]) {
        let done = Command::new("hg").args(arguments).current_dir(self.root()).env("HGUSER", "test").output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    }

    fn commit(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self.hg(&["commit", "--addremove", "--quiet", "-m", "change\n\nmore"]);
    }

    /// Sets the default path to a clone.
    fn upstream(&self) -> PathBuf {
        let path = self.0.path().join("upstream");
        self.hg(&["clone", "--quiet", "--noupdate", ".", path.to_str().unwrap()]);
        fs::write(self.root().join(".hg/hgrc"), format!("[paths]\ndefault = {}\n", path.display())).unwrap();
        path
    }

    fn outcome(&self, cut: Option<usize>) -> Outcome<()> {
        let source = MercurialSource::find(&self.root(), None).unwrap();
        ship(&self.target(), cut, |line| source.send(line))
    }

    fn ship(&self) -> usize {
        let source = MercurialSource::find(&self.root(), None).unwrap();
        let outcome = self.outcome(None);
        outcome.sent.unwrap();
        assert_eq!(outcome.received.unwrap(), Received::Commit(source.commit()));
        assert!(!self.target().join(".hg/batou-bundle.hg").exists());
        outcome.messages
    }
}

#[test]
fn commits_arrive_and_only_missing_ones_follow() {
    let pair = Pair::new();
    let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(5 * CHUNK).collect();
    pair.commit("sub/noise", &noise);
    assert!(pair.ship() > 9);
    assert_eq!(fs::read(pair.target().join("sub/noise")).unwrap(), noise);

    pair.commit("file", "two");
    fs::write(pair.target().join("file"), "changed there").unwrap();
    fs::write(pair.target().join("untracked"), "kept").unwrap();
    assert!(pair.ship() <= 6);
    assert_eq!((pair.read("file"), pair.read("untracked")), ("two".into(), "kept".into()));
    assert_eq!(pair.ship(), 5);

    // Back to an older commit, from where another one goes on.
    pair.hg(&["update", "--quiet", "-r", "0"]);
    let refusal = MercurialSource::find(&pair.root(), None).unwrap_err();
    assert!(matches!(refusal, Refusal::NotCheckedOut { .. }), "{refusal}");
    pair.hg(&["branch", "--quiet", "my-branch"]);
    pair.commit("file", "branch");
    let source = MercurialSource::find(&pair.root(), Some("my-branch")).unwrap();
    ship(&pair.target(), None, |line| source.send(line)).sent.unwrap();
    assert_eq!(pair.read("file"), "branch");
    assert!(!pair.target().join("sub").exists());
    let source = MercurialSource::find(&pair.root(), Some("0")).unwrap_err();
    assert!(matches!(source, Refusal::NotCheckedOut { .. }));
}

#[test]
fn a_transfer_that_is_cut_anywhere_is_finished_by_the_next() {
    let pair = Pair::new();
    for cut in 0..6 {
        let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(2 * CHUNK).collect();
        pair.commit("noise", noise);
        if pair.outcome(Some(cut)).sent.is_ok() {
            assert!(cut > 3, "every place was tried");
            return;
        }
        pair.commit("file", format!("change {cut}"));
        pair.ship();
        assert_eq!(pair.read("file"), format!("change {cut}"));
    }
}

#[test]
fn what_is_not_committed_or_pushed_is_refused() {
    let pair = Pair::new();
    pair.commit("sub/.keep", "");
    let source = || MercurialSource::find(&pair.root().join("sub"), None).unwrap();
    assert_eq!(source().base(), Path::new("sub"));
    assert_eq!(source().verify(false).unwrap(), Some(Notice::NoRemote));
    pair.upstream();
    assert_eq!(source().verify(false).unwrap(), None);
    fs::write(pair.root().join("new"), "untracked").unwrap();
    let refusal = source().verify(false).unwrap_err();
    assert_eq!(refusal.to_string(), "the repository has uncommitted changes:\n  ? new");
    assert_eq!(source().verify(true).unwrap(), Some(Notice::Dirty));
    pair.commit("new", "committed");
    let refusal = source().verify(false).unwrap_err().to_string();
    assert!(
        refusal.starts_with("the branch default has commits that the default path does not have:\n  "),
        "{refusal}"
    );
    assert!(refusal.ends_with(" change"), "{refusal}");
    fs::write(pair.root().join(".hg/hgrc"), "[paths]\ndefault = /nowhere/at/all\n").unwrap();
    let refusal = source().verify(false).unwrap_err();
    assert!(matches!(refusal, Refusal::Mercurial(MercurialError::Program { .. })), "{refusal}");
    let elsewhere = tempfile::tempdir().unwrap();
    let refusal = MercurialSource::find(elsewhere.path(), None).unwrap_err();
    assert!(matches!(refusal, Refusal::Mercurial(MercurialError::NoRepository { .. })), "{refusal}");
    assert!(refusal.hint().unwrap().contains("hg init"));
}

#[test]
fn pulling_works_again_and_with_another_address() {
    let pair = Pair::new();
    let pull = |url: Option<&str>| {
        let source = MercurialSource::find(&pair.root(), None).unwrap();
        ship(&pair.target(), None, |line| source.pull(url, line)).sent
    };
    assert!(matches!(pull(None).unwrap_err(), ShippingError::NoAddress { .. }));
    pair.upstream();
    pull(None).unwrap();
    assert_eq!(pair.read("file"), "one");
    pair.commit("file", "two");
    let error = pull(None).unwrap_err();
    assert!(error.to_string().contains("unknown revision"), "{error}");
    assert_eq!(pair.read("file"), "one");
    pull(Some(pair.root().to_str().unwrap())).unwrap();
    assert_eq!(pair.read("file"), "two");
    assert_eq!(names(&pair.target()), [".hg", "file"]);
}
