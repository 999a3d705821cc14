//! Packages of a project, from an index on this machine to the import of a component.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{BATOU, LOCAL, Project, finish, make_wheel};

const COMPONENT: &str = "from batou.component import Component\nfrom batou.lib.file import File\nimport our_names\nimport \
     our_lib\n\n\nclass Demo(Component):\n\n    def configure(self):\n        self += File('file', \
     content=our_names.name + our_lib.name)\n";

/// Serves a directory; gives its address and the number of requests so far.
fn serve(directory: &Path) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/simple", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let (directory, count) = (directory.to_owned(), Arc::clone(&asked));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            count.fetch_add(1, Ordering::SeqCst);
            let mut lines = BufReader::new(stream.try_clone().expect("another handle")).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            lines.find(String::is_empty);
            let path = first.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
            let file = if path.ends_with('/') { format!("{path}index.html") } else { path };
            let (status, content) = match fs::read(directory.join(file)) {
                Ok(content) => ("200 OK", content),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                content.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&content));
        }
    });
    (url, asked)
}

#[test]
fn components_import_packages_of_an_index_and_of_directories() {
    let project = Project::new(COMPONENT);
    let served = project.place().join("served");
    fs::create_dir_all(served.join("simple/our-names")).expect("a directory");
    fs::create_dir_all(served.join("files")).expect("a directory");
    make_wheel(&project, &served.join("files/our_names-1.0-py3-none-any.whl"), "our_names", "wheel ");
    let link = "<a href='../../files/our_names-1.0-py3-none-any.whl'>our_names</a>";
    fs::write(served.join("simple/our-names/index.html"), link).expect("a page");
    let (url, asked) = serve(&served);
    project.write("lib/pyproject.toml", "[project]\nname = 'our-lib'\ndependencies = ['our_names']\n");
    project.write("lib/src/our_lib.py", "name = 'directory\\n'\n");
    project.write("requirements.txt", "-e ./lib\nbatou\n");

    let run = |words: &[&str], index: bool| {
        let mut command = project.command(LOCAL);
        command.args(words).env("PIP_CONFIG_FILE", "/dev/null");
        if index {
            command.env("PIP_INDEX_URL", &url);
        } else {
            command.env("BATOU_OFFLINE", "1");
        }
        finish(&mut command)
    };
    let without = run(&["dev"], false);
    without.assert_told(1);
    without.assert_tells("no package index is named, so `our-names` cannot be looked for");

    let predicted = run(&["-P", "dev"], true);
    assert_eq!(predicted.code, Some(0), "{predicted}");
    assert!(!project.path("requirements.lock").exists(), "a prediction wrote the lock");

    let first = run(&["dev"], true);
    assert_eq!(first.code, Some(0), "{first}");
    assert_eq!(project.read("work/demo/file"), "wheel directory\n");
    assert!(project.read("requirements.lock").contains("\nour-names==1.0"), "{}", project.read("requirements.lock"));

    let before = asked.load(Ordering::SeqCst);
    assert!(before > 0);
    let second = run(&["dev"], false);
    assert_eq!(second.code, Some(0), "{second}");
    assert_eq!(asked.load(Ordering::SeqCst), before, "the second run asks nobody");

    let mut command = project.command(BATOU);
    let listed = finish(command.args(["packages", "list", "--json", "--offline"]).env("PIP_CONFIG_FILE", "/dev/null"));
    let answer: serde_json::Value = serde_json::from_str(&listed.output).unwrap_or_else(|_| panic!("{listed}"));
    let names: Vec<&str> =
        answer["packages"].as_array().expect("a list").iter().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(names, ["our-lib", "our-names"], "{listed}");

    // A damaged cache is filled again.
    fs::remove_dir_all(project.place().join("home/.cache")).expect("removed");
    let emptied = run(&["dev"], true);
    assert_eq!(emptied.code, Some(0), "{emptied}");
    assert!(asked.load(Ordering::SeqCst) > before);
}

#[test]
fn python_imports_the_packages_of_the_project_around_it_and_writes_no_lock() {
    let project = Project::new("");
    fs::create_dir_all(project.path("wheels")).expect("a directory");
    make_wheel(&project, &project.path("wheels/our_names-1.0-py3-none-any.whl"), "our_names", "wheel ");
    project.write("requirements.txt", "./wheels/our_names-1.0-py3-none-any.whl\n./lib\n");
    project.write(
        "lib/pyproject.toml",
        "[project]\nname = 'our-lib'\nversion = '2.5'\ndependencies = ['our-names']\n[project.entry-points.ours]\nname = \
         'our_lib:name'\n",
    );
    project.write("lib/our_lib.py", "name = 'directory'\n");
    project.write("shared.py", "name = 'project'\n");
    let python = |directory: &str, words: &[&str]| {
        let mut command = project.command(BATOU);
        command.current_dir(project.path(directory)).env("PIP_CONFIG_FILE", "/dev/null");
        finish(command.arg("python").args(words))
    };
    let code = "import our_names, our_lib, shared; print(our_names.name, our_lib.name, shared.name)";
    for directory in ["", "components/demo"] {
        let ended = python(directory, &["-c", code]);
        assert_eq!((ended.code, ended.output.as_str()), (Some(0), "wheel  directory project\n"), "{ended}");
        assert_eq!(ended.error, "", "{ended}");
    }
    let code = "import importlib.metadata, pkg_resources\nprint(importlib.metadata.version('our_lib'), \
                pkg_resources.require('our-lib>=2')[1], [point.load() for point in \
                pkg_resources.iter_entry_points('ours')], importlib.metadata.requires('our-lib'))";
    let ended = python("", &["-c", code]);
    assert_eq!(ended.output, "2.5 our-names 1.0 ['directory'] ['our-names']\n", "{ended}");
    assert!(!project.path("requirements.lock").exists(), "the lock was written");
    for option in ["-I", "-S"] {
        let ended = python("", &[option, "-c", "import our_names"]);
        assert!(ended.error.contains("No module named 'our_names'"), "{option} {ended}");
    }
    // A package that comes along is replaced by one that is named by its path.
    project.write("setuptools/pyproject.toml", "[project]\nname = 'setuptools'\nversion = '80.1'\n");
    project.write("setuptools/pkg_resources/__init__.py", "Environment = 'whole'\n");
    let requirements = project.read("requirements.txt");
    project.write("requirements.txt", &format!("{requirements}./setuptools\n"));
    let code = "import pkg_resources, importlib.metadata; print(pkg_resources.Environment, \
                importlib.metadata.version('setuptools'))";
    let ended = python("", &["-c", code]);
    assert_eq!(ended.output, "whole 80.1\n", "{ended}");
    // Outside of the project there are no packages of it.
    let outside = python("..", &["-c", "import our_names"]);
    assert!(outside.error.contains("No module named 'our_names'"), "{outside}");

    project.write("requirements.txt", "no-such-package\n");
    let missing = python("", &["-c", "print('ran')"]);
    missing.assert_told(1);
    missing.assert_tells("no package index is named, so `no-such-package` cannot be looked for");
    missing.assert_tells("`batou python -S` leaves the project out");
    assert_eq!(missing.output, "", "{missing}");
    assert_eq!(python("", &["-S", "-c", "print('ran')"]).output, "ran\n");
}
