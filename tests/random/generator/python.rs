//! Python source text.

/// A text as a Python literal.
pub fn quote(text: &str) -> String {
    let mut literal = String::from("'");
    for character in text.chars() {
        match character {
            '\\' => literal.push_str("\\\\"),
            '\'' => literal.push_str("\\'"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other => literal.push(other),
        }
    }
    literal.push('\'');
    literal
}

/// Lines, each indented by one more level.
pub fn indented(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| if line.is_empty() { String::new() } else { format!("    {line}") }).collect()
}

/// A method with its body; an empty body is `pass`.
pub fn method(signature: &str, body: &[String]) -> Vec<String> {
    let mut lines = vec![format!("def {signature}:")];
    if body.is_empty() {
        lines.push("    pass".into());
    }
    lines.extend(indented(body));
    lines
}
