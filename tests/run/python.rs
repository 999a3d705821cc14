//! `batou python` as a Python.

use std::io::Write;
use std::process::Stdio;

use crate::support::{BATOU, Ended, Project, finish};

fn python(project: &Project, words: &[&str]) -> Ended {
    finish(project.command(BATOU).arg("python").args(words))
}

#[test]
fn runs_code_modules_and_scripts_with_their_arguments() {
    let project = Project::new("");
    project.write("script.py", "import sys\nprint(sys.argv, __name__)\nsys.exit(len(sys.argv))\n");
    project.write("package/__main__.py", "import sys\nprint(sys.argv[1:], __package__)\n");
    let cases: [(&[&str], i32, &str); 4] = [
        (&["-c", "import sys; print(sys.argv)", "a", "-c"], 0, "['-c', 'a', '-c']\n"),
        (&["script.py", "a", "--help"], 3, "['script.py', 'a', '--help'] __main__\n"),
        (&["-m", "package", "x"], 0, "['x'] package\n"),
        (&["-m", "json.tool", "/dev/null"], 1, ""),
    ];
    for (words, code, output) in cases {
        let ended = python(&project, words);
        assert_eq!((ended.code, ended.output.as_str()), (Some(code), output), "{words:?} {ended}");
    }
}

#[test]
fn reads_a_program_from_its_input() {
    let project = Project::new("");
    for words in [&[][..], &["-"][..]] {
        let mut command = project.command(BATOU);
        command.arg("python").args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        child.stdin.take().expect("an input").write_all(b"print(6 * 7)\nraise SystemExit(4)\n").expect("written");
        let ended = Ended::from(child.wait_with_output().expect("ended"));
        assert_eq!((ended.code, ended.output.as_str()), (Some(4), "42\n"), "{words:?} {ended}");
    }
}

#[test]
fn exit_codes_are_those_of_python() {
    let project = Project::new("");
    for (code, expected) in [
        ("pass", 0),
        ("raise SystemExit", 0),
        ("raise SystemExit(None)", 0),
        ("raise SystemExit(7)", 7),
        ("raise SystemExit('a message')", 1),
        ("raise ValueError", 1),
    ] {
        let ended = python(&project, &["-c", code]);
        assert_eq!(ended.code, Some(expected), "{code}: {ended}");
    }
    assert_eq!(python(&project, &["-c", "raise SystemExit('a message')"]).error, "a message\n");
}

#[test]
fn finds_modules_where_pythonpath_says() {
    let project = Project::new("");
    project.write("lib one/helper.py", "VALUE = 'found'\n");
    let mut command = project.command(BATOU);
    command.env("PYTHONPATH", project.path("lib one")).args(["python", "-c", "import helper; print(helper.VALUE)"]);
    let ended = finish(&mut command);
    assert_eq!(ended.output, "found\n", "{ended}");
    let isolated = finish(command.args(["python"]).env("PYTHONPATH", ""));
    assert_ne!(isolated.output, "found\n", "{isolated}");
}

#[test]
fn tracebacks_name_file_and_line() {
    let project = Project::new("");
    project.write("module.py", "def divide(number):\n    return number / 0\n");
    project.write("script.py", "import module\n\n\nmodule.divide(1)\n");
    let ended = python(&project, &["script.py"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    for text in
        ["script.py\", line 4, in <module>", "module.py\", line 2, in divide", "return number / 0", "ZeroDivisionError"]
    {
        assert!(ended.error.contains(text), "{text:?} is missing\n{ended}");
    }
}

#[test]
fn the_package_is_at_hand() {
    let project = Project::new("");
    let code =
        "from batou.component import Component; from batou.lib.file import File; print(issubclass(File, Component))";
    let ended = python(&project, &["-c", code]);
    assert_eq!(ended.output, "True\n", "{ended}");
}
