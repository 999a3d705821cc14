//! `breakpoint()` on other machines.

use crate::sshd::Machines;

const PROMPT: &str = "(Pdb) ";

fn machines(count: usize) -> Machines {
    let machines = Machines::new(count);
    let hosts: Vec<String> = (1..=count).map(|number| format!("host{number} = demo")).collect();
    machines.environment("", &hosts.join("\n"));
    machines.component("demo", "self.number = 20\nbreakpoint()\nself.number = self.number * 2");
    machines
}

#[test]
fn a_breakpoint_on_one_host_talks_with_the_terminal_here() {
    let machines = machines(2);
    let mut terminal = machines.on_terminal("host1");
    terminal.expect("component.py(9)configure()");
    terminal.answer(PROMPT, "p 'number', self.number + 1\r");
    terminal.expect("('number', 21)");
    terminal.answer(PROMPT, "next\r");
    terminal.expect("component.py(10)configure()");
    terminal.answer(PROMPT, "continue\r");
    // The model of a host has the components of all hosts.
    terminal.answer(PROMPT, "continue\r");
    terminal.expect("DEPLOYMENT FINISHED");
    assert_eq!(machines.deployed(1, "work/demo/demo"), "demo on host1\n");
}

#[test]
fn leaving_the_debugger_ends_the_run() {
    let machines = machines(1);
    let mut terminal = machines.on_terminal("; echo code $?");
    terminal.answer(PROMPT, "quit\r");
    terminal.expect("DEPLOYMENT INTERRUPTED");
    terminal.expect("code 130");
    assert!(!machines.home(1, "deployment/work/demo/demo").exists());
}

#[test]
fn a_breakpoint_on_several_hosts_is_an_error_with_its_place() {
    let machines = machines(2);
    let ended = machines.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended}");
    ended.assert_tells("The debugger needs a terminal and a run of one host");
    ended.assert_tells("components/demo/component.py");
}
