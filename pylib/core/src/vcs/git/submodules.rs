//! Submodules.

use git2::build::CheckoutBuilder;
use git2::{Config, Repository, SubmoduleUpdate, SubmoduleUpdateOptions};

use super::attended::Cancel;
use super::error::{GitError, Trying};
use super::remote::{Way, fetch_options};
use super::{http, program};

/// Brings all submodules, and theirs, to what the commit wants.
pub(super) fn update(repository: &Repository, cancel: &Cancel) -> Result<(), GitError> {
    let Some(directory) = repository.workdir().map(ToOwned::to_owned) else {
        return Ok(());
    };
    http::install().trying("update the submodules of", &directory)?;
    match update_natively(repository, cancel) {
        Err(Trouble::NeedsProgram(url)) => program::update_submodules(&directory, &url, cancel),
        Err(Trouble::Other(error)) => Err(error),
        Ok(()) => Ok(()),
    }
}

enum Trouble {
    /// Libgit2 cannot reach this address.
    NeedsProgram(String),
    Other(GitError),
}

impl From<GitError> for Trouble {
    fn from(error: GitError) -> Self {
        Trouble::Other(error)
    }
}

fn update_natively(repository: &Repository, cancel: &Cancel) -> Result<(), Trouble> {
    let directory = repository.workdir().unwrap_or_else(|| repository.path());
    for mut submodule in repository.submodules().trying("read the submodules of", directory)? {
        // One without a commit in the index is none of this checkout, and some are meant to be left alone.
        if submodule.index_id().is_none() || submodule.update_strategy() == SubmoduleUpdate::None {
            continue;
        }
        let path = directory.join(submodule.path());
        submodule.init(false).trying("initialize the submodule", &path)?;
        let configuration = repository.config().trying("read the configuration of", directory)?;
        let key = format!("submodule.{}.url", submodule.name().trying("read the name of the submodule", &path)?);
        let url = configuration.get_string(&key).trying("read the address of the submodule", &path)?;
        if Way::to(&url, Config::open_default().ok().as_ref()) == Way::Program {
            return Err(Trouble::NeedsProgram(url));
        }
        let mut checkout = CheckoutBuilder::new();
        checkout.force();
        let mut options = SubmoduleUpdateOptions::new();
        options.fetch(fetch_options(&url, cancel)).checkout(checkout);
        match submodule.update(true, Some(&mut options)).reaching("update the submodule from", &url) {
            Err(GitError::Refused { needs_credentials: true, .. }) if program::is_installed() => {
                return Err(Trouble::NeedsProgram(url));
            }
            outcome => outcome?,
        }
        let inner = submodule.open().trying("open the submodule", &path)?;
        update_natively(&inner, cancel)?;
    }
    Ok(())
}
