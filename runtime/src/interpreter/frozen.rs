//! The Python package `batou`, compiled into the program.

use rustpython_compiler_core::frozen::FrozenLib;
use rustpython_vm::py_freeze;

/// Every module below `batou_py`, compiled when the program was built.
pub const BATOU: &FrozenLib = py_freeze!(dir = "../../../batou_py", crate_name = "rustpython_compiler_core");
