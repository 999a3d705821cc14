//! From text to values, as `yaml.safe_load` reads it.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use libyaml_safer::{ErrorKind, Event, EventData, Mark, Parser, ScalarStyle};
use thiserror::Error;

use super::document::{Document, Dress, Integer, Node, NodeId, Timestamp};
use super::resolve::{Tag, boolean, resolve};

/// Deeper values are refused instead of exhausting the stack.
const DEPTH_LIMIT: usize = 500;

/// What a text fails at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Characters that may not occur.
    Reading,
    /// Words.
    Scanning,
    /// Structure.
    Parsing,
    /// Anchors, and the number of documents.
    Composing,
    /// Meaning.
    Constructing,
}

/// Why a text is no value, and where.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}, column {column}: {problem}")]
pub struct LoadError {
    /// What the text fails at.
    pub stage: Stage,
    /// What is wrong.
    pub problem: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// Reads a text that holds one document or none.
///
/// # Errors
/// Anything that PyYAML's safe loader refuses, with the place.
pub fn load(text: &str) -> Result<Document, LoadError> {
    load_with(text, &HandedTags::default())
}

/// The tags that somebody else makes values of; nodes with such a tag are dressed in it, with their text or their parts as value.
#[derive(Debug, Default)]
pub struct HandedTags {
    /// Full names.
    pub exact: HashSet<String>,
    /// What full names begin with.
    pub prefixes: Vec<String>,
}

impl HandedTags {
    fn contain(&self, name: &str) -> bool {
        // Prefixes are for tags that mean nothing by themselves.
        let begins_so = || self.prefixes.iter().any(|prefix| name.starts_with(prefix));
        self.exact.contains(name) || (Tag::from_name(name).is_none() && begins_so())
    }

    fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.prefixes.is_empty()
    }
}

/// Reads a text that holds one document or none, and leaves the tags of `handed` alone.
///
/// # Errors
/// Anything that PyYAML's safe loader refuses, with the place.
pub fn load_with(text: &str, handed: &HandedTags) -> Result<Document, LoadError> {
    let text = without_mark(text);
    let whole = with_last_break(text);
    let mut input = whole.as_bytes();
    let mut loader = Loader::new(text, &mut input, handed)?;
    if loader.begin()?.is_some() {
        loader.read_document()?;
        if let Some(next) = loader.begin()? {
            let problem = "expected a single document, but another one begins here";
            return Err(LoadError { stage: Stage::Composing, ..at(next, problem) });
        }
    }
    Ok(loader.document)
}

/// Reads a text that holds any number of documents.
///
/// # Errors
/// Anything that PyYAML's safe loader refuses, with the place.
pub fn load_all(text: &str, handed: &HandedTags) -> Result<Vec<Document>, LoadError> {
    let text = without_mark(text);
    let whole = with_last_break(text);
    let mut input = whole.as_bytes();
    let mut loader = Loader::new(text, &mut input, handed)?;
    let mut documents = Vec::new();
    while loader.begin()?.is_some() {
        loader.read_document()?;
        documents.push(std::mem::take(&mut loader.document));
        loader.anchors.clear();
        loader.tags.clear();
    }
    Ok(documents)
}

/// The text behind the mark that tells the order of bytes.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The parser does not get on with blocks of text whose last line has no end, so it gets one.
fn with_last_break(text: &str) -> Cow<'_, str> {
    if text.is_empty() || text.ends_with(is_break) { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) }
}

fn is_break(character: char) -> bool {
    character == '\r' || super::scalar::is_break(character)
}

fn at(mark: Mark, problem: impl Into<String>) -> LoadError {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).saturating_add(1);
    LoadError {
        stage: Stage::Constructing,
        problem: problem.into(),
        line: number(mark.line),
        column: number(mark.column),
    }
}

/// What a node is used as, once more than its value: plain `<<` and `=` mean something as keys only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Merge,
    Value,
}

struct Loader<'t> {
    parser: Parser<&'t mut &'t [u8]>,
    text: &'t str,
    handed: &'t HandedTags,
    document: Document,
    anchors: HashMap<String, NodeId>,
    tags: HashMap<NodeId, Role>,
}

