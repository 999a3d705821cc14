//! MD5 in the form of `crypt`, for what is old; no crate that is kept has it.

use md5::{Digest as _, Md5};

use super::text64;

const MAGIC: &[u8] = b"$1$";
/// The order in which the bytes of the sum are written, but for the last one.
const ORDER: [[usize; 3]; 5] = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]];

/// The letters of the hash.
pub(super) fn hash(password: &[u8], salt: &[u8]) -> String {
    let inner = Md5::new().chain_update(password).chain_update(salt).chain_update(password).finalize();
    let mut sum = Md5::new().chain_update(password).chain_update(MAGIC).chain_update(salt);
    for begin in (0..password.len()).step_by(inner.len()) {
        sum.update(&inner[..inner.len().min(password.len() - begin)]);
    }
    let mut bits = password.len();
    while bits > 0 {
        sum.update(if bits & 1 == 1 { &[0] } else { &password[..1] });
        bits >>= 1;
    }
    let mut digest = sum.finalize();
    for round in 0..1000 {
        let mut sum = Md5::new();
        let is_odd = round % 2 == 1;
        sum.update(if is_odd { password } else { &digest });
        if round % 3 != 0 {
            sum.update(salt);
        }
        if round % 7 != 0 {
            sum.update(password);
        }
        sum.update(if is_odd { &digest } else { password });
        digest = sum.finalize();
    }
    let mut text = String::new();
    for [high, middle, low] in ORDER {
        text64::push(&mut text, [digest[high], digest[middle], digest[low]], 4);
    }
    text64::push(&mut text, [0, 0, digest[11]], 2);
    text
}
