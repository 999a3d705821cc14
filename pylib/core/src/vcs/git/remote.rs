//! Talking with the remote repository.

use std::path::Path;

use git2::build::{CheckoutBuilder, RepoBuilder};
use git2::{AutotagOption, Config, Direction, FetchOptions, Oid, Remote, RemoteCallbacks, Repository};

use super::attended::{Cancel, attended};
use super::error::{GitError, Trying};
use super::place::{masked, needs_program, rewritten};
use super::{Checkout, Wanted, http, program};
use crate::progress::{Progress, Unit};

/// Who talks with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Native,
    Program,
}

impl Way {
    /// Decides by the address and by what git's configuration says about it.
    pub(super) fn to(url: &str, configuration: Option<&Config>) -> Self {
        let url = configuration.map_or_else(|| url.to_owned(), |configuration| rewritten(url, configuration));
        if needs_program(&url) {
            return Way::Program;
        }
        // Certificates, proxies, headers: the program knows them all.
        let is_http = url.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        let is_configured = || {
            let entries = configuration.and_then(|configuration| configuration.entries(Some(r"^http\.")).ok());
            entries.is_some_and(|mut entries| entries.next().is_some())
        };
        if is_http && is_configured() && program::is_installed() { Way::Program } else { Way::Native }
    }
}

/// Does it natively; the program, which may know credentials, has a try if the other side wants some.
pub(super) fn by_either_way<T>(
    way: Way,
    native: impl FnOnce() -> Result<T, GitError>,
    by_program: impl FnOnce() -> Result<T, GitError>,
) -> Result<T, GitError> {
    if way == Way::Program {
        return by_program();
    }
    match native() {
        Err(GitError::Refused { needs_credentials: true, .. }) if program::is_installed() => by_program(),
        outcome => outcome,
    }
}

/// Options that tell how far a transfer is, and end it when it is interrupted.
pub(super) fn fetch_options(url: &str, cancel: &Cancel) -> FetchOptions<'static> {
    let mut callbacks = RemoteCallbacks::new();
    let (transfer, sideband) = (cancel.clone(), cancel.clone());
    let mut progress = Progress::new("fetching", masked(url), Unit::Things("objects"));
    callbacks.transfer_progress(move |state| {
        progress.at(state.received_objects() as u64, Some(state.total_objects() as u64));
        !transfer.is_asked()
    });
    callbacks.sideband_progress(move |_| !sideband.is_asked());
    let mut options = FetchOptions::new();
    options.remote_callbacks(callbacks);
    options
}

/// Clones without checking out.
pub(super) fn clone(url: &str, directory: &Path, cancel: &Cancel) -> Result<Repository, GitError> {
    http::install().reaching("clone", url)?;
    let way = Way::to(url, Config::open_default().ok().as_ref());
    by_either_way(
        way,
        || {
            let mut nothing = CheckoutBuilder::new();
            nothing.dry_run();
            let mut builder = RepoBuilder::new();
            builder.fetch_options(fetch_options(url, cancel)).with_checkout(nothing);
            builder.clone(url, directory).map(drop).reaching("clone", url)
        },
        || {
            // What the other way may have left.
            crate::fs::ensure_absent(directory)?;
            program::clone(url, directory, cancel)
        },
    )?;
    Repository::open(directory).trying("open the clone in", directory)
}

/// Fetches branches, and the tags on them; with `tags` all tags.
pub(super) fn fetch(checkout: &Checkout, tags: bool, cancel: &Cancel) -> Result<(), GitError> {
    let (mut remote, url) = origin(checkout)?;
    let way = Way::to(&url, checkout.repository.config().ok().as_ref());
    by_either_way(
        way,
        || {
            let mut options = fetch_options(&url, cancel);
            options.download_tags(if tags { AutotagOption::All } else { AutotagOption::Auto });
            remote.fetch(&[] as &[&str], Some(&mut options), None).reaching("fetch from", &url)
        },
        || program::fetch(&checkout.path, tags, &url, cancel),
    )
}

/// Whether a fetch from origin would bring anything: a new or moved branch, or a new tag on what is known. With a wanted tag also
/// whether that was moved.
///
/// # Errors
/// A remote that cannot be reached, a repository that cannot be read, an interruption.
pub fn has_incoming(path: &Path, wanted: Option<&Wanted>, interrupted: &dyn Fn() -> bool) -> Result<bool, GitError> {
    let tag = wanted.and_then(|wanted| match wanted {
        Wanted::Tag(_) => Some(format!("refs/tags/{}", wanted.name())),
        _ => None,
    });
    let path = path.to_owned();
    attended(interrupted, move |cancel| {
        let checkout = Checkout::open(&path)?;
        let heads = heads(&checkout, cancel)?;
        let (remote, url) = origin(&checkout)?;
        for (name, hash) in &heads {
            let hash = Oid::from_str(hash).reaching("understand the references of", &url)?;
            if is_incoming(&checkout.repository, &remote, name, hash, &heads, tag.as_deref()) {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

fn is_incoming(
    repository: &Repository,
    remote: &Remote<'_>,
    name: &str,
    hash: Oid,
    heads: &[(String, String)],
    wanted_tag: Option<&str>,
) -> bool {
    if name == "HEAD" || name.ends_with("^{}") {
        return false;
    }
    let known = |name: &str| repository.refname_to_id(name).ok();
    if name.starts_with("refs/tags/") {
        let commit = heads.iter().find(|(peeled, _)| peeled.strip_suffix("^{}") == Some(name));
        let commit = commit.map_or(Some(hash), |(_, hash)| Oid::from_str(hash).ok());
        return match known(name) {
            Some(known) => wanted_tag == Some(name) && known != hash,
            None => wanted_tag == Some(name) || commit.is_some_and(|commit| repository.find_commit(commit).is_ok()),
        };
    }
    remote.refspecs().filter(|refspec| refspec.direction() == Direction::Fetch && refspec.src_matches(name)).any(
        |refspec| {
            let tracking = refspec.transform(name).ok();
            let tracking = tracking.and_then(|name| std::str::from_utf8(&name).ok().and_then(known));
            tracking != Some(hash)
        },
    )
}

/// The references of origin: name and hash.
fn heads(checkout: &Checkout, cancel: &Cancel) -> Result<Vec<(String, String)>, GitError> {
    http::install().trying("ask the remote of", &checkout.path)?;
    let (mut remote, url) = origin(checkout)?;
    let way = Way::to(&url, checkout.repository.config().ok().as_ref());
    by_either_way(
        way,
        || {
            const ACTION: &str = "list the branches of";
            let connection = remote.connect_auth(Direction::Fetch, None, None).reaching(ACTION, &url)?;
            let heads = connection.list().reaching(ACTION, &url)?;
            Ok(heads.iter().map(|head| (head.name().to_owned(), head.oid().to_string())).collect())
        },
        || program::list(&checkout.path, &url, cancel),
    )
}

/// The remote, and its address for messages and decisions.
pub(super) fn origin(checkout: &Checkout) -> Result<(Remote<'_>, String), GitError> {
    http::install().trying("ask the remote of", &checkout.path)?;
    let remote = checkout.repository.find_remote("origin").trying("find the remote origin of", &checkout.path)?;
    let url = remote.url().map(str::to_owned).trying("read the address of origin from", &checkout.path)?;
    Ok((remote, url))
}

/// The address of origin without its password.
pub(super) fn shown_origin(checkout: &Checkout) -> String {
    checkout.remote_url().ok().flatten().map_or_else(|| checkout.path.display().to_string(), |url| masked(&url))
}
