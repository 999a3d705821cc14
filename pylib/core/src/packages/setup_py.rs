//! What a `setup.py` says in plain words: arguments of the call of `setup` that are texts and lists of texts.
//!
//! Nothing is run. An argument whose value would have to be computed cannot be told, which is an error where it matters.

use super::local::Description;

/// A piece of Python, as far as arguments of a call need it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Name(String),
    Text(String),
    Sign(char),
}

/// Reads the arguments that are needed.
///
/// # Errors
/// There is no call of `setup`, or what is required is computed.
pub fn read(text: &str) -> Result<Description, String> {
    let tokens = tokens(text);
    let is_call = |index: &usize| {
        tokens[*index] == Token::Name("setup".to_owned())
            && tokens.get(index + 1) == Some(&Token::Sign('('))
            && tokens.get(index.wrapping_sub(1)) != Some(&Token::Name("def".to_owned()))
    };
    let start = (0..tokens.len()).find(is_call).ok_or("it does not call `setup`")? + 2;
    let mut description = Description::default();
    for (name, value) in arguments(&tokens[start..]) {
        match name.as_str() {
            "name" => description.name = single_text(value),
            "version" => description.version = single_text(value),
            "install_requires" => {
                let found = texts_of(value).ok_or_else(|| {
                    "`install_requires` is computed, which only running it could tell; write its requirements into setup.cfg \
                     or pyproject.toml"
                        .to_owned()
                })?;
                description.requires = Some(found);
            }
            "package_dir" => {
                if let [Token::Sign('{'), Token::Text(key), Token::Sign(':'), Token::Text(path), ..] = value
                    && key.is_empty()
                {
                    description.source = Some(path.clone());
                }
            }
            "description" => description.summary = single_text(value),
            "extras_require" => description.extras = texts_by_name(value),
            "entry_points" => {
                description.entry_points =
                    single_text(value).map_or_else(|| texts_by_name(value), |text| entry_points_of(&text));
            }
            _ => {}
        }
    }
    if description.name.is_some() && description.requires.is_none() {
        description.requires = Some(Vec::new());
    }
    Ok(description)
}

