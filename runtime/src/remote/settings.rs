//! Settings of an environment between Python and the messages.

use batou_bindings::error::module_named;
use batou_core::redact::{self, Secrets};
use rustpython_vm::{PyObjectRef, PyResult, VirtualMachine, builtins::PyBytes};
use serde_bytes::ByteBuf;

use super::messages::{Pairs, Settings};
use crate::deploy::Environment;

/// What hosts have to be told about a loaded environment.
///
/// # Errors
/// A definition broke what holds the settings.
pub fn settings_of(environment: &Environment<'_>, vm: &VirtualMachine) -> PyResult<Settings> {
    let parts = environment.call("batou._remote", "outgoing")?;
    let part = |number: usize| parts.get_item(&number, vm);
    Ok(Settings {
        overrides: sections_from(&part(0)?, vm)?,
        host_data: sections_from(&part(1)?, vm)?,
        addresses: pairs_from(&part(2)?, vm)?,
        v6_addresses: pairs_from(&part(3)?, vm)?,
        secret_files: vm.extract_elements_with(&*part(4)?, |pair| {
            let content = pair.get_item(&1usize, vm)?;
            let content = content.downcast::<PyBytes>().map_err(|_| vm.new_type_error("a secret file is no bytes"))?;
            Ok((text(&pair.get_item(&0usize, vm)?, vm)?, ByteBuf::from(content.as_bytes())))
        })?,
        secret_words: vm.extract_elements_with(&*part(5)?, |word| text(&word, vm))?,
        aliases: sections_from(&part(6)?, vm)?,
        host_names: pairs_from(&part(7)?, vm)?,
        secrets: redact::process().texts().iter().map(|text| ByteBuf::from(text.to_vec())).collect(),
    })
}

/// Sets what has to be known before the environment is loaded.
pub(super) fn apply_names(settings: &Settings, environment: &Environment<'_>, vm: &VirtualMachine) -> PyResult<()> {
    let names = list_of_pairs(&settings.host_names, vm);
    let apply = module_named("batou._remote", vm)?.get_attr("incoming_names", vm)?;
    apply.call((environment.object().clone(), names), vm).map(drop)
}

/// Sets what the deploying side knows, and keeps its secrets from being shown.
pub(super) fn apply(settings: &Settings, environment: &Environment<'_>, vm: &VirtualMachine) -> PyResult<()> {
    redact::process().add(&Secrets::of_texts(settings.secrets.iter().map(|secret| secret.as_slice())));
    let list = |items: Vec<PyObjectRef>| -> PyObjectRef { vm.ctx.new_list(items).into() };
    let pairs = |pairs: &Pairs| list_of_pairs(pairs, vm);
    let sections = |sections: &[(String, Pairs)]| {
        list(sections.iter().map(|(name, values)| vm.new_tuple((name.as_str(), pairs(values))).into()).collect())
    };
    let files = settings.secret_files.iter();
    let files = files.map(|(name, content)| vm.new_tuple((name.as_str(), vm.ctx.new_bytes(content.to_vec()))).into());
    let words = settings.secret_words.iter().map(|word| vm.ctx.new_str(word.as_str()).into());
    let arguments = vec![
        environment.object().clone(),
        sections(&settings.overrides),
        sections(&settings.host_data),
        pairs(&settings.addresses),
        pairs(&settings.v6_addresses),
        list(files.collect()),
        list(words.collect()),
        sections(&settings.aliases),
    ];
    module_named("batou._remote", vm)?.get_attr("incoming", vm)?.call(arguments, vm).map(drop)
}

fn list_of_pairs(pairs: &Pairs, vm: &VirtualMachine) -> PyObjectRef {
    let pairs = pairs.iter().map(|(name, value)| vm.new_tuple((name.as_str(), value.as_str())).into());
    vm.ctx.new_list(pairs.collect()).into()
}

fn sections_from(list: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Vec<(String, Pairs)>> {
    vm.extract_elements_with(list, |pair| {
        Ok((text(&pair.get_item(&0usize, vm)?, vm)?, pairs_from(&pair.get_item(&1usize, vm)?, vm)?))
    })
}

fn pairs_from(list: &PyObjectRef, vm: &VirtualMachine) -> PyResult<Pairs> {
    vm.extract_elements_with(list, |pair| {
        Ok((text(&pair.get_item(&0usize, vm)?, vm)?, text(&pair.get_item(&1usize, vm)?, vm)?))
    })
}

pub(super) fn text(object: &PyObjectRef, vm: &VirtualMachine) -> PyResult<String> {
    Ok(object.str(vm)?.to_string())
}
