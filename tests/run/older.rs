//! Projects as batou 1.x left them, deployed as a whole.

use crate::support::Project;

const COMPONENT: &str = r#"
from batou import Component
from batou.component import Attribute, logger
from batou.lib.file import File
from batou.utils import Address

logger.info("loading")


class Part(Component):

    namevar = "name"
    count = Attribute(int, "3")

    def prepare(self, root, parent, overrides):
        super().prepare(root, parent, overrides)

    def configure(self):
        self += File(self.name, content="{{component.name}} {{component.count}}\n")


class Demo(Component):

    address = Attribute(Address, "{{host.fqdn}}:9000")

    def configure(self):
        self += Part("one")
        self += Part("two", count="{{ 40 + 2 }}")
        self += File("main", content="{{component.address.connect}} {{service.base}} {{host.name}}\n")
"#;

const ENVIRONMENT: &str =
    "[environment]\nconnect_method = local\nhost_domain = example.com\n\n[hosts]\nlocalhost = demo\n";

#[test]
fn a_project_of_1_x_is_deployed_and_stays_as_it_is() {
    let project = Project::new(COMPONENT);
    project.write("environments/old.cfg", ENVIRONMENT);
    let first = project.run(&["old"]);
    assert_eq!(first.code, Some(0), "{first}");
    assert!(first.output.contains("loading\n"), "{first}");
    assert_eq!(project.read("work/demo/one"), "one 3\n");
    assert_eq!(project.read("work/demo/two"), "two 42\n");
    let base = project.path("").canonicalize().expect("the project");
    let expected = format!("localhost.example.com:9000 {} localhost\n", base.display());
    assert_eq!(project.read("work/demo/main"), expected);
    let second = project.run(&["old"]);
    assert_eq!(second.code, Some(0), "{second}");
    assert!(second.output.contains("nothing to do"), "{second}");
}

#[test]
fn the_same_definitions_in_a_migrated_project_mean_what_they_mean_today() {
    let project = Project::new(COMPONENT);
    project.write("environments/old.cfg", ENVIRONMENT);
    project.write(".batou.json", r#"{"migration": {"version": 2400}}"#);
    let ended = project.run(&["old"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(
        ended.output.contains("'service' is undefined") || ended.output.contains("no attribute 'connect'"),
        "{ended}"
    );
}

#[test]
fn python_2_is_refused_with_what_to_write_instead() {
    let project = Project::new("import os\n\nprint 'hello'\n");
    let ended = project.run(&["dev"]);
    assert_ne!(ended.code, Some(0), "{ended}");
    for text in
        ["components/demo/component.py\", line 3", "   3 | print 'hello'", "This is Python 2: write print('hello')"]
    {
        assert!(ended.output.contains(text), "{text}: {ended}");
    }
}

#[test]
fn python_2_in_what_runs_on_the_host_is_told_too() {
    const UPDATES: &str = "from batou.component import Component


class Demo(Component):
    ports = {'front': 8080}

    def verify(self):
        from batou import UpdateNeeded

        raise UpdateNeeded()

    def update(self):
        for name, port in self.ports.iteritems():
            self.cmd('echo %s' % unicode(port))
";
    let project = Project::new(UPDATES);
    let ended = project.run(&["dev"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    for text in [
        "during deploy",
        "AttributeError: 'dict' object has no attribute 'iteritems'",
        "components/demo/component.py\", line 13, in update",
        "  13 |         for name, port in self.ports.iteritems():",
        "write items(): iteritems is gone",
        "  14 |             self.cmd('echo %s' % unicode(port))",
        "Hint: This is Python 2: change the 2 lines above. See docs/older-definitions.md.",
    ] {
        assert!(ended.output.contains(text), "{text}: {ended}");
    }
}

#[test]
fn a_state_that_cannot_be_read_is_named() {
    let project = Project::new("from batou.component import Component\n\n\nclass Demo(Component):\n    pass\n");
    project.write(".batou.json", "{]");
    let ended = project.run(&["dev"]);
    assert_ne!(ended.code, Some(0), "{ended}");
    for text in [".batou.json: not a JSON document", "restore the file"] {
        assert!(ended.output.contains(text), "{text}: {ended}");
    }
}
