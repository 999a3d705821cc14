//! Whole selections, with an index on this machine.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use tempfile::TempDir;

use super::test_index::{TestIndex, archive, wheel};
use super::*;

/// A project with a cache beside it.
struct Project {
    place: TempDir,
    variables: Vec<(String, String)>,
    is_offline: bool,
}

impl Project {
    fn new(index: Option<&TestIndex>) -> Self {
        let place = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(place.path().join("project")).expect("a directory");
        // What the machine is configured for must not count in tests.
        let mut variables = vec![("PIP_CONFIG_FILE".to_owned(), "/dev/null".to_owned())];
        variables.extend(index.map(|index| ("PIP_INDEX_URL".to_owned(), index.url())));
        Self { place, variables, is_offline: false }
    }

    fn root(&self) -> PathBuf {
        self.place.path().join("project")
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, content).expect("a file");
    }

    fn lock(&self) -> String {
        std::fs::read_to_string(self.root().join(LOCK)).expect("a lock")
    }

    fn surroundings(&self) -> Surroundings {
        let variables = self.variables.clone();
        let lookup = move |name: &str| variables.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        Surroundings {
            variable: Box::new(lookup),
            home: None,
            cache: self.place.path().join("cache"),
            is_offline: self.is_offline,
            progress: Box::new(|_| {}),
        }
    }

    fn select(&self) -> Result<Selection, PackageError> {
        select(&self.root(), LockPolicy::WriteMissing, &self.surroundings())
    }

    fn error(&self) -> String {
        let error = self.select().expect_err("this cannot be selected");
        let mut lines = vec![error.to_string()];
        lines.extend(error.facts().iter().map(|fact| format!("- {fact}")));
        lines.extend(error.hints().iter().map(|hint| format!("hint: {hint}")));
        lines.join("\n").replace(&self.place.path().display().to_string(), "PLACE")
    }
}

fn names(selection: &Selection) -> Vec<String> {
    let shown = |package: &Package| format!("{} {}", package.name, package.version.as_deref().unwrap_or("-"));
    selection.packages.iter().map(shown).collect()
}

#[test]
fn without_files_nothing_is_done() {
    let project = Project::new(None);
    assert_eq!(project.select().expect("nothing"), Selection::default());
    assert!(!project.place.path().join("cache").exists());
}

#[test]
fn what_is_brought_along_needs_no_index_and_no_lock() {
    let project = Project::new(None);
    project
        .write(REQUIREMENTS, "batou>=2.4.1\nPyYAML\nrequests[socks]==2.0 --hash=sha256:".to_owned() + &"a".repeat(64));
    let selection = project.select().expect("nothing to fetch");
    assert!(selection.packages.is_empty() && selection.skipped.len() == 3);
    assert!(!project.root().join(LOCK).exists());
}

#[test]
fn both_forms_of_an_index_are_resolved_locked_and_kept() {
    for is_json in [true, false] {
        let mut index = TestIndex::new(is_json);
        index.package("a", "1.0", &["b>=1", "batou>=2", "only-windows; sys_platform == 'win32'"]);
        index.package("a", "2.0rc1", &[]);
        index.package("b", "1.0", &[]);
        index.package("b", "1.5", &["c[x]<2"]);
        index.package("c", "1.9", &["d; extra == 'x'"]);
        index.package("c", "2.0", &[]);
        index.package("d", "1.0", &[]);
        let mut project = Project::new(Some(&index));
        project.write(REQUIREMENTS, "# comment\nA  # the newest release\n");
        let first = project.select().expect("selected");
        assert_eq!(names(&first), ["a 1.0", "b 1.5", "c 1.9", "d 1.0"], "{is_json}");
        let directories = first.directories();
        assert_eq!(std::fs::read_to_string(directories[0].join("a.py")).expect("a module"), "version = '1.0'\n");
        assert!(directories[0].join("a_more.py").exists());
        let lock = project.lock();
        assert!(lock.contains("\na==1.0 \\\n    --hash=sha256:"), "{lock}");

        let asked = index.asked().len();
        let second = project.select().expect("selected");
        assert_eq!((names(&second), second.directories()), (names(&first), directories));
        assert_eq!(index.asked().len(), asked, "the second run asks nobody");

        // Without the stamp the lock and the kept wheels are enough.
        std::fs::remove_dir_all(project.place.path().join("cache/selections")).expect("removed");
        project.is_offline = true;
        assert_eq!(names(&project.select().expect("offline")), names(&first));
        assert_eq!(index.asked().len(), asked);
        assert_eq!(project.lock(), lock, "a lock is never rewritten");
    }
}

