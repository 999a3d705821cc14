//! The walk that verifies and updates a tree of components.

use std::{cell::RefCell, collections::HashMap, path::PathBuf, time::Instant};

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyFunction, PyList},
    function::{FuncArgs, KwArgs},
};

use super::{
    component::{ComponentBase, Timings},
    events,
    names::Names,
    output,
    prepare::enter,
    registry::{self, Method},
};
use crate::error::{IntoPython, module_named};

/// Seconds after which a check is worth a word.
const SLOW_VERIFY: f64 = 1.0;
/// Seconds after which a change is worth a word.
const SLOW_UPDATE: f64 = 1.0;
/// Seconds after which a whole component is worth a word.
const SLOW_TOTAL: f64 = 10.0;

#[derive(Default)]
struct Walk {
    /// The component being deployed, until something is printed about it.
    pending: Option<PyObjectRef>,
    /// The component whose own check or change raised an exception.
    failed: Option<PyObjectRef>,
    /// Where relative paths lead while predicting and the working directory does not exist yet.
    empty_directory: Option<tempfile::TempDir>,
    /// Where the process was before the outermost component went into its working directory.
    origin: Option<PathBuf>,
    /// How many components contain the one being deployed.
    depth: usize,
    /// Whether a function takes `predicting`, by identity; the function is kept alive.
    takes_predicting: HashMap<usize, (PyObjectRef, bool)>,
    /// Whether the output keeps lines back.
    buffered: bool,
}

thread_local! {
    static WALK: RefCell<Walk> = RefCell::new(Walk::default());
}

/// Forgets what a run left behind, and removes what its predictions needed.
pub fn finish() {
    let walk = WALK.with_borrow_mut(|walk| (walk.pending.take(), walk.failed.take(), walk.empty_directory.take()));
    drop(walk);
}

/// From now on the output keeps lines back.
pub fn note_buffered() {
    WALK.with_borrow_mut(|walk| walk.buffered = true);
}

/// Drops the lines that the output kept back for a component that had nothing else to say.
fn drop_buffered(vm: &VirtualMachine) -> PyResult<()> {
    if WALK.with_borrow_mut(|walk| std::mem::take(&mut walk.buffered)) {
        output(vm)?.get_attr(Names::get(vm).clear_buffer, vm)?.call((), vm)?;
    }
    Ok(())
}

/// Makes a component the one that is announced before anything else is printed.
fn set_pending(component: Option<PyObjectRef>) {
    let before = WALK.with_borrow_mut(|walk| std::mem::replace(&mut walk.pending, component));
    // Here and not inside: the destructor of a component may come back to this state.
    drop(before);
}

/// The component that is being deployed and was not announced yet; afterwards none is.
pub fn take_pending() -> Option<PyObjectRef> {
    WALK.with_borrow_mut(|walk| walk.pending.take())
}

/// The component whose own check or change raised the exception that ended the walk; afterwards none is known.
pub fn take_failed() -> Option<PyObjectRef> {
    WALK.with_borrow_mut(|walk| walk.failed.take())
}

/// `Component.deploy(predict_only)`.
pub fn deploy(component: &PyObject, predicting: bool, vm: &VirtualMachine) -> PyResult<()> {
    WALK.with_borrow_mut(|walk| walk.depth += 1);
    let deployed = deploy_here(component, predicting, vm);
    // Neighbours mostly share their working directory, so only the outermost component leads back.
    let origin = WALK.with_borrow_mut(|walk| {
        walk.depth -= 1;
        if walk.depth == 0 { walk.origin.take() } else { None }
    });
    let returned = origin.map_or(Ok(()), |origin| enter(&origin, vm));
    deployed.and(returned)
}

fn deploy_here(component: &PyObject, predicting: bool, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    vm.check_signals()?;
    let native = component.downcast_ref::<ComponentBase>().ok_or_else(|| vm.new_type_error("not a component"))?;
    component.set_attr(names.changed, vm.ctx.new_bool(false), vm)?;

    let mut timings = Timings::default();
    deploy_children(component, predicting, &mut timings, vm)?;

    set_pending(Some(component.to_owned()));
    let own_part = enter_working_directory(component, predicting, vm)
        .and_then(|()| in_context(component, vm, || verify_and_update(component, predicting, &mut timings, vm)));
    if own_part.is_err() {
        let before = WALK.with_borrow_mut(|walk| walk.failed.replace(component.to_owned()));
        drop(before);
    }
    own_part?;
    set_pending(None);
    drop_buffered(vm)?;
    native.record(timings);
    report_if_slow(component, timings, vm)
}

