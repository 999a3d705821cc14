//! Hard cases of the dialect. The expected texts are what CPython's `RawConfigParser` gives.

use std::path::Path;

use super::{ConfigError, parse, read};

/// Name, text of the file, summary of the outcome.
const CASES: &[(&str, &str, &str)] = &[
    ("a plain file", "[a]\nk = v\nx: y\n", "[a] k=<v>; x=<y>;"),
    (
        "option names keep their case and inner blanks",
        "[a]\nKey Two = v\nkey two = w\n",
        "[a] Key Two=<v>; key two=<w>;",
    ),
    ("the first delimiter of either kind counts", "[a]\na:b = c\nd=e:f=g\n", "[a] a=<b = c>; d=<e:f=g>;"),
    ("blanks around names and values go", "[a]\n\tk \t=\u{3000} v\u{a0}\n", "[a] k=<v>;"),
    ("separators count as blanks", "[a]\nk\u{1c}=\u{1f}v\u{1d}\n", "[a] k=<v>;"),
    ("multi-line values", "[a]\nk = one\n  two\n      three\nl = x\n", "[a] k=<one\ntwo\nthree>; l=<x>;"),
    ("a value that starts with a newline", "[a]\nk =\n    one\n    two\n", "[a] k=<\none\ntwo>;"),
    ("an empty value", "[a]\nk =\nl =   \n", "[a] k=<>; l=<>;"),
    (
        "empty lines inside a value stay, behind it go",
        "[a]\nk = one\n\n   \n  two\n\n\n[b]\nl = x\n\n",
        "[a] k=<one\n\n\ntwo>; [b] l=<x>;",
    ),
    (
        "comments inside a value vanish, at any depth",
        "[a]\nk = one\n# c\n    ; c\n  two\n      # c\n  three ; no comment # either\n",
        "[a] k=<one\ntwo\nthree ; no comment # either>;",
    ),
    ("a comment and an empty line", "[a]\nk = one\n# c\n\n# c\n  two\n", "[a] k=<one\n\ntwo>;"),
    (
        "a tab is one column",
        "[a]\n k = one\n\ttwo = no continuation\n\t  three\n",
        "[a] k=<one>; two=<no continuation\nthree>;",
    ),
    (
        "an indented option starts anew at its own depth",
        "[a]\n    k = one\n  l = two\n    m = continues l\n  n = three\n",
        "[a] k=<one>; l=<two\nm = continues l>; n=<three>;",
    ),
    ("options and sections are text when indented", "[a]\nk = one\n  [b]\n  l = two\n", "[a] k=<one\n[b]\nl = two>;"),
    (
        "an indented header, and text behind its bracket",
        "  [a] x\nk = 1\n[[b]]\n[c]]\n[ d ]\n",
        "[a] k=<1>; [[b]] [c]] [ d ]",
    ),
    ("the same depth is no continuation", "[a]\n  k = one\n  l = two\n", "[a] k=<one>; l=<two>;"),
    ("nothing is interpolated", "[a]\nk = %(x)s ${y} {{z}} %\n", "[a] k=<%(x)s ${y} {{z}} %>;"),
    (
        "carriage returns end lines",
        "[a]\r\nk = one\r\n  two\r\n\r\n  three\rl = x\r\n",
        "[a] k=<one\ntwo\n\nthree>; l=<x>;",
    ),
    (
        "other line separators do not",
        "[a]\nk = one\u{2028}l = two\u{b}m\u{c}\u{85}n\n",
        "[a] k=<one\u{2028}l = two\u{b}m\u{c}\u{85}n>;",
    ),
    (
        "defaults reach every section, own options first",
        "[DEFAULT]\nk = d\nl = d\n[a]\nm = 1\nl = 2\n[b]\n[DEFAULT]\nn = e\n",
        "[a] m=<1>; l=<2>; k=<d>; n=<e>; [b] k=<d>; l=<d>; n=<e>;",
    ),
    ("no line end at the end", "[a]\nk = one\n  two", "[a] k=<one\ntwo>;"),
    ("nothing at all", "", ""),
    ("comments only", "# x\n  ; y\n\n", ""),
    ("a repeated section", "[a]\n[b]\nk = 1\n[a]\n", "DuplicateSection a 4"),
    ("a repeated option", "[a]\nk = 1\nK = 2\nk: 3\n", "DuplicateOption a k 4"),
    (
        "a repeated option in two default sections",
        "[DEFAULT]\nk = 1\n[a]\n[DEFAULT]\nk = 2\n",
        "DuplicateOption DEFAULT k 5",
    ),
    ("text before the first section", "# c\n\nk = 1\n[a]\n", "MissingSectionHeader 3"),
    ("an indented value without option", "  k\n[a]\n", "MissingSectionHeader 1"),
    ("a byte order mark", "\u{feff}[a]\nk = 1\n", "MissingSectionHeader 1"),
    ("lines without delimiter are collected", "[a]\nk\nl = 1\nm\n  n\n[b]\no\n", "NoDelimiter [2,4,7]"),
    ("an indented line right below a header", "[a]\n  k\n  l = 1\n", "NoDelimiter [2]"),
    ("an option without a name", "[a]\n= 1\n  x = 2\n", "NoDelimiter [2]"),
    ("an empty header", "[a]\nk = 1\n[]\n", "NoDelimiter [3]"),
    ("an open header", "[a\n", "MissingSectionHeader 1"),
    ("a repeated section counts before a missing delimiter", "[a]\nk\n[a]\n", "DuplicateSection a 3"),
    ("a header with a delimiter behind it", "[a]=b\nk = v\n", "[a] k=<v>;"),
    ("a line without delimiter inside a value's indentation", "[a]\nk = v\n  w\nx\n  = y\n", "NoDelimiter [4]"),
    ("a continuation below a line without delimiter", "[a]\nk = v\nbad\n    more\nl = w\n", "NoDelimiter [3]"),
    ("zero characters and marks are text", "[a]\nk = a\u{0}b\u{feff}c\n", "[a] k=<a\u{0}b\u{feff}c>;"),
    ("a delimiter alone on an indented line continues", "[a]\nk =\n  =\n  :\n", "[a] k=<\n=\n:>;"),
    ("an empty line ends no indentation", "[a]\nk = v\n\n\n    # c\n\n    w\nl = x\n", "[a] k=<v\n\n\n\nw>; l=<x>;"),
    ("a wide blank is one column", "[a]\n  k = v\n\u{3000} w = x\n\u{3000}\u{3000}\u{3000}y\n", "[a] k=<v>; w=<x\ny>;"),
    (
        "defaults between sections",
        "[a]\nk = v\n[DEFAULT]\n  d = e\n   f\n[b]\nd = own\n",
        "[a] k=<v>; d=<e\nf>; [b] d=<own>;",
    ),
    ("defaults twice with different options", "[DEFAULT]\nd = 1\n[DEFAULT]\ne = 2\n[a]\n", "[a] d=<1>; e=<2>;"),
    ("a header right below a value", "[a]\nk = v\n [b]\n[b]\n", "[a] k=<v\n[b]>; [b]"),
    ("an indented header below an empty value", "[a]\nk =\n [b]\nl = w\n", "[a] k=<\n[b]>; l=<w>;"),
    ("a comment mark without blank", "[a]\n#k = v\n;k = w\nk = x#y;z\n", "[a] k=<x#y;z>;"),
    (
        "values that are comments behind a delimiter",
        "[a]\nk = # no comment\nl = ; none\n",
        "[a] k=<# no comment>; l=<; none>;",
    ),
    ("quotes are kept", "[a]\n\"k\" = 'v'\n", "[a] \"k\"=<'v'>;"),
    ("names with blanks inside", "[a]\nk  l\t= v\n", "[a] k  l=<v>;"),
    ("a carriage return inside a blank line", "[a]\nk = v\n \r\n  w\n", "[a] k=<v\n\nw>;"),
    ("a repeated option in another case is none", "[a]\nk = 1\nK = 2\n", "[a] k=<1>; K=<2>;"),
    ("an option in front of any section, with defaults below", "k = v\n[DEFAULT]\n", "MissingSectionHeader 1"),
];

