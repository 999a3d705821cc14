//! A secret on its way to a host: who looks at the processes and files there sees it nowhere but in the file that is to hold it.

use std::fs;
use std::path::Path;

use crate::sshd::Machines;
use crate::support::Running;

const SECRET: &str = "Geheim0815xyz";

/// Arguments and environments of all processes that hold the secret.
fn processes() -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // This process compares with it.
        if name.parse::<u32>().is_ok_and(|number| number != std::process::id()) {
            for part in ["cmdline", "environ"] {
                let content = fs::read(entry.path().join(part)).unwrap_or_default();
                if contains(&content) {
                    let program = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
                    found.push(format!("{part} of {}", program.trim()));
                }
            }
        }
    }
    found
}

fn contains(content: &[u8]) -> bool {
    content.windows(SECRET.len()).any(|part| part == SECRET.as_bytes())
}

/// Files below a directory that hold the secret.
fn files(directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir() {
            files(&path, found);
        } else if kind.is_file() && contains(&fs::read(&path).unwrap_or_default()) {
            found.push(path.to_string_lossy().into_owned());
        }
    }
}

#[test]
fn a_secret_is_where_it_belongs_and_nowhere_else() {
    let machines = Machines::new(2);
    machines.environment("", "host1 = web\nhost2 = other");
    machines.component("other", "");
    machines.component_that(
        "web",
        "import shlex\nquoted = shlex.quote(self.parent.password)\n\
         self.cmd(f'test {quoted} = Geheim\"\"0815xyz; touch ~/waiting; until test -e ~/seen; do sleep 0.05; done')\n\
         self.cmd('exec sleep 0.3', env={'HARMLESS': 'yes'})",
    );
    let definition = machines.project.read("components/web/component.py");
    let definition = definition
        .replace("class Web(Component):\n", "class Web(Component):\n\n    password = Attribute(str)\n")
        .replace("self += First()", "self += First()\n        self += File('password', content=self.password)");
    machines.project.write("components/web/component.py", &definition);
    let key = machines.secrets(&format!("[web]\npassword = {SECRET}\n"));
    let mut running = Running::start(machines.command(&["--debug"]).env("BATOU_AGE_IDENTITIES", &key));
    running.reaches(&machines.home(1, "waiting"));
    let seen = processes();
    fs::write(machines.home(1, "seen"), "").expect("a file");
    let ended = running.end();
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(seen, Vec::<String>::new(), "{ended}");
    assert!(!ended.output.contains(SECRET) && !ended.error.contains(SECRET), "{ended}");
    let mut found = Vec::new();
    files(machines.project.place(), &mut found);
    assert_eq!(found, [machines.home(1, "deployment/work/web/password").to_string_lossy()]);
}
