//! One tree after the other: the steps, taken by both programs, and what they differ in.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::answers;
use crate::case::{Action, Case, Change, Step};
use crate::damage;
use crate::difference;
use crate::driver::Driver;
use crate::generator::{self, Project, Style};
use crate::output::Updates;
use crate::program::{self, Program, StepResult};
use crate::properties;
use crate::sandbox::Sandbox;
use crate::settings::Settings;
use crate::snapshot;

/// Longer differences are cut; they have one cause and many consequences.
const MOST_LINES: usize = 80;

/// From so many trees on, half of them must be deployed. The others are refused, which is to be compared as well, but not alone.
const MEANINGFUL: usize = 20;

/// One random project with its number.
pub struct Tree {
    pub number: usize,
    pub style: Style,
    pub project: Project,
    directory: TempDir,
    rng: fastrand::Rng,
}

/// What one step of a driver did.
pub struct Observation {
    /// What the driver tells.
    pub answer: Value,
    /// The disk afterwards, without the tools' own files.
    pub tree: snapshot::Tree,
    /// What a prediction changed.
    touched: Vec<String>,
}

impl Tree {
    fn generate(settings: &Settings, number: usize) -> Result<Self, String> {
        let mut rng = settings.rng(number);
        let style = settings.style(number);
        let project = generator::generate(&mut rng, style);
        let directory = tempfile::Builder::new().prefix("random-").tempdir().map_err(|error| error.to_string())?;
        project.write(directory.path())?;
        Ok(Self { number, style, project, directory, rng })
    }

    fn case(&self) -> Case {
        Case { directory: self.directory.path().to_path_buf(), ..Case::default() }
    }

    /// Keeps the project and tells how to see the failure again.
    fn failure(&self, settings: &Settings, steps: &[Action], differences: &[String]) -> String {
        let kept = settings.kept.join(format!("{}-{}", settings.seed, self.number));
        let steps: Vec<Value> = steps.iter().map(step_as_json).collect();
        let case = serde_json::to_string_pretty(&json!({"steps": steps})).unwrap_or_default();
        let _ = fs::remove_dir_all(&kept);
        let written = self
            .project
            .write(&kept)
            .and_then(|()| fs::write(kept.join("case.json"), case).map_err(|error| error.to_string()));
        let place = match written {
            Ok(()) => format!("kept at {}", kept.display()),
            Err(error) => format!("not kept: {error}"),
        };
        let text = differences.join("\n");
        let mut lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
        if text.lines().count() > MOST_LINES {
            lines.push("...");
        }
        format!(
            "\ntree {} of seed {} ({:?}, wrong on purpose: {}), {place}\nrepeat with: RANDOM_SEED={} RANDOM_ONLY={} cargo test --test random\n{}\n",
            self.number,
            settings.seed,
            self.style,
            self.project.mistakes,
            settings.seed,
            self.number,
            lines.join("\n")
        )
    }
}

