//! Differential tests: the same definitions deployed by the original batou and by this program.
//!
//! Every directory below `tests/compat/cases` is one test and its name is the sentence that it proves. Both programs
//! run the same steps on a fresh copy of the case at the same path, one after the other, and everything that can be
//! observed from outside is compared. `README.md` beside this file tells how to write a case. The complete projects of
//! `tests/projects` are run in the same way.

mod case;
mod difference;
mod output;
mod program;
mod sandbox;
mod snapshot;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

use case::Case;
use program::{Program, StepResult};

/// How many cases run at a time unless `--test-threads` says otherwise.
const THREADS: usize = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = case_directories(&root.join("tests/compat/cases"))
        .and_then(|cases| Ok([cases, case_directories(&root.join("tests/projects"))?].concat()));
    let cases = match listed {
        Ok(cases) => cases,
        Err(message) => return fail(&message),
    };
    let original = original_program(root);
    if let Some(value) = env::var_os("COMPAT_ONLY") {
        if value != "original" {
            return fail("COMPAT_ONLY knows the value `original` only");
        }
        return show_original(&arguments, &cases, &original);
    }
    let ours = Program::Ours(
        env::var_os("COMPAT_PROGRAM").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_batou-local")), PathBuf::from),
    );
    let own = Trial::test("(harness) lines that run into one are told apart", || {
        let found = output::updates("🚀 a: One⚪ b: Scheduling component two ...\n\n🚀 b: Two🚀 a: Three\n");
        let expected = [("a", vec!["One", "Three"]), ("b", vec!["Two"])]
            .map(|(host, crumbs)| (host.to_owned(), crumbs.into_iter().map(str::to_owned).collect()));
        if found == expected.into() { Ok(()) } else { Err(format!("found {found:?}").into()) }
    });
    let names = Trial::test("(harness) names of virtual environments are left out", || {
        let found =
            output::updates("🚀 a: AppEnv('0c1cde38') > File('work/.appenv/0c1cde38/x') > File('work/.appenv/x')\n");
        let expected = "AppEnv('<name>') > File('work/.appenv/<name>/x') > File('work/.appenv/x')".to_owned();
        if found == [("a".to_owned(), vec![expected])].into() { Ok(()) } else { Err(format!("found {found:?}").into()) }
    });
    let trials = cases
        .into_iter()
        .map(|directory| {
            let (original, ours, root) = (original.clone(), ours.clone(), root.to_path_buf());
            Trial::test(case_name(&directory), move || {
                compare(&directory, &original, &ours, &root).map_err(Failed::from)
            })
        })
        .chain([own, names])
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The original as the test task installs it, or where `COMPAT_ORIGINAL` says.
fn original_program(root: &Path) -> Program {
    Program::Original(env::var_os("COMPAT_ORIGINAL").map_or_else(|| root.join("tests/.venv/bin/batou"), PathBuf::from))
}

/// How often the original may try before a difference counts.
const ATTEMPTS_OF_ORIGINAL: usize = 3;

/// Runs one case through both programs and answers with every difference found.
///
/// The original now and then fails on a busy machine, when its processes end in another order than usual. So it may try
/// again, and the difference counts if it is there every time. Ours has one attempt.
fn compare(directory: &Path, original: &Program, ours: &Program, root: &Path) -> Result<(), String> {
    let case = Case::load(directory)?;
    let compatibility = fs::read_to_string(root.join("COMPATIBILITY.md")).unwrap_or_default();
    case.check_known_differences(&compatibility)?;
    original.check_present()?;
    ours.check_present()?;
    let sandbox = sandbox::Sandbox::new()?;
    let found = program::run_case(&case, ours, &sandbox)?;
    if case.without_original.is_some() {
        return case.check_expectations("our program", &found);
    }
    let mut reasons = Vec::new();
    for attempt in 1..=ATTEMPTS_OF_ORIGINAL {
        let expected = program::run_case(&case, original, &sandbox)?;
        let differences = match case.check_expectations("the original", &expected) {
            Ok(()) => difference::between(&case, &expected, &found),
            Err(message) => vec![message],
        };
        if differences.is_empty() {
            return Ok(());
        }
        reasons.push(format!("attempt {attempt} of the original:\n{}", differences.join("\n")));
    }
    Err(reasons.join("\n"))
}

