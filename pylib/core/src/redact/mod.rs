//! Secrets taken out of texts that are about to be shown or stored.
//!
//! [`Secrets`] collects what must not be seen; a [`Redactor`] finds it in texts and puts [`MASK`] in its place, also where it
//! is encoded (base64, percent-encoding, the escapes of JSON, Python and shells) or interrupted by line breaks. [`Stream`] does
//! the same for output that arrives in pieces. [`process`] is the redactor that everything shown by this process goes through.
//!
//! What it cannot do: a secret that was compressed, encrypted, reversed or cut into parts with other text between is not
//! recognised. Texts here are wiped when they are dropped; the tables of the automaton, which hold the same bytes in another
//! order, belong to a crate that does not wipe its memory, so they are only freed.

mod base64_forms;
mod escapes;
mod matcher;
mod redactor;
mod secrets;
mod stream;
mod view;

#[cfg(test)]
mod tests;

pub use redactor::{MASK, Redactor, process};
pub use secrets::Secrets;
pub use stream::Stream;
