//! The repository of a project, ready to travel to any number of hosts.

use std::path::{Path, PathBuf};

use batou_core::shipping::{
    self, Notice, Refusal, ShippingError, git::GitSource, mercurial::MercurialSource, tree::Tree,
};

use super::Plan;
use crate::cli::CommandError;

/// The repository of a project, ready to travel to any number of hosts.
pub enum Source {
    /// Files as they are here.
    Files {
        /// The files.
        tree: Tree,
        /// Where the project is among them.
        base: PathBuf,
    },
    /// Commits of git.
    Git {
        /// The repository.
        source: GitSource,
        /// Whether hosts fetch them themselves, and from where if not from where this repository does.
        pull: Option<Option<String>>,
    },
    /// Commits of Mercurial.
    Mercurial {
        /// The repository.
        source: MercurialSource,
        /// Whether hosts fetch them themselves, and from where if not from where this repository does.
        pull: Option<Option<String>>,
    },
}

impl Source {
    /// Finds the repository and checks whether it may be deployed. Gives what there is to warn about as well.
    ///
    /// # Errors
    /// There is no repository, or it may not be deployed.
    pub fn find(plan: &Plan, project: &Path, dirty: bool) -> Result<(Self, Option<Notice>), CommandError> {
        let branch = plan.branch.as_deref();
        let pull = plan.update_method.ends_with("-pull").then(|| plan.repository_url.clone());
        match plan.update_method.as_str() {
            "git-bundle" | "git-pull" => {
                let source = GitSource::find(project, branch).map_err(|error| refused(&error))?;
                let notice = source.verify(dirty).map_err(|error| refused(&error))?;
                Ok((Self::Git { source, pull }, notice))
            }
            "hg-bundle" | "hg-pull" => {
                let source = MercurialSource::find(project, branch).map_err(|error| refused(&error))?;
                let notice = source.verify(dirty).map_err(|error| refused(&error))?;
                Ok((Self::Mercurial { source, pull }, notice))
            }
            _ => Self::files(plan, project).map(|source| (source, None)),
        }
    }

    fn files(plan: &Plan, project: &Path) -> Result<Self, CommandError> {
        let root = project.join(plan.repository_root.as_deref().unwrap_or("."));
        let real = |path: &Path| {
            path.canonicalize().map_err(|error| {
                CommandError::failed(format!("cannot send the repository {}", path.display())).with_cause(&error)
            })
        };
        let (root, project) = (real(&root)?, real(project)?);
        let base = project.strip_prefix(&root).map_err(|_| {
            CommandError::failed(format!("the project is not in the repository {}", root.display()))
                .with_hint("see `repository_root` in the environment; it is relative to the project")
        })?;
        let tree = Tree::list(&root, base, &[]).map_err(|error| unsendable(&error))?;
        Ok(Self::Files { tree, base: base.to_owned() })
    }

    /// Where the project is in it.
    pub fn base(&self) -> &Path {
        match self {
            Self::Files { base, .. } => base,
            Self::Git { source, .. } => source.base(),
            Self::Mercurial { source, .. } => source.base(),
        }
    }

    /// What there is of it that does not travel.
    pub fn skipped(&self) -> Vec<PathBuf> {
        match self {
            Self::Files { tree, .. } => tree.skipped().map(Path::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    /// Brings it to a host.
    ///
    /// # Errors
    /// Those of the kind of repository.
    pub fn send(&self, line: &mut shipping::Sending<'_>) -> Result<(), ShippingError> {
        match self {
            Self::Files { tree, .. } => tree.send(line).map(drop),
            Self::Git { source, pull: None } => source.send(line),
            Self::Git { source, pull: Some(url) } => source.pull(url.as_deref(), line),
            Self::Mercurial { source, pull: None } => source.send(line),
            Self::Mercurial { source, pull: Some(url) } => source.pull(url.as_deref(), line),
        }
    }
}

fn refused(error: &Refusal) -> CommandError {
    CommandError::failed("the repository is not deployed as it is").with_cause(error).with_hints(error.hint())
}

fn unsendable(error: &ShippingError) -> CommandError {
    CommandError::failed("the repository cannot be sent").with_cause(error).with_hints(error.hint())
}
