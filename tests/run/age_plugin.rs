//! Keys that a plugin of age holds, such as those on a token.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{BATOU, Ended, Project, finish};

const RECIPIENT: &str = "age1fake1qygvs5cqtaddfu";
const IDENTITY: &str = "AGE-PLUGIN-FAKE-1QYGVS5CQ47SPXX";

/// A plugin that hides keys behind a constant, see <https://c2sp.org/age-plugin>.
const PLUGIN: &str = r#"#!/usr/bin/python3
import base64, sys


def read():
    words = sys.stdin.readline().split()
    if not words:
        sys.exit(0)
    body = ""
    while True:
        line = sys.stdin.readline().rstrip("\n")
        body += line
        if len(line) < 64:
            return words[1:], base64.b64decode(body + "=" * (-len(body) % 4))


def write(words, body=b""):
    text = base64.b64encode(body).decode().rstrip("=")
    print("->", *words)
    print("\n".join([text[start : start + 64] for start in range(0, len(text) + 1, 64)]), flush=True)


def hidden(key):
    return bytes(byte ^ 0x55 for byte in key)


stanzas = []
while (stanza := read())[0][0] != "done":
    stanzas.append(stanza)
kinds = [words[0] for words, _ in stanzas]
if sys.argv[1] == "--age-plugin=recipient-v1":
    assert "add-recipient" in kinds, kinds
    keys = [body for words, body in stanzas if words[0] == "wrap-file-key"]
    for number, key in enumerate(keys):
        write(["recipient-stanza", number, "fake"], hidden(key))
        assert read()[0] == ["ok"]
else:
    assert "add-identity" in kinds, kinds
    for words, body in stanzas:
        if words[0] == "recipient-stanza" and words[2] == "fake":
            write(["file-key", words[1]], hidden(body))
            assert read()[0] == ["ok"]
write(["done"])
"#;

struct Vault {
    project: Project,
}

impl Vault {
    fn new() -> Self {
        let vault = Self { project: Project::new("") };
        let plugin = vault.project.place().join("bin/age-plugin-fake");
        fs::create_dir(vault.project.place().join("bin")).expect("a directory");
        fs::write(&plugin, PLUGIN).expect("a file");
        fs::set_permissions(&plugin, fs::Permissions::from_mode(0o755)).expect("a mode");
        fs::write(vault.project.place().join("key.txt"), format!("{IDENTITY}\n")).expect("a file");
        let text =
            format!("[batou]\nsecret_provider = age\nmembers = {RECIPIENT}\n[demo]\npassword = behind a plugin\n");
        vault.project.write("clear", &text);
        vault
    }

    fn without_plugin(&self, words: &[&str]) -> Command {
        let mut command = self.project.command(BATOU);
        command.arg("secrets").args(words).env("BATOU_AGE_IDENTITIES", self.project.place().join("key.txt"));
        command
    }

    fn run(&self, words: &[&str]) -> Ended {
        let programs = self.project.place().join("bin");
        finish(self.without_plugin(words).env("PATH", format!("{}:/usr/bin:/bin", programs.display())))
    }
}

#[test]
fn keys_of_a_plugin_open_what_was_encrypted_for_them() {
    let vault = Vault::new();
    let editor = format!("cp {}", vault.project.path("clear").display());
    let edit = ["edit", "-e", editor.as_str(), "dev"];
    let missing = finish(&mut vault.without_plugin(&edit));
    missing.assert_told(1);
    missing.assert_tells("age-plugin-fake");

    let ended = vault.run(&edit);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(vault.project.read("environments/dev/age_keys.txt").contains(RECIPIENT));
    let got = vault.run(&["get", "dev", "demo.password"]);
    assert_eq!((got.code, got.output.as_str()), (Some(0), "behind a plugin"), "{got}");

    let missing = finish(&mut vault.without_plugin(&["get", "dev", "demo.password"]));
    missing.assert_told(1);
    missing.assert_tells("age-plugin-fake");
}
