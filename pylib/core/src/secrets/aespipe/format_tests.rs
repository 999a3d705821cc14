//! The format against the program that defines it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{AespipeError, decrypt, encrypt, open_aespipe};
use crate::secrets::test_support::{Scripted, surroundings};

const PASSPHRASE: &str = "correct horse battery";
const SMALL: &[u8] = b"[postgres]\npassword = verysecret\n";
const SMALL_STORED: &str = "0fa49a0d9c454079f0f252dc12d8df7a85a9d0a0dfdbae78fe40e35a3c012d6f\
    9f6e2169b69d5af738982f0e06968e844900a2b925425e15e4918c8f4925503b75673670e21bad723b66e9f21351020b";
const PROJECT_STORED: &str = "295183b4e4368598b1165882fd78ac572b31b912926f5175556e3ed35e891821\
    73e5c4c883e09da262b23beba72315fe98b8eba6c0efa21344e2c43def8d0435aa499f2b4cf8c245b20afb2a4bc2cd3e";

fn file() -> &'static Path {
    Path::new("dev.cfg.aes")
}

fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap()).collect()
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn open(stored: &[u8], passphrase: &str) -> Result<Vec<u8>, AespipeError> {
    decrypt(file(), stored, &SecretString::from(passphrase)).map(|clear| clear.expose_secret().to_vec())
}

fn make(content: &[u8], passphrase: &str) -> Vec<u8> {
    encrypt(content, &SecretString::from(passphrase)).unwrap()
}

/// What the program aespipe makes of an input.
fn aespipe(options: &[&str], passphrase: &str, input: &[u8]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("passphrase");
    std::fs::write(&secret, passphrase).unwrap();
    let mut child = Command::new("sh")
        .args(["-c", "exec aespipe \"$@\" -p 3 3<\"$0\""])
        .arg(&secret)
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("aespipe can be started; `make encryption` installs it");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "aespipe: {}", output.status);
    output.stdout
}

#[test]
fn the_worked_examples_come_out() {
    assert_eq!(digits(&make(SMALL, PASSPHRASE)), SMALL_STORED);
    assert_eq!(open(&bytes(SMALL_STORED), PASSPHRASE).unwrap(), SMALL);

    let project = b"[hello]\nmagicword = Abracadabraaaaaaa!\n";
    assert_eq!(digits(&make(project, "averysecretpassphrase")), PROJECT_STORED);
    assert_eq!(open(&bytes(PROJECT_STORED), "averysecretpassphrase").unwrap(), project);

    let content = format!("[a]\nk = {}\n", "0123456789".repeat(60));
    let stored = make(content.as_bytes(), PASSPHRASE);
    assert_eq!(stored.len(), 656);
    assert_eq!(digits(&Sha256::digest(&stored)), "f2548126f1d655014f8a526ddbad125856aef1b55d45d5c15221141a37320b39");
    assert_eq!(digits(&stored[512..528]), "be56cbc370d1a04afe1da7545124a473");
    assert_eq!(open(&stored, PASSPHRASE).unwrap(), content.as_bytes());
}

#[test]
fn the_program_reads_and_writes_the_same() {
    let sizes = (0..40).chain([455, 456, 470, 471, 472, 487, 1_000, 4_096, 140_000]);
    for size in sizes {
        let content: Vec<u8> = (0..size).map(|place| b' ' + (place % 90) as u8).collect();
        let mut framed = format!("{}\n", digits(&Sha1::digest(&content))).into_bytes();
        framed.extend_from_slice(&content);
        let stored = make(&content, PASSPHRASE);
        assert_eq!(aespipe(&[], PASSPHRASE, &framed), stored, "{size}");
        assert_eq!(open(&stored, PASSPHRASE).unwrap(), content, "{size}");
        framed.resize(framed.len().next_multiple_of(16), 0);
        assert_eq!(aespipe(&["-d"], PASSPHRASE, &stored), framed, "{size}");
    }
}

#[test]
fn the_program_reads_the_same_of_a_passphrase() {
    for passphrase in [
        "  twenty characters and blanks ",
        "with its return, yes, it counts\r",
        "twenty characters\u{e4}\u{f6}!",
        "up to the end of the first line\nnot this",
    ] {
        let stored = aespipe(&[], passphrase, format!("{}\nx", digits(&Sha1::digest(b"x"))).as_bytes());
        assert_eq!(open(&stored, passphrase).unwrap(), b"x", "{passphrase:?}");
    }
}

#[test]
fn each_mistake_has_its_error() {
    let stored = bytes(SMALL_STORED);
    assert!(matches!(open(&stored[..79], PASSPHRASE), Err(AespipeError::Size { size: 79, .. })));
    assert!(matches!(open(&stored[..64], PASSPHRASE), Err(AespipeError::Checksum { .. })));
    assert!(matches!(open(&stored, "wrong"), Err(AespipeError::NoChecksum { .. } | AespipeError::Checksum { .. })));
    assert!(matches!(open(&make(b"x", PASSPHRASE)[..32], PASSPHRASE), Err(AespipeError::NoChecksum { .. })));
    for bit in 0..stored.len() * 8 {
        let mut changed = stored.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&changed, PASSPHRASE).is_err(), "bit {bit}");
    }
    let refused = |content: &[u8], passphrase: &str| encrypt(content, &SecretString::from(passphrase)).unwrap_err();
    assert!(matches!(refused(b"x", "too short"), AespipeError::Length { length: 9 }));
    assert!(matches!(refused(b"x", "short\nthough more follows"), AespipeError::Length { length: 5 }));
    assert!(matches!(refused(b"x", &"x".repeat(4095)), AespipeError::Length { .. }));
    assert!(matches!(refused(b"x\0", PASSPHRASE), AespipeError::Padding));
    assert!(matches!(refused(b"x", &"twenty characters or more\n".repeat(64)), AespipeError::ManyKeys));
}

#[test]
fn a_file_is_opened_with_the_passphrase_of_the_project() {
    let project = tempfile::tempdir().unwrap();
    let dialogue = Scripted::new(&[PASSPHRASE]);
    let here = surroundings(project.path(), &[], &dialogue);
    let clear = open_aespipe(file(), &bytes(SMALL_STORED), &here).unwrap();
    assert_eq!(clear.expose_secret(), SMALL);
    assert!(open_aespipe(file(), b"", &here).unwrap().expose_secret().is_empty());
    assert_eq!(dialogue.asked(), ["Enter passphrase for dev.cfg.aes"]);
}
