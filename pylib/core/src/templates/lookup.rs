//! Where templates come from that others ask for.

use std::path::Path;

use super::translate::normalise_line_ends;

/// A template that another one asks for, as it was found.
#[derive(Debug)]
pub struct Loaded {
    /// Where the templates are looked for that this one asks for.
    pub directory: String,
    /// What errors call it; never empty.
    pub path: String,
    /// Its text.
    pub source: String,
}

/// Why there is no template.
#[derive(Debug)]
pub enum NotLoaded {
    /// There is none of that name.
    Missing,
    /// It cannot be read; the text tells why.
    Unreadable(String),
}

/// Finds the templates that others include, import and extend.
pub trait Lookup: Send + Sync {
    /// The template `name`, which one asks for whose own templates are in `directory` and that errors call `parent`.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    fn find(&self, name: &str, directory: &str, parent: &str) -> Result<Loaded, NotLoaded>;
}

/// Files in the directory of the template that asks for them.
#[derive(Debug)]
pub(super) struct Files;

impl Lookup for Files {
    fn find(&self, name: &str, directory: &str, _parent: &str) -> Result<Loaded, NotLoaded> {
        let path = Path::new(directory).join(name);
        let shown = path.display();
        let bytes = std::fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => NotLoaded::Missing,
            _ => NotLoaded::Unreadable(format!("the template {shown} cannot be read: {error}")),
        })?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| NotLoaded::Unreadable(format!("the template {shown} is not valid UTF-8")))?;
        let directory = path.parent().unwrap_or_else(|| Path::new("")).to_string_lossy().into_owned();
        Ok(Loaded { directory, path: shown.to_string(), source: normalise_line_ends(text).into_owned() })
    }
}
