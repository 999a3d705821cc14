//! `_batou_archive`: listing and unpacking archives.

pub(crate) use _batou_archive::module_def;

use batou_core::archive::ArchiveError;
use rustpython_vm::{VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::{IntoPython, exception_from, with_causes};

impl IntoPython for ArchiveError {
    /// A `batou.lib.archive.ArchiveError`, or what the disk refused as the `OSError` it is.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self {
            Self::Disk(error) => error.into_python(vm),
            Self::Owner(error) => error.into_python(vm),
            error => exception_from("batou.lib.archive", "ArchiveError", (with_causes(&error),), vm),
        }
    }
}

#[rustpython_vm::pymodule]
mod _batou_archive {
    use batou_core::archive::{self, Format, UnpackOptions};
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyStrRef};

    use crate::{
        error::ToPyResult,
        files::{path, update_needed},
    };

    fn format(name: &PyStrRef, vm: &VirtualMachine) -> PyResult<Format> {
        match &*name.to_string_lossy() {
            "tar" => Ok(Format::Tar),
            "zip" => Ok(Format::Zip),
            other => Err(vm.new_value_error(format!("unknown archive format {other:?}"))),
        }
    }

    /// The names of the members that no pattern of `exclude` matches.
    #[pyfunction]
    fn names(
        archive: PyObjectRef,
        kind: PyStrRef,
        exclude: Vec<PyStrRef>,
        vm: &VirtualMachine,
    ) -> PyResult<Vec<PyObjectRef>> {
        let exclude: Vec<String> = exclude.iter().map(|pattern| pattern.to_string()).collect();
        let names = archive::names(&path(&archive, vm)?, format(&kind, vm)?, &exclude).to_py(vm)?;
        Ok(names.into_iter().map(|name| vm.fsdecode(name.into_os_string()).into()).collect())
    }

    /// Asks for an update unless all members are in the target, and not older than the archive.
    #[pyfunction]
    fn verify(
        archive: PyObjectRef,
        target: PyObjectRef,
        names: PyObjectRef,
        strip: usize,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let names = vm.extract_elements_with(&names, |name| path(&name, vm))?;
        let current = archive::are_current(&path(&archive, vm)?, &path(&target, vm)?, names, strip).to_py(vm)?;
        update_needed(!current, vm)
    }

    /// Unpacks all members into the target.
    #[pyfunction]
    fn unpack(
        archive: PyObjectRef,
        kind: PyStrRef,
        target: PyObjectRef,
        strip: usize,
        links_outside: bool,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let options = UnpackOptions { strip, links_outside };
        archive::unpack(&path(&archive, vm)?, format(&kind, vm)?, &path(&target, vm)?, options).to_py(vm)
    }
}
