//! Projects, programs and obstacles for the tests.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Whatever takes longer hangs. Other work on the same machine may take most of its time, so this is far more than
/// anything here needs.
pub const PATIENCE: Duration = Duration::from_secs(600);

/// The program that deploys.
pub const LOCAL: &str = env!("CARGO_BIN_EXE_batou-local");
/// The program with all commands.
pub const BATOU: &str = env!("CARGO_BIN_EXE_batou");

/// What opens the secrets of the sample.
pub const SAMPLE_KEY: &str = "environments/dev/sample-key.txt";

/// A project in a directory of its own, with a home directory and one for temporary files beside it.
pub struct Project {
    place: TempDir,
    root: PathBuf,
}

impl Project {
    /// A project with the environment `dev`, whose host `localhost` runs the component `demo`.
    pub fn new(component: &str) -> Self {
        Self::in_directory("project", component)
    }

    /// The same in a directory of that name.
    pub fn in_directory(name: &str, component: &str) -> Self {
        let place = tempfile::Builder::new().prefix("run-").tempdir().expect("a temporary directory");
        let root = place.path().join(name);
        let project = Self { place, root };
        fs::create_dir_all(project.home()).expect("a home directory");
        fs::create_dir_all(project.temporary()).expect("a directory for temporary files");
        project.write(
            "environments/dev/environment.cfg",
            "[environment]\nconnect_method = local\n\n[hosts]\nlocalhost = demo\n",
        );
        project.write("components/demo/component.py", component);
        project
    }

