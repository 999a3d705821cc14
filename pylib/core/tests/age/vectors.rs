//! The published test vectors (C2SP CCTV), which the package of the crate brings along.

use std::collections::HashMap;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::Command;

use flate2::read::ZlibDecoder;
use sha2::{Digest as _, Sha256};

use super::support::{Place, decrypted};

fn folder() -> PathBuf {
    // Packages that only other platforms need may not be there.
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--format-version", "1", "--filter-platform", &platform])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo is needed");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo tells of the packages");
    let packages = metadata["packages"].as_array().expect("there are packages");
    let package = packages.iter().find(|package| package["name"] == "age").expect("age is one of them");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("it has a manifest"));
    manifest.with_file_name("tests").join("testdata/testkit")
}

/// Headers as age wrote them before the format was settled, without an empty last line. The crate still reads them; their
/// checksum counts as that of all.
const OLD: [&str; 2] = ["stanza_missing_body", "stanza_missing_final_line"];

#[test]
fn all_are_read_or_rejected_as_they_say() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder()).expect("the package of age has test vectors") {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let result = check(&fs::read(&path).unwrap());
        if OLD.contains(&name.as_str()) {
            assert_eq!(result, Err("read, though header failure".to_owned()), "{name}");
        } else if let Err(problem) = result {
            wrong.push(format!("{name}: {problem}"));
        }
        count += 1;
    }
    assert!(count > 100, "only {count} vectors were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn check(content: &[u8]) -> Result<(), String> {
    let end = content.windows(2).position(|pair| pair == b"\n\n").expect("a vector has a head");
    let head = std::str::from_utf8(&content[..end]).unwrap();
    let fields: Vec<_> = head.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let field: HashMap<_, _> = fields.iter().copied().collect();
    let mut stored = content[end + 2..].to_vec();
    if field.get("compressed") == Some(&"zlib") {
        let packed = std::mem::take(&mut stored);
        ZlibDecoder::new(&packed[..]).read_to_end(&mut stored).unwrap();
    }
    let identities: Vec<_> =
        fields.iter().filter(|(key, _)| *key == "identity").map(|(_, value)| format!("{value}\n")).collect();
    let place = Place::new(field.get("passphrase").copied()).with("BATOU_AGE_IDENTITIES", "keys.txt");
    place.write("keys.txt", identities.concat());
    let result = decrypted(&mut place.provider(), &stored);
    match (field["expect"], result) {
        ("success", Ok(clear)) => {
            let digest: String = Sha256::digest(&clear).iter().map(|byte| format!("{byte:02x}")).collect();
            if digest == field["payload"] { Ok(()) } else { Err(format!("the payload is {digest}")) }
        }
        ("success", Err(error)) => Err(format!("rejected: {error}")),
        (expected, Ok(_)) => Err(format!("read, though {expected}")),
        (_, Err(_)) => Ok(()),
    }
}