#[test]
fn a_prediction_writes_no_lock_and_the_next_run_does() {
    let mut index = TestIndex::new(true);
    index.package("a", "1.0", &[]);
    let project = Project::new(Some(&index));
    project.write(REQUIREMENTS, "a\n");
    let selection = select(&project.root(), LockPolicy::Leave, &project.surroundings()).expect("selected");
    assert!(!selection.is_locked && !project.root().join(LOCK).exists());
    assert!(project.select().expect("selected").is_locked && project.root().join(LOCK).exists());
}

#[test]
fn conflicts_are_facts_with_their_places() {
    let mut index = TestIndex::new(true);
    index.package("a", "1.0", &["c<2"]);
    index.package("b", "1.0", &["c>=2"]);
    index.package("c", "1.0", &[]);
    index.package("c", "2.0", &[]);
    let project = Project::new(Some(&index));
    project.write(REQUIREMENTS, "a\n\nb==1.0\n");
    let error = project.error();
    assert!(error.starts_with("the requirements cannot be fulfilled together\n- requirements.txt:"), "{error}");
    for fact in [
        "requirements.txt:1 requires `a`",
        "requirements.txt:3 requires `b==1.0`",
        "b ==1.0 requires c >=2",
        " requires c <2",
    ] {
        assert!(error.contains(fact), "{fact:?} is missing in\n{error}");
    }
    assert!(error.ends_with("hint: loosen one of these requirements in requirements.txt"), "{error}");
    project.write(REQUIREMENTS, "a\nc>=3\n");
    let error = project.error();
    assert!(error.contains("- requirements.txt:2 requires `c>=3`"), "{error}");
    assert!(error.contains("there is no version of c >=3"), "{error}");
}

#[test]
fn files_that_cannot_be_used_are_refused_with_the_remedy() {
    let mut index = TestIndex::new(true);
    index.file("compiled", "compiled-1.0-cp314-cp314-manylinux_2_17_x86_64.whl", b"x", "");
    index.file("source", "source-1.0.tar.gz", b"x", "");
    index.file("newer", "newer-1.0-py3-none-any.whl", &wheel("newer", "1.0", &[], ""), ">=3.99");
    let project = Project::new(Some(&index));
    for (name, reason, remedy) in [
        ("compiled", "compiled cannot be used: it needs a C extension", ""),
        ("source", "source cannot be used: there is only its source code (source-1.0.tar.gz) and no wheel", ""),
        ("newer", "newer cannot be used: it demands Python >=3.99", ""),
    ] {
        project.write(REQUIREMENTS, name);
        let error = project.error();
        assert!(error.replace(" ==1.0", "").contains(reason) && error.contains(remedy), "{error}");
        project.write(LOCK, format!("{name}==1.0\n"));
        let error = project.error();
        assert!(error.starts_with(&format!("{name} 1.0 cannot be used: ")) && error.contains("hint: "), "{error}");
        std::fs::remove_file(project.root().join(LOCK)).expect("removed");
    }
    // An older version that can be used is better than none.
    index.package("compiled", "0.9", &[]);
    project.write(REQUIREMENTS, "compiled");
    assert_eq!(names(&project.select().expect("selected")), ["compiled 0.9"]);
}

#[test]
fn another_content_than_that_of_the_lock_is_refused() {
    let mut index = TestIndex::new(false);
    let content = index.package("a", "1.0", &[]);
    let sum = Checksum::sha256(&content);
    let project = Project::new(Some(&index));
    project.write(LOCK, format!("a==1.0 --hash=sha256:{}\n", "0".repeat(64)));
    let error = project.error();
    assert!(error.starts_with("requirements.lock:1: no wheel of a 1.0 has one of the checksums"), "{error}");
    project.write(LOCK, format!("a==1.0 --hash={sum}\n"));
    index.put("/files/a-1.0-py3-none-any.whl", "", b"something else");
    let error = project.error();
    assert!(error.contains("a-1.0-py3-none-any.whl is not the file that was asked for: its sha256 is"), "{error}");
    index.put("/files/a-1.0-py3-none-any.whl", "", &content);
    assert_eq!(names(&project.select().expect("selected")), ["a 1.0"]);
}

