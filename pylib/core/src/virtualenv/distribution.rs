//! Names of distributions.

/// The name of the distribution that a requirement names, without its extras; none if it names none, but an address say.
pub fn name(requirement: &str) -> Option<&str> {
    let requirement = requirement.trim();
    let end = requirement
        .find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    let named = name.starts_with(|first: char| first.is_ascii_alphanumeric());
    (named && (rest.is_empty() || rest.starts_with(['[', ' ', ';', '@']))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extras_and_markers_do_not_belong_to_the_name() {
        for requirement in
            ["zc.buildout", "zc.buildout[test]", "zc.buildout ; python_version > '3'", " zc.buildout @ file:///x"]
        {
            assert_eq!(name(requirement), Some("zc.buildout"), "{requirement}");
        }
    }

    #[test]
    fn addresses_and_paths_name_no_distribution() {
        for requirement in ["git+https://example.com/x", "./six", "/tmp/six", "", "-e", "six'", "six/x"] {
            assert_eq!(name(requirement), None, "{requirement}");
        }
    }
}