    /// The sample deployment of the repository.
    pub fn sample() -> Self {
        let project = Self::new("");
        fs::remove_dir_all(project.path("components")).expect("the components can be removed");
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&repository.join("components"), &project.path("components"));
        copy(&repository.join("environments/dev"), &project.path("environments/dev"));
        project
    }

    /// A path below the project.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The directory that holds the project and what belongs to it.
    pub fn place(&self) -> &Path {
        self.place.path()
    }

    fn home(&self) -> PathBuf {
        self.place.path().join("home")
    }

    /// Where the programs put temporary files.
    pub fn temporary(&self) -> PathBuf {
        self.place.path().join("tmp")
    }

    /// Writes a file of the project.
    pub fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, content).expect("a file");
    }

    /// Reads a file of the project.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Who may do what with a file of the project: the permission bits.
    pub fn mode(&self, path: &str) -> u32 {
        let metadata = fs::metadata(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        metadata.mode() & 0o7777
    }

    /// A program that is to run in the project.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env_clear();
        command.env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").env("LC_ALL", "C.UTF-8");
        command.env("HOME", self.home()).env("TMPDIR", self.temporary());
        if self.path(SAMPLE_KEY).exists() {
            command.env("BATOU_AGE_IDENTITIES", SAMPLE_KEY);
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs `batou-local` with these words to its end.
    pub fn run(&self, words: &[&str]) -> Ended {
        finish(self.command(LOCAL).args(words))
    }

    /// Runs `batou-local dev` and demands success.
    pub fn deploy(&self) -> Ended {
        let ended = self.run(&["dev"]);
        assert_eq!(ended.code, Some(0), "{ended}");
        ended
    }

    /// Starts `batou-local dev` and leaves it running.
    pub fn start(&self) -> Running {
        Running::start(self.command(LOCAL).arg("dev"))
    }
}

/// A process that is killed when the test forgets it.
pub struct Running {
    child: Child,
    output: File,
    error: File,
}

impl Running {
    /// Starts a command. Its output goes to files, because a pipe that nobody empties would stop it.
    pub fn start(command: &mut Command) -> Self {
        let [output, error] = [(); 2].map(|()| tempfile::tempfile().expect("a temporary file"));
        command.stdout(output.try_clone().expect("another handle")).stderr(error.try_clone().expect("another handle"));
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, output, error }
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.pid().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "signal {name} could not be sent");
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let status = waited(|| self.status());
        let ended = self.left(status);
        assert!(status.is_some(), "the program does not end\n{ended}");
        ended
    }

    /// Waits until there is a file that is made while it runs.
    pub fn reaches(&mut self, path: &Path) {
        let reached = waited(|| match path.exists() {
            true => Some(true),
            false => self.status().map(|_| path.exists()),
        });
        if reached != Some(true) {
            let status = self.status();
            panic!("{} is not made\n{}", path.display(), self.left(status));
        }
    }

    fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the process can be asked")
    }

    fn left(&mut self, status: Option<ExitStatus>) -> Ended {
        let code = status.and_then(|status| status.code());
        Ended { code, output: content(&mut self.output), error: content(&mut self.error) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program left.
pub struct Ended {
    /// Its exit code; none if a signal killed it, or if it still runs.
    pub code: Option<i32>,
    /// Standard output.
    pub output: String,
    /// Standard error.
    pub error: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            error: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ended {
    /// The last line of the standard output.
    pub fn last_line(&self) -> &str {
        self.output.lines().last().unwrap_or_default()
    }

    /// Demands that both streams together contain a text.
    pub fn assert_tells(&self, text: &str) {
        assert!(self.output.contains(text) || self.error.contains(text), "{text:?} is missing in\n{self}");
    }

    /// Demands a failure that is told to people: no panic, no dump of the interpreter.
    pub fn assert_told(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{self}");
        for text in ["panicked", "RUST_BACKTRACE", "Traceback (most recent call last)", "<frozen"] {
            assert!(!self.output.contains(text) && !self.error.contains(text), "{self}");
        }
        assert!(self.output.contains("ERROR") || self.error.contains("ERROR"), "no error is shown\n{self}");
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "exit {:?}\n--- output\n{}--- error\n{}", self.code, self.output, self.error)
    }
}

/// A program or directory that `make prepare` installs in `tests/.venv`.
pub fn installed(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.venv").join(path);
    assert!(path.exists(), "{} is missing: `make prepare` installs it", path.display());
    path
}

/// The environment variables by which pip and zc.buildout of a project find the packages that pip finds here.
pub fn python_settings(project: &Project) -> Vec<(String, String)> {
    let listed = Command::new(installed("bin/pip")).args(["config", "list"]).output().expect("pip runs");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut settings: Vec<(String, String)> = std::env::vars()
        .filter(|(name, _)| name.starts_with("SSL_CERT_") || name.to_lowercase().ends_with("_proxy"))
        .collect();
    // Lines such as global.index-url='...'; later ones count more.
    for (name, value) in listed.lines().filter_map(|line| line.split_once('=')) {
        let name = name.rsplit('.').next().unwrap_or_default().trim_start_matches(':');
        let value = value.trim_matches('\'');
        if name == "index-url" {
            let defaults = project.home().join(".buildout/default.cfg");
            fs::create_dir_all(defaults.parent().expect("a directory")).expect("a directory");
            fs::write(defaults, format!("[buildout]\nindex = {value}\n")).expect("a file");
        }
        settings.push((format!("PIP_{}", name.replace('-', "_").to_uppercase()), value.to_owned()));
    }
    settings
}

/// Runs a command to its end.
pub fn finish(command: &mut Command) -> Ended {
    Running::start(command).end()
}

fn content(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("the output can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Waits until `probe` gives something.
pub fn wait_for<T>(what: &str, probe: impl FnMut() -> Option<T>) -> T {
    waited(probe).unwrap_or_else(|| panic!("waited in vain for {what}"))
}

/// What `probe` gives at last; none if it never does.
pub fn waited<T>(mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let limit = Instant::now() + PATIENCE;
    while Instant::now() < limit {
        if let Some(found) = probe() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(5));
    }
    None
}

/// Reads a file as soon as it holds a whole line.
pub fn wait_for_line(path: &Path) -> String {
    wait_for(&path.display().to_string(), || {
        fs::read_to_string(path).ok().filter(|text| text.ends_with('\n')).map(|text| text.trim().to_owned())
    })
}

/// Whether there is a process of that number that still does something.
pub fn is_alive(pid: &str) -> bool {
    // A process that ended and whose parent did not ask yet counts as gone.
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

/// Ends the process whose number a file holds, with its group.
pub fn end_service(pidfile: &Path) {
    if let Some(pid) =
        fs::read_to_string(pidfile).ok().and_then(|text| text.split_whitespace().next().map(str::to_owned))
        && is_alive(&pid)
    {
        let _ = Command::new("kill").args(["-s", "KILL", "--", &format!("-{pid}")]).status();
        let _ = Command::new("kill").args(["-s", "KILL", &pid]).stderr(Stdio::null()).status();
    }
}

/// Makes a wheel of one module, whose `name` is `value`, with the interpreter of the program itself.
pub fn make_wheel(project: &Project, path: &Path, name: &str, value: &str) {
    let code = format!(
        "import zipfile\nwith zipfile.ZipFile({path:?}, 'w') as archive:\n    archive.writestr('{name}.py', \"name = \
         '{value}'\\n\")\n    archive.writestr('{name}-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: \
         {name}\\nVersion: 1.0\\nRequires-Dist: batou\\n')\n",
        path = path.display().to_string()
    );
    let made = finish(project.command(BATOU).args(["python", "-c", &code]));
    assert_eq!(made.code, Some(0), "{made}");
}

/// Fails unless the tests run as root.
pub fn need_root(what: &str) {
    let own = fs::metadata("/proc/self").expect("there is /proc");
    assert_eq!(own.uid(), 0, "this test needs root for {what}: run the tests as root, in a container say");
}

/// Everything below a directory: kind, mode, owner, times and content of each path.
pub fn picture(directory: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(path) = open.pop() {
        let data = fs::symlink_metadata(&path).expect("the path can be looked at");
        let content = if data.is_dir() {
            for entry in fs::read_dir(&path).expect("the directory can be listed") {
                open.push(entry.expect("an entry").path());
            }
            String::new()
        } else if data.is_symlink() {
            fs::read_link(&path).expect("a link").display().to_string()
        } else {
            String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned()
        };
        let facts = format!(
            "{:o} {}:{} inode {} modified {}.{:09} changed {}.{:09}\n{content}",
            data.mode(),
            data.uid(),
            data.gid(),
            data.ino(),
            data.mtime(),
            data.mtime_nsec(),
            data.ctime(),
            data.ctime_nsec(),
        );
        found.insert(path, facts);
    }
    found
}

/// Copies a directory.
pub fn copy(from: &Path, to: &Path) {
    let data = fs::symlink_metadata(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    if data.is_dir() {
        fs::create_dir_all(to).expect("a directory");
        for entry in fs::read_dir(from).expect("the directory can be listed") {
            let entry = entry.expect("an entry");
            if entry.file_name() != "__pycache__" {
                copy(&entry.path(), &to.join(entry.file_name()));
            }
        }
    } else {
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    }
}

/// A disk in memory, unmounted at the end.
pub struct Disk(PathBuf);

impl Disk {
    /// Mounts it at an existing directory.
    pub fn mount(point: &Path, options: &str) -> Self {
        need_root("a disk in memory");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(point).status();
        assert!(mounted.expect("mount runs").success(), "a disk in memory cannot be mounted");
        Self(point.to_path_buf())
    }

    /// Makes it read-only.
    pub fn make_read_only(&self) {
        let mounted = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(mounted.expect("mount runs").success(), "the disk cannot be made read-only");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
