//! Jinja2's filters on texts.

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, Value};

use super::arguments::{Arguments, type_error};
use super::filters::text_of;
use super::methods::{centered, split_lines};

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("center", center);
    environment.add_filter("indent", indent);
    environment.add_filter("title", title);
    environment.add_filter("capitalize", capitalize);
    environment.add_filter("truncate", truncate);
    environment.add_filter("wordcount", wordcount);
    environment.add_filter("wordwrap", wordwrap);
    environment.add_filter("filesizeformat", filesizeformat);
    environment.add_filter("replace", replace);
    environment.add_filter("trim", trim);
}

fn center(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("center", &arguments.into_values(), &["width"])?;
    Ok(Value::from(centered(&text_of(value)?, arguments.length(0, 80)?, ' ')))
}

fn indent(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("indent", &arguments.into_values(), &["width", "first", "blank"])?;
    let indentation = match arguments.value(0).and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        None => " ".repeat(arguments.length(0, 4)?),
    };
    let text = text_of(value)? + "\n";
    let mut output = String::with_capacity(text.len());
    for (index, line) in split_lines(&text, false).into_iter().enumerate() {
        if index > 0 {
            output.push('\n');
        }
        let is_indented =
            if index == 0 { arguments.flag(1, false) } else { arguments.flag(2, false) || !line.is_empty() };
        if is_indented {
            output.push_str(&indentation);
        }
        output.push_str(line);
    }
    Ok(Value::from(output))
}

/// Capitalises each word, where hyphens, white space and opening brackets part words.
fn title(value: &Value) -> Result<Value, Error> {
    let text = text_of(value)?;
    let mut output = String::with_capacity(text.len());
    let mut at_start = true;
    for character in text.chars() {
        if at_start {
            output.extend(character.to_uppercase());
        } else {
            output.extend(character.to_lowercase());
        }
        at_start = character.is_whitespace() || matches!(character, '-' | '(' | '{' | '[' | '<');
    }
    Ok(Value::from(output))
}

fn capitalize(value: &Value) -> Result<Value, Error> {
    Ok(Value::from(capitalized(&text_of(value)?)))
}

/// The first character in upper case, all others in lower case.
pub(super) fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters.as_str().to_lowercase().chars()).collect()
    })
}

fn truncate(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("truncate", &arguments.into_values(), &["length", "killwords", "end", "leeway"])?;
    let text = text_of(value)?;
    let length = arguments.length(0, 255)?;
    let end = arguments.text(2)?.unwrap_or("...");
    let leeway = arguments.length(3, 5)?;
    if text.chars().count() <= length + leeway {
        return Ok(Value::from(text));
    }
    let kept = length
        .checked_sub(end.chars().count())
        .ok_or_else(|| type_error("truncate() expects a length that has room for the end"))?;
    let cut: String = text.chars().take(kept).collect();
    let kept = if arguments.flag(1, false) {
        cut.as_str()
    } else {
        cut.rsplit_once(' ').map_or(cut.as_str(), |parts| parts.0)
    };
    Ok(Value::from(format!("{kept}{end}")))
}

fn wordcount(value: &Value) -> Result<Value, Error> {
    let is_word = |character: char| character == '_' || character.is_alphanumeric();
    Ok(Value::from(text_of(value)?.split(|character| !is_word(character)).filter(|word| !word.is_empty()).count()))
}

fn wordwrap(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let names = ["width", "break_long_words", "wrapstring", "break_on_hyphens"];
    let arguments = Arguments::bind("wordwrap", &arguments.into_values(), &names)?;
    let width = arguments.length(0, 79)?;
    if width == 0 {
        return Err(type_error("invalid width (must be > 0)"));
    }
    let separator = arguments.text(2)?.unwrap_or("\n");
    let text = text_of(value)?;
    let wrapper = Wrapper { width, breaks_words: arguments.flag(1, true), breaks_hyphens: arguments.flag(3, true) };
    let lines: Vec<String> =
        split_lines(&text, false).into_iter().map(|line| wrapper.wrap(line).join(separator)).collect();
    Ok(Value::from(lines.join(separator)))
}

struct Wrapper {
    width: usize,
    breaks_words: bool,
    breaks_hyphens: bool,
}

