use std::fs;
use std::path::{Path, PathBuf};

use git2::{Oid, Repository, RepositoryInitOptions, Signature};

use super::super::message::{FromController, FromTarget, Offer};
use super::super::test_support::{Outcome, ship};
use super::super::{CHUNK, Notice, Received, Refusal, ShippingError};
use super::GitSource;
use crate::fs::test_support::{SmallDisk, names};
use crate::vcs::git::GitError;

/// A repository of the controller, and a place for that of a target.
struct Pair {
    directory: tempfile::TempDir,
    repository: Repository,
}

impl Pair {
    /// A branch `main` with one commit that holds `file`.
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main");
        let repository = Repository::init_opts(directory.path().join("source"), &options).unwrap();
        let pair = Self { directory, repository };
        pair.commit("file", "one");
        pair
    }

    fn root(&self) -> &Path {
        self.repository.workdir().unwrap()
    }

    fn target(&self) -> PathBuf {
        self.directory.path().join("target")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.target().join(name)).unwrap()
    }

    fn commit(&self, name: &str, content: impl AsRef<[u8]>) -> Oid {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        let mut index = self.repository.index().unwrap();
        index.add_path(Path::new(name)).unwrap();
        index.write().unwrap();
        self.commit_index()
    }

    fn commit_removal(&self, name: &str) {
        fs::remove_file(self.root().join(name)).unwrap();
        let mut index = self.repository.index().unwrap();
        index.remove_path(Path::new(name)).unwrap();
        index.write().unwrap();
        self.commit_index();
    }

    fn commit_index(&self) -> Oid {
        let tree = self.repository.index().unwrap().write_tree().unwrap();
        let tree = self.repository.find_tree(tree).unwrap();
        let author = Signature::now("Test", "test@example.com").unwrap();
        let parent = self.repository.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<_> = parent.iter().collect();
        self.repository.commit(Some("HEAD"), &author, &author, "change\n\nmore", &tree, &parents).unwrap()
    }

    fn reset(&self, commit: Oid) {
        let commit = self.repository.find_object(commit, None).unwrap();
        self.repository.reset(&commit, git2::ResetType::Hard, None).unwrap();
    }

    fn switch(&self, branch: &str) {
        if self.repository.find_branch(branch, git2::BranchType::Local).is_err() {
            let head = self.repository.head().unwrap().peel_to_commit().unwrap();
            self.repository.branch(branch, &head, false).unwrap();
        }
        self.repository.set_head(&format!("refs/heads/{branch}")).unwrap();
        self.repository.checkout_head(Some(git2::build::CheckoutBuilder::new().force())).unwrap();
    }

    fn source(&self) -> GitSource {
        let branch = self.repository.head().unwrap().shorthand().unwrap().to_owned();
        GitSource::find(self.root(), Some(&branch)).unwrap()
    }

    fn outcome(&self, cut: Option<usize>) -> Outcome<()> {
        let source = self.source();
        ship(&self.target(), cut, |line| source.send(line))
    }

    /// Ships, and gives the number of messages.
    fn ship(&self) -> usize {
        let outcome = self.outcome(None);
        outcome.sent.unwrap();
        assert_eq!(outcome.received.unwrap(), Received::Commit(self.source().commit()));
        self.check();
        outcome.messages
    }

    /// The target has the files of the commit and nothing that git would call a change, besides untracked files.
    fn check(&self) {
        let target = Repository::open(self.target()).unwrap();
        let head = target.head().unwrap().peel_to_commit().unwrap().id();
        assert_eq!(head, self.repository.head().unwrap().peel_to_commit().unwrap().id());
        let statuses = target.statuses(None).unwrap();
        let changed = statuses.iter().filter(|entry| entry.status() != git2::Status::WT_NEW).count();
        assert_eq!(changed, 0);
    }

    /// A bare repository that `origin` names.
    fn upstream(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        Repository::init_bare(&path).unwrap();
        if self.repository.find_remote("origin").is_ok() {
            self.repository.remote_delete("origin").unwrap();
        }
        self.repository.remote("origin", path.to_str().unwrap()).unwrap();
        path
    }

    fn push(&self, branch: &str) {
        let mut remote = self.repository.find_remote("origin").unwrap();
        remote.push(&[format!("+refs/heads/{branch}:refs/heads/{branch}")], None).unwrap();
        remote.fetch(&[branch], None, None).unwrap();
    }
}