impl<'t> Loader<'t> {
    fn new(text: &'t str, input: &'t mut &'t [u8], handed: &'t HandedTags) -> Result<Self, LoadError> {
        let mut parser = Parser::new();
        parser.set_input_string(input);
        let mut loader =
            Self { parser, text, handed, document: Document::default(), anchors: HashMap::new(), tags: HashMap::new() };
        loader.next()?;
        Ok(loader)
    }

    /// Where the next document begins, if there is another one.
    fn begin(&mut self) -> Result<Option<Mark>, LoadError> {
        let event = self.next()?;
        Ok(matches!(event.data, EventData::DocumentStart { .. }).then_some(event.start_mark))
    }

    /// Reads a document that has begun to its end.
    fn read_document(&mut self) -> Result<(), LoadError> {
        let event = self.next()?;
        let root = self.node(event, 0)?;
        self.document.set_root(root);
        self.next().map(drop)
    }

    /// Takes the break away that the end of the text was given, if a block of text took it for its own.
    fn take_last_break(&self, value: &mut String, end: Mark) {
        let Some(last) = self.text.chars().next_back().filter(|last| !is_break(*last)) else { return };
        let lines = self.text.replace("\r\n", "\n").chars().filter(|character| is_break(*character)).count();
        let is_last = usize::try_from(end.line).is_ok_and(|line| line > lines);
        if is_last && value.strip_suffix('\n').is_some_and(|rest| rest.ends_with(last)) {
            value.pop();
        }
    }

    /// Dresses a node in its tag if somebody else makes a value of it.
    fn hand_over(&mut self, id: NodeId, name: &str, mark: Mark) -> bool {
        let is_handed = !self.handed.is_empty() && self.handed.contain(name);
        if is_handed {
            let LoadError { line, column, .. } = at(mark, "");
            let tag = Some(name.to_owned());
            self.document.dress(id, Dress { tag, place: (line, column), ..Dress::default() });
        }
        is_handed
    }

    fn next(&mut self) -> Result<Event, LoadError> {
        self.parser.parse().map_err(|error| {
            let problem = match error.context() {
                Some(context) => format!("{}, {context}", error.problem()),
                None => error.problem().to_owned(),
            };
            let stage = match error.kind() {
                ErrorKind::Scanner => Stage::Scanning,
                ErrorKind::Parser => Stage::Parsing,
                ErrorKind::Composer => Stage::Composing,
                ErrorKind::Reader | ErrorKind::Emitter | ErrorKind::Io => Stage::Reading,
            };
            match error.problem_mark() {
                Some(mark) => LoadError { stage, ..at(mark, problem) },
                None => self.unreadable(problem),
            }
        })
    }

    /// The parser tells no place for characters that may not occur at all.
    fn unreadable(&self, problem: String) -> LoadError {
        let is_allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
        let end = self.text.find(|character| !is_allowed(character)).unwrap_or(0);
        let before = &self.text[..end];
        let line_begin = before.rfind('\n').map_or(0, |at| at + 1);
        let found = self.text[end..].chars().next().map_or_else(String::new, |found| format!(": {found:?}"));
        LoadError {
            stage: Stage::Reading,
            problem: format!("{problem}{found}"),
            line: before.matches('\n').count() + 1,
            column: before[line_begin..].chars().count() + 1,
        }
    }

