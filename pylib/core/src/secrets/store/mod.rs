//! The secrets of one environment on disk.

mod changes;
mod edit;
mod open;
mod save;
mod saved;
#[cfg(test)]
mod test_provider;
#[cfg(test)]
mod tests;

pub use open::Store;
pub(in crate::secrets) use open::clear_text;
pub use saved::Saved;
