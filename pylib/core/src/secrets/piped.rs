//! Running a program that is handed bytes and gives bytes back, none of which stay in memory.

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

use zeroize::Zeroizing;

/// How much room the first buffer has.
const ROOM: usize = 64 * 1024;

/// What a program gave back.
pub(super) struct Piped {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: Zeroizing<Vec<u8>>,
    /// Its standard error, which holds no secrets.
    pub stderr: Vec<u8>,
}

/// Runs a program with its input and both outputs as pipes. It stays in the foreground, so it may open the terminal itself.
///
/// # Errors
/// If it cannot be started or a pipe fails. An input that is not read to its end is no error; the status tells what it meant.
pub(super) fn run(command: &mut Command, input: &[u8]) -> io::Result<Piped> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let outputs = exchange(&mut child, input);
    // Waited for in any case, so that no zombie stays.
    let status = child.wait()?;
    let (stdout, stderr) = outputs?;
    Ok(Piped { status, stdout, stderr })
}

fn exchange(child: &mut Child, input: &[u8]) -> io::Result<(Zeroizing<Vec<u8>>, Vec<u8>)> {
    let missing = || io::Error::other("a pipe is missing");
    let mut stdin = child.stdin.take().ok_or_else(missing)?;
    let stdout = child.stdout.take().ok_or_else(missing)?;
    let mut stderr = child.stderr.take().ok_or_else(missing)?;
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || match stdin.write_all(input) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        });
        let complaints = scope.spawn(move || {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).map(|_| text)
        });
        let answer = read_wiped(stdout);
        let panicked = || io::Error::other("a thread failed");
        writer.join().map_err(|_| panicked())??;
        let complaints = complaints.join().map_err(|_| panicked())??;
        Ok((answer?, complaints))
    })
}

/// Reads to the end. A buffer that grew leaves nothing behind where it was.
fn read_wiped(mut stream: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(vec![0; ROOM]);
    let mut length = 0;
    loop {
        if length == buffer.len() {
            let mut larger = Zeroizing::new(vec![0; 2 * length]);
            larger[..length].copy_from_slice(&buffer);
            buffer = larger;
        }
        match stream.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(length);
    Ok(buffer)
}

/// How a program ended, in words.
pub(super) fn ending(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_inputs_and_outputs_do_not_block_each_other() {
        let input = vec![b'x'; 1_000_000];
        let piped = run(&mut Command::new("cat"), &input).unwrap();
        assert!(piped.status.success());
        assert_eq!(*piped.stdout, input);
    }

    #[test]
    fn a_program_that_does_not_read_ends_by_itself() {
        let piped = run(Command::new("sh").args(["-c", "echo why >&2; exit 3"]), &vec![0; 1_000_000]).unwrap();
        assert_eq!((ending(piped.status).as_str(), piped.stderr.as_slice()), ("exit code 3", &b"why\n"[..]));
    }
}
