//! The sample deployment and its service.

use std::fs;

use crate::support::{Project, end_service, is_alive, wait_for, wait_for_line};

/// Ends the service even when the test fails.
struct Service<'project>(&'project Project);

impl Service<'_> {
    fn pid(&self) -> String {
        let text = self.0.read("work/tick/tick.pid");
        text.split_whitespace().next().unwrap_or_else(|| panic!("no number in the pid file: {text:?}")).to_owned()
    }

    /// Waits until the service wrote a time that it had not written before.
    fn assert_ticks(&self) {
        let file = self.0.path("work/tick/time.txt");
        let first = wait_for_line(&file);
        wait_for("the next tick", || {
            fs::read_to_string(&file).ok().filter(|text| text.trim() != first && !text.is_empty())
        });
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        end_service(&self.0.path("work/tick/tick.pid"));
    }
}

#[test]
fn the_sample_deploys_and_its_service_lives_as_told() {
    let project = Project::sample();
    let service = Service(&project);
    let first = project.deploy();
    assert!(first.last_line().contains("DEPLOYMENT FINISHED"), "{first}");
    first.assert_tells("4 of 4 components changed");
    assert!(project.read("work/backend/backend.ini").contains("site = Sample (developed on localhost)"));
    assert!(project.read("work/frontend/site.conf").contains("include debug.conf;"));
    assert_eq!(project.read("work/backend/admin.ini"), "[admin]\ntoken = only-for-the-sample-4711\n");
    assert!(project.read("work/backend/signing.key").starts_with("sample signing key, line 1 of 2"));
    for secret in ["work/backend/admin.ini", "work/backend/signing.key"] {
        assert_eq!(project.mode(secret), 0o600, "{secret} is readable for others");
    }
    assert!(!first.output.contains("only-for-the-sample"), "a secret is shown\n{first}");
    service.assert_ticks();
    let pid = service.pid();

    // Nothing to do: short, and the service goes on.
    let second = project.deploy();
    second.assert_tells("nothing to do: 4 components are up to date");
    assert!(second.output.lines().count() <= 7, "a run with nothing to do is short\n{second}");
    assert_eq!(service.pid(), pid);
    assert!(is_alive(&pid), "the second run ended the service");

    // Its file changes: another process.
    let script = project.read("components/tick/tick.sh");
    project.write("components/tick/tick.sh", &format!("{script}# changed\n"));
    project.deploy();
    let restarted = service.pid();
    assert_ne!(restarted, pid, "the service was not restarted");
    wait_for("the end of the old process", || (!is_alive(&pid)).then_some(()));
    fs::remove_file(project.path("work/tick/time.txt")).expect("the old process wrote");
    service.assert_ticks();
    project.deploy().assert_tells("nothing to do");

    // Killed from outside: started again.
    end_service(&project.path("work/tick/tick.pid"));
    wait_for("the end of the service", || (!is_alive(&restarted)).then_some(()));
    project.deploy().assert_tells("1 of 4 components changed");
    let again = service.pid();
    assert!(is_alive(&again));

    // Told to stop: it stops, and stays so.
    let component = project.read("components/tick/component.py");
    project.write("components/tick/component.py", &component.replace("ensure=\"running\"", "ensure=\"stopped\""));
    project.deploy();
    wait_for("the end of the service", || (!is_alive(&again)).then_some(()));
    project.deploy().assert_tells("nothing to do");
}
