//! Which files of an older project move where.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use batou_core::fs::{self, FsError};

/// Since when environments are directories.
pub const DIRECTORIES: u64 = 2301;
/// Since when the names of secrets end with how they are encrypted.
pub const SUFFIXES: u64 = 2400;

/// A file and its new place, both relative to the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Where it is.
    pub from: PathBuf,
    /// Where it goes.
    pub to: PathBuf,
}

/// What a migration does with files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// The moves in their order. The file that makes an environment one is the last of its environment, so that a
    /// migration that was interrupted goes on where it was.
    pub moves: Vec<Move>,
    /// What keeps them from being done, as whole sentences without a full stop.
    pub obstacles: Vec<String>,
    /// Files in `secrets` that belong to no environment, relative to the project.
    pub left: Vec<PathBuf>,
}

/// Finds out what moves in a project of the given version; nothing is changed.
///
/// # Errors
/// A directory cannot be listed.
pub fn plan(project: &Path, version: u64) -> Result<Moves, FsError> {
    let mut plan = Plan { files: BTreeMap::new(), moved_environments: Vec::new() };
    let environments = list(project, "environments")?;
    for name in &environments {
        for entry in list(project, &format!("environments/{name}"))? {
            plan.add(format!("environments/{name}/{entry}"));
        }
        plan.add(format!("environments/{name}"));
    }
    let secrets = list(project, "secrets")?;
    for name in &secrets {
        plan.add(format!("secrets/{name}"));
    }
    let mut directories: BTreeSet<String> =
        environments.iter().filter(|name| !name.ends_with(".cfg")).cloned().collect();
    if version < DIRECTORIES {
        directories.extend(plan.environments_become_directories(project, &environments, &secrets));
    }
    if version < SUFFIXES {
        for directory in &directories {
            plan.secrets_get_suffixes(directory);
        }
    }
    plan.finish(project)
}

/// The names in a directory of the project, sorted; none if it is not there.
fn list(project: &Path, directory: &str) -> Result<Vec<String>, FsError> {
    let path = project.join(directory);
    if !fs::follow(&path)?.is_some_and(|facts| facts.is_dir()) {
        return Ok(Vec::new());
    }
    let entries = fs::list(&path)?.unwrap_or_default();
    let mut names: Vec<String> = entries.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    Ok(names)
}

/// The files of the project while it is being planned: where each came from, by where it is to be.
struct Plan {
    files: BTreeMap<PathBuf, Vec<PathBuf>>,
    moved_environments: Vec<String>,
}

impl Plan {
    fn add(&mut self, path: String) {
        self.files.insert(path.clone().into(), vec![path.into()]);
    }

    fn rename(&mut self, from: &str, to: &str) {
        if let Some(origins) = self.files.remove(Path::new(from)) {
            self.files.entry(to.into()).or_default().extend(origins);
        }
    }

    /// The longest names first, so that the files of `prod-two` are not taken for those of `prod`.
    fn environments_become_directories(
        &mut self,
        project: &Path,
        environments: &[String],
        secrets: &[String],
    ) -> Vec<String> {
        let mut names: Vec<&str> = environments
            .iter()
            .filter(|file| project.join("environments").join(file).is_file())
            .filter_map(|file| file.strip_suffix(".cfg").filter(|name| !name.is_empty()))
            .collect();
        names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
        let mut open: Vec<&String> = secrets.iter().collect();
        for name in &names {
            let directory = format!("environments/{name}");
            let (main, prefix) = (format!("{name}.cfg"), format!("{name}-"));
            open.retain(|file| {
                let target = if **file == main {
                    Some("secrets.cfg".to_owned())
                } else {
                    file.strip_prefix(&prefix).map(|rest| format!("secret-{rest}"))
                };
                if let Some(target) = &target {
                    self.rename(&format!("secrets/{file}"), &format!("{directory}/{target}"));
                }
                target.is_none()
            });
            self.rename(&format!("environments/{name}.cfg"), &format!("{directory}/environment.cfg"));
            self.moved_environments.push((*name).to_owned());
        }
        names.into_iter().map(str::to_owned).collect()
    }

    /// Up to then all secrets were encrypted with GnuPG.
    fn secrets_get_suffixes(&mut self, directory: &str) {
        let parent = format!("environments/{directory}");
        let main = format!("{parent}/secrets.cfg");
        if !self.files.contains_key(Path::new(&main)) {
            return;
        }
        let extra = format!("{parent}/secret-");
        let paths: Vec<String> = self.files.keys().map(|path| path.to_string_lossy().into_owned()).collect();
        for path in paths {
            if path == main || path.starts_with(&extra) && !path.ends_with(".gpg") {
                self.rename(&path, &format!("{path}.gpg"));
            }
        }
    }

