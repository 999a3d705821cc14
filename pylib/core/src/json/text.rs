//! The values without parts, as `json.dumps` writes them.

use crate::float_repr::float_repr;

/// Appends a text between quotes, in ASCII. What stands in `also_escaped` is written by its number, too.
pub(crate) fn write_text(output: &mut String, text: &str, also_escaped: &str) {
    output.push('"');
    for character in text.chars() {
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            ' '..='~' if !also_escaped.contains(character) => output.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    output.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    output.push('"');
}

/// The text of a float. Python has names for those that JSON does not know.
pub(crate) fn float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        float_repr(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_ascii() {
        let mut output = String::new();
        write_text(&mut output, "a\"\\\n\u{7f}\u{1}ä😀<", "");
        write_text(&mut output, "<&", "<>");
        assert_eq!(output, r#""a\"\\\n\u007f\u0001\u00e4\ud83d\ude00<""\u003c&""#);
    }

    #[test]
    fn floats_that_json_does_not_know_have_names() {
        let texts = [1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(float);
        assert_eq!(texts, ["1.0", "NaN", "Infinity", "-Infinity"]);
    }
}
