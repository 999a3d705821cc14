//! Checking and predicting change nothing at all.

use crate::support::{LOCAL, Project, end_service, finish, picture};

/// The whole place: project, home and temporary files, with all times.
fn assert_unchanged(project: &Project, moment: &str) {
    // A prediction may use the directory for temporary files, but leaves it as empty as it was.
    let look = || {
        let mut found = picture(project.place());
        found.insert(project.temporary(), "a directory".to_owned()).expect("the directory for temporary files");
        found
    };
    let before = look();
    for words in [&["-c", "dev"][..], &["-P", "dev"], &["-P", "-d", "dev"], &["-c", "--json", "dev"]] {
        let ended = finish(project.command(LOCAL).args(words));
        assert_eq!(ended.code, Some(0), "{ended}");
        let after = look();
        for (path, facts) in &after {
            assert_eq!(Some(facts), before.get(path), "{moment}: {words:?} touched {}", path.display());
        }
        assert_eq!(after.len(), before.len(), "{moment}: {words:?} removed something");
    }
}

#[test]
fn before_the_first_deployment() {
    assert_unchanged(&Project::sample(), "before the first deployment");
}

#[test]
fn after_a_deployment_and_when_much_would_change() {
    let project = Project::sample();
    // Without the service, which writes files all the time.
    let file = project.read("environments/dev/environment.cfg");
    project.write(
        "environments/dev/environment.cfg",
        &file.replace("    tick\n", "").replace("[component:tick]\ninterval = 1\n", ""),
    );
    project.deploy();
    assert_unchanged(&project, "with nothing to do");
    let file = project.read("environments/dev/environment.cfg");
    project.write("environments/dev/environment.cfg", &file.replace("ada, grace, linus", "ada"));
    std::fs::remove_file(project.path("work/frontend/current.conf")).expect("the link is there");
    assert_unchanged(&project, "with much to do");
    end_service(&project.path("work/tick/tick.pid"));
}

#[test]
fn a_diff_too_long_to_show_is_not_stored() {
    let project = Project::new(
        "from batou.component import Component\nfrom batou.lib.file import File\n\n\nclass Demo(Component):\n\n    \
         def configure(self):\n        self += File('long', content='\\n'.join(map(str, range(2000))))\n",
    );
    assert_unchanged(&project, "with a long diff");
}
