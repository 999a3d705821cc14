//! What only the git program can reach.

use std::ffi::OsString;
use std::path::Path;

use super::GitError;
use super::attended::Cancel;
use super::place::masked;
use crate::process::{Command, Output, ProcessError, quote, run};

/// Clones without checking out.
pub(super) fn clone(url: &str, directory: &Path, cancel: &Cancel) -> Result<(), GitError> {
    git(None, &["clone", "--quiet", "--no-checkout", "--", url, &directory.to_string_lossy()], url, cancel).map(drop)
}

/// Fetches from origin.
pub(super) fn fetch(checkout: &Path, tags: bool, url: &str, cancel: &Cancel) -> Result<(), GitError> {
    let mut arguments = vec!["fetch", "--quiet"];
    if tags {
        // A tag that was moved at the remote is moved here, too.
        arguments.extend(["--tags", "--force"]);
    }
    arguments.push("origin");
    git(Some(checkout), &arguments, url, cancel).map(drop)
}

/// The references of origin: name and hash.
pub(super) fn list(checkout: &Path, url: &str, cancel: &Cancel) -> Result<Vec<(String, String)>, GitError> {
    let text = git(Some(checkout), &["ls-remote", "--quiet", "origin"], url, cancel)?.stdout;
    let text = String::from_utf8_lossy(&text);
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    Ok(pairs.map(|(hash, name)| (name.to_owned(), hash.to_owned())).collect())
}

/// Brings submodules to what the commit wants.
pub(super) fn update_submodules(checkout: &Path, url: &str, cancel: &Cancel) -> Result<(), GitError> {
    let arguments = ["submodule", "--quiet", "update", "--init", "--recursive"];
    git(Some(checkout), &arguments, url, cancel).map(drop)
}

/// Whether the program is installed.
pub(super) fn is_installed() -> bool {
    let Some(path) = std::env::var_os("PATH") else {
        return false;
    };
    std::env::split_paths(&path).any(|directory| directory.join("git").is_file())
}

fn git(directory: Option<&Path>, arguments: &[&str], url: &str, cancel: &Cancel) -> Result<Output, GitError> {
    if !is_installed() {
        return Err(GitError::NoProgram { place: masked(url) });
    }
    let words: Vec<String> = arguments.iter().map(|argument| quote(argument)).collect();
    let script = format!("git {}", words.join(" "));
    let mut environment: Vec<(OsString, OsString)> = vec![
        ("LC_ALL".into(), "C".into()),
        // Nobody is there to answer.
        ("GIT_TERMINAL_PROMPT".into(), "0".into()),
    ];
    let has_own_ssh = ["GIT_SSH", "GIT_SSH_COMMAND"].iter().any(|name| std::env::var_os(name).is_some())
        || git2::Config::open_default().is_ok_and(|configuration| configuration.get_string("core.sshCommand").is_ok());
    if !has_own_ssh {
        environment.push(("GIT_SSH_COMMAND".into(), "ssh -o BatchMode=yes".into()));
    }
    let mut command = Command::new(&script).environment(&environment);
    if let Some(directory) = directory {
        command = command.directory(directory);
    }
    let output = match run(&command, &|| cancel.is_asked()) {
        Ok(output) => output,
        Err(ProcessError::Interrupted) => return Err(GitError::Interrupted),
        Err(error) => return Err(GitError::Process(error)),
    };
    if output.code != 0 {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(GitError::Program { command: masked(&script), code: output.code, output: masked(text.trim_end()) });
    }
    Ok(output)
}
