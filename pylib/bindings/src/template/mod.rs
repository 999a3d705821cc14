//! `_batou_template`: templates with Python objects inside.

mod context;
mod engine;
mod operators;
mod value;

pub(crate) use _batou_template::module_def;

use std::{
    cell::OnceCell,
    error::Error as _,
    path::{Path, PathBuf},
};

use batou_core::templates::{Engine, TemplateError, TemplateErrorKind};
use minijinja::Value;
use rustpython_vm::{AsObject, PyObject, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use self::value::PythonException;
use crate::error::exception_from;

thread_local! {
    static ENGINE: OnceCell<Engine> = const { OnceCell::new() };
}

/// Why a text was not rendered.
enum Failure {
    /// The engine's own error, or one that a Python object raised and the engine carried on.
    Template(Box<TemplateError>),
    /// An exception raised while a value was written.
    Exception(PyBaseExceptionRef),
}

impl Failure {
    /// The exception that a template ran into, or one of `batou.template`, with the place in the attribute `excerpt`.
    fn into_exception(self, name: &str, vm: &VirtualMachine) -> PyBaseExceptionRef {
        let mut error = match self {
            Self::Exception(exception) => return exception,
            Self::Template(error) => error,
        };
        // An error in a template that this one asked for names that one already.
        if error.template.is_empty() {
            name.clone_into(&mut error.template);
        }
        let mut source = error.source();
        while let Some(cause) = source {
            if let Some(carried) = cause.downcast_ref::<PythonException>() {
                let exception = carried.exception.clone();
                // Exceptions with slots have no room for it; they are clear without.
                let _ = exception.as_object().set_attr("excerpt", vm.ctx.new_str(error.excerpt()), vm);
                return exception;
            }
            source = cause.source();
        }
        let kind = kind_name(error.kind);
        exception_from("batou.template", "_error", (kind, error.message.clone(), error.excerpt()), vm)
    }
}

/// What Python calls a kind of failure.
fn kind_name(kind: TemplateErrorKind) -> &'static str {
    match kind {
        TemplateErrorKind::Undefined => "undefined",
        TemplateErrorKind::Syntax => "syntax",
        TemplateErrorKind::DivisionByZero => "division",
        TemplateErrorKind::NotFound => "missing",
        TemplateErrorKind::Runtime | TemplateErrorKind::Callback => "runtime",
    }
}

fn render(source: &str, directory: Option<&Path>, context: Value) -> Result<String, Failure> {
    drop(value::take_raised());
    let rendered = ENGINE.with(|engine| engine.get_or_init(new_engine).render_in(source, "", directory, context));
    match (rendered, value::take_raised()) {
        (_, Some(exception)) => Err(Failure::Exception(exception)),
        (Ok(text), None) => Ok(text),
        (Err(error), None) => Err(Failure::Template(Box::new(error))),
    }
}

fn new_engine() -> Engine {
    Engine::new().with_type_names(value::type_name).with_foreign_operators(operators::PythonOperators)
}

/// The `TemplatingError` that users see, with the exception as its cause. Ctrl-C and the like are no error of a template.
fn templating_error(exception: PyBaseExceptionRef, name: &str, vm: &VirtualMachine) -> PyBaseExceptionRef {
    if !exception.fast_isinstance(vm.ctx.exceptions.exception_type) {
        return exception;
    }
    let error = exception_from("batou.template", "_templating_error", (exception.clone(), name.to_owned()), vm);
    error.set_cause(Some(exception));
    error
}

/// The breadcrumbs of a component, as far as they can be told.
fn breadcrumbs(component: &PyObject, vm: &VirtualMachine) -> String {
    let names = crate::model::names::Names::get(vm);
    let breadcrumbs = component.get_attr(names._breadcrumbs, vm).and_then(|text| text.str(vm));
    breadcrumbs.map_or_else(|_| component.class().name().to_string(), |text| text.to_string())
}

/// Where the templates are that a text of `owner` asks for: beside the file that the text was read from, else where the
/// component is defined.
fn directory(owner: &PyObject, vm: &VirtualMachine) -> PyResult<Option<PathBuf>> {
    let file = vm.get_attribute_opt(owner, "_template_file")?.filter(|file| !vm.is_none(file));
    let path = match &file {
        Some(file) => Some(PathBuf::from(file.str(vm)?.to_string())),
        None => None,
    };
    if let Some(directory) = path.as_deref().and_then(Path::parent) {
        return Ok(Some(directory.to_owned()));
    }
    let defdir = vm.get_attribute_opt(owner, "defdir")?.filter(|defdir| !vm.is_none(defdir));
    defdir.map(|defdir| Ok(PathBuf::from(defdir.str(vm)?.to_string()))).transpose()
}

#[rustpython_vm::pymodule]
mod _batou_template {
    use std::path::PathBuf;

    use batou_core::templates::{is_plain, mentions_templates};
    use minijinja::Value;
    use rustpython_vm::{
        Py, PyObjectRef, PyPayload, PyResult, VirtualMachine,
        builtins::{PyDictRef, PyStr, PyStrRef, PyTupleRef},
        function::OptionalArg,
        pyclass,
    };