#[test]
fn commits_arrive_in_an_empty_target_and_later_ones_follow() {
    let pair = Pair::new();
    pair.commit("project/components/one/component.py", "first");
    pair.ship();
    assert_eq!(pair.read("project/components/one/component.py"), "first");

    pair.commit("file", "two");
    pair.commit_removal("project/components/one/component.py");
    pair.ship();
    assert_eq!(pair.read("file"), "two");
    assert!(!pair.target().join("project").exists());

    // Nothing to send: an offer, what is there, the end of nothing, the commit, and the answer.
    assert_eq!(pair.ship(), 5);
}

#[test]
fn only_missing_objects_travel() {
    let pair = Pair::new();
    // What cannot be compressed.
    let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(5 * CHUNK).collect();
    pair.commit("noise", &noise);
    let first = pair.ship();
    assert!(first > 9, "{first}");
    assert_eq!(fs::read(pair.target().join("noise")).unwrap(), noise);
    pair.commit("file", "two");
    let second = pair.ship();
    assert!(second <= 6, "{second}");
}

#[test]
fn rewritten_switched_and_rolled_back_branches_are_followed() {
    let pair = Pair::new();
    let first = pair.commit("file", "first");
    pair.commit("file", "second");
    pair.ship();
    pair.reset(first);
    pair.ship();
    assert_eq!(pair.read("file"), "first");
    pair.commit("other", "rewritten");
    pair.ship();
    assert_eq!((pair.read("file"), pair.read("other")), ("first".into(), "rewritten".into()));
    pair.switch("stable/next");
    // At a commit that the target has.
    pair.ship();
    pair.commit("only", "here");
    pair.ship();
    assert_eq!(pair.read("only"), "here");
    pair.switch("main");
    pair.ship();
    assert!(!pair.target().join("only").exists());
    let target = Repository::open(pair.target()).unwrap();
    for branch in ["main", "stable/next"] {
        target.find_reference(&format!("refs/remotes/batou-bundle/{branch}")).unwrap();
    }
}

#[test]
fn changes_on_the_target_are_undone_and_untracked_files_stay() {
    let pair = Pair::new();
    pair.commit("a/kept", "kept");
    pair.ship();
    fs::write(pair.target().join("file"), "changed there").unwrap();
    fs::remove_dir_all(pair.target().join("a")).unwrap();
    fs::create_dir_all(pair.target().join("work")).unwrap();
    fs::write(pair.target().join("work/data"), "theirs").unwrap();
    // Also where no commit has to be sent.
    pair.ship();
    assert_eq!(
        (pair.read("file"), pair.read("a/kept"), pair.read("work/data")),
        ("one".into(), "kept".into(), "theirs".into())
    );

    // What others committed there is left behind.
    let target = Repository::open(pair.target()).unwrap();
    let head = target.head().unwrap().peel_to_commit().unwrap();
    let author = Signature::now("Test", "test@example.com").unwrap();
    target.commit(Some("HEAD"), &author, &author, "theirs", &head.tree().unwrap(), &[&head]).unwrap();
    pair.commit("file", "ours");
    pair.ship();
    assert_eq!(pair.read("file"), "ours");
}

#[test]
fn a_target_that_had_files_before_becomes_a_checkout() {
    let pair = Pair::new();
    fs::create_dir_all(pair.target()).unwrap();
    fs::write(pair.target().join("file"), "of another method").unwrap();
    fs::write(pair.target().join("other"), "untracked").unwrap();
    pair.ship();
    assert_eq!((pair.read("file"), pair.read("other")), ("one".into(), "untracked".into()));
}

#[test]
fn a_transfer_that_is_cut_anywhere_leaves_the_old_commit_and_is_finished_by_the_next() {
    let pair = Pair::new();
    pair.ship();
    for cut in 0.. {
        let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(2 * CHUNK).collect();
        let text = format!("change {cut}");
        pair.commit("noise", noise);
        pair.commit("file", &text);
        let before = pair.read("file");
        let outcome = pair.outcome(Some(cut));
        if outcome.sent.is_ok() {
            assert!(cut > 3, "every place was tried");
            return;
        }
        assert!(matches!(outcome.received, Err(ShippingError::Line(_))), "{cut}");
        // All but the last message leave the files; with it the answer may be what is lost.
        assert!(pair.read("file") == before || pair.read("file") == text);
        let packs = names(&pair.target().join(".git/objects/pack"));
        assert!(packs.iter().all(|name| name.starts_with("pack-")), "{packs:?}");
        pair.ship();
        assert_eq!(pair.read("file"), text);
    }
}

