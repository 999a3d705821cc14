use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::error::{At, FsError};
use super::facts::look;

/// Makes sure that nothing stands at a path: file, tree, link (the link only) or dangling link.
///
/// What is there is first moved into a fresh directory beside it, so that the name is free in one step even when a
/// tree is large or a program is still working in it. Something that vanishes meanwhile is fine.
///
/// # Errors
/// Everything else that keeps the name from being freed; if the deletion fails after the move, the error tells where
/// the remains are.
pub fn ensure_absent(path: &Path) -> Result<(), FsError> {
    if look(path)?.is_none() {
        return Ok(());
    }
    let (parent, name) = split(path)?;
    let aside = tempfile::Builder::new()
        .prefix(".batou-")
        .make_in(&parent, |aside| DirBuilder::new().mode(0o700).create(aside))
        .and_then(|made| made.into_temp_path().keep().map_err(|refused| refused.error))
        .at("remove", path)?;
    match fs::rename(parent.join(&name), aside.join(&name)) {
        Ok(()) => fs::remove_dir_all(&aside).map_err(|source| {
            let action = format!("delete all of what was moved to {} from", aside.join(&name).display());
            FsError::new(action, path, source)
        }),
        Err(error) => {
            fs::remove_dir(&aside).at("delete the temporary directory", &aside)?;
            match error.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(FsError::new("remove", path, error)),
            }
        }
    }
}

/// Deletes what stands at a path in place: a real directory with all below it, a link or a file by itself.
///
/// Something that is not there any more is fine.
pub fn remove(path: &Path) -> Result<(), FsError> {
    let Some(found) = look(path)? else {
        return Ok(());
    };
    let removed = if found.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.at("remove", path),
    }
}

/// Parent and name, by which `link/` is the link and not the directory it leads to.
fn split(path: &Path) -> Result<(PathBuf, PathBuf), FsError> {
    let absolute = std::path::absolute(path).at("remove", path)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => Ok((parent.to_owned(), name.into())),
        _ => Err(FsError::new(
            "remove",
            path,
            io::Error::new(io::ErrorKind::InvalidInput, "it is no name inside a directory"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::fs::test_support::{as_ordinary_user, loudly, names};

    #[test]
    fn everything_that_can_stand_at_a_path_goes_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let keep = root.path().join("keep");
        fs::create_dir(&keep).unwrap();
        fs::write(keep.join("inside"), "x").unwrap();
        let victim = root.path().join("victim");
        let makers: [&dyn Fn(&Path); 6] = [
            &|path| fs::write(path, "x").unwrap(),
            &|path| fs::create_dir_all(path.join("deep/tree")).unwrap(),
            &|path| symlink("keep", path).unwrap(),
            &|path| symlink("nowhere", path).unwrap(),
            &|path| symlink("victim", path).unwrap(),
            &|_| {},
        ];
        for way in [ensure_absent, remove] {
            for make in makers {
                make(&victim);
                way(&victim).unwrap();
                assert_eq!(names(root.path()), ["keep"]);
                assert_eq!(names(&keep), ["inside"]);
            }
        }
    }

    #[test]
    fn a_slash_at_the_end_does_not_turn_a_link_into_its_target() {
        let root = tempfile::tempdir().unwrap();
        let keep = root.path().join("keep");
        fs::create_dir(&keep).unwrap();
        symlink("keep", root.path().join("link")).unwrap();
        ensure_absent(&root.path().join("link/")).unwrap();
        assert_eq!(names(root.path()), ["keep"]);
    }

    #[test]
    fn a_refusal_leaves_the_file_and_no_temporary_directory() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("file");
        fs::write(&path, "x").unwrap();
        let read_only = PermissionsExt::from_mode(0o555);
        as_ordinary_user(root.path(), || {
            fs::set_permissions(root.path(), read_only).unwrap();
            let error = ensure_absent(&path).unwrap_err();
            assert_eq!(error.errno(), Some(nix::errno::Errno::EACCES as i32));
            assert_eq!(error.path, path);
        });
        assert_eq!(names(root.path()), ["file"]);
        assert!(ensure_absent(Path::new("/")).is_err());
    }

    #[test]
    fn a_refused_move_leaves_no_temporary_directory() {
        let root = tempfile::tempdir().unwrap();
        if !nix::unistd::geteuid().is_root() {
            loudly("not root: no foreign file can be made; only a read-only directory is tested");
            let path = root.path().join("file");
            fs::write(&path, "x").unwrap();
            fs::set_permissions(root.path(), PermissionsExt::from_mode(0o555)).unwrap();
            assert!(ensure_absent(&path).is_err());
            return fs::set_permissions(root.path(), PermissionsExt::from_mode(0o700)).unwrap();
        }
        // In a sticky directory anyone may make a new directory, but only the owner may move a file.
        let shared = root.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, PermissionsExt::from_mode(0o1777)).unwrap();
        let path = shared.join("file");
        fs::write(&path, "x").unwrap();
        as_ordinary_user(root.path(), || {
            let error = ensure_absent(&path).unwrap_err();
            assert_eq!(error.errno(), Some(nix::errno::Errno::EPERM as i32));
        });
        assert_eq!(names(&shared), ["file"]);
    }
}
