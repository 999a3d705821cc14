//! Facts about a checkout, and commits that travel as bundles.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::MercurialError;
use super::program::{ask, failed, hg, shown, without_questions};
use crate::checksum::hexadecimal;
use crate::vcs::git::CommitId;

/// What the program answers with code 1 where there is nothing to tell.
const NOTHING: i32 = 1;

/// A directory that Mercurial works in.
#[derive(Debug, Clone)]
pub struct Checkout {
    pub(super) path: PathBuf,
}

impl Checkout {
    /// Finds the checkout that holds a directory: itself, and where the directory is below it.
    ///
    /// # Errors
    /// No program, no repository.
    pub fn discover(directory: &Path) -> Result<(Self, PathBuf), MercurialError> {
        let arguments = &["root"];
        let asked = ask(directory, arguments, &|| false)?;
        let mut root = match asked.code {
            0 => asked.stdout,
            _ if String::from_utf8_lossy(&asked.stderr).contains("no repository found") => {
                return Err(MercurialError::NoRepository { path: directory.to_owned() });
            }
            _ => return Err(failed(arguments, &asked)),
        };
        root.pop_if(|last| *last == b'\n');
        let path = PathBuf::from(OsString::from_vec(root));
        let real = directory.canonicalize();
        let real = real.map_err(|error| crate::fs::FsError::new("look at", directory, error))?;
        let base = real.strip_prefix(&path).map(Path::to_path_buf).unwrap_or_default();
        Ok((Self { path }, base))
    }

    /// Opens the checkout in a directory, and makes an empty one where there is none.
    ///
    /// # Errors
    /// No program, a directory that cannot be written.
    pub fn open_or_init(path: &Path) -> Result<Self, MercurialError> {
        if crate::fs::look(&path.join(".hg"))?.is_none() {
            crate::fs::make_directory(path, true)?;
            hg(path, &["init"], &|| false)?;
        }
        Ok(Self { path: path.to_owned() })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The commit that a name stands for, such as that of a branch; `None` if nothing has the name.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn commit(&self, name: &str) -> Result<Option<CommitId>, MercurialError> {
        let revision = format!("--rev={name}");
        let arguments = ["log", &revision, "--limit=1", "--template={node}\n"];
        let output = ask(&self.path, &arguments, &|| false)?;
        if output.code != 0 {
            let is_unknown = String::from_utf8_lossy(&output.stderr).contains("unknown revision");
            return if is_unknown { Ok(None) } else { Err(failed(&arguments, &output)) };
        }
        Ok(ids(&output.stdout, &arguments)?.pop())
    }

    /// The commit that is checked out; `None` before the first one.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn parent(&self) -> Result<Option<CommitId>, MercurialError> {
        Ok(self.commit(".")?.filter(|id| *id != [0; 20]))
    }

