//! What the grammar means, and that nothing gets lost. The meanings are those that ConfigUpdater 4.1 shows.

use std::path::Path;

use secrecy::ExposeSecret;

use super::*;

fn parse(text: &str) -> Result<Document, DocumentError> {
    Document::parse(text, Path::new("secrets.cfg"))
}

fn values(document: &Document) -> Vec<(String, String, String)> {
    document
        .sections()
        .flat_map(|section| document.entries(section).map(move |entry| (section, entry)))
        .map(|(section, entry)| (section.to_owned(), entry.name().to_owned(), entry.value().to_owned()))
        .collect()
}

#[track_caller]
fn means(text: &str, expected: &[(&str, &str, &str)]) -> Document {
    let document = parse(text).unwrap();
    let expected: Vec<_> =
        expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
    assert_eq!(values(&document), expected, "{text:?}");
    assert_eq!(document.text().expose_secret(), text);
    document
}

#[test]
fn values_are_lines_without_blanks_at_their_ends() {
    means("[a]\nX : b\n  c\n\n  d\n\ny=1\n", &[("a", "X", "b\nc\n\nd"), ("a", "y", "1")]);
    means(
        "[a]\nk =\n    l1\n\n    l2\n\n\n[b] trailing # x\nq=  a # b\n",
        &[("a", "k", "\nl1\n\nl2"), ("b", "q", "a # b")],
    );
    means("[a]\r\nx = 3\r\n", &[("a", "x", "3")]);
    means("[a]\n   x = 3\n y = 4\n     z = 5\n", &[("a", "x", "3"), ("a", "y", "4\nz = 5")]);
    means("[a]\nx y : z = 1", &[("a", "x y", "z = 1")]);
    means("[a]\nx =\n\n\n  \n  2\n  \n \ny = 1\n", &[("a", "x", "\n\n\n\n2"), ("a", "y", "1")]);
    means("[a]\nx = 3\n [b]\n", &[("a", "x", "3\n[b]")]);
    means("[a] ]b\nx[3]=4\n", &[("a] ", "x[3]", "4")]);
    means("[a]\n [b]\nx=3\n", &[("b", "x", "3")]);
    means("[a]\nx=%(y)s\n", &[("a", "x", "%(y)s")]);
    means("[a]\nk = 1\nK = 2\n", &[("a", "k", "1"), ("a", "K", "2")]);
    means("", &[]);
}

#[test]
fn comments_are_no_values_unless_the_value_goes_on_below() {
    means("[a]\ny=1\n\n# com\n  e\nz = 1\n# end", &[("a", "y", "1\n\n# com\ne"), ("a", "z", "1")]);
    means("[a]\n# c\n  # ind\nx = 1\n  # in val\n\n  z\n", &[("a", "x", "1\n# in val\n\nz")]);
    means("[a]\n    x = 1\n # c\n  y=3\n", &[("a", "x", "1\n# c\ny=3")]);
    means("; top\n\n[a]\n; x\n\n\n  y = 1\n[b]\n # c3\n", &[("a", "y", "1")]);
}

#[test]
fn a_blank_line_below_a_comment_ends_the_value_and_what_is_indented_there_counts_for_nothing() {
    for between in ["#c\n\n", "\n#c\n\n", "#c\n\n#c\n", "#c\n\n#c\n\n"] {
        let text = format!("[a]\nx = 1\n{between}  stray\n  more\ny = 2\n");
        let document = means(&text, &[("a", "x", "1"), ("a", "y", "2")]);
        let error = document.refuse_strays().unwrap_err();
        let line = text.lines().position(|line| line == "  stray").unwrap() + 1;
        assert_eq!(error.to_string(), format!("secrets.cfg:{line}: this line is indented but belongs to no value"));
        assert!(error.hint().contains("blank line"));
    }
    for between in ["#c\n", "\n#c\n", "\n\n#c\n#d\n", ""] {
        assert!(parse(&format!("[a]\nx = 1\n{between}  more\n")).unwrap().refuse_strays().is_ok());
    }
}

