//! From values to text, as `yaml.safe_dump` writes it.

use std::collections::{HashMap, HashSet};

use thiserror::Error;

use super::document::{Document, Integer, Node, NodeId};
use super::emitter::{Context, Emitter};
use super::resolve::{Tag, resolve};
use crate::templates::float_repr;

/// Deeper values are refused instead of exhausting the stack.
const DEPTH_LIMIT: usize = 500;
/// A key that would take more than this with its tag stands on a line of its own.
const SIMPLE_KEY_LIMIT: usize = 128;
/// Bytes in a line of base 64.
const BASE64_LINE: usize = 57;

/// What cannot be written.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DumpError {
    /// Too deep.
    #[error("the value is nested more than {DEPTH_LIMIT} levels deep")]
    TooDeep,
}

/// Writes a document. What occurs in several places gets an anchor.
///
/// # Errors
/// A value that is nested too deeply.
pub fn dump(document: &Document) -> Result<String, DumpError> {
    let Some(root) = document.root() else { return Ok(String::new()) };
    let mut writer =
        Writer { document, emitter: Emitter::new(), anchors: Anchors::of(document, root)?, written: HashSet::new() };
    writer.node(root, Context::Root);
    Ok(writer.emitter.finish())
}

/// The names of nodes that occur more than once, numbered in the order in which that shows.
struct Anchors(HashMap<NodeId, String>);

impl Anchors {
    fn of(document: &Document, root: NodeId) -> Result<Self, DumpError> {
        let mut names = HashMap::new();
        visit(document, root, 0, &mut HashSet::new(), &mut names)?;
        Ok(Self(names))
    }
}

fn visit(
    document: &Document,
    id: NodeId,
    depth: usize,
    seen: &mut HashSet<NodeId>,
    names: &mut HashMap<NodeId, String>,
) -> Result<(), DumpError> {
    if depth > DEPTH_LIMIT {
        return Err(DumpError::TooDeep);
    }
    if !seen.insert(id) {
        let next = names.len() + 1;
        names.entry(id).or_insert_with(|| format!("id{next:03}"));
        return Ok(());
    }
    for child in children(document.node(id)) {
        visit(document, child, depth + 1, seen, names)?;
    }
    Ok(())
}

fn children(node: &Node) -> Vec<NodeId> {
    match node {
        Node::Sequence(items) | Node::Set(items) => items.clone(),
        Node::Mapping(pairs) | Node::Pairs(pairs) => pairs.iter().flat_map(|(key, value)| [*key, *value]).collect(),
        _ => Vec::new(),
    }
}

/// A value without parts, as text.
struct Text {
    text: String,
    tag: Tag,
    literal: bool,
}

impl Text {
    /// `None`: it has parts.
    fn of(node: &Node) -> Option<Self> {
        let (text, tag) = match node {
            Node::Null => ("null".to_owned(), Tag::Null),
            Node::Bool(true) => ("true".to_owned(), Tag::Bool),
            Node::Bool(false) => ("false".to_owned(), Tag::Bool),
            Node::Integer(integer) => (integer_text(integer), Tag::Integer),
            Node::Float(number) => (float_text(*number), Tag::Float),
            Node::Text(text) => (text.clone(), Tag::Text),
            Node::Timestamp(timestamp) => (timestamp.to_string(), Tag::Timestamp),
            Node::Bytes(bytes) => return Some(Self { text: base64(bytes), tag: Tag::Binary, literal: true }),
            Node::Sequence(_) | Node::Mapping(_) | Node::Set(_) | Node::Pairs(_) => return None,
        };
        Some(Self { text, tag, literal: false })
    }
}

struct Writer<'a> {
    document: &'a Document,
    emitter: Emitter,
    anchors: Anchors,
    written: HashSet<NodeId>,
}

