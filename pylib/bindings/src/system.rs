//! `_batou_system`: what programs of the operating system say and take.

pub(crate) use _batou_system::module_def;

use batou_core::system::OptionError;
use rustpython_vm::{VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::IntoPython;

impl IntoPython for OptionError {
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        vm.new_value_error(self.to_string())
    }
}

#[rustpython_vm::pymodule]
mod _batou_system {
    use batou_core::system;
    use rustpython_vm::{
        PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyBytesRef, PyStrRef},
    };

    use crate::error::ToPyResult;

    /// The lines of a crontab that are no comments.
    #[pyfunction]
    fn without_comments(crontab: PyBytesRef, vm: &VirtualMachine) -> PyObjectRef {
        vm.ctx.new_bytes(system::without_comments(crontab.as_bytes())).into()
    }

    /// Whether `crontab -l` failed because there is none.
    #[pyfunction]
    fn says_no_crontab(standard_error: PyBytesRef) -> bool {
        system::says_no_crontab(standard_error.as_bytes())
    }

    /// Whether a package is marked for installation in the output of `dpkg --get-selections`.
    #[pyfunction]
    fn is_package_selected(selections: PyStrRef, package: PyStrRef) -> bool {
        system::is_selected(&selections.to_string_lossy(), &package.to_string_lossy())
    }

    /// The text of an option file with a password for clients of MySQL, which includes others. ValueError for a NUL.
    #[pyfunction]
    fn mysql_options(password: PyStrRef, included: Vec<PyStrRef>, vm: &VirtualMachine) -> PyResult<String> {
        let included: Vec<String> = included.iter().map(|path| path.to_string()).collect();
        system::option_file(&password.to_string_lossy(), included.iter().map(String::as_str)).to_py(vm)
    }

    /// A text as a literal of SQL.
    #[pyfunction]
    fn sql_text(text: PyStrRef) -> String {
        system::sql_text(&text.to_string_lossy())
    }

    /// The name of a database as SQL needs it.
    #[pyfunction]
    fn sql_name(name: PyStrRef) -> String {
        system::sql_name(&name.to_string_lossy())
    }

    /// Whether the answer to `SHOW GRANTS` says that all is granted on a database.
    #[pyfunction]
    fn grants_everything(answer: PyStrRef, database: PyStrRef) -> bool {
        system::grants_everything(&answer.to_string_lossy(), &database.to_string_lossy())
    }
}
