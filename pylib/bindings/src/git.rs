//! `_batou_git`: checkouts of git.

pub(crate) use _batou_git::module_def;

use batou_core::vcs::git::{GitError, Wanted};
use rustpython_vm::{PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::{IntoPython, exception_from, with_causes};

impl IntoPython for GitError {
    /// A `batou.lib.git.GitError` with message and hint; for files the subclass of `OSError`.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self {
            Self::Disk(error) => error.into_python(vm),
            Self::Interrupted => vm.new_exception_empty(vm.ctx.exceptions.keyboard_interrupt.to_owned()),
            error => exception_from("batou.lib.git", "GitError", (with_causes(&error), error.hint()), vm),
        }
    }
}

fn wanted(kind: &str, name: String, vm: &VirtualMachine) -> PyResult<Wanted> {
    match kind {
        "branch" => Ok(Wanted::Branch(name)),
        "tag" => Ok(Wanted::Tag(name)),
        "revision" => Ok(Wanted::Revision(name)),
        _ => Err(vm.new_value_error("the kind is branch, tag or revision")),
    }
}

#[rustpython_vm::pymodule]
mod _batou_git {
    use batou_core::vcs::git::{self, Checkout};
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyStrRef};

    use super::wanted;
    use crate::error::ToPyResult;
    use crate::files::path;
    use crate::interruption::attended;

    fn checkout(directory: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Checkout> {
        Checkout::open(&path(directory, vm)?).to_py(vm)
    }

    /// The text without the passwords of addresses in it.
    #[pyfunction]
    fn masked(text: PyStrRef) -> String {
        git::masked(&text.to_string_lossy())
    }

    /// Whether the directory is a checkout; an exception if it looks like one that cannot be used.
    #[pyfunction]
    fn is_checkout(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
        Ok(Checkout::find(&path(&directory, vm)?).to_py(vm)?.is_some())
    }

    /// Whether a clone that was killed left something behind.
    #[pyfunction]
    fn has_leftovers(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
        git::has_leftovers(&path(&directory, vm)?).to_py(vm)
    }

    /// The hash of the commit that is checked out, or None.
    #[pyfunction]
    fn revision(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
        checkout(&directory, vm)?.revision().to_py(vm)
    }

    /// The local branch, `HEAD` without one.
    #[pyfunction]
    fn branch(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
        checkout(&directory, vm)?.branch().to_py(vm)
    }

    /// What `git describe --tags` says, or None.
    #[pyfunction]
    fn tag(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
        checkout(&directory, vm)?.tag().to_py(vm)
    }

    /// The address of origin, or None.
    #[pyfunction]
    fn remote_url(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
        checkout(&directory, vm)?.remote_url().to_py(vm)
    }

    /// Whether files differ from the commit or are untracked.
    #[pyfunction]
    fn has_changes(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<bool> {
        checkout(&directory, vm)?.has_changes().to_py(vm)
    }

    /// The untracked files, relative to the checkout.
    #[pyfunction]
    fn untracked(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let files = checkout(&directory, vm)?.untracked().to_py(vm)?;
        let files = files.into_iter().map(|file| vm.fsdecode(file.into_os_string()).into()).collect();
        Ok(vm.ctx.new_list(files).into())
    }

    /// How many commits the branch is ahead of its upstream and behind it, or None.
    #[pyfunction]
    fn distance(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<(usize, usize)>> {
        checkout(&directory, vm)?.distance().to_py(vm)
    }

    /// The time of the commit, or None.
    #[pyfunction]
    fn commit_time(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<i64>> {
        checkout(&directory, vm)?.commit_time().to_py(vm)
    }

    /// Whether a branch, tag or revision is the commit that is checked out, as far as the checkout knows.
    #[pyfunction]
    fn shows(directory: PyObjectRef, kind: PyStrRef, name: PyStrRef, vm: &VirtualMachine) -> PyResult<bool> {
        let wanted = wanted(&kind.to_string_lossy(), name.to_string(), vm)?;
        checkout(&directory, vm)?.shows(&wanted).to_py(vm)
    }

    /// Whether a fetch would bring anything.
    #[pyfunction]
    fn has_incoming(directory: PyObjectRef, kind: PyStrRef, name: PyStrRef, vm: &VirtualMachine) -> PyResult<bool> {
        let directory = path(&directory, vm)?;
        let wanted = wanted(&kind.to_string_lossy(), name.to_string(), vm)?;
        attended(|interrupted| git::has_incoming(&directory, Some(&wanted), interrupted), vm)
    }

    /// Clones into a directory whose content is replaced.
    #[pyfunction]
    fn clone(
        url: PyStrRef,
        directory: PyObjectRef,
        kind: PyStrRef,
        name: PyStrRef,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let directory = path(&directory, vm)?;
        let wanted = wanted(&kind.to_string_lossy(), name.to_string(), vm)?;
        attended(|interrupted| git::clone(&url.to_string_lossy(), &directory, &wanted, interrupted), vm)
    }

    /// Fetches, removes files, and checks out.
    #[pyfunction]
    fn update(
        directory: PyObjectRef,
        kind: PyStrRef,
        name: PyStrRef,
        untracked: PyObjectRef,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let directory = path(&directory, vm)?;
        let wanted = wanted(&kind.to_string_lossy(), name.to_string(), vm)?;
        let untracked = vm.extract_elements_with(&untracked, |file| path(&file, vm))?;
        attended(|interrupted| git::update(&directory, &wanted, untracked, interrupted), vm)
    }

    /// Makes sure that there is a directory with nothing in it.
    #[pyfunction]
    fn empty_directory(directory: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        git::empty_directory(&path(&directory, vm)?).to_py(vm)
    }
}
