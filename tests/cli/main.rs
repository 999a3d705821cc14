//! What the programs answer on the command line: one small file a case in `cases/`, run in a copy of a project of
//! `projects/`.
//!
//! A case that is meant to change is rewritten with `TRYCMD=overwrite`; what stands in `[..]` is kept. Afterwards each
//! message is read as somebody who does not know the program would read it.

use std::fs;
use std::path::Path;

/// Few, so that a case file that the pattern does not match is noticed and a removed one too.
const AT_LEAST: usize = 150;

#[test]
fn command_line_cases() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/cases");
    let found = fs::read_dir(&directory).expect("the cases can be listed").count();
    assert!(found >= AT_LEAST, "only {found} cases are left in {}", directory.display());

    let home = tempfile::tempdir().expect("a home directory");
    trycmd::TestCases::new()
        .register_bin("batou", Path::new(env!("CARGO_BIN_EXE_batou")))
        .register_bin("batou-local", Path::new(env!("CARGO_BIN_EXE_batou-local")))
        .register_bin("batou-remote", Path::new(env!("CARGO_BIN_EXE_batou-remote")))
        .register_bin("secretsedit", Path::new(env!("CARGO_BIN_EXE_secretsedit")))
        // Cases inherit nothing of the environment; this is all they get.
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home.path().to_string_lossy())
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .env("COLUMNS", "80")
        .case("tests/cli/cases/*.toml")
        .run();
}
