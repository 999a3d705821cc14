use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

use super::{Redactor, Secrets, Stream};

fn values(values: &[&str]) -> Redactor {
    let mut secrets = Secrets::default();
    for value in values {
        secrets.add_value("name", value);
    }
    Redactor::of(&secrets)
}

fn file(content: &str) -> Redactor {
    let mut secrets = Secrets::default();
    secrets.add_file("secret-name", content.as_bytes());
    Redactor::of(&secrets)
}

/// Numbers without a system behind them, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % limit
    }

    fn text(&mut self, letters: &str, length: usize) -> String {
        let letters: Vec<char> = letters.chars().collect();
        (0..length).map(|_| letters[self.below(letters.len())]).collect()
    }
}

#[test]
fn values_are_masked_as_a_whole_and_by_lines_and_words() {
    let redactor = values(&["geheim", "abc", "two words", "geheimer", "first line\n  second line"]);
    let table = [
        ("pw geheim", "pw ********"),
        ("pw=geheim;", "pw=********;"),
        ("{\"pw\": \"geheimer\"}", "{\"pw\": \"********\"}"),
        ("geheimgeheim", "****************"),
        ("say two words!", "say ********!"),
        ("words", "********"),
        ("x first line", "x ********"),
        ("first line\n  second line.", "********\n  ********."),
        ("first line second line", "********"),
        ("  geheim\n", "  ********\n"),
    ];
    for (text, masked) in table {
        assert_eq!(redactor.mask(text), masked);
    }
    for text in ["", "  ", "abc", "gehei m", "Geheim", "two", "\n\n", "%", "\\"] {
        assert_eq!(redactor.mask(text), text);
    }
}

#[test]
fn overlapping_secrets_are_masked_together() {
    assert_eq!(values(&["abcdef", "defghi", "cdef"]).mask("xabcdefghiy"), "x********y");
}

#[test]
fn short_values_are_told_by_name_once() {
    let mut secrets = Secrets::default();
    for (name, value) in [("hello.pin", "123"), ("host:web1.x", "äöü"), ("hello.pin", "4"), ("a", ""), ("b", "1234")]
    {
        secrets.add_value(name, value);
    }
    secrets.add_file("secret-x", b"ab\n");
    assert_eq!(secrets.too_short(), ["hello.pin", "host:web1.x", "secret-x"]);
    assert_eq!(Redactor::of(&secrets).mask("123 äöü 4 ab 1234"), "123 äöü 4 ab ********");
    assert_eq!(format!("{secrets:?}"), "Secrets(3 texts)");
}

#[test]
fn files_are_masked_by_lines_values_and_long_words() {
    let redactor = file(
        "[database]\nuser = web\npassword: \"correct horse\"\nport = 5432\nenabled = true\nexport TOKEN=tok-en\n\
         This is prose with the password and configuration of hunter2000.\nshortline\n",
    );
    let table = [
        ("x correct horse", "x ********"),
        ("tok-en", "********"),
        ("hunter2000", "********"),
        ("shortline", "********"),
        ("password: \"correct horse\"", "********"),
        ("This is prose with the password and configuration of hunter2000.", "********"),
    ];
    for (text, masked) in table {
        assert_eq!(redactor.mask(text), masked);
    }
    let harmless = "this prose with a password: and a configuration [database] on 5432 true export TOKEN= user";
    assert_eq!(redactor.mask(harmless), harmless);
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----\n";
    let redactor = file(key);
    assert_eq!(redactor.mask("-----BEGIN PRIVATE KEY-----"), "-----BEGIN PRIVATE KEY-----");
    assert_eq!(redactor.mask("MIIEvQIBADANBgkqhkiG9w0BAQEF"), "********");
    assert!(!redactor.mask(key).contains("MIIE"));
}

#[test]
fn files_that_are_no_text_are_masked_in_base64() {
    let mut secrets = Secrets::default();
    secrets.add_file("secret-x", b"\xff\xfe\x00binary\x80");
    let text = STANDARD.encode(b"\xff\xfe\x00binary\x80");
    assert_eq!(Redactor::of(&secrets).mask(&text), "********");
}

