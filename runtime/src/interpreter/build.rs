//! Building the virtual machine.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustpython::InterpreterBuilderExt;
use rustpython_vm::{
    Interpreter, InterpreterBuilder, PyResult, Settings, VirtualMachine, builtins::PyListRef, common::rc::PyRc,
};

use super::{bundled, frozen, report_module, tls};
use crate::{cli::names, secrets::TerminalDialogue, signals::Held};

/// Where the library's modules say they are: they are part of the program, so this is no file.
const LIBRARY_PATH: &str = "/usr/lib/batou/python";

/// How the interpreter starts.
pub struct Options {
    /// Settings of the language; the search path is added to.
    pub settings: Settings,
}

impl Options {
    /// For deployments: nothing is imported that is not used, nothing is held back in buffers. Where a project imports
    /// from, [`import_from`] tells afterwards.
    pub fn for_deployment() -> Self {
        let mut settings = Settings::default();
        settings.import_site = false;
        settings.ignore_environment = true;
        settings.write_bytecode = false;
        settings.buffered_stdio = false;
        // Finding out the encoding of the locale takes a quarter of the start.
        settings.stdio_encoding = Some("utf-8".to_owned());
        settings.stdio_errors = Some("surrogateescape".to_owned());
        // First the working directory of the moment: `configure` runs beside its component file and imports modules from
        // there.
        settings.path_list = vec![String::new()];
        settings.path_list.extend(search_path(names::PYTHONPATH.value()));
        Self { settings }
    }
}

/// Has modules looked for, after all other places, in the directory of the project, whose own packages are found wherever
/// the import stands, and in the directories of what its requirements name.
///
/// # Errors
/// The search path is no list.
pub fn import_from(project: &Path, packages: &[PathBuf], vm: &VirtualMachine) -> PyResult<()> {
    let path: PyListRef = vm.sys_module.get_attr("path", vm)?.try_into_value(vm)?;
    let directories = std::iter::once(project).chain(packages.iter().map(PathBuf::as_path));
    path.borrow_vec_mut().extend(directories.map(|directory| vm.ctx.new_str(directory.to_string_lossy()).into()));
    Ok(())
}

/// The directories of a search path.
pub fn search_path(variable: Option<OsString>) -> Vec<String> {
    let Some(variable) = variable else {
        return Vec::new();
    };
    std::env::split_paths(&variable)
        .filter(|path| !path.as_os_str().is_empty())
        .map(|path| path.to_string_lossy().into_owned())
        .collect()
}

/// Builds the virtual machine with the standard library, the native modules and the package `batou`.
///
/// Signals wait until it is ready: none of its first steps can be interrupted.
pub fn build(mut options: Options) -> Interpreter {
    let _held = Held::all();
    // A static program knows no locale but C, in which files would be read as ASCII.
    options.settings.utf8_mode = 1;
    tls::install_provider();
    batou_bindings::dialogue::set_dialogue(Arc::new(TerminalDialogue));
    let development = names::BATOU_PYTHON_PATH.value();
    if let Some(directory) = &development {
        options.settings.path_list.insert(0, directory.to_string_lossy().into_owned());
    }
    let builder = InterpreterBuilder::new().settings(options.settings).init_stdlib();
    let mut modules = batou_bindings::modules(&builder.ctx);
    modules.push(report_module::module_def(&builder.ctx));
    modules.push(bundled::module_def(&builder.ctx));
    let builder = builder.add_native_modules(&modules);
    let builder = if development.is_some() { builder } else { builder.add_frozen_modules(frozen::BATOU) };
    let interpreter = builder
        .init_hook(|vm| {
            if let Some(state) = PyRc::get_mut(&mut vm.state) {
                state.config.paths.stdlib_dir = Some(LIBRARY_PATH.to_owned());
            }
        })
        .build();
    // Without a list of finders nothing could be imported at all.
    interpreter.enter_and_expect(bundled::install, "the finder of bundled modules");
    interpreter
}
