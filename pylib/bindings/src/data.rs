//! `_batou_data`: Python values as JSON and YAML, and back.

pub(crate) use _batou_data::module_def;

use std::collections::HashMap;

use batou_core::yaml::{
    document::{Document, Dress, Integer, Node, NodeId, ScalarStyle, Timestamp},
    load::{HandedTags, LoadError, Stage},
};
use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyBytes, PyDict, PyFloat, PyInt, PyList, PySet, PyStr, PyStrRef, PyTuple},
    function::KwArgs,
};

use crate::error::new_exception;

/// Deeper values are refused instead of exhausting the stack.
const DEPTH_LIMIT: usize = 500;

/// Which values a format takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Subclasses count as what they derive from, and sharing does not show.
    Json,
    /// Exactly the basic types, sets, bytes and dates; shared values stay shared.
    Yaml,
}

/// What a dumper asks for.
struct Representation {
    /// Keys are put into their order.
    sorted: bool,
    /// What occurs in several places is written once, with an anchor.
    anchored: bool,
    /// Classes whose values `represent` says how to write.
    classes: PyObjectRef,
    /// Gives for a value a tuple: kind of node, tag, value or parts, style. It is also asked for values of no known kind.
    represent: PyObjectRef,
}

/// Builds a document of Python values.
struct Reader<'vm> {
    vm: &'vm VirtualMachine,
    format: Format,
    representation: Option<&'vm Representation>,
    document: Document,
    /// Values that may occur again, by identity; kept alive so that no other takes their place.
    seen: HashMap<usize, (NodeId, PyObjectRef)>,
    depth: usize,
}

fn to_document(value: &PyObject, format: Format, vm: &VirtualMachine) -> PyResult<Document> {
    to_document_as(value, format, None, vm)
}

fn to_document_as(
    value: &PyObject,
    format: Format,
    representation: Option<&Representation>,
    vm: &VirtualMachine,
) -> PyResult<Document> {
    let mut reader =
        Reader { vm, format, representation, document: Document::default(), seen: HashMap::new(), depth: 0 };
    let root = reader.value(value)?;
    reader.document.set_root(root);
    Ok(reader.document)
}