#[test]
fn errors_name_file_line_and_remedy_but_no_text() {
    for (text, expected) in [
        ("[a]\n[b]\n[a]\n", "secrets.cfg:3: section [a] already exists, see line 1"),
        ("[a]\nk = 1\nx=1\nk = 2\n", "secrets.cfg:4: option \"k\" of section [a] already exists, see line 2"),
        ("\n# c\nsecret = 1\n[a]\n", "secrets.cfg:3: text before the first section header"),
        ("\u{feff}[a]\ny=1\n", "secrets.cfg:1: text before the first section header"),
        ("[]\n", "secrets.cfg:1: text before the first section header"),
        ("[a]\nk = 1\nsecret\n", "secrets.cfg:3: neither a section header nor `name = value`"),
        ("[a]\n= secret\n", "secrets.cfg:2: neither a section header nor `name = value`"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}{}", error.hint()).contains("secret\""), "{error:?}");
    }
    let error = Document::from_bytes(b"[a]\nx = \xff", Path::new("f")).unwrap_err();
    assert_eq!(error.to_string(), "f:2: this line is not UTF-8 text");
}

#[test]
fn changed_options_are_written_anew_and_all_else_stays() {
    let original = "# top\n[a] x\n  k: 1\n    2\n\n# c\nother=  y # z\n[b]\nq=1";
    let mut document = parse(original).unwrap();
    assert!(document.replace("a", "k", "x"));
    assert!(document.replace("b", "q", "x\n\ny"));
    assert!(!document.replace("b", "missing", "x"));
    let expected = "# top\n[a] x\n  k : x\n\n# c\nother=  y # z\n[b]\nq = x\n    \n    y\n";
    assert_eq!(document.text().expose_secret(), expected);
    assert!(document.replace("a", "k", "\nx\ny"));
    assert!(document.replace("b", "q", ""));
    let expected = "# top\n[a] x\n  k :\n      x\n      y\n\n# c\nother=  y # z\n[b]\nq = \n";
    assert_eq!(document.text().expose_secret(), expected);
    document.set("b", "new", "1");
    document.set("c", "new", "2");
    let expected = format!("{expected}new = 1\n\n[c]\nnew = 2\n");
    assert_eq!(document.text().expose_secret(), expected);
    let mut document = parse("[a]\nmembers = x").unwrap();
    document.set("a", "secret_provider", "gpg");
    assert_eq!(
        document.text().expose_secret(),
        "[a]\nmembers = x\nsecret_provider = gpg\n",
        "no line is glued to another"
    );
}

#[test]
fn the_exact_name_counts_before_another_case() {
    let document = parse("[a]\nFoo = 1\nfoo = 2\nBar = 3\n").unwrap();
    let value = |name| document.get("a", name).map(|entry| entry.value().to_owned());
    assert_eq!(value("Foo").as_deref(), Some("1"));
    assert_eq!(value("FOO").as_deref(), Some("2"), "the last one");
    assert_eq!(value("bar").as_deref(), Some("3"));
    assert_eq!(value("baz"), None);
}

/// Pieces that matter for the grammar.
const PIECES: [&str; 22] = [
    "\n", "\n", "\n", "  ", " ", "\t", "#", ";", "[", "]", "[s]\n", "[t] x\n", "k", "name", "=", " = ", ":", "value",
    "\r\n", "ü", "\u{2028}", "  more\n",
];

#[test]
fn whatever_is_understood_is_given_back_byte_for_byte() {
    let mut state = 0x1234_5678_9abc_def0_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut understood = 0;
    for _ in 0..60_000 {
        let length = next() % 24;
        let mut text = "[first]\n".to_owned();
        for _ in 0..length {
            text.push_str(PIECES[(next() % PIECES.len() as u64) as usize]);
        }
        let Ok(mut document) = parse(&text) else { continue };
        understood += 1;
        assert_eq!(document.text().expose_secret(), text);
        // Written anew, all values mean the same.
        let before = values(&document);
        for (section, name, value) in &before {
            assert!(document.replace(section, name, value));
        }
        assert_eq!(values(&document), before, "{text:?}");
        let reread = parse(document.text().expose_secret()).unwrap();
        assert_eq!(values(&reread), before, "{text:?}");
    }
    assert!(understood > 5_000, "{understood}");
}