#[test]
fn members_that_lead_elsewhere_are_refused() {
    let metadata = ("a-1.0.dist-info/METADATA", "Name: a\nVersion: 1.0\n");
    for member in ["../evil.py", "/evil.py", "a/../../evil.py", "a\\..\\evil.py"] {
        let project = Project::new(None);
        project.write("a-1.0-py3-none-any.whl", archive(&[metadata, (member, "")]));
        project.write(REQUIREMENTS, "./a-1.0-py3-none-any.whl\n");
        let error = project.error();
        assert!(error.contains("leads elsewhere"), "{member}: {error}");
        assert!(!project.place.path().join("evil.py").exists());
    }
    let project = Project::new(None);
    project.write("a-1.0-py3-none-any.whl", b"no archive");
    project.write(REQUIREMENTS, "./a-1.0-py3-none-any.whl\n");
    assert!(project.error().contains("a-1.0-py3-none-any.whl is not a usable wheel"), "{}", project.error());
}

#[test]
fn directories_and_what_they_require() {
    let mut index = TestIndex::new(true);
    index.package("a", "1.0", &[]);
    index.package("b", "1.0", &[]);
    let project = Project::new(Some(&index));
    project.write("lib/one/pyproject.toml", "[project]\nname = 'One'\nversion = '3'\ndependencies = ['a']\n");
    project.write("lib/one/src/one.py", "");
    project.write(
        "lib/two/setup.cfg",
        "[metadata]\nname = two\n[options]\npackage_dir =\n    = code\ninstall_requires =\n    b\n    one>=1\n",
    );
    project
        .write("lib/three/setup.py", "from setuptools import setup\nsetup(name='three', install_requires=['batou'])\n");
    project.write(REQUIREMENTS, "-e ./lib/one\n./lib/two\nlib/three\n");
    let selection = project.select().expect("selected");
    assert_eq!(names(&selection), ["a 1.0", "b 1.0", "one 3", "three -", "two -"]);
    let root = project.root();
    let expected = [root.join("lib/one/src"), root.join("lib/three"), root.join("lib/two/code")];
    assert_eq!(selection.directories()[1..4], expected);
    let lock = project.lock();
    assert!(
        lock.contains("\n-e ./lib/one\n") && lock.contains("\n./lib/two\n") && lock.contains("\n./lib/three\n"),
        "{lock}"
    );
    // What a directory requires counts at once; the lock lacks it.
    project
        .write("lib/three/setup.py", "from setuptools import setup\nsetup(name='three', install_requires=['new'])\n");
    let selection = project.select().expect("selected");
    assert!(
        selection.warnings.contains(&"three requires `new`, which is not there".to_owned()),
        "{:?}",
        selection.warnings
    );
    project.write(LOCK, "-e ./lib/none\n");
    assert!(project.error().contains("project/lib/none: there is no such directory"), "{}", project.error());
}

