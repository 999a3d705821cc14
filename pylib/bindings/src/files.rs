//! `_batou_files`: what the components of `batou.lib.file` do.

pub(crate) use _batou_files::module_def;

use std::path::PathBuf;

use batou_core::files::owner::{Account, OwnerError};
use rustpython_vm::{
    PyObject, PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyInt},
};

use crate::error::{IntoPython, exception_from};

impl IntoPython for OwnerError {
    /// A `KeyError` for unknown names, as Python's `pwd` and `grp` raise it.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self {
            Self::Disk(error) => error.into_python(vm),
            error if error.is_unknown_name() => {
                let text = format!("{error}; it must exist before the file can belong to it");
                exception_from("batou._account_error", "UnknownAccountError", (text,), vm)
            }
            error => vm.new_os_error(crate::error::with_causes(&error)),
        }
    }
}

/// A path as Python passes it: `str` or anything with `__fspath__`.
pub(crate) fn path(object: &PyObject, vm: &VirtualMachine) -> PyResult<PathBuf> {
    let path = rustpython_vm::function::FsPath::try_from_path_like(object.to_owned(), true, vm)?;
    Ok(PathBuf::from(path.as_os_str(vm)?.into_owned()))
}

/// A name, or an id given as a number.
fn account(object: &PyObject, vm: &VirtualMachine) -> PyResult<Account> {
    match object.downcast_ref::<PyInt>() {
        Some(number) => Ok(Account::Id(number.try_to_primitive(vm)?)),
        None => Ok(Account::Name(object.str(vm)?.to_string())),
    }
}

/// `UpdateNeeded` if something differs.
pub(crate) fn update_needed(differs: bool, vm: &VirtualMachine) -> PyResult<()> {
    if differs { Err(exception_from("batou", "UpdateNeeded", (), vm)) } else { Ok(()) }
}