    use super::{
        context::ComponentContext,
        engine::{Interface, arguments},
        value::from_python,
    };
    use crate::error::module_named;

    /// Texts longer than this are announced, because templates of this size are rarely meant to be templates.
    #[pyattr]
    const LARGE: usize = 100 * 1024;

    /// Renders `text` with the variables in `arguments`; `name` is what errors call it, and `directory` is where the
    /// templates are that it asks for.
    #[pyfunction]
    fn render(
        text: PyStrRef,
        arguments: PyDictRef,
        name: PyStrRef,
        directory: OptionalArg<PyStrRef>,
        vm: &VirtualMachine,
    ) -> PyResult<String> {
        let directory = directory.into_option().map(|directory| PathBuf::from(&*directory.to_string_lossy()));
        let mut variables = Vec::new();
        for (name, value) in arguments.items_vec() {
            variables.push((name.str(vm)?.to_string(), from_python(&value, vm)));
        }
        let rendered = super::render(&text.to_string_lossy(), directory.as_deref(), Value::from_pairs(variables));
        rendered.map_err(|failure| failure.into_exception(&name.to_string_lossy(), vm))
    }

    /// An engine with options of its own, which are those of the module `jinja2`.
    #[pyfunction]
    fn engine(options: PyDictRef, vm: &VirtualMachine) -> PyResult {
        let interface = Interface::new(&options, vm)?;
        Ok(Engine { interface }.into_pyobject(vm))
    }

    /// What [`engine`] makes.
    #[pyattr]
    #[pyclass(name = "Engine")]
    #[derive(Debug, PyPayload)]
    pub(super) struct Engine {
        interface: Interface,
    }

    #[pyclass]
    impl Engine {
        /// Renders a text with the variables of a dict; `name` is that of its template, or None.
        #[pymethod]
        fn render(
            zelf: &Py<Self>,
            source: PyStrRef,
            name: Option<PyStrRef>,
            variables: PyDictRef,
            vm: &VirtualMachine,
        ) -> PyResult<String> {
            let mut pairs = Vec::new();
            for (name, value) in variables.items_vec() {
                pairs.push((name.str(vm)?.to_string(), from_python(&value, vm)));
            }
            let name = name.map(|name| name.to_string_lossy().into_owned());
            zelf.interface.render(&source.to_string_lossy(), name.as_deref(), Value::from_pairs(pairs), vm)
        }

        /// Reads a text without rendering it; `name` is that of its template, or None.
        #[pymethod]
        fn check(zelf: &Py<Self>, source: PyStrRef, name: Option<PyStrRef>, vm: &VirtualMachine) -> PyResult<()> {
            let name = name.map(|name| name.to_string_lossy().into_owned());
            zelf.interface.check(&source.to_string_lossy(), name.as_deref(), vm)
        }

        /// Applies a filter that the engine has.
        #[pymethod]
        fn filter(
            zelf: &Py<Self>,
            name: PyStrRef,
            values: PyTupleRef,
            keywords: PyDictRef,
            vm: &VirtualMachine,
        ) -> PyResult {
            let arguments = arguments(&values, &keywords, vm)?;
            zelf.interface.filter(&name.to_string_lossy(), &arguments, vm)
        }

        /// Applies a test that the engine has.
        #[pymethod]
        fn test(zelf: &Py<Self>, name: PyStrRef, values: PyTupleRef, vm: &VirtualMachine) -> PyResult<bool> {
            let arguments = arguments(&values, &vm.ctx.new_dict(), vm)?;
            zelf.interface.test(&name.to_string_lossy(), &arguments, vm)
        }
    }

    /// Switches the variable `service` of components' templates on or off.
    #[pyfunction]
    fn offer_service(offered: bool) {
        super::context::offer_service(offered);
    }

    /// `Component.expand`: renders `text` for `component` (or `owner`, if that is None) with the additional variables.
    #[pyfunction]
    fn expand(
        owner: PyObjectRef,
        text: PyObjectRef,
        component: PyObjectRef,
        additional: PyDictRef,
        vm: &VirtualMachine,
    ) -> PyResult {
        let Some(source) = text.downcast_ref::<PyStr>().and_then(|text| text.to_str()) else {
            let class = text.class().name().to_string();
            text.length(vm)?;
            let wrong =
                vm.new_type_error(format!("Can't compile non template nodes: a template must be str, not {class}"));
            return Err(super::templating_error(wrong, &super::breadcrumbs(&owner, vm), vm));
        };
        if source.len() > LARGE {
            let template = module_named("batou.template", vm)?;
            template.get_attr("warn_if_large", vm)?.call((text.clone(),), vm)?;
        }
        if is_plain(source) && !source.contains('\r') {
            return Ok(text);
        }
        let subject = if vm.is_none(&component) { owner.clone() } else { component };
        let context = ComponentContext::value(subject, additional);
        let directory = if mentions_templates(source) { super::directory(&owner, vm)? } else { None };
        match super::render(source, directory.as_deref(), context) {
            Ok(rendered) => Ok(vm.ctx.new_str(rendered).into()),
            Err(failure) => {
                let name = super::breadcrumbs(&owner, vm);
                Err(super::templating_error(failure.into_exception(&name, vm), &name, vm))
            }
        }
    }
}
