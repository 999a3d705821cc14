//! The lines of requirements files as pip cuts them: continued lines, comments, variables, options.

/// A line with all that continues it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalLine {
    /// The number of its first line, counted from one.
    pub number: usize,
    /// Its text without comments.
    pub text: String,
}

/// Cuts a text into lines: a backslash at the end continues a line, `#` at its start or after a space begins a comment,
/// which is never continued. Lines without content are left out.
pub fn logical_lines(text: &str) -> Vec<LogicalLine> {
    let mut lines = Vec::new();
    let mut open: Option<LogicalLine> = None;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        let is_comment = comment_start(line).is_some();
        let current = open.get_or_insert_with(|| LogicalLine { number: index + 1, text: String::new() });
        match line.strip_suffix('\\') {
            Some(line) if !is_comment => current.text.push_str(line),
            _ => {
                // A comment ends what came before it, so it must not become a part of its last word.
                if is_comment && !current.text.is_empty() {
                    current.text.push(' ');
                }
                current.text.push_str(line);
                lines.extend(open.take());
            }
        }
    }
    lines.extend(open);
    for line in &mut lines {
        let end = comment_start(&line.text).unwrap_or(line.text.len());
        line.text = line.text[..end].trim().to_owned();
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

/// Where a comment begins, with the space before it.
fn comment_start(line: &str) -> Option<usize> {
    line.match_indices('#').map(|(index, _)| index).find(|index| {
        let before = &line[..*index];
        before.is_empty() || before.ends_with(char::is_whitespace)
    })
}

/// Puts in the values of variables written `${NAME}`, in capitals; those that are not set stay as they are.
pub fn expand_variables(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, from) = rest.split_at(start);
        expanded.push_str(before);
        let Some(end) = from.find('}') else {
            rest = from;
            break;
        };
        let name = &from[2..end];
        let is_name = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        match variable(name).filter(|_| is_name) {
            Some(value) => expanded.push_str(&value),
            None => expanded.push_str(&from[..=end]),
        }
        rest = &from[end + 1..];
    }
    expanded.push_str(rest);
    expanded
}

/// Takes the requirement at the start of a line apart from the options that follow it, such as `--hash`.
pub fn split_options(line: &str) -> (&str, &str) {
    let mut start = 0;
    for word in line.split_inclusive(char::is_whitespace) {
        if word.starts_with('-') {
            return (line[..start].trim_end(), &line[start..]);
        }
        start += word.len();
    }
    (line, "")
}

/// The words of a line: spaces part them, quotes hold them together.
///
/// # Errors
/// A quote without its end.
pub fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in text.chars() {
        match quote {
            Some(end) if character == end => quote = None,
            Some(_) => word.get_or_insert_default().push(character),
            None if character == '"' || character == '\'' => {
                word.get_or_insert_default();
                quote = Some(character);
            }
            None if character.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    match quote {
        Some(quote) => Err(format!("a quote {quote} is not closed")),
        None => Ok(words),
    }
}

/// An option with its value, if it has one: `--hash=x`, `--hash x`, `-r x`, `-rx`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionWord {
    /// The name with its dashes, in its long form.
    pub name: &'static str,
    /// The value; empty for those that take none.
    pub value: String,
}

/// The options that are known: short form, long form, whether a value follows.
const OPTIONS: &[(&str, &str, bool)] = &[
    ("-r", "--requirement", true),
    ("-c", "--constraint", true),
    ("-e", "--editable", true),
    ("-i", "--index-url", true),
    ("", "--pypi-url", true),
    ("", "--extra-index-url", true),
    ("-f", "--find-links", true),
    ("", "--hash", true),
    ("", "--no-index", false),
    ("", "--pre", false),
    ("", "--no-binary", true),
    ("", "--only-binary", true),
    ("", "--prefer-binary", false),
    ("", "--require-hashes", false),
    ("", "--trusted-host", true),
    ("", "--use-feature", true),
    ("-C", "--config-settings", true),
    ("", "--config-setting", true),
    ("", "--global-option", true),
];

