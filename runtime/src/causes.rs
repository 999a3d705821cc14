//! Why something failed, in words.

use std::error::Error;

/// The text of an error and of all that caused it, the nearest first. What a text says already is not said again: errors of files
/// name their place and say what the system said.
pub fn causes(error: &dyn Error) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !texts.last().is_some_and(|said| said.contains(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Failed {
        text: &'static str,
        source: Option<Box<Failed>>,
    }

    #[test]
    fn nothing_is_told_twice() {
        let failed = |text, source: Option<Failed>| Failed { text, source: source.map(Box::new) };
        let error = failed("cannot write a: disk full", Some(failed("disk full", Some(failed("error 28", None)))));
        assert_eq!(causes(&error), ["cannot write a: disk full", "error 28"]);
    }
}
