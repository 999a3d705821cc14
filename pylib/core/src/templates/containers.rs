//! Lists and dicts that a template makes and changes, and ranges.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, ObjectRepr, Tuple, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::arguments::{Arguments, split, type_error};
use super::filters::items;
use super::operators::Operators;
use super::python_format::{is_foreign, write_repr};
use super::sequence_filters::sorted;
use super::translate::MUTABLE_FILTER;

pub(super) fn register(environment: &mut Environment<'static>) {
    environment.add_filter(MUTABLE_FILTER, |value: Value| mutable(&value).unwrap_or(value));
}

/// A copy that can be changed, of a list or dict that the engine made.
fn mutable(value: &Value) -> Option<Value> {
    let is_own = value.downcast_object_ref::<TemplateList>().is_some()
        || value.downcast_object_ref::<TemplateDict>().is_some()
        || value.downcast_object_ref::<TemplateRange>().is_some();
    // A private type of the engine, whose name is all there is to tell it by.
    let is_namespace = value.as_object().is_some_and(|object| object.type_name().ends_with("::Namespace"));
    if is_own || is_namespace || is_foreign(value) || value.is_tuple() || value.is_kwargs() {
        return None;
    }
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable if value.len().is_some() => {
            Some(TemplateList::value(value.try_iter().ok()?.collect()))
        }
        ValueKind::Map => {
            let mut entries = IndexMap::new();
            for key in value.try_iter().ok()? {
                let item = value.get_item(&key).ok()?;
                entries.insert(key, item);
            }
            Some(TemplateDict::value(entries))
        }
        _ => None,
    }
}

/// A list of a template.
pub(super) struct TemplateList {
    items: Mutex<Vec<Value>>,
    is_written: AtomicBool,
}

impl TemplateList {
    pub(super) fn value(items: Vec<Value>) -> Value {
        Value::from_object(Self { items: Mutex::new(items), is_written: AtomicBool::new(false) })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Value>> {
        // A panic of another thread leaves a whole list behind.
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TemplateList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        written_once(&self.is_written, formatter, "[...]", |formatter| {
            let found = self.lock().clone();
            write_items(formatter, ('[', ']'), found.iter(), |formatter, item| write_repr(formatter, item))
        })
    }
}

impl Object for TemplateList {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let items = self.lock();
        let index = i64::try_from(key.clone()).ok().filter(|_| key.as_str().is_none())?;
        let index = if index < 0 { index + i64::try_from(items.len()).ok()? } else { index };
        items.get(usize::try_from(index).ok()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.lock().clone())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.lock().len())
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// A dict of a template.
pub(super) struct TemplateDict {
    entries: Mutex<IndexMap<Value, Value>>,
    is_written: AtomicBool,
}

impl TemplateDict {
    pub(super) fn value(entries: IndexMap<Value, Value>) -> Value {
        Value::from_object(Self { entries: Mutex::new(entries), is_written: AtomicBool::new(false) })
    }

    fn lock(&self) -> MutexGuard<'_, IndexMap<Value, Value>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TemplateDict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        written_once(&self.is_written, formatter, "{...}", |formatter| {
            let found = self.lock().clone();
            write_items(formatter, ('{', '}'), found.iter(), |formatter, (key, value)| {
                write_repr(formatter, key)?;
                formatter.write_str(": ")?;
                write_repr(formatter, value)
            })
        })
    }
}

pub(super) const DICT_METHODS: &[&str] =
    &["keys", "values", "items", "copy", "get", "update", "pop", "popitem", "setdefault", "clear"];

