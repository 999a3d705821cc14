//! One editing of one secret: editor, check, encryption, and the questions when one of them fails.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use batou_core::secrets::Saved;
use zeroize::Zeroizing;

use super::{Exposure, editor::Editor};
use crate::cli::{CommandError, names, print_error};

const HELP: &str = "
What you have edited so far is still there. You can type
    edit       to open the editor on it again
    encrypt    to try to encrypt and save it again
    quit       to leave and lose it
";

/// What is to be edited, and how.
pub struct Editing {
    /// The editor, as a command for the shell.
    pub editor: String,
    /// What the name of the file in the editor ends with, with its dot.
    pub suffix: String,
    /// The clear content as it is now.
    pub original: Zeroizing<Vec<u8>>,
}

/// How an editing ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The text is what it was before.
    Unchanged,
    /// It was saved.
    Saved(Saved),
    /// The user gave up.
    Left,
}

impl Editing {
    /// Lets the user edit until the content is saved, unchanged or given up. Errors are shown and asked about.
    ///
    /// # Errors
    /// If there is no place for the clear content, or the input ends before all is well.
    pub fn run(
        self,
        exposure: &Exposure,
        warn: &dyn Fn(&str),
        save: &mut dyn FnMut(&[u8]) -> Result<Saved, CommandError>,
    ) -> Result<Outcome, CommandError> {
        let fallback = std::env::temp_dir();
        let directory = exposure.directory(&memory_places(), &fallback).map_err(|error| {
            CommandError::failed("there is no place for the clear text while it is edited").with_cause(&error)
        })?;
        if !directory.is_in_memory() {
            warn(&format!(
                "there is no file system in memory to edit on; until the editor is closed, the clear text is on the disk, in {}",
                directory.path().display()
            ));
        }
        let file = directory.path().join(format!("edit{}", self.suffix));
        let editor = Editor { command: self.editor, file, exposure, _directory: directory };
        converse(&self.original, save, &mut |content| {
            let edited = editor.edit(content)?;
            Ok((edited.content, edited.failure))
        })
    }
}

/// Where clear texts are put while they are edited, the best place first.
fn memory_places() -> Vec<PathBuf> {
    let own = names::XDG_RUNTIME_DIR.value().map(PathBuf::from).filter(|path| path.is_absolute());
    own.into_iter().chain([PathBuf::from("/dev/shm")]).collect()
}

type Edit<'run> =
    &'run mut dyn FnMut(&[u8]) -> Result<(Option<Zeroizing<Vec<u8>>>, Option<CommandError>), CommandError>;

fn converse(
    original: &[u8],
    save: &mut dyn FnMut(&[u8]) -> Result<Saved, CommandError>,
    edit: Edit<'_>,
) -> Result<Outcome, CommandError> {
    let mut current = Zeroizing::new(original.to_vec());
    let mut command = "edit".to_owned();
    loop {
        let done = match command.as_str() {
            "edit" => take_over(&mut current, edit).and_then(|()| encrypt(original, &current, save)),
            "encrypt" => encrypt(original, &current, save),
            "quit" => return Ok(Outcome::Left),
            "" => Err(CommandError::usage("nothing was typed")),
            other => Err(CommandError::usage(format!("unknown command `{other}`"))),
        };
        match done {
            Ok(outcome) => return Ok(outcome),
            Err(error) => {
                print_error(&error, None, false, &mut io::stderr());
            }
        }
        command = ask()?;
    }
}

/// Takes what the editor left as the current content, also of an editor that failed: it may hold an hour of work.
fn take_over(current: &mut Zeroizing<Vec<u8>>, edit: Edit<'_>) -> Result<(), CommandError> {
    let (content, failure) = edit(current)?;
    match (content, failure) {
        (Some(content), None) => {
            *current = with_unix_line_ends(current, content);
            Ok(())
        }
        (None, None) => Err(CommandError::failed("the editor removed the file")),
        (content, Some(failure)) => {
            // An editor that was killed may have emptied the file to write it.
            if let Some(content) = content.filter(|content| !content.is_empty()) {
                *current = with_unix_line_ends(current, content);
            }
            Err(failure)
        }
    }
}

fn encrypt(
    original: &[u8],
    current: &[u8],
    save: &mut dyn FnMut(&[u8]) -> Result<Saved, CommandError>,
) -> Result<Outcome, CommandError> {
    if current == original { Ok(Outcome::Unchanged) } else { save(current).map(Outcome::Saved) }
}

/// What an editor of Windows may have made of the line ends of a text. What it left alone, and what is no text, stays as it is.
fn with_unix_line_ends(before: &[u8], content: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    let is_text = std::str::from_utf8(&content).is_ok() && !content.contains(&0);
    if *content == before || !is_text {
        return content;
    }
    let mut converted = Zeroizing::new(Vec::with_capacity(content.len()));
    for (place, byte) in content.iter().enumerate() {
        if *byte != b'\r' || content.get(place + 1) != Some(&b'\n') {
            converted.push(*byte);
        }
    }
    converted
}

/// Asks what to do.
fn ask() -> Result<String, CommandError> {
    let mut output = io::stdout();
    // Who sees no question may answer all the same.
    let _ = write!(output, "{HELP}> ").and_then(|()| output.flush());
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(0) => {
            Err(CommandError::failed("the input ended; what was edited is lost, the old secrets are as they were"))
        }
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) => Err(CommandError::failed("cannot read what to do").with_cause(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(text.as_bytes().to_vec())
    }

    #[test]
    fn line_ends_become_those_of_unix() {
        for (before, after, expected) in [
            ("a\n", "a\r\nb\r\n", "a\nb\n"),
            ("a\r\n", "a\r\n", "a\r\n"),
            ("", "a\rb\r", "a\rb\r"),
            ("", "a\0\r\n", "a\0\r\n"),
        ] {
            assert_eq!(*with_unix_line_ends(before.as_bytes(), bytes(after)), expected.as_bytes(), "{after:?}");
        }
        assert_eq!(*with_unix_line_ends(b"", Zeroizing::new(vec![0xff, b'\r', b'\n'])), [0xff, b'\r', b'\n']);
    }

    #[test]
    fn nothing_is_saved_without_a_change() {
        let outcome = converse(b"text", &mut |_| panic!("saved"), &mut |content| {
            Ok((Some(Zeroizing::new(content.to_vec())), None))
        });
        assert_eq!(outcome.expect("all is well"), Outcome::Unchanged);
    }

    #[test]
    fn what_an_editor_left_before_it_failed_is_kept() {
        let mut current = bytes("old");
        let killed = || Some(CommandError::failed("killed"));
        take_over(&mut current, &mut |_| Ok((Some(bytes("work")), killed()))).expect_err("it failed");
        assert_eq!(*current, b"work");
        for content in [None, Some(bytes(""))] {
            let mut content = Some(content);
            take_over(&mut current, &mut |_| Ok((content.take().flatten(), killed()))).expect_err("it failed");
            assert_eq!(*current, b"work");
        }
        take_over(&mut current, &mut |_| Ok((None, None))).expect_err("the file is gone");
    }
}
