//! The `_batou_*` modules: thin Python faces of `batou-core`.
//!
//! A binding converts arguments, calls the core and converts the result; what is decided is decided in the core. The
//! exception is `model`, the native part of the object model, which is about Python objects and nothing else.

mod archive;
mod config;
mod data;
pub mod dialogue;
mod download;
pub mod error;
mod files;
mod git;
mod http;
mod interruption;
pub mod model;
mod net;
mod object_names;
mod older_python;
mod older_secrets;
mod packages;
mod passwords;
mod process;
mod secrets;
mod services;
mod supervisor;
mod sync;
mod system;
mod template;
pub mod traceback;
mod virtualenv;

use rustpython_vm::{builtins::PyModuleDef, vm::Context};

/// All modules, for the interpreter.
pub fn modules(context: &Context) -> Vec<&'static PyModuleDef> {
    vec![
        archive::module_def(context),
        config::module_def(context),
        data::module_def(context),
        download::module_def(context),
        files::module_def(context),
        git::module_def(context),
        http::module_def(context),
        model::module_def(context),
        net::module_def(context),
        packages::module_def(context),
        older_python::module_def(context),
        older_secrets::module_def(context),
        passwords::module_def(context),
        process::module_def(context),
        secrets::module_def(context),
        services::module_def(context),
        supervisor::module_def(context),
        sync::module_def(context),
        system::module_def(context),
        template::module_def(context),
        traceback::module_def(context),
        virtualenv::module_def(context),
    ]
}
