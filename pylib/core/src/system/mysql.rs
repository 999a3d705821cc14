//! Texts for the programs of MySQL and MariaDB, and what they answer.

use thiserror::Error;

/// Why there is no option file.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum OptionError {
    /// Option files end at a NUL.
    #[error("a password for mysql cannot contain a NUL character")]
    Nul,
}

/// An option file for clients with a password, which overrules that of the option files `included`.
///
/// # Errors
/// [`OptionError::Nul`] for a password that such a file cannot hold.
pub fn option_file<'a>(password: &str, included: impl IntoIterator<Item = &'a str>) -> Result<String, OptionError> {
    let mut file = String::new();
    for path in included {
        file.push_str("!include ");
        file.push_str(path);
        file.push('\n');
    }
    file.push_str("[client]\npassword=\"");
    for character in password.chars() {
        match character {
            '\0' => return Err(OptionError::Nul),
            '\\' => file.push_str("\\\\"),
            '"' => file.push_str("\\\""),
            '\n' => file.push_str("\\n"),
            '\r' => file.push_str("\\r"),
            '\t' => file.push_str("\\t"),
            other => file.push(other),
        }
    }
    file.push_str("\"\n");
    Ok(file)
}

/// A text as a literal of SQL.
pub fn sql_text(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    for character in text.chars() {
        match character {
            '\'' => literal.push_str("''"),
            '\\' => literal.push_str("\\\\"),
            // The program reads its input by lines, and a NUL ends it.
            '\0' => literal.push_str("\\0"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            other => literal.push(other),
        }
    }
    literal.push('\'');
    literal
}

/// The name of a database as SQL needs it: in backticks where it is not made of letters, digits, `_` and `$` alone.
///
/// `*` and names that are in backticks already are taken as they are.
pub fn sql_name(name: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
    let all_digits = name.chars().all(|character| character.is_ascii_digit());
    let quoted = name.len() > 2 && name.starts_with('`') && name.ends_with('`');
    if name == "*" || quoted || (name.chars().all(plain) && !all_digits) {
        return name.to_owned();
    }
    format!("`{}`", name.replace('`', "``"))
}

/// Whether the answer to `SHOW GRANTS` says that all is granted on a database.
pub fn grants_everything(answer: &str, database: &str) -> bool {
    let name = match sql_name(database) {
        name if name == "*" || name.starts_with('`') => name,
        name => format!("`{name}`"),
    };
    let start = format!("GRANT ALL PRIVILEGES ON {name}.* TO ");
    // In batch mode the program doubles backslashes.
    answer.lines().any(|line| line.replace("\\\\", "\\").starts_with(&start))
}

#[cfg(test)]
mod tests {
    use super::{OptionError, grants_everything, option_file, sql_name, sql_text};

    #[test]
    fn the_password_of_an_option_file_is_quoted() {
        assert_eq!(option_file("a\"#\\b", []).as_deref(), Ok("[client]\npassword=\"a\\\"#\\\\b\"\n"));
        assert_eq!(
            option_file("x", ["/etc/my.cnf", "/root/.my.cnf"]).as_deref(),
            Ok("!include /etc/my.cnf\n!include /root/.my.cnf\n[client]\npassword=\"x\"\n")
        );
        assert_eq!(option_file("a\0", []), Err(OptionError::Nul));
    }

    #[test]
    fn texts_cannot_leave_their_literal() {
        for (text, literal) in [("p", "'p'"), ("o'neil", "'o''neil'"), ("\\'", "'\\\\'''"), ("a\nb", "'a\\nb'")] {
            assert_eq!(sql_text(text), literal);
        }
    }

    #[test]
    fn names_are_quoted_where_they_need_it() {
        let table = [
            ("shop", "shop"),
            ("my-shop", "`my-shop`"),
            ("*", "*"),
            ("`a b`", "`a b`"),
            ("1", "`1`"),
            ("a`b", "`a``b`"),
        ];
        for (name, expected) in table {
            assert_eq!(sql_name(name), expected);
        }
    }

    #[test]
    fn all_privileges_on_this_database_are_everything() {
        let answer = "GRANT USAGE ON *.* TO `u`@`localhost`\nGRANT ALL PRIVILEGES ON `shop`.* TO `u`@`localhost`\n\
             GRANT SELECT, INSERT ON `blog`.* TO `u`@`localhost`\nGRANT ALL PRIVILEGES ON `a\\\\_b`.* TO `u`@`localhost`\n";
        assert!(grants_everything(answer, "shop"));
        assert!(grants_everything(answer, "`a\\_b`"));
        for other in ["blog", "sho", "*", "shop2"] {
            assert!(!grants_everything(answer, other), "{other}");
        }
        assert!(grants_everything("GRANT ALL PRIVILEGES ON *.* TO `u`@`%`\n", "*"));
    }
}
