//! The jobs of a crontab.

/// The lines that are no comments, joined by line feeds. A comment starts with `#` in the first column; blank lines stay.
pub fn without_comments(crontab: &[u8]) -> Vec<u8> {
    lines(crontab).into_iter().filter(|line| !line.starts_with(b"#")).collect::<Vec<_>>().join(&b'\n')
}

/// Lines that end with a line feed, a carriage return, both, or the text.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        let ending = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        lines.push(&rest[..end]);
        rest = &rest[end + ending..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// Whether a `crontab -l` that failed did so because the user has no crontab, by what it wrote to its standard error.
///
/// Everything else that may be wrong (no such program, a user who is not allowed to) leaves open what is installed.
pub fn says_no_crontab(standard_error: &[u8]) -> bool {
    let text = String::from_utf8_lossy(standard_error);
    // Debian's cron and cronie; dcron and the one of busybox.
    text.contains("no crontab for") || (text.contains("can't open") && text.contains("No such file"))
}

#[cfg(test)]
mod tests {
    use super::{says_no_crontab, without_comments};

    #[test]
    fn comments_go_and_everything_else_stays() {
        let table: &[(&[u8], &[u8])] = &[
            (b"", b""),
            (b"# only a comment\n", b""),
            (b"a\n# b\nc\n", b"a\nc"),
            (b"a\n\n #b\nc", b"a\n\n #b\nc"),
            (b"a\r\n#b\r\n\r\nc\rd", b"a\n\nc\nd"),
            (b"\xff\n#\xff\n", b"\xff"),
        ];
        for (crontab, expected) in table {
            assert_eq!(without_comments(crontab), *expected, "{crontab:?}");
        }
    }

    #[test]
    fn only_a_missing_crontab_is_no_crontab() {
        assert!(says_no_crontab(b"no crontab for root\n"));
        assert!(says_no_crontab(b"crontab: can't open 'root': No such file or directory\n"));
        for other in ["", "sh: 1: crontab: not found\n", "You (ada) are not allowed to use this program (crontab)\n"] {
            assert!(!says_no_crontab(other.as_bytes()), "{other}");
        }
    }
}
