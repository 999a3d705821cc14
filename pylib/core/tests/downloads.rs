//! Downloads from a server on this machine that behaves in various ways.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use batou_core::download::{Download, DownloadError, Function, HttpOptions, digest_of, fetch, fetch_file, install};

/// What one request says.
#[derive(Clone, Debug, Default)]
struct Request {
    path: String,
    headers: Vec<String>,
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self
            .headers
            .iter()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    fn range(&self) -> Option<usize> {
        self.header("range")?.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
    }
}

/// A server whose answers are the bytes that a function gives; the connection is closed after each.
struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    fn start(answer: impl Fn(&Request, usize, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let Some(Ok(first)) = lines.next() else { continue };
                let path = first.split(' ').nth(1).unwrap().to_owned();
                let headers = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                let request = Request { path, headers };
                let count = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(request.clone());
                    seen.len()
                };
                answer(&request, count, &mut stream);
            }
        });
        Self { port, requests }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn send(stream: &mut TcpStream, head: &str, body: &[u8]) {
    // A client that gave up is part of some tests.
    let _ = stream.write_all(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes());
    let _ = stream.write_all(body);
}

fn send_whole(stream: &mut TcpStream, body: &[u8]) {
    send(stream, &format!("200 OK\r\nContent-Length: {}", body.len()), body);
}

fn send_range(stream: &mut TcpStream, body: &[u8], begin: usize) {
    let (end, all) = (body.len() - 1, body.len());
    let head =
        format!("206 Partial Content\r\nContent-Range: bytes {begin}-{end}/{all}\r\nContent-Length: {}", all - begin);
    send(stream, &head, &body[begin..]);
}

fn content() -> Vec<u8> {
    (0..300_000u32).flat_map(u32::to_le_bytes).collect()
}

fn digest(content: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), content).unwrap();
    digest_of(file.path(), Function::Sha256).unwrap()
}

fn download(url: String, target: PathBuf, content: &[u8]) -> Download {
    // Proxies of the machine are none of these tests' business.
    let options = HttpOptions { proxies: vec![("all".to_owned(), String::new())], ..HttpOptions::default() };
    Download { url, target, function: Function::Sha256, expected: digest(content), options }
}

fn run(download: &Download) -> Result<(), DownloadError> {
    fetch(download, &|| false)
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_fetched_and_an_old_one_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start(|_, _, stream| send_whole(stream, &content()));
    let root = tempfile::tempdir().unwrap();
    let mut download = download(server.url("/a%20b?q=1#fragment"), root.path().join("file"), &content());
    download.expected = download.expected.to_uppercase();
    run(&download).unwrap();
    assert_eq!(fs::read(&download.target).unwrap(), content());
    fs::write(&download.target, "old").unwrap();
    fs::set_permissions(&download.target, fs::Permissions::from_mode(0o600)).unwrap();
    run(&download).unwrap();
    assert_eq!(fs::read(&download.target).unwrap(), content());
    assert_eq!(fs::metadata(&download.target).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(names(root.path()), ["file"]);
    let requests = server.requests();
    assert_eq!(requests[0].path, "/a%20b?q=1");
    assert_eq!(requests[0].header("range"), None);
    assert_eq!(requests[0].header("accept-encoding"), Some("identity"));
}

#[test]
fn a_connection_that_breaks_is_continued_by_a_range() {
    let server = Server::start(|request, count, stream| match (count, request.range()) {
        (1, None) => send(stream, &format!("200 OK\r\nContent-Length: {}", content().len()), &content()[..500_000]),
        (2, Some(begin)) => send_range(stream, &content(), begin),
        other => panic!("{other:?}"),
    });
    let root = tempfile::tempdir().unwrap();
    run(&download(server.url("/file"), root.path().join("file"), &content())).unwrap();
    assert_eq!(fs::read(root.path().join("file")).unwrap(), content());
    assert_eq!(server.requests().len(), 2);
    assert_eq!(server.requests()[1].range(), Some(500_000));
}

#[test]
fn a_file_that_changes_between_two_attempts_is_fetched_anew() {
    for (header, value) in [("ETag", "\"one\""), ("Last-Modified", "Mon, 23 Nov 2026 10:00:00 GMT")] {
        let server = Server::start(move |request, count, stream| match count {
            1 => {
                let head = format!("200 OK\r\n{header}: {value}\r\nContent-Length: {}", content().len());
                send(stream, &head, &vec![7; 500_000]);
            }
            _ => {
                assert_eq!((request.range(), request.header("if-range")), (Some(500_000), Some(value)));
                send_whole(stream, &content());
            }
        });
        let root = tempfile::tempdir().unwrap();
        run(&download(server.url("/file"), root.path().join("file"), &content())).unwrap();
        assert_eq!(fs::read(root.path().join("file")).unwrap(), content());
        assert_eq!(server.requests().len(), 2, "{header}");
    }
}

#[test]
fn a_weak_tag_stands_for_no_content() {
    let server = Server::start(|request, count, stream| match count {
        1 => {
            let head = format!("200 OK\r\nETag: W/\"one\"\r\nContent-Length: {}", content().len());
            send(stream, &head, &content()[..1000]);
        }
        _ => {
            assert_eq!(request.header("if-range"), None);
            send_range(stream, &content(), 1000);
        }
    });
    let root = tempfile::tempdir().unwrap();
    run(&download(server.url("/file"), root.path().join("file"), &content())).unwrap();
}

#[test]
fn a_later_run_continues_and_starts_anew_if_the_file_is_another_one() {
    // Each connection of the first run breaks after some bytes; ranges are not served then.
    let server = Server::start(|request, count, stream| match request.range() {
        _ if count <= 4 => send(stream, &format!("200 OK\r\nContent-Length: {}", content().len()), &vec![7; 1000]),
        Some(begin) => send_range(stream, &content(), begin),
        None => send_whole(stream, &content()),
    });
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("file"), "old").unwrap();
    let download = download(server.url("/file"), root.path().join("file"), &content());
    let error = run(&download).unwrap_err();
    assert!(matches!(&error, DownloadError::Connection { attempts: 4, .. }), "{error:?}");
    assert_eq!(fs::read(&download.target).unwrap(), b"old");
    assert_eq!(names(root.path()).len(), 2);
    run(&download).unwrap();
    assert_eq!(fs::read(&download.target).unwrap(), content());
    assert_eq!(names(root.path()), ["file"]);
    let ranges: Vec<_> = server.requests()[4..].iter().map(Request::range).collect();
    assert_eq!(ranges, [Some(1000), None]);
}