#[rustpython_vm::pymodule]
mod _batou_files {
    use batou_core::{
        files::{
            content::{self, Comparison},
            diff::{ContentDifference, DiffOptions, Notice, Sensitivity},
            diff_store::DiffStore,
            directory, mode, owner, presence, purge as purging, symlink,
            text::Encoding,
        },
        fs,
        redact::{self, Secrets},
    };
    use rustpython_vm::{
        PyObject, PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyBytesRef, PyStrRef},
        types::PyComparisonOp,
    };

    use super::{account, path, update_needed};
    use crate::error::ToPyResult;

    thread_local! {
        /// One a run, so that its directory is listed once.
        static DIFFERENCES: std::cell::RefCell<Option<DiffStore>> = const { std::cell::RefCell::new(None) };
    }

    /// A path as people read it: relative to `base` if it lies below, else absolute.
    #[pyfunction]
    fn shown_path(target: PyStrRef, base: PyStrRef) -> String {
        let (target, base) = (target.to_string(), base.to_string());
        let below = target.strip_prefix(base.as_str()).and_then(|rest| rest.strip_prefix('/'));
        below.filter(|rest| !rest.is_empty()).map_or_else(|| target.clone(), str::to_owned)
    }

    /// Removes whatever is at a path.
    #[pyfunction]
    fn ensure_absent(target: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        fs::ensure_absent(&path(&target, vm)?).to_py(vm)
    }

    /// Asks for an update unless there is a regular file.
    #[pyfunction]
    fn verify_presence(target: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        update_needed(presence::differs(&path(&target, vm)?).to_py(vm)?, vm)
    }

    /// Puts an empty file in the place of whatever is there.
    #[pyfunction]
    fn create(target: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        presence::apply(&path(&target, vm)?).to_py(vm)
    }

    /// Removes what is no file, so that one can be put there.
    #[pyfunction]
    fn clear_way_for_file(target: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        let target = path(&target, vm)?;
        if presence::differs(&target).to_py(vm)? {
            fs::ensure_absent(&target).to_py(vm)?;
        }
        Ok(())
    }

    /// Asks for an update unless there is a directory.
    #[pyfunction]
    fn verify_directory(target: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        update_needed(directory::differs(&path(&target, vm)?).to_py(vm)?, vm)
    }

    /// Puts a directory in the place of whatever is there, with those above it if `leading`.
    #[pyfunction]
    fn make_directory(target: PyObjectRef, leading: bool, vm: &VirtualMachine) -> PyResult<()> {
        directory::apply(&path(&target, vm)?, leading).to_py(vm)
    }

    /// Asks for an update unless there is a link with exactly that text.
    #[pyfunction]
    fn verify_link(target: PyObjectRef, source: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        update_needed(symlink::differs(&path(&target, vm)?, &path(&source, vm)?).to_py(vm)?, vm)
    }

    /// Puts a link in the place of whatever is there.
    #[pyfunction]
    fn make_link(target: PyObjectRef, source: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        symlink::apply(&path(&target, vm)?, &path(&source, vm)?).to_py(vm)
    }

    /// The permissions that a text stands for; ValueError if it stands for none.
    #[pyfunction]
    fn parse_mode(text: PyStrRef, vm: &VirtualMachine) -> PyResult<u32> {
        mode::parse(&text.to_string_lossy()).map_err(|error| vm.new_value_error(error.to_string()))
    }

    /// Asks for an update unless the path has exactly these permissions; with `new_file` a missing path counts as the new
    /// file that will be there, with the permissions that new files get.
    #[pyfunction]
    fn verify_mode(target: PyObjectRef, permissions: i64, new_file: bool, vm: &VirtualMachine) -> PyResult<()> {
        let permissions = mode::from_number(permissions).map_err(|error| vm.new_value_error(error.to_string()))?;
        let target = path(&target, vm)?;
        if new_file && fs::follow(&target).to_py(vm)?.is_none() {
            return update_needed(permissions != 0o666 & !fs::umask(), vm);
        }
        update_needed(mode::differs(&target, permissions).to_py(vm)?, vm)
    }

    /// Sets the permissions.
    #[pyfunction]
    fn set_mode(target: PyObjectRef, permissions: i64, vm: &VirtualMachine) -> PyResult<()> {
        let permissions = mode::from_number(permissions).map_err(|error| vm.new_value_error(error.to_string()))?;
        mode::apply(&path(&target, vm)?, permissions).to_py(vm)
    }

    /// Asks for an update unless the path belongs to the user.
    #[pyfunction]
    fn verify_owner(target: PyObjectRef, user: PyObjectRef, predicting: bool, vm: &VirtualMachine) -> PyResult<()> {
        update_needed(owner::user_differs(&path(&target, vm)?, &account(&user, vm)?, predicting).to_py(vm)?, vm)
    }

    /// Gives the path to the user.
    #[pyfunction]
    fn set_owner(target: PyObjectRef, user: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        owner::apply_user(&path(&target, vm)?, &account(&user, vm)?).to_py(vm)
    }

    /// Asks for an update unless the path belongs to the group.
    #[pyfunction]
    fn verify_group(target: PyObjectRef, group: PyObjectRef, predicting: bool, vm: &VirtualMachine) -> PyResult<()> {
        update_needed(owner::group_differs(&path(&target, vm)?, &account(&group, vm)?, predicting).to_py(vm)?, vm)
    }

    /// Gives the path to the group.
    #[pyfunction]
    fn set_group(target: PyObjectRef, group: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        owner::apply_group(&path(&target, vm)?, &account(&group, vm)?).to_py(vm)
    }

    /// Asks for an update if something matches the pattern.
    #[pyfunction]
    fn verify_purged(pattern: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        update_needed(!purging::find(&path(&pattern, vm)?).to_py(vm)?.is_empty(), vm)
    }

    /// Removes what matches the pattern.
    #[pyfunction]
    fn purge(pattern: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
        purging::apply(&path(&pattern, vm)?).to_py(vm)
    }

    /// The content of a source: text with newlines only, or bytes if there is no encoding.
    #[pyfunction]
    fn read_source(source: PyObjectRef, encoding: Option<PyStrRef>, vm: &VirtualMachine) -> PyResult {
        let bytes = fs::read(&path(&source, vm)?).to_py(vm)?;
        let Some(encoding) = encoding else {
            return Ok(vm.ctx.new_bytes(bytes).into());
        };
        let text = match (encoding.to_string().to_ascii_lowercase().as_str(), String::from_utf8(bytes)) {
            ("utf-8" | "utf8", Ok(text)) => text,
            (_, bytes) => {
                let bytes = bytes.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes);
                let decoded = vm.call_method(vm.ctx.new_bytes(bytes).as_ref(), "decode", (encoding,))?;
                decoded.str(vm)?.to_string()
            }
        };
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        Ok(vm.ctx.new_str(text).into())
    }

    /// None if a file has the content that its component (a `ManagedContentBase`) wants, else (notices, lines to show,
    /// complete difference). A notice is a tuple of its kind and facts: (`unreadable`, cause), (`binary`,), (`sensitive`,)
    /// or (`long`, limit, lead). What the component says about showing is asked only if there is a difference.
    #[pyfunction]
    fn content_difference(component: PyObjectRef, vm: &VirtualMachine) -> PyResult {
        let target = component.get_attr("path", vm)?;
        let target = path(&target, vm)?;
        let wanted: PyBytesRef = component.get_attr("content", vm)?.try_into_value(vm)?;
        let comparison = content::compare(&target, wanted.as_bytes());
        if !comparison.differs() {
            return Ok(vm.ctx.none());
        }
        let environment = component.get_attr("environment", vm)?;
        learn_added_secrets(&environment, vm)?;
        let sensitive = component.get_attr("sensitive_data", vm)?;
        let options = DiffOptions {
            sensitivity: match (vm.is_none(&sensitive), sensitive.is_true(vm)?) {
                (false, true) => Sensitivity::Hidden,
                // Also what a definition declares harmless may hold a secret by mistake.
                _ => Sensitivity::Masked,
            },
            max_diff: component.get_attr("_max_diff", vm)?.try_into_value(vm)?,
            lead: component.get_attr("_max_diff_lead", vm)?.try_into_value(vm)?,
            ..DiffOptions::new(redact::process())
        };
        let encoding = component.get_attr("encoding", vm)?;
        let difference = describe_difference(&comparison, &wanted, encoding, &options, vm)?;
        let notices: Vec<PyObjectRef> = difference.notices.iter().map(|notice| notice_tuple(notice, vm)).collect();
        let lines: Vec<PyObjectRef> =
            difference.lines.iter().map(|line| vm.ctx.new_str(line.text.as_str()).into()).collect();
        Ok(vm.new_tuple((vm.ctx.new_list(notices), vm.ctx.new_list(lines), difference.full_diff)).into())
    }

    /// Has those secrets masked that a definition added to `secret_data` itself.
    fn learn_added_secrets(environment: &PyObject, vm: &VirtualMachine) -> PyResult<()> {
        let secrets = environment.get_attr("secret_data", vm)?;
        let own = vm.get_attribute_opt(environment, "_loaded_secret_data")?;
        let is_same = match &own {
            Some(own) => own.rich_compare_bool(&secrets, PyComparisonOp::Eq, vm)?,
            None => !secrets.clone().is_true(vm)?,
        };
        if is_same {
            return Ok(());
        }
        let mut added = Secrets::default();
        for secret in vm.extract_elements_with(&secrets, |secret: PyObjectRef| Ok(secret))? {
            let is_own = match &own {
                Some(own) => vm.call_method(own, "__contains__", (secret.clone(),))?.is_true(vm)?,
                None => false,
            };
            if !is_own {
                added.add_value("secret_data", &secret.str(vm)?.to_string_lossy());
            }
        }
        redact::process().add(&added);
        Ok(())
    }

    /// The core knows the usual encodings; texts in others are decoded by Python's codecs.
    fn describe_difference(
        comparison: &Comparison,
        wanted: &PyBytesRef,
        encoding: PyObjectRef,
        options: &DiffOptions<'_>,
        vm: &VirtualMachine,
    ) -> PyResult<ContentDifference> {
        let name = if encoding.clone().is_true(vm)? { Some(encoding.str(vm)?.to_string()) } else { None };
        let known = name.as_deref().map(Encoding::from_name);
        let old: &[u8] = match (comparison, known, options.sensitivity) {
            (Comparison::Missing, Some(None), Sensitivity::Masked) => b"",
            (Comparison::Different { old }, Some(None), Sensitivity::Masked) => old,
            // Nothing has to be decoded, or the core can do it.
            _ => {
                let encoding = known.map(|known| known.unwrap_or(Encoding::Utf8));
                let difference = ContentDifference::of_comparison(comparison, wanted.as_bytes(), encoding, options);
                return Ok(difference.unwrap_or_default());
            }
        };
        let decode = |bytes: &[u8]| {
            let bytes = vm.ctx.new_bytes(bytes.to_vec());
            let text = vm.call_method(bytes.as_ref(), "decode", (encoding.clone(), "replace"))?;
            PyResult::Ok(text.str(vm)?.to_string())
        };
        Ok(ContentDifference::of_texts(&decode(old)?, &decode(wanted.as_bytes())?, options))
    }

    fn notice_tuple(notice: &Notice, vm: &VirtualMachine) -> PyObjectRef {
        match notice {
            Notice::Binary => vm.new_tuple(("binary",)),
            Notice::Sensitive => vm.new_tuple(("sensitive",)),
            Notice::TooLong { limit, lead, .. } => vm.new_tuple(("long", *limit, *lead)),
            Notice::Unreadable { cause } => vm.new_tuple(("unreadable", cause.as_str())),
        }
        .into()
    }

    /// Keeps a complete difference in a private file and returns its path.
    #[pyfunction]
    fn store_difference(directory: PyObjectRef, text: PyStrRef, vm: &VirtualMachine) -> PyResult<String> {
        let directory = path(&directory, vm)?;
        DIFFERENCES.with_borrow_mut(|store| {
            let store = match store {
                Some(store) if store.directory() == directory => store,
                store => store.insert(DiffStore::new(directory)),
            };
            store.write(&text.to_string_lossy()).map(|path| path.display().to_string()).to_py(vm)
        })
    }

    /// Gives a file its content in one step; a new one gets the permissions `mode_if_new`, if that is given.
    #[pyfunction]
    fn replace(target: PyObjectRef, wanted: PyBytesRef, mode_if_new: Option<i64>, vm: &VirtualMachine) -> PyResult<()> {
        let permissions = match mode_if_new {
            Some(number) => Some(mode::from_number(number).map_err(|error| vm.new_value_error(error.to_string()))?),
            None => None,
        };
        fs::replace(&path(&target, vm)?, wanted.as_bytes(), permissions).to_py(vm)
    }
}
