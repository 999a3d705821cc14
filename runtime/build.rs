//! Makes cargo rebuild the crate when a file of the Python package changes: the macro that freezes them does not watch them.

use std::path::Path;

fn main() {
    watch(Path::new("../batou_py"));
}

fn watch(directory: &Path) {
    println!("cargo:rerun-if-changed={}", directory.display());
    let entries =
        std::fs::read_dir(directory).unwrap_or_else(|error| panic!("cannot read {}: {error}", directory.display()));
    for entry in entries {
        let path = entry.expect("a readable directory entry").path();
        if path.is_dir() {
            watch(&path);
        } else {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
}
