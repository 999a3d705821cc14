//! `breakpoint()` and `pdb` in definitions.

use crate::support::{BATOU, LOCAL, Project, finish};
use crate::terminal::Terminal;

const PROMPT: &str = "(Pdb) ";

/// Stops in `configure`; a file and a method that a template calls follow.
const IN_CONFIGURE: &str = r#"from batou.component import Component
from batou.lib.file import File


class Demo(Component):

    def configure(self):
        self.number = 1
        breakpoint()
        self.number = self.double(20)
        self += File("file", content="{{component.number}} {{component.tell()}}\n")

    def double(self, number):
        result = number * 2
        return result + 2

    def tell(self):
        return "told"
"#;

/// A component whose `body` stands in the methods that are named.
fn component(configure: &str, verify: &str, update: &str) -> String {
    format!(
        "from batou.component import Component\nfrom batou.lib.file import File\n\n\nclass Demo(Component):\n\n    \
         def configure(self):\n        {configure}\n\n    def verify(self):\n        {verify}\n        assert False\n\n    \
         def update(self):\n        {update}\n"
    )
}

fn assert_no_dump(screen: &str) {
    for text in ["BdbQuit", "Traceback", "panicked", "<frozen", "ERROR"] {
        assert!(!screen.contains(text), "{text:?} in\n{screen}");
    }
}

/// Plain text, so that source lines can be compared.
fn start(project: &Project, line: &str) -> Terminal {
    Terminal::start_with(project, 100, line, &[("NO_COLOR", "1")])
}

#[test]
fn a_breakpoint_shows_steps_and_goes_on() {
    let project = Project::new(IN_CONFIGURE);
    let mut terminal = start(&project, &format!("{LOCAL} dev"));
    terminal.expect("component.py(9)configure()");
    terminal.answer(PROMPT, "list\r");
    terminal.expect("self.number = self.double(20)");
    terminal.answer(PROMPT, "next\r");
    terminal.expect("component.py(10)configure()");
    terminal.answer(PROMPT, "step\r");
    terminal.expect("component.py(13)double()");
    terminal.answer(PROMPT, "args\r");
    terminal.expect("number = 20");
    terminal.answer(PROMPT, "break 15, result == 40\r");
    terminal.expect("Breakpoint 1 at");
    terminal.answer(PROMPT, "continue\r");
    terminal.expect("component.py(15)double()");
    terminal.answer(PROMPT, "p ('result', result)\r");
    terminal.expect("('result', 40)");
    terminal.answer(PROMPT, "where\r");
    terminal.expect("component.py(10)configure()");
    terminal.answer(PROMPT, "up\r");
    terminal.expect("component.py(10)configure()");
    terminal.answer(PROMPT, "down\r");
    terminal.expect("component.py(15)double()");
    terminal.answer(PROMPT, "return\r");
    terminal.expect("double()->42");
    terminal.answer(PROMPT, "interact\r");
    terminal.answer(">>> ", "result + 1000\r");
    terminal.expect("1040");
    terminal.answer(">>> ", "\x04");
    terminal.answer(PROMPT, "tbreak 18\r");
    // Called by the template.
    terminal.answer(PROMPT, "continue\r");
    terminal.expect("component.py(18)tell()");
    terminal.answer(PROMPT, "longlist\r");
    terminal.expect("return \"told\"");
    terminal.answer(PROMPT, "continue\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    assert_no_dump(&screen);
    assert!(!screen.contains("batou.environment"), "frames without source are of no use\n{screen}");
    assert_eq!(project.read("work/demo/file"), "42 told\n");
}

#[test]
fn leaving_the_debugger_ends_the_run() {
    let places = [
        ("breakpoint()", "pass", "pass", "configure"),
        (
            "try:\n            import pdb; pdb.set_trace()\n        except Exception:\n            pass",
            "pass",
            "pass",
            "configure",
        ),
        (
            "self += File('file', content='{{component.tell()}}')\n    def tell(self):\n        breakpoint()\n        return ''",
            "pass",
            "pass",
            "configure",
        ),
        ("pass", "breakpoint()", "pass", "deploy"),
        ("pass", "pass", "from pdb import set_trace; set_trace()", "deploy"),
    ];
    for (configure, verify, update, step) in places {
        let project = Project::new(&component(configure, verify, update));
        project.write("work/demo/file", "old\n");
        let mut terminal = start(&project, &format!("{LOCAL} dev"));
        terminal.answer(PROMPT, "quit\r");
        let (code, screen) = terminal.end();
        assert_eq!(code, Some(130), "{screen}");
        assert!(screen.contains("The run was ended in the debugger at "), "{screen}");
        assert!(screen.contains(&format!("DEPLOYMENT INTERRUPTED (during {step})")), "{screen}");
        assert_no_dump(&screen);
        assert_eq!(project.read("work/demo/file"), "old\n");
        assert_eq!(project.read(".batou-lock"), "", "the lock is free");
    }
}

#[test]
fn a_breakpoint_at_the_top_of_a_file_works() {
    let project = Project::new(&format!("breakpoint()\n{IN_CONFIGURE}"));
    let mut terminal = start(&project, &format!("{LOCAL} dev"));
    terminal.expect("component.py(1)<module>()");
    // Ctrl-C drops what was typed, Ctrl-D leaves.
    terminal.expect(PROMPT);
    terminal.interrupt_until("--KeyboardInterrupt--");
    terminal.answer(PROMPT, "\x04");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains("DEPLOYMENT INTERRUPTED (during load)"), "{screen}");
    assert_no_dump(&screen);
}

