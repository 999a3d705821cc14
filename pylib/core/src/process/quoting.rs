//! Shell text.

/// Quotes a text so that a POSIX shell reads it as one word, as Python's `shlex.quote` does.
pub fn quote(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_@%+=:,./-".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\"'\"'"))
}

/// Joins a command given as a list the way definitions know it: in each argument `'` becomes `\'`, an argument with a space is
/// put into single quotes, and blanks go between. That is no safe quoting (other special characters reach the shell); [`quote`]
/// is.
pub fn join_arguments<S: AsRef<str>>(arguments: &[S]) -> String {
    let words = arguments.iter().map(|argument| {
        let text = argument.as_ref().replace('\'', "\\'");
        if text.contains(' ') { format!("'{text}'") } else { text }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{join_arguments, quote};
    use crate::process::{Command, run};

    #[test]
    fn quoting_is_that_of_shlex() {
        for (text, quoted) in [
            ("", "''"),
            ("plain", "plain"),
            ("a_B9@%+=:,./-", "a_B9@%+=:,./-"),
            ("two words", "'two words'"),
            ("it's", "'it'\"'\"'s'"),
            ("'", "''\"'\"''"),
            ("$HOME", "'$HOME'"),
            ("a\nb", "'a\nb'"),
            ("~", "'~'"),
            ("a*", "'a*'"),
            ("ä", "'ä'"),
            ("back\\slash", "'back\\slash'"),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        let text = "a'b\"c $d `e` \\ \n ; # ä *";
        let script = format!("printf %s {}", quote(text));
        let output = run(&Command::new(&script), &|| false).expect("the shell runs");
        assert_eq!(String::from_utf8(output.stdout).expect("it is text"), text);
    }

    #[test]
    fn lists_are_joined_by_the_rule_of_definitions() {
        for (arguments, joined) in [
            (vec!["ls", "-l"], "ls -l"),
            (vec!["ls", "a b"], "ls 'a b'"),
            (vec!["echo", "it's"], "echo it\\'s"),
            (vec!["echo", "it's me"], "echo 'it\\'s me'"),
            (vec!["echo", "a\tb", "$x", ""], "echo a\tb $x "),
            (vec![], ""),
        ] {
            assert_eq!(join_arguments(&arguments), joined);
        }
    }
}