#[test]
fn directories_are_described_as_installed_packages_are() {
    let project = Project::new(None);
    project.write(
        "one/pyproject.toml",
        "[project]\nname = 'Our.One'\nversion = '1.5'\ndescription = 'The first'\ndependencies = ['batou>=2']\n\
         [project.optional-dependencies]\nmore = [\"py; python_version > '3'\"]\n[project.scripts]\none = 'one:main'\n\
         [project.entry-points.group]\na = 'one:a'\n",
    );
    project.write(
        "two/setup.cfg",
        "[metadata]\nname = two\nversion = attr: two.version\n[options.entry_points]\ngroup =\n    b = two:b\n    c = two:c\n",
    );
    project.write("three/setup.py", "setup(name='three', version=version())\n");
    project.write("three/three.egg-info/PKG-INFO", "Metadata-Version: 2.1\nName: three\nVersion: 3.1\n");
    project.write(REQUIREMENTS, "./one\n./two\n./three\n");
    let selection = project.select().expect("selected");
    assert_eq!(names(&selection), ["our-one 1.5", "three 3.1", "two -"]);
    let descriptions = selection.directories().remove(0);
    let read = |path: &str| std::fs::read_to_string(descriptions.join(path)).expect(path);
    assert_eq!(
        read("our_one-1.5.dist-info/METADATA"),
        "Metadata-Version: 2.1\nName: Our.One\nVersion: 1.5\nSummary: The first\nRequires-Dist: batou>=2\n\
         Provides-Extra: more\nRequires-Dist: py ; python_full_version >= '3.1' and extra == 'more'\n"
    );
    assert_eq!(
        read("our_one-1.5.dist-info/entry_points.txt"),
        "[console_scripts]\none = one:main\n\n[group]\na = one:a\n"
    );
    assert_eq!(read("two-0.0.0.dist-info/METADATA"), "Metadata-Version: 2.1\nName: two\nVersion: 0.0.0\n");
    assert_eq!(read("two-0.0.0.dist-info/entry_points.txt"), "[group]\nb = two:b\nc = two:c\n");
    assert!(read("three-3.1.dist-info/METADATA").ends_with("\nVersion: 3.1\n"));

    // They follow what they describe, and are made anew when they are gone.
    project.write("three/three.egg-info/PKG-INFO", "Metadata-Version: 2.1\nName: three\nVersion: 3.2\n");
    let changed = project.select().expect("selected").directories().remove(0);
    assert!(changed.join("three-3.2.dist-info/METADATA").is_file() && changed != descriptions);
    std::fs::remove_dir_all(&changed).expect("removed");
    assert_eq!(project.select().expect("selected").directories()[0], changed);
    assert!(changed.join("three-3.2.dist-info/METADATA").is_file());
}

#[test]
fn an_update_changes_what_it_is_asked_to() {
    let mut index = TestIndex::new(true);
    for name in ["a", "b"] {
        index.package(name, "1.0", &[]);
    }
    let project = Project::new(Some(&index));
    project.write(REQUIREMENTS, "a\nb\n");
    project.select().expect("selected");
    for name in ["a", "b"] {
        index.package(name, "2.0", &[]);
    }
    let name = PackageName::from_str("b").expect("a name");
    let updated = update(&project.root(), &[name], &project.surroundings()).expect("updated");
    assert_eq!(names(&updated.selection), ["a 1.0", "b 2.0"]);
    assert_eq!(updated.changes.len(), 1);
    let updated = update(&project.root(), &[], &project.surroundings()).expect("updated");
    assert_eq!(names(&updated.selection), ["a 2.0", "b 2.0"]);
    assert!(updated.is_written);
    assert!(!update(&project.root(), &[], &project.surroundings()).expect("updated").is_written);
    let stranger = PackageName::from_str("stranger").expect("a name");
    let refused = update(&project.root(), &[stranger], &project.surroundings()).expect_err("unknown");
    assert_eq!(refused.to_string(), "`stranger` is none of the packages of this project");
}

#[test]
fn locks_as_others_write_them() {
    let mut index = TestIndex::new(false);
    let sum = Checksum::sha256(&index.package("a", "1.0", &[]));
    let project = Project::new(Some(&index));
    let wanted = "a\nbatou\n";
    project.write(REQUIREMENTS, wanted);
    let header = |text: &str| format!("# appenv-requirements-hash: {}\n", Checksum::sha256(text.as_bytes()).digits);
    let rest = format!("a==1.0 --hash={sum}\nbatou==2.7.1 --hash=sha256:{}\nPyYAML==6.0.3\n", "1".repeat(64));
    project.write(LOCK, header(wanted) + &rest);
    let selection = project.select().expect("selected");
    assert_eq!((names(&selection), selection.warnings.clone()), (vec!["a 1.0".to_owned()], vec![]));
    project.write(LOCK, header("other") + &rest);
    let selection = project.select().expect("selected");
    assert!(selection.warnings[0].starts_with("requirements.lock was not made of requirements.txt as it is now"));
    project.write(LOCK, "a>=1.0\n");
    assert!(project.error().starts_with("requirements.lock:1: a lock names one version of each package"));
    project.write(LOCK, "a==3.0\n");
    assert!(project.error().starts_with("no index has `a` in version 3.0"));
}

