//! Paths as they are on the host.

use rustpython_vm::{PyObject, PyObjectRef, PyResult, VirtualMachine};

use super::names::Names;
use crate::error::module_named;

/// `Component.map(path)`: `~` expanded; relative paths below the working directory; absolute ones through the sandbox.
pub fn map(component: &PyObject, path: PyObjectRef, vm: &VirtualMachine) -> PyResult {
    let names = Names::get(vm);
    let path = match path.downcast_ref::<rustpython_vm::builtins::PyStr>() {
        Some(text) => text.to_string(),
        None => vm.import("os", 0)?.get_attr("fspath", vm)?.call((path,), vm)?.str(vm)?.to_string(),
    };
    let path = if path.starts_with('~') {
        let expanded = module_named("os.path", vm)?.get_attr("expanduser", vm)?.call((path,), vm)?;
        expanded.str(vm)?.to_string()
    } else {
        path
    };
    if !path.starts_with('/') {
        let workdir = component.get_attr(names.workdir, vm)?.str(vm)?.to_string();
        return Ok(vm.ctx.new_str(normalise(&format!("{workdir}/{path}"))).into());
    }
    let environment = component.get_attr(names.environment, vm)?;
    let sandbox = environment.get_attr(names.vfs_sandbox, vm)?;
    if vm.is_none(&sandbox) {
        return Ok(vm.ctx.new_str(path).into());
    }
    environment.get_attr(names.map, vm)?.call((path,), vm)
}

/// A path without empty, `.` and `..` parts, by its text alone, like Python's `os.path.normpath`.
fn normalise(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn paths_are_normalised_like_python_does() {
        for (given, expected) in [
            ("/a/b", "/a/b"),
            ("/a/./b//c/", "/a/b/c"),
            ("/a/../../b", "/b"),
            ("a/..", "."),
            ("../a", "../a"),
            ("a/../../b", "../b"),
        ] {
            assert_eq!(normalise(given), expected, "{given}");
        }
    }
}
