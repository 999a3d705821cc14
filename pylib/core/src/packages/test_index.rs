//! An index on this machine, for tests.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::Checksum;

/// A page or file: its kind and content.
type Pages = Arc<Mutex<HashMap<String, (String, Vec<u8>)>>>;

/// An index that answers on a port of its own until the process ends.
pub struct TestIndex {
    port: u16,
    pages: Pages,
    asked: Arc<Mutex<Vec<String>>>,
    is_json: bool,
    releases: HashMap<String, Vec<(String, Vec<u8>, String)>>,
}

impl TestIndex {
    /// An empty one that speaks JSON or HTML.
    pub fn new(is_json: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let pages: Pages = Arc::default();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (served, noted) = (Arc::clone(&pages), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (served, noted) = (Arc::clone(&served), Arc::clone(&noted));
                std::thread::spawn(move || answer(stream, &served, &noted));
            }
        });
        Self { port, pages, asked, is_json, releases: HashMap::new() }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/simple", self.port)
    }

    /// The paths that were asked for so far, with the credentials.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }

    /// Answers with something at a path.
    pub fn put(&self, path: &str, kind: &str, content: &[u8]) {
        self.pages.lock().expect("not poisoned").insert(path.to_owned(), (kind.to_owned(), content.to_vec()));
    }

    /// Offers a wheel of one module that says its version.
    pub fn package(&mut self, name: &str, version: &str, requires: &[&str]) -> Vec<u8> {
        let content = wheel(name, version, requires, "");
        self.file(name, &format!("{}-{version}-py3-none-any.whl", name.replace('-', "_")), &content, "");
        content
    }

    /// Offers a file; `demand` is its `requires-python`.
    pub fn file(&mut self, name: &str, file: &str, content: &[u8], demand: &str) {
        self.put(&format!("/files/{file}"), "application/octet-stream", content);
        let releases = self.releases.entry(name.to_owned()).or_default();
        releases.push((file.to_owned(), content.to_vec(), demand.to_owned()));
        let mut html = "<!DOCTYPE html><html><body>\n".to_owned();
        let mut files = Vec::new();
        for (file, content, demand) in &*releases {
            let digits = Checksum::sha256(content).digits;
            let escaped = demand.replace('<', "&lt;").replace('>', "&gt;");
            html.push_str(&format!(
                "<a href=\"../../files/{file}#sha256={digits}\" data-requires-python=\"{escaped}\">{file}</a><br>\n"
            ));
            files.push(serde_json::json!({
                "filename": file, "url": format!("../../files/{file}"), "hashes": {"sha256": digits}, "requires-python": demand,
            }));
        }
        let page = format!("/simple/{name}/");
        if self.is_json {
            let json = serde_json::json!({"meta": {"api-version": "1.0"}, "name": name, "files": files}).to_string();
            self.put(&page, "application/vnd.pypi.simple.v1+json", json.as_bytes());
        } else {
            self.put(&page, "text/html; charset=utf-8", html.as_bytes());
        }
    }
}

/// A wheel of one module, with more lines of metadata.
pub fn wheel(name: &str, version: &str, requires: &[&str], more: &str) -> Vec<u8> {
    let module = name.replace('-', "_");
    let mut metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: a test\n{more}");
    for requirement in requires {
        metadata.push_str(&format!("Requires-Dist: {requirement}\n"));
    }
    archive(&[
        (&format!("{module}.py"), &format!("version = '{version}'\n")),
        (&format!("{module}-{version}.data/purelib/{module}_more.py"), "more = True\n"),
        (&format!("{module}-{version}.data/scripts/{module}"), "#!python\n"),
        (&format!("{module}-{version}.dist-info/METADATA"), &metadata),
    ])
}

/// A zip archive of these members.
pub fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in members {
        writer.start_file(*path, SimpleFileOptions::default()).expect("a member");
        writer.write_all(content.as_bytes()).expect("a content");
    }
    writer.finish().expect("an archive").into_inner()
}

fn answer(stream: TcpStream, pages: &Pages, asked: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().expect("another handle"));
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() {
        return;
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut credentials = String::new();
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("authorization:") {
            credentials = format!(" {}", value.trim());
        }
        line.clear();
    }
    asked.lock().expect("not poisoned").push(format!("{path}{credentials}"));
    let found = pages.lock().expect("not poisoned").get(&path).cloned();
    let (status, kind, content) = match found {
        Some((kind, content)) => ("200 OK", kind, content),
        None => ("404 Not Found", "text/plain".to_owned(), Vec::new()),
    };
    let mut stream = stream;
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        content.len()
    );
    // Who asked may be gone; that is for its test to notice.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&content));
}