#[test]
fn what_a_killed_transfer_left_is_removed() {
    let pair = Pair::new();
    pair.ship();
    let left = pair.target().join(".git/objects/pack/pack_git2_abcdef");
    fs::write(&left, "half").unwrap();
    pair.commit("file", "two");
    pair.ship();
    assert!(!left.exists());
}

#[test]
fn a_full_disk_and_something_else_called_git_are_clear_errors() {
    let pair = Pair::new();
    let source = pair.source();
    fs::create_dir_all(pair.target()).unwrap();
    fs::write(pair.target().join(".git"), "no repository").unwrap();
    let error = pair.outcome(None).sent.unwrap_err();
    assert!(error.to_string().starts_with("on the target: cannot use the repository of "), "{error}");
    assert!(error.hint().unwrap().contains("Repair it, or remove it"));

    let Some(disk) = SmallDisk::mount() else { return };
    let noise: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..)).take(100_000).collect();
    pair.commit("noise", noise);
    let source = GitSource { tip: pair.source().commit(), ..source };
    let error = ship(&disk.path(), None, |line| source.send(line)).sent.unwrap_err();
    assert!(error.to_string().contains("No space left"), "{error}");
}

#[test]
fn a_pack_that_is_none_or_lacks_the_commit_is_refused() {
    for pack in [&b"garbage that is no pack at all"[..], b""] {
        let root = tempfile::tempdir().unwrap();
        let outcome = ship(root.path(), None, |line| {
            line.send(FromController::Offer(Offer::GitBundle { branch: "main".into() }))?;
            assert_eq!(line.receive()?, FromTarget::Known { commits: Vec::new(), last: true });
            if !pack.is_empty() {
                line.send(FromController::Chunk(pack.to_vec()))?;
            }
            line.send(FromController::End)?;
            line.send(FromController::Commit([7; 20]))?;
            let FromTarget::Failed(failure) = line.receive()? else { panic!("accepted") };
            line.send(FromController::Noticed)?;
            Ok(failure.reason)
        });
        let reason = outcome.sent.unwrap();
        assert!(
            reason.starts_with("cannot store commits in ") || reason.starts_with("there is no commit 0707"),
            "{reason}"
        );
        assert_eq!(names(root.path()), [".git"]);
    }
}

#[test]
fn a_branch_that_is_a_path_elsewhere_is_refused() {
    let pair = Pair::new();
    let source = pair.source();
    let outside = GitSource { branch: "../../../../outside".into(), ..source };
    let error = ship(&pair.target(), None, |line| outside.send(line)).sent.unwrap_err();
    assert!(error.to_string().starts_with("on the target: cannot note the commit in "), "{error}");
    assert!(!pair.directory.path().join("outside").exists());
}

#[test]
fn a_project_below_the_root_is_found_with_its_branch() {
    let pair = Pair::new();
    pair.commit("sub/project/file", "x");
    let source = GitSource::find(&pair.root().join("sub/project"), None).unwrap();
    assert_eq!(source.base(), Path::new("sub/project"));
    assert_eq!(source.root().canonicalize().unwrap(), pair.root().canonicalize().unwrap());
    assert_eq!(source.branch(), "main");

    pair.switch("feature");
    pair.commit("file", "feature");
    let refusal = GitSource::find(pair.root(), None).unwrap_err();
    assert_eq!(refusal.to_string(), "the branch to deploy is main, but feature is checked out, with another commit");
    assert!(refusal.hint().unwrap().contains("Check main out"));
    assert!(matches!(GitSource::find(pair.root(), Some("nothing")), Err(Refusal::NoBranch { .. })));
    assert_eq!(GitSource::find(pair.root(), Some("feature")).unwrap().branch(), "feature");

    let elsewhere = tempfile::tempdir().unwrap();
    let refusal = GitSource::find(elsewhere.path(), None).unwrap_err();
    assert!(matches!(refusal, Refusal::Git(GitError::NoRepository { .. })), "{refusal}");
    assert!(refusal.hint().unwrap().contains("git init"));
}

