//! Running one of the two programs through the steps of a case.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use std::os::unix::process::ExitStatusExt;

use crate::case::{Action, Case};
use crate::output::{self, Updates};
use crate::sandbox::Sandbox;
use crate::snapshot::Tree;

/// Whatever takes longer hangs: much more than the few seconds that anything here takes on a machine with nothing else
/// to do.
const PATIENCE: Duration = Duration::from_secs(600);

/// Who commits in steps that are run by the shell, and when.
const COMMITTER: [(&str, &str); 8] = [
    ("GIT_AUTHOR_NAME", "Case"),
    ("GIT_AUTHOR_EMAIL", "case@example.com"),
    ("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z"),
    ("GIT_COMMITTER_NAME", "Case"),
    ("GIT_COMMITTER_EMAIL", "case@example.com"),
    ("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z"),
    ("HGUSER", "Case"),
    ("HGPLAIN", "1"),
];

/// One of the two programs.
#[derive(Clone)]
pub enum Program {
    /// The command `batou` of the original.
    Original(PathBuf),
    /// Our `batou-local`.
    Ours(PathBuf),
}

/// What one step did, as seen from outside.
#[derive(Default)]
pub struct StepResult {
    /// The exit code; that of a shell for a death by signal.
    pub exit: i32,
    /// Which components update, in order.
    pub updates: Updates,
    /// The error lines.
    pub errors: BTreeSet<String>,
    /// The standard output.
    pub stdout: String,
    /// Both streams, for the reader of a failure.
    pub text: String,
    /// The tree before the step, with the tools' own files.
    pub before: Tree,
    /// The tree after the step, with the tools' own files.
    pub after: Tree,
    /// The tree after the step, for the comparison.
    pub tree: Tree,
}

impl Program {
    /// Insists that the program is installed: a missing reference must never look like a passed test.
    pub fn check_present(&self) -> Result<(), String> {
        match self {
            Program::Original(path) if !path.is_file() => Err(format!(
                "the original batou is missing at {}: `make test` installs it (task `make prepare`)",
                path.display()
            )),
            Program::Ours(path) if !path.is_file() => {
                Err(format!("the program under test is missing at {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    fn command(&self, action: &Action, sandbox: &Sandbox) -> Option<Command> {
        let mut command = match action {
            Action::Deploy(environment) => self.run_command(environment, None),
            Action::Check(environment) => self.run_command(environment, Some("-c")),
            Action::Predict(environment) => self.run_command(environment, Some("-P")),
            Action::Facts(environment) => self.facts_command(environment, sandbox),
            Action::Run(script) => shell_command(script, sandbox),
            Action::Change(_) => return None,
        };
        command
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LANG", "C.UTF-8")
            .env("HOME", sandbox.home())
            .env("TMPDIR", sandbox.temporary())
            .env("COMPAT_VARIABLE", "from the environment");
        if matches!(action, Action::Run(_)) {
            // What makes the hashes of commits the same in each run.
            command.envs(COMMITTER);
        }
        if matches!(self, Program::Original(_)) {
            command.env("APPENV_BASEDIR", sandbox.project()).env("PYTHONDONTWRITEBYTECODE", "1");
        }
        command.current_dir(sandbox.project()).stdin(Stdio::null());
        Some(command)
    }
}

impl Program {
    fn run_command(&self, environment: &str, flag: Option<&str>) -> Command {
        let mut command = match self {
            Program::Original(path) => {
                let mut command = Command::new(path);
                command.arg("deploy");
                command
            }
            Program::Ours(path) => Command::new(path),
        };
        command.args(flag).arg(environment);
        command
    }

    /// The same Python program in the interpreter of either: that beside the original, and our own.
    fn facts_command(&self, environment: &str, sandbox: &Sandbox) -> Command {
        let mut command = match self {
            Program::Original(path) => Command::new(path.with_file_name("python")),
            Program::Ours(path) => {
                let mut command = Command::new(path.with_file_name("batou"));
                command.arg("python");
                command
            }
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat/facts.py");
        command.arg(script).arg(environment).arg(sandbox.project());
        command
    }
}

/// Runs a step of the case itself.
fn shell_command(script: &str, sandbox: &Sandbox) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-e", "-c", &sandbox.substitute(script)]);
    command
}

/// Builds the sandbox anew and takes all steps of a case with one program.
pub fn run_case(case: &Case, program: &Program, sandbox: &Sandbox) -> Result<Vec<StepResult>, String> {
    sandbox.fill(case)?;
    let packages = match (program, &case.original_path) {
        _ if case.third_party => Some(third_party()?),
        (Program::Original(_), Some(path)) => Some(sandbox.project().join(path)),
        _ => None,
    };
    let identity = case.identity.as_ref().map(|path| sandbox.project().join(path));
    let variables: Vec<_> = [("PYTHONPATH", packages), ("BATOU_AGE_IDENTITIES", identity)]
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)))
        .collect();
    case.steps.iter().map(|step| run_step(&step.action, program, sandbox, &variables)).collect()
}

/// Where the third-party components are that the test task installs.
fn third_party() -> Result<PathBuf, String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.venv/batou_ext");
    if directory.join("batou_ext").is_dir() {
        return Ok(directory);
    }
    Err(format!("batou_ext is missing in {}: `make test` installs it (task `make prepare`)", directory.display()))
}

/// Takes one step in the sandbox as it is; the programs find `variables` in their environment, too.
pub fn run_step(
    action: &Action,
    program: &Program,
    sandbox: &Sandbox,
    variables: &[(&str, PathBuf)],
) -> Result<StepResult, String> {
    let before = sandbox.picture(true)?;
    let mut result = match program.command(action, sandbox) {
        Some(mut command) => {
            command.envs(variables.iter().map(|(name, path)| (name, path)));
            run(command, sandbox)?
        }
        None => StepResult::default(),
    };
    match action {
        Action::Change(changes) => changes.iter().try_for_each(|change| sandbox.change(change))?,
        Action::Run(script) if result.exit != 0 => {
            return Err(format!("a step of the case failed with exit code {}: {script}\n{}", result.exit, result.text));
        }
        _ => {}
    }
    result.before = before;
    result.after = sandbox.picture(true)?;
    result.tree = sandbox.picture(false)?;
    Ok(result)
}

fn run(mut command: Command, sandbox: &Sandbox) -> Result<StepResult, String> {
    // Files instead of pipes: nobody has to read while the program runs, and children that outlive it cannot block.
    let paths = [sandbox.tools().join("stdout"), sandbox.tools().join("stderr")];
    let [stdout, stderr] = paths.each_ref().map(File::create);
    let wrap = |error| format!("output cannot be captured: {error}");
    command.stdout(stdout.map_err(wrap)?).stderr(stderr.map_err(wrap)?);
    let child =
        command.spawn().map_err(|error| format!("{} does not start: {error}", command.get_program().display()))?;
    let status = wait(child)?;
    let mut texts = Vec::new();
    for path in paths {
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        texts.push(output::plain(&String::from_utf8_lossy(&bytes)));
    }
    let text = texts.concat();
    Ok(StepResult {
        exit: status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
        updates: output::updates(&text),
        errors: output::errors(&text),
        stdout: texts.swap_remove(0),
        text,
        ..StepResult::default()
    })
}

fn wait(mut child: Child) -> Result<ExitStatus, String> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                // It may end by itself in this very moment; then there is nothing to kill.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("the program did not end within {PATIENCE:?}"));
            }
            Err(error) => return Err(format!("waiting failed: {error}")),
        }
    }
}
