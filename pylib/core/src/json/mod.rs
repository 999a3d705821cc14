//! JSON as Python's module `json` reads and writes it: numbers of any size, `NaN` and infinities, texts escaped to ASCII.

pub mod dump;
pub mod load;
pub(crate) mod text;