#[test]
fn the_default_branch_is_that_of_origin() {
    let pair = Pair::new();
    pair.upstream("upstream");
    pair.switch("develop");
    pair.push("develop");
    let target = "refs/remotes/origin/develop";
    pair.repository.reference_symbolic("refs/remotes/origin/HEAD", target, true, "test").unwrap();
    assert_eq!(GitSource::find(pair.root(), None).unwrap().branch(), "develop");
}

#[test]
fn uncommitted_changes_are_refused_and_ignored_files_are_none() {
    let pair = Pair::new();
    pair.commit(".gitignore", "*.log\n");
    fs::write(pair.root().join("x.log"), "ignored").unwrap();
    assert_eq!(pair.source().verify(false).unwrap(), Some(Notice::NoRemote));
    fs::write(pair.root().join("new"), "untracked").unwrap();
    fs::write(pair.root().join("file"), "changed").unwrap();
    let refusal = pair.source().verify(false).unwrap_err();
    assert_eq!(refusal.to_string(), "the repository has uncommitted changes:\n   M file\n  ?? new");
    assert!(refusal.hint().unwrap().contains("--dirty"));
    assert_eq!(pair.source().verify(true).unwrap(), Some(Notice::Dirty));
    // The commit is what travels.
    pair.ship();
    assert_eq!(pair.read("file"), "one");
}

#[test]
fn unpushed_commits_and_a_missing_upstream_are_different_refusals() {
    let pair = Pair::new();
    pair.upstream("upstream");
    let refusal = pair.source().verify(false).unwrap_err();
    assert!(matches!(&refusal, Refusal::NoUpstream { remotes, .. } if remotes == &["origin"]), "{refusal}");
    assert!(refusal.hint().unwrap().contains("git push --set-upstream origin main"));
    pair.push("main");
    assert_eq!(pair.source().verify(false).unwrap(), None);
    let commit = pair.commit("file", "two").to_string();
    let refusal = pair.source().verify(false).unwrap_err().to_string();
    let wanted = format!("the branch main has commits that origin/main does not have:\n  {} change", &commit[..10]);
    assert_eq!(refusal, wanted);
    assert_eq!(pair.source().verify(true).unwrap(), Some(Notice::Dirty));

    // An upstream of another name.
    pair.push("main");
    pair.switch("local");
    pair.commit("file", "three");
    let mut branch = pair.repository.find_branch("local", git2::BranchType::Local).unwrap();
    branch.set_upstream(Some("origin/main")).unwrap();
    let refusal = pair.source().verify(false).unwrap_err().to_string();
    assert!(refusal.contains("that origin/main does not have"), "{refusal}");
}

#[test]
fn pulling_works_again_and_with_another_address() {
    let pair = Pair::new();
    let pull = |url: Option<&str>| {
        let source = pair.source();
        ship(&pair.target(), None, |line| source.pull(url, line)).sent
    };
    let error = pull(None).unwrap_err();
    assert!(matches!(error, ShippingError::NoAddress { .. }), "{error}");

    pair.upstream("upstream");
    pair.push("main");
    pull(None).unwrap();
    pair.check();
    pair.commit("file", "two");
    pair.push("main");
    fs::write(pair.target().join("untracked"), "kept").unwrap();
    pull(None).unwrap();
    pair.check();
    assert_eq!((pair.read("file"), pair.read("untracked")), ("two".into(), "kept".into()));

    let moved = pair.upstream("moved");
    pair.commit("file", "three");
    pair.push("main");
    pull(Some(moved.to_str().unwrap())).unwrap();
    pair.check();

    // What was not pushed cannot be pulled, and nothing is changed.
    pair.commit("file", "four");
    let error = pull(None).unwrap_err();
    assert!(error.to_string().starts_with("on the target: the target has the commit "), "{error}");
    assert_eq!(pair.read("file"), "three");

    pair.switch("never-pushed");
    let error = pull(None).unwrap_err();
    assert!(error.to_string().contains("there is no branch never-pushed in "), "{error}");
    let error = pull(Some("/nowhere/at/all")).unwrap_err();
    assert!(error.to_string().contains("git") && error.to_string().contains("/nowhere/at/all"), "{error}");
    assert_eq!(pair.read("file"), "three");
}
