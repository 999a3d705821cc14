//! Changing a document.

use zeroize::Zeroizing;

use super::text::{Block, Document, Entry};

/// How the lines of a value are laid out. Only the layout differs: they mean the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// The first line behind the delimiter, the others aligned below it.
    Aligned,
    /// All lines on their own, indented by four.
    Below,
}

impl Document {
    /// Gives an existing option a value of one or several lines, shown as the editor of a diffable file shows it: one line is
    /// `NAME = VALUE`, more are aligned below the first one. Says whether there is such an option.
    pub fn replace(&mut self, section: &str, name: &str, value: &str) -> bool {
        self.write(section, name, value, Layout::Aligned)
    }

    /// Gives an option a value: an existing one, else a new one at the end of its section, which is made at the end of the text if it
    /// is missing. It looks as [`Document::replace`] describes.
    pub fn set(&mut self, section: &str, name: &str, value: &str) {
        if !self.write(section, name, value, Layout::Aligned) {
            self.append(section, name, value, Layout::Aligned);
        }
    }

    /// Gives an option a list of values, one a line below the name, indented by four, with commas between them.
    pub fn set_list(&mut self, section: &str, name: &str, values: &[String]) {
        let mut value = String::new();
        for item in values {
            value.push_str(if value.is_empty() { "\n" } else { ",\n" });
            value.push_str(item);
        }
        if !self.write(section, name, &value, Layout::Below) {
            self.append(section, name, &value, Layout::Below);
        }
    }

    fn write(&mut self, section: &str, name: &str, value: &str, layout: Layout) -> bool {
        let Some(position) = self.position(section, name) else {
            return false;
        };
        self.end_lines_before(position);
        let Block::Option(entry) = &mut self.blocks[position] else {
            return false;
        };
        let value = clean(value);
        entry.text = rendered(&entry.indentation, &entry.name, entry.delimiter, &value, layout);
        entry.value = value;
        true
    }

    fn append(&mut self, section: &str, name: &str, value: &str, layout: Layout) {
        let end = match self.range(section) {
            Some(range) => range.end,
            None => {
                self.end_lines_before(self.blocks.len());
                if !self.blocks.is_empty() {
                    self.blocks.push(Block::Between(Zeroizing::new("\n".to_owned())));
                }
                let (text, name) = (format!("[{section}]\n"), section.to_owned());
                self.blocks.push(Block::Header { text, name });
                self.blocks.len()
            }
        };
        self.end_lines_before(end);
        let value = clean(value);
        let text = rendered("", name, '=', &value, layout);
        self.blocks.insert(
            end,
            Block::Option(Entry {
                text,
                indentation: String::new(),
                name: name.to_owned(),
                delimiter: '=',
                value,
                line: 0,
            }),
        );
    }

    /// Only the last line of a text may be without an end; something behind it would become part of it.
    fn end_lines_before(&mut self, position: usize) {
        match self.blocks[..position].last_mut() {
            Some(Block::Between(text)) => end_line(text),
            Some(Block::Header { text, .. }) => end_line(text),
            Some(Block::Option(entry)) => end_line(&mut entry.text),
            None => {}
        }
    }
}

fn end_line(text: &mut String) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

/// The value as the parser would give it back.
fn clean(value: &str) -> Zeroizing<String> {
    let mut cleaned = Zeroizing::new(String::with_capacity(value.len()));
    for (index, line) in value.trim_end().split('\n').enumerate() {
        if index > 0 {
            cleaned.push('\n');
        }
        cleaned.push_str(line.trim());
    }
    cleaned
}

fn rendered(before: &str, name: &str, delimiter: char, value: &str, layout: Layout) -> Zeroizing<String> {
    let lines: Vec<&str> = value.split('\n').collect();
    let indentation = match layout {
        Layout::Aligned => name.chars().count() + 3,
        Layout::Below => 4,
    };
    // Sized beforehand, so that no copy is left behind when it grows.
    let mut text = Zeroizing::new(String::with_capacity(
        before.len() + name.len() + 8 + value.len() + lines.len() * (before.len() + indentation + 1),
    ));
    text.push_str(before);
    text.push_str(name);
    text.push(' ');
    text.push(delimiter);
    let mut rest = lines.as_slice();
    if lines.len() == 1 || layout == Layout::Aligned && !lines[0].is_empty() {
        text.push(' ');
        text.push_str(lines[0]);
        rest = &lines[1..];
    } else if lines[0].is_empty() {
        rest = &lines[1..];
    }
    text.push('\n');
    for line in rest {
        text.push_str(before);
        text.extend(std::iter::repeat_n(' ', indentation));
        text.push_str(line);
        text.push('\n');
    }
    text
}
