//! The program in a root directory that holds nothing but a shell and `/dev`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::{BATOU, LOCAL, Project, SAMPLE_KEY, copy, end_service, finish, need_root, wait_for_line};

/// Where distributions put a statically linked busybox.
const BUSYBOXES: [&str; 4] = ["/bin/busybox", "/usr/bin/busybox", "/bin/busybox.static", "/usr/bin/busybox-static"];

/// The types of program headers of an ELF file of 64 bits.
fn program_headers(path: &Path) -> Vec<u32> {
    let bytes = fs::read(path).expect("the program can be read");
    assert_eq!(&bytes[..5], b"\x7fELF\x02", "{} is no program for 64 bits", path.display());
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let (offset, size, count) = (number(0x20, 8), number(0x36, 2), number(0x38, 2));
    (0..count).map(|index| number(offset + index * size, 4) as u32).collect()
}

#[test]
fn programs_need_no_loader_and_no_library() {
    const INTERPRETER: u32 = 3;
    const LOAD: u32 = 1;
    for program in [BATOU, LOCAL] {
        let headers = program_headers(Path::new(program));
        assert!(headers.contains(&LOAD), "{program}: the headers were not understood: {headers:?}");
        assert!(!headers.contains(&INTERPRETER), "{program} asks for a dynamic loader");
    }
    // The check can fail: the shell of the system has a loader, unless the system is linked statically as a whole.
    let shell = fs::canonicalize("/bin/sh").expect("there is a shell");
    let words = Command::new("ldd").arg(&shell).output().expect("ldd runs");
    if words.status.success() {
        assert!(program_headers(&shell).contains(&INTERPRETER));
    }
}

/// Makes a root directory with a shell and devices, and gives the directory of the programs in it.
fn make_root(root: &Path) {
    need_root("another root directory");
    let busybox = BUSYBOXES.iter().map(Path::new).find(|path| path.exists()).unwrap_or_else(|| {
        panic!("no busybox in {BUSYBOXES:?}: install a statically linked one (Debian: busybox-static)")
    });
    assert!(!program_headers(busybox).contains(&3), "{} is not linked statically", busybox.display());
    for directory in ["bin", "dev"] {
        fs::create_dir_all(root.join(directory)).expect("a directory");
    }
    fs::copy(busybox, root.join("bin/busybox")).expect("the shell can be copied");
    // The service of the sample calls these; busybox is all of them.
    for name in ["sh", "date", "mv", "sleep"] {
        symlink("busybox", root.join("bin").join(name)).expect("a link");
    }
    for (name, minor) in [("null", "3"), ("zero", "5"), ("random", "8"), ("urandom", "9")] {
        let device = root.join("dev").join(name);
        let made = Command::new("mknod").args(["-m", "666"]).arg(device).args(["c", "1", minor]).status();
        let made = made.expect("mknod runs");
        assert!(made.success(), "the device {name} cannot be made");
    }
}

#[test]
fn the_sample_deploys_where_there_is_nothing_but_a_shell() {
    let project = Project::sample();
    let root = project.place().join("root");
    make_root(&root);
    copy(&project.path(""), &root.join("project"));
    fs::copy(LOCAL, root.join("bin/batou-local")).expect("the program can be copied");
    let run = || {
        let mut command = Command::new("chroot");
        command.arg(&root).args(["/bin/sh", "-c", "cd /project && exec /bin/batou-local dev"]);
        command.env_clear().env("PATH", "/bin:/usr/sbin:/usr/bin:/sbin").env("BATOU_AGE_IDENTITIES", SAMPLE_KEY);
        finish(&mut command)
    };
    let pidfile = root.join("project/work/tick/tick.pid");
    let result = std::panic::catch_unwind(|| {
        let first = run();
        assert_eq!(first.code, Some(0), "{first}");
        assert!(first.last_line().contains("DEPLOYMENT FINISHED"), "{first}");
        wait_for_line(&root.join("project/work/tick/time.txt"));
        let pid = fs::read_to_string(&pidfile).expect("a pid file");
        let second = run();
        assert_eq!(second.code, Some(0), "{second}");
        second.assert_tells("nothing to do");
        assert_eq!(fs::read_to_string(&pidfile).expect("a pid file"), pid, "the service was started anew");
    });
    end_service(&pidfile);
    if let Err(panic) = result {
        std::panic::resume_unwind(panic);
    }
}
