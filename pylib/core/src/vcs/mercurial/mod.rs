//! Checkouts of Mercurial, by its own program: there is no library.

mod checkout;
mod program;
mod pull;

pub use checkout::Checkout;
pub use program::MercurialError;
