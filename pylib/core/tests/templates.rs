//! Runs the case files in `tests/templates`: a template, its context and what Jinja2 makes of it.
//!
//! A file holds the template, `--- context` with a JSON object, `--- file NAME` with the text of a file beside the template
//! for each one that there is, and either `--- expected` with the rendered text or `--- error` with the position and
//! message, where the directory is `DIR`. One newline before each marker and at the end of the file belongs to the format,
//! not to the text. A carriage return is written as `<CR>`.

use std::path::Path;

use batou_core::templates::Engine;
use minijinja::Value;

struct Case {
    template: String,
    context: Value,
    files: Vec<(String, String)>,
    expected: Result<String, String>,
}

fn parse(text: &str) -> Case {
    let text = &text.replace("<CR>", "\r");
    let (template, rest) = text.split_once("\n--- context\n").expect("the case has a context");
    let (context, expected) = match rest.split_once("\n--- expected\n") {
        Some((context, expected)) => (context, Ok(expected)),
        None => {
            let (context, error) = rest.split_once("\n--- error\n").expect("the case has an expected text or an error");
            (context, Err(error))
        }
    };
    let without_end = |text: &str| text.strip_suffix('\n').expect("the file ends with a newline").to_owned();
    let mut sections = context.split("\n--- file ");
    let context = sections.next().expect("split gives one part");
    let files = sections.map(|section| {
        let (name, text) = section.split_once('\n').unwrap_or((section, ""));
        (name.to_owned(), text.to_owned())
    });
    let files = files.collect();
    let context: serde_json::Value = serde_json::from_str(context).expect("the context is JSON");
    Case {
        template: template.to_owned(),
        context: value(&context),
        files,
        expected: expected.map(without_end).map_err(without_end),
    }
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::from(number),
            None => Value::from(number.as_f64().expect("the number is a float")),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => items.iter().map(value).collect(),
        serde_json::Value::Object(entries) => {
            Value::from_pairs(entries.iter().map(|(key, item)| (key.as_str(), value(item))))
        }
    }
}

#[test]
fn every_case_file_renders_as_in_jinja2() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/templates");
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).expect("the folder exists").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(paths.len() >= 320, "only {} case files found", paths.len());
    let engine = Engine::new();
    let mut failures = Vec::new();
    for path in paths {
        let name = path.file_stem().expect("a file name").to_string_lossy().into_owned();
        assert_eq!(path.extension().and_then(|extension| extension.to_str()), Some("txt"), "{name} is no case file");
        let case = parse(&std::fs::read_to_string(&path).expect("the case is readable"));
        let directory = tempfile::tempdir().expect("a directory");
        for (name, text) in &case.files {
            let path = directory.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a file has a directory")).expect("a directory");
            std::fs::write(path, text).expect("the file is written");
        }
        let place = Some(directory.path()).filter(|_| !case.files.is_empty());
        let result = engine.render_in(&case.template, "case", place, case.context);
        let shown = directory.path().display().to_string();
        let result = result.map_err(|error| error.excerpt().replace(&shown, "DIR"));
        if result != case.expected {
            failures.push(format!("{name}\n  expected {:?}\n  rendered {result:?}", case.expected));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
