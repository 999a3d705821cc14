//! A deployment that is killed at any moment leaves every file old or new.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::Project;

const FILES: usize = 200;
const KILLS: u32 = 20;
/// Where the moments come from; in the message of a failure, so that it can be repeated.
const SEED: u64 = 20_240_229;

const MANY: &str = r#"
from batou.component import Attribute, Component
from batou.lib.file import File


class Demo(Component):

    word = Attribute(str, "none")

    def configure(self):
        for number in range(200):
            self += File(f"file-{number}", content="{{component.word}}\n" * 500, mode=0o640)
"#;

fn write_word(project: &Project, word: &str) {
    let text = format!(
        "[environment]\nconnect_method = local\n\n[hosts]\nlocalhost = demo\n\n[component:demo]\nword = {word}\n"
    );
    project.write("environments/dev/environment.cfg", &text);
}

/// The next number of a fixed sequence (xorshift).
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

#[test]
fn every_file_is_old_or_new() {
    let project = Project::new(MANY);
    write_word(&project, "word-0");
    project.deploy();
    write_word(&project, "measured");
    let started = Instant::now();
    project.deploy();
    let whole_run = started.elapsed();

    let mut state = SEED;
    let mut previous = "measured".to_owned();
    for round in 1..=KILLS {
        let word = format!("word-{round}");
        write_word(&project, &word);
        let running = project.start();
        let moment = Duration::from_micros(next(&mut state) % (whole_run.as_micros() as u64).max(1));
        thread::sleep(moment);
        running.signal("KILL");
        running.end();

        let (old, new) = (format!("{previous}\n").repeat(500), format!("{word}\n").repeat(500));
        for number in 0..FILES {
            let content = project.read(&format!("work/demo/file-{number}"));
            assert!(
                content == old || content == new,
                "seed {SEED}, round {round}, killed after {moment:?}: file-{number} is neither old nor new"
            );
        }
        // The next run converges and clears what the killed one left.
        project.deploy();
        for number in 0..FILES {
            assert_eq!(project.read(&format!("work/demo/file-{number}")), new, "seed {SEED}, round {round}");
        }
        let left: Vec<_> = fs::read_dir(project.path("work/demo"))
            .expect("the directory can be listed")
            .map(|entry| entry.expect("an entry").file_name())
            .filter(|name| !name.to_string_lossy().starts_with("file-"))
            .collect();
        assert!(left.is_empty(), "seed {SEED}, round {round}, killed after {moment:?}: {left:?} is left");
        previous = word;
    }
}
