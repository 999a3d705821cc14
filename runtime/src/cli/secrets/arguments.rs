//! The arguments of `batou secrets`.

use std::path::PathBuf;

use batou_core::secrets::Kind;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use crate::cli::run_options::environment_name;

/// What `batou secrets` takes.
#[derive(Debug, Clone, Args)]
pub struct SecretsOptions {
    /// What to do
    #[command(subcommand)]
    pub command: SecretsCommand,
}

/// The commands of `batou secrets`.
#[derive(Debug, Clone, Subcommand)]
pub enum SecretsCommand {
    /// Edit the secrets of an environment
    ///
    /// The editor gets the clear text in a private directory in memory. What is saved there is checked and encrypted; nothing is
    /// written if nothing changed. An environment without secrets gets them this way, too.
    #[command(after_help = edit_help())]
    Edit {
        /// Edit with this command instead of $EDITOR or vi
        #[arg(short, long, value_name = "COMMAND", value_parser = NonEmptyStringValueParser::new())]
        editor: Option<String>,

        /// The environment
        #[arg(value_parser = environment_name())]
        environment: String,

        /// Edit the secret file of this name, an existing or a new one, instead of the settings
        #[arg(value_name = "FILE", value_parser = file_name())]
        file: Option<String>,
    },

    /// List who can read the secrets of each environment, and its secret files
    Summary,

    /// Let somebody read secrets
    Add {
        /// The key: an age or SSH public key, an https:// address with SSH keys, or what gpg takes
        #[arg(value_name = "KEYID", value_parser = NonEmptyStringValueParser::new())]
        key: String,

        /// Where
        #[command(flatten)]
        selection: Selection,
    },

    /// Encrypt secrets without somebody from now on
    ///
    /// Who could read them before can still read old revisions: change the values, too.
    Remove {
        /// The key, as `summary` shows it
        #[arg(value_name = "KEYID", value_parser = NonEmptyStringValueParser::new())]
        key: String,

        /// Where
        #[command(flatten)]
        selection: Selection,
    },

    /// Encrypt secrets anew if the keys of their members have changed
    Reencrypt {
        /// Encrypt anew in any case
        #[arg(short, long)]
        force: bool,

        /// Where
        #[command(flatten)]
        selection: Selection,
    },

    /// Write the clear content of an encrypted file to standard output
    Decrypttostdout {
        /// The file, relative to the project
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },

    /// Write one secret value to standard output
    #[command(after_help = get_help())]
    Get {
        /// The environment
        #[arg(value_parser = environment_name())]
        environment: String,

        /// Which value: SECTION.OPTION, host:HOST.OPTION or file:NAME
        #[arg(value_name = "KEY", value_parser = NonEmptyStringValueParser::new())]
        key: String,
    },

    /// Set one secret value from standard input
    ///
    /// One line end at the end of the input is not part of the value; of a file, everything is its content. On a terminal the value
    /// is asked for and not shown.
    #[command(after_help = get_help())]
    Set {
        /// The environment
        #[arg(value_parser = environment_name())]
        environment: String,

        /// Which value: SECTION.OPTION, host:HOST.OPTION or file:NAME
        #[arg(value_name = "KEY", value_parser = NonEmptyStringValueParser::new())]
        key: String,
    },

    /// Show what changed in secrets between two revisions of git
    ///
    /// Without a revision: since the last commit. On a terminal the clear texts are compared line by line; elsewhere, only the names
    /// of what changed are told.
    Diff {
        /// Tell the names of what changed only
        #[arg(long)]
        names: bool,

        /// The environment
        #[arg(value_parser = environment_name())]
        environment: String,

        /// The revision to start from
        #[arg(value_name = "OLD", default_value = "HEAD", value_parser = NonEmptyStringValueParser::new())]
        old: String,

        /// The revision to compare it with; without it the files as they are now
        #[arg(value_name = "NEW", value_parser = NonEmptyStringValueParser::new())]
        new: Option<String>,
    },

    /// Store the secrets of an environment in another format
    Migrate {
        /// The environment
        #[arg(value_parser = environment_name())]
        environment: String,

        /// The format
        #[arg(long, value_name = "FORMAT", value_parser = kind())]
        to: Kind,

        /// Who can read them from now on, once for each key; without it the same members as before
        #[arg(short, long = "member", value_name = "KEYID", value_parser = NonEmptyStringValueParser::new())]
        members: Vec<String>,
    },

    /// Have git show the clear text in its diffs
    ///
    /// Tells the setting and the lines of .gitattributes that do so, or makes them with --apply.
    #[command(after_help = textconv_help())]
    Textconv {
        /// Make the setting and the lines
        #[arg(long)]
        apply: bool,
    },
}

/// Environments to work on.
#[derive(Debug, Clone, Args)]
pub struct Selection {
    /// Only these environments, separated by commas; without it, all that have secrets
    #[arg(long, value_name = "ENVIRONMENTS", value_delimiter = ',', value_parser = environment_name())]
    pub environments: Option<Vec<String>>,
}

fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name))
        .try_map(|name| Kind::from_name(&name).ok_or("allowed is one of the formats"))
}

/// The name of a secret file: it becomes a part of a file name.
pub(super) fn file_name() -> impl TypedValueParser<Value = String> {
    NonEmptyStringValueParser::new()
        .try_map(|name| if name.contains('/') { Err("the name of a secret file has no slash") } else { Ok(name) })
}

fn edit_help() -> &'static str {
    "Example:\n  batou secrets edit production             settings of components and hosts\n  \
     batou secrets edit production tls.key     a whole file\n"
}

fn get_help() -> &'static str {
    "Example:\n  batou secrets get production database.password\n  \
     batou secrets get production host:web1.token\n  \
     batou secrets get production file:tls.key > tls.key\n  \
     pwgen 32 1 | batou secrets set production database.password\n"
}

fn textconv_help() -> &'static str {
    "Only who can read the secrets sees clear text. Leave `diff.batou.cachetextconv` unset: it would keep clear\ntexts in the \
     repository.\n"
}
