//! Random configuration files: none makes the parser panic, errors name a line that is there, and what was read is read again
//! from what it means.
//!
//! `RANDOM_COUNT` tries more, `RANDOM_SEED` others, `RANDOM_ONLY` one again.

mod numbers;

use std::path::Path;

use batou_core::config::{ConfigError, ConfigFile, ConfigOption, parse, read};
use numbers::{Numbers, seeds};

const FILE: &str = "environment.cfg";
const PIECES: [&str; 44] = [
    "[environment]",
    "[hosts]",
    "[host:one]",
    "[component:web]",
    "[DEFAULT]",
    "[",
    "]",
    "[]",
    "[a]b]",
    "[ a ]",
    "name",
    "connect_method",
    "data-alias",
    "=",
    ":",
    " = ",
    " : ",
    "==",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "    ",
    "\t",
    "#",
    ";",
    "# text",
    "; text",
    "value",
    "%(x)s",
    "{{ a }}",
    "${b}",
    "\u{feff}",
    "\u{a0}",
    "\u{85}",
    "\u{1c}",
    "ü",
    "\0",
    "\\",
    "\"",
];

/// A text out of pieces; half of them begin as a file would.
fn text(numbers: &mut Numbers) -> String {
    let mut text = if numbers.one_of(2) { "[environment]\n".to_owned() } else { String::new() };
    for _ in 0..numbers.below(40) {
        match numbers.below(4) {
            0 => text.push_str(&format!("name{} = value\n", numbers.below(8))),
            1 => text.push_str(&format!("\n[section{}]\n", numbers.below(12))),
            _ => text.push_str(numbers.pick(&PIECES)),
        }
    }
    text
}

fn lines_of(error: &ConfigError) -> Vec<usize> {
    match error {
        ConfigError::NotUtf8 { line, .. } => vec![*line],
        ConfigError::DuplicateSection { source_line, first_line, .. }
        | ConfigError::DuplicateOption { source_line, first_line, .. } => {
            assert!(*first_line < source_line.line);
            vec![source_line.line]
        }
        ConfigError::MissingSectionHeader { source_line, .. } => vec![source_line.line],
        ConfigError::NoDelimiter { source_lines, .. } => {
            source_lines.iter().map(|source_line| source_line.line).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// The text that the parsed file stands for.
fn written(config: &ConfigFile) -> String {
    let mut text = String::new();
    let mut section = |name: &str, options: &[ConfigOption]| {
        text.push_str(&format!("[{name}]\n"));
        for option in options {
            text.push_str(&format!("{} = {}\n", option.name, option.value.replace('\n', "\n    ")));
        }
    };
    section("DEFAULT", &config.defaults);
    config.sections.iter().for_each(|found| section(&found.name, &found.options));
    text
}

/// What counts of a file, without the lines.
fn meaning(config: &ConfigFile) -> Vec<(&str, Vec<(&str, &str)>)> {
    let mut sections = vec![("DEFAULT", &config.defaults)];
    sections.extend(config.sections.iter().map(|section| (section.name.as_str(), &section.options)));
    sections
        .into_iter()
        .map(|(name, options)| {
            (name, options.iter().map(|option| (option.name.as_str(), option.value.as_str())).collect())
        })
        .collect()
}

#[test]
fn random_files_are_read_or_refused_with_their_lines() {
    let (mut good, mut bad) = (0, 0);
    for seed in seeds(30_000) {
        let text = text(&mut Numbers::of(seed));
        let count = text.replace("\r\n", "\n").replace('\r', "\n").split('\n').count();
        match parse(&text, Path::new(FILE)) {
            Err(error) => {
                bad += 1;
                let lines = lines_of(&error);
                assert!(!lines.is_empty() && lines.iter().all(|line| (1..=count).contains(line)), "{seed}: {error:?}");
                let beginning = format!("{FILE}:{}", lines[0]);
                assert!(error.to_string().starts_with(&beginning), "{seed}: {error}");
            }
            Ok(config) => {
                good += 1;
                let again = written(&config);
                let reread =
                    parse(&again, Path::new(FILE)).unwrap_or_else(|error| panic!("{seed}: {again:?}: {error}"));
                assert_eq!(meaning(&reread), meaning(&config), "{seed}: {text:?} as {again:?}");
                for section in &config.sections {
                    assert!(section.line >= 1 && section.line <= count, "{seed}");
                    assert!(text.contains(&format!("[{}]", section.name)), "{seed}");
                    assert!(config.effective(&section.name).is_some_and(|all| all.len() >= section.options.len()));
                }
            }
        }
    }
    // Neither side may be an accident.
    assert!(good + bad < 100 || (good > bad / 20 && bad > good / 20), "{good} good, {bad} bad");
}

#[test]
fn random_bytes_are_read_or_refused_with_their_lines() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(FILE);
    for seed in seeds(1_000) {
        let mut numbers = Numbers::of(seed);
        let mut bytes = text(&mut numbers).into_bytes();
        for _ in 0..numbers.below(3) {
            let place = numbers.below(bytes.len() + 1);
            bytes.insert(place, u8::try_from(numbers.below(256)).unwrap());
        }
        std::fs::write(&path, &bytes).unwrap();
        match (read(&path), std::str::from_utf8(&bytes)) {
            (Err(error @ ConfigError::NotUtf8 { .. }), Err(wrong)) => {
                let line = bytes[..wrong.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
                assert_eq!(lines_of(&error), [line], "{seed}");
            }
            (found, Ok(text)) => assert_eq!(format!("{found:?}"), format!("{:?}", parse(text, &path)), "{seed}"),
            (found, Err(_)) => panic!("{seed}: {found:?}"),
        }
    }
}