#[test]
fn base64_is_found_in_both_alphabets_and_within_longer_texts() {
    let secret = "s3cr~t>?pass";
    let redactor = values(&[secret]);
    for before in ["", "a", "ab", "abc", "user:"] {
        for after in ["", "\n", "zz", "@host"] {
            let clear = format!("{before}{secret}{after}");
            for encoded in [STANDARD.encode(&clear), STANDARD_NO_PAD.encode(&clear), URL_SAFE.encode(&clear)] {
                let masked = redactor.mask(&encoded);
                assert!(masked.contains("********"), "{clear} {masked}");
                // No more than the characters that depend on what is around are left.
                let left = masked.replace("********", "").len();
                assert!(left * 6 <= (before.len() + after.len()) * 8 + 24, "{clear} {masked}");
            }
        }
    }
    assert_eq!(redactor.mask(&format!("x {}.", STANDARD.encode(secret))), "x ********.");
    let wrapped = STANDARD.encode(secret);
    let wrapped = format!("{}\n    {}", &wrapped[..7], &wrapped[7..]);
    assert_eq!(redactor.mask(&wrapped), "********\n    ********");
}

#[test]
fn escaped_forms_are_found() {
    let secret = "pä\"s's/w & 😀 x\\y";
    let redactor = values(&[secret]);
    let table = [
        "p%C3%A4%22s%27s%2Fw%20%26%20%F0%9F%98%80%20x%5Cy",
        "p%c3%a4%22s%27s/w+%26+%f0%9f%98%80+x%5cy",
        r#"pä\"s's/w & 😀 x\\y"#,
        r#"p\u00e4\"s's\/w \u0026 \ud83d\ude00 x\\y"#,
        r#"pä"s\'s/w & 😀 x\\y"#,
        r#"p\xe4"s\'s/w & \U0001f600 x\\y"#,
        r#"p\xc3\xa4"s\'s/w & \xf0\x9f\x98\x80 x\\y"#,
        r#"pä"s'\''s/w & 😀 x\y"#,
        r#"pä"s'"'"'s/w & 😀 x\y"#,
        r#"p\u00e4\\\"s's/w & \\ud83d\\ude00 x\\\\y"#,
    ];
    for text in table {
        assert_eq!(redactor.mask(&format!("<{text}>")), "<********>", "{text}");
    }
    let lines = values(&["first\nsecond"]);
    assert_eq!(lines.mask(r#""first\nsecond""#), "\"********\"");
    assert_eq!(lines.mask("first%0asecond"), "********");
    let json = STANDARD.encode(r#"{"pw":"a\"quoted\""}"#);
    assert!(values(&["a\"quoted\""]).mask(&json).contains("********"));
}

#[test]
fn line_breaks_within_a_secret_do_not_hide_it() {
    let redactor = values(&["correct-horse", "battery staple of mine"]);
    let table = [
        ("correct-\nhorse", "********\n********"),
        ("c\norrect-horse.", "********\n********."),
        ("a correct-\r\n   horse b", "a ********\n   ******** b"),
        ("correct\\\n-horse", "********\n********"),
        ("battery staple\n  of mine", "********\n  ********"),
    ];
    for (text, masked) in table {
        assert_eq!(redactor.mask(text), masked);
    }
    assert_eq!(redactor.mask("correct\n-houses"), "correct\n-houses");
}

#[test]
fn long_secrets_are_found_in_all_forms() {
    let mut random = Random(1);
    let secret = random.text("abcdefghijklmnopqrstuvwxyz0123456789+/\"ä", 5000);
    let redactor = values(&[&secret]);
    assert_eq!(redactor.mask(&format!("<{secret}>")), "<********>");
    for before in ["", "a", "ab"] {
        let masked = redactor.mask(&STANDARD.encode(format!("{before}{secret}"))).into_owned();
        assert!(masked.replace("********", "").len() <= 8, "{masked}");
    }
}

#[test]
fn a_redactor_learns_and_its_clones_with_it() {
    let redactor = Redactor::default();
    let clone = redactor.clone();
    assert!(matches!(clone.mask("geheim"), std::borrow::Cow::Borrowed("geheim")));
    let mut secrets = Secrets::default();
    secrets.add_value("a", "geheim");
    redactor.add(&secrets);
    let mut more = Secrets::default();
    more.add_value("b", "anders");
    redactor.add(&more);
    assert_eq!(clone.mask("geheim anders"), "******** ********");
    assert!(clone.is_in("anders") && !clone.is_in("ander"));
    assert_eq!(format!("{clone:?}"), "Redactor(2 texts)");
}

#[test]
fn a_stream_holds_back_only_what_may_become_a_secret() {
    let mut stream = Stream::new(values(&["geheim"]));
    assert_eq!(stream.push("say ge"), "say ");
    assert!(stream.is_holding());
    assert_eq!(stream.push("h"), "");
    assert_eq!(stream.push("eim!"), "********!");
    assert_eq!(stream.push("geheg"), "gehe");
    assert_eq!(stream.flush(), "g");
    assert!(!stream.is_holding());
    // What was shown is remembered.
    assert_eq!(stream.push("ehe"), "");
    assert_eq!(stream.push("im."), "********.");
    // A line is not held back for a letter or two, and still the rest of the secret is masked.
    assert_eq!(stream.push("dog\n"), "dog\n");
    assert_eq!(stream.push("eheim\n"), "********\n");
    assert_eq!(stream.push("gehe\n"), "");
    assert_eq!(stream.flush(), "gehe\n");
    assert_eq!(stream.push("im\n"), "********\n");
    assert_eq!(stream.push("100%"), "100");
    assert_eq!(stream.push("\n"), "%\n");
    let mut idle = Stream::new(Redactor::default());
    assert_eq!(idle.push("any"), "any");
    assert_eq!(idle.flush(), "");
}

/// Whatever the secret, its form and the pieces: neither it nor its form can be read, not even with the lines put together.
#[test]
fn no_secret_appears_however_output_is_cut() {
    let mut random = Random(20);
    for round in 0..3000 {
        let length = 4 + random.below(20);
        let secret = random.text("abcdefgh%+\\\"'/ä😀=-_", length);
        let redactor = values(&[&secret, "another-one", "abcd"]);
        let plain = secret.trim().to_owned();
        let quoted = serde_json::to_string(&plain).unwrap();
        let forms = [
            plain.clone(),
            STANDARD.encode(&plain),
            URL_SAFE.encode(format!("xy{plain}z")),
            percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC).to_string(),
            quoted[1..quoted.len() - 1].to_owned(),
        ];
        let form = &forms[round % forms.len()];
        let mut text = random.text("abcdefgh %\\\n", 30);
        text.push_str(form);
        text.push_str(&random.text("abcdefgh %\n", 30));
        let characters: Vec<char> = text.chars().collect();
        let mut stream = Stream::new(redactor.clone());
        let mut shown = String::new();
        let mut rest = characters.as_slice();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(1 + random.below(rest.len().min(9)));
            let mut piece: String = piece.iter().collect();
            if round % 3 == 0 && random.below(3) == 0 {
                piece.push_str("\n  ");
            }
            shown.push_str(&stream.push(&piece));
            if round % 2 == 0 && random.below(4) == 0 {
                shown.push_str(&stream.flush());
            }
            rest = after;
        }
        shown.push_str(&stream.flush());
        let seen: String = shown.split_whitespace().collect();
        let hidden: String = plain.split_whitespace().collect();
        if plain.chars().count() >= 4 {
            assert!(!shown.contains(&plain), "round {round}: {plain:?} in {shown:?}");
            if !form.contains("abcd") {
                assert!(!seen.contains(&hidden), "round {round}: {plain:?} in {shown:?} of {text:?}");
            }
        }
    }
}

/// Without line breaks a stream shows in the end what masking the whole text shows.
#[test]
fn pieces_give_what_the_whole_gives() {
    let mut random = Random(3);
    for _ in 0..2000 {
        let length = 4 + random.below(6);
        let redactor = values(&[&random.text("abc\"%", length), "abcab", &random.text("abc", 4)]);
        let text = random.text("abc\"% \\u00", 200);
        let mut stream = Stream::new(redactor.clone());
        let mut shown = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(1 + random.below(rest.len().min(12)));
            shown.push_str(&stream.push(piece));
            rest = after;
        }
        shown.push_str(&stream.flush());
        assert_eq!(shown, redactor.mask(&text), "{text}");
    }
}

#[test]
fn a_megabyte_is_masked_in_milliseconds() {
    let mut random = Random(7);
    let secrets: Vec<String> =
        (0..50).map(|_| random.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL0123456789", 24)).collect();
    let begin = Instant::now();
    let redactor = values(&secrets.iter().map(String::as_str).collect::<Vec<_>>());
    let building = begin.elapsed();
    let line = "2026-01-01 12:00:00 a line of a log with some words in it, nothing else; 100% \\ and more\n";
    let mut text = line.repeat(1_000_000 / line.len());
    text.push_str(&secrets[30]);
    let begin = Instant::now();
    assert!(redactor.mask(&text).ends_with("more\n********"));
    let masking = begin.elapsed();
    let mut stream = Stream::new(redactor);
    let begin = Instant::now();
    let shown: usize = text.split_inclusive('\n').map(|line| stream.push(line).len()).sum();
    assert!(shown > 900_000);
    let streaming = begin.elapsed();
    let times = format!("building {building:?}, masking {masking:?}, streaming {streaming:?}");
    // Machines under load get their time.
    assert!(building.as_millis() < 1000 && masking.as_millis() < 1000 && streaming.as_millis() < 3000, "{times}");
}
