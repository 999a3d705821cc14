//! The arguments of `batou python`, which are those of a Python interpreter.

use std::ffi::{OsStr, OsString};

use clap::Args;

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PythonMode {
    /// `-c CODE`.
    Command(OsString),
    /// `-m MODULE`.
    Module(OsString),
    /// A file or a directory with a `__main__.py`.
    Script(OsString),
    /// `-`: a program from the standard input.
    StandardInput,
    /// Nothing was said: a dialogue on a terminal, else a program from the standard input.
    #[default]
    Unspecified,
    /// `-h` or `--help`.
    Help,
    /// `-V` or `--version`.
    Version,
}

/// The arguments of `batou python`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PythonArguments {
    /// What to run.
    pub mode: PythonMode,
    /// The words that belong to the Python program.
    pub arguments: Vec<OsString>,
    /// `-u`: standard output and error are not buffered.
    pub unbuffered: bool,
    /// `-B`: no compiled files are written.
    pub without_bytecode: bool,
    /// `-E`: variables `PYTHON...` are ignored.
    pub ignore_environment: bool,
    /// `-I`: neither the environment nor the project nor the directories of user and script count; implies `-E` and `-s`.
    pub isolated: bool,
    /// `-S`: the module `site` is not imported, and the project does not count.
    pub without_site: bool,
    /// `-s`: the packages of the user are not found.
    pub without_user_site: bool,
    /// `-q`: no greeting in a dialogue.
    pub quiet: bool,
    /// `-O`, counted.
    pub optimize: u8,
    /// `-W ARG`, in the order given.
    pub warnings: Vec<OsString>,
    /// `-X ARG`, in the order given.
    pub extensions: Vec<OsString>,
}

/// Words that a Python interpreter does not understand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PythonUsageError {
    /// There is no such option.
    #[error("unknown option `{option}` of `batou python`")]
    UnknownOption {
        /// The option with its dashes.
        option: String,
    },
    /// The option is the last word but needs one more.
    #[error("option `{option}` of `batou python` needs an argument")]
    MissingArgument {
        /// The option with its dash.
        option: String,
    },
}

/// All words after `batou python`, not yet understood.
#[derive(Debug, Clone, Args)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub struct PythonTail {
    /// Pass these words to the interpreter: -c CODE, -m MODULE, SCRIPT or -, then arguments
    #[arg(value_name = "PYTHON ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<OsString>,
}

impl PythonArguments {
    /// The text of `batou python --help`.
    pub const HELP: &str = "\
Run a Python program with the interpreter and the packages that deployments use

Usage: batou python [OPTIONS] [-c CODE | -m MODULE | SCRIPT | -] [ARGUMENTS]...

Modes (all words after it belong to the Python program):
  -c CODE    Run this code
  -m MODULE  Run this module or package
  SCRIPT     Run this file
  -          Read the program from the standard input

Options:
  -B         Do not write compiled files
  -E         Ignore the variables PYTHON...
  -I         Ignore the environment, the project and the directories of user and script
  -O         Remove assertions; twice: remove docstrings too
  -q         Print no greeting
  -s         Do not look for packages of the user
  -S         Do not import `site` at start, ignore the project
  -u         Do not buffer standard output and error
  -W ARG     Control warnings
  -X ARG     Set an option of the implementation
  -V         Print the version
  -h         Print this help
";

    /// Understands the words after `batou python`.
    ///
    /// Short options may share one dash, and an option that needs an argument takes the rest of its word or the next
    /// one. The first mode ends the options: what follows is not looked at.
    ///
    /// # Errors
    /// An option that is unknown or lacks its argument.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, PythonUsageError> {
        let mut parsed = PythonArguments::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mode = match word.as_encoded_bytes() {
                b"-" => Some(PythonMode::StandardInput),
                b"--" => words.next().map(mode_of_plain_word),
                b"--help" => Some(PythonMode::Help),
                b"--version" => Some(PythonMode::Version),
                [b'-', b'-', ..] => return Err(unknown_option(&word)),
                [b'-', letters @ ..] => parsed.take_letters(letters, &mut words)?,
                _ => Some(PythonMode::Script(word)),
            };
            if let Some(mode) = mode {
                parsed.mode = mode;
                break;
            }
        }
        parsed.arguments = words.collect();
        Ok(parsed)
    }

    fn take_letters(
        &mut self,
        letters: &[u8],
        words: &mut impl Iterator<Item = OsString>,
    ) -> Result<Option<PythonMode>, PythonUsageError> {
        for (index, letter) in letters.iter().enumerate() {
            match letter {
                b'u' => self.unbuffered = true,
                b'B' => self.without_bytecode = true,
                b'E' => self.ignore_environment = true,
                b'I' => {
                    self.isolated = true;
                    self.ignore_environment = true;
                    self.without_user_site = true;
                }
                b'S' => self.without_site = true,
                b's' => self.without_user_site = true,
                b'q' => self.quiet = true,
                b'O' => self.optimize = self.optimize.saturating_add(1),
                b'h' => return Ok(Some(PythonMode::Help)),
                b'V' => return Ok(Some(PythonMode::Version)),
                b'c' | b'm' | b'W' | b'X' => {
                    let argument = argument_of(*letter, &letters[index + 1..], words)?;
                    match letter {
                        b'c' => return Ok(Some(PythonMode::Command(argument))),
                        b'm' => return Ok(Some(PythonMode::Module(argument))),
                        b'W' => self.warnings.push(argument),
                        _ => self.extensions.push(argument),
                    }
                    return Ok(None);
                }
                _ => {
                    return Err(unknown_option(&lossless(&[b"-", &letters[index..]].concat())));
                }
            }
        }
        Ok(None)
    }

    /// The words as the Python program finds them in `sys.argv`.
    pub fn program_words(&self) -> Vec<OsString> {
        let first = match &self.mode {
            PythonMode::Command(_) => OsString::from("-c"),
            PythonMode::Module(_) => OsString::from("-m"),
            PythonMode::Script(script) => script.clone(),
            PythonMode::StandardInput => OsString::from("-"),
            PythonMode::Unspecified | PythonMode::Help | PythonMode::Version => OsString::new(),
        };
        std::iter::once(first).chain(self.arguments.iter().cloned()).collect()
    }
}

