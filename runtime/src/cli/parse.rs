//! From words to arguments.

use std::ffi::OsString;

use clap::Parser;

use super::ExitCode;

/// Parses the words of a command line, the name of the program first.
///
/// # Errors
/// The exit code with which the program has to end: the help, the version or what is wrong with the words has been
/// printed already.
pub fn parse<Arguments: Parser>(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, ExitCode> {
    Arguments::try_parse_from(words).map_err(|error| {
        // The exit code still tells the result when the stream is closed.
        let _ = error.print();
        exit_code_of_parser(&error)
    })
}

// Help and version that were asked for are answers, though the parser hands them out as errors.
fn exit_code_of_parser(error: &clap::Error) -> ExitCode {
    if error.use_stderr() { ExitCode::Usage } else { ExitCode::Success }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{LocalArguments, RootArguments};

    fn refused<Arguments: Parser>(words: &[&str]) -> ExitCode {
        let error = Arguments::try_parse_from(words).err().expect("no arguments to run with");
        exit_code_of_parser(&error)
    }

    #[test]
    fn help_succeeds_and_wrong_words_do_not() {
        assert_eq!(refused::<LocalArguments>(&["batou-local", "--version"]), ExitCode::Success);
        assert_eq!(refused::<LocalArguments>(&["batou-local", "-h"]), ExitCode::Success);
        assert_eq!(refused::<LocalArguments>(&["batou-local"]), ExitCode::Usage);
        assert_eq!(refused::<RootArguments>(&["batou"]), ExitCode::Usage);
        assert_eq!(refused::<RootArguments>(&["batou", "help"]), ExitCode::Success);
    }

    #[test]
    fn right_words_become_arguments() {
        let arguments: LocalArguments = parse(["batou-local".into(), "dev".into()]).expect("valid");
        assert_eq!(arguments.options.environment, "dev");
    }
}
