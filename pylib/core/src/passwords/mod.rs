//! Hashes of passwords in the forms that the C library's `crypt` knows: SHA-512, SHA-256, bcrypt and MD5.

mod crypt;
mod md5;
mod text64;

pub use crypt::{CryptError, crypt};