fn summary(text: &str) -> String {
    match parse(text, Path::new("x.cfg")) {
        Ok(config) => {
            let sections = config.sections.iter().map(|section| {
                let options = config.effective(&section.name).expect("the section is there");
                let options = options.iter().map(|option| format!(" {}=<{}>;", option.name, option.value));
                format!("[{}]{}", section.name, options.collect::<String>())
            });
            sections.collect::<Vec<_>>().join(" ")
        }
        Err(ConfigError::DuplicateSection { section, source_line, .. }) => {
            format!("DuplicateSection {section} {}", source_line.line)
        }
        Err(ConfigError::DuplicateOption { section, option, source_line, .. }) => {
            format!("DuplicateOption {section} {option} {}", source_line.line)
        }
        Err(ConfigError::MissingSectionHeader { source_line, .. }) => {
            format!("MissingSectionHeader {}", source_line.line)
        }
        Err(ConfigError::NoDelimiter { source_lines, .. }) => {
            let lines: Vec<String> = source_lines.iter().map(|line| line.line.to_string()).collect();
            format!("NoDelimiter [{}]", lines.join(","))
        }
        Err(other) => other.to_string(),
    }
}

#[test]
fn every_case_is_read_as_python_reads_it() {
    let wrong: Vec<String> = CASES
        .iter()
        .filter_map(|(name, text, expected)| {
            let got = summary(text);
            (got != *expected).then(|| format!("{name}: expected {expected:?}, got {got:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lines_are_kept() {
    let config = parse("# c\n[a]\n\nk = 1\n  2\nl = 3\n", Path::new("x.cfg")).expect("it is well-formed");
    let section = config.section("a").expect("the section is there");
    assert_eq!(section.line, 2);
    assert_eq!(section.options.iter().map(|option| option.line).collect::<Vec<_>>(), [4, 6]);
}

#[test]
fn errors_name_file_lines_and_remedy() {
    let error = parse("[a]\nk = 1\n  2\nk = 3\n", Path::new("dir/x.cfg")).expect_err("the option is there twice");
    assert_eq!(error.to_string(), "dir/x.cfg:4: option \"k\" of section [a] already exists, see line 2");
    assert_eq!(error.source_lines()[0].text, "k = 3");
    assert_eq!(error.hint(), "keep one \"k\", or indent this line if it belongs to the value of line 2");

    let error = parse("[a]\n\n[a]\n", Path::new("x.cfg")).expect_err("the section is there twice");
    assert_eq!(error.to_string(), "x.cfg:3: section [a] already exists, see line 1");

    let error = parse("[a]\nx\ny\n", Path::new("x.cfg")).expect_err("there are no delimiters");
    assert_eq!(error.to_string(), "x.cfg:2,3: neither a section header nor `name = value`");
    assert_eq!(error.source_lines().len(), 2);

    let error = parse("\u{feff}[a]\n", Path::new("x.cfg")).expect_err("the mark is text");
    assert_eq!(error.hint(), "save the file without a byte order mark");
}

#[test]
fn unreadable_files_are_errors_with_a_place() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("x.cfg");
    assert!(matches!(read(&path), Err(ConfigError::Read { .. })));
    std::fs::write(&path, b"[a]\nk = 1\nl = \xff\n").expect("the directory is writable");
    assert!(matches!(read(&path), Err(ConfigError::NotUtf8 { line: 3, .. })));
    std::fs::write(&path, b"[a]\nk = 1\n").expect("the directory is writable");
    assert_eq!(read(&path).expect("it is well-formed").sections.len(), 1);
}
