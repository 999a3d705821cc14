//! A library of components with tests of its own, under the original and under this program.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{BATOU, Project, finish};

/// The tests that the library has.
const TESTS: &str = "8 passed";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A copy of the library without `conftest.py` if the plugin is named on the command line.
fn library(plugin_by_option: bool) -> Project {
    let project = Project::new("");
    for name in ["conftest.py", "proxy.py", "test_proxy.py"] {
        if name != "conftest.py" || !plugin_by_option {
            let source = repository("tests/run/component-library").join(name);
            let text = std::fs::read_to_string(&source).unwrap_or_else(|error| panic!("{}: {error}", source.display()));
            project.write(name, &text);
        }
    }
    project
}

fn passes(command: &mut Command, plugin_by_option: bool) {
    let runner = repository("tests/.venv/pytest");
    assert!(runner.is_dir(), "{} is missing: `make prepare` installs it", runner.display());
    command.env("PYTHONPATH", runner).env("PYTHONDONTWRITEBYTECODE", "1");
    command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
    if plugin_by_option {
        command.args(["-p", "batou.fixtures"]);
    }
    let ended = finish(command);
    assert!(ended.code == Some(0) && ended.output.contains(TESTS), "{ended}");
}

#[test]
fn its_tests_pass_under_the_original() {
    // A test that fails there would say nothing about this program.
    let python = repository("tests/.venv/bin/python");
    assert!(python.is_file(), "{} is missing: `make prepare` installs it", python.display());
    passes(&mut library(false).command(&python), false);
}

#[test]
fn its_tests_pass_with_the_plugin_of_its_configuration() {
    passes(library(false).command(BATOU).arg("python"), false);
}

#[test]
fn its_tests_pass_with_the_plugin_named_on_the_command_line() {
    passes(library(true).command(BATOU).arg("python"), true);
}