/// Runs trees through the driver under both interpreters. Answers with all differences.
pub fn compare_driven(settings: &Settings, numbers: &[usize]) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let mut original = Driver::original(settings, &sandbox)?;
    let mut ours = Driver::ours(settings, &sandbox)?;
    let mut failures = String::new();
    let mut deployed = 0;
    for number in numbers {
        let mut tree = Tree::generate(settings, *number)?;
        let mut steps = Vec::new();
        let outcome = compare_tree(&mut tree, &sandbox, &mut original, &mut ours, &mut steps);
        let differences = outcome.unwrap_or_else(|message| vec![message]);
        if !differences.is_empty() {
            failures.push_str(&tree.failure(settings, &steps, &differences));
        }
        // A project that is refused while it is configured has no third step.
        deployed += usize::from(steps.len() > 2);
    }
    if numbers.len() >= MEANINGFUL && deployed * 2 < numbers.len() {
        failures.push_str(&format!(
            "only {deployed} of {} trees were deployed: the generator has lost its sense\n",
            numbers.len()
        ));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

fn compare_tree(
    tree: &mut Tree,
    sandbox: &Sandbox,
    original: &mut Driver,
    ours: &mut Driver,
    steps: &mut Vec<Action>,
) -> Result<Vec<String>, String> {
    let case = tree.case();
    let test = || "test".to_owned();
    let mut expected = Vec::new();
    sandbox.fill(&case)?;
    for step in 0.. {
        let action = match step {
            // Half of the time goes into predictions; the second one is for the properties.
            4 if tree.style != Style::Predictable => continue,
            0 | 4 => Action::Predict(test()),
            1 | 2 | 5 => Action::Deploy(test()),
            // Only what is there can be damaged, so this is decided here.
            3 => {
                let picture = sandbox.picture(false)?;
                Action::Change(damage::draw(&mut tree.rng, &picture, tree.style, &tree.project.junk))
            }
            _ => break,
        };
        let observation = observe(original, &action, sandbox, true);
        steps.push(action);
        let observation = observation?;
        let refused = answers::is_refused(&observation.answer) && !observation.answer.is_null();
        expected.push(observation);
        if refused && step > 0 {
            break;
        }
    }
    sandbox.fill(&case)?;
    let mut found = Vec::new();
    let mut differences = Vec::new();
    for (number, (action, expected)) in steps.iter().zip(&expected).enumerate() {
        let observation = observe(ours, action, sandbox, false)?;
        let mut texts = Vec::new();
        texts.extend(answers::difference(&expected.answer, &observation.answer));
        texts.extend(difference::trees(&expected.tree, &observation.tree));
        texts.extend(observation.touched.iter().map(|path| format!("the prediction touched {path}")));
        found.push(observation);
        if !texts.is_empty() {
            differences.push(format!("step {} differs ({})", number + 1, step_as_json(action)));
            differences.extend(texts);
            // What follows builds on this step and would only repeat it.
            return Ok(differences);
        }
    }
    Ok(properties::broken(tree, steps, &found))
}

fn observe(driver: &mut Driver, action: &Action, sandbox: &Sandbox, is_original: bool) -> Result<Observation, String> {
    let before = sandbox.picture(true)?;
    let answer = driver.act(action, &sandbox.project())?;
    let mut touched = Vec::new();
    match action {
        Action::Change(changes) => changes.iter().try_for_each(|change| sandbox.change(change))?,
        Action::Predict(_) | Action::Check(_) | Action::Facts(_) | Action::Run(_) if is_original => {
            forget(sandbox, &before)?
        }
        Action::Predict(_) | Action::Check(_) | Action::Facts(_) | Action::Run(_) => {
            touched = difference::trees(&before, &sandbox.picture(true)?)
        }
        Action::Deploy(_) => age(&sandbox.project())?,
    }
    Ok(Observation { answer, tree: sandbox.picture(false)?, touched })
}

/// Removes what a prediction of the original left: COMPATIBILITY.md, "Predictions".
fn forget(sandbox: &Sandbox, before: &snapshot::Tree) -> Result<(), String> {
    let world = sandbox.project();
    let world = world.parent().ok_or("the project lies in a directory")?;
    for path in sandbox.picture(true)?.keys().filter(|path| !before.contains_key(*path)) {
        let path = world.join(path);
        // With a directory all of its entries are gone already.
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&path),
            Ok(_) => fs::remove_file(&path),
            Err(_) => Ok(()),
        }
        .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Makes all files older by the same time, so that whatever is written in the next run is newer than them without doubt.
fn age(directory: &Path) -> Result<(), String> {
    let wrap = |error: std::io::Error| format!("{}: {error}", directory.display());
    for entry in fs::read_dir(directory).map_err(wrap)? {
        let entry = entry.map_err(wrap)?;
        let kind = entry.file_type().map_err(wrap)?;
        if kind.is_dir() {
            age(&entry.path())?;
        } else if kind.is_file() {
            let modified = entry.metadata().and_then(|metadata| metadata.modified()).map_err(wrap)?;
            let older = modified.checked_sub(Duration::from_secs(100)).unwrap_or(SystemTime::UNIX_EPOCH);
            File::open(entry.path()).and_then(|file| file.set_modified(older)).map_err(wrap)?;
        }
    }
    Ok(())
}

/// Runs trees through the whole programs. Answers with all differences in exit codes, updates and on disk.
pub fn compare_whole(settings: &Settings, numbers: &[usize]) -> Result<(), String> {
    let sandbox = Sandbox::new()?;
    let mut failures = String::new();
    for number in numbers {
        let mut tree = Tree::generate(settings, *number)?;
        let mut steps = Vec::new();
        let outcome = compare_programs(&mut tree, &sandbox, settings, &mut steps);
        let differences = outcome.unwrap_or_else(|message| vec![message]);
        if !differences.is_empty() {
            failures.push_str(&tree.failure(settings, &steps, &differences));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

fn compare_programs(
    tree: &mut Tree,
    sandbox: &Sandbox,
    settings: &Settings,
    steps: &mut Vec<Action>,
) -> Result<Vec<String>, String> {
    let mut case = tree.case();
    let mut expected = Vec::new();
    sandbox.fill(&case)?;
    for step in 0..3 {
        let action = if step == 1 {
            let picture = sandbox.picture(false)?;
            Action::Change(damage::draw(&mut tree.rng, &picture, tree.style, &tree.project.junk))
        } else {
            Action::Deploy("test".into())
        };
        let result = run(&settings.original, &action, sandbox);
        steps.push(action);
        let result = result?;
        let refused = result.exit != 0;
        expected.push(result);
        if refused {
            break;
        }
    }
    sandbox.fill(&case)?;
    let mut found = Vec::new();
    for action in steps.iter().take(expected.len()) {
        found.push(run(&settings.ours, action, sandbox)?);
    }
    case.steps = steps.iter().map(|action| plain_step(action.clone())).collect();
    Ok(difference::between(&case, &expected, &found))
}

fn run(program: &Program, action: &Action, sandbox: &Sandbox) -> Result<StepResult, String> {
    let mut result = program::run_step(action, program, sandbox, &[])?;
    // Root components that do not require each other come in any order in the original.
    let mut updates: Updates = BTreeMap::new();
    for (host, crumbs) in std::mem::take(&mut result.updates) {
        for crumb in crumbs {
            let root = crumb.split(" > ").next().unwrap_or_default();
            updates.entry(format!("{host}, {root}")).or_default().push(crumb);
        }
    }
    result.updates = updates;
    if matches!(action, Action::Deploy(_)) {
        age(&sandbox.project())?;
    }
    Ok(result)
}

fn plain_step(action: Action) -> Step {
    Step { action, exit: 0, updates: None, files: BTreeMap::new(), known_exit: None, exceptions: None }
}

/// A step as `case.json` holds it.
fn step_as_json(action: &Action) -> Value {
    match action {
        Action::Deploy(name) => json!({"deploy": name}),
        Action::Check(name) => json!({"check": name}),
        Action::Predict(name) => json!({"predict": name}),
        Action::Facts(name) => json!({"facts": name}),
        Action::Run(script) => json!({"run": script}),
        Action::Change(changes) => {
            let changes: Vec<Value> = changes
                .iter()
                .map(|change| match change {
                    Change::Write { path, text } => json!({"write": {"path": path, "text": text}}),
                    Change::Append { path, text } => json!({"append": {"path": path, "text": text}}),
                    Change::Delete(path) => json!({"delete": path}),
                    Change::Mode { path, mode } => json!({"mode": {"path": path, "mode": mode}}),
                    Change::Directory(path) => json!({"directory": path}),
                    Change::Symlink { path, target } => json!({"symlink": {"path": path, "target": target}}),
                    Change::Age { path, seconds } => json!({"age": {"path": path, "seconds": seconds}}),
                })
                .collect();
            json!({"change": changes})
        }
    }
}
