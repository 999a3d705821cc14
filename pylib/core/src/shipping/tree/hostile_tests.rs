//! Messages that no honest side sends.

use std::fs;
use std::path::Path;

use super::super::message::{Entry, FileFacts, FromController, FromTarget, Kind, Time, Want};
use super::super::test_support::{line, ship};
use super::super::{CHUNK, Line, Offer, ShippingError};
use super::Tree;
use crate::fs::test_support::names;

/// What a target must refuse, whoever says it.
#[test]
fn paths_that_lead_elsewhere_are_refused_before_anything_is_written() {
    let file = Kind::File { mode: 0o644, size: 1, modified: Time { seconds: 0, nanoseconds: 0 } };
    let entry = |path: &str, kind: &Kind| Entry { path: path.as_bytes().to_vec(), kind: kind.clone() };
    let directory = Kind::Directory { mode: 0o755 };
    let link = Kind::Link { text: b"..".to_vec() };
    let lists = [
        vec![entry("../file", &file)],
        vec![entry("/tmp/file", &file)],
        vec![entry("a/../../file", &file)],
        vec![entry("", &file)],
        vec![entry("nowhere/file", &file)],
        vec![entry("link", &link), entry("link/file", &file)],
        vec![entry("file", &file), entry("file/below", &file)],
        vec![entry("file", &file), entry("file", &link)],
        vec![entry("b", &file), entry("a", &file)],
        vec![entry("a", &directory), entry("a/b", &directory), entry("a/c", &file), entry("a/b/c", &file)],
        vec![entry("work", &directory), entry("work/file", &file)],
        vec![entry(".git", &link)],
        vec![entry("link", &Kind::Link { text: b"a\0b".to_vec() })],
        vec![entry("link", &Kind::Link { text: Vec::new() })],
    ];
    for list in lists {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("target");
        fs::create_dir_all(target.join("kept")).unwrap();
        let outcome = ship(&target, None, |line| {
            line.send(FromController::Offer(Offer::Tree { digest: [0; 32], base: Vec::new(), ignored: Vec::new() }))?;
            assert_eq!(line.receive()?, FromTarget::Different);
            line.send(FromController::Entries { entries: list.clone(), last: true })?;
            let FromTarget::Failed(failure) = line.receive()? else { panic!("{list:?} was accepted") };
            line.send(FromController::Noticed)?;
            Ok(failure.reason)
        });
        assert!(outcome.sent.unwrap().starts_with("the other side sent the path "));
        assert_eq!(names(root.path()), ["target"]);
        assert_eq!(names(&target), ["kept"]);
    }
}

#[test]
fn contents_that_do_not_fit_the_list_are_refused() {
    let facts = |file, size| FileFacts { file, mode: 0o644, size, modified: Time { seconds: 0, nanoseconds: 0 } };
    let whole = |file, size| FromController::Whole { file: facts(file, size), content: b"x".to_vec() };
    let sequences = [
        vec![whole(1, 1)],
        vec![whole(0, 2)],
        vec![FromController::Done],
        vec![FromController::Same { file: 0 }],
        vec![FromController::Chunk(b"x".to_vec())],
        vec![FromController::Begin(facts(0, 1)), FromController::End],
        vec![FromController::Begin(facts(0, 1)), FromController::Chunk(b"xy".to_vec())],
        vec![FromController::Begin(facts(0, 1)), whole(0, 1)],
        vec![FromController::Whole { file: facts(0, CHUNK as u64 + 1), content: vec![0; CHUNK + 1] }],
        vec![whole(0, 1), whole(0, 1)],
    ];
    for sequence in sequences {
        let root = tempfile::tempdir().unwrap();
        let kind = Kind::File { mode: 0o644, size: 1, modified: Time { seconds: 0, nanoseconds: 0 } };
        let outcome = ship(root.path(), None, |line| {
            let offer = Offer::Tree { digest: [0; 32], base: Vec::new(), ignored: Vec::new() };
            line.send(FromController::Offer(offer))?;
            assert_eq!(line.receive()?, FromTarget::Different);
            let entries = vec![Entry { path: b"file".to_vec(), kind: kind.clone() }];
            line.send(FromController::Entries { entries, last: true })?;
            assert!(matches!(line.receive()?, FromTarget::Wanted { last: true, .. }));
            for message in sequence {
                line.send(message)?;
            }
            let answer = line.receive()?;
            line.send(FromController::Noticed)?;
            Ok(answer)
        });
        assert!(matches!(outcome.sent.unwrap(), FromTarget::Failed(_)));
        assert!(matches!(outcome.received, Err(ShippingError::Unexpected { .. })));
        assert!(names(root.path()).iter().all(|name| name == "file"));
    }
}

#[test]
fn a_target_cannot_ask_for_what_is_not_offered() {
    let source = tempfile::tempdir().unwrap();
    fs::create_dir(source.path().join("directory")).unwrap();
    fs::write(source.path().join("directory/file"), "x").unwrap();
    let want = |file| Want { file, known: None };
    let answers = [
        vec![FromTarget::Wanted { files: vec![want(0)], last: true }],
        vec![FromTarget::Wanted { files: vec![want(2)], last: true }],
        vec![FromTarget::Wanted { files: vec![want(1), want(1)], last: true }],
        vec![FromTarget::Taken],
        vec![FromTarget::Known { commits: Vec::new(), last: true }],
    ];
    for answers in answers {
        let (mut controller, mut target, _) = line(None);
        let tree = Tree::list(source.path(), Path::new(""), &[]).unwrap();
        std::thread::scope(|scope| {
            let sender = scope.spawn(|| tree.send(&mut controller));
            assert!(matches!(target.receive().unwrap(), FromController::Offer(_)));
            target.send(FromTarget::Different).unwrap();
            assert!(matches!(target.receive().unwrap(), FromController::Entries { last: true, .. }));
            for answer in answers {
                target.send(answer).unwrap();
            }
            assert!(matches!(target.receive().unwrap(), FromController::Failed(_)));
            assert!(matches!(sender.join().unwrap(), Err(ShippingError::Unexpected { .. })));
        });
    }
}