    fn finish(self, project: &Path) -> Result<Moves, FsError> {
        let mut result = Moves::default();
        for name in &self.moved_environments {
            let directory = project.join("environments").join(name);
            if fs::look(&directory)?.is_some() && !fs::follow(&directory)?.is_some_and(|facts| facts.is_dir()) {
                result.obstacles.push(format!("environments/{name} is in the way: it is no directory"));
            }
        }
        for (to, origins) in self.files {
            if let [_, _, ..] = &origins[..] {
                let names: Vec<String> = origins.iter().map(|path| path.display().to_string()).collect();
                result.obstacles.push(format!("{} would become the same file, {}", names.join(" and "), to.display()));
                continue;
            }
            let Some(from) = origins.into_iter().next() else { continue };
            if from == to {
                if to.parent() == Some(Path::new("secrets")) && !self.moved_environments.is_empty() {
                    result.left.push(to);
                }
                continue;
            }
            if let Some(link) = fs::link_text(&project.join(&from)).ok().flatten()
                && link.is_relative()
            {
                result.obstacles.push(format!(
                    "{} is a relative link, which would lead elsewhere from {}",
                    from.display(),
                    to.display()
                ));
                continue;
            }
            let suffix_clash = to.to_string_lossy().strip_suffix("/secrets.cfg.gpg").map(|directory| {
                ["age", "age-diffable"].map(|kind| PathBuf::from(format!("{directory}/secrets.cfg.{kind}")))
            });
            for other in suffix_clash.into_iter().flatten() {
                if fs::look(&project.join(&other))?.is_some() {
                    result.obstacles.push(format!(
                        "{} would be a second file of secrets beside {}",
                        to.display(),
                        other.display()
                    ));
                }
            }
            result.moves.push(Move { from, to });
        }
        // Of an environment, the file that marks it as not yet migrated moves last.
        result.moves.sort_by_key(|one| one.to.ends_with("environment.cfg"));
        Ok(result)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test builds its own project")]
mod tests {
    use super::*;

    fn project(files: &[&str]) -> tempfile::TempDir {
        let project = tempfile::tempdir().expect("a directory");
        for file in files {
            let path = project.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
            std::fs::write(path, file).expect("a file");
        }
        project
    }

    fn planned(files: &[&str], version: u64) -> (Vec<String>, Moves) {
        let moves = plan(project(files).path(), version).expect("can be listed");
        let lines = moves.moves.iter().map(|one| format!("{} {}", one.from.display(), one.to.display())).collect();
        (lines, moves)
    }

    #[test]
    fn environments_become_directories_with_their_secrets() {
        let (lines, moves) = planned(
            &[
                "environments/prod.cfg",
                "environments/prod-two.cfg",
                "environments/new/environment.cfg",
                "secrets/prod.cfg",
                "secrets/prod-two.cfg",
                "secrets/prod-key.pem",
                "secrets/gone.cfg",
            ],
            0,
        );
        let expected = [
            "secrets/prod-key.pem environments/prod/secret-key.pem.gpg",
            "secrets/prod.cfg environments/prod/secrets.cfg.gpg",
            "secrets/prod-two.cfg environments/prod-two/secrets.cfg.gpg",
            "environments/prod.cfg environments/prod/environment.cfg",
            "environments/prod-two.cfg environments/prod-two/environment.cfg",
        ];
        assert_eq!(lines, expected);
        assert_eq!(moves.left, [PathBuf::from("secrets/gone.cfg")]);
        assert!(moves.obstacles.is_empty());
    }

    #[test]
    fn secrets_get_suffixes_where_there_is_a_main_file() {
        let files = [
            "environments/a/environment.cfg",
            "environments/a/secrets.cfg",
            "environments/a/secret-x",
            "environments/a/secret-y.gpg",
            "environments/b/environment.cfg",
            "environments/b/secret-x",
        ];
        let expected = [
            "environments/a/secret-x environments/a/secret-x.gpg",
            "environments/a/secrets.cfg environments/a/secrets.cfg.gpg",
        ];
        assert_eq!(planned(&files, 2303).0, expected);
        assert_eq!(planned(&files, 2400).1, Moves::default());
    }

    #[test]
    fn what_is_in_the_way_is_an_obstacle() {
        for (files, version, part) in [
            (&["environments/a.cfg", "environments/a/environment.cfg"][..], 0, "would become the same file"),
            (&["environments/a.cfg", "environments/a"][..], 0, "it is no directory"),
            (&["environments/a/secrets.cfg", "environments/a/secrets.cfg.gpg"][..], 2303, "the same file"),
            (&["environments/a/secrets.cfg", "environments/a/secrets.cfg.age"][..], 2303, "a second file of secrets"),
        ] {
            let (_, moves) = planned(files, version);
            assert!(moves.obstacles.iter().any(|text| text.contains(part)), "{files:?}: {:?}", moves.obstacles);
        }
    }

    #[test]
    fn relative_links_are_left_to_the_user() {
        let project = project(&["environments/b.cfg"]);
        std::os::unix::fs::symlink("b.cfg", project.path().join("environments/a.cfg")).expect("a link");
        let moves = plan(project.path(), 0).expect("can be listed");
        assert!(moves.obstacles[0].contains("relative link"), "{:?}", moves.obstacles);
    }
}
