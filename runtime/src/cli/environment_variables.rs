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
    BATOU_PYTHON_PATH "BATOU_PYTHON_PATH" "A directory to load the package `batou` from instead of the one in the program, for its development";
    COLUMNS "COLUMNS" "The width of rules in columns; else that of the terminal";
    LOGNAME "LOGNAME" "The user that a refused second run is told of; else USER";
    NO_COLOR "NO_COLOR" "Set to anything: no colours";
    PYTHONBREAKPOINT "PYTHONBREAKPOINT" "What `breakpoint()` calls instead of the debugger; read by the interpreter. 0: nothing";
    PYTHONPATH "PYTHONPATH" "Directories to import from, as for every Python; used by deployments and by `batou python`";
    PY_COLORS "PY_COLORS" "1: colours even without a terminal; 0: no colours; stronger than NO_COLOR and TERM";
    TERM "TERM" "The kind of terminal; with `dumb` there are no colours and no progress line";
    USER "USER" "See LOGNAME";
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
