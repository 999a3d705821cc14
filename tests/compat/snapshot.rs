//! A picture of a directory tree: everything about it that a deployment can be responsible for.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// What belongs to the tools and not to the deployment. Repositories of cases lie in `.repositories`.
const TOOL_FILES: [&str; 9] =
    [".batou-lock", ".batou-diffs", "__pycache__", ".batou", ".appenv", ".git", ".hg", ".svn", ".repositories"];

/// A tree: path relative to its top, and what is there.
pub type Tree = BTreeMap<String, Entry>;

/// One file, directory, link or other thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Permission bits with set-id and sticky; always 0 for a link, which has none of its own.
    pub mode: u32,
    /// Owner and group.
    pub owner: (u32, u32),
    /// What it is and holds.
    pub content: Content,
}

/// The kinds of entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A regular file with its bytes.
    File(Vec<u8>),
    /// A directory.
    Directory,
    /// A symbolic link with its text.
    Link(String),
    /// A socket, pipe or device.
    Other,
}

impl Entry {
    /// The content as text, for comparing with the words of a case.
    pub fn text(&self) -> String {
        match &self.content {
            Content::File(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Content::Directory => "<directory>".into(),
            Content::Link(target) => format!("-> {target}"),
            Content::Other => "<other>".into(),
        }
    }

    /// One line that tells all but the content of a file.
    pub fn summary(&self) -> String {
        let (user, group) = self.owner;
        match &self.content {
            Content::File(bytes) => {
                format!("file {:04o} {user}:{group}, {} bytes", self.mode, bytes.len())
            }
            Content::Directory => format!("directory {:04o} {user}:{group}", self.mode),
            Content::Link(target) => format!("link {user}:{group} to {target}"),
            Content::Other => format!("other {:04o} {user}:{group}", self.mode),
        }
    }
}

/// Takes the picture of the tree below `top`. With `everything` the tools' own files are seen too, but for the lock.
///
/// Answers with a message that names the path when something cannot be read: a picture with a hole proves nothing.
pub fn take(top: &Path, everything: bool) -> Result<Tree, String> {
    let mut tree = Tree::new();
    walk(top, "", everything, &mut tree)?;
    Ok(tree)
}

fn walk(directory: &Path, prefix: &str, everything: bool, tree: &mut Tree) -> Result<(), String> {
    let wrap = |error| format!("{}: {error}", directory.display());
    for entry in fs::read_dir(directory).map_err(wrap)? {
        let entry = entry.map_err(wrap)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == ".batou-lock" || (!everything && TOOL_FILES.contains(&name.as_str())) {
            continue;
        }
        let path = entry.path();
        let relative = format!("{prefix}{name}");
        let found = look(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let is_directory = found.content == Content::Directory;
        tree.insert(relative.clone(), found);
        if is_directory {
            walk(&path, &format!("{relative}/"), everything, tree)?;
        }
    }
    Ok(())
}

fn look(path: &Path) -> std::io::Result<Entry> {
    let metadata = fs::symlink_metadata(path)?;
    let kind = metadata.file_type();
    let content = if kind.is_symlink() {
        Content::Link(fs::read_link(path)?.to_string_lossy().into_owned())
    } else if kind.is_dir() {
        Content::Directory
    } else if kind.is_file() {
        Content::File(fs::read(path)?)
    } else {
        Content::Other
    };
    let mode = if kind.is_symlink() { 0 } else { metadata.permissions().mode() & 0o7777 };
    Ok(Entry { mode, owner: (metadata.uid(), metadata.gid()), content })
}
