//! Asking the host's own `getent` program, which loads every name service that the host is configured for.

use std::net::IpAddr;
use std::process::{Command, Stdio};

use super::Family;

/// The addresses that the host knows for a name, in its order; `None` if it knows none or has no such program.
pub(super) fn addresses(host: &str, family: Family) -> Option<Vec<IpAddr>> {
    // Such a name cannot exist, but would be an option of the program.
    if host.is_empty() || host.starts_with('-') || host.contains('\0') {
        return None;
    }
    let database = match family {
        Family::V4 => "ahostsv4",
        Family::V6 => "ahostsv6",
    };
    let output =
        Command::new("getent").args([database, host]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let addresses = parse(&String::from_utf8_lossy(&output.stdout), family);
    (output.status.success() && !addresses.is_empty()).then_some(addresses)
}

/// The addresses of the family in the program's output. `ahostsv6` also prints IPv4 addresses, in the mapped form, which are no
/// answer here.
fn parse(output: &str, family: Family) -> Vec<IpAddr> {
    let first_words = output.lines().filter_map(|line| line.split_whitespace().next());
    let addresses = first_words.filter_map(|word| word.split('%').next()?.parse().ok());
    addresses
        .filter(|address| match (family, address) {
            (Family::V4, IpAddr::V4(_)) => true,
            (Family::V6, IpAddr::V6(address)) => address.to_ipv4_mapped().is_none(),
            _ => false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_family_are_taken() {
        let output = "::ffff:10.0.0.1 STREAM box\nfe80::1%eth0   STREAM \n2001:db8::1     DGRAM\n\nnonsense\n";
        let expected: Vec<IpAddr> = ["fe80::1", "2001:db8::1"].iter().filter_map(|text| text.parse().ok()).collect();
        assert_eq!(parse(output, Family::V6), expected);
        let output = "10.0.0.2  STREAM box\n10.0.0.2  DGRAM\n::1 RAW\n";
        assert_eq!(parse(output, Family::V4).len(), 2);
    }

    #[test]
    fn options_are_no_names() {
        assert_eq!(addresses("--help", Family::V4), None);
        assert_eq!(addresses("", Family::V4), None);
    }
}
