//! The definition of a case: its directory and the steps in `case.json`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::output;
use crate::program::StepResult;

/// One case: a project to deploy and the steps to take with it.
#[derive(Default)]
pub struct Case {
    /// Where the project of the case lies.
    pub directory: PathBuf,
    /// What several cases have in common: names of directories in `shared`. The case's own files come on top.
    pub shared: Vec<String>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Whether the error lines must agree too.
    pub compare_errors: bool,
    /// Whether definitions may import the third-party components that the test task installs.
    pub third_party: bool,
    /// Files below the project that ours keeps for their owner (mode 0600), where the original gives them the mode of the
    /// process: those of `sensitive_data=True` without a mode.
    pub private: Vec<String>,
    /// A file of the project with the age key that opens the secrets of the case.
    pub identity: Option<String>,
    /// A directory of the project that the original imports from, where ours reads `requirements.txt`.
    pub original_path: Option<String>,
    /// Why the original cannot run it; then ours alone must do what the case says. The words stand in COMPATIBILITY.md.
    pub without_original: Option<String>,
}

/// What is done in one step, and what is known about it beforehand.
pub struct Step {
    /// What is done.
    pub action: Action,
    /// The exit code that the original must answer with.
    pub exit: i32,
    /// Whether components must update, or must not.
    pub updates: Option<Updates>,
    /// Files below the project with the text that the original must have left; `None` for a file that must be missing.
    pub files: BTreeMap<String, Option<String>>,
    /// The classes of the exceptions that the original must have collected, in alphabetical order.
    pub exceptions: Option<Vec<String>>,
    /// The exit code of ours where it differs for a reason.
    pub known_exit: Option<KnownExit>,
}

/// The kinds of step.
#[derive(Clone)]
pub enum Action {
    /// Deploy an environment.
    Deploy(String),
    /// Check the consistency of an environment.
    Check(String),
    /// Predict the deployment of an environment.
    Predict(String),
    /// Load and configure an environment and write down what came of it.
    Facts(String),
    /// Change files of the project, as a person or an application would between two runs.
    Change(Vec<Change>),
    /// Run a text by the shell in the project, for what changes of files cannot say.
    Run(String),
}

/// Whether a step changes something on the host.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Updates {
    /// No component updates.
    None,
    /// At least one component updates.
    Some,
}

/// An exit code of ours that differs from the original's on purpose.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownExit {
    /// Our exit code.
    pub ours: i32,
    /// Why; the same words must stand in COMPATIBILITY.md.
    pub reason: String,
}

/// One change between two runs. Paths are relative to the project.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Change {
    /// Writes a file, following a link.
    Write {
        /// The file.
        path: String,
        /// Its new content.
        text: String,
    },
    /// Appends to a file.
    Append {
        /// The file.
        path: String,
        /// What is added.
        text: String,
    },
    /// Removes a file, link or tree.
    Delete(String),
    /// Sets permission bits.
    Mode {
        /// The file or directory.
        path: String,
        /// Octal digits.
        mode: String,
    },
    /// Creates a directory with its parents.
    Directory(String),
    /// Creates a symbolic link.
    Symlink {
        /// The link.
        path: String,
        /// Its text.
        target: String,
    },
    /// Sets the time of the last change back.
    Age {
        /// The file.
        path: String,
        /// By how many seconds.
        seconds: u64,
    },
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default)]
    shared: Vec<String>,
    steps: Option<Vec<StepFile>>,
    #[serde(default)]
    compare_errors: bool,
    #[serde(default)]
    third_party: bool,
    #[serde(default)]
    private: Vec<String>,
    identity: Option<String>,
    original_path: Option<String>,
    without_original: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    deploy: Option<String>,
    check: Option<String>,
    predict: Option<String>,
    facts: Option<String>,
    exceptions: Option<Vec<String>>,
    change: Option<Vec<Change>>,
    run: Option<String>,
    #[serde(default)]
    exit: i32,
    updates: Option<Updates>,
    #[serde(default)]
    files: BTreeMap<String, Option<String>>,
    known_exit: Option<KnownExit>,
}

impl Case {
    /// Reads the case in a directory.
    ///
    /// Answers with a message that names the file when it is not understood.
    pub fn load(directory: &Path) -> Result<Self, String> {
        for needed in ["components", "environments"] {
            if !directory.join(needed).is_dir() {
                return Err(format!("{} has no directory `{needed}`", directory.display()));
            }
        }
        let path = directory.join("case.json");
        let file = match fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => CaseFile::default(),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        let steps = match file.steps {
            Some(steps) => steps
                .into_iter()
                .enumerate()
                .map(|(index, step)| {
                    Step::from_file(step)
                        .map_err(|problem| format!("{}: step {}: {problem}", path.display(), index + 1))
                })
                .collect::<Result<_, _>>()?,
            None => default_steps(directory)?,
        };
        Ok(Self {
            directory: directory.to_path_buf(),
            shared: file.shared,
            steps,
            compare_errors: file.compare_errors,
            third_party: file.third_party,
            private: file.private,
            identity: file.identity,
            original_path: file.original_path,
            without_original: file.without_original,
        })
    }