#[test]
fn a_server_without_ranges_and_one_that_has_no_more_start_anew() {
    for head in ["200", "416", "206"] {
        let server = Server::start(move |request, count, stream| match (count, head) {
            (1, _) => send(stream, &format!("200 OK\r\nContent-Length: {}", content().len()), &content()[..1000]),
            (2, "416") => send(stream, "416 Range Not Satisfiable\r\nContent-Length: 0", b""),
            (2, "206") => {
                assert_eq!(request.range(), Some(1000));
                send_range(stream, &content(), 5);
            }
            _ => send_whole(stream, &content()),
        });
        let root = tempfile::tempdir().unwrap();
        run(&download(server.url("/file"), root.path().join("file"), &content())).unwrap();
        assert_eq!(fs::read(root.path().join("file")).unwrap(), content(), "{head}");
    }
}

#[test]
fn redirects_are_followed_without_secrets() {
    let other = Server::start(|_, _, stream| send_whole(stream, b"there"));
    let place = other.url("/there");
    let server = Server::start(move |request, _, stream| match request.path.as_str() {
        "/circle" => send(stream, "302 Found\r\nLocation: /circle\r\nContent-Length: 0", b""),
        "/relative" => send(stream, "301 Moved\r\nLocation: final\r\nContent-Length: 0", b""),
        "/final" => send_whole(stream, b"there"),
        "/file" => send(stream, "302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0", b""),
        _ => send(stream, &format!("307 Temporary\r\nLocation: {place}\r\nContent-Length: 0"), b""),
    });
    let root = tempfile::tempdir().unwrap();
    let fetch = |path: &str| {
        let url = server.url(path).replace("http://", "http://user:s%40fe@");
        let mut download = download(url, root.path().join("file"), b"there");
        download.options.headers.push(("X-Own".to_owned(), "yes".to_owned()));
        download.options.cookies.push(("a".to_owned(), "b".to_owned()));
        run(&download)
    };
    fetch("/away").unwrap();
    fetch("/relative").unwrap();
    let (here, there) = (server.requests(), other.requests());
    // user:s@fe
    assert_eq!(here[0].header("authorization"), Some("Basic dXNlcjpzQGZl"));
    assert_eq!(here[0].header("cookie"), Some("a=b"));
    assert_eq!(there[0].header("authorization"), None);
    assert_eq!(there[0].header("cookie"), None);
    assert_eq!(there[0].header("x-own"), Some("yes"));
    assert_eq!(here[2].header("authorization"), Some("Basic dXNlcjpzQGZl"));
    for (path, expected) in [("/circle", "more than 30 redirects"), ("/file", "redirected to the scheme \"file\"")] {
        let error = fetch(path).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("user:*****@") && !error.contains("s%40fe"), "{error}");
    }
}

