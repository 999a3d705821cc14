//! What a text allows: in which styles it can be written.

/// Facts about a text that decide about its style.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    /// There is a line break.
    pub multiline: bool,
    /// It can stand without quotes.
    pub plain: bool,
    /// It can stand without quotes between brackets.
    pub flow_plain: bool,
    /// It can stand in single quotes.
    pub single_quoted: bool,
    /// It can be written as a literal block.
    pub block: bool,
}

pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_space_or_break(character: char) -> bool {
    matches!(character, '\0' | ' ' | '\t' | '\r') || is_break(character)
}

/// Looks at every character with its neighbours.
pub(super) fn analyze(text: &[char], allow_unicode: bool) -> Analysis {
    let (Some(&first), Some(&last)) = (text.first(), text.last()) else {
        return Analysis { plain: true, single_quoted: true, ..Analysis::default() };
    };
    let is_edge_blank = |character| character == ' ' || is_break(character);
    let multiline = text.iter().copied().any(is_break);
    // Control characters but the line feed are escaped, and so is what is beyond ASCII unless it is welcome.
    let special = text.iter().any(|character| match character {
        '\n' | ' '..='~' => false,
        character => !(allow_unicode && is_printable_unicode(*character)),
    });
    let pairs = || text.windows(2).map(|pair| (pair[0], pair[1]));
    let space_then_break = pairs().any(|(left, right)| left == ' ' && is_break(right));
    let break_then_space = pairs().any(|(left, right)| is_break(left) && right == ' ');
    let plain = !is_edge_blank(first)
        && !is_edge_blank(last)
        && !multiline
        && !special
        && !space_then_break
        && !has_indicators(text);
    Analysis {
        multiline,
        plain,
        flow_plain: plain && !has_flow_indicators(text),
        single_quoted: !break_then_space && !space_then_break && !special,
        block: last != ' ' && !space_then_break && !special,
    }
}

/// Whether a character beyond ASCII may stand as it is.
pub(super) fn is_printable_unicode(character: char) -> bool {
    matches!(character, '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10fffe}')
        && character != '\u{feff}'
}

/// Whether something in the text would be read as structure between brackets only.
fn has_flow_indicators(text: &[char]) -> bool {
    matches!(text[0], '?' | ':')
        || text[1..].iter().any(|character| matches!(character, ',' | '?' | '[' | ']' | '{' | '}' | ':'))
}

/// Whether something in the text would be read as structure.
fn has_indicators(text: &[char]) -> bool {
    if text.starts_with(&['-', '-', '-']) || text.starts_with(&['.', '.', '.']) {
        return true;
    }
    let ends = |at: usize| text.get(at + 1).is_none_or(|next| is_space_or_break(*next));
    match text[0] {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => return true,
        '-' | '?' | ':' if ends(0) => return true,
        _ => {}
    }
    (1..text.len()).any(|at| match text[at] {
        ':' => ends(at),
        '#' => is_space_or_break(text[at - 1]),
        _ => false,
    })
}
