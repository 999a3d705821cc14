//! Files that are not what they were.

use batou_core::secrets::SecretsError;
use batou_core::secrets::age::AgeError;

use super::support::{Place, age, decrypted, encrypted};

fn place() -> (Place, String) {
    let place = Place::new(None).with("BATOU_AGE_IDENTITIES", "keys.txt");
    let public = place.age_key("keys.txt");
    (place, public)
}

fn error(place: &Place, stored: &[u8]) -> AgeError {
    match decrypted(&mut place.provider(), stored) {
        Err(SecretsError::Age(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_bit_may_change() {
    let (place, public) = place();
    let mut provider = place.provider();
    let stored = encrypted(&mut provider, &[&public], b"secret");
    for offset in 0..stored.len() {
        for bit in 0..8 {
            let mut changed = stored.clone();
            changed[offset] ^= 1 << bit;
            let result = decrypted(&mut provider, &changed);
            assert!(result.is_err(), "bit {bit} of byte {offset} was changed unnoticed");
        }
    }
    assert_eq!(decrypted(&mut provider, &stored).unwrap(), b"secret");
}

#[test]
fn no_end_may_be_missing() {
    let (place, public) = place();
    let mut provider = place.provider();
    for stored in [encrypted(&mut provider, &[&public], b"secret"), age(&["-a", "-r", &public], b"secret")] {
        // Only the newline at the end of text is not needed.
        let needed = stored.trim_ascii_end().len();
        let needed = if stored.starts_with(b"-----") { needed } else { stored.len() };
        for length in 0..needed {
            let result = decrypted(&mut provider, &stored[..length]);
            assert!(result.is_err(), "{length} of {} bytes were taken for all", stored.len());
        }
        assert_eq!(decrypted(&mut provider, &stored).unwrap(), b"secret");
        let mut longer = stored.clone();
        longer.extend(b"more");
        assert!(decrypted(&mut provider, &longer).is_err());
    }
}

#[test]
fn each_damage_has_its_words() {
    let (place, public) = place();
    let stored = encrypted(&mut place.provider(), &[&public], b"secret");
    let text = String::from_utf8_lossy(&stored).into_owned();
    let header = text.find("\n---").unwrap();
    let changed = |offset: usize, by: u8| {
        let mut changed = stored.clone();
        changed[offset] = by;
        changed
    };
    let mut version = stored.clone();
    version[20] = b'2';
    assert!(matches!(error(&place, &version), AgeError::UnknownVersion { .. }), "{:?}", error(&place, &version));
    assert!(matches!(error(&place, b"[batou]\nmembers =\n"), AgeError::NotAge { .. }));
    assert!(matches!(error(&place, b""), AgeError::NotAge { .. }));
    assert!(matches!(error(&place, &changed(22, b'!')), AgeError::Header { .. }));
    let mac = header + 10;
    let other = if stored[mac] == b'A' { b'B' } else { b'A' };
    assert!(matches!(error(&place, &changed(mac, other)), AgeError::Mac { .. }));
    assert!(matches!(error(&place, &changed(stored.len() - 1, !stored[stored.len() - 1])), AgeError::Content { .. }));
    for length in [5, 40, header + 20, header + 60] {
        let error = error(&place, &stored[..length]);
        assert!(matches!(error, AgeError::Truncated { .. }), "{length}: {error:?}");
    }
    let armored = String::from_utf8(age(&["-a", "-r", &public], b"secret")).unwrap().replacen("\nY", "\n*", 1);
    assert!(
        matches!(error(&place, armored.as_bytes()), AgeError::Armor { .. }),
        "{:?}",
        error(&place, armored.as_bytes())
    );
    assert!(error(&place, b"x").to_string().contains("secrets.cfg.age"));
}

#[test]
fn others_cannot_read() {
    let (place, _) = place();
    let stranger = place.age_key("stranger.txt");
    let stored = encrypted(&mut place.provider(), &[&stranger], b"secret");
    let error = error(&place, &stored);
    assert_eq!(
        error.to_string().replace(place.folder.path().to_str().unwrap(), "HOME"),
        "no identity opens secrets.cfg.age: HOME/keys.txt: the file is not encrypted for it"
    );
    assert!(error.hint().unwrap().contains("BATOU_AGE_IDENTITIES"));
}
