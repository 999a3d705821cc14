//! A checkout that fetches a branch by itself, with the git program, which knows its user's keys and credentials.

use std::path::Path;

use super::attended::attended;
use super::bundle::open_or_init;
use super::error::{GitError, Trying};
use super::place::masked;
use super::{CommitId, program};

/// The remote of this program.
const REMOTE: &str = "batou-pull";

/// Makes all tracked files of the checkout as the commit has them, which must be the newest of the branch at the address. The
/// checkout is made where there is none. Gives the newest commit of the branch; if it is another one, no file was changed.
///
/// # Errors
/// No git program, an address that cannot be reached, a branch that it does not have, files that cannot be changed.
pub fn pull(
    path: &Path,
    url: &str,
    branch: &str,
    commit: CommitId,
    interrupted: &dyn Fn() -> bool,
) -> Result<CommitId, GitError> {
    let (path, url, branch) = (path.to_owned(), url.to_owned(), branch.to_owned());
    attended(interrupted, move |cancel| {
        let checkout = open_or_init(&path)?;
        let repository = &checkout.repository;
        match repository.find_remote(REMOTE) {
            Ok(remote) if remote.url().is_ok_and(|known| known == url) => {}
            Ok(_) => repository.remote_set_url(REMOTE, &url).trying("change the configuration of", &path)?,
            Err(_) => {
                repository.remote(REMOTE, &url).trying("change the configuration of", &path)?;
            }
        }
        program::fetch_branches(&path, REMOTE, &url, cancel)?;
        let reference = format!("refs/remotes/{REMOTE}/{branch}");
        let found = repository.find_reference(&reference).and_then(|found| found.peel_to_commit());
        let missing = |_| GitError::Missing { kind: "branch", name: branch.clone(), place: masked(&url) };
        let found = checkout.id(found.map_err(missing)?.id())?;
        if found == commit {
            checkout.show_commit(&reference, commit)?;
        }
        Ok(found)
    })
}
