//! Encrypted files that the original and ours write and read in turns.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{BATOU, Ended, Project, finish, installed, wait_for};

const RECIPIENT: &str = "age1h7jp568ym7pcgd7lx0knwkxw85mjvrtju75sl5jv9ppskn08gu3qa4lykf";
const SECOND: &str = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg";
const FILE: &str = "-----BEGIN KEY-----\nöabc\n-----END KEY-----\n";

/// The three kinds, with how the name of the main file ends.
const KINDS: [(&str, &str); 3] = [("age", "age"), ("age-diffable", "age-diffable"), ("gpg", "gpg")];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Program {
    Original,
    Ours,
}

/// A project in which both programs find the keys.
struct Vault {
    project: Project,
    member: String,
    kind: &'static str,
}

impl Vault {
    fn new(kind: &'static str) -> Self {
        let project = Project::new("");
        let key = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/projects/secrets/test-key.txt");
        fs::copy(key, project.place().join("key.txt")).expect("the key of the tests");
        project.write(".batou.json", "{\"migration\": {\"version\": 2400}}\n");
        let mut vault = Self { project, member: RECIPIENT.to_owned(), kind };
        if kind == "gpg" {
            vault.member = "both@example.com".to_owned();
            vault.make_gpg_key();
        }
        vault
    }

    fn make_gpg_key(&self) {
        let home = self.project.place().join("gnupg");
        fs::create_dir(&home).expect("a directory");
        fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).expect("a mode");
        let mut command = self.command("gpg");
        command.args(["--batch", "--passphrase", "", "--quick-gen-key", &self.member, "default", "default", "never"]);
        let ended = finish(&mut command);
        assert_eq!(ended.code, Some(0), "{ended}");
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.project.command(program);
        command
            .env("BATOU_AGE_IDENTITIES", self.project.place().join("key.txt"))
            .env("GNUPGHOME", self.project.place().join("gnupg"))
            .env("APPENV_BASEDIR", self.project.path(""))
            .env("SSL_CERT_FILE", self.project.place().join("server/certificate.pem"))
            .env("REQUESTS_CA_BUNDLE", self.project.place().join("server/certificate.pem"));
        command
    }

    fn run(&self, program: Program, words: &[&str], editor: &str) -> Ended {
        let mut command = match program {
            Program::Original => self.command(installed("bin/batou")),
            Program::Ours => self.command(BATOU),
        };
        let ended = finish(command.arg("secrets").args(words).env("EDITOR", editor));
        assert_eq!(ended.code, Some(0), "{program:?} {words:?}\n{ended}");
        ended
    }

    /// Has a program replace a file of `dev` by this text.
    fn edit(&self, program: Program, words: &[&str], text: &str) {
        self.project.write("clear", text);
        let script = format!("#!/bin/sh\ncat '{}' > \"$1\"\n", self.project.path("clear").display());
        self.project.write("editor", &script);
        let editor = self.project.path("editor");
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("a mode");
        let words = [&["edit", "dev"], words].concat();
        self.run(program, &words, &editor.display().to_string());
    }

    fn text(&self, password: &str) -> String {
        format!(
            "[batou]\nsecret_provider = {}\nmembers = {}\n\n# Who may use it.\n[demo]\npassword = {password}\nlist = one\n    two\n\n    \
             three\n\n[host:localhost]\ntoken = 100%% {password}\n",
            self.kind, self.member
        )
    }

    fn main_file(&self) -> String {
        let (_, suffix) = KINDS.into_iter().find(|(kind, _)| *kind == self.kind).expect("a known kind");
        format!("environments/dev/secrets.cfg.{suffix}")
    }

    /// The clear text of a file as a program reads it.
    fn clear(&self, program: Program, path: &str) -> String {
        self.run(program, &["decrypttostdout", path], "false").output
    }
}

#[test]
fn each_program_opens_and_changes_what_the_other_saved() {
    for (kind, _) in KINDS {
        for (first, second) in [(Program::Original, Program::Ours), (Program::Ours, Program::Original)] {
            let vault = Vault::new(kind);
            vault.edit(first, &[], &vault.text("by the first"));
            vault.edit(first, &["tls.key"], FILE);
            let extra = format!("environments/dev/secret-tls.key.{}", if kind == "gpg" { "gpg" } else { "age" });
            assert_eq!(vault.clear(second, &extra).trim_end(), FILE.trim_end(), "{kind} {second:?}");
            for (program, password) in [(second, "by the second"), (first, "by the first again")] {
                let other = if program == first { second } else { first };
                vault.edit(program, &[], &vault.text(password));
                let read = vault.run(Program::Ours, &["get", "dev", "demo.password"], "false");
                assert_eq!(read.output, password, "{kind}");
                if kind != "age-diffable" {
                    assert_eq!(vault.clear(other, &vault.main_file()), vault.text(password), "{kind} {other:?}");
                }
                vault.run(other, &["summary"], "false").assert_tells(&vault.member);
            }
        }
    }
}