    fn node(&mut self, event: Event, depth: usize) -> Result<NodeId, LoadError> {
        let mark = event.start_mark;
        if depth > DEPTH_LIMIT {
            return Err(at(mark, format!("the value is nested more than {DEPTH_LIMIT} levels deep")));
        }
        match event.data {
            EventData::Alias { anchor } => match self.anchors.get(&anchor) {
                Some(id) => Ok(*id),
                None => {
                    let problem = format!("there is no anchor {anchor:?} before this alias");
                    Err(LoadError { stage: Stage::Composing, ..at(mark, problem) })
                }
            },
            EventData::Scalar { anchor, tag, mut value, plain_implicit, style, .. } => {
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.take_last_break(&mut value, event.end_mark);
                }
                let id = self.document.add(Node::Null);
                self.anchor(anchor, id, mark)?;
                if let Some(name) = tag.as_deref().filter(|name| *name != "!")
                    && self.hand_over(id, name, mark)
                {
                    self.document.set(id, Node::Text(value));
                    return Ok(id);
                }
                let tag = match tag.as_deref() {
                    None | Some("!") if plain_implicit => resolve(&value),
                    None | Some("!") => Tag::Text,
                    Some(name) => known_tag(name, mark)?,
                };
                if !self.handed.is_empty() && self.hand_over(id, &tag.full_name(), mark) {
                    self.document.set(id, Node::Text(value));
                    return Ok(id);
                }
                match tag {
                    Tag::Merge => drop(self.tags.insert(id, Role::Merge)),
                    Tag::Value => drop(self.tags.insert(id, Role::Value)),
                    _ => {}
                }
                self.document.set(id, scalar(tag, value, mark)?);
                Ok(id)
            }
            EventData::SequenceStart { anchor, tag, .. } => {
                let id = self.document.add(Node::Null);
                self.anchor(anchor, id, mark)?;
                let tag = self.collection_tag(id, tag.as_deref(), Tag::Sequence, mark)?;
                self.document.set(id, Node::Sequence(Vec::new()));
                let items = self.items(depth)?;
                let node = match tag {
                    Tag::OrderedMapping | Tag::Pairs => self.pairs(&items, mark)?,
                    Tag::Sequence => Node::Sequence(items),
                    tag => return Err(unfit(tag, "a sequence", mark)),
                };
                self.document.set(id, node);
                Ok(id)
            }
            EventData::MappingStart { anchor, tag, .. } => {
                let id = self.document.add(Node::Null);
                self.anchor(anchor, id, mark)?;
                let tag = self.collection_tag(id, tag.as_deref(), Tag::Mapping, mark)?;
                self.document.set(id, Node::Mapping(Vec::new()));
                let entries = self.entries(depth)?;
                let node = match tag {
                    Tag::Mapping => Node::Mapping(self.merged(entries)?),
                    Tag::Set => Node::Set(self.merged(entries)?.into_iter().map(|(key, _)| key).collect()),
                    tag => self.tagged_mapping(tag, &entries, mark)?,
                };
                self.document.set(id, node);
                Ok(id)
            }
            _ => Err(at(mark, "expected a value")),
        }
    }

    fn anchor(&mut self, anchor: Option<String>, id: NodeId, mark: Mark) -> Result<(), LoadError> {
        let Some(anchor) = anchor else { return Ok(()) };
        if self.anchors.contains_key(&anchor) {
            let problem = format!("the anchor {anchor:?} is used a second time");
            return Err(LoadError { stage: Stage::Composing, ..at(mark, problem) });
        }
        self.anchors.insert(anchor, id);
        Ok(())
    }

    /// The tag of a collection; that of its kind if somebody else makes a value of it.
    fn collection_tag(&mut self, id: NodeId, name: Option<&str>, usual: Tag, mark: Mark) -> Result<Tag, LoadError> {
        let name = name.filter(|name| *name != "!");
        if !self.handed.is_empty() {
            let full_name = name.map_or_else(|| usual.full_name(), str::to_owned);
            if self.hand_over(id, &full_name, mark) {
                return Ok(usual);
            }
        }
        name.map_or(Ok(usual), |name| known_tag(name, mark))
    }

    fn items(&mut self, depth: usize) -> Result<Vec<NodeId>, LoadError> {
        let mut items = Vec::new();
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::SequenceEnd) {
                return Ok(items);
            }
            items.push(self.node(event, depth + 1)?);
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<Entry>, LoadError> {
        let mut entries = Vec::new();
        loop {
            let event = self.next()?;
            if matches!(event.data, EventData::MappingEnd) {
                return Ok(entries);
            }
            let key_mark = event.start_mark;
            let key = self.node(event, depth + 1)?;
            let event = self.next()?;
            let value_mark = event.start_mark;
            let value = self.node(event, depth + 1)?;
            entries.push(Entry { key, value, key_mark, value_mark });
        }
    }

    /// The entries with those of `<<` before them, so that a mapping's own values win.
    fn merged(&self, entries: Vec<Entry>) -> Result<Vec<(NodeId, NodeId)>, LoadError> {
        let mut merged = Vec::new();
        let mut own = Vec::new();
        for entry in entries {
            if self.tags.get(&entry.key) == Some(&Role::Merge) {
                match self.document.node(entry.value) {
                    Node::Mapping(pairs) => merged.extend(pairs.iter().copied()),
                    Node::Sequence(sources) => {
                        // Those that come first win.
                        for source in sources.iter().rev() {
                            match self.document.node(*source) {
                                Node::Mapping(pairs) => merged.extend(pairs.iter().copied()),
                                _ => return Err(at(entry.value_mark, "expected mappings to merge")),
                            }
                        }
                    }
                    _ => return Err(at(entry.value_mark, "expected a mapping or a list of mappings to merge")),
                }
                continue;
            }
            if matches!(
                self.document.node(entry.key),
                Node::Sequence(_) | Node::Mapping(_) | Node::Set(_) | Node::Pairs(_)
            ) {
                return Err(at(entry.key_mark, "a list or mapping cannot be a key"));
            }
            own.push((entry.key, entry.value));
        }
        merged.extend(own);
        Ok(merged)
    }

    /// A mapping that stands for a simple value by its key `=`.
    fn tagged_mapping(&self, tag: Tag, entries: &[Entry], mark: Mark) -> Result<Node, LoadError> {
        let value = entries.iter().find(|entry| self.tags.get(&entry.key) == Some(&Role::Value));
        match value.map(|entry| self.document.node(entry.value)) {
            Some(Node::Text(text)) => scalar(tag, text.clone(), mark),
            Some(_) | None => Err(unfit(tag, "a mapping", mark)),
        }
    }

    fn pairs(&self, items: &[NodeId], mark: Mark) -> Result<Node, LoadError> {
        let pair = |item: &NodeId| match self.document.node(*item) {
            Node::Mapping(pairs) if pairs.len() == 1 => Ok(pairs[0]),
            _ => Err(at(mark, "expected mappings with a single entry each")),
        };
        items.iter().map(pair).collect::<Result<_, _>>().map(Node::Pairs)
    }
}

