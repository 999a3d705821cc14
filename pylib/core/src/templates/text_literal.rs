//! String literals: read with Python's escapes, written with those that minijinja reads.

/// Rewrites a quoted literal; `None` if an escape in it is malformed, so that the engine words the error.
pub(super) fn rewrite(literal: &str) -> Option<String> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    let mut output = String::with_capacity(literal.len() + 8);
    output.push('"');
    for character in decode(inner)?.chars() {
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            other => output.push(other),
        }
    }
    output.push('"');
    Some(output)
}

fn decode(inner: &str) -> Option<String> {
    let mut output = String::with_capacity(inner.len());
    let mut characters = inner.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\\' {
            output.push(character);
            continue;
        }
        let escape = characters.next()?;
        let hexadecimal = |characters: &mut std::iter::Peekable<std::str::Chars<'_>>, length| {
            let digits: String = characters.by_ref().take(length).collect();
            if digits.len() != length {
                return None;
            }
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
        };
        match escape {
            '\n' => {}
            '\\' | '\'' | '"' => output.push(escape),
            'a' => output.push('\u{7}'),
            'b' => output.push('\u{8}'),
            'f' => output.push('\u{c}'),
            'n' => output.push('\n'),
            'r' => output.push('\r'),
            't' => output.push('\t'),
            'v' => output.push('\u{b}'),
            'x' => output.push(hexadecimal(&mut characters, 2)?),
            'u' => output.push(hexadecimal(&mut characters, 4)?),
            'U' => output.push(hexadecimal(&mut characters, 8)?),
            '0'..='7' => {
                let mut code = escape.to_digit(8)?;
                for _ in 0..2 {
                    let Some(digit) = characters.peek().and_then(|digit| digit.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                    characters.next();
                }
                output.push(char::from_u32(code)?);
            }
            // Named characters would need Python's table of names.
            'N' => return None,
            // Python keeps an unknown escape as it is, which regular expressions in templates count on.
            other => {
                output.push('\\');
                output.push(other);
            }
        }
    }
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::rewrite;

    #[test]
    fn unknown_escapes_stay() {
        assert_eq!(rewrite(r"'\.\d'").as_deref(), Some(r#""\\.\\d""#));
    }

    #[test]
    fn known_escapes_are_read_as_in_python() {
        assert_eq!(rewrite(r#"'\x41\101\u00e4\'"\n'"#).as_deref(), Some("\"AAä'\\\"\\n\""));
        assert_eq!(rewrite(r"'\xZZ'"), None);
    }
}
