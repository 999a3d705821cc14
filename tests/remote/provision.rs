//! Machines that are made before they are deployed. A program that is called instead of ssh plays the host that they are on.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::sshd::{Machines, make_program};
use crate::support::{BATOU, Project, finish, installed};

const VM: &str =
    "[provisioner:default]\nmethod = fc-nixos-dev-vm\nhost = devhost\nmemory = 512\ncores = 2\nhydra-eval = 17\n";

/// Notes each call without the configuration, answers for the development host, and passes the rest on.
const SSH: &str = r#"#!/bin/sh
words=
skip=
for word; do
    if test -n "$skip"; then skip=; continue; fi
    if test "$word" = -F; then skip=1; continue; fi
    words="$words $word"
done
case "$words" in
    *"-M"*|*"-G "*|*"-O "*|*"python3 -c"*|*" -S "*) ;;
    *) echo "ssh$words" >> LOG;;
esac
case "$words" in
    *vm-configs*) echo '{"srv-ip": "192.0.2.7"}'; exit;;
    " devhost "*) exit;;
esac
PASS
"#;

fn program(project: &Project, name: &str, text: &str) {
    make_program(&project.place().join("bin").join(name), text);
}

fn with_programs<'a>(project: &Project, command: &'a mut Command) -> &'a mut Command {
    command.env("PATH", format!("{}:/usr/bin:/bin:/usr/sbin:/sbin", project.place().join("bin").display()))
}

fn log(project: &Project) -> PathBuf {
    project.place().join("log")
}

/// What was called, and forgets it.
fn calls(project: &Project) -> Vec<String> {
    let text = fs::read_to_string(log(project)).unwrap_or_default();
    let _ = fs::remove_file(log(project));
    text.lines().map(str::to_owned).collect()
}

fn add_ssh(project: &Project, otherwise: &str) {
    let text = SSH.replace("LOG", &log(project).to_string_lossy()).replace("PASS", otherwise);
    program(project, "ssh", &text);
}

#[test]
fn machines_are_made_and_then_deployed() {
    let machines = Machines::new(2);
    machines.environment("", "");
    let hosts = "[host:host1]\ncomponents = demo\nprovision-aliases = www\n[host:host2]\ncomponents = demo\n";
    machines.project.write("environments/production/environment.cfg", &format!("[environment]\n{VM}{hosts}"));
    machines
        .project
        .write("environments/production/provision.sh", "RUN \"touch \\$HOME/made-$COMPONENT_DEMO_COLOR\"\n");
    machines.component("demo", "self += File('names', content=' '.join(self.host.aliases.values()))");
    let definition = machines.project.read("components/demo/component.py");
    machines.project.write(
        "components/demo/component.py",
        &definition.replace("    def configure", "    color = 'red'\n\n    def configure"),
    );
    // The names of these machines mean nothing to anybody; what leads to them is what the server is reached by.
    let pass = format!(
        "for word; do shift; case \"$word\" in */ssh_config_production) word='{}';; esac; set -- \"$@\" \"$word\"; done\n\
         exec /usr/bin/ssh \"$@\"",
        machines.project.path("ssh_config").display()
    );
    add_ssh(&machines.project, &pass);
    let mut command = machines.command(&["--predict-only"]);
    let predicted = finish(with_programs(&machines.project, &mut command));
    assert_eq!(predicted.code, Some(0), "{predicted}");
    predicted.assert_tells("not provisioned");
    assert_eq!(calls(&machines.project).len(), 2, "{predicted}");
    assert!(!machines.home(1, "made-red").exists());

    let mut command = machines.command(&[]);
    let ended = finish(with_programs(&machines.project, &mut command));
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("host1: https://www.host1.devhost/");
    ended.assert_tells("the machine does not take its configuration over");
    let first = "ssh devhost sudo fc-devhost ensure --memory 512 --cpu 2 --aliases \"'www'\" --hydra-eval 17 host1";
    assert_eq!(calls(&machines.project)[0], first);
    assert!(machines.home(1, "made-red").exists() && machines.home(2, "made-red").exists());
    assert_eq!(machines.deployed(1, "work/demo/names"), "www.host1.devhost");
    assert_eq!(machines.deployed(2, "work/demo/names"), "");
}

#[test]
fn the_same_is_asked_for_as_by_the_original() {
    let variants = [
        ("", "provision.sh", "ECHO some /etc/local/thing\nRUN ls -l /tmp\nCOPY provision.sh /etc/local/x\nVARIABLES"),
        ("disk_size = 9G\n", "provision.nix", "{}"),
        ("update_channel = no\n", "provision.sh", "RUN id\nexit 3\n"),
    ];
    for (options, name, text) in variants {
        let project = Project::new("");
        fs::remove_dir_all(project.path("environments/dev")).expect("removed");
        let hosts = "[host:web]\ncomponents = demo\nprovision-aliases = www api\n[host:db]\ncomponents = demo\n";
        let settings =
            format!("[environment]\nservice_user = s-dev\n{VM}{options}{hosts}[component:demo]\nextra = 7\n");
        project.write("environments/test/environment.cfg", &settings);
        project.write(".batou.json", "{\"migration\": {\"version\": 2400}}\n");
        project.write(
            "components/demo/component.py",
            "from batou.component import Component\n\n\nclass Base(Component):\n    inherited = [1, 'a']\n\n\n\
             class Demo(Base):\n    port = 80\n    text = \"a b'c\"\n    namevar = 'port'\n    extra = None\n",
        );
        let variables = format!("env | grep -E '^(PROVISION|COMPONENT)_' | sort >> {}", log(&project).display());
        project.write(&format!("environments/test/{name}"), &text.replace("VARIABLES", &variables));
        // Whoever connects gets an answer that no further try makes better.
        add_ssh(&project, "case \"$words\" in *-M*|*python3*) echo 'Permission denied' >&2; exit 255;; esac");
        program(&project, "rsync", &format!("#!/bin/sh\necho \"rsync $*\" >> {}\n", log(&project).display()));
        let rebuilds: &[bool] = if options.is_empty() { &[false, true] } else { &[false] };
        for &rebuild in rebuilds {
            let words = if rebuild { vec!["deploy", "--provision-rebuild", "test"] } else { vec!["deploy", "test"] };
            let asked = [installed("bin/batou"), PathBuf::from(BATOU)].map(|program| {
                let mut command = project.command(program);
                command.args(&words).env("APPENV_BASEDIR", project.path(""));
                let ended = finish(with_programs(&project, &mut command));
                assert_eq!(ended.code, Some(1), "{ended}");
                let calls = calls(&project);
                assert!(calls.len() > 1, "{ended}");
                calls
            });
            assert_eq!(asked[1], asked[0], "{options}{text}");
        }
    }
}
