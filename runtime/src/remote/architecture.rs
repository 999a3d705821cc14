//! For which machines a program is made, as far as its first bytes tell: ELF (the System V ABI, "ELF Header") and Mach-O
//! (`mach-o/loader.h`).

use std::io::Read;

/// How many bytes tell it.
const HEAD: usize = 20;

/// Machines of ELF by their number, with the names that `uname -m` has for them.
const ELF_MACHINES: [(u16, &[&str]); 8] = [
    (3, &["i686", "i586", "i486", "i386"]),
    (21, &["ppc64le", "ppc64"]),
    (22, &["s390x"]),
    (40, &["armv7l", "armv6l", "armv8l"]),
    (62, X86_64),
    (183, AARCH64),
    (243, &["riscv64"]),
    (258, &["loongarch64"]),
];

/// Machines of Mach-O by their number.
const MACH_MACHINES: [(u32, &[&str]); 2] = [(0x0100_0007, X86_64), (0x0100_000c, AARCH64)];

const X86_64: &[&str] = &["x86_64", "amd64"];
const AARCH64: &[&str] = &["aarch64", "arm64"];

/// A kind of machines that run the same programs, by the names that `uname` has for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Architecture {
    /// The system (`uname -s`).
    pub system: &'static str,
    /// Its machines (`uname -m`), each of them a word of letters, digits and underscores.
    pub machines: &'static [&'static str],
}

impl Architecture {
    /// What the program that begins like this is made for; nothing if it is no program of a known kind.
    pub fn of(content: &mut impl Read) -> Option<Self> {
        let mut head = [0; HEAD];
        content.read_exact(&mut head).ok()?;
        match head {
            // 64 or 32 bits, which byte comes first, the version, and the system: none in particular, or GNU.
            [0x7f, b'E', b'L', b'F', _, order, 1, 0 | 3, ..] => {
                let bytes = [head[18], head[19]];
                let number = if order == 2 { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
                let (_, machines) = ELF_MACHINES.into_iter().find(|(other, _)| *other == number)?;
                Some(Self { system: "Linux", machines })
            }
            [0xcf, 0xfa, 0xed, 0xfe, a, b, c, d, ..] => {
                let number = u32::from_le_bytes([a, b, c, d]);
                let (_, machines) = MACH_MACHINES.into_iter().find(|(other, _)| *other == number)?;
                Some(Self { system: "Darwin", machines })
            }
            _ => None,
        }
    }

    /// Whether a machine is of this kind that `uname` calls so.
    pub fn is(self, system: &str, machine: &str) -> bool {
        system == self.system && self.machines.contains(&machine)
    }

    /// The name for people.
    pub fn name(self) -> String {
        format!("{} {}", self.system, self.machines[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(order: u8, system: u8, machine: [u8; 2]) -> Vec<u8> {
        let mut head = vec![0x7f, b'E', b'L', b'F', 2, order, 1, system];
        head.resize(18, 0);
        head.extend(machine);
        head
    }

    #[test]
    fn the_first_bytes_tell_for_whom_a_program_is() {
        let name = |bytes: &[u8]| Architecture::of(&mut &bytes[..]).map(Architecture::name);
        assert_eq!(name(&elf(1, 0, [62, 0])).as_deref(), Some("Linux x86_64"));
        assert_eq!(name(&elf(1, 3, [183, 0])).as_deref(), Some("Linux aarch64"));
        assert_eq!(name(&elf(2, 0, [0, 22])).as_deref(), Some("Linux s390x"));
        assert_eq!(name(&elf(1, 9, [62, 0])), None, "FreeBSD");
        assert_eq!(name(&elf(1, 0, [8, 0])), None, "MIPS");
        assert_eq!(name(&elf(1, 0, [62, 0])[..19]), None);
        assert_eq!(name(b"#!/bin/sh\necho no program for sure\n"), None);
        let mut mac = vec![0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1];
        mac.resize(HEAD, 0);
        assert_eq!(name(&mac).as_deref(), Some("Darwin aarch64"));
    }

    #[test]
    fn a_machine_has_several_names() {
        let architecture = Architecture::of(&mut &elf(1, 0, [183, 0])[..]).expect("known");
        assert!(architecture.is("Linux", "aarch64") && architecture.is("Linux", "arm64"));
        assert!(!architecture.is("Linux", "x86_64") && !architecture.is("Darwin", "arm64"));
    }

    #[test]
    fn this_program_is_for_this_machine() {
        let mut own = std::env::current_exe().and_then(std::fs::File::open).expect("it can be read");
        let uname = rustix::system::uname();
        let (system, machine) = (uname.sysname().to_string_lossy(), uname.machine().to_string_lossy());
        assert!(Architecture::of(&mut own).is_some_and(|own| own.is(&system, &machine)));
    }
}