    /// Insists that every known difference is explained to the users, in the same words.
    pub fn check_known_differences(&self, compatibility: &str) -> Result<(), String> {
        if let Some(reason) = &self.without_original
            && (reason.trim().is_empty() || !compatibility.contains(reason))
        {
            return Err(format!("that the original cannot run it needs words in COMPATIBILITY.md: {reason}"));
        }
        for known in self.steps.iter().filter_map(|step| step.known_exit.as_ref()) {
            if known.reason.trim().is_empty() || !compatibility.contains(&known.reason) {
                return Err(format!(
                    "the known exit code {} needs a row in COMPATIBILITY.md that says: {}",
                    known.ours, known.reason
                ));
            }
        }
        Ok(())
    }

    /// Insists that a program, the original as a rule, did what the case is about; otherwise both programs could agree on
    /// an accident.
    pub fn check_expectations(&self, who: &str, results: &[StepResult]) -> Result<(), String> {
        for (step, result) in self.steps.iter().zip(results) {
            let place = format!("{who} in {step}");
            if result.exit != step.exit {
                return Err(format!(
                    "{place} ended with exit code {}, the case expects {}:\n{}",
                    result.exit, step.exit, result.text
                ));
            }
            let updated = !result.updates.is_empty();
            if step.updates.is_some_and(|expected| (expected == Updates::Some) != updated) {
                return Err(format!("{place}: updates are not as the case expects:\n{}", result.text));
            }
            if let Some(expected) = &step.exceptions {
                let found =
                    output::exception_classes(&result.stdout).map_err(|problem| format!("{place}: {problem}"))?;
                if found != *expected {
                    return Err(format!("{place}: exceptions are {found:?}, the case expects {expected:?}"));
                }
            }
            for (file, expected) in &step.files {
                let found = result.tree.get(&format!("project/{file}")).map(|entry| entry.text());
                if found != *expected {
                    return Err(format!("{place}: {file} is {found:?}, the case expects {expected:?}"));
                }
            }
        }
        Ok(())
    }
}

impl Step {
    fn from_file(file: StepFile) -> Result<Self, &'static str> {
        let mut actions = [
            file.deploy.map(Action::Deploy),
            file.check.map(Action::Check),
            file.predict.map(Action::Predict),
            file.facts.map(Action::Facts),
            file.change.map(Action::Change),
            file.run.map(Action::Run),
        ]
        .into_iter()
        .flatten();
        let (Some(action), None) = (actions.next(), actions.next()) else {
            return Err("exactly one of deploy, check, predict, facts, change and run is needed");
        };
        let expects = file.exit != 0 || file.updates.is_some() || file.known_exit.is_some();
        if matches!(action, Action::Change(_) | Action::Run(_)) && expects {
            return Err("a change, also by the shell, has neither exit code nor updates");
        }
        if file.exceptions.is_some() && !matches!(action, Action::Facts(_)) {
            return Err("exceptions are known of facts only");
        }
        Ok(Self {
            action,
            exit: file.exit,
            updates: file.updates,
            files: file.files,
            exceptions: file.exceptions,
            known_exit: file.known_exit,
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.action {
            Action::Deploy(environment) => write!(formatter, "deploy {environment}"),
            Action::Check(environment) => write!(formatter, "check {environment}"),
            Action::Predict(environment) => write!(formatter, "predict {environment}"),
            Action::Facts(environment) => write!(formatter, "facts {environment}"),
            Action::Change(changes) => write!(formatter, "change ({} files)", changes.len()),
            Action::Run(script) => write!(formatter, "run {script}"),
        }
    }
}

/// A first run and a second one that has nothing to do, of the only environment there is.
fn default_steps(directory: &Path) -> Result<Vec<Step>, String> {
    let environments = directory.join("environments");
    let listing = fs::read_dir(&environments).map_err(|error| format!("{}: {error}", environments.display()))?;
    let names: Vec<String> = listing.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let [name] = names.as_slice() else {
        return Err(format!(
            "{}: without steps in case.json there must be one environment, found {}",
            environments.display(),
            names.len()
        ));
    };
    let run = |updates| Step {
        action: Action::Deploy(name.clone()),
        exit: 0,
        updates: Some(updates),
        files: BTreeMap::new(),
        exceptions: None,
        known_exit: None,
    };
    Ok(vec![run(Updates::Some), run(Updates::None)])
}
