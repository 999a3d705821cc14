//! `batou init`.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, ExitCode, OutputOptions, print_error};
use crate::{
    events::Event,
    project::{self, Started},
};

/// What `batou init` takes.
#[derive(Debug, Clone, Args)]
pub struct InitOptions {
    /// Make the project in this directory, which need not exist
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    pub directory: PathBuf,
}

/// Makes a small project and says how to go on.
pub fn run_init(options: &InitOptions) -> ExitCode {
    let started = match project::init(&options.directory) {
        Ok(started) => started,
        Err(error) => return print_error(&error, None, false, &mut std::io::stderr()),
    };
    let reporter = OutputOptions::default().reporter();
    for line in lines(options, &started) {
        reporter.emit(Event::line(line));
    }
    reporter.flush();
    match reporter.output_error() {
        None => ExitCode::Success,
        Some(reason) => {
            let error = CommandError::failed("the project is made, but that could not be told").with_hint(reason);
            print_error(&error, None, false, &mut std::io::stderr())
        }
    }
}

fn lines(options: &InitOptions, started: &Started) -> Vec<String> {
    let directory = &options.directory;
    let is_here = project::is_here(directory);
    let mut lines = Vec::new();
    for file in &started.files {
        let path = if is_here { PathBuf::from(file) } else { directory.join(file) };
        lines.push(format!("made {}", path.display()));
    }
    if !started.missing_in_gitignore.is_empty() {
        lines.push(format!("kept .gitignore; you may want to add: {}", started.missing_in_gitignore.join(" ")));
    }
    lines.push(String::new());
    lines.push("Go on with:".to_owned());
    if !is_here {
        lines.push(format!("  cd {}", quoted(&directory.to_string_lossy())));
    }
    lines.push("  batou deploy --predict-only dev    tell what a deployment would change".to_owned());
    lines.push("  batou deploy dev                   change it".to_owned());
    lines
}

/// A word as a shell understands it.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+:@%".contains(character);
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain) {
        return word.to_owned();
    }
    let word = if word.starts_with('-') { format!("./{word}") } else { word.to_owned() };
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        for (word, expected) in
            [("a/b", "a/b"), ("my project", "'my project'"), ("it's", r"'it'\''s'"), ("-x", "'./-x'")]
        {
            assert_eq!(quoted(word), expected);
        }
    }

    #[test]
    fn both_commands_are_told() {
        let started = Started { files: vec!["a"], missing_in_gitignore: vec!["/work/"] };
        let text = |directory: &str| lines(&InitOptions { directory: directory.into() }, &started).join("\n");
        assert!(
            text("new")
                .starts_with("made new/a\nkept .gitignore; you may want to add: /work/\n\nGo on with:\n  cd new\n")
        );
        assert!(text(".").starts_with("made a\n") && !text(".").contains("cd "));
        assert!(text(".").contains("batou deploy --predict-only dev") && text(".").contains("batou deploy dev"));
    }
}
