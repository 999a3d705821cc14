//! `_batou_template.Engine`: engines with options of their own, for the module `jinja2`.

use std::{fmt, sync::Arc};

use batou_core::templates::{Engine, Loaded, Lookup, NotLoaded, Options, Syntax, TemplateError, TemplateErrorKind};
use minijinja::{
    Environment, Error, State, UndefinedBehavior, Value,
    value::{Kwargs, Rest, ValueOrKwargs},
};
use rustpython_vm::{
    PyObject, PyObjectRef, PyResult, TryFromObject, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyDictRef, PyTupleRef},
    vm::thread::with_vm,
};

use super::{
    Failure,
    operators::PythonOperators,
    value::{self, call_with, carried, from_python, to_python},
};

/// An engine and the part of it that is written in Python.
pub struct Interface {
    engine: Engine,
    /// Makes an exception of kind, message, excerpt, template name and line.
    fail: PyObjectRef,
}

impl fmt::Debug for Interface {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Interface")
    }
}

/// A loader written in Python: a callable that takes a name and that of the template that asks, and gives the name and
/// the text of the template, or None.
struct Loader(PyObjectRef);

impl Lookup for Loader {
    fn find(&self, name: &str, _directory: &str, parent: &str) -> Result<Loaded, NotLoaded> {
        let found = with_vm(&self.0, |vm| -> PyResult<Option<Loaded>> {
            let found = self.0.call((name.to_owned(), parent.to_owned()), vm)?;
            if vm.is_none(&found) {
                return Ok(None);
            }
            let pair = PyTupleRef::try_from_object(vm, found)?;
            let text = |index: usize| pair[index].str(vm).map(|text| text.to_string());
            Ok(Some(Loaded { directory: String::new(), path: text(0)?, source: text(1)? }))
        });
        match found {
            Some(Ok(Some(loaded))) => Ok(loaded),
            Some(Ok(None)) => Err(NotLoaded::Missing),
            Some(Err(exception)) => {
                value::raise(exception);
                Err(NotLoaded::Unreadable("the loader failed".to_owned()))
            }
            None => Err(NotLoaded::Unreadable("the interpreter is not running".to_owned())),
        }
    }
}

fn option(options: &PyDictRef, name: &str, vm: &VirtualMachine) -> PyResult {
    options.get_item(name, vm)
}

fn text(options: &PyDictRef, name: &str, vm: &VirtualMachine) -> PyResult<String> {
    Ok(option(options, name, vm)?.str(vm)?.to_string())
}

fn flag(options: &PyDictRef, name: &str, vm: &VirtualMachine) -> PyResult<bool> {
    option(options, name, vm)?.is_true(vm)
}

fn syntax(options: &PyDictRef, vm: &VirtualMachine) -> PyResult<Syntax> {
    let pair = |kind: &str| -> PyResult<(String, String)> {
        Ok((text(options, &format!("{kind}_start_string"), vm)?, text(options, &format!("{kind}_end_string"), vm)?))
    };
    let prefix = option(options, "line_statement_prefix", vm)?;
    let prefix = if vm.is_none(&prefix) { None } else { Some(prefix.str(vm)?.to_string()) };
    Ok(Syntax {
        block: pair("block")?,
        variable: pair("variable")?,
        comment: pair("comment")?,
        line_statement_prefix: prefix.filter(|prefix| !prefix.is_empty()),
        trim_blocks: flag(options, "trim_blocks", vm)?,
        lstrip_blocks: flag(options, "lstrip_blocks", vm)?,
        keep_trailing_newline: flag(options, "keep_trailing_newline", vm)?,
    })
}

/// A dict of callables: each with whether it takes the variables of the template first.
fn callables(options: &PyDictRef, name: &str, vm: &VirtualMachine) -> PyResult<Vec<(String, PyObjectRef, bool)>> {
    let mut found = Vec::new();
    for (name, entry) in PyDictRef::try_from_object(vm, option(options, name, vm)?)?.items_vec() {
        let pair = PyTupleRef::try_from_object(vm, entry)?;
        found.push((name.str(vm)?.to_string(), pair[0].clone(), pair[1].clone().is_true(vm)?));
    }
    Ok(found)
}

/// Calls a filter or test written in Python.
fn called(
    callable: &PyObject,
    takes_variables: bool,
    undefined: &PyObject,
    state: &State<'_, '_>,
    arguments: &[Value],
) -> Result<Value, Error> {
    value::in_vm(callable, |vm| {
        // Python code gets None for an undefined value, which it would take for one; so it is refused as far as
        // undefined values are refused, and handed over as an object that knows what it is otherwise.
        if state.undefined_behavior() == UndefinedBehavior::Strict {
            for argument in arguments.iter().filter(|argument| argument.is_undefined()) {
                argument.get_attr("value")?;
            }
        }
        let first = if takes_variables {
            Some(variables(state, vm).map_err(|exception| carried(exception, vm))?)
        } else {
            None
        };
        let mut arguments = arguments.to_vec();
        for argument in arguments.iter_mut().filter(|argument| argument.is_undefined()) {
            *argument = from_python(undefined, vm);
        }
        call_with(callable, first, &arguments, vm).map_err(|exception| carried(exception, vm))
    })
}

/// What a template can see, as a dict.
fn variables(state: &State<'_, '_>, vm: &VirtualMachine) -> PyResult {
    let dictionary = vm.ctx.new_dict();
    for name in state.known_variables() {
        if let Some(value) = state.lookup(&name).filter(|value| !value.is_undefined())
            && let Ok(value) = to_python(&value, vm)
        {
            dictionary.set_item(&*name, value, vm)?;
        }
    }
    Ok(dictionary.into())
}