/// The arguments `name=value` of a call whose opening bracket was passed.
fn arguments(tokens: &[Token]) -> Vec<(String, &[Token])> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') if depth > 0 => depth -= 1,
            Token::Sign(',' | ')') if depth == 0 => {
                if let [Token::Name(name), Token::Sign('='), value @ ..] = &tokens[start..index] {
                    found.push((name.clone(), value));
                }
                start = index + 1;
                if *token == Token::Sign(')') {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

fn single_text(value: &[Token]) -> Option<String> {
    match value {
        [Token::Text(text)] => Some(text.clone()),
        _ => None,
    }
}

/// The texts of a list or tuple. `None`: there is something else in it.
fn texts_of(value: &[Token]) -> Option<Vec<String>> {
    let ([Token::Sign('['), inner @ .., Token::Sign(']')] | [Token::Sign('('), inner @ .., Token::Sign(')')]) = value
    else {
        return single_text(value)
            .map(|text| text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect());
    };
    let mut texts: Vec<String> = Vec::new();
    let mut is_new = true;
    for token in inner {
        match (token, texts.last_mut()) {
            (Token::Text(text), Some(last)) if !is_new => last.push_str(text),
            (Token::Text(text), _) => texts.push(text.clone()),
            (Token::Sign(','), _) => {}
            _ => return None,
        }
        is_new = *token == Token::Sign(',');
    }
    Some(texts)
}

/// The lists of texts of a dict.
fn texts_by_name(value: &[Token]) -> Vec<(String, Vec<String>)> {
    let [Token::Sign('{'), inner @ .., Token::Sign('}')] = value else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (index, token) in inner.iter().enumerate() {
        let (Token::Text(name), Some(Token::Sign(':'))) = (token, inner.get(index + 1)) else {
            continue;
        };
        let rest = &inner[index + 2..];
        let end = rest.iter().position(|token| matches!(token, Token::Sign(']' | ')'))).map_or(0, |end| end + 1);
        found.extend(texts_of(&rest[..end]).map(|texts| (name.clone(), texts)));
    }
    found
}

/// The groups of a text in the form of `entry_points.txt`.
fn entry_points_of(text: &str) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
        match (line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')), groups.last_mut()) {
            (Some(group), _) => groups.push((group.trim().to_owned(), Vec::new())),
            (None, Some((_, lines))) => lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    groups
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if character == '#' {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if character == '"' || character == '\'' {
            let (value, after) = literal(rest, character);
            // The letters before a text say how it is written, `r"..."`; those that are computed are no texts.
            let prefix = match found.last() {
                Some(Token::Name(name)) if ends_at(text, rest, name) => Some(name.to_ascii_lowercase()),
                _ => None,
            };
            match prefix.as_deref() {
                Some("r" | "u" | "b") => {
                    found.pop();
                    found.push(Token::Text(value));
                }
                Some(_) => found.push(Token::Sign('?')),
                None => found.push(Token::Text(value)),
            }
            rest = after;
        } else if character.is_alphanumeric() || character == '_' {
            let end =
                rest.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(rest.len());
            found.push(Token::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            if !character.is_whitespace() && character != '\\' {
                found.push(Token::Sign(character));
            }
            rest = &rest[character.len_utf8()..];
        }
    }
    found
}

/// Whether a name stands right before the rest of the text.
fn ends_at(text: &str, rest: &str, name: &str) -> bool {
    text[..text.len() - rest.len()].ends_with(name)
}

/// The value of a text that begins here, and what follows it.
fn literal(rest: &str, quote: char) -> (String, &str) {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let (end, body) = match rest.strip_prefix(&triple) {
        Some(body) => (triple, body),
        None => (quote.to_string(), &rest[1..]),
    };
    let mut value = String::new();
    let mut from = body;
    while !from.is_empty() && !from.starts_with(&end) {
        let mut characters = from.chars();
        match characters.next() {
            Some('\\') => match characters.next() {
                Some('\n') | None => {}
                Some('n') => value.push('\n'),
                Some(other) => value.push(other),
            },
            Some(character) => value.push(character),
            None => {}
        }
        from = characters.as_str();
    }
    (value, from.strip_prefix(&end).unwrap_or(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_arguments_are_read() {
        let text = r#"
from setuptools import setup, find_packages
# setup(name="no")
"""setup(name='no either')"""
setup(
    name='my' "package" if False else "x",
)
"#;
        assert_eq!(read(text).expect("read").name, None);
        let text = r#"
from setuptools import find_packages, setup
setup(
    name="my.package",
    version='1.0',
    packages=find_packages("src", exclude=["x"]),
    package_dir={"": "src"},
    install_requires=[
        "a>=1",  # why
        r'b', "c"
        "<2",
    ],
    extras_require={"test": ["pytest"], 'doc': ("sphinx",)},
    entry_points="""
        [console_scripts]
        x = y:z
    """,
)
"#;
        let found = read(text).expect("read");
        assert_eq!(found.name.as_deref(), Some("my.package"));
        assert_eq!(found.version.as_deref(), Some("1.0"));
        assert_eq!(found.source.as_deref(), Some("src"));
        assert_eq!(found.requires, Some(vec!["a>=1".to_owned(), "b".to_owned(), "c<2".to_owned()]));
        let extras = [("test".to_owned(), vec!["pytest".to_owned()]), ("doc".to_owned(), vec!["sphinx".to_owned()])];
        assert_eq!(found.extras, extras);
        assert_eq!(found.entry_points, [("console_scripts".to_owned(), vec!["x = y:z".to_owned()])]);
        let text = "setup(name='a', description='It is', entry_points={'g': ['x = y:z [more]', 'v = w'], 'h': []})";
        let found = read(text).expect("read");
        assert_eq!(found.summary.as_deref(), Some("It is"));
        let of_group = vec!["x = y:z [more]".to_owned(), "v = w".to_owned()];
        assert_eq!(found.entry_points, [("g".to_owned(), of_group), ("h".to_owned(), Vec::new())]);
    }

    #[test]
    fn what_is_computed_is_an_error() {
        for value in ["requires", "open('x').read()", "['a'] + more", "[f'a{x}']", "['a', b]"] {
            let error = read(&format!("setup(name='a', install_requires={value})")).expect_err(value);
            assert!(error.starts_with("`install_requires` is computed"), "{error}");
        }
        assert!(read("print('x')").is_err() && read("def setup():\n  pass").is_err());
    }

    #[test]
    fn any_text_can_be_read() {
        for text in ["setup(", "setup('", "setup(a='''", "setup(a=[", "setup(extras_require={'a':", "é'\\", "setup(]})"]
        {
            let _ = read(text);
        }
    }
}
