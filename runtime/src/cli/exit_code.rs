//! The exit codes of all programs. Scripts may rely on them.

use std::fmt::Write as _;

macro_rules! exit_codes {
    ($($variant:ident $code:literal $meaning:literal;)*) => {
        /// How a program ended, as its caller sees it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum ExitCode {
            $(#[doc = $meaning] $variant = $code,)*
        }

        impl ExitCode {
            /// All exit codes in ascending order.
            pub const ALL: &[ExitCode] = &[$(ExitCode::$variant),*];

            /// What the code means, without a full stop.
            pub fn meaning(self) -> &'static str {
                match self { $(ExitCode::$variant => $meaning,)* }
            }
        }
    };
}

exit_codes! {
    Success 0 "Everything that was asked for is done";
    Failed 1 "A definition, the configuration or the deployment failed";
    Usage 2 "Wrong arguments, not in a project, unknown environment or host";
    Defect 70 "An internal error of the program";
    Busy 75 "Another run holds the lock";
    Interrupted 130 "Interrupted with Ctrl-C, or left in the debugger";
    Terminated 143 "Terminated by a signal";
}

impl ExitCode {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The list of all codes for the help of a command.
    pub(super) fn help_section() -> String {
        let mut text = "Exit codes:\n".to_owned();
        for exit_code in ExitCode::ALL {
            let _ = writeln!(text, "  {:>3}  {}", exit_code.code(), exit_code.meaning());
        }
        text
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(exit_code: ExitCode) -> Self {
        std::process::ExitCode::from(exit_code.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Scripts rely on these numbers: a change here breaks them.
    #[test]
    fn numbers_stay() {
        let numbers: Vec<u8> = ExitCode::ALL.iter().map(|exit_code| exit_code.code()).collect();
        assert_eq!(numbers, [0, 1, 2, 70, 75, 130, 143]);
    }
}