impl Reader<'_> {
    fn value(&mut self, value: &PyObject) -> PyResult<NodeId> {
        let vm = self.vm;
        let is_represented = match self.representation {
            Some(representation) => {
                vm.call_method(&representation.classes, "__contains__", (value.class().to_owned(),))?.is_true(vm)?
            }
            None => false,
        };
        if !is_represented && let Some(node) = self.simple(value)? {
            return Ok(self.document.add(node));
        }
        if let Some((id, _)) = self.seen.get(&value.get_id()) {
            return Ok(*id);
        }
        if self.depth > DEPTH_LIMIT {
            return Err(vm.new_value_error("the value is nested too deeply, or holds itself"));
        }
        let id = self.document.add(Node::Null);
        // The empty tuple is one object everywhere, which means nothing.
        let is_empty_tuple = value.downcast_ref::<PyTuple>().is_some_and(|tuple| tuple.as_slice().is_empty());
        let is_anchored = self.representation.is_none_or(|representation| representation.anchored);
        if self.format == Format::Yaml && !is_empty_tuple && is_anchored && !self.is_plain(value) {
            self.seen.insert(value.get_id(), (id, value.to_owned()));
        }
        self.depth += 1;
        let node = if is_represented { self.represented(id, value)? } else { self.compound(id, value)? };
        self.depth -= 1;
        self.document.set(id, node);
        Ok(id)
    }

    /// Whether a value is a text, a number or the like, of which identity tells nothing.
    fn is_plain(&self, value: &PyObject) -> bool {
        let types = &self.vm.ctx.types;
        [types.str_type, types.bytes_type, types.int_type, types.float_type]
            .iter()
            .any(|class| value.fast_isinstance(class))
    }

    /// A node as the dumper's function for the class of the value describes it.
    fn represented(&mut self, id: NodeId, value: &PyObject) -> PyResult<Node> {
        let vm = self.vm;
        let Some(representation) = self.representation else { return Ok(Node::Null) };
        let described = representation.represent.call((value.to_owned(),), vm)?;
        let fields: Vec<PyObjectRef> = vm.extract_elements_with(&described, Ok)?;
        let [kind, tag, parts, style] = &fields[..] else {
            return Err(vm.new_type_error("a representer must return a node"));
        };
        let mut dress = Dress { tag: Some(tag.str(vm)?.to_string()), ..Dress::default() };
        let kind = kind.str(vm)?.to_string();
        if kind == "scalar" {
            if !vm.is_none(style) {
                dress.style = style.str(vm)?.to_string().chars().next().and_then(ScalarStyle::from_character);
            }
            self.document.dress(id, dress);
            return Ok(Node::Text(parts.str(vm)?.to_string()));
        }
        if !vm.is_none(style) {
            dress.flow = Some(style.clone().is_true(vm)?);
        }
        self.document.dress(id, dress);
        let parts: Vec<PyObjectRef> = vm.extract_elements_with(parts, Ok)?;
        if kind == "sequence" {
            return self.items(&parts).map(Node::Sequence);
        }
        let mut pairs = Vec::with_capacity(parts.len());
        for pair in parts {
            let (key, value) = (pair.get_item(&0, vm)?, pair.get_item(&1, vm)?);
            pairs.push((self.value(&key)?, self.value(&value)?));
        }
        Ok(Node::Mapping(pairs))
    }

    /// Whether a value is of a class, or for JSON of one derived from it.
    fn takes(&self, value: &PyObject, class: &'static rustpython_vm::Py<rustpython_vm::builtins::PyType>) -> bool {
        if self.format == Format::Json { value.fast_isinstance(class) } else { value.class().is(class) }
    }

    /// A value without parts. `None`: it has parts, or is of no kind that is known.
    fn simple(&self, value: &PyObject) -> PyResult<Option<Node>> {
        let vm = self.vm;
        let types = &vm.ctx.types;
        if vm.is_none(value) {
            return Ok(Some(Node::Null));
        }
        if value.class().is(types.bool_type) {
            return Ok(Some(Node::Bool(value.to_owned().is_true(vm)?)));
        }
        if self.takes(value, types.str_type)
            && let Some(text) = value.downcast_ref::<PyStr>()
        {
            let text = text.to_str().ok_or_else(|| vm.new_value_error("a text holds half of a surrogate pair"))?;
            return Ok(Some(Node::Text(text.to_owned())));
        }
        if self.takes(value, types.int_type)
            && let Some(number) = value.downcast_ref::<PyInt>()
        {
            let text = number.as_bigint().to_string();
            let digits = text.trim_start_matches('-').to_owned();
            return Ok(Some(Node::Integer(Integer { negative: text.starts_with('-'), radix: 10, digits })));
        }
        if self.takes(value, types.float_type)
            && let Some(number) = value.downcast_ref::<PyFloat>()
        {
            return Ok(Some(Node::Float(number.to_f64())));
        }
        if self.format == Format::Yaml
            && value.class().is(types.bytes_type)
            && let Some(bytes) = value.downcast_ref::<PyBytes>()
        {
            return Ok(Some(Node::Bytes(bytes.as_bytes().to_vec())));
        }
        Ok(None)
    }

    fn compound(&mut self, id: NodeId, value: &PyObject) -> PyResult<Node> {
        let vm = self.vm;
        let types = &vm.ctx.types;
        if self.takes(value, types.list_type)
            && let Some(list) = value.downcast_ref::<PyList>()
        {
            let items = list.borrow_vec().to_vec();
            return self.items(&items).map(Node::Sequence);
        }
        if self.takes(value, types.tuple_type)
            && let Some(tuple) = value.downcast_ref::<PyTuple>()
        {
            return self.items(tuple.as_slice()).map(Node::Sequence);
        }
        if self.takes(value, types.dict_type)
            && let Some(dictionary) = value.downcast_ref::<PyDict>()
        {
            let keys = vm.extract_elements_with(value, Ok)?;
            let mut pairs = Vec::with_capacity(keys.len());
            for key in self.sorted(keys)? {
                let entry = dictionary.as_object().get_item(&*key, vm)?;
                pairs.push((self.key(&key)?, self.value(&entry)?));
            }
            return Ok(Node::Mapping(pairs));
        }
        if self.format == Format::Yaml {
            if value.class().is(types.set_type) && value.downcast_ref::<PySet>().is_some() {
                let members = vm.extract_elements_with(value, Ok)?;
                let members = self.sorted(members)?;
                return self.items(&members).map(Node::Set);
            }
            if let Some(timestamp) = self.timestamp(value)? {
                return Ok(Node::Timestamp(timestamp));
            }
        }
        if self.representation.is_some() {
            return self.represented(id, value);
        }
        let class = value.class().name().to_string();
        Err(vm.new_type_error(match self.format {
            Format::Json => format!("Object of type {class} is not JSON serializable"),
            Format::Yaml => format!("an object of type {class} cannot be represented in YAML"),
        }))
    }

    fn items(&mut self, items: &[PyObjectRef]) -> PyResult<Vec<NodeId>> {
        items.iter().map(|item| self.value(item)).collect()
    }

    fn key(&mut self, key: &PyObject) -> PyResult<NodeId> {
        if self.format == Format::Json && self.simple(key)?.is_none() {
            let class = key.class().name().to_string();
            return Err(self.vm.new_type_error(format!("keys must be str, int, float, bool or None, not {class}")));
        }
        self.value(key)
    }

    /// Keys in their order. Those that cannot be ordered are an error for JSON, and stay as they are for YAML.
    fn sorted(&self, keys: Vec<PyObjectRef>) -> PyResult<Vec<PyObjectRef>> {
        let vm = self.vm;
        if self.representation.is_some_and(|representation| !representation.sorted) {
            return Ok(keys);
        }
        let list = vm.ctx.new_list(keys.clone());
        match vm.builtins.get_attr("sorted", vm)?.call((list,), vm) {
            Ok(sorted) => vm.extract_elements_with(&sorted, Ok),
            Err(error) if self.format == Format::Yaml && error.fast_isinstance(vm.ctx.exceptions.type_error) => {
                Ok(keys)
            }
            Err(error) => Err(error),
        }
    }

    fn timestamp(&self, value: &PyObject) -> PyResult<Option<Timestamp>> {
        let vm = self.vm;
        if !matches!(&*value.class().name(), "date" | "datetime") {
            return Ok(None);
        }
        let module = vm.import("datetime", 0)?;
        let is = |name: &'static str| PyResult::Ok(value.class().is(&module.get_attr(name, vm)?));
        let text = if is("datetime")? {
            vm.call_method(value, "isoformat", (" ",))?
        } else if is("date")? {
            vm.call_method(value, "isoformat", ())?
        } else {
            return Ok(None);
        };
        let text = text.str(vm)?.to_string();
        let timestamp = Timestamp::fields(&text);
        timestamp.map(Some).ok_or_else(|| vm.new_value_error(format!("{text} has no form in YAML")))
    }
}