/// Understands the options of a line.
///
/// # Errors
/// An unknown option, a missing value, or a word that is no option.
pub fn options(text: &str) -> Result<Vec<OptionWord>, String> {
    let mut words = words(text)?.into_iter();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let (given, attached) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ if word.starts_with('-') && !word.starts_with("--") && word.is_char_boundary(2) && word.len() > 2 => {
                (word[..2].to_owned(), Some(word[2..].to_owned()))
            }
            _ => (word.clone(), None),
        };
        let Some((_, name, takes_value)) =
            OPTIONS.iter().find(|(short, long, _)| given == *long || (!short.is_empty() && given == *short))
        else {
            let kind = if given.starts_with('-') { "unknown option" } else { "word that is no option" };
            return Err(format!("{kind} `{given}`"));
        };
        let value = match (takes_value, attached) {
            (true, Some(value)) => value,
            (true, None) => words.next().ok_or_else(|| format!("option `{given}` needs a value"))?,
            (false, None) => String::new(),
            (false, Some(_)) => return Err(format!("option `{given}` takes no value")),
        };
        if *takes_value && value.is_empty() {
            return Err(format!("option `{given}` needs a value"));
        }
        found.push(OptionWord { name, value });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(usize, String)> {
        logical_lines(text).into_iter().map(|line| (line.number, line.text)).collect()
    }

    #[test]
    fn lines_are_joined_and_comments_dropped() {
        let cases: &[(&str, &[(usize, &str)])] = &[
            ("", &[]),
            ("\n# only\n   # indented\n", &[]),
            ("\u{feff}a\r\nb\r\n", &[(1, "a"), (2, "b")]),
            ("a # why\nb#not\n", &[(1, "a"), (2, "b#not")]),
            ("a \\\n  --hash=x \\\n  --hash=y\nb", &[(1, "a   --hash=x   --hash=y"), (4, "b")]),
            ("a \\\n# comment \\\nb", &[(1, "a"), (3, "b")]),
            ("a\\", &[(1, "a")]),
            ("./x#egg=y", &[(1, "./x#egg=y")]),
            ("\\\n\\\na", &[(1, "a")]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
            assert_eq!(texts(text), expected, "{text:?}");
        }
    }

    #[test]
    fn variables_in_capitals_are_put_in() {
        let variable = |name: &str| (name == "TOKEN_1").then(|| "secret".to_owned());
        for (text, expected) in [
            ("https://u:${TOKEN_1}@host/", "https://u:secret@host/"),
            ("${OTHER} ${token_1} $TOKEN_1", "${OTHER} ${token_1} $TOKEN_1"),
            ("${TOKEN_1", "${TOKEN_1"),
            ("${}${TOKEN_1}", "${}secret"),
        ] {
            assert_eq!(expand_variables(text, &variable), expected);
        }
    }

    #[test]
    fn options_in_all_their_forms() {
        for text in ["--hash=sha256:a", "--hash sha256:a", " --hash  'sha256:a' "] {
            let expected = OptionWord { name: "--hash", value: "sha256:a".to_owned() };
            assert_eq!(options(text), Ok(vec![expected]), "{text}");
        }
        for text in ["-r x.txt", "-rx.txt", "--requirement=x.txt", "--requirement x.txt"] {
            let expected = OptionWord { name: "--requirement", value: "x.txt".to_owned() };
            assert_eq!(options(text), Ok(vec![expected]), "{text}");
        }
        for (text, reason) in [
            ("--hash", "option `--hash` needs a value"),
            ("--hash=", "option `--hash` needs a value"),
            ("--hush=x", "unknown option `--hush`"),
            ("--pre=x", "option `--pre` takes no value"),
            ("--pre x", "word that is no option `x`"),
            ("-x", "unknown option `-x`"),
            ("-é", "unknown option `-é`"),
            ("-r 'x", "a quote ' is not closed"),
        ] {
            assert_eq!(options(text), Err(reason.to_owned()), "{text}");
        }
    }

    #[test]
    fn requirements_end_at_the_first_option() {
        assert_eq!(split_options("a==1 --hash=x --hash=y"), ("a==1", "--hash=x --hash=y"));
        assert_eq!(split_options("a-b ; x == '-'"), ("a-b ; x == '-'", ""));
        assert_eq!(split_options("-e ./x"), ("", "-e ./x"));
    }
}
