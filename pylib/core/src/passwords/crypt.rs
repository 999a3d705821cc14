use sha_crypt::{Params, sha256_crypt, sha512_crypt};
use thiserror::Error;

use super::{md5, text64};

/// Longer salts are cut.
const SHA_SALT: usize = 16;
const MD5_SALT: usize = 8;
const BCRYPT_SALT: usize = 22;

/// Why a password was not hashed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CryptError {
    /// The salt names no method, or one that is not known.
    #[error("the salt names no known method: it must begin with $6$, $5$, $2b$ or $1$")]
    UnknownMethod,
    /// The salt does not have the form of its method.
    #[error("the salt is not written correctly: {problem}")]
    BadSalt {
        /// What is wrong.
        problem: &'static str,
    },
    /// A NUL would end the password.
    #[error("the password holds a NUL character")]
    Nul,
}

/// The hash of a password; `salt` is the beginning of a hash, or a whole one, and names the method.
///
/// # Errors
/// A method that is not known, a salt that does not have its form, a password with a NUL.
pub fn crypt(password: &[u8], salt: &str) -> Result<String, CryptError> {
    if password.contains(&0) {
        return Err(CryptError::Nul);
    }
    if !salt.is_ascii() || salt.contains([':', '\n']) {
        return Err(CryptError::BadSalt { problem: "it holds a character that no salt has" });
    }
    if let Some(rest) = salt.strip_prefix("$6$") {
        return sha(password, rest, "$6$");
    }
    if let Some(rest) = salt.strip_prefix("$5$") {
        return sha(password, rest, "$5$");
    }
    if let Some(rest) = salt.strip_prefix("$1$") {
        let salt = cut(rest, MD5_SALT);
        return Ok(format!("$1${salt}${}", md5::hash(password, salt.as_bytes())));
    }
    for version in ["$2a$", "$2b$", "$2y$"] {
        if let Some(rest) = salt.strip_prefix(version) {
            return bcrypt_hash(password, rest, version);
        }
    }
    Err(CryptError::UnknownMethod)
}

/// What stands before the hash.
fn cut(rest: &str, limit: usize) -> &str {
    let salt = rest.split('$').next().unwrap_or_default();
    &salt[..salt.len().min(limit)]
}

fn sha(password: &[u8], rest: &str, method: &str) -> Result<String, CryptError> {
    let (rounds, rest) = match rest.strip_prefix("rounds=") {
        Some(rest) => {
            let (rounds, rest) = rest.split_once('$').unwrap_or((rest, ""));
            let is_number = rounds.bytes().all(|byte| byte.is_ascii_digit()) && !rounds.starts_with('0');
            let rounds = rounds.parse().ok().filter(|_| is_number);
            (Some(rounds.ok_or(CryptError::BadSalt { problem: "the number of rounds is none" })?), rest)
        }
        None => (None, rest),
    };
    let parameters = match rounds {
        Some(rounds) => Params::new(rounds)
            .map_err(|_| CryptError::BadSalt { problem: "the number of rounds is not from 1000 to 999999999" })?,
        None => Params::default(),
    };
    let salt = cut(rest, SHA_SALT);
    let mut text = match rounds {
        Some(rounds) => format!("{method}rounds={rounds}${salt}$"),
        None => format!("{method}{salt}$"),
    };
    if method == "$6$" {
        let sum = sha512_crypt(password, salt.as_bytes(), parameters);
        let mut order = [0, 21, 42];
        for _ in 0..21 {
            text64::push(&mut text, order.map(|at| sum[at]), 4);
            order = [order[1] + 1, order[2] + 1, order[0] + 1];
        }
        text64::push(&mut text, [0, 0, sum[63]], 2);
    } else {
        let sum = sha256_crypt(password, salt.as_bytes(), parameters);
        let mut order = [0, 10, 20];
        for _ in 0..10 {
            text64::push(&mut text, order.map(|at| sum[at]), 4);
            order = [order[2] + 1, order[0] + 1, order[1] + 1];
        }
        text64::push(&mut text, [0, sum[31], sum[30]], 3);
    }
    Ok(text)
}

fn bcrypt_hash(password: &[u8], rest: &str, version: &str) -> Result<String, CryptError> {
    let bad = |problem| CryptError::BadSalt { problem };
    let (cost, rest) = rest.split_once('$').ok_or_else(|| bad("there is no cost"))?;
    let is_cost = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
    let cost = cost.parse().ok().filter(|cost| is_cost && (4..=31).contains(cost));
    let cost = cost.ok_or_else(|| bad("the cost is not from 04 to 31"))?;
    let salt = rest.get(..BCRYPT_SALT).ok_or_else(|| bad("it is shorter than 22 characters"))?;
    let salt = bcrypt_salt(salt).ok_or_else(|| bad("it holds a character that no salt has"))?;
    // The cost was checked, which is all that can be wrong.
    let parts = bcrypt::hash_with_salt(password, cost, salt).map_err(|_| bad("the cost is refused"))?;
    let hash = parts.format_for_version(bcrypt::Version::TwoB);
    Ok(format!("{version}{}", &hash["$2b$".len()..]))
}

