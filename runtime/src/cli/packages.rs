//! `batou packages`.

use std::path::Path;

use batou_core::packages::{self, LockPolicy, Need, Package, PackageName, PackageOrigin, Selection, Skipped, Update};
use clap::{Args, Subcommand};
use serde_json::json;

use super::{CommandError, ExitCode, OutputOptions, print_error};
use crate::{
    events::Event,
    project::{self, failure, surroundings, tell_warnings},
    report::Reporter,
};

/// What `batou packages` takes.
#[derive(Debug, Clone, Args)]
pub struct PackagesOptions {
    /// What to do
    #[command(subcommand)]
    pub command: PackagesCommand,
}

/// The commands of `batou packages`.
#[derive(Debug, Clone, Subcommand)]
pub enum PackagesCommand {
    /// List the packages of the project
    ///
    /// What is not kept on this machine yet is fetched. Nothing is written into the project.
    List(CommonOptions),

    /// Choose versions anew and write requirements.lock
    ///
    /// Without NAME: the newest versions that fit, of all packages. With NAME: of these packages, and others keep
    /// their versions as long as they fit.
    Update {
        /// Choose the versions of these packages only
        #[arg(value_name = "NAME", value_parser = package_name)]
        names: Vec<PackageName>,

        /// How to report
        #[command(flatten)]
        common: CommonOptions,
    },

    /// Tell where a package comes from and who needs it
    Explain {
        /// The package
        #[arg(value_name = "NAME", value_parser = package_name)]
        name: PackageName,

        /// How to report
        #[command(flatten)]
        common: CommonOptions,
    },
}

/// The options of all these commands.
#[derive(Debug, Clone, Copy, Args)]
pub struct CommonOptions {
    /// Use what is kept on this machine and not the network, as BATOU_OFFLINE=1 does
    #[arg(long)]
    pub offline: bool,

    /// Write one JSON object
    #[arg(long)]
    pub json: bool,
}

fn package_name(text: &str) -> Result<PackageName, String> {
    text.parse().map_err(|_| "this is not the name of a package".to_owned())
}

/// Lists, updates or explains.
pub fn run_packages(options: &PackagesOptions) -> ExitCode {
    let reporter = OutputOptions::default().reporter();
    let common = match &options.command {
        PackagesCommand::List(common)
        | PackagesCommand::Update { common, .. }
        | PackagesCommand::Explain { common, .. } => *common,
    };
    let done = run(&options.command, common, &reporter);
    reporter.flush();
    match (done, reporter.output_error()) {
        (Err(error), _) => print_error(&error, None, false, &mut std::io::stderr()),
        (Ok(()), None) => ExitCode::Success,
        (Ok(()), Some(reason)) => {
            let error = CommandError::failed("the answer could not be written").with_hint(reason);
            print_error(&error, None, false, &mut std::io::stderr())
        }
    }
}

fn run(command: &PackagesCommand, common: CommonOptions, reporter: &Reporter) -> Result<(), CommandError> {
    let project = project::find()?;
    let surroundings = surroundings(common.offline, reporter)?;
    let select = || packages::select(&project, LockPolicy::Leave, &surroundings).map_err(|error| failure(&error));
    let answer = match command {
        PackagesCommand::List(_) => {
            let selection = select()?;
            Answer { text: listed(&selection, &project), json: listed_json(&selection), warned: Some(selection) }
        }
        PackagesCommand::Update { names, .. } => {
            let update = packages::update(&project, names, &surroundings).map_err(|error| failure(&error))?;
            Answer { text: updated(&update), json: updated_json(&update), warned: Some(update.selection) }
        }
        PackagesCommand::Explain { name, .. } => {
            let selection = select()?;
            explained(name, &selection, &project)?
        }
    };
    if common.json {
        reporter.emit(Event::line(answer.json.to_string()));
        return Ok(());
    }
    for line in answer.text {
        reporter.emit(Event::line(line));
    }
    if let Some(selection) = answer.warned {
        tell_warnings(&selection, reporter);
    }
    Ok(())
}

/// An answer in both forms.
struct Answer {
    text: Vec<String>,
    json: serde_json::Value,
    warned: Option<Selection>,
}

