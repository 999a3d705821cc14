//! The decision whether output is coloured.

use std::ffi::OsString;

/// What the user asked for with `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// Coloured on a terminal that can do it.
    #[default]
    Auto,
    /// Always coloured.
    Always,
    /// Never coloured.
    Never,
}

/// What the environment of the process says about colours.
#[derive(Debug, Clone, Default)]
pub struct ColorSettings {
    /// The variable `NO_COLOR`: set to anything, it asks for no colours.
    pub no_color: Option<OsString>,
    /// The variable `PY_COLORS`: `1` asks for colours, `0` for none, whatever else is set.
    pub py_colors: Option<OsString>,
    /// The variable `TERM`: `dumb` is a terminal that knows no escape sequences.
    pub term: Option<OsString>,
    /// Whether the stream is a terminal.
    pub is_terminal: bool,
}

/// Decides whether output is coloured: the user's word first, then `PY_COLORS`, then what the stream can do.
pub fn uses_color(choice: ColorChoice, settings: &ColorSettings) -> bool {
    match choice {
        ColorChoice::Always => return true,
        ColorChoice::Never => return false,
        ColorChoice::Auto => {}
    }
    match settings.py_colors.as_ref().and_then(|value| value.to_str()) {
        Some("1") => return true,
        Some("0") => return false,
        _ => {}
    }
    settings.is_terminal && settings.no_color.is_none() && settings.term.as_ref().is_none_or(|term| term != "dumb")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(no_color: Option<&str>, py_colors: Option<&str>, term: &str, is_terminal: bool) -> ColorSettings {
        ColorSettings {
            no_color: no_color.map(OsString::from),
            py_colors: py_colors.map(OsString::from),
            term: Some(term.into()),
            is_terminal,
        }
    }

    #[test]
    fn decision_table() {
        let cases = [
            (ColorChoice::Auto, settings(None, None, "xterm", true), true),
            (ColorChoice::Auto, settings(None, None, "xterm", false), false),
            (ColorChoice::Auto, settings(None, None, "dumb", true), false),
            (ColorChoice::Auto, settings(Some(""), None, "xterm", true), false),
            (ColorChoice::Auto, settings(Some("1"), Some("1"), "dumb", false), true),
            (ColorChoice::Auto, settings(None, Some("0"), "xterm", true), false),
            (ColorChoice::Auto, settings(None, Some("yes"), "xterm", true), true),
            (ColorChoice::Always, settings(Some("1"), Some("0"), "dumb", false), true),
            (ColorChoice::Never, settings(None, Some("1"), "xterm", true), false),
        ];
        for (choice, settings, expected) in cases {
            assert_eq!(uses_color(choice, &settings), expected, "{choice:?} {settings:?}");
        }
    }

    #[test]
    fn terminal_without_a_name_is_coloured() {
        assert!(uses_color(ColorChoice::Auto, &ColorSettings { is_terminal: true, ..ColorSettings::default() }));
    }
}
