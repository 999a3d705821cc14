//! What a text looks like in base64.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use zeroize::Zeroizing;

/// Fewer characters would be found by chance.
const SHORTEST: usize = 5;

/// The forms of a text in both alphabets: by itself, with and without padding, and the characters that do not depend on what is
/// around it when it stands within a longer text, at each of the three places where it can begin.
pub(super) fn base64_forms(text: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = Vec::new();
    for engine in [&STANDARD, &URL_SAFE] {
        for before in 0..3_usize {
            let mut padded = Zeroizing::new(vec![0; before]);
            padded.extend_from_slice(text);
            let encoded = Zeroizing::new(engine.encode(&*padded));
            // With 1 byte before, 12 bits are not those of the text alone; with 2 bytes 18.
            let begin = [0, 2, 3][before];
            let end = padded.len() * 8 / 6;
            let mut add = |form: &str| {
                if form.len() >= SHORTEST {
                    forms.push(Zeroizing::new(form.as_bytes().to_vec()));
                }
            };
            add(&encoded[begin..end]);
            if before == 0 {
                add(&encoded);
                add(encoded.trim_end_matches('='));
            }
        }
    }
    forms
}
