//! Which proxy a URL is fetched through, as the environment says.

use std::net::IpAddr;

use url::Url;

/// The proxy for a URL: one given for its scheme, else that of the environment unless `no_proxy` names the host.
pub(super) fn proxy_for(
    url: &Url,
    given: &[(String, String)],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let either = |name: &str| {
        variable(name).or_else(|| variable(&name.to_ascii_uppercase())).filter(|value| !value.trim().is_empty())
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    for key in
        [format!("{}://{host}", url.scheme()), url.scheme().to_owned(), format!("all://{host}"), "all".to_owned()]
    {
        if let Some((_, proxy)) = given.iter().find(|(scheme, _)| *scheme == key) {
            return Some(proxy.clone()).filter(|proxy| !proxy.is_empty());
        }
    }
    if either("no_proxy").is_some_and(|list| is_excluded(host, url.port(), &list)) {
        return None;
    }
    either(&format!("{}_proxy", url.scheme())).or_else(|| either("all_proxy"))
}

/// Names exclude themselves and what ends with them; addresses themselves; networks what is in them.
fn is_excluded(host: &str, port: Option<u16>, list: &str) -> bool {
    let with_port = port.map(|port| format!("{host}:{port}"));
    let address: Option<IpAddr> = host.parse().ok();
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let Some(address) = address {
            return entry == host || in_network(address, entry).unwrap_or(false);
        }
        let name = entry.trim_start_matches('.');
        let ends = |host: &str| {
            host.len() >= name.len()
                && host[host.len() - name.len()..].eq_ignore_ascii_case(name)
                && (host.len() == name.len() || host.as_bytes()[host.len() - name.len() - 1] == b'.')
        };
        host.is_ascii() && (ends(host) || with_port.as_deref().is_some_and(ends))
    })
}

fn in_network(address: IpAddr, network: &str) -> Option<bool> {
    let (base, length) = network.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    match (address, base.parse().ok()?) {
        (IpAddr::V4(address), IpAddr::V4(base)) if length <= 32 => {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            Some(address.to_bits() & mask == base.to_bits() & mask)
        }
        (IpAddr::V6(address), IpAddr::V6(base)) if length <= 128 => {
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            Some(address.to_bits() & mask == base.to_bits() & mask)
        }
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_by_scheme_and_host() {
        let variables = [
            ("http_proxy", "http://one:1"),
            ("HTTPS_PROXY", "http://two:2"),
            ("no_proxy", "local, .example.org,10.0.0.0/8,192.0.2.7, there:81"),
        ];
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        for (url, expected) in [
            ("http://host/", Some("http://one:1")),
            ("https://host/", Some("http://two:2")),
            ("http://local/", None),
            ("http://sub.local/", None),
            ("http://nonlocal/", Some("http://one:1")),
            ("http://EXAMPLE.org/", None),
            ("http://www.example.org:8080/", None),
            ("http://10.1.2.3/", None),
            ("http://11.1.2.3/", Some("http://one:1")),
            ("http://192.0.2.7/", None),
            ("http://there:81/", None),
            ("http://there/", Some("http://one:1")),
            ("http://[::1]/", Some("http://one:1")),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(proxy_for(&url, &[], &variable).as_deref(), expected, "{url}");
        }
        let given = [("http".to_owned(), "http://mine:3".to_owned())];
        let url = Url::parse("http://local/").unwrap();
        assert_eq!(proxy_for(&url, &given, &variable).as_deref(), Some("http://mine:3"));
        assert_eq!(proxy_for(&url, &[], &|_| None), None);
    }
}
