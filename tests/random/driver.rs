//! The processes that configure and deploy one project after the other, so that not each has to start a program.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::case::Action;
use crate::sandbox::Sandbox;
use crate::settings::Settings;

/// `driver.py` under one of the two interpreters.
pub struct Driver {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    name: &'static str,
}

impl Driver {
    /// Starts the driver under the original's interpreter.
    pub fn original(settings: &Settings, sandbox: &Sandbox) -> Result<Self, String> {
        let mut command = Command::new(&settings.original_python);
        command.arg(&settings.driver);
        Self::start(command, sandbox, "the original's driver")
    }

    /// Starts the driver under our interpreter.
    pub fn ours(settings: &Settings, sandbox: &Sandbox) -> Result<Self, String> {
        let mut command = Command::new(&settings.batou);
        command.arg("python").arg(&settings.driver);
        // The package that is being worked on, see CONTRIBUTING.md.
        if let Some(path) = std::env::var_os("BATOU_PYTHON_PATH") {
            command.env("BATOU_PYTHON_PATH", path);
        }
        Self::start(command, sandbox, "our driver")
    }

    fn start(mut command: Command, sandbox: &Sandbox, name: &'static str) -> Result<Self, String> {
        let home = sandbox.home();
        fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
        let python_path = std::env::var_os("BATOU_PYTHON_PATH").filter(|_| name == "our driver");
        command
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LANG", "C.UTF-8")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("HOME", home)
            .envs(python_path.map(|path| ("BATOU_PYTHON_PATH", path)))
            // The sandbox is made anew for each project.
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{name} does not start: {error}"))?;
        let requests = child.stdin.take();
        let answers = child.stdout.take().map(BufReader::new).ok_or_else(|| format!("{name} has no output"))?;
        Ok(Self { child, requests, answers, name })
    }

    /// Takes one step and answers with what the driver tells about it.
    pub fn act(&mut self, action: &Action, project: &Path) -> Result<Value, String> {
        let (action, environment) = match action {
            Action::Deploy(environment) => ("deploy", environment),
            Action::Predict(environment) => ("predict", environment),
            Action::Check(environment) => ("check", environment),
            Action::Change(_) => return Ok(Value::Null),
            Action::Facts(_) => return Err("facts are part of every answer, so they are no step of a tree".to_owned()),
            Action::Run(_) => return Err("a tree has no steps of the shell".to_owned()),
        };
        let request = json!({"action": action, "environment": environment, "project": project});
        let requests = self.requests.as_mut().ok_or("the driver is ending")?;
        writeln!(requests, "{request}").map_err(|error| format!("{} takes no request: {error}", self.name))?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| format!("{} gives no answer: {error}", self.name))?;
        let answer: Value =
            serde_json::from_str(&line).map_err(|error| format!("{} answers {line:?}: {error}", self.name))?;
        match answer["broken"].as_str() {
            Some(traceback) => Err(format!("{} is broken:\n{traceback}", self.name)),
            None => Ok(answer),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It ends when its input does.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
