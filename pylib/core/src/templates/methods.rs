//! Python's methods of strings, and the door to those of other values.

use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::arguments::{Arguments, type_error, type_name};
use super::containers;
use super::filters::items;
use super::operators::Operators;
use super::sequence_methods;
use super::str_format::str_format;
use super::text_filters::capitalized;

/// Calls a method that minijinja does not know. Values of other crates answer for their own methods before this is asked.
pub(super) fn call(
    operators: &Operators,
    state: &mut State<'_, '_>,
    value: &Value,
    method: &str,
    arguments: &[Value],
) -> Result<Value, Error> {
    if let Some(text) = value.as_str().filter(|_| value.kind() == ValueKind::String) {
        return text_method(text, method, arguments);
    }
    if let Some(answer) = containers::change(operators, state, value, method, arguments) {
        return answer;
    }
    sequence_methods::call(operators, value, method, arguments)
}

fn text_method(text: &str, method: &str, arguments: &[Value]) -> Result<Value, Error> {
    let bind = |names: &[&str]| Arguments::bind(method, arguments, names);
    Ok(match method {
        "lower" | "upper" | "casefold" | "swapcase" | "title" | "capitalize" => {
            bind(&[])?;
            Value::from(with_case(text, method))
        }
        "isalnum" | "isalpha" | "isascii" | "isdecimal" | "isdigit" | "isidentifier" | "islower" | "isnumeric"
        | "isprintable" | "isspace" | "istitle" | "isupper" => {
            bind(&[])?;
            Value::from(is_of_kind(text, method))
        }
        "strip" | "lstrip" | "rstrip" => {
            let bound = bind(&["chars"])?;
            let characters = bound.text(0)?;
            let matches = |character: char| match characters {
                Some(characters) => characters.contains(character),
                None => is_space(character),
            };
            Value::from(match method {
                "strip" => text.trim_matches(matches),
                "lstrip" => text.trim_start_matches(matches),
                _ => text.trim_end_matches(matches),
            })
        }
        "center" | "ljust" | "rjust" => {
            let bound = bind(&["width", "fillchar"])?;
            bound.required(0)?;
            let mut fill = bound.text(1)?.unwrap_or(" ").chars();
            let (Some(fill), None) = (fill.next(), fill.next()) else {
                return Err(type_error("The fill character must be exactly one character long"));
            };
            let width = bound.length(0, 0)?;
            let missing = width.saturating_sub(text.chars().count());
            let padding = || std::iter::repeat_n(fill, missing).collect::<String>();
            Value::from(match method {
                "center" => centered(text, width, fill),
                "ljust" => text.to_owned() + &padding(),
                _ => padding() + text,
            })
        }
        "zfill" => {
            let bound = bind(&["width"])?;
            bound.required(0)?;
            let sign = text.len() - text.strip_prefix(['+', '-']).unwrap_or(text).len();
            let missing = bound.length(0, 0)?.saturating_sub(text.chars().count());
            Value::from(format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..]))
        }
        "startswith" | "endswith" => {
            let bound = bind(&["prefix", "start", "end"])?;
            let part = window(text, bound.integer(1)?, bound.integer(2)?).map(|(_, part)| part);
            let affixes = bound.required(0)?;
            let matches = |affix: &Value| {
                let affix = affix.as_str().ok_or_else(|| {
                    type_error(format!("{method} first arg must be str or a tuple of str, not {}", type_name(affix)))
                })?;
                Ok::<_, Error>(part.is_some_and(|part| {
                    if method == "startswith" { part.starts_with(affix) } else { part.ends_with(affix) }
                }))
            };
            if affixes.is_tuple() {
                let mut found = false;
                for affix in items(affixes)? {
                    found = found || matches(&affix?)?;
                }
                Value::from(found)
            } else {
                Value::from(matches(affixes)?)
            }
        }
        "find" | "rfind" | "index" | "rindex" | "count" => {
            return searched(text, method, &bind(&["sub", "start", "end"])?);
        }
        "replace" => {
            let bound = bind(&["old", "new", "count"])?;
            let (old, new) = (bound.required_text(0)?, bound.required_text(1)?);
            Value::from(match bound.integer(2)?.and_then(|count| usize::try_from(count).ok()) {
                Some(count) => text.replacen(old, new, count),
                None => text.replace(old, new),
            })
        }
        "removeprefix" => {
            let bound = bind(&["prefix"])?;
            Value::from(text.strip_prefix(bound.required_text(0)?).unwrap_or(text))
        }
        "removesuffix" => {
            let bound = bind(&["suffix"])?;
            Value::from(text.strip_suffix(bound.required_text(0)?).unwrap_or(text))
        }
        "partition" | "rpartition" => {
            let bound = bind(&["sep"])?;
            let separator = bound.required_text(0)?;
            if separator.is_empty() {
                return Err(type_error("empty separator"));
            }
            let found = if method == "partition" { text.split_once(separator) } else { text.rsplit_once(separator) };
            let parts = match (found, method) {
                (Some((before, after)), _) => [before, separator, after],
                (None, "partition") => [text, "", ""],
                (None, _) => ["", "", text],
            };
            Value::from(Tuple::from(parts.map(Value::from)))
        }
        "split" | "rsplit" => {
            let bound = bind(&["sep", "maxsplit"])?;
            let limit = bound.integer(1)?.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
            Value::from(split(text, bound.text(0)?, limit, method == "rsplit")?)
        }
        "splitlines" => {
            let bound = bind(&["keepends"])?;
            split_lines(text, bound.flag(0, false)).into_iter().map(Value::from).collect()
        }
        "join" => {
            let bound = bind(&["iterable"])?;
            let mut parts = Vec::new();
            for (index, item) in items(bound.required(0)?)?.enumerate() {
                let item = item?;
                let Some(part) = item.as_str() else {
                    let found = type_name(&item);
                    return Err(type_error(format!("sequence item {index}: expected str instance, {found} found")));
                };
                parts.push(part.to_owned());
            }
            Value::from(parts.join(text))
        }
        "expandtabs" => {
            let bound = bind(&["tabsize"])?;
            Value::from(expand_tabs(text, bound.length(0, 8)?))
        }
        "encode" => {
            let bound = bind(&["encoding", "errors"])?;
            let encoding = bound.text(0)?.unwrap_or("utf-8").to_ascii_lowercase().replace('_', "-");
            match encoding.as_str() {
                "utf-8" | "utf8" => {}
                "ascii" | "us-ascii" if text.is_ascii() => {}
                "latin-1" | "latin1" | "iso-8859-1" if text.chars().all(|character| u32::from(character) < 256) => {
                    return Ok(Value::from_bytes(text.chars().filter_map(|one| u8::try_from(one).ok()).collect()));
                }
                _ => return Err(type_error(format!("cannot encode the text as {encoding}"))),
            }
            Value::from_bytes(text.as_bytes().to_vec())
        }
        "format" => Value::from(str_format(text, arguments)?),
        "format_map" => {
            let bound = bind(&["mapping"])?;
            let mapping = bound.required(0)?;
            let mut pairs = Vec::new();
            for key in items(mapping)? {
                let key = key?;
                pairs.push((key.to_string(), mapping.get_item(&key)?));
            }
            let keywords: minijinja::value::Kwargs = pairs.into_iter().collect();
            Value::from(str_format(text, &[keywords.into()])?)
        }
        _ => return Err(Error::from(ErrorKind::UnknownMethod)),
    })
}

