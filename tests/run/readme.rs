//! What the README promises to newcomers: the files of its first deployment, its commands, and what they print.

use std::fs;
use std::path::Path;

use crate::support::{LOCAL, Project, finish};

/// Where the project of the README is, for its readers.
const PLACE: &str = "/home/ada/hello";

/// The texts between fences of a language, in order.
fn blocks<'text>(text: &'text str, language: &str) -> Vec<&'text str> {
    let begin = format!("\n```{language}\n");
    text.split(&begin[..]).skip(1).map(|rest| &rest[..rest.find("```").expect("an end")]).collect()
}

/// A text without what is another one each time: how long a run took, and where the project is.
fn same(text: &str, project: &Project) -> String {
    let place = project.path("").to_string_lossy().trim_end_matches('/').to_owned();
    let text = text.replace(&place, PLACE);
    let lines = text.lines().map(|line| match line.strip_prefix("Deployment took ") {
        Some(times) => times.chars().filter(|letter| !letter.is_ascii_digit()).collect(),
        None => line.to_owned(),
    });
    lines.collect::<Vec<String>>().join("\n")
}

/// What a command of the README prints.
fn printed(project: &Project, line: &str) -> String {
    let programs = Path::new(LOCAL).parent().expect("a directory").display().to_string();
    let mut shell = project.command("/bin/sh");
    let ended = finish(shell.args(["-c", &format!("PATH={programs}:$PATH; {line} 2>&1")]));
    same(&ended.output, project)
}

/// Runs the commands of a block, and compares what they print.
fn run(project: &Project, block: &str) {
    for part in format!("\n{block}").split("\n$ ").skip(1) {
        let (line, expected) = part.split_once('\n').expect("a command and what it prints");
        assert_eq!(printed(project, line), same(expected.trim_end(), project), "{line}");
    }
}

#[test]
fn the_first_deployment_is_as_the_readme_says() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("the README");
    let begin = readme.find("\n## A first deployment in five minutes").expect("the section");
    let section = &readme[begin..begin + readme[begin..].find("\n## What works").expect("the next section")];
    let settings = blocks(section, "ini");
    let (component, template) = (blocks(section, "python")[0], blocks(section, "jinja")[0]);
    let consoles = blocks(section, "console");
    let [first, again, predicted, unknown, overrides, name, attribute] = consoles[..] else {
        panic!("the README has {} blocks with commands and not those that are known here", consoles.len());
    };

    let project = Project::in_directory("hello", "");
    fs::remove_dir_all(project.path("components")).expect("removed");
    let environment = |settings: &str| project.write("environments/dev/environment.cfg", settings);
    environment(settings[0]);
    project.write("components/greeting/component.py", component);
    project.write("components/greeting/greeting.txt", template);
    run(&project, first);
    run(&project, again);
    let named = [settings[0], settings[1]].join("\n");
    environment(&named);
    run(&project, predicted);

    run(&project, unknown);
    environment(&named.replace("name = ", "nmae = "));
    run(&project, overrides);
    environment(&named);
    // Of these the README shows a part.
    project.write("components/greeting/component.py", &component.replace("File(", "Fiel("));
    let shown = printed(&project, "batou-local dev");
    assert!(shown.contains(name.trim_end()), "{name}\nis not in\n{shown}");
    project.write("components/greeting/component.py", component);
    project.write("components/greeting/greeting.txt", &template.replace("component.name", "component.nmae"));
    let shown = printed(&project, "batou-local dev");
    assert!(shown.contains(attribute.trim_end()), "{attribute}\nis not in\n{shown}");
}
