//! The names of this machine.

use dns_lookup::AddrInfoHints;
use nix::libc;

/// The names by which this machine may be called: its host name, that name without its domain, the full name that the resolver
/// gives for it, and `localhost`. Each is listed once, in that order. Asking the resolver may take as long as the network lets it.
pub fn local_names() -> Vec<String> {
    let uname = rustix::system::uname();
    let hostname = uname.nodename().to_string_lossy().into_owned();
    let short = hostname.split('.').next().unwrap_or_default().to_owned();
    let full = full_name(&hostname);
    let mut names: Vec<String> = Vec::new();
    for name in [Some(hostname), Some(short), full, Some("localhost".to_owned())].into_iter().flatten() {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether the name is one of [`local_names`]. Case and a final dot do not count. The resolver is only asked if the names that
/// need no asking do not fit.
pub fn is_this_machine(name: &str) -> bool {
    let wanted = normal(name);
    if wanted.is_empty() {
        return false;
    }
    let uname = rustix::system::uname();
    let hostname = normal(&uname.nodename().to_string_lossy());
    wanted == "localhost"
        || wanted == hostname
        || hostname.split('.').next() == Some(wanted.as_str())
        // Only a name with a domain can be the full one.
        || (wanted.contains('.') && full_name(&hostname).is_some_and(|full| normal(&full) == wanted))
}

fn normal(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_lowercase()
}

/// The name that the resolver holds for the official one.
fn full_name(hostname: &str) -> Option<String> {
    let hints = AddrInfoHints { flags: libc::AI_CANONNAME, socktype: libc::SOCK_STREAM, ..AddrInfoHints::default() };
    let found = dns_lookup::getaddrinfo(Some(hostname), None, Some(hints)).ok()?;
    let full = found.flatten().find_map(|info| info.canonname)?;
    // Machines without a name of their own are often listed beside `localhost`, which is no official name of theirs.
    full.contains('.').then_some(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_knows_its_names() {
        let names = local_names();
        assert!(names.len() >= 2 && names.last().is_some_and(|name| name == "localhost"), "{names:?}");
        for name in &names {
            assert!(is_this_machine(name), "{name}");
            assert!(is_this_machine(&format!("{}.", name.to_uppercase())), "{name}");
        }
    }

    #[test]
    fn other_machines_are_others() {
        for name in ["", ".", "no-such-machine.invalid", "localhost.example.org", "127.0.0.1"] {
            assert!(!is_this_machine(name), "{name:?}");
        }
    }
}
