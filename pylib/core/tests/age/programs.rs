//! Files of ours are read by the program age, and the reverse.

use super::support::{Place, age, decrypted, encrypted};

const CONTENTS: [&[u8]; 4] = [b"", b"[batou]\n", &[0xff, 0, 10, 13], &[7; 200_000]];

fn both_directions(place: &Place, public: &str, identity: &str) {
    let path = place.path(identity);
    let path = path.to_str().unwrap();
    let mut provider = place.provider();
    for content in CONTENTS {
        let ours = encrypted(&mut provider, &[public], content);
        assert!(ours.starts_with(b"age-encryption.org/v1\n"));
        assert_eq!(age(&["-d", "-i", path], &ours), content, "age reads ours");
        assert_eq!(decrypted(&mut provider, &ours).unwrap(), content);
        assert_eq!(decrypted(&mut provider, &age(&["-r", public], content)).unwrap(), content, "we read age's");
        assert_eq!(decrypted(&mut provider, &age(&["-a", "-r", public], content)).unwrap(), content, "armored");
    }
    assert!(place.asked().is_empty());
}

#[test]
fn keys_of_age() {
    let place = Place::new(None).with("BATOU_AGE_IDENTITIES", "~/keys.txt");
    let public = place.age_key("keys.txt");
    both_directions(&place, &public, "keys.txt");
}

#[test]
fn keys_of_ssh() {
    for (name, kind) in [(".ssh/id_ed25519", &["ed25519"][..]), (".ssh/id_rsa", &["rsa", "-b", "2048"])] {
        let place = Place::new(None);
        let public = place.ssh_key(name, kind, "");
        both_directions(&place, &public, name);
    }
}

#[test]
fn old_forms_of_rsa_keys_are_read() {
    let place = Place::new(None);
    let public = place.ssh_key(".ssh/id_rsa", &["rsa", "-b", "3072", "-m", "PEM"], "");
    both_directions(&place, &public, ".ssh/id_rsa");
}

#[test]
fn each_of_many_recipients_reads() {
    let place = Place::new(None);
    let publics: Vec<_> = (0..5).map(|index| place.age_key(&format!("key{index}"))).collect();
    let publics: Vec<_> = publics.iter().map(String::as_str).collect();
    let stored = encrypted(&mut place.provider(), &publics, b"for all");
    for index in 0..5 {
        let path = place.path(&format!("key{index}"));
        assert_eq!(age(&["-d", "-i", path.to_str().unwrap()], &stored), b"for all");
    }
}