#[test]
fn the_list_of_keys_is_the_same_byte_by_byte() {
    for members in [RECIPIENT.to_owned(), format!("{RECIPIENT}\n  {SECOND}"), format!("{SECOND},\n  {RECIPIENT}")] {
        let [original, ours] = [Program::Original, Program::Ours].map(|program| {
            let mut vault = Vault::new("age");
            vault.member.clone_from(&members);
            vault.edit(program, &[], &vault.text("secret"));
            vault.project.read("environments/dev/age_keys.txt")
        });
        assert_eq!(ours, original);
    }
}

#[test]
fn members_are_added_and_removed_as_by_the_original() {
    let [original, ours] = [Program::Original, Program::Ours].map(|program| {
        let vault = Vault::new("age");
        vault.edit(program, &[], &vault.text("secret"));
        let mut texts = Vec::new();
        for change in ["add", "remove"] {
            vault.run(program, &[change, "--environments", "dev", SECOND], "false");
            texts.push(vault.clear(Program::Ours, &vault.main_file()));
            texts.push(vault.project.read("environments/dev/age_keys.txt"));
        }
        texts
    });
    assert_eq!(ours, original);
}

#[test]
fn of_a_diffable_file_only_the_line_of_the_changed_value_changes() {
    for program in [Program::Original, Program::Ours] {
        let vault = Vault::new("age-diffable");
        vault.edit(program, &[], &vault.text("first"));
        let before = vault.project.read(&vault.main_file());
        let mut command = vault.command(BATOU);
        command.args(["secrets", "set", "dev", "demo.password"]);
        let input = tempfile::NamedTempFile::new().expect("a file");
        fs::write(input.path(), "second").expect("a file");
        command.stdin(fs::File::open(input.path()).expect("a file"));
        let ended = finish(&mut command);
        assert_eq!(ended.code, Some(0), "{ended}");
        let after = vault.project.read(&vault.main_file());
        let changed: Vec<&str> = before
            .lines()
            .zip(after.lines())
            .filter(|(old, new)| old != new)
            .map(|(_, new)| new.split(' ').next().unwrap_or_default())
            .collect();
        assert_eq!((changed, before.lines().count()), (vec!["password"], after.lines().count()));
    }
}

/// A server with a certificate of its own, which gives out the files of a directory.
struct Server {
    process: std::process::Child,
    port: u16,
}

impl Server {
    fn start(vault: &Vault) -> Self {
        let directory = vault.project.place().join("server");
        fs::create_dir(&directory).expect("a directory");
        let mut command = Command::new("openssl");
        command.args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
        ]);
        command.args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]);
        command.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        let made = command.current_dir(&directory).output().expect("openssl runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let mut command = Command::new("openssl");
        command.args(["s_server", "-accept", &format!("127.0.0.1:{port}"), "-WWW", "-quiet"]);
        command.args(["-cert", "certificate.pem", "-key", "key.pem"]).current_dir(&directory);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("openssl runs");
        wait_for("the server", || TcpStream::connect(("127.0.0.1", port)).ok());
        Self { process, port }
    }

    fn address(&self, name: &str) -> String {
        format!("https://localhost:{}/{name}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn keys_that_members_publish_are_fetched_and_followed() {
    let mut vault = Vault::new("age");
    let server = Server::start(&vault);
    let published = vault.project.place().join("server/me.keys");
    let key = |name: &str| {
        let path = vault.project.place().join(name);
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&path);
        assert!(command.status().expect("ssh-keygen runs").success());
        fs::read_to_string(path.with_extension("pub")).expect("a public key")
    };
    let (first, second) = (key("first"), key("second"));
    fs::write(&published, format!("{second}{first}")).expect("a file");
    vault.member = format!("{RECIPIENT}\n  {}", server.address("me.keys"));
    let lists = [Program::Original, Program::Ours].map(|program| {
        vault.edit(program, &[], &vault.text(&format!("{program:?}")));
        vault.project.read("environments/dev/age_keys.txt")
    });
    assert_eq!(lists[0], lists[1]);
    assert!(lists[1].contains(first.trim()) && lists[1].contains(second.trim()), "{}", lists[1]);
    let opens = |name: &str| {
        let mut command = vault.project.command("age");
        command.args(["-d", "-i"]).arg(vault.project.place().join(name)).arg(vault.main_file());
        finish(&mut command).code == Some(0)
    };
    assert!(opens("first") && opens("second"));

    // Somebody lost a key: what is saved next is not for it any more.
    fs::write(&published, &second).expect("a file");
    vault.run(Program::Ours, &["reencrypt"], "false");
    assert!(!opens("first") && opens("second"));
    assert!(!vault.project.read("environments/dev/age_keys.txt").contains(first.trim()));

    let before = fs::read(vault.project.path(&vault.main_file())).expect("a file");
    fs::write(&published, "<html>no keys</html>\n").expect("a file");
    let address = server.address("me.keys");
    let mut server = Some(server);
    for words in ["there is no key", "cannot be fetched"] {
        if words == "cannot be fetched" {
            server = None;
        }
        let ended = finish(vault.command(BATOU).args(["secrets", "reencrypt"]));
        ended.assert_told(1);
        ended.assert_tells(words);
        ended.assert_tells(&address);
        assert_eq!(fs::read(vault.project.path(&vault.main_file())).expect("a file"), before);
    }
    drop(server);
}
