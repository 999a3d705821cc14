//! `_batou_config`: environment files.

pub(crate) use _batou_config::module_def;

use std::path::Path;

use batou_core::config::{self, ConfigError, ConfigFile};
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::{IntoPython, exception_from, with_causes};

impl IntoPython for ConfigError {
    /// A `batou._config_error.ConfigFileError` with message, file, line, hint and the lines concerned.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        let line = self.source_lines().first().map(|line| line.line);
        let quoted: Vec<String> =
            self.source_lines().iter().map(|line| format!("{:>4} | {}", line.line, line.text)).collect();
        let arguments = (with_causes(&self), self.file().display().to_string(), line, self.hint(), quoted.join("\n"));
        exception_from("batou._config_error", "ConfigFileError", arguments, vm)
    }
}

/// (name, options, line, lines of the options) of each section.
fn sections(file: &ConfigFile, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let mut sections = Vec::with_capacity(file.sections.len());
    for section in &file.sections {
        let options = vm.ctx.new_dict();
        let lines = vm.ctx.new_dict();
        for option in file.effective(&section.name).unwrap_or_default() {
            options.set_item(option.name.as_str(), vm.ctx.new_str(option.value.as_str()).into(), vm)?;
            lines.set_item(option.name.as_str(), vm.ctx.new_int(option.line).into(), vm)?;
        }
        sections.push(vm.new_tuple((section.name.as_str(), options, section.line, lines)).into());
    }
    Ok(sections)
}

fn parse(text: &str, file: &str, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let parsed = config::parse(text, Path::new(file)).map_err(|error| error.into_python(vm))?;
    sections(&parsed, vm)
}

#[rustpython_vm::pymodule]
mod _batou_config {
    use rustpython_vm::{
        Py, PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyModule, PyStrRef},
        function::OptionalArg,
    };

    use crate::error::{IntoPython, module_named};

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        let class = module_named("batou._config_error", vm)?.get_attr("ConfigFileError", vm)?;
        module.set_attr("ConfigFileError", class, vm)
    }

    /// The sections of a file: (name, options with those of DEFAULT, line of the header, line of each option) each.
    #[pyfunction]
    fn read(path: PyStrRef, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let path = path.to_string();
        let file = batou_core::config::read(std::path::Path::new(&path)).map_err(|error| error.into_python(vm))?;
        super::sections(&file, vm)
    }

    /// (number of the last migration, version) of definitions that are written for an older batou; None for current ones.
    #[pyfunction]
    fn older_definitions(base_dir: PyStrRef, old_layout: bool, vm: &VirtualMachine) -> PyResult {
        let base_dir = base_dir.to_string();
        let older = batou_core::config::older_definitions(std::path::Path::new(&base_dir), old_layout)
            .map_err(|error| error.into_python(vm))?;
        Ok(older.map_or_else(
            || vm.ctx.none(),
            |older| {
                let version = vm.new_tuple((older.version[0], older.version[1], older.version[2]));
                vm.new_tuple((older.migration, version)).into()
            },
        ))
    }

    /// The same of a text; `file` is what errors call it.
    #[pyfunction]
    fn read_string(text: PyStrRef, file: OptionalArg<PyStrRef>, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        let file = file.map_or_else(|| "<string>".to_owned(), |file| file.to_string());
        super::parse(&text.to_string_lossy(), &file, vm)
    }
}
