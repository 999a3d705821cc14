//! Jinja2's filters for HTML and URLs.

use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, Value};

use super::arguments::{Arguments, type_error};
use super::filters::{items, text_of};

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter("e", escape);
    environment.add_filter("escape", escape);
    environment.add_filter("forceescape", |value: &Value| -> Result<Value, Error> {
        Ok(Value::from_safe_string(escaped(&text_of(value)?)))
    });
    environment.add_filter("striptags", striptags);
    environment.add_filter("urlencode", urlencode);
    environment.add_filter("urlize", urlize);
    environment.add_filter("xmlattr", xmlattr);
}

/// Replaces the characters that HTML reads as markup.
pub(super) fn escaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => output.push_str("&amp;"),
            '<' => output.push_str("&lt;"),
            '>' => output.push_str("&gt;"),
            '"' => output.push_str("&#34;"),
            '\'' => output.push_str("&#39;"),
            other => output.push(other),
        }
    }
    output
}

fn escape(value: &Value) -> Result<Value, Error> {
    if value.is_safe() {
        return Ok(value.clone());
    }
    Ok(Value::from_safe_string(escaped(&text_of(value)?)))
}

/// Removes comments and tags, makes one space of white space and characters of the usual entities.
fn striptags(value: &Value) -> Result<Value, Error> {
    let mut text = text_of(value)?;
    for (open, close) in [("<!--", "-->"), ("<", ">")] {
        let mut from = 0;
        while let Some(start) = text[from..].find(open).map(|at| at + from) {
            let Some(end) = text[start..].find(close).map(|at| start + at + close.len()) else {
                break;
            };
            text.replace_range(start..end, "");
            from = start;
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", "\u{a0}"),
        ("&amp;", "&"),
    ];
    Ok(Value::from(entities.iter().fold(text, |text, (entity, character)| text.replace(entity, character))))
}

/// Percent-encodes the UTF-8 bytes of a text, except letters, digits and the characters in `safe`.
fn quoted(text: &str, safe: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte) || safe.as_bytes().contains(&byte) {
            output.push(char::from(byte));
        } else {
            output.push_str(&format!("%{byte:02X}"));
        }
    }
    output
}

fn urlencode(value: &Value) -> Result<Value, Error> {
    let is_pairs = matches!(value.kind(), ValueKind::Map | ValueKind::Seq | ValueKind::Iterable);
    if !is_pairs {
        return Ok(Value::from(quoted(&text_of(value)?, "/")));
    }
    let mut pairs = Vec::new();
    for item in items(value)? {
        let item = item?;
        let (key, item) = if value.kind() == ValueKind::Map {
            (item.clone(), value.get_item(&item)?)
        } else {
            (item.get_item_by_index(0)?, item.get_item_by_index(1)?)
        };
        let quoted = |value| Ok::<_, Error>(quoted(&text_of(value)?, "").replace("%20", "+"));
        pairs.push(format!("{}={}", quoted(&key)?, quoted(&item)?));
    }
    Ok(Value::from(pairs.join("&")))
}

fn xmlattr(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let arguments = Arguments::bind("xmlattr", &arguments.into_values(), &["autospace"])?;
    let mut attributes = Vec::new();
    for key in items(value)? {
        let key = key?;
        let content = value.get_item(&key)?;
        if content.is_none() || content.is_undefined() {
            continue;
        }
        let key = text_of(&key)?;
        if key.contains(|character: char| character.is_whitespace() || matches!(character, '/' | '>' | '=')) {
            return Err(type_error("invalid character in attribute name"));
        }
        attributes.push(format!("{}=\"{}\"", escaped(&key), escaped(&text_of(&content)?)));
    }
    let mut output = attributes.join(" ");
    if arguments.flag(0, true) && !output.is_empty() {
        output.insert(0, ' ');
    }
    Ok(Value::from_safe_string(output))
}

