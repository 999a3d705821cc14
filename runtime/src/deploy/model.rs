//! The Python side of a run as Rust sees it.

use batou_bindings::error::module_named;
use rustpython_vm::{AsObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use crate::{cli::OutputOptions, signals::Held};

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
    /// Whether machines that a provisioner made are made anew.
    pub provision_rebuild: bool,
    /// Whether the run needs the machines; else what the environment says about making them is passed over.
    pub creates_machines: bool,
}

/// Has `batou.output`, and with JSON lines also everything that definitions print, sent to the report, lets definitions
/// and the debugger talk with a person at the terminal, and has signals to end raise an exception.
pub fn connect_output(output: &OutputOptions, vm: &VirtualMachine) -> PyResult<()> {
    // What comes before signals are handled would end the run in the middle of something.
    let _held = Held::all();
    vm.check_signals()?;
    let module = module_named("batou._program", vm)?;
    module
        .get_attr("connect_output", vm)?
        .call((output.debug, output.json, output.shows_progress(), output.quiet), vm)?;
    module.get_attr("prepare_conversations", vm)?.call((output.json, output.colors_terminal()), vm)?;
    module.get_attr("handle_signals", vm)?.call((), vm).map(drop)
}

/// Has definitions and the debugger talk with a person at the other end of a connection, if there is one who can be asked.
pub fn connect_person(can_ask: bool, vm: &VirtualMachine) -> PyResult<()> {
    module_named("batou._program", vm)?.get_attr("connect_person", vm)?.call((can_ask,), vm).map(drop)
}

/// Asks the person at the terminal for a line; nothing at the end of the input.
pub fn ask_person(prompt: &str, vm: &VirtualMachine) -> PyResult<Option<String>> {
    let answer = module_named("batou._program", vm)?.get_attr("ask_person", vm)?.call((prompt,), vm)?;
    if vm.is_none(&answer) { Ok(None) } else { Ok(Some(answer.str(vm)?.to_string())) }
}

/// Writes what was held back of what definitions printed, after they can print no more.
pub fn release_output(vm: &VirtualMachine) {
    // A stream that cannot be written has nobody who reads it.
    let _ = module_named("batou._program", vm)
        .and_then(|module| module.get_attr("release_output", vm))
        .and_then(|release| release.call((), vm));
}

fn text(object: &PyObjectRef, name: &'static str, vm: &VirtualMachine) -> PyResult<String> {
    Ok(object.get_attr(name, vm)?.str(vm)?.to_string())
}

impl<'vm> Environment<'vm> {
    /// Makes the object; nothing is read yet. Nothing at all is changed before [`Self::allow_changes`].
    pub fn new(options: &EnvironmentOptions<'_>, vm: &'vm VirtualMachine) -> PyResult<Self> {
        let class = module_named("batou.environment", vm)?.get_attr("Environment", vm)?;
        let arguments = (
            options.name,
            options.timeout,
            options.platform,
            options.project,
            vm.ctx.new_bool(options.provision_rebuild),
        );
        let object = class.call(arguments, vm)?;
        object.set_attr("_predicting", vm.ctx.new_bool(true), vm)?;
        object.set_attr("_creates_machines", vm.ctx.new_bool(options.creates_machines), vm)?;
        Ok(Self { object, vm })
    }

    /// Makes an object of a class that takes the environment.
    pub fn call(&self, module: &'static str, class: &'static str) -> PyResult {
        module_named(module, self.vm)?.get_attr(class, self.vm)?.call((self.object.clone(),), self.vm)
    }

    /// Reads components, hosts and settings. What is wrong is found in [`Self::errors`].
    pub fn load(&self) -> PyResult<()> {
        self.vm.call_method(&self.object, "load", ()).map(drop)
    }

    /// From now on the run may change what it is about; what loading held back is done.
    pub fn allow_changes(&self) -> PyResult<()> {
        self.object.set_attr("_predicting", self.vm.ctx.new_bool(false), self.vm)?;
        self.vm.call_method(&self.object, "_store_hostname_mapping", ()).map(drop)
    }

    /// The same on a host, where what loading held back is none of its business.
    pub fn allow_changes_here(&self) -> PyResult<()> {
        self.object.set_attr("_predicting", self.vm.ctx.new_bool(false), self.vm)
    }

    /// The Python object.
    pub fn object(&self) -> &PyObjectRef {
        &self.object
    }

    /// Has secrets masked in what definitions print, if the environment has any. To be called before definitions run.
    pub fn protect_output(&self) -> PyResult<()> {
        let paths = self.vm.call_method(&self.object, "_secret_paths", ())?;
        if paths.is_true(self.vm)? {
            module_named("batou._program", self.vm)?.get_attr("protect_output", self.vm)?.call((), self.vm)?;
        }
        Ok(())
    }

    /// Reads the secrets.
    pub fn load_secrets(&self) -> PyResult<()> {
        self.vm.call_method(&self.object, "load_secrets", ()).map(drop)
    }

    /// Configures all components until nothing changes any more.
    pub fn configure(&self) -> PyResult<()> {
        self.vm.call_method(&self.object, "configure", ()).map(drop)
    }

    /// Whether any of these hosts is a machine that a provisioner makes.
    pub fn is_provisioned(&self, hosts: &[String]) -> PyResult<bool> {
        if !self.object.get_attr("provisioners", self.vm)?.is_true(self.vm)? {
            return Ok(false);
        }
        self.call_for_hosts("is_needed", hosts, Vec::new())?.is_true(self.vm)
    }

    /// Has the machines made that provisioners make; without `changes` they are only looked at.
    pub fn provision(&self, hosts: &[String], changes: bool) -> PyResult<()> {
        self.call_for_hosts("provision", hosts, vec![self.vm.ctx.new_bool(changes).into()]).map(drop)
    }

    /// Has provisioners say what is worth knowing about machines.
    pub fn summarize_provisioned(&self, hosts: &[String]) -> PyResult<()> {
        self.call_for_hosts("summarize", hosts, Vec::new()).map(drop)
    }

    fn call_for_hosts(&self, function: &'static str, hosts: &[String], more: Vec<PyObjectRef>) -> PyResult {
        let names = hosts.iter().map(|name| self.vm.ctx.new_str(name.as_str()).into()).collect();
        let mut arguments = vec![self.object.clone(), self.vm.ctx.new_list(names).into()];
        arguments.extend(more);
        module_named("batou._provisioning", self.vm)?.get_attr(function, self.vm)?.call(arguments, self.vm)
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

    /// The domain that is added to the names of hosts, if there is one.
    pub fn host_domain(&self) -> PyResult<Option<String>> {
        self.optional_text("host_domain")
    }

    /// How many components may run at once, if the environment says so.
    pub fn jobs(&self) -> PyResult<Option<String>> {
        self.optional_text("jobs")
    }

    fn optional_text(&self, name: &'static str) -> PyResult<Option<String>> {
        let value = self.object.get_attr(name, self.vm)?;
        if self.vm.is_none(&value) { Ok(None) } else { Ok(Some(value.str(self.vm)?.to_string())) }
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
