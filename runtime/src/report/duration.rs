//! Durations as text.

/// Gives `∅` for no duration, seconds with two decimals below a minute, else whole minutes and seconds.
pub fn format_duration(seconds: Option<f64>) -> String {
    match seconds {
        None => "∅".to_owned(),
        Some(seconds) if seconds < 60.0 => format!("{:.2}s", seconds.max(0.0)),
        Some(seconds) => {
            let whole = seconds as u64;
            format!("{}m{}s", whole / 60, whole % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let cases = [
            (None, "∅"),
            (Some(0.0), "0.00s"),
            (Some(0.0049), "0.00s"),
            (Some(0.005), "0.01s"),
            (Some(1.234), "1.23s"),
            (Some(59.99), "59.99s"),
            (Some(60.0), "1m0s"),
            (Some(61.6), "1m1s"),
            (Some(3661.5), "61m1s"),
        ];
        for (seconds, text) in cases {
            assert_eq!(format_duration(seconds), text);
        }
    }
}
