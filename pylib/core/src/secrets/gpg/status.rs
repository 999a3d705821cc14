//! What gpg says: lines for programs, which begin with a mark, and words for people, in their language.

use std::collections::BTreeSet;

use super::MemberProblem;

const MARK: &str = "[GNUPG:] ";

/// What one call said.
#[derive(Debug, Default)]
pub(super) struct Status {
    /// The ids of the keys that a message is encrypted for; zeros for those that it does not tell.
    pub keys: BTreeSet<String>,
    /// The member that made encrypting fail.
    pub refused: Option<(String, MemberProblem)>,
    /// Whether a message was decrypted, and is as its author wrote it.
    pub is_decrypted: bool,
    /// Whether a secret key is missing.
    pub lacks_secret_key: bool,
    /// Whether one of the secret keys could be used, or could have been.
    pub has_secret_key: bool,
    /// Whether there was no OpenPGP message at all.
    pub is_no_message: bool,
    /// What was said for people, in one line.
    pub words: String,
}

impl Status {
    /// Takes apart what was written to standard error.
    pub fn parse(text: &str) -> Status {
        let mut status = Status::default();
        let mut words = Vec::new();
        let mut is_expired = false;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let Some(line) = line.strip_prefix(MARK) else {
                words.push(line.strip_prefix("gpg: ").unwrap_or(line));
                continue;
            };
            let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
            match keyword {
                "ENC_TO" => status.keys.extend(rest.split(' ').next().map(str::to_owned)),
                "INV_RECP" => {
                    let (reason, member) = rest.split_once(' ').unwrap_or((rest, ""));
                    status.refused = Some((member.to_owned(), problem(reason)));
                }
                "KEYEXPIRED" => is_expired = true,
                "DECRYPTION_OKAY" => status.is_decrypted = true,
                "DECRYPTION_KEY" => status.has_secret_key = true,
                "ERROR" if rest.starts_with("pkdecrypt_failed") => status.has_secret_key = true,
                "NO_SECKEY" => status.lacks_secret_key = true,
                "NODATA" => status.is_no_message = true,
                _ => {}
            }
        }
        if let Some((_, problem @ (MemberProblem::NoKey | MemberProblem::Other))) = &mut status.refused
            && is_expired
        {
            // gpg passes such a key over, and then has none.
            *problem = MemberProblem::Expired;
        }
        status.words = words.join("; ");
        status
    }
}

/// The reasons that gpg's DETAILS lists for INV_RECP.
fn problem(reason: &str) -> MemberProblem {
    match reason {
        "0" | "1" | "3" | "9" | "11" => MemberProblem::NoKey,
        "2" => MemberProblem::Ambiguous,
        "4" => MemberProblem::Revoked,
        "5" => MemberProblem::Expired,
        "10" => MemberProblem::Untrusted,
        _ => MemberProblem::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_lines_are_facts_and_others_are_words() {
        let status = Status::parse(
            "[GNUPG:] ENC_TO 886EC09DC2FFE9BE 18 0\n[GNUPG:] ENC_TO 0000000000000000 18 0\ngpg: encrypted with a key\n      \
             \"a@example.com\"\n[GNUPG:] NO_SECKEY 886EC09DC2FFE9BE\n[GNUPG:] DECRYPTION_FAILED\n",
        );
        assert_eq!(status.keys.into_iter().collect::<Vec<_>>(), ["0000000000000000", "886EC09DC2FFE9BE"]);
        assert!(status.lacks_secret_key && !status.is_decrypted && !status.has_secret_key);
        assert_eq!(status.words, "encrypted with a key; \"a@example.com\"");
    }

    #[test]
    fn the_reason_of_a_refusal_is_told() {
        for (lines, problem) in [
            ("[GNUPG:] INV_RECP 0 A Name <a@b>", MemberProblem::NoKey),
            ("[GNUPG:] INV_RECP 2 A Name <a@b>", MemberProblem::Ambiguous),
            ("[GNUPG:] INV_RECP 4 A Name <a@b>", MemberProblem::Revoked),
            ("[GNUPG:] INV_RECP 5 A Name <a@b>", MemberProblem::Expired),
            ("[GNUPG:] INV_RECP 10 A Name <a@b>", MemberProblem::Untrusted),
            ("[GNUPG:] INV_RECP 99 A Name <a@b>", MemberProblem::Other),
            ("[GNUPG:] KEYEXPIRED 1577923200\n[GNUPG:] INV_RECP 0 A Name <a@b>", MemberProblem::Expired),
            ("[GNUPG:] KEYEXPIRED 1577923200\n[GNUPG:] INV_RECP 10 A Name <a@b>", MemberProblem::Untrusted),
        ] {
            assert_eq!(Status::parse(lines).refused, Some(("A Name <a@b>".to_owned(), problem)), "{lines}");
        }
    }
}
