//! The questions.

use std::path::Path;

use super::error::SupervisorError;
use super::xml_rpc::Value;
use super::{http, status, xml_rpc};

/// The number of the process of the supervisord that listens at the socket.
///
/// Fails if none answers, or if it is just ending or starting anew.
pub fn server_pid(socket: &Path) -> Result<i64, SupervisorError> {
    ask(socket, "supervisor.getPID")?.integer().ok_or(SupervisorError::Unexpected("a process number"))
}

/// The programs that run now, as `GROUP:NAME`.
///
/// Fails if supervisord does not answer, or if it is just ending or starting anew.
pub fn running_programs(socket: &Path) -> Result<Vec<String>, SupervisorError> {
    status::running(&ask(socket, "supervisor.getAllProcessInfo")?)
}

fn ask(socket: &Path, method: &str) -> Result<Value, SupervisorError> {
    let body = http::post(socket, &xml_rpc::call(method))?;
    xml_rpc::answer(&String::from_utf8_lossy(&body))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixListener;
    use std::thread;

    use super::*;

    /// Answers one request and gives what was asked.
    fn asked<T>(answer: &'static str, question: impl FnOnce(&Path) -> T) -> (T, String) {
        let directory = tempfile::tempdir().unwrap();
        let socket = directory.path().join("socket");
        let listener = UnixListener::bind(&socket).unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"</methodCall>\n") && stream.read(&mut byte).unwrap() == 1 {
                request.push(byte[0]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(request).unwrap()
        });
        let result = question(&socket);
        (result, server.join().unwrap())
    }

    #[test]
    fn the_process_number_is_asked_by_a_post() {
        let (pid, request) = asked(
            "HTTP/1.0 200 OK\r\n\r\n<methodResponse><params><param><value><int>42</int></value></param></params></methodResponse>",
            server_pid,
        );
        assert_eq!(pid.unwrap(), 42);
        assert!(request.starts_with("POST /RPC2 HTTP/1.0\r\n"), "{request}");
        let body = request.split_once("\r\n\r\n").unwrap().1;
        assert!(request.contains(&format!("Content-Length: {}\r\n", body.len())), "{request}");
        assert!(body.contains("<methodName>supervisor.getPID</methodName>"), "{request}");
    }

    #[test]
    fn a_closed_connection_is_no_answer() {
        let (programs, _) = asked("", running_programs);
        assert!(programs.is_err());
    }

    #[test]
    fn nobody_at_the_socket_is_no_answer() {
        let directory = tempfile::tempdir().unwrap();
        let error = server_pid(&directory.path().join("missing")).unwrap_err();
        assert!(matches!(error, SupervisorError::Connection(_)), "{error}");
    }
}
