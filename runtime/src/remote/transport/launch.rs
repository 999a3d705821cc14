//! The command line that starts the agent on a host, whatever the login shell there is, and brings the program there first if
//! it is missing.
//!
//! A login shell need not be one of POSIX, so it only gets words in single quotes. What is in them is for `/bin/sh`, has no single
//! quotes itself, and no exclamation mark and no line end, which csh would not leave alone.

/// What the host answers when it lacks the program: system, machine, and how contents may be packed.
pub(super) const WANTED: &str = "batou-agent: wanted";

/// What the host says when it could not start the program.
pub(super) const FAILED: &str = "batou-agent: failed";

/// Who the agent runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunAs<'name> {
    /// Whoever logs in.
    Login,
    /// This user; sudo is used if it is not who logs in.
    User(&'name str),
    /// This user, by sudo in any case.
    Sudo(&'name str),
}

/// The command line. `hash` names the program, `size` is its length in bytes.
pub(super) fn command_line(hash: &str, size: u64, run_as: RunAs<'_>) -> Option<String> {
    let inner = inner_script(hash, size);
    let (outer, user) = match run_as {
        RunAs::Login => return Some(format!("exec /bin/sh -c '{inner}'")),
        RunAs::User(user) => (
            "if test \"$(id -un)\" = \"$2\"; then exec /bin/sh -c \"$1\"; else exec sudo -n -H -u \"$2\" /bin/sh -c \
             \"$1\"; fi",
            user,
        ),
        RunAs::Sudo(user) => ("exec sudo -n -H -u \"$2\" /bin/sh -c \"$1\"", user),
    };
    // Names of users have none of these; whoever writes one means something else.
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.$@+".contains(letter);
    let is_name = !user.is_empty() && !user.starts_with('-') && user.chars().all(is_plain);
    is_name.then(|| format!("exec /bin/sh -c '{outer}' sh '{inner}' '{user}'"))
}

fn inner_script(hash: &str, size: u64) -> String {
    [
        "cd; export LC_ALL=C.UTF-8; d=${XDG_CACHE_HOME:-$HOME/.cache}/batou",
        &format!("a=$d/agent-{hash}"),
        "if test -x \"$a\"; then exec \"$a\" --as-agent; fi",
        "z=plain; if command -v gzip >/dev/null; then z=gzip; fi",
        // What a login shell printed before may have no line end.
        "echo",
        &format!("echo \"{WANTED} $(uname -s) $(uname -m) $z\""),
        "read n z || exit 1",
        "t=$d/new-$$",
        // What is deployed has the modes that the user's own umask gives.
        "(umask 077; mkdir -p \"$d\" && head -c \"$n\" | if test \"$z\" = gzip; then gzip -dc; else cat; fi >\"$t\" && chmod \
         700 \"$t\")",
        &format!(
            "if test \"$(wc -c <\"$t\" | tr -d \" \")\" = {size} && \"$t\" --as-agent {hash} && mv -f \"$t\" \"$a\"; then exec \
             \"$a\" --as-agent; fi"
        ),
        &format!("rm -f \"$t\"; echo \"{FAILED}\"; exit 1"),
    ]
    .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_shell_sees_what_it_would_change() {
        for run_as in [RunAs::Login, RunAs::User("service"), RunAs::Sudo("service")] {
            let line = command_line("abc", 17, run_as).expect("a name");
            let words = line.matches('\'').count();
            assert!(words == if run_as == RunAs::Login { 2 } else { 6 }, "{line}");
            assert!(!line.contains(['!', '\n']), "{line}");
        }
    }

    #[test]
    fn a_user_who_is_a_command_is_refused() {
        for user in ["", "-u", "a b", "a'b", "a;b", "a\nb", "$(x)"] {
            assert_eq!(command_line("abc", 17, RunAs::Sudo(user)), None, "{user}");
        }
    }
}
