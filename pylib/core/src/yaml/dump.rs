//! From values to text, as `yaml.safe_dump` writes it.

use std::collections::{HashMap, HashSet};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use thiserror::Error;

use super::document::{Document, Dress, Integer, Node, NodeId, ScalarStyle};
use super::emitter::{Context, Emitter, Layout};
use super::resolve::{PREFIX, Tag, resolve};
use crate::float_repr::float_repr;

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

/// When collections stand between brackets instead of on lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Never, unless they are empty.
    Never,
    /// If they hold nothing but plain texts.
    Leaves,
    /// Always.
    Always,
}

/// How a text is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Where brackets are written.
    pub flow: Flow,
    /// The style of all texts that ask for none themselves.
    pub style: Option<ScalarStyle>,
    /// How much deeper each level stands; anything but 2 to 9 counts as 2.
    pub indent: usize,
    /// Where lines are folded; anything up to two levels counts as 80.
    pub width: usize,
    /// Whether characters beyond ASCII are written as they are.
    pub allow_unicode: bool,
    /// Whether each document begins with `---`.
    pub explicit_start: bool,
    /// Whether each document ends with `...`.
    pub explicit_end: bool,
    /// Whether a list below a key stands in the column of the key.
    pub flat_lists: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            flow: Flow::Never,
            style: None,
            indent: 2,
            width: 80,
            allow_unicode: false,
            explicit_start: false,
            explicit_end: false,
            flat_lists: true,
        }
    }
}

impl Options {
    fn layout(&self) -> Layout {
        let step = if (2..10).contains(&self.indent) { self.indent } else { 2 };
        let width = if self.width > step * 2 { self.width } else { 80 };
        Layout { width, step, allow_unicode: self.allow_unicode }
    }
}

/// Writes a document. What occurs in several places gets an anchor.
///
/// # Errors
/// A value that is nested too deeply.
pub fn dump(document: &Document) -> Result<String, DumpError> {
    dump_all(std::slice::from_ref(document), &Options::default())
}

/// Writes documents one after the other.
///
/// # Errors
/// A value that is nested too deeply.
pub fn dump_all(documents: &[Document], options: &Options) -> Result<String, DumpError> {
    let mut emitter = Emitter::new(options.layout());
    let mut is_first = true;
    for document in documents {
        let Some(root) = document.root() else { continue };
        let anchors = Anchors::of(document, root)?;
        emitter.begin_document(options.explicit_start || !is_first);
        is_first = false;
        let mut writer = Writer { document, options, emitter: &mut emitter, anchors, written: HashSet::new() };
        writer.node(root, Context::Root);
        emitter.end_document(options.explicit_end);
    }
    Ok(emitter.finish())
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
    tag: String,
    style: Option<ScalarStyle>,
}

impl Text {
    /// `None`: it has parts.
    fn of(node: &Node, dress: Option<&Dress>, options: &Options) -> Option<Self> {
        let (text, tag) = match node {
            Node::Null => ("null".to_owned(), Tag::Null),
            Node::Bool(true) => ("true".to_owned(), Tag::Bool),
            Node::Bool(false) => ("false".to_owned(), Tag::Bool),
            Node::Integer(integer) => (integer_text(integer), Tag::Integer),
            Node::Float(number) => (float_text(*number), Tag::Float),
            Node::Text(text) => (text.clone(), Tag::Text),
            Node::Timestamp(timestamp) => (timestamp.to_string(), Tag::Timestamp),
            Node::Bytes(bytes) => (base64(bytes), Tag::Binary),
            Node::Sequence(_) | Node::Mapping(_) | Node::Set(_) | Node::Pairs(_) => return None,
        };
        let own = if tag == Tag::Binary { Some(ScalarStyle::Literal) } else { options.style };
        let tag = dress.and_then(|dress| dress.tag.clone()).unwrap_or_else(|| tag.full_name());
        Some(Self { text, tag, style: dress.and_then(|dress| dress.style).or(own) })
    }
}

/// A tag as it is written.
fn tag_text(name: &str) -> String {
    if let Some(short) = name.strip_prefix(PREFIX).filter(|short| !short.is_empty()) {
        return format!("!!{}", tag_characters(short));
    }
    match name.strip_prefix('!') {
        Some(rest) => format!("!{}", tag_characters(rest)),
        None => format!("!<{}>", tag_characters(name)),
    }
}

