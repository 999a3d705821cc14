//! What an environment says about the way to its hosts.

use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine};

use crate::deploy::Environment;
use crate::remote::settings::text;
use crate::remote::transport::{Target, Way};

/// What an environment says about the way to its hosts.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How the repository travels.
    pub update_method: String,
    /// The branch, for repositories that have any.
    pub branch: Option<String>,
    /// Where hosts fetch the repository from.
    pub repository_url: Option<String>,
    /// The root of what travels as files, relative to the project.
    pub repository_root: Option<String>,
    /// The directory on the hosts.
    pub target_directory: String,
    /// Seconds.
    pub timeout: Option<u64>,
    /// The platform; empty: there is none.
    pub platform: String,
    /// How hosts are reached.
    pub way: Way,
    /// The hosts, in the order of their names.
    pub hosts: Vec<PlannedHost>,
}

/// A host of the environment.
#[derive(Debug, Clone)]
pub struct PlannedHost {
    /// Its name in the environment.
    pub name: String,
    /// Whether the environment leaves it out.
    pub is_ignored: bool,
    /// How it is reached.
    pub target: Target,
}

impl Plan {
    /// Reads it from a loaded environment.
    ///
    /// # Errors
    /// A definition broke what holds the settings.
    pub fn of(environment: &Environment<'_>, vm: &VirtualMachine) -> PyResult<Self> {
        let parts = environment.call("batou._remote", "ways")?;
        let part = |number: usize| parts.get_item(&number, vm);
        let way = match environment.connect_method()?.as_str() {
            "vagrant" => Way::Vagrant,
            "kitchen" => Way::Kitchen,
            _ => Way::Ssh,
        };
        let mut hosts: Vec<PlannedHost> = vm.extract_elements_with(&*part(7)?, |host| {
            let fact = |number: usize| host.get_item(&number, vm);
            let sudo = fact(4)?;
            Ok(PlannedHost {
                name: text(&fact(0)?, vm)?,
                is_ignored: fact(2)?.is_true(vm)?,
                target: Target {
                    host: text(&fact(1)?, vm)?,
                    way: way.clone(),
                    service_user: optional(&fact(3)?, vm)?,
                    sudo: if vm.is_none(&sudo) { None } else { Some(sudo.is_true(vm)?) },
                },
            })
        })?;
        hosts.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Self {
            update_method: text(&part(0)?, vm)?,
            branch: optional(&part(1)?, vm)?,
            repository_url: optional(&part(2)?, vm)?,
            repository_root: optional(&part(3)?, vm)?,
            target_directory: text(&part(4)?, vm)?,
            timeout: optional(&part(5)?, vm)?.and_then(|seconds| seconds.parse().ok()),
            platform: optional(&part(6)?, vm)?.unwrap_or_default(),
            way,
            hosts,
        })
    }
}

fn optional(object: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
    if vm.is_none(object) { Ok(None) } else { text(object, vm).map(Some) }
}
