//! Attribute names that the model looks up all the time, interned once.

use std::sync::OnceLock;

use rustpython_vm::{VirtualMachine, builtins::PyStrInterned};

macro_rules! text {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident = $text:literal) => {
        $text
    };
}

macro_rules! names {
    ($($name:ident $(= $text:literal)?),* $(,)?) => {
        /// One field a name, spelled like the name itself.
        #[expect(missing_docs, reason = "each field is named like the Python name it stands for")]
        pub struct Names {
            $(pub $name: &'static PyStrInterned,)*
        }

        impl Names {
            /// The names; interned at the first call.
            pub fn get(vm: &VirtualMachine) -> &'static Self {
                static NAMES: OnceLock<Names> = OnceLock::new();
                NAMES.get_or_init(|| Names { $($name: vm.ctx.intern_str(text!($name $(= $text)?)),)* })
            }
        }
    };
}

names!(
    __enter__,
    __exit__,
    _breadcrumbs,
    _event,
    _event_handlers,
    _get_platform,
    _init_file_path,
    _init_line_number,
    _init_owner,
    _platform_component,
    _platforms,
    _prepared,
    annotate,
    changed,
    clear_buffer,
    configure,
    defdir,
    deploy,
    environment,
    flush_buffer,
    from_config_string,
    get_platform,
    host,
    last = "_",
    map,
    name,
    namevar,
    namevar_for_breadcrumb,
    output,
    overrides,
    parent,
    platform,
    prepare,
    sub_components,
    update,
    verify,
    vfs_sandbox,
    workdir,
);