impl Object for TemplateDict {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.lock().get(key).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.lock().keys().cloned().collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.lock().len())
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        arguments: &[Value],
    ) -> Result<Value, Error> {
        // An item that is named like a method does not hide it.
        let found = if DICT_METHODS.contains(&method) { None } else { self.get_value_by_str(method) };
        found.map_or_else(|| Err(Error::from(ErrorKind::UnknownMethod)), |found| found.call(state, arguments))
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// Writes what may hold itself: inside of itself it shows as `again` only.
fn written_once(
    is_written: &AtomicBool,
    formatter: &mut fmt::Formatter<'_>,
    again: &str,
    write: impl FnOnce(&mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    if is_written.swap(true, Ordering::Relaxed) {
        return formatter.write_str(again);
    }
    let result = write(formatter);
    is_written.store(false, Ordering::Relaxed);
    result
}

fn write_items<T>(
    formatter: &mut fmt::Formatter<'_>,
    (open, close): (char, char),
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    use fmt::Write;
    formatter.write_char(open)?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        write(formatter, item)?;
    }
    formatter.write_char(close)
}

/// What `range()` gives.
#[derive(Clone, Copy)]
pub(super) struct TemplateRange {
    pub(super) start: i64,
    pub(super) stop: i64,
    pub(super) step: i64,
}

impl TemplateRange {
    fn length(self) -> usize {
        let (from, to) = if self.step > 0 { (self.start, self.stop) } else { (self.stop, self.start) };
        let distance = u64::try_from(i128::from(to) - i128::from(from)).unwrap_or(0);
        usize::try_from(distance.div_ceil(self.step.unsigned_abs())).unwrap_or(usize::MAX)
    }

    fn item(self, index: usize) -> Value {
        let index = i128::try_from(index).unwrap_or(i128::MAX);
        let item = i128::from(self.start) + index * i128::from(self.step);
        i64::try_from(item).map_or_else(|_| Value::from(item), Value::from)
    }
}

impl fmt::Debug for TemplateRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            1 => write!(formatter, "range({}, {})", self.start, self.stop),
            step => write!(formatter, "range({}, {}, {step})", self.start, self.stop),
        }
    }
}

/// Longer ranges are refused, as each item of a list takes memory.
const RANGE_LIMIT: usize = 10_000_000;

/// `range([start,] stop[, step])`
pub(super) fn range(arguments: minijinja::value::Rest<Value>) -> Result<Value, Error> {
    let bound = Arguments::bind("range", &arguments, &["start", "stop", "step"])?;
    let first = bound.integer(0)?.ok_or_else(|| type_error("range expected at least 1 argument, got 0"))?;
    let (start, stop) = bound.integer(1)?.map_or((0, first), |stop| (first, stop));
    let step = bound.integer(2)?.unwrap_or(1);
    if step == 0 {
        return Err(type_error("range() arg 3 must not be zero"));
    }
    let range = TemplateRange { start, stop, step };
    if range.length() > RANGE_LIMIT {
        return Err(type_error("the range is too long"));
    }
    Ok(Value::from_object(range))
}

impl Object for TemplateRange {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let index = i64::try_from(key.clone()).ok().filter(|_| key.as_str().is_none())?;
        let index = if index < 0 { index + i64::try_from(self.length()).ok()? } else { index };
        usize::try_from(index).ok().filter(|index| *index < self.length()).map(|index| self.item(index))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let range = **self;
        Enumerator::Iter(Box::new((0..range.length()).map(move |index| range.item(index))))
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.length())
    }

    fn render(self: &Arc<Self>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// The methods that change a list or dict; `None` for other values and methods.
pub(super) fn change(
    operators: &Operators,
    state: &mut State<'_, '_>,
    value: &Value,
    method: &str,
    arguments: &[Value],
) -> Option<Result<Value, Error>> {
    if let Some(list) = value.downcast_object_ref::<TemplateList>() {
        return change_list(operators, state, list, method, arguments).transpose();
    }
    change_dict(value.downcast_object_ref::<TemplateDict>()?, method, arguments).transpose()
}

fn change_list(
    operators: &Operators,
    state: &mut State<'_, '_>,
    list: &TemplateList,
    method: &str,
    arguments: &[Value],
) -> Result<Option<Value>, Error> {
    let bind = |names: &[&str]| Arguments::bind(method, arguments, names);
    match method {
        "append" => {
            let item = bind(&["object"])?.required(0)?.clone();
            list.lock().push(item);
        }
        "extend" => {
            let bound = bind(&["iterable"])?;
            let added = items(bound.required(0)?)?.collect::<Result<Vec<_>, _>>()?;
            list.lock().extend(added);
        }
        "insert" => {
            let bound = bind(&["index", "object"])?;
            let mut items = list.lock();
            let at = position(bound.integer(0)?.unwrap_or(0), items.len());
            items.insert(at, bound.required(1)?.clone());
        }
        "remove" => {
            let bound = bind(&["value"])?;
            let wanted = bound.required(0)?;
            // The list is free while items are compared, because that may use it.
            let found = list.lock().clone();
            for (index, item) in found.iter().enumerate() {
                if operators.equal(item, wanted)? {
                    list.lock().remove(index);
                    return Ok(Some(Value::from(())));
                }
            }
            return Err(type_error("list.remove(x): x not in list"));
        }
        "pop" => {
            let index = bind(&["index"])?.integer(0)?.unwrap_or(-1);
            let mut items = list.lock();
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let at = usize::try_from(if index < 0 { index + length } else { index }).ok();
            return match at.filter(|at| *at < items.len()) {
                Some(at) => Ok(Some(items.remove(at))),
                None if items.is_empty() => Err(type_error("pop from empty list")),
                None => Err(type_error("pop index out of range")),
            };
        }
        "sort" => {
            let bound = bind(&["key", "reverse"])?;
            let mut keyed = Vec::new();
            let found = list.lock().clone();
            for item in found {
                let key = bound
                    .some(0)
                    .map_or_else(|| Ok(item.clone()), |key| key.call(state, std::slice::from_ref(&item)))?;
                keyed.push((key, item));
            }
            let items = sorted(operators, keyed, bound.flag(1, false))?;
            *list.lock() = items;
        }
        "reverse" => {
            bind(&[])?;
            list.lock().reverse();
        }
        "clear" => {
            bind(&[])?;
            list.lock().clear();
        }
        "copy" => {
            bind(&[])?;
            return Ok(Some(TemplateList::value(list.lock().clone())));
        }
        _ => return Ok(None),
    }
    Ok(Some(Value::from(())))
}

/// The place of an item that is inserted at an index of Python.
pub(super) fn position(index: i64, length: usize) -> usize {
    let index = if index < 0 { index.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)) } else { index };
    usize::try_from(index).unwrap_or(0).min(length)
}

