//! The shell text by which a service is started.

/// Words that are no programs, so that `exec` in front of them fails or means something else.
const SHELL_WORDS: &[&str] = &[
    "!", ".", ":", "[[", "{", "}", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "elif",
    "else", "esac", "eval", "exec", "exit", "export", "fg", "fi", "for", "function", "getopts", "hash", "if", "jobs",
    "local", "read", "readonly", "return", "select", "set", "shift", "source", "then", "time", "times", "trap", "type",
    "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
];

/// The text for the shell: it waits for one line on its input, gives up if there is none, and then becomes the command.
///
/// The waiting makes the start safe against interruption: the pid file and the record are written while the process waits, and
/// when this program ends before it has written them, the process ends, too, without having run anything of the service.
pub(super) fn script(command: &str) -> String {
    let exec = if is_simple(command) { "exec " } else { "" };
    format!("read -r batou_go || exit 1\nunset batou_go\nexec </dev/null\n{exec}{command}")
}

/// Whether the text is one program with arguments and redirections, so that `exec` can stand in front of it. In doubt it is not.
fn is_simple(command: &str) -> bool {
    let command = command.trim_start();
    let first = command.split_whitespace().next().unwrap_or_default();
    // `A=b program` assigns; `exec A=b program` would look for a program of that name.
    if first.is_empty() || first.contains('=') || first.starts_with('#') || SHELL_WORDS.contains(&first) {
        return false;
    }
    let mut quote = None;
    let mut before = ' ';
    let mut characters = command.trim_end().chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => drop(characters.next()),
            (None, '\'' | '"') => quote = Some(character),
            // `2>&1` is a redirection.
            (None, '&') if matches!(before, '>' | '<') => {}
            (None, ';' | '&' | '|' | '(' | ')' | '`' | '\n') => return false,
            _ => {}
        }
        before = character;
    }
    quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::is_simple;

    #[test]
    fn only_single_programs_replace_the_shell() {
        for (command, simple) in [
            ("bin/server --port 80", true),
            ("  bin/server \"$HOME/x\" > out.txt ", true),
            ("python3 -c 'a; b & c'", true),
            ("sh -c \"a && b (c)\"", true),
            ("server a\\;b", true),
            ("server a'\\'", true),
            ("a; b", false),
            ("a && b", false),
            ("a | b", false),
            ("a &", false),
            ("a > log 2>&1", true),
            ("a >& log & b", false),
            ("a\nb", false),
            ("A=b program", false),
            ("cd x", false),
            ("exec program", false),
            ("while :; do a; done", false),
            ("(a)", false),
            ("{ a; }", false),
            ("echo `date`", false),
            ("echo 'open", false),
            ("# nothing", false),
            ("", false),
        ] {
            assert_eq!(is_simple(command), simple, "{command:?}");
        }
    }
}
