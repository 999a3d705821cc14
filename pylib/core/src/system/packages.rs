//! Packages of Debian.

/// Whether a package is marked for installation, by the output of `dpkg --get-selections`.
///
/// A package that can be installed for several architectures is listed as `name:architecture`; asked for without one, any
/// will do.
pub fn is_selected(selections: &str, package: &str) -> bool {
    selections.lines().any(|line| {
        let mut words = line.split_whitespace();
        let (Some(name), Some("install"), None) = (words.next(), words.next(), words.next()) else {
            return false;
        };
        name == package || name.split_once(':').is_some_and(|(name, _)| name == package)
    })
}

#[cfg(test)]
mod tests {
    use super::is_selected;

    const SELECTIONS: &str = "cron\t\t\t\tinstall\nlibc6:amd64\tinstall\nnginx\thold\nold\tdeinstall\n";

    #[test]
    fn selected_packages_are_found_with_and_without_architecture() {
        for package in ["cron", "libc6", "libc6:amd64"] {
            assert!(is_selected(SELECTIONS, package), "{package}");
        }
        for package in ["cro", "libc6:i386", "nginx", "old", "", "install"] {
            assert!(!is_selected(SELECTIONS, package), "{package}");
        }
    }
}
