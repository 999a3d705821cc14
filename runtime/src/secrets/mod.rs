//! Secrets between the core and the user: questions on the terminal, editors, and clear texts that leave nothing behind.

mod dialogue;
mod editing;
mod editor;
mod exposure;
mod private_directory;
mod surroundings;

pub use dialogue::TerminalDialogue;
pub use editing::{Editing, Outcome};
pub use exposure::Exposure;
pub use private_directory::PrivateDirectory;
pub use surroundings::surroundings;