fn with_case(text: &str, method: &str) -> String {
    match method {
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "casefold" => text.to_lowercase().replace('ß', "ss"),
        "capitalize" => capitalized(text),
        "swapcase" => text
            .chars()
            .flat_map(|character| {
                let swapped: Vec<char> = if character.is_uppercase() {
                    character.to_lowercase().collect()
                } else {
                    character.to_uppercase().collect()
                };
                swapped
            })
            .collect(),
        _ => {
            // Python's title() starts a word after anything that has no case.
            let mut follows_letter = false;
            let mut output = String::with_capacity(text.len());
            for character in text.chars() {
                if follows_letter {
                    output.extend(character.to_lowercase());
                } else {
                    output.extend(character.to_uppercase());
                }
                follows_letter = character.is_alphabetic();
            }
            output
        }
    }
}

fn is_of_kind(text: &str, method: &str) -> bool {
    let all = |test: fn(char) -> bool| !text.is_empty() && text.chars().all(test);
    match method {
        "isalnum" => all(char::is_alphanumeric),
        "isalpha" => all(char::is_alphabetic),
        "isascii" => text.is_ascii(),
        "isdecimal" | "isdigit" | "isnumeric" => all(char::is_numeric),
        "isspace" => all(is_space),
        "isprintable" => text.chars().all(|character| !character.is_control()),
        "islower" => text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase),
        "isupper" => text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase),
        "istitle" => text.chars().any(char::is_alphabetic) && with_case(text, "title") == text,
        _ => !text.starts_with(char::is_numeric) && all(|character| character == '_' || character.is_alphanumeric()),
    }
}

