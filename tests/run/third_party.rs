//! batou_ext, unmodified: its modules, and its own tests in the interpreter of the program.
//!
//! What its components do is compared with the original in the cases `third-party-...` of `tests/compat`.

use std::path::{Path, PathBuf};

use crate::support::{BATOU, Ended, Project, finish};

/// Its modules, of which `s3`, `s3_bootstrap` and `htpasswd` need packages that it does not ask for.
const MODULES: usize = 41;

/// Imports every module and tells what came of it.
const IMPORT_ALL: &str = "
import importlib, pkgutil, batou_ext
done = 0
for module in pkgutil.walk_packages(batou_ext.__path__, 'batou_ext.'):
    if '.tests' in module.name:
        continue
    try:
        importlib.import_module(module.name)
        done += 1
    except ImportError as error:
        print(module.name, error)
print(done)
";

/// A directory that the task `prepare` fills.
fn prepared(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.venv").join(name);
    assert!(directory.is_dir(), "{} is missing: `make test` installs it (task `make prepare`)", directory.display());
    directory
}

fn python(project: &Project, path: &[PathBuf], words: &[&str]) -> Ended {
    let mut command = project.command(BATOU);
    command.env("PYTHONPATH", std::env::join_paths(path).expect("a search path"));
    finish(command.arg("python").args(words))
}

#[test]
fn every_module_of_batou_ext_is_imported() {
    let project = Project::new("");
    let installed = prepared("batou_ext");
    let all = python(&project, std::slice::from_ref(&installed), &["-c", IMPORT_ALL]);
    assert_eq!((all.code, all.output.as_str()), (Some(0), format!("{MODULES}\n").as_str()), "{all}");
}

#[test]
fn modules_of_batou_ext_that_lack_a_package_fail_alone() {
    let project = Project::new("");
    let installed = prepared("batou_ext");
    std::fs::create_dir_all(project.path("packages")).expect("a directory");
    for name in ["batou_ext", "pyaml", "six.py", "InquirerPy", "pfzy", "prompt_toolkit", "wcwidth"] {
        std::os::unix::fs::symlink(installed.join(name), project.path("packages").join(name)).expect("a link");
    }
    let some = python(&project, &[project.path("packages")], &["-c", IMPORT_ALL]);
    let expected = format!(
        "batou_ext.htpasswd No module named 'passlib'\nbatou_ext.s3 No module named 'boto3'\nbatou_ext.s3_bootstrap No \
         module named 'boto3'\n{}\n",
        MODULES - 3
    );
    assert_eq!((some.code, some.output.as_str()), (Some(0), expected.as_str()), "{some}");
}

#[test]
fn batou_ext_passes_its_own_tests() {
    let project = Project::new("");
    let path = [prepared("batou_ext"), prepared("pytest")];
    // Left out is what configures PFAPostfix: two of these want an IPv6 address of `localhost`, which not every machine has.
    let words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "batou.fixtures", "-k", "not PFAPostfix"];
    let ended = python(&project, &path, &[&words[..], &["--pyargs", "batou_ext"]].concat());
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.last_line().starts_with("193 passed, 3 deselected"), "{ended}");
}
