//! Python 2 in definitions: every place of a file that has to be changed, and what to write there.
//!
//! Python's own parser stops at the first such place. This scanner reads tokens only, so it finds the others too. It is
//! asked about files that failed: what it looks for may be all right in a file that works, a variable `unicode` say.

mod except;
mod finding;
mod names;
mod syntax;
#[cfg(test)]
mod tests;
mod tokens;

pub use except::{CaughtName, names_after_except};
pub use finding::{Cause, Failure, Finding, Report, findings, report};