/// What Python's `str.isspace` and `strip` take for white space.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

/// Pads both sides of a text as Python does: of an odd number of fill characters, the left gets the smaller half if the
/// width is even and the larger half if it is odd.
pub(super) fn centered(text: &str, width: usize, fill: char) -> String {
    let missing = width.saturating_sub(text.chars().count());
    let left = missing / 2 + (missing & width & 1);
    let padding = |count| std::iter::repeat_n(fill, count).collect::<String>();
    format!("{}{text}{}", padding(left), padding(missing - left))
}

/// The part of a text between two character positions, and the number of characters before it; `None` where the positions
/// cross or the start lies behind the end of the text.
fn window(text: &str, start: Option<i64>, end: Option<i64>) -> Option<(usize, &str)> {
    let length = text.chars().count();
    let position = |index: i64| {
        if index < 0 {
            length.saturating_sub(usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX))
        } else {
            usize::try_from(index).unwrap_or(usize::MAX)
        }
    };
    let start = start.map_or(0, position);
    let end = end.map_or(length, position).min(length);
    if start > end {
        return None;
    }
    let offset = |count: usize| text.char_indices().nth(count).map_or(text.len(), |(offset, _)| offset);
    Some((start, &text[offset(start)..offset(end)]))
}

fn searched(text: &str, method: &str, bound: &Arguments) -> Result<Value, Error> {
    let wanted = bound.required_text(0)?;
    let part = window(text, bound.integer(1)?, bound.integer(2)?);
    if method == "count" {
        return Ok(Value::from(part.map_or(0, |(_, part)| part.matches(wanted).count())));
    }
    let found = part.and_then(|(before, part)| {
        let offset = if method.starts_with('r') { part.rfind(wanted) } else { part.find(wanted) };
        offset.map(|offset| before + part[..offset].chars().count())
    });
    match found {
        Some(position) => Ok(Value::from(position)),
        None if method.ends_with("index") => Err(type_error("substring not found")),
        None => Ok(Value::from(-1)),
    }
}

fn split(text: &str, separator: Option<&str>, limit: usize, from_end: bool) -> Result<Vec<Value>, Error> {
    let count = limit.saturating_add(1);
    let mut parts: Vec<&str> = match separator {
        Some("") => return Err(type_error("empty separator")),
        Some(separator) if from_end => text.rsplitn(count, separator).collect(),
        Some(separator) => text.splitn(count, separator).collect(),
        None => {
            let mut parts = Vec::new();
            let mut rest = if from_end { text.trim_end_matches(is_space) } else { text.trim_start_matches(is_space) };
            while !rest.is_empty() {
                let space = if from_end { rest.rfind(is_space) } else { rest.find(is_space) };
                match space.filter(|_| parts.len() < limit) {
                    Some(at) if from_end => {
                        let width = rest[at..].chars().next().map_or(1, char::len_utf8);
                        parts.push(&rest[at + width..]);
                        rest = rest[..at].trim_end_matches(is_space);
                    }
                    Some(at) => {
                        parts.push(&rest[..at]);
                        rest = rest[at..].trim_start_matches(is_space);
                    }
                    None => {
                        parts.push(rest);
                        rest = "";
                    }
                }
            }
            parts
        }
    };
    if from_end {
        parts.reverse();
    }
    Ok(parts.into_iter().map(Value::from).collect())
}

/// Splits a text where Python's `splitlines` does.
pub(super) fn split_lines(text: &str, keeps_ends: bool) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let is_end = matches!(
            character,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        if !is_end {
            continue;
        }
        let mut next = at + character.len_utf8();
        if character == '\r' && characters.next_if(|(_, following)| *following == '\n').is_some() {
            next += 1;
        }
        lines.push(&text[start..if keeps_ends { next } else { at }]);
        start = next;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

fn expand_tabs(text: &str, size: usize) -> String {
    let mut output = String::with_capacity(text.len());
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' => {
                let missing = if size == 0 { 0 } else { size - column % size };
                output.extend(std::iter::repeat_n(' ', missing));
                column += missing;
            }
            other => {
                output.push(other);
                column = if matches!(other, '\n' | '\r') { 0 } else { column + 1 };
            }
        }
    }
    output
}

/// Whether a value is one of those whose methods are answered here.
pub(super) fn is_number(value: &Value) -> bool {
    matches!(value.kind(), ValueKind::Number | ValueKind::Bool)
}
