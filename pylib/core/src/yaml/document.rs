//! Values with identity: one that occurs in several places is one node.

use std::collections::HashMap;

pub use super::timestamp::Timestamp;

/// A node of a document, by its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(usize);

impl NodeId {
    /// A number that no other node of the document has; they begin at zero.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A whole number of any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integer {
    /// Whether there is a minus sign.
    pub negative: bool,
    /// 2, 8, 10 or 16.
    pub radix: u32,
    /// The digits, at least one.
    pub digits: String,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(Integer),
    /// A number with a fraction, an infinity or no number.
    Float(f64),
    /// A text.
    Text(String),
    /// Bytes, which are written in base 64.
    Bytes(Vec<u8>),
    /// A date, perhaps with a time.
    Timestamp(Timestamp),
    /// A list.
    Sequence(Vec<NodeId>),
    /// Keys with their values in order. Keys may occur twice; the last counts, in the place of the first.
    Mapping(Vec<(NodeId, NodeId)>),
    /// Members in order.
    Set(Vec<NodeId>),
    /// Pairs in order, each on its own (`!!omap`, `!!pairs`).
    Pairs(Vec<(NodeId, NodeId)>),
}

/// How a node is written or was read, where that is not what its value asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dress {
    /// The full name of its tag.
    pub tag: Option<String>,
    /// The style of a text.
    pub style: Option<ScalarStyle>,
    /// Whether a collection stands between brackets.
    pub flow: Option<bool>,
    /// Line and column of what was read, from 1.
    pub place: (usize, usize),
}

/// How a text is written, if it allows that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl ScalarStyle {
    /// The style that a character stands for.
    pub fn from_character(character: char) -> Option<Self> {
        Some(match character {
            '\'' => Self::SingleQuoted,
            '"' => Self::DoubleQuoted,
            '|' => Self::Literal,
            '>' => Self::Folded,
            _ => return None,
        })
    }
}

/// Nodes, and which of them is the value itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    nodes: Vec<Node>,
    dresses: HashMap<NodeId, Dress>,
    root: Option<NodeId>,
}

impl Document {
    /// Adds a node and gives its place.
    pub fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }

    /// Puts another node into a place, so that a node can be referred to before it is complete.
    pub fn set(&mut self, id: NodeId, node: Node) {
        self.nodes[id.0] = node;
    }

    /// The node at a place.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// Says how a node is written or was read.
    pub fn dress(&mut self, id: NodeId, dress: Dress) {
        self.dresses.insert(id, dress);
    }

    /// How a node is written or was read, if that is anything special.
    pub fn dress_of(&self, id: NodeId) -> Option<&Dress> {
        self.dresses.get(&id)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Says which node is the value itself.
    pub fn set_root(&mut self, id: NodeId) {
        self.root = Some(id);
    }

    /// The value itself; `None` for an empty text.
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }
}
