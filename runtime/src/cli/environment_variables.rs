//! All environment variables that the programs read.

use std::ffi::OsString;

/// An environment variable and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvironmentVariable {
    /// The name.
    pub name: &'static str,
    /// What it is for, without a full stop.
    pub purpose: &'static str,
}

impl EnvironmentVariable {
    /// The value, if the variable is set.
    pub fn value(self) -> Option<OsString> {
        std::env::var_os(self.name)
    }
}

macro_rules! variables {
    ($($constant:ident $name:literal $purpose:literal;)*) => {
        /// The variables by name.
        pub mod names {
            use super::EnvironmentVariable;

            $(
                #[doc = $purpose]
                pub const $constant: EnvironmentVariable = EnvironmentVariable { name: $name, purpose: $purpose };
            )*

            /// All variables.
            pub const ALL: &[EnvironmentVariable] = &[$($constant),*];
        }
    };
}

variables! {
    APPENV_BASEDIR "APPENV_BASEDIR" "The directory of the project; else it is looked for from the working directory upwards";
    BATOU_AGE_IDENTITIES "BATOU_AGE_IDENTITIES" "The files with the keys that open age secrets, separated by commas; else the usual keys in ~/.ssh";
    BATOU_AGE_IDENTITY_PASSPHRASE "BATOU_AGE_IDENTITY_PASSPHRASE" "The passphrase of these keys, or a reference `op://...` that the program op resolves; else it is asked for";
    BATOU_OFFLINE "BATOU_OFFLINE" "Set to anything but 0: packages of the project come from the cache and never from the network";
    BATOU_PASSPHRASE_COMMAND "BATOU_PASSPHRASE_COMMAND" "A command that prints the passphrase of secrets in the format aes, and of those of batou 0.2; else .batou-passphrase of the project, else it is asked for";
    BATOU_POST_KITCHEN_CREATE_CMD "BATOU_POST_KITCHEN_CREATE_CMD" "A command that kitchen runs on the machines of `connect_method = kitchen` before they are deployed";
    BATOU_PYTHON_PATH "BATOU_PYTHON_PATH" "A directory to load the package `batou` from instead of the one in the program, for its development";
    COLUMNS "COLUMNS" "The width of rules in columns; else that of the terminal";
    EDITOR "EDITOR" "The command that edits secrets; else vi";
    HOME "HOME" "The home directory, for `~` and the keys in ~/.ssh";
    LOGNAME "LOGNAME" "The user that a refused second run is told of; else USER";
    NO_COLOR "NO_COLOR" "Set to anything: no colours";
    PIP_CERT "PIP_CERT" "A file of certificates that count beside those of the system when packages are fetched, as for pip";
    PIP_CONFIG_FILE "PIP_CONFIG_FILE" "One more configuration file of pip; the index of packages is looked for there; /dev/null: in none";
    PIP_EXTRA_INDEX_URL "PIP_EXTRA_INDEX_URL" "More indexes of packages, as for pip; else UV_INDEX or UV_EXTRA_INDEX_URL";
    PIP_FIND_LINKS "PIP_FIND_LINKS" "Directories and pages with packages, as for pip; else UV_FIND_LINKS";
    PIP_INDEX_URL "PIP_INDEX_URL" "The index of packages, as for pip; else UV_DEFAULT_INDEX or UV_INDEX_URL, else what pip is configured for";
    PIP_NO_INDEX "PIP_NO_INDEX" "Set to 1: packages come from PIP_FIND_LINKS only; else UV_NO_INDEX";
    PYTHONBREAKPOINT "PYTHONBREAKPOINT" "What `breakpoint()` calls instead of the debugger; read by the interpreter. 0: nothing";
    PYTHONPATH "PYTHONPATH" "Directories to import from, as for every Python; used by deployments and by `batou python`";
    PY_COLORS "PY_COLORS" "1: colours even without a terminal; 0: no colours; stronger than NO_COLOR and TERM";
    TERM "TERM" "The kind of terminal; with `dumb` there are no colours and no progress line";
    USER "USER" "See LOGNAME";
    UV_DEFAULT_INDEX "UV_DEFAULT_INDEX" "See PIP_INDEX_URL";
    UV_EXTRA_INDEX_URL "UV_EXTRA_INDEX_URL" "See PIP_EXTRA_INDEX_URL";
    UV_FIND_LINKS "UV_FIND_LINKS" "See PIP_FIND_LINKS";
    UV_INDEX "UV_INDEX" "See PIP_EXTRA_INDEX_URL";
    UV_INDEX_URL "UV_INDEX_URL" "See PIP_INDEX_URL";
    UV_NO_INDEX "UV_NO_INDEX" "See PIP_NO_INDEX";
    VIRTUAL_ENV "VIRTUAL_ENV" "The virtual environment whose `pip.conf` is read, as by pip";
    XDG_CACHE_HOME "XDG_CACHE_HOME" "Where packages are kept, in `batou/packages`; else ~/.cache";
    XDG_CONFIG_DIRS "XDG_CONFIG_DIRS" "Where `pip/pip.conf` of the system is looked for; else /etc/xdg";
    XDG_CONFIG_HOME "XDG_CONFIG_HOME" "Where `pip/pip.conf` of the user is looked for; else ~/.config";
    XDG_RUNTIME_DIR "XDG_RUNTIME_DIR" "Where the clear text of secrets is while an editor is open, if it is in memory; else /dev/shm";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_sorted_and_unique() {
        assert!(names::ALL.is_sorted_by(|one, other| one.name < other.name));
    }

    #[test]
    fn unset_variable_has_no_value() {
        let variable = EnvironmentVariable { name: "BATOU_TEST_VARIABLE_THAT_NOBODY_SETS", purpose: "test" };
        assert_eq!(variable.value(), None);
        let path = EnvironmentVariable { name: "PATH", purpose: "test" };
        assert_eq!(path.value(), std::env::var_os("PATH"));
    }
}