/// Deploys the sub-components in order. The component counts as changed as soon as one of them does, which those after it
/// may look at.
fn deploy_children(component: &PyObject, predicting: bool, timings: &mut Timings, vm: &VirtualMachine) -> PyResult<()> {
    let names = Names::get(vm);
    let children = component.get_attr(names.sub_components, vm)?;
    let Some(list) = children.downcast_ref::<PyList>() else {
        return Err(vm.new_type_error("sub_components must be a list"));
    };
    if list.borrow_vec().is_empty() {
        return Ok(());
    }
    let started = Instant::now();
    let mut changed = false;
    let mut index = 0;
    // The list may grow while its members are deployed.
    loop {
        let child = match list.borrow_vec().get(index) {
            Some(child) => child.clone(),
            None => break,
        };
        index += 1;
        if registry::overrides(&child, Method::Deploy, vm)? {
            return_to_origin(vm)?;
            child.get_attr(names.deploy, vm)?.call((vm.ctx.new_bool(predicting),), vm)?;
        } else {
            deploy(&child, predicting, vm)?;
        }
        if !changed && child.get_attr(names.changed, vm)?.is_true(vm)? {
            changed = true;
            component.set_attr(names.changed, vm.ctx.new_bool(true), vm)?;
        }
    }
    timings.sub = Some(started.elapsed().as_secs_f64());
    Ok(())
}

/// Goes back to where the process was before the walk, which is where a definition's own `deploy` begins.
fn return_to_origin(vm: &VirtualMachine) -> PyResult<()> {
    let origin = WALK.with_borrow(|walk| walk.origin.clone());
    origin.map_or(Ok(()), |origin| enter(&origin, vm))
}

/// Goes into the component's working directory.
fn enter_working_directory(component: &PyObject, predicting: bool, vm: &VirtualMachine) -> PyResult<()> {
    let workdir = component.get_attr(Names::get(vm).workdir, vm)?;
    let wanted = PathBuf::from(workdir.str(vm)?.to_string());
    let current = std::env::current_dir().ok();
    if current.as_deref() == Some(&wanted) {
        return Ok(());
    }
    WALK.with_borrow_mut(|walk| {
        if walk.origin.is_none() {
            walk.origin = current;
        }
    });
    enter(&existing_directory(wanted, predicting, vm)?, vm)
}

/// The directory itself, made if it is missing; a prediction makes none and looks into an empty one instead.
fn existing_directory(directory: PathBuf, predicting: bool, vm: &VirtualMachine) -> PyResult<PathBuf> {
    if directory.is_dir() {
        return Ok(directory);
    }
    if !predicting {
        batou_core::fs::make_directory(&directory, true).map_err(|error| error.into_python(vm))?;
        return Ok(directory);
    }
    WALK.with_borrow_mut(|walk| {
        if let Some(empty) = &walk.empty_directory {
            return Ok(empty.path().to_owned());
        }
        let empty = tempfile::Builder::new().prefix("batou-predict-").tempdir();
        let empty = empty.map_err(|error| {
            vm.new_os_error(format!(
                "{} does not exist yet, and no empty directory can be made to stand for it while predicting: {error}; \
                 set TMPDIR to a directory that can be written",
                directory.display()
            ))
        })?;
        let path = empty.path().canonicalize().unwrap_or_else(|_| empty.path().to_owned());
        walk.empty_directory = Some(empty);
        Ok(path)
    })
}

/// Runs something inside the component's own context; `__exit__` sees the error and may swallow it.
fn in_context(component: &PyObject, vm: &VirtualMachine, run: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
    let names = Names::get(vm);
    if !registry::overrides(component, Method::Enter, vm)? && !registry::overrides(component, Method::Exit, vm)? {
        return run();
    }
    component.get_attr(names.__enter__, vm)?.call((), vm)?;
    let exit = component.get_attr(names.__exit__, vm)?;
    match run() {
        Ok(()) => {
            let none = vm.ctx.none();
            exit.call((none.clone(), none.clone(), none), vm).map(drop)
        }
        Err(exception) => {
            let (class, value, traceback) = vm.split_exception(exception.clone());
            let swallowed = exit.call((class, value, traceback), vm)?.is_true(vm)?;
            if swallowed { Ok(()) } else { Err(exception) }
        }
    }
}