/// What may not stand in a tag is written as bytes in hexadecimal.
fn tag_characters(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        if character.is_ascii_alphanumeric() || "-;/?:@&=+$,_.~*'()[]!".contains(character) {
            text.push(character);
        } else {
            let mut buffer = [0; 4];
            text.extend(character.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    text
}

struct Writer<'a> {
    document: &'a Document,
    options: &'a Options,
    emitter: &'a mut Emitter,
    anchors: Anchors,
    written: HashSet<NodeId>,
}

impl Writer<'_> {
    fn text(&self, id: NodeId) -> Option<Text> {
        Text::of(self.document.node(id), self.document.dress_of(id), self.options)
    }

    /// The tag of a collection, as it is written; `None` for that of its kind.
    fn collection_tag(&self, id: NodeId) -> Option<String> {
        let usual = match self.document.node(id) {
            Node::Mapping(_) => Tag::Mapping,
            Node::Set(_) => Tag::Set,
            Node::Pairs(_) => Tag::Pairs,
            _ => Tag::Sequence,
        };
        let dressed = self.document.dress_of(id).and_then(|dress| dress.tag.clone());
        let name = dressed.unwrap_or_else(|| usual.full_name());
        let is_silent = matches!(usual, Tag::Mapping | Tag::Sequence) && name == usual.full_name();
        (!is_silent).then(|| tag_text(&name))
    }

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
        if let Some(text) = self.text(id) {
            return self.scalar(&text, context);
        }
        if let Some(tag) = self.collection_tag(id) {
            self.emitter.indicator(&tag, true);
        }
        let document = self.document;
        let in_brackets = self.emitter.in_flow() || self.wants_brackets(id);
        match document.node(id) {
            Node::Sequence(items) if in_brackets || items.is_empty() => self.flow_sequence(items),
            Node::Sequence(items) => self.sequence(items, context),
            Node::Mapping(pairs) if in_brackets || pairs.is_empty() => {
                self.flow_mapping(pairs.iter().map(|(key, value)| (*key, Some(*value))));
            }
            Node::Mapping(pairs) => self.mapping(pairs),
            Node::Set(items) if in_brackets || items.is_empty() => {
                self.flow_mapping(items.iter().map(|item| (*item, None)));
            }
            Node::Set(items) => self.set(items),
            Node::Pairs(pairs) if in_brackets || pairs.is_empty() => self.flow_pairs(pairs),
            Node::Pairs(pairs) => self.pairs(pairs, context),
            _ => {}
        }
    }

    fn wants_brackets(&self, id: NodeId) -> bool {
        if let Some(flow) = self.document.dress_of(id).and_then(|dress| dress.flow) {
            return flow;
        }
        match self.options.flow {
            Flow::Never => false,
            Flow::Always => true,
            Flow::Leaves => {
                let node = self.document.node(id);
                let styled_nulls = matches!(node, Node::Set(_)) && self.options.style.is_some();
                let plain = |child: NodeId| self.text(child).is_some_and(|text| text.style.is_none());
                !styled_nulls && !matches!(node, Node::Pairs(_)) && children(node).into_iter().all(plain)
            }
        }
    }

    fn scalar(&mut self, text: &Text, context: Context) {
        let plain_means_it = resolve(&text.text).full_name() == text.tag;
        let tag = (text.tag != Tag::Text.full_name()).then(|| tag_text(&text.tag));
        self.emitter.scalar(&text.text, plain_means_it, tag.as_deref(), text.style, context);
    }

    /// The value of a member of a set.
    fn null(&mut self) {
        if let Some(text) = Text::of(&Node::Null, None, self.options) {
            self.scalar(&text, Context::Value);
        }
    }

    fn is_flat(&self, context: Context) -> bool {
        self.options.flat_lists && context == Context::Value && !self.emitter.at_indentation()
    }

    fn sequence(&mut self, items: &[NodeId], context: Context) {
        let flat = self.is_flat(context);
        let outer = self.emitter.enter(flat);
        for item in items {
            self.emitter.new_line();
            self.emitter.block_indicator("-");
            self.node(*item, Context::Item);
        }
        self.emitter.leave(outer);
    }

    fn mapping(&mut self, pairs: &[(NodeId, NodeId)]) {
        let outer = self.emitter.enter(false);
        for (key, value) in pairs {
            self.key(*key);
            self.node(*value, Context::Value);
        }
        self.emitter.leave(outer);
    }

    fn set(&mut self, items: &[NodeId]) {
        let outer = self.emitter.enter(false);
        for item in items {
            self.key(*item);
            self.null();
        }
        self.emitter.leave(outer);
    }

    /// Pairs are a sequence of mappings with one key each.
    fn pairs(&mut self, pairs: &[(NodeId, NodeId)], context: Context) {
        let flat = self.is_flat(context);
        let outer = self.emitter.enter(flat);
        for pair in pairs {
            self.emitter.new_line();
            self.emitter.block_indicator("-");
            self.mapping(std::slice::from_ref(pair));
        }
        self.emitter.leave(outer);
    }

    fn flow_sequence(&mut self, items: &[NodeId]) {
        let outer = self.emitter.open("[");
        for (at, item) in items.iter().enumerate() {
            self.separate(at);
            self.node(*item, Context::Item);
        }
        self.emitter.close("]", outer);
    }

    fn flow_pairs(&mut self, pairs: &[(NodeId, NodeId)]) {
        let outer = self.emitter.open("[");
        for (at, (key, value)) in pairs.iter().enumerate() {
            self.separate(at);
            self.flow_mapping(std::iter::once((*key, Some(*value))));
        }
        self.emitter.close("]", outer);
    }

    fn flow_mapping(&mut self, pairs: impl Iterator<Item = (NodeId, Option<NodeId>)>) {
        let outer = self.emitter.open("{");
        for (at, (key, value)) in pairs.enumerate() {
            self.separate(at);
            if self.is_simple_key(key) {
                self.node(key, Context::SimpleKey);
                self.emitter.indicator(":", false);
            } else {
                self.emitter.indicator("?", true);
                self.node(key, Context::Value);
                self.emitter.new_line_if_long();
                self.emitter.indicator(":", true);
            }
            match value {
                Some(value) => self.node(value, Context::Value),
                None => self.null(),
            }
        }
        self.emitter.close("}", outer);
    }

    /// Before an item between brackets.
    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.emitter.indicator(",", false);
        }
        self.emitter.new_line_if_long();
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
        let length = match self.text(key) {
            Some(text) if !text.text.is_empty() && !text.text.chars().any(super::scalar::is_break) => {
                tag_text(&text.tag).len() + text.text.chars().count()
            }
            Some(_) => return false,
            None if children(node).is_empty() => self.collection_tag(key).map_or("!!map".len(), |tag| tag.len()),
            None => return false,
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
    bytes.chunks(BASE64_LINE).map(|line| BASE64_STANDARD.encode(line) + "\n").collect()
}
