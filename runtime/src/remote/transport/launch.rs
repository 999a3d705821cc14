//! The command line that starts the agent on a host, whatever the login shell there is, and brings the program there first if
//! it is missing.
//!
//! A login shell need not be one of POSIX, so it only gets words in single quotes. What is in them is for `/bin/sh`, has no single
//! quotes itself, and no exclamation mark and no line end, which csh would not leave alone.

use crate::remote::architecture::Architecture;

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

/// A program that a host may run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice<'program> {
    /// What names it.
    pub hash: &'program str,
    /// Its length in bytes.
    pub size: u64,
}

/// The command line. Hosts run the first program, but for those of other architectures.
pub(super) fn command_line(
    own: Choice<'_>,
    others: &[(Architecture, Choice<'_>)],
    run_as: RunAs<'_>,
) -> Option<String> {
    let inner = inner_script(own, others);
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

fn inner_script(own: Choice<'_>, others: &[(Architecture, Choice<'_>)]) -> String {
    let named = |choice: &Choice<'_>| format!("h={}; s={}", choice.hash, choice.size);
    let mut choose = named(&own);
    if !others.is_empty() {
        choose.push_str("; case \"$(uname -s) $(uname -m)\" in");
        for (architecture, choice) in others {
            let patterns: Vec<String> =
                architecture.machines.iter().map(|machine| format!("\"{} {machine}\"", architecture.system)).collect();
            choose.push_str(&format!(" {}) {};;", patterns.join("|"), named(choice)));
        }
        choose.push_str(" esac");
    }
    [
        "cd; export LC_ALL=C.UTF-8; d=${XDG_CACHE_HOME:-$HOME/.cache}/batou",
        &choose,
        "a=$d/agent-$h",
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
        "w=$(wc -c <\"$t\" | tr -d \" \")",
        "if test \"$w\" = \"$s\"; then \"$t\" --as-agent \"$h\" && mv -f \"$t\" \"$a\" && exec \"$a\" --as-agent; else echo \"${w:-0} of \
         $s bytes of the program arrived\" >&2; fi",
        &format!("rm -f \"$t\"; echo \"{FAILED}\"; exit 1"),
    ]
    .join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Choice<'static> = Choice { hash: "abc", size: 17 };
    const OTHER: (Architecture, Choice<'static>) =
        (Architecture { system: "Linux", machines: &["aarch64", "arm64"] }, Choice { hash: "def", size: 18 });

    #[test]
    fn no_shell_sees_what_it_would_change() {
        for others in [&[][..], &[OTHER]] {
            for run_as in [RunAs::Login, RunAs::User("service"), RunAs::Sudo("service")] {
                let line = command_line(OWN, others, run_as).expect("a name");
                let words = line.matches('\'').count();
                assert!(words == if run_as == RunAs::Login { 2 } else { 6 }, "{line}");
                assert!(!line.contains(['!', '\n']), "{line}");
            }
        }
    }

    #[test]
    fn a_user_who_is_a_command_is_refused() {
        for user in ["", "-u", "a b", "a'b", "a;b", "a\nb", "$(x)"] {
            assert_eq!(command_line(OWN, &[], RunAs::Sudo(user)), None, "{user}");
        }
    }

    #[test]
    fn a_host_runs_the_program_for_its_architecture() {
        let place = tempfile::tempdir().expect("a directory");
        for (name, text) in [("agent-abc", "own"), ("agent-def", "other")] {
            let path = place.path().join("batou").join(name);
            write_program(&path, &format!("echo {text}"));
        }
        for (machine, expected) in [("x86_64", "own\n"), ("aarch64", "other\n"), ("arm64", "other\n")] {
            write_program(
                &place.path().join("bin/uname"),
                &format!("case $1 in -m) echo {machine};; *) echo Linux;; esac"),
            );
            let line = command_line(OWN, &[OTHER], RunAs::Login).expect("nobody in particular");
            #[expect(clippy::disallowed_methods, reason = "what a host does")]
            let ran = std::process::Command::new("/bin/sh")
                .args(["-c", &line])
                .env("XDG_CACHE_HOME", place.path())
                .env("PATH", format!("{}:/usr/bin:/bin", place.path().join("bin").display()))
                .output()
                .expect("a shell");
            assert_eq!(String::from_utf8_lossy(&ran.stdout), expected, "{machine}");
        }
    }

    #[expect(clippy::disallowed_methods, reason = "what a host has")]
    fn write_program(path: &std::path::Path, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, format!("#!/bin/sh\n{script}\n")).expect("a file");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    }
}
