//! Real virtual environments and buildouts, with packages that the tests make.

use std::process::Command;

use crate::support::{Ended, LOCAL, Project, finish, installed};

const VIRTUAL_ENVIRONMENT: &str = r#"
from batou.component import Component
from batou.lib.python import Package, VirtualEnv


class Demo(Component):
    def configure(self):
        venv = VirtualEnv("3")
        self += venv
        venv += Package("alpha", version="1.0", install_options=["--quiet"])
"#;

const APPLICATION: &str = r#"
from batou.component import Component
from batou.lib.appenv import AppEnv


class Demo(Component):
    def configure(self):
        self += AppEnv("3")
"#;

/// Writes the wheels of alpha, which needs beta, in two versions.
const WHEELS: &str = r#"
import sys, zipfile

for name, version, more in [
    ("alpha", "1.0.0", "Requires-Dist: beta\n"),
    ("alpha", "1.1", "Requires-Dist: beta\n"),
    ("beta", "2.0", ""),
]:
    information = f"{name}-{version}.dist-info/"
    members = {
        f"{name}.py": f"version = '{version}'\n",
        information + "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{more}",
        information + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{member},,\n" for member in [*members, information + "RECORD"])
    with zipfile.ZipFile(f"{sys.argv[1]}/{name}-{version}-py3-none-any.whl", "w") as wheel:
        for member, text in {**members, information + "RECORD": record}.items():
            wheel.writestr(member, text)
"#;

fn project(component: &str) -> Project {
    let project = Project::new(component);
    let wheels = project.path("wheels");
    std::fs::create_dir(&wheels).expect("a directory");
    let made = finish(project.command(installed("bin/python")).args(["-c", WHEELS]).arg(wheels));
    assert_eq!(made.code, Some(0), "{made}");
    project
}

/// Deploys with an index that is a directory; gives how many parts were updated.
fn deploy(project: &Project) -> usize {
    let mut command = project.command(LOCAL);
    command.arg("dev").env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", project.path("wheels"));
    command.env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    let ended = Ended::from(command.output().expect("the program runs"));
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.output.matches('🚀').count()
}

/// Deploys where no program can be found: looking needs none.
fn deploy_without_programs(project: &Project) -> usize {
    let ended = finish(project.command(LOCAL).arg("dev").env("PATH", ""));
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.output.matches('🚀').count()
}

/// Versions of alpha and beta as the interpreter of the environment imports them.
fn imported(project: &Project) -> String {
    let python = project.path("work/demo/bin/python");
    let mut command = Command::new(&python);
    command.args(["-B", "-c", "import alpha, beta; print(alpha.version, beta.version)"]);
    let ended = Ended::from(command.output().unwrap_or_else(|error| panic!("{}: {error}", python.display())));
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.output.trim().to_owned()
}

#[test]
fn packages_are_installed_into_a_real_virtual_environment() {
    let project = project(VIRTUAL_ENVIRONMENT);
    assert!(deploy(&project) > 0);
    assert_eq!(imported(&project), "1.0.0 2.0");
    assert_eq!(deploy_without_programs(&project), 0);

    let component = "components/demo/component.py";
    project.write(component, &VIRTUAL_ENVIRONMENT.replace(r#"version="1.0""#, r#"version="1.1""#));
    assert!(deploy(&project) > 0);
    assert_eq!(imported(&project), "1.1 2.0");
    assert_eq!(deploy_without_programs(&project), 0);

    // An environment without its interpreter is made anew, with its packages.
    std::fs::remove_file(project.path("work/demo/bin/python")).expect("the interpreter can be removed");
    assert!(deploy(&project) > 0);
    assert_eq!(imported(&project), "1.1 2.0");
}

#[test]
fn locked_requirements_get_a_real_environment_of_their_own() {
    let project = project(APPLICATION);
    let lock = "components/demo/requirements.lock";
    project.write(lock, "alpha==1.0.0\nbeta==2.0\n");
    assert!(deploy(&project) > 0);
    assert_eq!(imported(&project), "1.0.0 2.0");
    assert_eq!(deploy_without_programs(&project), 0);

    project.write(lock, "alpha==1.1\nbeta==2.0\n");
    assert!(deploy(&project) > 0);
    assert_eq!(imported(&project), "1.1 2.0");

    // What a package of the lock needs has to stand there as well.
    project.write(lock, "alpha==1.1\n");
    let mut command = project.command(LOCAL);
    command.arg("dev").env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", project.path("wheels"));
    let failed = Ended::from(command.output().expect("the program runs"));
    failed.assert_told(1);
    failed.assert_tells("alpha 1.1 requires beta, which is not installed");
    assert_eq!(imported(&project), "1.1 2.0", "the last complete environment stays in use");
}
