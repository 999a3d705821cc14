//! The width of the terminal.

use std::ffi::OsStr;

/// The width that is taken when the real one is unknown or too small to be of use.
pub const DEFAULT_WIDTH: usize = 80;

const SMALLEST_WIDTH: usize = 40;

/// Gives the columns to draw with: those of the variable `COLUMNS`, else those of the terminal, and
/// [`DEFAULT_WIDTH`] where that is unknown or below 40.
pub fn width(columns_variable: Option<&OsStr>, terminal_columns: Option<u16>) -> usize {
    columns_variable
        .and_then(OsStr::to_str)
        .and_then(|text| text.trim().parse::<u16>().ok())
        .filter(|columns| *columns > 0)
        .or(terminal_columns)
        .map(usize::from)
        .filter(|columns| *columns >= SMALLEST_WIDTH)
        .unwrap_or(DEFAULT_WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variable_wins_and_small_widths_are_refused() {
        let cases = [
            (None, None, 80),
            (None, Some(120), 120),
            (Some("100"), Some(120), 100),
            (Some("0"), Some(120), 120),
            (Some("wide"), Some(120), 120),
            (Some("39"), Some(120), 80),
            (Some("40"), None, 40),
            (None, Some(20), 80),
        ];
        for (variable, terminal, expected) in cases {
            assert_eq!(width(variable.map(OsStr::new), terminal), expected, "{variable:?} {terminal:?}");
        }
    }
}
