//! Random definitions, configured and deployed by the original batou and by this program.
//!
//! A seed and a number make a project: component trees, resources over several hosts, events, overrides, and sometimes
//! something that is wrong on purpose. Both programs take the same steps with it, and everything they tell and leave on
//! disk is compared. `README.md` beside this file tells how to repeat a failure.

// The sandbox, the pictures of trees and the whole programs are those of the differential tests, which use more of them.
#[path = "../compat/case.rs"]
#[expect(dead_code, reason = "cases of the differential tests are read from files, these are not")]
mod case;
#[path = "../compat/difference.rs"]
mod difference;
#[path = "../compat/output.rs"]
mod output;
#[path = "../compat/program.rs"]
#[expect(dead_code, reason = "the steps are taken one by one here")]
mod program;
#[path = "../compat/sandbox.rs"]
mod sandbox;
#[path = "../compat/snapshot.rs"]
mod snapshot;

mod answers;
mod damage;
mod driver;
mod generator;
mod properties;
mod settings;
mod tree;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use settings::Settings;

/// How many batches run at a time unless `--test-threads` says otherwise.
const THREADS: usize = 2;

/// Trees that share the two processes of the driver.
const BATCH: usize = 25;

/// Trees of one test that go through the whole programs, each of which takes seconds.
const WHOLE_BATCH: usize = 5;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let settings = match Settings::read() {
        Ok(settings) => Arc::new(settings),
        Err(message) => {
            // Standard error may be closed; the exit code tells it as well.
            let _ = writeln!(io::stderr(), "random: {message}");
            return ExitCode::from(2);
        }
    };
    let (whole, driven): (Vec<usize>, Vec<usize>) = settings.numbers().partition(|number| settings.is_whole(*number));
    let mut trials = Vec::new();
    for (kind, numbers, size) in [("whole-programs", whole, WHOLE_BATCH), ("trees", driven, BATCH)] {
        for batch in numbers.chunks(size) {
            let (first, last) = (batch[0], batch[batch.len() - 1]);
            let (batch, settings) = (batch.to_vec(), settings.clone());
            let run = if kind == "trees" { tree::compare_driven } else { tree::compare_whole };
            trials.push(Trial::test(format!("{kind}-{first:04}-to-{last:04}"), move || {
                run(&settings, &batch).map_err(Failed::from)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
