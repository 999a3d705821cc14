//! Python packages of the project on hosts that can fetch nothing themselves.

use std::fs;

use crate::sshd::Machines;
use crate::support::{Ended, finish, make_wheel};

/// One host, whose component writes down what two packages say: one that was unpacked here, and one of the repository.
fn machines() -> Machines {
    let machines = Machines::new(1);
    machines.demo();
    machines
        .component("demo", "import our_names, our_lib\nself += File('names', content=our_names.name + our_lib.name)");
    fs::create_dir(machines.project.path("wheels")).expect("a directory");
    machines.project.write("lib/pyproject.toml", "[project]\nname = 'our-lib'\ndependencies = ['our-names']\n");
    machines.project.write("lib/our_lib.py", "name = 'directory'\n");
    machines
}

/// Has the project use a wheel whose module says this.
fn use_wheel(machines: &Machines, value: &str) {
    let path = format!("wheels/{value}/our_names-1.0-py3-none-any.whl");
    fs::create_dir_all(machines.project.path(&path).parent().expect("a directory")).expect("a directory");
    make_wheel(&machines.project, &machines.project.path(&path), "our_names", value);
    machines.project.write("requirements.txt", &format!("./{path}\n-e ./lib\n"));
    // It names the wheel of before.
    let _ = fs::remove_file(machines.project.path("requirements.lock"));
}

fn deploy(machines: &Machines) -> Ended {
    let ended = finish(machines.command(&[]).env("PIP_CONFIG_FILE", "/dev/null"));
    assert_eq!(ended.code, Some(0), "{ended}");
    ended
}

#[test]
fn what_components_import_gets_to_the_host_by_its_content() {
    let machines = machines();
    use_wheel(&machines, "wheel-");
    deploy(&machines);
    assert_eq!(machines.deployed(1, "work/demo/names"), "wheel-directory");
    deploy(&machines).assert_tells("nothing to do: 1 component is up to date");
    machines.project.write("lib/our_lib.py", "name = 'changed'\n");
    deploy(&machines);
    assert_eq!(machines.deployed(1, "work/demo/names"), "wheel-changed");
    use_wheel(&machines, "other-");
    deploy(&machines);
    assert_eq!(machines.deployed(1, "work/demo/names"), "other-changed");
    // What somebody removes there comes again.
    fs::remove_dir_all(machines.project.place().join("cache/batou/packages/sent")).expect("they are there");
    deploy(&machines).assert_tells("nothing to do: 1 component is up to date");
}
