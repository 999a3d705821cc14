//! From values to text, as `json.dumps` writes it.

use thiserror::Error;

use super::text::{float, write_text};
use crate::yaml::document::{Document, Node, NodeId};

/// Deeper values are refused instead of exhausting the stack; a value that holds itself is one of them.
const DEPTH_LIMIT: usize = 500;

/// What cannot be written.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DumpError {
    /// Too deep, or circular.
    #[error("the value is nested more than {DEPTH_LIMIT} levels deep, or holds itself")]
    TooDeep,
    /// A kind of value that JSON does not have.
    #[error("{0} have no form in JSON")]
    NoForm(&'static str),
}

/// How the text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Each value on its own line, four columns a level.
    Readable,
    /// No blanks at all.
    Compact,
}

/// Writes a document in the order it has, without a line end.
///
/// # Errors
/// What JSON has no form for, and too deep values.
pub fn dump(document: &Document, layout: Layout) -> Result<String, DumpError> {
    let mut writer = Writer { document, output: String::new(), layout };
    if let Some(root) = document.root() {
        writer.value(root, 0)?;
    }
    Ok(writer.output)
}

struct Writer<'a> {
    document: &'a Document,
    output: String,
    layout: Layout,
}

impl Writer<'_> {
    fn value(&mut self, id: NodeId, depth: usize) -> Result<(), DumpError> {
        if depth > DEPTH_LIMIT {
            return Err(DumpError::TooDeep);
        }
        let document = self.document;
        match document.node(id) {
            Node::Sequence(items) => {
                self.output.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index, depth + 1);
                    self.value(*item, depth + 1)?;
                }
                self.close(']', items.is_empty(), depth);
            }
            Node::Mapping(pairs) => {
                self.output.push('{');
                for (index, (key, value)) in pairs.iter().enumerate() {
                    self.separate(index, depth + 1);
                    match document.node(*key) {
                        Node::Text(text) => write_text(&mut self.output, text, ""),
                        other => write_text(&mut self.output, &plain(other)?, ""),
                    }
                    self.output.push_str(if self.layout == Layout::Readable { ": " } else { ":" });
                    self.value(*value, depth + 1)?;
                }
                self.close('}', pairs.is_empty(), depth);
            }
            Node::Text(text) => write_text(&mut self.output, text, ""),
            other => self.output.push_str(&plain(other)?),
        }
        Ok(())
    }

    fn separate(&mut self, index: usize, depth: usize) {
        if index > 0 {
            self.output.push(',');
        }
        self.new_line(depth);
    }

    fn close(&mut self, bracket: char, is_empty: bool, depth: usize) {
        if !is_empty {
            self.new_line(depth);
        }
        self.output.push(bracket);
    }

    fn new_line(&mut self, depth: usize) {
        if self.layout == Layout::Readable {
            self.output.push('\n');
            self.output.push_str(&"    ".repeat(depth));
        }
    }
}

/// The text of a value without parts, which is also its text as a key.
fn plain(node: &Node) -> Result<String, DumpError> {
    Ok(match node {
        Node::Null => "null".to_owned(),
        Node::Bool(value) => value.to_string(),
        Node::Integer(integer) => format!("{}{}", if integer.negative { "-" } else { "" }, integer.digits),
        Node::Float(number) => float(*number),
        Node::Text(text) => text.clone(),
        Node::Bytes(_) => return Err(DumpError::NoForm("bytes")),
        Node::Timestamp(_) => return Err(DumpError::NoForm("dates")),
        Node::Sequence(_) | Node::Mapping(_) | Node::Set(_) | Node::Pairs(_) => {
            return Err(DumpError::NoForm("sets and keys with parts"));
        }
    })
}