#[test]
fn an_exception_can_be_looked_at_afterwards() {
    let project = Project::new(&component(
        "try:\n            self.boom(0)\n        except ZeroDivisionError:\n            import pdb; pdb.post_mortem()\n\n    \
         def boom(self, number):\n        return 1 / number",
        "pass",
        "pass",
    ));
    let mut terminal = start(&project, &format!("{LOCAL} dev"));
    terminal.answer(PROMPT, "p ('number', number)\r");
    terminal.expect("('number', 0)");
    // There is nothing to end: the definition goes on.
    terminal.answer(PROMPT, "quit\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    assert_no_dump(&screen);
}

#[test]
fn ctrl_c_after_going_on_ends_the_run() {
    let project = Project::new(&component(
        "pass",
        "breakpoint()\n        print('sleeping')\n        import time; time.sleep(300)",
        "pass",
    ));
    let mut terminal = start(&project, &format!("{LOCAL} dev"));
    terminal.answer(PROMPT, "continue\r");
    terminal.expect("sleeping");
    terminal.interrupt_until("DEPLOYMENT INTERRUPTED (during deploy)");
    assert_eq!(terminal.end().0, Some(130));
}

#[test]
fn events_stay_clean_while_somebody_debugs() {
    let project = Project::new(IN_CONFIGURE);
    let mut terminal = start(&project, &format!("{LOCAL} dev --json > events"));
    terminal.expect("component.py(9)configure()");
    terminal.answer(PROMPT, "p self.number + 100\r");
    terminal.expect("101");
    terminal.answer(PROMPT, "continue\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("\"event\""), "{screen}");
    for line in project.read("events").lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
}

#[test]
fn without_a_terminal_the_breakpoint_is_named() {
    for (text, place) in [
        (IN_CONFIGURE.to_owned(), "component.py:9"),
        (format!("import pdb\npdb.set_trace()\n{IN_CONFIGURE}"), "component.py"),
        (component("pass", "breakpoint()", "pass"), "component.py:11"),
        (component("import pdb; pdb.run('x = 1')", "pass", "pass"), "component.py:8"),
    ] {
        let ended = Project::new(&text).run(&["dev"]);
        ended.assert_told(1);
        ended.assert_tells("The debugger needs a terminal");
        ended.assert_tells(place);
        ended.assert_tells("PYTHONBREAKPOINT=0");
        assert!(!ended.output.contains("\"pdb\""), "lines of the debugger are of no use\n{ended}");
    }
}

#[test]
fn the_choice_of_the_user_comes_first() {
    let project = Project::new(IN_CONFIGURE);
    let ended = finish(project.command(LOCAL).arg("dev").env("PYTHONBREAKPOINT", "0"));
    assert_eq!(ended.code, Some(0), "{ended}");
    project.write("debuggers/mine.py", "def stop():\n    print('stopped by mine')\n");
    let ended = finish(
        project
            .command(LOCAL)
            .arg("dev")
            .env("PYTHONBREAKPOINT", "mine.stop")
            .env("PYTHONPATH", project.path("debuggers")),
    );
    assert_eq!(ended.code, Some(0), "{ended}");
    ended.assert_tells("stopped by mine");
}

#[test]
fn the_embedded_python_debugs_scripts() {
    let project = Project::new("");
    project.write(
        "script.py",
        "def double(number):\n    breakpoint()\n    return number * 2\n\n\nprint('is', double(21))\n",
    );
    let mut terminal = start(&project, &format!("{BATOU} python script.py"));
    terminal.answer(PROMPT, "next\r");
    terminal.expect("script.py(3)double()");
    terminal.answer(PROMPT, "continue\r");
    terminal.expect("is 42");
    assert_eq!(terminal.end().0, Some(0));

    let mut terminal = start(&project, &format!("{BATOU} python script.py"));
    terminal.answer(PROMPT, "quit\r");
    // As in Python 3.14.
    terminal.answer("Quit anyway? [y/n] ", "y\r");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(1), "{screen}");
    assert_no_dump(&screen);

    let mut terminal = start(&project, &format!("PYTHONBREAKPOINT=0 {BATOU} python -m pdb script.py"));
    terminal.answer(PROMPT, "break 3\r");
    terminal.answer(PROMPT, "continue\r");
    terminal.expect("script.py(3)double()");
    terminal.answer(PROMPT, "p number\r");
    terminal.expect("21");
    terminal.answer(PROMPT, "quit\r");
    terminal.end();
}
