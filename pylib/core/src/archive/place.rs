//! Putting members where they belong, as `tar xf` and `unzip -o` do.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::error::ArchiveError;
use super::format::Format;
use super::member::{Kind, Member, Owner};
use super::path::stripped;
use crate::files::owner::{Account, OwnerError, group_id, user_id};
use crate::fs::{self, FileAttributes};

/// What a directory gets when everything in it is there, so that its time stays and read-only ones can be filled.
struct Finishing {
    path: PathBuf,
    attributes: FileAttributes,
}

/// Unpacking into one target.
pub(super) struct Placing<'a> {
    target: &'a Path,
    format: Format,
    strip: usize,
    is_root: bool,
    umask: u32,
    directories: HashSet<PathBuf>,
    finishing: Vec<Finishing>,
    users: HashMap<String, Option<u32>>,
    groups: HashMap<String, Option<u32>>,
}

impl<'a> Placing<'a> {
    pub(super) fn new(target: &'a Path, format: Format, strip: usize) -> Self {
        Self {
            target,
            format,
            strip,
            is_root: geteuid().is_root(),
            umask: fs::umask(),
            directories: HashSet::new(),
            finishing: Vec::new(),
            users: HashMap::new(),
            groups: HashMap::new(),
        }
    }

    /// Puts a member at its path below the target.
    pub(super) fn place(&mut self, member: &Member, path: &Path, content: &mut dyn Read) -> Result<(), ArchiveError> {
        let below = path;
        let path = if below.as_os_str().is_empty() { self.target.to_owned() } else { self.target.join(below) };
        let attributes = FileAttributes {
            mode: member.mode.map(|mode| self.mode(mode)),
            owner: self.owner(member.owner.as_ref())?,
            modified: member.modified,
        };
        if let Some(parent) = path.parent().filter(|_| path != self.target)
            && !self.directories.contains(parent)
        {
            if !fs::follow(parent)?.is_some_and(|found| found.is_dir()) {
                fs::make_directory(parent, true)?;
            }
            self.directories.insert(parent.to_owned());
        }
        match &member.kind {
            Kind::Directory => self.place_directory(path, attributes)?,
            Kind::File => {
                if fs::look(&path)?.is_some_and(|found| found.is_dir()) {
                    fs::make_way(&path)?;
                }
                fs::put_file(&path, content, attributes)?;
            }
            Kind::Symlink(text) => {
                fs::make_way(&path)?;
                fs::make_symlink(&path, text)?;
                let (user, group) = attributes.owner.unzip();
                fs::set_link_attributes(&path, user, group, attributes.modified)?;
            }
            Kind::HardLink(other) => {
                let Some(other) = stripped(other, self.strip) else { return Ok(()) };
                if other != below {
                    fs::make_way(&path)?;
                    fs::make_hard_link(&path, &self.target.join(other))?;
                }
            }
            Kind::Special { kind, device } => {
                fs::make_way(&path)?;
                fs::make_special(&path, kind | attributes.mode.unwrap_or(0o600), *device)?;
                finish(&path, FileAttributes { mode: None, ..attributes })?;
            }
        }
        Ok(())
    }

    /// tar gives directories that were there the attributes of the archive and puts one in the place of a link; unzip
    /// leaves both alone.
    fn place_directory(&mut self, path: PathBuf, attributes: FileAttributes) -> Result<(), ArchiveError> {
        let found = fs::look(&path)?;
        let is_directory = match &found {
            Some(found) if found.is_symlink() => {
                (self.format == Format::Zip || path == self.target) && fs::follow(&path)?.is_some_and(|to| to.is_dir())
            }
            Some(found) => found.is_dir(),
            None => false,
        };
        if !is_directory {
            fs::make_way(&path)?;
            // What was looked at below a link counts no more.
            self.directories.retain(|known| !known.starts_with(&path));
            fs::make_directory(&path, false)?;
        }
        self.directories.insert(path.clone());
        if !is_directory || self.format == Format::Tar {
            self.finishing.push(Finishing { path, attributes });
        }
        Ok(())
    }

    /// What remains when all members are there.
    pub(super) fn finish(self) -> Result<(), ArchiveError> {
        for Finishing { path, attributes } in self.finishing.into_iter().rev() {
            // A later member of the same name may have taken its place.
            if fs::look(&path)?.is_some_and(|found| !found.is_symlink()) {
                finish(&path, attributes)?;
            }
        }
        Ok(())
    }

    /// Only root gets modes from tar as they were; unzip never gives set-id bits and minds no umask.
    fn mode(&self, mode: u32) -> u32 {
        match self.format {
            Format::Zip => mode & 0o777,
            Format::Tar if self.is_root => mode & 0o7777,
            Format::Tar => mode & 0o777 & !self.umask,
        }
    }

    /// Only root gets owners: by name if this machine knows it, else by number.
    fn owner(&mut self, owner: Option<&Owner>) -> Result<Option<(u32, u32)>, ArchiveError> {
        let Some(owner) = owner.filter(|_| self.is_root) else { return Ok(None) };
        let user = known(&mut self.users, owner.user_name.as_deref(), user_id)?;
        let group = known(&mut self.groups, owner.group_name.as_deref(), group_id)?;
        let number = |id: u64| u32::try_from(id).ok();
        Ok(user.or_else(|| number(owner.user)).zip(group.or_else(|| number(owner.group))))
    }
}

/// The id of a name, looked up once.
fn known(
    cache: &mut HashMap<String, Option<u32>>,
    name: Option<&str>,
    look_up: impl Fn(&Account) -> Result<u32, OwnerError>,
) -> Result<Option<u32>, OwnerError> {
    // A number is no name; the archive has the number itself.
    let Some(name) = name.filter(|name| !name.bytes().all(|byte| byte.is_ascii_digit())) else { return Ok(None) };
    if let Some(id) = cache.get(name) {
        return Ok(*id);
    }
    let id = match look_up(&Account::Name(name.to_owned())) {
        Ok(id) => Some(id),
        Err(error) if error.is_unknown_name() => None,
        Err(error) => return Err(error),
    };
    cache.insert(name.to_owned(), id);
    Ok(id)
}

fn finish(path: &Path, attributes: FileAttributes) -> Result<(), ArchiveError> {
    if let Some((user, group)) = attributes.owner {
        fs::set_owner(path, Some(user), Some(group))?;
    }
    if let Some(mode) = attributes.mode {
        fs::set_mode(path, mode)?;
    }
    if let Some(time) = attributes.modified {
        fs::set_modified(path, time)?;
    }
    Ok(())
}
