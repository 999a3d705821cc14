//! The wildcards of rsync's patterns, matched byte by byte.

/// Whether a pattern matches a whole text. `*` and `?` stop at a slash, `**` does not; `[...]` is one character that is
/// no slash; a backslash takes the special meaning away. A class that never ends matches nothing.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let mut pattern = pattern;
    let mut text = text;
    loop {
        match pattern {
            [] => return text.is_empty(),
            [b'*', rest @ ..] => return star(rest, text),
            [b'?', rest @ ..] => match text {
                [first, after @ ..] if *first != b'/' => (pattern, text) = (rest, after),
                _ => return false,
            },
            [b'[', rest @ ..] => {
                let [first, after @ ..] = text else { return false };
                match class(rest, *first) {
                    Some((true, rest)) if *first != b'/' => (pattern, text) = (rest, after),
                    _ => return false,
                }
            }
            [b'\\', literal, rest @ ..] | [literal, rest @ ..] => match text {
                [first, after @ ..] if first == literal => (pattern, text) = (rest, after),
                _ => return false,
            },
        }
    }
}

/// What follows a star, at every place the star may reach.
fn star(rest: &[u8], text: &[u8]) -> bool {
    let crosses = rest.first() == Some(&b'*');
    let rest = &rest[rest.iter().take_while(|byte| **byte == b'*').count()..];
    if rest.is_empty() {
        return crosses || !text.contains(&b'/');
    }
    for begin in 0..=text.len() {
        if matches(rest, &text[begin..]) {
            return true;
        }
        if !crosses && text.get(begin) == Some(&b'/') {
            return false;
        }
    }
    false
}

/// Reads a class after its opening bracket: whether it takes the character, and the pattern after it. `None`: no end.
fn class(pattern: &[u8], character: u8) -> Option<(bool, &[u8])> {
    let negated = matches!(pattern.first(), Some(b'!' | b'^'));
    let mut rest = &pattern[usize::from(negated)..];
    let mut found = false;
    let mut previous = None;
    let mut is_first = true;
    loop {
        match rest {
            [] => return None,
            [b']', after @ ..] if !is_first => return Some((found != negated, after)),
            [b'[', b':', after @ ..] => {
                let end = after.windows(2).position(|pair| pair == b":]")?;
                found |= in_named_class(&after[..end], character)?;
                previous = None;
                rest = &after[end + 2..];
            }
            [b'-', last, ..] if previous.is_some() && *last != b']' => {
                let (last, after) = literal(&rest[1..])?;
                found |= previous.is_some_and(|from| (from..=last).contains(&character));
                previous = None;
                rest = after;
            }
            _ => {
                let (member, after) = literal(rest)?;
                found |= member == character;
                previous = Some(member);
                rest = after;
            }
        }
        is_first = false;
    }
}

fn literal(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [b'\\', member, after @ ..] | [member, after @ ..] => Some((*member, after)),
        [] => None,
    }
}

/// `None`: there is no class of this name.
fn in_named_class(name: &[u8], character: u8) -> Option<bool> {
    Some(match name {
        b"alnum" => character.is_ascii_alphanumeric(),
        b"alpha" => character.is_ascii_alphabetic(),
        b"blank" => matches!(character, b' ' | b'\t'),
        b"cntrl" => character.is_ascii_control(),
        b"digit" => character.is_ascii_digit(),
        b"graph" => character.is_ascii_graphic(),
        b"lower" => character.is_ascii_lowercase(),
        b"print" => character.is_ascii_graphic() || character == b' ',
        b"punct" => character.is_ascii_punctuation(),
        b"space" => character.is_ascii_whitespace() || character == 0x0b,
        b"upper" => character.is_ascii_uppercase(),
        b"xdigit" => character.is_ascii_hexdigit(),
        _ => return None,
    })
}
