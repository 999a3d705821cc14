//! What plain text means in YAML 1.1.

/// What kind of value a text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// `null`
    Null,
    /// `bool`
    Bool,
    /// `int`
    Integer,
    /// `float`
    Float,
    /// `timestamp`
    Timestamp,
    /// `<<`
    Merge,
    /// `=`
    Value,
    /// `!`, `&` or `*`
    Yaml,
    /// `str`
    Text,
    /// `binary`
    Binary,
    /// `seq`
    Sequence,
    /// `map`
    Mapping,
    /// `set`
    Set,
    /// `omap`
    OrderedMapping,
    /// `pairs`
    Pairs,
}

/// What the names of the tags of YAML itself begin with.
pub(super) const PREFIX: &str = "tag:yaml.org,2002:";

impl Tag {
    const ALL: [(Self, &'static str); 15] = [
        (Self::Null, "null"),
        (Self::Bool, "bool"),
        (Self::Integer, "int"),
        (Self::Float, "float"),
        (Self::Timestamp, "timestamp"),
        (Self::Merge, "merge"),
        (Self::Value, "value"),
        (Self::Yaml, "yaml"),
        (Self::Text, "str"),
        (Self::Binary, "binary"),
        (Self::Sequence, "seq"),
        (Self::Mapping, "map"),
        (Self::Set, "set"),
        (Self::OrderedMapping, "omap"),
        (Self::Pairs, "pairs"),
    ];

    /// The tag with a full name such as `tag:yaml.org,2002:int`.
    pub fn from_name(name: &str) -> Option<Self> {
        let short = name.strip_prefix(PREFIX)?;
        Self::ALL.iter().find(|(_, known)| *known == short).map(|(tag, _)| *tag)
    }

    /// The full name, such as `tag:yaml.org,2002:int`.
    pub fn full_name(self) -> String {
        format!("{PREFIX}{}", self.short_name())
    }

    /// The name without its prefix.
    pub fn short_name(self) -> &'static str {
        Self::ALL.iter().find(|(tag, _)| *tag == self).map_or("str", |(_, name)| name)
    }
}

/// The kind of a text without quotes.
pub fn resolve(text: &str) -> Tag {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Tag::Null,
        "<<" => return Tag::Merge,
        "=" => return Tag::Value,
        "!" | "&" | "*" => return Tag::Yaml,
        _ => {}
    }
    if boolean(text).is_some() {
        return Tag::Bool;
    }
    let bytes = text.as_bytes();
    if !matches!(bytes[0], b'-' | b'+' | b'.' | b'0'..=b'9') {
        return Tag::Text;
    }
    if is_float(bytes) {
        Tag::Float
    } else if is_integer(bytes) {
        Tag::Integer
    } else if super::timestamp::Timestamp::fields(text).is_some() {
        Tag::Timestamp
    } else {
        Tag::Text
    }
}

/// The value of a boolean in one of its eighteen spellings.
pub fn boolean(text: &str) -> Option<bool> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// How many bytes at the beginning are of a kind.
fn run(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is(**byte)).count()
}

fn digit_or_underscore(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn unsigned(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'-' | b'+', rest @ ..] => rest,
        rest => rest,
    }
}

fn is_float(bytes: &[u8]) -> bool {
    let rest = unsigned(bytes);
    if matches!(rest, b".inf" | b".Inf" | b".INF") || matches!(bytes, b".nan" | b".NaN" | b".NAN") {
        return true;
    }
    if let [b'.', fraction @ ..] = bytes {
        return fraction.first().is_some_and(u8::is_ascii_digit)
            && is_exponent(&fraction[run(fraction, digit_or_underscore)..]);
    }
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let after = &rest[run(rest, digit_or_underscore)..];
    match after {
        [b'.', fraction @ ..] => is_exponent(&fraction[run(fraction, digit_or_underscore)..]),
        [b':', ..] => match skip_sixties(after) {
            Some([b'.', fraction @ ..]) => fraction.iter().all(|byte| digit_or_underscore(*byte)),
            _ => false,
        },
        _ => false,
    }
}

/// Nothing, or `e` with sign and digits.
fn is_exponent(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [b'e' | b'E', b'-' | b'+', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// What follows `:0` to `:59`, once or more. `None`: there is no such part.
fn skip_sixties(mut bytes: &[u8]) -> Option<&[u8]> {
    let begin = bytes;
    loop {
        bytes = match bytes {
            [b':', b'0'..=b'5', b'0'..=b'9', rest @ ..] | [b':', b'0'..=b'9', rest @ ..] => rest,
            rest if rest.len() == begin.len() => return None,
            rest => return Some(rest),
        };
    }
}

fn is_integer(bytes: &[u8]) -> bool {
    let all =
        |digits: &[u8], is: fn(&u8) -> bool| !digits.is_empty() && digits.iter().all(|byte| is(byte) || *byte == b'_');
    match unsigned(bytes) {
        [b'0'] => true,
        [b'0', b'b', digits @ ..] => all(digits, |byte| matches!(byte, b'0' | b'1')),
        [b'0', b'x', digits @ ..] => all(digits, u8::is_ascii_hexdigit),
        [b'0', digits @ ..] => all(digits, |byte| matches!(byte, b'0'..=b'7')),
        rest @ [b'1'..=b'9', ..] => match &rest[run(rest, digit_or_underscore)..] {
            [] => true,
            after => skip_sixties(after).is_some_and(<[u8]>::is_empty),
        },
        _ => false,
    }
}