/// Builds Python values of a document.
struct Builder<'a> {
    vm: &'a VirtualMachine,
    document: &'a Document,
    made: HashMap<NodeId, PyObjectRef>,
    /// Makes values of nodes with the tags that were handed over.
    construct: Option<&'a PyObject>,
}

fn from_document(document: &Document, vm: &VirtualMachine) -> PyResult {
    from_document_with(document, None, vm)
}

fn from_document_with(document: &Document, construct: Option<&PyObject>, vm: &VirtualMachine) -> PyResult {
    match document.root() {
        Some(root) => Builder { vm, document, made: HashMap::new(), construct }.value(root),
        None => Ok(vm.ctx.none()),
    }
}

impl Builder<'_> {
    fn value(&mut self, id: NodeId) -> PyResult {
        if let Some(made) = self.made.get(&id) {
            return Ok(made.clone());
        }
        let (vm, document) = (self.vm, self.document);
        let made: PyObjectRef = match document.node(id) {
            Node::Null => vm.ctx.none(),
            Node::Bool(value) => vm.ctx.new_bool(*value).into(),
            Node::Integer(integer) => self.integer(integer)?,
            Node::Float(number) => vm.ctx.new_float(*number).into(),
            Node::Text(text) => vm.ctx.new_str(text.as_str()).into(),
            Node::Bytes(bytes) => vm.ctx.new_bytes(bytes.clone()).into(),
            Node::Timestamp(timestamp) => self.timestamp(timestamp)?,
            // What has parts is known before they are made, as one of them may be itself.
            Node::Sequence(items) => {
                let list = vm.ctx.new_list(Vec::new());
                self.made.insert(id, list.clone().into());
                for item in items {
                    let item = self.value(*item)?;
                    list.borrow_vec_mut().push(item);
                }
                list.into()
            }
            Node::Mapping(pairs) => {
                let dictionary = vm.ctx.new_dict();
                self.made.insert(id, dictionary.clone().into());
                for (key, value) in pairs {
                    let (key, value) = (self.value(*key)?, self.value(*value)?);
                    dictionary.set_item(&*key, value, vm)?;
                }
                dictionary.into()
            }
            Node::Set(items) => {
                let set = vm.ctx.types.set_type.to_owned().as_object().call((), vm)?;
                for item in items {
                    let item = self.value(*item)?;
                    vm.call_method(&set, "add", (item,))?;
                }
                set
            }
            Node::Pairs(pairs) => {
                let list = vm.ctx.new_list(Vec::new());
                self.made.insert(id, list.clone().into());
                for (key, value) in pairs {
                    let pair = vm.new_tuple((self.value(*key)?, self.value(*value)?));
                    list.borrow_vec_mut().push(pair.into());
                }
                list.into()
            }
        };
        let made = match (self.construct, document.dress_of(id)) {
            (Some(construct), Some(Dress { tag: Some(tag), place: (line, column), .. })) => {
                construct.call((tag.clone(), made, *line, *column), vm)?
            }
            _ => made,
        };
        self.made.insert(id, made.clone());
        Ok(made)
    }

    fn integer(&self, integer: &Integer) -> PyResult {
        let vm = self.vm;
        let text = format!("{}{}", if integer.negative { "-" } else { "" }, integer.digits);
        match i64::from_str_radix(&text, integer.radix) {
            Ok(number) => Ok(vm.ctx.new_int(number).into()),
            Err(_) => vm.ctx.types.int_type.to_owned().as_object().call((text, integer.radix), vm),
        }
    }

    fn timestamp(&self, timestamp: &Timestamp) -> PyResult {
        let vm = self.vm;
        let module = vm.import("datetime", 0)?;
        let Timestamp { year, month, day, time } = *timestamp;
        let Some(time) = time else {
            return module.get_attr("date", vm)?.call((year, month, day), vm);
        };
        let zone = match time.offset {
            None => vm.ctx.none(),
            Some(0) => module.get_attr("timezone", vm)?.get_attr("utc", vm)?,
            Some(offset) => {
                let offset = module.get_attr("timedelta", vm)?.call((0, offset), vm)?;
                module.get_attr("timezone", vm)?.call((offset,), vm)?
            }
        };
        let fields = (year, month, day, time.hour, time.minute, time.second);
        let naive = module.get_attr("datetime", vm)?.call(fields, vm)?;
        let microsecond = vm.ctx.new_int(time.microsecond).into();
        let named = [("microsecond".to_owned(), microsecond), ("tzinfo".to_owned(), zone)];
        let named: KwArgs = named.into_iter().collect();
        naive.get_attr("replace", vm)?.call(named, vm)
    }
}