fn change_dict(dict: &TemplateDict, method: &str, arguments: &[Value]) -> Result<Option<Value>, Error> {
    let bind = |names: &[&str]| Arguments::bind(method, arguments, names);
    match method {
        "update" => {
            let (positional, keywords) = split(arguments)?;
            let mut added = Vec::new();
            if let Some(other) = positional.first() {
                added = pairs(other)?;
            }
            for name in keywords.iter().flat_map(|keywords| keywords.args().collect::<Vec<_>>()) {
                let value = keywords.as_ref().map_or(Ok(Value::UNDEFINED), |keywords| keywords.get::<Value>(name))?;
                added.push((Value::from(name), value));
            }
            dict.lock().extend(added);
        }
        "setdefault" => {
            let bound = bind(&["key", "default"])?;
            let default = bound.value(1).cloned().unwrap_or_else(|| Value::from(()));
            return Ok(Some(dict.lock().entry(bound.required(0)?.clone()).or_insert(default).clone()));
        }
        "pop" => {
            let bound = bind(&["key", "default"])?;
            let key = bound.required(0)?;
            return match (dict.lock().shift_remove(key), bound.value(1)) {
                (Some(value), _) => Ok(Some(value)),
                (None, Some(default)) => Ok(Some(default.clone())),
                (None, None) => Err(type_error("pop(): the dict has no such key")),
            };
        }
        "popitem" => {
            bind(&[])?;
            let last = dict.lock().pop();
            let (key, value) = last.ok_or_else(|| type_error("popitem(): dictionary is empty"))?;
            return Ok(Some(Value::from(Tuple::from([key, value]))));
        }
        "clear" => {
            bind(&[])?;
            dict.lock().clear();
        }
        "copy" => {
            bind(&[])?;
            return Ok(Some(TemplateDict::value(dict.lock().clone())));
        }
        _ => return Ok(None),
    }
    Ok(Some(Value::from(())))
}

/// The keys and values of a dict, or those of a list of pairs.
pub(super) fn pairs(value: &Value) -> Result<Vec<(Value, Value)>, Error> {
    let mut found = Vec::new();
    for item in items(value)? {
        let item = item?;
        if value.kind() == ValueKind::Map {
            let content = value.get_item(&item)?;
            found.push((item, content));
            continue;
        }
        let pair = items(&item)?.collect::<Result<Vec<_>, _>>()?;
        let [key, content] = pair.as_slice() else {
            return Err(type_error(format!("a dict is made of pairs, not of {} values", pair.len())));
        };
        found.push((key.clone(), content.clone()));
    }
    Ok(found)
}
