//! What Python 2 writes differently: statements, numbers, operators.

use super::finding::{Cause, Finding, Places};
use super::tokens::{Kind, LogicalLine, Token};

/// Words that go on with an expression, so that what stands before them is a value.
const CONTINUING: [&str; 8] = ["if", "else", "for", "in", "is", "and", "or", "as"];

/// Everything that Python reads as an error today or, in such a file, means something else.
pub(super) fn find(text: &str, lines: &[LogicalLine<'_>], places: &Places<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for line in lines {
        let (Some(first), Some(last)) = (line.tokens.first(), line.tokens.last()) else { continue };
        let mut add = |from: &Token<'_>, to: &Token<'_>, remedy: String| {
            found.push(places.finding((from.start, to.end()), (first.start, last.end()), remedy, Cause::Syntax));
        };
        for statement in statements(&line.tokens) {
            statement_of_python_2(text, statement, &mut add);
        }
        parameters(&line.tokens, &mut add);
        for (index, token) in line.tokens.iter().enumerate() {
            match token.kind {
                Kind::Number => {
                    if let Some(today) = number(token.text) {
                        add(token, token, format!("write {today}"));
                    }
                }
                Kind::Text if token.text.to_ascii_lowercase().starts_with("ur") => {
                    add(token, token, format!("write {}: there is no prefix ur", shortened(&token.text[1..])));
                }
                Kind::Operator if token.text == "<>" => add(token, token, "unequal is !=".into()),
                Kind::Operator if token.text == "`" => {
                    let opened = line.tokens[..index].iter().filter(|other| other.is("`")).count() % 2 == 0;
                    if opened && let Some(closing) = line.tokens[index + 1..].iter().find(|other| other.is("`")) {
                        let inner = shortened(&text[token.end()..closing.start]);
                        add(token, closing, format!("write repr({inner}): backquotes are gone"));
                    }
                }
                _ => {}
            }
        }
    }
    found.extend(indentation(lines, places));
    found
}

/// The simple statements of a line: what stands between semicolons, and behind the colon of a block.
pub(super) fn statements<'line, 'text>(tokens: &'line [Token<'text>]) -> Vec<&'line [Token<'text>]> {
    tokens.split(|token| token.depth == 0 && (token.is(";") || token.is(":"))).filter(|part| !part.is_empty()).collect()
}

fn statement_of_python_2<'text>(
    text: &str,
    statement: &[Token<'text>],
    add: &mut impl FnMut(&Token<'text>, &Token<'text>, String),
) {
    let [keyword, rest @ ..] = statement else { return };
    let Some(last) = statement.last().filter(|_| keyword.kind == Kind::Name) else { return };
    let comma = rest.iter().position(|token| token.depth == 0 && token.is(","));
    match (keyword.text, rest) {
        ("print", []) => add(keyword, keyword, "write print(): print is a function".into()),
        ("print", [arrows, target @ ..]) if arrows.is(">>") => {
            let end = comma.unwrap_or(rest.len());
            let file = target.get(..end.saturating_sub(1)).unwrap_or_default();
            let file = file.first().zip(file.last()).map_or("file", |(first, last)| &text[first.start..last.end()]);
            add(keyword, last, format!("write print(..., file={}): print is a function", shortened(file)));
        }
        ("print", [next, ..]) if begins_value(next) => {
            let value = shortened(text[next.start..last.end()].trim_end_matches(','));
            let end = if last.is(",") { ", end=\" \"" } else { "" };
            add(keyword, last, format!("write print({value}{end}): print is a function"));
        }
        ("exec", [next, ..]) if begins_value(next) && !next.is("[") => {
            let scope = rest.iter().position(|token| token.depth == 0 && token.is("in"));
            let code = match scope {
                Some(place) if place > 0 => &text[next.start..rest[place - 1].end()],
                _ => &text[next.start..last.end()],
            };
            let scope = if scope.is_some() { ", names" } else { "" };
            add(keyword, last, format!("write exec({}{scope}): exec is a function", shortened(code)));
        }
        ("raise", [class, ..]) if class.kind == Kind::Text => {
            add(keyword, last, "write raise Error(text): a text is no exception".into());
        }
        ("raise", [class, ..]) if comma.is_some_and(|place| place > 0) => {
            let place = comma.unwrap_or_default();
            let class = &text[class.start..rest[place - 1].end()];
            // A third part is a traceback, which today is given in another way.
            let value = rest[place + 1..].split(|token| token.depth == 0 && token.is(",")).next().unwrap_or_default();
            let value = value.first().zip(value.last()).map_or("text", |(first, last)| &text[first.start..last.end()]);
            add(keyword, last, format!("write raise {}({})", shortened(class), shortened(value)));
        }
        _ => {}
    }
}