/// A developer's aid: runs the cases through the original alone and prints what happens. Nothing is compared, so the
/// exit code is never that of a passed test.
fn show_original(arguments: &Arguments, cases: &[PathBuf], original: &Program) -> ExitCode {
    let mut out = io::stdout().lock();
    let mut failed = 0;
    for directory in cases {
        let name = case_name(directory);
        if arguments.filter.as_ref().is_some_and(|filter| !name.contains(filter.as_str())) {
            continue;
        }
        let outcome = Case::load(directory).and_then(|case| {
            original.check_present()?;
            let results = program::run_case(&case, original, &sandbox::Sandbox::new()?)?;
            let verdict = case.check_expectations("the original", &results);
            Ok((case, results, verdict))
        });
        let text = match outcome {
            Ok((case, results, verdict)) => {
                let mut text = describe(&case, &results);
                if let Err(message) = verdict {
                    failed += 1;
                    text.push_str(&format!("NOT AS MEANT: {message}\n"));
                }
                text
            }
            Err(message) => {
                failed += 1;
                format!("NOT RUN: {message}\n")
            }
        };
        // A closed pipe (`| head`) ends the showing; there is nothing to save.
        if writeln!(out, "=== {name}\n{text}").is_err() {
            return ExitCode::from(2);
        }
    }
    fail(&format!("nothing was compared: COMPAT_ONLY is set; {failed} case(s) are not as they are meant"))
}

/// What the original did in every step of a case, for a reader.
fn describe(case: &Case, results: &[StepResult]) -> String {
    let mut text = String::new();
    for (step, result) in case.steps.iter().zip(results) {
        text.push_str(&format!("--- {step}: exit code {}\n", result.exit));
        for (host, crumbs) in &result.updates {
            for crumb in crumbs {
                text.push_str(&format!("  {host}: {crumb}\n"));
            }
        }
        for error in &result.errors {
            text.push_str(&format!("  {error}\n"));
        }
        if env::var_os("COMPAT_SHOW").is_some() {
            text.push_str(&result.text);
            for (path, entry) in &result.tree {
                text.push_str(&format!("  {path}: {}\n", entry.summary()));
            }
        }
    }
    text
}

/// Every case, sorted by name. A stray file is an error, so that no case is forgotten by a wrong name; but for the page
/// that explains the projects.
fn case_directories(cases: &Path) -> Result<Vec<PathBuf>, String> {
    let listing = fs::read_dir(cases).map_err(|error| format!("{}: {error}", cases.display()))?;
    let mut directories = Vec::new();
    for entry in listing {
        let path = entry.map_err(|error| format!("{}: {error}", cases.display()))?.path();
        if path.ends_with("projects/README.md") {
            continue;
        }
        if !path.is_dir() {
            return Err(format!("{} is no directory, so it is no case", path.display()));
        }
        directories.push(path);
    }
    if directories.is_empty() {
        return Err(format!("{} holds no case", cases.display()));
    }
    directories.sort();
    Ok(directories)
}

/// The directory of a case; for a complete project with a word before it.
fn case_name(directory: &Path) -> String {
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let is_project = directory.parent().is_some_and(|parent| parent.ends_with("projects"));
    if is_project { format!("project-{name}") } else { name.into_owned() }
}

fn fail(message: &str) -> ExitCode {
    // Standard error may be closed; the exit code tells it as well.
    let _ = writeln!(io::stderr(), "compat: {message}");
    ExitCode::from(2)
}
