//! `_batou_sync`: copying directory trees.

pub(crate) use _batou_sync::module_def;

use batou_core::files::sync::error::{OptionError, SyncError};
use rustpython_vm::{VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::IntoPython;

impl IntoPython for SyncError {
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self {
            Self::Disk(error) => error.into_python(vm),
            error => vm.new_os_error(error.to_string()),
        }
    }
}

impl IntoPython for OptionError {
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        vm.new_value_error(self.to_string())
    }
}

#[rustpython_vm::pymodule]
mod _batou_sync {
    use batou_core::files::{
        directory,
        sync::{
            apply::{TargetOptions, apply},
            options::SyncOptions,
            plan::plan,
        },
    };
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyStrRef};

    use crate::{
        error::ToPyResult,
        files::{path, update_needed},
    };

    fn options(text: &PyStrRef, exclude: &PyObjectRef, vm: &VirtualMachine) -> PyResult<SyncOptions> {
        let exclude = vm.extract_elements_with(exclude, |pattern| Ok(pattern.str(vm)?.to_string()))?;
        SyncOptions::parse(&text.to_string_lossy(), &exclude).to_py(vm)
    }

    /// ValueError, naming it, if there is an option that cannot be followed.
    #[pyfunction]
    fn check_options(text: PyStrRef, exclude: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        options(&text, &exclude, vm).map(drop)
    }

    /// Asks for an update unless there is a directory that is like its source, as far as the options say.
    #[pyfunction]
    fn verify(
        source: PyObjectRef,
        target: PyObjectRef,
        text: PyStrRef,
        exclude: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let (source, target) = (path(&source, vm)?, path(&target, vm)?);
        if directory::differs(&target).to_py(vm)? {
            return update_needed(true, vm);
        }
        update_needed(!plan(&source, &target, &options(&text, &exclude, vm)?).to_py(vm)?.is_empty(), vm)
    }

    /// Makes a directory like its source. With `replace`, what is no directory makes way; with `leading`, those above are
    /// made.
    #[pyfunction]
    fn update(
        source: PyObjectRef,
        target: PyObjectRef,
        text: PyStrRef,
        exclude: PyObjectRef,
        replace: bool,
        leading: bool,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let options = options(&text, &exclude, vm)?;
        apply(&path(&source, vm)?, &path(&target, vm)?, &options, TargetOptions { replace, leading }).to_py(vm)
    }
}
