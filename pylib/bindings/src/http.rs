//! `_batou_http`: one request over HTTP(S).

pub(crate) use _batou_http::module_def;

use std::{sync::mpsc, thread, time::Duration};

use batou_core::http::HttpError;
use rustpython_vm::{PyObject, PyResult, VirtualMachine, builtins::PyBaseExceptionRef, vm::thread::allow_threads};

use crate::error::{new_exception, with_causes};

/// How often the interpreter is asked whether a signal has arrived.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(50);

/// The exception that the function `fail` makes of an error: it takes a kind and a text.
fn failure(error: &HttpError, fail: &PyObject, vm: &VirtualMachine) -> PyBaseExceptionRef {
    new_exception(fail.to_owned(), (error.kind(), with_causes(error)), vm)
}

/// Does something that waits for the network on a thread of its own, so that signals are seen meanwhile.
fn interruptible<T: Send + 'static>(vm: &VirtualMachine, work: impl FnOnce() -> T + Send + 'static) -> PyResult<T> {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::Builder::new().name("http".to_owned()).spawn(move || {
        // Nobody waits any more after a signal.
        let _ = sender.send(work());
    });
    worker.map_err(|error| vm.new_os_error(format!("cannot start a thread: {error}")))?;
    loop {
        let received = allow_threads(vm, || receiver.recv_timeout(SIGNAL_INTERVAL));
        match received {
            Ok(result) => return Ok(result),
            Err(mpsc::RecvTimeoutError::Timeout) => vm.check_signals()?,
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(vm.new_os_error("the request ended unexpectedly")),
        }
    }
}

#[rustpython_vm::pymodule]
mod _batou_http {
    use std::{
        fmt,
        io::Read,
        path::PathBuf,
        sync::{Mutex, PoisonError},
        time::Duration,
    };

    use batou_core::http::{self, ClientCertificate, HttpError, Options};
    use rustpython_vm::{
        FromArgs, Py, PyObjectRef, PyPayload, PyRef, PyResult, VirtualMachine,
        builtins::{PyBytesRef, PyDictRef, PyStrRef, PyTupleRef},
        pyclass,
    };

    use super::{failure, interruptible};

    /// The body of an answer, read from the connection.
    #[pyattr]
    #[pyclass(name = "Stream")]
    #[derive(PyPayload)]
    pub(super) struct Stream {
        body: Mutex<Option<Box<dyn Read + Send>>>,
        fail: PyObjectRef,
    }

    impl fmt::Debug for Stream {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("Stream")
        }
    }

    #[pyclass]
    impl Stream {
        /// At most so many bytes, and none at the end; all that is left if the number is negative.
        #[pymethod]
        fn read(zelf: &Py<Self>, size: isize, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
            let Some(mut body) = zelf.body.lock().unwrap_or_else(PoisonError::into_inner).take() else {
                return Ok(Vec::new());
            };
            let (body, read) = interruptible(vm, move || {
                let mut data = Vec::new();
                let read = match u64::try_from(size) {
                    Ok(size) => body.by_ref().take(size).read_to_end(&mut data),
                    Err(_) => body.read_to_end(&mut data),
                };
                (body, read.map(|_| data))
            })?;
            *zelf.body.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
            read.map_err(|error| failure(&HttpError::from(error), &zelf.fail, vm))
        }

        /// Gives the connection up.
        #[pymethod]
        fn close(zelf: &Py<Self>) {
            drop(zelf.body.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    /// How to reach a server.
    #[derive(FromArgs)]
    struct Connection {
        #[pyarg(named)]
        connect_timeout: Option<f64>,
        #[pyarg(named)]
        read_timeout: Option<f64>,
        #[pyarg(named)]
        verify: bool,
        #[pyarg(named)]
        certificates: Option<PyStrRef>,
        #[pyarg(named)]
        client_certificate: Option<PyStrRef>,
        #[pyarg(named)]
        client_key: Option<PyStrRef>,
        #[pyarg(named)]
        proxy: Option<PyStrRef>,
        /// Makes an exception of a kind and a text.
        #[pyarg(named)]
        fail: PyObjectRef,
    }

    fn path(text: &PyStrRef) -> PathBuf {
        PathBuf::from(&*text.to_string_lossy())
    }

    /// Sends a request: (status, reason, version, [(name, value)], body).
    #[pyfunction]
    fn request(
        method: PyStrRef,
        url: PyStrRef,
        headers: PyDictRef,
        body: Option<PyBytesRef>,
        connection: Connection,
        vm: &VirtualMachine,
    ) -> PyResult<PyTupleRef> {
        let duration = |seconds: Option<f64>| seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let options = Options {
            connect_timeout: duration(connection.connect_timeout),
            read_timeout: duration(connection.read_timeout),
            accept_any_certificate: !connection.verify,
            certificates: connection.certificates.as_ref().map(path),
            client: connection.client_certificate.as_ref().map(|certificate| {
                let key = connection.client_key.as_ref().unwrap_or(certificate);
                ClientCertificate { certificate: path(certificate), key: path(key) }
            }),
            proxy: connection.proxy.map(|proxy| proxy.to_string()),
        };
        let headers: Vec<(String, String)> = headers
            .items_vec()
            .into_iter()
            .map(|(name, value)| Ok((name.str(vm)?.to_string(), value.str(vm)?.to_string())))
            .collect::<PyResult<_>>()?;
        let (method, url) = (method.to_string(), url.to_string());
        let body = body.map(|body| body.as_bytes().to_vec());
        let answer = interruptible(vm, move || http::request(&method, &url, &headers, body, &options))?;
        let answer = answer.map_err(|error| failure(&error, &connection.fail, vm))?;
        let headers = answer.headers.into_iter().map(|pair| vm.new_tuple(pair).into()).collect();
        let stream: PyRef<Stream> =
            Stream { body: Mutex::new(Some(answer.body)), fail: connection.fail }.into_ref(&vm.ctx);
        Ok(vm.new_tuple((answer.status, answer.reason, answer.version, vm.ctx.new_list(headers), stream)))
    }
}