/// The exception that the function `fail` makes of an error: it takes the kind, the problem, line and column.
fn load_failure(error: &LoadError, fail: &PyObject, vm: &VirtualMachine) -> PyBaseExceptionRef {
    let kind = match error.stage {
        Stage::Reading => "reader",
        Stage::Scanning => "scanner",
        Stage::Parsing => "parser",
        Stage::Composing => "composer",
        Stage::Constructing => "constructor",
    };
    new_exception(fail.to_owned(), (kind, error.problem.clone(), error.line, error.column), vm)
}

/// Names of tags; those that end in `*` stand for all that begin so.
fn handed_tags(names: Vec<PyStrRef>) -> HandedTags {
    let mut handed = HandedTags::default();
    for name in names {
        let name = name.to_string();
        match name.strip_suffix('*') {
            Some(prefix) => handed.prefixes.push(prefix.to_owned()),
            None => drop(handed.exact.insert(name)),
        }
    }
    handed
}

#[rustpython_vm::pymodule]
mod _batou_data {
    use batou_core::{
        json::{self, dump::Layout},
        yaml::{
            self,
            document::ScalarStyle,
            dump::{Flow, Options},
        },
    };
    use rustpython_vm::{FromArgs, PyObjectRef, PyResult, VirtualMachine, builtins::PyStrRef};

    use super::{
        Format, Representation, from_document, from_document_with, handed_tags, load_failure, to_document,
        to_document_as,
    };

