//! From a name to an address.

use std::io;
use std::net::IpAddr;

use dns_lookup::{AddrInfoHints, LookupError};
use nix::libc;

use super::getent;

/// The kind of address that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// A name has no address of the wanted family.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The lookup failed. Code and text are those of `getaddrinfo`, so they serve to build Python's `socket.gaierror`.
    #[error("cannot resolve {host}: {text}")]
    Lookup {
        /// The name.
        host: String,
        /// The `EAI_` code of this system.
        code: i32,
        /// The system's text for the code.
        text: String,
    },
    /// The lookup failed in the system rather than in the name: Python's `OSError`.
    #[error("cannot resolve {host}")]
    System {
        /// The name.
        host: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// There are addresses, but only link-local ones, which nobody can connect to without naming an interface.
    #[error("no valid address found for `{host}`")]
    NoValidAddress {
        /// The name.
        host: String,
    },
}

/// The first address of the family, in the order of the C library. Link-local IPv6 addresses (`fe80:`) are passed over. `port`
/// does not change the answer; it is given to the lookup as the service.
///
/// A statically linked program asks files and DNS only, so a name that it does not know is asked from the host's `getent`
/// program, which knows every source that the host is configured for.
///
/// # Errors
/// [`ResolveError`].
pub fn resolve(host: &str, port: u16, family: Family) -> Result<String, ResolveError> {
    let addresses = match lookup(host, port, family) {
        Ok(addresses) => addresses,
        Err(error) => {
            let others = if is_unknown(&error) {
                loopback(host, family).or_else(|| getent::addresses(host, family))
            } else {
                None
            };
            others.ok_or_else(|| describe(host, error))?
        }
    };
    let valid = addresses.into_iter().map(|address| address.to_string()).find(|text| !text.starts_with("fe80:"));
    valid.ok_or_else(|| ResolveError::NoValidAddress { host: host.to_owned() })
}

fn lookup(host: &str, port: u16, family: Family) -> Result<Vec<IpAddr>, LookupError> {
    let address = match family {
        Family::V4 => libc::AF_INET,
        Family::V6 => libc::AF_INET6,
    };
    let hints = AddrInfoHints { address, ..AddrInfoHints::default() };
    let found = dns_lookup::getaddrinfo(Some(host), Some(&port.to_string()), Some(hints))?;
    let addresses: io::Result<Vec<IpAddr>> = found.map(|info| info.map(|info| info.sockaddr.ip())).collect();
    Ok(addresses?)
}

/// `localhost` is the loopback interface whatever the name service says (RFC 6761), also where there is no /etc/hosts.
fn loopback(host: &str, family: Family) -> Option<Vec<IpAddr>> {
    let is_localhost = host.strip_suffix('.').unwrap_or(host).eq_ignore_ascii_case("localhost");
    is_localhost.then(|| match family {
        Family::V4 => vec![IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)],
        Family::V6 => vec![IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)],
    })
}

/// Whether another source of names could know better. A wrong literal or a lack of memory is the same everywhere.
fn is_unknown(error: &LookupError) -> bool {
    matches!(error.error_num(), libc::EAI_NONAME | libc::EAI_NODATA | libc::EAI_AGAIN | libc::EAI_FAIL)
}

fn describe(host: &str, error: LookupError) -> ResolveError {
    let host = host.to_owned();
    match error.error_num() {
        0 | libc::EAI_SYSTEM => ResolveError::System { host, source: error.into() },
        code => {
            let text = error.to_string();
            // The crate puts its own words in front of the system's.
            let text = text.split_once(": ").map_or(text.as_str(), |(_, text)| text).to_owned();
            ResolveError::Lookup { host, code, text }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_known_names_are_resolved() {
        assert_eq!(resolve("127.0.0.1", 0, Family::V4).expect("a literal"), "127.0.0.1");
        assert_eq!(resolve("2001:db8::1", 80, Family::V6).expect("a literal"), "2001:db8::1");
        assert_eq!(resolve("localhost", 80, Family::V4).expect("every machine knows it"), "127.0.0.1");
    }

    #[test]
    fn localhost_needs_no_name_service() {
        for (host, family, address) in [("localhost", Family::V4, "127.0.0.1"), ("LocalHost.", Family::V6, "::1")] {
            assert_eq!(loopback(host, family).expect("known"), [address.parse::<IpAddr>().expect("an address")]);
        }
        assert_eq!(loopback("localhost.example.com", Family::V4), None);
    }

    #[test]
    fn link_local_addresses_are_passed_over() {
        let error = resolve("fe80::1", 0, Family::V6).expect_err("there is no other");
        assert_eq!(error.to_string(), "no valid address found for `fe80::1`");
    }

    #[test]
    fn unknown_names_carry_code_and_text_of_the_system() {
        let error = resolve("no such name", 0, Family::V4).expect_err("blanks are no part of names");
        let ResolveError::Lookup { host, code, text } = error else { panic!("{error}") };
        assert_eq!((host.as_str(), code), ("no such name", libc::EAI_NONAME));
        assert!(!text.is_empty() && !text.contains("lookup"), "{text}");
    }

    #[test]
    fn a_literal_of_the_other_family_is_refused() {
        for (host, family) in [("10.0.0.1", Family::V6), ("::1", Family::V4)] {
            assert!(matches!(resolve(host, 0, family), Err(ResolveError::Lookup { .. })), "{host}");
        }
    }

    #[test]
    fn a_name_with_a_nul_byte_is_an_error() {
        assert!(matches!(resolve("a\0b", 0, Family::V4), Err(ResolveError::System { .. })));
    }
}