/// The bytes of a salt; what the last letter says beyond them does not count.
fn bcrypt_salt(letters: &str) -> Option<[u8; 16]> {
    let mut salt = [0; 16];
    let (mut bits, mut count, mut at) = (0_u32, 0, 0);
    for letter in letters.bytes() {
        let value = match letter {
            b'.' => 0,
            b'/' => 1,
            b'A'..=b'Z' => letter - b'A' + 2,
            b'a'..=b'z' => letter - b'a' + 28,
            b'0'..=b'9' => letter - b'0' + 54,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            salt[at] = u8::try_from(bits >> count & 0xff).ok()?;
            at += 1;
            if at == salt.len() {
                break;
            }
        }
    }
    Some(salt)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What libxcrypt makes of the same.
    const KNOWN: &[(&str, &str, &str)] = &[
        (
            "",
            "$6$abcdefgh",
            "$6$abcdefgh$v7sYNA18/BerGOYQLppYLyjH4yJilp8kqe/ef3KYMK9hOIdzH1yzcmP74Ay.m51y1jP3QqxM7Jl75S4CxDhBq.",
        ),
        (
            "",
            "$6$rounds=1000$saltsaltsaltsaltsalt",
            "$6$rounds=1000$saltsaltsaltsalt$iJqbB/BYYp/k8hcL2AYn5BDNHh9Q6TCCHLgS3lYXHdw/RGAJ9EMTSJXZi6WacUamFVuuJcWBPILX97MOz/Sri0",
        ),
        ("", "$5$x", "$5$x$yHbtfs4Y8t6X1xcJemNX.4JQRfUTafA2qQenWGLBee2"),
        (
            "",
            "$5$rounds=1234$abcdefghijklmnop",
            "$5$rounds=1234$abcdefghijklmnop$.05qJH4kJpvP4sTRqqRnIt1r1pcPb6q9yJMwZXnAc88",
        ),
        ("", "$1$abcdefghij", "$1$abcdefgh$M55TzYaaccxVGbptZWaxX/"),
        ("", "$1$ab", "$1$ab$rn6aQS/o7141mj179E/zA."),
        ("", "$2b$04$abcdefghijklmnopqrstuv", "$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq"),
        ("", "$2y$05$zyxwvutsrqponmlkjihgfe", "$2y$05$zyxwvutsrqponmlkjihgfehRVsePMmd5SGklr5KJSTZqK7SW7ipdG"),
        (
            "secret",
            "$6$abcdefgh",
            "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
        ),
        (
            "secret",
            "$6$rounds=1000$saltsaltsaltsaltsalt",
            "$6$rounds=1000$saltsaltsaltsalt$cv7no.30n.S75jcCNBQv6o7WVXQ5AaB1EpIeSKwsNupcnQDQ0DsukcAPRNjPumwKIBg2JK5ii9uw5enNnnA4N/",
        ),
        ("secret", "$5$x", "$5$x$u/w5rkS/ZkEW8w7w0VcSy915tS82tDWKB5Ee9giohyD"),
        (
            "secret",
            "$5$rounds=1234$abcdefghijklmnop",
            "$5$rounds=1234$abcdefghijklmnop$aSHuxojqVfEEV0.qtwGbO.ip54aS75PmrbE1peoBXEC",
        ),
        ("secret", "$1$abcdefghij", "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1"),
        ("secret", "$1$ab", "$1$ab$dslkcXxVH.x8LwW1W/oAB/"),
        ("secret", "$2b$04$abcdefghijklmnopqrstuv", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"),
        ("secret", "$2y$05$zyxwvutsrqponmlkjihgfe", "$2y$05$zyxwvutsrqponmlkjihgfe3ndEiL3GiIakKnDuqccvufF6mWkaRqC"),
        (
            "pässword",
            "$6$abcdefgh",
            "$6$abcdefgh$iiBW30h6MQUpgkXT9F87NVy6FIbloKXQmfPH87w2UkYa6T8cikoVXkyDCmOccwyrz69xvCZIs4Q.UiGV4ZRkv.",
        ),
        (
            "pässword",
            "$6$rounds=1000$saltsaltsaltsaltsalt",
            "$6$rounds=1000$saltsaltsaltsalt$qrf1Ewh81sF2sEXX/RURuKzE7B9zPYyRBgf69gWBzq63MPKF9bJUwEBp87t01A3stxAp855/9l0UsrHQvJEGN.",
        ),
        ("pässword", "$5$x", "$5$x$ypgXqum0FzBv2RQ9jLxyk0dPf87U8AMZmWkj..GTyDD"),
        (
            "pässword",
            "$5$rounds=1234$abcdefghijklmnop",
            "$5$rounds=1234$abcdefghijklmnop$zbmR3VnoPnVRQSefL20g5fC.Dyh2vkYIMhrJWHDnau/",
        ),
        ("pässword", "$1$abcdefghij", "$1$abcdefgh$6qENbeetgn0exf.OCTQaP0"),
        ("pässword", "$1$ab", "$1$ab$zSxXTAOa3MsUL6fbBrrN71"),
        ("pässword", "$2b$04$abcdefghijklmnopqrstuv", "$2b$04$abcdefghijklmnopqrstuum174eFeoTj0DHmtuueFaS3Wde4P7wHG"),
        ("pässword", "$2y$05$zyxwvutsrqponmlkjihgfe", "$2y$05$zyxwvutsrqponmlkjihgfet8UIT7u6dnjyofRBwihWZFTBjHDjBrq"),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$6$abcdefgh",
            "$6$abcdefgh$Nvk31TZoEuTUq.MkdUx.GD6fBjYTEdPeTnNMiXgmXEWIVcWa7UP3XG/WNbNPQ2jsb6gGqGU9Q83PpnzMBZMox.",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$6$rounds=1000$saltsaltsaltsaltsalt",
            "$6$rounds=1000$saltsaltsaltsalt$qNm0S3wDov6iYQ1ERHoyR3iMks.3QQoCNLsWN3hnnTAycpZcc.YOhZR1pW/cglJwDFq1OnLCkq/2dgQJzM01g0",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$5$x",
            "$5$x$QK2FFK6DEHO24l2g2noiqNQ8zGxLh8slXkuAiuMgQk/",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$5$rounds=1234$abcdefghijklmnop",
            "$5$rounds=1234$abcdefghijklmnop$o2WvWK4Q9vcSXhej1C65J0/u8y04cC8xZeZ.KE1jRu0",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$1$abcdefghij",
            "$1$abcdefgh$qZQJZIj/wBFysso0hpBg61",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$1$ab",
            "$1$ab$xYxcg6Ku8Fq4wHdUunBv1.",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$2b$04$abcdefghijklmnopqrstuv",
            "$2b$04$abcdefghijklmnopqrstuuVowyGbInmOzvaE6.v4p1zM2bpTaNJDq",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "$2y$05$zyxwvutsrqponmlkjihgfe",
            "$2y$05$zyxwvutsrqponmlkjihgfeoHiEcHh10/YqrAUpHvzpQIJrbyfWb8O",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$6$abcdefgh",
            "$6$abcdefgh$cY.gwgwu0VV7Jyzzmc2xEkL33zSd3U20POUeaTIIoFsZ5GeffKFHq9GU2JQbvJQuxAxrdUEDn3cPs5WV/8BXF0",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$6$rounds=1000$saltsaltsaltsaltsalt",
            "$6$rounds=1000$saltsaltsaltsalt$e1mc36PD2CyEzw.6vKOuO4ohI9AO2sDrYW2Av5VaGE3dOHJDdxo07qNdSrRIdKGp.KBgWDhqLTuSrDUyQWfRc0",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$5$x",
            "$5$x$6v5XP44XujKkQg45LlmoycPufN5YphOi0u6FbZAAonC",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$5$rounds=1234$abcdefghijklmnop",
            "$5$rounds=1234$abcdefghijklmnop$.aBpVxOZLQzvFK5Jo3VxEsiTBzK2eoseJtfuWN6vqIA",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$1$abcdefghij",
            "$1$abcdefgh$ik5OFxZy.9pEYrQbVfPCL/",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$1$ab",
            "$1$ab$GPHFpflLejyWVey0.CHFJ.",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$2b$04$abcdefghijklmnopqrstuv",
            "$2b$04$abcdefghijklmnopqrstuujwljQi5OCLZ0bCYisLOJ5OeEOvOv3cu",
        ),
        (
            "a long password that is longer than sixty-four bytes, to fill blocks",
            "$2y$05$zyxwvutsrqponmlkjihgfe",
            "$2y$05$zyxwvutsrqponmlkjihgfeD6faxaX6K/IfqVPaYlQt7iL.KSaOa..",
        ),
    ];

    #[test]
    fn hashes_are_those_of_the_c_library() {
        for (password, salt, hash) in KNOWN {
            assert_eq!(crypt(password.as_bytes(), salt).as_deref(), Ok(*hash), "{password:?} with {salt}");
            assert_eq!(crypt(password.as_bytes(), hash).as_deref(), Ok(*hash), "{password:?} with its hash");
        }
    }

    #[test]
    fn salts_that_mean_nothing_are_refused() {
        assert_eq!(crypt(b"secret", "ab"), Err(CryptError::UnknownMethod));
        for salt in
            ["$6$rounds=x$ab", "$6$rounds=10$ab", "$2b$99$abcdefghijklmnopqrstuv", "$2b$05$short", "$2b$05", "$5$a:b"]
        {
            assert!(matches!(crypt(b"secret", salt), Err(CryptError::BadSalt { .. })), "{salt}");
        }
        assert_eq!(crypt(b"a\0b", "$6$ab"), Err(CryptError::Nul));
    }
}