    /// How YAML is written; named as in `yaml.dump`.
    #[derive(FromArgs)]
    struct YamlLayout {
        #[pyarg(named)]
        sort_keys: bool,
        #[pyarg(named)]
        anchors: bool,
        #[pyarg(named)]
        classes: PyObjectRef,
        #[pyarg(named)]
        represent: PyObjectRef,
        #[pyarg(named)]
        default_flow_style: Option<bool>,
        #[pyarg(named)]
        default_style: Option<PyStrRef>,
        #[pyarg(named)]
        indent: usize,
        #[pyarg(named)]
        width: usize,
        #[pyarg(named)]
        allow_unicode: bool,
        #[pyarg(named)]
        explicit_start: bool,
        #[pyarg(named)]
        explicit_end: bool,
        #[pyarg(named)]
        flat_lists: bool,
    }

    /// The text of values, each a document, as `yaml.safe_dump_all` writes it.
    #[pyfunction]
    fn yaml_texts(values: PyObjectRef, layout: YamlLayout, vm: &VirtualMachine) -> PyResult<String> {
        let representation = Representation {
            sorted: layout.sort_keys,
            anchored: layout.anchors,
            classes: layout.classes,
            represent: layout.represent,
        };
        let documents =
            vm.extract_elements_with(&values, |value| to_document_as(&value, Format::Yaml, Some(&representation), vm))?;
        let options = Options {
            flow: match layout.default_flow_style {
                None => Flow::Leaves,
                Some(true) => Flow::Always,
                Some(false) => Flow::Never,
            },
            style: layout
                .default_style
                .and_then(|style| style.to_string().chars().next())
                .and_then(ScalarStyle::from_character),
            indent: layout.indent,
            width: layout.width,
            allow_unicode: layout.allow_unicode,
            explicit_start: layout.explicit_start,
            explicit_end: layout.explicit_end,
            flat_lists: layout.flat_lists,
        };
        yaml::dump::dump_all(&documents, &options).map_err(|error| vm.new_value_error(error.to_string()))
    }

    /// The values of the documents of a YAML text, as `yaml.safe_load_all` reads them, or a list of its only one.
    ///
    /// `tags` are handed over to `construct`, which takes the tag, the plain value, line and column, and gives the value;
    /// `fail` makes an exception of a kind, a problem, line and column.
    #[pyfunction]
    fn yaml_values(
        text: PyStrRef,
        single: bool,
        tags: Vec<PyStrRef>,
        construct: PyObjectRef,
        fail: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult<Vec<PyObjectRef>> {
        let handed = handed_tags(tags);
        let text = text.to_string_lossy();
        let documents = if single {
            yaml::load::load_with(&text, &handed).map(|document| vec![document])
        } else {
            yaml::load::load_all(&text, &handed)
        };
        let documents = documents.map_err(|error| load_failure(&error, &fail, vm))?;
        documents.iter().map(|document| from_document_with(document, Some(&construct), vm)).collect()
    }

    /// The text of a value as `json.dumps` writes it with sorted keys: on many lines, or compact.
    #[pyfunction]
    fn json_text(value: PyObjectRef, compact: bool, vm: &VirtualMachine) -> PyResult<String> {
        let document = to_document(&value, Format::Json, vm)?;
        let layout = if compact { Layout::Compact } else { Layout::Readable };
        json::dump::dump(&document, layout).map_err(|error| vm.new_value_error(error.to_string()))
    }

    /// The value of a JSON text; ValueError with `name`, line and column if it is none.
    #[pyfunction]
    fn json_value(text: PyStrRef, name: PyStrRef, vm: &VirtualMachine) -> PyResult {
        match json::load::load(&text.to_string_lossy()) {
            Ok(document) => from_document(&document, vm),
            Err(error) => Err(vm.new_value_error(format!("{name} is no JSON: {error}"))),
        }
    }

    /// The text of a value as `yaml.safe_dump` writes it.
    #[pyfunction]
    fn yaml_text(value: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
        let document = to_document(&value, Format::Yaml, vm)?;
        yaml::dump::dump(&document).map_err(|error| vm.new_value_error(error.to_string()))
    }

    /// The value of a YAML text as `yaml.safe_load` reads it; ValueError with `name`, line and column if it is none.
    #[pyfunction]
    fn yaml_value(text: PyStrRef, name: PyStrRef, vm: &VirtualMachine) -> PyResult {
        match yaml::load::load(&text.to_string_lossy()) {
            Ok(document) => from_document(&document, vm),
            Err(error) => Err(vm.new_value_error(format!("{name} is no YAML: {error}"))),
        }
    }
}
