//! What a text allows: in which styles it can be written.

/// Facts about a text that decide about its style.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    /// There is a line break.
    pub multiline: bool,
    /// It can stand without quotes.
    pub plain: bool,
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
pub(super) fn analyze(text: &[char]) -> Analysis {
    let (Some(&first), Some(&last)) = (text.first(), text.last()) else {
        return Analysis { multiline: false, plain: true, single_quoted: true, block: false };
    };
    let is_edge_blank = |character| character == ' ' || is_break(character);
    let multiline = text.iter().copied().any(is_break);
    // All beyond ASCII is escaped, and so is every control character but the line feed.
    let special = text.iter().any(|character| !matches!(character, '\n' | ' '..='~'));
    let pairs = || text.windows(2).map(|pair| (pair[0], pair[1]));
    let space_then_break = pairs().any(|(left, right)| left == ' ' && is_break(right));
    let break_then_space = pairs().any(|(left, right)| is_break(left) && right == ' ');
    Analysis {
        multiline,
        plain: !is_edge_blank(first) && !is_edge_blank(last) && !multiline && !special && !has_indicators(text),
        single_quoted: !break_then_space && !space_then_break && !special,
        block: last != ' ' && !space_then_break && !special,
    }
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
