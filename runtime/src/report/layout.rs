//! Building blocks of lines: safe text, rules, alignment and escape sequences.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::events::{Icon, Style};

const KEY_COLUMNS: usize = 15;

/// Replaces what would make a terminal do something else than show text by a visible form such as `\x1b`.
///
/// Line ends and tabs stay. Replaced are the other control characters (a command's output may hold escape sequences)
/// and the marks that turn the direction of text, which can make a line read differently from what it says.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_hidden = |character: char| match character {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        other => other.is_control(),
    };
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if !is_hidden(character) {
            safe.push(character);
        } else if character <= '\u{ff}' {
            let _ = write!(safe, "\\x{:02x}", u32::from(character));
        } else {
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
        }
    }
    Cow::Owned(safe)
}

/// So many characters of a message or a value are shown.
const SHOWN_CHARACTERS: usize = 4_000;

/// Cuts a text that nobody would read, and says how much is missing.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    let Some((end, _)) = text.char_indices().nth(SHOWN_CHARACTERS) else {
        return Cow::Borrowed(text);
    };
    let missing = text[end..].chars().count();
    Cow::Owned(format!("{} ... ({missing} more characters, which --debug shows)", &text[..end]))
}

/// Draws a line of `character` across `width` columns with the title in its middle.
pub fn rule(character: &str, title: &str, width: usize) -> String {
    let side = (width.saturating_sub(title.width() + 2) / 2).max(1);
    let side = character.repeat(side);
    let mut line = format!("{side} {title} {side}");
    if line.width() + character.width() <= width {
        line.push_str(character);
    }
    line
}

/// Puts the icon before the text; a result of blanks only becomes empty.
pub(super) fn prefixed(icon: &Icon, text: &str) -> String {
    let line = match icon {
        Icon::Absent => text.to_owned(),
        Icon::Blank => format!("   {text}"),
        Icon::Symbol(symbol) => format!("{symbol} {text}"),
    };
    if line.trim().is_empty() { String::new() } else { line }
}

/// A named value with the name aligned to the right.
pub(super) fn aligned(key: &str, separator: &str, value: &str) -> String {
    let blanks = " ".repeat(KEY_COLUMNS.saturating_sub(key.width()));
    format!("{blanks}{key}{separator}{value}")
}

/// The first columns of a text, as many as fit; where terminals disagree about the width of a picture, rather fewer.
pub(super) fn truncated(text: &str, width: usize) -> &str {
    let mut used = 0;
    for (position, character) in text.char_indices() {
        used += match character {
            // It asks for the wide picture of the character before it.
            '\u{fe0f}' => 1,
            _ => unicode_width::UnicodeWidthChar::width(character).unwrap_or(0),
        };
        if used > width {
            return &text[..position];
        }
    }
    text
}

/// Adds a line and its end to `target`, made safe and, if `color` is set, with one escape sequence an attribute.
pub(super) fn push_line(target: &mut String, text: &str, style: &Style, color: bool) {
    let text = visible(text);
    if color && !style.is_plain() && !text.is_empty() {
        for markup in style.markup() {
            let _ = write!(target, "\x1b[{}m", markup.ansi_code());
        }
        target.push_str(&text);
        target.push_str("\x1b[0m");
    } else {
        target.push_str(&text);
    }
    target.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Markup;

    #[test]
    fn rules_fill_the_width() {
        let cases = [
            ("=", "Preparing", "=============== Preparing ================"),
            ("=", "Deploying!", "=============== Deploying! ==============="),
            ("-", "日本", "------------------ 日本 ------------------"),
            ("=", "", "====================  ===================="),
        ];
        for (character, title, expected) in cases {
            assert_eq!(rule(character, title, 42), expected);
            assert_eq!(expected.width(), 42);
        }
        assert_eq!(rule("-", &"x".repeat(60), 42), format!("- {} -", "x".repeat(60)));
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(visible("a\x1b[31m\r\n\tb\x07\x7f\u{9b}"), "a\\x1b[31m\\x0d\n\tb\\x07\\x7f\\x9b");
        assert_eq!(visible("evil \u{202e}txt"), "evil \\u{202e}txt");
        assert!(matches!(visible("🚀 plain é\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn icons_and_blank_lines() {
        assert_eq!(prefixed(&Icon::symbol("X"), "text"), "X text");
        assert_eq!(prefixed(&Icon::Blank, "text"), "   text");
        assert_eq!(prefixed(&Icon::Blank, "  "), "");
    }

    #[test]
    fn names_are_aligned_by_columns() {
        assert_eq!(aligned("Affected hosts", ": ", "a"), " Affected hosts: a");
        assert_eq!(aligned("日本", ": ", "v"), "           日本: v");
        assert_eq!(aligned(&"k".repeat(20), ":\n", "v"), format!("{}:\nv", "k".repeat(20)));
    }

    #[test]
    fn endless_values_are_cut_and_counted() {
        let text = "é".repeat(SHOWN_CHARACTERS);
        assert_eq!(shortened(&text), text);
        let longer = format!("{text}日本");
        assert_eq!(shortened(&longer), format!("{text} ... (2 more characters, which --debug shows)"));
    }

    #[test]
    fn text_is_cut_at_whole_characters() {
        assert_eq!(truncated("ab日本", 3), "ab");
        assert_eq!(truncated("ab日本", 4), "ab日");
        assert_eq!(truncated("abc", 3), "abc");
        assert_eq!(truncated("e\u{301}e\u{301}x", 2), "e\u{301}e\u{301}", "an accent stays with its letter");
        assert_eq!(truncated("a⚙\u{fe0f}b", 2), "a⚙", "the wide picture does not fit");
        assert_eq!(truncated("a⚙\u{fe0f}b", 3), "a⚙\u{fe0f}");
    }

    #[test]
    fn one_escape_sequence_an_attribute() {
        let style = Style::of(&[Markup::Bold, Markup::Red]);
        let mut text = String::new();
        push_line(&mut text, "a\x1b", &style, true);
        push_line(&mut text, "", &style, true);
        push_line(&mut text, "b", &style, false);
        assert_eq!(text, "\x1b[1m\x1b[31ma\\x1b\x1b[0m\n\nb\n");
    }
}
