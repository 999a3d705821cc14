//! `_batou_secrets`: what the secrets of an environment set, and keeping it from being shown.

pub(crate) use _batou_secrets::module_def;

#[rustpython_vm::pymodule]
mod _batou_secrets {
    use batou_core::{
        redact::{self, Secrets},
        secrets::injection::{self, Injected, Values},
    };
    use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyStrRef};
    use secrecy::ExposeSecret;

    use crate::{
        dialogue::surroundings,
        error::{exception_from, with_causes},
    };

    /// Decrypts the secrets of an environment: (components, hosts, files, conflicts, names of values too short to protect). The
    /// first two are lists of names with lists of names and values, files are names with bytes; a conflict is (component,
    /// attribute, lines). From now on nothing shows these values.
    #[pyfunction]
    fn load(environment: PyStrRef, base_dir: PyStrRef, vm: &VirtualMachine) -> PyResult {
        let loaded = injection::load(&environment.to_string_lossy(), &surroundings(base_dir.to_string()));
        let loaded = loaded.map_err(|error| {
            let hint: PyObjectRef = error.hint().map_or_else(|| vm.ctx.none(), |hint| vm.ctx.new_str(hint).into());
            exception_from("batou._secrets", "UnreadableSecrets", (with_causes(&error), hint), vm)
        })?;
        let secrets = secrets_of(&loaded);
        redact::process().add(&secrets);
        let files = loaded.files.iter().map(|(name, content)| {
            let content = vm.ctx.new_bytes(content.expose_secret().to_vec());
            vm.new_tuple((name.as_str(), content)).into()
        });
        let files: Vec<PyObjectRef> = files.collect();
        let conflicts = loaded.conflicts.iter().map(|conflict| {
            let lines = vm.new_tuple((conflict.lines[0], conflict.lines[1]));
            vm.new_tuple((conflict.component.as_str(), conflict.attribute.as_str(), lines)).into()
        });
        let conflicts: Vec<PyObjectRef> = conflicts.collect();
        let too_short: Vec<PyObjectRef> =
            secrets.too_short().iter().map(|name| vm.ctx.new_str(name.as_str()).into()).collect();
        Ok(vm
            .new_tuple((
                sections(&loaded.components, vm),
                sections(&loaded.hosts, vm),
                vm.ctx.new_list(files),
                vm.ctx.new_list(conflicts),
                vm.ctx.new_list(too_short),
            ))
            .into())
    }

    /// Has a value masked in all that is shown from now on; whether it is long enough for that.
    #[pyfunction]
    fn protect(name: PyStrRef, value: PyStrRef) -> bool {
        let mut secrets = Secrets::default();
        secrets.add_value(&name.to_string_lossy(), &value.to_string_lossy());
        redact::process().add(&secrets);
        secrets.too_short().is_empty()
    }

    fn secrets_of(loaded: &Injected) -> Secrets {
        let mut secrets = Secrets::default();
        for (prefix, sections) in [("", &loaded.components), ("host:", &loaded.hosts)] {
            for (owner, values) in sections {
                for (name, value) in values {
                    secrets.add_value(&format!("{prefix}{owner}.{name}"), value.expose_secret());
                }
            }
        }
        for (name, content) in &loaded.files {
            secrets.add_file(&format!("secret-{name}"), content.expose_secret());
        }
        secrets
    }

    fn sections(sections: &[(String, Values)], vm: &VirtualMachine) -> PyObjectRef {
        let list = |items: Vec<PyObjectRef>| vm.ctx.new_list(items);
        let sections = sections.iter().map(|(owner, values)| {
            let values = values.iter().map(|(name, value)| vm.new_tuple((name.as_str(), value.expose_secret())).into());
            vm.new_tuple((owner.as_str(), list(values.collect()))).into()
        });
        list(sections.collect()).into()
    }
}