impl Writer<'_> {
    fn node(&mut self, id: NodeId, context: Context) {
        if let Some(name) = self.anchors.0.get(&id) {
            if !self.written.insert(id) {
                self.emitter.indicator(&format!("*{name}"), true);
                if context == Context::SimpleKey {
                    // The colon would be taken for a part of the name.
                    self.emitter.space();
                }
                return;
            }
            self.emitter.indicator(&format!("&{name}"), true);
        }
        let document = self.document;
        let node = document.node(id);
        match node {
            Node::Sequence(items) => self.sequence(items, context),
            Node::Mapping(pairs) => self.mapping(pairs),
            Node::Set(items) => {
                self.emitter.indicator("!!set", true);
                self.set(items);
            }
            Node::Pairs(pairs) => {
                self.emitter.indicator("!!pairs", true);
                self.pairs(pairs, context);
            }
            _ => {
                if let Some(text) = Text::of(node) {
                    self.scalar(&text, context);
                }
            }
        }
    }

    fn scalar(&mut self, text: &Text, context: Context) {
        let plain_means_it = !text.literal && resolve(&text.text) == text.tag;
        let tag = (text.tag != Tag::Text).then(|| format!("!!{}", text.tag.short_name()));
        self.emitter.scalar(&text.text, plain_means_it, tag.as_deref(), text.literal, context);
    }

    fn sequence(&mut self, items: &[NodeId], context: Context) {
        if items.is_empty() {
            return self.emitter.indicator("[]", true);
        }
        let flat = context == Context::Value && !self.emitter.at_indentation();
        let outer = self.emitter.enter(flat);
        for item in items {
            self.emitter.new_line();
            self.emitter.block_indicator("-");
            self.node(*item, Context::Item);
        }
        self.emitter.leave(outer);
    }

    fn mapping(&mut self, pairs: &[(NodeId, NodeId)]) {
        if pairs.is_empty() {
            return self.emitter.indicator("{}", true);
        }
        let outer = self.emitter.enter(false);
        for (key, value) in pairs {
            self.key(*key);
            self.node(*value, Context::Value);
        }
        self.emitter.leave(outer);
    }

    fn set(&mut self, items: &[NodeId]) {
        if items.is_empty() {
            return self.emitter.indicator("{}", true);
        }
        let outer = self.emitter.enter(false);
        for item in items {
            self.key(*item);
            self.emitter.scalar("null", true, None, false, Context::Value);
        }
        self.emitter.leave(outer);
    }

    /// Pairs are a sequence of mappings with one key each.
    fn pairs(&mut self, pairs: &[(NodeId, NodeId)], context: Context) {
        if pairs.is_empty() {
            return self.emitter.indicator("[]", true);
        }
        let flat = context == Context::Value && !self.emitter.at_indentation();
        let outer = self.emitter.enter(flat);
        for pair in pairs {
            self.emitter.new_line();
            self.emitter.block_indicator("-");
            self.mapping(std::slice::from_ref(pair));
        }
        self.emitter.leave(outer);
    }

    /// A key with its colon.
    fn key(&mut self, key: NodeId) {
        self.emitter.new_line();
        if self.is_simple_key(key) {
            self.node(key, Context::SimpleKey);
            self.emitter.indicator(":", false);
        } else {
            self.emitter.block_indicator("?");
            self.node(key, Context::Value);
            self.emitter.new_line();
            self.emitter.block_indicator(":");
        }
    }

    fn is_simple_key(&self, key: NodeId) -> bool {
        let name = self.anchors.0.get(&key).map_or(0, String::len);
        if name > 0 && self.written.contains(&key) {
            return name < SIMPLE_KEY_LIMIT;
        }
        let node = self.document.node(key);
        let length = match node {
            Node::Sequence(items) if items.is_empty() => "!!seq".len(),
            Node::Mapping(pairs) if pairs.is_empty() => "!!map".len(),
            _ => match Text::of(node) {
                Some(text) if !text.text.is_empty() && !text.text.chars().any(super::scalar::is_break) => {
                    "!!".len() + text.tag.short_name().len() + text.text.chars().count()
                }
                _ => return false,
            },
        };
        name + length < SIMPLE_KEY_LIMIT
    }
}

fn integer_text(integer: &Integer) -> String {
    let sign = if integer.negative { "-" } else { "" };
    let prefix = match integer.radix {
        2 => "0b",
        8 => "0",
        16 => "0x",
        _ => "",
    };
    format!("{sign}{prefix}{}", integer.digits)
}

fn float_text(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = float_repr(number);
    // YAML 1.1 takes a number without a point for a text.
    if text.contains('.') { text } else { text.replacen('e', ".0e", 1) }
}

/// Lines of 76 characters, each with its end.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for line in bytes.chunks(BASE64_LINE) {
        for group in line.chunks(3) {
            let bits = group.iter().enumerate().fold(0, |bits, (at, byte)| bits | usize::from(*byte) << (16 - 8 * at));
            for at in 0..4 {
                let letter = LETTERS[bits >> (18 - 6 * at) & 63];
                text.push(if at <= group.len() { char::from(letter) } else { '=' });
            }
        }
        text.push('\n');
    }
    text
}
