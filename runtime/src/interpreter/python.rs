//! `batou python`: the embedded interpreter as a Python of its own.

use std::{
    ffi::OsString,
    io::Read as _,
    path::{Path, PathBuf},
};

use rustpython_vm::{
    AsObject, PyResult, Settings, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyStrRef},
};

use super::{Options, build, build::search_path};
use crate::cli::{PythonArguments, PythonMode, names};

/// The version of the language.
pub const VERSION: &str = "3.14";

/// Runs a Python program to its end and gives its exit code. It imports from the directories `project_path` too, after
/// its own and those of `PYTHONPATH`.
pub fn run(arguments: &PythonArguments, project_path: &[PathBuf]) -> u8 {
    let mut settings = settings(arguments);
    settings.path_list.extend(project_path.iter().map(|directory| directory.to_string_lossy().into_owned()));
    let interpreter = build(Options { settings });
    let code = interpreter.run(|vm| run_program(arguments, vm));
    // Python's own rule: what does not fit into a byte is cut off by the system.
    u8::try_from(code & 0xff).unwrap_or(u8::MAX)
}

fn settings(arguments: &PythonArguments) -> Settings {
    let text = |word: &OsString| word.to_string_lossy().into_owned();
    let mut settings = Settings::default();
    settings.argv = arguments.program_words().iter().map(text).collect();
    settings.isolated = arguments.isolated;
    settings.safe_path = arguments.isolated;
    settings.ignore_environment = arguments.ignore_environment;
    settings.import_site = !arguments.without_site;
    settings.user_site_directory = !arguments.without_user_site;
    settings.write_bytecode = !arguments.without_bytecode;
    settings.buffered_stdio = !arguments.unbuffered;
    settings.quiet = arguments.quiet;
    settings.optimize = arguments.optimize;
    settings.warnoptions = arguments.warnings.iter().map(text).collect();
    for extension in arguments.extensions.iter().map(text) {
        let (name, value) = match extension.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (extension, None),
        };
        settings.xoptions.push((name, value));
    }
    if !arguments.ignore_environment {
        settings.path_list = search_path(names::PYTHONPATH.value());
    }
    settings
}

fn run_program(arguments: &PythonArguments, vm: &VirtualMachine) -> PyResult<()> {
    let scope = vm.new_scope_with_main()?;
    if !arguments.without_site {
        vm.import("site", 0)?;
    }
    if matches!(arguments.mode, PythonMode::Command(_) | PythonMode::Module(_) | PythonMode::Script(_)) {
        // They exist in conversations only; the debugger, for one, tells by them how to quit.
        for prompt in ["ps1", "ps2"] {
            vm.sys_module.as_object().del_attr(vm.ctx.intern_str(prompt), vm)?;
        }
    }
    match &arguments.mode {
        PythonMode::Command(code) => {
            search_in("", arguments, vm)?;
            vm.run_string(scope, &code.to_string_lossy(), "<string>").map(drop)
        }
        PythonMode::Module(module) => {
            let directory = std::env::current_dir().unwrap_or_default();
            search_in(&directory.to_string_lossy(), arguments, vm)?;
            vm.run_module(&module.to_string_lossy())
        }
        PythonMode::Script(script) => run_script(Path::new(script), arguments, vm),
        PythonMode::StandardInput | PythonMode::Unspecified | PythonMode::Help | PythonMode::Version => {
            search_in("", arguments, vm)?;
            if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
                return rustpython::run_shell(vm, scope);
            }
            let mut program = String::new();
            if let Err(error) = std::io::stdin().read_to_string(&mut program) {
                return Err(vm.new_os_error(format!("cannot read the program from standard input: {error}")));
            }
            vm.run_string(scope, &program, "<stdin>").map(drop)
        }
    }
}

/// Puts the directory that programs import from first, unless the program is isolated.
fn search_in(directory: &str, arguments: &PythonArguments, vm: &VirtualMachine) -> PyResult<()> {
    if arguments.isolated { Ok(()) } else { vm.insert_sys_path(vm.ctx.new_str(directory).into()) }
}

/// Runs a file, or a directory or archive with a `__main__.py`.
fn run_script(script: &Path, arguments: &PythonArguments, vm: &VirtualMachine) -> PyResult<()> {
    let absolute = std::path::absolute(script).unwrap_or_else(|_| script.to_owned());
    if absolute.is_dir() {
        search_in(&absolute.to_string_lossy(), arguments, vm)?;
        let run_as_main = vm.import("runpy", 0)?.get_attr("_run_module_as_main", vm)?;
        return run_as_main.call(("__main__", false), vm).map(drop);
    }
    if let Err(error) = std::fs::File::open(&absolute) {
        let message = format!("batou python: can't open file '{}': {error}", absolute.display());
        return Err(exit_with(message, vm));
    }
    let directory = absolute.canonicalize().ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    search_in(&directory.to_string_lossy(), arguments, vm)?;
    let scope = vm.new_scope_with_main()?;
    vm.run_any_file(scope, &absolute.to_string_lossy())
}

/// An exit with status 2 after a message on standard error, as Python ends when the program is not there.
fn exit_with(message: String, vm: &VirtualMachine) -> PyBaseExceptionRef {
    let text: PyStrRef = vm.ctx.new_str(format!("{message}\n"));
    if let Ok(stderr) = vm.sys_module.get_attr("stderr", vm) {
        // The exit code still tells that nothing was run.
        let _ = vm.call_method(stderr.as_object(), "write", (text,));
    }
    vm.new_system_exit(vec![vm.ctx.new_int(2).into()].into())
}
