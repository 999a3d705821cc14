//! The reference of all commands, made of their help.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};

use super::{ExitCode, LocalArguments, RemoteArguments, RootArguments, SecretsEditArguments};

/// The columns of the help in the reference.
const WIDTH: usize = 80;

/// The reference as Markdown: every command with its help.
fn markdown() -> String {
    let mut text = "# Commands\n\nThis page is made of the help of the programs: `batou --help`, `batou COMMAND --help`.\n\n\
                    All commands end with these exit codes, which scripts may rely on:\n\n| code | meaning |\n|---|---|\n"
        .to_owned();
    for code in ExitCode::ALL {
        let _ = writeln!(text, "| {} | {} |", code.code(), code.meaning());
    }
    let mut root = RootArguments::command().term_width(WIDTH);
    root.build();
    push(&mut text, "batou", root.clone());
    for command in root.get_subcommands() {
        // Its words are those of a Python interpreter, which explain themselves.
        if !["help", "python"].contains(&command.get_name()) {
            push(&mut text, &format!("batou {}", command.get_name()), command.clone());
            for nested in command.get_subcommands().filter(|nested| nested.get_name() != "help") {
                push(&mut text, &format!("batou {} {}", command.get_name(), nested.get_name()), nested.clone());
            }
        }
    }
    push(&mut text, "batou-local", LocalArguments::command());
    push(&mut text, "batou-remote", RemoteArguments::command());
    push(&mut text, "secretsedit", SecretsEditArguments::command());
    text
}

fn push(text: &mut String, name: &str, command: Command) {
    // The codes stand once at the top.
    let help = command.term_width(WIDTH).render_long_help().to_string();
    let codes = ExitCode::help_section();
    let help = help.replace(codes.trim_end(), "");
    let _ = write!(text, "\n## `{name}`\n\n```text\n");
    let mut was_empty = false;
    for line in help.trim().lines() {
        let line = line.trim_end();
        if !(line.is_empty() && was_empty) {
            let _ = writeln!(text, "{line}");
        }
        was_empty = line.is_empty();
    }
    text.push_str("```\n");
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes the page anew when it is asked to")]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_the_help_as_it_is() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/commands.md");
        let current = markdown();
        if std::env::var_os("TRYCMD").is_some_and(|value| value == "overwrite") {
            std::fs::write(&page, &current).expect("the page can be written");
        }
        let written = std::fs::read_to_string(&page).unwrap_or_default();
        assert!(
            written == current,
            "docs/commands.md is out of date; `TRYCMD=overwrite cargo test -p batou-runtime reference` writes it"
        );
    }
}