#[test]
fn nothing_says_where_to_look() {
    let mut project = Project::new(None);
    project.write(REQUIREMENTS, "a\n");
    let error = project.error();
    assert!(error.starts_with("no package index is named, so `a` cannot be looked for\nhint: name one: "), "{error}");
    project.write("wheels/b-1.0-py3-none-any.whl", wheel("b", "1.0", &[], ""));
    project.write(REQUIREMENTS, "--find-links ./wheels\na\n");
    let error = project.error();
    assert!(
        error.contains("no package index is named, so only file:") && error.contains("\nhint: to name one: "),
        "{error}"
    );
    let index = TestIndex::new(true);
    project.write(REQUIREMENTS, format!("--index-url {}\na\n", index.url().replace("://", "://user:secret@")));
    let error = project.error();
    assert!(error.starts_with("no index has a package `a`") && !error.contains("secret"), "{error}");
    assert_eq!(index.asked(), ["/simple/a/ basic dxnlcjpzzwnyzxq="]);
    project.is_offline = true;
    project.write(REQUIREMENTS, format!("--index-url {}\nb\n", index.url()));
    assert!(
        project.error().contains("is not in the cache, and the network must not be used\nhint: "),
        "{}",
        project.error()
    );
}

#[test]
fn configuration_files_name_the_index() {
    let mut index = TestIndex::new(true);
    index.package("a", "1.0", &[]);
    let mut project = Project::new(None);
    let file = project.root().join("pip.conf");
    project.write(
        "pip.conf",
        format!("# comment\n[global]\ncert =\nindex-url = {}\n[freeze]\ntimeout = 10\n", index.url()),
    );
    project.variables = vec![("PIP_CONFIG_FILE".to_owned(), file.display().to_string())];
    project.write(REQUIREMENTS, "a\n");
    assert_eq!(names(&project.select().expect("selected")), ["a 1.0"]);
}

#[test]
fn directories_of_wheels_are_an_index_too() {
    let project = Project::new(None);
    project.write("wheels/a_b-1.0-py3-none-any.whl", wheel("a-b", "1.0", &[], ""));
    project.write(REQUIREMENTS, "--no-index\n--find-links ./wheels\na-b\n");
    assert_eq!(names(&project.select().expect("selected")), ["a-b 1.0"]);
}

#[test]
fn lines_are_understood_or_refused_with_their_place() {
    let fine = [
        "a",
        "a==1.0",
        "a >= 1, < 2",
        "a[x,y]~=1.0",
        "a (>=1)",
        "a;python_version<'3'",
        "a==1.* ; sys_platform == 'linux'",
        "A.b_c",
        "a @ https://host/a-1.0-py3-none-any.whl",
        "https://host/a-1.0-py3-none-any.whl#sha256=x",
        "--pre",
        "--trusted-host host",
        "--use-feature=fast-deps",
        "--only-binary :all:",
        "--no-index",
        "a --config-settings x=y",
        "",
    ];
    let project = Project::new(None);
    for line in fine {
        project.write("lines.txt", format!("{line}\n"));
        let read = requirement_file::read(&project.root().join("lines.txt"), &project.root(), &project.surroundings());
        assert!(read.is_ok(), "{line:?}: {read:?}");
    }
    let broken = [
        ("a==", "lines.txt:2: "),
        ("a>>1", "lines.txt:2: "),
        ("==1", "lines.txt:2: "),
        ("a b", "lines.txt:2: "),
        ("a; python_version", "lines.txt:2: "),
        ("a --hash=md5:1", "lines.txt:2: a checksum is `sha256:`"),
        ("a --hash=sha256:zz", "lines.txt:2: a checksum is `sha256:`"),
        ("--hash=sha256:aa", "lines.txt:2: a checksum is"),
        ("--unknown", "lines.txt:2: unknown option `--unknown`: `--unknown`"),
        ("-r missing.txt", "lines.txt:2: cannot read "),
        ("-r lines.txt", "lines.txt:2: lines.txt includes itself"),
        ("-c https://host/x.txt", "lines.txt:2: a requirements file of another machine cannot be used"),
        ("-e a", "lines.txt:2: only a directory can be editable: `a`"),
        (
            "git+https://u:p@host/a#egg=a",
            "lines.txt:2: a checkout cannot be used without pip: `git+https://***@host/a#egg=a`",
        ),
        ("-e git+ssh://git@host/a", "lines.txt:2: a checkout cannot be used without pip: "),
        ("a @ git+https://host/a", "lines.txt:2: a checkout cannot be used without pip: "),
        ("https://host/a-1.0.tar.gz", "lines.txt:2: source code that has to be built cannot be used without pip: "),
        ("ftp://host/a-1.0-py3-none-any.whl", "lines.txt:2: only http, https and file addresses are known: "),
        ("b @ https://host/a-1.0-py3-none-any.whl", "lines.txt:2: this is a wheel of `a`: "),
        ("./a.whl", "lines.txt:2: this is not the name of a wheel: `./a.whl`"),
        ("a 'x", "lines.txt:2: "),
        ("é", "lines.txt:2: "),
    ];
    for (line, expected) in broken {
        project.write("lines.txt", format!("# first\n{line}\n"));
        let read = requirement_file::read(&project.root().join("lines.txt"), &project.root(), &project.surroundings());
        let error = read.expect_err(line).to_string();
        assert!(error.starts_with(expected) && error.lines().count() == 1, "{line:?}: {error}");
    }
}