struct Entry {
    key: NodeId,
    value: NodeId,
    key_mark: Mark,
    value_mark: Mark,
}

fn unfit(tag: Tag, found: &str, mark: Mark) -> LoadError {
    at(mark, format!("{found} cannot be !!{}", tag.short_name()))
}

fn known_tag(name: &str, mark: Mark) -> Result<Tag, LoadError> {
    Tag::from_name(name).ok_or_else(|| at(mark, format!("the tag {name:?} is not known to safe YAML")))
}

fn scalar(tag: Tag, text: String, mark: Mark) -> Result<Node, LoadError> {
    let wrong = |what: &str| at(mark, format!("{text:?} is not {what}"));
    Ok(match tag {
        Tag::Null => Node::Null,
        Tag::Text => Node::Text(text),
        // They mean something as keys only, and then their text is not asked for.
        Tag::Merge => Node::Text(text),
        Tag::Value => Node::Text(text),
        Tag::Bool => Node::Bool(boolean_of(&text).ok_or_else(|| wrong("a boolean"))?),
        Tag::Integer => Node::Integer(integer(&text).ok_or_else(|| wrong("an integer"))?),
        Tag::Float => Node::Float(float(&text).ok_or_else(|| wrong("a number"))?),
        Tag::Binary => Node::Bytes(from_base64(&text).ok_or_else(|| wrong("base 64"))?),
        Tag::Timestamp => {
            let timestamp = Timestamp::fields(&text).ok_or_else(|| wrong("a timestamp"))?;
            if !timestamp.exists() {
                return Err(wrong("a day and time that exists"));
            }
            Node::Timestamp(timestamp)
        }
        Tag::Yaml => return Err(at(mark, format!("{text:?} alone has no meaning"))),
        tag @ (Tag::Sequence | Tag::Mapping | Tag::Set | Tag::OrderedMapping | Tag::Pairs) => {
            return Err(unfit(tag, "a text", mark));
        }
    })
}

