//! `batou migrate`.

use std::path::Path;

use clap::Args;

use super::{CommandError, ExitCode, OutputOptions, print_error};
use crate::{
    events::Event,
    project::{self, CURRENT, FILE, LOCK_FILE, Migration, Move, Note},
    report::Reporter,
};

/// So many lines of definitions are shown for a note.
const CANDIDATES: usize = 10;

/// What `batou migrate` takes.
#[derive(Debug, Clone, Args)]
pub struct MigrateOptions {
    /// Tell what would be done and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,

    /// Mark a new project as up to date without migrating anything
    #[arg(long, conflicts_with = "dry_run")]
    pub bootstrap: bool,
}

/// Brings the project up to date.
pub fn run_migrate(options: &MigrateOptions) -> ExitCode {
    let reporter = OutputOptions::default().reporter();
    let migrated = migrate(options, &reporter);
    reporter.flush();
    match (migrated, reporter.output_error()) {
        (Err(error), _) => print_error(&error, Some(&reporter), false, &mut std::io::stderr()),
        (Ok(()), None) => ExitCode::Success,
        (Ok(()), Some(reason)) => {
            let error = CommandError::failed("the migration is done, but that could not be told").with_hint(reason);
            print_error(&error, None, false, &mut std::io::stderr())
        }
    }
}

fn migrate(options: &MigrateOptions, reporter: &Reporter) -> Result<(), CommandError> {
    let tell = |text: String| reporter.emit(Event::line(text));
    let project = project::find()?;
    if options.bootstrap {
        project::bootstrap(&project)?;
        tell(format!("wrote {FILE}: the project is at version {CURRENT}"));
        return Ok(());
    }
    if Migration::plan(&project)?.is_nothing_to_do() {
        tell(format!("nothing to do: the project is at version {CURRENT}"));
        return Ok(());
    }
    let _lock = project::lock(&project.join(LOCK_FILE), "migration of the project", options.dry_run)?;
    let migration = Migration::plan(&project)?;
    let from = migration.from();
    let from = if from == 0 { "no version".to_owned() } else { format!("version {from}") };
    tell(format!("The project has {from}, current is {CURRENT}."));
    let by_hand = by_hand(&migration.notes);
    let left = migration.left.clone();
    let moved = migration.moves.len();
    if options.dry_run {
        for one in &migration.moves {
            tell(format!("would move {}", arrow(one)));
        }
        tell(format!("would write {FILE}"));
    } else {
        run(migration, &project, reporter)?;
    }
    for path in left {
        tell(format!("left {}: it belongs to no environment", path.display()));
    }
    if !by_hand.is_empty() {
        tell("\nPlease look at this yourself:".to_owned());
        by_hand.into_iter().for_each(tell);
    }
    if !options.dry_run {
        let what = if moved == 0 { "this change" } else { "these changes" };
        tell(format!("\nThe project is at version {CURRENT} now. Commit {what} to your repository."));
    }
    Ok(())
}

fn run(migration: Migration, project: &Path, reporter: &Reporter) -> Result<(), CommandError> {
    migration.run(project, |one| reporter.emit(Event::line(format!("moved {}", arrow(one)))))?;
    reporter.emit(Event::line(format!("wrote {FILE}")));
    Ok(())
}

fn arrow(one: &Move) -> String {
    format!("{} to {}", one.from.display(), one.to.display())
}

/// What only the authors of definitions can do, as lines.
fn by_hand(notes: &[Note]) -> Vec<String> {
    let mut lines = Vec::new();
    for note in notes {
        lines.push(format!("- {}", note.text));
        lines.extend(note.candidates.iter().take(CANDIDATES).map(|line| format!("    {line}")));
        if note.candidates.len() > CANDIDATES {
            lines.push(format!("    and {} more", note.candidates.len() - CANDIDATES));
        }
    }
    lines
}
