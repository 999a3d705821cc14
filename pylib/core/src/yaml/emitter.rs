//! Text in block style, with the line breaks and escapes of PyYAML.

use super::{
    document::ScalarStyle,
    scalar::{analyze, is_break, is_printable_unicode},
};

/// The measures of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Lines longer than this are folded where the text allows it.
    pub width: usize,
    /// How much deeper each level stands.
    pub step: usize,
    /// Whether characters beyond ASCII are written as they are.
    pub allow_unicode: bool,
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// It is the document.
    Root,
    /// It is in a sequence or set apart by `?` or `:`.
    Item,
    /// It is the value of a key.
    Value,
    /// It is a key that stands before its colon on one line.
    SimpleKey,
}

/// A text with its column, and what was written last.
#[derive(Debug)]
pub(super) struct Emitter {
    output: String,
    column: usize,
    /// The last character separates, so nothing needs a space before it.
    after_space: bool,
    /// Only indentation and indicators stand on the line so far.
    at_indentation: bool,
    indent: Option<usize>,
    /// How many brackets are open.
    flow_level: usize,
    layout: Layout,
    /// The document ended in plain text, which goes on unless it is closed.
    open_ended: bool,
}

impl Emitter {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            output: String::new(),
            column: 0,
            after_space: true,
            at_indentation: true,
            indent: None,
            flow_level: 0,
            layout,
            open_ended: false,
        }
    }

    /// Begins a document.
    pub(super) fn begin_document(&mut self, explicit: bool) {
        if explicit {
            self.new_line();
            self.indicator("---", true);
        }
    }

    /// Ends a document.
    pub(super) fn end_document(&mut self, explicit: bool) {
        self.new_line();
        if explicit {
            self.indicator("...", true);
            self.new_line();
        }
    }

    /// Closes the last document and gives the text of all.
    pub(super) fn finish(mut self) -> String {
        if self.open_ended {
            self.indicator("...", true);
            self.new_line();
        }
        self.output
    }

    /// Opens a bracket, and gives what [`Emitter::close`] wants.
    pub(super) fn open(&mut self, bracket: &str) -> Option<usize> {
        self.indicator(bracket, true);
        self.after_space = true;
        self.flow_level += 1;
        let outer = self.indent;
        self.indent = Some(outer.map_or(self.layout.step, |indent| indent + self.layout.step));
        outer
    }

    /// Closes a bracket.
    pub(super) fn close(&mut self, bracket: &str, outer: Option<usize>) {
        self.indent = outer;
        self.flow_level -= 1;
        self.indicator(bracket, false);
    }

    /// Whether brackets are open.
    pub(super) fn in_flow(&self) -> bool {
        self.flow_level > 0
    }

    /// Goes to a new line if this one is longer than it should be.
    pub(super) fn new_line_if_long(&mut self) {
        if self.column > self.layout.width {
            self.new_line();
        }
    }

    /// Writes something of structure; what indents as well (`-`, `?`, `:`) keeps the line open for more of it.
    pub(super) fn indicator(&mut self, text: &str, needs_space: bool) {
        self.write_indicator(text, needs_space, false);
    }

    /// `-`, `?` or `:` before something that may go on on the same line.
    pub(super) fn block_indicator(&mut self, text: &str) {
        self.write_indicator(text, true, true);
    }

    fn write_indicator(&mut self, text: &str, needs_space: bool, indents: bool) {
        if needs_space && !self.after_space {
            self.put(" ");
        }
        self.put(text);
        self.after_space = false;
        self.at_indentation &= indents;
        self.open_ended = false;
    }

    /// Whether a sequence that comes next would begin on the line of its key's indentation.
    pub(super) fn at_indentation(&self) -> bool {
        self.at_indentation
    }

    /// Goes one level deeper and gives what [`Emitter::leave`] wants; `flat` keeps the column, as for a sequence below its key.
    pub(super) fn enter(&mut self, flat: bool) -> Option<usize> {
        let outer = self.indent;
        self.indent = match outer {
            None => Some(0),
            Some(indent) if flat => Some(indent),
            Some(indent) => Some(indent + self.layout.step),
        };
        outer
    }

    /// Goes back.
    pub(super) fn leave(&mut self, outer: Option<usize>) {
        self.indent = outer;
    }

    /// Writes a space that separates.
    pub(super) fn space(&mut self) {
        self.put(" ");
        self.after_space = true;
    }

    /// Goes to the indentation of this level, on a new line if this one is used.
    pub(super) fn new_line(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.at_indentation || self.column > indent || (self.column == indent && !self.after_space) {
            self.line_break();
        }
        if self.column < indent {
            self.after_space = true;
            self.put(&" ".repeat(indent - self.column));
        }
    }

    fn line_break(&mut self) {
        self.output.push('\n');
        self.column = 0;
        self.after_space = true;
        self.at_indentation = true;
    }

    fn put(&mut self, text: &str) {
        self.output.push_str(text);
        self.column += text.chars().count();
    }

    /// Writes a text. `plain_means_it`: without quotes it is read as the same value. `tag` is written if the style does
    /// not tell it. `style`: how to write it, if possible.
    pub(super) fn scalar(
        &mut self,
        text: &str,
        plain_means_it: bool,
        tag: Option<&str>,
        style: Option<ScalarStyle>,
        context: Context,
    ) {
        let text: Vec<char> = text.chars().collect();
        let facts = analyze(&text, self.layout.allow_unicode);
        let is_key = context == Context::SimpleKey;
        let in_flow = self.in_flow();
        let can_be_plain = if in_flow { facts.flow_plain } else { facts.plain };
        let plain = plain_means_it && can_be_plain && style.is_none() && !(is_key && text.is_empty());
        if let Some(tag) = tag.filter(|_| !plain) {
            self.indicator(tag, true);
        }
        let outer = self.indent;
        self.indent = Some(outer.map_or(self.layout.step, |indent| indent + self.layout.step));
        let block = facts.block && !is_key && !in_flow;
        if plain {
            self.plain(&text, context);
        } else if style == Some(ScalarStyle::Literal) && block {
            self.literal(&text);
        } else if style == Some(ScalarStyle::Folded) && block {
            self.folded(&text);
        } else if matches!(style, None | Some(ScalarStyle::SingleQuoted))
            && facts.single_quoted
            && !(is_key && facts.multiline)
        {
            self.single_quoted(&text, !is_key);
        } else {
            self.double_quoted(&text, !is_key);
        }
        self.indent = outer;
    }

    fn put_characters(&mut self, text: &[char]) {
        self.output.extend(text);
        self.column += text.len();
    }

    fn plain(&mut self, text: &[char], context: Context) {
        self.open_ended = context == Context::Root;
        if text.is_empty() {
            return;
        }
        if !self.after_space {
            self.put(" ");
        }
        self.after_space = false;
        self.at_indentation = false;
        for (piece, is_inside) in pieces(text) {
            if is_inside && piece == [' '] && self.column > self.layout.width && context != Context::SimpleKey {
                self.fold();
            } else {
                self.put_characters(piece);
            }
        }
    }

    /// Breaks the line where a single space was.
    fn fold(&mut self) {
        self.new_line();
        self.after_space = false;
        self.at_indentation = false;
    }

    fn single_quoted(&mut self, text: &[char], may_fold: bool) {
        self.indicator("'", true);
        for (piece, is_inside) in pieces(text) {
            if piece[0] == ' ' {
                if is_inside && piece.len() == 1 && self.column > self.layout.width && may_fold {
                    self.new_line();
                } else {
                    self.put_characters(piece);
                }
            } else if is_break(piece[0]) {
                // One break alone would be read as a space.
                if piece[0] == '\n' {
                    self.line_break();
                }
                self.breaks(piece);
                self.new_line();
            } else {
                for part in piece.split_inclusive(|character| *character == '\'') {
                    self.put_characters(part);
                    if part.ends_with(&['\'']) {
                        self.put("'");
                    }
                }
            }
        }
        self.indicator("'", false);
    }

    /// Line breaks as they are.
    fn breaks(&mut self, breaks: &[char]) {
        for character in breaks {
            self.output.push(*character);
            self.column = 0;
            self.after_space = true;
            self.at_indentation = true;
        }
    }

    fn stands_in_double_quotes(&self, character: char) -> bool {
        match character {
            '"' | '\\' | '\u{85}' | '\u{2028}' | '\u{2029}' => false,
            ' '..='~' => true,
            character => self.layout.allow_unicode && character <= '\u{fffd}' && is_printable_unicode(character),
        }
    }

    fn double_quoted(&mut self, text: &[char], may_fold: bool) {
        self.indicator("\"", true);
        // What waits to be written are the characters from `begin` on; they are all printable.
        let mut begin = 0;
        for at in 0..=text.len() {
            let character = text.get(at).copied();
            if !character.is_some_and(|character| self.stands_in_double_quotes(character)) {
                self.put_characters(&text[begin..at]);
                begin = at;
                if let Some(character) = character {
                    self.put(&escape(character));
                    begin = at + 1;
                }
            }
            let may_break_here = character == Some(' ') || begin >= at;
            let is_inside = at > 0 && at + 1 < text.len();
            if is_inside && may_break_here && may_fold && self.column + at > self.layout.width.saturating_add(begin) {
                if begin < at {
                    self.put_characters(&text[begin..at]);
                    begin = at;
                }
                self.put("\\");
                self.new_line();
                self.after_space = false;
                self.at_indentation = false;
                if text.get(begin) == Some(&' ') {
                    self.put("\\");
                }
            }
        }
        self.indicator("\"", false);
    }

    /// The indicator of a block of lines, which says how the text begins and ends.
    fn block_header(&mut self, text: &[char], indicator: char) {
        let chomping = match text {
            [.., last] if !is_break(*last) => "-",
            [.., before, _] if !is_break(*before) => "",
            _ => "+",
        };
        let leading_blank = text.first().is_some_and(|first| *first == ' ' || is_break(*first));
        let hint = if leading_blank { self.layout.step.to_string() } else { String::new() };
        self.indicator(&format!("{indicator}{hint}{chomping}"), true);
        self.open_ended = chomping == "+";
        self.line_break();
    }

    fn block_text(&mut self, text: &[char]) {
        self.put_characters(text);
        self.after_space = false;
        self.at_indentation = false;
    }

    /// Lines as they are; the text ends in one line break.
    fn literal(&mut self, text: &[char]) {
        self.block_header(text, '|');
        for line in text.chunk_by(|left, right| is_break(*left) == is_break(*right)) {
            if is_break(line[0]) {
                self.breaks(line);
            } else {
                self.new_line();
                self.block_text(line);
            }
        }
        if text.last().is_some_and(|last| !is_break(*last)) {
            self.line_break();
        }
    }

    /// Lines that may be folded at single spaces; a break is written twice, except beside lines that begin with a space.
    fn folded(&mut self, text: &[char]) {
        self.block_header(text, '>');
        let mut begins_with_space = true;
        let mut at = 0;
        for (piece, _) in pieces(text) {
            let next = text.get(at + piece.len()).copied();
            if at == 0 && !is_break(piece[0]) {
                begins_with_space = piece[0] == ' ';
                self.new_line();
            }
            if is_break(piece[0]) {
                if !begins_with_space && next.is_some_and(|next| next != ' ') && piece[0] == '\n' {
                    self.line_break();
                }
                begins_with_space = next == Some(' ');
                self.breaks(piece);
                if next.is_some() {
                    self.new_line();
                }
            } else if piece == [' '] && next.is_some() && self.column > self.layout.width {
                self.new_line();
            } else {
                self.block_text(piece);
            }
            at += piece.len();
        }
        if text.last().is_some_and(|last| !is_break(*last)) {
            self.line_break();
        }
    }
}

/// Runs of spaces, of breaks and of other characters, each with whether it stands inside of the text.
fn pieces(text: &[char]) -> impl Iterator<Item = (&[char], bool)> {
    let kind = |character: char| {
        if character == ' ' {
            0
        } else if is_break(character) {
            1
        } else {
            2
        }
    };
    let length = text.len();
    let mut at = 0;
    text.chunk_by(move |left, right| kind(*left) == kind(*right)).map(move |piece| {
        let begin = at;
        at += piece.len();
        (piece, begin > 0 && at < length)
    })
}

fn escape(character: char) -> String {
    let short = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        character => {
            return match u32::from(character) {
                code @ 0..=0xff => format!("\\x{code:02X}"),
                code @ 0x100..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
