//! What is to be copied.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{FileType, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::error::SyncError;
use super::filter::Filter;
use super::options::SyncOptions;
use crate::files::glob;
use crate::fs;

/// Something to be copied.
#[derive(Debug)]
pub struct Entry {
    /// Where it is.
    pub path: PathBuf,
    /// What it is; with `-L` that to which a link leads.
    pub metadata: Metadata,
    /// Whether its kind is copied. What is not still keeps its namesake in the target from being superfluous.
    pub is_copied: bool,
}

/// What is to be copied, by its place below the target. The empty path is the target itself; a directory comes before
/// what it holds.
pub type Tree = BTreeMap<PathBuf, Entry>;

/// Lists what is to be copied from a directory, or from all that a shell would find for a pattern. What the filter
/// leaves out is not looked into. Of files of the same name the first counts; directories are joined.
///
/// # Errors
/// No source, or anything in it that cannot be looked at or listed.
pub fn scan(source: &Path, options: &SyncOptions, filter: &Filter) -> Result<Tree, SyncError> {
    let mut tree = Tree::new();
    for root in roots(source)? {
        let metadata = match fs::follow(&root)? {
            Some(found) if found.is_dir() => found,
            Some(_) => return Err(SyncError::SourceIsNoDirectory { path: root }),
            None => return Err(missing(&root)),
        };
        let mut scan = Scan { options, filter, tree: &mut tree, above: Vec::new() };
        scan.add(PathBuf::new(), Entry { path: root, metadata, is_copied: true })?;
    }
    Ok(tree)
}

/// The directories that a source means: itself if it is there, else what it finds as a pattern.
fn roots(source: &Path) -> Result<Vec<PathBuf>, SyncError> {
    if fs::look(source)?.is_some() || !source.as_os_str().as_bytes().iter().any(|byte| b"*?[".contains(byte)) {
        return Ok(vec![source.to_owned()]);
    }
    let mut pattern = source.as_os_str().as_bytes().to_vec();
    // rsync is called with a slash behind the source, so that the shell finds directories only.
    pattern.push(b'/');
    let found = glob::find(Path::new(OsStr::from_bytes(&pattern)))?;
    if found.is_empty() {
        return Err(missing(source));
    }
    Ok(found)
}

/// There is nothing to copy from.
fn missing(source: &Path) -> SyncError {
    fs::FsError::new("copy the source directory", source, nix::errno::Errno::ENOENT.into()).into()
}

struct Scan<'a> {
    options: &'a SyncOptions,
    filter: &'a Filter,
    tree: &'a mut Tree,
    /// Device and number of the directories that lead here, to notice circles of links.
    above: Vec<(u64, u64)>,
}

impl Scan<'_> {
    fn add(&mut self, place: PathBuf, entry: Entry) -> Result<(), SyncError> {
        let is_directory = entry.metadata.is_dir();
        let path = entry.path.clone();
        let identity = (entry.metadata.dev(), entry.metadata.ino());
        match self.tree.get(&place) {
            Some(_) if !is_directory => return Ok(()),
            Some(earlier) if earlier.metadata.is_dir() => {}
            // A directory counts more than an earlier file of its name.
            _ => {
                self.tree.insert(place.clone(), entry);
            }
        }
        if !is_directory {
            return Ok(());
        }
        if self.above.contains(&identity) {
            return Err(SyncError::Circle { path });
        }
        self.above.push(identity);
        let mut names = fs::list(&path)?.unwrap_or_default();
        names.sort();
        for name in names {
            let place = place.join(&name);
            let path = path.join(&name);
            if let Some(metadata) = self.metadata(&path, &place)? {
                let is_copied = self.is_copied(metadata.file_type());
                self.add(place, Entry { path, metadata, is_copied })?;
            }
        }
        self.above.pop();
        Ok(())
    }

    /// `None`: it is left out.
    fn metadata(&self, path: &Path, place: &Path) -> Result<Option<Metadata>, SyncError> {
        let Some(mut metadata) = fs::look(path)? else {
            // It vanished since the directory was listed.
            return Ok(None);
        };
        let mut dangling = false;
        if metadata.is_symlink() && self.options.follow_links {
            match fs::follow(path)? {
                Some(followed) => metadata = followed,
                None => dangling = true,
            }
        }
        let place = place.as_os_str().as_bytes();
        // What a dangling link would lead to may be either, so a pattern for directories leaves it out as well.
        if self.filter.leaves_out(place, metadata.is_dir()) || dangling && self.filter.leaves_out(place, true) {
            return Ok(None);
        }
        if dangling {
            return Err(SyncError::DanglingLink { path: path.to_owned() });
        }
        Ok(Some(metadata))
    }

    fn is_copied(&self, kind: FileType) -> bool {
        if kind.is_symlink() {
            self.options.links
        } else if kind.is_fifo() || kind.is_socket() {
            self.options.specials
        } else if kind.is_char_device() || kind.is_block_device() {
            self.options.devices && nix::unistd::geteuid().is_root()
        } else {
            true
        }
    }
}