#[test]
fn errors_of_the_server_leave_the_target_alone() {
    let server = Server::start(|request, _, stream| match request.path.as_str() {
        "/missing" => send(stream, "404 Not Found\r\nContent-Length: 4", b"none"),
        "/busy" => send(stream, "503 Service Unavailable\r\nContent-Length: 0", b""),
        _ => send_whole(stream, b"something else"),
    });
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("file"), "old").unwrap();
    let fetch = |path: &str| {
        let url = server.url(path).replace("http://", "http://user:secret@");
        run(&download(url, root.path().join("file"), b"expected")).unwrap_err().to_string()
    };
    let error = fetch("/missing");
    assert!(error.starts_with("cannot download http://user:*****@127.0.0.1:"), "{error}");
    assert!(error.ends_with("/missing: the server answers 404 Not Found"), "{error}");
    assert_eq!(server.requests().len(), 1);
    let error = fetch("/busy");
    assert!(error.ends_with("the server answers 503 Service Unavailable (4 attempts)"), "{error}");
    let error = fetch("/other");
    assert_eq!(
        error,
        format!("Checksum mismatch!\nexpected: {}\ngot: {}", digest(b"expected"), digest(b"something else"))
    );
    assert_eq!(fs::read(root.path().join("file")).unwrap(), b"old");
    assert_eq!(names(root.path()), ["file"]);
}

#[test]
fn nobody_at_home_is_an_error_after_some_attempts() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let root = tempfile::tempdir().unwrap();
    let error = run(&download(format!("http://127.0.0.1:{port}/x"), root.path().join("file"), b"")).unwrap_err();
    assert!(error.to_string().contains("refused") && error.to_string().ends_with("(4 attempts)"), "{error}");
    assert!(names(root.path()).is_empty());
}

#[test]
fn a_silent_server_is_given_up_and_so_is_an_interrupted_download() {
    let server = Server::start(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
        std::mem::forget(stream.try_clone());
    });
    let root = tempfile::tempdir().unwrap();
    let mut download = download(server.url("/x"), root.path().join("file"), b"");
    let begin = Instant::now();
    let error = fetch(&download, &|| begin.elapsed() > Duration::from_millis(200)).unwrap_err();
    assert!(matches!(error, DownloadError::Interrupted));
    assert!(begin.elapsed() < Duration::from_secs(3));
    download.url = server.url("/y");
    download.options.read_timeout = Some(Duration::from_millis(100));
    let error = run(&download).unwrap_err();
    assert!(error.to_string().contains("timeout") && error.to_string().contains("(4 attempts)"), "{error}");
    assert!(!download.target.exists());
}

#[test]
fn arguments_of_the_request_are_passed() {
    let server = Server::start(|_, _, stream| send_whole(stream, b"x"));
    let root = tempfile::tempdir().unwrap();
    let mut download = download(server.url("/x?a=1"), root.path().join("file"), b"x");
    download.options.parameters = vec![("b c".to_owned(), "d&e".to_owned())];
    download.options.credentials = Some(("me".to_owned(), "pw".to_owned()));
    run(&download).unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.path, "/x?a=1&b+c=d%26e");
    assert_eq!(request.header("authorization"), Some("Basic bWU6cHc="));
}

#[test]
fn a_proxy_carries_the_request() {
    let server = Server::start(|_, _, stream| send_whole(stream, b"through"));
    let address = format!("127.0.0.1:{}", server.port);
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = proxy.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut client, _) = proxy.accept().unwrap();
        let mut lines = BufReader::new(client.try_clone().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        assert!(first.starts_with("CONNECT example.invalid:80 "), "{first}");
        let _ = lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).count();
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let mut upstream = TcpStream::connect(address).unwrap();
        let (mut back, mut forth) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
        std::thread::spawn(move || std::io::copy(&mut client, &mut forth));
        let _ = std::io::copy(&mut upstream, &mut back);
    });
    let root = tempfile::tempdir().unwrap();
    let mut download = download("http://example.invalid/x".to_owned(), root.path().join("file"), b"through");
    download.options.proxies = vec![("http".to_owned(), format!("http://127.0.0.1:{port}"))];
    run(&download).unwrap();
    assert_eq!(fs::read(&download.target).unwrap(), b"through");
}

#[test]
fn files_of_this_machine_are_verified_too() {
    let root = tempfile::tempdir().unwrap();
    let (source, target) = (root.path().join("source"), root.path().join("target"));
    fs::write(&source, "content").unwrap();
    fetch_file(&source, &target, Function::Sha256, &digest(b"content")).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"content");
    fs::write(&source, "other").unwrap();
    let error = fetch_file(&source, &target, Function::Sha256, &digest(b"content")).unwrap_err();
    assert!(matches!(error, DownloadError::Digest { .. }));
    assert_eq!(fs::read(&target).unwrap(), b"content");
    assert_eq!(names(root.path()), ["source", "target"]);
    install(&source, &target, Function::Sha256, &digest(b"other")).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"other");
    assert_eq!(names(root.path()), ["target"]);
    let error = fetch_file(&source, &target, Function::Sha256, "").unwrap_err();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
}
