//! The Python side of a run as Rust sees it.

use batou_bindings::error::module_named;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

/// `Environment`.
pub struct Environment<'vm> {
    object: PyObjectRef,
    vm: &'vm VirtualMachine,
}

/// A host of the environment.
pub struct Host<'vm> {
    object: PyObjectRef,
    vm: &'vm VirtualMachine,
}

/// A top-level component on one host.
#[derive(Clone)]
pub struct Root<'vm> {
    object: PyObjectRef,
    vm: &'vm VirtualMachine,
}

/// How an environment is loaded.
pub struct EnvironmentOptions<'name> {
    /// Its name.
    pub name: &'name str,
    /// The directory of the project.
    pub project: &'name str,
    /// Replaces the timeout of the environment, in seconds.
    pub timeout: Option<u64>,
    /// Replaces the platform of the environment; empty: there is none.
    pub platform: Option<&'name str>,
    /// Whether nothing at all may be changed, not even while the model is configured.
    pub unchanging: bool,
}

fn text(object: &PyObjectRef, name: &'static str, vm: &VirtualMachine) -> PyResult<String> {
    Ok(object.get_attr(name, vm)?.str(vm)?.to_string())
}

impl<'vm> Environment<'vm> {
    /// Makes the object; nothing is read yet.
    pub fn new(options: &EnvironmentOptions<'_>, vm: &'vm VirtualMachine) -> PyResult<Self> {
        let class = module_named("batou.environment", vm)?.get_attr("Environment", vm)?;
        let object = class.call((options.name, options.timeout, options.platform, options.project), vm)?;
        object.set_attr("_predicting", vm.ctx.new_bool(options.unchanging), vm)?;
        Ok(Self { object, vm })
    }

    /// Reads components, hosts and settings. What is wrong is found in [`Self::errors`].
    pub fn load(&self) -> PyResult<()> {
        self.vm.call_method(&self.object, "load", ()).map(drop)
    }

    /// Reads the secrets.
    pub fn load_secrets(&self) -> PyResult<()> {
        self.vm.call_method(&self.object, "load_secrets", ()).map(drop)
    }

    /// Configures all components until nothing changes any more.
    pub fn configure(&self) -> PyResult<()> {
        self.vm.call_method(&self.object, "configure", ()).map(drop)
    }

    /// The errors collected so far.
    pub fn errors(&self) -> PyResult<Vec<PyBaseExceptionRef>> {
        let errors = self.object.get_attr("exceptions", self.vm)?;
        self.vm.extract_elements_with(&errors, |error| error.try_into_value(self.vm))
    }

    /// How the hosts are connected: `local`, `ssh`, ...
    pub fn connect_method(&self) -> PyResult<String> {
        text(&self.object, "connect_method", self.vm)
    }

    /// The hosts in the order of the environment file.
    pub fn hosts(&self) -> PyResult<Vec<Host<'vm>>> {
        let hosts = self.object.get_attr("hosts", self.vm)?;
        let hosts = self.vm.call_method(&hosts, "values", ())?;
        self.vm.extract_elements_with(&hosts, |object| Ok(Host { object, vm: self.vm }))
    }

    /// Every top-level component with those that must be done before, in the order of the environment file.
    pub fn root_dependencies(&self) -> PyResult<Vec<(Root<'vm>, Vec<Root<'vm>>)>> {
        let vm = self.vm;
        let graph = vm.call_method(&self.object, "root_dependencies", ())?;
        let items = vm.call_method(&graph, "items", ())?;
        vm.extract_elements_with(&items, |pair| {
            let root = Root { object: pair.get_item(&0usize, vm)?, vm };
            let before = vm.extract_elements_with(&*pair.get_item(&1usize, vm)?, |object| Ok(Root { object, vm }))?;
            Ok((root, before))
        })
    }
}

impl Host<'_> {
    /// The name as the environment knows it.
    pub fn name(&self) -> PyResult<String> {
        text(&self.object, "name", self.vm)
    }

    /// The name with the environment's domain.
    pub fn fqdn(&self) -> PyResult<String> {
        text(&self.object, "fqdn", self.vm)
    }
}

impl Root<'_> {
    /// The name of the component.
    pub fn name(&self) -> PyResult<String> {
        text(&self.object, "name", self.vm)
    }

    /// The name of its host.
    pub fn host_name(&self) -> PyResult<String> {
        text(&self.object.get_attr("host", self.vm)?, "name", self.vm)
    }

    /// Whether the environment says that its host is left out.
    pub fn is_host_ignored(&self) -> PyResult<bool> {
        self.object.get_attr("host", self.vm)?.get_attr("ignore", self.vm)?.is_true(self.vm)
    }

    /// Whether the environment says that it is left out on its host.
    pub fn is_ignored(&self) -> PyResult<bool> {
        self.object.get_attr("ignore", self.vm)?.is_true(self.vm)
    }

    /// Identity of the object, to compare roots by.
    pub fn id(&self) -> usize {
        self.object.get_id()
    }

    /// Verifies and updates the component and all below it; true if something changed (or would).
    pub fn deploy(&self, predicting: bool) -> PyResult<bool> {
        let component = self.object.get_attr("component", self.vm)?;
        self.vm.call_method(&component, "deploy", (self.vm.ctx.new_bool(predicting),))?;
        component.get_attr("changed", self.vm)?.is_true(self.vm)
    }
}