/// Whether a value may begin with a token that follows a word, so that the word is a statement of Python 2.
fn begins_value(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Text | Kind::Number => true,
        Kind::Name => !CONTINUING.contains(&token.text),
        Kind::Operator => matches!(token.text, "`" | "{" | "[" | "~"),
    }
}

/// Parameters in brackets of their own, which Python 2 unpacks.
fn parameters<'text>(tokens: &[Token<'text>], add: &mut impl FnMut(&Token<'text>, &Token<'text>, String)) {
    for (index, token) in tokens.iter().enumerate() {
        let head = &tokens[index + 1..];
        if token.is("def") && head.len() > 1 && head[1].is("(") {
            let depth = head[1].depth + 1;
            let list = &head[1..];
            let list =
                &list[..list.iter().skip(1).position(|other| other.depth < depth).map_or(list.len(), |end| end + 1)];
            for pair in list.windows(2) {
                let begins = pair[0].is("(") && pair[0].depth + 1 == depth || pair[0].is(",") && pair[0].depth == depth;
                if begins && pair[1].is("(") && pair[1].depth == depth {
                    add(&pair[1], &pair[1], "take one name and unpack it in the function".into());
                }
            }
        }
        if token.is("lambda") && head.first().is_some_and(|next| next.is("(")) {
            add(token, token, "take one name and use its items: a lambda unpacks nothing".into());
        }
    }
}

/// What a number of Python 2 is today; none if it is the same.
fn number(text: &str) -> Option<String> {
    let whole = text.strip_suffix(['l', 'L']).unwrap_or(text);
    let digits = whole.strip_prefix("0x").or_else(|| whole.strip_prefix("0X")).unwrap_or(whole);
    let has_suffix =
        whole.len() < text.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let octal = whole.len() > 1
        && whole.starts_with('0')
        && whole.bytes().all(|byte| (b'0'..=b'7').contains(&byte))
        && whole.bytes().any(|byte| byte != b'0');
    match (octal, has_suffix) {
        (true, _) => Some(format!("0o{}: octal numbers start with 0o", whole.trim_start_matches('0'))),
        (false, true) => Some(format!("{whole}: integers have no suffix L")),
        (false, false) => None,
    }
}

/// Lines whose depth depends on the width of a tab, which Python 2 takes for up to eight blanks.
fn indentation(lines: &[LogicalLine<'_>], places: &Places<'_>) -> Vec<Finding> {
    let mut open = vec![(0, 0)];
    let mut found = Vec::new();
    for line in lines {
        let Some(first) = line.tokens.first() else { continue };
        let widths = (width(line.indentation, 8), width(line.indentation, 1));
        while open.len() > 1 && open.last().is_some_and(|block| block.0 > widths.0) {
            open.pop();
        }
        let (eight, one) = open.last().copied().unwrap_or_default();
        if eight.cmp(&widths.0) != one.cmp(&widths.1) {
            let start = first.start - line.indentation.len();
            let place = (start, first.start);
            found.push(places.finding(
                place,
                (start, start),
                "indent with blanks only, not with tabs".into(),
                Cause::Syntax,
            ));
        }
        if widths.0 > eight {
            open.push(widths);
        }
    }
    found
}

fn width(indentation: &str, tab: usize) -> usize {
    indentation.chars().fold(0, |column, letter| match letter {
        '\t' => (column / tab + 1) * tab,
        '\x0c' => 0,
        _ => column + 1,
    })
}

/// A piece of code for a message: one line of it, and not too much.
pub(super) fn shortened(code: &str) -> String {
    const LONGEST: usize = 40;
    let line = code.split('\n').next().unwrap_or_default().trim_end();
    if line.len() < code.trim_end().len() || line.chars().count() > LONGEST { "...".into() } else { line.to_owned() }
}