/// Checks the component; if it asks for it, tells the others, announces it and (unless predicting) updates it.
fn verify_and_update(
    component: &PyObject,
    predicting: bool,
    timings: &mut Timings,
    vm: &VirtualMachine,
) -> PyResult<()> {
    let names = Names::get(vm);
    if !registry::overrides(component, Method::Verify, vm)? {
        timings.verify = Some(0.0);
        return Ok(());
    }
    let started = Instant::now();
    let verified = verify(component, predicting, vm);
    timings.verify = Some(started.elapsed().as_secs_f64());
    match verified {
        Ok(()) => return Ok(()),
        Err(exception) if is_update_request(&exception, vm) => {}
        Err(exception) => return Err(exception),
    }
    events::trigger_before_update(component, predicting, vm)?;
    output(vm)?.get_attr(names.flush_buffer, vm)?.call((), vm)?;
    if !predicting {
        let started = Instant::now();
        let done = component.get_attr(names.update, vm)?.call((), vm);
        timings.update = Some(started.elapsed().as_secs_f64());
        done?;
    }
    component.set_attr(names.changed, vm.ctx.new_bool(true), vm)
}

/// Every AssertionError asks for an update, `UpdateNeeded` and plain `assert` alike.
fn is_update_request(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> bool {
    exception.fast_isinstance(vm.ctx.exceptions.assertion_error)
}

/// Calls `verify`, with `predicting` if its signature takes it.
fn verify(component: &PyObject, predicting: bool, vm: &VirtualMachine) -> PyResult<()> {
    let method = component.get_attr(Names::get(vm).verify, vm)?;
    if takes_predicting(&method, vm)? {
        let value: PyObjectRef = vm.ctx.new_bool(predicting).into();
        let keywords: KwArgs = [("predicting".to_owned(), value)].into_iter().collect();
        method.call(FuncArgs::new(Vec::new(), keywords), vm)?;
    } else {
        method.call((), vm)?;
    }
    Ok(())
}

fn takes_predicting(method: &PyObject, vm: &VirtualMachine) -> PyResult<bool> {
    let function = vm.get_attribute_opt(method, "__func__")?.unwrap_or_else(|| method.to_owned());
    let key = function.get_id();
    if let Some(known) = WALK.with_borrow(|walk| walk.takes_predicting.get(&key).map(|(_, takes)| *takes)) {
        return Ok(known);
    }
    let takes = if is_plain_function(&function, vm)? {
        let code = function.get_attr("__code__", vm)?;
        let code =
            code.downcast_ref::<rustpython_vm::builtins::PyCode>().ok_or_else(|| vm.new_type_error("no code"))?;
        let code = &code.code;
        let named = (code.arg_count + code.kwonlyarg_count) as usize;
        let positional_only = code.posonlyarg_count as usize;
        let by_name = code.varnames.iter().take(named).skip(positional_only).any(|name| name.as_str() == "predicting");
        by_name || code.flags.contains(rustpython_vm::bytecode::CodeFlags::VARKEYWORDS)
    } else {
        let accepted = module_named("batou.utils", vm)?.get_attr("_accepted_by_signature", vm)?;
        let keywords = vm.ctx.new_dict();
        keywords.set_item("predicting", vm.ctx.none(), vm)?;
        accepted.call((method.to_owned(), keywords), vm)?.is_true(vm)?
    };
    WALK.with_borrow_mut(|walk| walk.takes_predicting.insert(key, (function, takes)));
    Ok(takes)
}

/// Whether the parameters stand in the function's own code. Behind a decorator that uses `functools.wraps` stands another function, whose
/// parameters count.
fn is_plain_function(function: &PyObject, vm: &VirtualMachine) -> PyResult<bool> {
    Ok(function.downcast_ref::<PyFunction>().is_some()
        && vm.get_attribute_opt(function, "__wrapped__")?.is_none()
        && vm.get_attribute_opt(function, "__signature__")?.is_none())
}

/// Says which component took long, and with what.
fn report_if_slow(component: &PyObject, timings: Timings, vm: &VirtualMachine) -> PyResult<()> {
    let total = [timings.verify, timings.update, timings.sub].iter().flatten().sum::<f64>();
    let slow = timings.verify.is_some_and(|seconds| seconds > SLOW_VERIFY)
        || timings.update.is_some_and(|seconds| seconds > SLOW_UPDATE)
        || total > SLOW_TOTAL;
    if !slow {
        return Ok(());
    }
    let names = Names::get(vm);
    let host = component.get_attr(names.host, vm)?.get_attr(names.name, vm)?;
    let breadcrumbs = component.get_attr(names._breadcrumbs, vm)?;
    let arguments = (host, breadcrumbs, total, timings.verify, timings.update, timings.sub);
    output(vm)?.get_attr("slow", vm)?.call(arguments, vm).map(drop)
}