/// An explicit `!!bool` takes any case.
fn boolean_of(text: &str) -> Option<bool> {
    boolean(&text.to_lowercase())
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn integer(text: &str) -> Option<Integer> {
    let text = text.replace('_', "");
    let (negative, rest) = signed(&text);
    let (radix, digits) = if let Some(digits) = rest.strip_prefix("0b") {
        (2, digits.to_owned())
    } else if let Some(digits) = rest.strip_prefix("0x") {
        (16, digits.to_owned())
    } else if let Some(digits) = rest.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        (8, digits.to_owned())
    } else if rest.contains(':') {
        (10, sixties(rest)?.to_string())
    } else {
        (10, rest.to_owned())
    };
    let is_valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    is_valid.then_some(Integer { negative, radix, digits })
}

/// Hours, minutes and seconds, or degrees: each part counts sixty times the next.
fn sixties(text: &str) -> Option<u128> {
    text.split(':').try_fold(0_u128, |sum, part| sum.checked_mul(60)?.checked_add(part.parse().ok()?))
}

fn float(text: &str) -> Option<f64> {
    let text = text.replace('_', "").to_lowercase();
    let (negative, rest) = signed(&text);
    let number = match rest {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ if rest.contains(':') => {
            rest.split(':').try_fold(0.0, |sum, part| Some(sum * 60.0 + part.parse::<f64>().ok()?))?
        }
        _ if rest.starts_with(|character: char| character.is_ascii_digit() || character == '.') => rest.parse().ok()?,
        _ => return None,
    };
    Some(if negative { -number } else { number })
}

/// What is no letter of base 64 is passed over, as Python does it. `None`: the letters make no whole bytes.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    let mut padding = 0;
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match (count, padding) {
        (0, _) => {}
        (2, 2..) => bytes.push(u8::try_from(bits >> 4 & 0xff).ok()?),
        (3, 1..) => bytes.extend_from_slice(&u16::try_from(bits >> 2 & 0xffff).ok()?.to_be_bytes()),
        _ => return None,
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(source: &str) -> String {
        let document = load(source).expect("a text that can be read");
        let Some(Node::Mapping(pairs)) = document.root().map(|root| document.node(root)) else {
            panic!("{source:?} is no mapping");
        };
        match document.node(pairs[0].1) {
            Node::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn blocks_end_where_the_text_ends() {
        for (source, text) in [
            ("k: |\n  a", "a"),
            ("k: |\n  a\n", "a\n"),
            ("k: |+\n  a", "a"),
            ("k: |+\n  a\n\n", "a\n\n"),
            ("k: |-\n  a\n  b", "a\nb"),
            ("k: >\n  a\n\n  b", "a\nb"),
            ("k: >-\n  a\n  b", "a b"),
            ("k: |\n  a\n ", "a\n"),
            ("k: |\n  a\n    ", "a\n  "),
            ("k: |\r\n  a", "a"),
        ] {
            assert_eq!(text_of(source), text, "{source:?}");
        }
    }

    #[test]
    fn documents_follow_one_another() {
        assert_eq!(load_all("a\n---\nb\n---\n", &HandedTags::default()).map(|documents| documents.len()), Ok(3));
        assert_eq!(load_all("", &HandedTags::default()), Ok(Vec::new()));
        assert_eq!(load("a\n---\nb").map_err(|error| error.stage), Err(Stage::Composing));
    }

    #[test]
    fn tags_that_are_handed_over_dress_their_nodes() {
        let handed = HandedTags { exact: ["!vault".to_owned()].into(), prefixes: vec!["!env".to_owned()] };
        for source in ["!vault 12", "!vault [1]", "!env/x {a: 1}"] {
            let document = load_with(source, &handed).expect("a tag that is known");
            let dress = document.root().and_then(|root| document.dress_of(root));
            assert!(dress.is_some_and(|dress| dress.place == (1, 1)), "{source}");
        }
        assert!(load_with("!other 1", &handed).is_err());
        assert!(
            load_with("[1, a]", &HandedTags { exact: HashSet::new(), prefixes: vec![String::new()] })
                .is_ok_and(|document| document.root().is_some_and(|root| document.dress_of(root).is_none()))
        );
    }
}