    /// The name of the branch of the files.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn branch(&self) -> Result<String, MercurialError> {
        let name = hg(&self.path, &["branch"], &|| false)?;
        Ok(String::from_utf8_lossy(&name).trim_end().to_owned())
    }

    /// The commits that no other one follows.
    ///
    /// # Errors
    /// A repository that cannot be read.
    pub fn heads(&self) -> Result<Vec<CommitId>, MercurialError> {
        let arguments = ["log", "--rev=head()", "--template={node}\n"];
        ids(&hg(&self.path, &arguments, &|| false)?, &arguments)
    }

    /// What differs from the commit, untracked files included and ignored ones not: a letter and the path from the root.
    ///
    /// # Errors
    /// A repository or a file that cannot be read.
    pub fn changes(&self) -> Result<Vec<(String, PathBuf)>, MercurialError> {
        let output = hg(&self.path, &["status", "--print0"], &|| false)?;
        let entries = output.split(|byte| *byte == 0).filter(|entry| entry.len() > 2);
        let path = |entry: &[u8]| PathBuf::from(OsStr::from_bytes(&entry[2..]));
        Ok(entries.map(|entry| (String::from_utf8_lossy(&entry[..1]).into_owned(), path(entry))).collect())
    }

    /// The address that is pushed to where none is named; `None` if none is configured.
    ///
    /// # Errors
    /// A configuration that cannot be read.
    pub fn default_path(&self) -> Result<Option<String>, MercurialError> {
        let arguments = ["paths", "default"];
        let output = ask(&self.path, &arguments, &|| false)?;
        match output.code {
            0 => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())),
            NOTHING => Ok(None),
            _ => Err(failed(&arguments, &output)),
        }
    }

    /// The commits that the default address does not have, as beginning of the hash and first line. It is asked.
    ///
    /// # Errors
    /// An address that cannot be reached.
    pub fn outgoing(&self) -> Result<Vec<(String, String)>, MercurialError> {
        let mut arguments = without_questions(&self.path)?;
        arguments.extend(["outgoing", "--quiet", "--template={node|short} {desc|firstline}\n"]);
        let output = ask(&self.path, &arguments, &|| false)?;
        match output.code {
            0 => {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                let pairs = text.lines().filter_map(|line| line.split_once(' '));
                Ok(pairs.map(|(id, text)| (id.to_owned(), text.to_owned())).collect())
            }
            NOTHING => Ok(Vec::new()),
            _ => Err(failed(&arguments, &output)),
        }
    }

    /// Writes a bundle of all that one who has the known commits lacks of a commit; `false` if that is nothing. Known commits that
    /// are not here are passed over.
    ///
    /// # Errors
    /// A repository that cannot be read, a file that cannot be written.
    pub fn bundle(&self, tip: CommitId, known: &[CommitId], file: &Path) -> Result<bool, MercurialError> {
        let present: Vec<String> = known.iter().map(|id| format!("present({})", hexadecimal(id))).collect();
        let mut bases = Vec::new();
        if !present.is_empty() {
            let revisions = format!("--rev={}", present.join(" or "));
            let arguments = ["log", &revisions, "--template={node}\n"];
            bases = ids(&hg(&self.path, &arguments, &|| false)?, &arguments)?;
        }
        let mut arguments: Vec<String> = bases.iter().map(|id| format!("--base={}", hexadecimal(id))).collect();
        if arguments.is_empty() {
            arguments.push("--base=null".to_owned());
        }
        arguments.extend([format!("--rev={}", hexadecimal(&tip)), "--type=gzip-v2".to_owned(), "--quiet".to_owned()]);
        let file = file.to_string_lossy();
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        arguments.splice(0..0, ["bundle"]);
        arguments.push(&file);
        let output = ask(&self.path, &arguments, &|| false)?;
        match output.code {
            0 => Ok(true),
            NOTHING => Ok(false),
            _ => Err(failed(&arguments, &output)),
        }
    }

    /// Takes a bundle in.
    ///
    /// # Errors
    /// A file that is none, a full disk.
    pub fn unbundle(&self, file: &Path) -> Result<(), MercurialError> {
        hg(&self.path, &["unbundle", "--quiet", &file.to_string_lossy()], &|| false).map(drop)
    }

    /// Makes all tracked files as a commit has them. Untracked ones stay.
    ///
    /// # Errors
    /// A commit that is not there, files that cannot be changed.
    pub fn show(&self, commit: CommitId) -> Result<(), MercurialError> {
        let revision = format!("--rev={}", hexadecimal(&commit));
        hg(&self.path, &["update", "--quiet", "--clean", &revision], &|| false).map(drop)
    }
}

/// Hashes, one a line.
fn ids(text: &[u8], arguments: &[&str]) -> Result<Vec<CommitId>, MercurialError> {
    let text = String::from_utf8_lossy(text);
    text.lines()
        .map(|line| {
            let digits = |at: usize| line.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
            let bytes: Option<Vec<u8>> = (0..line.len()).step_by(2).map(digits).collect();
            bytes
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| MercurialError::Answer { command: shown(arguments), answer: line.to_owned() })
        })
        .collect()
}