fn listed(selection: &Selection, project: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    if selection.packages.is_empty() {
        lines.push("the project uses no packages of its own".to_owned());
    }
    let width = selection.packages.iter().map(|package| package.name.len()).max().unwrap_or_default();
    for package in &selection.packages {
        let version = package.version.as_deref().unwrap_or("-");
        let place = match package.origin {
            PackageOrigin::Index => String::new(),
            PackageOrigin::Wheel => "  from a wheel".to_owned(),
            PackageOrigin::Directory => {
                format!("  in {}", package.directory.strip_prefix(project).unwrap_or(&package.directory).display())
            }
        };
        lines.push(format!("{:width$}  {version}{place}", package.name));
    }
    for (is_provided, heading) in [(true, "part of batou"), (false, "not needed here")] {
        let names: Vec<&str> = selection
            .skipped
            .iter()
            .filter(|skipped| skipped.is_provided == is_provided)
            .map(|skipped| skipped.name.as_str())
            .collect();
        if !names.is_empty() {
            lines.push(format!("{heading}: {}", names.join(", ")));
        }
    }
    if !selection.is_locked && !selection.packages.is_empty() {
        lines.push(
            "not locked yet: the first deployment or `batou packages update` writes requirements.lock".to_owned(),
        );
    }
    lines
}

fn listed_json(selection: &Selection) -> serde_json::Value {
    json!({
        "packages": selection.packages,
        "skipped": selection.skipped,
        "locked": selection.is_locked,
        "warnings": selection.warnings,
    })
}

fn updated(update: &Update) -> Vec<String> {
    let mut lines: Vec<String> = update
        .changes
        .iter()
        .map(|change| match (&change.from, &change.to) {
            (Some(from), Some(to)) => format!("{}: {from} -> {to}", change.name),
            (None, Some(to)) => format!("{}: {to} is new", change.name),
            (Some(from), None) => format!("{}: {from} is gone", change.name),
            (None, None) => change.name.clone(),
        })
        .collect();
    let outcome =
        if update.is_written { "wrote requirements.lock" } else { "nothing to do: requirements.lock is up to date" };
    lines.push(outcome.to_owned());
    lines
}

fn updated_json(update: &Update) -> serde_json::Value {
    json!({"changes": update.changes, "written": update.is_written, "warnings": update.selection.warnings})
}

fn explained(name: &PackageName, selection: &Selection, project: &Path) -> Result<Answer, CommandError> {
    if let Some(package) = selection.package(name) {
        return Ok(Answer { text: explained_package(package, project), json: json!(package), warned: None });
    }
    if let Some(skipped) = selection.skipped(name) {
        return Ok(Answer { text: explained_skip(skipped), json: json!(skipped), warned: None });
    }
    if packages::is_provided(name) {
        let skipped = Skipped { name: name.to_string(), is_provided: true, required_by: Vec::new() };
        return Ok(Answer { text: explained_skip(&skipped), json: json!(skipped), warned: None });
    }
    Err(failure(&packages::PackageError::NotSelected { name: name.clone() }))
}

fn explained_package(package: &Package, project: &Path) -> Vec<String> {
    let mut lines = vec![format!("{} {}", package.name, package.version.as_deref().unwrap_or("without a version"))];
    if !package.summary.is_empty() {
        lines.push(format!("  {}", package.summary));
    }
    let origin = match package.origin {
        PackageOrigin::Index => "a package index",
        PackageOrigin::Wheel => "a wheel that the requirements name",
        PackageOrigin::Directory => "a directory",
    };
    lines.push(format!("  from: {origin}"));
    let directory = package.directory.strip_prefix(project).unwrap_or(&package.directory);
    lines.push(format!("  modules: {}", directory.display()));
    lines.extend(package.sha256.iter().map(|digits| format!("  sha256: {digits}")));
    lines.extend(needs(&package.required_by));
    lines.extend(package.requires.iter().map(|requirement| format!("  requires: {requirement}")));
    lines
}

fn explained_skip(skipped: &Skipped) -> Vec<String> {
    let reason = if skipped.is_provided {
        "is part of batou, so nothing is fetched"
    } else {
        "is not needed on this machine, as its marker says"
    };
    let mut lines = vec![format!("{} {reason}", skipped.name)];
    lines.extend(needs(&skipped.required_by));
    lines
}

fn needs(needs: &[Need]) -> impl Iterator<Item = String> {
    needs.iter().map(|need| format!("  required by: {} (`{}`)", need.by, need.requirement))
}