/// Makes links of the web and mail addresses in a text.
fn urlize(value: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let names = ["trim_url_limit", "nofollow", "target", "rel", "extra_schemes"];
    let arguments = Arguments::bind("urlize", &arguments.into_values(), &names)?;
    let limit = arguments.some(0).map(|_| arguments.length(0, 0)).transpose()?;
    let mut relations: Vec<&str> = arguments.text(3)?.unwrap_or_default().split_whitespace().collect();
    if arguments.flag(1, false) {
        relations.push("nofollow");
    }
    relations.push("noopener");
    relations.sort_unstable();
    relations.dedup();
    let target = arguments.text(2)?.map(|target| format!(" target=\"{}\"", escaped(target))).unwrap_or_default();
    let attributes = format!(" rel=\"{}\"{target}", escaped(&relations.join(" ")));
    let mut schemes = Vec::new();
    if let Some(extra) = arguments.some(4) {
        for scheme in items(extra)? {
            schemes.push(text_of(&scheme?)?);
        }
    }
    let linked = Links { limit, attributes, schemes };
    let text = escaped(&text_of(value)?);
    let mut output = String::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let space = rest.len() - rest.trim_start().len();
        output.push_str(&rest[..space]);
        rest = &rest[space..];
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        output.push_str(&linked.word(&rest[..end]));
        rest = &rest[end..];
    }
    Ok(Value::from(output))
}

struct Links {
    limit: Option<usize>,
    attributes: String,
    schemes: Vec<String>,
}

impl Links {
    fn word(&self, word: &str) -> String {
        let opening = ["(", "<", "&lt;"];
        let closing = [")", ">", ".", ",", "\n", "&gt;"];
        let mut middle = word;
        while let Some(rest) = opening.iter().find_map(|sign| middle.strip_prefix(sign)) {
            middle = rest;
        }
        let head = &word[..word.len() - middle.len()];
        while let Some(rest) = closing.iter().find_map(|sign| middle.strip_suffix(sign)) {
            middle = rest;
        }
        // A bracket that was opened inside the address belongs to it.
        let mut tail = &word[head.len() + middle.len()..];
        for (open, close) in [("(", ")"), ("<", ">"), ("&lt;", "&gt;")] {
            let missing = middle.matches(open).count().saturating_sub(middle.matches(close).count());
            for _ in 0..missing {
                let Some(at) = tail.find(close) else { break };
                let end = word.len() - tail.len() + at + close.len();
                middle = &word[head.len()..end];
                tail = &word[end..];
            }
        }
        match self.address(middle) {
            Some((address, attributes)) => {
                format!("{head}<a href=\"{address}\"{attributes}>{}</a>{tail}", self.shortened(middle))
            }
            None => word.to_owned(),
        }
    }

    fn address(&self, text: &str) -> Option<(String, &str)> {
        let host = |text: &str| {
            let host = text.split(['/', ':', '?', '#']).next().unwrap_or_default();
            host.split('.').count() > 1
                && host.split('.').all(|label| {
                    !label.is_empty() && label.chars().all(|character| character == '-' || character.is_alphanumeric())
                })
        };
        for scheme in ["http://", "https://"] {
            if let Some(rest) = text.strip_prefix(scheme) {
                let named = rest.starts_with("localhost") || host(rest) || rest.starts_with('[');
                return named.then(|| (text.to_owned(), self.attributes.as_str()));
            }
        }
        if text.starts_with("www.") && host(text) {
            return Some((format!("https://{text}"), &self.attributes));
        }
        let mail = text.strip_prefix("mailto:").unwrap_or(text);
        if let Some((user, domain)) = mail.split_once('@') {
            let is_mail = !user.is_empty() && host(domain) && !domain.contains(['/', ':', '?', '#', '@']);
            return is_mail.then(|| (format!("mailto:{mail}"), ""));
        }
        let domain = text.split(['/', ':', '?', '#']).next().unwrap_or_default();
        if host(text)
            && [".com", ".net", ".int", ".edu", ".gov", ".org", ".info", ".mil"].iter().any(|end| domain.ends_with(end))
        {
            return Some((format!("https://{text}"), &self.attributes));
        }
        let known = self.schemes.iter().any(|scheme| text != scheme && text.starts_with(scheme.as_str()));
        known.then(|| (text.to_owned(), self.attributes.as_str()))
    }

    fn shortened(&self, text: &str) -> String {
        match self.limit {
            Some(limit) if text.chars().count() > limit => {
                format!("{}...", text.chars().take(limit).collect::<String>())
            }
            _ => text.to_owned(),
        }
    }
}