#[test]
fn no_line_makes_the_reader_fall_over() {
    let parts = [
        "a", "==", "1", "[", "]", ";", "@", " ", "\\\n", "#", "-", "--", "-e", "-r", "/", ".", "~", "'", "\"", "é",
        "://", "git+", ".whl", "${A}", "file:", ",", "=",
    ];
    let project = Project::new(None);
    let surroundings = project.surroundings();
    let path = project.root().join("x.txt");
    let mut state: u64 = 7;
    for _ in 0..4000 {
        let mut line = String::new();
        for _ in 0..6 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            line.push_str(parts[(state >> 33) as usize % parts.len()]);
        }
        std::fs::write(&path, &line).expect("a file");
        let _ = requirement_file::read(&path, Path::new("/"), &surroundings);
    }
}

#[test]
fn includes_constraints_and_variables() {
    let mut index = TestIndex::new(true);
    index.package("a", "1.0", &["b"]);
    index.package("b", "1.0", &[]);
    index.package("b", "2.0", &[]);
    let mut project = Project::new(None);
    project.variables.push(("INDEX".to_owned(), index.url()));
    project.write(REQUIREMENTS, "-r more/base.txt\n--index-url=${INDEX}\n");
    project.write("more/base.txt", "a\n-c limits.txt\n");
    project.write("more/limits.txt", "b<2\n");
    assert_eq!(names(&project.select().expect("selected")), ["a 1.0", "b 1.0"]);
    let need = &project.select().expect("selected").packages[0].required_by;
    assert_eq!(need[0].by, "more/base.txt:1");
}

#[test]
fn processes_that_work_at_once_do_not_hinder_each_other() {
    let mut index = TestIndex::new(true);
    for name in ["a", "b", "c"] {
        index.package(name, "1.0", &[]);
    }
    let project = Project::new(Some(&index));
    project.write(REQUIREMENTS, "a\nb\nc\n");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| assert_eq!(names(&project.select().expect("selected")).len(), 3));
        }
    });
    let left = std::fs::read_dir(project.place.path().join("cache/wheels")).expect("wheels").count();
    assert_eq!(left, 3, "nothing half is left");
}

#[test]
fn what_killed_processes_left_in_the_cache_is_removed_when_it_is_old() {
    let mut index = TestIndex::new(true);
    index.package("a", "1.0", &[]);
    let project = Project::new(Some(&index));
    project.write(REQUIREMENTS, "a\n");
    let wheels = project.place.path().join("cache/wheels");
    for name in [".unpacking-old", ".unpacking-new", "other"] {
        std::fs::create_dir_all(wheels.join(name).join("content")).expect("a directory");
    }
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(25 * 60 * 60);
    for name in [".unpacking-old", "other"] {
        std::fs::File::open(wheels.join(name)).and_then(|file| file.set_modified(old)).expect("an old directory");
    }
    project.select().expect("selected");
    let is_there = |name: &str| wheels.join(name).exists();
    assert_eq!([".unpacking-old", ".unpacking-new", "other"].map(is_there), [false, true, true]);
}