impl Interface {
    /// An engine with the options that the module `jinja2` gives.
    pub fn new(options: &PyDictRef, vm: &VirtualMachine) -> PyResult<Self> {
        let fail = option(options, "fail", vm)?;
        let (filters, tests) = (callables(options, "filters", vm)?, callables(options, "tests", vm)?);
        let mut globals = Vec::new();
        for (name, value) in PyDictRef::try_from_object(vm, option(options, "globals", vm)?)?.items_vec() {
            globals.push((name.str(vm)?.to_string(), from_python(&value, vm)));
        }
        let names = globals.iter().map(|(name, _): &(String, Value)| name.clone()).collect();
        let mut removed = Vec::new();
        for name in vm.extract_elements_with(&*option(options, "removed_globals", vm)?, Ok)? {
            removed.push(name.str(vm)?.to_string());
        }
        let undefined = option(options, "undefined_value", vm)?;
        let additions = move |environment: &mut Environment<'static>| {
            for (name, callable, takes_variables) in filters {
                let undefined = undefined.clone();
                environment.add_filter(name, move |state: &mut State<'_, '_>, arguments: Rest<ValueOrKwargs>| {
                    called(&callable, takes_variables, &undefined, state, &arguments.into_values())
                });
            }
            for (name, callable, takes_variables) in tests {
                let undefined = undefined.clone();
                environment.add_test(name, move |state: &mut State<'_, '_>, arguments: Rest<ValueOrKwargs>| {
                    called(&callable, takes_variables, &undefined, state, &arguments.into_values())
                        .map(|answer| answer.is_true())
                });
            }
            for name in removed {
                environment.remove_global(&name);
            }
            for (name, value) in globals {
                environment.add_global(name, value);
            }
        };
        let escaped = option(options, "autoescape", vm)?;
        let is_escaped = move |name: Option<&str>| {
            let asked = with_vm(&escaped, |vm| escaped.call((name.map(str::to_owned),), vm)?.is_true(vm));
            match asked {
                Some(Ok(answer)) => answer,
                Some(Err(exception)) => {
                    value::raise(exception);
                    true
                }
                None => true,
            }
        };
        let undefined = match &*text(options, "undefined", vm)? {
            "strict" => UndefinedBehavior::Strict,
            "chainable" => UndefinedBehavior::Chainable,
            _ => UndefinedBehavior::Lenient,
        };
        let options = Options {
            syntax: syntax(options, vm)?,
            undefined,
            is_escaped: Arc::new(is_escaped),
            globals: names,
            lookup: Arc::new(Loader(option(options, "load", vm)?)),
            additions: Box::new(additions),
        };
        let engine = Engine::with_options(PythonOperators, options)
            .map_err(|error| vm.new_value_error(error.message.clone()))?
            .with_type_names(value::type_name);
        Ok(Self { engine, fail })
    }

    /// Renders a text; `name` is that of its template.
    pub fn render(&self, source: &str, name: Option<&str>, context: Value, vm: &VirtualMachine) -> PyResult<String> {
        drop(value::take_raised());
        let rendered = self.engine.render_named(source, name, context);
        self.result(rendered, name.unwrap_or("<template>"), vm)
    }

    /// Reads a text without rendering it; `name` is that of its template.
    pub fn check(&self, source: &str, name: Option<&str>, vm: &VirtualMachine) -> PyResult<()> {
        drop(value::take_raised());
        let read = self.engine.check(source, name);
        self.result(read, name.unwrap_or("<template>"), vm)
    }

    /// Applies a filter of the engine.
    pub fn filter(&self, name: &str, arguments: &[Value], vm: &VirtualMachine) -> PyResult {
        drop(value::take_raised());
        let applied = self.engine.apply_filter(name, arguments);
        to_python(&self.result(applied, name, vm)?, vm)
    }

    /// Applies a test of the engine.
    pub fn test(&self, name: &str, arguments: &[Value], vm: &VirtualMachine) -> PyResult<bool> {
        drop(value::take_raised());
        let applied = self.engine.perform_test(name, arguments);
        self.result(applied, name, vm)
    }

    fn result<T>(&self, result: Result<T, TemplateError>, name: &str, vm: &VirtualMachine) -> PyResult<T> {
        match (result, value::take_raised()) {
            (_, Some(exception)) => Err(exception),
            (Ok(value), None) => Ok(value),
            (Err(error), None) => Err(self.exception(error, name, vm)),
        }
    }

    fn exception(&self, error: TemplateError, name: &str, vm: &VirtualMachine) -> PyBaseExceptionRef {
        let (kind, line) = (error.kind, error.line);
        let message = error.message.clone();
        let mut error = error;
        if error.template.is_empty() {
            name.clone_into(&mut error.template);
        }
        if kind == TemplateErrorKind::Callback {
            return Failure::Template(Box::new(error)).into_exception(name, vm);
        }
        let (excerpt, template) = (error.excerpt(), error.template.clone());
        let made = self.fail.call((super::kind_name(kind), message, excerpt, template, line), vm);
        made.and_then(|made| PyBaseExceptionRef::try_from_object(vm, made)).unwrap_or_else(|problem| problem)
    }
}

/// Arguments as the engine takes them: keyword arguments are a value of their own.
pub fn arguments(values: &PyTupleRef, keywords: &PyDictRef, vm: &VirtualMachine) -> PyResult<Vec<Value>> {
    let mut arguments: Vec<Value> = values.iter().map(|value| from_python(value, vm)).collect();
    let mut pairs = Vec::new();
    for (name, value) in keywords.items_vec() {
        pairs.push((name.str(vm)?.to_string(), from_python(&value, vm)));
    }
    if !pairs.is_empty() {
        arguments.push(pairs.into_iter().collect::<Kwargs>().into());
    }
    Ok(arguments)
}
