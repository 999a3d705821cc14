//! `_batou_passwords`: hashes of passwords.

pub(crate) use _batou_passwords::module_def;

#[rustpython_vm::pymodule]
mod _batou_passwords {
    use batou_core::passwords;
    use rustpython_vm::{PyResult, VirtualMachine, builtins::PyStrRef};

    /// The hash of a password, as `crypt.crypt` gives it; ValueError for a salt that means nothing.
    #[pyfunction]
    fn crypt(password: PyStrRef, salt: PyStrRef, vm: &VirtualMachine) -> PyResult<String> {
        passwords::crypt(password.as_bytes(), &salt.to_string_lossy())
            .map_err(|error| vm.new_value_error(error.to_string()))
    }
}