fn mode_of_plain_word(word: OsString) -> PythonMode {
    if word == "-" { PythonMode::StandardInput } else { PythonMode::Script(word) }
}

fn argument_of(
    letter: u8,
    rest: &[u8],
    words: &mut impl Iterator<Item = OsString>,
) -> Result<OsString, PythonUsageError> {
    if !rest.is_empty() {
        return Ok(lossless(rest));
    }
    words.next().ok_or_else(|| PythonUsageError::MissingArgument { option: format!("-{}", char::from(letter)) })
}

fn unknown_option(word: &OsStr) -> PythonUsageError {
    PythonUsageError::UnknownOption { option: word.to_string_lossy().into_owned() }
}

// A part of a word is a word again: on the systems that are supported, words are any bytes.
fn lossless(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).to_os_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    fn parsed(words: &[&str]) -> Result<PythonArguments, PythonUsageError> {
        PythonArguments::parse(words.iter().map(OsString::from))
    }

    #[test]
    fn modes_end_the_options() {
        let cases: [(&[&str], PythonMode, &[&str]); 11] = [
            (&["-c", "code", "--help", "-c"], PythonMode::Command("code".into()), &["--help", "-c"]),
            (&["-ccode", "-V"], PythonMode::Command("code".into()), &["-V"]),
            (&["-uBc", "code"], PythonMode::Command("code".into()), &[]),
            (&["-m", "pytest", "-q", "--", "x"], PythonMode::Module("pytest".into()), &["-q", "--", "x"]),
            (&["-u", "script.py", "-u"], PythonMode::Script("script.py".into()), &["-u"]),
            (&["-", "a"], PythonMode::StandardInput, &["a"]),
            (&["--", "-script.py", "a"], PythonMode::Script("-script.py".into()), &["a"]),
            (&["--", "-"], PythonMode::StandardInput, &[]),
            (&["-u"], PythonMode::Unspecified, &[]),
            (&["-BV"], PythonMode::Version, &[]),
            (&["--help"], PythonMode::Help, &[]),
        ];
        for (words, mode, arguments) in cases {
            let parsed = parsed(words).expect("valid");
            assert_eq!(parsed.mode, mode, "{words:?}");
            assert_eq!(parsed.arguments, arguments, "{words:?}");
        }
    }

    #[test]
    fn options_before_the_mode() {
        let parsed = parsed(&["-OO", "-BEsSqu", "-W", "error", "-Wignore", "-X", "dev", "x"]).expect("valid");
        let expected = PythonArguments {
            mode: PythonMode::Script("x".into()),
            arguments: Vec::new(),
            unbuffered: true,
            without_bytecode: true,
            ignore_environment: true,
            isolated: false,
            without_site: true,
            without_user_site: true,
            quiet: true,
            optimize: 2,
            warnings: vec!["error".into(), "ignore".into()],
            extensions: vec!["dev".into()],
        };
        assert_eq!(parsed, expected);
    }

    #[test]
    fn isolation_implies_others() {
        let parsed = parsed(&["-I"]).expect("valid");
        assert!(parsed.isolated && parsed.ignore_environment && parsed.without_user_site && !parsed.without_site);
    }

    #[test]
    fn wrong_options_are_named() {
        let cases = [
            (&["-uz"][..], "unknown option `-z` of `batou python`"),
            (&["--colour"][..], "unknown option `--colour` of `batou python`"),
            (&["-c"][..], "option `-c` of `batou python` needs an argument"),
            (&["-uW"][..], "option `-W` of `batou python` needs an argument"),
        ];
        for (words, text) in cases {
            assert_eq!(parsed(words).expect_err("invalid").to_string(), text);
        }
    }

    #[test]
    fn program_sees_its_own_words() {
        let cases = [
            (&["-c", "code", "a"][..], &["-c", "a"][..]),
            (&["-m", "module", "a"][..], &["-m", "a"][..]),
            (&["dir/script.py", "a"][..], &["dir/script.py", "a"][..]),
            (&["-"][..], &["-"][..]),
            (&[][..], &[""][..]),
        ];
        for (words, expected) in cases {
            assert_eq!(parsed(words).expect("valid").program_words(), expected);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let word = OsString::from_vec(b"-cprint('\xff')".to_vec());
        let parsed = PythonArguments::parse([word]).expect("valid");
        assert_eq!(parsed.mode, PythonMode::Command(OsString::from_vec(b"print('\xff')".to_vec())));
    }
}
