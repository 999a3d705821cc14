//! `_batou_download`: fetching files and their digests.

pub(crate) use _batou_download::module_def;

use batou_core::download::DownloadError;
use rustpython_vm::{VirtualMachine, builtins::PyBaseExceptionRef};

use crate::error::{IntoPython, exception_from, with_causes};

impl IntoPython for DownloadError {
    /// A `batou.lib.download.DownloadError`; an `AssertionError` for a wrong digest, as the original raises it.
    fn into_python(self, vm: &VirtualMachine) -> PyBaseExceptionRef {
        match self {
            Self::Disk(error) => error.into_python(vm),
            Self::Interrupted => vm.new_exception_empty(vm.ctx.exceptions.keyboard_interrupt.to_owned()),
            error @ Self::Digest { .. } => {
                vm.new_exception_msg(vm.ctx.exceptions.assertion_error.to_owned(), error.to_string().into())
            }
            error => exception_from("batou.lib.download", "DownloadError", (with_causes(&error),), vm),
        }
    }
}

#[rustpython_vm::pymodule]
mod _batou_download {
    use std::time::Duration;

    use batou_core::download::{self, Download, Function, HttpOptions, Verification};
    use rustpython_vm::{
        AsObject, FromArgs, PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyStrRef, PyTupleRef},
    };

    use crate::{error::ToPyResult, files::path, interruption::attended};

    /// How requests are made, as the Python component understood `requests_kwargs`.
    #[derive(FromArgs)]
    struct Request {
        #[pyarg(positional)]
        url: PyStrRef,
        #[pyarg(positional)]
        target: PyObjectRef,
        #[pyarg(positional)]
        function: PyStrRef,
        #[pyarg(positional)]
        expected: PyStrRef,
        #[pyarg(named)]
        headers: Vec<PyTupleRef>,
        #[pyarg(named)]
        auth: Option<PyTupleRef>,
        #[pyarg(named)]
        params: Vec<PyTupleRef>,
        #[pyarg(named)]
        cookies: Vec<PyTupleRef>,
        #[pyarg(named)]
        proxies: Vec<PyTupleRef>,
        #[pyarg(named)]
        connect_timeout: Option<f64>,
        #[pyarg(named)]
        read_timeout: Option<f64>,
        #[pyarg(named)]
        verify: PyObjectRef,
        #[pyarg(named)]
        redirects: bool,
    }

    fn pair(tuple: &PyTupleRef, vm: &VirtualMachine) -> PyResult<(String, String)> {
        match tuple.as_slice() {
            [name, value] => Ok((name.str(vm)?.to_string(), value.str(vm)?.to_string())),
            _ => Err(vm.new_value_error("not a pair")),
        }
    }

    fn function(name: &PyStrRef, vm: &VirtualMachine) -> PyResult<Function> {
        Function::named(&name.to_string_lossy())
            .ok_or_else(|| vm.new_attribute_error(format!("module 'hashlib' has no attribute '{name}'")))
    }

    fn options(request: &Request, vm: &VirtualMachine) -> PyResult<HttpOptions> {
        let pairs = |tuples: &[PyTupleRef]| tuples.iter().map(|tuple| pair(tuple, vm)).collect::<PyResult<Vec<_>>>();
        let seconds = |value: Option<f64>| {
            value.map(|value| Duration::try_from_secs_f64(value).map_err(|_| vm.new_value_error("no such time")))
        };
        let verification = if vm.is_none(&request.verify) || request.verify.is(&vm.ctx.true_value) {
            Verification::System
        } else if request.verify.is(&vm.ctx.false_value) {
            Verification::Off
        } else {
            Verification::File(path(&request.verify, vm)?)
        };
        Ok(HttpOptions {
            headers: pairs(&request.headers)?,
            credentials: request.auth.as_ref().map(|auth| pair(auth, vm)).transpose()?,
            parameters: pairs(&request.params)?,
            cookies: pairs(&request.cookies)?,
            connect_timeout: seconds(request.connect_timeout).transpose()?,
            read_timeout: seconds(request.read_timeout).transpose()?,
            verification,
            redirects: request.redirects,
            proxies: pairs(&request.proxies)?,
            encrypted_only: false,
        })
    }

    /// Fetches a file by HTTP or HTTPS; the target is replaced if the digest is right.
    #[pyfunction]
    fn fetch(request: Request, vm: &VirtualMachine) -> PyResult<()> {
        let download = Download {
            url: request.url.to_string(),
            target: path(&request.target, vm)?,
            function: function(&request.function, vm)?,
            expected: request.expected.to_string(),
            options: options(&request, vm)?,
        };
        attended(|interrupted| download::fetch(&download, interrupted), vm)
    }

    /// Takes a file of this machine if its digest is right; it is gone afterwards if `consume`.
    #[pyfunction]
    fn take(
        source: PyObjectRef,
        target: PyObjectRef,
        name: PyStrRef,
        expected: PyStrRef,
        consume: bool,
        vm: &VirtualMachine,
    ) -> PyResult<()> {
        let take = if consume { download::install } else { download::fetch_file };
        take(&path(&source, vm)?, &path(&target, vm)?, function(&name, vm)?, expected.as_ref()).to_py(vm)
    }

    /// The digest of a file; None for functions that are unknown here.
    #[pyfunction]
    fn digest(file: PyObjectRef, name: PyStrRef, vm: &VirtualMachine) -> PyResult<Option<String>> {
        match Function::named(&name.to_string_lossy()) {
            Some(function) => download::digest_of(&path(&file, vm)?, function).to_py(vm).map(Some),
            None => Ok(None),
        }
    }

    /// A URL without its password.
    #[pyfunction]
    fn masked(url: PyStrRef) -> String {
        download::masked(&url.to_string_lossy()).into_owned()
    }
}
