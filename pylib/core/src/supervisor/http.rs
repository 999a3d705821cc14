//! One HTTP request over a Unix socket.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::error::SupervisorError;

/// supervisord answers questions at once unless the machine is in trouble.
const PATIENCE: Duration = Duration::from_secs(10);
/// Far more than the status of thousands of programs takes.
const LONGEST_ANSWER: u64 = 64 << 20;

/// Posts an XML document and gives the body of the answer.
pub(super) fn post(socket: &Path, body: &str) -> Result<Vec<u8>, SupervisorError> {
    let mut stream = UnixStream::connect(socket).map_err(SupervisorError::Connection)?;
    let answer = exchange(&mut stream, body).map_err(SupervisorError::Connection)?;
    body_of(answer)
}

fn exchange(stream: &mut UnixStream, body: &str) -> std::io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // With version 1.0 the answer comes in one piece and the connection ends with it.
    let head = format!(
        "POST /RPC2 HTTP/1.0\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(LONGEST_ANSWER).read_to_end(&mut answer)?;
    Ok(answer)
}

fn body_of(mut answer: Vec<u8>) -> Result<Vec<u8>, SupervisorError> {
    let end =
        answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").ok_or(SupervisorError::Http("no end of headers"))?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .filter(|line| line.starts_with("HTTP/"))
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or(SupervisorError::Http("no status"))?;
    if status != 200 {
        return Err(SupervisorError::Status(status));
    }
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok());
    let mut body = answer.split_off(end + 4);
    if let Some(length) = length {
        if body.len() < length {
            return Err(SupervisorError::Http("the answer ends early"));
        }
        body.truncate(length);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(answer: &str) -> Result<String, String> {
        body_of(answer.as_bytes().to_vec())
            .map(|body| String::from_utf8_lossy(&body).into_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_body_ends_where_its_length_says() {
        assert_eq!(body("HTTP/1.0 200 OK\r\ncontent-LENGTH: 3\r\n\r\nabcdef"), Ok("abc".into()));
        assert_eq!(body("HTTP/1.1 200 OK\r\n\r\nabcdef"), Ok("abcdef".into()));
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        assert!(body("").unwrap_err().contains("no end of headers"));
        assert!(body("SSH-2.0\r\n\r\n").unwrap_err().contains("no status"));
        assert!(body("HTTP/1.0 401 Unauthorized\r\n\r\n").unwrap_err().contains("401"));
        assert!(body("HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nabc").unwrap_err().contains("ends early"));
    }
}