impl Wrapper {
    fn wrap(&self, text: &str) -> Vec<String> {
        let mut lines: Vec<Vec<char>> = Vec::new();
        let mut line: Vec<char> = Vec::new();
        let mut pending: std::collections::VecDeque<Vec<char>> = self.chunks(text).into();
        while let Some(mut chunk) = pending.pop_front() {
            let is_space = chunk[0].is_whitespace();
            if is_space && line.is_empty() && !lines.is_empty() {
                continue;
            }
            if line.len() + chunk.len() <= self.width {
                line.extend(chunk);
                continue;
            }
            if chunk.len() > self.width {
                if self.breaks_words {
                    let room = (self.width - line.len()).max(usize::from(line.is_empty()));
                    let mut cut = room;
                    if self.breaks_hyphens
                        && let Some(hyphen) = chunk[..room].iter().rposition(|character| *character == '-')
                        && chunk[..hyphen].iter().any(|character| *character != '-')
                    {
                        cut = hyphen + 1;
                    }
                    let rest = chunk.split_off(cut);
                    line.extend(chunk);
                    pending.push_front(rest);
                } else if line.is_empty() {
                    line = chunk;
                } else {
                    pending.push_front(chunk);
                }
            } else {
                pending.push_front(chunk);
            }
            Self::finish(&mut lines, &mut line);
        }
        Self::finish(&mut lines, &mut line);
        lines.into_iter().map(|line| line.into_iter().collect()).collect()
    }

    /// Ends a line; white space at its end is dropped, and a line without anything else does not count.
    fn finish(lines: &mut Vec<Vec<char>>, line: &mut Vec<char>) {
        while line.last().is_some_and(|character| character.is_whitespace()) {
            line.pop();
        }
        if !line.is_empty() {
            lines.push(std::mem::take(line));
        }
    }

    /// Splits a text into words and the white space between them, words also after hyphens between letters.
    fn chunks(&self, text: &str) -> Vec<Vec<char>> {
        let characters: Vec<char> = text.chars().collect();
        let mut chunks: Vec<Vec<char>> = Vec::new();
        for (index, &character) in characters.iter().enumerate() {
            let starts = match chunks.last().and_then(|chunk| chunk.last()) {
                None => true,
                Some(previous) if previous.is_whitespace() != character.is_whitespace() => true,
                Some(_) => self.breaks_hyphens && Self::is_after_hyphen(&characters, index),
            };
            if starts {
                chunks.push(Vec::new());
            }
            if let Some(chunk) = chunks.last_mut() {
                chunk.push(character);
            }
        }
        chunks
    }

    fn is_after_hyphen(characters: &[char], index: usize) -> bool {
        let is_letter = |at: Option<usize>| {
            at.and_then(|at| characters.get(at)).is_some_and(|character| character.is_alphabetic() || *character == '_')
        };
        let is_hyphen = |at: Option<usize>| at.and_then(|at| characters.get(at)) == Some(&'-');
        is_hyphen(index.checked_sub(1))
            && is_letter(index.checked_sub(2))
            && (is_letter(index.checked_sub(3)) || is_hyphen(index.checked_sub(3)) && is_letter(index.checked_sub(4)))
            && is_letter(Some(index))
            && (is_letter(Some(index + 1)) || is_hyphen(Some(index + 1)) && is_letter(Some(index + 2)))
    }
}

fn filesizeformat(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("filesizeformat", &arguments.into_values(), &["binary"])?;
    let bytes: f64 = match value.kind() {
        ValueKind::Number | ValueKind::Bool => f64::try_from(value.clone())?,
        _ => text_of(value)?.trim().parse().map_err(|_| type_error("could not convert string to float"))?,
    };
    let (base, prefixes) = if arguments.flag(0, false) {
        (1024.0, ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"])
    } else {
        (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"])
    };
    if (bytes - 1.0).abs() < f64::EPSILON {
        return Ok(Value::from("1 Byte"));
    }
    if bytes < base {
        return Ok(Value::from(format!("{:.0} Bytes", bytes.trunc())));
    }
    let mut size = bytes / base;
    let mut prefixes = prefixes.iter();
    let mut prefix = prefixes.next();
    while size >= base
        && let Some(next) = prefixes.next()
    {
        size /= base;
        prefix = Some(next);
    }
    Ok(Value::from(format!("{size:.1} {}", prefix.copied().unwrap_or_default())))
}

fn replace(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("replace", &arguments.into_values(), &["old", "new", "count"])?;
    let (old, new) = (text_of(arguments.required(0)?)?, text_of(arguments.required(1)?)?);
    let text = text_of(value)?;
    let count = arguments.integer(2)?.and_then(|count| usize::try_from(count).ok());
    Ok(Value::from(match count {
        Some(count) => text.replacen(&old, &new, count),
        None => text.replace(&old, &new),
    }))
}

fn trim(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("trim", &arguments.into_values(), &["chars"])?;
    let text = text_of(value)?;
    Ok(Value::from(match arguments.text(0)? {
        Some(characters) => text.trim_matches(|character| characters.contains(character)),
        None => text.trim(),
    }))
}
