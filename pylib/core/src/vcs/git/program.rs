//! What only the git program can reach.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

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

/// Fetches all branches of a remote. What git tidies up afterwards is done when this returns.
pub(super) fn fetch_branches(checkout: &Path, remote: &str, url: &str, cancel: &Cancel) -> Result<(), GitError> {
    let arguments = ["-c", "gc.autoDetach=false", "fetch", "--quiet", "--prune", "--no-tags", remote];
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

/// Puts a commit into the files, through their filters: the local branch of the name, or else what is checked out, becomes the
/// commit.
pub(super) fn show(checkout: &Path, branch: Option<&str>, commit: &str, cancel: &Cancel) -> Result<(), GitError> {
    let place = checkout.to_string_lossy();
    let run = |arguments: &[&str]| git(Some(checkout), arguments, &place, cancel).map(drop);
    if let Some(branch) = branch {
        run(&["checkout", "--quiet", "--force", "--no-track", "-B", branch, commit])?;
        run(&["branch", "--quiet", &format!("--set-upstream-to=origin/{branch}"), branch])?;
    }
    run(&["reset", "--quiet", "--hard", commit])
}

/// The files that differ from the commit, with the two letters of `git status`; untracked ones one by one if `each_file`.
pub(super) fn status(checkout: &Path, each_file: bool) -> Result<Vec<(String, PathBuf)>, GitError> {
    let untracked = if each_file { "--untracked-files=all" } else { "--untracked-files=normal" };
    let arguments = ["status", "--porcelain", "-z", "--no-renames", untracked];
    let output = git(Some(checkout), &arguments, &checkout.to_string_lossy(), &Cancel::default())?.stdout;
    let entries = output.split(|byte| *byte == 0).filter(|entry| entry.len() > 3);
    let path = |entry: &[u8]| PathBuf::from(OsStr::from_bytes(&entry[3..]));
    Ok(entries.map(|entry| (String::from_utf8_lossy(&entry[..2]).into_owned(), path(entry))).collect())
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
